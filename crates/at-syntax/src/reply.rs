//! The answers whose bytes never vary.

/// An answer of the module.
///
/// That these answers exist is documented (AT Command Set › AT Command Types, and each command's
/// page); their exact bytes, the line ends before and after them, are the firmware's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Reply {
    /// `OK`: done.
    Ok,
    /// `ERROR`: refused or failed.
    Error,
    /// `SEND OK`: the data was sent.
    SendOk,
    /// `SEND FAIL`: the data was not sent.
    SendFail,
    /// `OK` and `>`: raw data is expected next.
    Prompt,
    /// `busy p...`: a command is being carried out; the input was discarded.
    Busy,
    /// `ready`: the module has started.
    Ready,
}

impl Reply {
    /// The bytes, line ends included. Nothing follows the `>` of the prompt.
    ///
    /// ```
    /// assert_eq!(at_syntax::Reply::Prompt.as_bytes(), b"\r\nOK\r\n\r\n>");
    /// ```
    #[must_use]
    pub const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Ok => b"\r\nOK\r\n",
            Self::Error => b"\r\nERROR\r\n",
            Self::SendOk => b"\r\nSEND OK\r\n",
            Self::SendFail => b"\r\nSEND FAIL\r\n",
            Self::Prompt => b"\r\nOK\r\n\r\n>",
            Self::Busy => b"\r\nbusy p...\r\n",
            Self::Ready => b"\r\nready\r\n",
        }
    }

    /// The answer that a line of a module is, without its line ends; [`Prompt`](Self::Prompt) is no line.
    /// Besides what [`as_bytes`](Self::as_bytes) gives, `busy s...` is [`Busy`](Self::Busy): firmware words
    /// it so while data is being sent.
    ///
    /// ```
    /// use at_syntax::Reply;
    ///
    /// assert_eq!(Reply::of_line(b"SEND OK"), Some(Reply::SendOk));
    /// assert_eq!(Reply::of_line(b"OKAY"), None);
    /// ```
    #[must_use]
    pub const fn of_line(line: &[u8]) -> Option<Self> {
        Some(match line {
            b"OK" => Self::Ok,
            b"ERROR" => Self::Error,
            b"SEND OK" => Self::SendOk,
            b"SEND FAIL" => Self::SendFail,
            b"busy p..." | b"busy s..." => Self::Busy,
            b"ready" => Self::Ready,
            _ => return None,
        })
    }
}
