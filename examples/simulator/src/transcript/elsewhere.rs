//! Plays a session on a module that is not in this process: on a chip, say, with a cable to its AT port.

use super::{
    core,
    difference::Difference,
    player::{Cut, Seen, Stage, judged, play_on},
    session::{Fact, Session},
};
use wsat::{
    at_syntax::Statement,
    device::{Answer, Config},
};

/// A module elsewhere. Each call returns what has come of it once the module is at rest again.
pub trait Elsewhere {
    /// It is switched on. The error is that this cannot be.
    ///
    /// # Errors
    ///
    /// A text for a person. So with the others.
    fn boot(&mut self, config: &Config, memory: &Sizes) -> Result<Came, String>;

    /// The host types this.
    ///
    /// # Errors
    ///
    /// As above.
    fn host(&mut self, bytes: &[u8]) -> Result<Came, String>;

    /// The program that embeds it does this.
    ///
    /// # Errors
    ///
    /// As above.
    fn program(&mut self, does: Does<'_>) -> Result<Came, String>;
}

/// The memory that a module is to have, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sizes {
    /// One line.
    pub line: usize,
    /// The payload of one `AT+WSSEND`.
    pub payload: usize,
    /// URI and subprotocol of each link.
    pub text: usize,
    /// The headers of `AT+WSHEAD`.
    pub headers: usize,
    /// Each receive window.
    pub windows: [usize; 3],
}

/// What an embedding program can do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Does<'a> {
    /// It prints text before the result of its command.
    Print(&'a [u8]),
    /// It answers its command.
    Answer(Answer),
    /// It gives up a data phase.
    Abort,
    /// It resets the module.
    Restart,
}

/// What has come of something.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Came {
    /// On the AT port.
    pub printed: Vec<u8>,
    /// Commands for the embedding program, as lines without their end.
    pub asked: Vec<Vec<u8>>,
    /// Reasons of `ERROR`, by their `Debug` texts.
    pub refusals: Vec<String>,
}

/// Plays a session once, as it is written.
///
/// # Errors
///
/// [`Difference`]: the first. One that [needs](Session::need) something is a difference.
pub fn check_elsewhere(session: &Session, module: &mut impl Elsewhere) -> Result<(), Difference> {
    let stage = match session.need() {
        None => Ok(Remote { session, module, came: Came::default() }),
        Some(need) => Err(format!("a module without {need}")),
    };
    judged(session, Cut::WHOLE, play_on(stage, session, Cut::WHOLE))
}

struct Remote<'a, M> {
    session: &'a Session,
    module: &'a mut M,
    came: Came,
}

impl<M: Elsewhere> Stage for Remote<'_, M> {
    fn happen(&mut self, fact: &Fact) -> Result<(), String> {
        let came = match fact {
            Fact::Start => {
                let settings = &self.session.settings;
                self.module.boot(&core::config(settings)?, &core::sizes(settings))
            }
            Fact::Host(bytes) => self.module.host(bytes),
            Fact::Text(text) => self.module.program(Does::Print(text)),
            Fact::Answer(answer) => self.module.program(Does::Answer(*answer)),
            Fact::Abort => self.module.program(Does::Abort),
            Fact::Restart => self.module.program(Does::Restart),
            // `Session::need` has said so before.
            other => Err(format!("{other:?}, which cannot be done")),
        }?;
        self.came.printed.extend(came.printed);
        self.came.asked.extend(came.asked);
        self.came.refusals.extend(came.refusals);
        Ok(())
    }

    fn seen(&mut self) -> Seen {
        let Came { printed, asked, refusals } = std::mem::take(&mut self.came);
        let asked = asked.iter().map(|line| match Statement::parse(line) {
            Ok(statement) => core::visible_command(&statement),
            Err(error) => format!("{}: {error}", super::visible(line)),
        });
        Seen { printed, asked: asked.collect(), refusals, ..Seen::default() }
    }
}
