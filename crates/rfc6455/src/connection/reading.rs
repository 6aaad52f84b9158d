//! Reading in place: payload is unmasked and checked where it stands.

use super::Connection;
use crate::{Control, DataFrame, Fault, Instant, Received};

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
    /// # Errors
    ///
    /// As [`receive`](Self::receive). Octets of a text before the first impossible one are handed over before
    /// that.
    pub fn read<'a>(
        &mut self,
        now: Instant,
        input: &'a mut [u8],
    ) -> (usize, Option<Result<Incoming<'a>, Fault>>) {
        let remaining = self.remaining();
        if remaining == 0 {
            let (taken, event) = self.receive(now, input);
            let event = event.map(|event| {
                event.map(|event| match event {
                    Received::Data(frame) => Incoming::Frame(DataFrame { mask: None, ..frame }),
                    Received::Control(control) => Incoming::Control(control),
                })
            });
            return (taken, event);
        }
        let most = usize::try_from(remaining).unwrap_or(usize::MAX).min(input.len());
        if most == 0 {
            return (0, None);
        }
        let before = self.receiver.mask;
        if let (Some(mask), Some(octets)) = (&mut self.receiver.mask, input.get_mut(..most)) {
            mask.apply(octets);
        }
        let (good, fault) = self.receiver.look(input.get(..most).unwrap_or_default());
        match fault {
            Some(fault) if good == 0 => return (most, Some(Err(self.faulted(now, fault)))),
            Some(_) => {
                // The octets before the one at fault are handed over first: in another cut they would
                // have been. What is behind them stays as it came.
                self.receiver.mask = before;
                if let Some(mask) = &mut self.receiver.mask {
                    mask.skip(good);
                    let mut rest = *mask;
                    rest.apply(input.get_mut(good..most).unwrap_or_default());
                }
            }
            None => {}
        }
        self.consume(good as u64);
        let octets = input.get(..good).unwrap_or_default();
        (good, Some(Ok(Incoming::Payload { octets, last: self.remaining() == 0 })))
    }
}
