//! Bytes to lines, with echo. The echo comes straight out of the line's own memory: a byte that
//! would overwrite what is not echoed yet is not taken.

#[cfg(test)]
mod tests;

use crate::runs;

/// The longest line of ESP-AT in bytes, terminator included (AT Command Set › AT Command Types).
pub const MAX_LINE: usize = 256;

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Terminator {
    /// CR LF. A lone CR and a lone LF are ordinary bytes of the line, as in the firmware.
    #[default]
    CrLf,
    /// One byte, of any value; LF is what the firmware's build option offers. With `Byte(0)` the
    /// byte 0x00 ends lines and none discards them.
    Byte(u8),
}

impl Terminator {
    /// Whether `byte`, after `last`, ends a line. For input that is looked at without a
    /// [`LineReader`]; at a line's beginning `last` is 0.
    #[must_use]
    pub const fn ends_line(self, last: u8, byte: u8) -> bool {
        match self {
            Self::CrLf => last == b'\r' && byte == b'\n',
            Self::Byte(end) => byte == end,
        }
    }

    /// Whether `byte` discards what is pending of a line. Not documented; the firmware does so with
    /// 0x00, also in a line that is too long.
    #[must_use]
    pub const fn discards_line(self, byte: u8) -> bool {
        byte == 0 && !matches!(self, Self::Byte(0))
    }

    const fn length(self) -> usize {
        match self {
            Self::CrLf => 2,
            Self::Byte(_) => 1,
        }
    }

    /// The bytes up to the first that may end or discard a line, and that one.
    fn run(self, bytes: &[u8]) -> &[u8] {
        let end = match self {
            Self::CrLf => b'\n',
            Self::Byte(end) => end,
        };
        let at = runs::find(bytes, [end, 0]);
        at.and_then(|at| bytes.get(..=at)).unwrap_or(bytes)
    }
}

/// The end of a line was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LineEvent {
    /// A complete line is held: see [`LineReader::line`].
    Line,
    /// The terminator of a line longer than the memory was seen; nothing of it is kept.
    TooLong,
}

/// Finds the lines in a stream of bytes that may be cut anywhere.
///
/// The length of the memory lent to it is the limit of a line, terminator included; ESP-AT's is
/// 256 bytes (AT Command Set › AT Command Types). With no memory at all every line is too long and
/// nothing is echoed.
///
/// The byte 0x00 discards what is pending of the line, silently, as in the firmware; it is echoed
/// like any other.
///
/// Echo is on at first, and is the raw bytes as received. After an event no byte is taken until
/// [`release`](Self::release), so that echo can be switched by the line itself, as `ATE0` does.
///
/// ```
/// use at_syntax::{LineEvent, LineReader, Terminator};
///
/// let mut memory = [0; 8];
/// let mut reader = LineReader::new(&mut memory, Terminator::CrLf);
/// assert_eq!(reader.feed(b"ATE0\r\nAT\r\n"), (6, Some(LineEvent::Line)));
/// assert_eq!(reader.line(), b"ATE0");
///
/// let mut echo = [0; 4];
/// assert_eq!(reader.poll_echo(&mut echo), 4);
/// assert_eq!(&echo, b"ATE0");
/// assert!(reader.echo_pending()); // CR LF
///
/// reader.set_echo(false);
/// reader.release();
/// assert_eq!(reader.feed(b"AT\r\n"), (0, None)); // the echo of ATE0 comes first
/// assert_eq!(reader.poll_echo(&mut echo), 2);
/// assert_eq!(reader.feed(b"AT\r\n"), (4, Some(LineEvent::Line)));
/// assert!(!reader.echo_pending());
/// ```
pub struct LineReader<'m> {
    buffer: &'m mut [u8],
    terminator: Terminator,
    /// Where the next byte goes; at the buffer's length, that is 0 again and the line too long.
    filled: usize,
    /// `buffer[echoed..echo_end]` waits to be echoed.
    echoed: usize,
    echo_end: usize,
    echo: bool,
    /// More than the buffer's length was taken of the pending line.
    too_long: bool,
    /// The last byte of the pending line, 0 if there is none. It may have left the buffer.
    last: u8,
    held: Option<LineEvent>,
}

/// Lengths, not what stands there: it may be a password.
impl core::fmt::Debug for LineReader<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LineReader")
            .field("limit", &self.buffer.len())
            .field("filled", &self.filled)
            .field("echo", &self.echo)
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for LineReader<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "LineReader {{ limit: {}, filled: {}, echo: {} }}",
            self.buffer.len(),
            self.filled,
            self.echo
        );
    }
}

