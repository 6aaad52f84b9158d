//! Memory for what the application has to see of a request.

/// Memory lent for the parts of a client's request that the application decides by. An empty slice,
/// which each of them is at first, says that this part does not matter: it may have any length then,
/// but it must still be right.
///
/// Nothing is ever cut silently: a part that does not fit into its slice, which is not empty,
/// rejects the request, and a protocol that does not fit is not offered.
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
    /// The name, in lower case, of one more header that the application wants to see, such as
    /// `authorization` or `cookie`. None that the handshake looks at itself. Empty: none.
    pub extra_name: &'m [u8],
    /// For the value of that header; if there are several, for all of them with `, ` between them
    /// (RFC 7230 3.2.2). Longer: [`FieldTooLong`](crate::Rejection::FieldTooLong).
    pub extra: &'m mut [u8],
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
            extra_name: &[],
            extra: &mut [],
        }
    }
}

impl Default for RequestMemory<'_> {
    fn default() -> Self {
        Self::new()
    }
}
