//! Times of the hot paths: `cargo bench --bench paths`, or a part of them: `cargo bench --bench paths -- UTF-8`.
//!
//! What is done is in `measured/`, one file a subject, the same as `cargo xtask instructions` counts.

#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

mod measured;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use measured::inputs::{CHUNKS, KEY, Kind, SIZES};
use measured::{Work, device, frames, handshakes, lines, messages};
use wsat::rfc6455::Role;

/// One bar for each size, of so many octets that are looked at or moved.
fn sizes(c: &mut Criterion, name: &str, sizes: &[usize], work: impl Fn(usize) -> Work) {
    bars(c, name, sizes, true, work);
}

/// One bar for each size, where the octets themselves stay where they are.
fn heads(c: &mut Criterion, name: &str, sizes: &[usize], work: impl Fn(usize) -> Work) {
    bars(c, name, sizes, false, work);
}

fn bars(c: &mut Criterion, name: &str, sizes: &[usize], moves: bool, work: impl Fn(usize) -> Work) {
    let mut group = c.benchmark_group(name);
    for size in sizes {
        if moves && *size > 0 {
            group.throughput(Throughput::Bytes(*size as u64));
        }
        let mut work = work(*size);
        group.bench_function(BenchmarkId::from_parameter(size), |b| b.iter(&mut work));
    }
    group.finish();
}

fn frame_layer(c: &mut Criterion) {
    heads(c, "header/encode", &SIZES, frames::encode_header);
    heads(c, "header/decode", &SIZES, frames::decode_header);
    sizes(c, "mask/in place", &SIZES, frames::mask_in_place);
    sizes(c, "mask/while copying", &SIZES, frames::mask_while_copying);
    sizes(c, "frame/decode masked", &SIZES, |size| frames::decode(Role::Server, size));
    sizes(c, "frame/decode plain", &SIZES, |size| frames::decode(Role::Client, size));
    sizes(c, "frame/encode masked", &SIZES, |size| frames::encode(Some(KEY), size));
    sizes(c, "frame/encode plain", &SIZES, |size| frames::encode(None, size));
}

fn message_layer(c: &mut Criterion) {
    const ALL: usize = usize::MAX;
    let read = messages::read;
    for (kind, name) in
        [(Kind::Binary, "binary"), (Kind::Ascii, "ASCII"), (Kind::Mixed, "mixed text")]
    {
        for (role, masked) in [(Role::Server, "masked"), (Role::Client, "plain")] {
            let name = format!("message/read {masked}, {name}");
            sizes(c, &name, &SIZES, |size| read(role, kind, size, ALL));
        }
    }
    sizes(c, "UTF-8/ASCII", &SIZES, |size| messages::utf8(Kind::Ascii, size));
    sizes(c, "UTF-8/mixed text", &SIZES, |size| messages::utf8(Kind::Mixed, size));
    for chunk in CHUNKS {
        let name = format!("message/read masked, {chunk} B at a time");
        sizes(c, &name, &SIZES, |size| read(Role::Server, Kind::Binary, size, chunk));
    }
    sizes(c, "message/write masked", &SIZES, |size| messages::write(Role::Client, size));
    sizes(c, "message/write plain", &SIZES, |size| messages::write(Role::Server, size));
}

fn handshake(c: &mut Criterion) {
    c.bench_function("handshake/accept", |b| b.iter(handshakes::accept()));
    c.bench_function("handshake/response", |b| b.iter(handshakes::response()));
    c.bench_function("handshake/request", |b| b.iter(handshakes::request()));
}

fn at_lines(c: &mut Criterion) {
    c.bench_function("line", |b| b.iter(lines::line()));
    c.bench_function("parameters/WSSEND", |b| b.iter(lines::send_parameters()));
    c.bench_function("parameters/WSOPEN", |b| b.iter(lines::open_parameters()));
    c.bench_function("answer/write", |b| b.iter(lines::write_answer()));
    c.bench_function("answer/read", |b| b.iter(lines::read_answer()));
    c.bench_function("record/read", |b| b.iter(lines::read_record()));
}

fn whole_device(c: &mut Criterion) {
    // Payload is not copied by the device: binary is not touched at all.
    heads(c, "device/to serial, binary", &SIZES[1..], |size| device::to_serial(Kind::Binary, size));
    for (kind, name) in [(Kind::Ascii, "ASCII"), (Kind::Mixed, "mixed text")] {
        let name = format!("device/to serial, {name}");
        sizes(c, &name, &SIZES[1..], |size| device::to_serial(kind, size));
    }
    // `AT+WSSEND` takes no more than its buffer has room for.
    sizes(c, "device/to network", &[16, 125, 1024, 8192], device::to_network);
}

criterion_group!(benches, frame_layer, message_layer, handshake, at_lines, whole_device);
criterion_main!(benches);
