//! Every buffer of the firmware, in one place to be sized: `docs` of each says what follows from it.

use smoltcp::{iface::SocketStorage, socket::tcp};
use static_cell::ConstStaticCell;
use wsat::device::{Memory, Storage};

use crate::ethernet::{FRAME, FRAMES};

/// Three links, and one more for a connection whose end is still on its way while its link opens the next.
pub const SOCKETS: usize = 4;
/// Of each link: the longest record of received data.
pub const WINDOW: usize = 4096;
/// Of each socket and direction: what may be under way in the network.
const SOCKET_BUFFER: usize = 4096;

/// A line of 256 bytes as on ESP-AT, the longest payload of `AT+WSSEND` in any dialect, a line's worth of URI.
static DEVICE: ConstStaticCell<Storage<256, 16_384, 256>> = ConstStaticCell::new(Storage::new());
/// Of `AT+WSHEAD`.
static HEADERS: ConstStaticCell<[u8; 512]> = ConstStaticCell::new([0; 512]);
static WINDOWS: ConstStaticCell<[[u8; WINDOW]; 3]> = ConstStaticCell::new([[0; WINDOW]; 3]);
static SOCKET_BUFFERS: ConstStaticCell<[[[u8; SOCKET_BUFFER]; 2]; SOCKETS]> =
    ConstStaticCell::new([[[0; SOCKET_BUFFER]; 2]; SOCKETS]);
static SOCKET_LIST: ConstStaticCell<[SocketStorage<'static>; SOCKETS]> =
    ConstStaticCell::new([SocketStorage::EMPTY; SOCKETS]);
static FRAME_BUFFERS: ConstStaticCell<[[u8; FRAME]; FRAMES]> =
    ConstStaticCell::new([[0; FRAME]; FRAMES]);

/// What a device works in.
///
/// # Panics
///
/// At the second call.
#[must_use]
pub fn of_device() -> Memory<'static> {
    DEVICE.take().lend([WINDOW; 3]).with_headers(HEADERS.take())
}

/// What the network works in.
pub struct Network {
    /// For the network card.
    pub frames: &'static mut [[u8; FRAME]; FRAMES],
    /// For the list of sockets.
    pub list: &'static mut [SocketStorage<'static>],
    /// The sockets.
    pub sockets: [tcp::Socket<'static>; SOCKETS],
    /// The receive windows.
    pub windows: &'static mut [[u8; WINDOW]; 3],
}

/// What the network card is lent.
///
/// # Panics
///
/// At the second call, and behind [`of_network`].
#[must_use]
pub fn of_frames() -> &'static mut [[u8; FRAME]; FRAMES] {
    FRAME_BUFFERS.take()
}

/// What the network works in.
///
/// # Panics
///
/// At the second call.
#[must_use]
pub fn of_network() -> Network {
    let sockets = SOCKET_BUFFERS.take().each_mut().map(|[receive, transmit]| {
        let buffer = |bytes| tcp::SocketBuffer::new(bytes);
        tcp::Socket::new(buffer(&mut receive[..]), buffer(&mut transmit[..]))
    });
    Network { frames: of_frames(), list: SOCKET_LIST.take(), sockets, windows: WINDOWS.take() }
}
