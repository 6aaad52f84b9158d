//! The raw bytes behind a prompt.

/// A data phase: so many bytes follow, raw, with no escapes, no end of line and no echo (AT Command Set › AT
/// Command Types: escapes are for command lines only). They are handed over where they stand.
///
/// ```
/// use at_syntax::DataPhase;
///
/// // AT+WSSEND=0,8 was answered with the prompt.
/// let mut phase = DataPhase::new(8);
/// assert_eq!(phase.take(b"AT\r\n"), b"AT\r\n");
/// assert_eq!(phase.remaining(), 4);
/// // What stands behind the last byte is the next line.
/// assert_eq!(phase.take(b"\0\\,>AT\r\n"), b"\0\\,>");
/// assert!(phase.is_complete());
/// assert_eq!(phase.take(b"AT\r\n"), b"");
/// ```
///
/// A host that lost count can be left waiting for ever, so a data phase can be given up:
///
/// ```
/// # use at_syntax::DataPhase;
/// let mut phase = DataPhase::new(8);
/// phase.take(b"abc");
/// assert_eq!(phase.abort(), 5);
/// assert!(phase.remaining() == 0 && !phase.is_complete());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DataPhase {
    len: usize,
    left: usize,
    aborted: bool,
}

impl DataPhase {
    /// Before the first of `len` bytes.
    #[must_use]
    pub const fn new(len: usize) -> Self {
        Self { len, left: len, aborted: false }
    }

    /// The bytes at the front of `input` that belong to it; that many are taken.
    pub fn take<'a>(&mut self, input: &'a [u8]) -> &'a [u8] {
        let piece = input.get(..self.left.min(input.len())).unwrap_or_default();
        self.left = self.left.saturating_sub(piece.len());
        piece
    }

    /// Bytes that were taken.
    #[must_use]
    pub const fn taken(&self) -> usize {
        self.len.saturating_sub(self.left)
    }

    /// Bytes that are still to come.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.left
    }

    /// All bytes have come: never after [`abort`](Self::abort). A loop goes on while bytes
    /// [remain](Self::remaining).
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.left == 0 && !self.aborted
    }

    /// Ends it here: nothing more is taken. Returns how many bytes never came.
    pub const fn abort(&mut self) -> usize {
        let missing = self.remaining();
        if missing > 0 {
            self.aborted = true;
            self.len = self.taken();
            self.left = 0;
        }
        missing
    }
}
