//! Echo, and what stands inside it.

use super::{Act, expect, run};

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

#[test]
fn echo_and_answer() {
    for statement in STATEMENTS {
        let come = [statement, b"\r\nOK\r\n"].concat();
        expect(&[Act::Send(statement), Act::Come(&come)], &["echoed", "Ok"]);
        // Said before anything of it comes, it is not looked for in what comes first.
        let come = [b"+WS_CONNECTED:1\r\n", statement, b"\r\nERROR\r\n"].concat();
        expect(&[Act::Send(statement), Act::Come(&come)], &["+WS_CONNECTED:1", "echoed", "Error"]);
    }
}

#[test]
fn what_is_not_expected_is_a_line() {
    expect(&[Act::Come(b"AT+RST\r\n\r\nOK\r\n")], &["text AT+RST", "Ok"]);
}

/// One and two reports between any two bytes of an echo.
#[test]
fn reports_inside_an_echo() {
    for statement in STATEMENTS {
        for (report, told) in [
            (&b"+WS_CLOSED:0\r\n"[..], "+WS_CLOSED:0"),
            (b"+WS_DATA:0,6,\r\nOK\r\n\r\n", "record WS_DATA 0,6 [6] \\r\\nOK\\r\\n."),
            (b"+IPD,0,2:AT", "record IPD 0,2 [2] AT."),
            (b"\r\nbusy p...\r\n", "Busy"),
            (b"WIFI DISCONNECT\r\n", "text WIFI DISCONNECT"),
            (b"+STA_CONNECTED:\"a\"\r\n", "+STA_CONNECTED:\\\"a\\\""),
            (b"+WSX:1\r\n", "+WSX:1"),
            (b"+W:\r\n", "+W:"),
        ] {
            for at in 0..statement.len() {
                let (before, after) = statement.split_at(at);
                // Behind CR an empty line's LF cannot be told from the statement's own: the line end is
                // complete, and what is left over of it is an empty line.
                let own_cr = before.ends_with(b"\r") && report.starts_with(b"\r");
                if own_cr {
                    continue;
                }
                let come = [before, report, after, b"\r\nOK\r\n"].concat();
                for sizes in [&[usize::MAX][..], &[1], &[5]] {
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

#[test]
fn an_answer_before_the_end_of_the_echo_says_that_some_was_lost() {
    let statement = b"AT+WSSEND=0,4\r\n";
    for (come, seen) in [
        (&b"\r\nOK\r\n"[..], &["lost Echo", "Ok"][..]),
        (b"AT+WSSE\r\nERROR\r\n", &["lost Echo", "Error"]),
        (b"AT+WSSEND=0,4\r\nERROR\r\n", &["echoed", "Error"]),
        (b"AT+WSSE\r\nready\r\n", &["lost Echo", "Ready"]),
        (b"AT+>", &["lost Echo", "Prompt"]),
        // A byte of the echo is missing: what is left looks like a line.
        (b"AT+WSEND=0,4\r\n\r\nOK\r\n", &["text +WSEND=0,4", "lost Echo", "Ok"]),
        // It stays expected: this answer was for something else.
        (b"AT\r\nbusy p...\r\n+WSSEND=0,4\r\n", &["Busy", "echoed"]),
    ] {
        let seen: &[&str] =
            if come == b"AT+WSSEND=0,4\r\nERROR\r\n" { &["echoed", "Error"] } else { seen };
        expect(&[Act::Send(statement), Act::Come(come)], seen);
    }
}

#[test]
fn a_new_statement_takes_the_place_of_the_old_one() {
    let (first, second) = (b"AT+WSOPEN?\r\n", b"AT\r\n");
    let acts =
        [Act::Send(first), Act::Come(b"AT+WS"), Act::Send(second), Act::Come(b"AT\r\n\r\nOK\r\n")];
    expect(&acts, &["echoed", "Ok"]);
}
