//! Sessions: what happens to a device, to a host, and to both.

use crate::Seeds;

/// A name, the head, the fields.
type Session<'s> = (&'s str, &'s [u8], Vec<&'s [u8]>);

pub(crate) fn devices(seeds: &mut Seeds<'_>) {
    let open = "hAT+WSOPEN=0,\"ws://h\"\r\n";
    let sessions: [Session<'_>; 15] = [
        (
            "send-and-receive",
            b"\0\0\0\0",
            vec![
                open.as_bytes(),
                b"c0",
                b"hAT+WSSEND=0,5\r\n",
                b"hHello",
                b"f0\x81Hello",
                b"f0\x02abc",
                b"f0\x80def",
            ],
        ),
        (
            "early-data-and-ping",
            b"\0\0\0\0",
            vec![open.as_bytes(), b"c0\x81\x06early!\x89\x01p", b"f0\x89\x01p", b"hAT+WSOPEN?\r\n"],
        ),
        (
            "lost-and-back",
            b"\0\0\0\0",
            vec![
                open.as_bytes(),
                b"c0",
                b"e0",
                b"t10000",
                b"c0",
                b"e0",
                b"z0",
                b"hAT+WSCLOSE=0\r\n",
            ],
        ),
        (
            "never-back",
            b"\0\0\0\0",
            vec![
                open.as_bytes(),
                b"c0",
                b"e0",
                b"t10000",
                b"e0",
                b"t10000",
                b"u0",
                b"t15000",
                b"hAT+WSCLOSE=0\r\n",
            ],
        ),
        (
            "closed-by-peer",
            b"\0\0\0\0",
            vec![open.as_bytes(), b"c0", b"f0\x88\x03\xe8bye", b"t2000", b"hAT+WSOPEN?\r\n"],
        ),
        (
            "one-of-two-closed",
            b"\0\0\0\0",
            vec![
                open.as_bytes(),
                b"c0",
                b"hAT+WSOPEN=1,\"ws://i\"\r\n",
                b"c1",
                b"hAT+WSCLOSE=0\r\n",
                b"f1\x81Hello",
            ],
        ),
        (
            "starts-anew",
            b"\0\0\0\0",
            vec![open.as_bytes(), b"c0", b"R", open.as_bytes(), b"c0", b"f0\x81Hello", b"R"],
        ),
        (
            "closed-by-host",
            b"\0\0\0\0",
            vec![
                open.as_bytes(),
                b"c0",
                b"hAT+WSSEND=0,2,8\r\n\x03\xe8",
                b"hAT+WSCLOSE=0\r\n",
                b"t6000",
            ],
        ),
        (
            "busy",
            b"\0\0\0\0",
            vec![open.as_bytes(), b"hAT\r\nAT\r\n", b"t16000", b"hAT+GMR\r\n", b"hAT\r\n", b"a"],
        ),
        (
            "serial-stands-still",
            b"\0\0\0\0",
            vec![
                open.as_bytes(),
                b"c0",
                b"s",
                b"f0\x82abcdefghij",
                b"f0\x89x",
                b"e0",
                b"hATE0\r\n",
                b"t20000",
                b"S",
            ],
        ),
        (
            "no-room",
            b"\0\0\0\0",
            vec![
                open.as_bytes(),
                b"c0",
                b"r03",
                b"hAT+WSSEND=0,6,1,900\r\nuvwxyz\r\n",
                b"t1000",
                b"r0",
            ],
        ),
        (
            "formats",
            b"\x03\0\0\0",
            vec![
                b"hAT+WSDATAFMT=0,1,63\r\n",
                b"hAT+WSDATAFMT=1,2,20\r\n",
                open.as_bytes(),
                b"c0",
                b"hAT+WSOPEN=1,\"ws://i\",\"a\\,b\",5000,\"x y\"\r\n",
                b"c1",
                b"f0\x01abc",
                b"f0\x80",
                b"f1\x02abc",
                b"t5000",
                b"f1\x80def",
            ],
        ),
        (
            "headers-and-logs",
            b"\x03\0\0\0",
            vec![
                b"hAT+WSHEAD=4\r\nX: 1",
                b"hAT+WSHEAD?\r\nAT+SYSLOG=1\r\nAT+CMD?\r\n",
                b"hAT+WSCFG=0,2,3,4,3,1,2\r\nAT+NO\r\nAT+WSSEND=0\r\n",
                b"hAT+WSOPEN=0,\"wss://u:p@h:8/a?b\"\r\n",
                b"x0",
            ],
        ),
        (
            "firmware-3.2",
            b"\0\xfb\xef\x01",
            vec![
                open.as_bytes(),
                b"c0",
                b"f0\x81ab",
                b"hAT+WSSEND=0,0\r\nx",
                b"f0\x88",
                b"hAT+WSOPEN=0,\"ws://h\",,900\r\n",
                b"t10000",
                b"R",
            ],
        ),
        (
            "keep-alive",
            b"\x0c\0\0\0",
            vec![
                b"hAT+WSCFG=0,1,2,3\r\n",
                open.as_bytes(),
                b"c0",
                b"t1000",
                b"f0\x8a",
                b"t2500",
                b"t4000",
                b"hAT+WSSEND=0,3\r\n\xff\xff\xff",
                b"hAT+WSSEND=0,9\r\nab",
                b"t3000",
                b"A",
            ],
        ),
    ];
    for (name, config, fields) in &sessions {
        let head = [&config[..], b"\0\0"].concat();
        seeds.fields("device", name, &head, fields);
        let turns = b"\x20\xf9\x02\x03\xf9\x04\x07\x05";
        seeds.fields(
            "device",
            &format!("{name}-out-of-turn"),
            &[&head[..], turns].concat(),
            fields,
        );
        seeds.fields("device_split", name, &[&config[..], b"\x05\x03\x01\x07"].concat(), fields);
    }
}

