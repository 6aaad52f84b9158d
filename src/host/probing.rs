//! Getting in step with a module in any state: starting, busy, echoing or not, in the middle of a line, or in a
//! data phase whose bytes were lost.
//!
//! A probe is `ATE1` or `ATE0`, which any module answers with `OK` at once and which sets the echo. The two are
//! in step when a probe was answered and nothing else came for a while: a late answer to something older would
//! have. If probes are not answered, the module may be waiting for the rest of a payload. Nothing but bytes
//! ends that, so zeros go out before the next probe, more each time: a module that waits takes them as payload,
//! and any other discards them with what was pending of its line.

use super::exchange::Heard;
use crate::Instant;

/// Probes that go unanswered before a module that nobody believes to wait for payload is sent zeros: it may be
/// starting.
const PATIENCE: u8 = 3;
/// Zeros the first time.
const FIRST_FILL: u32 = 8;
/// What is to be written next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Write {
    /// So many zeros.
    Zeros(u32),
    /// The probe, of which so many bytes are written.
    Probe(usize),
    Nothing,
}

/// What has come of the last pause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// It goes on.
    Probing,
    /// The two are in step.
    InStep,
    /// The module is dead, or something else is at the end of the line.
    Dead,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Stage {
    /// So many zeros are to be written.
    Fill(u32),
    /// So much of the probe is written.
    Write(usize),
    /// The probe is written, and its answer is to come until then. Anything at all has come since.
    Listen { until: Instant, heard: bool },
    /// It has come, and nothing else may until then.
    Settle { until: Instant },
}

/// How far it has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Probing {
    stage: Stage,
    /// Probes without any answer, one after the other.
    silent: u8,
    /// Probes that were neither answered with `OK` nor turned away.
    owed: u8,
    /// Since when: the last answer, the last zeros, or the beginning.
    since: Instant,
    /// So many of them before zeros.
    patience: u8,
    /// Zeros that the next fill has.
    fill: u32,
    /// Zeros that may still be needed.
    missing: u32,
    /// The module said that it was busy, last.
    busy: bool,
}

impl Probing {
    /// The module may be waiting for up to so many bytes of payload; `likely` if it probably is.
    pub(crate) const fn new(now: Instant, missing: u32, likely: bool) -> Self {
        Self {
            stage: Stage::Write(0),
            silent: 0,
            owed: 0,
            since: now,
            patience: if likely { 1 } else { PATIENCE },
            fill: FIRST_FILL,
            missing,
            busy: false,
        }
    }

    pub(crate) const fn is_busy(&self) -> bool {
        self.busy
    }

    pub(crate) const fn to_write(self) -> Write {
        match self.stage {
            Stage::Fill(zeros) => Write::Zeros(zeros),
            Stage::Write(at) => Write::Probe(at),
            Stage::Listen { .. } | Stage::Settle { .. } => Write::Nothing,
        }
    }

    /// So many bytes were written of what was to be; the probe has `len` bytes.
    pub(crate) fn written(&mut self, now: Instant, n: usize, len: usize, probe_ms: u32) {
        self.stage = match self.stage {
            Stage::Fill(zeros) => {
                self.since = now;
                match zeros.saturating_sub(u32::try_from(n).unwrap_or(u32::MAX)) {
                    0 => Stage::Write(0),
                    left => Stage::Fill(left),
                }
            }
            Stage::Write(at) => {
                let at = at.saturating_add(n);
                let until = now.after(probe_ms);
                if at < len {
                    Stage::Write(at)
                } else {
                    self.owed = self.owed.saturating_add(1);
                    Stage::Listen { until, heard: false }
                }
            }
            other => other,
        };
    }

