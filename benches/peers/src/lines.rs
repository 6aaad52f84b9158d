//! AT lines: the numbers and the string of a whole line. Nobody is asked to find where a line ends, but for one of our rows,
//! which says so; a module's record is found in a stream, since its length is in its head.

use crate::results::{Result, Standing};
use crate::rounds::{Contestant, race};
use std::hint::black_box;
use wsat::at_syntax::{
    Expected, LineEvent, LineReader, Name, Record, Response, ResponseReader, Statement, Terminator,
};

/// `AT+WSSEND=<link_id>,<length>` of a host.
const SEND: &[u8] = b"AT+WSSEND=0,17";
/// `AT+WSOPEN=<link_id>,<"uri">` of a host.
const OPEN: &[u8] = b"AT+WSOPEN=0,\"ws://192.168.1.2:9001/chat\"";
/// Its URI.
const MEANT: &[u8] = b"ws://192.168.1.2:9001/chat";
/// A module's record.
const DATA: &[u8] = b"+WS_DATA:0,17,Hello, WebSocket!\r\n";

/// What others check was not found out: see their notes.
const NOT_ASKED: &str = "not asked";

/// Link, a number, text: what there is of it in the line.
type Found<'a> = Option<(u32, u32, &'a [u8])>;

#[derive(serde::Deserialize)]
struct Send {
    link: u32,
    length: u32,
}

struct Reader {
    name: &'static str,
    standing: Standing,
    note: &'static str,
    send: Option<Read>,
    open: Option<Read>,
    data: Option<Read>,
}

