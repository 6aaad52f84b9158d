//! The module: a device and its windows, and what it is run with.

use crate::shared::{Shared, Stage};
use crate::window::Window;
use crate::{Clock, Connector, Memory, Messages, Note, Program, drive};
use embedded_io_async::{Read, Write};
use wsat::Instant;
use wsat::device::{Answer, Config, Conn, Device};
use wsat::rand_core::CryptoRng;

/// Bytes of the host that are read at a time.
const TYPED: usize = 128;

/// An ESP-AT module: the device, and what waits for it.
pub struct Module<'m> {
    pub(crate) device: Device<'m>,
    pub(crate) links: [Link<'m>; 3],
    pub(crate) typed: Typed,
    /// [`Program::carry_out`] has not answered yet.
    pub(crate) command_runs: bool,
    /// How far a restart had come when a run was dropped.
    pub(crate) stage: Stage,
    /// Of [`Messages`]: taken, and not on its way yet.
    pub(crate) message: Option<&'static str>,
}

/// The connection that a window belongs to, and the window.
pub(crate) struct Link<'m> {
    pub(crate) conn: Option<Conn>,
    pub(crate) window: Window<'m>,
}

/// What the host has sent and the device has not taken yet.
pub(crate) struct Typed {
    bytes: [u8; TYPED],
    from: usize,
    to: usize,
}

/// What a module runs on: the serial line, the network, and the firmware around it.
#[derive(Clone, Copy, Debug)]
pub struct Board<Rx, Tx, C, R, K, P, M> {
    /// What the host sends. With hardware flow control nothing is lost while an answer waits to be printed.
    pub rx: Rx,
    /// What goes to the host. While it stands still, received data waits, and with it the peers.
    pub tx: Tx,
    /// What makes each link's connections.
    pub links: [C; 3],
    /// Masks and keys: it has to be unpredictable (RFC 6455 5.3 and 10.3).
    pub rng: R,
    /// Time.
    pub clock: K,
    /// The firmware's own commands; [`NoProgram`](crate::NoProgram) has none.
    pub program: P,
    /// Lines that nobody asked for; [`NoMessages`](crate::NoMessages) has none.
    pub messages: M,
    /// Is told why: a function, or a closure that captures nothing. `|_| ()` if nobody wants to know.
    pub log: fn(Note),
}

/// Why a module does not run any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// A command had [`Outcome::Restart`](crate::Outcome::Restart): its `OK` is printed, and the connections are ended. The next thing is
    /// a reset of the chip, or to run the module again, which is as new.
    Restart,
    /// The serial line has ended: it gave 0 bytes, which a UART never does, or 1000 errors and not a byte between them,
    /// which takes ten seconds or more.
    Line,
}

impl<'m> Module<'m> {
    /// A module that has just been switched on.
    pub fn new<const W: usize, const P: usize, const L: usize, const H: usize>(
        config: Config,
        memory: &'m mut Memory<W, P, L, H>,
    ) -> Self {
        let (memory, windows) = memory.lend();
        Self {
            device: Device::new(config, memory),
            links: windows.map(|window| Link { conn: None, window }),
            typed: Typed { bytes: [0; TYPED], from: 0, to: 0 },
            command_runs: false,
            stage: Stage::Working,
            message: None,
        }
    }

    /// Runs it: the whole work of a firmware is to await this. It may be dropped. Then the connections are lost without a farewell, as is
    /// up to 128 bytes that were on their way to the host: the end of a line or record, or a prompt, so that the host waits for it,
    /// and its next line is payload. Run again, the module says of the connections that they are lost, and `ERROR` of a command
    /// that was not answered. A restart that was begun it brings to its end, and returns.
    pub async fn run<Rx, Tx, C, R, K, P, M>(
        &mut self,
        board: &mut Board<Rx, Tx, C, R, K, P, M>,
    ) -> End
    where
        Rx: Read,
        Tx: Write,
        C: Connector,
        R: CryptoRng,
        K: Clock,
        P: Program,
        M: Messages,
    {
        let now = board.clock.now();
        self.resume(now);
        let shared = Shared::new(self, &mut board.rng, board.log, now);
        drive::run(
            &shared,
            (&mut board.rx, &mut board.tx),
            &mut board.links,
            (&mut board.program, &mut board.messages),
            &board.clock,
        )
        .await
    }

    /// What an earlier run has left behind, if it was dropped.
    fn resume(&mut self, now: Instant) {
        if self.stage != Stage::Working {
            return;
        }
        if core::mem::take(&mut self.command_runs) {
            _ = self.device.handle_answer(now, Answer::Error);
        }
        for conn in self.links.iter_mut().filter_map(|link| link.conn) {
            self.device.handle_eof(now, conn);
        }
    }

    /// A window for this connection.
    pub(crate) fn open(&mut self, conn: Conn) {
        let link = &mut self.links[conn.link()];
        link.conn = Some(conn);
        link.window.clear();
    }

    /// Offers what waits: any step may have made way for it.
    pub(crate) fn offer(&mut self, now: Instant) {
        for link in &mut self.links {
            if let Some(conn) = link.conn {
                let (first, wrapped) = link.window.parts();
                let taken = self.device.handle_peer(now, conn, first, wrapped);
                link.window.drop_front(taken);
            }
        }
    }

    /// Gives the device what the host has typed; returns how much of it was taken.
    pub(crate) fn hear(&mut self, now: Instant) -> usize {
        let typed = &mut self.typed;
        let taken = self.device.handle_host(now, &typed.bytes[typed.from..typed.to]);
        typed.from += taken;
        taken
    }
}

impl Typed {
    pub(crate) const fn is_empty(&self) -> bool {
        self.from == self.to
    }

    /// What was read takes the place of what is done with.
    pub(crate) fn set(&mut self, bytes: &[u8; TYPED], len: usize) {
        self.bytes = *bytes;
        (self.from, self.to) = (0, len.min(TYPED));
    }

    pub(crate) const fn buffer() -> [u8; TYPED] {
        [0; TYPED]
    }
}

impl core::fmt::Debug for Module<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let states = [0, 1, 2].map(|link| self.device.link_state(link));
        f.debug_struct("Module").field("links", &states).finish_non_exhaustive()
    }
}
