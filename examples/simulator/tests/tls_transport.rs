//! `wss://`: bytes through TLS, sides that are late, and servers that leave.

mod common;
#[path = "common/tls.rs"]
mod tls;

use common::{ERROR, LIMIT, OK, PROMPT, READY, SENT, Sim, server};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::mpsc::channel;
use std::time::Duration;
use tls::{Authority, Folder, Identity, Server, refused, start, wss};
use tungstenite::{Message, accept};

/// 1 MiB as one message, out in parts and back in records.
#[test]
fn large_messages_both_ways() {
    let (authority, folder) = (Authority::new("ours"), Folder::new());
    let identity = authority.sign("127.0.0.1");
    let ca = folder.file("ca.pem", authority.pem());
    let (_sim, mut host) = start(&["--dialect", "4.2", "--ca", &ca]);
    host.command("AT+WSCFG=0,30,60,16384", OK);
    host.open(0, &wss(Server::new(&identity).echo()));
    let data: Vec<u8> = (0..1 << 20_u32).map(|i| (i * 7 % 253) as u8).collect();
    let count = data.len() / 16384;
    for (part, piece) in data.chunks(16384).enumerate() {
        let opcode = if part == 0 { 2 } else { 0 };
        let fin = u8::from(part + 1 == count);
        host.data(0, &format!(",{opcode},,{fin}"), piece);
    }
    for piece in data.chunks(16384) {
        host.record(0, piece);
    }
    host.command("AT+WSCLOSE=0", OK);
}

/// What the session has decrypted waits in it while the module's window is full.
#[test]
fn a_host_that_reads_late() {
    const COUNT: usize = 600;
    let identity = Identity::self_signed("127.0.0.1");
    let address = Server::new(&identity).serve(move |stream| {
        let mut socket = accept(stream).unwrap();
        for i in 0..COUNT {
            socket.send(Message::binary(vec![i as u8; 16 * 1024])).unwrap();
        }
    });
    let sim = Sim::start(&["--serial", "tcp:127.0.0.1:0", "--tls", "as-module"]);
    // Not a `Host`, which reads all the time.
    let mut port = TcpStream::connect(sim.said("wsat-sim: AT port on ")).unwrap();
    port.set_read_timeout(Some(LIMIT)).unwrap();
    let opening = format!("ATE0\r\nAT+WSOPEN=0,\"{}\"\r\n", wss(address));
    port.write_all(opening.as_bytes()).unwrap();
    let mut begun = vec![0; format!("{READY}ATE0\r\n{OK}+WS_CONNECTED:0\r\n{OK}").len()];
    port.read_exact(&mut begun).unwrap();
    // The outcome does not depend on how long this is.
    std::thread::sleep(Duration::from_millis(500));
    for i in 0..COUNT * 16 {
        let expected = [b"+WS_DATA:0,1024,".as_slice(), &[(i / 16) as u8; 1024], b"\r\n"].concat();
        let mut record = vec![0; expected.len()];
        port.read_exact(&mut record).unwrap();
        assert!(record == expected, "record {i}");
    }
    let mut end = [0; 20];
    port.read_exact(&mut end).unwrap();
    assert_eq!(&end, b"+WS_DISCONNECTED:0\r\n");
}

/// More than the sockets hold, so that records of TLS are held up in the middle.
#[test]
fn a_server_that_reads_late() {
    const COUNT: usize = 1000;
    let (authority, folder) = (Authority::new("ours"), Folder::new());
    let identity = authority.sign("127.0.0.1");
    let (seen, was_seen) = channel();
    let address = Server::new(&identity).serve(move |stream| {
        let mut socket = accept(stream).unwrap();
        // The outcome does not depend on how long this is.
        std::thread::sleep(Duration::from_millis(500));
        for i in 0..COUNT {
            let data = socket.read().unwrap().into_data();
            assert!(data.len() == 8192 && data.iter().all(|&byte| byte == i as u8), "message {i}");
        }
        seen.send(()).unwrap();
        while socket.read().is_ok() {}
        // A session that is closed, not cut off.
        assert_eq!(socket.get_mut().read(&mut [0]).unwrap(), 0);
        seen.send(()).unwrap();
    });
    let (_sim, mut host) = start(&["--ca", &folder.file("ca.pem", authority.pem())]);
    host.open(0, &wss(address));
    for i in 0..COUNT {
        host.data(0, ",2,60000", &[i as u8; 8192]);
    }
    was_seen.recv_timeout(LIMIT).unwrap();
    host.command("AT+WSCLOSE=0", OK);
    was_seen.recv_timeout(LIMIT).unwrap();
}

