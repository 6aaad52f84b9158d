//! The memory that a host works in, lent by the program around it.

/// Everything that a host stores beside its own fixed state. It never grows.
#[non_exhaustive]
pub struct Memory<'m> {
    /// The running statement, which is kept until it is answered, and a payload that is given whole with it.
    /// 256 bytes for every statement that ESP-AT takes, and as much on top as the longest message that is not
    /// streamed.
    pub statement: &'m mut [u8],
    /// The line that the module prints, without the data of records: 256 bytes hold every report of the
    /// WebSocket commands. A longer one is lost ([`Event::Damaged`](super::Event::Damaged)).
    pub line: &'m mut [u8],
}

/// Lengths, not what stands there: it may be a password.
impl core::fmt::Debug for Memory<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Memory")
            .field("statement", &self.statement.len())
            .field("line", &self.line.len())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Memory<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "Memory {{ statement: {}, line: {} }}",
            self.statement.len(),
            self.line.len()
        );
    }
}

impl<'m> Memory<'m> {
    /// Memory of any origin. [`Storage`] is the short way.
    #[must_use]
    pub const fn new(statement: &'m mut [u8], line: &'m mut [u8]) -> Self {
        Self { statement, line }
    }
}

/// [`Memory`] as one value, for a `static` or the stack of `main`.
///
/// ```
/// use wsat::host::{Config, Host, Storage};
///
/// // Statements of 256 bytes with messages of up to 768, lines of 256.
/// let mut storage = Storage::<1024, 256>::new();
/// let host = Host::new(Config::default(), storage.lend());
/// # drop(host);
/// ```
pub struct Storage<const STATEMENT: usize, const LINE: usize> {
    statement: [u8; STATEMENT],
    line: [u8; LINE],
}

/// Lengths, not what stands there: it may be a password.
impl<const STATEMENT: usize, const LINE: usize> core::fmt::Debug for Storage<STATEMENT, LINE> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Storage").field("statement", &STATEMENT).field("line", &LINE).finish()
    }
}

#[cfg(feature = "defmt")]
impl<const STATEMENT: usize, const LINE: usize> defmt::Format for Storage<STATEMENT, LINE> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Storage {{ statement: {}, line: {} }}", STATEMENT, LINE);
    }
}

impl<const STATEMENT: usize, const LINE: usize> Storage<STATEMENT, LINE> {
    /// All zeros: fits into `.bss`.
    #[must_use]
    pub const fn new() -> Self {
        Self { statement: [0; STATEMENT], line: [0; LINE] }
    }

    /// Lends it to a host.
    pub const fn lend(&mut self) -> Memory<'_> {
        Memory::new(&mut self.statement, &mut self.line)
    }
}

impl<const STATEMENT: usize, const LINE: usize> Default for Storage<STATEMENT, LINE> {
    fn default() -> Self {
        Self::new()
    }
}
