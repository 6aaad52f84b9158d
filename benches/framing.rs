//! The framing path: masks, headers, text, and a whole connection, beside a plain copy of as many octets.
//!
//! `cargo bench --bench framing`

#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rand::{SeedableRng, rngs::StdRng};
use std::hint::black_box;
use wsat::rfc6455::{
    Connection, Event, Flags, Header, HeaderDecoder, Instant, Mask, Opcode, Outgoing, Policy, Role,
    Utf8,
};

const SIZES: [usize; 4] = [16, 128, 1024, 16_384];

fn header(c: &mut Criterion) {
    let header = Header { flags: Flags::FIN, opcode: Opcode::Text, mask: None, len: 1000 };
    c.bench_function("header/encode", |b| b.iter(|| black_box(&header).encode()));
    let encoded = header.encode();
    c.bench_function("header/decode", |b| {
        let mut decoder = HeaderDecoder::new();
        b.iter(|| decoder.decode(Role::Client, black_box(encoded.as_bytes())));
    });
}

fn payload(c: &mut Criterion) {
    let mut group = c.benchmark_group("payload");
    for size in SIZES {
        let from = vec![b'a'; size];
        let mut to = vec![0; size];
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("plain copy", size), |b| {
            b.iter(|| to.copy_from_slice(black_box(&from)));
        });
        group.bench_function(BenchmarkId::new("mask while copying", size), |b| {
            b.iter(|| Mask::new([1, 2, 3, 4]).copy(black_box(&from), &mut to));
        });
        group.bench_function(BenchmarkId::new("mask in place", size), |b| {
            b.iter(|| Mask::new([1, 2, 3, 4]).apply(black_box(&mut to)));
        });
        group.bench_function(BenchmarkId::new("UTF-8, ASCII", size), |b| {
            b.iter(|| Utf8::new().check(black_box(&from)));
        });
        let mixed: Vec<u8> = "aäб漢🦀".bytes().cycle().take(size / 12 * 12).collect();
        group.bench_function(BenchmarkId::new("UTF-8, mixed", size), |b| {
            b.iter(|| Utf8::new().check(black_box(&mixed)));
        });
    }
    group.finish();
}

fn connection(c: &mut Criterion) {
    let mut group = c.benchmark_group("connection");
    for size in SIZES {
        group.throughput(Throughput::Bytes(size as u64));
        let data = vec![b'a'; size];
        let mut out = vec![0; size + 14];
        group.bench_function(BenchmarkId::new("send text", size), |b| {
            let mut rng = StdRng::seed_from_u64(1);
            let mut connection = Connection::new(Role::Client, Policy::new());
            let request =
                Outgoing { opcode: Opcode::Text, fin: true, len: size, fragment: usize::MAX };
            b.iter(|| {
                connection.send(request).unwrap();
                connection.poll(&mut rng, black_box(&data), &mut out)
            });
        });
        let header =
            Header { flags: Flags::FIN, opcode: Opcode::Text, mask: None, len: size as u64 };
        let header = header.encode();
        group.bench_function(BenchmarkId::new("receive text", size), |b| {
            let mut connection = Connection::new(Role::Client, Policy::new());
            let now = Instant::ZERO;
            b.iter(|| {
                let (_, event) = connection.receive(now, black_box(header.as_bytes()));
                assert!(matches!(event, Some(Ok(Event::Data(_)))));
                connection.check(now, black_box(&data)).unwrap();
                connection.consume(size as u64)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, header, payload, connection);
criterion_main!(benches);
