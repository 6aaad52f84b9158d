//! From a request that has payload to what becomes of it: the prompt, the data phase, its end.

use crate::script::{L0, Script, in_step};
use wsat::Instant;
use wsat::host::{Config, Request, SendData};

#[test]
fn the_prompt_and_the_older_one() {
    for prompt in ["\r\nOK\r\n\r\n>", "\r\nOK\r\n> ", "\r\nOK\r\n\r\n> "] {
        let mut script = Script::open();
        script.begin(&SendData::text(L0, b"abc").into()).sends("AT+WSSEND=0,3\r\n");
        script.module("AT+WSSEND=0,3\r\n").sends("").module(prompt).sends("abc");
        script.module("\r\nSEND OK\r\n").tells(&["Finished(Ok(()))"]);
    }
}

#[test]
fn a_payload_that_is_streamed() {
    let mut script = Script::open();
    script.begin(&SendData::streamed(L0, 6).into()).module("AT+WSSEND=0,6\r\n\r\nOK\r\n\r\n>");
    script.sends("AT+WSSEND=0,6\r\n").at(5000).pays("ab").at(14_000).pays("cd").sends("abcd");
    assert!(script.host.handle_payload(Instant::from_millis(14_000), 3).is_err(), "two are left");
    script.pays("ef").module("\r\nSEND OK\r\n").tells(&["Finished(Ok(()))"]).sends("ef");
}

#[test]
fn a_payload_that_does_not_come_in_time() {
    let mut script = Script::open();
    script.begin(&SendData::streamed(L0, 6).into()).module("AT+WSSEND=0,6\r\n\r\nOK\r\n\r\n>");
    script.sends("AT+WSSEND=0,6\r\n").at(5000).pays("ab").at(14_999).tells(&[]);
    script.at(15_000).tells(&["Finished(Err(Stalled))"]);
    // The module still waits for four bytes; the probe has six.
    script.sends("abATE1\r\n").module("\r\nSEND OK\r\n").at(15_050).sends("ATE1\r\n");
}

#[test]
fn records_and_reports_between_the_prompt_and_send_ok() {
    let mut script = Script::open();
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
fn a_prompt_behind_an_echo_that_was_another_gets_no_payload() {
    let mut script = Script::open();
    script.begin(&SendData::text(L0, b"\r\nAT+RST\r\n").into()).sends("AT+WSSEND=0,10\r\n");
    // A digit was lost on the way to the module: it waits for one byte.
    script.module("AT+WSSEND=0,1\r\n\r\nOK\r\n\r\n>");
    script.tells(&["Damaged(Echo)", "Finished(Err(Garbled))"]).sends("ATE1\r\n");
}

#[test]
fn send_fail() {
    let mut script = Script::open();
    script.begin(&SendData::text(L0, b"abc").into()).module("AT+WSSEND=0,3\r\n\r\nOK\r\n\r\n>");
    script.module("\r\nSEND FAIL\r\n").tells(&["Finished(Err(SendFail))"]);
}

#[test]
fn a_payload_that_was_too_long_when_it_came() {
    let mut script = Script::open();
    script.begin(&SendData::text(L0, b"abc").into()).module("AT+WSSEND=0,3\r\n\r\nOK\r\n\r\n>");
    script.module("\r\nbusy p...\r\n\r\nSEND OK\r\n").tells(&["Finished(Err(Garbled))"]);
}

#[test]
fn an_end_of_the_data_phase_that_the_module_chose() {
    let mut script = Script::open();
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
    let mut script = Script::open();
    script.begin(&SendData::streamed(L0, 600).into()).module("AT+WSSEND=0,600\r\n\r\nOK\r\n\r\n>");
    script.pays("abc").sends("AT+WSSEND=0,600\r\nabc").module("\r\nready\r\n");
    script.tells(&["Finished(Err(Rebooted))", "Ready"]).sends("ATE1\r\n");
    // The caller may have written some more before it knew.
    script.host.handle_payload(Instant::from_millis(50), 100).unwrap();
    assert_eq!(script.host.link_state(L0), wsat::host::LinkState::Free);
}

#[test]
fn a_prompt_that_was_lost() {
    let mut script = Script::open();
    script.begin(&SendData::text(L0, &[b'x'; 100]).into()).sends("AT+WSSEND=0,100\r\n");
    script.at(2050).tells(&["Finished(Err(NoAnswer))"]).sends("ATE1\r\n");
    // It may be waiting: 6 bytes of each probe, and then zeros.
    script.at(2950).sends("ATE1\r\nATE1\r\n\0\0\0\0\0\0\0\0ATE1\r\n");
}

#[test]
fn damage_does_not_make_it_forget_a_payload() {
    let mut script = Script::open();
    script.begin(&SendData::streamed(L0, 600).into());
    script.module("AT+WSSEND=0,600\r\n\r\nOK\r\n\r\n>").pays("x").module("+WS_DATA:0,x,\r\n");
    script.at(10_050).tells(&["Damaged(Length)", "Finished(Err(Stalled))"]);
    script.sends("AT+WSSEND=0,600\r\nxATE1\r\n").at(10_350).sends("\0\0\0\0\0\0\0\0ATE1\r\n");
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
fn nothing_stalls_before_it_could_be_written() {
    let mut config = Config::default();
    // Shorter than the pause between probes.
    config.write_ms = 200;
    let mut script = Script::new(config);
    script.begin(&Request::Start).at(650).tells(&[]).sends("ATE1\r\nATE1\r\nATE1\r\n");
}

#[test]
fn a_start_ends_a_data_phase_that_nobody_knows_of() {
    let mut script = in_step();
    script.begin(&Request::Start).at(949).sends("ATE1\r\nATE1\r\nATE1\r\n");
    script.at(950).sends("\0\0\0\0\0\0\0\0ATE1\r\n");
}
