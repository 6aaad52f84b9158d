//! Bytes as a person writes and reads them: `⏎` is CR LF, and every byte can be seen.

use std::fmt::Write as _;

/// Reads bytes as they are written in a transcript. The error says what was expected.
///
/// `⏎` is CR LF; `\r`, `\n`, `\t`, `\0`, `\\`, `\]`, `\"` and `\xHH` are single bytes; `\{N*text}` is
/// `text` N times, and `\{N:text}` is the first N bytes of `text` repeated without end. Anything else is
/// itself, in UTF-8.
pub(super) fn parse(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let after = &rest[next.len_utf8()..];
        rest = match next {
            '⏎' => {
                bytes.extend_from_slice(b"\r\n");
                after
            }
            '\\' => escape(after, &mut bytes)?,
            _ => {
                bytes.extend_from_slice(&rest.as_bytes()[..next.len_utf8()]);
                after
            }
        };
    }
    Ok(bytes)
}

/// What follows a backslash; returns what follows that.
fn escape<'t>(text: &'t str, bytes: &mut Vec<u8>) -> Result<&'t str, String> {
    let known = "one of r n t 0 \\ ] \" x { after a backslash";
    let Some(kind) = text.chars().next() else { return Err(known.to_owned()) };
    let after = &text[kind.len_utf8()..];
    let byte = match kind {
        'r' => b'\r',
        'n' => b'\n',
        't' => b'\t',
        '0' => 0,
        '\\' | ']' | '"' => kind as u8,
        'x' => {
            let digits = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
            bytes.push(digits.ok_or("two hexadecimal digits after \\x")?);
            return Ok(&after[2..]);
        }
        '{' => return repetition(after, bytes),
        _ => return Err(known.to_owned()),
    };
    bytes.push(byte);
    Ok(after)
}

/// What follows `\{`.
fn repetition<'t>(text: &'t str, bytes: &mut Vec<u8>) -> Result<&'t str, String> {
    let known = "\\{COUNT*text} or \\{LENGTH:text}";
    let end = closing_brace(text).ok_or(known)?;
    let (inner, after) = (&text[..end], &text[end + 1..]);
    let at = inner.find(['*', ':']).ok_or(known)?;
    let (number, unit) = inner.split_at(at);
    let number: usize = number.parse().map_err(|_| known)?;
    let (kind, unit) = unit.split_at(1);
    let unit = parse(unit)?;
    if unit.is_empty() {
        return Err(known.to_owned());
    }
    let len = if kind == "*" { number.saturating_mul(unit.len()) } else { number };
    if len > MOST {
        return Err(format!("at most {MOST} bytes"));
    }
    bytes.extend(unit.iter().cycle().take(len));
    Ok(after)
}

/// Where the brace is that closes a repetition; there may be others inside.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            // Deeper ones nobody reads.
            '{' if escaped && depth > 16 => return None,
            '{' if escaped => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

/// The most bytes that one repetition makes: a slip in a number should not eat all memory.
const MOST: usize = 1 << 20;

/// Bytes as they are written in a transcript.
#[must_use]
pub fn visible(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'\r' if after.first() == Some(&b'\n') => {
                text.push('⏎');
                rest = &after[1..];
            }
            b'\r' => text.push_str("\\r"),
            b'\n' => text.push_str("\\n"),
            0 => text.push_str("\\0"),
            b'\\' => text.push_str("\\\\"),
            b' '..=b'~' => text.push(char::from(*byte)),
            // Writing to a string cannot fail.
            _ => drop(write!(text, "\\x{byte:02x}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{parse, visible};

    #[test]
    fn what_is_written_is_what_is_read() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("⏎OK⏎", b"\r\nOK\r\n"),
            ("\\r\\n\\t\\0\\\\\\]\\\"\\x7f", b"\r\n\t\0\\]\"\x7f"),
            ("\\{3*ab⏎}c", b"ab\r\nab\r\nab\r\nc"),
            ("\\{5:ab}", b"ababa"),
            ("\\{2*a\\{2*b}c}d", b"abbcabbcd"),
            ("¬", b"\xc2\xac"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(bytes), "{text}");
            assert_eq!(parse(&visible(bytes)).as_deref(), Ok(bytes), "{text}");
        }
        assert_eq!(visible(b"a\r\n\r\\\xff\0 b"), "a⏎\\r\\\\\\xff\\0 b");
    }

    #[test]
    fn what_cannot_be_read() {
        let damaged =
            ["\\", "\\q", "\\x1", "\\xzz", "\\{", "\\{3}", "\\{x*a}", "\\{3*}", "\\{9999999*a}"];
        for text in damaged {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