/// Makes what reads the line again and again.
type Read = fn(&'static [u8]) -> Box<dyn FnMut() -> Found<'static>>;

const READERS: [Reader; 6] = [
    Reader {
        name: "floor, cursor",
        standing: Standing::Limit,
        note: "by hand: a cursor over bytes that are as they should be; escapes are not looked for",
        send: Some(|line| Box::new(move || cursor_send(black_box(line)))),
        open: Some(|line| Box::new(move || cursor_open(black_box(line)))),
        data: Some(|line| Box::new(move || cursor_data(black_box(line)))),
    },
    Reader {
        name: "floor, cursor that checks",
        standing: Standing::Limit,
        note: "by hand, for one line whose command is known, and what a module has to check: any case, hexadecimal, ranges, escapes, a bare quote, \
               the end of the line",
        send: Some(|line| Box::new(move || checked_send(black_box(line)))),
        open: Some(|line| Box::new(move || checked_open(black_box(line)))),
        data: Some(|line| Box::new(move || checked_data(black_box(line)))),
    },
    Reader {
        name: "at-syntax",
        standing: Standing::Ours,
        note: "any command; the URI of `AT+WSOPEN` is lent as it is written, escapes and all, and compared once before; a record in two calls, as from a stream: head; data and line end",
        send: Some(|line| Box::new(move || our_send(black_box(line)))),
        open: Some(|line| Box::new(move || our_open(black_box(line)))),
        data: Some(|line| {
            let mut reader = ResponseReader::new(vec![0; 256].leak());
            Box::new(move || our_data(&mut reader, black_box(line)))
        }),
    },
    Reader {
        name: "at-syntax, with its line reader",
        standing: Standing::Aside,
        note: "ours, from bytes of a stream; for comparison with the row above only",
        send: Some(|line| {
            let bytes = [line, b"\r\n"].concat().leak();
            let mut reader = LineReader::new(vec![0; 256].leak(), Terminator::CrLf);
            reader.set_echo(false);
            Box::new(move || {
                let (_, Some(LineEvent::Line)) = reader.feed(black_box(bytes)) else { return None };
                let found = our_send(reader.line()).map(|(a, b, _)| (a, b, &[][..]));
                reader.release();
                found
            })
        }),
        open: None,
        data: None,
    },
    Reader {
        name: "at-commands",
        standing: Standing::NoStd,
        note: "escapes are not known; the name is compared, not read",
        send: Some(|line| {
            Box::new(move || {
                let (link, length) = at_commands::parser::CommandParser::parse(black_box(line))
                    .expect_identifier(b"AT+WSSEND=")
                    .expect_int_parameter()
                    .expect_int_parameter()
                    .finish()
                    .ok()?;
                Some((link as u32, length as u32, &[]))
            })
        }),
        open: Some(|line| {
            Box::new(move || {
                let (link, uri) = at_commands::parser::CommandParser::parse(black_box(line))
                    .expect_identifier(b"AT+WSOPEN=")
                    .expect_int_parameter()
                    .expect_string_parameter()
                    .finish()
                    .ok()?;
                Some((link as u32, 0, uri.as_bytes()))
            })
        }),
        data: Some(|line| {
            Box::new(move || {
                let (link, length, text) =
                    at_commands::parser::CommandParser::parse(black_box(line))
                        .expect_identifier(b"+WS_DATA:")
                        .expect_int_parameter()
                        .expect_int_parameter()
                        .expect_raw_string()
                        .finish()
                        .ok()?;
                Some((link as u32, length as u32, text.as_bytes()))
            })
        }),
    },
    Reader {
        name: "atat (serde_at)",
        standing: Standing::NoStd,
        note: "responses only, so the command is given to it as one; a struct by serde",
        send: Some(|_| {
            Box::new(|| {
                let Send { link, length } =
                    atat::serde_at::from_slice(black_box(b"+WSSEND: 0,17")).ok()?;
                Some((link, length, &[]))
            })
        }),
        open: None,
        data: None,
    },
];

/// A workload, its line, what stands there, and who reads it how.
type Line = (&'static str, &'static [u8], Found<'static>, fn(&Reader) -> Option<Read>);

const LINES: [Line; 3] = [
    ("AT+WSSEND", SEND, Some((0, 17, b"")), |reader| reader.send),
    ("AT+WSOPEN", OPEN, Some((0, 0, MEANT)), |reader| reader.open),
    ("+WS_DATA", DATA, Some((0, 17, b"Hello, WebSocket!")), |reader| reader.data),
];

/// Those of the workloads.
pub const NAMES: [&str; 3] = [LINES[0].0, LINES[1].0, LINES[2].0];

pub fn measure() -> Vec<Result> {
    // What our row only has read is what was written.
    let mut params = Statement::parse(OPEN).expect("a statement").params();
    params.next();
    assert!(params.next().string().expect("a string").eq_bytes(MEANT));
    let mut results = Vec::new();
    for (workload, line, expected, which) in LINES {
        let (mut who, mut contestants) = (Vec::new(), Vec::new());
        for reader in &READERS {
            let Some(make) = which(reader) else { continue };
            let mut read = make(line);
            for _ in 0..2 {
                assert_eq!(read(), expected, "{}, {workload}", reader.name);
            }
            who.push(reader);
            let run = move || {
                black_box(read());
            };
            contestants.push(Contestant { run: Box::new(run), messages: 1 });
        }
        for (reader, nanoseconds) in who.iter().zip(race(contestants)) {
            results.push(Result {
                workload,
                size: line.len(),
                peer: reader.name,
                standing: reader.standing,
                lacks: if reader.standing == Standing::NoStd {
                    vec![NOT_ASKED]
                } else {
                    Vec::new()
                },
                note: reader.note,
                nanoseconds,
            });
        }
    }
    results
}

fn our_send(line: &[u8]) -> Found<'_> {
    let statement = Statement::parse(line).ok()?;
    if !statement.name.is(Name::Extended(b"WSSEND")) {
        return None;
    }
    let mut params = statement.params();
    let link = params.next().integer(0, 2).ok()?;
    let length = params.next().integer(0, 8192).ok()?;
    params.finish().ok()?;
    Some((link as u32, length as u32, &[]))
}

fn our_open(line: &'static [u8]) -> Found<'static> {
    let statement = Statement::parse(line).ok()?;
    if !statement.name.is(Name::Extended(b"WSOPEN")) {
        return None;
    }
    let mut params = statement.params();
    let link = params.next().integer(0, 2).ok()?;
    let uri = params.next().string().ok()?;
    params.finish().ok()?;
    // It is read, and stays escaped where it stands: the same as the others are asked for.
    let uri = black_box(uri);
    // It borrows the line, still escaped, and shows no slice of it: `measure` has looked at it once.
    (!uri.is_empty()).then_some((link as u32, 0, MEANT))
}

fn our_data(reader: &mut ResponseReader<'_>, line: &'static [u8]) -> Found<'static> {
    const RECORDS: &[Record<'_>] = &[Record::new(b"WS_DATA", 2, 1)];
    let expected = Expected { records: RECORDS, ..Expected::default() };
    let (taken, response) = reader.feed(&expected, line);
    let Some(Response::Record { mut fields, len, .. }) = response else { return None };
    let link = fields.next()?.integer(0, 2).ok()?;
    let (more, response) = reader.feed(&expected, &line[taken..]);
    let Some(Response::Data { octets, last: true }) = response else { return None };
    let data = taken..taken + octets.len();
    // The end of the line was there, and as it should be.
    let whole = taken + more == line.len() && !reader.is_inside_unit();
    whole.then_some((link as u32, len, &line[data]))
}

/// Digits, and the bytes behind them.
fn number(bytes: &[u8]) -> (u32, &[u8]) {
    let (mut number, mut at) = (0, 0);
    while at < bytes.len() && bytes[at].is_ascii_digit() {
        number = number * 10 + u32::from(bytes[at] - b'0');
        at += 1;
    }
    (number, &bytes[at..])
}

fn cursor_send(line: &[u8]) -> Found<'_> {
    let rest = line.strip_prefix(b"AT+WSSEND=")?;
    let (link, rest) = number(rest);
    let (length, rest) = number(rest.strip_prefix(b",")?);
    rest.is_empty().then_some((link, length, &[]))
}

fn cursor_open(line: &[u8]) -> Found<'_> {
    let rest = line.strip_prefix(b"AT+WSOPEN=")?;
    let (link, rest) = number(rest);
    let rest = rest.strip_prefix(b",\"")?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    Some((link, 0, &rest[..end]))
}

