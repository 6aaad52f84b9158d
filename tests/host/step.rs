//! In step with the module and out of it: what the caller can see of that, and what it takes to get there.

use crate::script::{L0, Script, in_step};
use wsat::at_syntax::Record;
use wsat::host::{Config, Event, LinkState, Open, Request, SendData, ToModule};
use wsat::{Instant, LinkId};

#[test]
fn in_step_is_what_was_asked_for_and_answered() {
    let mut script = Script::new(Config::default());
    assert!(!script.host.is_in_step(), "nothing was asked");
    script
        .begin(&Request::Start)
        .module("ATE1\r\n\r\nOK\r\n")
        .at(50)
        .sends("ATE1\r\nAT+SYSLOG=1\r\n");
    assert!(!script.host.is_in_step(), "the links were not asked for");
    script.module("AT+SYSLOG=1\r\n\r\nOK\r\n").module("AT+WSOPEN?\r\n\r\nOK\r\n");
    assert!(script.host.is_in_step());
    // Data whose end was damaged, while a request is on the line.
    script.begin(&Request::Station).module("+WS_DATA:0,1,a!\r\n");
    assert!(!script.host.is_in_step(), "something may have been missed");
    script.module("AT+CWMODE=1\r\n\r\nOK\r\n");
    assert!(!script.host.is_in_step());
}

#[test]
fn an_event_that_waits_is_due() {
    let waits = |script: &Script| {
        let now = Instant::from_millis(script.now);
        script.host.poll_deadline().is_some_and(|deadline| deadline <= now)
    };
    let next = |script: &mut Script| {
        let event = script.host.feed(Instant::from_millis(script.now), b"").1;
        event.map(|event| wsat_testkit::pair::shown(&event))
    };
    let both = b"AT+WSOPEN?\r\n+WSOPEN:0,2,\"ws://h\"\r\n+WSOPEN:1,2,\"ws://h\"\r\n\r\nOK\r\n";

    // Two corrections, without and with the end of a request behind them.
    for (request, end) in [(None, None), (Some(Request::Station), Some("Finished(Ok(()))"))] {
        let mut script = Script::new(Config::default());
        if request.is_some() {
            script.begin(&Request::Start);
        } else {
            script.module("\r\nready\r\n").at(50).tells(&["Ready"]);
        }
        script
            .module("ATE1\r\n\r\nOK\r\n")
            .at(100)
            .module("AT+SYSLOG=1\r\n\r\nOK\r\n")
            .sends("ATE1\r\nAT+SYSLOG=1\r\nAT+WSOPEN?\r\n");
        assert!(!waits(&script));
        let mut bytes = &both[..];
        let first = loop {
            let (taken, event) = script.host.feed(Instant::from_millis(100), bytes);
            bytes = &bytes[taken..];
            if let Some(event) = event {
                break wsat_testkit::pair::shown(&event);
            }
        };
        assert_eq!((first.as_str(), bytes), ("Corrected { link: L0, state: Open }", &b""[..]));
        assert!(waits(&script), "the other one waits");
        assert_eq!(next(&mut script).unwrap(), "Corrected { link: L1, state: Open }");
        assert_eq!(waits(&script), end.is_some());
        assert_eq!(next(&mut script).as_deref(), end);
        assert!(!waits(&script));
    }

    // `ready` behind the end of the request.
    let mut script = in_step();
    script.begin(&Request::Station);
    let mut bytes = &b"AT+CWMODE=1\r\n\r\nready\r\n"[..];
    while !bytes.is_empty() {
        let (taken, event) = script.host.feed(Instant::from_millis(50), bytes);
        bytes = &bytes[taken..];
        assert!(matches!(event, None | Some(Event::Finished(Err(_)))), "{event:?}");
    }
    assert!(waits(&script));
    assert_eq!(next(&mut script).unwrap(), "Ready");
    assert!(!waits(&script));

    // The rest of a record that will not come.
    let mut script = Script::open();
    script.module("+WS_DATA:0,3,a").tells(&["Data(L0, 0, a, last: false)"]);
    script.now = 1050;
    assert!(waits(&script));
    script.host.handle_time(Instant::from_millis(1050));
    assert!(waits(&script), "that it was cut");
    assert_eq!(next(&mut script).unwrap(), "Cut { link: Some(L0), missing: 2 }");
    assert!(!waits(&script));
}

/// `OK` is enough, if the report before it was lost.
#[test]
fn an_opening_whose_report_was_lost() {
    let mut script = in_step();
    script.begin(&Open::new(L0, b"ws://h").into()).module("AT+WSOPEN=0,\"ws://h\"\r\n\r\nOK\r\n");
    script.tells(&["Finished(Ok(()))"]);
    assert_eq!(script.host.link_state(L0), LinkState::Open);
}

