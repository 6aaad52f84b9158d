//! Whom the module believes, and what it shows: `<auth_mode>`, `<pki_number>` and `<ca_number>` of `AT+WSCFG`.

use crate::ConnectError;
use wsat::TlsSettings;
use wsat::device::Missing;

/// The certificates of a firmware, by the numbers that `AT+WSCFG` gives them.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'a> {
    /// `<ca_number>`: certificates of authorities, in DER. Keys of NIST P-256 and P-384 with ECDSA.
    pub authorities: &'a [&'a [u8]],
    /// `<pki_number>`: what the module shows.
    pub identities: &'a [Identity<'a>],
    /// A link that names no authority (`<auth_mode>` 0 and 1, or a dialect without them) is not connected. Otherwise its server is
    /// not verified, as in ESP-AT: whoever is on the way can read and change everything.
    pub verified_only: bool,
}

/// A certificate that the module shows, with its key.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// In DER.
    pub certificate: &'a [u8],
    /// Its key, of NIST P-256, in SEC 1's DER. `None`: there is none, which `AT+WSOPEN` says.
    pub key: Option<&'a [u8]>,
}

impl core::fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// What one connection needs of it.
pub(super) struct Chosen<'a> {
    pub(super) authority: Option<&'a [u8]>,
    pub(super) identity: Option<(&'a [u8], &'a [u8])>,
}

impl<'a> Trust<'a> {
    /// No certificates: servers are not verified.
    pub const NONE: Self = Self { authorities: &[], identities: &[], verified_only: false };

    pub(super) fn choose(&self, settings: TlsSettings) -> Result<Chosen<'a>, ConnectError> {
        let identity = settings.certificate.map(|number| {
            let Identity { certificate, key } =
                self.identities.get(usize::from(number)).ok_or(Missing::Certificate)?;
            Ok((*certificate, key.ok_or(Missing::PrivateKey)?))
        });
        let authority = settings.authority.map(|number| {
            self.authorities.get(usize::from(number)).copied().ok_or(Missing::Authority)
        });
        let missing = |missing: Missing| ConnectError::Missing(missing);
        let chosen = Chosen {
            identity: identity.transpose().map_err(missing)?,
            authority: authority.transpose().map_err(missing)?,
        };
        if self.verified_only && !chosen.is_verified() {
            return Err(ConnectError::NotVerified);
        }
        Ok(chosen)
    }
}

impl Chosen<'_> {
    pub(super) const fn is_verified(&self) -> bool {
        self.authority.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{Chosen, Identity, Trust};
    use crate::ConnectError;
    use wsat::TlsSettings;
    use wsat::device::Missing;

    const TRUST: Trust<'_> = Trust {
        authorities: &[b"first", b"second"],
        identities: &[
            Identity { certificate: b"shown", key: Some(b"secret") },
            Identity { certificate: b"without", key: None },
        ],
        verified_only: false,
    };

    fn chosen(trust: Trust<'_>, settings: TlsSettings) -> Result<(bool, bool), ConnectError> {
        let Chosen { authority, identity } = trust.choose(settings)?;
        Ok((authority == Some(b"second"), identity == Some((b"shown", b"secret"))))
    }

    #[test]
    fn certificates_are_found_by_their_numbers() {
        let none = TlsSettings::NONE;
        assert_eq!(chosen(TRUST, none), Ok((false, false)));
        assert_eq!(chosen(TRUST, none.with_authority(1)), Ok((true, false)));
        let both = none.with_certificate(0).with_authority(1);
        assert_eq!(chosen(TRUST, both), Ok((true, true)));
    }

    #[test]
    fn what_is_missing_is_said() {
        let none = TlsSettings::NONE;
        for (settings, missing) in [
            (none.with_authority(2), Missing::Authority),
            (none.with_certificate(2), Missing::Certificate),
            (none.with_certificate(1), Missing::PrivateKey),
        ] {
            assert_eq!(chosen(TRUST, settings), Err(ConnectError::Missing(missing)));
        }
    }

    #[test]
    fn a_firmware_may_insist_on_verifying() {
        let strict = Trust { verified_only: true, ..TRUST };
        let none = TlsSettings::NONE;
        assert_eq!(chosen(strict, none), Err(ConnectError::NotVerified));
        assert_eq!(chosen(strict, none.with_certificate(0)), Err(ConnectError::NotVerified));
        assert_eq!(chosen(strict, none.with_authority(1)), Ok((true, false)));
    }

    #[test]
    fn a_key_is_not_shown_to_who_prints_it() {
        let shown = std::format!("{TRUST:?}");
        assert!(!shown.contains("secret") && !shown.contains(&std::format!("{:?}", b"secret")));
    }
}
