//! The same bytes for this crate and for tungstenite: the same messages, the same Pongs, the same verdict with
//! the same close code, or a difference that stands in a table.

mod common;

use std::io::{self, Read, Write};

use common::Counter;
use proptest::{collection::vec, prelude::*};
use rfc6455::{
    CloseCode, Connection, Control, Fault, Flags, Header, Incoming, Instant, Limits, Opcode,
    Policy, Role,
};
use tungstenite::{
    Error, Message,
    protocol::{self, WebSocket, WebSocketConfig},
};

/// Of a frame and of a message, so that tungstenite does not reserve memory for what a header claims.
const LIMIT: usize = 1 << 20;

/// What a library makes of a stream.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Outcome {
    /// Messages, Pings, Pongs, and the peer's Close if it was accepted.
    events: Vec<String>,
    /// Payloads of the Pongs written.
    pongs: Vec<Vec<u8>>,
    /// The Close that it answers with, or would: `None` while the connection goes on.
    verdict: Option<Option<u16>>,
}

/// A difference that is right as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Difference {
    /// RFC 6455 5.2: a length that is not in its shortest form fails the connection; tungstenite takes it.
    NotMinimal,
    /// Code 1014 (registered for gateways) is refused by tungstenite.
    BadGateway,
    /// One frame has several faults, and the two look in another order. Ours in the order of the bytes.
    SeveralFaults,
    /// Our verdict comes on the octet that shows the fault, tungstenite's when the frame is whole.
    Later,
}

/// Which of our faults goes with which code of tungstenite's, when the frame has both faults.
const SEVERAL: [(Fault, u16); 10] = [
    // It looks at the claimed length before anything else.
    (Fault::ReservedBits, 1009),
    (Fault::FragmentedControl, 1009),
    (Fault::ControlTooLong, 1009),
    (Fault::Masked, 1009),
    (Fault::Unmasked, 1009),
    (Fault::LengthTooLong, 1009),
    (Fault::ContinuationWithoutStart, 1009),
    (Fault::StartInsideMessage, 1009),
    (Fault::ReservedOpcode, 1009),
    // It looks at the reason of a Close before its code.
    (Fault::CloseCode, 1007),
];

fn ours(role: Role, stream: &[u8], cut: usize) -> (Outcome, Option<Fault>) {
    let mut policy = Policy::new();
    policy.limits = Limits { frame: LIMIT as u64, message: LIMIT as u64 };
    let mut connection = Connection::new(role, policy);
    let mut outcome = Outcome::default();
    let mut message: Option<(Opcode, Vec<u8>)> = None;
    let mut fin = false;
    let mut rng = Counter::new(1);
    let mut written = Vec::new();
    let mut pings = Vec::new();
    for piece in stream.chunks(cut) {
        let mut piece = piece.to_vec();
        let mut rest = &mut piece[..];
        while !rest.is_empty() {
            let (input, found) = {
                let (taken, found) = connection.read(Instant::ZERO, rest);
                // The event is turned into owned values before the input is looked at again.
                let found = found.map(|found| {
                    found.map(|found| match found {
                        Incoming::Frame(frame) => (Some(frame), None, None),
                        Incoming::Payload { octets, last } => {
                            (None, Some((octets.to_vec(), last)), None)
                        }
                        Incoming::Control(event) => (None, None, Some(event)),
                    })
                });
                (taken, found)
            };
            rest = &mut rest[input..];
            let mut ends = false;
            match found {
                None => assert!(rest.is_empty()),
                Some(Err(_)) => {}
                Some(Ok((frame, payload, control))) => {
                    if let Some(frame) = frame {
                        fin = frame.fin;
                        message.get_or_insert((frame.opcode, Vec::new()));
                        ends = fin && frame.len == 0;
                    }
                    if let Some((octets, last)) = payload {
                        message.as_mut().unwrap().1.extend(octets);
                        ends = fin && last;
                    }
                    match control {
                        Some(Control::Ping) => pings.push(outcome.events.len()),
                        Some(Control::Pong(_)) => outcome.events.push("pong".to_owned()),
                        Some(Control::Close(code)) => {
                            let code = code.map(CloseCode::get);
                            outcome.events.push(close(code, connection.close_reason()));
                        }
                        None => {}
                    }
                    if matches!(control, Some(Control::Ping)) {
                        outcome.events.push("ping".to_owned());
                    }
                }
            }
            if ends {
                let (opcode, octets) = message.take().unwrap();
                outcome.events.push(format!("{opcode:?} {}", octets.escape_ascii()));
            }
            let mut out = [0; 200];
            loop {
                let (_, n) = connection.poll(&mut rng, b"", &mut out);
                if n == 0 {
                    break;
                }
                written.extend_from_slice(&out[..n]);
            }
        }
    }
    control_frames(&written, &mut outcome);
    assert_eq!(outcome.pongs.len(), pings.len());
    (outcome, connection.fault())
}

