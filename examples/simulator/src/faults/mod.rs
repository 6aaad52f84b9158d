//! Faults on demand: what may go wrong on the serial line and on the network, and what goes wrong now.

mod line;
mod network;
mod parse;

pub(crate) use line::SerialLine;
pub(crate) use network::{FaultyNetwork, LinkFaults};

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use wsat::Instant;

/// Something that goes wrong from now on, or is well again. As a line of text it is what `--fault` and the control port take:
///
/// | line | what happens |
/// |---|---|
/// | `serial drop P`, `serial repeat P`, `serial flip P` | each byte of the serial line, in both directions, is lost, comes twice, or has one bit changed, with the probability P, 0 to 1 |
/// | `serial delay MS` | each byte takes so many milliseconds more |
/// | `serial cut on`, `serial cut off` | bytes go over it one by one |
/// | `reboot` | the module starts anew |
/// | `network refuse` | it cannot be connected to anything |
/// | `network stall` | nothing goes in or out, and connections stand |
/// | `network half-open` | what is sent vanishes, and nothing comes |
/// | `network reset` | the connection ends |
/// | `network slow MS` | something moves every so many milliseconds only |
/// | `network cut on`, `network cut off` | bytes come one by one |
/// | `network ok`, `serial ok` | all is well again |
///
/// `network 0 stall` is for link 0 alone.
///
/// ```
/// use wsat_sim::Fault;
///
/// let fault: Fault = "serial drop 0.01".parse()?;
/// let error = "serial drop 2".parse::<Fault>().unwrap_err();
/// assert_eq!(error, "expected a probability from 0 to 1 behind serial drop, not 2");
/// # drop(fault);
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fault(pub(crate) Kind);

/// What a line of text means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Drop(f64),
    Repeat(f64),
    Flip(f64),
    Delay(u32),
    Cut(bool),
    SerialOk,
    Reboot,
    /// Of one link, or of all.
    Network(Option<usize>, OnNetwork),
}

/// What goes wrong on the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnNetwork {
    Refuse,
    Stall,
    HalfOpen,
    Reset,
    Slow(u32),
    Cut(bool),
    Ok,
}

/// What goes wrong on a serial line.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct OnSerial {
    pub(crate) drop: f64,
    pub(crate) repeat: f64,
    pub(crate) flip: f64,
    pub(crate) delay_ms: u32,
    pub(crate) cut: bool,
}

/// All of one module.
#[derive(Debug)]
pub(crate) struct Faults {
    pub(crate) serial: OnSerial,
    pub(crate) links: [LinkFaults; 3],
    pub(crate) to_module: SerialLine,
    pub(crate) to_host: SerialLine,
    pub(crate) rng: StdRng,
}

impl Faults {
    /// None; every later choice follows from the seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            serial: OnSerial::default(),
            links: [LinkFaults::default(); 3],
            to_module: SerialLine::default(),
            to_host: SerialLine::default(),
            rng: StdRng::seed_from_u64(seed),
        }
    }

    /// Nothing is wrong with the serial line, and nothing is on it.
    pub(crate) fn is_line_sound(&self) -> bool {
        self.serial == OnSerial::default() && self.to_module.is_empty() && self.to_host.is_empty()
    }

    /// The host has gone, and what was on its way with it.
    pub(crate) fn clear_line(&mut self) {
        self.to_module = SerialLine::default();
        self.to_host = SerialLine::default();
    }

    /// Nothing is on the serial line.
    pub(crate) fn is_line_idle(&self) -> bool {
        self.to_module.is_empty() && self.to_host.is_empty()
    }

    /// Changes what goes wrong. A reboot is the station's to carry out.
    pub(crate) fn apply(&mut self, now: Instant, fault: Fault) {
        let serial = &mut self.serial;
        match fault.0 {
            Kind::Drop(probability) => serial.drop = probability,
            Kind::Repeat(probability) => serial.repeat = probability,
            Kind::Flip(probability) => serial.flip = probability,
            Kind::Delay(millis) => serial.delay_ms = millis,
            Kind::Cut(on) => serial.cut = on,
            Kind::SerialOk => *serial = OnSerial::default(),
            Kind::Reboot => {}
            Kind::Network(link, what) => {
                for (number, faults) in self.links.iter_mut().enumerate() {
                    if link.is_none_or(|link| link == number) {
                        faults.apply(what);
                    }
                }
            }
        }
        // Also what is on its way already.
        let by = now.after(self.serial.delay_ms);
        self.to_module.hurry(by);
        self.to_host.hurry(by);
    }
}