#[test]
fn a_line_that_takes_nothing_is_not_written_to() {
    // The statement of a request: ten seconds from when it could have been written.
    let mut script = in_step();
    script.host.begin(Instant::from_millis(50), &Request::Station).unwrap();
    assert_eq!(script.host.poll_module(Instant::from_millis(50), &mut []), ToModule::Idle);
    let by = script.host.poll_deadline();
    assert_eq!(by, Some(Instant::from_millis(10_050)));
    assert_eq!(script.host.poll_module(Instant::from_millis(5000), &mut []), ToModule::Idle);
    assert_eq!(script.host.poll_deadline(), by, "asking is not writing");
    // Nor has its echo to come: what is answered is for something older.
    let (taken, event) = script.host.feed(Instant::from_millis(5000), b"\r\nOK\r\n");
    assert_eq!((taken, event), (6, None));

    // A probe, likewise.
    let mut script = Script::new(Config::default());
    script.host.begin(Instant::ZERO, &Request::Start).unwrap();
    assert_eq!(script.host.poll_module(Instant::ZERO, &mut []), ToModule::Idle);
    assert_eq!(script.host.poll_module(Instant::from_millis(5000), &mut []), ToModule::Idle);
    assert_eq!(script.host.poll_deadline(), Some(Instant::from_millis(10_000)));
    script.host.handle_time(Instant::from_millis(10_000));
    let end = script.host.feed(Instant::from_millis(10_000), b"").1;
    assert_eq!(
        end.map(|event| wsat_testkit::pair::shown(&event)).unwrap(),
        "Finished(Err(Stalled))"
    );
}

#[test]
fn what_comes_while_the_two_get_in_step_is_no_damage() {
    let mut script = Script::new(Config::default());
    script.begin(&Request::Start).module([b'x'; 600]).module("\r\n").tells(&[]);
    script.module("ATE1\r\n\r\nOK\r\n").at(50).sends("ATE1\r\nAT+SYSLOG=1\r\n").tells(&[]);
}

#[test]
fn busy_before_the_prompt_is_no_byte_too_many() {
    let mut script = Script::open();
    script.begin(&SendData::text(L0, b"abc").into());
    script
        .module("AT+WSSEND=0,3\r\n\r\nOK\r\n\r\nbusy p...\r\n\r\n>")
        .sends("AT+WSSEND=0,3\r\nabc");
    script.module("\r\nSEND OK\r\n").tells(&["Finished(Ok(()))"]);
}

#[test]
fn a_module_that_does_not_list_its_links() {
    let mut script = Script::new(Config::default());
    script.begin(&Request::Start).module("ATE1\r\n\r\nOK\r\n").at(50);
    script.module("AT+SYSLOG=1\r\n\r\nOK\r\n").sends("ATE1\r\nAT+SYSLOG=1\r\nAT+WSOPEN?\r\n");
    // It may have been damaged on its way, so it is asked again, and then no more.
    script.module("AT+WSOPEN?\r\n\r\nERROR\r\n").sends("AT+WSOPEN?\r\n").tells(&[]);
    script.module("AT+WSOPEN?\r\n\r\nERROR\r\n").sends("").tells(&["Finished(Ok(()))"]);
}

/// A prompt that nobody waits for may be one all the same, so the module is given zeros when it says nothing more. Of
/// another answer nothing follows.
#[test]
fn a_prompt_out_of_nowhere() {
    let mut script = in_step();
    script.module("\r\n>").sends("ATE1\r\n").at(349).sends("").at(350);
    script.sends("\0\0\0\0\0\0\0\0ATE1\r\n");
    let mut script = in_step();
    script.module("\r\nOK\r\n").sends("ATE1\r\n").at(3050);
    assert!(script.host.poll_deadline().is_none(), "it is given up");
    script.sends(&"ATE1\r\n".repeat(9));
}

#[test]
fn damage_in_an_echo_is_said_once() {
    let mut script = in_step();
    script.begin(&Request::Station).module("x\r\nx\r\n").tells(&["Damaged(Echo)"]);
    script.module("AT+CWMODE=1\r\n").tells(&[]);
}

#[test]
fn damage_while_a_request_is_on_the_line() {
    let too_long = "x".repeat(600) + "\r\n";
    for (request, statement, damage, told, then) in [
        (Request::Station, "AT+CWMODE=1\r\n", too_long.as_str(), "Damaged(TooLong)", "ATE1\r\n"),
        // A URI may be as long: only the list is asked for again.
        (Request::ListLinks, "AT+WSOPEN?\r\n", &too_long, "Damaged(TooLong)", "AT+WSOPEN?\r\n"),
        (Request::ListLinks, "AT+WSOPEN?\r\n", "+WS_DATA:0,x,a\r\n", "Damaged(Length)", "ATE1\r\n"),
    ] {
        let mut script = in_step();
        script.begin(&request).sends(statement).module(statement).module(damage).tells(&[told]);
        script.module("\r\nOK\r\n").tells(&["Finished(Ok(()))"]).sends(then);
    }
}

