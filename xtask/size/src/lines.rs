//! at-syntax as the device side uses it: bytes to a line, the line to a statement and its parameters, an
//! answer to bytes.

use at_syntax::{LineEvent, LineReader, Params, Reply, Statement, Terminator, Writer};

use crate::{any, gauge, lent, print};

crate::state!(LineReader: LineReader<'static>, Params: Params<'static>);

pub(crate) fn run() {
    let memory = lent!([u8; 256] = [0; 256]);
    let (out, text) = (lent!([u8; 128] = [0; 128]), lent!([u8; 64] = [0; 64]));
    let mut written = 0;
    gauge::measure("session", &mut || {
        let mut reader = LineReader::new(memory, any(Terminator::CrLf));
        let mut input: &[u8] = any(b"AT+CWJAP=\"a\\,b\",300\r\n");
        loop {
            let (taken, event) = reader.feed(input);
            input = input.get(taken..).unwrap_or_default();
            written += reader.poll_echo(&mut out[written..]);
            let reply = match event {
                Some(LineEvent::Line) => answer(reader.line(), text),
                Some(LineEvent::TooLong) => Reply::Error,
                None => return,
            };
            written += Writer::new(any(0), &mut out[written..]).reply(reply).written();
            reader.release();
        }
    });
    print::output(out.get(..written).unwrap_or_default());
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
