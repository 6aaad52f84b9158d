//! What the units mean that a module prints.

use super::engine::{Doing, Engine, Exchange, Of};
use super::exchange::Heard;
use super::links::{Listed, QUERY, Report};
use super::request::Effect;
use super::{Event, Line};
use crate::Instant;
use at_syntax::{Lost, Reply, Response};

impl Engine<'_> {
    /// What a unit of the module means.
    pub(crate) fn hear<'a>(
        &mut self,
        now: Instant,
        response: Response<'a>,
        in_echo: bool,
    ) -> Option<Event<'a>> {
        match response {
            Response::Reply(Reply::Ready) => self.restarted(now, true),
            Response::Reply(reply) => {
                let code = self.code.take();
                let heard = match reply {
                    Reply::Ok => Heard::Ok,
                    Reply::Error => Heard::Error(code),
                    Reply::SendOk => Heard::SendOk,
                    Reply::SendFail => Heard::SendFail,
                    Reply::Busy => Heard::Busy,
                    Reply::Prompt | Reply::Ready => return None,
                };
                self.answer(now, heard);
            }
            Response::Prompt => self.answer(now, Heard::Prompt),
            Response::ErrorCode(code) => self.code = Some(code),
            Response::Record { name, fields, len } => {
                self.data_at = Some(now);
                return match self.reception.begin(name, fields, len) {
                    Some(data) => data.map(Event::Data),
                    None => Some(Event::Record { name, fields, len }),
                };
            }
            Response::Data { octets, last } => {
                self.data_at = Some(now);
                return Some(match self.reception.take(octets, last) {
                    Some(data) => Event::Data(data),
                    None => Event::Octets { octets, last },
                });
            }
            Response::Text(text) if in_echo && !self.is_report(text) => {
                // More than was written has come back: a byte was doubled on its way.
                return if self.is_probing() { None } else { self.damaged(Lost::Echo) };
            }
            Response::Echoed => {
                if let Doing::Exchange(exchange) = &mut self.doing {
                    exchange.doubts.echoed = true;
                }
            }
            // While the two get in step, anything may come but data that ends wrongly.
            Response::Lost(Lost::TooLong) if self.is_probing() => {}
            Response::Lost(lost) => return self.damaged(lost),
            _ => return Line::of(&response).and_then(|line| self.line(line)),
        }
        None
    }

    /// Nobody would be told that the echo is missing: while the two get in step, or because it is known.
    pub(crate) const fn excuses_echo(&self) -> bool {
        match &self.doing {
            Doing::Nothing => false,
            Doing::Probing(_) => true,
            Doing::Exchange(exchange) => exchange.doubts.echo,
        }
    }

    /// What a line means that is no answer.
    fn line<'a>(&mut self, line: Line<'a>) -> Option<Event<'a>> {
        let Line::Named { name, fields } = line else {
            // A module may echo although it was told not to, if it has started anew: its list is whole.
            let echo = matches!(line, Line::Text(text) if text == QUERY);
            if !echo || self.listing().is_none() {
                self.links.damage_list();
            }
            // What is left of a report, maybe.
            self.chores.query |=
                matches!(line, Line::Text(text) if text.windows(3).any(|part| part == b"WS_"));
            return (!self.is_noise(&line)).then(|| self.answer_or_report(line));
        };
        if let Some(report) = Report::read(name, fields) {
            self.links.report(report);
            return Some(match report {
                Report::Connected(link) => Event::Connected(link),
                Report::Disconnected(link) => Event::Disconnected(link),
                Report::Closed(link) => Event::Closed(link),
            });
        }
        if let Some(listed) = Listed::read(name, fields)
            && let Some(asked) = self.listing()
        {
            self.links.list(&listed);
            let Listed { link, state, uri } = listed;
            return asked.then_some(Event::Link { link, state, uri });
        }
        // It may have been another when it was printed.
        self.links.damage_list();
        self.chores.query |= name.starts_with(b"WS_");
        Some(self.answer_or_report(line))
    }

    fn answer_or_report<'a>(&self, line: Line<'a>) -> Event<'a> {
        if self.is_answer(&line) { Event::Answer(line) } else { Event::Report(line) }
    }

    /// Whether a line is one that modules print at any time.
    fn is_report(&self, text: &[u8]) -> bool {
        self.config.reports.iter().any(|report| text.starts_with(report))
    }

    const fn is_probing(&self) -> bool {
        matches!(self.doing, Doing::Probing(_))
    }

    /// The running query of the links, and whether the caller has asked for it.
    const fn listing(&self) -> Option<bool> {
        match &self.doing {
            Doing::Exchange(Exchange { effect: Effect::Query, of, .. }) => {
                Some(matches!(of, Of::Request))
            }
            _ => None,
        }
    }

    /// Whether a line is a part of the answer to the running request.
    fn is_answer(&self, line: &Line<'_>) -> bool {
        let (Some(active), Doing::Exchange(Exchange { of: Of::Request, .. })) =
            (&self.request, &self.doing)
        else {
            return false;
        };
        let lines = active.staged.lines;
        match line {
            Line::Named { name, .. } => lines.contains(name) || self.staging.is_named(name),
            Line::Text(text) => lines.iter().any(|line| text.starts_with(line)),
        }
    }

    /// What is left of the echo of a probe, and of the zeros before it.
    fn is_noise(&self, line: &Line<'_>) -> bool {
        let (Doing::Probing(_), Line::Text(text)) = (&self.doing, line) else { return false };
        text.contains(&0) || text.ends_with(self.own.bytes().trim_ascii_end())
    }
}
