//! The invariants of main.rs, at rest and at the end of a session.

use crate::coverage::met;
use crate::life::{Kind, Life};
use crate::user::{Sent, id};
use crate::world::World;
use wsat::Quirks;
use wsat::device::{Lent, Refusal, Wait};
use wsat::host::{Failure, LinkState};
use wsat::rfc6455::Opcode;
use wsat_testkit::frames::Frame;

/// Nothing moves until time passes or something new arrives.
pub(crate) fn at_rest(world: &mut World<'_>) {
    let host = &world.user.host;
    let over = host.is_in_step() && !host.is_busy() && world.to_module.is_empty();
    world.module.spilled &= !over;
    world.user.left_payload &= !over;
    if world.scenario.sound && is_comparable(world) {
        agree(world, false);
    }
}

/// The lines are empty, and the module has nothing to print.
pub(crate) fn is_quiet(world: &World<'_>) -> bool {
    world.to_module.is_empty()
        && world.to_host.is_empty()
        && world.module.typed.is_empty()
        && world.module.unsent.is_empty()
        && !world.restarts
        && !world.module.off
        && world.module.device.is_between_units()
}

/// Nothing about links is on its way between the two: it is quiet, and nobody is being asked.
pub(crate) fn is_comparable(world: &World<'_>) -> bool {
    is_quiet(world) && !world.user.host.is_busy() && world.user.host.is_in_step()
}

/// Host and device say the same of every link. `lasting`: nothing happens to the links, either.
pub(crate) fn agree(world: &World<'_>, lasting: bool) {
    let early = world.scenario.device.quirks.contains(Quirks::CLOSED_WHEN_READ);
    for link in 0..3 {
        let device = world.module.device.link_state(link);
        let host = world.user.host.link_state(id(link));
        let same = match host {
            // Some firmware reports the end when the server's Close is read.
            LinkState::Free => device.is_none() || early && matches!(device, Some(0 | 4)),
            // A server's Close is reported when the link is free.
            LinkState::Open => device == Some(2) || !lasting && matches!(device, Some(0 | 4)),
            LinkState::Reconnecting => matches!(device, Some(1 | 3)),
            // A report that came early and was lost has no second when the link is free.
            LinkState::Closing => {
                let lost = !world.scenario.sound || world.user.told.spoilt;
                matches!(device, Some(0 | 4)) || early && lost && !lasting && device.is_none()
            }
            // Not to know is not to be wrong.
            LinkState::Unknown => !world.scenario.sound && !lasting,
            _ => false,
        };
        assert!(same, "link {link}: the host says {host:?}, the device {device:?}");
    }
}

/// What a session has come to, on a sound line, when nothing is on its way any more.
pub(crate) fn all_was_right(world: &World<'_>) {
    for (number, life) in world.lives.iter().enumerate() {
        reported(number, life, world);
        closed_rightly(number, life, world);
        for sent in read_what_was_sent(number, life, world) {
            if is_due(sent, number, life) {
                met("sent: and read");
            } else if sent.result == Some(Ok(())) && life.lost {
                met("sent: and lost on the way");
            }
        }
    }
    for link in 0..3 {
        heard(world, link);
    }
}

/// On a sound line an `ERROR` is one that this request can have, and what it says of the link is so.
pub(crate) fn refused_rightly(world: &World<'_>, refusal: &Refusal) {
    use Refusal as R;
    // Lines of a request that the host has given up are carried out yet.
    let Some(running) = &world.user.running else { return };
    let sent = running.send.and_then(|send| world.user.sent.get(send));
    let payload = sent.map_or(&[][..], |sent| &sent.payload);
    let link = sent.map(|sent| sent.link).or(running.link);
    let state = link.and_then(|link| world.module.device.link_state(link));
    let right = match (running.name, refusal) {
        // Its parameters are whatever comes to mind.
        ("Command", _) | (_, R::Dialect) => true,
        ("Open", R::LinkInUse) => state.is_some(),
        ("Open", refusal) => matches!(
            refusal,
            R::Closed
                | R::EarlyResponse
                | R::Handshake(_)
                | R::LineTooLong
                | R::Memory(_)
                | R::Missing(_)
                | R::Param(_)
                | R::Quirk
                | R::Request(_)
                | R::Statement(_)
                | R::Timeout(Wait::Open)
                | R::Transport
        ),
        ("AddHeader", refusal) => {
            matches!(refusal, R::Header | R::Memory(Lent::Headers) | R::Request(_))
        }
        ("Send", R::NotConnected) => {
            // Some firmware says it behind the payload, when the link may have come back.
            let late = world.scenario.device.quirks.contains(Quirks::PROMPT_FIRST);
            let ending = link.is_some_and(|link| world.module.states[link].0 == "ending");
            state != Some(2) || ending || late
        }
        // What the host writes when its caller has not gone on for too long ends the payload, and the rest is a line.
        ("Send", R::Statement(_)) => world.user.paused_until > 0,
        ("Send", R::Memory(_)) => payload.len() > world.scenario.memory[1],
        ("Send", R::NotUtf8) => std::str::from_utf8(payload).is_err(),
        ("Send", refusal) => matches!(
            refusal,
            R::Aborted
                | R::Closed
                | R::Param(_)
                | R::Peer(_)
                | R::Quirk
                | R::Send(_)
                | R::Timeout(Wait::Send | Wait::Payload | Wait::Close | Wait::Pong)
                | R::Transport
        ),
        _ => false,
    };
    assert!(right, "{} is refused, {refusal:?}, with link {link:?} in {state:?}", running.name);
}

