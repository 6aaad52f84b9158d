//! The transport of one link: a script, not a socket.

use super::{
    frame::{self, Found},
    session::{Event, Piece},
};
use rand::{SeedableRng as _, rngs::StdRng};
use std::collections::HashSet;
use tungstenite::handshake::derive_accept_key;
use wsat::device::Conn;

pub(super) struct Wire {
    /// The present transport.
    pub(super) conn: Option<Conn>,
    /// The one before it.
    pub(super) stale: Option<Conn>,
    /// The receive window, which the core relays from.
    pub(super) window: Vec<u8>,
    pub(super) window_size: usize,
    /// What the peer has sent and the window has no room for.
    pub(super) arriving: Vec<u8>,
    /// The peer ends the transport after that.
    pub(super) ends: bool,
    /// Bytes that the transport still takes.
    pub(super) room: Option<usize>,
    /// What the transport is given is not told as sent.
    pub(super) holds: bool,
    /// Bytes that were not told as sent.
    pub(super) held: usize,
    pub(super) rng: StdRng,
    /// What can be seen of it, since the last look.
    pub(super) events: Vec<Event>,
    /// Bytes of a request or frame that is not complete.
    unread: Vec<u8>,
    /// The request of the present transport was seen.
    requested: bool,
    key: Option<String>,
}

/// What must never come twice in a session.
#[derive(Default)]
pub(super) struct Secrets {
    masks: HashSet<[u8; 4]>,
    keys: HashSet<String>,
}

/// Stands in a response for the value that accepts the request's key.
pub(super) const ACCEPT: &str = "{accept}";

const KEY: &str = "\r\nSec-WebSocket-Key: ";

impl Wire {
    pub(super) fn new(link: usize, window_size: usize) -> Self {
        Self {
            conn: None,
            stale: None,
            window: Vec::new(),
            window_size,
            arriving: Vec::new(),
            ends: false,
            room: None,
            holds: false,
            held: 0,
            rng: StdRng::seed_from_u64(link as u64),
            events: Vec::new(),
            unread: Vec::new(),
            requested: false,
            key: None,
        }
    }

    pub(super) fn open(&mut self, conn: Conn, target: String) {
        self.conn = Some(conn);
        self.window.clear();
        self.arriving.clear();
        self.unread.clear();
        (self.ends, self.held, self.requested, self.key) = (false, 0, false, None);
        (self.room, self.holds) = (None, false);
        self.events.push(Event::Opens(target));
    }

    pub(super) fn close(&mut self) {
        self.stale = self.conn.take();
        self.arriving.clear();
        self.cut();
        self.events.push(Event::Closes);
    }

    /// Nothing more is read of what is not complete.
    pub(super) fn cut(&mut self) {
        if !self.unread.is_empty() {
            self.events.push(Event::Cut(self.unread.len()));
            self.unread.clear();
        }
    }

    /// Puts into the window what has room there; whether that was anything.
    pub(super) fn fill(&mut self) -> bool {
        let room = self.window_size.saturating_sub(self.window.len()).min(self.arriving.len());
        self.window.extend(self.arriving.drain(..room));
        room > 0
    }

    /// The peer reads. The error is something that a client must not do.
    pub(super) fn read(&mut self, bytes: &[u8], secrets: &mut Secrets) -> Result<(), String> {
        self.unread.extend_from_slice(bytes);
        if !self.requested {
            self.read_request(secrets)?;
        }
        while self.requested {
            match frame::read(&self.unread) {
                Found::Part => break,
                Found::Wrong(why) => return Err(why.to_owned()),
                Found::Frame(frame, mask, len) => {
                    self.unread.drain(..len);
                    if !secrets.masks.insert(mask) {
                        return Err(format!("the mask of {frame} was used before"));
                    }
                    self.events.push(Event::Sends(frame));
                }
            }
        }
        Ok(())
    }

    /// Of the opening handshake: the key is needed as soon as it is there.
    fn read_request(&mut self, secrets: &mut Secrets) -> Result<(), String> {
        let text = String::from_utf8_lossy(&self.unread).into_owned();
        if self.key.is_none()
            && let Some((_, key)) = text.split_once(KEY)
            && let Some((key, _)) = key.split_once("\r\n")
        {
            // 16 bytes in base64 (RFC 6455 4.1).
            let digit = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
            if key.len() != 24 || !key.ends_with("==") || !key[..22].chars().all(digit) {
                return Err(format!("{key} is not 16 bytes in base64"));
            }
            if !secrets.keys.insert(key.to_owned()) {
                return Err(format!("the key {key} was used before"));
            }
            self.key = Some(key.to_owned());
        }
        if let Some(end) = text.find("\r\n\r\n") {
            let mut request: Vec<u8> = self.unread.drain(..end + 4).collect();
            if let Some(key) = &self.key {
                let line = format!("{KEY}{key}");
                if let Some(at) = text.find(&line) {
                    request.splice(at + KEY.len()..at + line.len(), *b"{key}");
                }
            }
            self.events.push(Event::Requests(request));
            self.requested = true;
        }
        Ok(())
    }

    /// What the peer sends, in bytes.
    pub(super) fn written(&self, pieces: &[Piece]) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Bytes(piece) => bytes.extend_from_slice(piece),
                Piece::Acceptance(headers) => {
                    bytes.extend_from_slice(&acceptance(self.accept()?.as_bytes(), headers));
                }
                Piece::Response(text) => {
                    let accept = self.accept()?;
                    let mut rest = &text[..];
                    while let Some(at) =
                        rest.windows(ACCEPT.len()).position(|part| part == ACCEPT.as_bytes())
                    {
                        bytes.extend_from_slice(&rest[..at]);
                        bytes.extend_from_slice(accept.as_bytes());
                        rest = &rest[at + ACCEPT.len()..];
                    }
                    bytes.extend_from_slice(rest);
                }
            }
        }
        Ok(bytes)
    }

    /// The value that accepts the present request.
    fn accept(&self) -> Result<String, String> {
        let key = self.key.as_ref().ok_or("there is no request with a key to accept")?;
        Ok(derive_accept_key(key.as_bytes()))
    }
}

/// A response that accepts, with these headers behind the three that it takes (RFC 6455 4.2.2).
pub(super) fn acceptance(accept: &[u8], headers: &[u8]) -> Vec<u8> {
    let head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
                 Connection: Upgrade\r\nSec-WebSocket-Accept: ";
    [head, accept, b"\r\n", headers, b"\r\n"].concat()
}
