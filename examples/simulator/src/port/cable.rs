//! An AT port in memory: the other end is in the same program.

use super::{Input, Port};
use crate::reactor::Reactor;
use mio::Token;
use mio::event::Event;
use std::cell::RefCell;
use std::io;
use std::rc::Rc;

/// Both directions of the line.
#[derive(Debug, Default)]
struct Line {
    to_module: Vec<u8>,
    from_module: Vec<u8>,
}

/// The host's end of a serial line to a module in the same program.
///
/// Bytes move when [`Simulator::turn`](crate::Simulator::turn) is called.
#[derive(Debug)]
pub struct Cable {
    line: Rc<RefCell<Line>>,
    station: usize,
    /// Where the loop looks for stations that were sent something.
    plugged: Rc<RefCell<Vec<usize>>>,
}

impl Cable {
    pub(crate) fn new(station: usize, plugged: Rc<RefCell<Vec<usize>>>) -> Self {
        Self { line: Rc::default(), station, plugged }
    }

    /// Sends bytes to the module.
    pub fn send(&self, bytes: &[u8]) {
        self.line.borrow_mut().to_module.extend_from_slice(bytes);
        self.plugged.borrow_mut().push(self.station);
    }

    /// Takes what the module has printed since the last call.
    #[must_use]
    pub fn receive(&self) -> Vec<u8> {
        std::mem::take(&mut self.line.borrow_mut().from_module)
    }

    /// The module's end.
    pub(crate) fn port(&self) -> CablePort {
        CablePort { line: Rc::clone(&self.line) }
    }
}

/// The module's end of a [`Cable`]. Somebody is always there.
#[derive(Debug)]
pub(crate) struct CablePort {
    line: Rc<RefCell<Line>>,
}

impl Port for CablePort {
    fn name(&self) -> String {
        "a cable".into()
    }

    fn attach(&mut self, _: &mut Reactor, _: usize) -> io::Result<bool> {
        Ok(true)
    }

    fn handle_event(&mut self, _: Token, _: &Event) {}

    fn read(&mut self, into: &mut [u8]) -> io::Result<Input> {
        let waiting = &mut self.line.borrow_mut().to_module;
        let n = waiting.len().min(into.len());
        into[..n].copy_from_slice(&waiting[..n]);
        waiting.drain(..n);
        Ok(if n == 0 { Input::Nothing } else { Input::Bytes(n) })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.borrow_mut().from_module.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn detach(&mut self, _: &mut Reactor, _: Option<&io::Error>) -> Option<u8> {
        None
    }
}
