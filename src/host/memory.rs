//! The memory that a host works in, lent by the program around it.

/// Everything that a host stores beside its own fixed state. It never grows.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Memory<'m> {
    /// The running statement, which is kept until it is answered, and a payload that is given whole with it. 256 bytes for
    /// every statement that ESP-AT takes, and as much on top as the longest message that is not streamed.
    pub statement: &'m mut [u8],
    /// The line that the module prints, without the data of records: 256 bytes hold every report of the WebSocket commands. A
    /// longer one is lost ([`Event::Damaged`](super::Event::Damaged)).
    pub line: &'m mut [u8],
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
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Storage<const STATEMENT: usize, const LINE: usize> {
    statement: [u8; STATEMENT],
    line: [u8; LINE],
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
