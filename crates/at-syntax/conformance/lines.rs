//! Lines and their echo. Every expectation comes from a model that sees the whole input at once; the reader sees it cut.

use alloc::vec;
use alloc::vec::Vec;

use super::FEW;
use at_syntax::{LineEvent, LineReader, Terminator};

/// A line of the model: its bytes, or that it was too long.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Held(Vec<u8>),
    TooLong,
}

fn held(line: &[u8]) -> Line {
    Line::Held(line.to_vec())
}

/// What any way of feeding must give: the lines, and whether something is pending after them.
fn model(limit: usize, terminator: Terminator, input: &[u8]) -> (Vec<Line>, bool) {
    let ending = match terminator {
        Terminator::CrLf => b"\r\n".to_vec(),
        Terminator::Byte(byte) => vec![byte],
    };
    let mut lines = Vec::new();
    let mut pending = Vec::new();
    for &byte in input {
        pending.push(byte);
        if let Some(line) = pending.strip_suffix(ending.as_slice()) {
            lines.push(if pending.len() > limit { Line::TooLong } else { held(line) });
            pending.clear();
        } else if byte == 0 {
            pending.clear();
        }
    }
    (lines, !pending.is_empty())
}

/// Feeds `input` in chunks of these sizes, polls echo in pieces of those, both round and round;
/// echo is on for the bytes for which `echo` says so. Checks lines and echo against the model.
pub(crate) fn check_run(
    (limit, terminator): (usize, Terminator),
    input: &[u8],
    (feeds, polls): (&[usize], &[usize]),
    echo: impl Fn(usize) -> bool,
) {
    let mut memory = vec![0xAA; limit];
    let mut reader = LineReader::new(&mut memory, terminator);
    let mut lines = Vec::new();
    let mut echoed: Vec<u8> = Vec::new();
    let mut at = 0;
    let mut feeds = feeds.iter().copied().cycle();
    let mut polls = polls.iter().copied().cycle();
    let mut idle_turns = 0;
    while at < input.len() || reader.echo_pending() || reader.line() != b"" {
        // A chunk, but not beyond a byte where echo switches.
        let mut chunk = feeds.next().unwrap().min(input.len() - at);
        if let Some(same) = (0..chunk).position(|next| echo(at + next) != echo(at)) {
            chunk = same;
        }
        reader.set_echo(echo(at));
        let (taken, event) = reader.feed(&input[at..at + chunk]);
        assert!(taken <= chunk);
        if taken < chunk && event.is_none() {
            assert!(reader.echo_pending(), "refuses bytes, and nothing could change that");
        }
        at += taken;
        match event {
            Some(LineEvent::Line) => lines.push(held(reader.line())),
            Some(LineEvent::TooLong) => {
                assert_eq!(reader.line(), b"");
                lines.push(Line::TooLong);
            }
            None => assert_eq!(reader.line(), b""),
        }
        if event.is_some() {
            assert!(!reader.is_idle());
            assert_eq!(reader.feed(b"x"), (0, None), "a line is held");
            reader.release();
            assert!(reader.is_idle());
        }
        let mut out = vec![0; polls.next().unwrap()];
        let polled = reader.poll_echo(&mut out);
        echoed.extend(&out[..polled]);
        idle_turns = if taken + polled > 0 { 0 } else { idle_turns + 1 };
        assert!(idle_turns < 1000, "hangs");
    }
    let (expected, pending) = model(limit, terminator, input);
    assert_eq!(lines, expected);
    assert_eq!(reader.is_idle(), !pending);
    let expected: Vec<u8> = input
        .iter()
        .enumerate()
        .filter(|(at, _)| limit > 0 && echo(*at))
        .map(|(_, byte)| *byte)
        .collect();
    assert_eq!(echoed, expected);
}

