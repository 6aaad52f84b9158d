//! Memory for what the application has to see of a request.

use crate::handshake::kept::Kept;

/// Memory lent for the parts of a client's request that the application decides by. An empty slice,
/// which each of them is at first, says that this part does not matter: it may have any length then,
/// but it must still be right.
///
/// Nothing is ever cut silently: a part that does not fit into its slice, which is not empty,
/// rejects the request, and a protocol that does not fit is not offered.
///
/// ```
/// use rfc6455::{HeaderMemory, RequestMemory};
///
/// let (mut host, mut cookie, mut agent) = ([0; 64], [0; 256], [0; 128]);
/// let mut headers =
///     [HeaderMemory::new(b"Cookie", &mut cookie), HeaderMemory::new(b"User-Agent", &mut agent)];
/// let mut memory = RequestMemory::new();
/// memory.host = &mut host;
/// memory.headers = &mut headers;
/// ```
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct RequestMemory<'m> {
    /// For the request target. Longer: [`TargetTooLong`](crate::Rejection::TargetTooLong).
    pub target: &'m mut [u8],
    /// For the value of `Host`. Longer: [`FieldTooLong`](crate::Rejection::FieldTooLong).
    pub host: &'m mut [u8],
    /// For the value of `Origin`. Longer: [`FieldTooLong`](crate::Rejection::FieldTooLong).
    pub origin: &'m mut [u8],
    /// For the offered subprotocols and a comma between each two of them. From the first one on that
    /// does not fit, they are not offered: the client's best ones come first.
    pub protocols: &'m mut [u8],
    /// For the values of any other headers, each under its name. Longer:
    /// [`FieldTooLong`](crate::Rejection::FieldTooLong). Every name costs a comparison for each byte
    /// of a name in the request.
    pub headers: &'m mut [HeaderMemory<'m>],
}

impl RequestMemory<'_> {
    /// No memory for anything.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            target: &mut [],
            host: &mut [],
            origin: &mut [],
            protocols: &mut [],
            headers: &mut [],
        }
    }
}

impl Default for RequestMemory<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// Memory for one header that the application wants to see, such as `Authorization` or `Cookie`. To
/// be read with [`RequestReader::header`](crate::RequestReader::header). For one request only.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct HeaderMemory<'m> {
    name: &'m [u8],
    kept: Kept<'m>,
    /// How many bytes of the present name are ours; `usize::MAX` once one differs.
    matched: usize,
    /// The present value is ours.
    is_present: bool,
}

impl<'m> HeaderMemory<'m> {
    /// For the header of this name, in any case (RFC 7230 3.2); if there are several, for the values
    /// of all of them with `, ` between them (RFC 7230 3.2.2). It may be a header that the handshake
    /// looks at too. If `memory` is empty, only whether there is one is found out.
    #[must_use]
    pub const fn new(name: &'m [u8], memory: &'m mut [u8]) -> Self {
        Self { name, kept: Kept::new(memory), matched: 0, is_present: false }
    }

    pub(super) fn is_named(&self, name: &[u8]) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    pub(super) const fn kept(&self) -> &Kept<'m> {
        &self.kept
    }

    /// A byte of a name.
    pub(super) fn take_name(&mut self, byte: u8) {
        // RFC 7230 3.2: names are case-insensitive.
        self.matched = match self.name.get(self.matched) {
            Some(own) if own.eq_ignore_ascii_case(&byte) => self.matched.wrapping_add(1),
            _ => usize::MAX,
        };
    }

    /// The name is complete.
    pub(super) const fn begin(&mut self) {
        self.is_present = self.matched == self.name.len();
        self.matched = 0;
        if self.is_present {
            self.kept.begin();
        }
    }

    /// A byte of a value, or white space around or in it.
    pub(super) fn take(&mut self, byte: u8) {
        if self.is_present {
            self.kept.take(byte);
        }
    }
}
