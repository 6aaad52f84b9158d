//! Events that wait for the caller: those that no line of the module shows, or that follow from one beside it.

use super::{Event, Failure};
use crate::LinkId;

/// At most one of each kind.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Pending {
    /// The result of the request.
    pub(crate) finished: Option<Result<(), Failure>>,
    pub(crate) ready: bool,
    /// A record that was given up, and what it lacks.
    pub(crate) cut: Option<(LinkId, u32)>,
}

impl Pending {
    /// The next one, in the order in which they came about.
    pub(crate) fn take(&mut self) -> Option<Event<'static>> {
        if let Some((link, missing)) = self.cut.take() {
            return Some(Event::Cut { link, missing });
        }
        if let Some(result) = self.finished.take() {
            return Some(Event::Finished(result));
        }
        core::mem::take(&mut self.ready).then_some(Event::Ready)
    }
}
