//! A peer that sends one Ping after the other, and is never waited for.

use crate::network::Network;
use crate::play_on;
use crate::world::Time;
use embedded_io_async::{ErrorType, Read, Write};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use wsat::device::Config;
use wsat_embassy::{ConnectError, Connector, Endpoint, NoMessages, NoProgram, Session};
use wsat_testkit::frames::server_frame;
use wsat_testkit::handshake::accepting;

/// Then it is quiet: who waits for a pause gets an answer, too, but late.
const PINGS: usize = 5000;

/// The peer, and the connector that leads to it.
#[derive(Clone, Default)]
struct Peer {
    request: Rc<RefCell<Vec<u8>>>,
    answer: Rc<RefCell<VecDeque<u8>>>,
    is_open: Rc<Cell<bool>>,
    /// How many were sent.
    pings: Rc<Cell<usize>>,
    waker: Rc<Cell<Option<Waker>>>,
}

impl Connector for Peer {
    async fn connect<S: Session>(
        &mut self,
        _: &Endpoint,
        session: &mut S,
    ) -> Result<(), ConnectError> {
        session.serve(self.clone(), self.clone()).await;
        Ok(())
    }
}

impl ErrorType for Peer {
    type Error = Infallible;
}

impl Read for Peer {
    async fn read(&mut self, out: &mut [u8]) -> Result<usize, Infallible> {
        poll_fn(|cx| {
            let mut answer = self.answer.borrow_mut();
            if answer.is_empty() && self.is_open.get() && self.pings.get() < PINGS {
                self.pings.set(self.pings.get() + 1);
                answer.extend(server_frame(0x89, b"are you there?"));
            }
            if answer.is_empty() {
                self.waker.set(Some(cx.waker().clone()));
                return Poll::Pending;
            }
            let n = out.len().min(answer.len());
            out.iter_mut().zip(answer.drain(..n)).for_each(|(to, from)| *to = from);
            Poll::Ready(Ok(n))
        })
        .await
    }
}

impl Write for Peer {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        if !self.is_open.get() {
            let mut request = self.request.borrow_mut();
            request.extend_from_slice(bytes);
            if request.ends_with(b"\r\n\r\n") {
                self.answer.borrow_mut().extend(accepting(&request));
                self.is_open.set(true);
                self.waker.take().into_iter().for_each(Waker::wake);
            }
        }
        Ok(bytes.len())
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

#[test]
fn pongs_without_a_pause_keep_no_answer_waiting() {
    let time = Time::default();
    let network = Network::new(&time);
    let peer = Peer::default();
    let links = [(); 3].map(|()| peer.clone());
    play_on(
        (time, network),
        links,
        Config::default(),
        |_| (NoProgram, NoMessages),
        async |bench| {
            let answer = "+WS_CONNECTED:0\r\n\r\nOK\r\n";
            bench.host.ask("AT+WSOPEN=0,\"ws://server/\"", answer).await;
            bench.host.ask("AT+WSSEND=0,5", "\r\nOK\r\n\r\n>").await;
            bench.host.send("hello").await;
            bench.host.expect("\r\nSEND OK\r\n").await;
            assert!((1..PINGS / 5).contains(&peer.pings.get()), "{}", peer.pings.get());
        },
    );
}