/// The server has what it must have by now; what may be on that connection.
pub(crate) fn read_what_was_sent<'w>(
    number: usize,
    life: &Life,
    world: &'w World<'_>,
) -> Vec<&'w Sent> {
    let sent: Vec<&Sent> =
        world.user.sent.iter().filter(|sent| may_be_on(sent, number, life)).collect();
    let frames: Vec<&Frame> = life.got.iter().filter(|frame| !is_own(frame)).collect();
    let quirk = world.scenario.device.quirks.contains(Quirks::FINAL_CONTINUATION_DROPPED);
    let fits = align(&sent, &frames, &|sent| is_due(sent, number, life), quirk);
    assert!(
        fits,
        "connection {number}: what the server has read is not what was sent\nsent: {sent:?}\nread: {frames:?}"
    );
    sent
}

/// An attempt after a loss asks for what the first one asked for (STATE-04).
pub(crate) fn retries(world: &World<'_>) {
    for link in 0..3 {
        let mut asked: Option<&Vec<String>> = None;
        for life in world.lives.iter().filter(|life| life.link == link) {
            let (before, now) = (asked.filter(|_| life.retry), life.request.as_ref());
            if let (Some(before), Some(now)) = (before, now) {
                assert_eq!(
                    now, before,
                    "link {link}: a retry has the request of the first attempt"
                );
                met("retry: asks for the same");
            }
            asked = now.or(before);
        }
    }
}

/// Every octet of a connection's data that has arrived was given to the serial line once and in order, but for the end of what the module itself
/// has given up.
fn reported(number: usize, life: &Life, world: &World<'_>) {
    let (octets, due) = life.data();
    let reported = &life.relayed;
    assert!(
        octets.starts_with(reported),
        "connection {number}: what was reported is not what came"
    );
    assert!(reported.is_empty() || life.opened, "connection {number}: data before it was open");
    let broken = life.sent.iter().any(|item| matches!(item.kind, Kind::Illegal(..)));
    let alive = !life.closed && !life.ended;
    let all = life.opened && !life.given_up && !broken && (life.ended || alive);
    let least = if all {
        octets.len()
    } else if life.given_up {
        0
    } else {
        due
    };
    assert!(
        reported.len() >= least,
        "connection {number}: {} octets were reported, and {least} had come",
        reported.len()
    );
    if !reported.is_empty() {
        met("data: and reported");
    }
    assert!(
        !world.healed || alive || life.closed,
        "connection {number}: every transport is closed"
    );
}

