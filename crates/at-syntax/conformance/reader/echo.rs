//! Echo, and what stands inside it.

use super::super::{FEW, places};
use super::{Act, expect, run};
use at_syntax::{Expected, Reply, Response, ResponseReader};

const STATEMENTS: [&[u8]; 8] = [
    b"AT\r\n",
    b"ATE0\r\n",
    b"AT+WSSEND=0,4\r\n",
    b"AT+WSOPEN=0,\"ws://h/+WS\",,5000\r\n",
    b"AT+WSDATAFMT=1,2,63\r\n",
    b"AT+CWJAP=\"WIFI\",\"+ok:\\\"\"\r\n",
    b"AT+WSCLOSE=2\r\n",
    b"AT+X=\">\",\"a\rb\nc\"\r\n",
];

#[cfg_attr(test, test)]
pub(crate) fn echo_and_answer() {
    for statement in STATEMENTS {
        let come = [statement, b"\r\nOK\r\n"].concat();
        expect(&[Act::Send(statement), Act::Come(&come)], &["echoed", "Ok"]);
        // Said before anything of it comes, it is not looked for in what comes first.
        let come = [b"+WS_CONNECTED:1\r\n", statement, b"\r\nERROR\r\n"].concat();
        expect(&[Act::Send(statement), Act::Come(&come)], &["+WS_CONNECTED:1", "echoed", "Error"]);
    }
}

#[cfg_attr(test, test)]
pub(crate) fn what_is_not_expected_is_a_line() {
    expect(&[Act::Come(b"AT+RST\r\n\r\nOK\r\n")], &["text AT+RST", "Ok"]);
}

/// One and two reports between any two bytes of an echo.
#[cfg_attr(test, test)]
pub(crate) fn reports_inside_an_echo() {
    for statement in STATEMENTS.into_iter().step_by(FEW) {
        for (report, told) in [
            (&b"+WS_CLOSED:0\r\n"[..], "+WS_CLOSED:0"),
            (b"+WS_DATA:0,6,\r\nOK\r\n\r\n", "record WS_DATA 0,6 [6] \\r\\nOK\\r\\n."),
            (b"+IPD,0,2:AT", "record IPD 0,2 [2] AT."),
            (b"\r\nbusy p...\r\n", "Busy"),
            (b"WIFI DISCONNECT\r\n", "text WIFI DISCONNECT"),
            (b"+STA_CONNECTED:\"a\"\r\n", "+STA_CONNECTED:\\\"a\\\""),
            (b"+WSX:1\r\n", "+WSX:1"),
            (b"+W:\r\n", "+W:"),
            (b"+TIME_UPDATED\r\n", "text +TIME_UPDATED"),
            (b"0,CONNECT\r\n", "text 0,CONNECT"),
        ] {
            for at in places(statement.len()) {
                let (before, after) = statement.split_at(at);
                // Behind CR an empty line's LF cannot be told from the statement's own: the line end is
                // complete, and what is left over of it is an empty line.
                let own_cr = before.ends_with(b"\r") && report.starts_with(b"\r");
                if own_cr {
                    continue;
                }
                let come = [before, report, after, b"\r\nOK\r\n"].concat();
                for sizes in [&[5][..], &[usize::MAX], &[1]].into_iter().step_by(FEW) {
                    let mut seen = run(&[Act::Send(statement), Act::Come(&come)], sizes, 256);
                    // The same for a unit that begins with the statement's own line end.
                    seen.sort();
                    let mut all = [told, "echoed", "Ok"];
                    all.sort_unstable();
                    assert_eq!(
                        seen,
                        all,
                        "{} at {at}: {}",
                        statement.escape_ascii(),
                        report.escape_ascii()
                    );
                }
                let come = [before, report, report, after, b"\r\nOK\r\n"].concat();
                let seen = run(&[Act::Send(statement), Act::Come(&come)], &[usize::MAX], 256);
                assert_eq!(seen.iter().filter(|seen| *seen == told).count(), 2);
                assert_eq!(seen.len(), 4);
            }
        }
    }
}

