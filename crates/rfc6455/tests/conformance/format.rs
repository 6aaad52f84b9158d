//! Reads the files of `conformance/`, whose format is in the README there. Borrows the text and allocates
//! nothing but what `to_vec` returns: the same cases run on a bare-metal target.

use alloc::vec::Vec;
use core::{fmt, iter};

/// One case: a header and a transcript.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    block: &'a str,
    /// The rest of an `each` line: a suffix of the id, and what stands for `$`.
    each: Option<(&'a str, &'a str)>,
}

/// A line of the transcript.
pub(crate) enum Step<'a> {
    /// `<`: the peer sends.
    Input(Input<'a>),
    /// `>`: the endpoint sends; `None` is the last message whole, in one frame.
    Output(Option<Frame<'a>>),
    /// `=`: the endpoint has found.
    Event(Event<'a>),
    /// `!`: the endpoint is told to do.
    Act(Act<'a>),
}

pub(crate) enum Input<'a> {
    Frame(Frame<'a>),
    /// Bytes as they are.
    Raw(Payload<'a>),
    /// More of the payload of the last frame.
    Payload(Payload<'a>),
    /// What `cut` kept back of the last frame.
    Rest,
}

pub(crate) enum Event<'a> {
    Message { text: bool, payload: Payload<'a> },
    Partial { text: bool, payload: Payload<'a> },
    Ping,
    Pong(Option<u32>),
    Close(Payload<'a>),
    Fault { name: &'a str, here: bool },
    End { clean: bool, code: u16 },
}

pub(crate) enum Act<'a> {
    Close(Option<u16>),
    Ping(Option<u32>),
    Send(Frame<'a>),
    Hold(usize),
    Release,
}

#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) fin: bool,
    pub(crate) rsv: u8,
    pub(crate) opcode: u8,
    /// `None`: as the sender's role demands.
    pub(crate) mask: Option<bool>,
    pub(crate) key: Option<u32>,
    /// The length that the header claims, if not the payload's.
    pub(crate) len: Option<u64>,
    /// 7, 16 or 64 bits of length; `None`: the shortest.
    pub(crate) form: Option<u8>,
    /// Bytes of the frame to send now.
    pub(crate) cut: Option<usize>,
    pub(crate) times: usize,
    /// How the endpoint shall fragment it.
    pub(crate) fragment: usize,
    pub(crate) payload: Payload<'a>,
}

/// Octets as they are written down.
#[derive(Clone, Copy)]
pub(crate) struct Payload<'a> {
    text: &'a str,
    each: &'a str,
}

/// The cases of a file.
pub(crate) fn cases(text: &str) -> impl Iterator<Item = Case<'_>> {
    let blocks = text.split("\n\n").filter(|block| lines(block).next().is_some());
    blocks.flat_map(|block| {
        let each = lines(block).filter_map(|line| line.strip_prefix("each "));
        let each = each.map(|line| Some(line.split_once(' ').unwrap_or((line, ""))));
        let plain = each.clone().next().is_none().then_some(None);
        each.chain(plain).map(move |each| Case { block, each })
    })
}

/// Without comments and empty lines.
fn lines(block: &str) -> impl Iterator<Item = &str> + Clone {
    block.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

impl<'a> Case<'a> {
    fn field(&self, name: &str) -> Option<&'a str> {
        let mut values = lines(self.block).filter_map(|line| line.strip_prefix(name));
        values.find_map(|rest| rest.strip_prefix(' '))
    }

    pub(crate) fn title(&self) -> &'a str {
        self.field("title").unwrap_or_default()
    }

    /// Sections of RFC 6455.
    pub(crate) fn sections(&self) -> impl Iterator<Item = &'a str> {
        self.field("rfc").unwrap_or_default().split(' ').filter(|section| !section.is_empty())
    }

    /// The roles of the endpoint under test: client, server.
    pub(crate) fn roles(&self) -> Option<(bool, bool)> {
        match self.field("role")? {
            "client" => Some((true, false)),
            "server" => Some((false, true)),
            "both" => Some((true, true)),
            _ => None,
        }
    }

    /// The largest frame and message.
    pub(crate) fn limits(&self) -> (Option<u64>, Option<u64>) {
        let limit = |name| self.field(name).and_then(|value| value.parse().ok());
        (limit("limit frame"), limit("limit message"))
    }

    /// The transcript; `Err` is a line that is not understood.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Result<Step<'a>, &'a str>> + use<'a> {
        let each = self.each.map_or("", |(_, value)| value);
        let header = ["case ", "title ", "rfc ", "choice ", "role ", "limit ", "each "];
        lines(self.block)
            .filter(move |line| !header.iter().any(|name| line.starts_with(name)))
            .map(move |line| step(line, each).ok_or(line))
    }
}

impl fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field("case").unwrap_or("?"))?;
        self.each.map_or(Ok(()), |(suffix, _)| write!(f, ".{suffix}"))
    }
}

