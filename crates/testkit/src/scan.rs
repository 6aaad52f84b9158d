//! A module's output, read by a plain scan of all of it, without the crate under test: for outputs in which nothing is damaged.

/// A unit of such an output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unit<'a> {
    /// An answer, by its words.
    Answer(&'a str),
    /// `>`
    Prompt,
    /// `ERR CODE:0x…`
    ErrorCode(u32),
    /// `+NAME:…`, none of the records.
    Line(&'a [u8]),
    /// `WIFI …`
    Text(&'a [u8]),
    /// A record.
    Record {
        /// `WS_DATA`, `IPD` or `MQTTSUBRECV`.
        name: &'static str,
        /// The fields of its head.
        fields: &'a str,
        /// Its data.
        data: &'a [u8],
    },
}

const ANSWERS: [&str; 7] =
    ["OK", "ERROR", "SEND OK", "SEND FAIL", "busy p...", "busy s...", "ready"];

const NAMES: [&[u8]; 5] =
    [b"WS_CONNECTED", b"WS_DISCONNECTED", b"WS_CLOSED", b"WSOPEN", b"CIPSTATUS"];

/// Name, mark behind it, fields, which of them is the length, mark before the data, line end behind it.
const RECORDS: [(&str, u8, usize, usize, u8, bool); 3] = [
    ("WS_DATA", b':', 2, 1, b',', true),
    ("IPD", b',', 2, 1, b':', false),
    ("MQTTSUBRECV", b':', 3, 2, b',', true),
];

/// The units of an output; `None`: it has others, or half of one, or a line longer than this.
#[must_use]
pub fn scan(mut output: &[u8], longest: usize) -> Option<Vec<Unit<'_>>> {
    let mut units = Vec::new();
    while !output.is_empty() {
        let (unit, rest) = unit(output, longest)?;
        if unit == Unit::Prompt && rest.first() == Some(&b' ') {
            return None;
        }
        units.push(unit);
        output = rest;
    }
    Some(units)
}

fn unit(output: &[u8], longest: usize) -> Option<(Unit<'_>, &[u8])> {
    if let Some(rest) = output.strip_prefix(b"\r\n") {
        if let Some(rest) = rest.strip_prefix(b">") {
            return Some((Unit::Prompt, rest));
        }
        let (line, rest) = line(rest, longest)?;
        let answer = ANSWERS.into_iter().find(|answer| answer.as_bytes() == line)?;
        return Some((Unit::Answer(answer), rest));
    }
    for (name, mark, fields, length, end, line_end) in RECORDS {
        let begin = [b"+", name.as_bytes(), &[mark]].concat();
        let Some(rest) = output.strip_prefix(&begin[..]) else { continue };
        let mut ends = rest.iter().enumerate().filter(|(_, byte)| **byte == b',' || **byte == end);
        let (at, byte) = ends.nth(fields - 1)?;
        let head = str::from_utf8(&rest[..at]).ok()?;
        let values: Vec<&str> = head.split(',').collect();
        let is_right = |(index, value): (usize, &&str)| {
            let digits =
                (1..=3).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
            digits || index == 1 && length == 2 && value.bytes().all(|b| b.is_ascii_lowercase())
        };
        if *byte != end || values.len() != fields || !values.iter().enumerate().all(is_right) {
            return None;
        }
        // Of link 2 a target has another format.
        if values[0] == "2" || begin.len() + at + 1 > longest {
            return None;
        }
        let (data, rest) = rest[at + 1..].split_at_checked(values[length].parse().ok()?)?;
        let rest = if line_end { rest.strip_prefix(b"\r\n")? } else { rest };
        return Some((Unit::Record { name, fields: head, data }, rest));
    }
    let (line, rest) = line(output, longest)?;
    let unit = if let Some(code) = line.strip_prefix(b"ERR CODE:0x") {
        let digits = str::from_utf8(code).ok().filter(|code| code.len() == 8)?;
        Unit::ErrorCode(u32::from_str_radix(digits, 16).ok()?)
    } else if let Some(named) = line.strip_prefix(b"+") {
        let colon = named.iter().position(|byte| *byte == b':')?;
        NAMES.contains(&&named[..colon]).then_some(Unit::Line(named))?
    } else {
        line.starts_with(b"WIFI ").then_some(Unit::Text(line))?
    };
    Some((unit, rest))
}

/// A line of visible characters, without its end.
fn line(output: &[u8], longest: usize) -> Option<(&[u8], &[u8])> {
    let end = output.windows(2).position(|pair| pair == b"\r\n")?;
    let (line, rest) = (&output[..end], &output[end + 2..]);
    let is_right = end + 2 <= longest && line.iter().all(|byte| (b' '..=b'~').contains(byte));
    is_right.then_some((line, rest))
}

#[cfg(test)]
mod tests {
    use super::{Unit, scan};

    #[test]
    fn whole_units_and_no_others() {
        let output = b"\r\nOK\r\n\r\n>+WS_DATA:0,4,\r\n+W\r\nERR CODE:0x010b0000\r\n+IPD,1,0:\
            +MQTTSUBRECV:0,ab,2,\r\n\r\n+WS_CLOSED:1\r\nWIFI GOT IP\r\n";
        let expected = [
            Unit::Answer("OK"),
            Unit::Prompt,
            Unit::Record { name: "WS_DATA", fields: "0,4", data: b"\r\n+W" },
            Unit::ErrorCode(0x010b_0000),
            Unit::Record { name: "IPD", fields: "1,0", data: b"" },
            Unit::Record { name: "MQTTSUBRECV", fields: "0,ab,2", data: b"\r\n" },
            Unit::Line(b"WS_CLOSED:1"),
            Unit::Text(b"WIFI GOT IP"),
        ];
        assert_eq!(scan(output, 64).as_deref(), Some(&expected[..]));
        for damaged in [&b"\r\nOKAY\r\n"[..], b"OK\r\n", b"+WS_DATA:0,4,abc\r\n", b"\r\nOK"] {
            assert_eq!(scan(damaged, 64), None, "{}", damaged.escape_ascii());
        }
        assert_eq!(scan(b"WIFI GOT IP\r\n", 12), None);
    }
}
