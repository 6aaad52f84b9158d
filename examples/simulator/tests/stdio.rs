//! The AT port on standard input and output.

mod common;

use common::{ERROR, Host, NOBODY, OK, READY, Sim, command, server};
use std::fs::File;
use std::io::Read as _;
use std::process::Stdio;
use tungstenite::accept;

/// Runs the program with this input and gives what it prints, once it has ended by itself.
fn run(arguments: &[&str], input: &str) -> String {
    let mut sim = Sim::start(arguments);
    let mut host = Host::new(sim.child.stdout.take().unwrap(), sim.child.stdin.take().unwrap());
    host.send(input);
    drop(host.port);
    let printed = host.output.rest();
    assert_eq!(sim.status().code(), Some(0));
    String::from_utf8(printed).unwrap()
}

#[test]
fn a_script_is_carried_out_to_its_end() {
    assert_eq!(run(&[], "AT\r\n"), format!("{READY}AT\r\n{OK}"));
    assert_eq!(run(&[], ""), READY);
    assert_eq!(run(&[], "AT\r\nAT+unfinished"), format!("{READY}AT\r\n{OK}AT+unfinished"));
    assert_eq!(
        run(&[], "ATE0\r\nAT+CWMODE=3\r\nAT+CWMODE?\r\nAT+RST\r\nAT\r\n"),
        format!("{READY}ATE0\r\n{OK}{OK}+CWMODE:3\r\n{OK}{OK}{READY}AT\r\n{OK}")
    );
}

/// Also what the firmware says of itself behind the last answer.
#[test]
fn the_last_message_is_printed() {
    let joined = "WIFI CONNECTED\r\nWIFI GOT IP\r\n";
    assert_eq!(
        run(&[], "ATE0\r\nAT+CWJAP=\"n\",\"\"\r\nAT+RST\r\n"),
        format!("{READY}ATE0\r\n{OK}{joined}{OK}{OK}{READY}{joined}")
    );
    assert_eq!(
        run(&[], "ATE0\r\nAT+CIPSNTPCFG=1,0\r\n"),
        format!("{READY}ATE0\r\n{OK}{OK}+TIME_UPDATED\r\n")
    );
}

#[test]
fn the_last_command_is_finished() {
    let refused = format!("AT+WSOPEN=0,\"ws://{NOBODY}/\"\r\n");
    assert_eq!(run(&[], &refused), format!("{READY}{refused}{ERROR}"));

    let silent = server(|mut stream| {
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let in_vain = format!("AT+WSOPEN=0,\"ws://{silent}/\",,300\r\n");
    assert_eq!(run(&[], &in_vain), format!("{READY}{in_vain}{ERROR}"));

    let address = server(|stream| {
        let mut socket = accept(stream).unwrap();
        while socket.read().is_ok() {}
    });
    let opened = format!("AT+WSOPEN=0,\"ws://{address}/\"\r\n");
    assert_eq!(run(&[], &opened), format!("{READY}{opened}+WS_CONNECTED:0\r\n{OK}"));
}

#[test]
fn a_conversation() {
    let mut sim = Sim::start(&["--echo-server", "127.0.0.1:0"]);
    let mut host = Host::new(sim.child.stdout.take().unwrap(), sim.child.stdin.take().unwrap());
    assert_eq!(sim.said("wsat-sim: AT port on "), "stdio");
    let uri = sim.said("wsat-sim: echo server at ");
    host.begin();
    host.open(0, &uri);
    host.data(0, "", b"over pipes");
    host.record(0, b"over pipes");
    // A closing handshake that the end of the input does not cut short.
    host.send("AT+WSCLOSE=0\r\n");
    drop(host.port);
    assert_eq!(host.output.rest(), OK.as_bytes());
    assert_eq!(sim.status().code(), Some(0));
}

#[test]
fn files_as_input_and_output() {
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (input, output) = (directory.join("stdio-input"), directory.join("stdio-output"));
    let many = "AT\r\n".repeat(5_000);
    std::fs::write(&input, format!("ATE0\r\n{many}")).unwrap();
    let status = command(&[])
        .stdin(File::open(&input).unwrap())
        .stdout(File::create(&output).unwrap())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let printed = std::fs::read_to_string(&output).unwrap();
    assert_eq!(printed, format!("{READY}ATE0\r\n{OK}{}", OK.repeat(5_000)));
}

/// Also when the module has nothing to print.
#[test]
fn a_closed_stdout_is_said() {
    let mut sim = Sim::start(&[]);
    let mut printed = [0; READY.len()];
    let mut stdout = sim.child.stdout.take().unwrap();
    stdout.read_exact(&mut printed).unwrap();
    drop(stdout);
    let reason = sim.said("wsat-sim: the AT port on stdio cannot be used any more: ");
    assert_eq!(reason, "broken pipe");
    assert_eq!(sim.status().code(), Some(1));
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    for arguments in [["--dialect", "9.9"], ["--serial", "usb"], ["--serial", "tcp:4000"]] {
        assert_eq!(Sim::start(&arguments).status().code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn dialects_and_quirks_are_chosen_on_the_command_line() {
    for (arguments, line, answer) in [
        (&["--dialect", "3.1"][..], "AT+WSHEAD=0", "\r\nERROR\r\n"),
        (&["--dialect", "3.3"], "AT+WSHEAD=0", "\r\nOK\r\n"),
        (&["--dialect", "4.2"], "AT+WSDATAFMT=0", "\r\nOK\r\n"),
        (&["--dialect", "4.2", "--quirks", "firmware-latest"], "AT+WSDATAFMT=0", "\r\nERROR\r\n"),
        (&["--dialect", "3.1", "--quirks", "firmware-3.2"], "AT+WSCFG=0,9,9,", "\r\nERROR\r\n"),
        (&["--quirks", "documented"], "AT+WSCFG=0,9,9,", "\r\nOK\r\n"),
    ] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_wsat-sim"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut stdin, format!("{line}\r\n").as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed, format!("\r\nready\r\n{line}\r\n{answer}"), "{arguments:?}");
    }
}

#[test]
fn a_command_line_that_cannot_be_carried_out() {
    for arguments in [
        &["--serial", "foo"][..],
        &["--serial", "tcp::"],
        &["--serial", "tcp:127.0.0.1:99999"],
        &["--serial", "tcp:[::1:0"],
        &["--echo-server", "9001"],
        &["--quirks", "some"],
        &["--dialect", "9"],
    ] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_wsat-sim"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "the AT port carries nothing else: {arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}
