//! The way into step: what is written to a module that is up, that starts, that is silent or never understood.

use crate::script::{L0, Script, in_step};
use wsat::Instant;
use wsat::host::{Config, Request};

#[test]
fn nothing_is_written_before_the_first_request() {
    let mut script = Script::new(Config::default());
    script.at(100_000).sends("").tells(&[]);
    assert_eq!(script.host.poll_deadline(), None);
}

#[test]
fn in_step_with_a_module_that_is_up() {
    let mut script = Script::new(Config::default());
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
fn a_module_that_starts_is_asked_when_it_is_ready() {
    let mut script = Script::new(Config::default());
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
    let mut config = Config::default();
    (config.echo, config.error_codes) = (false, false);
    let mut script = Script::new(config);
    script.begin(&Request::Close(L0)).sends("ATE0\r\n").module("ATE0\r\n\r\nOK\r\n").at(50);
    script.sends("AT+WSOPEN?\r\n").module("\r\nOK\r\n").sends("AT+WSCLOSE=0\r\n");
    script.module("\r\nOK\r\n").tells(&["Finished(Ok(()))"]);
}

#[test]
fn a_reboot_out_of_nowhere() {
    let mut script = Script::open();
    script.at(9000).module(b"\x00\xffrst:0x1 (POWERON)\r\n\r\nready\r\n");
    script.tells(&["Report(\\x00\\xffrst:0x1 (POWERON))", "Ready"]).sends("ATE1\r\n");
    script.module("ATE1\r\n\r\nOK\r\n").at(9100).sends("AT+SYSLOG=1\r\n");
    script.module("AT+SYSLOG=1\r\n\r\nOK\r\n").sends("AT+WSOPEN?\r\n");
    script.module("AT+WSOPEN?\r\n\r\nOK\r\n").sends("");
    assert_eq!(script.host.poll_deadline(), None);
}

#[test]
fn a_restart_ends_when_the_module_is_ready() {
    let mut script = Script::open();
    script.begin(&Request::Restart).sends("AT+RST\r\n").module("AT+RST\r\n\r\nOK\r\n").tells(&[]);
    script.at(1000).module("\r\nready\r\n").tells(&["Finished(Ok(()))", "Ready"]);
}

#[test]
fn a_module_that_was_reset_by_its_pin() {
    let mut script = Script::open();
    script.begin(&Request::Close(L0)).module("AT+WSCLOSE=0\r\n+WS_DATA:0,100,hell");
    script.host.handle_reset(Instant::from_millis(60));
    script.module("\r\nready\r\n");
    script.tells(&["Data(L0, 0, hell, last: false)", "Finished(Err(Rebooted))", "Ready"]);
    assert_eq!(script.host.link_state(L0), wsat::host::LinkState::Free);
}

#[test]
fn a_start_asks_for_everything_anew() {
    let mut script = Script::open();
    script.begin(&Request::Start).sends("ATE1\r\n").module("ATE1\r\n\r\nOK\r\n").at(100);
    script.sends("AT+SYSLOG=1\r\n").module("AT+SYSLOG=1\r\n\r\nOK\r\n").sends("AT+WSOPEN?\r\n");
    script.module("AT+WSOPEN?\r\n\r\nOK\r\n");
    script.tells(&["Corrected { link: L0, state: Free }", "Finished(Ok(()))"]);
}

#[test]
fn a_dead_module_is_left_in_peace_whatever_it_prints() {
    let mut script = Script::new(Config::default());
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
fn probes_wait_for_a_record_that_began_before_them() {
    let mut script = Script::open();
    // Its length was damaged: 7000 octets will not come.
    script.module("+WS_DATA:0,7005,hello\r\n").begin(&Request::Start).sends("").at(1049).sends("");
    script.at(1050).sends("ATE1\r\n").module("\r\nATE1\r\n\r\nOK\r\n").at(1100);
    script
        .sends("AT+SYSLOG=1\r\n")
        .tells(&["Data(L0, 0, hello\\r\\n, last: false)", "Cut { link: Some(L0), missing: 6998 }"]);
}

#[test]
fn each_probe_waits_for_the_record_before_it() {
    let mut script = Script::new(Config::default());
    script
        .module("+WS_DATA:0,3,a")
        .begin(&Request::Start)
        .sends("")
        .module("bc\r\n")
        .sends("ATE1\r\n");
    // The next one begins before the next probe.
    script.module("+WS_DATA:0,3,a").at(300).sends("").module("bc\r\n").sends("ATE1\r\n");
}

// Without echo nothing says which probe an `OK` is of. That of the first comes behind the second; that of the second behind a record.
#[test]
fn an_answer_that_is_still_owed_may_stand_behind_a_record() {
    let mut config = Config::default();
    (config.echo, config.error_codes) = (false, false);
    let mut script = Script::new(config);
    script.begin(&Request::Start).sends("ATE0\r\n").at(300).sends("ATE0\r\n");
    script.at(310).module("\r\nOK\r\n+WS_DATA:0,5,ab").at(350).module("cd");
    script.at(390).sends("").module("e\r\n").at(400).sends("").module("\r\nOK\r\n");
    // Two answers: now none is owed, and one more is asked for.
    script.at(450).sends("ATE0\r\n").module("\r\nOK\r\n").at(500).sends("AT+WSOPEN?\r\n");
}

// An answer to something older came before it, and had another probe written.
#[test]
fn an_answer_behind_that_of_an_older_request_and_a_record() {
    let mut config = Config::default();
    (config.echo, config.error_codes) = (false, false);
    let mut script = Script::new(config);
    script.begin(&Request::Start).sends("ATE0\r\n");
    script.at(10).module("+WS_DATA:0,1,a\r\n\r\nERROR\r\n").at(60).sends("ATE0\r\n");
    script.at(70).module("\r\nOK\r\n+WS_DATA:0,2,a").at(110).module("b\r\n");
    script.at(150).sends("").module("\r\nOK\r\n").at(200).sends("ATE0\r\n");
}

// There is no other probe whose answer could be owed: data is no reason to wait.
#[test]
fn a_flood_does_not_keep_the_two_out_of_step() {
    let mut config = Config::default();
    (config.echo, config.error_codes) = (false, false);
    let mut script = Script::new(config);
    script.begin(&Request::Start).sends("ATE0\r\n").at(10).module("\r\nOK\r\n");
    script.at(30).module("+WS_DATA:0,2,ab\r\n").at(50).module("+WS_DATA:0,2,ab\r\n");
    script.at(60).sends("AT+WSOPEN?\r\n");
}

#[test]
fn records_inside_the_echo_of_a_probe() {
    let mut script = Script::new(Config::default());
    script.begin(&Request::Start).sends("ATE1\r\n");
    script.module("A+WS_DATA:0,6,\r\nOK\r\n\r\nTE1\r\n").at(50).sends("");
    script.tells(&["Data(L0, 0, \\r\\nOK\\r\\n, last: true)"]);
    script.module("\r\nOK\r\n").at(100).sends("AT+SYSLOG=1\r\n");
}