#[cfg_attr(test, test)]
pub(crate) fn an_answer_before_the_end_of_the_echo_says_that_some_was_lost() {
    let statement = b"AT+WSSEND=0,4\r\n";
    for (come, seen) in [
        (&b"\r\nOK\r\n"[..], &["lost Echo", "Ok"][..]),
        (b"AT+WSSE\r\nERROR\r\n", &["lost Echo", "Error"]),
        (b"AT+WSSEND=0,4\r\nERROR\r\n", &["echoed", "Error"]),
        (b"AT+WSSE\r\nready\r\n", &["lost Echo", "Ready"]),
        (b"AT+\r\n>", &["lost Echo", "Prompt"]),
        // A byte of the echo is missing: what is left of it is a line that nobody knows.
        (b"AT+WSEND=0,4\r\n\r\nOK\r\n", &["text END=0,4", "lost Echo", "Ok"]),
        (b"AT+WSS>END=0,4\r\n\r\nOK\r\n", &["text >END=0,4", "lost Echo", "Ok"]),
        // It stays expected: this answer was for something else.
        (b"AT\r\nbusy p...\r\n+WSSEND=0,4\r\n", &["Busy", "echoed"]),
    ] {
        let seen: &[&str] =
            if come == b"AT+WSSEND=0,4\r\nERROR\r\n" { &["echoed", "Error"] } else { seen };
        expect(&[Act::Send(statement), Act::Come(come)], seen);
    }
}

#[cfg_attr(test, test)]
pub(crate) fn an_answer_is_not_mistaken_for_the_rest_of_a_cut_echo() {
    for (statement, come, answer) in [
        (&b"AT+X=\"ws://host/ready\"\r\n"[..], &b"AT+X=\"ws://host/\r\nready\r\n"[..], "Ready"),
        (b"AT+CWMODE?\r\n", b"AT+CWM\r\nOK\r\n", "Ok"),
        (b"AT+WSOPEN?\r\n", b"AT+WSOP\r\nERROR\r\n", "Error"),
        (b"AT+WSSEND=0,4\r\n", b"AT+W\r\nSEND OK\r\n", "SendOk"),
    ] {
        expect(&[Act::Send(statement), Act::Come(come)], &["lost Echo", answer]);
    }
    // And the echo is found behind a unit, where it begins as an answer does.
    let acts = [Act::Send(b"AT+WSSEND=0,4\r\n"), Act::Come(b"AT+W+WS_CLOSED:0\r\nSSEND=0,4\r\n")];
    expect(&acts, &["+WS_CLOSED:0", "echoed"]);
    // So is a line there that begins as one might with what came of the echo before it.
    let come = b"AT+W+WS_CLOSED:0\r\nSELLO\r\nSEND=0,4\r\n\r\nOK\r\n";
    let acts = [Act::Send(b"AT+WSSEND=0,4\r\n"), Act::Come(come)];
    expect(&acts, &["+WS_CLOSED:0", "text ELLO", "echoed", "Ok"]);
}

/// A line that is nobody's stands where the echo was left, whatever of the echo before that looks like the head of
/// some record.
#[cfg_attr(test, test)]
pub(crate) fn a_line_inside_an_echo_that_looks_like_a_record() {
    for (statement, before) in
        [(&b"AT+X=\"+Q,1\"\r\n"[..], &b"AT+X=\"+Q,1"[..]), (b"AT+X=\"+Q=1\"\r\n", b"AT+X=\"+Q=1")]
    {
        let come = [before, b"hello\r\n", &statement[before.len()..], b"\r\nOK\r\n"].concat();
        let acts = [Act::Send(statement), Act::Come(&come)];
        expect(&acts, &["text hello", "echoed", "Ok"]);
    }
}

#[cfg_attr(test, test)]
pub(crate) fn busy_and_what_the_caller_does_then() {
    let statement = b"AT+WSOPEN?\r\n";
    let expected = Expected { echo: statement, records: &[], reports: &[] };
    let mut memory = [0; 64];
    let mut reader = ResponseReader::new(&mut memory);
    assert!(!reader.is_echo_pending());
    reader.expect_echo();
    assert!(reader.is_echo_pending());
    let (_, busy) = reader.feed(&expected, b"\r\nbusy p...\r\n");
    assert_eq!(busy, Some(Response::Reply(Reply::Busy)));
    assert!(reader.is_echo_pending());
    // The module has discarded the statement.
    reader.forget_echo();
    assert!(!reader.is_echo_pending());
    let (_, answer) = reader.feed(&expected, b"\r\nSEND OK\r\n");
    assert_eq!(answer, Some(Response::Reply(Reply::SendOk)));
    // A statement of no bytes has no echo.
    reader.expect_echo();
    let none = Expected { echo: b"", ..expected };
    assert_eq!(reader.feed(&none, b"\r\nOK\r\n").1, Some(Response::Reply(Reply::Ok)));
}