fn close(code: Option<u16>, reason: &str) -> String {
    format!("close {code:?} {reason}")
}

/// A stream in memory that never ends and has nothing more.
struct Memory<'a> {
    input: &'a [u8],
    output: Vec<u8>,
}

impl Read for Memory<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.input.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.input.read(buffer)
    }
}

impl Write for Memory<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn theirs(role: Role, stream: &[u8]) -> Outcome {
    let role = match role {
        Role::Client => protocol::Role::Client,
        Role::Server => protocol::Role::Server,
    };
    let config = WebSocketConfig::default()
        .max_frame_size(Some(LIMIT))
        .max_message_size(Some(LIMIT))
        .read_buffer_size(4096);
    let memory = Memory { input: stream, output: Vec::new() };
    let mut socket = WebSocket::from_raw_socket(memory, role, Some(config));
    let mut outcome = Outcome::default();
    let mut closed = false;
    let code = loop {
        match socket.read() {
            Ok(Message::Text(text)) => {
                outcome.events.push(format!("Text {}", text.as_bytes().escape_ascii()));
            }
            Ok(Message::Binary(octets)) => {
                outcome.events.push(format!("Binary {}", octets.escape_ascii()));
            }
            Ok(Message::Ping(_)) => outcome.events.push("ping".to_owned()),
            Ok(Message::Pong(_)) => outcome.events.push("pong".to_owned()),
            Ok(Message::Close(frame)) => {
                closed = true;
                match frame {
                    None => outcome.events.push(close(None, "")),
                    // Its word for a code that must not be sent.
                    Some(frame) if frame.reason.as_str() == "Protocol violation" => {}
                    Some(frame) => {
                        outcome.events.push(close(Some(frame.code.into()), frame.reason.as_str()));
                    }
                }
            }
            Ok(Message::Frame(_)) => unreachable!("is never read"),
            Err(_) if closed => break None,
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => break None,
            Err(Error::Protocol(_)) => break Some(1002),
            Err(Error::Utf8(_)) => break Some(1007),
            Err(Error::Capacity(_)) => break Some(1009),
            Err(error) => panic!("{error}"),
        }
    };
    let _ = socket.flush();
    control_frames(&socket.get_ref().output, &mut outcome);
    // It leaves it to its caller to answer a fault.
    if let Some(code) = code {
        outcome.verdict = Some(Some(code));
    }
    outcome
}

/// The Pongs and the Close in what an endpoint has written; it has written nothing else.
fn control_frames(mut bytes: &[u8], outcome: &mut Outcome) {
    while let [first, second, rest @ ..] = bytes {
        let (key, rest) = match second & 0x80 {
            0 => ([0; 4], rest),
            _ => (rest[..4].try_into().unwrap(), &rest[4..]),
        };
        let (payload, rest) = rest.split_at(usize::from(second & 0x7F));
        let payload: Vec<u8> =
            payload.iter().zip(key.iter().cycle()).map(|(octet, key)| octet ^ key).collect();
        match first {
            0x8A => outcome.pongs.push(payload),
            0x88 => {
                let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                assert_eq!(outcome.verdict.replace(code), None, "one Close");
            }
            _ => panic!("frame {first:02x} written"),
        }
        bytes = rest;
    }
}

/// Whether the two say the same, or how they differ.
fn compare(role: Role, stream: &[u8], cut: usize) -> Result<Option<Difference>, String> {
    let (ours, fault) = ours(role, stream, cut);
    let theirs = theirs(role, stream);
    if ours == theirs {
        return Ok(None);
    }
    let same_until_verdict = ours.events == theirs.events && ours.pongs == theirs.pongs;
    match (fault, theirs.verdict) {
        // The longer forms are too long for a control frame, whatever they say.
        (Some(Fault::LengthNotMinimal | Fault::ControlTooLong), _)
            if theirs.events.starts_with(&ours.events) && theirs.pongs.starts_with(&ours.pongs) =>
        {
            return Ok(Some(Difference::NotMinimal));
        }
        (None, Some(Some(1002))) if ours.verdict == Some(Some(1014)) => {
            return Ok(Some(Difference::BadGateway));
        }
        (Some(fault), Some(Some(code)))
            if same_until_verdict && SEVERAL.contains(&(fault, code)) =>
        {
            return Ok(Some(Difference::SeveralFaults));
        }
        (Some(fault), None) if same_until_verdict => {
            // Whatever the frame's missing octets are, the verdict is the same at its end.
            let mut longer = stream.to_vec();
            longer.resize(stream.len() + LIMIT + 14, 0);
            let theirs = self::theirs(role, &longer);
            let code = theirs.verdict.flatten();
            let same = theirs.verdict == ours.verdict
                || code.is_some_and(|code| SEVERAL.contains(&(fault, code)))
                || fault == Fault::LengthNotMinimal;
            if same && theirs.events.starts_with(&ours.events) {
                return Ok(Some(Difference::Later));
            }
        }
        _ => {}
    }
    Err(format!("{role:?}, {}\nours {fault:?} {ours:?}\ntheirs {theirs:?}", stream.escape_ascii()))
}

