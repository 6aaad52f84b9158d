//! What the hosts say to the person who has started them: arguments, events, errors.

use std::fmt;
use std::io::Write;
use wsat::host::{Event, Failure, JoinError, Line, Refused, Request};

/// `PORT URI [SSID PASSWORD]`
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) port: String,
    pub(crate) uri: String,
    pub(crate) wifi: Option<(String, String)>,
}

impl Arguments {
    /// `None`: there are too few, too many, or options, which there are none of.
    pub(crate) fn of(arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut arguments = arguments.fuse();
        let (port, uri) = (arguments.next()?, arguments.next()?);
        let wifi = match (arguments.next(), arguments.next(), arguments.next()) {
            (None, ..) => None,
            (Some(ssid), Some(password), None) => Some((ssid, password)),
            _ => return None,
        };
        (!port.starts_with('-')).then_some(Self { port, uri, wifi })
    }
}

/// Prints what has happened. Returns how many octets of data there were.
pub(crate) fn show(event: &Event<'_>, out: &mut dyn Write) -> usize {
    // Nobody may be reading it.
    let _ = match event {
        Event::Connected(link) => writeln!(out, "link {} is connected", link.number()),
        Event::Disconnected(link) => writeln!(out, "link {} is lost", link.number()),
        Event::Closed(link) => writeln!(out, "link {} is closed", link.number()),
        Event::Data(data) => {
            let end: &[u8] = if data.last { b"\n" } else { b"" };
            out.write_all(data.octets).and_then(|()| out.write_all(end))
        }
        Event::Answer(line) => match JoinError::of(line) {
            Some(error) => writeln!(out, "{error}"),
            None => Ok(()),
        },
        Event::Report(Line::Text(text)) => writeln!(out, "{}", String::from_utf8_lossy(text)),
        Event::Ready => writeln!(out, "the module has started"),
        Event::Damaged(_) | Event::Cut { .. } => writeln!(out, "bytes of the module were lost"),
        _ => Ok(()),
    };
    if let Event::Data(data) = event { data.octets.len() } else { 0 }
}

/// Why the session has ended.
#[derive(Debug)]
pub(crate) enum Error {
    /// In a sentence.
    Other(String),
    /// This cannot be asked for.
    Refused(Refused),
    /// What was tried, and how it failed.
    Failed(&'static str, Failure),
}

impl Error {
    pub(crate) fn other(error: impl fmt::Display) -> Self {
        Self::Other(error.to_string())
    }

    pub(crate) const fn failed(request: &Request<'_>, failure: Failure) -> Self {
        let what = match request {
            Request::Station => "make the module a station",
            Request::Join(_) => "join the network",
            Request::Open(_) => "open the link",
            Request::Send(_) => "send",
            Request::Close(_) => "close the link",
            _ => "go on",
        };
        Self::Failed(what, failure)
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(error) => f.write_str(error),
            Self::Refused(refused) => refused.fmt(f),
            Self::Failed(what, failure) => {
                write!(f, "cannot {what}: {failure}")?;
                if matches!(failure, Failure::Unreachable | Failure::NoAnswer | Failure::Stalled) {
                    f.write_str("; is it on, are its TX and RX crossed, is this its speed?")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Error {}
