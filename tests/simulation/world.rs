//! One session: everything in it, its clock, and what happens to it by chance.

use crate::answer::{ANSWERS, Answer};
use crate::checks;
use crate::coverage::met;
use crate::journal::note;
use crate::life::Life;
use crate::module::Module;
use crate::network::{Nature, TROUBLES, Transport, Trouble};
use crate::scenario::Scenario;
use crate::serial::Wire;
use crate::server::{FAREWELLS, Farewell, Server};
use crate::table::Table;
use crate::user::User;
use rand::{RngExt, rngs::StdRng};
use wsat::device::Conn;
use wsat::host::Failure;

/// More things than can happen at one moment.
const MOST_AT_ONCE: u32 = 200_000;

pub(crate) struct World<'m> {
    pub(crate) scenario: Scenario,
    /// Microseconds.
    pub(crate) now: u64,
    pub(crate) rng: StdRng,
    /// The device's own source.
    pub(crate) keys: StdRng,
    pub(crate) to_module: Wire,
    pub(crate) to_host: Wire,
    pub(crate) module: Module<'m>,
    pub(crate) user: User<'m>,
    pub(crate) lives: Vec<Life>,
    pub(crate) table: Table,
    /// The firmware has been asked to start anew, and does when its answer is printed.
    pub(crate) restarts: bool,
    pub(crate) on_at: Option<u64>,
    weather_at: u64,
    /// When a serial line may stall again.
    stall_at: u64,
    /// The world has healed: nothing goes wrong any more.
    pub(crate) healed: bool,
    /// The last request was given up, and the module may still be at it.
    pub(crate) gave_up: bool,
    /// The result of the last request.
    pub(crate) last: Option<Result<(), Failure>>,
}

impl<'m> World<'m> {
    pub(crate) fn new(
        scenario: Scenario,
        module: Module<'m>,
        user: User<'m>,
        mut fork: impl FnMut() -> StdRng,
    ) -> Self {
        let line = scenario.line;
        Self {
            scenario,
            now: 0,
            rng: fork(),
            keys: fork(),
            to_module: Wire::new("to the module", line, fork()),
            to_host: Wire::new("to the host", line, fork()),
            module,
            user,
            lives: Vec::new(),
            table: Table::read(),
            restarts: false,
            on_at: None,
            weather_at: 0,
            stall_at: 0,
            healed: false,
            gave_up: false,
            last: None,
        }
    }

    /// Everything that can happen now.
    fn settle(&mut self) {
        let mut count = 0;
        while self.user_writes() | self.turn_module() | self.user_reads() {
            count += 1;
            assert!(count < MOST_AT_ONCE, "it does not come to rest");
        }
        if self.restarts && self.to_host.is_empty() && self.module.unsent.is_empty() {
            self.restart_module();
            self.settle();
        }
    }

    /// When something happens next.
    fn next(&self) -> Option<u64> {
        let millis = |at: wsat::Instant| at.as_millis() * 1000;
        let mut all = vec![self.to_host.due(), self.user.host.poll_deadline().map(millis)];
        all.push(self.on_at);
        all.push(Some(self.to_host.blocked_until).filter(|at| *at > self.now));
        if !self.healed {
            all.push(Some(self.weather_at));
        }
        if self.user.paused_until > self.now {
            all.push(Some(self.user.paused_until));
        }
        if !self.module.off {
            all.push(self.module.device.poll_deadline().map(millis));
            all.push(self.to_module.due().filter(|_| self.module.typed.len() < 256));
            let window = self.scenario.memory[4];
            for socket in &self.module.sockets {
                let room = window - socket.window.len();
                all.push(socket.transport.as_ref().and_then(|transport| transport.due(room)));
            }
        }
        let next = all.into_iter().flatten().min()?;
        Some(next.max(self.now))
    }

    /// What happens at this time.
    fn step(&mut self, next: u64) {
        self.now = next;
        if self.on_at.is_some_and(|at| at <= next) {
            self.switch_on();
        }
        if !self.healed && self.weather_at <= next {
            self.weather();
            let most = self.scenario.weather_ms * 2000;
            self.weather_at = next + self.rng.random_range(1..=most);
        }
        if self.to_host.blocked_until > 0 && self.to_host.blocked_until <= next {
            self.to_host.blocked_until = 0;
            self.print_backlog();
        }
        // What has arrived counts before what is too late.
        self.settle();
        let now = self.instant();
        if !self.module.off && self.module.device.poll_deadline().is_some_and(|at| at <= now) {
            self.module.device.handle_time(now);
            // A loss, and at once the next attempt.
            self.watch(2);
            self.settle();
        }
        if self.user.host.poll_deadline().is_some_and(|at| at <= now) {
            self.user.host.handle_time(now);
        }
    }

