//! One seed: its session from power-on, through whatever happens, until the world has healed and everybody agrees.

use crate::checks;
use crate::coverage::met;
use crate::journal::note;
use crate::module::Module;
use crate::scenario::Scenario;
use crate::user::{Running, Sent, User, id};
use crate::world::World;
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use wsat::device::{self, Device, LinkMemory};
use wsat::host::{self, Failure, Host, Open, Request, SendData};
use wsat::rfc6455::Opcode;

/// Bytes of a host's statements with their payloads, and of its lines.
const HOST: (usize, usize) = (1024, 256);

/// Hosts of a session: it starts anew so often at most.
const HOSTS: usize = 4;

/// Lines that a host may write from the end of the damage until it agrees with the device: a probe every `probe_ms` for `start_ms`, what it
/// asks behind them, and the three requests below.
const MOST_LINES: u64 = 100;

pub(crate) fn run(seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let scenario = Scenario::new(&mut rng);
    met(&format!("module: {:?} {}", scenario.device.dialect, scenario.preset));
    note(0, || format!("{scenario:?}"));
    let [line, payload, headers, text, window] = scenario.memory.map(|n| vec![0; n]);
    let (mut line, mut payload, mut headers) = (line, payload, headers);
    let mut texts = [text.clone(), text.clone(), text];
    let links = texts.each_mut().map(|text| LinkMemory::new(text, window.len()));
    let memory = device::Memory::new(&mut line, &mut payload, links).with_headers(&mut headers);
    let module = Module::new(Device::new(scenario.device, memory));
    let mut memories = vec![(vec![0; HOST.0], vec![0; HOST.1]); HOSTS];
    let mut spare: Vec<_> = memories.iter_mut().map(|(a, b)| host::Memory::new(a, b)).collect();
    let host = Host::new(scenario.host, spare.pop().expect("there is one"));
    let user = User::new(host, spare);
    let mut world = World::new(scenario, module, user, || StdRng::seed_from_u64(rng.next_u64()));
    live(&mut world);
    world.heal();
    recover(&mut world);
    checks::retries(&world);
    if world.scenario.sound {
        checks::all_was_right(&world);
    }
}

/// Random requests, while the weather is what it is.
fn live(world: &mut World<'_>) {
    for _ in 0..world.scenario.requests {
        if world.rng.random_bool(0.3) {
            let most = [1_000, 1_000_000, 15_000_000][world.rng.random_range(0..3)];
            let pause = world.rng.random_range(0..most);
            world.run_until(world.now + pause);
        }
        if !world.ask() {
            continue;
        }
        let paused = world.user.pause.is_some();
        let Some(result) = world.finish() else { continue };
        if world.scenario.sound {
            let excused = match result {
                Ok(()) | Err(Failure::Error(_)) => true,
                Err(Failure::GivenUp) => world.user.told.gave_up,
                Err(Failure::Stalled) => paused,
                // What was given up may go on, and data may keep the line for long.
                Err(Failure::Busy | Failure::Unreachable) => {
                    world.gave_up || world.user.told.data_came
                }
                _ => false,
            };
            assert!(excused, "on a sound line: {result:?}");
            let on = matches!(result, Err(Failure::Busy | Failure::Unreachable));
            world.gave_up = on && world.gave_up || result == Err(Failure::GivenUp);
        }
    }
}

/// A request that has to be carried out now.
fn done(world: &mut World<'_>, running: Running, request: &Request<'_>) {
    let name = running.name;
    assert!(world.begin(running, request), "{name} is refused");
    assert_eq!(world.finish(), Some(Ok(())), "{name}, in a world that has healed");
}

