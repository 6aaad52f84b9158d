//! Which firmware generation's command grammar a device speaks.

/// The command grammar of one generation of ESP-AT firmware, chosen when a device is made.
///
/// ESP-AT extended the WebSocket commands several times. A command or parameter that a dialect
/// lacks is answered with `ERROR`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Dialect {
    /// ESP-AT v3.1.0 to v3.2.1: `WSCFG`, `WSOPEN`, `WSSEND`, `WSCLOSE`; at most 8192 bytes a send.
    #[default]
    V3_1,
}

impl Dialect {
    /// The upper end of `<buffer_size>` and of `AT+WSSEND`'s `<length>`, in bytes.
    #[must_use]
    pub const fn max_payload(self) -> u32 {
        match self {
            Self::V3_1 => 8192,
        }
    }
}