    /// Everything that happens until then.
    pub(crate) fn run_until(&mut self, until: u64) {
        self.run(&|_| Some(until));
    }

    /// The running request comes to its end within its bound. `None`: the host was started anew.
    pub(crate) fn finish(&mut self) -> Option<Result<(), Failure>> {
        self.run(&World::bound);
        let running = self.user.running.as_ref().map(|running| running.name);
        assert_eq!(running, None, "it does not end within its bound");
        self.last.take()
    }

    /// Everything that happens up to a time, as long as there is one.
    fn run(&mut self, until: &dyn Fn(&Self) -> Option<u64>) {
        let (mut count, mut at) = (0, self.now);
        loop {
            self.settle();
            checks::at_rest(self);
            let Some(until) = until(self) else { return };
            let Some(next) = self.next().filter(|next| *next <= until) else {
                self.now = until;
                return;
            };
            (count, at) = if at == next { (count + 1, at) } else { (0, next) };
            assert!(count < MOST_AT_ONCE, "time stands still");
            self.step(next);
        }
    }

    /// A new connection: what it will be like, and the server behind it.
    pub(crate) fn connect(&mut self, conn: Conn) -> Transport {
        let life = self.new_life(conn.link());
        self.lives[life].retry = self.module.states[conn.link()].0 == "retrying";
        let rough = if self.healed { 0.0 } else { self.scenario.rough };
        let (now, single, rng) = (self.now, self.scenario.single, &mut self.rng);
        let mut wrong = || rng.random_bool(rough);
        let [late, deaf, breaks, small, odd, rude] = [(); 6].map(|()| wrong());
        let mut nature = Nature {
            connects_at: Some(now + rng.random_range(0..30_000)),
            refused: false,
            latency_us: [0, 500, 20_000][rng.random_range(0..3)],
            piece: if single { 1 } else { [1, 50, 2000][rng.random_range(0..3)] },
            room: if small { [1, 40, 400][rng.random_range(0..3)] } else { 10_000 },
            holds: rng.random_bool(0.3),
            breaks_in: None,
            breaks_out: None,
        };
        if late {
            match rng.random_range(0..4) {
                0 => nature.refused = true,
                1 => nature.connects_at = None,
                _ => nature.connects_at = Some(now + rng.random_range(0..20_000_000)),
            }
            let keys =
                ["network refuses late", "network: never connects", "network: connects late"];
            met(keys[if nature.refused {
                0
            } else if nature.connects_at.is_none() {
                1
            } else {
                2
            }]);
        }
        if breaks && rng.random_bool(0.5) {
            let most = [100, 400, 3000][rng.random_range(0..3)];
            let at = Some(rng.random_range(1..most));
            if rng.random_bool(0.5) { nature.breaks_in = at } else { nature.breaks_out = at }
        }
        if small {
            met("network: little room");
        }
        let answer = if odd { ANSWERS[rng.random_range(0..ANSWERS.len())] } else { Answer::Right };
        if answer == Answer::Early {
            nature.room = nature.room.min(40);
        }
        let farewell =
            if rude { FAREWELLS[rng.random_range(0..FAREWELLS.len())] } else { Farewell::Echo };
        let echoes = self.healed || rng.random_bool(0.5);
        let mut server = Server::new(answer, farewell, echoes, deaf);
        server.prompts = self.scenario.sound;
        Transport::new(conn, life, nature, server)
    }

    /// Something happens by chance.
    fn weather(&mut self) {
        let link = self.rng.random_range(0..3);
        match self.rng.random_range(0..100) {
            0..10 if self.scenario.stall_ms > 0 => self.stall(),
            10..16 => {
                let usual = self.rng.random_bool(self.scenario.rough);
                let trouble = TROUBLES[self.rng.random_range(0..TROUBLES.len())];
                if usual || trouble == Trouble::Resets {
                    self.trouble(link, trouble);
                }
            }
            16..20 if !self.scenario.sound => self.serial_weather(),
            20 if self.user.paused_until > self.now && self.module.device.abort_payload() => {
                // The firmware's own button: a host that pauses has nothing on the line.
                met("firmware aborts a payload");
                self.watch(1);
            }
            21 if self.user.running.is_some()
                && self.may_give_up()
                && self.rng.random_bool(0.1) =>
            {
                note(self.now, || String::from("the user gives up"));
                self.user.told.gave_up |= self.user.host.give_up();
            }
            22 if self.user.running.as_ref().is_some_and(|running| running.send.is_some()) => {
                // Nothing can be answered then, and nothing of what is being sent goes on.
                self.trouble(link, Trouble::StallsOut);
                self.server_weather(link, 55);
            }
            23..90 => {
                let what = self.rng.random_range(0..100);
                self.server_weather(link, what);
            }
            _ => {}
        }
    }

