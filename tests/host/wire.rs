//! What goes over the line, byte for byte, when a module answers as ESP-AT's pages say or as firmware is known to.

use crate::script::Script;
use wsat::at_syntax::Record;
use wsat::host::{
    Command, Config, Event, Host, Join, JoinError, Memory, Open, Refused, Request, SendData,
    Storage,
};
use wsat::{DataFormat, DataMask, Dialect, Instant, Level, LinkId};

const L0: LinkId = LinkId::L0;

fn config() -> Config {
    Config::default()
}

fn in_step() -> Script {
    Script::in_step(config())
}

/// A host with link 0 open, at the time 50 ms.
fn open() -> Script {
    let mut script = in_step();
    script.begin(&Open::new(L0, b"ws://h").into()).sends("AT+WSOPEN=0,\"ws://h\"\r\n");
    script.module("AT+WSOPEN=0,\"ws://h\"\r\n+WS_CONNECTED:0\r\n\r\nOK\r\n");
    script.tells(&["Connected(L0)", "Finished(Ok(()))"]);
    script
}

#[test]
fn nothing_is_written_before_the_first_request() {
    let mut script = Script::new(config());
    script.at(100_000).sends("").tells(&[]);
    assert_eq!(script.host.poll_deadline(), None);
}

#[test]
fn in_step_with_a_module_that_is_up() {
    let mut script = Script::new(config());
    script.begin(&Request::Start).sends("ATE1\r\n");
    // Echo was off: the answer to ATE1 comes without one.
    script.at(10).module("\r\nOK\r\n").at(59).sends("");
    script.at(60).sends("AT+SYSLOG=1\r\n").module("AT+SYSLOG=1\r\n\r\nOK\r\n");
    script.sends("AT+WSOPEN?\r\n");
    script.module("AT+WSOPEN?\r\n+WSOPEN:1,2,\"ws://h/\"\r\n+WSOPEN:2,3,\"ws://i\"\r\n\r\nOK\r\n");
    script.tells(&[
        "Corrected { link: L1, state: Open }",
        "Corrected { link: L2, state: Reconnecting }",
        "Finished(Ok(()))",
    ]);
    assert_eq!(script.host.poll_deadline(), None);
}

#[test]
fn the_newest_dialect_has_its_formats_set() {
    let mut script = Script::new(Config::new(Dialect::V4_2));
    script
        .begin(&Request::Start)
        .module("ATE1\r\n\r\nOK\r\n")
        .at(50)
        .sends("ATE1\r\nAT+SYSLOG=1\r\n");
    // It may have been damaged on its way. A module that does not know it need not.
    script.module("AT+SYSLOG=1\r\n\r\nERROR\r\n").sends("AT+SYSLOG=1\r\n");
    script.module("AT+SYSLOG=1\r\n\r\nERROR\r\n").sends("AT+WSDATAFMT=0,0,48\r\n");
    script.module("AT+WSDATAFMT=0,0,48\r\n\r\nOK\r\n").sends("AT+WSDATAFMT=1,0,48\r\n");
    script.module("AT+WSDATAFMT=1,0,48\r\n\r\nOK\r\n").sends("AT+WSDATAFMT=2,0,48\r\n");
    script.module("AT+WSDATAFMT=2,0,48\r\n\r\nOK\r\n").sends("AT+WSOPEN?\r\n");
    script.module("AT+WSOPEN?\r\n\r\nOK\r\n").tells(&["Finished(Ok(()))"]);
}

#[test]
fn a_module_that_starts_is_asked_when_it_is_ready() {
    let mut script = Script::new(config());
    // The probe before that was lost.
    script.begin(&Request::Station).sends("ATE1\r\n").at(100).module("\r\nready\r\n");
    script.tells(&["Ready"]).at(149).sends("").at(150).sends("ATE1\r\n");
    script.module("ATE1\r\n\r\nOK\r\n").at(200).sends("AT+SYSLOG=1\r\n");
    // It looked like `ready`, and may have been something else.
    script.module("AT+SYSLOG=1\r\n\r\nOK\r\n").sends("AT+WSOPEN?\r\n");
    script.module("AT+WSOPEN?\r\n\r\nOK\r\n").sends("AT+CWMODE=1\r\n");
    script.module("AT+CWMODE=1\r\n\r\nOK\r\n").tells(&["Finished(Ok(()))"]);
}

