//! The AT port on a pseudo terminal, and on a person's terminal.

mod common;

use common::{LIMIT, OK, READY, Sim, command, server};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, OutputModes, Termios, tcgetattr, tcsetattr,
};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::Stdio;
use tungstenite::{Message, accept};

/// One side of a pseudo terminal. Not read by a thread, which would keep it open.
struct Line(File);

impl Line {
    fn open(path: &str) -> Self {
        Self(File::from(open(path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap()))
    }

    fn modes(&self) -> Termios {
        tcgetattr(&self.0).unwrap()
    }

    #[track_caller]
    fn expect(&self, expected: impl AsRef<[u8]>) {
        let expected = expected.as_ref();
        let mut got = Vec::new();
        while got.len() < expected.len() && expected.starts_with(&got) {
            let mut fds = [PollFd::new(&self.0, PollFlags::IN)];
            let limit = Timespec::try_from(LIMIT).unwrap();
            if poll(&mut fds, Some(&limit)).unwrap() == 0 {
                break;
            }
            let mut bytes = vec![0; expected.len() - got.len()];
            let n = (&self.0).read(&mut bytes).unwrap();
            got.extend(&bytes[..n]);
        }
        assert_eq!(String::from_utf8_lossy(&got), String::from_utf8_lossy(expected));
    }

    #[track_caller]
    fn command(&self, line: impl AsRef<[u8]>, answer: impl AsRef<[u8]>) {
        (&self.0).write_all(line.as_ref()).unwrap();
        self.expect(answer);
    }
}

#[test]
fn each_user_finds_a_fresh_module_and_a_raw_line() {
    let sim = Sim::start(&["--serial", "pty"]);
    let path = sim.said("wsat-sim: AT port on ");
    for user in 0..3 {
        let line = Line::open(&path);
        let modes = line.modes();
        assert!(!modes.local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO), "{user}");
        assert!(!modes.input_modes.intersects(InputModes::ICRNL | InputModes::IXON), "{user}");
        assert!(!modes.output_modes.contains(OutputModes::OPOST), "{user}");
        // Said once for each user, so the module is a fresh one.
        sim.said(&format!("wsat-sim: {path} is open"));
        line.expect(READY);
        line.command("AT+CWMODE?\r\n", format!("AT+CWMODE?\r\n+CWMODE:1\r\n{OK}"));
        line.command("AT+CWMODE=3\r\n", format!("AT+CWMODE=3\r\n{OK}"));
        // A user who leaves the line in another mode, and an answer unread.
        let mut cooked = modes;
        cooked.local_modes |= LocalModes::ICANON | LocalModes::ECHO;
        cooked.input_modes |= InputModes::ICRNL;
        cooked.output_modes |= OutputModes::OPOST;
        tcsetattr(&line.0, OptionalActions::Now, &cooked).unwrap();
        (&line.0).write_all(b"AT+GMR\r\n").unwrap();
        drop(line);
        sim.said(&format!("wsat-sim: {path} was closed by its user"));
    }
}

#[test]
fn a_session() {
    let address = server(|stream| {
        let mut socket = accept(stream).unwrap();
        while let Ok(message) = socket.read() {
            if message.is_binary() {
                socket.send(message).unwrap();
                socket.send(Message::text("\u{3}\u{4}\r\n\u{11}\u{13}\u{7f}")).unwrap();
            }
        }
    });
    let sim = Sim::start(&["--serial", "pty"]);
    let line = Line::open(&sim.said("wsat-sim: AT port on "));
    line.expect(READY);
    line.command("ATE0\r\n", format!("ATE0\r\n{OK}"));
    line.command(
        format!("AT+WSOPEN=0,\"ws://{address}/\"\r\n"),
        format!("+WS_CONNECTED:0\r\n{OK}"),
    );
    // Every byte, also those that a terminal would act upon.
    let bytes: Vec<u8> = (0..=255).collect();
    line.command("AT+WSSEND=0,256,2\r\n", common::PROMPT);
    line.command(&bytes, common::SENT);
    line.expect([b"+WS_DATA:0,256,".as_slice(), &bytes, b"\r\n"].concat());
    line.expect("+WS_DATA:0,7,\u{3}\u{4}\r\n\u{11}\u{13}\u{7f}\r\n");
    line.command("AT+WSCLOSE=0\r\n", OK);
}

#[test]
fn a_person_at_a_terminal() {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let path = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    let terminal = Line::open(&path);
    let before = terminal.modes();
    assert!(before.local_modes.contains(LocalModes::ICANON | LocalModes::ECHO));
    let mut sim = Sim::spawn(
        command(&[])
            .stdin(Stdio::from(terminal.0.try_clone().unwrap()))
            .stdout(Stdio::from(terminal.0.try_clone().unwrap())),
    );
    sim.said("wsat-sim: AT port on stdio");
    let person = Line(File::from(master));
    // The terminal makes CR LF of LF, on top of the module's own CR.
    let shown = |text: &str| text.replace('\n', "\r\n");
    person.expect(shown(READY));
    // Enter is CR; what the person sees is the module's echo.
    person.command("AT\r", shown(&format!("AT\r\n{OK}")));
    person.command("AT\n", shown(&format!("AT\r\n{OK}")));
    person.command("\u{3}", "");
    assert_eq!(sim.status().code(), Some(130));
    let after = terminal.modes();
    assert_eq!(after.local_modes, before.local_modes);
    assert_eq!(after.input_modes, before.input_modes);
}

/// Nobody waits for the answer, and nothing is open for longer than the blink of an eye.
#[test]
fn a_line_from_a_shell() {
    let (asked, was_asked) = std::sync::mpsc::channel();
    let address = server(move |stream| {
        let _socket = accept(stream).unwrap();
        asked.send(()).unwrap();
    });
    let sim = Sim::start(&["--serial", "pty"]);
    let path = sim.said("wsat-sim: AT port on ");
    // `printf 'AT+CWMODE=3\r\n' > /dev/pts/N`
    (&Line::open(&path).0).write_all(b"AT+CWMODE=3\r\n").unwrap();
    sim.said(&format!("wsat-sim: {path} was closed by its user"));
    // And its bytes are not those of the next user.
    let line = Line::open(&path);
    line.expect(READY);
    line.command("AT+CWMODE?\r\n", format!("AT+CWMODE?\r\n+CWMODE:1\r\n{OK}"));
    (&line.0).write_all(format!("AT+WSOPEN=0,\"ws://{address}/\"\r\n").as_bytes()).unwrap();
    was_asked.recv_timeout(LIMIT).unwrap();
}