/// Everybody comes to agree, and every link can be used.
fn recover(world: &mut World<'_>) {
    if world.user.running.is_some() {
        _ = world.finish();
    }
    // With some headers there is no request, and no link can come back. An attempt to open may keep the module busy for 60 s.
    for _ in 0..4 {
        let running = world.running("ClearHeaders", 1, 0, 0);
        if world.begin(running, &Request::ClearHeaders) && world.finish() == Some(Ok(())) {
            break;
        }
        world.run_until(world.now + 15_000_000);
    }
    let lines = world.to_module.lines;
    if world.scenario.sound {
        come_to_rest(world, checks::is_quiet);
    }
    // An attempt to open may go on for 60 s, one with a damaged time for 180 s; a retry comes after 15 s, a half-open connection is noticed after a Ping that is not answered.
    let silent = world.module.sockets.iter().any(|socket| {
        socket
            .transport
            .as_ref()
            .is_some_and(|transport| transport.half_open || transport.server.deaf)
    });
    let long = silent || !world.scenario.sound;
    let wait_us = if long { 200_000_000 } else { 90_000_000 };
    world.run_until(world.now + wait_us);
    let transports = world.module.sockets.iter().filter_map(|socket| socket.transport.as_ref());
    let mut silent = transports.filter(|transport| transport.half_open || transport.server.deaf);
    // A damaged number may have made the times longer.
    assert!(silent.next().is_none() || !world.scenario.sound, "a silent connection was noticed");
    let running = world.running("ListLinks", 1, 0, 300);
    assert!(world.begin(running, &Request::ListLinks));
    let mut listed = world.finish();
    if !world.scenario.sound && listed == Some(Err(Failure::Error(None))) {
        // A byte may still stand in the module's line, and if neither echo nor codes show it, then nothing but this.
        let running = world.running("ListLinks", 1, 0, 300);
        assert!(world.begin(running, &Request::ListLinks));
        listed = world.finish();
    }
    assert_eq!(listed, Some(Ok(())), "the links are listed");
    come_to_rest(world, checks::is_comparable);
    checks::agree(world, false);
    let running = world.running("Start", 4, 0, 0);
    done(world, running, &Request::Start);
    assert!(world.to_module.lines - lines <= MOST_LINES, "the two agree after few lines");
    come_to_rest(world, checks::is_comparable);
    checks::agree(world, true);
    if world.scenario.sound {
        // While they are still there.
        world.lives.iter().enumerate().for_each(|(number, life)| checks::pongs(number, life));
    }
    for link in 0..3 {
        let state = world.module.device.link_state(link);
        let excused = !world.scenario.sound && state.is_some();
        assert!(
            matches!(state, None | Some(2)) || excused,
            "link {link} does not recover: {state:?}"
        );
    }
    for link in 0..3 {
        use_link(world, link);
    }
}

/// Two seconds, and until nothing is on its way.
fn come_to_rest(world: &mut World<'_>, rests: fn(&World<'_>) -> bool) {
    world.run_until(world.now + 2_000_000);
    // Data byte by byte, each in a record of its own, takes its time at 9600 baud.
    let latest = world.now + 600_000_000;
    while !rests(world) {
        assert!(world.now < latest, "it does not come to rest");
        world.run_until(world.now + 100_000);
    }
}

/// Opens a link and sends something there and back.
fn use_link(world: &mut World<'_>, link: usize) {
    let close = Running { link: Some(link), ..world.running("Close", 1, 5000, 0) };
    done(world, close, &Request::Close(id(link)));
    let open = world.open_running(link, 15_000);
    done(world, open, &Open::new(id(link), b"ws://h/").into());
    let before = world.user.told.data[link].len();
    let mut send = world.running("Send", 2, 10_000, 5);
    send.send = Some(world.user.sent.len());
    world.user.sent.push(Sent {
        link,
        opcode: Opcode::Binary,
        fin: true,
        payload: b"hello".to_vec(),
        result: None,
        lives: (world.life_of(link), None),
        certain: false,
    });
    done(world, send, &SendData::text(id(link), b"hello").binary().into());
    come_to_rest(world, checks::is_comparable);
    let life = world.life_of(link).expect("a connection");
    let got: Vec<u8> =
        world.lives[life].got.iter().flat_map(|frame| frame.payload.clone()).collect();
    // In one frame or in more: a damaged digit may have made the buffer small.
    assert_eq!(got.escape_ascii().to_string(), "hello", "the server has read it");
    let back = &world.user.told.data[link][before..];
    assert_eq!(back.escape_ascii().to_string(), "hello", "its echo is reported");
}
