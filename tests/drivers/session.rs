//! The session that every driver has to get through.

use crate::host::{Host, LIMIT, Server, Unit, accept, flood, narrow};
use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};
use tungstenite::{Message, protocol::frame::coding::CloseCode};
use wsat::{Dialect, device::Config};

const RETRY_MS: u32 = 200;
/// How long the device waits for a server's Close.
const CLOSE: Duration = Duration::from_secs(1);
const LONG: usize = 100 * 1024;

/// Drives a device at this AT port until the host leaves.
type Serve = fn(TcpStream, Config) -> io::Result<()>;

/// One of the examples.
pub(crate) struct Driver {
    pub(crate) name: &'static str,
    pub(crate) serve: Serve,
    /// How this machine is called in the driver's network.
    pub(crate) loopback: &'static str,
}

impl Driver {
    pub(crate) const fn new(name: &'static str, serve: Serve) -> Self {
        Self { name, serve, loopback: "127.0.0.1" }
    }
}

/// Octets that are not the same from one offset or link to another.
fn octets(seed: usize, count: usize) -> Vec<u8> {
    (0..count).map(|n| (n * (2 * seed + 7) + n / 251 + seed) as u8).collect()
}

/// Switches a module on and plays the session.
pub(crate) fn play(driver: &Driver) {
    let line = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut host = Host::new(TcpStream::connect(line.local_addr().unwrap()).unwrap());
    let port = line.accept().unwrap().0;
    narrow(&port);
    // Messages in parts.
    let mut config = Config::new(Dialect::V4_2);
    config.retry_delay_ms = RETRY_MS;
    let serve = driver.serve;
    let module = thread::spawn(move || serve(port, config));
    session(&mut host, driver);
    // The host leaves.
    drop(host);
    let end = Instant::now() + LIMIT;
    while !module.is_finished() {
        assert!(Instant::now() < end, "the driver does not end with its host");
        thread::sleep(Duration::from_millis(1));
    }
    module.join().unwrap().unwrap();
}

fn session(host: &mut Host, driver: &Driver) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    host.expect(&["ready"]);
    host.send("ATE0\r\n");
    host.expect(&["ATE0", "OK"]);
    lines(host, driver);
    let mut servers = vec![host.open(0, driver.loopback, &listener)];
    a_flood_of_pongs(host, driver, &mut servers[0]);
    // One of them has to be looked up.
    for (link, name) in [(1, driver.loopback), (2, "localhost")] {
        servers.push(host.open(link, name, &listener));
    }
    texts(host, &mut servers);
    long_messages(host, &mut servers);
    three_links_busy(host, &mut servers);
    a_serial_line_that_stands_still(host, &mut servers);
    closing(host, driver, &listener, &mut servers);
    servers[1] = anew(host, driver, &listener, &mut servers[1]);
    a_loss(host, &listener, servers.remove(0));
}

/// Lines that came together, one of them for the embedding program; then servers that are not there, that
/// say nothing, and that this driver has no TLS for.
fn lines(host: &mut Host, driver: &Driver) {
    host.send("AT\r\nAT+GMR\r\nAT\r\n");
    host.expect(&["OK", "ERROR", "OK"]);
    // A port that is not given to whoever asks for any, so nobody listens there.
    host.send(format!("AT+WSOPEN=1,\"ws://{}:1/\"\r\n", driver.loopback));
    host.expect(&["ERROR"]);
    // Without a timeout it would be 15 s.
    let took = open_in_vain(host, driver, Duration::from_millis(300));
    assert!(took < Duration::from_secs(10), "after {took:?}");
    host.send("AT+WSOPEN=1,\"wss://127.0.0.1/\"\r\n");
    host.expect(&["ERROR"]);
}

