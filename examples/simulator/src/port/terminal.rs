//! A person's terminal as an AT port: every key at once, nothing shown but what the module prints.

use rustix::stdio::stdin;
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, Termios, isatty, tcgetattr, tcsetattr,
};
use std::io;

/// What Ctrl-C sends when the terminal does not turn it into a signal.
const CTRL_C: u8 = 3;

/// The terminal on stdin, until this is dropped: then it is as it was before.
#[derive(Debug)]
pub(crate) struct Terminal {
    before: Termios,
    /// The last byte was a CR: an LF after it belongs to it.
    after_cr: bool,
}

impl Terminal {
    /// Takes the terminal over, if stdin is one.
    pub(crate) fn take() -> io::Result<Option<Self>> {
        if !isatty(stdin()) {
            return Ok(None);
        }
        let before = tcgetattr(stdin())?;
        let mut modes = before.clone();
        // The module does the echo; Ctrl-C has to come as a byte, so that this value is dropped.
        modes.local_modes -=
            LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN;
        modes.input_modes -= InputModes::ICRNL | InputModes::INLCR | InputModes::IXON;
        tcsetattr(stdin(), OptionalActions::Now, &modes)?;
        Ok(Some(Self { before, after_cr: false }))
    }

    /// Makes the bytes of a terminal those of a serial line: Enter is CR LF. `keys` may grow to
    /// twice its length, and ends before a Ctrl-C, which is told by `true`.
    pub(crate) fn translate(&mut self, keys: &[u8], into: &mut Vec<u8>) -> bool {
        for &key in keys {
            match key {
                CTRL_C => return true,
                b'\n' if self.after_cr => {}
                b'\r' | b'\n' => into.extend_from_slice(b"\r\n"),
                _ => into.push(key),
            }
            self.after_cr = key == b'\r';
        }
        false
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A terminal that is gone needs no restoring.
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.before);
    }
}
