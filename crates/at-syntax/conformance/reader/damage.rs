//! Bytes lost, added or changed, and reboots, at every place of every session: the reader is in step again
//! within a line.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::super::{FEW, places};
use super::{Act, run};

/// Sessions, unit by unit.
const SESSIONS: [&[&[u8]]; 5] = [
    &[b"+WS_CONNECTED:0\r\n", b"\r\nOK\r\n", b"+WS_DATA:0,5,hello\r\n", b"+WS_CLOSED:0\r\n"],
    &[
        b"\r\nOK\r\n",
        b"\r\n>",
        b"+WS_DATA:0,9,a\r\nOK\r\nbc\r\n",
        b"\r\nSEND OK\r\n",
        b"\r\nready\r\n",
    ],
    &[b"+WSOPEN:0,2,\"ws://h/,\"\r\n", b"+WSOPEN:1,3,\"wss://g\"\r\n", b"\r\nOK\r\n"],
    &[b"ERR CODE:0x01080001\r\n", b"\r\nERROR\r\n", b"\r\nbusy p...\r\n", b"WIFI GOT IP\r\n"],
    &[
        b"+WS_DATA:2,1,1,9,0,3,abc",
        b"+WS_DATA:2,0,1,9,3,6,\r\n\r\n\r\n",
        b"+IPD,0,4:1234",
        b"\r\nOK\r\n",
    ],
];

/// What comes after the damage.
const AFTER: [&[u8]; 6] = [
    b"+WS_DISCONNECTED:1\r\n",
    b"+WS_CONNECTED:1\r\n",
    b"\r\nOK\r\n",
    b"+WS_DATA:1,4,\r\n\r\n\r\n",
    b"\r\nSEND OK\r\n",
    b"+WS_CLOSED:1\r\n",
];

fn seen(units: &[&[u8]]) -> Vec<String> {
    run(&[Act::Come(&units.concat())], &[usize::MAX], 64)
}

/// Whether the damaged stream comes to the same from the second unit after the damage on.
#[track_caller]
fn in_step(damaged: &[u8], after: &[&[u8]]) -> Vec<String> {
    let got = run(&[Act::Come(damaged)], &[usize::MAX], 64);
    assert_eq!(got, run(&[Act::Come(damaged)], &[1], 64), "{}", damaged.escape_ascii());
    let expected = seen(after.get(1..).unwrap_or_default());
    assert!(
        got.ends_with(&expected),
        "{}\n  got {got:#?}\n  expected in the end {expected:#?}",
        damaged.escape_ascii()
    );
    got
}

/// Every session with what comes after it, and the unit that each byte is in.
fn streams() -> impl Iterator<Item = (Vec<&'static [u8]>, Vec<u8>, Vec<usize>)> {
    SESSIONS.iter().map(|session| {
        let units: Vec<&[u8]> = session.iter().chain(&AFTER).copied().collect();
        let unit_of = units.iter().enumerate().flat_map(|(n, unit)| vec![n; unit.len()]).collect();
        let stream = units.concat();
        (units, stream, unit_of)
    })
}

fn session_len(units: &[&[u8]]) -> usize {
    units[..units.len() - AFTER.len()].concat().len()
}

