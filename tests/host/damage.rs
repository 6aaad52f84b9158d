//! Lines that were lost or damaged, byte for byte: what is asked for again, and what is not.

use crate::script::{L0, Script, in_step};
use wsat::host::{Open, Request};

#[test]
fn damage_that_shows_has_everything_asked_for() {
    for (bytes, told) in [
        (&b"+WS_DATA:0,x,a\r\n"[..], &["Damaged(Length)"][..]),
        (b"+WS_DATA:0,1,a!\r\n", &["Data(L0, 0, a, last: true)", "Damaged(RecordEnd)"]),
        (&[b'x'; 300], &["Damaged(TooLong)"]),
    ] {
        let mut script = Script::open();
        script.module(bytes).tells(told).sends("ATE1\r\n").module("\r\nATE1\r\n\r\nOK\r\n").at(100);
        script.sends("AT+SYSLOG=1\r\n").module("AT+SYSLOG=1\r\n\r\nOK\r\n").sends("AT+WSOPEN?\r\n");
        script.module("AT+WSOPEN?\r\n\r\nOK\r\n").tells(&["Corrected { link: L0, state: Free }"]);
    }
}

#[test]
fn a_report_that_nobody_knows_has_the_links_asked_for() {
    for report in ["+WS_CLOSED:7", "+WS_CLSED:0", "x+WS_CLOSED:0", "WS_CLOSED:0"] {
        let mut script = Script::open();
        script.module(format!("{report}\r\n")).sends("AT+WSOPEN?\r\n");
        script.module("AT+WSOPEN?\r\n\r\nOK\r\n");
        script.tells(&[&format!("Report({report})"), "Corrected { link: L0, state: Free }"]);
    }
}

#[test]
fn a_list_of_the_links_that_is_damaged_is_asked_for_again() {
    let mut script = Script::open();
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
    let mut script = Script::open();
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
fn a_byte_too_many_in_a_statement_shows_in_its_echo() {
    for echo in ["AT+WSCLOSE=01\r\n", "AT+WSCLOSE=00\r\n"] {
        let mut script = in_step();
        script.begin(&Request::Close(L0)).sends("AT+WSCLOSE=0\r\n");
        script.module(format!("{echo}\r\nOK\r\n"));
        assert_eq!(script.told_mut().pop().unwrap(), "Finished(Err(Garbled))");
    }
}

#[test]
fn what_was_refused_behind_another_echo_is_not_written_again() {
    let mut script = in_step();
    script.begin(&Open::new(L0, b"ws://h").into()).sends("AT+WSOPEN=0,\"ws://h\"\r\n");
    script.module("AT+WSOPEN=0,\"ws://i\"\r\n\r\nERROR\r\n");
    script.tells(&["Damaged(Echo)", "Finished(Err(Garbled))"]);
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