/// The whole input, byte by byte, and in some uneven chunks; each with echo drained at once, byte
/// by byte and late, and without echo; and the same with bytes of a next line after it.
fn check_cuts(limit: usize, terminator: Terminator, input: &[u8]) -> Vec<Line> {
    let trailing = [input, b"AT"].concat();
    for input in [&trailing, input].into_iter().step_by(FEW) {
        for feeds in
            [&[usize::MAX][..], &[1], &[2, 1, 3], &[300, 1, 256, 255]].into_iter().step_by(FEW)
        {
            for polls in [&[1024][..], &[1], &[0, 0, 0, 2], &[3, 0, 1]].into_iter().step_by(FEW) {
                check_run((limit, terminator), input, (feeds, polls), |_| true);
            }
            check_run((limit, terminator), input, (feeds, &[0]), |_| false);
        }
    }
    model(limit, terminator, input).0
}

// rules: LINE-01
#[cfg_attr(test, test)]
pub(crate) fn lines_end_with_cr_lf() {
    let lines = check_cuts(16, Terminator::CrLf, b"AT\r\n\r\nATE0\r\n");
    assert_eq!(lines, [held(b"AT"), held(b""), held(b"ATE0")]);
}

// rules: LINE-01
#[cfg_attr(test, test)]
pub(crate) fn lone_cr_and_lone_lf_are_ordinary() {
    let lines = check_cuts(16, Terminator::CrLf, b"A\rT\n\r\r\n\n\r\n\n\n\rx\r\n");
    assert_eq!(lines, [held(b"A\rT\n\r"), held(b"\n"), held(b"\n\n\rx")]);
}

// rules: LINE-02
#[cfg_attr(test, test)]
pub(crate) fn one_byte_may_end_lines() {
    let lines = check_cuts(4, Terminator::Byte(b'\n'), b"AT\n\nA\r\nATE0\n");
    assert_eq!(lines, [held(b"AT"), held(b""), held(b"A\r"), Line::TooLong]);
    let lines = check_cuts(4, Terminator::Byte(0), b"AT\0\0E0\0");
    assert_eq!(lines, [held(b"AT"), held(b""), held(b"E0")]);
}

// rules: LINE-03
#[cfg_attr(test, test)]
pub(crate) fn limit_counts_the_terminator() {
    for limit in [3, 4, 255, 256, 257].into_iter().take(if cfg!(miri) { 2 } else { 5 }) {
        let fits = [vec![b'x'; limit - 2], b"\r\n".to_vec()].concat();
        let too_long = [&b"y"[..], &fits].concat();
        let next = b"\r\n";
        let lines = check_cuts(limit, Terminator::CrLf, &[&fits, &too_long, &next[..]].concat());
        assert_eq!(lines, [held(&fits[..limit - 2]), Line::TooLong, held(b"")]);
    }
}

// rules: LINE-04
#[cfg_attr(test, test)]
pub(crate) fn a_line_far_too_long_is_one_event() {
    // Lengths around a multiple of the limit put CR and LF on both sides of the memory's end.
    for length in (0..40).step_by(if cfg!(miri) { 29 } else { 1 }) {
        let input = [vec![b'x'; length], b"\r\nA\r\n".to_vec()].concat();
        let lines = check_cuts(8, Terminator::CrLf, &input);
        let first = if length > 6 { Line::TooLong } else { held(&input[..length]) };
        assert_eq!(lines, [first, held(b"A")]);
    }
    if !cfg!(miri) {
        check_cuts(256, Terminator::CrLf, &[vec![b'x'; 3000], b"\r\nAT\r\n".to_vec()].concat());
    }
}

// rules: LINE-05
#[cfg_attr(test, test)]
pub(crate) fn zero_byte_discards_what_is_pending() {
    let lines = check_cuts(6, Terminator::CrLf, b"noise\0AT\r\n\0\0\0ATE0\r\nA\r\0\nB\r\n");
    assert_eq!(lines, [held(b"AT"), held(b"ATE0"), held(b"\nB")]);
    let lines = check_cuts(4, Terminator::CrLf, b"much too long\0AT\r\n");
    assert_eq!(lines, [held(b"AT")]);
    // The zero byte itself may be the one for which memory has no room.
    let lines = check_cuts(4, Terminator::CrLf, b"full\0AT\r\n");
    assert_eq!(lines, [held(b"AT")]);
}

