//! Lines and their echo are the same in every cut of the input, and those that a plain scan of all of it finds.
//!
//! Choices: what ends a line (0: CR LF, 1: LF, else this byte less 2), bytes of memory (0: 256), whether echo is on at first (bit 0: it is
//! not), whether every line switches it (bit 1), or every so many bytes do (the other bits, if any is set).

use super::shown;
use crate::{Cuts, Input};
use at_syntax::{LineEvent, LineReader, Statement, Terminator};

#[derive(Clone, Copy)]
struct Way {
    terminator: Terminator,
    limit: usize,
    echo: bool,
    /// Lines switch echo.
    toggles: bool,
    /// So many bytes do.
    stretch: Option<usize>,
}

impl Way {
    /// Whether the byte at this place is echoed, if lines do not switch that.
    fn echoes(&self, at: usize) -> bool {
        self.echo ^ self.stretch.is_some_and(|stretch| at / stretch % 2 == 1)
    }
}

/// A line, or that it was too long.
type Line = Option<Vec<u8>>;

pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let terminator = match input.choice() {
        0 => Terminator::CrLf,
        1 => Terminator::Byte(b'\n'),
        byte => Terminator::Byte(byte - 2),
    };
    let limit = match input.choice() {
        0 => 256,
        limit => usize::from(limit),
    };
    let echo = input.choice();
    let way = Way {
        terminator,
        limit,
        echo: echo & 1 == 0,
        toggles: echo & 2 != 0,
        stretch: Some(usize::from(echo >> 2)).filter(|n| *n > 0 && echo & 2 == 0),
    };
    let (lines, echoed) = read(way, input.body, Cuts::WHOLE);
    let (cut_lines, cut_echo) = read(way, input.body, input.cuts());
    assert_eq!(lines, cut_lines);
    assert_eq!(shown(&echoed), shown(&cut_echo));
    assert_eq!(lines, scan(way, input.body));
    if !way.toggles {
        let bytes = input.body.iter().enumerate();
        let expected: Vec<u8> =
            bytes.filter(|(at, _)| way.echoes(*at)).map(|(_, byte)| *byte).collect();
        assert_eq!(shown(&echoed), shown(&expected), "echo is what came");
    }
    for line in lines.iter().flatten() {
        if let Ok(statement) = Statement::parse(line) {
            let fields = line.iter().filter(|byte| **byte == b',').count() + 1;
            assert!(statement.params().count() <= fields);
        }
    }
}

/// What the reader finds, and its echo.
fn read(way: Way, mut input: &[u8], mut cuts: Cuts<'_>) -> (Vec<Line>, Vec<u8>) {
    let mut memory = vec![0xAA; way.limit];
    let mut reader = LineReader::new(&mut memory, way.terminator);
    let mut echo_on = way.echo;
    reader.set_echo(echo_on);
    let (mut lines, mut echoed) = (Vec::new(), Vec::new());
    let all = input.len();
    loop {
        let mut piece = &input[..cuts.next_of(input.len())];
        if let Some(stretch) = way.stretch {
            let at = all - input.len();
            piece = &piece[..piece.len().min(stretch - at % stretch)];
            reader.set_echo(way.echoes(at));
        }
        let (taken, event) = reader.feed(piece);
        assert!(taken <= piece.len());
        input = &input[taken..];
        match event {
            Some(LineEvent::Line) => lines.push(Some(reader.line().to_vec())),
            Some(LineEvent::TooLong) => lines.push(None),
            None => assert!(taken == piece.len() || reader.echo_pending(), "it waits for nothing"),
        }
        if event.is_some() {
            assert_eq!(reader.feed(input), (0, None), "a line is held");
            if way.toggles {
                echo_on = !echo_on;
                reader.set_echo(echo_on);
            }
            reader.release();
        }
        let mut out = vec![0; cuts.next_of(300)];
        let n = reader.poll_echo(&mut out);
        assert!(n <= out.len() && (n > 0 || !reader.echo_pending()));
        echoed.extend_from_slice(&out[..n]);
        if input.is_empty() && !reader.echo_pending() {
            return (lines, echoed);
        }
    }
}

/// The lines of all of the input.
fn scan(way: Way, input: &[u8]) -> Vec<Line> {
    let (mut lines, mut line) = (Vec::new(), Vec::new());
    for &byte in input {
        line.push(byte);
        let (ends, end) = match way.terminator {
            Terminator::CrLf => (line.ends_with(b"\r\n"), 2),
            Terminator::Byte(end) => (byte == end, 1),
        };
        if ends {
            let fits = line.len() <= way.limit;
            lines.push(fits.then(|| line[..line.len() - end].to_vec()));
        }
        // 0x00 discards what is pending, unless it is what ends a line.
        if ends || byte == 0 {
            line.clear();
        }
    }
    lines
}
