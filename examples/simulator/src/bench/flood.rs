//! A host that reads slowly, and a server that sends without a pause.

use super::{Behaviour, Bench};
use tungstenite::Message;
use wsat::device::Config;

impl Bench {
    /// The host takes so many bytes of what is ready, and everything happens that follows from that; what it has taken.
    fn read_some(&mut self, n: usize) -> Vec<u8> {
        let some = self.module.output()[..n.min(self.module.output().len())].to_vec();
        self.module.written(some.len());
        let now = self.instant();
        loop {
            let mut moved = self.module.turn_host(now, &mut self.servers);
            moved |= self.module.turn_network(now, &mut self.servers);
            if !moved {
                return some;
            }
        }
    }
}

#[test]
fn a_message_follows_its_answer_though_received_data_waits() {
    let mut bench = Bench::new(Config::default());
    bench.send(b"ATE0\r\nAT+CWJAP=\"n\",\"\"\r\n");
    let records = 1000;
    for link in 0..2 {
        bench.server(link).behave(Behaviour::Listen);
        bench.send(format!("AT+WSOPEN={link},\"ws://h/\"\r\n").as_bytes());
        assert!(bench.receive().ends_with(b"\r\n\r\nOK\r\n"));
    }
    for link in 0..2 {
        for _ in 0..records / 2 {
            assert!(bench.server(link).send(Message::binary(vec![b'x'; 100])));
        }
    }
    bench.read_some(0);
    let now = bench.instant();
    bench.module.put(now, b"AT+CWQAP\r\n");
    let mut text = Vec::new();
    loop {
        let some = bench.read_some(64);
        if some.is_empty() {
            break;
        }
        text.extend(some);
    }
    let text = String::from_utf8(text).unwrap();
    assert_eq!(text.matches("+WS_DATA:").count(), records);
    let (before, behind) = text.split_once("\r\nOK\r\n").unwrap();
    assert!(before.matches("+WS_DATA").count() < records / 2, "the answer came late");
    assert!(behind.starts_with("WIFI DISCONNECT\r\n+WS_DATA"), "{behind}");
}
