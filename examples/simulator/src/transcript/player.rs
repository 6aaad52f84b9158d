//! Plays a session, step by step, and compares.

use super::{
    core::Lent,
    difference::{Detail, Difference},
    session::{Event, Expected, Fact, Session, Start, Step},
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
    for &cut in ways {
        match (play(session, cut), &session.known_difference) {
            (result, None) => result?,
            (Err(_), Some(_)) => {}
            (Ok(()), Some(reason)) => {
                let detail = Detail {
                    line: session.line,
                    place: "the whole session".to_owned(),
                    expected: format!("a difference, which is known: {reason}"),
                    came: "exactly what is written".to_owned(),
                };
                return Err(Difference {
                    title: session.title.clone(),
                    line: session.line,
                    at: 0,
                    cut,
                    details: vec![detail],
                });
            }
        }
    }
    Ok(())
}

/// Plays a session once.
///
/// # Errors
///
/// [`Difference`]: the first.
pub fn play(session: &Session, cut: Cut) -> Result<(), Difference> {
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
    let mut lent = Lent::new(settings);
    let mut world = World::new(settings, lent.memory(), cut)
        .map_err(|expected| wrong(session.line, 0, format!("not {expected}")))?;
    for (at, step) in session.steps.iter().enumerate() {
        world.happen(&step.fact).map_err(|came| wrong(step.line, world.now, came))?;
        if at == 0 {
            start(&mut world, settings.start, settings.terminator)
                .map_err(|came| wrong(session.line, world.now, came))?;
        }
        if at + 1 == session.steps.len() {
            // What is begun and never completed has to be said, too.
            world.wires.iter_mut().for_each(super::wire::Wire::cut);
        }
        let details = compare(&mut world, step);
        if let Some(first) = details.first() {
            return Err(differ(first.line, world.now, details));
        }
    }
    Ok(())
}

/// What a session does not show of a module's start.
fn start(world: &mut World<'_>, start: Start, terminator: Option<u8>) -> Result<(), String> {
    let ready = b"\r\nready\r\n";
    if start == Start::SwitchedOn {
        return Ok(());
    }
    if world.printed != ready {
        return Err(format!("{} instead of ⏎ready⏎", visible(&world.printed)));
    }
    world.printed.clear();
    if start == Start::EchoOff {
        let end = terminator.map_or(vec![b'\r', b'\n'], |byte| vec![byte]);
        let line = [b"ATE0", &end[..]].concat();
        world.happen(&Fact::Host(line.clone()))?;
        if world.printed != [&line[..], b"\r\nOK\r\n"].concat() {
            return Err(format!("{} as the answer to ATE0", visible(&world.printed)));
        }
        world.printed.clear();
    }
    Ok(())
}

/// Compares what has come with what was expected, lane by lane, and begins to collect anew.
fn compare(world: &mut World<'_>, step: &Step) -> Vec<Detail> {
    let mut details = Vec::new();
    details.extend(compare_printed(&std::mem::take(&mut world.printed), step));
    for link in 0..3 {
        let came = std::mem::take(&mut world.wires[link].events);
        details.extend(compare_events(link, &came, step));
    }
    let asked = std::mem::take(&mut world.asked);
    let expected = step.expected.iter().filter_map(|(line, expected)| match expected {
        Expected::Asks(command) => Some((*line, command.clone())),
        _ => None,
    });
    details.extend(compare_lists("the embedding program", step.line, expected, &asked));
    compare_reasons(world, step, &mut details);
    for (line, expected) in &step.expected {
        let (place, expected, came) = match expected {
            Expected::Deadline(at) => {
                let text = |at: Option<u64>| at.map_or("none".to_owned(), time::visible);
                ("the next deadline".to_owned(), text(*at), text(world.deadline()))
            }
            Expected::HostWaits(len) => {
                let came = world.typed.len().to_string();
                ("bytes of the host that wait".to_owned(), len.to_string(), came)
            }
            Expected::WindowHolds(link, len) => {
                let came = world.wires[*link].window.len().to_string();
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
fn compare_reasons(world: &mut World<'_>, step: &Step, details: &mut Vec<Detail>) {
    let refusals = std::mem::take(&mut world.refusals);
    let failures = std::mem::take(&mut world.failures);
    let mut lists =
        [(None, refusals), (Some(0), Vec::new()), (Some(1), Vec::new()), (Some(2), Vec::new())];
    for (link, failure) in failures {
        lists[link + 1].1.push(failure);
    }
    for (of, came) in lists {
        let expected: Vec<_> = step
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
