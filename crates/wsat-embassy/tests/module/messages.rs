//! Messages of the firmware: where they stand, and that neither they nor received data keep the other away.

use crate::commands::Firmware;
use crate::network::Server;
use crate::world::Time;
use crate::{Bench, LINE, play_with};
use embassy_futures::select::{Either, Either3, select, select3};
use embedded_io_async::{Read, Write};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wsat::device::Config;
use wsat_embassy::{Messages, NoProgram};

/// Messages that a test puts in.
#[derive(Clone, Default)]
struct Said(Rc<RefCell<VecDeque<&'static str>>>);

impl Messages for Said {
    async fn next(&mut self) -> &'static str {
        std::future::poll_fn(|_| {
            let next = self.0.borrow_mut().pop_front();
            next.map_or(std::task::Poll::Pending, std::task::Poll::Ready)
        })
        .await
    }
}

#[test]
fn messages_come_between_other_lines_and_none_is_lost() {
    let said = Said::default();
    let messages = said.clone();
    let firmware = move |time: &Time| (Firmware(time.clone()), messages);
    play_with(Config::default(), firmware, async |bench| {
        let mut server = bench.open(0).await;
        // A record is on its way, and stands still in the middle.
        server.send(0x82, &[b'r'; 400]).await;
        bench.time.sleep(1).await;
        said.0.borrow_mut().extend(["WIFI DISCONNECT\r\n", "WIFI CONNECTED\r\n"]);
        bench.host.expect(&format!("+WS_DATA:0,400,{}\r\n", "r".repeat(400))).await;
        bench.host.expect("WIFI DISCONNECT\r\nWIFI CONNECTED\r\n").await;
        // Not into a data phase.
        bench.host.ask("AT+WSSEND=0,4", "\r\nOK\r\n\r\n>").await;
        said.0.borrow_mut().push_back("WIFI DISCONNECT\r\n");
        bench.host.send("ab").await;
        bench.time.sleep(1000).await;
        assert_eq!(bench.host.rx.len(), 0);
        bench.host.send("cd").await;
        server.expect(0x81, b"abcd").await;
        let rest = bench.host.read(28).await;
        let rest = String::from_utf8(rest).unwrap();
        let either = ["\r\nSEND OK\r\nWIFI DISCONNECT\r\n", "WIFI DISCONNECT\r\n\r\nSEND OK\r\n"];
        assert!(either.contains(&rest.as_str()), "{rest:?}");
    });
}

/// Octets of each frame of a flood, and bytes of its record.
const OCTETS: usize = 200;
const RECORD: usize = "+WS_DATA:0,200,".len() + OCTETS + 2;

/// Bytes that the host reads in a millisecond. What is ready waits behind the record that is being printed, the lane's piece, and what is on the line.
const SPEED: usize = 10;
const SOON: u64 = ((RECORD + 128 + LINE) / SPEED) as u64 + 2;

/// Sends without a pause.
async fn flood(mut server: Server) {
    loop {
        server.send(0x82, &[b'x'; OCTETS]).await;
    }
}

/// What the host reads until then, while two links are flooded: each line, or record, with the time at which it was whole.
async fn flooded(bench: &mut Bench, line: &str, until: u64) -> Vec<(u64, String)> {
    let servers = (bench.open(0).await, bench.open(1).await);
    bench.host.send(line).await;
    let reading = async {
        let mut lines = Vec::new();
        let mut text = String::new();
        while bench.time.millis() < until {
            bench.time.sleep(1).await;
            let some = bench.host.rx.len().min(SPEED);
            assert_eq!(some, SPEED, "the line is never idle");
            text.push_str(str::from_utf8(&bench.host.read(some).await).unwrap());
            while let Some((line, rest)) = text.split_once("\r\n") {
                lines.push((bench.time.millis(), line.to_owned()));
                text = rest.to_owned();
            }
        }
        lines
    };
    match select3(flood(servers.0), flood(servers.1), reading).await {
        Either3::Third(lines) => lines,
        Either3::First(()) | Either3::Second(()) => unreachable!("it has no end"),
    }
}

/// How many are whole records; the others.
fn without_records(lines: Vec<(u64, String)>) -> (usize, Vec<(u64, String)>) {
    let record = |link: usize| format!("+WS_DATA:{link},{OCTETS},{}", "x".repeat(OCTETS));
    let all = lines.len();
    let is_other = |(_, line): &(u64, String)| *line != record(0) && *line != record(1);
    let others: Vec<_> = lines.into_iter().filter(is_other).collect();
    (all - others.len(), others)
}

