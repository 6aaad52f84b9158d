//! The lines of a session: what happens, what has to follow, and short forms of what is often said.

use super::{
    core,
    items::{frames, pieces},
    request::{default_request, default_target, request},
    session::{Event, Expected, Fact, Piece, Reason, Settings, Start, Step},
    text, time,
};
use std::fmt::Write as _;

/// What a line of a session may begin with.
const VERBS: &str = "one of host, ok, error, links, peer, up, eof, lose, open, accept, stale, room, hold, release, sent, \
     firmware, missing, abort, restart, serial, at, after, jump, late, repeat (what happens) or prints, opens, requests, sends, \
     closes, asks, why, failure, deadline, waits (what follows)";

/// Reads a line and adds it to the steps. Expectations belong to the last step, which is not older than
/// step `floor`.
pub(super) fn read(
    steps: &mut Vec<Step>,
    floor: usize,
    settings: &Settings,
    line: usize,
    word: &str,
    rest: &str,
) -> Result<(), String> {
    let mut script = Script { steps, line, settings };
    if let Some(expected) = expectations(word, rest)? {
        if script.steps.len() <= floor {
            return Err("something that happens, before what follows from it".to_owned());
        }
        expected.into_iter().for_each(|expected| script.expect(expected));
        return Ok(());
    }
    if let Some(fact) = fact(word, rest)? {
        script.happen(fact);
        return Ok(());
    }
    script.sugar(word, rest)
}

struct Script<'s> {
    steps: &'s mut Vec<Step>,
    line: usize,
    settings: &'s Settings,
}

impl Script<'_> {
    fn happen(&mut self, fact: Fact) {
        self.steps.push(Step { line: self.line, fact, expected: Vec::new() });
    }

    fn expect(&mut self, expected: Expected) {
        if let Some(step) = self.steps.last_mut() {
            step.expected.push((self.line, expected));
        }
    }

    fn prints(&mut self, bytes: impl Into<Vec<u8>>) {
        self.expect(Expected::Prints(bytes.into()));
    }

    /// Short forms: each stands for lines that could be written out.
    fn sugar(&mut self, word: &str, rest: &str) -> Result<(), String> {
        match word {
            "ok" => {
                self.command(text::parse(rest)?);
                self.prints("\r\nOK\r\n");
            }
            "error" => {
                self.command(text::parse(rest)?);
                self.prints("\r\nERROR\r\n");
            }
            "links" => self.links(rest)?,
            "open" => {
                let link = only_link(rest, "open LINK")?;
                self.command(format!("AT+WSOPEN={link},\"ws://peer{link}/\"").into_bytes());
                self.expect(Expected::Link(link, Event::Opens(default_target(link))));
                self.accept(link, default_request(link));
                self.prints(format!("+WS_CONNECTED:{link}\r\n\r\nOK\r\n"));
            }
            "accept" => {
                let (link, rest) = link(rest, "accept LINK, or accept LINK PATH HOST headers")?;
                self.accept(link, request(link, rest)?);
            }
            "lose" => {
                let link = only_link(rest, "lose LINK")?;
                self.happen(Fact::Eof(link));
                self.expect(Expected::Link(link, Event::Closes));
                self.prints(format!("+WS_DISCONNECTED:{link}\r\n"));
            }
            "at" | "after" => {
                // `sharp` alone is left: the plain forms are facts.
                let known = "a TIME such as 10s, 1h30m or 10_999, and perhaps `sharp`";
                let millis =
                    rest.strip_suffix("sharp").and_then(|time| time::parse(time.trim_end()));
                let millis = millis.filter(|millis| *millis > 0).ok_or(known)?;
                if word == "at" {
                    self.happen(Fact::At(millis - 1));
                    self.happen(Fact::At(millis));
                } else {
                    self.happen(Fact::After(millis - 1));
                    self.happen(Fact::After(1));
                }
            }
            _ => return Err(VERBS.to_owned()),
        }
        Ok(())
    }

    /// A line of the host, and its echo if the session begins with echo on.
    fn command(&mut self, mut line: Vec<u8>) {
        match self.settings.terminator {
            None => line.extend_from_slice(b"\r\n"),
            Some(byte) => line.push(byte),
        }
        self.happen(Fact::Host(line.clone()));
        if self.settings.start != Start::EchoOff {
            self.prints(line);
        }
    }

    fn accept(&mut self, link: usize, request: Vec<u8>) {
        self.happen(Fact::Up(link));
        self.expect(Expected::Link(link, Event::Requests(request)));
        self.happen(Fact::Peer(link, vec![Piece::Acceptance(Vec::new())]));
    }

    fn links(&mut self, rest: &str) -> Result<(), String> {
        let known = "links, and LINK=STATE for each link in use, for example links 0=2 1=3";
        let mut answer = String::new();
        for state in rest.split_whitespace() {
            let (link, state) = state.split_once('=').ok_or(known)?;
            let link = link.parse().ok().filter(|link| *link < 3).ok_or(known)?;
            let (_, state): (usize, u8) = (link, state.parse().map_err(|_| known)?);
            // Writing to a string cannot fail.
            let _ = write!(answer, "+WSOPEN:{link},{state},\"ws://peer{link}/\"\r\n");
        }
        answer.push_str("\r\nOK\r\n");
        self.command(b"AT+WSOPEN?".to_vec());
        self.prints(answer);
        Ok(())
    }
}