#[cfg_attr(test, test)]
pub(crate) fn bytes_lost_at_every_place() {
    for (units, stream, unit_of) in streams() {
        for at in places(session_len(&units)) {
            for lost in (1..=3).step_by(FEW) {
                let mut damaged = stream.clone();
                damaged.drain(at..at + lost);
                in_step(&damaged, &units[unit_of[at + lost - 1] + 1..]);
            }
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn bytes_added_at_every_place() {
    for (units, stream, unit_of) in streams() {
        for at in places(session_len(&units)) {
            for noise in [&b"x\x13\xfe"[..], b"\xff", b"\0", b"\r", b"\n", b"+", b">", b"\""]
                .into_iter()
                .step_by(FEW * FEW)
            {
                let mut damaged = stream.clone();
                damaged.splice(at..at, noise.iter().copied());
                in_step(&damaged, &units[unit_of[at] + 1..]);
            }
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn bits_flipped_at_every_place() {
    for (units, stream, unit_of) in streams() {
        for at in places(session_len(&units)) {
            for bit in (0..8).step_by(FEW * FEW) {
                let mut damaged = stream.clone();
                damaged[at] ^= 1 << bit;
                let got = run(&[Act::Come(&damaged)], &[usize::MAX], 64);
                // A length may have become longer than everything that follows.
                if got.iter().any(|unit| unit.starts_with("record") && !unit.ends_with('.')) {
                    continue;
                }
                // Or longer by up to the units that follow.
                let after = unit_of[at] + 1;
                let expected = seen(&units[units.len() - 1..]);
                assert!(got.ends_with(&expected) || units.len() - after < 2, "{got:#?}");
            }
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn a_reboot_at_every_place() {
    for (units, stream, unit_of) in streams() {
        for at in places(session_len(&units)) {
            let is_record = units[unit_of[at]].starts_with(b"+WS_DATA")
                || units[unit_of[at]].starts_with(b"+IPD");
            // With and without the boot loader's noise, which is at another speed.
            for noise in [&b"rst:0x1 (POWERON),boot:0x8\r\nnoise"[..], b"\xff\0\x13\xfe", b""]
                .into_iter()
                .step_by(FEW)
            {
                let boot = [noise, b"\r\nready\r\n"].concat();
                let damaged = [&stream[..at], &boot, &AFTER.concat()].concat();
                let mut after = vec![&b"\r\nready\r\n"[..]];
                after.extend(AFTER);
                let got = run(&[Act::Come(&damaged)], &[usize::MAX], 64);
                if is_record {
                    // Its data may have taken what came next, but no more than it had announced: 9 bytes.
                    assert!(got.ends_with(&seen(&AFTER[1..])), "{got:#?}");
                    continue;
                }
                assert!(got.ends_with(&seen(&after)), "at {at}: {got:#?}");
            }
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn lost_step_is_said() {
    // Inside the data of a record, or at its end.
    for (units, stream, unit_of) in streams() {
        for (at, unit) in unit_of.iter().enumerate().take(session_len(&units)).step_by(FEW) {
            let record = units[*unit];
            let Some(head) =
                record.starts_with(b"+WS_DATA:0").then(|| record.iter().rposition(|b| *b == b','))
            else {
                continue;
            };
            let start = units[..*unit].concat().len();
            if at <= start + head.unwrap() {
                continue;
            }
            let mut damaged = stream.clone();
            damaged.remove(at);
            let got = run(&[Act::Come(&damaged)], &[usize::MAX], 64);
            assert!(got.iter().any(|unit| unit == "lost RecordEnd"), "at {at}: {got:#?}");
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn an_echo_that_is_damaged_at_every_place() {
    for statement in [
        &b"AT\r\n"[..],
        b"AT+WSOPEN?\r\n",
        b"AT+WSSEND=0,4\r\n",
        b"AT+CWJAP=\"WIFI\",\"+ok:\\\"\"\r\n",
        b"AT+X=\">\",\"a\rb\nc\"\r\n",
    ]
    .into_iter()
    .step_by(FEW)
    {
        for at in places(statement.len()) {
            for lost in (0..=3_usize.min(statement.len() - at)).step_by(FEW) {
                for noise in [&b"+"[..], b"\xff", b"\0", b"", b"A", b"x\x13\xfe"]
                    .into_iter()
                    .step_by(FEW * FEW)
                {
                    let damaged = [&statement[..at], noise, &statement[at + lost..]].concat();
                    let stream = [&damaged, &b"\r\nOK\r\n"[..], &AFTER.concat()].concat();
                    let acts = [Act::Send(statement), Act::Come(&stream)];
                    let got = run(&acts, &[usize::MAX], 64);
                    let told = damaged.escape_ascii();
                    assert_eq!(got, run(&acts, &[1], 64), "{told}");
                    assert!(got.ends_with(&seen(&AFTER[1..])), "{told}: {got:#?}");
                    // It was complete, or the answer says that it was not.
                    let complete = got.iter().any(|unit| unit == "echoed");
                    assert!(
                        complete || got.iter().any(|unit| unit == "lost Echo"),
                        "{told}: {got:#?}"
                    );
                }
            }
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn a_record_that_never_ends_can_be_given_up() {
    use at_syntax::{Expected, Response, ResponseReader};
    let expected = Expected { echo: b"", records: &super::RECORDS, reports: &[] };
    let next = b"+WS_CLOSED:0\r\n";
    for (come, missing, rest) in [
        // Nothing was begun.
        (&b""[..], 0, &b""[..]),
        (b"+X:1\r\n", 0, b""),
        // The rest of what was begun comes, or it had ended with a line end: by a module that ends its
        // records before their time, or began anew.
        (b"+WS_DATA:0,100,ab", 98, b"rest of it\r\n"),
        (b"+WS_DATA:0,100,ab", 98, b"\r\n"),
        (b"+WS_DATA:0,100,ab\r", 97, b"\n"),
        (b"+WS_DATA:0,100,abc\r\n", 95, b""),
        (b"+WS_DATA:0,100,abc\r\nready\r\n", 88, b""),
        (b"+WS_DATA:0,2,ab\r", 0, b"\n"),
        (b"+WS_CLO\r", 0, b"\n"),
        (b"+WS_DATA:0,x,ab\r", 0, b"\n"),
    ] {
        let mut memory = [0; 64];
        let mut reader = ResponseReader::new(&mut memory);
        let mut left = come;
        while !left.is_empty() {
            left = &left[reader.feed(&expected, left).0..];
        }
        assert_eq!(reader.resynchronize(), missing, "{}", come.escape_ascii());
        assert_eq!(reader.resynchronize(), 0);
        assert_eq!(reader.feed(&expected, rest), (rest.len(), None));
        assert!(!reader.is_inside_unit());
        let (_, response) = reader.feed(&expected, next);
        assert!(matches!(response, Some(Response::Line { .. })), "{}", come.escape_ascii());
    }
}
