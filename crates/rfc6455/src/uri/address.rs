//! IPv6 addresses (RFC 3986 3.2.2), byte by byte.

/// Whether a text that comes byte by byte is an IPv6address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Ipv6 {
    last: Last,
    /// Groups of 16 bits that are complete; 255 stands for all that are too many.
    groups: u8,
    /// `::` was there.
    gap: bool,
    /// Digits of the present group.
    digits: u8,
    /// Points of an IPv4 address, which may stand for the last two groups.
    points: u8,
    /// The present group as a number of an IPv4 address, if it is one so far.
    octet: Option<u8>,
    /// No byte was wrong.
    right: bool,
}

/// What the last byte was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Last {
    Nothing,
    Digit,
    /// A colon at the very beginning, which only another one may follow.
    FirstColon,
    /// A colon behind a group.
    Colon,
    /// The second colon of `::`.
    Gap,
    Point,
}

impl Ipv6 {
    pub(super) const fn new() -> Self {
        Self {
            last: Last::Nothing,
            groups: 0,
            gap: false,
            digits: 0,
            points: 0,
            octet: Some(0),
            right: true,
        }
    }

    pub(super) fn take(&mut self, byte: u8) {
        self.right &= match byte {
            b':' => self.take_colon(),
            b'.' => self.take_point(),
            _ => byte.is_ascii_hexdigit() && self.take_digit(byte),
        };
    }

    /// Whether it is an address, now that the text has ended.
    pub(super) const fn is_address(&self) -> bool {
        let groups = match (self.last, self.points) {
            (Last::Digit, 0) => self.groups.saturating_add(1),
            // RFC 3986 3.2.2, ls32: four numbers are the last 32 bits.
            (Last::Digit, 3) => self.groups.saturating_add(2),
            (Last::Gap, _) => self.groups,
            _ => return false,
        };
        // "::" stands for at least one of the eight groups.
        let all = if self.gap { groups <= 7 } else { groups == 8 };
        self.right && all
    }

    fn take_digit(&mut self, byte: u8) -> bool {
        let after_one_colon = self.last == Last::FirstColon;
        // RFC 3986 3.2.2, dec-octet: 0 to 255 without leading zeros.
        self.octet = match (self.octet, byte) {
            (Some(octet), b'0'..=b'9') if self.digits == 0 || octet != 0 => {
                octet.checked_mul(10).and_then(|tens| tens.checked_add(byte.wrapping_sub(b'0')))
            }
            _ => None,
        };
        self.digits = self.digits.saturating_add(1);
        self.last = Last::Digit;
        let fits = if self.points == 0 { self.digits <= 4 } else { self.octet.is_some() };
        fits && !after_one_colon
    }

    fn take_colon(&mut self) -> bool {
        let right = match self.last {
            Last::Nothing => {
                self.last = Last::FirstColon;
                true
            }
            Last::Digit => {
                self.groups = self.groups.saturating_add(1);
                self.last = Last::Colon;
                true
            }
            Last::FirstColon | Last::Colon => {
                self.last = Last::Gap;
                // RFC 3986 3.2.2: "::" only once.
                !core::mem::replace(&mut self.gap, true)
            }
            Last::Gap | Last::Point => false,
        };
        self.begin_group();
        // An IPv4 address ends the text.
        right && self.points == 0
    }

    fn take_point(&mut self) -> bool {
        let right = self.last == Last::Digit && self.octet.is_some();
        self.points = self.points.saturating_add(1);
        self.last = Last::Point;
        self.begin_group();
        right
    }

    const fn begin_group(&mut self) {
        (self.digits, self.octet) = (0, Some(0));
    }
}
