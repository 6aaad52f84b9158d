//! The request line (RFC 7230 3.1.1), byte by byte.

use super::Rejection;
use crate::handshake::matcher::Matcher;
use crate::handshake::text::is_token_byte;
use crate::uri::HostPort;

/// RFC 7230 2.6: what the version begins with.
const HTTP: &[u8] = b"HTTP/";
/// RFC 6455 4.2.1, item 1: the one method.
const GET: &[u8] = b"GET";
/// RFC 6455 4.2.1, item 1: a target that is not a path is a URI of one of these schemes.
const SCHEMES: &[u8] = b"http://,https://";

/// Reads a request line, and remembers what is wrong with a well-formed one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct RequestLine {
    next: Next,
    is_get: bool,
    is_target: bool,
    is_version: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Next {
    /// The first byte of the method, or of an empty line before it.
    Start,
    /// The LF of that.
    EmptyEnd,
    Method(Matcher),
    TargetStart,
    Scheme(Matcher),
    /// Host and port of a URI.
    Authority(HostPort),
    Target,
    /// `matched` bytes of `HTTP/` are there.
    Http {
        matched: u8,
    },
    Major,
    Point,
    Minor,
    Cr,
    Lf,
}

impl RequestLine {
    pub(super) const fn new() -> Self {
        Self { next: Next::Start, is_get: false, is_target: true, is_version: true }
    }

    /// Takes one byte; true when the line is complete.
    pub(super) fn take(&mut self, byte: u8) -> Result<bool, Rejection> {
        self.next = match (self.next, byte) {
            // RFC 7230 3.5: empty lines before the request line do not count.
            (Next::Start, b'\r') => Next::EmptyEnd,
            (Next::EmptyEnd, b'\n') => Next::Start,
            (Next::Start, _) if is_token_byte(byte) => Self::method(Matcher::new(), byte),
            (Next::Method(method), _) if is_token_byte(byte) => Self::method(method, byte),
            (Next::Method(method), b' ') => {
                // RFC 7231 4.1: methods are case-sensitive.
                self.is_get = method.end(GET).is_some();
                Next::TargetStart
            }
            (Next::TargetStart, b'/') => Next::Target,
            (Next::TargetStart, b'!'..=b'~') => self.scheme(Matcher::new(), byte),
            (Next::Scheme(_), b' ') => {
                self.is_target = false;
                Next::Http { matched: 0 }
            }
            (Next::Scheme(scheme), b'!'..=b'~') => self.scheme(scheme, byte),
            (Next::Authority(authority), b' ' | b'/' | b'?' | b'#') => {
                // RFC 7230 2.7.1: an empty host is invalid, and a userinfo is to be treated as an
                // error.
                self.is_target &= authority.end().is_ok() && byte != b'#';
                if byte == b' ' { Next::Http { matched: 0 } } else { Next::Target }
            }
            (Next::Authority(mut authority), b'!'..=b'~' | 0x80..) => {
                authority.take(byte);
                Next::Authority(authority)
            }
            (Next::Target, b' ') => Next::Http { matched: 0 },
            (Next::Target, b'!'..=b'~') => {
                // RFC 6455 3: a fragment is never part of a request.
                self.is_target &= byte != b'#';
                Next::Target
            }
            // RFC 3986 2: a URI is ASCII.
            (Next::TargetStart | Next::Scheme(_) | Next::Target, 0x80..) => {
                self.is_target = false;
                Next::Target
            }
            (Next::Http { matched }, _) => match HTTP.get(usize::from(matched)..) {
                Some([expected]) if byte == *expected => Next::Major,
                Some([expected, ..]) if byte == *expected => {
                    Next::Http { matched: matched.wrapping_add(1) }
                }
                _ => return Err(Rejection::NotHttp),
            },
            // RFC 7230 2.6: one digit each.
            (Next::Major, b'0'..=b'9') => {
                self.is_version &= byte == b'1';
                Next::Point
            }
            (Next::Point, b'.') => Next::Minor,
            (Next::Minor, b'0'..=b'9') => {
                // RFC 6455 4.2.1, item 1: 1.1 or higher.
                self.is_version &= byte != b'0';
                Next::Cr
            }
            (Next::Cr, b'\r') => Next::Lf,
            (Next::Lf, b'\n') => return Ok(true),
            _ => return Err(Rejection::NotHttp),
        };
        Ok(false)
    }

    /// The byte just taken, if it belongs to the target.
    pub(super) const fn is_in_target(&self) -> bool {
        matches!(self.next, Next::Scheme(_) | Next::Authority(_) | Next::Target)
    }

    /// What is wrong with the line, now that it is complete.
    pub(super) const fn judge(&self) -> Result<(), Rejection> {
        if !self.is_get {
            return Err(Rejection::Method);
        }
        if !self.is_version {
            return Err(Rejection::HttpVersion);
        }
        if !self.is_target {
            return Err(Rejection::Target);
        }
        Ok(())
    }

    fn method(mut method: Matcher, byte: u8) -> Next {
        method.take(GET, byte);
        Next::Method(method)
    }

    fn scheme(&mut self, mut scheme: Matcher, byte: u8) -> Next {
        // RFC 3986 3.1: schemes are case-insensitive.
        scheme.take(SCHEMES, byte.to_ascii_lowercase());
        if scheme.is_lost() {
            self.is_target = false;
            return Next::Target;
        }
        match scheme.end(SCHEMES) {
            Some(_) => Next::Authority(HostPort::new()),
            None => Next::Scheme(scheme),
        }
    }
}
