//! A network in memory: a connector, and the servers that it leads to.

use crate::pipe::{Rx, Tx, pipe};
use crate::world::Time;
use embassy_futures::select::{Either, select};
use embedded_io_async::{Read, Write};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::task::{Poll, Waker};
use wsat_embassy::{ConnectError, Connector, Endpoint, Session};
use wsat_testkit::frames::{RawFrame, server_frame};
use wsat_testkit::handshake::accepting;

/// What a connection holds in each direction.
pub(crate) const ROOM: usize = 1000;

#[derive(Clone)]
pub(crate) struct Network {
    time: Time,
    arrived: Rc<RefCell<Arrived>>,
}

#[derive(Default)]
struct Arrived {
    servers: VecDeque<Server>,
    waker: Option<Waker>,
    /// Connections that were begun, and that are there now: by name.
    asked_for: Vec<String>,
    open: usize,
}

impl Network {
    pub(crate) fn new(time: &Time) -> Self {
        Self { time: time.clone(), arrived: Rc::default() }
    }

    /// The server's side of the next connection.
    pub(crate) async fn accept_raw(&self) -> Server {
        poll_fn(|cx| {
            let mut arrived = self.arrived.borrow_mut();
            let next = arrived.servers.pop_front();
            arrived.waker = Some(cx.waker().clone());
            next.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// The same after its opening handshake.
    pub(crate) async fn accept(&self) -> Server {
        let mut server = self.accept_raw().await;
        server.shake_hands().await;
        server
    }

    pub(crate) fn asked_for(&self) -> Vec<String> {
        self.arrived.borrow().asked_for.clone()
    }

    /// Connections that were not ended.
    pub(crate) fn open(&self) -> usize {
        self.arrived.borrow().open
    }
}

/// The names: `nobody` is not known, `closed` refuses, `silent` never answers, all others lead to a server.
impl Connector for Network {
    async fn connect<S: Session>(
        &mut self,
        to: &Endpoint,
        session: &mut S,
    ) -> Result<(), ConnectError> {
        self.arrived.borrow_mut().asked_for.push(format!("{}:{}", to.host(), to.port()));
        if to.tls().is_some() {
            return Err(ConnectError::NoTls);
        }
        let connecting = async {
            self.time.sleep(10).await;
            match to.host() {
                "nobody" => Err(ConnectError::Name),
                "closed" => Err(ConnectError::Refused),
                "silent" => pending().await,
                _ => Ok(()),
            }
        };
        match select(connecting, session.closed()).await {
            Either::First(result) => result?,
            Either::Second(()) => return Ok(()),
        }
        let ((mut rx, to_us), (from_us, mut tx)) = (pipe(ROOM), pipe(ROOM));
        let waker = {
            let mut arrived = self.arrived.borrow_mut();
            arrived.servers.push_back(Server { rx: from_us, tx: to_us, read: Vec::new() });
            arrived.open += 1;
            arrived.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
        session.serve(&mut rx, &mut tx).await;
        let in_order = async {
            tx.drained().await;
            tx.end();
            let mut rest = [0; 64];
            while let Ok(1..) = rx.read(&mut rest).await {}
        };
        if let Either::Second(()) = select(in_order, session.hurried()).await {
            tx.reset();
            rx.reset();
        }
        self.arrived.borrow_mut().open -= 1;
        Ok(())
    }
}

/// A WebSocket server's side of a connection.
pub(crate) struct Server {
    pub(crate) rx: Rx,
    pub(crate) tx: Tx,
    read: Vec<u8>,
}

impl Server {
    pub(crate) async fn read_some(&mut self) -> Result<(), embedded_io_async::ErrorKind> {
        let mut bytes = [0; 100];
        let n = self.rx.read(&mut bytes).await?;
        if n == 0 {
            return Err(embedded_io_async::ErrorKind::NotConnected);
        }
        self.read.extend_from_slice(&bytes[..n]);
        Ok(())
    }

    pub(crate) async fn shake_hands(&mut self) {
        while !self.read.ends_with(b"\r\n\r\n") {
            self.read_some().await.unwrap();
        }
        let answer = accepting(&self.read);
        self.read.clear();
        self.tx.write_all(&answer).await.unwrap();
    }

    /// The next frame; `None`: the connection has ended.
    pub(crate) async fn frame(&mut self) -> Option<RawFrame> {
        loop {
            if let Some((frame, rest)) = RawFrame::read(&self.read) {
                self.read = rest.to_vec();
                assert!(frame.key.is_some(), "a client masks");
                return Some(frame);
            }
            self.read_some().await.ok()?;
        }
    }

    /// The next frame is this one.
    #[track_caller]
    pub(crate) fn expect(&mut self, first: u8, payload: &[u8]) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let frame = self.frame().await.expect("a frame");
            assert_eq!((frame.first, &frame.payload[..]), (first, payload), "at {caller}");
        }
    }

    pub(crate) async fn send(&mut self, first: u8, payload: &[u8]) {
        self.tx.write_all(&server_frame(first, payload)).await.unwrap();
    }
}
