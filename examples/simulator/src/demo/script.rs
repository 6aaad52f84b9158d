//! The session of the demo: what the host says, and what the module has to answer.

use std::net::SocketAddr;

/// One step of the session.
#[derive(Debug)]
pub(super) enum Step {
    /// What comes now, for the person who watches.
    Chapter(&'static str),
    /// The host sends this.
    Host(Vec<u8>),
    /// The module prints exactly this next.
    Expect(Vec<u8>),
}

/// Collects steps.
struct Session(Vec<Step>);

impl Session {
    fn chapter(&mut self, text: &'static str) {
        self.0.push(Step::Chapter(text));
    }

    fn host(&mut self, bytes: impl Into<Vec<u8>>) {
        self.0.push(Step::Host(bytes.into()));
    }

    fn expect(&mut self, bytes: impl Into<Vec<u8>>) {
        self.0.push(Step::Expect(bytes.into()));
    }

    /// A line and its whole answer; echo is off.
    fn command(&mut self, line: &str, answer: &str) {
        self.host(format!("{line}\r\n"));
        self.expect(answer);
    }

    /// `AT+WSSEND` with its data phase, and the record in which the echo comes back.
    fn send(&mut self, link: u8, options: &str, data: &[u8]) {
        self.host(format!("AT+WSSEND={link},{}{options}\r\n", data.len()));
        self.expect("\r\nOK\r\n\r\n>");
        self.host(data);
        self.expect("\r\nSEND OK\r\n");
        self.record(link, data);
    }

    fn record(&mut self, link: u8, data: &[u8]) {
        let mut record = format!("+WS_DATA:{link},{},", data.len()).into_bytes();
        record.extend(data);
        record.extend(b"\r\n");
        self.expect(record);
    }
}

const OK: &str = "\r\nOK\r\n";
const ERROR: &str = "\r\nERROR\r\n";

/// The commands of ESP-AT's page on WebSocket, in the order in which a host would use them. `server` echoes
/// messages.
pub(super) fn session(server: SocketAddr) -> Vec<Step> {
    let uri = |path: &str| format!("ws://{server}{path}");
    let open = |link: u8, path: &str| format!("AT+WSOPEN={link},\"{}\"", uri(path));
    let connected = |link: u8| format!("+WS_CONNECTED:{link}\r\n{OK}");
    let mut s = Session(Vec::new());

    s.chapter("The module boots. It echoes what it is sent, until ATE0.");
    s.expect("\r\nready\r\n");
    s.host("AT\r\n");
    s.expect("AT\r\n\r\nOK\r\n");
    s.host("ATE0\r\n");
    s.expect("ATE0\r\n\r\nOK\r\n");
    s.command(
        "AT+GMR",
        concat!(
            "AT version:3.1.0.0(wsat-sim ",
            env!("CARGO_PKG_VERSION"),
            ")\r\nSDK version:none(no ESP-IDF: a simulator on a PC)\r\ncompile time:none\r\nBin version:",
            env!("CARGO_PKG_VERSION"),
            "(wsat-sim)\r\n\r\nOK\r\n"
        ),
    );

    s.chapter(
        "Configure link 0 (ping every 30 s, pong timeout 60 s, buffer 4096 bytes) and open it.",
    );
    s.command("AT+WSCFG=0,30,60,4096", OK);
    s.command("AT+WSOPEN?", OK);
    s.command(&open(0, "/"), &connected(0));
    s.command("AT+WSOPEN?", &format!("+WSOPEN:0,2,\"{}\"\r\n{OK}", uri("/")));

    s.chapter("Send text, then binary (opcode 2). The server sends both back.");
    s.send(0, "", b"Hello, WebSocket!");
    s.send(0, ",2,5000", b"\x00\x01\r\n>\xfe\xff");

    s.chapter(
        "Two more links. Link 2 has a buffer of 64 bytes: longer messages go out in fragments\n\
        and come back in several records.",
    );
    s.command(&open(1, "/chat?room=1"), &connected(1));
    s.command("AT+WSCFG=2,10,120,64", OK);
    s.command(&open(2, "/third"), &connected(2));
    s.command(
        "AT+WSOPEN?",
        &format!(
            "+WSOPEN:0,2,\"{}\"\r\n+WSOPEN:1,2,\"{}\"\r\n+WSOPEN:2,2,\"{}\"\r\n{OK}",
            uri("/"),
            uri("/chat?room=1"),
            uri("/third")
        ),
    );
    s.send(1, "", b"from link 1");
    let long: Vec<u8> = (b'a'..=b'z').cycle().take(150).collect();
    s.host("AT+WSSEND=2,150\r\n");
    s.expect("\r\nOK\r\n\r\n>");
    s.host(long.as_slice());
    s.expect("\r\nSEND OK\r\n");
    for piece in long.chunks(64) {
        s.record(2, piece);
    }

    s.chapter("What cannot be done is answered with ERROR.");
    s.command(&open(0, "/again"), ERROR);
    s.command("AT+WSSEND=3,5", ERROR);
    s.command("AT+NOSUCH", ERROR);

    s.chapter("Close all links. A closed link cannot be sent on, but opened again.");
    s.command("AT+WSCLOSE=1", OK);
    s.command("AT+WSSEND=1,5", ERROR);
    s.command("AT+WSOPEN=1,\"http://example.org/\"", ERROR);
    s.command(&open(1, "/again"), &connected(1));
    s.command("AT+WSCLOSE=1", OK);
    s.command("AT+WSCLOSE=0", OK);
    s.command("AT+WSCLOSE=2", OK);
    s.command("AT+WSOPEN?", OK);
    s.0
}