#[cfg_attr(test, test)]
pub(crate) fn a_reset_forgets_everything() {
    let expected = Expected { echo: b"AT\r\n", records: &super::RECORDS, reports: &[] };
    let mut memory = [0; 64];
    let mut reader = ResponseReader::new(&mut memory);
    reader.expect_echo();
    reader.feed(&expected, b"A+WS_DATA:0,99,ab");
    reader.feed(&expected, b"ab");
    assert!(reader.is_inside_unit() && reader.is_echo_pending());
    reader.reset();
    assert!(!reader.is_inside_unit() && !reader.is_echo_pending());
    assert_eq!(reader.feed(&expected, b"\r\nready\r\n").1, Some(Response::Reply(Reply::Ready)));
}

#[cfg_attr(test, test)]
pub(crate) fn two_different_reports_at_different_places() {
    let come = b"A+WS_CLOSED:0\r\nT+WSWIFI GOT IP\r\nCLOSE=+WS_DATA:0,2,=2\r\n2\r\n\r\nOK\r\n";
    let acts = [Act::Send(b"AT+WSCLOSE=2\r\n"), Act::Come(come)];
    let record = "record WS_DATA 0,2 [2] =2.";
    expect(&acts, &["+WS_CLOSED:0", "text WIFI GOT IP", record, "echoed", "Ok"]);
}

#[cfg_attr(test, test)]
pub(crate) fn a_doubt_about_an_old_echo_is_not_one_about_the_next() {
    let acts = [
        Act::Send(b"AT+WSOPEN?\r\n"),
        Act::Come(b"AT+WI"),
        Act::Send(b"AT+CWJAP?\r\n"),
        Act::Come(b"FI:1\r\nAT+CWJAP?\r\n\r\nOK\r\n"),
    ];
    expect(&acts, &["+WIFI:1", "echoed", "Ok"]);
}

#[cfg_attr(test, test)]
pub(crate) fn a_new_statement_takes_the_place_of_the_old_one() {
    let (first, second) = (b"AT+WSOPEN?\r\n", b"AT\r\n");
    let acts =
        [Act::Send(first), Act::Come(b"AT+WS"), Act::Send(second), Act::Come(b"AT\r\n\r\nOK\r\n")];
    expect(&acts, &["echoed", "Ok"]);
}

#[cfg_attr(test, test)]
pub(crate) fn an_echo_that_may_come_or_not() {
    let mut memory = [0; 64];
    let statement = b"ATE1\r\n";
    let expected = Expected { echo: statement, ..Expected::default() };
    let mut reader = ResponseReader::new(&mut memory);
    for come in [&b"ATE1\r\n\r\nOK\r\n"[..], b"\r\nOK\r\n", b"ATE\r\nOK\r\n"] {
        reader.allow_echo();
        assert!(reader.is_echo_pending());
        let mut rest = come;
        let mut seen = alloc::vec::Vec::new();
        while !rest.is_empty() {
            let (taken, response) = reader.feed(&expected, rest);
            assert!(taken > 0, "nothing is told without a byte");
            rest = &rest[taken..];
            seen.extend(response.map(|response| alloc::format!("{response:?}")));
        }
        assert_eq!(seen.last().map(|last| &last[..]), Some("Reply(Ok)"), "{seen:?}");
        assert!(!seen.iter().any(|seen| seen.contains("Lost")), "{seen:?}");
        assert_eq!(seen.iter().any(|seen| seen == "Echoed"), come.starts_with(statement));
        assert!(!reader.is_echo_pending());
    }
    // One that has to come, until the caller knows better.
    reader.expect_echo();
    reader.excuse_echo();
    let answer = reader.feed(&expected, b"\r\nOK\r\n");
    assert_eq!(answer, (6, Some(Response::Reply(Reply::Ok))));
}