    /// The module has answered something.
    pub(crate) fn heard(&mut self, now: Instant, heard: Heard, most: u32, pauses: (u32, u32)) {
        let (probe_ms, settle_ms) = pauses;
        self.silent = 0;
        self.since = now;
        self.busy = heard == Heard::Busy;
        if matches!(heard, Heard::Ok | Heard::Busy) {
            self.owed = self.owed.saturating_sub(1);
        }
        if heard == Heard::Prompt {
            // It waits for payload, of a statement that is not ours any more.
            (self.missing, self.fill, self.patience) = (most, FIRST_FILL, 1);
        }
        self.stage = match (self.stage, heard) {
            // Behind another answer it may be an older one's.
            (Stage::Listen { heard: false, .. }, Heard::Ok) => {
                Stage::Settle { until: now.after(settle_ms) }
            }
            (Stage::Listen { .. } | Stage::Settle { .. }, _) => {
                // A busy module is not asked without a pause.
                let pause = if heard == Heard::Busy { probe_ms } else { settle_ms };
                Stage::Listen { until: now.after(pause), heard: true }
            }
            (writing, _) => writing,
        };
    }

    /// Received data was printed, last at this time. It says nothing of what the module waits for, but that it
    /// is alive. `before`: the answer to the probe may stand behind it.
    pub(crate) fn data_came(&mut self, at: Instant, before: bool, pauses: (u32, u32)) {
        let (probe_ms, settle_ms) = pauses;
        self.since = self.since.max(at);
        if !before {
            return;
        }
        match &mut self.stage {
            Stage::Listen { until, heard: false } => *until = at.after(probe_ms).max(*until),
            // Of two probes one was answered: the other's answer may stand there, too.
            Stage::Settle { until } if self.owed > 0 => *until = at.after(settle_ms).max(*until),
            _ => {}
        }
    }

    /// The module has started: it waits for nothing.
    pub(crate) fn restarted(&mut self, now: Instant, settle_ms: u32) {
        self.missing = 0;
        (self.silent, self.owed) = (0, 0);
        self.since = now;
        self.busy = false;
        if !matches!(self.stage, Stage::Write(1..)) {
            self.stage = Stage::Listen { until: now.after(settle_ms), heard: true };
        }
    }

    pub(crate) const fn deadline(&self) -> Option<Instant> {
        match self.stage {
            Stage::Listen { until, .. } | Stage::Settle { until } => Some(until),
            Stage::Fill(_) | Stage::Write(_) => None,
        }
    }

