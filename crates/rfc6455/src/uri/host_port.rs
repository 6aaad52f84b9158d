//! `host [ ":" port ]` (RFC 3986 3.2.2 and 3.2.3), byte by byte: of a URI, of a request target and of
//! a `Host` header.

use super::UriError;
use super::address::Ipv6;

/// Whether a text that comes byte by byte is a host, which is not empty, with or without a port.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct HostPort {
    host: Host,
    port: Port,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Host {
    Empty,
    /// A name, of which an IPv4 address is one.
    Name,
    /// Digits are missing behind `%`, this many.
    Escape(u8),
    WrongName,
    /// In brackets.
    Address(Ipv6),
    AddressEnd {
        right: bool,
    },
    /// Something other than a port behind the brackets.
    Junk,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Port {
    /// There is no colon.
    Absent,
    Empty,
    Number(u16),
    Wrong,
}

impl HostPort {
    pub(crate) const fn new() -> Self {
        Self { host: Host::Empty, port: Port::Absent }
    }

    pub(crate) fn take(&mut self, byte: u8) {
        if self.port != Port::Absent {
            self.port.take(byte);
            return;
        }
        self.host = match (self.host, byte) {
            (Host::Empty, b'[') => Host::Address(Ipv6::new()),
            (Host::Address(address), b']') => Host::AddressEnd { right: address.is_address() },
            (Host::Address(mut address), _) => {
                address.take(byte);
                Host::Address(address)
            }
            (Host::Junk, _) => Host::Junk,
            (_, b':') => {
                self.port = Port::Empty;
                match self.host {
                    Host::Escape(_) => Host::WrongName,
                    host => host,
                }
            }
            (Host::AddressEnd { .. }, _) => Host::Junk,
            // RFC 3986 2.1: a percent sign and two hexadecimal digits.
            (Host::Empty | Host::Name, b'%') => Host::Escape(2),
            (Host::Escape(2), _) if byte.is_ascii_hexdigit() => Host::Escape(1),
            (Host::Escape(1), _) if byte.is_ascii_hexdigit() => Host::Name,
            (Host::Empty | Host::Name, _) if is_reg_name(byte) => Host::Name,
            _ => Host::WrongName,
        };
    }

    /// The port if there is one, now that the text has ended.
    pub(crate) const fn end(&self) -> Result<Option<u16>, UriError> {
        let port = match self.port {
            Port::Absent | Port::Empty => None,
            // Port 0 is a legal number in RFC 3986, but nothing can connect to it.
            Port::Wrong | Port::Number(0) => return Err(UriError::Port),
            Port::Number(port) => Some(port),
        };
        match self.host {
            Host::Name | Host::AddressEnd { right: true } => Ok(port),
            _ => Err(UriError::Host),
        }
    }
}

impl Port {
    fn take(&mut self, byte: u8) {
        let number = match self {
            Self::Absent | Self::Empty => Some(0),
            Self::Number(number) => number.checked_mul(10),
            Self::Wrong => None,
        };
        let digit = byte.is_ascii_digit().then(|| u16::from(byte.wrapping_sub(b'0')));
        let sum = number.zip(digit).and_then(|(number, digit)| number.checked_add(digit));
        *self = sum.map_or(Self::Wrong, Self::Number);
    }
}

/// RFC 3986 2.3 and 2.2: unreserved characters and sub-delims.
pub(super) const fn is_reg_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~')
        || matches!(
            byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
}
