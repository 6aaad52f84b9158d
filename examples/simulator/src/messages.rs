//! Messages that nobody asked for and that are not the device's: when they may go out.

/// Whole lines that wait for their turn.
#[derive(Debug)]
pub(crate) struct Messages {
    lines: Vec<u8>,
    /// What was printed last is a line's end.
    at_line_start: bool,
}

impl Messages {
    pub(crate) const fn new() -> Self {
        Self { lines: Vec::new(), at_line_start: true }
    }

    pub(crate) fn add(&mut self, lines: &[u8]) {
        self.lines.extend_from_slice(lines);
    }

    /// These bytes were printed.
    pub(crate) const fn after(&mut self, printed: &[u8]) {
        if let Some(&last) = printed.last() {
            self.at_line_start = last == b'\n';
        }
    }

    /// They have their turn as soon as the device has nothing to print: at the start of a line, so not
    /// within a record that is still open, nor behind a prompt or the echo of half a line.
    pub(crate) const fn are_next(&self) -> bool {
        self.at_line_start && !self.lines.is_empty()
    }

    /// Prints all of them.
    pub(crate) fn print(&mut self, output: &mut Vec<u8>) {
        output.append(&mut self.lines);
    }
}

#[cfg(test)]
mod tests {
    use super::Messages;

    #[test]
    fn they_wait_for_the_start_of_a_line() {
        let mut messages = Messages::new();
        assert!(!messages.are_next());
        messages.add(b"one\r\n");
        assert!(messages.are_next());
        for (printed, next) in
            [("AT+GM", false), ("", false), ("R\r\n", true), ("", true), ("\r\n>", false)]
        {
            messages.after(printed.as_bytes());
            assert_eq!(messages.are_next(), next, "{printed:?}");
        }
        messages.after(b"\r\nSEND OK\r\n");
        messages.add(b"two\r\n");
        let mut output = b"\r\n".to_vec();
        messages.print(&mut output);
        assert_eq!(output, b"\r\none\r\ntwo\r\n");
        assert!(!messages.are_next());
    }
}
