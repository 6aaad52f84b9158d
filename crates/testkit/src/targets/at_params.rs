//! A parameter is read as what `docs/commands.md` says (LINE-11 to LINE-16), by a reader that is not the crate's; what it was read as is
//! written again as something that both read as the same; a string of any bytes comes back.
//!
//! The first field is what stands behind `AT+X=`; the others are strings to be written. No choices; pieces are what the writer may
//! write at a time.

use super::shown;
use crate::{Cuts, Input};
use at_syntax::{
    Form, MAX_PARAMS, Name, Param, ParamErrorKind, Piece, Statement, StatementWriteError,
    StatementWriter, Terminator,
};

#[derive(Clone, PartialEq, Eq, Debug)]
enum Value {
    Omitted,
    Integer(i64),
    String(Vec<u8>),
}

pub(super) fn run(data: &[u8]) {
    let input = Input::new(data);
    let fields = input.fields();
    let (text, strings) = fields.split_first().expect("there is one, if it is empty");
    let line = [b"AT+X=", text.as_slice()].concat();
    let statement = Statement::parse(&line).expect("any parameters may stand there");
    if text == b"?" {
        assert_eq!(statement.form, Form::Test);
        return;
    }
    assert_eq!((statement.form, statement.name), (Form::Set, Name::Extended(b"X")));
    let values = read(&line);
    assert_eq!(values, expected(text), "{}", shown(text));
    if values.len() <= MAX_PARAMS
        && let Some(values) = values.into_iter().collect::<Option<Vec<_>>>()
    {
        come_back(&values, input.cuts());
    }
    if strings.len() <= MAX_PARAMS && !strings.is_empty() {
        let values: Vec<Value> = strings.iter().cloned().map(Value::String).collect();
        come_back(&values, input.cuts());
    }
}

/// What each parameter is by the rules; `None`: nothing that can be read.
fn expected(text: &[u8]) -> Vec<Option<Value>> {
    // LINE-11: at each comma that no backslash escapes.
    let (mut fields, mut escaped) = (vec![Vec::new()], false);
    for &byte in text {
        if byte == b',' && !escaped {
            fields.push(Vec::new());
        } else {
            fields.last_mut().expect("there is one").push(byte);
        }
        escaped = byte == b'\\' && !escaped;
    }
    fields.iter().map(|field| expected_value(field)).collect()
}

fn expected_value(field: &[u8]) -> Option<Value> {
    match field {
        // LINE-14
        [] => Some(Value::Omitted),
        // LINE-12 and LINE-13
        [b'"', inside @ .., b'"'] => {
            let (mut bytes, mut inside) = (Vec::new(), inside.iter());
            while let Some(byte) = inside.next() {
                bytes.push(match byte {
                    b'"' => return None,
                    b'\\' => *inside.next()?,
                    _ => *byte,
                });
            }
            Some(Value::String(bytes))
        }
        // LINE-16
        _ => {
            let text = str::from_utf8(field).ok()?;
            let (sign, digits) = match text.strip_prefix('-') {
                Some(digits) => (-1, digits),
                None => (1, text),
            };
            let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
            let (digits, radix) = hex.map_or((digits, 10), |digits| (digits, 16));
            let is_right = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
            let number = i128::from_str_radix(digits.trim_start_matches('0'), radix).unwrap_or(0);
            let too_long = digits.trim_start_matches('0').len() > 20;
            let range = i128::from(i32::MIN)..=i128::from(u32::MAX);
            let number = sign * number;
            (is_right && !too_long && range.contains(&number))
                .then(|| Value::Integer(i64::try_from(number).expect("it is in the range")))
        }
    }
}

/// What each parameter of a line is; `None`: nothing that can be read.
fn read(line: &[u8]) -> Vec<Option<Value>> {
    let mut params = Statement::parse(line).expect("a statement").params();
    let count = params.count();
    let mut values = Vec::new();
    for index in 0..count {
        assert!(params.remaining());
        assert!(params.finish().is_err());
        let param = params.next();
        assert_eq!(usize::from(param.index()), index.min(255));
        values.push(value(&param));
    }
    assert!(!params.remaining() && params.finish().is_ok());
    // What was left off is omitted, for ever.
    assert!(params.next().is_omitted() && !params.next().is_written());
    values
}

fn value(param: &Param<'_>) -> Option<Value> {
    let (min, max) = (i64::from(i32::MIN), i64::from(u32::MAX));
    let integer = param.integer(i64::MIN, i64::MAX);
    let string = param.string();
    assert!(param.is_written());
    if param.is_omitted() {
        assert_eq!(integer.unwrap_err().kind, ParamErrorKind::Omitted);
        assert_eq!(string.unwrap_err().kind, ParamErrorKind::Omitted);
        assert_eq!(param.integer_or(-7, 0, 0), Ok(-7));
        return Some(Value::Omitted);
    }
    assert!(integer.is_err() || string.is_err(), "not both");
    if let Ok(number) = integer {
        assert!((min..=max).contains(&number));
        assert_eq!(param.integer(number, number), Ok(number));
        let beyond = param.integer(number + 1, i64::MAX).unwrap_err();
        assert_eq!(beyond.kind, ParamErrorKind::OutOfRange);
        return Some(Value::Integer(number));
    }
    let text = string.ok()?;
    let bytes: Vec<u8> = text.bytes().collect();
    assert_eq!((bytes.len(), bytes.is_empty()), (text.len(), text.is_empty()));
    assert!(text.eq_bytes(&bytes) && param.string_or_empty() == Ok(text));
    let mut out = vec![0; bytes.len()];
    assert_eq!(text.write(&mut out), Some(bytes.len()));
    assert_eq!(out, bytes);
    assert!(bytes.is_empty() || text.write(&mut out[1..]).is_none());
    Some(Value::String(bytes))
}

/// Writes a statement with these parameters, and reads it.
fn come_back(values: &[Value], mut cuts: Cuts<'_>) {
    let mut line = Vec::new();
    let piece = loop {
        let mut out = vec![0; cuts.next_of(4096)];
        match write(values, line.len(), &mut out) {
            Ok(piece) => {
                assert!(piece.written <= out.len());
                line.extend_from_slice(&out[..piece.written]);
                if piece.complete {
                    break piece;
                }
            }
            Err(StatementWriteError::Byte(0)) => return,
            // `AT+X=` with one parameter that is left out says nothing else than that.
            Err(error) => panic!("{values:?}: {error}"),
        }
    };
    assert_eq!(piece.len, line.len());
    let line = line.strip_suffix(b"\r\n").expect("its line end");
    // No line end and nothing that discards the line stands in it.
    assert!(!line.windows(2).any(|pair| pair == b"\r\n") && !line.contains(&0), "{}", shown(line));
    let again: Option<Vec<Value>> = read(line).into_iter().collect();
    assert_eq!(again.as_deref(), Some(values), "{}", shown(line));
    let text = line.strip_prefix(b"AT+X=").expect("the command");
    let by_the_rules: Option<Vec<Value>> = expected(text).into_iter().collect();
    assert_eq!(by_the_rules.as_deref(), Some(values), "{}", shown(line));
}

fn write(values: &[Value], from: usize, out: &mut [u8]) -> Result<Piece, StatementWriteError> {
    let mut statement = StatementWriter::new(from, out, Terminator::CrLf);
    statement.set(Name::Extended(b"X"));
    for value in values {
        match value {
            Value::Omitted => statement.omitted(),
            Value::Integer(number) => statement.integer(*number),
            Value::String(bytes) => statement.string(bytes),
        };
    }
    statement.finish(usize::MAX)
}
