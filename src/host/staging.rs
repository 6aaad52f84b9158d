//! The running request's bytes: its statement, and behind it a payload that was given whole.

use super::{Config, Refused};
use at_syntax::StatementWriter;

/// Memory lent for it, and how much of it is used.
pub(crate) struct Staging<'m> {
    memory: &'m mut [u8],
    statement: usize,
    payload: usize,
}

impl<'m> Staging<'m> {
    pub(crate) const fn new(memory: &'m mut [u8]) -> Self {
        Self { memory, statement: 0, payload: 0 }
    }

    /// Puts a request in, with a payload of these parts.
    pub(crate) fn put(
        &mut self,
        config: &Config,
        write: &dyn Fn(&mut StatementWriter<'_>),
        payload: [&[u8]; 2],
    ) -> Result<(), Refused> {
        (self.statement, self.payload) = (0, 0);
        let mut statement = StatementWriter::new(0, self.memory, config.terminator);
        write(&mut statement);
        let piece = statement.finish(config.line_limit).map_err(Refused::Statement)?;
        let len = payload.iter().fold(piece.len, |len, part| len.saturating_add(part.len()));
        let room = self.memory.get_mut(piece.len..len).ok_or(Refused::Memory(len))?;
        for (to, from) in room.iter_mut().zip(payload.into_iter().flatten()) {
            *to = *from;
        }
        (self.statement, self.payload) = (piece.len, len);
        Ok(())
    }

    pub(crate) fn statement(&self) -> &[u8] {
        self.memory.get(..self.statement).unwrap_or_default()
    }

    pub(crate) fn payload(&self) -> &[u8] {
        self.memory.get(self.statement..self.payload).unwrap_or_default()
    }

    /// Nothing of it is left in memory.
    pub(crate) fn clear(&mut self) {
        self.memory.fill(0);
        (self.statement, self.payload) = (0, 0);
    }

    /// The last `n` octets of the payload are none.
    pub(crate) fn shorten_payload(&mut self, n: usize) {
        self.payload = self.payload.saturating_sub(n).max(self.statement);
    }

    /// Whether a line `+NAME:…` is of the command of this name.
    pub(crate) fn is_named(&self, name: &[u8]) -> bool {
        let own = self.statement().strip_prefix(b"AT+").unwrap_or_default();
        match own.split_at_checked(name.len()) {
            Some((own, [next, ..])) if !next.is_ascii_alphanumeric() && *next != b'_' => {
                own.eq_ignore_ascii_case(name)
            }
            _ => false,
        }
    }
}
