//! A client and a server, wired to each other: random conversations, random cuts, random sizes of everything.

use proptest::{collection::vec, prelude::*};
use rfc6455::{
    CloseCode, Connection, Control, Flags, HeaderDecoder, Incoming, Instant, Mask, Opcode,
    Outgoing, Policy, Role,
};
use wsat_testkit::Counter;

/// What one side does, one after another.
#[derive(Clone, Debug)]
enum Act {
    /// A message, or a part of one that the next message of the same side ends.
    Message {
        text: bool,
        len: usize,
        fragment: usize,
        fin: bool,
    },
    /// A Ping by `Connection::ping`.
    Ping(u32),
    /// A Ping with this many octets by `Connection::send`.
    LongPing(usize),
    Close(Option<u16>),
}

type Message = (Opcode, Vec<u8>);

struct Side {
    role: Role,
    connection: Connection,
    rng: Counter,
    /// Acts not yet begun.
    acts: std::vec::IntoIter<Act>,
    /// The data being sent.
    data: Vec<u8>,
    /// The message begun in parts.
    open: Option<Message>,
    /// The messages whose last part was asked to be sent.
    sent: Vec<Message>,
    received: Vec<Message>,
    receiving: Option<(Message, bool)>,
    tokens_sent: Vec<u32>,
    tokens_back: Vec<u32>,
    long_pings_sent: usize,
    pings_seen: usize,
    close_asked: Option<Option<u16>>,
    close_seen: Option<Option<u16>>,
    /// All that was written, and the part that is under way.
    wire: Vec<u8>,
    delivered: usize,
}

impl Side {
    fn new(role: Role, seed: u64, acts: Vec<Act>) -> Self {
        Self {
            role,
            connection: Connection::new(role, Policy::new()),
            rng: Counter::new(seed),
            acts: acts.into_iter(),
            data: Vec::new(),
            open: None,
            sent: Vec::new(),
            received: Vec::new(),
            receiving: None,
            tokens_sent: Vec::new(),
            tokens_back: Vec::new(),
            long_pings_sent: 0,
            pings_seen: 0,
            close_asked: None,
            close_seen: None,
            wire: Vec::new(),
            delivered: 0,
        }
    }

    /// Begins its next act; false if there is none, or something is still being sent.
    fn act(&mut self) -> bool {
        if self.connection.is_sending() {
            return false;
        }
        let Some(act) = self.acts.next() else { return false };
        match act {
            Act::Message { text, len, fragment, fin } => {
                let mut data: Vec<u8> = (0..len).map(|_| self.rng.next() as u8).collect();
                let (opcode, kind) = match &self.open {
                    Some((kind, _)) => (Opcode::Continuation, *kind),
                    None if text => (Opcode::Text, Opcode::Text),
                    None => (Opcode::Binary, Opcode::Binary),
                };
                if kind == Opcode::Text {
                    data = "aé€😀".bytes().cycle().take(len).collect();
                    let cut = data.iter().rposition(|octet| octet & 0xC0 != 0x80).unwrap_or(0);
                    if core::str::from_utf8(&data).is_err() {
                        data.truncate(cut);
                    }
                }
                let request = Outgoing { opcode, fin, len: data.len(), fragment };
                if self.connection.send(request).is_err() {
                    // Only a Close refuses it.
                    assert!(self.connection.is_closing());
                    return true;
                }
                let mut message = self.open.take().unwrap_or((kind, Vec::new()));
                message.1.extend_from_slice(&data);
                if fin {
                    self.sent.push(message);
                } else {
                    self.open = Some(message);
                }
                self.data = data;
            }
            Act::Ping(token) => {
                self.connection.ping(Some(token));
                self.tokens_sent.push(token);
            }
            Act::LongPing(len) => {
                let request = Outgoing { opcode: Opcode::Ping, fin: true, len, fragment: 1 };
                if self.connection.send(request).is_ok() {
                    self.data = vec![b'p'; len];
                    self.long_pings_sent += 1;
                }
            }
            Act::Close(code) => {
                if !self.connection.is_closing() {
                    self.close_asked = Some(code);
                }
                self.connection.close(Instant::ZERO, code.and_then(CloseCode::new));
            }
        }
        true
    }

    /// Writes at most `room` bytes; false if there was nothing to write.
    fn write(&mut self, room: usize) -> bool {
        let mut out = vec![0; room];
        let (taken, n) = self.connection.poll(&mut self.rng, &self.data, &mut out);
        self.data.drain(..taken);
        self.wire.extend_from_slice(&out[..n]);
        n > 0
    }

