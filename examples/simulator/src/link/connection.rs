//! A connection that stands, with TLS or without: what a link moves its bytes through.

use super::tls::TlsWire;
use crate::reactor::Reactor;
use crate::wire::Wire;
use mio::event::Event;
use std::io;

/// The calls are those of [`Wire`].
#[derive(Debug)]
pub(super) enum Connection {
    Plain(Wire),
    Tls(Box<TlsWire>),
}

impl Connection {
    pub(super) fn note(&mut self, event: &Event) {
        match self {
            Self::Plain(wire) => wire.note(event),
            Self::Tls(wire) => wire.note(event),
        }
    }

    pub(super) fn read(&mut self, into: &mut [u8]) -> io::Result<Option<usize>> {
        match self {
            Self::Plain(wire) => wire.read(into),
            Self::Tls(wire) => wire.read(into),
        }
    }

    pub(super) fn is_writable(&mut self) -> bool {
        match self {
            Self::Plain(wire) => wire.is_writable(),
            Self::Tls(wire) => wire.is_writable(),
        }
    }

    /// Bytes that were not taken have to be offered again, and first: with TLS they may be under way.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(wire) => wire.write(bytes),
            Self::Tls(wire) => wire.write(bytes),
        }
    }

    pub(super) fn close(self, reactor: &mut Reactor) {
        match self {
            Self::Plain(wire) => wire.close(reactor),
            Self::Tls(wire) => wire.close(reactor),
        }
    }

    pub(super) fn reset(self, reactor: &mut Reactor) {
        match self {
            Self::Plain(wire) => wire.reset(reactor),
            Self::Tls(wire) => wire.reset(reactor),
        }
    }
}
