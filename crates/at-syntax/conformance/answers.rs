//! What a module prints, whole and in pieces of every size.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use super::places;
use at_syntax::{Reply, Writer};

#[cfg_attr(test, test)]
pub(crate) fn exact_bytes() {
    for (reply, bytes) in [
        (Reply::Ok, "\r\nOK\r\n"),
        (Reply::Error, "\r\nERROR\r\n"),
        (Reply::SendOk, "\r\nSEND OK\r\n"),
        (Reply::SendFail, "\r\nSEND FAIL\r\n"),
        (Reply::Prompt, "\r\nOK\r\n\r\n>"),
        (Reply::Busy, "\r\nbusy p...\r\n"),
        (Reply::Ready, "\r\nready\r\n"),
    ] {
        assert_eq!(reply.as_bytes(), bytes.as_bytes());
    }
}

/// What `text` produces, read whole and in pieces of every size; that it is the same.
pub(crate) fn rendered(text: impl Fn(&mut Writer<'_>)) -> Vec<u8> {
    let mut whole = vec![0xAA; 200];
    let mut writer = Writer::new(0, &mut whole);
    text(&mut writer);
    let (length, complete) = (writer.written(), writer.is_complete());
    assert!(complete);
    assert!(whole[length..].iter().all(|byte| *byte == 0xAA));
    whole.truncate(length);

    for from in places(length + 3) {
        for size in places(length + 3) {
            let mut out = vec![0; size];
            let mut writer = Writer::new(from, &mut out);
            text(&mut writer);
            let (written, complete) = (writer.written(), writer.is_complete());
            let produced = writer.produced();
            assert_eq!(written, length.saturating_sub(from).min(size));
            assert_eq!(complete, from + written >= length);
            assert_eq!(produced, length);
            assert_eq!(out[..written], whole[from.min(length)..][..written]);
        }
    }
    whole
}

#[cfg_attr(test, test)]
pub(crate) fn pieces() {
    let text = rendered(|w| {
        w.name(b"CMD").decimal(0).comma().quoted(b"AT+WSOPEN").comma().decimal(1).end();
    });
    assert_eq!(text, b"+CMD:0,\"AT+WSOPEN\",1\r\n");
    assert_eq!(
        rendered(|w| _ = w.signed(-48).comma().signed(0).comma().signed(7).comma().signed(i32::MIN)),
        b"-48,0,7,-2147483648"
    );
    let statement = at_syntax::Statement::parse(br#"AT+X="a\,b""#).unwrap();
    let text = statement.params().next().string().unwrap();
    assert_eq!(rendered(|w| _ = w.quoted_text(text)), b"\"a,b\"");
    // The firmware prints strings raw.
    assert_eq!(rendered(|w| _ = w.quoted(br#"a"b\c,"#)), br#""a"b\c,""#);
    assert_eq!(rendered(|w| _ = w.reply(Reply::SendOk)), b"\r\nSEND OK\r\n");
    assert_eq!(rendered(|w| _ = w.bytes(b"").bytes(b"x").bytes(b"")), b"x");
    assert_eq!(rendered(|_| ()), b"");
}

#[cfg_attr(test, test)]
pub(crate) fn error_codes_have_eight_digits() {
    let text = rendered(|w| _ = w.error_code(0x0108_0001).reply(Reply::Error));
    assert_eq!(text, b"ERR CODE:0x01080001\r\n\r\nERROR\r\n");
    assert_eq!(rendered(|w| _ = w.error_code(0xabcd_ef09)), b"ERR CODE:0xabcdef09\r\n");
}

#[cfg_attr(test, test)]
pub(crate) fn decimals() {
    for number in [0, 1, 9, 10, 99, 100, 8192, 999_999_999, 1_000_000_000, u32::MAX] {
        assert_eq!(rendered(|w| _ = w.decimal(number)), number.to_string().as_bytes());
    }
}
