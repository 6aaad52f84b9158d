//! Header lines of the caller's own, checked before they may stand beside ours.

use super::text::{is_field_byte, is_same_name, is_token};

/// What is wrong with such lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ExtraError {
    /// Not whole, well-formed lines.
    Malformed,
    /// A name that is not the caller's to write.
    Reserved,
}

/// Whether `headers` is zero or more lines `name ":" OWS value CR LF` (RFC 7230 3.2) whose names
/// `is_reserved` does not claim. So no value can end its line early and begin another, or end the
/// section.
pub(super) fn check_lines(
    mut headers: &[u8],
    mut is_reserved: impl FnMut(&[u8]) -> bool,
) -> Result<(), ExtraError> {
    while !headers.is_empty() {
        let (name, rest) = split_at_byte(headers, b':').ok_or(ExtraError::Malformed)?;
        let (value, rest) = split_at_byte(rest, b'\r').ok_or(ExtraError::Malformed)?;
        // RFC 7230 3.2.4: a line that begins with white space would fold the one before.
        if !is_token(name) || !value.iter().all(|byte| is_field_byte(*byte)) {
            return Err(ExtraError::Malformed);
        }
        let Some((b'\n', rest)) = rest.split_first() else { return Err(ExtraError::Malformed) };
        if is_reserved(name) {
            return Err(ExtraError::Reserved);
        }
        headers = rest;
    }
    Ok(())
}

/// A name that is the handshake's own on either side: `Host`, `Upgrade`, `Connection` and all that
/// begin with `Sec-WebSocket-` (RFC 6455 4.1, 4.2.2); and `Content-Length`, `Transfer-Encoding` and
/// `Trailer`, which announce a body: somebody on the way would take frames for it, and 101 must not
/// have them (RFC 7230 3.3 and 4.4).
pub(super) fn is_reserved_name(name: &[u8]) -> bool {
    const PREFIX: &[u8] = b"sec-websocket-";
    const NAMES: [&[u8]; 6] =
        [b"host", b"upgrade", b"connection", b"content-length", b"transfer-encoding", b"trailer"];
    NAMES.iter().any(|own| is_same_name(name, own))
        || name.get(..PREFIX.len()).is_some_and(|start| is_same_name(start, PREFIX))
}

/// Whether well-formed lines have one with this name.
pub(super) fn has_name(headers: &[u8], name: &[u8]) -> bool {
    headers
        .split(|byte| *byte == b'\n')
        .any(|line| split_at_byte(line, b':').is_some_and(|(found, _)| is_same_name(found, name)))
}

/// What stands before the first such byte, and behind it.
fn split_at_byte(text: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let (before, rest) = text.split_at_checked(text.iter().position(|other| *other == byte)?)?;
    Some((before, rest.split_first()?.1))
}
