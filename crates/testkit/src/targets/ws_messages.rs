//! An open connection tells and sends the same in every cut and by both ways of reading; what it sends is legal, and of what it was
//! given to send the beginning in fragments of the length asked for, or all of it if it is not closing; behind a Close or a fault everything is
//! taken and means nothing.
//!
//! Choices: bit 0: a client, else a server; bit 1: its answer to a Close carries no code; bit 2: small limits; bit 3: it sends behind the
//! peer's stream and not before it. Then what it sends: bits
//! 0 to 3 opcode, bit 4 no FIN, bit 5 nothing; its length; the length of a fragment; and what it closes with (0: it does
//! not, else 999 and this). The body is the peer's stream.

use super::shown;
use crate::delivery::fragments;
use crate::frames::{FrameCheck, RawFrame};
use crate::{Counter, Cuts, Input};
use rfc6455::{
    CloseCode, Connection, DataFrame, Incoming, Instant, Limits, Mask, Opcode, Outgoing, Policy,
    Received, Role,
};

const NOW: Instant = Instant::from_millis(77);

#[derive(Clone, Copy)]
struct Way {
    role: Role,
    policy: Policy,
    request: Option<Outgoing>,
    /// Behind the peer's stream.
    late: bool,
    close: Option<CloseCode>,
}

pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let flags = input.choice();
    let role = if flags & 1 == 0 { Role::Server } else { Role::Client };
    let mut policy = Policy::new();
    policy.empty_close_reply = flags & 2 != 0;
    if flags & 4 != 0 {
        policy.limits = Limits { frame: 100, message: 150 };
    }
    let (kind, len, fragment) = (input.choice(), input.choice(), input.choice());
    let request = Outgoing {
        opcode: Opcode::from_bits(kind),
        fin: kind & 0x10 == 0,
        len: usize::from(len),
        fragment: usize::from(fragment),
    };
    let request = Some(request).filter(|_| kind & 0x20 == 0);
    let close = input.choice();
    let close = Some(close).filter(|close| *close > 0);
    let close = close.and_then(|close| CloseCode::new(999 + u16::from(close)));
    let way = Way { role, policy, request, late: flags & 8 != 0, close };
    let whole = in_place(way, input.body, Cuts::WHOLE);
    assert_eq!(whole, in_place(way, input.body, input.cuts()));
    assert_eq!(whole, looking_ahead(way, input.body, Cuts::WHOLE));
    assert_eq!(whole, looking_ahead(way, input.body, input.cuts()));
}

/// What has happened, and the bytes that were sent.
type Outcome = (Vec<String>, String);

fn begin(way: Way) -> Connection {
    let mut connection = Connection::new(way.role, way.policy);
    if !way.late {
        send(way, &mut connection);
    }
    connection
}

/// Octets that are told apart.
fn data(way: Way) -> Vec<u8> {
    (0..way.request.map_or(0, |request| request.len)).map(|n| n as u8).collect()
}

/// It is sent if RFC 6455 lets it be sent at all, and if the connection is not closing (5.5.1). Whether it is.
fn send(way: Way, connection: &mut Connection) -> bool {
    let Some(request) = way.request else { return false };
    let may = connection.may_send(&request);
    let closing = connection.is_closing();
    assert_eq!(may.is_ok(), !closing && request.check(false).is_ok(), "{may:?}");
    assert_eq!(connection.send(request), may);
    may.is_ok()
}

/// `Connection::read`.
fn in_place(way: Way, input: &[u8], mut cuts: Cuts<'_>) -> Outcome {
    let mut connection = begin(way);
    let mut told = Vec::new();
    for piece in cuts.pieces(input) {
        let mut piece = piece.to_vec();
        let mut rest = &mut piece[..];
        while !rest.is_empty() {
            let over = connection.is_close_received() || connection.fault().is_some();
            let given = rest.len();
            let (taken, found) = connection.read(NOW, rest);
            assert!(taken <= given && (found.is_some() || taken == given));
            assert!(taken > 0, "some of it is taken");
            assert!(!over || found.is_none() && taken == given, "nothing means anything now");
            match found {
                None => {}
                Some(Err(fault)) => told.push(format!("{fault:?}")),
                Some(Ok(Incoming::Frame(frame))) => frame_begins(&frame, &mut told),
                Some(Ok(Incoming::Payload { octets, last })) => payload(octets, last, &mut told),
                Some(Ok(Incoming::Control(control))) => told.push(format!("{control:?}")),
            }
            rest = &mut rest[taken..];
        }
    }
    finish(way, connection, told, cuts)
}

