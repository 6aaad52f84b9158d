//! The two that are compared: what each of them makes of a stream, in the same words.

use std::io::{self, Read, Write};

use crate::Counter;
use crate::frames::FrameCheck;
use rfc6455::{
    CloseCode, Connection, Control, Fault, Incoming, Instant, Limits, Opcode, Policy, Role,
};
use tungstenite::{
    Error, Message,
    protocol::{self, WebSocket, WebSocketConfig},
};

/// Of a frame and of a message, so that tungstenite does not reserve memory for what a header claims.
pub(crate) const LIMIT: usize = 1 << 20;

/// What a library makes of a stream.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Outcome {
    /// Messages, Pings, Pongs, and the peer's Close if it was accepted.
    pub(crate) events: Vec<String>,
    /// Payloads of the Pongs written.
    pub(crate) pongs: Vec<Vec<u8>>,
    /// The Close that it answers with, or would: `None` while the connection goes on.
    pub(crate) verdict: Option<Option<u16>>,
}

pub(crate) fn ours(role: Role, pieces: &[&[u8]]) -> (Outcome, Option<Fault>) {
    let mut policy = Policy::new();
    policy.limits = Limits { frame: LIMIT as u64, message: LIMIT as u64 };
    let mut connection = Connection::new(role, policy);
    let mut outcome = Outcome::default();
    let mut message: Option<(Opcode, Vec<u8>)> = None;
    let mut fin = false;
    let mut rng = Counter::new(1);
    let mut written = Vec::new();
    let mut pings = Vec::new();
    for piece in pieces {
        let mut piece = piece.to_vec();
        let mut rest = &mut piece[..];
        while !rest.is_empty() {
            let (input, found) = {
                let (taken, found) = connection.read(Instant::ZERO, rest);
                // The event is turned into owned values before the input is looked at again.
                let found = found.map(|found| {
                    found.map(|found| match found {
                        Incoming::Frame(frame) => (Some(frame), None, None),
                        Incoming::Payload { octets, last } => {
                            (None, Some((octets.to_vec(), last)), None)
                        }
                        Incoming::Control(event) => (None, None, Some(event)),
                    })
                });
                (taken, found)
            };
            rest = &mut rest[input..];
            let mut ends = false;
            match found {
                None => assert!(rest.is_empty()),
                Some(Err(_)) => {}
                Some(Ok((frame, payload, control))) => {
                    if let Some(frame) = frame {
                        fin = frame.fin;
                        message.get_or_insert((frame.opcode, Vec::new()));
                        ends = fin && frame.len == 0;
                    }
                    if let Some((octets, last)) = payload {
                        message.as_mut().unwrap().1.extend(octets);
                        ends = fin && last;
                    }
                    match control {
                        Some(Control::Ping) => pings.push(outcome.events.len()),
                        Some(Control::Pong(_)) => outcome.events.push("pong".to_owned()),
                        Some(Control::Close(code)) => {
                            let code = code.map(CloseCode::get);
                            outcome.events.push(close(code, connection.close_reason()));
                        }
                        None => {}
                    }
                    if matches!(control, Some(Control::Ping)) {
                        outcome.events.push("ping".to_owned());
                    }
                }
            }
            if ends {
                let (opcode, octets) = message.take().unwrap();
                outcome.events.push(format!("{opcode:?} {}", octets.escape_ascii()));
            }
            let mut out = [0; 200];
            loop {
                let (_, n) = connection.poll(&mut rng, b"", &mut out);
                if n == 0 {
                    break;
                }
                written.extend_from_slice(&out[..n]);
            }
        }
    }
    control_frames(role, &written, &mut outcome);
    assert_eq!(outcome.pongs.len(), pings.len());
    (outcome, connection.fault())
}

fn close(code: Option<u16>, reason: &str) -> String {
    format!("close {code:?} {reason}")
}

/// A stream in memory that never ends and has nothing more.
struct Memory<'a> {
    input: &'a [u8],
    output: Vec<u8>,
}

impl Read for Memory<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.input.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.input.read(buffer)
    }
}

impl Write for Memory<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn theirs(role: Role, stream: &[u8]) -> Outcome {
    let their_role = match role {
        Role::Client => protocol::Role::Client,
        Role::Server => protocol::Role::Server,
    };
    let config = WebSocketConfig::default()
        .max_frame_size(Some(LIMIT))
        .max_message_size(Some(LIMIT))
        .read_buffer_size(4096);
    let memory = Memory { input: stream, output: Vec::new() };
    let mut socket = WebSocket::from_raw_socket(memory, their_role, Some(config));
    let mut outcome = Outcome::default();
    let mut closed = false;
    let code = loop {
        match socket.read() {
            Ok(Message::Text(text)) => {
                outcome.events.push(format!("Text {}", text.as_bytes().escape_ascii()));
            }
            Ok(Message::Binary(octets)) => {
                outcome.events.push(format!("Binary {}", octets.escape_ascii()));
            }
            Ok(Message::Ping(_)) => outcome.events.push("ping".to_owned()),
            Ok(Message::Pong(_)) => outcome.events.push("pong".to_owned()),
            Ok(Message::Close(frame)) => {
                closed = true;
                match frame {
                    None => outcome.events.push(close(None, "")),
                    // Its word for a code that must not be sent.
                    Some(frame) if frame.reason.as_str() == "Protocol violation" => {}
                    Some(frame) => {
                        outcome.events.push(close(Some(frame.code.into()), frame.reason.as_str()));
                    }
                }
            }
            Ok(Message::Frame(_)) => unreachable!("is never read"),
            Err(_) if closed => break None,
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => break None,
            Err(Error::Protocol(_)) => break Some(1002),
            Err(Error::Utf8(_)) => break Some(1007),
            Err(Error::Capacity(_)) => break Some(1009),
            Err(error) => panic!("{error}"),
        }
    };
    let _ = socket.flush();
    control_frames(role, &socket.get_ref().output, &mut outcome);
    // It leaves it to its caller to answer a fault.
    if let Some(code) = code {
        outcome.verdict = Some(Some(code));
    }
    outcome
}

/// The Pongs and the Close in what an endpoint has written; it has written nothing else.
fn control_frames(role: Role, written: &[u8], outcome: &mut Outcome) {
    let mut check = FrameCheck::new(role == Role::Client);
    for frame in check.take(written) {
        match frame.first {
            0x8A => outcome.pongs.push(frame.payload),
            0x88 => {
                let code = frame.payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                assert_eq!(outcome.verdict.replace(code), None, "one Close");
            }
            first => panic!("frame {first:02x} written"),
        }
    }
    assert!(check.is_between_frames());
}