/// What is not taken in time ends the connection, and what was taken arrives.
#[test]
fn a_server_that_does_not_read() {
    let (authority, folder) = (Authority::new("ours"), Folder::new());
    let identity = authority.sign("127.0.0.1");
    let (go, may_go) = channel();
    let (seen, was_seen) = channel();
    let address = Server::new(&identity).serve(move |stream| {
        let mut socket = accept(stream).unwrap();
        let expected: usize = may_go.recv_timeout(LIMIT).unwrap();
        for i in 0..expected {
            let data = socket.read().unwrap().into_data();
            assert!(data.len() == 8192 && data.iter().all(|&byte| byte == i as u8), "message {i}");
        }
        assert!(socket.read().is_err());
        seen.send(()).unwrap();
    });
    let (_sim, mut host) = start(&["--ca", &folder.file("ca.pem", authority.pem())]);
    host.open(0, &wss(address));
    let mut taken = 0;
    loop {
        host.command("AT+WSSEND=0,8192,2,2000", PROMPT);
        host.send([taken as u8; 8192]);
        let first = host.output.read(SENT.len());
        if first != SENT.as_bytes() {
            let end = format!("+WS_DISCONNECTED:0\r\n{ERROR}");
            assert!(end.as_bytes().starts_with(&first), "{}", String::from_utf8_lossy(&first));
            host.expect(&end[first.len()..]);
            break;
        }
        taken += 1;
    }
    go.send(taken).unwrap();
    was_seen.recv_timeout(LIMIT).unwrap();
    host.command("AT+WSCLOSE=0", OK);
}

#[test]
fn servers_without_tls() {
    let (sim, mut host) = start(&["--tls", "as-module"]);
    let address = server(|mut stream| {
        let mut bytes = [0; 4096];
        let _ = stream.read(&mut bytes).unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").unwrap();
        while stream.read(&mut bytes).is_ok_and(|n| n > 0) {}
    });
    refused(&sim, &mut host, address, "the server does not speak TLS there");
    let address = server(|stream| assert!(accept(stream).is_err()));
    host.command(&format!("AT+WSOPEN=0,\"{}\"", wss(address)), ERROR);
    sim.said("wsat-sim: link 0: no TLS with 127.0.0.1: ");
    host.command("AT", OK);
}

#[test]
fn servers_that_leave_the_handshake() {
    let (sim, mut host) = start(&["--tls", "as-module"]);
    let address = server(|mut stream| {
        // All of what the module says first, so that nothing unread makes a reset of this.
        let mut head = [0; 5];
        stream.read_exact(&mut head).unwrap();
        let len = usize::from(u16::from_be_bytes([head[3], head[4]]));
        stream.read_exact(&mut vec![0; len]).unwrap();
    });
    refused(&sim, &mut host, address, "the server hung up during the handshake");
    let address = server(|mut stream| {
        let mut bytes = [0; 4096];
        let _ = stream.read(&mut bytes).unwrap();
        // An alert: fatal, handshake failure.
        stream.write_all(b"\x15\x03\x03\x00\x02\x02\x28").unwrap();
    });
    refused(&sim, &mut host, address, "the server refused: handshake failure");
    let silent = server(|mut stream| while stream.read(&mut [0; 4096]).is_ok_and(|n| n > 0) {});
    host.command(&format!("AT+WSOPEN=0,\"{}\",,200", wss(silent)), ERROR);
    host.command("AT+WSOPEN?", OK);
}

/// The end of the transport ends the session, also if TLS did not say so; what came before is there.
#[test]
fn a_connection_that_is_cut_off() {
    let identity = Identity::self_signed("127.0.0.1");
    let (_sim, mut host) = start(&["--tls", "as-module"]);
    for says_so in [false, true] {
        let address = Server::new(&identity).serve(move |stream| {
            let mut socket = accept(stream).unwrap();
            socket.send(Message::text("last words")).unwrap();
            if says_so {
                let stream = socket.get_mut();
                stream.conn.send_close_notify();
                stream.flush().unwrap();
            }
        });
        host.open(0, &wss(address));
        host.record(0, b"last words");
        host.expect("+WS_DISCONNECTED:0\r\n");
        host.command("AT+WSCLOSE=0", OK);
    }
}
