//! `AT+RST`.

use crate::commands::Firmware;
use crate::play_with;
use crate::world::Time;
use wsat::device::Config;
use wsat_embassy::NoMessages;

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
