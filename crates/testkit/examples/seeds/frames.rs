//! Streams of frames: RFC 6455 5.7 and its neighbourhood.

use crate::Seeds;
use wsat_testkit::frames::RawFrame;

fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    // RFC 6455 5.7 has this key.
    let key = Some([0x37, 0xfa, 0x21, 0x3d]);
    RawFrame { first, key, is_minimal: true, payload: payload.to_vec() }.to_bytes()
}

fn plain(first: u8, payload: &[u8]) -> Vec<u8> {
    RawFrame { first, key: None, is_minimal: true, payload: payload.to_vec() }.to_bytes()
}

pub(crate) fn write(seeds: &mut Seeds<'_>) {
    type Stream = Vec<(u8, &'static [u8])>;
    // RFC 6455 5.7 and its neighbourhood.
    let long = &[b'x'; 300];
    let streams: [(&str, Stream); 12] = [
        ("hello", vec![(0x81, b"Hello")]),
        ("fragments", vec![(0x01, b"Hel"), (0x89, b"ping"), (0x80, b"lo")]),
        ("binary-300", vec![(0x82, long), (0x8A, b"")]),
        ("first-longer-form", vec![(0x82, &long[..125]), (0x82, &long[..126])]),
        ("empty-parts", vec![(0x02, b""), (0x00, b""), (0x80, b"")]),
        ("split-character", vec![(0x01, b"\xe2\x82"), (0x80, b"\xac")]),
        ("bad-utf8", vec![(0x81, b"\xed\xa0\x80")]),
        ("half-a-character", vec![(0x81, b"a\xe2\x82"), (0x89, b"")]),
        ("close", vec![(0x88, b"\x03\xe8bye"), (0x81, b"late")]),
        ("close-empty", vec![(0x89, b"a"), (0x88, b"")]),
        ("close-1005", vec![(0x88, b"\x03\xed")]),
        ("reserved", vec![(0xC1, b"a")]),
    ];
    for (name, stream) in &streams {
        let of = |frame: fn(u8, &[u8]) -> Vec<u8>| -> Vec<u8> {
            stream.iter().flat_map(|(first, payload)| frame(*first, payload)).collect()
        };
        for target in ["ws_decoder", "differential"] {
            seeds.write(target, &format!("server-{name}"), b"\0\x03\x01", &of(masked));
            seeds.write(target, &format!("client-{name}"), b"\x01\x05", &of(plain));
        }
        let late = b"\x09\x01\x05\x02\0\x02";
        seeds.write("ws_messages", &format!("client-late-{name}"), late, &of(plain));
        let (receives, sends) = (b"\0\x20\0\0\0\x02", b"\x01\x01\x40\x10\x01\x07");
        seeds.write("ws_messages", &format!("server-{name}"), receives, &of(masked));
        seeds.write("ws_messages", &format!("client-{name}"), sends, &of(plain));
    }
    let not_minimal = b"\x81\x7e\x00\x05Hello";
    seeds.write("ws_decoder", "client-not-minimal", b"\x01", not_minimal);
    seeds.write("differential", "client-not-minimal", b"\x01", not_minimal);
    seeds.write("ws_messages", "client-limits", b"\x05\x20\0\0\0", &plain(0x82, &[0; 101]));
    seeds.write("ws_messages", "server-sends-reserved", b"\0\x0b\x03\x10", &masked(0x89, b"a"));
}
