//! Requests of a host, as fields of an input.

use crate::session::decimal;
use wsat::host::{Command, Configure, Join, Open, Request, SendData, Value};
use wsat::rfc6455::Opcode;
use wsat::{DataFormat, DataMask, Level, LinkId};

/// An octet for payloads that no line of a host has.
pub const PAD: u8 = 0xFA;

/// The longest payload that an input can ask for.
const LONGEST: u64 = 9000;

/// A request with everything that it borrows.
#[derive(Clone, Debug)]
pub struct Ask {
    tag: u8,
    link: LinkId,
    words: [Vec<u8>; 3],
    number: u64,
    payload: Vec<u8>,
}

impl Ask {
    /// Reads one whose payload repeats a pattern. The first byte says which, and where there is a link its number follows:
    ///
    /// | | |
    /// |---|---|
    /// | `O0ws://h p,q auth` | open, with protocols and authorization if they are there |
    /// | `S05`, `B05`, `P05` | send a text, a binary message, or a streamed one of 5 octets |
    /// | `N05`, `E05` | a text without FIN, or the continuation |
    /// | `Q02`, `X03` | send a Ping of 2 octets, a Close of 3 |
    /// | `C0`, `G030`, `F063` | close; configure with times of 30 s; the format of this mask |
    /// | `Hname: value`, `h`, `i` | add a header, clear them, list them |
    /// | `L`, `w`, `jssid password`, `r`, `b` | list links; be a station; join; restart; start |
    /// | `qNAME text` | any other command: a query, or set with this string |
    #[must_use]
    pub fn read(field: &[u8], pattern: &[u8]) -> Option<Self> {
        let (&tag, rest) = field.split_first()?;
        if !b"OSBPNEQXCGFHhiLwjrbq".contains(&tag) {
            return None;
        }
        let has_link = b"OSBPNEQXCGF".contains(&tag);
        let (link, text) = match rest.split_first() {
            Some((link, text)) if has_link => (usize::from(*link) % 3, text),
            _ => (0, rest),
        };
        let mut words = text.split(|byte| *byte == b' ').map(<[u8]>::to_vec);
        let mut word = || words.next().unwrap_or_default();
        let words = if tag == b'H' {
            [text.to_vec(), Vec::new(), Vec::new()]
        } else {
            [word(), word(), word()]
        };
        let number = decimal(text).unwrap_or(0);
        let len = usize::try_from(number.min(LONGEST)).unwrap_or(0);
        let len = if tag == b'P' { 0 } else { len };
        let payload = pattern.iter().copied().cycle().take(len).collect();
        Some(Self { tag, link: LinkId::ALL[link], words, number, payload })
    }

    /// The first byte.
    #[must_use]
    pub const fn tag(&self) -> u8 {
        self.tag
    }

    /// What is sent over which link, if this is done: the opcode, whether with FIN, the payload. Of a streamed one it is the end of
    /// `stream`.
    #[must_use]
    pub fn sends<'a>(&'a self, stream: &'a [u8]) -> Option<(usize, u8, bool, &'a [u8])> {
        let (opcode, fin) = match self.tag {
            b'S' | b'P' => (1, true),
            b'B' => (2, true),
            b'N' => (1, false),
            b'E' => (0, true),
            b'Q' => (9, true),
            b'X' => (8, true),
            _ => return None,
        };
        let streamed = stream.len() - self.number.min(LONGEST) as usize;
        let payload = if self.tag == b'P' { &stream[streamed..] } else { &self.payload };
        Some((self.link.number().into(), opcode, fin, payload))
    }

    /// Its parameters, for [`Ask::request`].
    #[must_use]
    pub fn values(&self) -> [Value<'_>; 1] {
        [Value::String(&self.words[1])]
    }

    /// The request.
    #[must_use]
    pub fn request<'a>(&'a self, values: &'a [Value<'a>; 1]) -> Request<'a> {
        let [first, second, third] = &self.words;
        let link = self.link;
        let send = SendData::text(link, &self.payload);
        match self.tag {
            b'O' => {
                let open = Open::new(link, first).with_protocol(second);
                if third.is_empty() { open.into() } else { open.with_authorization(third).into() }
            }
            b'S' => send.into(),
            b'B' => send.binary().into(),
            b'P' => SendData::streamed(link, self.number.min(LONGEST) as usize).into(),
            b'N' => send.without_fin().into(),
            b'E' => send.continuation().into(),
            b'Q' => send.with_opcode(Opcode::Ping).into(),
            b'X' => send.with_opcode(Opcode::Close).into(),
            b'C' => Request::Close(link),
            b'G' => {
                let seconds = u32::try_from(self.number).unwrap_or(u32::MAX);
                Configure::new(link, seconds, seconds.saturating_mul(2)).into()
            }
            b'F' => {
                let mask = DataMask::from_bits_truncate(self.number as u8);
                Request::SetFormat(link, DataFormat { level: Level::Chunk, mask })
            }
            b'H' => Request::AddHeader(first),
            b'h' => Request::ClearHeaders,
            b'i' => Request::ListHeaders,
            b'L' => Request::ListLinks,
            b'w' => Request::Station,
            b'j' => Join::new(first, second).into(),
            b'r' => Request::Restart,
            b'q' if second.is_empty() => Command::query(first).with_lines(&[b""]).into(),
            b'q' => Command::set(first, values).into(),
            _ => Request::Start,
        }
    }
}

/// A host's configuration from a choice: the dialect (bits 0 and 1), no echo (bit 2), no error codes (bit 3).
#[must_use]
pub fn config(flags: u8) -> wsat::host::Config {
    use wsat::Dialect;
    let dialects = [Dialect::V3_1, Dialect::V3_3, Dialect::V4_1, Dialect::V4_2];
    let mut config = wsat::host::Config::new(dialects[usize::from(flags & 3)]);
    config.echo = flags & 4 == 0;
    config.error_codes = flags & 8 == 0;
    config
}
