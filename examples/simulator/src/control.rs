//! The control port: lines of text that have something go wrong while the modules run.

use crate::faults::Fault;
use crate::reactor::{Owner, Reactor};
use crate::wire::Wire;
use mio::Interest;
use mio::event::Event;
use mio::net::TcpListener;
use slab::Slab;
use std::io;
use std::net::SocketAddr;

/// The longest line.
const LINE: usize = 256;

/// Bytes that wait for a client that does not read; more than that, and it is not heard any more.
const OUTPUT: usize = 64 * 1024;

/// A listener, and those who are connected.
#[derive(Debug)]
pub(crate) struct Control {
    listener: TcpListener,
    local: SocketAddr,
    clients: Slab<Client>,
}

#[derive(Debug)]
struct Client {
    wire: Wire,
    input: Vec<u8>,
    output: Vec<u8>,
}

/// What a line asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Order {
    /// `None`: all of them.
    pub(crate) module: Option<usize>,
    pub(crate) fault: Fault,
}

impl Control {
    pub(crate) fn new(address: SocketAddr, reactor: &mut Reactor) -> io::Result<Self> {
        let mut listener = TcpListener::bind(address)?;
        let local = listener.local_addr()?;
        reactor.register(&mut listener, Interest::READABLE, Owner::ControlListener)?;
        Ok(Self { listener, local, clients: Slab::new() })
    }

    /// Where it listens, with the port that the system chose.
    pub(crate) const fn local(&self) -> SocketAddr {
        self.local
    }

    /// An event of the listener.
    pub(crate) fn handle_listener(&mut self, reactor: &mut Reactor) {
        // Whatever keeps a client out is its own to notice.
        while let Ok((stream, _)) = self.listener.accept() {
            let client = self.clients.vacant_key();
            let Ok(mut wire) = Wire::new(stream, reactor, Owner::ControlClient { client }) else {
                continue;
            };
            wire.assume_ready();
            self.clients.insert(Client { wire, input: Vec::new(), output: Vec::new() });
        }
    }

    /// An event of a client, and what it asks for. `modules` there are.
    pub(crate) fn handle_client(
        &mut self,
        number: usize,
        event: &Event,
        modules: usize,
        reactor: &mut Reactor,
    ) -> Vec<Order> {
        let Some(client) = self.clients.get_mut(number) else { return Vec::new() };
        client.wire.note(event);
        let mut orders = Vec::new();
        if client.serve(modules, &mut orders).is_err() {
            self.clients.remove(number).wire.close(reactor);
        }
        orders
    }
}

impl Client {
    /// Reads lines and answers each. The error is the end of the client.
    fn serve(&mut self, modules: usize, orders: &mut Vec<Order>) -> io::Result<()> {
        let mut bytes = [0; 1024];
        while let Some(n) = self.wire.read(&mut bytes)? {
            self.input.extend_from_slice(&bytes[..n]);
            self.take_lines(modules, orders);
            if n == 0 && !self.input.is_empty() {
                // Its last line has no end.
                self.input.push(b'\n');
                self.take_lines(modules, orders);
            }
            if self.input.len() > LINE {
                self.output.extend_from_slice(b"error: the line is too long\n");
            }
            if n == 0 || self.input.len() > LINE || self.output.len() > OUTPUT {
                let _ = self.wire.write(&self.output);
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        if !self.output.is_empty() {
            let n = self.wire.write(&self.output)?;
            self.output.drain(..n);
        }
        Ok(())
    }

    /// Answers every line that is complete.
    fn take_lines(&mut self, modules: usize, orders: &mut Vec<Order>) {
        while let Some(end) = self.input.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.input.drain(..=end).collect();
            let answer = match order(&String::from_utf8_lossy(&line), modules) {
                Ok(order) => {
                    orders.push(order);
                    "ok".to_owned()
                }
                Err(error) => format!("error: {error}"),
            };
            self.output.extend_from_slice(answer.as_bytes());
            self.output.push(b'\n');
        }
    }
}

/// `FAULT`, or `module N FAULT`.
fn order(line: &str, modules: usize) -> Result<Order, String> {
    let line = line.trim();
    let Some(rest) = line.strip_prefix("module ") else {
        return Ok(Order { module: None, fault: line.parse()? });
    };
    let (number, fault) = rest.trim().split_once(' ').unwrap_or((rest, ""));
    match number.parse() {
        Ok(number) if number < modules => Ok(Order { module: Some(number), fault: fault.parse()? }),
        _ => Err(format!("there are {modules} modules, counted from 0, and none is {number}")),
    }
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn lines() {
        assert_eq!(order("reboot\r\n", 2).unwrap().module, None);
        assert_eq!(order("module 1 network 0 stall", 2).unwrap().module, Some(1));
        for (line, error) in [
            ("module 2 reboot", "there are 2 modules, counted from 0, and none is 2"),
            ("module x reboot", "there are 2 modules, counted from 0, and none is x"),
            ("module 1", "expected serial drop"),
            ("help", "expected serial drop"),
        ] {
            let result = order(line, 2).unwrap_err();
            assert!(result.starts_with(error), "{line}: {result}");
        }
    }
}
