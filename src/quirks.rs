//! What published firmware does beside, or against, its documentation.

bitflags::bitflags! {
    /// Behaviours of real ESP-AT firmware that its documentation does not promise. A host that was only tried
    /// against the documented behaviour may fail on a chip, so each can be switched on.
    ///
    /// They are what was read from published firmware; none was confirmed on hardware by us. What corrupts
    /// memory or the stream there is never imitated.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct Quirks: u32 {
        /// `AT+WSCFG` is forgotten at `AT+WSCLOSE`, when the peer closes, and when `AT+WSOPEN` fails.
        const CFG_FORGOTTEN = 1;
        /// An empty numeric field is `ERROR` in `WSCFG`, `WSOPEN` and `WSSEND`, also where it may be left
        /// off.
        const EMPTY_OPTIONAL_REJECTED = 1 << 1;
        /// `AT+WSDATAFMT` has exactly three fields, which may be empty.
        const DATAFMT_THREE_FIELDS = 1 << 2;
        /// `AT+WSSEND` on a link that is in use but not connected prompts and takes the payload before
        /// `ERROR`.
        const PROMPT_FIRST = 1 << 3;
        /// `AT+WSSEND` of length 0 prompts, and is carried out at the next byte, which is lost with
        /// `busy p...`.
        const ZERO_LENGTH_PROMPT = 1 << 4;
        /// An `AT+WSOPEN` that fails prints `+WS_DISCONNECTED`, and `ERROR` 5 seconds later.
        const DISCONNECTED_BEFORE_OPEN_ERROR = 1 << 5;
        /// `+WS_DISCONNECTED` is printed again for every attempt that fails after a loss.
        const DISCONNECTED_EVERY_RETRY = 1 << 6;
        /// The next attempt after a loss comes after 15 seconds, whatever is configured.
        const RETRY_DELAY_15S = 1 << 7;
        /// `AT+WSCLOSE` ends the transport without a Close.
        const NO_CLOSE_ON_WSCLOSE = 1 << 8;
        /// The answer to the peer's Close carries no code.
        const EMPTY_CLOSE_REPLY = 1 << 9;
        /// Received data begins the ping interval anew.
        const PING_WHEN_IDLE = 1 << 10;
        /// The request's `Host` has the port even if it is the scheme's default one.
        const HOST_PORT_ALWAYS = 1 << 11;
        /// `AT+WSSEND` with opcode 0 and `<fin>` 1 and data sends an empty final frame, and answers `ERROR`.
        const FINAL_CONTINUATION_DROPPED = 1 << 12;
        /// Of the server's answer nothing but `Sec-WebSocket-Accept` is checked.
        const NO_HANDSHAKE_CHECKS = 1 << 13;
        /// `+WS_CLOSED` is printed when the peer's Close is read, not when the link is free.
        const CLOSED_WHEN_READ = 1 << 14;
        /// The link is free when the peer's Close is read.
        const FREE_WHEN_CLOSE_READ = 1 << 15;
        /// What one read of the transport gives is a record of its own, cut at `<buffer_size>`.
        const CHUNK_PER_READ = 1 << 16;

        /// None: what the documentation says.
        const DOCUMENTED = 0;
        /// v3.1.0 to v3.2.1.
        const FIRMWARE_3_2 = Self::CFG_FORGOTTEN.bits()
            | Self::EMPTY_OPTIONAL_REJECTED.bits()
            | Self::PROMPT_FIRST.bits()
            | Self::ZERO_LENGTH_PROMPT.bits()
            | Self::DISCONNECTED_BEFORE_OPEN_ERROR.bits()
            | Self::DISCONNECTED_EVERY_RETRY.bits()
            | Self::RETRY_DELAY_15S.bits()
            | Self::NO_CLOSE_ON_WSCLOSE.bits()
            | Self::EMPTY_CLOSE_REPLY.bits()
            | Self::PING_WHEN_IDLE.bits()
            | Self::HOST_PORT_ALWAYS.bits()
            | Self::NO_HANDSHAKE_CHECKS.bits()
            | Self::CLOSED_WHEN_READ.bits()
            | Self::CHUNK_PER_READ.bits();
        /// The latest firmware that was read, of 2026.
        const FIRMWARE_LATEST = (Self::FIRMWARE_3_2.bits() & !Self::ZERO_LENGTH_PROMPT.bits())
            | Self::DATAFMT_THREE_FIELDS.bits()
            | Self::FINAL_CONTINUATION_DROPPED.bits()
            | Self::FREE_WHEN_CLOSE_READ.bits();
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Quirks {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Quirks({=u32:#x})", self.bits());
    }
}