// rules: LINE-03
#[cfg_attr(test, test)]
pub(crate) fn without_memory_every_line_is_too_long() {
    assert_eq!(check_cuts(0, Terminator::CrLf, b"\r\nAT\r\n"), [Line::TooLong, Line::TooLong]);
    assert_eq!(check_cuts(0, Terminator::Byte(b'\n'), b"\nx\0"), [Line::TooLong]);
    assert_eq!(check_cuts(1, Terminator::CrLf, b"\r\n"), [Line::TooLong]);
    assert_eq!(check_cuts(1, Terminator::Byte(b'\n'), b"\n"), [held(b"")]);
}

// rules: LINE-06
#[cfg_attr(test, test)]
pub(crate) fn what_is_not_echoed_is_not_overwritten() {
    let mut memory = [0; 4];
    let mut reader = LineReader::new(&mut memory, Terminator::CrLf);
    assert_eq!(reader.feed(b"abcdef\r\n"), (4, None));
    let mut out = [0; 3];
    assert_eq!(reader.poll_echo(&mut out), 3);
    assert_eq!(reader.feed(b"ef\r\n"), (0, None), "d is not echoed yet");
    assert_eq!(reader.poll_echo(&mut out), 1);
    assert_eq!(reader.feed(b"ef\r\n"), (4, Some(LineEvent::TooLong)));
    reader.release();
    assert_eq!(reader.feed(b"AT\r\n"), (0, None));
}

// rules: LINE-06
#[cfg_attr(test, test)]
pub(crate) fn switching_echo_keeps_what_waits() {
    let mut memory = [0; 16];
    let mut reader = LineReader::new(&mut memory, Terminator::CrLf);
    assert!(reader.echo_on());
    assert_eq!(reader.feed(b"ab"), (2, None));
    reader.set_echo(false);
    assert_eq!(reader.feed(b"cd"), (2, None));
    reader.set_echo(true);
    assert_eq!(reader.feed(b"ef"), (0, None), "ab waits, cd is not to be echoed");
    let mut out = [0; 8];
    assert_eq!(reader.poll_echo(&mut out), 2);
    assert_eq!(reader.feed(b"ef\r\n"), (4, Some(LineEvent::Line)));
    assert_eq!(reader.line(), b"abcdef");
    assert_eq!(reader.poll_echo(&mut out), 4);
    assert_eq!(&out[..4], b"ef\r\n");
}

#[cfg_attr(test, test)]
pub(crate) fn reset_forgets_all_but_the_setting() {
    let mut memory = [0; 4];
    for input in [&b"AT"[..], b"AT\r\n", b"ATE0"] {
        let mut reader = LineReader::new(&mut memory, Terminator::CrLf);
        reader.feed(input);
        reader.reset();
        assert!(reader.is_idle() && reader.echo_on() && !reader.echo_pending());
        assert_eq!(reader.line(), b"");
        reader.set_echo(false);
        reader.feed(b"too long");
        assert!(!reader.is_idle());
        reader.reset();
        assert!(reader.is_idle() && !reader.echo_on());
        assert_eq!(reader.feed(b"\n"), (1, None));
        assert_eq!(reader.feed(b"\r\n"), (2, Some(LineEvent::Line)));
        assert_eq!(reader.line(), b"\n");
    }
}

#[cfg_attr(test, test)]
pub(crate) fn release_without_a_line_changes_nothing() {
    let mut memory = [0; 8];
    let mut reader = LineReader::new(&mut memory, Terminator::default());
    reader.feed(b"A");
    reader.release();
    assert_eq!(reader.feed(b"T\r\n"), (3, Some(LineEvent::Line)));
    assert_eq!(reader.line(), b"AT");
}
