//! The module over embassy-net: two of its stacks, a cable between them, and a clock that passes when nothing else does.

#[path = "../module/host.rs"]
#[allow(dead_code, reason = "the other tests use more of it")]
mod host;
#[path = "../module/pipe.rs"]
#[allow(dead_code, reason = "the other tests use more of it")]
mod pipe;
mod server;
mod wire;
#[path = "../module/world.rs"]
#[allow(dead_code, reason = "the other tests use more of it")]
mod world;

use embassy_futures::join::join3;
use embassy_net::tcp::State;
use embassy_net::{
    Config as NetConfig, Ipv4Address, Ipv4Cidr, Stack, StackResources, StaticConfigV4,
};
use host::Host;
use pipe::pipe;
use rand::{SeedableRng, rngs::StdRng};
use server::Server;
use wire::TIME;
use world::Time;
use wsat::device::Config;
use wsat_embassy::{Board, EmbassyClock, Memory, Module, NoMessages, NoProgram, TcpLink};

const MODULE: Ipv4Address = Ipv4Address::new(10, 0, 0, 1);
const SERVER: Ipv4Address = Ipv4Address::new(10, 0, 0, 2);
/// What each socket of either side holds in each direction.
const BUFFER: usize = 1500;

fn static_address(address: Ipv4Address) -> NetConfig {
    NetConfig::ipv4_static(StaticConfigV4 {
        address: Ipv4Cidr::new(address, 24),
        gateway: None,
        dns_servers: [SERVER].into_iter().collect(),
    })
}

