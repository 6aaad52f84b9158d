//! What a device asks of the program that drives it, and what that program can do wrong.

use super::{Conn, TlsSettings};

/// Something that the driver has to do, from [`Device::poll_action`](super::Device::poll_action).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Action {
    /// Empty the link's receive window and connect to [`Device::target`](super::Device::target); then
    /// [`handle_up`](super::Device::handle_up), or [`handle_eof`](super::Device::handle_eof) if that fails.
    Open(Conn),
    /// End this transport now and forget what was not yet written to it. The link's receive
    /// window stays as it is until the link's next `Open`: a [`Serial::Relay`] may still name it.
    /// Every `Open` is followed by one `Close` of the same name, also after
    /// [`handle_eof`](super::Device::handle_eof).
    Close(Conn),
    /// The host sent a command that is not the device's own: read it with
    /// [`Device::command`](super::Device::command), answer it with
    /// [`handle_text`](super::Device::handle_text) and
    /// [`handle_answer`](super::Device::handle_answer).
    ///
    /// ```
    /// use wsat::at_syntax::{Form, Name};
    /// use wsat::device::{Answer, Device};
    ///
    /// /// `AT+LED=<0|1>` and `AT+LED?`
    /// fn answer(device: &mut Device<'_>, led: &mut i64) -> Answer {
    ///     let Some(statement) = device.command() else { return Answer::Error };
    ///     // `is`, not `==`: a command may be typed in any case.
    ///     if !statement.name.is(Name::Extended(b"LED")) {
    ///         return Answer::NoSuchCommand;
    ///     }
    ///     let mut params = statement.params();
    ///     match (statement.form, params.next().integer(0, 1), params.finish()) {
    ///         (Form::Set, Ok(value), Ok(())) => *led = value,
    ///         // Text that is not taken at once is offered again after `poll_host`.
    ///         (Form::Query, ..) if *led == 1 => _ = device.handle_text(b"+LED:1\r\n"),
    ///         (Form::Query, ..) => _ = device.handle_text(b"+LED:0\r\n"),
    ///         _ => return Answer::Error,
    ///     }
    ///     Answer::Ok
    /// }
    /// ```
    Command,
}

/// What goes to the host next, from [`Device::poll_host`](super::Device::poll_host).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Serial {
    /// This many bytes at the front of the caller's buffer.
    Bytes(usize),
    /// The first `len` bytes of this connection's receive window. Any part of them may be sent; it is
    /// told with [`handle_relayed`](super::Device::handle_relayed) and taken off the window.
    Relay {
        /// Whose window.
        conn: Conn,
        /// How many bytes are still to be sent before anything else.
        len: usize,
    },
    /// Nothing.
    Idle,
}

/// How a command that the embedding program carried out has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Answer {
    /// `OK`
    Ok,
    /// `ERROR`
    Error,
    /// `ERROR`: there is no such command, which `AT+SYSLOG=1` tells apart.
    NoSuchCommand,
}

/// Where to connect to, from [`Device::target`](super::Device::target).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Target<'a> {
    /// A name or an address; an IPv6 address without brackets.
    pub host: &'a str,
    /// 1 to 65535.
    pub port: u16,
    /// `wss://`: TLS, with `host` as the server's name.
    pub secure: bool,
    /// Whose certificates TLS asks for. If one is not there: [`handle_failed`](super::Device::handle_failed).
    pub tls: TlsSettings,
}

/// A call that the embedding program should not have made. Nothing has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CallError {
    /// More bytes were reported as relayed or sent than the device had given.
    TooMany,
    /// No command waits for an answer of the embedding program.
    NoCommand,
}

impl core::fmt::Display for CallError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::TooMany => "more bytes reported than the device had given",
            Self::NoCommand => "no command waits for an answer of the embedding program",
        })
    }
}

impl core::error::Error for CallError {}
