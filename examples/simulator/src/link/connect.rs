//! How a link gets its transport: from the name in the URI to a connection that stands, with TLS for
//! `wss://`.

use super::connection::Connection;
use super::tls::TlsWire;
use super::{Link, Transport};
use crate::reactor::Reactor;
use crate::say::{reason, say};
use crate::tls::Failure;
use crate::wire::Wire;
use std::io;
use std::net::SocketAddr;
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
        let Some(Target { host, port, secure, tls, .. }) = device.target(conn) else { return };
        // Before anything else, as a module looks into its flash first.
        match secure.then(|| reactor.tls.begin(host, tls)).transpose() {
            Ok(session) => self.session = session,
            Err(Failure::Other(text)) => return self.report(now, Some(text), device),
            Err(Failure::Missing(missing, text)) => {
                say!("link {}: {text}", self.number);
                self.recorder.note(|recording| recording.misses(now, self.number, missing));
                return device.handle_failed(now, conn, missing);
            }
        }
        let failure = if let Some(address) = reactor.resolver.known(host, port) {
            self.connect(vec![address].into_iter(), reactor)
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
            Ok(_) => match self.session.take() {
                None => self.up(now, conn, Connection::Plain(wire), device),
                Some(session) => {
                    let wire = Box::new(TlsWire::new(wire, session));
                    self.transport = Transport::Securing { wire };
                }
            },
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

    /// Goes on with the handshake of TLS. If it fails no other address is tried: the server is
    /// there, and it is the same.
    pub(super) fn pump_securing(
        &mut self,
        now: Instant,
        conn: Conn,
        device: &mut Device<'_>,
        reactor: &mut Reactor,
    ) -> bool {
        let Transport::Securing { wire } = &mut self.transport else { return false };
        let result = wire.handshake();
        if matches!(result, Ok(false)) {
            return false;
        }
        let Transport::Securing { wire } = std::mem::replace(&mut self.transport, Transport::None)
        else {
            return false;
        };
        match result {
            Ok(_) => self.up(now, conn, Connection::Tls(wire), device),
            Err(error) => {
                wire.close(reactor);
                let host = device.target(conn).map_or("?", |target| target.host);
                let failure = format!("no TLS with {host}: {}", reason(&error));
                self.report(now, Some(failure), device);
            }
        }
        true
    }

    /// The connection stands.
    fn up(&mut self, now: Instant, conn: Conn, wire: Connection, device: &mut Device<'_>) {
        self.transport = Transport::Up { wire, broken: None };
        self.heard = false;
        self.recorder.note(|recording| recording.up(now, self.number));
        device.handle_up(now, conn);
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
            self.ended(now, conn, device);
        }
    }
}

fn cannot_connect(address: SocketAddr, error: &io::Error) -> String {
    format!("cannot connect to {address}: {}", reason(error))
}
