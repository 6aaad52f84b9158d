//! Where bytes come from and where they go: memory, in place of a socket. A read and a write copy, as a socket's do.

use std::cell::{Cell, RefCell, RefMut};
use std::hint::black_box;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// Bytes of a peer. One read gives at most so many of them; after the last one it gives none.
#[derive(Clone)]
pub struct Feed(Rc<Bytes>);

struct Bytes {
    wire: Vec<u8>,
    /// The most of one read.
    chunk: usize,
    /// Messages in `wire`.
    messages: usize,
    at: Cell<usize>,
}

impl Feed {
    pub fn new(wire: Vec<u8>, chunk: usize, messages: usize) -> Self {
        Self(Rc::new(Bytes { wire, chunk, messages, at: Cell::new(0) }))
    }

    #[inline]
    pub fn read(&self, buffer: &mut [u8]) -> usize {
        let piece = self.next(buffer.len());
        buffer[..piece.len()].copy_from_slice(piece);
        piece.len()
    }

    /// What the next read of at most so many bytes would give, for those who append it to a buffer of theirs.
    #[inline]
    pub fn next(&self, most: usize) -> &[u8] {
        let at = self.0.at.get();
        let rest = &self.0.wire[at..];
        let n = rest.len().min(self.0.chunk).min(most);
        self.0.at.set(at + n);
        &rest[..n]
    }

    /// From the first byte again.
    pub fn rewind(&self) {
        self.0.at.set(0);
    }

    pub fn messages(&self) -> usize {
        self.0.messages
    }
}

/// Who wants the payload. Looking at it is not part of the work; a test run keeps it.
#[derive(Default)]
pub struct Sink {
    pub octets: usize,
    pub kept: Option<Vec<u8>>,
}

impl Sink {
    #[inline]
    pub fn take(&mut self, octets: &[u8]) {
        self.octets += black_box(octets).len();
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(octets);
        }
    }
}

/// Room for what is sent. Those who write into the caller's memory get it as that, others as a stream.
#[derive(Clone)]
pub struct Drain(Rc<Room>);

struct Room {
    bytes: RefCell<Vec<u8>>,
    at: Cell<usize>,
}

impl Drain {
    pub fn new(size: usize) -> Self {
        Self(Rc::new(Room { bytes: RefCell::new(vec![0; size]), at: Cell::new(0) }))
    }

    /// All of the memory.
    #[inline]
    pub fn room(&self) -> RefMut<'_, [u8]> {
        RefMut::map(self.0.bytes.borrow_mut(), Vec::as_mut_slice)
    }

    /// So much of it was written.
    #[inline]
    pub fn written(&self, n: usize) {
        self.0.at.set(n);
    }

    /// As a stream.
    #[inline]
    pub fn write(&self, bytes: &[u8]) -> usize {
        let at = self.0.at.get();
        self.0.bytes.borrow_mut()[at..at + bytes.len()].copy_from_slice(bytes);
        self.0.at.set(at + bytes.len());
        bytes.len()
    }

    /// What has been written since the last time.
    pub fn take(&self) -> Vec<u8> {
        let n = self.0.at.replace(0);
        self.0.bytes.borrow()[..n].to_vec()
    }

    /// Likewise, and nobody wants it.
    #[inline]
    pub fn clear(&self) {
        black_box(&self.0.bytes);
        self.0.at.set(0);
    }
}

/// A feed and a drain as one stream, for those who do their own reading and writing.
#[derive(Clone)]
pub struct Stream {
    pub feed: Option<Feed>,
    pub drain: Drain,
}

impl Stream {
    pub fn of(feed: &Feed) -> Self {
        Self { feed: Some(feed.clone()), drain: Drain::new(256) }
    }

    pub fn to(drain: &Drain) -> Self {
        Self { feed: None, drain: drain.clone() }
    }

    #[inline]
    pub fn get(&self, buffer: &mut [u8]) -> usize {
        self.feed.as_ref().map_or(0, |feed| feed.read(buffer))
    }
}

impl embedded_io_async::ErrorType for Stream {
    type Error = core::convert::Infallible;
}

impl embedded_io_async::Read for Stream {
    async fn read(&mut self, buffer: &mut [u8]) -> std::result::Result<usize, Self::Error> {
        Ok(self.get(buffer))
    }
}

impl embedded_io_async::Write for Stream {
    async fn write(&mut self, bytes: &[u8]) -> std::result::Result<usize, Self::Error> {
        Ok(self.drain.write(bytes))
    }

    async fn flush(&mut self) -> std::result::Result<(), Self::Error> {
        Ok(())
    }
}

impl std::io::Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        Ok(self.get(buffer))
    }
}

impl std::io::Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(self.drain.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl tokio::io::AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        // Room that was never written to is not filled before: a socket would not do that either.
        let piece = self.feed.as_ref().map_or(&[][..], |feed| feed.next(buffer.remaining()));
        buffer.put_slice(piece);
        // It is never at its end: there is nothing now.
        if piece.is_empty() { Poll::Pending } else { Poll::Ready(Ok(())) }
    }
}

impl tokio::io::AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Poll::Ready(Ok(self.drain.write(bytes)))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The result of a future that never has to wait.
pub fn now<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a stream in memory is always ready"),
    }
}

/// The same numbers for everybody who takes a source of randomness: what it costs is not what is compared.
pub struct Cheap(pub u32);

impl Cheap {
    pub const fn new() -> Self {
        Self(0x3d21_fa37)
    }

    #[inline]
    pub fn step(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        self.0
    }
}

mod rand_core_010 {
    use super::Cheap;
    use wsat::rand_core::{TryCryptoRng, TryRng};

    impl TryRng for Cheap {
        type Error = core::convert::Infallible;

        #[inline]
        fn try_next_u32(&mut self) -> std::result::Result<u32, Self::Error> {
            Ok(self.step())
        }

        fn try_next_u64(&mut self) -> std::result::Result<u64, Self::Error> {
            Ok(u64::from(self.step()) << 32 | u64::from(self.step()))
        }

        #[inline]
        fn try_fill_bytes(&mut self, room: &mut [u8]) -> std::result::Result<(), Self::Error> {
            for chunk in room.chunks_mut(4) {
                chunk.copy_from_slice(&self.step().to_le_bytes()[..chunk.len()]);
            }
            Ok(())
        }
    }

    impl TryCryptoRng for Cheap {}
}
