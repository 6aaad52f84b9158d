//! A push parser by hand: any cut, and no rule.

/// Where in a stream of frames it is.
pub struct Push {
    /// Bytes of the header so far, and how many there are to be.
    header: [u8; 14],
    filled: usize,
    needed: usize,
    left: u64,
    key: u32,
    masked: bool,
}

impl Push {
    pub fn new() -> Self {
        Self { header: [0; 14], filled: 0, needed: 2, left: 0, key: 0, masked: false }
    }

    /// Unmasks payload where it stands, and hands it over as it comes.
    #[inline]
    pub fn feed(&mut self, mut input: &mut [u8], mut payload: impl FnMut(&[u8])) {
        while !input.is_empty() {
            if self.left > 0 {
                let n = input.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
                let (octets, rest) = input.split_at_mut(n);
                if self.masked {
                    super::mask(self.key.to_le_bytes(), octets);
                    self.key = self.key.rotate_right(8 * (n as u32 & 3));
                }
                payload(octets);
                self.left -= n as u64;
                input = rest;
                continue;
            }
            let n = input.len().min(self.needed - self.filled);
            self.header[self.filled..self.filled + n].copy_from_slice(&input[..n]);
            self.filled += n;
            input = &mut input[n..];
            if self.filled < self.needed {
                return;
            }
            let h = &self.header;
            self.masked = h[1] & 0x80 != 0;
            let width = match h[1] & 0x7F {
                126 => 2,
                127 => 8,
                _ => 0,
            };
            let needed = 2 + width + if self.masked { 4 } else { 0 };
            if self.filled < needed {
                self.needed = needed;
                continue;
            }
            self.left = match width {
                0 => u64::from(h[1] & 0x7F),
                2 => u64::from(u16::from_be_bytes([h[2], h[3]])),
                _ => u64::from_be_bytes([h[2], h[3], h[4], h[5], h[6], h[7], h[8], h[9]]),
            };
            if self.masked {
                let at = 2 + width;
                self.key = u32::from_le_bytes([h[at], h[at + 1], h[at + 2], h[at + 3]]);
            }
            (self.filled, self.needed) = (0, 2);
        }
    }
}
