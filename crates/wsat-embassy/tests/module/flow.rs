//! Somebody does not read: what is held back, what goes on, and what is lost, which is nothing.

use crate::network::ROOM;
use crate::{LINE, WINDOW, play};
use embedded_io_async::Write;
use wsat_testkit::frames::server_frame;

const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8A;

fn octets(count: usize) -> Vec<u8> {
    (0..count).map(|n| (n * 7 + n / 251) as u8).collect()
}

#[test]
fn while_the_host_does_not_read_peers_are_held_back_and_the_rest_goes_on() {
    play(async |bench| {
        let mut flooding = bench.open(0).await;
        let mut pinging = bench.open(1).await;
        let mut closing = bench.open(2).await;
        // Nobody reads. What was read of it is in the window, in the lane that prints, and on the line.
        let message = octets(50_000);
        let frame = server_frame(BINARY, &message);
        let mut written = 0;
        loop {
            let write = flooding.tx.write(&frame[written..]);
            match embassy_futures::select::select(write, bench.time.sleep(1000)).await {
                embassy_futures::select::Either::First(n) => written += n.unwrap(),
                embassy_futures::select::Either::Second(()) => break,
            }
        }
        let held = written - ROOM;
        assert!((WINDOW..WINDOW + LINE + 500).contains(&held), "{held}");
        pinging.send(PING, b"there?").await;
        pinging.expect(PONG, b"there?").await;
        closing.send(CLOSE, b"").await;
        assert_eq!(closing.frame().await.unwrap().first, CLOSE);
        closing.tx.end();
        assert_eq!(closing.frame().await, None);
        // Somebody reads.
        let rest = async { flooding.tx.write_all(&frame[written..]).await.unwrap() };
        let reading = async {
            let mut got = Vec::new();
            let mut closed = false;
            while got.len() < message.len() || !closed {
                bench.host.expect("+WS_").await;
                match bench.host.read(1).await[0] {
                    b'C' => {
                        bench.host.expect("LOSED:2\r\n").await;
                        closed = true;
                    }
                    _ => {
                        bench.host.expect("ATA:0,").await;
                        let mut len = 0;
                        loop {
                            match bench.host.read(1).await[0] {
                                b',' => break,
                                digit => len = len * 10 + usize::from(digit - b'0'),
                            }
                        }
                        assert!(len <= WINDOW);
                        got.extend(bench.host.read(len).await);
                        bench.host.expect("\r\n").await;
                    }
                }
            }
            assert!(got == message, "other data than was sent");
        };
        embassy_futures::join::join(rest, reading).await;
    });
}

#[test]
fn while_a_peer_does_not_read_its_command_runs_and_the_other_links_go_on() {
    play(async |bench| {
        let mut slow = bench.open(0).await;
        let mut other = bench.open(1).await;
        let payload = octets(2000);
        bench.host.ask("AT+WSSEND=0,2000,2", "\r\nOK\r\n\r\n>").await;
        bench.host.send(&payload).await;
        bench.time.sleep(1000).await;
        assert_eq!(slow.rx.len(), ROOM, "as much as there is room for");
        bench.host.ask("AT", "\r\nbusy p...\r\n").await;
        other.send(BINARY, b"meanwhile").await;
        bench.host.expect("+WS_DATA:1,9,meanwhile\r\n").await;
        // In fragments, none longer than the window.
        let mut got = Vec::new();
        loop {
            let frame = slow.frame().await.unwrap();
            assert!(frame.payload.len() <= WINDOW);
            got.extend(frame.payload);
            if frame.first & 0x80 != 0 {
                break;
            }
        }
        assert_eq!(got, payload);
        bench.host.expect("\r\nSEND OK\r\n").await;
    });
}

/// The peer does not read, so the farewell does not get through. It is cut short by the next connection, or else by time.
#[test]
fn a_peer_that_does_not_read_is_not_waited_for() {
    play(async |bench| {
        for is_opened_at_once in [true, false] {
            let stuck = bench.open(0).await;
            let payload = octets(2000);
            bench.host.ask("AT+WSSEND=0,2000,2,1000", "\r\nOK\r\n\r\n>").await;
            bench.host.send(&payload).await;
            // A frame is cut off: nothing can follow it on this connection.
            bench.host.expect("+WS_DISCONNECTED:0\r\n\r\nERROR\r\n").await;
            let lost = bench.time.millis();
            if is_opened_at_once {
                bench.host.send("AT+WSCLOSE=0\r\n").await;
                bench.host.expect("\r\nOK\r\n").await;
                let server = bench.open(0).await;
                assert!(stuck.rx.was_reset(), "the peer is told");
                assert_eq!(bench.time.millis() - lost, 10, "the look-up");
                bench.host.send("AT+WSCLOSE=0\r\n").await;
                drop(server);
                bench.host.expect("\r\nOK\r\n").await;
            } else {
                bench.time.sleep(4999).await;
                assert!(!stuck.rx.was_reset());
                bench.time.sleep(2).await;
                assert!(stuck.rx.was_reset(), "the peer is told");
            }
        }
    });
}
