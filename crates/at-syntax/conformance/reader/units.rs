//! Each unit alone, and units after one another.

use alloc::format;
use alloc::vec::Vec;

use super::{Act, RECORDS, REPORTS, expect, run};
use at_syntax::{Expected, Lost, Record, Response, ResponseReader};

#[cfg_attr(test, test)]
pub(crate) fn what_a_module_prints() {
    for (bytes, units) in [
        (&b"\r\nOK\r\n"[..], &["Ok"][..]),
        (b"\r\nERROR\r\n", &["Error"]),
        (b"\r\nSEND OK\r\n", &["SendOk"]),
        (b"\r\nSEND FAIL\r\n", &["SendFail"]),
        (b"\r\nbusy p...\r\n", &["Busy"]),
        (b"\r\nbusy s...\r\n", &["Busy"]),
        (b"\r\nready\r\n", &["Ready"]),
        // The prompt of today and the older one, whose space may come late.
        (b"\r\nOK\r\n\r\n>", &["Ok", "Prompt"]),
        (b"\r\nOK\r\n> ", &["Ok", "Prompt"]),
        (b"\r\nOK\r\n> \r\nSEND OK\r\n", &["Ok", "Prompt", "SendOk"]),
        (b"\r\nOK\r\n\r\n>\r\nSEND OK\r\n", &["Ok", "Prompt", "SendOk"]),
        (b"\r\nOK\r\n\r\n>+WS_CLOSED:0\r\n", &["Ok", "Prompt", "+WS_CLOSED:0"]),
        // Only the one space is the prompt's.
        (b">  x\r\n", &["Prompt", "text  x"]),
        (b"ERR CODE:0x01080001\r\n\r\nERROR\r\n", &["code 01080001", "Error"]),
        (b"ERR CODE:0xffffFFFF\r\n", &["code ffffffff"]),
        (b"ERR CODE:0X0108ABCD\r\n", &["code 0108abcd"]),
        (b"ERR CODE:0x1ffffffff\r\n", &["text ERR CODE:0x1ffffffff"]),
        (b"ERR CODE:12\r\n", &["text ERR CODE:12"]),
        (b"+WS_CONNECTED:0\r\n\r\nOK\r\n", &["+WS_CONNECTED:0", "Ok"]),
        (b"+WSOPEN:0,2,\"ws://h/a,b\"\r\n", &["+WSOPEN:0,2,\\\"ws://h/a,b\\\""]),
        (b"+X:\r\n", &["+X:"]),
        // No name, or none that is one.
        (b"+:1\r\n", &["text +:1"]),
        (b"+A B:1\r\n", &["text +A B:1"]),
        (b"+X\r\n", &["text +X"]),
        (b"WIFI GOT IP\r\n", &["text WIFI GOT IP"]),
        (b"OKAY\r\n", &["text OKAY"]),
        (b" OK\r\n", &["text  OK"]),
        (b"a>b\r\n", &["text a>b"]),
        (b"\r\n\r\n\r\n", &[]),
        // A lone CR and a lone LF end no line.
        (b"a\rb\nc\r\n", &["text a\\rb\\nc"]),
    ] {
        expect(&[Act::Come(bytes)], units);
    }
}

#[cfg_attr(test, test)]
pub(crate) fn records() {
    for (bytes, units) in [
        (&b"+WS_DATA:0,5,hello\r\n"[..], &["record WS_DATA 0,5 [5] hello."][..]),
        (b"+WS_DATA:0,0,\r\n\r\nOK\r\n", &["record WS_DATA 0,0 [0] ", "Ok"]),
        (
            b"+WS_DATA:1,8,\r\nOK\r\n>\0\r\n\r\nERROR\r\n",
            &["record WS_DATA 1,8 [8] \\r\\nOK\\r\\n>\\x00.", "Error"],
        ),
        // A format of its own for link 2, with nothing behind the data.
        (
            b"+WS_DATA:2,1,1,9,0,3,abc+WS_CLOSED:2\r\n",
            &["record WS_DATA 2,1,1,9,0,3 [3] abc.", "+WS_CLOSED:2"],
        ),
        (b"+IPD,0,0:+WS_CLOSED:0\r\n", &["record IPD 0,0 [0] ", "+WS_CLOSED:0"]),
        (
            b"+WS_DATA:0,1,a\r\r\n+WS_CLOSED:0\r\n",
            &["record WS_DATA 0,1 [1] a.", "lost RecordEnd", "+WS_CLOSED:0"],
        ),
        // A head that lost a comma: whatever its data looks like, that something is wrong is said.
        (b"+WS_DATA:05,hello\r\n", &["lost Length"]),
        (b"+WS_DATA:022,x\r\nOK\r\n", &["lost Length", "Ok"]),
        (b"+IPD,0,4:\r\nab\r\nOK\r\n", &["record IPD 0,4 [4] \\r\\nab.", "Ok"]),
        (
            b"+MQTTSUBRECV:0,\"a,b/c\",4,1,2,\r\n",
            &["record MQTTSUBRECV 0,\\\"a,b/c\\\",4 [4] 1,2,."],
        ),
        // Not expected, so a line.
        (b"+HTTPCLIENT:5,hello\r\n", &["+HTTPCLIENT:5,hello"]),
        (b"+WS_DATAX:0,5,hello\r\n", &["+WS_DATAX:0,5,hello"]),
        // A length that another library's reader panicked at: the bytes that there are come first.
        (b"+WS_DATA: 0,9,AB", &["record WS_DATA  0,9 [9] AB"]),
        (b"+WS_DATA:0,x,AB\r\n\r\nOK\r\n", &["lost Length", "Ok"]),
        (b"+WS_DATA:0,5,\r\nOK\r\n", &["record WS_DATA 0,5 [5] \\r\\nOK\\r.", "lost RecordEnd"]),
        (b"+WS_DATA:0,-1,AB\r\n\r\nOK\r\n", &["lost Length", "Ok"]),
        (b"+WS_DATA:0,4294967296,AB\r\n\r\nOK\r\n", &["lost Length", "Ok"]),
    ] {
        expect(&[Act::Come(bytes)], units);
    }
}

