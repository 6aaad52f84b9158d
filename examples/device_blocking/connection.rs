//! The threads of a connection: one connects and then reads, one writes.

use super::{Link, Module, Shared, WINDOW};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use wsat::device::Conn;

/// Empties the window, and has a thread connect.
pub(crate) fn open(shared: &Arc<Shared>, module: &mut Module, conn: Conn) {
    let now = module.now();
    module.links[conn.link()] = Link { conn: Some(conn), ..Link::default() };
    match module.device.target(conn) {
        Some(target) if !target.secure => {
            let (shared, address) = (Arc::clone(shared), (target.host.to_owned(), target.port));
            // Names are looked up there, too. A thread that takes too long is not waited for.
            thread::spawn(move || connect(&shared, conn, TcpStream::connect(address)));
        }
        // A TLS library would go between these threads and the socket.
        _ => module.device.handle_eof(now, conn),
    }
}

fn connect(shared: &Arc<Shared>, conn: Conn, stream: io::Result<TcpStream>) {
    let mut module = shared.lock();
    let now = module.now();
    // The link may have another connection by now.
    if !module.is_live(conn) {
        return;
    }
    match stream {
        Ok(stream) => {
            let _ = stream.set_nodelay(true);
            let stream = Arc::new(stream);
            let (sending, socket) = (Arc::clone(shared), Arc::clone(&stream));
            thread::spawn(move || send(&sending, conn, &socket));
            module.links[conn.link()].stream = Some(Arc::clone(&stream));
            module.device.handle_up(now, conn);
            shared.done(&mut module);
            drop(module);
            receive(shared, conn, &stream);
        }
        Err(error) => {
            eprintln!("link {}: {error}", conn.link());
            module.device.handle_eof(now, conn);
            shared.done(&mut module);
        }
    }
}

/// The lane of a peer's bytes.
fn receive(shared: &Shared, conn: Conn, mut stream: &TcpStream) {
    let mut bytes = [0; WINDOW];
    let mut module = shared.lock();
    while module.is_live(conn) {
        let room = WINDOW - module.links[conn.link()].window.len();
        // Reading into no room would give 0, as the end does.
        if room == 0 {
            module = shared.wait(module);
            continue;
        }
        drop(module);
        let n = stream.read(&mut bytes[..room]).unwrap_or(0);
        module = shared.lock();
        if !module.is_live(conn) {
            return;
        }
        module.links[conn.link()].window.extend_from_slice(&bytes[..n]);
        // What came before the end was offered when it came.
        if n == 0 {
            let now = module.now();
            module.device.handle_eof(now, conn);
            return shared.done(&mut module);
        }
        shared.done(&mut module);
    }
}

/// The lane of the bytes for a peer.
fn send(shared: &Shared, conn: Conn, mut stream: &TcpStream) {
    let mut out = [0; 1460];
    let mut module = shared.lock();
    while module.is_live(conn) {
        let n = module.device.poll_peer(conn, &mut rand::rng(), &mut out);
        if n == 0 {
            module = shared.wait(module);
            continue;
        }
        // The request that was written may be all that the answer waited for.
        shared.done(&mut module);
        drop(module);
        // A failure shows when what had arrived before it is read.
        let written = stream.write_all(&out[..n]);
        module = shared.lock();
        if written.is_err() {
            return;
        }
        let now = module.now();
        module.device.handle_sent(now, conn, n).expect("that much was given");
        shared.done(&mut module);
    }
}
