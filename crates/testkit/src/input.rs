//! How the bytes of a fuzzer are read. Any bytes are an input, and what is left out is 0.
//!
//! ```text
//! <choices> <lengths of pieces> FF <body>
//! ```
//!
//! Before the first 0xFF stands the *head*: one byte for each choice that a target has, then the lengths of the pieces into which
//! the body is cut, again and again from the first; 0, or none at all, is all that is left. The body is bytes as they are, or
//! [`fields`] with 0xFF between them.

/// An input, taken apart.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    head: &'a [u8],
    /// Behind the first 0xFF; all of the input if there is none.
    pub body: &'a [u8],
}

impl<'a> Input<'a> {
    /// Finds the head.
    #[must_use]
    pub fn new(data: &'a [u8]) -> Self {
        match data.iter().position(|byte| *byte == 0xFF) {
            Some(at) => Self { head: &data[..at], body: &data[at + 1..] },
            None => Self { head: &[], body: data },
        }
    }

    /// The next choice.
    pub fn choice(&mut self) -> u8 {
        let (first, rest) = self.head.split_first().unwrap_or((&0, &[]));
        self.head = rest;
        *first
    }

    /// The rest of the head.
    #[must_use]
    pub const fn cuts(&self) -> Cuts<'a> {
        Cuts { lengths: self.head, next: 0 }
    }

    /// The rest of the head, for a target that makes something else of it.
    #[must_use]
    pub const fn turns(&self) -> &'a [u8] {
        self.head
    }

    /// The fields of the body.
    #[must_use]
    pub fn fields(&self) -> Vec<Vec<u8>> {
        fields(self.body)
    }
}

/// Lengths of pieces, again and again.
#[derive(Debug, Clone, Copy)]
pub struct Cuts<'a> {
    lengths: &'a [u8],
    next: usize,
}

impl Cuts<'_> {
    /// No cut at all.
    pub const WHOLE: Cuts<'static> = Cuts { lengths: &[], next: 0 };

    /// How long the next piece is of something that has this length: 0 only if that is 0.
    pub fn next_of(&mut self, len: usize) -> usize {
        let Some(&length) = self.lengths.get(self.next) else { return len };
        self.next = (self.next + 1) % self.lengths.len();
        if length == 0 { len } else { len.min(usize::from(length)) }
    }

    /// The pieces of these bytes.
    pub fn pieces<'b>(&mut self, mut bytes: &'b [u8]) -> Vec<&'b [u8]> {
        let mut pieces = Vec::new();
        while !bytes.is_empty() {
            let (piece, rest) = bytes.split_at(self.next_of(bytes.len()));
            pieces.push(piece);
            bytes = rest;
        }
        pieces
    }
}

/// The parts between bytes 0xFF. In them 0xFE and another byte stand for that byte with its highest bit set, so `FE 7F` is 0xFF
/// and `FE 7E` is 0xFE.
#[must_use]
pub fn fields(body: &[u8]) -> Vec<Vec<u8>> {
    let unescaped = |field: &[u8]| {
        let mut bytes = field.iter();
        std::iter::from_fn(|| match bytes.next()? {
            0xFE => Some(bytes.next().map_or(0xFE, |byte| byte | 0x80)),
            byte => Some(*byte),
        })
        .collect()
    };
    body.split(|byte| *byte == 0xFF).map(unescaped).collect()
}

/// The body that has these fields, for who writes seeds.
#[must_use]
pub fn body_of<F: AsRef<[u8]>>(fields: &[F]) -> Vec<u8> {
    let escaped = fields.iter().map(|field| {
        let bytes = field.as_ref().iter();
        bytes
            .flat_map(|byte| match byte {
                0xFE | 0xFF => vec![0xFE, byte & 0x7F],
                _ => vec![*byte],
            })
            .collect::<Vec<u8>>()
    });
    escaped.collect::<Vec<_>>().join(&0xFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_back() {
        let all: Vec<Vec<u8>> =
            vec![(0..=255).collect(), vec![], b"\xfe\xff\xfe".to_vec(), vec![0]];
        assert_eq!(fields(&body_of(&all)), all);
        // An escape with nothing behind it is no reason to lose a byte.
        assert_eq!(fields(b"a\xfe"), [b"a\xfe"]);
    }

    #[test]
    fn a_head_is_choices_and_lengths() {
        let mut input = Input::new(b"\x05\x02\x00\x03\xffabcdefghijkl\xff");
        assert_eq!(input.choice(), 5);
        let mut cuts = input.cuts();
        assert_eq!(cuts.pieces(b"abc"), [&b"ab"[..], b"c"]);
        assert_eq!(cuts.pieces(b"abcdefg"), [&b"abc"[..], b"de", b"fg"]);
        let mut whole = Cuts::WHOLE;
        assert_eq!(whole.pieces(b"abc"), [b"abc"]);
        assert!(whole.pieces(b"").is_empty());
        let mut input = Input::new(b"abc");
        assert_eq!((input.choice(), input.choice(), input.body), (0, 0, &b"abc"[..]));
    }
}
