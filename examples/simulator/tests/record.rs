//! Sessions that are written down as they happen, and played again.

mod common;

use common::{LIMIT, Sim};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

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
    let end = Instant::now() + LIMIT;
    while !std::fs::read_to_string(&file.0).is_ok_and(|text| text.contains("⏎OK⏎")) {
        assert!(Instant::now() < end, "nothing is written before it is ended");
        std::thread::sleep(Duration::from_millis(5));
    }
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

/// A server that answers one request with this, `{accept}` in it being the value that the request takes, and then
/// waits for the module to go, or goes itself.
fn answering(response: &'static str, goes: bool) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut bytes = [0; 1024];
        while !request.ends_with(b"\r\n\r\n") {
            let n = stream.read(&mut bytes).unwrap();
            request.extend_from_slice(&bytes[..n]);
        }
        let request = String::from_utf8(request).unwrap();
        let key = request.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
        let accept = tungstenite::handshake::derive_accept_key(key.unwrap().as_bytes());
        stream.write_all(response.replace("{accept}", &accept).as_bytes()).unwrap();
        while !goes && stream.read(&mut bytes).is_ok_and(|n| n > 0) {}
    });
    format!("ws://{address}/")
}

/// What a server answers is written so that it means the same to another key.
#[test]
fn responses_of_every_kind() {
    const CONNECTED: &str = "+WS_CONNECTED:0\r\n\r\nOK\r\n";
    const ERROR: &str = "\r\nERROR\r\n";
    let usual = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Accept: {accept}\r\n\r\n";
    let further = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                   Sec-WebSocket-Accept: {accept}\r\nServer: [x]\r\n\r\n";
    let other = "HTTP/1.1 101 Yes\r\nconnection: upgrade\r\nsec-websocket-accept: {accept}\r\n\
                 upgrade: WebSocket\r\n\r\n";
    let wrong = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    let extension = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                     Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Extensions: x\r\n\r\n";
    for (name, response, goes, expected, written) in [
        ("usual", usual, false, CONNECTED, "peer 0 [101]"),
        ("further", further, false, CONNECTED, "peer 0 [101 Server: [x\\]⏎]"),
        ("other", other, false, CONNECTED, "peer 0 [response HTTP/1.1 101 Yes⏎"),
        ("wrong", wrong, false, ERROR, "peer 0 \"HTTP/1.1 101 Switching"),
        ("extension", extension, false, ERROR, "peer 0 [101 Sec-WebSocket-Extensions: x⏎]"),
        ("part", "HTTP/1.1 101 Swi", true, ERROR, "peer 0 \"HTTP/1.1 101 Swi\""),
        ("garbage", "SSH-2.0-OpenSSH_9.2\r\n", false, ERROR, "peer 0 \"SSH-2.0-OpenSSH_9.2"),
    ] {
        let file = File::new(name);
        let open = format!("AT+WSOPEN=0,\"{}\"\r\n", answering(response, goes));
        let text = session(&file, &[], &[SESSION[0], (&open, expected)]);
        assert!(text.contains(written), "{name}: {text}");
        let (good, shown) = play(&file);
        assert!(good, "{name}: {shown}\n{text}");
    }
}

/// A fault is told where it began: the core alone, which plays the file, knows nothing of it.
#[test]
fn faults_stand_in_it() {
    let file = File::new("fault");
    let mut config = wsat::device::Config::default();
    config.retry_delay_ms = 50;
    let mut simulator = wsat_sim::Simulator::new(config).unwrap();
    let server = simulator.start_echo_server("127.0.0.1:0".parse().unwrap()).unwrap();
    simulator.record(std::fs::File::create(&file.0).unwrap());
    let cable = simulator.add_cable();
    let mut printed = Vec::new();
    let mut until = |simulator: &mut wsat_sim::Simulator, text: &str| {
        while !String::from_utf8_lossy(&printed).ends_with(text) {
            simulator.turn(Some(Duration::from_millis(20))).unwrap();
            printed.extend(cable.receive());
        }
    };
    until(&mut simulator, "ready\r\n");
    cable.send(format!("AT+WSOPEN=0,\"ws://{server}/\"\r\n").as_bytes());
    until(&mut simulator, "OK\r\n");
    simulator.apply(None, "network 0 reset".parse().unwrap());
    until(&mut simulator, "+WS_DISCONNECTED:0\r\n");
    until(&mut simulator, "+WS_CONNECTED:0\r\n");
    drop(simulator);
    let text = std::fs::read_to_string(&file.0).unwrap();
    assert!(text.contains("# fault: network 0 reset\n"), "{text}");
    let (good, shown) = play(&file);
    assert!(good, "{shown}\n{text}");
}

/// What a module is made with stands in the file too.
#[test]
fn a_module_with_options() {
    let file = File::new("options");
    let mut config = wsat::device::Config::new(wsat::Dialect::V4_2);
    config.terminator = wsat::at_syntax::Terminator::Byte(b'\n');
    config.user_agent = "a test";
    config.payload_timeout_ms = Some(100);
    config.check_text = true;
    let mut simulator = wsat_sim::Simulator::new(config).unwrap();
    let server = simulator.start_echo_server("127.0.0.1:0".parse().unwrap()).unwrap();
    simulator.record(std::fs::File::create(&file.0).unwrap());
    let cable = simulator.add_cable();
    let open = format!("AT+WSOPEN=0,\"ws://{server}/\"\n");
    let send = b"AT+WSSEND=0,1\n";
    for line in [&b"ATE0\n"[..], b"AT+CMD?\n", open.as_bytes(), send, b"\x80", send, b""] {
        cable.send(line);
        let mut printed = cable.receive();
        let end = Instant::now() + Duration::from_secs(20);
        while !["OK\r\n", ">", "ERROR\r\n"].iter().any(|end| printed.ends_with(end.as_bytes())) {
            simulator.turn(Some(Duration::from_millis(20))).unwrap();
            printed.extend(cable.receive());
            assert!(Instant::now() < end, "{line:?}: {printed:?}");
        }
    }
    drop(simulator);
    let text = std::fs::read_to_string(&file.0).unwrap();
    let (good, shown) = play(&file);
    assert!(good, "{shown}\n{text}");
}
