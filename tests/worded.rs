//! Every reason says in words what is wrong, and no two say the same: a person reads them in a log.

use wsat::at_syntax::{ParamError, ParamErrorKind, StatementError};
use wsat::device::{self, Lent, Missing, Refusal, Wait};
use wsat::host::{self, Failure, JoinError, Refused};
use wsat::rfc6455::{Fault, HandshakeError, RequestError, SendError, UriError};
use wsat_testkit::worded::worded;

#[test]
fn refusals_of_the_device() {
    let param = ParamError { index: 3, kind: ParamErrorKind::OutOfRange };
    worded(&[
        Refusal::LineTooLong,
        Refusal::Statement(StatementError::NotAt),
        Refusal::Form,
        Refusal::Dialect,
        Refusal::TooManyParams,
        Refusal::FieldCount,
        Refusal::Param(param),
        Refusal::LinkInUse,
        Refusal::NotConnected,
        Refusal::Uri(UriError::Port),
        Refusal::Request(RequestError::Protocol),
        Refusal::Header,
        Refusal::Memory(Lent::Payload),
        Refusal::Memory(Lent::Headers),
        Refusal::Memory(Lent::Text),
        Refusal::Send(SendError::Busy),
        Refusal::Transport,
        Refusal::Handshake(HandshakeError::Accept),
        Refusal::EarlyResponse,
        Refusal::Peer(Fault::Masked),
        Refusal::Missing(Missing::Certificate),
        Refusal::Missing(Missing::PrivateKey),
        Refusal::Missing(Missing::Authority),
        Refusal::Aborted,
        Refusal::NotUtf8,
        Refusal::Quirk,
        Refusal::NoSuchCommand,
        Refusal::Timeout(Wait::Open),
        Refusal::Timeout(Wait::Send),
        Refusal::Timeout(Wait::Pong),
        Refusal::Timeout(Wait::Close),
        Refusal::Timeout(Wait::Payload),
        Refusal::Closed,
        Refusal::Firmware,
    ]);
    assert!(Refusal::from(param).to_string().contains('3'), "which parameter it is");
    worded(&[device::CallError::TooMany, device::CallError::NoCommand]);
}

#[test]
fn failures_of_the_host() {
    worded(&[
        Failure::Error(None),
        Failure::Error(Some(0x0108_0002)),
        Failure::SendFail,
        Failure::Busy,
        Failure::Unreachable,
        Failure::NoAnswer,
        Failure::Rebooted,
        Failure::Garbled,
        Failure::Stalled,
        Failure::GivenUp,
    ]);
    let coded = Failure::Error(Some(0x0108_0002)).to_string();
    assert!(coded.contains("0x01080002"), "the code as the module prints it: {coded}");
    worded(&[host::CallError::TooMany]);
}

#[test]
fn what_the_host_does_not_send() {
    let range = Refused::OutOfRange { number: 9, min: 1, max: 7 };
    worded(&[
        Refused::Busy,
        Refused::Dialect,
        range,
        Refused::Uri(UriError::Scheme),
        Refused::Request(RequestError::Headers),
        Refused::Header,
        Refused::Send(SendError::Control),
        Refused::Unreadable,
        Refused::Memory(300),
    ]);
    let text = range.to_string();
    assert!(["9", "1", "7"].iter().all(|number| text.contains(number)), "{text}");
    assert!(Refused::Memory(300).to_string().contains("300"), "how much it would take");
}

#[test]
fn why_no_network_was_joined() {
    worded(&[JoinError::Timeout, JoinError::Password, JoinError::NotFound, JoinError::Failed]);
}

/// A line of the host may be `AT+CWJAP` with its password, a text of a link has `<"auth">`.
#[test]
fn nothing_that_is_held_is_shown() {
    let mut storage = device::Storage::<64, 64, 64>::new();
    let mut held = device::Device::new(device::Config::default(), storage.lend([64; 3]));
    let (now, mut out) = (wsat::Instant::ZERO, [0; 64]);
    let printed = held.poll_host(now, &mut out); // `ready` comes first
    assert_eq!(printed, device::Serial::Bytes(9));
    let line = b"AT+CWJAP=\"net\",\"secret\"";
    assert_eq!(held.handle_host(now, line), line.len());
    let shown = format!("{held:?}");
    let storage = format!("{storage:?}");
    let secret = format!("{:?}", b"secret");
    for text in [shown, storage] {
        assert!(!text.contains(secret.trim_matches(['[', ']'])), "{text}");
        assert!(text.len() < 200, "{text}");
    }
}
