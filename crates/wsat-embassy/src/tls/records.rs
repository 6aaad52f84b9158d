//! The records that arrive, as far as anybody on the way can make them: those at which embedded-tls would panic are refused.

/// Of a record: its type, a version, its length (RFC 8446 5.1).
const HEADER: usize = 5;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
/// What an encrypted record has besides its content and the content's type.
const TAG: u16 = 16;

/// Where in a record the next byte is.
#[derive(Default)]
pub(super) struct Records {
    header: [u8; HEADER],
    have: usize,
    /// Bytes of the record behind its header.
    left: usize,
    /// The handshake is over.
    pub(super) is_open: bool,
}

impl Records {
    /// Looks at what was read next. False: it is not to be read on.
    pub(super) fn see(&mut self, mut bytes: &[u8]) -> bool {
        while let [first, rest @ ..] = bytes {
            if self.left > 0 {
                let n = self.left.min(bytes.len());
                self.left -= n;
                bytes = &bytes[n..];
                continue;
            }
            self.header[self.have] = *first;
            self.have += 1;
            bytes = rest;
            if self.have == HEADER {
                self.have = 0;
                let [kind, _, _, high, low] = self.header;
                let len = u16::from_be_bytes([high, low]);
                self.left = len.into();
                let is_right = match kind {
                    // There is no content of no type (5.2).
                    APPLICATION_DATA => len > TAG,
                    // Behind its end the handshake's messages are encrypted.
                    HANDSHAKE => !self.is_open,
                    _ => true,
                };
                if !is_right {
                    return false;
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Records;
    use std::vec::Vec;

    fn record(kind: u8, len: u16) -> Vec<u8> {
        let [high, low] = len.to_be_bytes();
        let mut record = std::vec![kind, 3, 3, high, low];
        // Looks like a header itself.
        record.extend([23, 3, 3, 0, 0].iter().cycle().take(len.into()));
        record
    }

    /// How many bytes are seen before one is refused, however they are cut.
    fn seen(is_open: bool, bytes: &[u8]) -> usize {
        let counts = [1, 2, 3, 7].map(|piece| {
            let mut records = Records { is_open, ..Records::default() };
            let pieces = bytes.chunks(piece);
            pieces.take_while(|piece| records.see(piece)).count()
        });
        let whole = Records { is_open, ..Records::default() }.see(bytes);
        assert_eq!(whole, counts[0] == bytes.len());
        for (count, piece) in counts.iter().zip([1, 2, 3, 7]) {
            assert_eq!(*count, if whole { bytes.len().div_ceil(piece) } else { counts[0] / piece });
        }
        counts[0]
    }

    #[test]
    fn what_is_right_passes() {
        let all = [record(22, 90), record(20, 1), record(23, 17), record(21, 2), record(23, 16640)];
        let all = all.concat();
        assert_eq!(seen(false, &all), all.len());
        let behind = [record(23, 400), record(20, 1), record(21, 2), record(23, 0x4100)].concat();
        assert_eq!(seen(true, &behind), behind.len());
    }

    #[test]
    fn what_is_not_is_refused_with_its_header() {
        let good = record(23, 100);
        for (is_open, bad) in
            [(false, record(23, 16)), (true, record(23, 0)), (true, record(22, 6))]
        {
            let both = [&good[..], &bad].concat();
            assert_eq!(seen(is_open, &both), good.len() + 4);
        }
    }
}
