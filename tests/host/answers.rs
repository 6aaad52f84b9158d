//! What is written for a request, byte for byte, and what a module answers as ESP-AT's pages say or as firmware is known to.

use crate::script::{L0, Script, in_step};
use wsat::at_syntax::Record;
use wsat::host::{
    Command, Config, Event, Host, Join, JoinError, Memory, Open, Refused, Request, SendData,
    Storage,
};
use wsat::{Instant, LinkId};

#[test]
fn late_answers_are_nobodys() {
    let mut script = Script::new(Config::default());
    script.begin(&Request::Station).sends("ATE1\r\n");
    // The first OK is an older command's. Each answer has to be the last one for 50 ms.
    script.module("\r\nOK\r\n").at(40).module("ATE1\r\n\r\nOK\r\n").at(89).sends("");
    script.at(90).sends("ATE1\r\n").module("ATE1\r\n\r\nOK\r\n").at(140).sends("AT+SYSLOG=1\r\n");
    script.tells(&[]);
}

#[test]
fn reports_inside_echoes() {
    let mut script = Script::open();
    script.begin(&Request::Close(LinkId::L1)).sends("AT+WSCLOSE=1\r\n");
    script.module(
        "AT+WS+WS_DATA:0,3,+WS\r\nCLOWIFI DISCONNECT\r\nSE=+WS_CLOSED:0\r\n1\r\n\r\nOK\r\n",
    );
    script.tells(&[
        "Data(L0, 0, +WS, last: true)",
        "Report(WIFI DISCONNECT)",
        "Closed(L0)",
        "Finished(Ok(()))",
    ]);
}

#[test]
fn what_the_module_refuses() {
    let mut script = Script::open();
    script.begin(&SendData::text(L0, b"abc").into());
    script.module("AT+WSSEND=0,3\r\nERR CODE:0x01080001\r\n\r\nERROR\r\n");
    // A parameter of no link is no reason to believe something else of it, but its state may be.
    script
        .tells(&["Finished(Err(Error(Some(17301505))))"])
        .sends("AT+WSSEND=0,3\r\nAT+WSOPEN?\r\n");
    script.module("AT+WSOPEN?\r\n\r\nOK\r\n").tells(&["Corrected { link: L0, state: Free }"]);
    script.begin(&Request::Station).module("AT+CWMODE=1\r\n\r\nERROR\r\n");
    script.tells(&["Finished(Err(Error(None)))"]).sends("AT+CWMODE=1\r\n");
}

#[test]
fn a_busy_module_is_waited_for() {
    let mut script = in_step();
    script.begin(&Request::Close(L0)).module("\r\nbusy p...\r\n").sends("AT+WSCLOSE=0\r\nATE1\r\n");
    script.module("\r\nbusy p...\r\n").at(349).sends("").at(350).sends("ATE1\r\n");
    // What kept it busy ends; that answer is nobody's.
    script
        .at(400)
        .module("\r\nbusy p...\r\n")
        .at(500)
        .module("\r\nOK\r\n")
        .at(550)
        .sends("ATE1\r\n");
    script.module("ATE1\r\n\r\nOK\r\n").at(600).sends("AT+SYSLOG=1\r\n");
    script.module("AT+SYSLOG=1\r\n\r\nOK\r\n").module("AT+WSOPEN?\r\n\r\nOK\r\n");
    script.sends("AT+WSOPEN?\r\nAT+WSCLOSE=0\r\n").module("AT+WSCLOSE=0\r\n\r\nOK\r\n");
    script.tells(&["Finished(Ok(()))"]);
}

#[test]
fn other_commands_and_their_lines() {
    let mut script = in_step();
    script.begin(&Command::execute(b"GMR").with_lines(&[b""]).into()).sends("AT+GMR\r\n");
    script.module("AT+GMR\r\nAT version:3.2\r\n+WS_CLOSED:1\r\n+X:1\r\nBin version\r\n\r\nOK\r\n");
    script.tells(&[
        "Answer(AT version:3.2)",
        "Closed(L1)",
        "Report(+X:1)",
        "Answer(Bin version)",
        "Finished(Ok(()))",
    ]);
    script.begin(&Command::query(b"CWJAP").with_lines(&[b"No AP"]).into());
    script.module("AT+CWJAP?\r\n+CWJAP:\"a\",1\r\nNo APs\r\nWIFI GOT IP\r\n\r\nOK\r\n");
    script.tells(&[
        r#"Answer(+CWJAP:\"a\",1)"#,
        "Answer(No APs)",
        "Report(WIFI GOT IP)",
        "Finished(Ok(()))",
    ]);
    // Its own time on top of the ordinary one, which is 2 s.
    script
        .begin(&Command::execute(b"CWLAP").with_time(5000).into())
        .sends("AT+CWJAP?\r\nAT+CWLAP\r\n");
    script.at(7049).tells(&[]).at(7050).tells(&["Finished(Err(NoAnswer))"]);
}

#[test]
fn other_units_with_binary_data() {
    let mut config = Config::default();
    config.records =
        const { &[Record::new(b"IPD", 2, 1).with_marks(b',', b':').without_line_end()] };
    let mut script = Script::in_step(config);
    script.module("+IPD,0,4:\r\nOK\r\nready\r\n");
    let told =
        ["Record { name: [73, 80, 68], fields: Fields { rest: Some([48, 44, 52]) }, len: 4 }"];
    script.tells(&[told[0], "Octets(\\r\\nOK, last: true)", "Ready"]);
}