#[test]
fn without_echo_and_without_error_codes() {
    let mut config = config();
    (config.echo, config.error_codes) = (false, false);
    let mut script = Script::new(config);
    script.begin(&Request::Close(L0)).sends("ATE0\r\n").module("ATE0\r\n\r\nOK\r\n").at(50);
    script.sends("AT+WSOPEN?\r\n").module("\r\nOK\r\n").sends("AT+WSCLOSE=0\r\n");
    script.module("\r\nOK\r\n").tells(&["Finished(Ok(()))"]);
}

#[test]
fn late_answers_are_nobodys() {
    let mut script = Script::new(config());
    script.begin(&Request::Station).sends("ATE1\r\n");
    // The first OK is an older command's. Each answer has to be the last one for 50 ms.
    script.module("\r\nOK\r\n").at(40).module("ATE1\r\n\r\nOK\r\n").at(89).sends("");
    script.at(90).sends("ATE1\r\n").module("ATE1\r\n\r\nOK\r\n").at(140).sends("AT+SYSLOG=1\r\n");
    script.tells(&[]);
}

#[test]
fn the_prompt_and_the_older_one() {
    for prompt in ["\r\nOK\r\n\r\n>", "\r\nOK\r\n> ", "\r\nOK\r\n\r\n> "] {
        let mut script = open();
        script.begin(&SendData::text(L0, b"abc").into()).sends("AT+WSSEND=0,3\r\n");
        script.module("AT+WSSEND=0,3\r\n").sends("").module(prompt).sends("abc");
        script.module("\r\nSEND OK\r\n").tells(&["Finished(Ok(()))"]);
    }
}

#[test]
fn a_payload_that_is_streamed() {
    let mut script = open();
    script.begin(&SendData::streamed(L0, 6).into()).module("AT+WSSEND=0,6\r\n\r\nOK\r\n\r\n>");
    script.sends("AT+WSSEND=0,6\r\n").at(5000).pays("ab").at(14_000).pays("cd").sends("abcd");
    assert!(script.host.handle_payload(Instant::from_millis(14_000), 3).is_err(), "two are left");
    script.pays("ef").module("\r\nSEND OK\r\n").tells(&["Finished(Ok(()))"]).sends("ef");
}

#[test]
fn a_payload_that_does_not_come_in_time() {
    let mut script = open();
    script.begin(&SendData::streamed(L0, 6).into()).module("AT+WSSEND=0,6\r\n\r\nOK\r\n\r\n>");
    script.sends("AT+WSSEND=0,6\r\n").at(5000).pays("ab").at(14_999).tells(&[]);
    script.at(15_000).tells(&["Finished(Err(Stalled))"]);
    // The module still waits for four bytes; the probe has six.
    script.sends("abATE1\r\n").module("\r\nSEND OK\r\n").at(15_050).sends("ATE1\r\n");
}

#[test]
fn records_and_reports_between_the_prompt_and_send_ok() {
    let mut script = open();
    script.begin(&SendData::streamed(L0, 2).into());
    script.module("AT+WSSEND=0,2\r\n\r\nOK\r\n\r\n>+WS_DATA:1,4,\r\nOK\r\n").pays("a");
    script.module("+WS_DISCONNECTED:2\r\n").pays("b").module("+WS_DATA:0,0,\r\n\r\nSEND OK\r\n");
    script.tells(&[
        "Data(L1, 0, \\r\\nOK, last: true)",
        "Disconnected(L2)",
        "Data(L0, 0, , last: true)",
        "Finished(Ok(()))",
    ]);
    script.sends("AT+WSSEND=0,2\r\nab");
}

