//! TLS over a socket: the same calls as those of [`Wire`], and a handshake before them.

use crate::reactor::Reactor;
use crate::tls::cause;
use crate::wire::Wire;
use mio::event::Event;
use rustls::ClientConnection;
use std::io::{self, ErrorKind, Read, Write};

/// A TLS session and the socket under it.
#[derive(Debug)]
pub(super) struct TlsWire {
    wire: Wire,
    session: ClientConnection,
    /// Bytes of the link that are encrypted already, while their records are not yet all in the
    /// socket.
    held: usize,
    /// What ended the session, to be told when all that arrived before it is read.
    failed: Option<io::Error>,
    /// The socket has given its last byte.
    ended: bool,
}

/// What a look into the socket brought.
enum Received {
    Something,
    Nothing,
    End,
}

impl TlsWire {
    /// Over a connection that stands.
    pub(super) const fn new(wire: Wire, session: ClientConnection) -> Self {
        Self { wire, session, held: 0, failed: None, ended: false }
    }

    pub(super) fn note(&mut self, event: &Event) {
        self.wire.note(event);
    }

    /// Goes on with the handshake. Returns whether it is done.
    ///
    /// # Errors
    ///
    /// Why it has failed.
    pub(super) fn handshake(&mut self) -> io::Result<bool> {
        loop {
            let sent = self.flush();
            if sent.is_ok() && !self.session.is_handshaking() {
                return Ok(true);
            }
            // Why a server hung up is in what it sent before, so that is read although nothing can be
            // written any more.
            match self.receive()? {
                Received::Something => {}
                Received::Nothing => return sent.map(|_| false),
                Received::End => {
                    let text = "the server hung up during the handshake";
                    return Err(io::Error::new(ErrorKind::UnexpectedEof, text));
                }
            }
        }
    }

    /// Reads; `None` means that nothing is there now, `Some(0)` that the other side has ended.
    pub(super) fn read(&mut self, into: &mut [u8]) -> io::Result<Option<usize>> {
        loop {
            // A session of TLS that ends without saying so has ended nevertheless: WebSocket has its own
            // way to tell whether something was cut off.
            match self.session.reader().read(into) {
                Ok(n) => return Ok(Some(n)),
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(Some(0)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
            if let Some(error) = self.failed.take() {
                self.ended = true;
                return Err(error);
            }
            if self.ended {
                return Ok(Some(0));
            }
            match self.receive() {
                Ok(Received::Something) => {}
                Ok(Received::Nothing) => return Ok(None),
                Ok(Received::End) => self.ended = true,
                // Behind what came before it.
                Err(error) => self.failed = Some(error),
            }
        }
    }

    /// Whether a write would take something now.
    pub(super) fn is_writable(&mut self) -> bool {
        // What waits in the session goes first, also when the link has nothing to write. An error is
        // one that a write would get.
        self.flush().map_or(true, |done| done && self.wire.is_writable())
    }

    /// Writes what it can: 0 when not all of it has gone to the socket yet. Then the same bytes are to be
    /// offered again: they count as taken when their last record is, because a command that sends has
    /// a time limit for that.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.held == 0 {
            self.held = self.session.writer().write(bytes)?;
        }
        debug_assert!(self.held <= bytes.len(), "the same bytes are offered again");
        Ok(if self.flush()? { std::mem::take(&mut self.held) } else { 0 })
    }

    /// Closes the stream without a word.
    pub(super) fn reset(self, reactor: &mut Reactor) {
        self.wire.reset(reactor);
    }

    /// Closes the session, as far as the socket takes that, and the socket.
    pub(super) fn close(mut self, reactor: &mut Reactor) {
        self.session.send_close_notify();
        let _ = self.flush();
        self.wire.close(reactor);
    }

