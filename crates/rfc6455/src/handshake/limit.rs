//! How long a header section and its lines may be.

/// A limit for the header section that no sane peer reaches: 8192 bytes, what common HTTP servers
/// allow themselves.
pub const DEFAULT_HEADER_LIMIT: usize = 8192;

/// Counts down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Limit {
    /// How many bytes the section may still have.
    section: usize,
    /// How many bytes a line may have, its end included.
    line: usize,
    /// How many the present line may still have.
    line_room: usize,
}

/// What is too long if the section does not end with this byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Excess {
    Section,
    Line,
}

impl Limit {
    /// Before the first byte. A line may be as long as the section.
    pub(super) const fn new(section: usize) -> Self {
        Self { section, line: usize::MAX, line_room: usize::MAX }
    }

    pub(super) const fn set_line(&mut self, line: usize) {
        (self.line, self.line_room) = (line, line);
    }

    /// Counts one byte.
    pub(super) const fn spend(&mut self, byte: u8) -> Option<Excess> {
        self.section = self.section.saturating_sub(1);
        self.line_room = self.line_room.saturating_sub(1);
        if self.section == 0 {
            return Some(Excess::Section);
        }
        if byte == b'\n' {
            self.line_room = self.line;
        } else if self.line_room == 0 {
            return Some(Excess::Line);
        }
        None
    }

    /// So many bytes that end no line can be [counted](Self::spend) without any excess.
    pub(super) fn room(&self) -> usize {
        self.section.min(self.line_room).saturating_sub(1)
    }

    /// Counts bytes that end no line, no more than there is [room](Self::room) for.
    pub(super) const fn spend_run(&mut self, count: usize) {
        self.section = self.section.saturating_sub(count);
        self.line_room = self.line_room.saturating_sub(count);
    }
}