/// Marks that no other unit has.
#[cfg_attr(test, test)]
pub(crate) fn records_with_marks_of_their_own() {
    let records = [Record::new(b"X", 2, 1).with_marks(b'=', b';').without_line_end()];
    let expected = Expected { echo: b"", records: &records, reports: &[] };
    let stream = b"+X=0,2;;\r+X:0,2;\r\n+X=0,1;a";
    for size in [1, 2, stream.len()] {
        let mut memory = [0; 64];
        let mut reader = ResponseReader::new(&mut memory);
        let (mut data, mut lines, mut records) = (Vec::new(), 0, 0);
        for piece in stream.chunks(size) {
            let mut piece = piece;
            while !piece.is_empty() {
                let (taken, response) = reader.feed(&expected, piece);
                match response {
                    Some(Response::Data { octets, .. }) => data.extend_from_slice(octets),
                    Some(Response::Record { .. }) => records += 1,
                    Some(Response::Line { .. }) => lines += 1,
                    other => assert_eq!(other, None),
                }
                piece = &piece[taken..];
            }
        }
        assert_eq!((&data[..], records, lines), (&b";\ra"[..], 2, 1));
    }
}

/// Nor does it look like a head where a comma would end it: `+IPD` with the address of AT+CIPDINFO=1.
#[cfg_attr(test, test)]
pub(crate) fn a_comma_ends_no_head_with_another_mark() {
    let records = [Record::new(b"IPD", 2, 1).with_marks(b',', b':').without_line_end()];
    let expected = Expected { echo: b"", records: &records, reports: &[] };
    let stream = b"+IPD,0,5,\"10.0.0.1\",80:hello\r\n";
    for first in 1..=stream.len() {
        let mut memory = [0; 64];
        let mut reader = ResponseReader::new(&mut memory);
        let mut lost = 0;
        for mut piece in [&stream[..first], &stream[first..]] {
            while !piece.is_empty() {
                let (taken, response) = reader.feed(&expected, piece);
                assert!(matches!(response, None | Some(Response::Lost(Lost::Length))), "{first}");
                lost += u32::from(response.is_some());
                piece = &piece[taken..];
            }
        }
        assert_eq!((lost, reader.is_inside_unit()), (1, false), "{first}");
    }
}

/// The end of a record's line is taken with the last of its data, if all of it is there; however that is read.
#[cfg_attr(test, test)]
pub(crate) fn the_end_of_a_records_line_goes_with_its_data() {
    let records = [Record::new(b"WS_DATA", 2, 1)];
    let expected = Expected { echo: b"", records: &records, reports: &[] };
    let stream = b"+WS_DATA:0,2,ab\r\nOK\r\n";
    let head = b"+WS_DATA:0,2,".len();
    for end in head + 1..=stream.len() {
        let mut memory = [0; 64];
        let mut reader = ResponseReader::new(&mut memory);
        let (taken, response) = reader.feed(&expected, &stream[..end]);
        assert!(matches!(response, Some(Response::Record { len: 2, .. })), "{end}");
        assert_eq!(taken, head);
        let (taken, response) = reader.feed(&expected, &stream[head..end]);
        let Some(Response::Data { octets, last }) = response else { panic!("{end}: {response:?}") };
        let there = (end - head).min(2);
        let whole = end - head >= 4;
        assert_eq!((octets, last), (&b"ab"[..there], there == 2));
        assert_eq!(taken, if whole { 4 } else { there }, "{end}");
        assert_eq!(reader.is_inside_unit(), !whole, "{end}");
    }
}

