//! Bytes one way, with room for so many: half of a serial line, or of a connection.

use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

struct Pipe {
    bytes: VecDeque<u8>,
    room: usize,
    /// The writer says no more; nobody reads any more; both were told that it broke.
    ended: bool,
    unread: bool,
    reset: bool,
    wakers: Vec<Waker>,
}

impl Pipe {
    fn wait<T>(&mut self, cx: &Context<'_>) -> Poll<T> {
        self.wakers.push(cx.waker().clone());
        Poll::Pending
    }

    fn wake(&mut self) {
        self.wakers.drain(..).for_each(Waker::wake);
    }
}

pub(crate) struct Rx(Rc<RefCell<Pipe>>);
pub(crate) struct Tx(Rc<RefCell<Pipe>>);

pub(crate) fn pipe(room: usize) -> (Rx, Tx) {
    let pipe = Pipe {
        bytes: VecDeque::new(),
        room,
        ended: false,
        unread: false,
        reset: false,
        wakers: Vec::new(),
    };
    let pipe = Rc::new(RefCell::new(pipe));
    (Rx(pipe.clone()), Tx(pipe))
}

impl Rx {
    pub(crate) fn reset(&self) {
        let mut pipe = self.0.borrow_mut();
        pipe.reset = true;
        pipe.wake();
    }

    /// How many bytes wait.
    pub(crate) fn len(&self) -> usize {
        self.0.borrow().bytes.len()
    }

    pub(crate) fn was_reset(&self) -> bool {
        self.0.borrow().reset
    }
}

impl Tx {
    pub(crate) fn end(&self) {
        let mut pipe = self.0.borrow_mut();
        pipe.ended = true;
        pipe.wake();
    }

    pub(crate) fn reset(&self) {
        let mut pipe = self.0.borrow_mut();
        pipe.reset = true;
        pipe.wake();
    }

    /// Until all that was written is read.
    pub(crate) async fn drained(&self) {
        poll_fn(|cx| {
            let mut pipe = self.0.borrow_mut();
            if pipe.bytes.is_empty() || pipe.unread { Poll::Ready(()) } else { pipe.wait(cx) }
        })
        .await;
    }
}

impl Drop for Rx {
    fn drop(&mut self) {
        let mut pipe = self.0.borrow_mut();
        pipe.unread = true;
        pipe.wake();
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        self.end();
    }
}

impl ErrorType for Rx {
    type Error = ErrorKind;
}

impl ErrorType for Tx {
    type Error = ErrorKind;
}

impl Read for Rx {
    async fn read(&mut self, out: &mut [u8]) -> Result<usize, ErrorKind> {
        poll_fn(|cx| {
            let mut pipe = self.0.borrow_mut();
            if pipe.reset {
                return Poll::Ready(Err(ErrorKind::ConnectionReset));
            }
            if out.is_empty() || (pipe.bytes.is_empty() && pipe.ended) {
                return Poll::Ready(Ok(0));
            }
            if pipe.bytes.is_empty() {
                return pipe.wait(cx);
            }
            let n = out.len().min(pipe.bytes.len());
            for (to, from) in out.iter_mut().zip(pipe.bytes.drain(..n)) {
                *to = from;
            }
            pipe.wake();
            Poll::Ready(Ok(n))
        })
        .await
    }
}

impl Write for Tx {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        poll_fn(|cx| {
            let mut pipe = self.0.borrow_mut();
            if pipe.reset {
                return Poll::Ready(Err(ErrorKind::ConnectionReset));
            }
            if pipe.unread {
                return Poll::Ready(Err(ErrorKind::BrokenPipe));
            }
            let n = bytes.len().min(pipe.room - pipe.bytes.len());
            if n == 0 && !bytes.is_empty() {
                return pipe.wait(cx);
            }
            pipe.bytes.extend(&bytes[..n]);
            pipe.wake();
            Poll::Ready(Ok(n))
        })
        .await
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}
