//! The serial line, both directions.

use crate::Note;
use crate::module::Typed;
use crate::shared::{Print, Shared};
use embedded_io_async::{Error, Read, Write};

/// Bytes that are printed at a time: below 12 ms at 115200 baud, for which a message of the firmware's own may have to wait.
const PIECE: usize = 128;

/// What the host sends, until the line ends.
pub(crate) async fn hear(shared: &Shared<'_, '_>, mut rx: impl Read) {
    let mut bytes = Typed::buffer();
    loop {
        if shared.with(|state| state.module.typed.is_empty()) {
            match rx.read(&mut bytes).await {
                Ok(0) => return,
                Ok(n) => shared.with(|state| state.module.typed.set(&bytes, n)),
                Err(error) => {
                    // Of a UART: bytes are lost, and others follow.
                    shared.note(Note::Line(error.kind()));
                    shared.pass().await;
                    continue;
                }
            }
        }
        let taken = if shared.hold_host.get() || shared.message_is_next() {
            0
        } else {
            shared.step(|state, now| state.module.hear(now))
        };
        // The rest when something was printed.
        if taken == 0 {
            shared.pause().await;
        } else {
            shared.pass().await;
        }
    }
}

/// What goes to the host.
pub(crate) async fn print(shared: &Shared<'_, '_>, mut tx: impl Write) {
    let mut out = [0; PIECE];
    let mut written = false;
    loop {
        let bytes = match shared.print(&mut out) {
            Print::Bytes(n) => &out[..n],
            Print::Message(text) => text.as_bytes(),
            Print::Nothing if written => {
                // What buffers has to let go.
                told(shared, tx.flush().await);
                written = false;
                continue;
            }
            Print::Nothing => {
                shared.quiet.set(true);
                shared.pause().await;
                continue;
            }
        };
        shared.quiet.set(false);
        // As long as the host takes.
        told(shared, tx.write_all(bytes).await);
        written = true;
        shared.pass().await;
    }
}

/// If the host has left, the other direction knows.
fn told<E: Error>(shared: &Shared<'_, '_>, result: Result<(), E>) {
    if let Err(error) = result {
        shared.note(Note::Line(error.kind()));
    }
}