#[cfg_attr(test, test)]
pub(crate) fn a_mebibyte_of_answers_passes_through_a_buffer_of_64_bytes() {
    const LEN: usize = if cfg!(miri) { 1 << 10 } else { 1 << 20 };
    let payload = b"\r\nOK\r\n".repeat(LEN / 6 + 1);
    let payload = &payload[..LEN];
    let head = format!("+WS_DATA:0,{LEN},");
    let stream = [head.as_bytes(), payload, b"\r\n\r\nSEND OK\r\n"].concat();
    let expected = Expected { echo: b"", records: &RECORDS, reports: &REPORTS };
    for size in [1, 63, 64, 4096] {
        let mut memory = [0; 64];
        let mut reader = ResponseReader::new(&mut memory);
        let (mut data, mut others) = (Vec::with_capacity(LEN), 0);
        for piece in stream.chunks(size) {
            let mut piece = piece;
            while !piece.is_empty() {
                let (taken, response) = reader.feed(&expected, piece);
                match response {
                    Some(Response::Data { octets, last }) => {
                        data.extend_from_slice(octets);
                        assert_eq!(last, data.len() == LEN);
                    }
                    Some(_) => others += 1,
                    None => {}
                }
                piece = &piece[taken..];
            }
        }
        assert!(data == payload);
        assert_eq!(others, 2); // the record and SEND OK
    }
}

#[cfg_attr(test, test)]
pub(crate) fn the_memory_bounds_lines() {
    let line = [&b"+X:"[..], &[b'a'; 9], b"\r\n"].concat();
    let then = [&line[..], b"\r\nOK\r\n"].concat();
    for sizes in [&[usize::MAX][..], &[1], &[13]] {
        assert_eq!(run(&[Act::Come(&then)], sizes, 14), ["+X:aaaaaaaaa", "Ok"]);
        assert_eq!(run(&[Act::Come(&then)], sizes, 13), ["lost TooLong", "Ok"]);
        assert_eq!(run(&[Act::Come(&then)], sizes, 4), ["lost TooLong", "Ok"]);
        // The head of a record counts, its data does not.
        let record = b"+WS_DATA:0,20,aaaaaaaaaaaaaaaaaaaa\r\n";
        let seen = run(&[Act::Come(record)], sizes, 14);
        assert_eq!(seen, ["record WS_DATA 0,20 [20] aaaaaaaaaaaaaaaaaaaa."]);
        assert_eq!(run(&[Act::Come(record)], sizes, 13), ["lost TooLong"]);
        // The LF that does not fit ends the line all the same, and a lone one does not.
        let lines = b"+X:aaaaaaaaa\r\n+Y:1\r\n";
        assert_eq!(run(&[Act::Come(lines)], sizes, 13), ["lost TooLong", "+Y:1"]);
        assert_eq!(run(&[Act::Come(b"aaaa\nOK\r\n+Y:1\r\n")], sizes, 6), ["lost TooLong", "+Y:1"]);
        // Without memory there are prompts, and nothing else.
        assert_eq!(
            run(&[Act::Come(b"\r\nOK\r\n>")], sizes, 0),
            ["lost TooLong", "lost TooLong", "Prompt"]
        );
    }
}

/// What one side of this crate writes, the other reads.
#[cfg_attr(test, test)]
pub(crate) fn what_the_module_writes_the_host_reads() {
    use at_syntax::{Reply, Writer};
    let replies =
        [Reply::Ok, Reply::Error, Reply::SendOk, Reply::SendFail, Reply::Busy, Reply::Ready];
    for reply in replies {
        expect(&[Act::Come(reply.as_bytes())], &[alloc::format!("{reply:?}").as_str()]);
    }
    expect(&[Act::Come(Reply::Prompt.as_bytes())], &["Ok", "Prompt"]);
    let mut out = [0; 200];
    let mut writer = Writer::new(0, &mut out);
    writer.error_code(0x0108_0001).reply(Reply::Error);
    writer.name(b"WSOPEN").decimal(0).comma().decimal(2).comma().quoted(b"ws://h/\\,").end();
    writer.name(b"WS_DATA").decimal(1).comma().decimal(3).comma().bytes(b"\r\n>").end();
    let len = writer.written();
    let told = [
        "code 01080001",
        "Error",
        "+WSOPEN:0,2,\\\"ws://h/\\\\,\\\"",
        "record WS_DATA 1,3 [3] \\r\\n>.",
    ];
    expect(&[Act::Come(&out[..len])], &told);
}