/// The device's Close answers the server's, or its breach of the rules (STATE-06, STATE-09).
fn closed_rightly(number: usize, life: &Life, world: &World<'_>) {
    pongs(number, life);
    let Some(frame) = life.got.iter().find(|frame| frame.first == 0x88) else { return };
    let code = frame.payload.split_first_chunk().map(|(code, _)| u16::from_be_bytes(*code));
    let empty = world.scenario.device.quirks.contains(Quirks::EMPTY_CLOSE_REPLY);
    let expected = life.sent.iter().find_map(|item| match item.kind {
        Kind::Close(code) => Some((code.filter(|_| !empty), item.end)),
        // The first byte of it may show it.
        Kind::Illegal(code, _) => Some((Some(code), item.at + 1)),
        _ => None,
    });
    // Of the host's own, the last octets may be of the line behind it, when its caller did not go on with the payload.
    let unfinished = |sent: &Sent| {
        let left = matches!(sent.result, Some(Err(Failure::GivenUp | Failure::Stalled)));
        let as_long = sent.payload.len() == frame.payload.len();
        sent.opcode == Opcode::Close && is_during(sent, number, life) && left && as_long
    };
    let own = code == Some(1000) || world.user.sent.iter().any(unfinished);
    let Some((expected, end)) = expected.filter(|(_, end)| life.taken >= *end) else {
        assert!(own, "connection {number}: a Close {code:?} that answers nothing");
        return;
    };
    assert!(code == expected || own, "connection {number}: {code:?} answers {expected:?} at {end}");
}

/// Each Pong answers a Ping, in their order; not every Ping has its own, but the last one has (PING-09).
pub(crate) fn pongs(number: usize, life: &Life) {
    let pongs = life.got.iter().filter(|frame| frame.first == 0x8A && is_own(frame));
    let pongs: Vec<&Vec<u8>> = pongs.map(|frame| &frame.payload).collect();
    let pings = life.sent.iter().filter(|item| item.kind == Kind::Control && item.first == 0x89);
    let taken = pings.filter(|item| item.end <= life.taken).map(|item| &item.payload);
    let taken: Vec<&Vec<u8>> = taken.collect();
    let mut rest = taken.iter();
    let answer = pongs.iter().all(|pong| rest.any(|ping| ping == pong));
    assert!(answer, "connection {number}: a Pong that answers nothing: {pongs:?}, {taken:?}");
    let goes_on = life.opened && !life.ended && !life.closed && !life.lost && !life.given_up;
    if goes_on && !taken.is_empty() {
        met("pong: for the last Ping");
        assert_eq!(pongs.last(), taken.last(), "connection {number}: the last Ping is answered");
    }
}

/// A frame that the device has sent by itself: an empty Ping, a Pong, a Close; what the user sends is marked.
fn is_own(frame: &Frame) -> bool {
    match frame.first & 0x0F {
        8 => true,
        9 | 10 => !frame.payload.starts_with(b"U:"),
        _ => false,
    }
}

fn may_be_on(sent: &Sent, number: usize, life: &Life) -> bool {
    sent.opcode != Opcode::Close && is_during(sent, number, life)
}

/// It was asked for while its link had this connection.
fn is_during(sent: &Sent, number: usize, life: &Life) -> bool {
    let (from, to) = sent.lives;
    sent.link == life.link
        && from.is_none_or(|from| from <= number)
        && to.is_none_or(|to| number <= to)
}

/// The server has to have read it: it was sent on this connection, and nothing was lost on it, or the device was told only then that it is
/// sent (SEND-07).
fn is_due(sent: &Sent, number: usize, life: &Life) -> bool {
    sent.result == Some(Ok(()))
        && sent.lives == (Some(number), Some(number))
        && (sent.certain || !life.lost)
}

/// Whether the frames are those of what was sent, each once, whole and in order; what failed may be missing or cut short.
fn align(sent: &[&Sent], frames: &[&Frame], is_due: &dyn Fn(&Sent) -> bool, quirk: bool) -> bool {
    let Some((first, rest)) = sent.split_first() else { return frames.is_empty() };
    if let Some(n) = frames_of(first, frames, is_due(first), quirk)
        && align(rest, &frames[n..], is_due, quirk)
    {
        return true;
    }
    if first.result == Some(Ok(())) && first.lives.0.is_some() && first.lives.0 == first.lives.1 {
        // It is lost with everything behind it, or it was due.
        return !is_due(first) && frames.is_empty();
    }
    !is_due(first) && align(rest, frames, is_due, quirk)
}

/// How many of the frames at the front are those of this.
fn frames_of(sent: &Sent, frames: &[&Frame], whole: bool, quirk: bool) -> Option<usize> {
    let mut octets = Vec::new();
    for (n, frame) in frames.iter().enumerate() {
        let opcode = if n == 0 { sent.opcode.bits() } else { 0 };
        if frame.first & 0x7F != opcode {
            return None;
        }
        octets.extend_from_slice(&frame.payload);
        let last = octets.len() >= sent.payload.len();
        let dropped = quirk
            && opcode == 0
            && n == 0
            && frame.payload.is_empty()
            && sent.result != Some(Ok(()));
        if dropped && frame.first == 0x80 {
            return Some(1);
        }
        if !is_same(sent, &octets) || (frame.first & 0x80 != 0) != (last && sent.fin) {
            return None;
        }
        if last {
            return (octets.len() == sent.payload.len()).then_some(n + 1);
        }
        // All but the last are as long as one another.
        if frame.payload.len() != frames[0].payload.len() || frame.payload.is_empty() {
            return None;
        }
    }
    (!whole && !frames.is_empty()).then_some(frames.len())
}

