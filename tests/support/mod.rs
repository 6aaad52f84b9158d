//! A module on a bench: a device, a clock that the test turns, a serial line and three transports that it
//! holds.

#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part of this")]

mod frames;

pub use frames::{frames_of, server_frame};

use rand::{SeedableRng, rngs::StdRng};
use std::fmt::Write;
use wsat::Instant;
use wsat::device::{Action, Config, Conn, Device, Serial, Storage};

/// The far end of one link's transport.
pub struct Peer {
    pub conn: Option<Conn>,
    pub window: Vec<u8>,
    /// Bytes that the device has sent on the present transport and the test has not looked at.
    pub sent: Vec<u8>,
    /// Bytes that the transport still takes; `None`: any number.
    pub room: Option<usize>,
    /// What the transport is given waits in the driver's own buffer: it is not sent yet.
    pub holds: bool,
    /// Bytes that wait there.
    pub held: usize,
    /// Everything that ever happened on this lane: bytes sent, and transports opened and closed.
    pub log: Vec<u8>,
    rng: StdRng,
}

/// Everything around one device.
pub struct Bench {
    pub device: Device<'static>,
    pub now: u64,
    /// What the AT port printed and the test has not looked at.
    pub printed: Vec<u8>,
    /// The host's bytes that the device did not take yet.
    pub typed: Vec<u8>,
    /// The serial line takes nothing.
    pub serial_blocked: bool,
    /// The most bytes asked for in one poll of the serial line.
    pub serial_piece: usize,
    /// Windows are rings that wrap after so many bytes, again and again.
    pub ring: usize,
    pub peers: [Peer; 3],
    /// Actions that the test has not looked at.
    pub actions: Vec<Action>,
}

/// The size of every receive window.
pub const WINDOW: usize = 4096;

impl Bench {
    /// A module that has printed `ready`, with echo off: transcripts show what it answers.
    pub fn new() -> Self {
        let mut bench = Self::with_config(Config::default());
        bench.drain().expect("\r\nready\r\n");
        bench.host("ATE0\r\n").expect("ATE0\r\n\r\nOK\r\n");
        bench
    }

    /// A module that was just switched on.
    pub fn with_config(config: Config) -> Self {
        let storage = Box::leak(Box::new(Storage::<256, 8192, 256>::new()));
        Self::with_device(Device::new(config, storage.lend([WINDOW; 3])))
    }

    pub fn with_device(device: Device<'static>) -> Self {
        let peer = |seed| Peer {
            conn: None,
            window: Vec::new(),
            sent: Vec::new(),
            room: None,
            holds: false,
            held: 0,
            log: Vec::new(),
            rng: StdRng::seed_from_u64(seed),
        };
        Self {
            device,
            now: 0,
            printed: Vec::new(),
            typed: Vec::new(),
            serial_blocked: false,
            serial_piece: 64,
            ring: usize::MAX,
            peers: [peer(0), peer(1), peer(2)],
            actions: Vec::new(),
        }
    }

    pub fn instant(&self) -> Instant {
        Instant::from_millis(self.now)
    }

    /// The clock goes on to this many milliseconds, stopping at every deadline on the way.
    pub fn at(&mut self, millis: u64) -> &mut Self {
        assert!(millis >= self.now, "time goes forward");
        self.drain();
        while let Some(deadline) = self.device.poll_deadline()
            && deadline.as_millis() <= millis
        {
            self.now = self.now.max(deadline.as_millis());
            let before = self.device.poll_deadline();
            self.device.handle_time(self.instant());
            self.drain();
            assert_ne!(self.device.poll_deadline(), before, "a deadline was not dealt with");
        }
        self.now = millis;
        self
    }

    /// The host sends this; everything that follows from it happens.
    pub fn host(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.type_in(bytes.as_ref());
        self.drain();
        self
    }

    /// The host sends this, and only the serial side goes on.
    pub fn type_in(&mut self, bytes: &[u8]) {
        self.typed.extend_from_slice(bytes);
        self.serial_side();
    }

