//! The memory that a device works in, lent by the embedding program.

/// Everything that a device stores beside its own fixed state. It never grows.
#[non_exhaustive]
pub struct Memory<'m> {
    /// One command line. Its length is the longest line that the host may send, terminator
    /// included: 256 bytes on ESP-AT. With less than the 22 bytes of `AT+WSOPEN=0,"ws://h"` nothing
    /// can be opened.
    pub line: &'m mut [u8],
    /// The payload of one `AT+WSSEND`, for all links together: one command runs at a time. A
    /// longer `<length>` is refused before the prompt. 8192 bytes allow all that V3_1 allows. It also
    /// carries text of the embedding program's own answers, which needs at least 1 byte.
    pub payload: &'m mut [u8],
    /// The headers of `AT+WSHEAD`, each with its CR LF, for all links. Longer ones are refused before the
    /// prompt. None at first: see [`with_headers`](Self::with_headers).
    pub headers: &'m mut [u8],
    /// What each link has of its own.
    pub links: [LinkMemory<'m>; 3],
}

/// Lengths, not what stands there: it may be a password.
impl core::fmt::Debug for Memory<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Memory")
            .field("line", &self.line.len())
            .field("payload", &self.payload.len())
            .field("headers", &self.headers.len())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Memory<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "Memory {{ line: {}, payload: {}, headers: {} }}",
            self.line.len(),
            self.payload.len(),
            self.headers.len()
        );
    }
}

impl<'m> Memory<'m> {
    /// Memory of any origin; see the fields for what each part is for. [`Storage`] is the short way.
    #[must_use]
    pub const fn new(
        line: &'m mut [u8],
        payload: &'m mut [u8],
        links: [LinkMemory<'m>; 3],
    ) -> Self {
        Self { line, payload, headers: &mut [], links }
    }

    /// The same with memory for the headers of `AT+WSHEAD`.
    #[must_use]
    pub fn with_headers(self, headers: &'m mut [u8]) -> Self {
        Self { headers, ..self }
    }
}

/// The memory of one link.
#[non_exhaustive]
pub struct LinkMemory<'m> {
    /// URI, subprotocol and `<"auth">` of the link's `AT+WSOPEN`, kept for the query and for reconnections.
    /// As long as the line, to refuse nothing that fits on one.
    pub text: &'m mut [u8],
    /// Bytes in the receive window that the driver offers to
    /// [`handle_peer`](crate::device::Device::handle_peer): a record of received data is reported when all of
    /// it is there, so it is never longer than this. At least 1.
    pub window: usize,
}

/// Lengths, not what stands there: it may be a password.
impl core::fmt::Debug for LinkMemory<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LinkMemory")
            .field("text", &self.text.len())
            .field("window", &self.window)
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for LinkMemory<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "LinkMemory {{ text: {}, window: {} }}", self.text.len(), self.window);
    }
}

impl<'m> LinkMemory<'m> {
    /// The link's text, and how large its receive window is.
    #[must_use]
    pub const fn new(text: &'m mut [u8], window: usize) -> Self {
        Self { text, window }
    }
}

/// [`Memory`] as one value, for a `static` or the stack of `main`.
///
/// ```
/// use wsat::device::{Config, Device, Storage};
///
/// let mut storage = Storage::<256, 2048, 256>::new();
/// let device = Device::new(Config::default(), storage.lend([1460; 3]));
/// # drop(device);
/// ```
pub struct Storage<const LINE: usize, const PAYLOAD: usize, const TEXT: usize> {
    line: [u8; LINE],
    payload: [u8; PAYLOAD],
    texts: [[u8; TEXT]; 3],
}

/// Lengths, not what stands there: it may be a password.
impl<const LINE: usize, const PAYLOAD: usize, const TEXT: usize> core::fmt::Debug
    for Storage<LINE, PAYLOAD, TEXT>
{
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Storage")
            .field("line", &LINE)
            .field("payload", &PAYLOAD)
            .field("text", &TEXT)
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<const LINE: usize, const PAYLOAD: usize, const TEXT: usize> defmt::Format
    for Storage<LINE, PAYLOAD, TEXT>
{
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Storage {{ line: {}, payload: {}, text: {} }}", LINE, PAYLOAD, TEXT);
    }
}

impl<const LINE: usize, const PAYLOAD: usize, const TEXT: usize> Storage<LINE, PAYLOAD, TEXT> {
    /// All zeros: fits into `.bss`.
    #[must_use]
    pub const fn new() -> Self {
        Self { line: [0; LINE], payload: [0; PAYLOAD], texts: [[0; TEXT]; 3] }
    }

    /// Lends it to a device; [`Memory::with_headers`] adds what `AT+WSHEAD` needs, and `PAYLOAD` is at most
    /// 16384 in V4_2. `windows` are the sizes of the driver's receive windows, link by link.
    pub fn lend(&mut self, windows: [usize; 3]) -> Memory<'_> {
        let [a, b, c] = &mut self.texts;
        let [wa, wb, wc] = windows;
        let links = [LinkMemory::new(a, wa), LinkMemory::new(b, wb), LinkMemory::new(c, wc)];
        Memory::new(&mut self.line, &mut self.payload, links)
    }
}

impl<const LINE: usize, const PAYLOAD: usize, const TEXT: usize> Default
    for Storage<LINE, PAYLOAD, TEXT>
{
    fn default() -> Self {
        Self::new()
    }
}