#[test]
fn one_request_at_a_time() {
    let mut script = in_step();
    script.begin(&Request::Station);
    let busy = script.host.begin(Instant::ZERO, &Request::Start);
    assert_eq!((busy, script.host.is_busy()), (Err(Refused::Busy), true));
    // Until its end was told.
    let (taken, event) = script.host.feed(Instant::ZERO, b"AT+CWMODE=1\r\n");
    assert_eq!((taken, event), (13, None));
    let (taken, event) = script.host.feed(Instant::ZERO, b"\r\nOK\r\n");
    assert_eq!((taken, event), (6, Some(Event::Finished(Ok(())))));
    assert!(!script.host.is_busy());
    assert_eq!(script.host.begin(Instant::ZERO, &Request::Start), Ok(()));
}

#[test]
fn a_request_that_is_given_up() {
    let mut script = in_step();
    assert!(!script.host.give_up());
    script.begin(&Command::execute(b"X").with_time(1_000_000).into()).sends("AT+X\r\n");
    assert!(script.host.give_up());
    script.module("").tells(&["Finished(Err(GivenUp))"]).sends("ATE1\r\n");
}

#[test]
fn a_record_that_pauses_is_given_up() {
    let mut script = Script::open();
    script
        .module("+WS_DATA:0,10,abc")
        .tells(&["Data(L0, 0, abc, last: false)"])
        .at(1049)
        .tells(&[]);
    script.at(1050).tells(&["Cut { link: Some(L0), missing: 7 }"]).sends("ATE1\r\n");
}

#[test]
fn an_answer_behind_a_long_record() {
    let mut script = Script::open();
    script.begin(&Request::Close(LinkId::L1)).module("AT+WSCLOSE=1\r\n+WS_DATA:0,8000,");
    // 7 s for the answer; the record takes longer, without a pause of a second.
    for i in 0..80 {
        script.at(50 + i * 100).module([b'x'; 100]);
    }
    script.module("\r\n\r\nOK\r\n");
    assert_eq!(script.now, 7950);
    script.at(8000).sends("AT+WSCLOSE=1\r\n");
    let mut told = Vec::new();
    std::mem::swap(&mut told, script.told_mut());
    assert_eq!(told.len(), 81);
    assert_eq!(told[80], "Finished(Ok(()))");
}

#[test]
fn secrets_are_not_shown() {
    let mut script = in_step();
    let join = Join::new(b"network", b"secret");
    let open = Open::new(L0, b"ws://user:secret@h").with_authorization(b"secret");
    let shown = format!("{join:?} {open:?} {:?}", Request::from(join));
    script.begin(&join.into());
    let shown = format!("{shown} {:?}", script.host);
    assert!(!shown.contains("secret") && !shown.contains("115, 101, 99"), "{shown}");
}

#[test]
fn why_a_network_could_not_be_joined() {
    let mut storage = Storage::<256, 256>::new();
    let mut host = Host::new(Config::default(), storage.lend());
    for (line, why) in [
        ("+CWJAP:1", Some(JoinError::Timeout)),
        ("+CWJAP:2", Some(JoinError::Password)),
        ("+CWJAP:3", Some(JoinError::NotFound)),
        ("+CWJAP:4", Some(JoinError::Failed)),
        ("+CWJAP:\"a\",1", None),
        ("+CWLAP:1", None),
        ("WIFI GOT IP", None),
    ] {
        let line = format!("{line}\r\n");
        let (_, event) = host.feed(Instant::ZERO, line.as_bytes());
        let Some(Event::Report(line)) = event else { panic!("{event:?}") };
        assert_eq!(JoinError::of(&line), why);
    }
}

#[test]
fn an_answer_behind_a_record_whose_last_octet_came_late() {
    let mut script = in_step();
    script.begin(&Request::Station).module("+WS_DATA:0,3000,");
    // A byte a millisecond, longer than the 2 s for the answer.
    let rest = [&[b'x'; 3000][..], b"\r\nAT+CWMODE=1\r\n\r\nOK\r\n"].concat();
    for byte in rest {
        let now = script.now;
        script.at(now + 1).module([byte]);
    }
    assert_eq!(script.told_mut().pop().unwrap(), "Finished(Ok(()))");
}

#[test]
fn nothing_of_a_request_is_left_in_memory() {
    let (mut statement, mut line) = ([0; 256], [0; 256]);
    let mut host = Host::new(Config::default(), Memory::new(&mut statement, &mut line));
    host.begin(Instant::ZERO, &Join::new(b"network", b"secret").into()).unwrap();
    assert!(host.give_up());
    drop(host);
    assert_eq!(statement, [0; 256]);
}

#[test]
fn a_request_has_all_its_time_whatever_was_before() {
    let mut script = Script::new(Config::default());
    script.module("\r\nready\r\n").tells(&["Ready"]);
    let busy_until = |script: &mut Script, end: u64| {
        while script.now < end {
            let now = script.now;
            script.module("\r\nbusy p...\r\n").at(now + 300);
        }
    };
    busy_until(&mut script, 19_000);
    script.begin(&Request::Station);
    busy_until(&mut script, 38_000);
    script.tells(&[]);
    busy_until(&mut script, 39_600);
    script.tells(&["Finished(Err(Busy))"]);
}