impl<'m> LineReader<'m> {
    /// A reader whose lines, terminator included, are at most as long as `buffer`; echo is on.
    pub const fn new(buffer: &'m mut [u8], terminator: Terminator) -> Self {
        Self {
            buffer,
            terminator,
            filled: 0,
            echoed: 0,
            echo_end: 0,
            echo: true,
            too_long: false,
            last: 0,
            held: None,
        }
    }

    /// Takes bytes up to and including one terminator; returns how many, and the event if there
    /// was one.
    ///
    /// Fewer bytes than there are, without an event, means that echo has to be polled first. After
    /// an event no byte is taken until [`release`](Self::release).
    pub fn feed(&mut self, input: &[u8]) -> (usize, Option<LineEvent>) {
        if self.held.is_some() {
            return (0, None);
        }
        let mut taken = 0_usize;
        while let Some(rest @ [_, ..]) = input.get(taken..) {
            // Nothing happens but at the last byte of it.
            let run = self.terminator.run(rest);
            let stored = self.store(run);
            let (last, byte) = match run.get(..stored) {
                Some([.., last, byte]) => (*last, *byte),
                Some([byte]) => (self.last, *byte),
                _ => break,
            };
            taken = taken.wrapping_add(stored);
            if self.terminator.ends_line(last, byte) {
                self.held = Some(if self.too_long { LineEvent::TooLong } else { LineEvent::Line });
                return (taken, self.held);
            }
            if self.terminator.discards_line(byte) {
                self.forget_line();
            } else {
                self.last = byte;
            }
        }
        (taken, None)
    }

    /// The line that [`LineEvent::Line`] announced, without its terminator, until it is released;
    /// empty if none is held.
    #[must_use]
    pub fn line(&self) -> &[u8] {
        if self.held != Some(LineEvent::Line) {
            return &[];
        }
        let length = self.filled.saturating_sub(self.terminator.length());
        self.buffer.get(..length).unwrap_or_default()
    }

    /// Done with the line: bytes are taken again, once all of its echo is polled.
    ///
    /// Without a line held it does nothing: what is pending stays.
    pub fn release(&mut self) {
        if self.held.take().is_some() {
            self.forget_line();
        }
    }

    /// Forgets the line, pending or held, and the echo that was not polled; echo stays on or off
    /// as it is.
    pub fn reset(&mut self) {
        self.held = None;
        self.forget_line();
        self.echoed = 0;
        self.echo_end = 0;
    }

    /// Switches echo on or off, from the next byte taken on. What waits to be echoed still is.
    pub const fn set_echo(&mut self, on: bool) {
        self.echo = on;
    }

    /// Whether the next byte taken will be echoed.
    #[must_use]
    pub const fn echo_on(&self) -> bool {
        self.echo
    }

    /// Whether [`poll_echo`](Self::poll_echo) has bytes to give.
    #[must_use]
    pub const fn echo_pending(&self) -> bool {
        self.echoed < self.echo_end
    }

    /// Moves bytes to be echoed to the front of `out`, raw and in the order in which they were
    /// taken; returns how many.
    pub fn poll_echo(&mut self, out: &mut [u8]) -> usize {
        let pending = self.buffer.get(self.echoed..self.echo_end).unwrap_or_default();
        let moved = runs::copy(out, pending);
        self.echoed = self.echoed.wrapping_add(moved);
        moved
    }

    /// No byte of a line is pending, and no line is held. Echo may still be.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.held.is_none() && self.filled == 0 && !self.too_long
    }

    /// Puts bytes of the line where they belong, and marks them for echo; returns how many, 0: not now.
    fn store(&mut self, run: &[u8]) -> usize {
        // AT Command Set › AT Command Types: a line has a greatest length. Beyond it, memory is
        // used anew from its start, only to carry the echo.
        let full = self.filled >= self.buffer.len();
        let at = if full { 0 } else { self.filled };
        if self.echo_pending() {
            let overwrites = at < self.echo_end;
            // Echo was off and is on again: one stretch of bytes is all that is remembered.
            let leaves_a_gap = self.echo && at > self.echo_end;
            if overwrites || leaves_a_gap {
                return 0;
            }
        }
        self.too_long |= full;
        let stored = self.buffer.get_mut(at..).map_or(0, |room| runs::copy(room, run));
        if stored == 0 {
            // There is no memory at all.
            return run.len();
        }
        let next = at.wrapping_add(stored);
        if self.echo {
            if self.echoed >= self.echo_end {
                self.echoed = at;
            }
            self.echo_end = next;
        }
        self.filled = next;
        stored
    }

    /// The next byte begins a line.
    const fn forget_line(&mut self) {
        self.filled = 0;
        self.too_long = false;
        self.last = 0;
    }
}
