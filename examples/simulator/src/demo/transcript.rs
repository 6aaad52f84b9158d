//! How a session is shown: who said what, every byte visible.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::SocketAddr;

/// Longest run of bytes shown on one line; more is shortened in the middle.
const WIDTH: usize = 100;

/// Prints a session.
pub(super) struct Transcript<'o> {
    out: &'o mut dyn Write,
}

impl<'o> Transcript<'o> {
    pub(super) const fn new(out: &'o mut dyn Write) -> Self {
        Self { out }
    }

    pub(super) fn title(&mut self, server: SocketAddr) -> io::Result<()> {
        writeln!(self.out, "A module on a cable, and a WebSocket echo server (tungstenite) at")?;
        writeln!(self.out, "ws://{server}/. Connections go through the loopback interface.")?;
        writeln!(self.out, "␍ is CR, ␊ is LF, other bytes that cannot be shown are <hex>.")
    }

    pub(super) fn chapter(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{text}")
    }

    pub(super) fn host(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.lines("  host   → ", bytes)
    }

    pub(super) fn module(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.lines("  module ← ", bytes)
    }

    pub(super) fn difference(&mut self, expected: &[u8], got: &[u8]) -> io::Result<()> {
        let same = expected.iter().zip(got).take_while(|(e, g)| e == g).count();
        writeln!(self.out, "\nNot what was expected, from byte {same} on:")?;
        writeln!(self.out, "  expected: {}", visible(expected))?;
        writeln!(self.out, "  got:      {}", visible(got))
    }

    pub(super) fn verdict(&mut self, answers: usize, total: usize) -> io::Result<()> {
        writeln!(self.out, "\n{answers} of {total} answers were the expected ones, byte for byte.")
    }

    /// One line of the transcript for each line of the session. An empty line goes with what
    /// follows it, as in the two parts of the answer `␍␊OK␍␊␍␊>`.
    fn lines(&mut self, who: &str, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let empty = usize::from(rest.starts_with(b"\r\n")) * 2;
            let end = rest[empty..].iter().position(|&byte| byte == b'\n');
            let (line, after) = rest.split_at(end.map_or(rest.len(), |end| empty + end + 1));
            rest = after;
            let shown = if line.len() > WIDTH {
                let (head, tail) = (&line[..WIDTH / 2], &line[line.len() - WIDTH / 4..]);
                let hidden = line.len() - head.len() - tail.len();
                format!("{} … {hidden} bytes … {}", visible(head), visible(tail))
            } else {
                visible(line)
            };
            writeln!(self.out, "{who}{shown}")?;
        }
        Ok(())
    }
}

/// Bytes as text in which every one can be seen.
pub(super) fn visible(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        match byte {
            b'\r' => text.push('␍'),
            b'\n' => text.push('␊'),
            b' '..=b'~' => text.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => drop(write!(text, "<{byte:02X}>")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Transcript, visible};

    #[test]
    fn control_bytes_are_visible() {
        assert_eq!(visible(b"a\r\n\x00\xfe\x7f\\"), "a␍␊<00><FE><7F>\\");
    }

    #[test]
    fn an_empty_line_goes_with_the_next() {
        let mut shown = Vec::new();
        Transcript::new(&mut shown).lines("", b"+A\r\n\r\nOK\r\n\r\n>").unwrap();
        assert_eq!(String::from_utf8(shown).unwrap(), "+A␍␊\n␍␊OK␍␊\n␍␊>\n");
    }
}