fn step<'a>(line: &'a str, each: &'a str) -> Option<Step<'a>> {
    let (sign, line) = line.split_once(' ')?;
    let (kind, rest) = word(line);
    let payload = Payload { text: rest, each };
    Some(match (sign, kind) {
        ("<", "raw") => Step::Input(Input::Raw(payload.valid()?)),
        ("<", "payload") => Step::Input(Input::Payload(payload.valid()?)),
        ("<", "rest") => Step::Input(Input::Rest),
        ("<", _) => Step::Input(Input::Frame(frame(line, each)?)),
        (">", "echo") => Step::Output(None),
        (">", _) => Step::Output(Some(frame(line, each)?)),
        ("=", _) => Step::Event(event(kind, payload)?),
        ("!", "hold") => Step::Act(Act::Hold(rest.parse().ok()?)),
        ("!", "release") => Step::Act(Act::Release),
        ("!", "ping") => Step::Act(Act::Ping(token(rest)?)),
        ("!", "close") if rest.is_empty() => Step::Act(Act::Close(None)),
        ("!", "close") => Step::Act(Act::Close(Some(rest.parse().ok()?))),
        ("!", "send") => Step::Act(Act::Send(frame(rest, each)?)),
        _ => return None,
    })
}

fn event<'a>(kind: &'a str, payload: Payload<'a>) -> Option<Event<'a>> {
    let rest = payload.text;
    Some(match kind {
        "text" | "binary" => Event::Message { text: kind == "text", payload: payload.valid()? },
        "partial" => {
            let (kind, rest) = word(rest);
            let payload = Payload { text: rest, ..payload }.valid()?;
            Event::Partial { text: kind == "text", payload }
        }
        "ping" => Event::Ping,
        "pong" => Event::Pong(token(rest)?),
        "close" => Event::Close(payload.valid()?),
        "fault" => {
            let (name, here) = word(rest);
            Event::Fault { name, here: here == "here" }
        }
        "clean" | "unclean" => Event::End { clean: kind == "clean", code: rest.parse().ok()? },
        _ => return None,
    })
}

fn frame<'a>(line: &'a str, each: &'a str) -> Option<Frame<'a>> {
    let (kind, mut rest) = word(line);
    let opcode = match kind {
        "cont" => 0,
        "text" => 1,
        "binary" => 2,
        "close" => 8,
        "ping" => 9,
        "pong" => 10,
        _ => u8::from_str_radix(kind.strip_prefix("op")?, 16).ok()?,
    };
    let payload = Payload { text: "", each };
    let mut frame = Frame {
        fin: true,
        rsv: 0,
        opcode,
        mask: None,
        key: None,
        len: None,
        form: None,
        cut: None,
        times: 1,
        fragment: usize::MAX,
        payload,
    };
    loop {
        let (attribute, after) = word(rest);
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        match name {
            "nofin" => frame.fin = false,
            "rsv1" => frame.rsv |= 4,
            "rsv2" => frame.rsv |= 2,
            "rsv3" => frame.rsv |= 1,
            "mask" => frame.mask = Some(true),
            "nomask" => frame.mask = Some(false),
            "key" => frame.key = Some(u32::from_str_radix(value, 16).ok()?),
            "len" => frame.len = Some(value.parse().ok()?),
            "form" => frame.form = Some(value.parse().ok()?),
            "cut" => frame.cut = Some(value.parse().ok()?),
            "times" => frame.times = value.parse().ok()?,
            "fragment" => frame.fragment = value.parse().ok()?,
            _ => {
                frame.payload = Payload { text: rest, each }.valid()?;
                return Some(frame);
            }
        }
        rest = after;
    }
}

/// Nothing, or four octets in hexadecimal.
fn token(text: &str) -> Option<Option<u32>> {
    if text.is_empty() { Some(None) } else { u32::from_str_radix(text, 16).ok().map(Some) }
}

