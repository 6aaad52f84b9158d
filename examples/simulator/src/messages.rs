//! Messages that nobody asked for and that are not the device's: when they may go out.

use wsat::device::Device;

/// Whole lines that wait for their turn.
#[derive(Debug)]
pub(crate) struct Messages {
    lines: Vec<u8>,
}

impl Messages {
    pub(crate) const fn new() -> Self {
        Self { lines: Vec::new() }
    }

    pub(crate) fn add(&mut self, lines: &[u8]) {
        self.lines.extend_from_slice(lines);
    }

    /// They have their turn as soon as the device has nothing half printed: not within a record that is still open, nor
    /// behind a prompt or the echo of half a line.
    pub(crate) fn are_next(&self, device: &Device<'_>) -> bool {
        !self.lines.is_empty() && device.is_between_units()
    }

    /// If they have to wait, the device makes a place for them before it prints whatever else waits.
    pub(crate) fn ask(&self, device: &mut Device<'_>) {
        if !self.lines.is_empty() {
            device.handle_message_due();
        }
    }

    /// Prints all of them.
    pub(crate) fn print(&mut self, output: &mut Vec<u8>) {
        output.append(&mut self.lines);
    }
}
