//! What is on the other stack: a WebSocket server on a socket, and names.

use crate::{BUFFER, SERVER};
use embassy_net::Stack;
use embassy_net::tcp::{Error, State, TcpSocket};
use embassy_net::udp::{PacketMetadata, UdpSocket};
use embedded_io_async::Write;
use std::cell::RefCell;
use wsat_testkit::frames::{RawFrame, server_frame};
use wsat_testkit::handshake::accepting;

fn leaked(count: usize) -> &'static mut [u8] {
    vec![0; count].leak()
}

pub(crate) struct Server<'a> {
    socket: TcpSocket<'a>,
    port: u16,
    read: Vec<u8>,
}

impl<'a> Server<'a> {
    pub(crate) fn new(stack: Stack<'a>, port: u16) -> Self {
        let socket = TcpSocket::new(stack, leaked(BUFFER), leaked(BUFFER));
        Self { socket, port, read: Vec::new() }
    }

    /// A connection, and its opening handshake.
    pub(crate) async fn accept(&mut self) {
        self.socket.accept(self.port).await.unwrap();
        while !self.read.ends_with(b"\r\n\r\n") {
            assert_ne!(self.read_raw().await, Ok(0));
        }
        let answer = accepting(&std::mem::take(&mut self.read));
        self.socket.write_all(&answer).await.unwrap();
    }

    pub(crate) async fn read_raw(&mut self) -> Result<usize, Error> {
        let mut bytes = [0; 500];
        let n = self.socket.read(&mut bytes).await?;
        self.read.extend_from_slice(&bytes[..n]);
        Ok(n)
    }

    pub(crate) async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((frame, rest)) = RawFrame::read(&self.read) {
                self.read = rest.to_vec();
                return Some((frame.first, frame.payload));
            }
            self.read_raw().await.ok().filter(|n| *n > 0)?;
        }
    }

    pub(crate) async fn send(&mut self, first: u8, payload: &[u8]) {
        self.socket.write_all(&server_frame(first, payload)).await.unwrap();
    }

    pub(crate) async fn close(&mut self) {
        self.socket.close();
        self.socket.flush().await.unwrap();
    }

    pub(crate) async fn reset(&mut self) {
        self.socket.abort();
        self.socket.flush().await.unwrap();
    }

    pub(crate) fn state(&self) -> State {
        self.socket.state()
    }

    /// Whether the module has ended the connection otherwise than in order; reads what it has sent before.
    pub(crate) async fn was_reset(&mut self) -> bool {
        loop {
            match self.read_raw().await {
                Ok(0) => return false,
                Ok(_) => {}
                Err(_) => return true,
            }
        }
    }
}

thread_local! {
    /// The questions, by the first label of their names: the type that is asked for (RFC 1035 3.2.2, RFC 3596 2.1).
    static ASKED: RefCell<Vec<(String, u8)>> = const { RefCell::new(Vec::new()) };
}

/// What was asked of the names that begin so.
pub(crate) fn asked(label: &str) -> Vec<u8> {
    ASKED.with_borrow(|asked| {
        asked.iter().filter(|(name, _)| name.starts_with(label)).map(|(_, kind)| *kind).collect()
    })
}

/// Answers for `server.example`, denies `nobody.example`, and says nothing of others (RFC 1035 4).
pub(crate) async fn names(stack: Stack<'_>) {
    let metadata = || vec![PacketMetadata::EMPTY; 8].leak();
    let mut socket = UdpSocket::new(stack, metadata(), leaked(1000), metadata(), leaked(1000));
    socket.bind(53).unwrap();
    let mut query = [0; 512];
    loop {
        let (n, from) = socket.recv_from(&mut query).await.unwrap();
        let query = &query[..n];
        // Behind a header of 12 octets a label, which its length goes before; at the end the type, and the class.
        let label = &query[13..][..query[12].into()];
        let question = (String::from_utf8_lossy(label).into_owned(), query[n - 3]);
        ASKED.with_borrow_mut(|asked| asked.push(question));
        let asks_for = |name: &[u8]| query.windows(name.len()).any(|part| part == name);
        let asks_for_ipv4 = query[n - 4..n - 2] == [0, 1];
        let mut answer = query.to_vec();
        // An answer; recursion desired and available.
        answer[2..4].copy_from_slice(&[0x81, 0x80]);
        if asks_for(b"\x06server") && asks_for_ipv4 {
            answer[7] = 1;
            // The name of the question, A, IN, a minute, four octets.
            answer.extend([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
            answer.extend(SERVER.octets());
        } else if asks_for(b"\x06nobody") {
            // There is no such name.
            answer[3] |= 3;
        } else if !asks_for(b"\x06server") {
            continue;
        }
        socket.send_to(&answer, from).await.unwrap();
    }
}