/// Octets of what was sent; of what was given up the rest may be the host's probe and zeros.
fn is_same(sent: &Sent, octets: &[u8]) -> bool {
    let same = sent.payload.iter().zip(octets).take_while(|(a, b)| a == b).count();
    let failed = matches!(
        sent.result,
        None | Some(Err(Failure::GivenUp
            | Failure::Stalled
            | Failure::NoAnswer
            | Failure::Garbled))
    );
    same == octets.len()
        || failed && octets[same..].iter().all(|octet| b"ATE10\r\n\0".contains(octet))
}

/// The host has told exactly what went over the line, and what each head said of it was so.
fn heard(world: &World<'_>, link: usize) {
    let lives: Vec<&Life> = world.lives.iter().filter(|life| life.link == link).collect();
    let relayed: Vec<u8> = lives.iter().flat_map(|life| life.relayed.clone()).collect();
    let heard = &world.user.told.data[link];
    let (printed, told) = (relayed.len(), heard.len());
    if world.user.told.spoilt {
        // What came between the echoes of zeros. A record whose head was lost among them is read as lines, and as the records that stand in it.
        let head = format!("+WS_DATA:{link},").into_bytes();
        let forged = |life: &Life| life.relayed.windows(head.len()).any(|part| *part == head);
        let mut rest = relayed.iter();
        let all = heard.iter().all(|octet| rest.any(|other| other == octet));
        assert!(
            all || world.lives.iter().any(forged),
            "link {link}: {printed} octets were printed, and {told} others told"
        );
        return;
    }
    assert!(relayed == *heard, "link {link}: {printed} octets were printed, {told} told");
    // Where each frame begins among them.
    let (mut frames, mut at) = (Vec::new(), 0);
    for life in &lives {
        let begin = at;
        for item in life.sent.iter().filter(|item| item.kind == Kind::Data) {
            let left = (begin + life.relayed.len()).saturating_sub(at);
            let n = item.payload.len().min(left);
            if n > 0 {
                frames.push((at, n, item));
            }
            at += n;
        }
    }
    let mut empty = 0;
    for (at, head) in &world.user.told.heads[link] {
        let n = head.len as usize;
        empty += usize::from(n == 0);
        if n == 0 {
            continue;
        }
        let frame =
            frames.iter().rfind(|(begin, ..)| begin <= at).expect("a frame has begun there");
        let (begin, len, item) = *frame;
        assert!(at + n <= begin + len, "link {link}: a record is of one frame");
        let opcode = Opcode::from_bits(item.first & 0x0F);
        assert!(
            head.opcode.is_none_or(|said| said == opcode),
            "link {link}: {head:?} of {opcode:?}"
        );
        let fin = item.first & 0x80 != 0;
        assert!(head.fin.is_none_or(|said| said == fin), "link {link}: {head:?}, FIN is {fin}");
        let whole = u32::try_from(item.payload.len()).expect("they are short");
        // Of a text that turns wrong the length is another.
        let spoilt = lives
            .iter()
            .any(|life| life.sent.iter().any(|item| matches!(item.kind, Kind::Illegal(_, true))));
        assert!(
            spoilt || head.payload_len.is_none_or(|said| said == whole),
            "link {link}: {head:?} of {whole}"
        );
        let offset = u32::try_from(at - begin).expect("they are short");
        assert!(
            head.payload_offset.is_none_or(|said| said == offset),
            "link {link}: {head:?} at {offset}"
        );
        assert!(head.data_len.is_none_or(|said| said == head.len), "link {link}: {head:?}");
    }
    let most: usize = lives.iter().map(|life| life.empty_frames()).sum();
    let alive = lives.iter().filter(|life| !life.closed && !life.ended);
    let least: usize = alive.map(|life| life.empty_frames()).sum();
    assert!(
        (least..=most).contains(&empty),
        "link {link}: {empty} empty records of {least} to {most}"
    );
}