#[test]
fn reports_inside_echoes() {
    let mut script = open();
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
    let mut script = open();
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
fn what_did_not_arrive_as_a_statement_is_written_again() {
    let mut script = in_step();
    script.begin(&Request::Close(L0)).sends("AT+WSCLOSE=0\r\n");
    // A byte of older payload stood in front of it.
    script.module("AT+WSCLOSE=0\r\nERR CODE:0x01030000\r\n\r\nERROR\r\n").sends("ATE1\r\n");
    script.module("ATE1\r\n\r\nOK\r\n").at(100).sends("AT+SYSLOG=1\r\n");
    script.module("AT+SYSLOG=1\r\n\r\nOK\r\n").sends("AT+WSOPEN?\r\n");
    script.module("AT+WSOPEN?\r\n\r\nOK\r\n").sends("AT+WSCLOSE=0\r\n").tells(&[]);
    script.module("AT+WSCLOSE=0\r\n\r\nOK\r\n").tells(&["Finished(Ok(()))"]);
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
fn a_prompt_behind_an_echo_that_was_another_gets_no_payload() {
    let mut script = open();
    script.begin(&SendData::text(L0, b"\r\nAT+RST\r\n").into()).sends("AT+WSSEND=0,10\r\n");
    // A digit was lost on the way to the module: it waits for one byte.
    script.module("AT+WSSEND=0,1\r\n\r\nOK\r\n\r\n>");
    script.tells(&["Damaged(Echo)", "Finished(Err(Garbled))"]).sends("ATE1\r\n");
}

#[test]
fn send_fail() {
    let mut script = open();
    script.begin(&SendData::text(L0, b"abc").into()).module("AT+WSSEND=0,3\r\n\r\nOK\r\n\r\n>");
    script.module("\r\nSEND FAIL\r\n").tells(&["Finished(Err(SendFail))"]);
}

#[test]
fn a_payload_that_was_too_long_when_it_came() {
    let mut script = open();
    script.begin(&SendData::text(L0, b"abc").into()).module("AT+WSSEND=0,3\r\n\r\nOK\r\n\r\n>");
    script.module("\r\nbusy p...\r\n\r\nSEND OK\r\n").tells(&["Finished(Err(Garbled))"]);
}

#[test]
fn an_end_of_the_data_phase_that_the_module_chose() {
    let mut script = open();
    script
        .begin(&SendData::streamed(L0, 6).into())
        .module("AT+WSSEND=0,6\r\n\r\nOK\r\n\r\n>")
        .pays("abc");
    script
        .sends("AT+WSSEND=0,6\r\nabc")
        .module("\r\nERROR\r\n")
        .tells(&["Finished(Err(Error(None)))"]);
    // What it has of the payload may stand in its line.
    script.sends("ATE1\r\n").module("abcATE1\r\n\r\nERROR\r\n").at(100).sends("ATE1\r\n");
}

#[test]
fn a_reboot_ends_the_payload_at_once() {
    let mut script = open();
    script.begin(&SendData::streamed(L0, 600).into()).module("AT+WSSEND=0,600\r\n\r\nOK\r\n\r\n>");
    script.pays("abc").sends("AT+WSSEND=0,600\r\nabc").module("\r\nready\r\n");
    script.tells(&["Finished(Err(Rebooted))", "Ready"]).sends("ATE1\r\n");
    // The caller may have written some more before it knew.
    script.host.handle_payload(Instant::from_millis(50), 100).unwrap();
    assert_eq!(script.host.link_state(L0), wsat::host::LinkState::Free);
}

#[test]
fn a_reboot_out_of_nowhere() {
    let mut script = open();
    script.at(9000).module(b"\x00\xffrst:0x1 (POWERON)\r\n\r\nready\r\n");
    script.tells(&["Report(\\x00\\xffrst:0x1 (POWERON))", "Ready"]).sends("ATE1\r\n");
    script.module("ATE1\r\n\r\nOK\r\n").at(9100).sends("AT+SYSLOG=1\r\n");
    script.module("AT+SYSLOG=1\r\n\r\nOK\r\n").sends("AT+WSOPEN?\r\n");
    script.module("AT+WSOPEN?\r\n\r\nOK\r\n").sends("");
    assert_eq!(script.host.poll_deadline(), None);
}

#[test]
fn a_restart_ends_when_the_module_is_ready() {
    let mut script = open();
    script.begin(&Request::Restart).sends("AT+RST\r\n").module("AT+RST\r\n\r\nOK\r\n").tells(&[]);
    script.at(1000).module("\r\nready\r\n").tells(&["Finished(Ok(()))", "Ready"]);
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
    let mut config = config();
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
    let mut script = open();
    script
        .module("+WS_DATA:0,10,abc")
        .tells(&["Data(L0, 0, abc, last: false)"])
        .at(1049)
        .tells(&[]);
    script.at(1050).tells(&["Cut { link: Some(L0), missing: 7 }"]).sends("ATE1\r\n");
}

#[test]
fn an_answer_behind_a_long_record() {
    let mut script = open();
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
fn an_opening_that_failed_has_the_links_asked_for() {
    let mut script = in_step();
    script
        .begin(&Open::new(L0, b"ws://h").into())
        .module("AT+WSOPEN=0,\"ws://h\"\r\n\r\nERROR\r\n");
    script.sends("AT+WSOPEN=0,\"ws://h\"\r\nAT+WSOPEN?\r\n").tells(&["Finished(Err(Error(None)))"]);
    // It was in use, and nobody here knew.
    script.module("AT+WSOPEN?\r\n+WSOPEN:0,2,\"ws://i\"\r\n\r\nOK\r\n");
    script.tells(&["Corrected { link: L0, state: Open }"]);
}

#[test]
fn damage_that_shows_has_everything_asked_for() {
    for (bytes, told) in [
        (&b"+WS_DATA:0,x,a\r\n"[..], &["Damaged(Length)"][..]),
        (b"+WS_DATA:0,1,a!\r\n", &["Data(L0, 0, a, last: true)", "Damaged(RecordEnd)"]),
        (&[b'x'; 300], &["Damaged(TooLong)"]),
    ] {
        let mut script = open();
        script.module(bytes).tells(told).sends("ATE1\r\n").module("\r\nATE1\r\n\r\nOK\r\n").at(100);
        script.sends("AT+SYSLOG=1\r\n").module("AT+SYSLOG=1\r\n\r\nOK\r\n").sends("AT+WSOPEN?\r\n");
        script.module("AT+WSOPEN?\r\n\r\nOK\r\n").tells(&["Corrected { link: L0, state: Free }"]);
    }
}

#[test]
fn a_report_that_nobody_knows_has_the_links_asked_for() {
    for report in ["+WS_CLOSED:7", "+WS_CLSED:0", "x+WS_CLOSED:0", "WS_CLOSED:0"] {
        let mut script = open();
        script.module(format!("{report}\r\n")).sends("AT+WSOPEN?\r\n");
        script.module("AT+WSOPEN?\r\n\r\nOK\r\n");
        script.tells(&[&format!("Report({report})"), "Corrected { link: L0, state: Free }"]);
    }
}

#[test]
fn a_list_of_the_links_that_is_damaged_is_asked_for_again() {
    let mut script = open();
    for line in ["+WSOPEN:0,2,\"ws://h", "+WSOPE:0,2,\"ws://h\"", "WSOPEN:0,2,\"ws://h\""] {
        script.begin(&Request::ListLinks).sends("AT+WSOPEN?\r\n");
        script.module(format!("AT+WSOPEN?\r\n{line}\r\n\r\nOK\r\n")).sends("AT+WSOPEN?\r\n");
        script.module("AT+WSOPEN?\r\n+WSOPEN:0,2,\"ws://h\"\r\n\r\nOK\r\n").sends("");
        let told = script.told_mut().drain(..).collect::<Vec<_>>();
        assert!(!told.iter().any(|told| told.starts_with("Corrected")), "{told:?}");
    }
    // A line longer than the memory is as it is each time.
    script.begin(&Request::ListLinks).sends("AT+WSOPEN?\r\n");
    let line = format!("AT+WSOPEN?\r\n+WSOPEN:0,2,\"{}\"\r\n\r\nOK\r\n", "x".repeat(300));
    script.module(&line).module(&line).sends("AT+WSOPEN?\r\nAT+WSOPEN?\r\n");
    script.module(&line).sends("");
    assert_eq!(script.host.link_state(L0), wsat::host::LinkState::Open);
    assert!(script.host.is_in_step());
}

#[test]
fn a_report_inside_a_list_is_newer_than_it() {
    let mut script = open();
    script.begin(&Request::ListLinks).sends("AT+WSOPEN?\r\n");
    script.module("AT+WSOPEN?\r\n+WSOPEN:0,2,\"ws://h\"\r\n+WS_DISCONNECTED:0\r\n\r\nOK\r\n");
    script.tells(&["Link(L0, Open, ws://h)", "Disconnected(L0)", "Finished(Ok(()))"]);
}

#[test]
fn a_line_end_too_many_does_not_have_a_statement_written_twice() {
    let mut script = in_step();
    script.begin(&Open::new(L0, b"ws://h").into()).sends("AT+WSOPEN=0,\"ws://h\"\r\n");
    script.module("AT+WSOPEN=0,\"ws://h\"\r\n\r\nbusy p...\r\n").sends("");
    script.module("+WS_CONNECTED:0\r\n\r\nOK\r\n").tells(&["Connected(L0)", "Finished(Ok(()))"]);
}

#[test]
fn an_opening_that_was_not_heard_is_no_opening() {
    let mut script = in_step();
    script.begin(&Open::new(L0, b"ws://h").into()).module("\r\nbusy p...\r\n");
    script.sends("AT+WSOPEN=0,\"ws://h\"\r\nATE1\r\n").tells(&[]);
    assert_eq!(script.host.link_state(L0), wsat::host::LinkState::Free);
}

#[test]
fn a_prompt_that_was_lost() {
    let mut script = open();
    script.begin(&SendData::text(L0, &[b'x'; 100]).into()).sends("AT+WSSEND=0,100\r\n");
    script.at(2050).tells(&["Finished(Err(NoAnswer))"]).sends("ATE1\r\n");
    // It may be waiting: 6 bytes of each probe, and then zeros.
    script.at(2950).sends("ATE1\r\nATE1\r\n\0\0\0\0\0\0\0\0ATE1\r\n");
}

#[test]
fn damage_does_not_make_it_forget_a_payload() {
    let mut script = open();
    script.begin(&SendData::streamed(L0, 600).into());
    script.module("AT+WSSEND=0,600\r\n\r\nOK\r\n\r\n>").pays("x").module("+WS_DATA:0,x,\r\n");
    script.at(10_050).tells(&["Damaged(Length)", "Finished(Err(Stalled))"]);
    script.sends("AT+WSSEND=0,600\r\nxATE1\r\n").at(10_350).sends("\0\0\0\0\0\0\0\0ATE1\r\n");
}

#[test]
fn probes_wait_for_a_record_that_began_before_them() {
    let mut script = open();
    // Its length was damaged: 7000 octets will not come.
    script.module("+WS_DATA:0,7005,hello\r\n").begin(&Request::Start).sends("").at(1049).sends("");
    script.at(1050).sends("ATE1\r\n").module("\r\nATE1\r\n\r\nOK\r\n").at(1100);
    script
        .sends("AT+SYSLOG=1\r\n")
        .tells(&["Data(L0, 0, hello\\r\\n, last: false)", "Cut { link: Some(L0), missing: 6998 }"]);
}

#[test]
fn a_module_that_was_reset_by_its_pin() {
    let mut script = open();
    script.begin(&Request::Close(L0)).module("AT+WSCLOSE=0\r\n+WS_DATA:0,100,hell");
    script.host.handle_reset(Instant::from_millis(60));
    script.module("\r\nready\r\n");
    script.tells(&["Data(L0, 0, hell, last: false)", "Finished(Err(Rebooted))", "Ready"]);
    assert_eq!(script.host.link_state(L0), wsat::host::LinkState::Free);
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
fn a_prompt_while_the_two_are_out_of_step() {
    let mut script = in_step();
    script.begin(&Request::Start).sends("ATE1\r\n").module("ATE1\r\n\r\nOK\r\n\r\n>").at(100);
    script.sends("ATE1\r\n");
    // One probe goes unanswered, then there are zeros: eight, sixteen …
    script.at(400).sends("\0\0\0\0\0\0\0\0ATE1\r\n").at(700);
    script.sends("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0ATE1\r\n").tells(&[]);
}

#[test]
fn what_is_never_understood_is_given_up() {
    let mut script = in_step();
    script.begin(&Request::Close(L0));
    script.sends("AT+WSCLOSE=0\r\n");
    for _ in 0..2 {
        script.module("AT+WSCLOSE=0\r\nERR CODE:0x01030000\r\n\r\nERROR\r\n").tells(&[]);
        let now = script.now;
        script.module("ATE1\r\n\r\nOK\r\n").at(now + 50).module("AT+SYSLOG=1\r\n\r\nOK\r\n");
        script
            .module("AT+WSOPEN?\r\n\r\nOK\r\n")
            .sends("ATE1\r\nAT+SYSLOG=1\r\nAT+WSOPEN?\r\nAT+WSCLOSE=0\r\n");
    }
    script.module("AT+WSCLOSE=0\r\nERR CODE:0x01030000\r\n\r\nERROR\r\n");
    script.tells(&["Finished(Err(Error(Some(16973824))))"]);
}

#[test]
fn records_inside_the_echo_of_a_probe() {
    let mut script = Script::new(config());
    script.begin(&Request::Start).sends("ATE1\r\n");
    script.module("A+WS_DATA:0,6,\r\nOK\r\n\r\nTE1\r\n").at(50).sends("");
    script.tells(&["Data(L0, 0, \\r\\nOK\\r\\n, last: true)"]);
    script.module("\r\nOK\r\n").at(100).sends("AT+SYSLOG=1\r\n");
}

#[test]
fn a_start_asks_for_everything_anew() {
    let mut script = open();
    script.begin(&Request::Start).sends("ATE1\r\n").module("ATE1\r\n\r\nOK\r\n").at(100);
    script.sends("AT+SYSLOG=1\r\n").module("AT+SYSLOG=1\r\n\r\nOK\r\n").sends("AT+WSOPEN?\r\n");
    script.module("AT+WSOPEN?\r\n\r\nOK\r\n");
    script.tells(&["Corrected { link: L0, state: Free }", "Finished(Ok(()))"]);
}

/// A host in V4_2 that is in step, with this format of link 0.
fn with_format(format: DataFormat) -> Script {
    let mut script = Script::new(Config::new(Dialect::V4_2));
    script.begin(&Request::SetFormat(L0, format)).module("ATE1\r\n\r\nOK\r\n").at(50);
    script.module("AT+SYSLOG=1\r\n\r\nOK\r\n");
    for link in 0..3 {
        script.module(format!("AT+WSDATAFMT={link},0,48\r\n\r\nOK\r\n"));
    }
    script.module("AT+WSOPEN?\r\n\r\nOK\r\n");
    script.sends(&format!(
        "ATE1\r\nAT+SYSLOG=1\r\nAT+WSDATAFMT=0,0,48\r\nAT+WSDATAFMT=1,0,48\r\nAT+WSDATAFMT=2,0,48\r\n\
        AT+WSOPEN?\r\nAT+WSDATAFMT=0,{},{}\r\n",
        format.level.number(),
        format.mask.bits()
    ));
    script
}

#[test]
fn a_format_whose_answer_was_lost_is_set_again() {
    let format = DataFormat { level: Level::Chunk, mask: DataMask::OPCODE | DataMask::DATA_LEN };
    let mut script = with_format(format);
    script.at(2050).tells(&["Finished(Err(NoAnswer))"]).sends("ATE1\r\n");
    script.module("ATE1\r\n\r\nOK\r\n").at(2100).sends("AT+SYSLOG=1\r\n");
    script.module("AT+SYSLOG=1\r\n\r\nOK\r\n").sends("AT+WSDATAFMT=0,0,17\r\n");
}

#[test]
fn a_module_that_has_started_prints_data_as_at_first() {
    let format = DataFormat { level: Level::Chunk, mask: DataMask::all() };
    let mut script = with_format(format);
    script.module("AT+WSDATAFMT=0,0,63\r\n\r\nOK\r\n+WS_DATA:0,2,1,1,0,1,a\r\n\r\nready\r\n");
    script.module("+WS_DATA:0,2,hi\r\n");
    script.tells(&[
        "Finished(Ok(()))",
        "Data(L0, 0, a, last: true)",
        "Ready",
        "Data(L0, 0, hi, last: true)",
    ]);
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
fn what_was_refused_behind_another_echo_is_not_written_again() {
    let mut script = in_step();
    script.begin(&Open::new(L0, b"ws://h").into()).sends("AT+WSOPEN=0,\"ws://h\"\r\n");
    script.module("AT+WSOPEN=0,\"ws://i\"\r\n\r\nERROR\r\n");
    script.tells(&["Damaged(Echo)", "Finished(Err(Garbled))"]);
}

#[test]
fn a_byte_too_many_in_a_statement_shows_in_its_echo() {
    for echo in ["AT+WSCLOSE=01\r\n", "AT+WSCLOSE=00\r\n"] {
        let mut script = in_step();
        script.begin(&Request::Close(L0)).sends("AT+WSCLOSE=0\r\n");
        script.module(format!("{echo}\r\nOK\r\n"));
        assert_eq!(script.told_mut().pop().unwrap(), "Finished(Err(Garbled))");
    }
}

#[test]
fn a_dead_module_is_left_in_peace_whatever_it_prints() {
    let mut script = Script::new(config());
    script.begin(&Request::Start).at(10_000).tells(&["Finished(Err(Unreachable))"]);
    script.sends(&probes_and_zeros());
    for _ in 0..10 {
        let now = script.now;
        script.module("\r\n>").at(now + 5000).sends("");
    }
    script.begin(&Request::Start).sends("ATE1\r\n");
}

/// What a module gets that answers nothing: three probes, then zeros before each, twice as many each time until there are as many as the
/// longest payload has, and probes for 3 s.
fn probes_and_zeros() -> String {
    let mut all = "ATE1\r\n".repeat(3);
    let (mut zeros, mut left) = (8, 8192);
    while left > 0 {
        let n = left.min(zeros);
        all += &"\0".repeat(n);
        all += "ATE1\r\n";
        left -= n;
        zeros *= 2;
    }
    all + &"ATE1\r\n".repeat(9)
}

#[test]
fn a_module_that_is_busy_for_all_but_probes() {
    let mut script = in_step();
    script.begin(&Request::Close(L0));
    while script.host.is_busy() {
        script.module("\r\nbusy p...\r\n").module("ATE1\r\n\r\nOK\r\n");
        let now = script.now;
        script.at(now + 50).module("AT+SYSLOG=1\r\n\r\nOK\r\n").module("AT+WSOPEN?\r\n\r\nOK\r\n");
        assert!(script.now < 30_000, "it ends within 20 seconds");
    }
    assert_eq!(script.told_mut().pop().unwrap(), "Finished(Err(Busy))");
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

// A frame of 1500 octets in records of 1024 and 476, the last of its message or not.
#[test]
fn where_a_message_ends() {
    let all = DataFormat { level: Level::Chunk, mask: DataMask::all() };
    let mut script = with_format(all);
    script.module("AT+WSDATAFMT=0,0,63\r\n\r\nOK\r\n").tells(&["Finished(Ok(()))"]);
    for (head, ends) in [
        ("0,1,1,1500,0,1024,", false),
        ("0,1,1,1500,1024,476,", true),
        ("0,1,0,1500,1024,476,", false),
        ("0,0,1,0,0,0,", true),
    ] {
        let len: usize = head.split(',').nth(5).unwrap().parse().unwrap();
        let record = [b"+WS_DATA:", head.as_bytes(), &vec![b'x'; len], b"\r\n"].concat();
        let mut rest = &record[..];
        let mut ended = None;
        while !rest.is_empty() {
            let (taken, event) = script.host.feed(Instant::from_millis(60), rest);
            rest = &rest[taken..];
            if let Some(Event::Data(data)) = event {
                ended = data.head.ends_message();
            }
        }
        assert_eq!(ended, Some(ends), "{head}");
    }
    // The format of link 1 does not have it.
    let (_, event) = script.host.feed(Instant::from_millis(60), b"+WS_DATA:1,0,\r\n");
    let Some(Event::Data(data)) = event else { panic!("{event:?}") };
    assert_eq!(data.head.ends_message(), None);
}

#[test]
fn nothing_stalls_before_it_could_be_written() {
    let mut config = config();
    // Shorter than the pause between probes.
    config.write_ms = 200;
    let mut script = Script::new(config);
    script.begin(&Request::Start).at(650).tells(&[]).sends("ATE1\r\nATE1\r\nATE1\r\n");
}

#[test]
fn each_probe_waits_for_the_record_before_it() {
    let mut script = Script::new(config());
    script
        .module("+WS_DATA:0,3,a")
        .begin(&Request::Start)
        .sends("")
        .module("bc\r\n")
        .sends("ATE1\r\n");
    // The next one begins before the next probe.
    script.module("+WS_DATA:0,3,a").at(300).sends("").module("bc\r\n").sends("ATE1\r\n");
}

#[test]
fn a_start_ends_a_data_phase_that_nobody_knows_of() {
    let mut script = in_step();
    script.begin(&Request::Start).at(949).sends("ATE1\r\nATE1\r\nATE1\r\n");
    script.at(950).sends("\0\0\0\0\0\0\0\0ATE1\r\n");
}

#[test]
fn a_request_has_all_its_time_whatever_was_before() {
    let mut script = Script::new(config());
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
