//! All memory of a module that has a length, as one value.

use crate::window::Window;
use wsat::device;

/// The memory of a module, for a `static`: what the device works in, and a receive window for each link.
///
/// All are numbers of bytes. `WINDOW`, at least 1, is the longest record of received data, and the longest fragment of
/// `AT+WSSEND`; `PAYLOAD`, at least 1, the longest `<length>` of `AT+WSSEND`, at most 16384 in the newest dialect; `LINE`, at least
/// 22, the longest line, 256 on ESP-AT; `HEADERS` what `AT+WSHEAD` may set in all, which may be nothing. With less nothing can be
/// opened, received or answered; nothing panics. `wsat::device::Memory` says what each of them limits.
pub struct Memory<
    const WINDOW: usize = 2048,
    const PAYLOAD: usize = 8192,
    const LINE: usize = 256,
    const HEADERS: usize = 256,
> {
    device: device::Storage<LINE, PAYLOAD, LINE>,
    headers: [u8; HEADERS],
    windows: [[u8; WINDOW]; 3],
}

impl<const WINDOW: usize, const PAYLOAD: usize, const LINE: usize, const HEADERS: usize>
    Memory<WINDOW, PAYLOAD, LINE, HEADERS>
{
    /// All zeros: fits into `.bss`.
    #[must_use]
    pub const fn new() -> Self {
        Self { device: device::Storage::new(), headers: [0; HEADERS], windows: [[0; WINDOW]; 3] }
    }

    pub(crate) fn lend(&mut self) -> (device::Memory<'_>, [Window<'_>; 3]) {
        let device = self.device.lend([WINDOW; 3]).with_headers(&mut self.headers);
        (device, self.windows.each_mut().map(|window| Window::new(window)))
    }
}

impl<const WINDOW: usize, const PAYLOAD: usize, const LINE: usize, const HEADERS: usize> Default
    for Memory<WINDOW, PAYLOAD, LINE, HEADERS>
{
    fn default() -> Self {
        Self::new()
    }
}

impl<const WINDOW: usize, const PAYLOAD: usize, const LINE: usize, const HEADERS: usize>
    core::fmt::Debug for Memory<WINDOW, PAYLOAD, LINE, HEADERS>
{
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}
