//! The hot paths, each once, counted by gungraun, which runs them under valgrind: `cargo xtask instructions` compares the counts with
//! `baseline.txt`. What prepares a path is not counted.

#![allow(missing_docs, reason = "gungraun's macros make undocumented items")]

#[path = "../../measured/mod.rs"]
mod measured;

use gungraun::{
    Callgrind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main,
};
use measured::inputs::{KEY, Kind};
use measured::{Work, device, frames, handshakes, lines, messages};
use wsat::rfc6455::Role;

const ALL: usize = usize::MAX;

/// glibc chooses by the processor how memory is copied. So it does as on the oldest x86-64, and the counts are the same everywhere.
const PLAIN_COPIES: &str = "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-AVX2_Usable,-AVX_Fast_Unaligned_Load,-SSSE3,\
                            -ERMS,-FSRM,-Prefer_ERMS,-Prefer_FSRM";

/// Once for what is done but once, such as finding out which processor this is.
fn done_once(mut work: Work) -> Work {
    work();
    work
}

// The path is returned, so that freeing it is not counted.
#[library_benchmark(setup = done_once)]
#[bench::header_encode(frames::encode_header(1000))]
#[bench::header_decode(frames::decode_header(1000))]
#[bench::mask_in_place_1024(frames::mask_in_place(1024))]
#[bench::mask_while_copying_1024(frames::mask_while_copying(1024))]
#[bench::frame_decode_1024(frames::decode(Role::Server, 1024))]
#[bench::frame_encode_1024(frames::encode(Some(KEY), 1024))]
#[bench::message_in_masked_0(messages::read(Role::Server, Kind::Binary, 0, ALL))]
#[bench::message_in_masked_125(messages::read(Role::Server, Kind::Binary, 125, ALL))]
#[bench::message_in_masked_65536(messages::read(Role::Server, Kind::Binary, 65_536, ALL))]
#[bench::message_in_plain_125(messages::read(Role::Client, Kind::Binary, 125, ALL))]
#[bench::message_in_ascii_1024(messages::read(Role::Server, Kind::Ascii, 1024, ALL))]
#[bench::message_in_mixed_text_1024(messages::read(Role::Server, Kind::Mixed, 1024, ALL))]
#[bench::message_in_masked_125_by_1(messages::read(Role::Server, Kind::Binary, 125, 1))]
#[bench::message_in_masked_1024_by_64(messages::read(Role::Server, Kind::Binary, 1024, 64))]
#[bench::message_out_masked_0(messages::write(Role::Client, 0))]
#[bench::message_out_masked_16(messages::write(Role::Client, 16))]
#[bench::message_out_masked_1024(messages::write(Role::Client, 1024))]
#[bench::message_out_plain_125(messages::write(Role::Server, 125))]
#[bench::utf8_ascii_1024(messages::utf8(Kind::Ascii, 1024))]
#[bench::utf8_mixed_1024(messages::utf8(Kind::Mixed, 1024))]
#[bench::handshake_accept(handshakes::accept())]
#[bench::handshake_response(handshakes::response())]
#[bench::handshake_request(handshakes::request())]
#[bench::at_line(lines::line())]
#[bench::at_parameters_of_wssend(lines::send_parameters())]
#[bench::at_parameters_of_wsopen(lines::open_parameters())]
#[bench::at_answer_out(lines::write_answer())]
#[bench::at_answer_in(lines::read_answer())]
#[bench::at_record_in(lines::read_record())]
#[bench::whole_device_to_serial_125(device::to_serial(Kind::Binary, 125))]
#[bench::whole_device_to_serial_8192(device::to_serial(Kind::Binary, 8192))]
#[bench::whole_device_to_serial_mixed_text_1024(device::to_serial(Kind::Mixed, 1024))]
#[bench::whole_device_to_network_1024(device::to_network(1024))]
fn path(mut work: Work) -> Work {
    work();
    work
}

library_benchmark_group!(name = hot, benchmarks = path);

main!(
    config = LibraryBenchmarkConfig::default()
        .env("GLIBC_TUNABLES", PLAIN_COPIES)
        .tool(Callgrind::with_args(["--cache-sim=no"])),
    library_benchmark_groups = hot
);