    /// Host and serial line, until neither gets further; whether they got anywhere.
    pub fn serial_side(&mut self) -> bool {
        let mut any = false;
        loop {
            let taken = self.device.handle_host(self.instant(), &self.typed);
            self.typed.drain(..taken);
            if !self.print() && taken == 0 {
                return any;
            }
            any = true;
        }
    }

    /// Prints what can be printed; whether that was anything.
    fn print(&mut self) -> bool {
        let mut any = false;
        while !self.serial_blocked {
            let mut out = vec![0; self.serial_piece];
            match self.device.poll_host(self.instant(), &mut out) {
                Serial::Bytes(n) => {
                    assert!(n > 0);
                    self.printed.extend_from_slice(&out[..n]);
                }
                Serial::Relay { conn, len } => {
                    let window = &mut self.peers[conn.link()].window;
                    let n = len.min(self.serial_piece);
                    assert!(n <= window.len(), "the window holds what is to be relayed");
                    self.printed.extend(window.drain(..n));
                    self.device.handle_relayed(Instant::from_millis(self.now), conn, n).unwrap();
                }
                Serial::Idle => return any,
            }
            any = true;
        }
        any
    }

    /// Everything that follows, until nothing more does.
    pub fn drain(&mut self) -> &mut Self {
        loop {
            self.serial_side();
            let mut any = false;
            while let Some(action) = self.device.poll_action() {
                any = true;
                self.act(action);
            }
            for link in 0..3 {
                any |= self.offer(link);
                any |= self.transmit(link);
            }
            if !self.serial_side() && !any {
                return self;
            }
        }
    }

    fn act(&mut self, action: Action) {
        self.actions.push(action);
        match action {
            Action::Open(conn) => {
                let peer = &mut self.peers[conn.link()];
                assert_eq!(peer.conn, None, "one transport a link at a time");
                peer.conn = Some(conn);
                peer.window.clear();
                peer.sent.clear();
                peer.held = 0;
                peer.log.extend_from_slice(b"<open>");
            }
            Action::Close(conn) => {
                let peer = &mut self.peers[conn.link()];
                assert_eq!(peer.conn, Some(conn), "each transport is closed once");
                peer.conn = None;
                peer.log.extend_from_slice(b"<close>");
            }
            Action::Command => {}
        }
    }

    /// Offers the window of a link; whether anything was taken.
    pub fn offer(&mut self, link: usize) -> bool {
        let now = self.instant();
        let peer = &mut self.peers[link];
        let Some(conn) = peer.conn else { return false };
        if peer.window.is_empty() {
            return false;
        }
        let (window, wrapped) = peer.window.split_at(self.ring.min(peer.window.len()));
        let taken = self.device.handle_peer(now, conn, window, wrapped);
        peer.window.drain(..taken);
        taken > 0
    }

    /// Lets the transport of a link take what it has room for; whether that was anything.
    pub fn transmit(&mut self, link: usize) -> bool {
        let now = self.instant();
        let peer = &mut self.peers[link];
        let Some(conn) = peer.conn else { return false };
        let mut out = [0; 48];
        let room = peer.room.unwrap_or(out.len()).min(out.len());
        let n = self.device.poll_peer(conn, &mut peer.rng, &mut out[..room]);
        peer.sent.extend_from_slice(&out[..n]);
        peer.log.extend_from_slice(&out[..n]);
        if let Some(room) = &mut peer.room {
            *room -= n;
        }
        peer.held += n;
        let sent = if peer.holds { 0 } else { std::mem::take(&mut peer.held) };
        if sent > 0 {
            self.device.handle_sent(now, conn, sent).unwrap();
        }
        n > 0 || sent > 0
    }

