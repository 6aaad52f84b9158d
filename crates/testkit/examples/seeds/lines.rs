//! The serial line: lines, parameters, what a module prints.

use crate::Seeds;

pub(crate) fn write(seeds: &mut Seeds<'_>) {
    let target = "at_lines";
    seeds.write(
        target,
        "every-form",
        b"\0\0\0\x03",
        b"AT\r\nATE0\r\nAT+X\r\nAT+X?\r\nAT+X=?\r\nAT+X=1,\"a\"\r\n",
    );
    seeds.write(target, "too-long", b"\0\x08\0\x01", b"AT+WSOPEN?\r\nAT\r\n123456\r\n1234567\r\n");
    seeds.write(target, "discarded", b"\0\0\0\x02", b"AT+X\0AT\r\n\0\0\r\0\nAT\r\n");
    seeds.write(target, "lone-ends", b"\0\0\0", b"A\rT\nAT\r\r\n\n\r\n");
    seeds.write(target, "ends-with-lf", b"\x01\0\x01", b"AT\nAT+GMR\r\n");
    seeds.write(target, "ends-with-zero", b"\x02\0\x01", b"AT\0AT+GMR\0");
    seeds.write(
        target,
        "echo-switches",
        b"\0\x0a\x02\x05",
        b"ATE1\r\nATE0\r\nAT+X=12345678\r\nAT\r\n",
    );

    let stretches = b"\0\x0a\x0c\x02\x05\x01";
    seeds.write(target, "echo-inside-lines", stretches, b"AT+GMR\r\nAT+X=12345678\r\nAT\r\n");

    let target = "at_params";
    seeds.fields(target, "open", b"\x05", &[&br#"0,"ws://h/?a=1\,2","x\\y\"",5000"#[..]]);
    seeds.fields(
        target,
        "numbers",
        b"",
        &[&b"0x1F,-0,007,-2147483648,4294967295,4294967296,0x,+1"[..]],
    );
    seeds.fields(target, "left-out", b"", &[&b",,\"\",,"[..]]);
    seeds.fields(target, "sixteen", b"", &[&b"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"[..]]);
    seeds.fields(target, "broken-strings", b"", &[&br#""a"b","a\","\","a,b","\\"#[..]]);
    seeds.fields(
        target,
        "written",
        b"\x01",
        &[&b""[..], b"a,b", b"\r\n", b"\\\"", b"\r", b"\n\xff"],
    );

    let target = "at_responses";
    seeds.fields(
        target,
        "echo-and-ok",
        b"\0\x01\x03",
        &[&b"AT+GMR\r\n"[..], b"AT+GMR\r\nversion\r\n\r\nOK\r\n"],
    );
    seeds.fields(
        target,
        "record-inside-echo",
        b"\0\x01\x01",
        &[
            &b"AT+WSSEND=0,2\r\n"[..],
            b"AT+WS+WS_DATA:0,6,\r\nOK\r\n\r\nSEND=0,2\r\n\r\nOK\r\n\r\n>",
        ],
    );
    seeds.fields(
        target,
        "every-report",
        b"\0\0\x07",
        &[&b""[..], b"+WS_CONNECTED:0\r\n+WS_DISCONNECTED:1\r\nWIFI GOT IP\r\n0,CONNECT\r\n+IPD,0,4:abcd+MQTTSUBRECV:0,\"a,b\",3,xyz\r\n\r\nready\r\n"],
    );
    seeds.fields(
        target,
        "other-formats",
        b"\0\0\x02",
        &[&b""[..], b"+WS_DATA:2,1,1,5,0,5,Hello+WS_DATA:2,0,1,0,0,0,+WS_DATA:0,3,abc\r\n"],
    );
    seeds.fields(
        target,
        "undamaged",
        b"\0\0\x05",
        &[&b""[..], b"\r\nready\r\n\r\nOK\r\n\r\n>+WS_DATA:0,4,\r\n+W\r\n\r\nSEND FAIL\r\nERR CODE:0x01090000\r\n\r\nERROR\r\n+IPD,0,3:abc+MQTTSUBRECV:1,ab,2,xy\r\n\r\nSEND OK\r\n+WS_CLOSED:0\r\nWIFI GOT IP\r\n\r\nbusy s...\r\n+WS_DATA:1,0,\r\n"],
    );
    seeds.fields(
        target,
        "damaged",
        b"\0\x01",
        &[
            &b"AT\r\n"[..],
            b"A\r\nOK\r\n+WS_DATA:0,x,\r\n+WS_DATA:0,2,abc\r\n\r\nERROR\r\n+WS_DATA:0,99,a",
        ],
    );
    seeds.fields(
        target,
        "codes-and-busy",
        b"\0\x02",
        &[&b"AT\r\n"[..], b"ERR CODE:0x010b0000\r\n\r\nbusy p...\r\nAT\r\nERR CODE:0x01090000\r\n\r\nERROR\r\nbusy s...\r\n\r\nSEND FAIL\r\n> "],
    );
}
