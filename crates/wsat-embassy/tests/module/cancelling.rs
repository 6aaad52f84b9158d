//! The module's future is dropped at any time, and made anew.

use crate::commands::Firmware;
use crate::play_with;
use crate::world::Time;
use wsat::device::Config;
use wsat_embassy::NoMessages;

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
