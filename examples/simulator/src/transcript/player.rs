//! Plays a session, step by step, and compares.

use super::{
    core::Lent,
    difference::{Detail, Difference},
    session::{Event, Expected, Fact, Reason, Session, Start, Step},
    text::visible,
    time,
    world::World,
};
use std::fmt;

/// How the input of a session is cut. It must not matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cut {
    /// Bytes of the host and of peers arrive in pieces of this size; `None`: as they are written.
    pub input: Option<usize>,
    /// The most bytes that the serial line takes at a time.
    pub serial: Option<usize>,
    /// Windows are offered as rings that wrap after so many bytes; `None`: in one piece.
    pub ring: Option<usize>,
}

impl Cut {
    /// As it is written.
    pub const WHOLE: Self = Self { input: None, serial: None, ring: None };

    /// All that [`check`] plays.
    pub const ALL: [Self; 5] = [
        Self::WHOLE,
        Self { input: Some(1), ..Self::WHOLE },
        Self { serial: Some(1), ..Self::WHOLE },
        Self { ring: Some(3), ..Self::WHOLE },
        Self { input: Some(1), serial: Some(1), ring: Some(1) },
    ];

    pub(super) fn pieces(self, bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
        bytes.chunks(self.input.unwrap_or(usize::MAX).max(1))
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(size) = self.input {
            write!(f, ", with input in pieces of {size}")?;
        }
        if let Some(size) = self.serial {
            write!(f, ", with serial output in pieces of {size}")?;
        }
        if let Some(size) = self.ring {
            write!(f, ", with windows that wrap after {size}")?;
        }
        Ok(())
    }
}

/// Plays a session in every way in which its input can be cut, unless it says otherwise. One with a known difference has to differ.
///
/// # Errors
///
/// [`Difference`]: the first.
pub fn check(session: &Session) -> Result<(), Difference> {
    let ways = if session.settings.once { &[Cut::WHOLE][..] } else { &Cut::ALL };
    ways.iter().try_for_each(|&cut| judged(session, cut, play(session, cut)))
}

/// A session with a known difference has to differ.
pub(super) fn judged(
    session: &Session,
    cut: Cut,
    result: Result<(), Difference>,
) -> Result<(), Difference> {
    match (result, &session.known_difference) {
        (result, None) => result,
        (Err(_), Some(_)) => Ok(()),
        (Ok(()), Some(reason)) => {
            let detail = Detail {
                line: session.line,
                place: "the whole session".to_owned(),
                expected: format!("a difference, which is known: {reason}"),
                came: "exactly what is written".to_owned(),
            };
            Err(Difference {
                title: session.title.clone(),
                line: session.line,
                at: 0,
                cut,
                details: vec![detail],
            })
        }
    }
}

/// Plays a session once.
///
/// # Errors
///
/// [`Difference`]: the first.
pub fn play(session: &Session, cut: Cut) -> Result<(), Difference> {
    let mut lent = Lent::new(&session.settings);
    let world = World::new(&session.settings, lent.memory(), cut);
    play_on(world.map_err(|expected| format!("not {expected}")), session, cut)
}

/// What a session is played on: a module, and everything around it.
pub(super) trait Stage {
    /// Something happens, and everything that follows from it. The error is something that neither the
    /// session nor the module should have done.
    fn happen(&mut self, fact: &Fact) -> Result<(), String>;

    /// The session is over: what is begun and never completed has to be said, too.
    fn end(&mut self) {}

    /// What has come since the last look, and how things stand.
    fn seen(&mut self) -> Seen;
}

/// What can be seen of a module.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) now: u64,
    pub(super) printed: Vec<u8>,
    pub(super) events: [Vec<Event>; 3],
    pub(super) asked: Vec<String>,
    pub(super) refusals: Vec<String>,
    pub(super) failures: Vec<(usize, String)>,
    pub(super) deadline: Option<u64>,
    /// Bytes of the host that are not yet taken.
    pub(super) typed: usize,
    /// Bytes in the windows.
    pub(super) windows: [usize; 3],
}

/// Plays a session once, on a stage, or says why there is none.
pub(super) fn play_on(
    stage: Result<impl Stage, String>,
    session: &Session,
    cut: Cut,
) -> Result<(), Difference> {
    let differ = |line: usize, at: u64, details: Vec<Detail>| Difference {
        title: session.title.clone(),
        line,
        at,
        cut,
        details,
    };
    let wrong = |line: usize, at: u64, came: String| {
        let place = "what happens".to_owned();
        differ(line, at, vec![Detail { line, place, expected: String::new(), came }])
    };
    let settings = &session.settings;
    let mut stage = stage.map_err(|why| wrong(session.line, 0, why))?;
    for (at, step) in session.steps.iter().enumerate() {
        stage.happen(&step.fact).map_err(|came| wrong(step.line, stage.seen().now, came))?;
        if at == 0 && settings.start != Start::SwitchedOn {
            start(&mut stage, settings.start, settings.terminator)
                .map_err(|came| wrong(session.line, stage.seen().now, came))?;
        }
        if at + 1 == session.steps.len() {
            stage.end();
        }
        let seen = stage.seen();
        let details = compare(&seen, step);
        if let Some(first) = details.first() {
            return Err(differ(first.line, seen.now, details));
        }
    }
    Ok(())
}

