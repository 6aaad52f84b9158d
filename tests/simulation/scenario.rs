//! What a seed chooses before its session begins.

use crate::serial::Line;
use rand::{RngExt, rngs::StdRng};
use wsat::{Dialect, Quirks, device, host};

pub(crate) const DIALECTS: [Dialect; 4] =
    [Dialect::V3_1, Dialect::V3_3, Dialect::V4_1, Dialect::V4_2];

pub(crate) const PRESETS: [(&str, Quirks); 3] = [
    ("DOCUMENTED", Quirks::DOCUMENTED),
    ("FIRMWARE_3_2", Quirks::FIRMWARE_3_2),
    ("FIRMWARE_LATEST", Quirks::FIRMWARE_LATEST),
];

#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// No serial faults, and the module starts anew only if it is asked to.
    pub(crate) sound: bool,
    pub(crate) preset: &'static str,
    pub(crate) host: host::Config,
    pub(crate) device: device::Config,
    pub(crate) line: Line,
    /// The longest stall of a serial line, in milliseconds.
    pub(crate) stall_ms: u64,
    /// Bytes lent to the device: line, payload, headers, text, window.
    pub(crate) memory: [usize; 5],
    /// Everything goes byte by byte, so that each call of the device makes one step at most.
    pub(crate) single: bool,
    /// Milliseconds between two things that happen to servers and network, on average.
    pub(crate) weather_ms: u64,
    /// How likely it is that something is the matter with a new connection.
    pub(crate) rough: f64,
    pub(crate) requests: usize,
}

fn pick<T: Copy>(rng: &mut StdRng, among: &[T]) -> T {
    among[rng.random_range(0..among.len())]
}

impl Scenario {
    pub(crate) fn new(rng: &mut StdRng) -> Self {
        let sound = rng.random_bool(0.6);
        let at = rng.random_range(0..DIALECTS.len());
        let dialect = DIALECTS[at];
        let (preset, quirks) = pick(rng, &PRESETS);
        // Mostly the module's own; an older one is understood by all, and a newer one is the user's mistake.
        let spoken = match rng.random_range(0..20) {
            0..=2 => DIALECTS[rng.random_range(0..=at)],
            3 if sound => DIALECTS[rng.random_range(at..DIALECTS.len())],
            _ => dialect,
        };
        let stall_ms = pick(rng, &[0, 0, 30, 800]);
        let single = rng.random_bool(0.15);
        let (byte_us, latency_us) = pick(rng, &[(0, 0), (9, 100), (87, 3000), (1041, 500)]);
        let mut device = device::Config::new(dialect);
        device.quirks = quirks;
        device.retry_delay_ms = pick(rng, &[10_000, 10_000, 0, 700]);
        device.check_text = rng.random_bool(0.2);
        if sound && rng.random_bool(0.2) {
            device.payload_timeout_ms = Some(6000);
        }
        let mut host = host::Config::new(spoken);
        host.echo = !rng.random_bool(0.2);
        host.error_codes = !rng.random_bool(0.2);
        // What their documentation asks for on a line that pauses for so long.
        let pause = u32::try_from(stall_ms).unwrap();
        host.settle_ms += 3 * pause;
        host.probe_ms += 3 * pause;
        host.silent_ms += 3 * pause;
        host.answer_ms += 4 * pause;
        host.record_ms += 4 * pause;
        host.start_ms += 40 * pause;
        let damage = if sound { 0.0 } else { pick(rng, &[0.0, 0.0005, 0.002, 0.01]) };
        Self {
            sound,
            preset,
            host,
            device,
            line: Line { byte_us, latency_us, piece: if single { 1 } else { 60 }, damage },
            stall_ms,
            memory: [
                pick(rng, &[256, 256, 256, 100]),
                pick(rng, &[16_384, 16_384, 300]),
                pick(rng, &[200, 200, 40]),
                pick(rng, &[256, 256, 60]),
                pick(rng, &[4096, 4096, 1024, 200, 17]),
            ],
            single,
            weather_ms: pick(rng, &[30, 300, 300, 3000]),
            rough: pick(rng, &[0.0, 0.3, 0.3, 0.8]),
            requests: rng.random_range(5..=14),
        }
    }
}
