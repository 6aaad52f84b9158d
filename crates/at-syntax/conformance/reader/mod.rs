//! What a host reads. Expectations from the ESP-AT documentation, and from what the firmware prints where that is silent.

pub(crate) mod damage;
pub(crate) mod echo;
pub(crate) mod units;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::FEW;
use at_syntax::{Expected, Record, Response, ResponseReader};

pub(crate) const RECORDS: [Record<'static>; 4] = [
    Record::new(b"WS_DATA", 6, 5).of_first(2).without_line_end(),
    Record::new(b"WS_DATA", 2, 1),
    Record::new(b"IPD", 2, 1).with_marks(b',', b':').without_line_end(),
    Record::new(b"MQTTSUBRECV", 3, 2),
];

pub(crate) const REPORTS: [&[u8]; 2] = [b"WIFI ", b"0,C"];

/// A statement that is sent, or bytes that come.
pub(crate) enum Act<'a> {
    Send(&'a [u8]),
    Come(&'a [u8]),
}

/// What a response is, in words; data is joined to the line before.
fn tell(seen: &mut Vec<String>, response: &Response<'_>) {
    let words = match response {
        Response::Reply(reply) => format!("{reply:?}"),
        Response::Prompt => "Prompt".to_string(),
        Response::ErrorCode(code) => format!("code {code:08x}"),
        Response::Line { name, fields } => {
            format!("+{}:{}", name.escape_ascii(), fields.rest().bytes().escape_ascii())
        }
        Response::Text(text) => format!("text {}", text.escape_ascii()),
        Response::Record { name, fields, len } => format!(
            "record {} {} [{len}] ",
            name.escape_ascii(),
            fields.rest().bytes().escape_ascii()
        ),
        Response::Data { octets, last } => {
            assert!(!octets.is_empty());
            let record = seen.last_mut().expect("data follows its record");
            assert!(record.starts_with("record"));
            record.push_str(&octets.escape_ascii().to_string());
            if *last {
                record.push('.');
            }
            return;
        }
        Response::Echoed => "echoed".to_string(),
        Response::Lost(lost) => format!("lost {lost:?}"),
        // Outside the crate there may be more.
        #[allow(unreachable_patterns)]
        other => format!("{other:?}"),
    };
    seen.push(words);
}

/// Everything that the acts come to, the bytes cut into pieces of these sizes, again and again.
pub(crate) fn run(acts: &[Act<'_>], sizes: &[usize], memory: usize) -> Vec<String> {
    let mut memory = alloc::vec![0; memory];
    let mut reader = ResponseReader::new(&mut memory);
    let mut expected = Expected { echo: b"", records: &RECORDS, reports: &REPORTS };
    let mut seen = Vec::new();
    let mut sizes = sizes.iter().cycle();
    for act in acts {
        let mut bytes = match act {
            Act::Send(statement) => {
                expected.echo = statement;
                reader.expect_echo();
                continue;
            }
            Act::Come(bytes) => *bytes,
        };
        while !bytes.is_empty() {
            let (piece, rest) = bytes.split_at((*sizes.next().unwrap()).clamp(1, bytes.len()));
            bytes = rest;
            let mut piece = piece;
            while !piece.is_empty() {
                let (taken, response) = reader.feed(&expected, piece);
                piece = &piece[taken..];
                match response {
                    Some(response) => tell(&mut seen, &response),
                    None => assert!(piece.is_empty(), "what is not taken has a reason"),
                }
            }
        }
    }
    seen
}

/// The same in every cut.
#[track_caller]
pub(crate) fn expect(acts: &[Act<'_>], expected: &[&str]) {
    for sizes in [&[usize::MAX][..], &[1], &[2], &[3, 1], &[7], &[300]].into_iter().step_by(FEW) {
        assert_eq!(run(acts, sizes, 256), expected, "by {sizes:?}");
    }
}