/// What a session does not show of a module's start.
fn start(stage: &mut impl Stage, start: Start, terminator: Option<u8>) -> Result<(), String> {
    let ready = b"\r\nready\r\n";
    let printed = stage.seen().printed;
    if printed != ready {
        return Err(format!("{} instead of ⏎ready⏎", visible(&printed)));
    }
    if start == Start::EchoOff {
        let end = terminator.map_or(vec![b'\r', b'\n'], |byte| vec![byte]);
        let line = [b"ATE0", &end[..]].concat();
        stage.happen(&Fact::Host(line.clone()))?;
        let printed = stage.seen().printed;
        if printed != [&line[..], b"\r\nOK\r\n"].concat() {
            return Err(format!("{} as the answer to ATE0", visible(&printed)));
        }
    }
    Ok(())
}

/// Compares what has come with what was expected, lane by lane.
fn compare(seen: &Seen, step: &Step) -> Vec<Detail> {
    let mut details = Vec::new();
    details.extend(compare_printed(&seen.printed, step));
    for (link, events) in seen.events.iter().enumerate() {
        details.extend(compare_events(link, events, step));
    }
    let expected = step.expected.iter().filter_map(|(line, expected)| match expected {
        Expected::Asks(command) => Some((*line, command.clone())),
        _ => None,
    });
    details.extend(compare_lists("the embedding program", step.line, expected, &seen.asked));
    compare_reasons(seen, step, &mut details);
    for (line, expected) in &step.expected {
        let (place, expected, came) = match expected {
            Expected::Deadline(at) => {
                let text = |at: Option<u64>| at.map_or("none".to_owned(), time::visible);
                ("the next deadline".to_owned(), text(*at), text(seen.deadline))
            }
            Expected::HostWaits(len) => {
                let came = seen.typed.to_string();
                ("bytes of the host that wait".to_owned(), len.to_string(), came)
            }
            Expected::WindowHolds(link, len) => {
                let came = seen.windows[*link].to_string();
                (format!("bytes in the window of link {link}"), len.to_string(), came)
            }
            _ => continue,
        };
        if expected != came {
            details.push(Detail { line: *line, place, expected, came });
        }
    }
    details
}

fn compare_printed(came: &[u8], step: &Step) -> Option<Detail> {
    let mut all = Vec::new();
    let mut at_line = None;
    let mut last = step.line;
    for (line, expected) in &step.expected {
        if let Expected::Prints(bytes) = expected {
            let from = all.len();
            all.extend_from_slice(bytes);
            last = *line;
            if at_line.is_none() && came.get(from..all.len()) != Some(&bytes[..]) {
                at_line = Some(*line);
            }
        }
    }
    (all != came).then(|| Detail {
        line: at_line.unwrap_or(last),
        place: "the AT port".to_owned(),
        expected: visible(&all),
        came: visible(came),
    })
}

fn compare_events(link: usize, came: &[Event], step: &Step) -> Option<Detail> {
    let expected = step.expected.iter().filter_map(|(line, expected)| match expected {
        Expected::Link(of, event) if *of == link => Some((*line, event.visible())),
        _ => None,
    });
    let came: Vec<_> = came.iter().map(Event::visible).collect();
    compare_lists(&format!("link {link}"), step.line, expected, &came)
}

/// Compares reasons, where the session says any.
fn compare_reasons(seen: &Seen, step: &Step, details: &mut Vec<Detail>) {
    for of in [None, Some(0), Some(1), Some(2)] {
        let came: Vec<&str> = match of {
            None => seen.refusals.iter().map(String::as_str).collect(),
            Some(of) => {
                let of_link = seen.failures.iter().filter(|(link, _)| *link == of);
                of_link.map(|(_, reason)| reason.as_str()).collect()
            }
        };
        let expected: Vec<(usize, &Reason)> = step
            .expected
            .iter()
            .filter_map(|(line, expected)| match expected {
                Expected::Why(reason) if of.is_none() => Some((*line, reason)),
                Expected::Failure(link, reason) if of == Some(*link) => Some((*line, reason)),
                _ => None,
            })
            .collect();
        let same = expected.len() == came.len()
            && expected.iter().zip(&came).all(|((_, reason), came)| reason.is(came));
        if let Some((line, _)) = expected.first()
            && !same
        {
            let place = of.map_or("the reason of ERROR".to_owned(), |link| {
                format!("the reason why link {link} failed")
            });
            let expected: Vec<_> = expected.iter().map(|(_, reason)| reason.visible()).collect();
            let expected = expected.join(", ");
            details.push(Detail { line: *line, place, expected, came: came.join(", ") });
        }
    }
}

/// Compares two lists; the difference shows what is equal before the first entry that is not.
fn compare_lists(
    place: &str,
    line: usize,
    expected: impl Iterator<Item = (usize, String)>,
    came: &[String],
) -> Option<Detail> {
    let expected: Vec<_> = expected.collect();
    let same = expected.iter().zip(came).take_while(|((_, expected), came)| expected == *came);
    let same = same.count();
    if same == expected.len() && same == came.len() {
        return None;
    }
    let texts: Vec<_> = expected.iter().map(|(_, text)| text.as_str()).collect();
    let last = expected.last().map_or(line, |(line, _)| *line);
    Some(Detail {
        line: expected.get(same).map_or(last, |(line, _)| *line),
        place: place.to_owned(),
        expected: texts.join(" · "),
        came: came.join(" · "),
    })
}
