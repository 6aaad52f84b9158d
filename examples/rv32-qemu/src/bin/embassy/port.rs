//! The AT port as embedded-io-async has it.

use core::cell::RefCell;
use core::convert::Infallible;
use core::future::poll_fn;
use core::task::Poll;
use embassy_sync::waitqueue::AtomicWaker;
use embedded_io_async::{ErrorType, Read, Write};
use rv32_qemu::uart::Uart;

/// The UART. Its two halves are references to it.
pub(crate) struct Port {
    uart: RefCell<Uart>,
    reader: AtomicWaker,
    writer: AtomicWaker,
}

impl Port {
    pub(crate) const fn new(uart: Uart) -> Self {
        Self { uart: RefCell::new(uart), reader: AtomicWaker::new(), writer: AtomicWaker::new() }
    }

    /// Wakes who waits for what is there now.
    pub(crate) fn look(&self) {
        let mut uart = self.uart.borrow_mut();
        if !uart.received().is_empty() {
            self.reader.wake();
        }
        if uart.room() > 0 {
            self.writer.wake();
        }
    }
}

impl ErrorType for &Port {
    type Error = Infallible;
}

impl Read for &Port {
    async fn read(&mut self, out: &mut [u8]) -> Result<usize, Infallible> {
        poll_fn(|cx| {
            let mut uart = self.uart.borrow_mut();
            let received = uart.received();
            let n = received.len().min(out.len());
            out[..n].copy_from_slice(&received[..n]);
            uart.drop_received(n);
            if n == 0 && !out.is_empty() {
                self.reader.register(cx.waker());
                return Poll::Pending;
            }
            Poll::Ready(Ok(n))
        })
        .await
    }
}

impl Write for &Port {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        poll_fn(|cx| {
            let mut uart = self.uart.borrow_mut();
            let n = uart.room().min(bytes.len());
            uart.send(&bytes[..n]);
            if n == 0 && !bytes.is_empty() {
                self.writer.register(cx.waker());
                return Poll::Pending;
            }
            Poll::Ready(Ok(n))
        })
        .await
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        // What is in its FIFO goes out by itself.
        Ok(())
    }
}