    /// Time has passed.
    pub(crate) fn time(&mut self, now: Instant, silent_ms: u32) -> Outcome {
        match self.stage {
            Stage::Settle { until } if until <= now => Outcome::InStep,
            Stage::Listen { until, heard } if until <= now => {
                self.silent = if heard { 0 } else { self.silent.saturating_add(1) };
                if self.silent >= self.patience && self.missing > 0 {
                    let zeros = self.fill.min(self.missing);
                    self.missing = self.missing.saturating_sub(zeros);
                    self.fill = self.fill.saturating_mul(2);
                    self.silent = self.patience;
                    self.stage = Stage::Fill(zeros);
                } else if !heard && self.missing == 0 && now >= self.since.after(silent_ms) {
                    return Outcome::Dead;
                } else {
                    self.stage = Stage::Write(0);
                }
                Outcome::Probing
            }
            _ => Outcome::Probing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    const PROBE: usize = 6;
    const PAUSES: (u32, u32) = (300, 50);

    fn at(millis: u64) -> Instant {
        Instant::from_millis(millis)
    }

    /// Goes on without any answer: what was written at which time, and when it was given up.
    fn silence(mut probing: Probing) -> (Vec<(u64, u32)>, u64) {
        let mut written = Vec::new();
        let mut now = 0;
        loop {
            match probing.to_write() {
                Write::Zeros(n) => {
                    written.push((now, n));
                    probing.written(at(now), n as usize, PROBE, PAUSES.0);
                }
                Write::Probe(_) => {
                    written.push((now, 0));
                    probing.written(at(now), PROBE, PROBE, PAUSES.0);
                }
                Write::Nothing => {
                    now = probing.deadline().unwrap().as_millis();
                    match probing.time(at(now), 1500) {
                        Outcome::Probing => {}
                        Outcome::InStep => panic!("nothing was answered"),
                        Outcome::Dead => return (written, now),
                    }
                }
            }
        }
    }

    #[test]
    fn a_dead_module_is_given_up() {
        let (written, when) = silence(Probing::new(at(0), 0, false));
        assert!(written.iter().all(|(_, zeros)| *zeros == 0));
        assert_eq!((written.len(), when), (5, 1500));
    }

    #[test]
    fn a_data_phase_of_any_length_is_filled() {
        for missing in [1, 8, 9, 8192, 16_384] {
            let (written, when) = silence(Probing::new(at(0), missing, true));
            assert_eq!(written.iter().map(|(_, zeros)| zeros).sum::<u32>(), missing);
            // One probe, at most twelve fills that double from 8, and then silence.
            assert!(when <= 300 * (1 + 12) + 1500, "{missing}: {when}");
        }
        // Nobody knows: it may be starting, so probes come first.
        let (written, _) = silence(Probing::new(at(0), 100, false));
        assert!(written.iter().take(3).all(|(_, zeros)| *zeros == 0));
        assert_eq!(written.iter().map(|(_, zeros)| zeros).sum::<u32>(), 100);
    }

    #[test]
    fn zeros_come_before_the_module_counts_as_dead() {
        // Three pauses are longer than the silence that is allowed.
        let mut probing = Probing::new(at(0), 20, false);
        let (mut zeros, mut now) = (0, 0);
        loop {
            match probing.to_write() {
                Write::Nothing => {}
                Write::Zeros(n) => {
                    zeros += n;
                    probing.written(at(now), n as usize, PROBE, 1000);
                }
                Write::Probe(_) => probing.written(at(now), PROBE, PROBE, 1000),
            }
            let Some(deadline) = probing.deadline() else { continue };
            now = deadline.as_millis();
            match probing.time(deadline, 1500) {
                Outcome::Dead => break,
                Outcome::InStep => panic!("nothing was answered"),
                Outcome::Probing => {}
            }
        }
        assert_eq!(zeros, 20);
    }

    #[test]
    fn in_step_when_the_probe_was_answered_and_nothing_else_came() {
        let mut probing = Probing::new(at(0), 0, false);
        probing.written(at(0), PROBE, PROBE, 300);
        // Two answers: one was for something older.
        probing.heard(at(10), Heard::Ok, 0, PAUSES);
        probing.heard(at(20), Heard::Ok, 0, PAUSES);
        assert_eq!(probing.time(at(60), 1500), Outcome::Probing);
        assert_eq!(probing.time(at(70), 1500), Outcome::Probing);
        assert_eq!(probing.to_write(), Write::Probe(0));
        probing.written(at(70), PROBE, PROBE, 300);
        probing.heard(at(80), Heard::Ok, 0, PAUSES);
        assert_eq!(probing.deadline(), Some(at(130)));
        assert_eq!(probing.time(at(129), 1500), Outcome::Probing);
        assert_eq!(probing.time(at(130), 1500), Outcome::InStep);
    }

    #[test]
    fn only_a_prompt_says_that_the_module_waits_for_payload() {
        let others = [Heard::Ok, Heard::SendOk, Heard::SendFail, Heard::Error(None), Heard::Busy];
        for (heard, missing) in
            others.map(|heard| (heard, 0)).into_iter().chain([(Heard::Prompt, 100)])
        {
            let mut probing = Probing::new(at(0), 0, false);
            probing.written(at(0), PROBE, PROBE, 300);
            probing.heard(at(0), heard, 100, PAUSES);
            // Another answer behind it, so that the two are not in step.
            probing.heard(at(0), Heard::Error(None), 0, PAUSES);
            let (written, _) = silence(probing);
            assert_eq!(written.iter().map(|(_, zeros)| zeros).sum::<u32>(), missing, "{heard:?}");
        }
    }

    #[test]
    fn a_busy_module_is_asked_again_after_a_pause_and_never_filled() {
        let mut probing = Probing::new(at(0), 8192, true);
        let mut now = 0;
        for _ in 0..100 {
            assert_eq!(probing.to_write(), Write::Probe(0));
            probing.written(at(now), PROBE, PROBE, 300);
            probing.heard(at(now), Heard::Busy, 8192, PAUSES);
            now += 300;
            assert_eq!(probing.deadline(), Some(at(now)));
            assert_eq!(probing.time(at(now), 1500), Outcome::Probing);
            assert!(probing.is_busy());
        }
    }
}
