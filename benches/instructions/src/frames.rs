//! rfc6455: headers, masks, frames both ways, UTF-8, messages, handshakes.

use crate::Path;
use crate::inputs::{self, KEY, Kind};
use std::hint::black_box;
use wsat::rfc6455::{
    Connection, Decoder, Encoder, Flags, Header, HeaderDecoder, Incoming, Instant, Key, Mask,
    Opcode, Outgoing, Policy, RequestMemory, RequestReader, Response, Role, Utf8,
};

const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";
const RESPONSE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
    Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

pub const PATHS: &[Path] = &[
    ("header/encode", || {
        let header = header(1000);
        Box::new(move || _ = black_box(black_box(&header).encode()))
    }),
    ("header/decode", || {
        let bytes = header(1000).encode();
        let mut decoder = HeaderDecoder::new(Role::Server);
        Box::new(move || _ = black_box(decoder.decode(black_box(bytes.as_bytes()))))
    }),
    ("mask/in place/1024", || {
        let mut octets = inputs::payload(Kind::Binary, 1024);
        Box::new(move || Mask::new(black_box(KEY)).apply(black_box(&mut octets)))
    }),
    ("frame/decode/1024", || {
        let (frame, mut decoder) = (inputs::frame(Kind::Binary, 1024, Some(KEY)), Decoder::new(Role::Server));
        Box::new(move || {
            let (mut frame, mut at) = (frame.clone(), 0);
            while at < frame.len() {
                let (taken, found) = decoder.decode(&mut frame[at..]);
                black_box(found);
                at += taken;
            }
        })
    }),
    ("frame/encode/1024", || {
        let (payload, mut out) = (inputs::payload(Kind::Binary, 1024), vec![0; 1100]);
        Box::new(move || {
            _ = black_box(Encoder::new(&header(1024)).encode(black_box(&payload), &mut out));
        })
    }),
    ("message/read masked/0", || read(Role::Server, Kind::Binary, 0, usize::MAX)),
    ("message/read masked/125", || read(Role::Server, Kind::Binary, 125, usize::MAX)),
    ("message/read masked/65536", || read(Role::Server, Kind::Binary, 65_536, usize::MAX)),
    ("message/read plain/125", || read(Role::Client, Kind::Binary, 125, usize::MAX)),
    ("message/read ASCII/1024", || read(Role::Server, Kind::Ascii, 1024, usize::MAX)),
    ("message/read mixed text/1024", || read(Role::Server, Kind::Mixed, 1024, usize::MAX)),
    ("message/read masked/125 by 1", || read(Role::Server, Kind::Binary, 125, 1)),
    ("message/read masked/1024 by 64", || read(Role::Server, Kind::Binary, 1024, 64)),
    ("message/write masked/0", || write(Role::Client, 0)),
    ("message/write masked/1024", || write(Role::Client, 1024)),
    ("message/write plain/125", || write(Role::Server, 125)),
    ("UTF-8/ASCII/1024", || utf8(Kind::Ascii)),
    ("UTF-8/mixed/1024", || utf8(Kind::Mixed)),
    ("handshake/accept", || {
        Box::new(|| _ = black_box(Key::new(black_box(*b"the sample nonce")).accept()))
    }),
    ("handshake/response", || {
        Box::new(|| {
            let mut response = Response::new(*b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 8192);
            assert_eq!(response.feed(b"", black_box(RESPONSE)).1, Some(Ok(())));
        })
    }),
    ("handshake/request", || {
        Box::new(|| {
            let mut reader = RequestReader::new(RequestMemory::new(), 8192);
            assert!(matches!(reader.feed(black_box(REQUEST)).1, Some(Ok(_))));
        })
    }),
];

fn header(len: u64) -> Header {
    Header { flags: Flags::FIN, opcode: Opcode::Binary, mask: Some(KEY), len }
}

/// A message through a connection, in pieces of at most so many bytes; its copy out of `frame` is counted, too.
fn read(role: Role, kind: Kind, size: usize, piece: usize) -> Box<dyn FnMut()> {
    let frame = inputs::frame(kind, size, (role == Role::Server).then_some(KEY));
    let mut window = frame.clone();
    let mut connection = Connection::new(role, Policy::new());
    Box::new(move || {
        window.copy_from_slice(&frame);
        let mut octets = 0;
        for piece in window.chunks_mut(piece.min(frame.len())) {
            let mut at = 0;
            while at < piece.len() {
                let (taken, found) = connection.read(Instant::ZERO, &mut piece[at..]);
                if let Some(Ok(Incoming::Payload { octets: some, .. })) = black_box(found) {
                    octets += some.len();
                }
                at += taken;
            }
        }
        assert_eq!(octets, size);
    })
}

/// A message out of a connection.
fn write(role: Role, size: usize) -> Box<dyn FnMut()> {
    let (payload, mut out) = (inputs::payload(Kind::Binary, size), vec![0; size + 14]);
    let mut connection = Connection::new(role, Policy::new());
    let request = Outgoing { opcode: Opcode::Binary, fin: true, len: size, fragment: usize::MAX };
    Box::new(move || {
        connection.send(black_box(request)).expect("nothing else is being sent");
        let (taken, _) = connection.poll(&mut Fixed, black_box(&payload), &mut out);
        assert_eq!(taken, size);
    })
}

fn utf8(kind: Kind) -> Box<dyn FnMut()> {
    let text = inputs::payload(kind, 1024);
    Box::new(move || assert_eq!(Utf8::new().check(black_box(&text)), Ok(())))
}

/// A key that costs nothing.
pub struct Fixed;

impl wsat::rand_core::TryRng for Fixed {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_le_bytes(KEY))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(7)
    }

    fn try_fill_bytes(&mut self, room: &mut [u8]) -> Result<(), Self::Error> {
        room.fill(7);
        Ok(())
    }
}

impl wsat::rand_core::TryCryptoRng for Fixed {}