    /// Writes the session's records to the socket. Returns whether none is left.
    fn flush(&mut self) -> io::Result<bool> {
        while self.session.wants_write() {
            match self.session.write_tls(&mut Socket(&mut self.wire)) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Gives the session what the socket has, once.
    fn receive(&mut self) -> io::Result<Received> {
        match self.session.read_tls(&mut Socket(&mut self.wire)) {
            Ok(0) => return Ok(Received::End),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Received::Nothing),
            Err(error) => return Err(error),
        }
        let result = self.session.process_new_packets();
        // An answer of the session's own; the alert, if it has failed.
        let _ = self.flush();
        match result {
            Ok(_) => Ok(Received::Something),
            Err(error) => Err(io::Error::new(ErrorKind::InvalidData, cause(&error))),
        }
    }
}

/// A [`Wire`] in the terms of the standard library.
struct Socket<'w>(&'w mut Wire);

impl Read for Socket<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)?.ok_or_else(|| ErrorKind::WouldBlock.into())
    }
}

impl Write for Socket<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes)? {
            0 if !bytes.is_empty() => Err(ErrorKind::WouldBlock.into()),
            n => Ok(n),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reactor::Owner;
    use crate::resolver::Resolver;
    use crate::tls::{Certificates, Tls, Verification};
    use mio::{Events, Poll, Token, Waker};
    use rustls::crypto::ring;
    use rustls::pki_types::PrivateKeyDer;
    use rustls::{ServerConfig, ServerConnection, StreamOwned};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;
    use wsat::TlsSettings;

    const LIMIT: Duration = Duration::from_secs(30);

    /// More than the send buffer holds, less than a session buffers.
    const CHUNK: usize = 48 * 1024;

    fn server() -> Arc<ServerConfig> {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        let chain = vec![params.self_signed(&key).unwrap().der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map(Arc::new)
            .unwrap()
    }

    /// The loop in small: waits, then tells the wire.
    fn wait(poll: &mut Poll, wire: &mut TlsWire) {
        let mut events = Events::with_capacity(8);
        poll.poll(&mut events, Some(LIMIT)).unwrap();
        assert!(!events.is_empty(), "nothing happens");
        for event in &events {
            wire.note(event);
        }
    }

    /// Bytes count as taken when all their records are in the socket, and they go there once.
    #[test]
    fn held_bytes_are_sent_once() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        rustix::net::sockopt::set_socket_send_buffer_size(&stream, 8 * 1024).unwrap();
        stream.set_nonblocking(true).unwrap();
        let (go, may_go) = channel();
        let (config, peer) = (server(), listener.accept().unwrap().0);
        let reading = thread::spawn(move || {
            let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), peer);
            stream.conn.complete_io(&mut stream.sock).unwrap();
            may_go.recv_timeout(LIMIT).unwrap();
            let mut all = Vec::new();
            stream.read_to_end(&mut all).unwrap();
            all
        });

        let mut poll = Poll::new().unwrap();
        let waker = Waker::new(poll.registry(), Token(usize::MAX)).unwrap();
        let tls = Tls::new(Verification::AsModule, Certificates::default());
        let registry = poll.registry().try_clone().unwrap();
        let mut reactor = Reactor::new(registry, Resolver::new(waker, Vec::new()), tls);
        let session = reactor.tls.begin("localhost", TlsSettings::NONE).unwrap();
        let stream = mio::net::TcpStream::from_std(stream);
        let owner = Owner::Link { station: 0, link: 0 };
        let mut wire = TlsWire::new(Wire::new(stream, &mut reactor, owner).unwrap(), session);
        while !wire.handshake().unwrap() {
            wait(&mut poll, &mut wire);
        }

        let mut sent = Vec::new();
        let mut chunk = vec![0; CHUNK];
        let mut go = Some(go);
        for i in 0..200 {
            chunk.fill(i);
            while wire.write(&chunk).unwrap() == 0 {
                // Nobody has read yet: the sockets are full, in the middle of this chunk.
                if let Some(go) = go.take_if(|_| !wire.is_writable()) {
                    go.send(()).unwrap();
                }
                wait(&mut poll, &mut wire);
            }
            sent.extend_from_slice(&chunk);
        }
        assert!(go.is_none(), "the sockets took everything at once");
        // So that there is room for the end of the session, too.
        while !wire.is_writable() {
            wait(&mut poll, &mut wire);
        }
        wire.close(&mut reactor);
        assert!(reading.join().unwrap() == sent);
    }
}