/// `Connection::receive`, `check` and `consume`.
fn looking_ahead(way: Way, input: &[u8], mut cuts: Cuts<'_>) -> Outcome {
    let mut connection = begin(way);
    let mut told = Vec::new();
    let mut mask: Option<Mask> = None;
    for piece in cuts.pieces(input) {
        let mut rest = piece;
        while !rest.is_empty() {
            if connection.remaining() > 0 && connection.fault().is_none() {
                let most = usize::try_from(connection.remaining()).unwrap_or(usize::MAX);
                let (octets, after) = rest.split_at(most.min(rest.len()));
                let mut octets = octets.to_vec();
                if let Some(mask) = &mut mask {
                    mask.apply(&mut octets);
                }
                // One by one: those before the one at fault are the same in every cut.
                let good =
                    octets.iter().position(|octet| connection.check(NOW, &[*octet]).is_err());
                let good = good.unwrap_or(octets.len());
                let whole = connection.checked();
                assert_eq!(
                    connection.consume(whole),
                    if connection.fault().is_none() { whole } else { 0 }
                );
                if good > 0 {
                    let last = connection.fault().is_none() && connection.remaining() == 0;
                    payload(&octets[..good], last, &mut told);
                }
                if let Some(fault) = connection.fault() {
                    told.push(format!("{fault:?}"));
                }
                rest = after;
                continue;
            }
            let (taken, found) = connection.receive(NOW, rest);
            assert!(taken > 0 && taken <= rest.len() && (found.is_some() || taken == rest.len()));
            match found {
                None => {}
                Some(Err(fault)) => told.push(format!("{fault:?}")),
                Some(Ok(Received::Data(frame))) => {
                    mask = frame.mask.map(Mask::new);
                    frame_begins(&DataFrame { mask: None, ..frame }, &mut told);
                }
                Some(Ok(Received::Control(control))) => told.push(format!("{control:?}")),
            }
            rest = &rest[taken..];
        }
    }
    finish(way, connection, told, cuts)
}

fn frame_begins(frame: &DataFrame, told: &mut Vec<String>) {
    told.push(format!("{frame:?} "));
}

fn payload(octets: &[u8], last: bool, told: &mut [String]) {
    assert!(!octets.is_empty());
    let frame = told.last_mut().expect("behind its frame");
    assert!(frame.starts_with("DataFrame"), "nothing comes between a frame and its payload");
    frame.push_str(&shown(octets));
    if last {
        frame.push('.');
    }
}

/// Lets it close and write all that it has, and says what has become of it.
fn finish(
    way: Way,
    mut connection: Connection,
    mut told: Vec<String>,
    mut cuts: Cuts<'_>,
) -> Outcome {
    told.push(format!("{:?} {}", connection.closed(), connection.close_reason()));
    let may_close = !connection.is_closing();
    // Nothing keeps a connection from sending before it has read anything.
    let sends = if way.late {
        send(way, &mut connection)
    } else {
        way.request.is_some_and(|request| request.check(false).is_ok())
    };
    if way.close.is_some() {
        connection.close(NOW, way.close);
    }
    assert_eq!(way.close.is_some() || !may_close, connection.is_closing());
    let mut rng = Counter::new(1);
    let mut data = data(way);
    let mut check = FrameCheck::new(way.role == Role::Client);
    check.wishes = true;
    let (mut sent, mut frames) = (Vec::new(), Vec::new());
    loop {
        let mut out = vec![0; cuts.next_of(1 << 12)];
        let offered = cuts.next_of(data.len());
        let (taken, n) = connection.poll(&mut rng, &data[..offered], &mut out);
        assert!(taken <= offered && n <= out.len());
        if n == 0 {
            break;
        }
        data.drain(..taken);
        if connection.is_sending() {
            let asked = way.request.map_or(0, |request| request.len);
            assert_eq!(connection.data_taken(), asked - data.len());
        }
        sent.extend_from_slice(&out[..n]);
        frames.extend(check.take(&out[..n]));
    }
    assert!(!connection.is_sending() && check.is_between_frames());
    assert_eq!(connection.is_closing(), connection.is_close_written());
    went_out(way, sends, connection.is_closing(), &frames);
    if let Some(code) = way.close.filter(|_| may_close && !sends) {
        let close = frames.last().expect("a Close");
        assert_eq!((close.first, &close.payload[..]), (0x88, &code.get().to_be_bytes()[..]));
    }
    if let Some(deadline) = connection.deadline() {
        assert!(connection.is_over(deadline));
    }
    told.push(format!(
        "{:?} {:?} {:?} {} {}",
        connection.fault(),
        connection.deadline(),
        connection.closed(),
        connection.is_cut_short(),
        connection.is_over(NOW)
    ));
    (told, shown(&sent))
}

/// What it was given to send, in these frames among others.
fn went_out(way: Way, sends: bool, closing: bool, frames: &[RawFrame]) {
    let Some(request) = way.request else {
        assert!(frames.iter().all(|frame| matches!(frame.first, 0x88 | 0x8A)));
        return;
    };
    let opcode = request.opcode.bits();
    let control = matches!(opcode, 8..=10);
    let bound = if control { usize::MAX } else { request.fragment.max(1) };
    let mut expected = fragments(opcode, request.fin, &data(way), bound);
    if !sends {
        expected.clear();
    }
    let all = frames.iter().map(|frame| (frame.first, frame.payload.clone()));
    // Pongs and a Close are also sent without being asked for.
    let own = |frame: &(u8, Vec<u8>)| match frame.0 {
        0x88 | 0x8A => control && expected.contains(frame),
        _ => true,
    };
    let mut sent: Vec<_> = all.filter(own).collect();
    if matches!(opcode, 8 | 10) {
        // The answer to a Ping or to a Close may be the same.
        sent.dedup();
    }
    assert!(expected.starts_with(&sent), "{sent:x?} and not {expected:x?}");
    assert!(closing || sent == expected, "{sent:x?} and not {expected:x?}");
}
