//! Which firmware generation's command grammar a device speaks.

/// The command grammar of one generation of ESP-AT firmware, chosen when a device is made.
///
/// ESP-AT extended the WebSocket commands several times. A command or parameter that a dialect
/// lacks is answered with `ERROR`. Later dialects are greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Dialect {
    /// ESP-AT v3.1.0 to v3.2.1: `WSCFG`, `WSOPEN`, `WSSEND`, `WSCLOSE`; at most 8192 bytes a send.
    #[default]
    V3_1,
    /// v3.3.0 to v4.0.0: `WSHEAD`; `WSOPEN` has `<"auth">`.
    V3_3,
    /// v4.1.0 to v5.0.1: `WSCFG` has `<auth_mode>`, `<pki_number>` and `<ca_number>`.
    V4_1,
    /// Documented since 2026-01: `WSDATAFMT`; `WSSEND` has `<fin>`; at most 16384 bytes a send.
    V4_2,
}

impl Dialect {
    /// `AT+WSSEND` has `<fin>`.
    pub(crate) const fn has_fin(self) -> bool {
        matches!(self, Self::V4_2)
    }

    /// The upper end of `<buffer_size>` and of `AT+WSSEND`'s `<length>`, in bytes.
    #[must_use]
    pub const fn max_payload(self) -> u32 {
        match self {
            Self::V3_1 | Self::V3_3 | Self::V4_1 => 8192,
            Self::V4_2 => 16_384,
        }
    }
}