/// A request that is not on the line yet is no part of it.
#[test]
fn a_start_before_a_request_is_written() {
    let mut script = Script::new(Config::default());
    script.begin(&Request::Station).module("ATE1\r\n\r\nOK\r\n").at(50);
    script
        .sends("ATE1\r\nAT+SYSLOG=1\r\n")
        .module("AT+SYSLOG=1\r\n\r\nready\r\n")
        .tells(&["Ready"]);
    script.at(100).sends("ATE1\r\n").module("ATE1\r\n\r\nOK\r\n").at(150).sends("AT+SYSLOG=1\r\n");
    script.module("AT+SYSLOG=1\r\n\r\nOK\r\n").module("AT+WSOPEN?\r\n\r\nOK\r\n");
    script.sends("AT+WSOPEN?\r\nAT+CWMODE=1\r\n").module("AT+CWMODE=1\r\n\r\nOK\r\n");
    script.tells(&["Finished(Ok(()))"]);
}

#[test]
fn a_record_of_the_callers_own_that_pauses_is_given_up() {
    let mut config = Config::default();
    config.records =
        const { &[Record::new(b"IPD", 2, 1).with_marks(b',', b':').without_line_end()] };
    let mut script = Script::in_step(config);
    script.module("+IPD,0,4:ab");
    script.told_mut().clear();
    script
        .at(1049)
        .tells(&[])
        .at(1050)
        .tells(&["Cut { link: None, missing: 2 }"])
        .sends("ATE1\r\n");
}

/// The answer to a probe may stand behind data that is being printed; but not behind data without end, of which some
/// came since. What came before the probe does not count.
#[test]
fn a_probe_waits_for_the_data_before_its_answer() {
    let record = "+WS_DATA:0,1,a\r\n";
    for (before, since, next) in [(0, 1, 550), (10, 1, 550), (0, 4, 550), (0, 5, 350)] {
        let mut script = Script::open();
        script.module(record.repeat(before)).begin(&Request::Start).sends("ATE1\r\n");
        script.at(250).module(record.repeat(since)).at(next - 1).sends("");
        script.at(next).sends("ATE1\r\n");
    }
}

#[test]
fn time_that_is_told_early_changes_nothing() {
    let mut script = Script::new(Config::default());
    script.begin(&Request::Start).sends("ATE1\r\n");
    for millis in [0, 1, 299] {
        script.now = millis;
        script.host.handle_time(Instant::from_millis(millis));
        script.module("").sends("");
    }
    script.at(300).sends("ATE1\r\n").tells(&[]);
}

#[test]
fn a_module_that_answers_and_never_rightly_is_not_busy() {
    let mut script = Script::new(Config::default());
    script.begin(&Request::Station);
    while script.host.is_busy() {
        script.module("\r\nERROR\r\n");
        let now = script.now;
        script.at(now + 50);
        assert!(script.now <= 20_000, "it ends within 20 seconds");
    }
    assert_eq!(script.told_mut().pop().unwrap(), "Finished(Err(Unreachable))");
}

/// Without a request, too, the two have `Config::start_ms` to get in step.
#[test]
fn a_module_that_started_and_is_silent_is_given_up_in_time() {
    let mut config = Config::default();
    config.start_ms = 100;
    let mut script = Script::new(config);
    script.module("\r\nready\r\n").tells(&["Ready"]).at(50).sends("ATE1\r\n");
    assert_eq!(script.host.poll_deadline(), Some(Instant::from_millis(100)));
    script.at(100).tells(&[]);
    assert_eq!(script.host.poll_deadline(), None);
}

/// The module has ended the data phase, which a caller that is just writing cannot know.
#[test]
fn payload_that_went_out_too_late_is_no_ones() {
    let mut script = Script::open();
    script.begin(&SendData::streamed(L0, 6).into()).module("AT+WSSEND=0,6\r\n\r\nOK\r\n\r\n>");
    script.pays("ab").sends("AT+WSSEND=0,6\r\nab");
    assert_eq!(script.host.poll_module(Instant::from_millis(50), &mut []), ToModule::Payload(4));
    script.module("\r\nERROR\r\n").tells(&["Finished(Err(Error(None)))"]).sends("ATE1\r\n");
    script.module("ATE1\r\n\r\nOK\r\n").at(100).sends("AT+SYSLOG=1\r\n");
    script.host.handle_payload(Instant::from_millis(100), 4).unwrap();
    // The statement was discarded, so the two get in step again.
    script.module("\r\nbusy p...\r\n").sends("ATE1\r\n");
}

/// The module has started anew, which nobody has heard, and echoes again: the statement that comes back is no line of the list that was lost.
#[test]
fn a_list_is_whole_although_its_statement_is_echoed() {
    let mut config = Config::default();
    (config.echo, config.error_codes) = (false, false);
    let mut script = Script::new(config);
    script.begin(&Request::Start).sends("ATE0\r\n").module("\r\nOK\r\n").at(50);
    script.sends("AT+WSOPEN?\r\n").module("+WSOPEN:0,2,\"ws://h/\"\r\n\r\nOK\r\n");
    assert_eq!(script.host.link_state(LinkId::L0), LinkState::Open);
    script.told_mut().clear();
    script.begin(&Request::ListLinks).sends("AT+WSOPEN?\r\n");
    script.module("AT+WSOPEN?\r\n\r\nOK\r\n");
    assert_eq!(script.host.link_state(LinkId::L0), LinkState::Free);
    let corrected = "Corrected { link: L0, state: Free }";
    script.tells(&["Report(AT+WSOPEN?)", corrected, "Finished(Ok(()))"]);
}