/// A server that takes the connection and says nothing, so the handshake's time runs out; how long that took.
///
/// A driver may tell the time once in each turn of its loop, so its device may count from before the host has
/// typed the line, by as much as a turn takes on a busy machine.
fn open_in_vain(host: &mut Host, driver: &Driver, timeout: Duration) -> Duration {
    const TURN: Duration = Duration::from_millis(100);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, timeout_ms) = (silent.local_addr().unwrap().port(), timeout.as_millis());
    let begun = Instant::now();
    host.send(format!("AT+WSOPEN=1,\"ws://{}:{port}/\",,{timeout_ms}\r\n", driver.loopback));
    let unit = host.next();
    let took = begun.elapsed();
    assert_eq!(unit, Unit::Line("ERROR".to_owned()));
    assert!(took > timeout - TURN, "after {took:?} of {timeout:?}");
    silent.set_nonblocking(true).unwrap();
    silent.accept().expect("the driver connects");
    took
}

/// A server that sends without end does not stop the clock.
fn a_flood_of_pongs(host: &mut Host, driver: &Driver, server: &mut Server) {
    // RFC 6455 5.5.3: nobody has to ask for one, and none is answered.
    let pongs = [&[0x8A, 125][..], &[b'p'; 125]].concat().repeat(1000);
    let enough = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let end = Instant::now() + LIMIT / 3;
            while !enough.load(Ordering::Relaxed) && Instant::now() < end {
                server.get_mut().write_all(&pongs).unwrap();
            }
        });
        // So that it is under way.
        thread::sleep(Duration::from_millis(200));
        let took = open_in_vain(host, driver, Duration::from_secs(1));
        enough.store(true, Ordering::Relaxed);
        assert!(took < Duration::from_secs(3), "after {took:?}");
    });
}

fn texts(host: &mut Host, servers: &mut [Server]) {
    for (link, server) in servers.iter_mut().enumerate() {
        let text = format!("Hällo from link {link}");
        host.begin_send(&format!("{link},{}", text.len()), text.as_bytes());
        host.expect(&["SEND OK"]);
        assert_eq!(server.read().unwrap(), Message::text(&text));
        server.send(Message::text(&text)).unwrap();
        host.expect_data(link, text.as_bytes());
    }
}

/// Longer than every buffer, each way.
fn long_messages(host: &mut Host, servers: &mut [Server]) {
    let message = octets(1, LONG);
    host.send_message(1, &message);
    assert!(servers[1].read().unwrap() == Message::binary(message.clone()));
    servers[1].send(Message::binary(message.clone())).unwrap();
    host.expect_data(1, &message);
}

/// Data on every link at a time, while the host sends on one after the other.
fn three_links_busy(host: &mut Host, servers: &mut [Server]) {
    let messages = [2, 3, 4].map(|seed| octets(seed, LONG));
    let mut got = [const { Vec::new() }; 3];
    let mut sent = 0;
    thread::scope(|scope| {
        for (server, message) in servers.iter_mut().zip(&messages) {
            scope.spawn(|| server.send(Message::binary(message.clone())).unwrap());
        }
        host.send("AT+WSSEND=0,10\r\n");
        while sent < 3 || got.iter().map(Vec::len).sum::<usize>() < 3 * LONG {
            match host.next() {
                Unit::Record(link, data) => got[link].extend(data),
                Unit::Prompt => host.send("0123456789"),
                Unit::Line(line) if line == "SEND OK" => {
                    sent += 1;
                    if sent < 3 {
                        host.send(format!("AT+WSSEND={sent},10\r\n"));
                    }
                }
                Unit::Line(line) => assert_eq!(line, "OK"),
            }
        }
    });
    assert!(got == messages, "other data than was sent");
    for server in servers {
        assert_eq!(server.read().unwrap(), Message::text("0123456789"));
    }
}

/// Nobody reads at the AT port. One link is full; the others are heard and answered all the same.
fn a_serial_line_that_stands_still(host: &mut Host, servers: &mut [Server]) {
    let message = octets(5, 64 * 1024);
    let [flooded, pinging, closing] = servers else { panic!() };
    let total = flood(flooded, &message, host);

    pinging.send(Message::Ping("are you there?".into())).unwrap();
    assert_eq!(pinging.read().unwrap(), Message::Pong("are you there?".into()));
    closing.close(None).unwrap();
    assert!(closing.read().unwrap().is_close());
    closing.get_ref().shutdown(Shutdown::Both).unwrap();
    // And when somebody reads again, nothing was lost.
    thread::scope(|scope| {
        scope.spawn(|| flooded.flush().unwrap());
        let mut got = Vec::new();
        let mut closed = false;
        while got.len() < total || !closed {
            match host.next() {
                Unit::Record(link, data) => {
                    assert_eq!(link, 0);
                    got.extend(data);
                }
                unit => {
                    assert_eq!(unit, Unit::Line("+WS_CLOSED:2".to_owned()));
                    closed = true;
                }
            }
        }
        assert!(got == message.repeat(total / message.len()), "other data than was sent");
    });
}

