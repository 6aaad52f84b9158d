//! Commands and messages of the firmware around the module.

use crate::play_with;
use crate::world::Time;
use embassy_futures::join::join3;
use wsat::at_syntax::{Form, Name, Statement};
use wsat::device::{Answer, Config};
use wsat_embassy::{NoMessages, Outcome, Port, Program};

/// `AT+JOIN="…"` takes three seconds, `AT+LONG` has more text than memory, `AT+THREE` has three messages at a time,
/// `AT+MIXED` has messages before, beside and behind text, `AT+RST` restarts.
pub(crate) struct Firmware(pub(crate) Time);

pub(crate) enum Command {
    Join(String),
    Long,
    Three,
    Mixed,
    Restart,
}

impl Program for Firmware {
    type Command = Command;

    fn read(&mut self, statement: &Statement<'_>) -> Result<Command, Answer> {
        let is = |name: &str| statement.name.is(Name::Extended(name.as_bytes()));
        match statement.form {
            Form::Set if is("JOIN") => {
                let mut params = statement.params();
                let name = params.next().string().map_err(|_| Answer::Error)?;
                let mut out = [0; 32];
                let n = name.write(&mut out).ok_or(Answer::Error)?;
                Ok(Command::Join(String::from_utf8(out[..n].to_vec()).unwrap()))
            }
            Form::Execute if is("LONG") => Ok(Command::Long),
            Form::Execute if is("THREE") => Ok(Command::Three),
            Form::Execute if is("MIXED") => Ok(Command::Mixed),
            Form::Execute if is("RST") => Ok(Command::Restart),
            _ => Err(Answer::NoSuchCommand),
        }
    }

    async fn carry_out(&mut self, command: Command, port: &Port<'_>) -> Outcome {
        match command {
            Command::Join(name) => {
                self.0.sleep(1000).await;
                port.message("WIFI CONNECTED\r\n").await;
                self.0.sleep(1000).await;
                port.message("WIFI GOT IP\r\n").await;
                self.0.sleep(1000).await;
                port.text(format!("+JOIN:{name}\r\n")).await;
                if name == "nowhere" { Outcome::Error } else { Outcome::Ok }
            }
            Command::Long => {
                for _ in 0..100 {
                    port.text([b'x'; 60]).await;
                    port.text("\r\n").await;
                }
                Outcome::Ok
            }
            Command::Three => {
                join3(
                    port.message("FIRST\r\n"),
                    port.message("SECOND\r\n"),
                    port.message("THIRD\r\n"),
                )
                .await;
                Outcome::Ok
            }
            Command::Mixed => {
                join3(port.message("A\r\n"), port.text("+B\r\n"), port.message("C\r\n")).await;
                self.0.sleep(1000).await;
                port.message("D\r\n").await;
                port.text("+E\r\n").await;
                port.message("F\r\n").await;
                Outcome::Ok
            }
            Command::Restart => Outcome::Restart,
        }
    }
}

fn firmware(time: &Time) -> (Firmware, NoMessages) {
    (Firmware(time.clone()), NoMessages)
}

#[test]
fn a_command_that_takes_its_time_stops_nothing_else() {
    play_with(Config::default(), firmware, async |bench| {
        let mut server = bench.open(0).await;
        let begun = bench.time.millis();
        bench.host.send("AT+JOIN=\"home\"\r\n").await;
        bench.time.sleep(500).await;
        // A line of the host, data, a Ping, and a report.
        bench.host.ask("AT", "\r\nbusy p...\r\n").await;
        server.send(0x81, b"hello").await;
        bench.host.expect("+WS_DATA:0,5,hello\r\n").await;
        server.send(0x89, b"").await;
        server.expect(0x8A, b"").await;
        bench.host.expect("WIFI CONNECTED\r\n").await;
        assert_eq!(bench.time.millis() - begun, 1000);
        server.send(0x88, b"").await;
        server.expect(0x88, b"").await;
        server.tx.end();
        bench.host.expect("+WS_CLOSED:0\r\n").await;
        bench.host.expect("WIFI GOT IP\r\n+JOIN:home\r\n\r\nOK\r\n").await;
        assert_eq!(bench.time.millis() - begun, 3000);
        bench.host.ask("AT+JOIN=\"nowhere\"", "WIFI CONNECTED\r\n").await;
        bench.host.expect("WIFI GOT IP\r\n+JOIN:nowhere\r\n\r\nERROR\r\n").await;
    });
}

#[test]
fn a_command_that_is_carried_out_at_once_keeps_no_line_waiting() {
    play_with(Config::default(), firmware, async |bench| {
        // More text than the line, the lane and the payload's memory hold.
        bench.host.send("AT+LONG\r\nAT+LONG\r\nAT+NONE\r\nAT\r\n").await;
        let text = format!("{}\r\n", "x".repeat(60)).repeat(100);
        for _ in 0..2 {
            bench.host.expect(&text).await;
            bench.host.expect("\r\nOK\r\n").await;
        }
        bench.host.expect("\r\nERROR\r\n\r\nOK\r\n").await;
    });
}

#[test]
fn messages_at_a_time_are_printed_one_behind_the_other() {
    play_with(Config::default(), firmware, async |bench| {
        bench.host.send("AT+THREE\r\n").await;
        bench.host.expect("FIRST\r\nSECOND\r\nTHIRD\r\n\r\nOK\r\n").await;
    });
}

#[test]
fn a_message_behind_text_is_text_and_one_that_waits_goes_before_it() {
    play_with(Config::default(), firmware, async |bench| {
        // Twice: the next answer begins with a message again, between other lines.
        for _ in 0..2 {
            bench.host.send("AT+MIXED\r\n").await;
            bench.host.expect("A\r\n+B\r\nC\r\nD\r\n+E\r\nF\r\n\r\nOK\r\n").await;
        }
        bench.host.ask("AT", "\r\nOK\r\n").await;
    });
}
