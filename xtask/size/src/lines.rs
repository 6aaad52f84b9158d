//! at-syntax as the device side uses it: bytes to a line, the line to a statement and its parameters, an
//! answer to bytes.

use at_syntax::{LineEvent, LineReader, Params, Reply, Statement, Terminator, Writer};

use crate::any;

crate::state!(LineReader: LineReader<'static>, Params: Params<'static>);

pub(crate) fn run() {
    let mut memory = [0; 256];
    let mut out = [0; 64];
    let mut text = [0; 64];
    let mut reader = LineReader::new(&mut memory, Terminator::CrLf);
    loop {
        let input: &[u8] = any(&[0; 16]);
        let (_, event) = reader.feed(input);
        any(reader.poll_echo(&mut out));
        let reply = match event {
            Some(LineEvent::Line) => answer(reader.line(), &mut text),
            Some(LineEvent::TooLong) => Reply::Error,
            None => continue,
        };
        any(Writer::new(any(0), &mut out).reply(reply).written());
        reader.release();
    }
}

/// A command with a string and an integer.
fn answer(line: &[u8], text: &mut [u8]) -> Reply {
    let Ok(statement) = Statement::parse(line) else { return Reply::Error };
    let mut params = statement.params();
    let (first, second) = (params.next(), params.next());
    let (Ok(string), Ok(number)) = (first.string(), second.integer_or(0, 0, 7200)) else {
        return Reply::Error;
    };
    any((statement.name, statement.form, number, string.write(text)));
    if params.finish().is_ok() { Reply::Ok } else { Reply::Error }
}
