//! A connection in memory, as a blocking library sees it: what is not there yet would block.

use std::cell::RefCell;
use std::io::{self, ErrorKind, Read, Write};
use std::rc::Rc;

/// Both directions.
#[derive(Debug, Default)]
pub(crate) struct Pipe {
    pub(crate) to_server: Vec<u8>,
    pub(crate) from_server: Vec<u8>,
}

/// The server's end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stream(pub(crate) Rc<RefCell<Pipe>>);

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let waiting = &mut self.0.borrow_mut().to_server;
        if waiting.is_empty() {
            return Err(ErrorKind::WouldBlock.into());
        }
        let n = waiting.len().min(into.len());
        into[..n].copy_from_slice(&waiting[..n]);
        waiting.drain(..n);
        Ok(n)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().from_server.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
