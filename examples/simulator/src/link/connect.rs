//! How a link gets its transport: from the name in the URI to a connection that stands.

use super::{Link, Transport};
use crate::reactor::Reactor;
use crate::say::{reason, say};
use crate::wire::Wire;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::vec;
use wsat::Instant;
use wsat::device::{Conn, Device, Target};

impl Link {
    /// Carries out `Action::Open`.
    pub(crate) fn open(
        &mut self,
        now: Instant,
        conn: Conn,
        device: &mut Device<'_>,
        reactor: &mut Reactor,
    ) {
        self.close_transport(reactor);
        self.conn = Some(conn);
        self.window.clear();
        self.outbox.clear();
        let Some(Target { host, port, secure, .. }) = device.target(conn) else { return };
        let failure = if secure {
            Some(format!(
                "cannot connect to wss://{host}:{port}: TLS (wss://) is not supported yet"
            ))
        } else if let Ok(address) = host.parse::<IpAddr>() {
            self.connect(vec![SocketAddr::new(address, port)].into_iter(), reactor)
        } else {
            match reactor.resolver.ask(self.station, self.number, host, port) {
                Ok(job) => {
                    self.transport = Transport::Resolving { job };
                    None
                }
                Err(error) => Some(format!("cannot resolve {host}: {}", reason(&error))),
            }
        };
        self.report(now, failure, device);
    }

    /// The resolver's answer to question `job`.
    pub(crate) fn handle_addresses(
        &mut self,
        now: Instant,
        job: u64,
        addresses: io::Result<Vec<SocketAddr>>,
        device: &mut Device<'_>,
        reactor: &mut Reactor,
    ) {
        if !matches!(self.transport, Transport::Resolving { job: mine } if mine == job) {
            return;
        }
        self.transport = Transport::None;
        let failure = match addresses {
            Ok(addresses) if addresses.is_empty() => Some("the name has no address".into()),
            Ok(addresses) => self.connect(addresses.into_iter(), reactor),
            Err(error) => {
                let host = self.conn.and_then(|c| device.target(c)).map_or("?", |t| t.host);
                Some(format!("cannot resolve {host}: {}", reason(&error)))
            }
        };
        self.report(now, failure, device);
    }

    /// Looks whether the connection stands; if it failed, tries the next address.
    pub(super) fn pump_connecting(
        &mut self,
        now: Instant,
        conn: Conn,
        device: &mut Device<'_>,
        reactor: &mut Reactor,
    ) -> bool {
        let Transport::Connecting { wire, .. } = &mut self.transport else { return false };
        let result = wire.established();
        if matches!(result, Ok(false)) {
            return false;
        }
        let Transport::Connecting { wire, address, others } =
            std::mem::replace(&mut self.transport, Transport::None)
        else {
            return false;
        };
        match result {
            Ok(_) => {
                self.transport = Transport::Up { wire, writing: true };
                device.handle_up(now, conn);
            }
            Err(error) => {
                wire.close(reactor);
                let failure = if others.as_slice().is_empty() {
                    Some(cannot_connect(address, &error))
                } else {
                    self.connect(others, reactor)
                };
                self.report(now, failure, device);
            }
        }
        true
    }

    /// Begins to connect to the first address that lets it begin; says why if none does.
    fn connect(
        &mut self,
        mut addresses: vec::IntoIter<SocketAddr>,
        reactor: &mut Reactor,
    ) -> Option<String> {
        let mut failure = None;
        while let Some(address) = addresses.next() {
            match Wire::connect(address, reactor, self.owner()) {
                Ok(wire) => {
                    self.transport = Transport::Connecting { wire, address, others: addresses };
                    return None;
                }
                Err(error) => failure = Some(cannot_connect(address, &error)),
            }
        }
        failure
    }

    /// A failure to connect is a message for the person and the end of the attempt for the device.
    fn report(&self, now: Instant, failure: Option<String>, device: &mut Device<'_>) {
        if let (Some(failure), Some(conn)) = (failure, self.conn) {
            say!("link {}: {failure}", self.number);
            device.handle_eof(now, conn);
        }
    }
}

fn cannot_connect(address: SocketAddr, error: &io::Error) -> String {
    format!("cannot connect to {address}: {}", reason(error))
}
