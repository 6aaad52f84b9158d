//! What goes to the module.

use super::CallError;
use super::engine::{Doing, Engine, Exchange, Of};
use super::exchange::Phase;
use super::probing::Write;
use crate::Instant;
use at_syntax::ResponseReader;

/// What goes to the module next, from [`Host::poll_module`](super::Host::poll_module).
///
/// ```
/// use wsat::Instant;
/// use wsat::host::{Host, ToModule};
///
/// /// Writes all that can be written now; `payload` is that of the running [`SendData::streamed`](wsat::host::SendData::streamed).
/// fn write(host: &mut Host<'_>, now: Instant, payload: &[u8], uart: &mut dyn FnMut(&[u8])) {
///     let mut out = [0; 64];
///     loop {
///         match host.poll_module(now, &mut out) {
///             ToModule::Bytes(n) => uart(&out[..n]),
///             ToModule::Payload(left) => {
///                 // As much as fits; the rest the next time round.
///                 let rest = &payload[payload.len() - left..];
///                 let part = &rest[..rest.len().min(64)];
///                 uart(part);
///                 host.handle_payload(now, part.len()).expect("no more was left");
///             }
///             ToModule::Idle => break,
///         }
///     }
/// }
/// # let _ = write;
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ToModule {
    /// This many bytes at the front of the caller's buffer. They count as written at that moment, and the time
    /// for their answer runs: a caller that waits for the line gives a buffer of no more than the line takes in
    /// a few milliseconds.
    Bytes(usize),
    /// Octets of the [streamed](super::SendData::streamed) payload, so many are left. Any part of them may be
    /// written; it is told with [`Host::handle_payload`](super::Host::handle_payload).
    Payload(usize),
    /// Nothing.
    Idle,
}

impl Engine<'_> {
    /// Goes on with whatever is to be done, and writes what is to be written.
    pub(crate) fn write(
        &mut self,
        now: Instant,
        reader: &mut ResponseReader<'_>,
        out: &mut [u8],
    ) -> ToModule {
        self.advance(now);
        if self.is_at_statement() && self.drop_rest(now, reader) {
            // It may be the echo of a byte that stands in the module's line: a probe takes it away.
            self.fall_out(0, true);
            self.advance(now);
        }
        let n = match &mut self.doing {
            Doing::Nothing => 0,
            Doing::Probing(_) => self.write_probe(now, reader, out),
            Doing::Exchange(exchange) => match exchange.phase {
                Phase::Writing => self.write_statement(now, reader, out),
                Phase::Payload if exchange.streamed => {
                    self.offered = exchange.left;
                    return ToModule::Payload(exchange.left);
                }
                Phase::Payload => {
                    let payload = self.staging.payload();
                    let n = copy(payload, payload.len().saturating_sub(exchange.left), out);
                    self.payload_moved(now, n);
                    n
                }
                // Lost in a module that wants it, discarded in any other.
                Phase::Poke => {
                    let n = copy(b"\0", 0, out);
                    self.payload_moved(now, n);
                    n
                }
                Phase::Answer { .. } | Phase::Sent | Phase::Restart => 0,
            },
        };
        if n > 0 { ToModule::Bytes(n) } else { ToModule::Idle }
    }

    fn write_probe(
        &mut self,
        now: Instant,
        reader: &mut ResponseReader<'_>,
        out: &mut [u8],
    ) -> usize {
        let Doing::Probing(probing) = &mut self.doing else { return 0 };
        let to_write = probing.to_write();
        let begins = matches!(to_write, Write::Probe(0) | Write::Zeros(_));
        if begins && self.reception.is_held_by(&mut self.held_by) {
            // What the probe is answered would be taken for what the record still lacks.
            self.moved_at = now;
            return 0;
        }
        let probe = self.own.bytes();
        let n = match to_write {
            Write::Zeros(zeros) => {
                let zeros = usize::try_from(zeros).unwrap_or(usize::MAX);
                out.iter_mut().take(zeros).map(|byte| *byte = 0).count()
            }
            Write::Probe(at) => copy(probe, at, out),
            Write::Nothing => 0,
        };
        if n > 0 {
            probing.written(now, n, probe.len(), self.config.probe_ms);
            self.moved_at = now;
            self.held_by = None;
            self.probed_at = self.reception.count();
            if to_write == Write::Probe(0) {
                self.drop_rest(now, reader);
                reader.allow_echo();
            }
        }
        n
    }

    fn write_statement(
        &mut self,
        now: Instant,
        reader: &mut ResponseReader<'_>,
        out: &mut [u8],
    ) -> usize {
        let Doing::Exchange(exchange) = &mut self.doing else { return 0 };
        let statement = match exchange.of {
            Of::Request => self.staging.statement(),
            Of::Chore(_) => self.own.bytes(),
        };
        let n = copy(statement, exchange.written, out);
        if exchange.written == 0 && n > 0 && self.config.echo {
            reader.expect_echo();
        }
        exchange.written = exchange.written.saturating_add(n);
        if exchange.written >= statement.len() {
            exchange.phase = Phase::Answer { acknowledged: false };
        }
        self.wrote(now, n);
        n
    }

    /// A statement is to be written, and nothing of it is yet.
    const fn is_at_statement(&self) -> bool {
        matches!(self.doing, Doing::Exchange(Exchange { phase: Phase::Writing, written: 0, .. }))
    }

    /// Forgets what has come of a line that does not go on: it was damaged, and has no part in the echo that is
    /// to come. Whether there was any.
    fn drop_rest(&self, now: Instant, reader: &mut ResponseReader<'_>) -> bool {
        let over = now >= self.heard_at.after(self.config.settle_ms);
        let is_rest = over && reader.is_inside_unit() && !self.reception.is_open();
        if is_rest {
            reader.reset();
        }
        is_rest
    }

    pub(crate) fn payload_written(&mut self, now: Instant, n: usize) -> Result<(), CallError> {
        self.offered = self.offered.checked_sub(n).ok_or(CallError::TooMany)?;
        // Else the module has ended the data phase since: the caller could not know.
        if self.is_streaming() {
            self.payload_moved(now, n);
        }
        Ok(())
    }
}

/// As much of `bytes` from `at` on as fits.
fn copy(bytes: &[u8], at: usize, out: &mut [u8]) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    out.iter_mut().zip(rest).map(|(to, from)| *to = *from).count()
}