    /// Takes at most `n` bytes that the other has written; false if there were none.
    fn read(&mut self, from: &mut Self, n: usize) -> bool {
        let end = from.wire.len().min(from.delivered + n);
        let mut piece = from.wire[from.delivered..end].to_vec();
        let mut rest = &mut piece[..];
        while !rest.is_empty() {
            let (taken, found) = self.connection.read(Instant::ZERO, rest);
            match found {
                None => assert_eq!(taken, rest.len()),
                Some(Err(fault)) => panic!("{:?} found {fault:?}", self.role),
                Some(Ok(Incoming::Frame(frame))) => {
                    let (_, fin) =
                        self.receiving.get_or_insert(((frame.opcode, Vec::new()), frame.fin));
                    *fin = frame.fin;
                    if frame.fin && frame.len == 0 {
                        self.received.push(self.receiving.take().unwrap().0);
                    }
                }
                Some(Ok(Incoming::Payload { octets, last })) => {
                    let ((_, all), fin) = self.receiving.as_mut().unwrap();
                    all.extend_from_slice(octets);
                    if last && *fin {
                        self.received.push(self.receiving.take().unwrap().0);
                    }
                }
                Some(Ok(Incoming::Control(Control::Ping))) => self.pings_seen += 1,
                Some(Ok(Incoming::Control(Control::Pong(token)))) => self.tokens_back.extend(token),
                Some(Ok(Incoming::Control(Control::Close(code)))) => {
                    self.close_seen = Some(code.map(CloseCode::get));
                }
            }
            rest = &mut rest[taken..];
        }
        from.delivered = end;
        !piece.is_empty()
    }

    /// The frames on the wire: a first byte each and the payload.
    fn frames(&self) -> Vec<(u8, Vec<u8>)> {
        let mut rest = &self.wire[..];
        let mut frames = Vec::new();
        let other = if self.role == Role::Client { Role::Server } else { Role::Client };
        let mut decoder = HeaderDecoder::new(other);
        while !rest.is_empty() {
            let (taken, header) = decoder.decode(rest);
            let header = header.expect("the last frame is whole").expect("it keeps the rules");
            let (payload, after) = rest[taken..].split_at(usize::try_from(header.len).unwrap());
            let mut payload = payload.to_vec();
            if let Some(key) = header.mask {
                Mask::new(key).apply(&mut payload);
            }
            frames.push((header.flags.bits() | header.opcode.bits(), payload));
            rest = after;
        }
        frames
    }
}

/// The messages that are whole in these frames.
fn messages(frames: &[(u8, Vec<u8>)]) -> Vec<Message> {
    let mut whole = Vec::new();
    let mut message: Option<Message> = None;
    for (first, payload) in frames.iter().filter(|(first, _)| first & 0x08 == 0) {
        let begun = message.get_or_insert((Opcode::from_bits(*first), Vec::new()));
        begun.1.extend_from_slice(payload);
        if first & 0x80 != 0 {
            whole.extend(message.take());
        }
    }
    whole
}

/// Lets the two talk until both are silent.
fn converse(client: &mut Side, server: &mut Side, seed: u64, room: usize) {
    let mut rng = Counter::new(seed);
    let mut size = |most: usize| 1 + (rng.next() as usize) % most;
    loop {
        for _ in 0..20 {
            match size(8) {
                1 => drop(client.act()),
                2 => drop(server.act()),
                3 | 4 => drop(client.write(size(room))),
                5 | 6 => drop(server.write(size(room))),
                7 => drop(client.read(server, size(room))),
                _ => drop(server.read(client, size(room))),
            }
        }
        let mut busy = client.act() | server.act();
        busy |= client.write(size(room)) | server.write(size(room));
        busy |= client.read(server, size(room)) | server.read(client, size(room));
        if !busy {
            return;
        }
    }
}