    /// While its statement comes back, what comes in between may be lost (`Host::give_up`).
    fn may_give_up(&self) -> bool {
        let nothing_comes = self.to_module.is_empty()
            && self.module.typed.is_empty()
            && self.module.device.is_between_units()
            && self.module.unsent.is_empty()
            && self.to_host.is_empty();
        nothing_comes || !self.scenario.sound
    }

    fn trouble(&mut self, link: usize, trouble: Trouble) {
        if let Some(transport) = &mut self.module.sockets[link].transport {
            let life = &mut self.lives[transport.life];
            transport.suffer(self.now, trouble, life, &mut self.rng);
        }
    }

    /// A serial line stands still for some time.
    fn stall(&mut self) {
        if self.now < self.stall_at {
            return;
        }
        met("serial: Stalls");
        let us = self.rng.random_range(1..=self.scenario.stall_ms * 1000);
        self.stall_for(us);
        self.stall_at = self.now + us + 4000 * self.scenario.stall_ms;
    }

    fn stall_for(&mut self, us: u64) {
        note(self.now, || format!("a serial line stalls for {} ms", us / 1000));
        let until = self.now + us;
        if self.rng.random_bool(0.5) {
            self.to_module.blocked_until = until;
        } else {
            self.to_host.blocked_until = until;
        }
        if let Some(running) = &mut self.user.running {
            running.by += us;
        }
    }

    fn serial_weather(&mut self) {
        match self.rng.random_range(0..12) {
            0 => {
                met("serial: the module starts anew");
                self.restart_module();
            }
            1 => {
                met("serial: the host starts anew");
                self.restart_host();
            }
            2 => {
                met("serial: the module is off");
                self.restart_module();
                self.module.off = true;
                let us = self.rng.random_range(1..20_000_000);
                note(self.now, || format!("the module is off for {} ms", us / 1000));
                self.on_at = Some(self.now + us);
            }
            3 => {
                met("serial: stalls for longer than the host was told");
                let us = self.rng.random_range(1..15_000_000);
                self.stall_for(us);
            }
            4 => {
                met("serial: garbage");
                let n = self.rng.random_range(1..30);
                let garbage: Vec<u8> = (0..n).map(|_| self.rng.random_range(0..=255)).collect();
                self.to_host.put(self.now, &garbage);
            }
            _ => {}
        }
    }

    pub(crate) fn switch_on(&mut self) {
        self.on_at = None;
        self.module.off = false;
        self.to_module.clear();
        note(self.now, || String::from("the module is on"));
    }

    fn server_weather(&mut self, link: usize, what: u32) {
        let Some(transport) = &mut self.module.sockets[link].transport else { return };
        let life = &self.lives[transport.life];
        // No more than the serial line can take in a while.
        let full = life.written - life.arrived > 3000;
        if !transport.server.is_open() || !transport.up || transport.over || full {
            return;
        }
        let (server, now, rng) = (&mut transport.server, self.now, &mut self.rng);
        match what {
            0..40 => server.send_message(now, rng),
            40..55 => server.ping(now, rng),
            55..60 => server.begin_close(now, rng),
            60..64 => {
                note(now, || format!("the server of link {link} breaks a rule"));
                server.misbehave(now, rng);
            }
            _ => {}
        }
    }

    /// Nothing goes wrong any more, and what stood still goes on.
    pub(crate) fn heal(&mut self) {
        note(self.now, || String::from("the world heals"));
        self.healed = true;
        self.user.paused_until = 0;
        for wire in [&mut self.to_module, &mut self.to_host] {
            wire.line.damage = 0.0;
            wire.blocked_until = 0;
        }
        if self.module.off {
            self.switch_on();
        }
        for socket in &mut self.module.sockets {
            if let Some(transport) = &mut socket.transport {
                transport.heal();
            }
        }
    }
}
