//! Messages of the embedding program, lines of its own that nobody asked for: where they may stand.

use crate::support::Bench;
use wsat::Dialect;
use wsat::device::{Answer, Config};
use wsat_testkit::frames::server_frame;

// rules: LINE-25
#[test]
fn when_the_embedding_program_may_print_lines_of_its_own() {
    let mut bench = Bench::with_config(Config::default());
    bench.serial_blocked = true;
    assert!(!bench.device.is_between_units(), "`ready` waits");
    bench.serial_blocked = false;
    bench.drain().expect("\r\nready\r\n");
    assert!(bench.device.is_between_units());

    bench.host("AT+WSOPEN=0,\"ws://h\"").expect("AT+WSOPEN=0,\"ws://h\"");
    assert!(!bench.device.is_between_units(), "half a line is echoed");
    bench.host("\r\n").expect("\r\n");
    assert!(bench.device.is_between_units(), "a command is no reason to wait");
    bench.accept(0).expect("+WS_CONNECTED:0\r\n\r\nOK\r\n");
    assert!(bench.device.is_between_units());

    bench.host("AT+WSSEND=0,1\r\n").expect("AT+WSSEND=0,1\r\n\r\nOK\r\n\r\n>");
    assert!(!bench.device.is_between_units(), "the prompt waits for payload");
    bench.host("x").expect("\r\nSEND OK\r\n");
    assert!(bench.device.is_between_units());

    bench.serial_blocked = true;
    bench.host("AT+GMR\r\n").expect("");
    assert!(
        !bench.device.is_between_units(),
        "the line of the program's command is not echoed yet"
    );
    bench.serial_blocked = false;
    bench.drain().expect("AT+GMR\r\n").expect_actions("o0 !");
    assert!(bench.device.is_between_units(), "before the result of its command");
    bench.device.handle_answer(bench.instant(), Answer::Ok).unwrap();
    assert!(!bench.device.is_between_units(), "the result waits");
    bench.drain().expect("\r\nOK\r\n");
    assert!(bench.device.is_between_units());

    bench.host("ATE0\r\n").expect("ATE0\r\n\r\nOK\r\n");
    bench.host("AT").expect("");
    assert!(bench.device.is_between_units(), "half a line that is not echoed");
    bench.serial_blocked = true;
    bench.peer(0, b"\x81\x02ab");
    assert!(bench.device.is_between_units(), "a record waits, and is not begun");
    bench.serial_blocked = false;
    bench.serial_piece = 1;
    let record = b"+WS_DATA:0,2,ab\r\n";
    for _ in 1..record.len() {
        assert!(bench.print());
        assert!(!bench.device.is_between_units(), "a record is begun");
    }
    assert!(bench.print());
    bench.expect_bytes(record);
    assert!(bench.device.is_between_units());
    bench.eof(0).expect("+WS_DISCONNECTED:0\r\n");
    assert!(bench.device.is_between_units());
}

/// What each record of a flood holds.
const OCTETS: [u8; 200] = [b'x'; 200];

/// Links 0 and 1 are open, with this format of records.
fn open(format: &str) -> Bench {
    let mut config = Config::default();
    config.dialect = Dialect::V4_2;
    let mut bench = Bench::with_config(config);
    bench.host("ATE0\r\n").expect("\r\nready\r\nATE0\r\n\r\nOK\r\n");
    for link in 0..2 {
        bench.host(format!("AT+WSDATAFMT={link},{format}\r\n")).expect("\r\nOK\r\n");
        bench.open(link);
    }
    bench.host("ATE1\r\n").expect("\r\nOK\r\n").expect_actions("o0 o1");
    bench
}

/// As much as the windows take: of each link a record always waits, or is being printed.
fn flood(bench: &mut Bench) {
    for link in 0..2 {
        while bench.peers[link].window.len() < 1000 {
            bench.peers[link].window.extend(server_frame(0x82, &OCTETS));
        }
        bench.offer(link);
    }
}

/// The next piece is printed, and more comes.
fn go_on(bench: &mut Bench) {
    assert!(bench.print());
    flood(bench);
}

/// Two links are flooded, and the first record is on its way.
fn flooded(format: &str, serial_piece: usize) -> Bench {
    let mut bench = open(format);
    bench.serial_piece = serial_piece;
    flood(&mut bench);
    go_on(&mut bench);
    assert!(!bench.device.is_between_units(), "a record is begun");
    bench
}

