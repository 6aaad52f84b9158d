//! Every error says in words what is wrong, and no two say the same: a person reads them in a log.

use rfc6455::{AnswerError, Fault, HandshakeError, Rejection, RequestError, SendError, UriError};
use wsat_testkit::worded::worded;

#[test]
fn faults() {
    worded(&[
        Fault::ReservedBits,
        Fault::ReservedOpcode,
        Fault::FragmentedControl,
        Fault::ControlTooLong,
        Fault::Masked,
        Fault::Unmasked,
        Fault::LengthNotMinimal,
        Fault::LengthTooLong,
        Fault::ContinuationWithoutStart,
        Fault::StartInsideMessage,
        Fault::Utf8,
        Fault::CloseBody,
        Fault::CloseCode,
        Fault::FrameTooBig,
        Fault::MessageTooBig,
    ]);
}

#[test]
fn send_errors() {
    worded(&[
        SendError::Busy,
        SendError::Closing,
        SendError::Control,
        SendError::CloseBody,
        SendError::Unfragmentable,
        SendError::NoMessage,
        SendError::InsideMessage,
    ]);
}

#[test]
fn uri_errors() {
    worded(&[
        UriError::Scheme,
        UriError::Host,
        UriError::Port,
        UriError::UserInfo,
        UriError::Credentials,
        UriError::ForbiddenByte { at: 7 },
    ]);
}

#[test]
fn handshake_errors() {
    worded(&[
        HandshakeError::NotHttp,
        HandshakeError::Status(404),
        HandshakeError::Upgrade,
        HandshakeError::Connection,
        HandshakeError::Accept,
        HandshakeError::Extensions,
        HandshakeError::Protocol,
        HandshakeError::Header,
        HandshakeError::TooLong,
        HandshakeError::Incomplete,
    ]);
}

#[test]
fn request_errors() {
    worded(&[
        RequestError::Protocol,
        RequestError::Authorization,
        RequestError::UserAgent,
        RequestError::Headers,
        RequestError::ReservedHeader,
    ]);
}

#[test]
fn rejections() {
    worded(&[
        Rejection::NotHttp,
        Rejection::Header,
        Rejection::Method,
        Rejection::HttpVersion,
        Rejection::Target,
        Rejection::TargetTooLong,
        Rejection::Host,
        Rejection::Upgrade,
        Rejection::Connection,
        Rejection::WebSocketVersion,
        Rejection::Key,
        Rejection::Protocol,
        Rejection::Repeated,
        Rejection::Body,
        Rejection::FieldTooLong,
        Rejection::LineTooLong,
        Rejection::TooLong,
    ]);
}

#[test]
fn answer_errors() {
    worded(&[
        AnswerError::NotRead,
        AnswerError::Protocol,
        AnswerError::Status,
        AnswerError::Reason,
        AnswerError::Headers,
        AnswerError::ReservedHeader,
    ]);
}
