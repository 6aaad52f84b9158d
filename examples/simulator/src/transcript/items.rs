//! Rows of frames and bytes: `[text Hello] [101] "\x81"`.

use super::{
    frame::{self, Frame},
    session::Piece,
    text,
};

const RESPONSE: &str = "response ";

pub(super) fn frames(rest: &str) -> Result<Vec<Frame>, String> {
    let mut frames = Vec::new();
    for item in items(rest)? {
        let Item::Bracket(inner) = item else { return Err(frame::EXPECTED.to_owned()) };
        frames.push(Frame::parse(inner)?);
    }
    Ok(frames)
}

pub(super) fn pieces(rest: &str) -> Result<Vec<Piece>, String> {
    let pieces = items(rest)?.into_iter().map(|item| match item {
        Item::Quoted(inner) => text::parse(inner).map(Piece::Bytes),
        Item::Bracket("101") => Ok(Piece::Acceptance(Vec::new())),
        Item::Bracket(inner) => match inner.strip_prefix("101 ") {
            Some(headers) => text::parse(headers).map(Piece::Acceptance),
            None if inner.starts_with(RESPONSE) => {
                text::parse(&inner[RESPONSE.len()..]).map(Piece::Response)
            }
            None => Frame::parse(inner).map(|frame| Piece::Bytes(frame.unmasked())),
        },
    });
    pieces.collect()
}

enum Item<'t> {
    Bracket(&'t str),
    Quoted(&'t str),
}

/// `[…]` and `"…"`, one after another.
fn items(rest: &str) -> Result<Vec<Item<'_>>, String> {
    let known = "frames such as [text Hello], [101], or \"bytes\"";
    let mut items = Vec::new();
    let mut rest = rest.trim();
    while !rest.is_empty() {
        let close = match rest.as_bytes()[0] {
            b'[' => ']',
            b'"' => '"',
            _ => return Err(known.to_owned()),
        };
        let mut escaped = false;
        let end = rest[1..].find(|c| {
            let found = c == close && !escaped;
            escaped = c == '\\' && !escaped;
            found
        });
        let inner = &rest[1..=end.ok_or_else(|| format!("`{close}` at the end"))?];
        rest = rest[inner.len() + 2..].trim_start();
        items.push(if close == ']' { Item::Bracket(inner) } else { Item::Quoted(inner) });
    }
    if items.is_empty() { Err(known.to_owned()) } else { Ok(items) }
}
