//! Sessions that are written down as they happen, and played again.

mod common;

use common::Sim;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// A file of this test's own, gone at its end.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let name = format!("wsat-sim-{}-{name}.at", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// What is sent and what comes, in turn.
fn session(file: &File, options: &[&str], turns: &[(&str, &str)]) -> String {
    let mut arguments = vec!["--serial", "tcp:127.0.0.1:0", "--echo-server", "127.0.0.1:0"];
    arguments.extend(["--log", file.0.to_str().unwrap()]);
    arguments.extend(options);
    let sim = Sim::start(&arguments);
    let port = sim.said("wsat-sim: AT port on ");
    let server = sim.said("wsat-sim: echo server at ");
    let mut stream = TcpStream::connect(&port).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    for (sent, expected) in turns {
        let expected = expected.replace("SERVER", &server);
        stream.write_all(sent.replace("SERVER", &server).as_bytes()).unwrap();
        let mut printed = vec![0; expected.len()];
        stream.read_exact(&mut printed).unwrap();
        assert_eq!(String::from_utf8_lossy(&printed), expected);
    }
    drop(stream);
    // Connected, and gone.
    sim.said("wsat-sim: 127.0.0.1:");
    sim.said("wsat-sim: 127.0.0.1:");
    std::fs::read_to_string(&file.0).unwrap()
}

fn play(file: &File) -> (bool, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_wsat-sim")).arg("run").arg(&file.0).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

const SESSION: &[(&str, &str)] = &[
    ("ATE0\r\n", "\r\nready\r\nATE0\r\n\r\nOK\r\n"),
    ("AT+CWMODE?\r\n", "+CWMODE:1\r\n\r\nOK\r\n"),
    ("AT+NONSENSE\r\n", "\r\nERROR\r\n"),
    ("AT+WSOPEN=0,\"SERVER\"\r\n", "+WS_CONNECTED:0\r\n\r\nOK\r\n"),
    ("AT+WSSEND=0,6\r\n", "\r\nOK\r\n\r\n>"),
    ("a\"]\\\r\n", "\r\nSEND OK\r\n+WS_DATA:0,6,a\"]\\\r\n\r\n"),
    ("AT+WSCLOSE=0\r\n", "\r\nOK\r\n"),
    ("AT+WSOPEN=1,\"ws://127.0.0.1:1/\"\r\n", "\r\nERROR\r\n"),
    ("AT+RST\r\n", "\r\nOK\r\n\r\nready\r\n"),
];

#[test]
fn a_session_that_is_recorded_is_played_again() {
    for (name, options) in [
        ("v3.1", &[][..]),
        ("v4.2", &["--dialect", "4.2"]),
        ("quirks", &["--quirks", "firmware-3.2"]),
    ] {
        // Firmware 3.2 prints a report and waits before it says that an opening failed.
        let turns = if name == "quirks" { &SESSION[..7] } else { SESSION };
        let file = File::new(name);
        let text = session(&file, options, turns);
        assert!(text.contains("prints ⏎SEND OK⏎"), "{text}");
        let (good, shown) = play(&file);
        assert!(good, "{shown}\n{text}");
        // Another answer is shown where it stands.
        std::fs::write(&file.0, text.replace("⏎SEND OK⏎", "⏎SENT⏎")).unwrap();
        let (good, shown) = play(&file);
        assert!(!good && shown.contains("SENT") && shown.contains("SEND OK"), "{shown}");
    }
}

#[test]
fn a_program_that_is_ended_has_written_all_of_it() {
    let file = File::new("ended");
    let sim = Sim::start(&["--serial", "tcp:127.0.0.1:0", "--log", file.0.to_str().unwrap()]);
    let port = sim.said("wsat-sim: AT port on ");
    let mut stream = TcpStream::connect(port).unwrap();
    stream.write_all(b"AT\r\n").unwrap();
    let expected = b"\r\nready\r\nAT\r\n\r\nOK\r\n";
    stream.read_exact(&mut vec![0; expected.len()]).unwrap();
    // It writes when it has nothing else to do.
    std::thread::sleep(Duration::from_millis(200));
    // The host is still there; the program is not.
    drop(sim);
    let (good, shown) = play(&file);
    assert!(good, "{shown}");
}

#[test]
fn a_long_message() {
    let file = File::new("long");
    let long = "x".repeat(5000);
    let records: String = [1024, 1024, 1024, 1024, 904]
        .iter()
        .map(|len| format!("+WS_DATA:0,{len},{}\r\n", "x".repeat(*len)))
        .collect();
    let echoed = format!("\r\nSEND OK\r\n{records}");
    let turns = [
        SESSION[0],
        SESSION[3],
        ("AT+WSSEND=0,5000\r\n", "\r\nOK\r\n\r\n>"),
        (long.as_str(), echoed.as_str()),
    ];
    session(&file, &[], &turns);
    let (good, shown) = play(&file);
    assert!(good, "{shown}");
}
