//! at-syntax: lines, statements and parameters, answers, records.

use super::Work;
use std::hint::black_box;
use wsat::at_syntax::{
    Expected, LineEvent, LineReader, Record, Reply, Response, ResponseReader, Statement,
    Terminator, Writer,
};

const OPEN: &[u8] = b"AT+WSOPEN=0,\"ws://192.168.1.2:9001/a\\,b\"\r\n";
const DATA: &[u8] = b"+WS_DATA:0,17,Hello, WebSocket!\r\n";
const ANSWER: &[u8] = b"+WS_CONNECTED:0\r\n\r\nOK\r\n";
const RECORDS: &[Record<'_>] = &[Record::new(b"WS_DATA", 2, 1)];

/// Bytes to a line.
pub(crate) fn line() -> Work {
    let mut reader = LineReader::new(vec![0; 256].leak(), Terminator::CrLf);
    reader.set_echo(false);
    Box::new(move || {
        assert_eq!(reader.feed(black_box(OPEN)).1, Some(LineEvent::Line));
        black_box(reader.line());
        reader.release();
    })
}

/// Two numbers of a line.
pub(crate) fn send_parameters() -> Work {
    Box::new(|| {
        let mut params = Statement::parse(black_box(b"AT+WSSEND=0,17")).expect("good").params();
        assert_eq!(params.next().integer(0, 2), Ok(0));
        assert_eq!(params.next().integer(0, 8192), Ok(17));
    })
}

/// A number and a string of a line.
pub(crate) fn open_parameters() -> Work {
    Box::new(|| {
        let line = black_box(OPEN.trim_ascii_end());
        let mut params = Statement::parse(line).expect("good").params();
        assert_eq!(params.next().integer(0, 2), Ok(0));
        assert!(black_box(params.next().string()).is_ok());
    })
}

/// `OK`, as a module says it.
pub(crate) fn write_answer() -> Work {
    let mut out = [0; 64];
    Box::new(move || {
        _ = black_box(Writer::new(0, &mut out).reply(black_box(Reply::Ok)).written());
    })
}

/// A report and `OK`, as a host reads them.
pub(crate) fn read_answer() -> Work {
    responses(ANSWER, 2)
}

/// `+WS_DATA`, as a host reads it.
pub(crate) fn read_record() -> Work {
    responses(DATA, 2)
}

/// So many units out of bytes.
fn responses(bytes: &'static [u8], units: usize) -> Work {
    let mut reader = ResponseReader::new(vec![0; 256].leak());
    Box::new(move || {
        let expected = Expected { records: RECORDS, ..Expected::default() };
        let (mut at, mut found) = (0, 0);
        while at < bytes.len() {
            let (taken, response) = reader.feed(&expected, black_box(&bytes[at..]));
            assert!(!matches!(response, Some(Response::Lost(_))));
            found += usize::from(response.is_some());
            at += taken;
        }
        assert_eq!(found, units);
    })
}
