//! A host, a device and WebSocket servers in one process, all sans-IO, on a virtual clock, from one seed.
//!
//! # Invariants
//!
//! Without serial faults:
//!
//! 1. What was answered `SEND OK`, on a connection on which nothing was lost, the server has read once, whole and in order; and it has read
//!    nothing else.
//! 2. What a server has sent and the network has brought is reported once, whole and in order, with heads that say what is so; but for what
//!    stands behind a Close or a breach of the rules, and what the module itself gave up (DATA-06).
//! 3. Host and device never disagree about a link. They are comparable when nothing about links is on its way: both directions of the line are
//!    empty, the module has nothing to print, the host is in step and asks nothing. A server's Close is reported when the link is free.
//!
//! Always:
//!
//! 4. Every request ends within its bound, which is that of the table in `wsat::host`.
//! 5. A link's state changes only along the table of docs/commands.md, step by step, and only `AT+WSCLOSE` does what only it may do.
//! 6. Memory does not grow. The core has no allocator, so there is nothing in it that could; what is checked is that the queue of units, which
//!    is bounded by what may wait, never holds more: five reports and one record of a link, four `busy p...`. In a debug build the device
//!    checks its queue itself.
//! 7. When the world heals, each link comes back, or is free, and can be used.
//! 8. After serial faults host and device agree again within a bounded number of lines.
//! 9. No payload is ever carried out as a command, whatever it looks like.
//!
//! A refusal has to be one that its request can have, a loss needs an ended transport, a broken rule or a time that is over, a Pong its Ping, an attempt its
//! delay.
//!
//! # What is excused
//!
//! After a request that was given up, or that had no answer, its echo may still come ([`wsat::host::Host::give_up`]): from then on what was told is looked for among what
//! was printed, and nothing else is asked. What a module reads as lines that was meant as payload, because it has started anew or does not wait for it any more
//! (SEND-15), may be carried out. So may the rest of a payload whose length was damaged, without echo: nobody could see it. On a line with damage a link may
//! have other times than the host has asked for. A module that frees a link when the server's Close is read reports it once: a host that has not heard that
//! holds the link for closing, if a list has said so, until it asks again.
//!
//! # Running it
//!
//! A run takes some hundred new seeds, and those that are kept. `WSAT_SEED=7 cargo test --test simulation new_seeds` replays one and prints every byte if it fails;
//! `WSAT_SEEDS=100000 cargo test --release --test simulation -- --nocapture` runs so many new ones and prints how often everything was met.
//! With 50,000 or more, one that was never met fails the run; with a few hundred, as in CI, only what is common.
//! `WSAT_FIRST=7` has a run begin there.

mod answer;
mod checks;
mod coverage;
mod journal;
mod life;
mod module;
mod network;
mod requests;
mod runs;
mod scenario;
mod serial;
mod server;
mod session;
mod table;
mod user;
mod watch;
mod world;