/// A line about something that happens; `None`: it is not one.
fn fact(word: &str, rest: &str) -> Result<Option<Fact>, String> {
    Ok(Some(match word {
        "host" => Fact::Host(text::parse(rest)?),
        "peer" => {
            let (link, rest) = link(rest, "peer LINK and what it sends")?;
            Fact::Peer(link, pieces(rest)?)
        }
        "up" => Fact::Up(only_link(rest, "up LINK")?),
        "eof" => Fact::Eof(only_link(rest, "eof LINK")?),
        "stale" => {
            let known = "stale LINK up, stale LINK eof or stale LINK peer …";
            let (link, rest) = link(rest, known)?;
            match rest.split_once(' ') {
                None if rest == "up" => Fact::StaleUp(link),
                None if rest == "eof" => Fact::StaleEof(link),
                Some(("peer", sent)) => Fact::StalePeer(link, pieces(sent)?),
                _ => return Err(known.to_owned()),
            }
        }
        "room" => {
            let known = "room LINK BYTES or room LINK any";
            let (link, rest) = link(rest, known)?;
            Fact::Room(link, if rest == "any" { None } else { Some(number(rest, known)?) })
        }
        "hold" => Fact::Hold(only_link(rest, "hold LINK")?),
        "release" => Fact::Release(only_link(rest, "release LINK")?),
        "sent" => {
            let (link, rest) = link(rest, "sent LINK BYTES")?;
            Fact::Sent(link, number(rest, "sent LINK BYTES")?)
        }
        "missing" => {
            let (link, what) = link(rest, "missing LINK certificate, key or authority")?;
            Fact::Missing(link, core::missing(what)?)
        }
        "abort" if rest.is_empty() => Fact::Abort,
        "firmware" => match (rest.split_once(' '), core::answer(rest)) {
            (Some(("text", lines)), _) => Fact::Text(text::parse(lines)?),
            (None, Some(answer)) => Fact::Answer(answer),
            _ => return Err("firmware text …, ok, error or no-such-command".to_owned()),
        },
        "restart" if rest.is_empty() => Fact::Restart,
        "serial" => match rest {
            "blocked" => Fact::SerialBlocked(true),
            "free" => Fact::SerialBlocked(false),
            _ => return Err("serial blocked or serial free".to_owned()),
        },
        "jump" if rest == "end" => Fact::Jump(u64::MAX),
        "jump" => Fact::Jump(time::parse(rest).ok_or("jump TIME or jump end")?),
        "late" => Fact::Late(time::parse(rest).ok_or("late TIME")?),
        "at" if !rest.ends_with("sharp") => {
            Fact::At(time::parse(rest).ok_or("at TIME, such as 10s, 1h30m or 10_999")?)
        }
        "after" if !rest.ends_with("sharp") => {
            Fact::After(time::parse(rest).ok_or("after TIME, such as 10s or 250ms")?)
        }
        _ => return Ok(None),
    }))
}

/// A line about what follows; `None`: it is not one.
fn expectations(word: &str, rest: &str) -> Result<Option<Vec<Expected>>, String> {
    let one = match word {
        "prints" => Expected::Prints(text::parse(rest)?),
        "opens" => {
            let (link, rest) = link(rest, "opens LINK HOST:PORT, or opens LINK tls HOST:PORT")?;
            let target = if rest.is_empty() { default_target(link) } else { core::target(rest)? };
            Expected::Link(link, Event::Opens(target))
        }
        "requests" => {
            let (link, rest) = link(rest, "requests LINK PATH HOST, and further headers")?;
            Expected::Link(link, Event::Requests(request(link, rest)?))
        }
        "sends" => {
            let (link, rest) = link(rest, "sends LINK and frames, or sends LINK cut BYTES")?;
            if let Some(len) = rest.strip_prefix("cut ") {
                Expected::Link(link, Event::Cut(number(len, "sends LINK cut BYTES")?))
            } else {
                return frames(rest).map(|frames| {
                    let sends = |frame| Expected::Link(link, Event::Sends(frame));
                    Some(frames.into_iter().map(sends).collect())
                });
            }
        }
        "closes" => Expected::Link(only_link(rest, "closes LINK")?, Event::Closes),
        "asks" => Expected::Asks(rest.to_owned()),
        "why" if rest.is_empty() => return Err("why REASON".to_owned()),
        "why" => Expected::Why(Reason::parse(rest)),
        "failure" => {
            let (link, rest) = link(rest, "failure LINK REASON")?;
            Expected::Failure(link, Reason::parse(rest))
        }
        "deadline" if rest == "none" => Expected::Deadline(None),
        "deadline" => {
            Expected::Deadline(Some(time::parse(rest).ok_or("deadline TIME or deadline none")?))
        }
        "waits" => {
            let known = "waits host BYTES or waits LINK BYTES";
            match rest.strip_prefix("host ") {
                Some(len) => Expected::HostWaits(number(len, known)?),
                None => {
                    let (link, len) = link(rest, known)?;
                    Expected::WindowHolds(link, number(len, known)?)
                }
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(vec![one]))
}

fn number(text: &str, known: &str) -> Result<usize, String> {
    text.replace('_', "").parse().map_err(|_| known.to_owned())
}

/// A link's number and what follows it.
fn link<'t>(rest: &'t str, known: &str) -> Result<(usize, &'t str), String> {
    let (number, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let link = number.parse().ok().filter(|link| *link < 3);
    Ok((link.ok_or_else(|| format!("{known}, LINK from 0 to 2"))?, rest.trim_start()))
}

fn only_link(rest: &str, known: &str) -> Result<usize, String> {
    match link(rest, known)? {
        (link, "") => Ok(link),
        _ => Err(known.to_owned()),
    }
}
