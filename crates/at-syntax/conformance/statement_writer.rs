//! One table both ways: what is written is what is read. Expectations from AT Command Set › AT Command Types.

use alloc::vec;
use alloc::vec::Vec;

use super::FEW;
use at_syntax::{
    Form, LineEvent, LineReader, MAX_LINE, Name, Piece, Statement, StatementWriteError,
    StatementWriter, Terminator,
};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Param {
    Integer(i64),
    Text(Vec<u8>),
    Omitted,
}

use Param::{Integer, Omitted};

fn text(text: &[u8]) -> Param {
    Param::Text(text.to_vec())
}

fn produce<'o>(writer: &mut StatementWriter<'o>, name: Name<'_>, form: Form, params: &[Param]) {
    match form {
        Form::Execute => writer.execute(name),
        Form::Query => writer.query(name),
        Form::Test => writer.test(name),
        Form::Set => writer.set(name),
    };
    for param in params {
        match param {
            Integer(number) => writer.integer(*number),
            Param::Text(text) => writer.string(text),
            Omitted => writer.omitted(),
        };
    }
}

/// Written whole, and in pieces of every size up to the whole, which come to the same.
pub(crate) fn written(
    name: Name<'_>,
    form: Form,
    params: &[Param],
    terminator: Terminator,
) -> Result<Vec<u8>, StatementWriteError> {
    let write = |from: usize, out: &mut [u8]| {
        let mut writer = StatementWriter::new(from, out, terminator);
        produce(&mut writer, name, form, params);
        writer.finish(usize::MAX)
    };
    let mut whole = vec![0; 2000];
    let Piece { written, complete, len } = write(0, &mut whole)?;
    assert!(complete && written == len);
    whole.truncate(len);
    for size in [7, 1, 2, len.max(1), 3].into_iter().step_by(FEW) {
        let mut all = Vec::new();
        loop {
            let mut out = vec![0; size];
            let piece = write(all.len(), &mut out)?;
            all.extend_from_slice(&out[..piece.written]);
            assert_eq!((piece.len, piece.complete), (len, all.len() == len));
            if piece.complete {
                break;
            }
        }
        assert_eq!(all, whole);
    }
    Ok(whole)
}

/// Reads a line back, as a module does.
pub(crate) fn read_back(
    line: &[u8],
    terminator: Terminator,
    name: Name<'_>,
    form: Form,
    params: &[Param],
) {
    let mut memory = vec![0; line.len()];
    let mut reader = LineReader::new(&mut memory, terminator);
    reader.set_echo(false);
    assert_eq!(reader.feed(line), (line.len(), Some(LineEvent::Line)));
    let statement = Statement::parse(reader.line()).unwrap();
    assert_eq!((statement.name, statement.form), (name, form));
    let mut fields = statement.params();
    for param in params {
        let field = fields.next();
        match param {
            Integer(number) => {
                assert_eq!(field.integer(i32::MIN.into(), u32::MAX.into()), Ok(*number));
            }
            Param::Text(text) => assert!(field.string().unwrap().eq_bytes(text), "{text:x?}"),
            Omitted => assert!(field.is_omitted()),
        }
    }
    assert!(fields.finish().is_ok() || params.is_empty());
}