/// By the host, and by a server that says something before it leaves. The link is used anew at once.
fn closing(host: &mut Host, driver: &Driver, listener: &TcpListener, servers: &mut [Server]) {
    let [_, first, second] = servers else { panic!() };
    let mut fastest = CLOSE;
    for _ in 0..3 {
        let begun = Instant::now();
        host.send("AT+WSCLOSE=1\r\n");
        let read = first.read().unwrap();
        let Message::Close(Some(frame)) = read else { panic!("{read:?}") };
        assert_eq!(frame.code, CloseCode::Normal);
        // Its own Close goes out with that.
        assert!(first.read().is_err());
        assert_eq!(first.get_mut().read(&mut [0]).unwrap(), 0, "not the end of the transport");
        host.expect(&["OK"]);
        fastest = fastest.min(begun.elapsed());
        *first = host.open(1, driver.loopback, listener);
    }
    assert!(fastest < CLOSE, "the server's Close is not heard");
    // Its data may still be on its way to the host when its transport is gone.
    let message = octets(6, LONG);
    *second = host.open(2, driver.loopback, listener);
    thread::scope(|scope| {
        scope.spawn(|| {
            second.send(Message::binary(message.clone())).unwrap();
            second.close(None).unwrap();
            while second.read().is_ok() {}
            second.get_ref().shutdown(Shutdown::Both).unwrap();
        });
        host.expect_data(2, &message);
        host.expect(&["+WS_CLOSED:2"]);
    });
}

/// A server whose Close does not come, and whose data stays behind in the window. The link is used anew at
/// once, and the server hears of the end.
fn anew(host: &mut Host, driver: &Driver, listener: &TcpListener, going_on: &mut Server) -> Server {
    let message = octets(8, 10_000);
    flood(going_on, &message, host);
    host.send("AT+WSCLOSE=1\r\n");
    // Until the device has given up waiting.
    thread::sleep(CLOSE + Duration::from_millis(200));
    thread::scope(|scope| {
        let going_on = scope.spawn(|| {
            loop {
                if let Err(error) = going_on.send(Message::binary(message.clone())) {
                    return error;
                }
            }
        });
        loop {
            match host.next() {
                Unit::Record(link, _) => assert_eq!(link, 1),
                unit => break assert_eq!(unit, Unit::Line("OK".to_owned())),
            }
        }
        let mut server = host.open(1, driver.loopback, listener);
        server.send(Message::text("anew")).unwrap();
        host.expect_data(1, b"anew");
        let error = going_on.join().unwrap();
        let tungstenite::Error::Io(error) = error else { panic!("{error}") };
        let ends = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
        assert!(ends.contains(&error.kind()), "it was not told: {error}");
        server
    })
}

/// Everything that came before the end is printed before it is said; then the link comes back.
fn a_loss(host: &mut Host, listener: &TcpListener, mut server: Server) {
    let message = octets(7, LONG);
    thread::scope(|scope| {
        scope.spawn(|| {
            server.send(Message::binary(message.clone())).unwrap();
            server.get_ref().shutdown(Shutdown::Write).unwrap();
        });
        host.expect_data(0, &message);
        host.expect(&["+WS_DISCONNECTED:0"]);
    });
    let mut server = accept(listener);
    host.expect(&["+WS_CONNECTED:0"]);
    host.begin_send("0,5", b"again");
    host.expect(&["SEND OK"]);
    assert_eq!(server.read().unwrap(), Message::text("again"));
    server.send(Message::text("welcome")).unwrap();
    host.expect_data(0, b"welcome");
    // Without a word, and in the middle of a frame.
    host.begin_send("0,3", b"bye");
    host.expect(&["SEND OK"]);
    drop(server);
    host.expect(&["+WS_DISCONNECTED:0"]);
    drop(accept(listener));
}