fn word(line: &str) -> (&str, &str) {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    (word, rest.trim_start())
}

#[derive(Clone, Copy)]
enum Part<'a> {
    /// Between the quotes.
    Quoted(&'a str),
    Hex(&'a str),
    /// Two octets.
    Number(u16),
    /// Not understood.
    Bad,
}

impl<'a> Payload<'a> {
    /// Itself, if all of it is understood.
    fn valid(self) -> Option<Self> {
        let bad = self.parts().any(|(_, part)| matches!(part, Part::Bad));
        (!bad).then_some(self)
    }

    fn parts(self) -> impl Iterator<Item = (usize, Part<'a>)> {
        parts(self.text).flat_map(move |token| {
            let (before, after) = self.each.split_once('|').unwrap_or((self.each, ""));
            let (part, first, second) = match token {
                Token::Part(times, part) => (Some((times, part)), "", ""),
                Token::All => (None, before, after),
                Token::Before => (None, before, ""),
                Token::After => (None, after, ""),
            };
            let bad = (1, Part::Bad);
            let inner = parts(first).chain(parts(second)).map(move |token| match token {
                Token::Part(times, part) => (times, part),
                _ => bad,
            });
            part.into_iter().chain(inner)
        })
    }

    pub(crate) fn octets(self) -> impl Iterator<Item = u8> + use<'a> {
        self.parts().flat_map(|(times, part)| (0..times).flat_map(move |_| octets(part)))
    }

    /// For hosts that have the memory.
    pub(crate) fn to_vec(self) -> Vec<u8> {
        let mut all = Vec::new();
        for (times, part) in self.parts() {
            let once: Vec<u8> = octets(part).collect();
            all.extend(once.repeat(times));
        }
        all
    }
}

enum Token<'a> {
    /// With how often it stands.
    Part(usize, Part<'a>),
    /// `$`, `$<` and `$>`.
    All,
    Before,
    After,
}

fn parts(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text.trim();
    iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (times, body) = match rest.split_once('*') {
            Some((times, body)) if times.bytes().all(|octet| octet.is_ascii_digit()) => {
                (times.parse().unwrap_or(0), body)
            }
            _ => (1, rest),
        };
        let (part, after) = match body.strip_prefix('"') {
            Some(quoted) => {
                let mut escaped = false;
                let end = quoted.bytes().position(|octet| {
                    let ends = octet == b'"' && !escaped;
                    escaped = octet == b'\\' && !escaped;
                    ends
                });
                match end {
                    Some(end) => (Part::Quoted(&quoted[..end]), &quoted[end + 1..]),
                    None => (Part::Bad, ""),
                }
            }
            None => {
                let (word, after) = word(body);
                let special = match word {
                    "$" => Some(Token::All),
                    "$<" => Some(Token::Before),
                    "$>" => Some(Token::After),
                    _ => None,
                };
                if special.is_some() {
                    rest = after;
                    return special;
                }
                let part = match word.strip_prefix('x') {
                    Some(hex)
                        if hex.len() % 2 == 0 && hex.bytes().all(|c| c.is_ascii_hexdigit()) =>
                    {
                        Part::Hex(hex)
                    }
                    _ => word.parse().map_or(Part::Bad, Part::Number),
                };
                (part, after)
            }
        };
        rest = after.trim_start();
        Some(Token::Part(times, part))
    })
}

fn octets(part: Part<'_>) -> impl Iterator<Item = u8> {
    let mut rest: &[u8] = match &part {
        Part::Quoted(text) | Part::Hex(text) => text.as_bytes(),
        Part::Number(_) | Part::Bad => b"",
    };
    let is_hex = matches!(part, Part::Hex(_));
    let number = if let Part::Number(number) = part { Some(number.to_be_bytes()) } else { None };
    let text = iter::from_fn(move || {
        let (octet, after) = match rest {
            [high, low, after @ ..] if is_hex => (hex(*high) << 4 | hex(*low), after),
            [b'\\', b'x', high, low, after @ ..] => (hex(*high) << 4 | hex(*low), after),
            [b'\\', octet, after @ ..] | [octet, after @ ..] => (*octet, after),
            [] => return None,
        };
        rest = after;
        Some(octet)
    });
    number.into_iter().flatten().chain(text)
}

fn hex(digit: u8) -> u8 {
    (digit as char).to_digit(16).map_or(0, |digit| digit as u8)
}
