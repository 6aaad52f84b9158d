//! The ways of [`Connection::read`](crate::Connection::read): headers at once or byte by byte, and payload
//! where it stands. The rules are the receiver's.

use super::{Expect, Receiver};
use crate::{Fault, header::RawHeader};

impl Receiver {
    /// A data frame's header that stands whole in the input and breaks no rule; `None`: nothing is taken.
    #[inline]
    pub(crate) fn take_frame(&mut self, input: &[u8]) -> Option<(usize, RawHeader)> {
        if self.expect != Expect::Header {
            return None;
        }
        let (taken, header) = self.header.decode_whole(input)?;
        if header.is_control() || self.begin_data(header).is_err() {
            return None;
        }
        Some((taken, header))
    }

    /// Bytes of a header up to its end, or to one that is wrong, which is not taken; returns how many. The
    /// header is still to [begin](Self::begin).
    #[inline]
    pub(crate) fn take_part(&mut self, input: &[u8]) -> (usize, Option<RawHeader>) {
        if self.expect == Expect::Header { self.header.take_part(input) } else { (0, None) }
    }

    /// The payload of the current data frame may be any octets, and nobody has looked at it.
    #[inline]
    pub(crate) const fn is_plain(&self) -> bool {
        !self.text && self.checked == 0
    }

    /// Unmasks such payload where it stands, and is done with it; returns how much. After that the frame may
    /// have ended.
    #[inline]
    pub(crate) fn take_plain(&mut self, input: &mut [u8]) -> usize {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(input.len());
        if let (Some(mask), Some(octets)) = (&mut self.mask, input.get_mut(..most)) {
            mask.apply(octets);
        }
        self.left = self.left.wrapping_sub(most as u64);
        if self.left == 0 {
            self.expect = Expect::Header;
        }
        most
    }

    /// Unmasks octets of the current data frame where they stand, looks at them, and is done with
    /// them; returns how many. What is good before a fault is taken first; what is behind it stays masked.
    pub(crate) fn take_looked(&mut self, input: &mut [u8]) -> (usize, Option<Fault>) {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(input.len());
        let before = self.mask;
        if let (Some(mask), Some(octets)) = (&mut self.mask, input.get_mut(..most)) {
            mask.apply(octets);
        }
        let (good, fault) = self.look(input.get(..most).unwrap_or_default());
        match fault {
            Some(fault) if good == 0 => return (most, Some(fault)),
            Some(_) => {
                // The octets before the one at fault are handed over first: in another cut they would
                // have been. What is behind them stays as it came.
                self.mask = before;
                if let Some(mask) = &mut self.mask {
                    mask.skip(good);
                    let mut rest = *mask;
                    rest.apply(input.get_mut(good..most).unwrap_or_default());
                }
            }
            None => {}
        }
        self.consume(good as u64);
        (good, None)
    }

    /// Octets of the current data frame that the caller has unmasked and checked, and is not done with: they
    /// are as they should be.
    pub(crate) fn take_checked(&mut self, most: usize) -> usize {
        let taken = self.consume(most as u64) as usize;
        if let Some(mask) = &mut self.mask {
            mask.skip(taken);
        }
        taken
    }
}
