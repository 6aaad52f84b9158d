//! A device together with the memory that it borrows, as one value that can be kept in a table.

use self_cell::{MutBorrow, self_cell};
use wsat::device::{Config, Device, Storage};

/// As a real module: lines of 256 bytes, every length that `AT+WSSEND` allows, and room for headers.
pub(crate) struct Memory {
    storage: Storage<256, 16_384, 256>,
    headers: [u8; 2048],
}

self_cell!(
    /// A [`Device`] and its memory.
    pub(crate) struct DeviceCell {
        owner: MutBorrow<Memory>,

        #[covariant]
        dependent: Device,
    }
);

impl DeviceCell {
    /// A device of its own memory; `window` is the size of each receive window.
    pub(crate) fn boot(config: Config, window: usize) -> Self {
        let memory = Memory { storage: Storage::new(), headers: [0; 2048] };
        Self::new(MutBorrow::new(memory), |memory| {
            let Memory { storage, headers } = memory.borrow_mut();
            Device::new(config, storage.lend([window; 3]).with_headers(headers))
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
