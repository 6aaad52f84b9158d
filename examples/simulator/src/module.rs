//! One simulated module: the device, and the firmware around it.
//!
//! A module does not know what its AT port is: bytes of the host are put into it and bytes for the
//! host are taken out of it. Nor does it know what its network is made of.
//! [`Station`](crate::station::Station) gives it real ones, [`Bench`](crate::Bench) those of a test.

use crate::cell::DeviceCell;
use crate::firmware::{Air, COMMANDS, Firmware, Reply};
use crate::link::WINDOW;
use crate::messages::Messages;
use crate::network::Network;
use crate::recorder::Recorder;
use crate::say::say;
use wsat::Instant;
use wsat::at_syntax::Terminator;
use wsat::device::{Action, Config, Device, Refusal, Serial};

/// Bytes for the host that are kept while the AT port does not take them. Beyond it the device
/// keeps the rest to itself, and in the end the peers have to wait.
const OUTPUT: usize = 4 * 1024;

/// Rounds over the links before time is told: enough for the longest payload of `AT+WSSEND`.
const NETWORK_ROUNDS: usize = 16;

/// One module.
#[derive(Debug)]
pub(crate) struct Module {
    device: DeviceCell,
    rest: Rest,
}

/// All but the device, so that both can be borrowed at a time.
#[derive(Debug)]
struct Rest {
    /// Bytes of the host that the device has not taken yet.
    input: Vec<u8>,
    /// Bytes for the host that its port has not taken yet.
    output: Vec<u8>,
    firmware: Firmware,
    /// The answer to a command of the firmware's own, as far as it is not given yet.
    reply: Option<Reply>,
    messages: Messages,
    recorder: Recorder,
    /// Why the firmware answered `ERROR` last.
    reason: &'static str,
    /// The end of the host's first line was looked at.
    line_seen: bool,
    /// `AT+RST` is answered; the module restarts when that is printed.
    restarting: bool,
}

impl Module {
    /// A module whose power has just been switched on, among these networks; `number` tells it from others.
    pub(crate) fn boot(
        now: Instant,
        number: u32,
        mut config: Config,
        air: Air,
        recorder: Recorder,
    ) -> Self {
        config.commands = COMMANDS;
        recorder.note(|recording| recording.begin(now, &config, WINDOW));
        Self {
            device: DeviceCell::boot(config, WINDOW),
            rest: Rest {
                input: Vec::new(),
                output: Vec::new(),
                firmware: Firmware::new(number, config.dialect, air),
                reply: None,
                messages: Messages::new(),
                recorder,
                reason: "",
                // Whoever chose another end of a line knows it.
                line_seen: config.terminator != Terminator::CrLf,
                restarting: false,
            },
        }
    }

    /// Whether bytes of the host can be put in. While not, the port is not read.
    pub(crate) const fn wants_input(&self) -> bool {
        self.rest.input.is_empty()
    }

    /// Puts bytes of the host in.
    pub(crate) fn put(&mut self, now: Instant, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.rest.recorder.note(|recording| recording.host(now, bytes));
        }
        // Whoever ends the first line with LF alone waits for an answer in vain.
        if !self.rest.line_seen
            && let Some(end) = bytes.iter().position(|&byte| byte == b'\n')
        {
            self.rest.line_seen = true;
            if end > 0 && bytes[end - 1] != b'\r' {
                say!("a line ends with CR LF; LF alone is a byte of the line");
            }
        }
        self.rest.input.extend_from_slice(bytes);
    }

    /// What the host is to get next.
    pub(crate) fn output(&self) -> &[u8] {
        &self.rest.output
    }

    /// The port has taken the first `n` bytes of the output.
    pub(crate) fn written(&mut self, n: usize) {
        self.rest.output.drain(..n.min(self.rest.output.len()));
    }

    /// Whether everything that the host has sent is answered.
    pub(crate) fn is_done(&self) -> bool {
        let Rest { input, output, reply, restarting, .. } = &self.rest;
        let idle = input.is_empty() && output.is_empty() && reply.is_none() && !restarting;
        idle && !self.device.device().is_busy()
    }

    /// When the module has to run again although nothing else happens.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        // A restart waits for the port alone.
        if self.rest.restarting { None } else { self.device.device().poll_deadline() }
    }

    /// The module starts anew, as by its reset pin: what is stored stays, and what was not printed yet is not.
    pub(crate) fn reboot(&mut self, now: Instant) {
        let Self { device, rest } = self;
        rest.input.clear();
        rest.output.clear();
        rest.reply = None;
        rest.restarting = false;
        device.with(|device| rest.restart(now, device));
    }

    /// Works with the device: for facts that come by other ways than the network's rounds.
    pub(crate) fn with<R>(&mut self, work: impl FnOnce(&mut Device<'_>) -> R) -> R {
        self.device.with(work)
    }

    /// Lets the device take what the host sent and print what it can, until neither goes on.
    /// Returns whether anything moved.
    pub(crate) fn turn_host(&mut self, now: Instant, network: &mut dyn Network) -> bool {
        let Self { device, rest } = self;
        device.with(|device| {
            rest.recorder.note(|recording| recording.turn(device.poll_deadline()));
            let mut moved = false;
            while rest.step_host(now, device, network) {
                moved = true;
            }
            moved
        })
    }

    /// One round of the links and of the clock. Returns whether anything moved.
    pub(crate) fn turn_network(&mut self, now: Instant, network: &mut dyn Network) -> bool {
        let Self { device, rest } = self;
        // Nothing new is taken from the peers before the restart ends all connections: the answer
        // to AT+RST would have to wait for data without end.
        if rest.restarting {
            return false;
        }
        device.with(|device| {
            rest.recorder.note(|recording| recording.turn(device.poll_deadline()));
            let mut moved = rest.act(now, device, network);
            // Time is told when the sockets take and give nothing more, so that what only has to be
            // handed over is not too late; but traffic without end must not stop the clock.
            for _ in 0..NETWORK_ROUNDS {
                let round = network.pump(now, device);
                moved |= round;
                if !round {
                    break;
                }
            }
            // Bytes that arrived are told before the time is: they may be what was waited for.
            if let Some(due) = device.poll_deadline().filter(|due| *due <= now) {
                rest.recorder.note(|recording| recording.tells_time(now, due));
                device.handle_time(now);
                moved |= device.poll_deadline() != Some(due);
            }
            moved | rest.act(now, device, network)
        })
    }
}

