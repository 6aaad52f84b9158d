//! A WebSocket server that sends every message back.
//!
//! The protocol is tungstenite's, so what a module says to it is judged by somebody else's reading
//! of RFC 6455. It runs in the loop of the modules, without a thread of its own.

use crate::reactor::{Owner, Reactor};
use mio::net::{TcpListener, TcpStream};
use mio::{Interest, Token};
use slab::Slab;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use tungstenite::handshake::HandshakeError;
use tungstenite::handshake::MidHandshake;
use tungstenite::handshake::server::{NoCallback, ServerHandshake};
use tungstenite::{Error, Message, WebSocket, accept};

/// Steps of one peer in one turn of the loop, so that a busy one lets the others have theirs.
const STEPS: usize = 64;

/// Listener and connections.
#[derive(Debug)]
pub(crate) struct EchoServer {
    listener: TcpListener,
    local: SocketAddr,
    peers: Slab<Peer>,
    /// Peers that had more to do when their steps were used up.
    unfinished: Vec<usize>,
}

#[derive(Debug)]
struct Peer {
    token: Token,
    stage: Stage,
    /// Something is still to be written; until then nothing more is read.
    writing: bool,
}

#[derive(Debug)]
enum Stage {
    Handshake(Box<MidHandshake<ServerHandshake<TcpStream, NoCallback>>>),
    Open(Box<WebSocket<TcpStream>>),
    Over,
}

/// What a peer can do after a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    More,
    Blocked,
    Over,
}

impl EchoServer {
    pub(crate) fn new(address: SocketAddr, reactor: &mut Reactor) -> io::Result<Self> {
        let mut listener = TcpListener::bind(address)?;
        let local = listener.local_addr()?;
        reactor.register(&mut listener, Interest::READABLE, Owner::EchoListener)?;
        Ok(Self { listener, local, peers: Slab::new(), unfinished: Vec::new() })
    }

    /// Where it listens, with the port that the system chose.
    pub(crate) const fn local(&self) -> SocketAddr {
        self.local
    }

    /// Whether [`handle_peer`](Self::handle_peer) is to be called without an event.
    pub(crate) const fn is_unfinished(&self) -> bool {
        !self.unfinished.is_empty()
    }

    /// Goes on with the peers that had more to do.
    pub(crate) fn go_on(&mut self, reactor: &mut Reactor) {
        for peer in std::mem::take(&mut self.unfinished) {
            self.handle_peer(peer, reactor);
        }
    }

    /// An event of the listener.
    pub(crate) fn handle_listener(&mut self, reactor: &mut Reactor) {
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => self.begin(stream, reactor),
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::ConnectionAborted | ErrorKind::Interrupted
                    ) => {}
                // Nobody more, or no descriptor for one more: the next event asks again.
                Err(_) => return,
            }
        }
    }

    fn begin(&mut self, mut stream: TcpStream, reactor: &mut Reactor) {
        let peer = self.peers.vacant_key();
        let interest = Interest::READABLE | Interest::WRITABLE;
        let owner = Owner::EchoPeer { peer };
        let Ok(token) = reactor.register(&mut stream, interest, owner) else { return };
        let _ = stream.set_nodelay(true);
        let stage = staged(accept(stream));
        self.peers.insert(Peer { token, stage, writing: false });
        self.handle_peer(peer, reactor);
    }

    /// An event of a peer, or time to go on with it.
    pub(crate) fn handle_peer(&mut self, number: usize, reactor: &mut Reactor) {
        let Some(peer) = self.peers.get_mut(number) else { return };
        for _ in 0..STEPS {
            match peer.step() {
                Step::More => {}
                Step::Blocked => return,
                Step::Over => {
                    let token = peer.token;
                    drop(self.peers.remove(number));
                    reactor.release(token);
                    return;
                }
            }
        }
        self.unfinished.push(number);
    }
}

impl Peer {
    fn step(&mut self) -> Step {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Over => Step::Over,
            Stage::Handshake(handshake) => {
                self.stage = staged(handshake.handshake());
                match self.stage {
                    Stage::Handshake(_) => Step::Blocked,
                    Stage::Open(_) => Step::More,
                    Stage::Over => Step::Over,
                }
            }
            Stage::Open(mut socket) => {
                let result = if self.writing {
                    socket.flush().map(|()| self.writing = false)
                } else {
                    // The answer to a Ping or a Close has to be flushed like an echo.
                    socket.read().and_then(|message| {
                        self.writing = true;
                        match message {
                            Message::Text(_) | Message::Binary(_) => socket.write(message),
                            _ => Ok(()),
                        }
                    })
                };
                self.stage = Stage::Open(socket);
                match result {
                    Ok(()) => Step::More,
                    Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => Step::Blocked,
                    Err(Error::Io(error)) if error.kind() == ErrorKind::Interrupted => Step::More,
                    Err(_) => Step::Over,
                }
            }
        }
    }
}

type Accepted =
    Result<WebSocket<TcpStream>, HandshakeError<ServerHandshake<TcpStream, NoCallback>>>;

fn staged(accepted: Accepted) -> Stage {
    match accepted {
        Ok(socket) => Stage::Open(Box::new(socket)),
        Err(HandshakeError::Interrupted(handshake)) => Stage::Handshake(Box::new(handshake)),
        Err(HandshakeError::Failure(_)) => Stage::Over,
    }
}
