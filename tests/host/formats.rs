//! How a module of the newest dialect prints data: the host sets it, sets it again, and reads it.

use crate::script::{L0, Script};
use wsat::host::{Config, Event, Request};
use wsat::{DataFormat, DataMask, Dialect, Instant, Level};

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
