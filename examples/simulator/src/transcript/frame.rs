//! WebSocket frames as a person writes them, `[text Hello]`, and as they come off the wire. Nothing of the
//! core is used here: what checks it should not share its mistakes.

use super::text;
use std::fmt;

/// A frame without its mask.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Frame {
    /// FIN, the reserved bits and the opcode.
    pub(super) first: u8,
    pub(super) payload: Vec<u8>,
}

const KINDS: [(&str, u8); 6] =
    [("cont", 0), ("text", 1), ("binary", 2), ("close", 8), ("ping", 9), ("pong", 10)];

/// What may stand in brackets.
pub(super) const EXPECTED: &str = "[text …], [binary …], [cont …], [ping …], [pong …], [close], \
     [close CODE reason] or [0xHH …] with the first byte; `-` after the kind: not the last fragment";

impl Frame {
    /// Reads what stands between the brackets.
    pub(super) fn parse(inner: &str) -> Result<Self, String> {
        let (kind, rest) = inner.split_once(' ').unwrap_or((inner, ""));
        if let Some(first) = kind.strip_prefix("0x") {
            let first = u8::from_str_radix(first, 16).map_err(|_| EXPECTED)?;
            return Ok(Self { first, payload: text::parse(rest)? });
        }
        let (name, fin) = match kind.strip_suffix('-') {
            Some(name) => (name, 0),
            None => (kind, 0x80),
        };
        let (_, opcode) = KINDS.iter().find(|(known, _)| *known == name).ok_or(EXPECTED)?;
        let payload = if name == "close" && !rest.is_empty() {
            let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
            let code: u16 = code.parse().map_err(|_| EXPECTED)?;
            [&code.to_be_bytes()[..], &text::parse(reason)?].concat()
        } else {
            text::parse(rest)?
        };
        Ok(Self { first: fin | opcode, payload })
    }

    /// The frame as a server sends it, with no mask and its length in the shortest form (RFC 6455 5.2).
    pub(super) fn unmasked(&self) -> Vec<u8> {
        let len = self.payload.len();
        let mut bytes = vec![self.first];
        match (u8::try_from(len), u16::try_from(len)) {
            (Ok(len @ ..126), _) => bytes.push(len),
            (_, Ok(len)) => {
                bytes.push(126);
                bytes.extend_from_slice(&len.to_be_bytes());
            }
            _ => {
                bytes.push(127);
                bytes.extend_from_slice(&(len as u64).to_be_bytes());
            }
        }
        bytes.extend_from_slice(&self.payload);
        bytes
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let opcode = self.first & 0x0F;
        let known = KINDS.iter().find(|(_, known)| *known == opcode);
        let Some((name, _)) = known.filter(|_| self.first & 0x70 == 0) else {
            let space = if self.payload.is_empty() { "" } else { " " };
            return write!(f, "[0x{:02x}{space}{}]", self.first, shown(&self.payload));
        };
        let more = if self.first & 0x80 == 0 { "-" } else { "" };
        match (*name, self.payload.as_slice()) {
            (_, []) => write!(f, "[{name}{more}]"),
            ("close", [high, low, reason @ ..]) => {
                let space = if reason.is_empty() { "" } else { " " };
                let code = u16::from_be_bytes([*high, *low]);
                write!(f, "[close{more} {code}{space}{}]", shown(reason))
            }
            (_, payload) => write!(f, "[{name}{more} {}]", shown(payload)),
        }
    }
}

fn shown(payload: &[u8]) -> String {
    text::visible(payload).replace(']', "\\]")
}

/// What is at the front of a client's bytes.
pub(super) enum Found {
    /// A frame, its mask, and how many bytes it takes.
    Frame(Frame, [u8; 4], usize),
    /// Not yet a whole frame.
    Part,
    /// Something that a client must not send.
    Wrong(&'static str),
}

/// Reads a client's frame.
pub(super) fn read(bytes: &[u8]) -> Found {
    let Some((&[first, second], mut rest)) = bytes.split_first_chunk::<2>() else {
        return Found::Part;
    };
    if second & 0x80 == 0 {
        return Found::Wrong("RFC 6455 5.1: a client's frame is masked");
    }
    let len = match second & 0x7F {
        126 => {
            let Some((len, after)) = rest.split_first_chunk::<2>() else { return Found::Part };
            rest = after;
            usize::from(u16::from_be_bytes(*len))
        }
        127 => return Found::Wrong("no frame of a module has more than 65535 octets"),
        len => usize::from(len),
    };
    if len < 126 && second & 0x7F == 126 {
        return Found::Wrong("RFC 6455 5.2: the length has its shortest form");
    }
    let Some((mask, rest)) = rest.split_first_chunk::<4>() else { return Found::Part };
    let Some(masked) = rest.get(..len) else { return Found::Part };
    let payload = masked.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    let taken = bytes.len() - rest.len() + len;
    Found::Frame(Frame { first, payload }, *mask, taken)
}

#[cfg(test)]
mod tests {
    use super::{Found, Frame, read};

    #[test]
    fn written_and_shown_alike() {
        for (text, bytes) in [
            ("[text Hello]", &b"\x81\x05Hello"[..]),
            ("[text- a]", b"\x01\x01a"),
            ("[cont]", b"\x80\x00"),
            ("[close 1000 bye]", b"\x88\x05\x03\xe8bye"),
            ("[close]", b"\x88\x00"),
            ("[ping \\]]", b"\x89\x01]"),
            ("[0x83 x]", b"\x83\x01x"),
        ] {
            let frame = Frame::parse(&text[1..text.len() - 1]).unwrap();
            assert_eq!(frame.unmasked(), bytes);
            assert_eq!(frame.to_string(), text);
        }
        for text in ["", "Text a", "close x", "close 70000", "0xzz"] {
            assert!(Frame::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_clients_frame() {
        let bytes = b"\x81\x82\x01\x02\x03\x04ik!";
        let Found::Frame(frame, mask, 8) = read(bytes) else { panic!() };
        assert_eq!((frame.to_string().as_str(), mask), ("[text hi]", [1, 2, 3, 4]));
        for len in 0..8 {
            assert!(matches!(read(&bytes[..len]), Found::Part));
        }
        assert!(matches!(read(b"\x81\x02hi"), Found::Wrong(_)));
        assert!(matches!(read(b"\x81\xfe\x00\x02abcdhi"), Found::Wrong(_)));
    }
}
