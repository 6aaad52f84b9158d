//! A device together with the memory that it borrows, as one value that can be kept in a table.

use self_cell::{MutBorrow, self_cell};
use wsat::device::{Config, Device, Storage};

/// As a real module: lines of 256 bytes, and every length that `AT+WSSEND` allows.
type Memory = Storage<256, 8192, 256>;

self_cell!(
    /// A [`Device`] and its [`Storage`].
    pub(crate) struct DeviceCell {
        owner: MutBorrow<Memory>,

        #[covariant]
        dependent: Device,
    }
);

impl DeviceCell {
    /// A device of its own memory; `window` is the size of each receive window.
    pub(crate) fn boot(config: Config, window: usize) -> Self {
        Self::new(MutBorrow::new(Memory::new()), |memory| {
            Device::new(config, memory.borrow_mut().lend([window; 3]))
        })
    }

    /// Works with the device.
    pub(crate) fn with<R>(&mut self, work: impl FnOnce(&mut Device<'_>) -> R) -> R {
        self.with_dependent_mut(|_, device| work(device))
    }

    /// Looks at the device.
    pub(crate) fn device(&self) -> &Device<'_> {
        self.borrow_dependent()
    }
}

impl std::fmt::Debug for DeviceCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceCell").finish_non_exhaustive()
    }
}
