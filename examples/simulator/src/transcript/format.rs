//! From the text of a file to its sessions: lines, headers, repetition. The lines of a session are in
//! `verbs.rs`.

use super::{
    core, malformed::Malformed, session::Fact, session::Session, session::Settings, session::Start,
    session::Step, text, time, verbs,
};

/// Reads a transcript.
///
/// # Errors
///
/// [`Malformed`]: the first line that cannot be read.
pub fn parse(text: &str) -> Result<Vec<Session>, Malformed> {
    let mut reader = Reader {
        defaults: Header::DEFAULT,
        header: Header::DEFAULT,
        session: None,
        sessions: Vec::new(),
        repeats: Vec::new(),
    };
    let mut last = 1;
    for (line, number) in text.lines().zip(1..) {
        last = number;
        let written = line.trim_end();
        let line = written.trim_start();
        if !line.is_empty() && !line.starts_with('#') {
            let malformed =
                |expected| Malformed { line: number, expected, found: written.to_owned() };
            reader.line(number, line).map_err(malformed)?;
        }
    }
    reader.end_session().map_err(|expected| Malformed {
        line: last,
        expected,
        found: "the end of the file".to_owned(),
    })?;
    if reader.sessions.is_empty() {
        let expected = "a line `session TITLE`".to_owned();
        return Err(Malformed { line: last, expected, found: "the end of the file".to_owned() });
    }
    Ok(reader.sessions)
}

/// Header lines.
#[derive(Clone)]
struct Header {
    rules: Vec<String>,
    known_difference: Option<String>,
    settings: Settings,
}

impl Header {
    const DEFAULT: Self =
        Self { rules: Vec::new(), known_difference: None, settings: Settings::DEFAULT };
}

struct Reader {
    /// Of the lines before the first session.
    defaults: Header,
    /// Of the present session.
    header: Header,
    session: Option<Session>,
    sessions: Vec<Session>,
    /// How often, from which step on, and where it was said.
    repeats: Vec<(usize, usize)>,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), String> {
        let (word, rest) = match line.split_once(char::is_whitespace) {
            Some((word, rest)) => (word, rest.trim_start()),
            None => (line, ""),
        };
        if word == "session" {
            self.end_session()?;
            return self.begin_session(number, rest);
        }
        let in_header =
            self.session.as_ref().is_none_or(|session| {
                session.steps.len() == 1 && session.steps[0].expected.is_empty()
            }) && self.repeats.is_empty();
        if in_header && self.header.read(word, rest)? {
            if self.session.is_none() {
                self.defaults = self.header.clone();
            }
            return Ok(());
        }
        let Some(session) = &mut self.session else {
            return Err("a header line or `session TITLE`".to_owned());
        };
        match word {
            "repeat" => {
                let count = rest.parse().ok().filter(|count| (1..=100_000).contains(count));
                let count: usize = count.ok_or("repeat COUNT, 1 to 100000")?;
                self.repeats.push((count, session.steps.len()));
                Ok(())
            }
            "end" => {
                let (count, from) = self.repeats.pop().ok_or("`end` only after `repeat`")?;
                let body = session.steps[from..].to_vec();
                if body.len().saturating_mul(count) > 1_000_000 {
                    return Err("at most 1000000 steps".to_owned());
                }
                for _ in 1..count {
                    session.steps.extend_from_slice(&body);
                }
                Ok(())
            }
            _ => {
                let floor = self.repeats.last().map_or(0, |(_, from)| *from);
                verbs::read(&mut session.steps, floor, &self.header.settings, number, word, rest)
            }
        }
    }

    fn begin_session(&mut self, line: usize, title: &str) -> Result<(), String> {
        if title.is_empty() {
            return Err("session TITLE".to_owned());
        }
        self.header = self.defaults.clone();
        self.session = Some(Session {
            title: title.to_owned(),
            line,
            rules: Vec::new(),
            known_difference: None,
            settings: Settings::DEFAULT,
            steps: vec![Step { line, fact: Fact::Start, expected: Vec::new() }],
        });
        Ok(())
    }

    fn end_session(&mut self) -> Result<(), String> {
        if !self.repeats.is_empty() {
            return Err("`end` of `repeat`".to_owned());
        }
        let Some(mut session) = self.session.take() else { return Ok(()) };
        if session.steps.len() == 1 && session.steps[0].expected.is_empty() {
            return Err("something that happens in this session".to_owned());
        }
        let header = self.header.clone();
        session.rules = header.rules;
        session.known_difference = header.known_difference;
        session.settings = header.settings;
        self.sessions.push(session);
        Ok(())
    }
}