impl Rest {
    /// One step of the host's side. Returns whether anything moved.
    fn step_host(
        &mut self,
        now: Instant,
        device: &mut Device<'_>,
        network: &mut dyn Network,
    ) -> bool {
        let mut moved = self.act(now, device, network);
        // What was printed before goes out before the answer, its echo too.
        moved |= self.print(now, device, network);
        moved |= self.answer(now, device);
        // A command of ours is carried out at once, so what the host sent behind it is a line of
        // its own, not one that came while the module was busy. Its messages go before that too.
        if self.reply.is_none() && !self.restarting && !self.messages.are_next(device) {
            let taken = device.handle_host(now, &self.input);
            self.input.drain(..taken.min(self.input.len()));
            moved |= taken > 0;
        }
        match device.poll_refusal() {
            Some(Refusal::Firmware) => say!("ERROR because {}", self.reason),
            Some(refusal) => say!("ERROR because {refusal}"),
            None => {}
        }
        if let Some((link, failure)) = device.poll_failure() {
            say!("link {link}: not connected: {failure}");
        }
        moved
    }

    /// Carries out what the device asks for.
    fn act(&mut self, now: Instant, device: &mut Device<'_>, network: &mut dyn Network) -> bool {
        let mut moved = false;
        while let Some(action) = device.poll_action() {
            moved = true;
            match action {
                Action::Open(conn) => {
                    if let Some(target) = device.target(conn) {
                        let link = conn.link();
                        self.recorder.note(|recording| recording.opens(now, link, &target));
                    }
                    network.open(now, conn, device);
                }
                Action::Close(conn) => {
                    self.recorder.note(|recording| recording.closes(now, conn.link()));
                    network.close(conn);
                }
                Action::Command => {
                    let Self { firmware, recorder, .. } = self;
                    self.reply = device.command().map(|command| {
                        recorder.note(|recording| recording.asks(&command));
                        firmware.carry_out(&command)
                    });
                    if let Some(note) = self.reply.as_ref().and_then(|reply| reply.note) {
                        say!("{note}");
                    }
                }
            }
        }
        moved
    }

    /// Gives the device what it takes of the answer to a command of our own.
    fn answer(&mut self, now: Instant, device: &mut Device<'_>) -> bool {
        let Some(reply) = &mut self.reply else { return false };
        let taken = device.handle_text(&reply.text);
        let taken_text: Vec<u8> = reply.text.drain(..taken.min(reply.text.len())).collect();
        if !taken_text.is_empty() {
            self.recorder.note(|recording| recording.text(now, &taken_text));
        }
        if !reply.text.is_empty() {
            return taken > 0;
        }
        let (answer, restart) = (reply.answer, reply.restart);
        self.reason = reply.reason;
        self.messages.add(&reply.after);
        self.reply = None;
        self.recorder.note(|recording| recording.answers(now, answer));
        if device.handle_answer(now, answer).is_err() {
            // Only if the device no longer waits for it, and then there is nothing to restart for.
            return true;
        }
        self.restarting = restart;
        true
    }

    /// Takes what the device prints, as long as there is room for it.
    fn print(&mut self, now: Instant, device: &mut Device<'_>, network: &mut dyn Network) -> bool {
        let held = self.output.len();
        let room = OUTPUT.saturating_sub(held);
        if room == 0 {
            return false;
        }
        if self.messages.are_next(device) {
            self.messages.print(&mut self.output);
            let note = &self.output[held..];
            self.recorder.note(|recording| recording.notes(note));
            return true;
        }
        self.messages.ask(device);
        self.output.resize(OUTPUT, 0);
        let next = device.poll_host(now, &mut self.output[held..]);
        let printed = if let Serial::Bytes(n) = next { n.min(room) } else { 0 };
        self.output.truncate(held + printed);
        match next {
            Serial::Bytes(_) => {
                self.record_printed(now, held);
                printed > 0
            }
            Serial::Relay { conn, len } => {
                let window = network.window(conn);
                let taken = len.min(window.len()).min(room);
                self.output.extend_from_slice(&window[..taken]);
                self.record_printed(now, held);
                network.consume(conn.link(), taken);
                let told = device.handle_relayed(now, conn, taken);
                debug_assert!(told.is_ok(), "no more was relayed than the device had named");
                taken > 0
            }
            Serial::Idle => {
                let restart = std::mem::take(&mut self.restarting);
                if restart {
                    self.restart(now, device);
                }
                restart
            }
        }
    }

    fn restart(&mut self, now: Instant, device: &mut Device<'_>) {
        self.recorder.note(|recording| recording.restarts(now));
        device.restart();
        self.messages = Messages::new();
        self.messages.add(&self.firmware.restart());
    }

    /// What stands in the output behind what was there before.
    fn record_printed(&self, now: Instant, held: usize) {
        let printed = &self.output[held..];
        if !printed.is_empty() {
            self.recorder.note(|recording| recording.prints(now, printed));
        }
    }
}
