//! `AT+RST`.

use crate::commands::Firmware;
use crate::network::Network;
use crate::world::Time;
use crate::{play_on, play_with};
use wsat::Dialect;
use wsat::device::Config;
use wsat_embassy::{ConnectError, Connector, Endpoint, NoMessages, Session};
use wsat_testkit::frames::server_frame;

fn firmware(time: &Time) -> (Firmware, NoMessages) {
    (Firmware(time.clone()), NoMessages)
}

#[test]
fn it_says_ok_ends_its_connections_and_is_as_new() {
    play_with(Config::default(), firmware, async |bench| {
        let mut stuck = bench.open(0).await;
        let mut other = bench.open(2).await;
        bench.host.ask("AT+WSCFG=1,30,60", "\r\nOK\r\n").await;
        // What comes behind it is a line for the restarted module, which echoes it.
        bench.host.send("AT+RST\r\nAT\r\n").await;
        bench.host.expect("\r\nOK\r\n\r\nready\r\nAT\r\n\r\nOK\r\n").await;
        assert_eq!(bench.restarts.get(), 1);
        for server in [&mut stuck, &mut other] {
            assert_eq!(server.frame().await, None, "the peer hears of it");
        }
        assert_eq!((bench.network.open(), bench.time.millis()), (0, 20));
        bench.host.send("ATE0\r\n").await;
        bench.host.expect("ATE0\r\n\r\nOK\r\n").await;
        bench.open(0).await;
    });
}

#[test]
fn neither_traffic_nor_a_host_that_does_not_read_keeps_it_from_starting_anew() {
    play_with(Config::default(), firmware, async |bench| {
        let mut server = bench.open(0).await;
        let begun = bench.time.millis();
        // More than the line holds, so that `OK` waits behind it.
        server.send(0x82, &[b'x'; 400]).await;
        bench.time.sleep(1).await;
        bench.host.send("AT+RST\r\n").await;
        while bench.restarts.get() == 0 {
            bench.time.sleep(100).await;
        }
        let took = bench.time.millis() - begun;
        assert!((1000..=2100).contains(&took), "{took}");
        assert!(server.frame().await.is_none());
        assert_eq!(bench.network.open(), 0);
    });
}

/// The record is open until more of its frame comes, which does not.
#[test]
fn ok_comes_behind_a_record_that_is_open() {
    play_with(Config::new(Dialect::V4_2), firmware, async |bench| {
        bench.host.ask("AT+WSDATAFMT=0,1,48", "\r\nOK\r\n").await;
        let mut server = bench.open(0).await;
        let frame = server_frame(0x82, &[b'x'; 2000]);
        embedded_io_async::Write::write_all(&mut server.tx, &frame[..700]).await.unwrap();
        bench.host.expect(&format!("+WS_DATA:0,2000,{}", "x".repeat(512))).await;
        bench.host.send("AT+RST\r\n").await;
        bench.host.expect("\r\n\r\nOK\r\n\r\nready\r\n").await;
        assert_eq!(bench.restarts.get(), 1);
    });
}

/// A byte in a millisecond: what waits takes longer than a host that does not read is given.
#[test]
fn a_slow_host_that_reads_gets_all_of_it() {
    play_with(Config::default(), firmware, async |bench| {
        let mut servers = Vec::new();
        for link in 0..3 {
            servers.push(bench.open(link).await);
        }
        for server in &mut servers {
            server.send(0x82, &[b'x'; 450]).await;
        }
        bench.time.sleep(5).await;
        bench.host.send("AT+RST\r\n").await;
        let mut text = String::new();
        while !text.ends_with("ready\r\n") {
            text.push(char::from(bench.host.read(1).await[0]));
            bench.time.sleep(1).await;
        }
        let record = |link| format!("+WS_DATA:{link},450,{}\r\n", "x".repeat(450));
        let records: String = (0..3).map(record).collect();
        assert_eq!(text, format!("{records}\r\nOK\r\n\r\nready\r\n"));
    });
}

/// The run is dropped so many milliseconds behind `AT+RST`, and another one begun: the restart comes to its end.
#[test]
fn it_outlives_the_run_that_began_it() {
    for after in [1, 500, 900] {
        play_with(Config::default(), firmware, async |bench| {
            let mut server = bench.open(0).await;
            // More than the line holds, and the host does not read.
            server.send(0x82, &[b'x'; 400]).await;
            bench.time.sleep(1).await;
            bench.host.send("AT+RST\r\n").await;
            bench.time.sleep(after).await;
            bench.cancel.set(true);
            // Something has to wake it.
            server.tx.end();
            bench.time.sleep(3000).await;
            let mut text = String::new();
            while !text.ends_with("ready\r\n") {
                text.push(char::from(bench.host.read(1).await[0]));
            }
            assert_eq!(bench.restarts.get(), 1, "after {after} ms");
            assert!(!text.contains("WS_DISCONNECTED"), "after {after} ms: {text}");
            // As new: with echo, and nothing of before comes.
            bench.host.send("AT\r\n").await;
            bench.host.expect("AT\r\n\r\nOK\r\n").await;
            assert_eq!(bench.restarts.get(), 1, "after {after} ms");
        });
    }
}

/// A network whose connections take half a second to end.
struct Slow(Network, Time);

impl Connector for Slow {
    async fn connect<S: Session>(
        &mut self,
        to: &Endpoint,
        session: &mut S,
    ) -> Result<(), ConnectError> {
        let result = self.0.connect(to, session).await;
        self.1.sleep(500).await;
        result
    }
}

/// The same while its connections are ended: `OK` is printed, and the device is new already.
#[test]
fn it_outlives_the_run_that_ends_its_connections() {
    let time = Time::default();
    let network = Network::new(&time);
    let links = [(); 3].map(|()| Slow(network.clone(), time.clone()));
    play_on((time, network), links, Config::default(), firmware, async |bench| {
        let mut server = bench.open(0).await;
        bench.host.ask("AT+RST", "\r\nOK\r\n").await;
        bench.time.sleep(100).await;
        assert_eq!((bench.restarts.get(), server.frame().await), (0, None));
        bench.cancel.set(true);
        bench.host.send("AT\r\n").await;
        bench.host.expect("\r\nready\r\nAT\r\n\r\nOK\r\n").await;
        assert_eq!(bench.restarts.get(), 1);
    });
}
