//! How often what a session is made of was met. A zero of what has to be met fails, once enough seeds have run.

use crate::answer::ANSWERS;
use crate::network::{MOMENTS, TROUBLES};
use crate::scenario::{DIALECTS, PRESETS};
use crate::serial::DAMAGES;
use crate::server::{CODES, FAREWELLS, ILLEGAL};
use crate::table::Table;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// With fewer seeds a zero is no news.
pub(crate) const ENOUGH: u64 = 50_000;

/// So few seeds meet each of these many times.
pub(crate) const FEW: u64 = 200;
pub(crate) const COMMON: [&str; 15] = [
    "data: and reported",
    "firmware: a message",
    "network resets: connecting",
    "network: little room",
    "retry: asks for the same",
    "sent: and read",
    "sent: when the server has it",
    "serial: Dropped",
    "serial: Flipped",
    "serial: Repeated",
    "serial: Stalls",
    "serial: the module starts anew",
    "step: lost → retrying",
    "step: open → leaving",
    "step: open → lost",
];

pub(crate) type Counts = BTreeMap<String, u64>;

thread_local! {
    static COUNTS: RefCell<Counts> = const { RefCell::new(BTreeMap::new()) };
}

/// This was met.
pub(crate) fn met(what: &str) {
    COUNTS.with_borrow_mut(|counts| match counts.get_mut(what) {
        Some(count) => *count += 1,
        None => _ = counts.insert(what.to_owned(), 1),
    });
}

/// What this thread has met, which is forgotten.
pub(crate) fn take() -> Counts {
    COUNTS.take()
}

/// The names of the variants of an enum, read from its source.
fn variants(source: &'static str, name: &str) -> Vec<&'static str> {
    let start = source.find(&format!("pub enum {name} {{")).expect("the enum");
    let body = &source[start..];
    let body = &body[..body.find("\n}").expect("its end")];
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    let names = lines.filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()));
    names.map(|line| line.split(['(', ',', ' ']).next().expect("a name")).collect()
}

/// Everything that has to be met.
pub(crate) fn required() -> Vec<String> {
    let mut all = Vec::new();
    let table = Table::read();
    all.extend(table.states().map(|state| format!("state: {state}")));
    all.extend(table.arrows.iter().map(|(from, to)| format!("step: {from} → {to}")));
    let refusals = include_str!("../../src/device/refusal.rs");
    for variant in variants(refusals, "Refusal") {
        let parts = match variant {
            "Memory" => variants(refusals, "Lent"),
            "Missing" => variants(refusals, "Missing"),
            "Timeout" => variants(refusals, "Wait"),
            "Handshake" => variants(
                include_str!("../../crates/rfc6455/src/handshake/client/error.rs"),
                "HandshakeError",
            ),
            // Met as the reasons of losses; and what no host of ours writes.
            "Peer" | "TooManyParams" => continue,
            _ => vec![""],
        };
        all.extend(
            parts.iter().map(|part| format!("refusal: {variant} {part}").trim_end().to_owned()),
        );
    }
    // A Pong that does not come ends no command; an end of the transport in the response is a plain end.
    all.retain(|what| what != "refusal: Timeout Pong" && what != "refusal: Handshake Incomplete");
    all.extend(
        ["Transport", "Timeout Pong", "Timeout Open", "Timeout Send"]
            .map(|what| format!("loss: {what}")),
    );
    // Nothing on a server's side is unmasked, and the device limits no messages.
    let faults = variants(include_str!("../../crates/rfc6455/src/fault.rs"), "Fault");
    let faults = faults.iter().filter(|fault| !matches!(**fault, "Unmasked" | "MessageTooBig"));
    all.extend(faults.map(|fault| format!("loss: Peer {fault}")));
    // No module of ours says SEND FAIL.
    let failures = variants(include_str!("../../src/host/failure.rs"), "Failure");
    let failures = failures.iter().filter(|failure| **failure != "SendFail");
    all.extend(failures.map(|failure| format!("failure: {failure}")));
    all.extend(DAMAGES.map(|damage| format!("serial: {damage:?}")));
    all.extend(
        [
            "Stalls",
            "stalls for longer than the host was told",
            "garbage",
            "the module starts anew",
            "the module is off",
            "the host starts anew",
        ]
        .map(|what| format!("serial: {what}")),
    );
    all.extend(TROUBLES.map(|trouble| format!("network: {trouble:?}")));
    all.extend(MOMENTS.map(|moment| format!("network resets: {moment}")));
    all.extend(
        ["never connects", "connects late", "little room"].map(|what| format!("network: {what}")),
    );
    all.extend(ANSWERS.map(|answer| format!("server answers: {answer:?}")));
    all.extend(FAREWELLS.map(|farewell| format!("server's farewell: {farewell:?}")));
    all.extend(CODES.map(|code| format!("server closes: {code}")));
    all.extend(["without a code", "with a reason"].map(|what| format!("server closes: {what}")));
    all.extend(ILLEGAL.map(|(name, ..)| format!("server breaks: {name}")));
    all.extend(
        ["Ping", "Pong", "Ping inside a message", "a message", "fragments", "behind its Close"]
            .map(|what| format!("server sends: {what}")),
    );
    let requests = ["Open", "Send", "Close", "Configure", "ListLinks", "SetFormat", "AddHeader"];
    let more = ["ListHeaders", "ClearHeaders", "Start", "Station", "Restart", "Command"];
    all.extend(requests.iter().chain(&more).map(|name| format!("request done: {name}")));
    let events =
        ["Ready", "Connected", "Disconnected", "Closed", "Data", "Cut", "Link", "Corrected"];
    let more = ["Answer", "Damaged", "Finished", "Report"];
    all.extend(events.iter().chain(&more).map(|name| format!("event: {name}")));
    for (preset, _) in PRESETS {
        all.extend(DIALECTS.map(|dialect| format!("module: {dialect:?} {preset}")));
    }
    all.extend(
        [
            "sent: and read",
            "sent: when the server has it",
            "sent: and lost on the way",
            "data: and reported",
            "retry: asks for the same",
            "pong: for the last Ping",
        ]
        .map(str::to_owned),
    );
    all.extend(
        [
            "network refuses",
            "user pauses in a payload",
            "firmware aborts a payload",
            "firmware: a message",
        ]
        .map(str::to_owned),
    );
    all.sort();
    all.dedup();
    all
}
