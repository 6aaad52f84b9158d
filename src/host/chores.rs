//! What a host asks of a module on its own account, when the two have come in step.

use crate::{DataFormat, LinkId};
use at_syntax::{MAX_LINE, Name, StatementWriter, Terminator};

/// A statement of the host's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum Chore {
    /// `AT+SYSLOG=1`
    ErrorCodes,
    /// `AT+WSDATAFMT` with the format that is believed: there is no query.
    Format(LinkId),
    /// `AT+WSOPEN?`
    Query,
}

/// What is still to be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Chores {
    pub(crate) error_codes: bool,
    pub(crate) formats: [bool; 3],
    pub(crate) query: bool,
    /// How often the present one was refused.
    refused: u8,
}

/// How often one is asked for that the module refuses.
const ATTEMPTS: u8 = 2;

impl Chores {
    /// Nothing is known of the module.
    pub(crate) const fn all(error_codes: bool, formats: bool) -> Self {
        Self { error_codes, formats: [formats; 3], query: true, refused: 0 }
    }

    pub(crate) fn next(&self) -> Option<Chore> {
        if self.error_codes {
            return Some(Chore::ErrorCodes);
        }
        let format = LinkId::ALL.into_iter().find(|link| *link.of(&self.formats));
        format.map(Chore::Format).or(self.query.then_some(Chore::Query))
    }

    /// It was refused: damaged on its way, or unknown to this module, which then need not do it.
    pub(crate) const fn failed(&mut self, chore: Chore) {
        self.refused = self.refused.saturating_add(1);
        if self.refused >= ATTEMPTS {
            self.done(chore);
        }
    }

    /// It was carried out.
    pub(crate) const fn done(&mut self, chore: Chore) {
        self.refused = 0;
        match chore {
            Chore::ErrorCodes => self.error_codes = false,
            Chore::Format(link) => *link.of_mut(&mut self.formats) = false,
            Chore::Query => self.query = false,
        }
    }
}

/// The bytes of a statement of the host's own: `AT+WSDATAFMT=0,0,48` and its line end is the longest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Own {
    text: [u8; 24],
    len: usize,
}

impl Own {
    pub(crate) const NONE: Self = Self { text: [0; 24], len: 0 };

    pub(crate) fn bytes(&self) -> &[u8] {
        self.text.get(..self.len).unwrap_or_default()
    }

    /// `ATE1` or `ATE0`.
    pub(crate) fn probe(echo: bool, terminator: Terminator) -> Self {
        let name = Name::Basic(if echo { b"E1" } else { b"E0" });
        Self::write(terminator, &|statement| _ = statement.execute(name))
    }

    pub(crate) fn of(chore: Chore, format: DataFormat, terminator: Terminator) -> Self {
        Self::write(terminator, &|statement| match chore {
            Chore::ErrorCodes => _ = statement.set(Name::Extended(b"SYSLOG")).integer(1),
            Chore::Format(link) => _ = write_format(statement, link, format),
            Chore::Query => _ = statement.query(Name::Extended(b"WSOPEN")),
        })
    }

    fn write(terminator: Terminator, what: &dyn Fn(&mut StatementWriter<'_>)) -> Self {
        let mut own = Self::NONE;
        let mut writer = StatementWriter::new(0, &mut own.text, terminator);
        what(&mut writer);
        // None of them is too long or wrong.
        own.len = writer.finish(MAX_LINE).map_or(0, |piece| piece.written);
        own
    }
}

/// All three fields, which one firmware wants.
pub(crate) fn write_format<'s, 'o>(
    statement: &'s mut StatementWriter<'o>,
    link: LinkId,
    format: DataFormat,
) -> &'s mut StatementWriter<'o> {
    statement
        .set(Name::Extended(b"WSDATAFMT"))
        .integer(link.number().into())
        .integer(format.level.number().into())
        .integer(format.mask.bits().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_of_the_hosts_own() {
        let of = |chore| Own::of(chore, DataFormat::DEFAULT, Terminator::CrLf);
        assert_eq!(of(Chore::ErrorCodes).bytes(), b"AT+SYSLOG=1\r\n");
        assert_eq!(of(Chore::Format(LinkId::L2)).bytes(), b"AT+WSDATAFMT=2,0,48\r\n");
        assert_eq!(of(Chore::Query).bytes().trim_ascii_end(), super::super::links::QUERY);
        assert_eq!(Own::probe(true, Terminator::CrLf).bytes(), b"ATE1\r\n");
        assert_eq!(Own::probe(false, Terminator::Byte(b'\n')).bytes(), b"ATE0\n");
    }

    #[test]
    fn one_after_the_other() {
        let mut chores = Chores::all(true, true);
        let order = core::iter::from_fn(|| {
            let chore = chores.next()?;
            chores.done(chore);
            Some(chore)
        });
        assert_eq!(
            order.collect::<std::vec::Vec<_>>(),
            [
                Chore::ErrorCodes,
                Chore::Format(LinkId::L0),
                Chore::Format(LinkId::L1),
                Chore::Format(LinkId::L2),
                Chore::Query,
            ]
        );
    }
}
