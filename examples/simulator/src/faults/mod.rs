//! Faults on demand: what may go wrong on the serial line and on the network, and what goes wrong now.

mod line;
mod network;
mod parse;

pub(crate) use line::Serial;
pub(crate) use network::{FaultyNetwork, LinkFaults, Links};

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
    pub(crate) serial: Serial,
    links: [LinkFaults; 3],
    /// For the masks of what nobody gets.
    rng: StdRng,
}

impl Faults {
    /// None; every later choice follows from the seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        Self { serial: Serial::new(&mut rng), links: [LinkFaults::default(); 3], rng }
    }

    /// These links, with what goes wrong on them.
    pub(crate) const fn around<'a, L: Links>(
        &'a mut self,
        links: &'a mut L,
    ) -> FaultyNetwork<'a, L> {
        FaultyNetwork { links, faults: &mut self.links, rng: &mut self.rng }
    }

    /// When something arrives that is on its way, or a slow link moves.
    pub(crate) fn next_at(&self, now: Instant) -> Option<Instant> {
        let slow = self.links.iter().filter_map(LinkFaults::next_at).filter(|at| *at > now);
        self.serial.next_at(now).into_iter().chain(slow).min()
    }

    /// Changes what goes wrong. A reboot is the module's to carry out.
    pub(crate) fn apply(&mut self, now: Instant, fault: Fault) {
        let mut serial = self.serial.faults;
        match fault.0 {
            Kind::Drop(probability) => serial.drop = probability,
            Kind::Repeat(probability) => serial.repeat = probability,
            Kind::Flip(probability) => serial.flip = probability,
            Kind::Delay(millis) => serial.delay_ms = millis,
            Kind::Cut(on) => serial.cut = on,
            Kind::SerialOk => serial = OnSerial::default(),
            Kind::Reboot => {}
            Kind::Network(link, what) => {
                for (number, faults) in self.links.iter_mut().enumerate() {
                    if link.is_none_or(|link| link == number) {
                        faults.apply(what);
                    }
                }
            }
        }
        self.serial.set(now, serial);
    }
}