/// A part of a conversation.
#[derive(Clone, Debug)]
enum Item {
    /// A message, with the places where it is cut into frames.
    Message {
        text: bool,
        payload: Vec<u8>,
        cuts: Vec<usize>,
        between: Option<Vec<u8>>,
    },
    Control {
        opcode: Opcode,
        payload: Vec<u8>,
    },
    /// Anything.
    Odd {
        first: u8,
        form: u8,
        wrong_mask: bool,
        claimed: Option<u64>,
        payload: Vec<u8>,
    },
}

/// Octets from both sides of every edge of RFC 3629 4, after good text.
fn edges_of_utf8() -> impl Strategy<Value = Vec<u8>> {
    let octet = |octets: &'static [u8]| prop::sample::select(octets);
    let first = octet(b"\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed\xee\xef\xf0\xf1\xf3\xf4\xf5");
    let next = || octet(b"\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0");
    let tail = vec(octet(b"\x80\xbf"), 0..3);
    ("[a-zé]{0,9}", first, next(), tail)
        .prop_map(|(good, first, next, tail)| [good.as_bytes(), &[first, next], &tail[..]].concat())
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    let payload = prop_oneof![
        6 => ".{0,20}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..20),
        2 => edges_of_utf8(),
        1 => (100..300_usize).prop_map(|n| "é".repeat(n).into_bytes()),
        1 => (65530..65540_usize).prop_map(|n| vec![b'x'; n]),
    ];
    let small = prop_oneof![
        3 => "[a-zé€]{0,12}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..126),
    ];
    let code = prop_oneof![
        6 => prop_oneof![Just(1000_u16), Just(1001), Just(1011), Just(1014), Just(3000), Just(4999)],
        2 => prop_oneof![Just(0_u16), Just(999), Just(1004), Just(1005), Just(1006), Just(1015)],
        1 => any::<u16>(),
        1 => 1000..5001_u16,
    ];
    let body = prop_oneof![
        1 => Just(Vec::new()),
        1 => Just(vec![3]),
        8 => (code, "[a-z€]{0,8}", prop::option::weighted(0.1, any::<u8>())).prop_map(
            |(code, reason, octet)| [&code.to_be_bytes(), reason.as_bytes(), octet.as_slice()].concat()
        ),
    ];
    let message =
        (any::<bool>(), payload, vec(any::<usize>(), 0..4), prop::option::of(small.clone()))
            .prop_map(|(text, payload, cuts, between)| Item::Message {
                text,
                payload,
                cuts,
                between,
            });
    let control = (any::<bool>(), small.clone()).prop_map(|(ping, payload)| Item::Control {
        opcode: if ping { Opcode::Ping } else { Opcode::Pong },
        payload,
    });
    let close = body.prop_map(|payload| Item::Control { opcode: Opcode::Close, payload });
    let claimed =
        prop_oneof![any::<u64>(), 0..300_u64, Just(u64::MAX), Just(1 << 63), Just(1 << 20)];
    let odd = (
        prop_oneof![any::<u8>(), (0..16_u8).prop_map(|opcode| 0x80 | opcode)],
        prop_oneof![4 => Just(0_u8), 1 => Just(16), 1 => Just(64)],
        prop::bool::weighted(0.1),
        prop::option::weighted(0.2, claimed),
        small,
    )
        .prop_map(|(first, form, wrong_mask, claimed, payload)| {
            let form = if claimed.is_some_and(|n| n > 0xFFFF) { 64 } else { form };
            Item::Odd { first, form, wrong_mask, claimed, payload }
        });
    vec(prop_oneof![5 => message, 4 => control, 1 => close, 2 => odd], 1..8)
}

fn frame(out: &mut Vec<u8>, first: u8, key: Option<[u8; 4]>, payload: &[u8]) {
    let header = Header {
        flags: Flags::from_bits_retain(first & 0xF0),
        opcode: Opcode::from_bits(first),
        mask: key,
        len: payload.len() as u64,
    };
    out.extend_from_slice(header.encode().as_bytes());
    let key = key.unwrap_or_default();
    out.extend(payload.iter().zip(key.iter().cycle()).map(|(octet, key)| octet ^ key));
}

