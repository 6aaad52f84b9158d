//! The host at the AT port.

use crate::pipe::{Rx, Tx};
use embedded_io_async::{Read, Write};
use std::panic::Location;

pub(crate) struct Host {
    pub(crate) rx: Rx,
    pub(crate) tx: Tx,
}

impl Host {
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.tx.write_all(bytes.as_ref()).await.unwrap();
    }

    pub(crate) async fn read(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.rx.read_exact(&mut bytes).await.unwrap();
        bytes
    }

    /// The next bytes are these.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) -> impl Future<Output = ()> {
        let caller = Location::caller();
        async move {
            let mut got = Vec::new();
            while got.len() < text.len() {
                got.extend(self.read(1).await);
                assert!(
                    text.as_bytes().starts_with(&got),
                    "{:?} instead of {text:?} at {caller}",
                    got.escape_ascii().to_string()
                );
            }
        }
    }

    /// This line, without echo, is answered so.
    #[track_caller]
    pub(crate) fn ask(&mut self, line: &str, answer: &str) -> impl Future<Output = ()> {
        let caller = Location::caller();
        let expected = answer.to_owned();
        let line = format!("{line}\r\n");
        async move {
            self.send(line).await;
            let got = self.read(expected.len()).await;
            assert_eq!(String::from_utf8_lossy(&got), expected, "at {caller}");
        }
    }

    /// The data of the next record, which belongs to this link.
    pub(crate) async fn record(&mut self, link: usize) -> Vec<u8> {
        let mut head = Vec::new();
        while head.iter().filter(|byte| **byte == b',').count() < 2 {
            head.extend(self.read(1).await);
        }
        let head = String::from_utf8(head).unwrap();
        let len = head.strip_prefix(&format!("+WS_DATA:{link},")).expect(&head);
        let data = self.read(len.trim_end_matches(',').parse().unwrap()).await;
        assert_eq!(self.read(2).await, b"\r\n");
        data
    }
}
