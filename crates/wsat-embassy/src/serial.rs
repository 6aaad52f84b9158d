//! The serial line, both directions.

use crate::Note;
use crate::module::Typed;
use crate::shared::{Print, Shared};
use embedded_io_async::{Error, ErrorKind, Read, Write};

/// Bytes that are printed at a time: below 12 ms at 115200 baud, for which a message of the firmware's own may have to wait.
const PIECE: usize = 128;

/// Errors without a byte between them, until the line has ended. From the second one on each has a wait behind it, so that they do
/// not take all of the processor's time, and a UART that hears noise for a while is not given up: all of them take 10 seconds.
const ERRORS: u32 = 1000;
const AFTER_ERROR_MS: u32 = 10;

/// What the host sends, until the line ends.
pub(crate) async fn hear(shared: &Shared<'_, '_>, mut rx: impl Read) {
    let mut bytes = Typed::buffer();
    let mut errors = 0;
    loop {
        if shared.with(|state| state.module.typed.is_empty()) {
            match rx.read(&mut bytes).await {
                Ok(0) => return,
                Ok(n) => {
                    errors = 0;
                    shared.with(|state| state.module.typed.set(&bytes, n));
                }
                Err(error) => {
                    // Of a UART: bytes are lost, and others follow.
                    shared.note(Note::Line(error.kind()));
                    errors += 1;
                    if errors == ERRORS {
                        return;
                    }
                    if errors > 1 {
                        rest(shared).await;
                    }
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

/// Waits before the line is listened to again.
async fn rest(shared: &Shared<'_, '_>) {
    let at = shared.now().after(AFTER_ERROR_MS);
    shared.hear_at.set(Some(at));
    while shared.now() < at {
        shared.pause().await;
    }
    shared.hear_at.set(None);
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
        told(shared, write(shared, &mut tx, bytes).await);
        written = true;
        shared.pass().await;
    }
}

/// As long as the host takes.
async fn write<Tx: Write>(
    shared: &Shared<'_, '_>,
    tx: &mut Tx,
    mut bytes: &[u8],
) -> Result<(), ErrorKind> {
    while !bytes.is_empty() {
        match tx.write(bytes).await.map_err(|error| error.kind())? {
            0 => return Err(ErrorKind::WriteZero),
            n => bytes = &bytes[n.min(bytes.len())..],
        }
        shared.host_took.set(true);
    }
    Ok(())
}

/// If the host has left, the other direction knows.
fn told<E: Error>(shared: &Shared<'_, '_>, result: Result<(), E>) {
    if let Err(error) = result {
        shared.note(Note::Line(error.kind()));
    }
}