pub(crate) fn hosts(seeds: &mut Seeds<'_>) {
    let in_step: [&[u8]; 6] = [b"b", b"k", b"t60", b"k", b"k", b"k"];
    let sessions: [Session<'_>; 10] = [
        (
            "opens-and-sends",
            b"\0\x03",
            vec![b"O0ws://h p,q", b"k+WS_CONNECTED:0\r\n", b"S05", b">", b"o"],
        ),
        (
            "streams",
            b"\0\x07",
            vec![b"P0700", b">", b"m+WS_DATA:0,3,a", b"mbc\r\n", b"o", b"P19", b"e"],
        ),
        (
            "data-in-formats",
            b"\x03\x02",
            vec![b"F063", b"k", b"m+WS_DATA:0,1,1,5,0,5,Hello\r\n", b"m+WS_DATA:1,2,hi\r\n"],
        ),
        (
            "reports",
            b"\0\x01",
            vec![
                b"m+WS_CONNECTED:1\r\n+WS_DISCONNECTED:1\r\n+WS_CLOSED:1\r\nWIFI GOT IP\r\n",
                b"L",
                b"k+WSOPEN:2,3,\"ws://i\"\r\n",
            ],
        ),
        (
            "busy-and-refused",
            b"\0",
            vec![b"w", b"mERR CODE:0x010b0000\r\n\r\nbusy p...\r\n", b"d", b"d", b"k", b"C0", b"e"],
        ),
        (
            "whole-records",
            b"\0\x04",
            vec![
                b"m+WS_DATA:0,3,abc\r\n+WS_CONNECTED:1\r\n+WS_DATA:1,5,\r\n+WS\r\n",
                b"S05",
                b">",
                b"m+WS_DATA:0,1,d\r\n",
                b"o",
                b"m+WS_DATA:1,0,\r\n",
            ],
        ),
        ("silent", b"\0", vec![b"S0100", b"d", b"d", b"d", b"t5000", b"L"]),
        (
            "reboots",
            b"\0",
            vec![b"O0ws://h", b"m\r\nready\r\n", b"d", b"k", b"r", b"k", b"m\r\nready\r\n", b"!"],
        ),
        (
            "record-that-pauses",
            b"\0",
            vec![b"m+WS_DATA:0,9,abc", b"t2000", b"g", b"S03", b">", b"g"],
        ),
        (
            "stalls",
            b"\x0c",
            vec![b"s", b"qGMR", b"t10000", b"u", b"jnet pass", b"kWIFI CONNECTED\r\n"],
        ),
    ];
    for (name, head, fields) in &sessions {
        seeds.fields("host", &format!("{name}-from-power-on"), head, fields);
        let all: Vec<&[u8]> = in_step.iter().chain(fields).copied().collect();
        seeds.fields("host", name, head, &all);
    }
}

pub(crate) fn pairs(seeds: &mut Seeds<'_>) {
    let pairs: [Session<'_>; 12] = [
        (
            "everything",
            b"\0\0\0\x40\x90",
            vec![b"O0ws://h", b"S05", b"f0\x81Hello", b"P0700", b"L", b"C0", b"qGMR"],
        ),
        (
            "formats",
            b"\x03\0\x01",
            vec![b"F063", b"O0ws://h", b"f0\x01abc", b"f0\x80", b"Hname: value", b"i", b"h"],
        ),
        (
            "firmware",
            b"\x03\x02\0\xff",
            vec![b"G05", b"O1ws://h p", b"f1\x88", b"t2000", b"O1ws://h", b"d1", b"t16000", b"S13"],
        ),
        ("lost-byte-out", b"\0\0\0", vec![b"O0ws://h", b"l6", b"S040", b"t9000", b"S05"]),
        ("lost-byte-back", b"\0\0\0", vec![b"O0ws://h", b"M20", b"S040", b"f0\x82abcdefg"]),
        ("doubled-byte", b"\0\0\0", vec![b"O0ws://h", b"y17", b"S040", b"Y3", b"C0"]),
        ("flipped-bit", b"\x03\0\0", vec![b"O0ws://h", b"v12", b"S040", b"V8", b"L"]),
        ("reboot-inside", b"\0\0\x02", vec![b"O0ws://h", b"R", b"S05", b"O0ws://h"]),
        ("no-echo", b"\x0c\0\0", vec![b"O2ws://h", b"N25", b"Q02", b"X22", b"t3000", b"j"]),
        (
            "fragments",
            b"\x03\0\0\x30",
            vec![
                b"O0ws://h",
                b"P02500",
                b"N01025",
                b"E01024",
                b"B00",
                b"E01",
                b"f0\x02abc",
                b"f0\x80",
            ],
        ),
        (
            "data-and-its-end",
            b"\0\0\x02",
            vec![b"O1ws://h", b"f1\x82abcdef", b"d1", b"t12000", b"f1\x82ghi", b"S13", b"X14"],
        ),
        ("joins", b"\0\x01\x01", vec![b"w", b"jnet word", b"qCWFAIL x", b"r", b"O0ws://h"]),
    ];
    for (name, head, fields) in &pairs {
        seeds.fields("pair", name, head, fields);
    }
}