/// Lines at their times.
struct Later(Time, VecDeque<(u64, &'static str)>);

impl Messages for Later {
    async fn next(&mut self) -> &'static str {
        let Some((at, text)) = self.1.front().copied() else { std::future::pending().await };
        self.0.until(at).await;
        self.1.pop_front();
        text
    }
}

#[test]
fn a_message_that_is_due_in_a_flood_stands_behind_the_record_that_is_being_printed() {
    let said = [(1000, "WIFI DISCONNECT\r\n"), (1500, "WIFI CONNECTED\r\n")];
    let firmware = |time: &Time| (NoProgram, Later(time.clone(), said.into()));
    play_with(Config::default(), firmware, async |bench| {
        let lines = flooded(bench, "", 3000).await;
        let (records, others) = without_records(lines);
        assert!(records > 100, "{records}");
        let texts: Vec<&str> = others.iter().map(|(_, text)| &text[..]).collect();
        assert_eq!(texts, ["WIFI DISCONNECT", "WIFI CONNECTED"]);
        for ((at, _), (due, text)) in others.into_iter().zip(said) {
            assert!((due..=due + SOON).contains(&at), "{text} at {at}");
        }
    });
}

#[test]
fn a_command_that_waits_for_its_messages_is_answered_in_a_flood() {
    let firmware = |time: &Time| (Firmware(time.clone()), Later(time.clone(), VecDeque::new()));
    play_with(Config::default(), firmware, async |bench| {
        let lines = flooded(bench, "AT+JOIN=\"home\"\r\n", 4000).await;
        let (_, others) = without_records(lines);
        let expected = [
            (1000, "WIFI CONNECTED"),
            (2000, "WIFI GOT IP"),
            // Behind the records that were there before it, and with what stands in one piece with it.
            (3000, "+JOIN:home"),
            (3000, ""),
            (3000, "OK"),
        ];
        let texts: Vec<&str> = others.iter().map(|(_, text)| &text[..]).collect();
        assert_eq!(texts, expected.map(|(_, text)| text));
        for ((at, _), (due, text)) in others.into_iter().zip(expected) {
            // Each message begins the next wait when it is on its way.
            assert!((due..=due + 5 * SOON).contains(&at), "{text} at {at}");
        }
    });
}

/// From this time on, the next one is always there.
struct Endless(Time, u64);

impl Messages for Endless {
    async fn next(&mut self) -> &'static str {
        self.0.until(self.1).await;
        "WIFI SCAN\r\n"
    }
}

#[test]
fn messages_without_end_take_turns_with_records() {
    let firmware = |time: &Time| (NoProgram, Endless(time.clone(), 500));
    play_with(Config::default(), firmware, async |bench| {
        let mut lines = flooded(bench, "", 3000).await;
        lines.retain(|(at, _)| *at > 500 + SOON);
        let (records, others) = without_records(lines);
        assert!(others.iter().all(|(_, text)| text == "WIFI SCAN"));
        assert!(records > 100, "{records}");
        assert!(records.abs_diff(others.len()) <= 1, "{records} and {}", others.len());
    });
}

#[test]
fn messages_without_end_keep_no_command_away() {
    let firmware = |time: &Time| (Firmware(time.clone()), Endless(time.clone(), 500));
    play_with(Config::default(), firmware, async |bench| {
        let mut server = bench.open(0).await;
        bench.time.sleep(500).await;
        bench.host.send("AT+JOIN=\"home\"\r\n").await;
        server.send(0x89, b"there?").await;
        let mut text = String::new();
        while !text.contains("\r\nOK\r\n") {
            bench.time.sleep(1).await;
            text.push_str(str::from_utf8(&bench.host.read(SPEED).await).unwrap());
            assert!(bench.time.millis() < 5000, "{text}");
        }
        let (answered, _) = text.split_once("\r\nOK").unwrap();
        let others = answered.replace("WIFI SCAN\r\n", "");
        assert_eq!(others, "WIFI CONNECTED\r\nWIFI GOT IP\r\n+JOIN:home\r\n");
        server.expect(0x8A, b"there?").await;
    });
}

/// A host that does not wait for answers keeps no message away.
#[test]
fn nor_do_commands_without_end_keep_messages_away() {
    let said = [(1000, "WIFI DISCONNECT\r\n")];
    let firmware = |time: &Time| (NoProgram, Later(time.clone(), said.into()));
    play_with(Config::default(), firmware, async |bench| {
        let Bench { host, time, .. } = bench;
        let asking = async {
            loop {
                host.tx.write_all(b"AT\r\n").await.unwrap();
            }
        };
        let reading = async {
            let mut text = String::new();
            while !text.contains("WIFI DISCONNECT\r\n") {
                time.sleep(1).await;
                let mut some = [0; SPEED];
                host.rx.read_exact(&mut some).await.unwrap();
                text.push_str(str::from_utf8(&some).unwrap());
                assert!(time.millis() < 1000 + SOON, "{text}");
            }
            text
        };
        let text = match select(asking, reading).await {
            Either::First(never) => never,
            Either::Second(text) => text,
        };
        let answers = text.split_once("WIFI DISCONNECT\r\n").unwrap().0;
        assert_eq!(answers.replace("\r\nOK\r\n", ""), "");
    });
}