    /// The peer of a link sends this. The window is filled as the device empties it.
    pub fn peer(&mut self, link: usize, bytes: impl AsRef<[u8]>) -> &mut Self {
        for piece in bytes.as_ref().chunks(WINDOW) {
            let mut piece = piece;
            while !piece.is_empty() && self.peers[link].conn.is_some() {
                let window = &mut self.peers[link].window;
                let n = piece.len().min(WINDOW - window.len());
                assert!(n > 0, "the device does not take what the peer sends");
                window.extend_from_slice(&piece[..n]);
                piece = &piece[n..];
                self.drain();
            }
        }
        self
    }

    /// The transport of a link is connected, and the peer accepts the opening handshake.
    pub fn accept(&mut self, link: usize) -> &mut Self {
        let response = self.up(link).response(link);
        self.peer(link, response)
    }

    /// The transport of a link is connected.
    pub fn up(&mut self, link: usize) -> &mut Self {
        let conn = self.peers[link].conn.expect("the device asked for a transport");
        self.device.handle_up(self.instant(), conn);
        self.drain()
    }

    /// The request that the device has sent.
    pub fn request(&mut self, link: usize) -> String {
        let sent = std::mem::take(&mut self.peers[link].sent);
        let request = String::from_utf8(sent).unwrap();
        assert!(request.ends_with("\r\n\r\n"), "{request:?}");
        request
    }

    /// The response that accepts the request that the device has sent.
    pub fn response(&mut self, link: usize) -> Vec<u8> {
        let request = self.request(link);
        let key = request
            .lines()
            .find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "))
            .expect("a key");
        let accept = tungstenite::handshake::derive_accept_key(key.as_bytes());
        let mut response = String::new();
        response.push_str("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n");
        write!(response, "Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n").unwrap();
        response.into_bytes()
    }

    /// The transport of a link has ended.
    pub fn eof(&mut self, link: usize) -> &mut Self {
        if let Some(conn) = self.peers[link].conn {
            self.device.handle_eof(self.instant(), conn);
        }
        self.drain()
    }

    /// Opens a link, whole and in order, and looks at the answer.
    pub fn open(&mut self, link: usize) -> &mut Self {
        self.host(format!("AT+WSOPEN={link},\"ws://peer{link}/\"\r\n")).expect("");
        self.accept(link).expect(&format!("+WS_CONNECTED:{link}\r\n\r\nOK\r\n"))
    }

    /// Exactly this was printed since the last look.
    #[track_caller]
    pub fn expect(&mut self, expected: &str) -> &mut Self {
        self.expect_bytes(expected.as_bytes())
    }

    #[track_caller]
    pub fn expect_bytes(&mut self, expected: &[u8]) -> &mut Self {
        let printed = std::mem::take(&mut self.printed);
        assert_eq!(
            printed.escape_ascii().to_string(),
            expected.escape_ascii().to_string(),
            "at {} ms",
            self.now
        );
        self
    }

    /// Exactly these frames were sent to the peer since the last look.
    #[track_caller]
    pub fn expect_sent(&mut self, link: usize, expected: &[(u8, &[u8])]) -> &mut Self {
        let sent = std::mem::take(&mut self.peers[link].sent);
        let (frames, rest) = frames_of(&sent);
        assert!(rest.is_empty(), "whole frames, and then {}", rest.escape_ascii());
        let frames: Vec<_> = frames
            .iter()
            .map(|frame| (frame.first, frame.payload.escape_ascii().to_string()))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(first, payload)| (*first, payload.escape_ascii().to_string()))
            .collect();
        assert_eq!(frames, expected, "at {} ms", self.now);
        self
    }

    /// Exactly these actions were given since the last look: `o` open, `c` close, with the link; `!`
    /// a command for the firmware.
    #[track_caller]
    pub fn expect_actions(&mut self, expected: &str) -> &mut Self {
        let actions: Vec<_> = std::mem::take(&mut self.actions)
            .iter()
            .map(|action| match action {
                Action::Open(conn) => format!("o{}", conn.link()),
                Action::Close(conn) => format!("c{}", conn.link()),
                Action::Command => String::from("!"),
            })
            .collect();
        assert_eq!(actions.join(" "), expected, "at {} ms", self.now);
        self
    }
}
