//! The four flag bits in the first byte of a frame.

bitflags::bitflags! {
    /// The upper half of a frame's first byte (RFC 6455 5.2).
    ///
    /// The values are those of the wire: `flags.bits() | opcode.bits()` is the byte.
    ///
    /// ```
    /// use rfc6455::Flags;
    ///
    /// let flags = Flags::from_bits_truncate(0x81);
    /// assert_eq!(flags, Flags::FIN);
    /// ```
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct Flags: u8 {
        /// The last fragment of its message; an unfragmented message is one frame with this bit.
        const FIN = 0x80;
        /// Reserved for extensions; 0 unless an extension was agreed on.
        const RSV1 = 0x40;
        /// Reserved for extensions; 0 unless an extension was agreed on.
        const RSV2 = 0x20;
        /// Reserved for extensions; 0 unless an extension was agreed on.
        const RSV3 = 0x10;
    }
}

impl Flags {
    /// The three bits that must be 0, because this crate agrees on no extension.
    pub(crate) const RESERVED: Self = Self::RSV1.union(Self::RSV2).union(Self::RSV3);
}

#[cfg(feature = "defmt")]
impl defmt::Format for Flags {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Flags({=u8:#04x})", self.bits());
    }
}