/// What an embedding program with a message does: whether it prints it now.
fn has_turn(bench: &mut Bench) -> bool {
    let has_turn = bench.device.is_between_units();
    if !has_turn {
        bench.device.handle_message_due();
    }
    has_turn
}

/// Until it prints it, which takes a few records at most.
fn wait_for_turn(bench: &mut Bench) {
    let before = bench.printed.len();
    while !has_turn(bench) {
        go_on(bench);
        assert!(bench.printed.len() < before + 1000, "it is kept away");
    }
}

fn printed(bench: &mut Bench) -> String {
    String::from_utf8(std::mem::take(&mut bench.printed)).unwrap()
}

// rules: LINE-25
#[test]
fn in_a_flood_of_records_a_message_stands_behind_the_one_that_is_being_printed() {
    for (format, end) in [("0,48", "\r\n"), ("0,16", ""), ("1,48", "\r\n"), ("2,16", "")] {
        for serial_piece in [1, 5, 64, 4096] {
            let mut bench = flooded(format, serial_piece);
            for link in [0, 1, 0, 1] {
                wait_for_turn(&mut bench);
                let data = str::from_utf8(&OCTETS).unwrap();
                bench.expect(&format!("+WS_DATA:{link},200,{data}{end}"));
                // It prints, and the next record goes on.
                go_on(&mut bench);
                assert!(!bench.device.is_between_units(), "the next record is begun");
            }
        }
    }
}

// rules: LINE-25
#[test]
fn a_message_does_not_overtake_an_answer() {
    for serial_piece in [1, 64, 4096] {
        let mut bench = flooded("0,48", serial_piece);
        bench.typed.extend(b"AT\r\n");
        assert_eq!(bench.take_typed(4), 4);
        wait_for_turn(&mut bench);
        let text = printed(&mut bench);
        assert!(text.ends_with("\r\nOK\r\n"), "{text}");
        // It waits for no more than what was there before the answer: of each link one record, and one between echo and answer.
        assert!(text.matches("+WS_DATA").count() <= 3, "{text}");
    }
}

// rules: LINE-25
#[test]
fn a_command_of_the_embedding_program_has_its_message_printed_in_a_flood() {
    // The echo of the line takes turns with records, as far as it fits into a piece.
    for serial_piece in [16, 64, 4096] {
        let mut bench = flooded("0,48", serial_piece);
        bench.typed.extend(b"AT+CWJAP\r\n");
        assert_eq!(bench.take_typed(10), 10);
        assert!(bench.act());
        bench.expect_actions("!");
        wait_for_turn(&mut bench);
        let text = printed(&mut bench);
        assert!(text.contains("AT+CWJAP\r\n"), "its line is echoed: {text}");
        bench.device.handle_answer(bench.instant(), Answer::Ok).unwrap();
        assert!(!has_turn(&mut bench), "the answer waits");
        wait_for_turn(&mut bench);
        let text = printed(&mut bench);
        assert!(text.ends_with("\r\nOK\r\n"), "{text}");
        assert!(text.matches("+WS_DATA").count() <= 2, "{text}");
    }
}

// rules: FMT-07
#[test]
fn an_open_record_ends_for_a_message_too() {
    let mut bench = open("2,16");
    bench.at(1000).peer(0, b"\x02\x03one").expect("+WS_DATA:0,3,one");
    bench.at(1500);
    assert!(!has_turn(&mut bench));
    bench.at(1999).expect("");
    bench.at(2000).expect("\r\n");
    assert!(has_turn(&mut bench));
    // The message is printed, and the next record has all the time of the world.
    bench.at(3000).peer(0, b"\x00\x03two").expect("+WS_DATA:0,3,two");
    bench.at(60_000).expect("");
}

/// An embedding program that goes on without printing gets all the same.
// rules: LINE-25
#[test]
fn a_message_that_is_not_printed_changes_nothing() {
    let played = |asks: fn(usize) -> bool| {
        let mut bench = flooded("0,48", 64);
        bench.typed.extend(b"AT+WSOPEN?\r\n");
        assert_eq!(bench.take_typed(100), 12);
        for round in 0..1000 {
            if asks(round) {
                bench.device.handle_message_due();
            }
            go_on(&mut bench);
        }
        printed(&mut bench)
    };
    let without = played(|_| false);
    for asks in [|_| true, |round| round % 3 == 0, |round| round == 5] as [fn(usize) -> bool; 3] {
        let with = played(asks);
        let shorter = with.len().min(without.len());
        assert_eq!(with[..shorter], without[..shorter]);
    }
}