/// Plays a script with a module on one stack, and a server's stack.
fn play(script: impl AsyncFnOnce(&mut Host, Stack<'_>, &Time)) {
    play_on(async |host, _, servers, time| script(host, servers, time).await);
}

/// The same with the module's stack.
fn play_on(script: impl AsyncFnOnce(&mut Host, Stack<'_>, Stack<'_>, &Time)) {
    let time = TIME.with(Time::clone);
    let (module_plug, server_plug) = wire::cable();
    // Three links, and the look-up of names.
    let mut resources = StackResources::<4>::new();
    let (stack, mut runner) =
        embassy_net::new(module_plug, static_address(MODULE), &mut resources, 1);
    let mut resources = StackResources::<6>::new();
    let (servers, mut server_runner) =
        embassy_net::new(server_plug, static_address(SERVER), &mut resources, 2);
    let ((rx, to_module), (from_module, tx)) = (pipe(64), pipe(64));
    let mut buffers = [[[0; BUFFER]; 2]; 3];
    let mut board = Board {
        rx,
        tx,
        links: buffers.each_mut().map(|[rx, tx]| TcpLink::new(stack, rx, tx)),
        rng: StdRng::seed_from_u64(1),
        clock: EmbassyClock,
        program: NoProgram,
        messages: NoMessages,
        log: |note| println!("{note}"),
    };
    let module = async {
        let mut memory = Memory::<512, 8192>::new();
        let mut module = Module::new(Config::default(), &mut memory);
        module.run(&mut board).await;
    };
    // embassy-net wakes its runner at every look at a socket, so that has to be a task of its own.
    let tasks: [world::Task<'_>; 3] = [
        Box::pin(module),
        Box::pin(async { runner.run().await }),
        Box::pin(async { server_runner.run().await }),
    ];
    let mut host = Host { rx: from_module, tx: to_module };
    world::play(&time, tasks, async {
        host.expect("\r\nready\r\n").await;
        host.send("ATE0\r\n").await;
        host.expect("ATE0\r\n\r\nOK\r\n").await;
        script(&mut host, stack, servers, &time).await;
    });
}

#[test]
fn a_session_and_both_ends_of_it_in_order() {
    play(async |host, stack, _| {
        for closes_first in [true, false] {
            let mut server = Server::new(stack, 80);
            host.send("AT+WSOPEN=0,\"ws://10.0.0.2/\"\r\n").await;
            server.accept().await;
            host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
            host.ask("AT+WSSEND=0,5", "\r\nOK\r\n\r\n>").await;
            host.send("hello").await;
            assert_eq!(server.frame().await, Some((0x81, b"hello".to_vec())));
            host.expect("\r\nSEND OK\r\n").await;
            server.send(0x81, b"world").await;
            host.expect("+WS_DATA:0,5,world\r\n").await;
            if closes_first {
                host.send("AT+WSCLOSE=0\r\n").await;
                assert_eq!(server.frame().await.unwrap().0, 0x88);
                server.send(0x88, &[0x03, 0xE8]).await;
                host.expect("\r\nOK\r\n").await;
            } else {
                server.send(0x88, &[0x03, 0xE8]).await;
                assert_eq!(server.frame().await.unwrap().0, 0x88);
                host.expect("+WS_CLOSED:0\r\n").await;
            }
            // The end, not a reset.
            assert_eq!(server.read_raw().await, Ok(0));
            server.close().await;
            assert!(!server.was_reset().await, "{:?}", server.state());
        }
    });
}

/// 100 KiB each way, through buffers that hold little of it, on three links at once.
#[test]
fn long_messages_on_three_links() {
    play(async |host, stack, _| {
        let mut servers = [0, 1, 2].map(|link| Server::new(stack, 8000 + link));
        for (server, link) in servers.iter_mut().zip(0..) {
            host.send(format!("AT+WSOPEN={link},\"ws://10.0.0.2:800{link}/\"\r\n")).await;
            server.accept().await;
            host.expect(&format!("+WS_CONNECTED:{link}\r\n\r\nOK\r\n")).await;
        }
        let message: Vec<u8> = (0..100 * 1024).map(|n| (n % 249) as u8).collect();
        let [a, b, c] = &mut servers;
        let sending = join3(a.send(0x82, &message), b.send(0x82, &message), c.send(0x82, &message));
        let receiving = async {
            let mut got = [const { Vec::new() }; 3];
            while got.iter().any(|got| got.len() < message.len()) {
                host.expect("+WS_DATA:").await;
                let link = usize::from(host.read(1).await[0] - b'0');
                host.expect(",").await;
                let mut len = 0;
                while let digit @ b'0'..=b'9' = host.read(1).await[0] {
                    len = len * 10 + usize::from(digit - b'0');
                }
                got[link].extend(host.read(len).await);
                host.expect("\r\n").await;
            }
            assert!(got.iter().all(|got| *got == message), "other data than was sent");
        };
        embassy_futures::join::join(sending, receiving).await;
        // And to the servers.
        for (server, link) in servers.iter_mut().zip(0..) {
            host.ask(&format!("AT+WSSEND={link},8192,2"), "\r\nOK\r\n\r\n>").await;
            let reading = async {
                let mut got = Vec::new();
                while got.len() < 8192 {
                    got.extend(server.frame().await.unwrap().1);
                }
                assert!(got == message[..8192]);
            };
            embassy_futures::join::join(host.send(&message[..8192]), reading).await;
            host.expect("\r\nSEND OK\r\n").await;
        }
    });
}

#[test]
fn a_reset_is_a_loss_and_the_link_comes_back() {
    play(async |host, stack, time| {
        let mut server = Server::new(stack, 80);
        host.send("AT+WSOPEN=1,\"ws://10.0.0.2/\"\r\n").await;
        server.accept().await;
        host.expect("+WS_CONNECTED:1\r\n\r\nOK\r\n").await;
        server.reset().await;
        host.expect("+WS_DISCONNECTED:1\r\n").await;
        let lost = time.millis();
        let mut server = Server::new(stack, 80);
        server.accept().await;
        assert!((10_000..10_100).contains(&(time.millis() - lost)));
        host.expect("+WS_CONNECTED:1\r\n").await;
    });
}

#[test]
fn a_network_that_is_gone_is_a_loss_and_the_link_comes_back() {
    play(async |host, stack, time| {
        let mut server = Server::new(stack, 80);
        host.send("AT+WSOPEN=0,\"ws://10.0.0.2/\"\r\n").await;
        server.accept().await;
        host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
        // A short one is nobody's loss.
        time.sleep(2000).await;
        wire::cut(true);
        time.sleep(100).await;
        wire::cut(false);
        server.send(0x81, b"still here").await;
        host.expect("+WS_DATA:0,10,still here\r\n").await;
        wire::cut(true);
        let gone = time.millis();
        host.expect("+WS_DISCONNECTED:0\r\n").await;
        // A look each second, and a second for a reset that cannot get out.
        assert!(time.millis() - gone <= 2000, "{} ms", time.millis() - gone);
        wire::cut(false);
        drop(server);
        let mut server = Server::new(stack, 80);
        server.accept().await;
        host.expect("+WS_CONNECTED:0\r\n").await;
    });
}

/// As after another lease, or in another network that the station has joined within a second.
#[test]
fn an_address_that_is_another_one_is_a_loss() {
    play_on(async |host, module, servers, time| {
        let mut server = Server::new(servers, 80);
        host.send("AT+WSOPEN=0,\"ws://10.0.0.2/\"\r\n").await;
        server.accept().await;
        host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
        // The same one again is nobody's loss.
        let set = |address| module.set_config_v4(static_address(address).ipv4);
        set(MODULE);
        time.sleep(3000).await;
        server.send(0x81, b"still here").await;
        host.expect("+WS_DATA:0,10,still here\r\n").await;
        let changed = time.millis();
        set(Ipv4Address::new(10, 0, 0, 7));
        host.expect("+WS_DISCONNECTED:0\r\n").await;
        assert!(time.millis() - changed <= 2000, "{} ms", time.millis() - changed);
        let mut server = Server::new(servers, 80);
        server.accept().await;
        host.expect("+WS_CONNECTED:0\r\n").await;
    });
}

#[test]
fn a_peer_that_does_not_read_is_told_when_its_link_is_used_anew() {
    play(async |host, stack, time| {
        let mut stuck = Server::new(stack, 80);
        host.send("AT+WSOPEN=0,\"ws://10.0.0.2/\"\r\n").await;
        stuck.accept().await;
        host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
        host.ask("AT+WSSEND=0,8192,2,1000", "\r\nOK\r\n\r\n>").await;
        host.send(vec![b'x'; 8192]).await;
        host.expect("+WS_DISCONNECTED:0\r\n\r\nERROR\r\n").await;
        host.ask("AT+WSCLOSE=0", "\r\nOK\r\n").await;
        let begun = time.millis();
        let mut server = Server::new(stack, 81);
        host.send("AT+WSOPEN=0,\"ws://10.0.0.2:81/\"\r\n").await;
        server.accept().await;
        host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
        assert!(time.millis() - begun < 100, "the farewell is not waited for");
        // What it had is lost with the connection.
        assert!(stuck.was_reset().await, "{:?}", stuck.state());
    });
}

#[test]
fn who_is_not_there_is_an_error_and_the_link_is_free() {
    play(async |host, stack, time| {
        // Nobody listens: a reset comes back at once.
        host.ask("AT+WSOPEN=0,\"ws://10.0.0.2:9/\"", "\r\nERROR\r\n").await;
        assert!(time.millis() < 100);
        // Nobody has that address, and an attempt has its time.
        host.ask("AT+WSOPEN=0,\"ws://10.0.0.77/\",,3000", "\r\nERROR\r\n").await;
        // No way leads there.
        host.ask("AT+WSOPEN=0,\"ws://192.168.1.1/\",,3000", "\r\nERROR\r\n").await;
        let mut server = Server::new(stack, 80);
        host.send("AT+WSOPEN=0,\"ws://10.0.0.2/\"\r\n").await;
        server.accept().await;
        host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
        assert_eq!(server.state(), State::Established);
    });
}

#[test]
fn names_are_looked_up() {
    play(async |host, stack, time| {
        let mut server = Server::new(stack, 80);
        let dns = server::names(stack);
        let script = async {
            host.send("AT+WSOPEN=0,\"ws://server.example/\"\r\n").await;
            server.accept().await;
            host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
            host.ask("AT+WSOPEN=1,\"ws://nobody.example/\"", "\r\nERROR\r\n").await;
            // The attempt is over before an answer comes; the next one is not hurt by that.
            let begun = time.millis();
            host.ask("AT+WSOPEN=2,\"ws://silent.example/\",,500", "\r\nERROR\r\n").await;
            assert_eq!(time.millis() - begun, 500);
            host.ask("AT+WSOPEN=2,\"ws://nobody.example/\"", "\r\nERROR\r\n").await;
            // No name has a colon, and without IPv6 nobody is asked what else it is.
            host.ask("AT+WSOPEN=2,\"ws://[2001:db8::1]/\"", "\r\nERROR\r\n").await;
            let a = if cfg!(feature = "ipv6") { vec![1, 28] } else { vec![1] };
            let kinds = server::asked("nobody");
            assert_eq!(kinds, [a.clone(), a].concat());
            assert_eq!(server::asked("2001"), []);
        };
        embassy_futures::select::select(dns, script).await;
    });
}
