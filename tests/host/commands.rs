//! Commands of the caller's own with a payload, or another end than `OK`; and which lines are a command's.

use crate::script::Script;
use wsat::Dialect;
use wsat::host::{Command, Config, Configure, Open, Request, Value};
use wsat::{LinkId, TlsSettings};

fn in_step() -> Script {
    Script::in_step(Config::default())
}

#[test]
fn a_payload_behind_the_prompt() {
    let params = [Value::Integer(0), Value::Integer(4)];
    let send = Command::set(b"CIPSEND", &params).with_payload(b"\r\nab").until_send_ok();
    let mut script = in_step();
    script.begin(&send.into()).sends("AT+CIPSEND=0,4\r\n").module("AT+CIPSEND=0,4\r\n");
    script.module("\r\nOK\r\n").sends("").module("\r\n>").sends("\r\nab").tells(&[]);
    script.module("\r\nSEND OK\r\n").tells(&["Finished(Ok(()))"]);
    assert!(script.host.is_in_step());
}

#[test]
fn a_payload_that_is_answered_with_ok() {
    let write = Command::execute(b"X").with_payload(b"abc");
    let sent = || {
        let mut script = in_step();
        script.begin(&write.into()).module("AT+X\r\n\r\nOK\r\n\r\n>").sends("AT+X\r\nabc");
        script
    };
    sent().module("\r\nOK\r\n").tells(&["Finished(Ok(()))"]);
    // Nobody waits for that.
    sent().module("\r\nSEND OK\r\n").tells(&["Finished(Err(Garbled))"]);
}

#[test]
fn behind_ok_alone_the_module_is_still_at_it() {
    let mut script = in_step();
    script.begin(&Command::execute(b"X").until_send_ok().into()).module("AT+X\r\n\r\nOK\r\n");
    script.tells(&[]).module("\r\nSEND OK\r\n").tells(&["Finished(Ok(()))"]);
}

#[test]
fn it_ends_when_the_module_has_started_anew() {
    let mut script = in_step();
    script.begin(&Command::execute(b"RESTORE").until_ready().into()).sends("AT+RESTORE\r\n");
    script.module("AT+RESTORE\r\n\r\nOK\r\n").tells(&[]).at(1000);
    script.module("\r\nready\r\n").tells(&["Finished(Ok(()))", "Ready"]);
    // With a payload, too.
    let restore = Command::execute(b"RESTORE").with_payload(b"x").until_ready();
    let mut script = in_step();
    script.begin(&restore.into()).module("AT+RESTORE\r\n\r\nOK\r\n\r\n>").module("\r\nOK\r\n");
    script.sends("AT+RESTORE\r\nx").tells(&[]);
    script.module("\r\nready\r\n").tells(&["Finished(Ok(()))", "Ready"]);
}

/// As `Request::Restart` says: five seconds longer than an answer takes, and no less.
#[test]
fn a_restart_has_its_time() {
    let mut script = in_step();
    script.begin(&Request::Restart).module("AT+RST\r\n\r\nOK\r\n");
    script.at(7049).tells(&[]).at(7050).tells(&["Finished(Err(NoAnswer))"]);
}

#[test]
fn a_line_is_the_commands_if_it_has_its_whole_name() {
    for (name, line, told) in [
        (&b"CWJAP"[..], "+CWJAP:1", "Answer(+CWJAP:1)"),
        (b"CWJAP", "+CWJ:1", "Report(+CWJ:1)"),
        (b"CW_JAP", "+CW:1", "Report(+CW:1)"),
        (b"CW2", "+CW:1", "Report(+CW:1)"),
    ] {
        let mut script = in_step();
        script.begin(&Command::query(name).into());
        let echo = format!("AT+{}?\r\n", name.escape_ascii());
        script.sends(&echo).module(format!("{echo}{line}\r\n\r\nOK\r\n"));
        script.tells(&[told, "Finished(Ok(()))"]);
    }
}

/// The first dialect that can say it. What is before it is in `refused`.
#[test]
fn what_a_dialect_has_it_can_say() {
    let tls = TlsSettings::NONE.with_authority(1);
    for (dialect, request) in [
        (Dialect::V4_1, Configure::new(LinkId::L0, 1, 1).with_tls(tls).into()),
        (Dialect::V3_3, Open::new(LinkId::L0, b"ws://h").with_authorization(b"Bearer x").into()),
    ] {
        let mut script = Script::new(Config::new(dialect));
        script.begin(&request);
        assert!(script.host.is_busy());
    }
}

#[test]
fn a_header_goes_out_as_it_is() {
    let mut script = Script::in_step(Config::new(Dialect::V3_3));
    script.begin(&Request::AddHeader(b"X-A: b")).module("AT+WSHEAD=6\r\n\r\nOK\r\n\r\n>");
    script.sends("AT+WSHEAD=6\r\nX-A: b").module("\r\nOK\r\n").tells(&["Finished(Ok(()))"]);
}

#[test]
fn a_command_may_take_longer_than_the_two_need_to_get_in_step() {
    let mut script = in_step();
    script.begin(&Command::execute(b"X").with_time(60_000).into()).module("AT+X\r\n");
    script.at(50_000).module("\r\nOK\r\n").tells(&["Finished(Ok(()))"]);
}