#[cfg_attr(test, test)]
pub(crate) fn vectors_both_ways() {
    use Form::{Execute, Query, Set, Test};
    let x = Name::Extended;
    for (name, form, params, line) in [
        (Name::Basic(b""), Execute, vec![], &b"AT"[..]),
        (Name::Basic(b"E0"), Execute, vec![], b"ATE0"),
        (x(b"WSOPEN"), Query, vec![], b"AT+WSOPEN?"),
        (x(b"WSOPEN"), Test, vec![], b"AT+WSOPEN=?"),
        (x(b"RST"), Execute, vec![], b"AT+RST"),
        (x(b"WSCLOSE"), Set, vec![Integer(0)], b"AT+WSCLOSE=0"),
        (
            x(b"WSCFG"),
            Set,
            vec![Integer(2), Integer(30), Omitted, Integer(4096)],
            b"AT+WSCFG=2,30,,4096",
        ),
        (
            x(b"X"),
            Set,
            vec![Integer(-2_147_483_648), Integer(4_294_967_295), Integer(-1)],
            b"AT+X=-2147483648,4294967295,-1",
        ),
        // `\\`, `\,`, `\"`.
        (x(b"X"), Set, vec![text(br#"a\b,c"d"#)], br#"AT+X="a\\b\,c\"d""#),
        (x(b"X"), Set, vec![text(b""), Omitted, text(b",")], br#"AT+X="",,"\,""#),
        (x(b"X"), Set, vec![text(br"\")], br#"AT+X="\\""#),
        // What another parser took for `a\` and `","`.
        (x(b"CWJAP"), Set, vec![text(br#"a"b"#), text(b"pw")], br#"AT+CWJAP="a\"b","pw""#),
        // Bytes that need no escape, and need none of the line end's.
        (x(b"X"), Set, vec![text(b"\r\t?=+\xe2\x82\xac\n\r")], b"AT+X=\"\r\t?=+\xe2\x82\xac\n\r\""),
        // A line end inside a string ends no line.
        (x(b"X"), Set, vec![text(b"a\r\nAT+RST\r\n")], b"AT+X=\"a\r\\\nAT+RST\r\\\n\""),
        (x(b"X"), Set, vec![Omitted], b"AT+X="),
    ] {
        let whole = [line, b"\r\n"].concat();
        assert_eq!(written(name, form, &params, Terminator::CrLf), Ok(whole.clone()));
        if params != [Omitted] {
            read_back(&whole, Terminator::CrLf, name, form, &params);
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn what_cannot_be_written() {
    let x = Name::Extended(b"X");
    let refused = |name, params: &[Param], terminator| {
        written(name, Form::Set, params, terminator).unwrap_err()
    };
    use StatementWriteError::{Byte, TooManyParams};
    for name in
        [Name::Extended(b""), Name::Extended(b"A B"), Name::Extended(b"A?"), Name::Basic(b"+X")]
    {
        assert_eq!(refused(name, &[], Terminator::CrLf), StatementWriteError::Name);
    }
    assert_eq!(refused(x, &[text(b"a\0b")], Terminator::CrLf), Byte(0));
    assert_eq!(refused(x, &[text(b"a\nb")], Terminator::Byte(b'\n')), Byte(b'\n'));
    for number in [i64::MIN, -2_147_483_649, 4_294_967_296, i64::MAX] {
        assert_eq!(refused(x, &[Integer(number)], Terminator::CrLf), StatementWriteError::Integer);
    }
    assert_eq!(refused(x, &vec![Omitted; 17], Terminator::CrLf), TooManyParams);
    assert!(written(x, Form::Set, &vec![Integer(1); 16], Terminator::CrLf).is_ok());
    // The first thing that is wrong counts.
    assert_eq!(refused(x, &[text(b"\0"), Integer(i64::MAX)], Terminator::CrLf), Byte(0));
    // One byte may end lines, and then 0x00 may be that byte.
    let line = written(x, Form::Set, &[text(b"\r\n")], Terminator::Byte(0)).unwrap();
    assert_eq!(line, b"AT+X=\"\r\n\"\0");
}

#[cfg_attr(test, test)]
pub(crate) fn the_limit_counts_the_line_end() {
    for (len, fits) in [(247, true), (248, false)] {
        let mut out = [0; 300];
        let mut writer = StatementWriter::new(0, &mut out, Terminator::CrLf);
        writer.set(Name::Extended(b"X")).string(&vec![b'a'; len - 2]);
        let piece = writer.finish(len - 2 + 7 + 2);
        assert_eq!(piece.map(|piece| piece.len), Ok(len + 7));
        let mut writer = StatementWriter::new(0, &mut out, Terminator::CrLf);
        writer.set(Name::Extended(b"X")).string(&vec![b'a'; len]);
        let piece = writer.finish(MAX_LINE).map(|piece| piece.len);
        let expected = if fits { Ok(256) } else { Err(StatementWriteError::TooLong { len: 257 }) };
        assert_eq!(piece, expected);
    }
}

#[cfg_attr(test, test)]
pub(crate) fn what_is_no_statement() {
    let wrong = |write: &dyn Fn(&mut StatementWriter<'_>)| {
        let mut out = [0; 64];
        let mut writer = StatementWriter::new(0, &mut out, Terminator::CrLf);
        write(&mut writer);
        writer.finish(MAX_LINE).unwrap_err()
    };
    let (x, form) = (Name::Extended(b"X"), StatementWriteError::Form);
    assert_eq!(wrong(&|_| ()), form);
    assert_eq!(wrong(&|w| _ = w.string(b"a")), form);
    assert_eq!(wrong(&|w| _ = w.execute(x).integer(1)), form);
    assert_eq!(wrong(&|w| _ = w.query(x).string(b"a")), form);
    assert_eq!(wrong(&|w| _ = w.test(x).omitted()), form);
    assert_eq!(wrong(&|w| _ = w.set(x).integer(1).set(x)), form);
    assert_eq!(wrong(&|w| _ = w.execute(Name::Basic(b"")).execute(Name::Basic(b"E0"))), form);
    // A line that would end inside itself.
    let mut out = [0; 64];
    let mut writer = StatementWriter::new(0, &mut out, Terminator::Byte(b'X'));
    writer.execute(x);
    assert_eq!(writer.finish(MAX_LINE), Err(StatementWriteError::Byte(b'X')));
}
