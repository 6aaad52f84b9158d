//! QEMU's machine `virt`: where its devices are. On another board, this file is another.
//!
//! Addresses as in the device tree that `-machine virt,dumpdtb=…` writes.

use core::ptr::NonNull;
use core::sync::atomic::{AtomicBool, Ordering};
use safe_mmio::{UniqueMmioPointer, fields::WriteOnly};
use virtio_drivers::transport::{
    DeviceType, Transport,
    mmio::{MmioTransport, VirtIOHeader},
};

use crate::uart::{Registers, Uart};

/// A virtio device on the memory bus.
pub type Virtio = MmioTransport<'static>;

const FINISHER: usize = 0x10_0000;
const UART: usize = 0x1000_0000;
const VIRTIO: usize = 0x1000_1000;
const VIRTIO_SIZE: usize = 0x1000;
const VIRTIO_COUNT: usize = 8;

/// Everything outside the processor that the firmware uses.
pub struct Machine {
    /// The AT port.
    pub uart: Uart,
    /// virtio-net.
    pub network: Virtio,
    /// virtio-rng.
    pub entropy: Virtio,
}

impl Machine {
    /// Takes the devices.
    ///
    /// # Panics
    ///
    /// At the second call, and if QEMU was started without one of them.
    #[must_use]
    pub fn take() -> Self {
        static TAKEN: AtomicBool = AtomicBool::new(false);
        // There is one hart and no interrupt: nobody comes between these two.
        assert!(!TAKEN.load(Ordering::Relaxed), "the devices are taken");
        TAKEN.store(true, Ordering::Relaxed);
        let (mut network, mut entropy) = (None, None);
        for slot in 0..VIRTIO_COUNT {
            let at = VIRTIO + slot * VIRTIO_SIZE;
            let Some(header) = NonNull::new(at as *mut VirtIOHeader) else { continue };
            // SAFETY: a virtio slot of `virt`, to which there is no other pointer: this is done once.
            let Ok(transport) = (unsafe { MmioTransport::new(header, VIRTIO_SIZE) }) else {
                continue; // An empty slot.
            };
            match transport.device_type() {
                DeviceType::Network => network = Some(transport),
                DeviceType::EntropySource => entropy = Some(transport),
                _ => {}
            }
        }
        let Some(registers) = NonNull::new(UART as *mut Registers) else { unreachable!() };
        Self {
            // SAFETY: the UART of `virt`, to which there is no other pointer: this is done once.
            uart: Uart::new(unsafe { UniqueMmioPointer::new(registers) }),
            network: network.expect("-device virtio-net-device"),
            entropy: entropy.expect("-device virtio-rng-device"),
        }
    }
}

/// How the machine stops: what QEMU ends with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Status 0.
    Passed,
    /// Status 1.
    Failed,
}

/// Ends QEMU.
pub fn stop(verdict: Verdict) -> ! {
    let value: u32 = match verdict {
        Verdict::Passed => 0x5555,
        Verdict::Failed => 1 << 16 | 0x3333,
    };
    if let Some(finisher) = NonNull::new(FINISHER as *mut WriteOnly<u32>) {
        // SAFETY: the test finisher of `virt`. Nobody else has a pointer to it, and nothing follows.
        unsafe { UniqueMmioPointer::new(finisher) }.write(value);
    }
    loop {
        core::hint::spin_loop();
    }
}
