//! The AT port: an NS16550, polled.
//!
//! QEMU keeps back what the receiver has no room for. On real hardware a FIFO of 16 bytes overruns while the loop does
//! something else: there, an interrupt or DMA fills a ring that takes the place of `received`.

use safe_mmio::{
    UniqueMmioPointer, field, field_shared,
    fields::{ReadPure, ReadWrite},
};

/// The registers that are used, and those between them.
#[repr(C)]
pub struct Registers {
    /// RBR and THR: reading takes a byte received, writing gives one to be sent.
    data: ReadWrite<u8>,
    interrupt_enable: ReadWrite<u8>,
    /// IIR, and FCR when it is written.
    fifo_control: ReadWrite<u8>,
    line_control: ReadWrite<u8>,
    modem_control: ReadWrite<u8>,
    line_status: ReadPure<u8>,
}

const ENABLE_AND_CLEAR_FIFOS: u8 = 0b111;
const EIGHT_BITS: u8 = 0b11;
const DATA_READY: u8 = 1;
/// The FIFO for what is to be sent is empty.
const CAN_SEND: u8 = 1 << 5;
/// So is the shift register behind it.
const ALL_SENT: u8 = 1 << 6;
/// The size of that FIFO.
const FIFO: usize = 16;

/// An NS16550, and the bytes that have come out of it and are not yet taken.
pub struct Uart {
    registers: UniqueMmioPointer<'static, Registers>,
    received: [u8; 256],
    len: usize,
    counts: Counts,
}

/// Bytes since the start.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Counts {
    /// That have come.
    pub received: usize,
    /// That were sent.
    pub sent: usize,
}

impl Uart {
    /// Without interrupts, 8N1.
    #[must_use]
    pub fn new(mut registers: UniqueMmioPointer<'static, Registers>) -> Self {
        field!(registers, interrupt_enable).write(0);
        field!(registers, line_control).write(EIGHT_BITS);
        field!(registers, fifo_control).write(ENABLE_AND_CLEAR_FIFOS);
        Self { registers, received: [0; 256], len: 0, counts: Counts::default() }
    }

    fn status(&self) -> u8 {
        field_shared!(self.registers, line_status).read()
    }

    /// Bytes of the host that wait, oldest first.
    pub fn received(&mut self) -> &[u8] {
        while self.len < self.received.len() && self.status() & DATA_READY != 0 {
            self.received[self.len] = field!(self.registers, data).read();
            self.len += 1;
            self.counts.received += 1;
        }
        &self.received[..self.len]
    }

    /// So many of them are done with.
    pub fn drop_received(&mut self, n: usize) {
        self.received.copy_within(n..self.len, 0);
        self.len -= n;
    }

    /// How many bytes can be [sent](Self::send) now.
    #[must_use]
    pub fn room(&self) -> usize {
        if self.status() & CAN_SEND == 0 { 0 } else { FIFO }
    }

    /// Sends as many bytes as there is [room](Self::room) for.
    pub fn send(&mut self, bytes: &[u8]) {
        for byte in bytes {
            field!(self.registers, data).write(*byte);
        }
        self.counts.sent += bytes.len();
    }

    /// How much has come and gone.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether every byte is on the line.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.status() & ALL_SENT != 0
    }
}
