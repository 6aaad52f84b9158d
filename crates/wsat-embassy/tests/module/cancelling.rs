//! The module's future is dropped at any time, and made anew.

use crate::commands::Firmware;
use crate::play_with;
use crate::world::Time;
use wsat::device::Config;
use wsat_embassy::{Messages, NoMessages, NoProgram};

fn firmware(time: &Time) -> (Firmware, NoMessages) {
    (Firmware(time.clone()), NoMessages)
}

#[test]
fn what_was_lost_with_it_is_said() {
    play_with(Config::default(), firmware, async |bench| {
        let mut server = bench.open(0).await;
        bench.host.send("AT+JOIN=\"home\"\r\n").await;
        bench.time.sleep(100).await;
        bench.cancel.set(true);
        // Something has to wake it.
        server.send(0x81, b"lost").await;
        bench.host.expect("\r\nERROR\r\n").await;
        bench.host.expect("+WS_DISCONNECTED:0\r\n").await;
        assert_eq!(server.frame().await, None);
        // And the link comes back.
        let mut server = bench.network.accept().await;
        bench.host.expect("+WS_CONNECTED:0\r\n").await;
        server.send(0x81, b"back").await;
        bench.host.expect("+WS_DATA:0,4,back\r\n").await;
        bench.host.ask("AT", "\r\nOK\r\n").await;
    });
}

/// One line, at 200 ms.
struct Once(Time, Option<&'static str>);

impl Messages for Once {
    async fn next(&mut self) -> &'static str {
        self.0.until(200).await;
        let Some(text) = self.1.take() else { std::future::pending().await };
        text
    }
}

#[test]
fn a_message_that_waits_is_not_lost_with_it() {
    let firmware = |time: &Time| (NoProgram, Once(time.clone(), Some("WIFI DISCONNECT\r\n")));
    play_with(Config::default(), firmware, async |bench| {
        let mut server = bench.open(0).await;
        bench.host.ask("AT+WSSEND=0,4", "\r\nOK\r\n\r\n>").await;
        // The message waits for the payload.
        bench.time.sleep(500).await;
        bench.cancel.set(true);
        server.send(0x89, b"").await;
        bench.time.sleep(100).await;
        bench.host.send("abcd").await;
        let mut text = String::new();
        while !text.contains("WIFI DISCONNECT\r\n") {
            text.push(char::from(bench.host.read(1).await[0]));
        }
    });
}
