//! Statements, written so that a module reads back what was meant.

#[cfg(test)]
mod tests;

use core::{error, fmt};

use crate::{Form, MAX_PARAMS, Name, Terminator, Writer, statement};

/// Writes a statement into a buffer of any size, piece by piece, with every string escaped.
///
/// As with [`Writer`] nothing is stored: the statement is produced anew for each piece. Commas between
/// parameters come by themselves, and [`finish`](Self::finish) writes the line end.
///
/// ```
/// use at_syntax::{MAX_LINE, Name, StatementWriteError, StatementWriter, Terminator};
///
/// fn open(from: usize, out: &mut [u8]) -> Result<at_syntax::Piece, StatementWriteError> {
///     let mut statement = StatementWriter::new(from, out, Terminator::CrLf);
///     statement.set(Name::Extended(b"WSOPEN")).integer(0).string(b"ws://h/?a=1,2").omitted().integer(5000);
///     statement.finish(MAX_LINE)
/// }
///
/// let mut line = Vec::new();
/// loop {
///     let mut out = [0; 8];
///     let piece = open(line.len(), &mut out)?;
///     line.extend_from_slice(&out[..piece.written]);
///     if piece.complete {
///         break;
///     }
/// }
/// assert_eq!(line, b"AT+WSOPEN=0,\"ws://h/?a=1\\,2\",,5000\r\n");
/// # Ok::<(), StatementWriteError>(())
/// ```
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct StatementWriter<'o> {
    writer: Writer<'o>,
    terminator: Terminator,
    form: Option<Form>,
    params: usize,
    /// The last byte of the statement so far.
    last: u8,
    error: Option<StatementWriteError>,
}

/// A piece of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Piece {
    /// Bytes in the buffer.
    pub written: usize,
    /// The statement ends with them.
    pub complete: bool,
    /// Bytes of the whole statement, line end included.
    pub len: usize,
}

/// Why something is no statement. What is in the buffer then is of no use; the error is the same for every
/// piece, so nothing of it is ever sent if the first piece is asked for first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum StatementWriteError {
    /// The name of an extended command is empty, or a name has a byte that no command has.
    Name,
    /// Not one form of one command: none or two were begun, or a form but `AT+X=` has parameters.
    Form,
    /// A byte that no escape brings through: 0x00, which discards a line, or the line end where that is one
    /// byte.
    Byte(u8),
    /// A number below −2³¹ or above 2³²−1.
    Integer,
    /// More than [`MAX_PARAMS`] parameters.
    TooManyParams,
    /// The line is longer than the limit.
    TooLong {
        /// Its length, line end included.
        len: usize,
    },
}

impl<'o> StatementWriter<'o> {
    /// A writer that skips `from` bytes of the statement and writes to `out`. The line end is the module's.
    pub const fn new(from: usize, out: &'o mut [u8], terminator: Terminator) -> Self {
        let writer = Writer::new(from, out);
        Self { writer, terminator, form: None, params: 0, last: 0, error: None }
    }

    /// `AT+X`.
    pub fn execute(&mut self, name: Name<'_>) -> &mut Self {
        self.begin(name, Form::Execute)
    }

    /// `AT+X?`.
    pub fn query(&mut self, name: Name<'_>) -> &mut Self {
        self.begin(name, Form::Query)
    }

    /// `AT+X=?`.
    pub fn test(&mut self, name: Name<'_>) -> &mut Self {
        self.begin(name, Form::Test)
    }

    /// `AT+X=`, to be followed by parameters.
    pub fn set(&mut self, name: Name<'_>) -> &mut Self {
        self.begin(name, Form::Set)
    }

    /// A number, in decimal. Modules take −2³¹ to 2³²−1.
    pub fn integer(&mut self, number: i64) -> &mut Self {
        self.param();
        if number < 0 {
            self.bytes(b"-");
        }
        match u32::try_from(number.unsigned_abs()) {
            Ok(magnitude) if number >= i64::from(i32::MIN) => {
                self.writer.decimal(magnitude);
                self.last = b'0';
            }
            _ => self.refuse(StatementWriteError::Integer),
        }
        self
    }

    /// A string, in quotes and escaped (AT Command Set › AT Command Types). Any bytes but those of
    /// [`StatementWriteError::Byte`].
    pub fn string(&mut self, text: &[u8]) -> &mut Self {
        self.param();
        self.bytes(b"\"");
        for &byte in text {
            // With a backslash between them, CR and LF end no line.
            let ends_line = self.terminator.ends_line(self.last, byte);
            if matches!(byte, b'\\' | b',' | b'"') || ends_line {
                self.bytes(b"\\");
            }
            self.bytes(&[byte]);
        }
        self.bytes(b"\"")
    }

    /// A parameter that is left out, so that its default counts.
    pub fn omitted(&mut self) -> &mut Self {
        self.param();
        self
    }

    /// The line end, and what has become of the piece.
    ///
    /// # Errors
    ///
    /// The first thing that was wrong, or [`StatementWriteError::TooLong`] if the line has more than `limit`
    /// bytes, line end included.
    pub fn finish(mut self, limit: usize) -> Result<Piece, StatementWriteError> {
        match self.terminator {
            Terminator::CrLf => self.writer.bytes(b"\r\n"),
            Terminator::Byte(end) => self.writer.bytes(&[end]),
        };
        if self.form.is_none() {
            self.refuse(StatementWriteError::Form);
        }
        let len = self.writer.produced();
        if len > limit {
            self.refuse(StatementWriteError::TooLong { len });
        }
        match self.error {
            Some(error) => Err(error),
            None => Ok(Piece {
                written: self.writer.written(),
                complete: self.writer.is_complete(),
                len,
            }),
        }
    }

    fn begin(&mut self, name: Name<'_>, form: Form) -> &mut Self {
        if self.form.replace(form).is_some() || self.params > 0 {
            self.refuse(StatementWriteError::Form);
        }
        if !statement::is_writable(name) {
            self.refuse(StatementWriteError::Name);
        }
        match name {
            Name::Basic(name) => self.bytes(b"AT").bytes(name),
            Name::Extended(name) => self.bytes(b"AT+").bytes(name),
        };
        self.bytes(match form {
            Form::Execute => b"",
            Form::Query => b"?",
            Form::Test => b"=?",
            Form::Set => b"=",
        })
    }

    fn param(&mut self) {
        if self.form != Some(Form::Set) {
            self.refuse(StatementWriteError::Form);
        }
        if self.params > 0 {
            self.bytes(b",");
        }
        self.params = self.params.saturating_add(1);
        if self.params > MAX_PARAMS {
            self.refuse(StatementWriteError::TooManyParams);
        }
    }

    /// Bytes that have to reach the module as they are: none of them may end or discard the line.
    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        for &byte in bytes {
            if self.terminator.ends_line(self.last, byte) || self.terminator.discards_line(byte) {
                self.refuse(StatementWriteError::Byte(byte));
            }
            self.last = byte;
        }
        self.writer.bytes(bytes);
        self
    }

    /// The first error counts.
    fn refuse(&mut self, error: StatementWriteError) {
        self.error.get_or_insert(error);
    }
}

impl fmt::Display for StatementWriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "not the name of a command",
            Self::Byte(byte) => return write!(f, "a string cannot have the byte {byte:#04x}"),
            Self::Form => "not one form of one command",
            Self::Integer => "integer beyond 32 bits",
            Self::TooManyParams => return write!(f, "more than {MAX_PARAMS} parameters"),
            Self::TooLong { len } => {
                return write!(f, "the line has {len} bytes, which is too long");
            }
        })
    }
}

impl error::Error for StatementWriteError {}
