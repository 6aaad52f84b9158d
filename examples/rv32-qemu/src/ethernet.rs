//! virtio-net, and as a device of smoltcp. Frames are received into buffers that the network card is lent.

use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::time::Instant;
use smoltcp::wire::EthernetAddress;
use virtio_drivers::device::net::VirtIONetRaw;

use crate::{dma::Dma, machine::Virtio};

/// Frames that wait to be read, at most.
pub const FRAMES: usize = 4;
/// An Ethernet frame (1514 bytes) and virtio's header before it; the driver wants no less than 1526.
pub const FRAME: usize = 1536;
/// The queue's length has to be a power of two, and sending takes two places.
const QUEUE: usize = 4;
/// The longest Ethernet frame.
pub const MTU: usize = 1514;

type Card = VirtIONetRaw<Dma, Virtio, QUEUE>;

/// The network card.
pub struct Ethernet {
    card: Card,
    buffers: &'static mut [[u8; FRAME]; FRAMES],
    /// Under which number the card has each buffer.
    lent: [Option<u16>; FRAMES],
}

impl Ethernet {
    /// Starts the device and lends it the buffers.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[must_use]
    pub fn new(device: Virtio, buffers: &'static mut [[u8; FRAME]; FRAMES]) -> Self {
        let card = VirtIONetRaw::new(device).expect("virtio-net starts");
        let mut ethernet = Self { card, buffers, lent: [None; FRAMES] };
        ethernet.lend();
        ethernet
    }

    /// Its hardware address.
    #[must_use]
    pub fn address(&self) -> EthernetAddress {
        EthernetAddress(self.card.mac_address())
    }

    /// Lends the card every buffer that it has not.
    fn lend(&mut self) {
        for (buffer, lent) in self.buffers.iter_mut().zip(&mut self.lent) {
            if lent.is_none() {
                // SAFETY: `lent` says that the card has it, so that it is not touched before it is given back.
                *lent = unsafe { self.card.receive_begin(buffer) }.ok();
            }
        }
    }
}

impl Ethernet {
    /// The next frame that was received, and the right to answer it.
    pub fn frame(&mut self) -> Option<(Received<'_>, Sending<'_>)> {
        // What was given back last is read by now.
        self.lend();
        let number = self.card.poll_receive()?;
        let at = self.lent.iter().position(|lent| *lent == Some(number))?;
        let buffer = &mut self.buffers[at];
        self.lent[at] = None;
        // SAFETY: this is the buffer that was lent under this number.
        let (header, len) = unsafe { self.card.receive_complete(number, buffer) }.ok()?;
        Some((Received(buffer.get_mut(header..header + len)?), Sending(&mut self.card)))
    }

    /// If there is room for a frame.
    pub fn room(&mut self) -> Option<Sending<'_>> {
        self.card.can_send().then_some(Sending(&mut self.card))
    }
}

impl Device for Ethernet {
    type RxToken<'a> = Received<'a>;
    type TxToken<'a> = Sending<'a>;

    fn receive(&mut self, _: Instant) -> Option<(Received<'_>, Sending<'_>)> {
        self.frame()
    }

    fn transmit(&mut self, _: Instant) -> Option<Sending<'_>> {
        self.room()
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = MTU;
        capabilities
    }
}

/// A frame that was received.
pub struct Received<'a>(pub &'a mut [u8]);

impl RxToken for Received<'_> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(self.0)
    }
}

/// The right to send a frame.
pub struct Sending<'a>(&'a mut Card);

impl Sending<'_> {
    /// Sends a frame of this length.
    pub fn send<R>(self, len: usize, write: impl FnOnce(&mut [u8]) -> R) -> R {
        let mut frame = [0; MTU];
        let frame = &mut frame[..len];
        let result = write(frame);
        // A frame that is lost is sent again by TCP.
        let _ = self.0.send(frame);
        result
    }
}

impl TxToken for Sending<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, write: F) -> R {
        self.send(len, write)
    }
}