/// The bytes of the conversation, for an endpoint of this role.
fn bytes(role: Role, items: &[Item]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rng = Counter::new(7);
    for item in items {
        let number = (rng.next() as u32).to_be_bytes();
        let key = (role == Role::Server).then_some(number);
        match item {
            Item::Message { text, payload, cuts, between } => {
                let mut places: Vec<usize> =
                    cuts.iter().map(|cut| cut % (payload.len() + 1)).collect();
                places.extend([0, payload.len()]);
                places.sort_unstable();
                for (n, place) in places.windows(2).enumerate() {
                    let fin = if n + 2 == places.len() { 0x80 } else { 0 };
                    let opcode = if n > 0 { 0 } else { 2 - u8::from(*text) };
                    frame(&mut out, fin | opcode, key, &payload[place[0]..place[1]]);
                    if let Some(ping) = between {
                        frame(&mut out, 0x89, key, ping);
                    }
                }
            }
            Item::Control { opcode, payload } => {
                frame(&mut out, 0x80 | opcode.bits(), key, payload);
            }
            Item::Odd { first, form, wrong_mask, claimed, payload } => {
                let key = if *wrong_mask { key.xor(Some(number)) } else { key };
                let mask_bit = u8::from(key.is_some()) << 7;
                let len = claimed.unwrap_or(payload.len() as u64);
                out.push(*first);
                match form {
                    64 => {
                        out.push(mask_bit | 127);
                        out.extend(len.to_be_bytes());
                    }
                    16 => {
                        out.push(mask_bit | 126);
                        out.extend((len as u16).to_be_bytes());
                    }
                    _ => out.push(mask_bit | (len.min(125) as u8)),
                }
                out.extend(key.unwrap_or_default().iter().take(if key.is_some() { 4 } else { 0 }));
                let key = key.unwrap_or_default();
                out.extend(payload.iter().zip(key.iter().cycle()).map(|(octet, key)| octet ^ key));
            }
        }
    }
    out
}

fn check(stream: &[u8], role: Role, cut: usize) -> Result<(), TestCaseError> {
    compare(role, stream, cut).map(drop).map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn conversations(items in items(), server: bool, cut in 1..5000_usize) {
        let role = if server { Role::Server } else { Role::Client };
        check(&bytes(role, &items), role, cut)?;
    }

    #[test]
    fn mutated_conversations(
        items in items(),
        server: bool,
        changes in vec((any::<usize>(), any::<u8>(), 0..4_u8), 1..4),
        cut in 1..5000_usize,
    ) {
        let role = if server { Role::Server } else { Role::Client };
        let mut stream = bytes(role, &items);
        for (at, octet, kind) in changes {
            let at = at % stream.len();
            match kind {
                0 => stream[at] = octet,
                1 => stream[at] ^= 1 << (octet % 8),
                2 => stream.insert(at, octet),
                _ if stream.len() > 1 => drop(stream.remove(at)),
                _ => {}
            }
        }
        check(&stream, role, cut)?;
    }

    #[test]
    fn any_bytes(stream in vec(any::<u8>(), 1..200), server: bool, cut in 1..300_usize) {
        check(&stream, if server { Role::Server } else { Role::Client }, cut)?;
    }
}

/// The table of differences is no longer than needed: each of them exists.
#[test]
fn the_differences_are_there() {
    let seen = |stream: &[u8]| compare(Role::Client, stream, 3);
    assert_eq!(seen(b"\x81\x7e\x00\x05Hello"), Ok(Some(Difference::NotMinimal)));
    assert_eq!(
        seen(b"\x82\x7f\x00\x00\x00\x00\x00\x00\x00\x05Hello"),
        Ok(Some(Difference::NotMinimal))
    );
    assert_eq!(seen(b"\x89\x7e\x00\x05Hello"), Ok(Some(Difference::NotMinimal)));
    assert_eq!(seen(b"\x88\x02\x03\xf6"), Ok(Some(Difference::BadGateway)));
    assert_eq!(seen(b"\x81\x0a\xff"), Ok(Some(Difference::Later)));
    assert_eq!(seen(b"\xc1\x0a"), Ok(Some(Difference::Later)));
    assert_eq!(seen(b"\x88\x03\x00\x00\xff"), Ok(Some(Difference::SeveralFaults)));
    assert_eq!(
        seen(b"\xc1\x7f\x00\x00\x00\x00\xff\xff\xff\xff"),
        Ok(Some(Difference::SeveralFaults))
    );
    assert_eq!(seen(b"\x81\x05Hello\x88\x02\x03\xe8"), Ok(None));
}