fn check(from: &Side, to: &Side) {
    let frames = from.frames();
    // Everything written arrives once, whole, in order (RFC 6455 5.5.1: even after our own Close, until the
    // peer's comes) …
    assert_eq!(to.received, messages(&frames));
    // … and all that was asked for is written, but for what a Close has cut off.
    assert_eq!(to.received, from.sent[..to.received.len()]);
    if !from.connection.is_closing() {
        assert_eq!(to.received.len(), from.sent.len());
    }
    let close = frames.iter().position(|(first, _)| *first == 0x88);
    if let Some(at) = close {
        // RFC 6455 5.5.1: nothing after a Close, but Pongs until the peer's.
        assert!(frames[at + 1..].iter().all(|(first, _)| *first == 0x8A), "{frames:x?}");
        let code = frames[at].1.first_chunk().map(|code| u16::from_be_bytes(*code));
        assert_eq!(to.close_seen, Some(code));
        if let Some(asked) = from.close_asked {
            assert_eq!(code, asked);
        } else {
            assert_eq!(Some(code), from.close_seen, "the answer has the peer's code");
        }
    }
    // Pongs come in the order of their Pings, and none that was not asked for.
    let mut asked = from.tokens_sent.iter();
    assert!(from.tokens_back.iter().all(|token| asked.any(|sent| sent == token)));
    let pongs = frames.iter().filter(|(first, _)| *first == 0x8A).count();
    assert!(pongs <= from.pings_seen);
    // Without a Close every Ping is seen, and the last one answered (RFC 6455 5.5.3).
    if close.is_none() && to.close_seen.is_none() {
        let others = to.frames();
        let mut pings = others.iter().filter(|(first, _)| *first == 0x89);
        assert_eq!(from.pings_seen, pings.clone().count());
        let mut pongs = frames.iter().filter(|(first, _)| *first == 0x8A);
        assert_eq!(pongs.next_back().map(|pong| &pong.1), pings.next_back().map(|ping| &ping.1));
    }
    // A message is never begun inside another, and frames are as the flags say.
    let mut inside = false;
    for (first, _) in &frames {
        let flags = Flags::from_bits_truncate(*first);
        match first & 0x0F {
            0 => {
                assert!(inside);
                inside = !flags.contains(Flags::FIN);
            }
            1 | 2 => {
                assert!(!inside);
                inside = !flags.contains(Flags::FIN);
            }
            _ => {}
        }
    }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let len = prop_oneof![4 => 0..40_usize, 2 => 100..300_usize, 1 => 65_500..65_600_usize];
    let fragment = prop_oneof![1 => 1..8_usize, 2 => 8..200_usize, 2 => Just(usize::MAX)];
    let message = (any::<bool>(), len, fragment, prop::bool::weighted(0.8)).prop_map(
        |(text, len, fragment, fin)| {
            // Not tens of thousands of frames.
            let fragment = if len > 1000 { fragment.max(1000) } else { fragment };
            Act::Message { text, len, fragment, fin }
        },
    );
    let code = prop::option::of(prop_oneof![Just(1000_u16), Just(1001), 3000..5000_u16]);
    let act = prop_oneof![
        8 => message,
        3 => any::<u32>().prop_map(Act::Ping),
        // Not of four octets, which would be a token.
        2 => (5..126_usize).prop_map(Act::LongPing),
        1 => code.prop_map(Act::Close),
    ];
    vec(act, 0..10)
}

fn session(client: Vec<Act>, server: Vec<Act>, seed: u64, room: usize) -> (Side, Side) {
    let mut client = Side::new(Role::Client, seed ^ 1, client);
    let mut server = Side::new(Role::Server, seed ^ 2, server);
    converse(&mut client, &mut server, seed, room);
    assert!(!client.connection.is_sending() && !server.connection.is_sending());
    check(&client, &server);
    check(&server, &client);
    (client, server)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 2 } else { 300 }, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn conversations(
        client in acts(),
        server in acts(),
        seed: u64,
        room in prop_oneof![1..20_usize, 20..5000_usize],
    ) {
        let (client, server) = session(client, server, seed, room);
        // One that closes takes the other with it.
        let closing = client.close_asked.is_some() || server.close_asked.is_some();
        let (ours, theirs) = (client.connection.closed(), server.connection.closed());
        prop_assert_eq!((ours.clean, theirs.clean), (closing, closing));
        if !closing {
            prop_assert_eq!((ours.code, theirs.code), (1006, 1006));
        }
        prop_assert_eq!(client.connection.fault().or(server.connection.fault()), None);
    }

    #[test]
    fn every_conversation_can_be_closed(
        client in acts(),
        server in acts(),
        by_client: bool,
        by_server: bool,
        seed: u64,
        room in 1..300_usize,
    ) {
        let (mut client, mut server) = (client, server);
        client.retain(|act| !matches!(act, Act::Close(_)));
        server.retain(|act| !matches!(act, Act::Close(_)));
        if by_client || !by_server {
            client.push(Act::Close(Some(3001)));
        }
        if by_server {
            server.push(Act::Close(Some(4002)));
        }
        let (client, server) = session(client, server, seed, room);
        let (ours, theirs) = (client.connection.closed(), server.connection.closed());
        prop_assert!(ours.clean && theirs.clean);
        // RFC 6455 7.1.5: the code of the other's Close, its own one or the echo of ours.
        prop_assert_eq!(theirs.code, if client.close_asked.is_some() { 3001 } else { 4002 });
        prop_assert_eq!(ours.code, if server.close_asked.is_some() { 4002 } else { 3001 });
    }
}

#[test]
fn one_byte_at_a_time() {
    let acts = || {
        vec![
            Act::Message { text: true, len: 300, fragment: 7, fin: false },
            Act::Ping(1),
            Act::Message { text: true, len: 126, fragment: 200, fin: true },
            Act::LongPing(125),
            Act::Message { text: false, len: 0, fragment: 1, fin: true },
            Act::Close(Some(1000)),
        ]
    };
    for seed in 0..100 {
        let (client, server) = session(acts(), acts(), seed, 1);
        assert!(client.connection.closed().clean && server.connection.closed().clean);
    }
}
