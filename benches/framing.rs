//! The framing path: frames decoded and encoded, masked and not, and text checked; each beside a plain copy
//! of as many octets and beside the least that could be done (`floor`).
//!
//! `cargo bench --bench framing`; `cargo bench --bench framing -- decode` for a part of it.

#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

mod floor;

use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use rand::{SeedableRng, rngs::StdRng};
use std::hint::black_box;
use wsat::rfc6455::{
    Connection, Decoded, Decoder, Encoder, Flags, Header, HeaderDecoder, Incoming, Instant, Mask,
    Opcode, Outgoing, Policy, Role, Utf8,
};

const SIZES: [usize; 5] = [0, 16, 125, 1024, 65_536];
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

fn octets(size: usize) -> Vec<u8> {
    (0..size).map(|n| (n % 251) as u8).collect()
}

/// The header of a whole binary message.
fn header(size: usize, mask: Option<[u8; 4]>) -> Header {
    Header { flags: Flags::FIN, opcode: Opcode::Binary, mask, len: size as u64 }
}

fn frame(size: usize, mask: Option<[u8; 4]>) -> Vec<u8> {
    let mut frame = vec![0; size + 14];
    let n = floor::encode(0x82, mask, &octets(size), &mut frame);
    frame.truncate(n);
    frame
}

/// All payload of one frame through the frame layer; how many octets.
fn decode(decoder: &mut Decoder, frame: &mut [u8]) -> usize {
    let (mut at, mut payload) = (0, 0);
    while at < frame.len() {
        let (taken, found) = decoder.decode(&mut frame[at..]);
        at += taken;
        if let Some(Ok(Decoded::Payload { octets, .. })) = found {
            payload += black_box(octets).len();
        }
    }
    payload
}

/// All payload of one frame through a connection; how many octets.
fn read(connection: &mut Connection, frame: &mut [u8]) -> usize {
    let (mut at, mut payload) = (0, 0);
    while at < frame.len() {
        let (taken, found) = connection.read(Instant::ZERO, &mut frame[at..]);
        at += taken;
        if let Some(Ok(Incoming::Payload { octets, .. })) = found {
            payload += black_box(octets).len();
        }
    }
    payload
}

fn copy(group: &mut BenchmarkGroup<'_, WallTime>, size: usize) {
    let (from, mut to) = (octets(size), vec![0; size]);
    group.bench_function(BenchmarkId::new("copy", size), |b| {
        b.iter(|| black_box(&mut to).copy_from_slice(black_box(&from)));
    });
}

fn headers(c: &mut Criterion) {
    let header = header(1000, Some(KEY));
    c.bench_function("header/encode", |b| b.iter(|| black_box(&header).encode()));
    let encoded = header.encode();
    c.bench_function("header/decode", |b| {
        let mut decoder = HeaderDecoder::new(Role::Server);
        b.iter(|| decoder.decode(black_box(encoded.as_bytes())));
    });
}

fn decoding(c: &mut Criterion) {
    for (name, role, key) in
        [("decode masked", Role::Server, Some(KEY)), ("decode unmasked", Role::Client, None)]
    {
        let mut group = c.benchmark_group(name);
        for size in SIZES {
            group.throughput(Throughput::Bytes(size.max(1) as u64));
            copy(&mut group, size);
            // Unmasking is its own inverse: every second time the payload is what it was. Nothing looks at
            // it.
            let mut input = frame(size, key);
            assert_eq!(floor::decode(&mut input.clone()), octets(size));
            group.bench_function(BenchmarkId::new("floor", size), |b| {
                b.iter(|| black_box(floor::decode(black_box(&mut input))).len());
            });
            let mut decoder = Decoder::new(role);
            assert_eq!(decode(&mut decoder, &mut input), size);
            group.bench_function(BenchmarkId::new("Decoder", size), |b| {
                b.iter(|| decode(&mut decoder, black_box(&mut input)));
            });
            let mut connection = Connection::new(role, Policy::new());
            assert_eq!(read(&mut connection, &mut input), size);
            group.bench_function(BenchmarkId::new("Connection::read", size), |b| {
                b.iter(|| read(&mut connection, black_box(&mut input)));
            });
        }
        group.finish();
    }
}

fn encoding(c: &mut Criterion) {
    for (name, role, key) in
        [("encode masked", Role::Client, Some(KEY)), ("encode plain", Role::Server, None)]
    {
        let mut group = c.benchmark_group(name);
        for size in SIZES {
            group.throughput(Throughput::Bytes(size.max(1) as u64));
            copy(&mut group, size);
            let (data, mut out) = (octets(size), vec![0; size + 14]);
            group.bench_function(BenchmarkId::new("floor", size), |b| {
                b.iter(|| floor::encode(0x82, black_box(key), black_box(&data), &mut out));
            });
            let header = header(size, key);
            let (_, n) = Encoder::new(&header).encode(&data, &mut out);
            assert_eq!(out[..n], frame(size, key));
            group.bench_function(BenchmarkId::new("Encoder", size), |b| {
                b.iter(|| Encoder::new(black_box(&header)).encode(black_box(&data), &mut out));
            });
            // With a random generator of its own for the keys, as a client needs it.
            let mut rng = StdRng::seed_from_u64(1);
            let mut connection = Connection::new(role, Policy::new());
            let request =
                Outgoing { opcode: Opcode::Binary, fin: true, len: size, fragment: usize::MAX };
            group.bench_function(BenchmarkId::new("Connection::poll", size), |b| {
                b.iter(|| {
                    connection.send(request).unwrap();
                    connection.poll(&mut rng, black_box(&data), &mut out)
                });
            });
        }
        group.finish();
    }
}

fn masks(c: &mut Criterion) {
    let mut group = c.benchmark_group("mask");
    for size in SIZES {
        group.throughput(Throughput::Bytes(size.max(1) as u64));
        let (from, mut to) = (octets(size), vec![0; size]);
        copy(&mut group, size);
        group.bench_function(BenchmarkId::new("while copying", size), |b| {
            b.iter(|| Mask::new(KEY).copy(black_box(&from), &mut to));
        });
        group.bench_function(BenchmarkId::new("in place", size), |b| {
            b.iter(|| Mask::new(KEY).apply(black_box(&mut to)));
        });
    }
    group.finish();
}

fn utf8(c: &mut Criterion) {
    for (name, pattern) in [("UTF-8 ASCII", "abcdefghijkl"), ("UTF-8 mixed", "aäб漢🦀")] {
        let mut group = c.benchmark_group(name);
        for size in SIZES {
            let text: Vec<u8> = pattern.bytes().cycle().take(size / 12 * 12).collect();
            group.throughput(Throughput::Bytes(text.len().max(1) as u64));
            copy(&mut group, size);
            group.bench_function(BenchmarkId::new("core::str::from_utf8", size), |b| {
                b.iter(|| std::str::from_utf8(black_box(&text)).is_ok());
            });
            assert_eq!(Utf8::new().check(&text), Ok(()));
            group.bench_function(BenchmarkId::new("Utf8", size), |b| {
                b.iter(|| Utf8::new().check(black_box(&text)));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, headers, decoding, encoding, masks, utf8);
criterion_main!(benches);
