//! A handle to a recording that there may be, for all that take part in a module.

use crate::transcript::Recording;
use std::cell::RefCell;
use std::rc::Rc;

/// Nothing, or the recording of one station.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorder(Option<Rc<RefCell<Recording>>>);

impl Recorder {
    pub(crate) fn new(recording: Recording) -> Self {
        Self(Some(Rc::new(RefCell::new(recording))))
    }

    /// Writes something down, if anybody does.
    pub(crate) fn note(&self, what: impl FnOnce(&mut Recording)) {
        if let Some(recording) = &self.0 {
            what(&mut recording.borrow_mut());
        }
    }
}
