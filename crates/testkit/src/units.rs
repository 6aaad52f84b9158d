//! The output of the AT port as units, read with the host's side of at-syntax.

use at_syntax::{Expected, Record, Response, ResponseReader};

/// Looks at everything that a module without echo prints, in any pieces: whole answers, reports and records, and nothing between
/// them. Records are those of the default format.
#[derive(Debug)]
pub struct UnitCheck<'m> {
    reader: ResponseReader<'m>,
    /// Units that were whole.
    pub units: u64,
}

const RECORDS: [Record<'static>; 1] = [Record::new(b"WS_DATA", 2, 1)];

/// The names of lines that a device prints on its own account.
const NAMES: [&[u8]; 7] =
    [b"WS_CONNECTED", b"WS_DISCONNECTED", b"WS_CLOSED", b"WSOPEN", b"WSHEAD", b"CMD", b"SYSLOG"];

/// Lines without a name: what is missing, and what the embedding programs of this crate print.
const TEXTS: [&[u8]; 4] = [b"NO CERT FOUND", b"NO PRVT_KEY FOUND", b"NO CA FOUND", b"version"];

impl<'m> UnitCheck<'m> {
    /// With memory for a line: 600 bytes hold all.
    #[must_use]
    pub const fn new(memory: &'m mut [u8]) -> Self {
        Self { reader: ResponseReader::new(memory), units: 0 }
    }

    /// Looks at more.
    ///
    /// # Panics
    ///
    /// It is no unit.
    pub fn take(&mut self, mut printed: &[u8]) {
        let expected = Expected { echo: b"", records: &RECORDS, reports: &[] };
        while !printed.is_empty() {
            let (taken, response) = self.reader.feed(&expected, printed);
            let here = printed.escape_ascii();
            match response {
                None => assert_eq!(taken, printed.len()),
                Some(Response::Lost(lost)) => panic!("{lost:?} before {here}"),
                Some(Response::Text(text)) => {
                    assert!(TEXTS.contains(&text), "no line of a module: {}", text.escape_ascii());
                }
                Some(Response::Line { name, mut fields }) => {
                    assert!(NAMES.contains(&name), "no line of a module: +{}", name.escape_ascii());
                    if name.starts_with(b"WS_") {
                        let link = fields.next().and_then(|field| field.integer(0, 2).ok());
                        assert!(
                            link.is_some() && fields.is_empty(),
                            "no report of a module: {here}"
                        );
                    }
                }
                Some(Response::Record { mut fields, .. }) => {
                    let link = fields.next().and_then(|field| field.integer(0, 2).ok());
                    assert!(link.is_some(), "no record of a module: {here}");
                }
                Some(_) => {}
            }
            self.units += u64::from(response.is_some());
            printed = &printed[taken..];
        }
    }

    /// The module has started anew, wherever it was.
    pub const fn begin_anew(&mut self) {
        self.reader.reset();
    }

    /// No unit is begun and not ended.
    #[must_use]
    pub const fn is_between_units(&self) -> bool {
        !self.reader.is_inside_unit()
    }
}

#[cfg(test)]
mod tests {
    use super::UnitCheck;

    #[test]
    fn whole_units() {
        let mut memory = [0; 600];
        let mut check = UnitCheck::new(&mut memory);
        check.take(b"\r\nready\r\n+WS_CONNECTED:0\r\n\r\nOK\r\n+WS_DATA:0,4,\r\n+W\r\nERR CODE:0x010b0000\r\n\r\nbusy p...\r\n\r\nOK\r\n\r\n>");
        assert!(check.is_between_units());
        // The record and its data are two.
        assert_eq!(check.units, 9);
        check.take(b"+WS_DATA:0,4,abc");
        assert!(!check.is_between_units());
    }

    #[test]
    #[should_panic(expected = "RecordEnd")]
    fn a_report_inside_a_record_is_found() {
        UnitCheck::new(&mut [0; 600]).take(b"+WS_DATA:0,4,ab+WS_CLOSED:0\r\ncd\r\n");
    }

    #[test]
    #[should_panic(expected = "RROR")]
    fn half_an_answer_is_found() {
        UnitCheck::new(&mut [0; 600]).take(b"\r\nOK\r\nRROR\r\n");
    }
}
