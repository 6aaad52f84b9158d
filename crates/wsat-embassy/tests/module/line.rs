//! A serial line that has errors.

use crate::network::Network;
use crate::world::{self, Time};
use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use rand::{SeedableRng, rngs::StdRng};
use std::cell::Cell;
use std::rc::Rc;
use wsat::device::Config;
use wsat_embassy::{Board, End, Memory, Module, NoMessages, NoProgram};

/// The host's end: so many errors, then `AT`, and again; how often it was asked is counted.
struct Bad {
    errors: u32,
    left: u32,
    asked: Rc<Cell<u32>>,
    rounds: u32,
}

impl ErrorType for Bad {
    type Error = ErrorKind;
}

impl Read for Bad {
    async fn read(&mut self, out: &mut [u8]) -> Result<usize, ErrorKind> {
        self.asked.set(self.asked.get() + 1);
        if self.left > 0 {
            self.left -= 1;
            return Err(ErrorKind::Other);
        }
        if self.rounds == 0 {
            std::future::pending::<()>().await;
        }
        self.rounds -= 1;
        self.left = self.errors;
        out[..4].copy_from_slice(b"AT\r\n");
        Ok(4)
    }
}

/// What is printed.
#[derive(Clone, Default)]
struct Paper(Rc<std::cell::RefCell<Vec<u8>>>);

impl ErrorType for Paper {
    type Error = ErrorKind;
}

impl Write for Paper {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// Runs a module for an hour at such a line: how it ended and when, what it printed, how often it has listened.
fn run(errors: u32, rounds: u32) -> (Option<End>, u64, String, u32) {
    let time = Time::default();
    let (asked, paper) = (Rc::new(Cell::new(0)), Paper::default());
    let mut board = Board {
        rx: Bad { errors, left: errors, asked: asked.clone(), rounds },
        tx: paper.clone(),
        links: [(); 3].map(|()| Network::new(&time)),
        rng: StdRng::seed_from_u64(1),
        clock: time.clone(),
        program: NoProgram,
        messages: NoMessages,
        log: |_| {},
    };
    let mut memory = Memory::<64, 64>::new();
    let mut module = Module::new(Config::default(), &mut memory);
    let hour = time.sleep(3_600_000);
    let both = embassy_futures::select::select(module.run(&mut board), hour);
    let end = match world::play(&time, [], both) {
        embassy_futures::select::Either::First(end) => Some(end),
        embassy_futures::select::Either::Second(()) => None,
    };
    let text = String::from_utf8(paper.0.borrow().clone()).unwrap();
    (end, time.millis(), text, asked.get())
}

/// A UART that has lost bytes has others behind them.
#[test]
fn what_comes_behind_errors_is_heard() {
    for (errors, rounds) in [(1, 1), (1, 3000), (999, 3)] {
        let (end, _, text, _) = run(errors, rounds);
        assert_eq!(end, None, "{errors} errors");
        assert_eq!(text, format!("\r\nready\r\n{}", "AT\r\n\r\nOK\r\n".repeat(rounds as usize)));
    }
}

/// They do not take all of the processor's time, and come to an end.
#[test]
fn a_line_of_nothing_but_errors_has_ended() {
    let (end, at, text, asked) = run(u32::MAX, 1);
    assert_eq!((end, asked, &*text), (Some(End::Line), 1000, "\r\nready\r\n"));
    assert!((9_900..10_100).contains(&at), "{at}");
}
