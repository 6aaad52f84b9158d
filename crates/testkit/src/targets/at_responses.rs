//! A module's output is the same units in every cut, and if nothing in it is damaged those that a plain scan of all of it finds; of bytes
//! that are given some are taken; and after the caller has given up what is incomplete, the next answer is read.
//!
//! Choices: bytes of memory (0: 256; at least 16, so that every answer fits), and whether an echo is expected (0: no, 1: it has to come, else: it may come). The first field is
//! the statement whose echo it is, the second what the module prints; more of them are further statements and outputs.

use super::shown;
use crate::scan::{Unit, scan};
use crate::{Cuts, Input};
use at_syntax::{Expected, Record, Reply, Response, ResponseReader};

const RECORDS: [Record<'static>; 4] = [
    Record::new(b"WS_DATA", 6, 5).of_first(2).without_line_end(),
    Record::new(b"WS_DATA", 2, 1),
    Record::new(b"IPD", 2, 1).with_marks(b',', b':').without_line_end().at_most(4096),
    Record::new(b"MQTTSUBRECV", 3, 2),
];

const REPORTS: [&[u8]; 2] = [b"WIFI ", b"0,C"];

pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let memory = match input.choice() {
        0 => 256,
        memory => usize::from(memory).max(16),
    };
    let echo = input.choice();
    let fields = input.fields();
    let whole = read(&fields, memory, echo, Cuts::WHOLE);
    assert_eq!(whole, read(&fields, memory, echo, input.cuts()));
    let output: Vec<u8> =
        fields.chunks(2).filter_map(|pair| pair.get(1)).flatten().copied().collect();
    if echo == 0
        && let Some(units) = scan(&output, memory)
    {
        let mut expected: Vec<String> = units.iter().map(in_words).collect();
        expected.extend(["inside: false".to_owned(), "missing: 0".to_owned()]);
        assert_eq!(whole, expected);
    }
}

/// What [`tell`] would say of it.
fn in_words(unit: &Unit<'_>) -> String {
    match unit {
        Unit::Answer(words) => {
            let reply = match *words {
                "OK" => "Ok",
                "ERROR" => "Error",
                "SEND OK" => "SendOk",
                "SEND FAIL" => "SendFail",
                "ready" => "Ready",
                _ => "Busy",
            };
            format!("Reply({reply})")
        }
        Unit::Prompt => "Prompt".to_owned(),
        Unit::ErrorCode(code) => format!("ErrorCode({code})"),
        Unit::Line(line) => format!("+{}", shown(line)),
        Unit::Text(text) => format!("text {}", shown(text)),
        Unit::Record { name, fields, data } => {
            let end = if data.is_empty() { "" } else { "." };
            format!("record {name} {fields} [{}] {}{end}", data.len(), shown(data))
        }
    }
}

fn read(fields: &[Vec<u8>], memory: usize, echo: u8, mut cuts: Cuts<'_>) -> Vec<String> {
    let mut memory = vec![0; memory];
    let mut reader = ResponseReader::new(&mut memory);
    let mut told = Vec::new();
    for pair in fields.chunks(2) {
        let expected = Expected { echo: &pair[0], records: &RECORDS, reports: &REPORTS };
        match echo {
            0 => reader.forget_echo(),
            1 => reader.expect_echo(),
            _ => reader.allow_echo(),
        }
        for piece in cuts.pieces(pair.get(1).map_or(&[][..], Vec::as_slice)) {
            feed(&mut reader, &expected, piece, &mut told);
        }
    }
    told.push(format!("inside: {}", reader.is_inside_unit()));
    told.push(format!("missing: {}", reader.resynchronize()));
    reader.forget_echo();
    let mut after = Vec::new();
    let expected = Expected { echo: b"", records: &RECORDS, reports: &REPORTS };
    feed(&mut reader, &expected, b"\r\n\r\nSEND OK\r\n", &mut after);
    assert_eq!(after.last().map(String::as_str), Some("Reply(SendOk)"), "{told:?}");
    told
}

fn feed(
    reader: &mut ResponseReader<'_>,
    expected: &Expected<'_>,
    mut piece: &[u8],
    told: &mut Vec<String>,
) {
    let mut idle = false;
    while !piece.is_empty() {
        let (taken, response) = reader.feed(expected, piece);
        assert!(taken <= piece.len());
        assert!(taken > 0 || response.is_some(), "no byte is taken, and nothing is said");
        assert!(taken > 0 || !idle, "it says things for ever");
        idle = taken == 0;
        if response.is_none() {
            assert_eq!(taken, piece.len(), "what is not taken has a reason");
        }
        piece = &piece[taken..];
        if let Some(response) = response {
            tell(&response, told);
        }
    }
}

/// A unit in words; data is joined to its record.
fn tell(response: &Response<'_>, told: &mut Vec<String>) {
    told.push(match response {
        Response::Line { name, fields } => {
            format!("+{}:{}", shown(name), shown(fields.rest().bytes()))
        }
        Response::Text(text) => {
            assert_eq!(Reply::of_line(text), None);
            format!("text {}", shown(text))
        }
        Response::Record { name, fields, len } => {
            let mut left = *fields;
            while left.next().is_some() {}
            let mut left = *fields;
            while left.next_back().is_some() {}
            format!("record {} {} [{len}] ", shown(name), shown(fields.rest().bytes()))
        }
        Response::Data { octets, last } => {
            assert!(!octets.is_empty());
            let record = told.last_mut().expect("data follows its record");
            assert!(record.starts_with("record"));
            record.push_str(&shown(octets));
            if *last {
                record.push('.');
            }
            return;
        }
        other => format!("{other:?}"),
    });
}
