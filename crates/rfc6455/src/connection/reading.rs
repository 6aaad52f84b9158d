//! Reading in place: payload is unmasked and checked where it stands.

use super::Connection;
use crate::{Control, DataFrame, Fault, Instant, Received, words::SHORTCUTS};

/// What a [`Connection`] has read in place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Incoming<'a> {
    /// A data frame begins. With a length of 0 that is all of it. Its mask is `None`: there is none left to
    /// take off.
    Frame(DataFrame),
    /// Octets of its payload, unmasked. Those of a text have been checked, but a piece, and a frame that does
    /// not end its message, may end inside a character.
    Payload {
        /// In the caller's input.
        octets: &'a [u8],
        /// The frame ends here.
        last: bool,
    },
    /// A control frame. Its answer, if it needs one, is due.
    Control(Control),
}

impl Connection {
    /// Takes bytes of the peer with payload and all, unmasks payload where it stands, checks it, and hands it
    /// over: the way for a server, and for every caller who has no use for [looking ahead](Self::check).
    /// Returns how many bytes were taken, up to the end of what was found.
    ///
    /// ```
    /// use rfc6455::{Connection, Incoming, Instant, Policy, Role};
    ///
    /// let mut connection = Connection::new(Role::Server, Policy::new());
    /// let mut input = *b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"; // RFC 6455 5.7
    /// let (taken, frame) = connection.read(Instant::ZERO, &mut input);
    /// assert!(matches!(frame, Some(Ok(Incoming::Frame(frame))) if frame.len == 5 && frame.fin));
    /// let (_, payload) = connection.read(Instant::ZERO, &mut input[taken..]);
    /// assert_eq!(payload, Some(Ok(Incoming::Payload { octets: b"Hello", last: true })));
    /// ```
    ///
    /// Octets that were [checked](Self::check) before, and not consumed, are the caller's: unmasked already,
    /// and handed over as they are.
    ///
    /// # Errors
    ///
    /// As [`receive`](Self::receive). Octets of a text before the first impossible one are handed over before
    /// that.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    pub fn read<'a>(
        &mut self,
        now: Instant,
        input: &'a mut [u8],
    ) -> (usize, Option<Result<Incoming<'a>, Fault>>) {
        // What comes most, first.
        if self.remaining() > 0 && !input.is_empty() {
            if !self.receiver.is_plain() {
                return self.read_looked(now, input);
            }
            let taken = self.receiver.take_plain(input);
            return (taken, Some(Ok(self.payload(input, taken))));
        }
        if !SHORTCUTS {
            return self.read_other(now, input);
        }
        if let Some((taken, header)) = self.receiver.take_frame(input) {
            return (taken, Some(Ok(Incoming::Frame(DataFrame::unmasked(header)))));
        }
        let (part, header) = self.receiver.take_part(input);
        match header {
            Some(header) if !header.is_control() && self.receiver.begin_data(header).is_ok() => {
                return (part, Some(Ok(Incoming::Frame(DataFrame::unmasked(header)))));
            }
            Some(header) => {
                if let Some(found) = self.receiver.begin(header) {
                    return (part, Some(self.heard(now, found).map(incoming)));
                }
            }
            None if part > 0 && part == input.len() => return (part, None),
            None => {}
        }
        let (taken, found) = self.read_other(now, input.get(part..).unwrap_or_default());
        (part.wrapping_add(taken), found)
    }

    /// Payload that has to be looked at, or was.
    #[inline(never)] // Headers do not pay for it.
    fn read_looked<'a>(
        &mut self,
        now: Instant,
        input: &'a mut [u8],
    ) -> (usize, Option<Result<Incoming<'a>, Fault>>) {
        let taken = self.receiver.take_checked(input.len());
        if taken > 0 {
            return (taken, Some(Ok(self.payload(input, taken))));
        }
        let (taken, fault) = self.receiver.take_looked(input);
        let read = match fault {
            Some(fault) => Err(self.faulted(now, fault)),
            None => Ok(self.payload(input, taken)),
        };
        (taken, Some(read))
    }

    /// What was just taken of the current data frame.
    #[cfg_attr(not(target_pointer_width = "32"), inline)]
    fn payload<'a>(&self, input: &'a [u8], taken: usize) -> Incoming<'a> {
        let octets = input.get(..taken).unwrap_or_default();
        Incoming::Payload { octets, last: self.remaining() == 0 }
    }

    /// Payload of control frames, and what is wrong; without shortcuts all headers.
    fn read_other<'a>(
        &mut self,
        now: Instant,
        input: &[u8],
    ) -> (usize, Option<Result<Incoming<'a>, Fault>>) {
        let (taken, found) = self.receive_other(now, input);
        (taken, found.map(|found| found.map(incoming)))
    }
}

fn incoming<'a>(received: Received) -> Incoming<'a> {
    match received {
        Received::Data(frame) => Incoming::Frame(DataFrame { mask: None, ..frame }),
        Received::Control(control) => Incoming::Control(control),
    }
}
