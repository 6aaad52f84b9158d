//! The list of commands that `AT+CMD?` answers.

use crate::Dialect;
use crate::commands::names::TABLE;
use at_syntax::{Name, Writer};

/// `+CMD:<index>,<"AT command name">,<test>,<query>,<set>,<execute>` for each command (Basic AT Commands,
/// AT+CMD): the device's own, then the embedding program's.
pub(crate) fn write_list(
    writer: &mut Writer<'_>,
    dialect: Dialect,
    firmware: &'static [super::FirmwareCommand],
) {
    let mut index = 0_u32;
    let mut line = |plus: &[u8], name: &[u8], forms: [bool; 4]| {
        writer.name(b"CMD").decimal(index).comma();
        writer.bytes(b"\"AT").bytes(plus).bytes(name).bytes(b"\"");
        for form in forms {
            writer.comma().decimal(u32::from(form));
        }
        writer.end();
        index = index.saturating_add(1);
    };
    for row in &TABLE {
        if row.is_in(dialect) {
            let [query, set, execute] = row.forms;
            let (plus, name): (&[u8], _) = match row.name {
                Name::Basic(name) => (b"", name),
                Name::Extended(name) => (b"+", name),
            };
            line(plus, name, [false, query, set, execute]);
        }
    }
    for command in firmware {
        let forms = [command.test, command.query, command.set, command.execute];
        line(b"", command.name.as_bytes(), forms);
    }
}
