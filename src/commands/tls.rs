//! Which certificates a link uses.

/// Whose certificates TLS asks for, as `AT+WSCFG` says it. A device only hands this on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct TlsSettings {
    /// `<auth_mode>` 1 and 3: the module shows this certificate, `<pki_number>`.
    pub certificate: Option<u8>,
    /// `<auth_mode>` 2 and 3: the server is verified against this authority, `<ca_number>`. `None`: it is not
    /// verified.
    pub authority: Option<u8>,
}

impl TlsSettings {
    /// No certificate is shown, and the server is not verified: `<auth_mode>` 0.
    pub const NONE: Self = Self { certificate: None, authority: None };

    /// This certificate is shown, too.
    #[must_use]
    pub const fn with_certificate(self, pki_number: u8) -> Self {
        Self { certificate: Some(pki_number), ..self }
    }

    /// The server is verified against this authority, too.
    #[must_use]
    pub const fn with_authority(self, ca_number: u8) -> Self {
        Self { authority: Some(ca_number), ..self }
    }

    /// `<auth_mode>`, 0 to 3.
    pub(crate) const fn mode(self) -> u8 {
        self.certificate.is_some() as u8 | (self.authority.is_some() as u8) << 1
    }
}
