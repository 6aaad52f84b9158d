//! The newer dialects and the quirks of real firmware, byte for byte on a virtual clock. Expectations are
//! those of ESP-AT's pages, and for quirks those of `wsat::Quirks`' own documentation.

#[path = "../support/mod.rs"]
mod support;

mod basic;
mod certificates;
mod edges;
mod grammar;
mod keepalive;
mod line;
mod payload;
mod quirks;
mod wsdatafmt;
mod wshead;
mod wsopen;
mod wssend;

use support::{Bench, WINDOW};
use wsat::Dialect;
use wsat::device::{Config, Device, Storage};

/// A module of this dialect that has printed `ready`, with echo off and memory for 100 bytes of headers.
fn bench(dialect: Dialect) -> Bench {
    bench_with(Config::new(dialect))
}

fn bench_with(config: Config) -> Bench {
    let storage = Box::leak(Box::new(Storage::<256, 16_384, 256>::new()));
    let memory = storage.lend([WINDOW; 3]).with_headers(Box::leak(Box::new([0; 100])));
    let mut bench = Bench::with_device(Device::new(config, memory));
    bench.host("ATE0\r\n").expect("\r\nready\r\nATE0\r\n\r\nOK\r\n");
    bench
}