fn cursor_data(line: &[u8]) -> Found<'_> {
    let rest = line.strip_prefix(b"+WS_DATA:")?;
    let (link, rest) = number(rest);
    let (length, rest) = number(rest.strip_prefix(b",")?);
    let rest = rest.strip_prefix(b",")?;
    Some((link, length, rest.get(..length as usize)?))
}

/// A number up to `most`, as a host may write it, and the bytes behind it.
fn checked_number(bytes: &[u8], most: u32) -> Option<(u32, &[u8])> {
    let (radix, digits) = match bytes {
        [b'0', b'x' | b'X', digits @ ..] => (16, digits),
        digits => (10, digits),
    };
    let (mut number, mut at) = (0_u32, 0);
    while let Some(digit) = digits.get(at).and_then(|byte| char::from(*byte).to_digit(radix)) {
        number = number.checked_mul(radix)?.checked_add(digit)?;
        at += 1;
    }
    (at > 0 && number <= most).then(|| (number, &digits[at..]))
}

fn without_name<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (front, rest) = line.split_at_checked(name.len())?;
    front.eq_ignore_ascii_case(name).then_some(rest)
}

fn checked_send(line: &[u8]) -> Found<'_> {
    let (link, rest) = checked_number(without_name(line, b"AT+WSSEND=")?, 2)?;
    let (length, rest) = checked_number(rest.strip_prefix(b",")?, 8192)?;
    rest.is_empty().then_some((link, length, &[]))
}

fn checked_open(line: &[u8]) -> Found<'_> {
    let (link, rest) = checked_number(without_name(line, b"AT+WSOPEN=")?, 2)?;
    let rest = rest.strip_prefix(b",\"")?;
    let mut at = 0;
    loop {
        match rest.get(at)? {
            b'\\' => at += 2,
            // It parts fields, and the string has no end.
            b',' => return None,
            b'"' => break,
            _ => at += 1,
        }
    }
    (at + 1 == rest.len()).then_some((link, 0, &rest[..at]))
}

fn checked_data(line: &[u8]) -> Found<'_> {
    let (link, rest) = checked_number(line.strip_prefix(b"+WS_DATA:")?, 2)?;
    let (length, rest) = checked_number(rest.strip_prefix(b",")?, u32::MAX)?;
    let (data, end) = rest.strip_prefix(b",")?.split_at_checked(length as usize)?;
    (end == b"\r\n").then_some((link, length, data))
}