impl Header {
    /// Reads a header line; false: it is none.
    fn read(&mut self, word: &str, rest: &str) -> Result<bool, String> {
        let number = |expected: &str| rest.parse().map_err(|_| expected.to_owned());
        let settings = &mut self.settings;
        match word {
            "rules" => self.rules = rest.split_whitespace().map(str::to_owned).collect(),
            "known-difference" if rest.is_empty() => {
                return Err("known-difference REASON".to_owned());
            }
            "known-difference" => self.known_difference = Some(rest.to_owned()),
            "dialect" => {
                core::dialect(rest)?;
                settings.dialect = rest.to_owned();
            }
            "quirks" => {
                core::quirks(rest)?;
                settings.quirks = rest.to_owned();
            }
            "start" => {
                settings.start = match rest {
                    "switched-on" => Start::SwitchedOn,
                    "ready" => Start::Ready,
                    "echo-off" => Start::EchoOff,
                    _ => return Err("start switched-on, ready or echo-off".to_owned()),
                };
            }
            "terminator" => {
                let bytes = text::parse(rest)?;
                settings.terminator = match bytes[..] {
                    [byte] => Some(byte),
                    [b'\r', b'\n'] => None,
                    _ => return Err("terminator ⏎ or one byte".to_owned()),
                };
            }
            "retry-delay" => {
                settings.retry_delay_ms =
                    Some(millis(rest, "retry-delay TIME, such as 10s or 250ms")?);
            }
            "payload-timeout" => {
                settings.payload_timeout_ms =
                    Some(millis(rest, "payload-timeout TIME, such as 3s")?);
            }
            "check-text" if rest == "on" => settings.check_text = true,
            "check-text" => return Err("check-text on".to_owned()),
            "play" if rest == "once" => settings.once = true,
            "play" => return Err("play once".to_owned()),
            "header-limit" => settings.header_limit = Some(number("header-limit BYTES")?),
            "user-agent" => {
                let bytes = text::parse(rest)?;
                settings.user_agent =
                    String::from_utf8(bytes).map_err(|_| "user-agent TEXT in UTF-8")?;
            }
            "commands" => settings.commands = core::commands(rest)?,
            "line-memory" => settings.line_memory = number("line-memory BYTES")?,
            "payload-memory" => settings.payload_memory = number("payload-memory BYTES")?,
            "text-memory" => settings.text_memory = number("text-memory BYTES, of each link")?,
            "header-memory" => settings.header_memory = number("header-memory BYTES")?,
            "windows" => {
                let sizes: Vec<_> = rest.split_whitespace().map(str::parse).collect();
                let [Ok(a), Ok(b), Ok(c)] = sizes[..] else {
                    return Err("windows BYTES BYTES BYTES, one for each link".to_owned());
                };
                settings.windows = [a, b, c];
            }
            "serial-piece" => {
                let piece: usize = number("serial-piece BYTES, from 1")?;
                settings.serial_piece = Some(piece).filter(|piece| *piece > 0);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn millis(text: &str, known: &str) -> Result<u32, String> {
    let millis = time::parse(text).and_then(|millis| u32::try_from(millis).ok());
    millis.ok_or_else(|| known.to_owned())
}
