//! What goes to the module.

use super::CallError;
use super::engine::{Doing, Engine, Of};
use super::exchange::Phase;
use super::probing::Write;
use crate::Instant;
use at_syntax::ResponseReader;

/// What goes to the module next, from [`Host::poll_module`](super::Host::poll_module).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ToModule {
    /// This many bytes at the front of the caller's buffer. They count as written at that moment, and the time for their answer
    /// runs: a caller that waits for the line gives a buffer of no more than the line takes in a few milliseconds.
    Bytes(usize),
    /// Octets of the [streamed](super::SendData::streamed) payload, so many are left. Any part of them may be written; it is told with
    /// [`Host::handle_payload`](super::Host::handle_payload).
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
        let n = match &mut self.doing {
            Doing::Nothing => 0,
            // What it is answered would be taken for what the record still lacks.
            Doing::Probing(probing)
                if matches!(probing.to_write(), Write::Probe(0) | Write::Zeros(_))
                    && self.reception.is_held_by(&mut self.held_by) =>
            {
                self.moved_at = now;
                0
            }
            Doing::Probing(probing) => {
                let probe = self.own.bytes();
                let n = match probing.to_write() {
                    Write::Zeros(zeros) => {
                        let zeros = usize::try_from(zeros).unwrap_or(usize::MAX);
                        out.iter_mut().take(zeros).map(|byte| *byte = 0).count()
                    }
                    Write::Probe(at) => {
                        let n = copy(probe, at, out);
                        if at == 0 && n > 0 {
                            reader.allow_echo();
                        }
                        n
                    }
                    Write::Nothing => 0,
                };
                if n > 0 {
                    self.held_by = None;
                    probing.written(now, n, probe.len(), self.config.probe_ms);
                    self.moved_at = now;
                }
                n
            }
            Doing::Exchange(exchange) => match exchange.phase {
                Phase::Writing => {
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
                Phase::Poke => match out.first_mut() {
                    Some(byte) => {
                        // Lost in a module that wants it, discarded in any other.
                        *byte = 0;
                        self.payload_moved(now, 1);
                        1
                    }
                    None => 0,
                },
                Phase::Answer { .. } | Phase::Sent | Phase::Restart => 0,
            },
        };
        if n > 0 { ToModule::Bytes(n) } else { ToModule::Idle }
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
