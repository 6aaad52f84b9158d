//! What has arrived at either end of a [`Pair`](crate::pair::Pair): what the host was told against what servers sent, and the other way
//! about.

#![allow(
    clippy::missing_panics_doc,
    reason = "it panics when something is lost, changed or doubled"
)]

use wsat::device::Conn;

/// What the server of a link has sent, connection by connection, and what the host was told of it.
#[derive(Default, Debug)]
pub struct Told {
    sent: Vec<Sent>,
    got: Vec<u8>,
}

#[derive(Debug)]
struct Sent {
    conn: Conn,
    octets: Vec<u8>,
    /// It has ended in such a way that all of it has to be told.
    whole: bool,
}

impl Told {
    fn of(&mut self, conn: Conn) -> &mut Sent {
        if self.sent.last().is_none_or(|sent| sent.conn != conn) {
            self.sent.push(Sent { conn, octets: Vec::new(), whole: false });
        }
        self.sent.last_mut().expect("it was pushed")
    }

    /// The server has sent octets of data.
    pub fn sends(&mut self, conn: Conn, octets: &[u8]) {
        self.of(conn).octets.extend_from_slice(octets);
    }

    /// The server has ended this connection: what it had sent is told.
    pub fn ends(&mut self, conn: Conn) {
        self.of(conn).whole = true;
    }

    /// The module has started anew: nothing need be told.
    pub fn forget(&mut self) {
        self.sent.iter_mut().for_each(|sent| sent.whole = false);
    }

    /// The host was told a record.
    pub fn told(&mut self, octets: &[u8]) {
        self.got.extend_from_slice(octets);
    }

    /// Nothing goes on any more. Of each connection the beginning was told, and of an open one all of it.
    pub fn at_rest(&mut self, conn: Option<Conn>, open: bool) {
        if let Some(conn) = conn.filter(|_| open) {
            self.of(conn).whole = true;
        }
        assert!(self.fits(), "{self:?}");
        if conn.is_none() || open {
            // From now on only what is sent from now on is told.
            self.sent.clear();
            self.got.clear();
        }
    }

    /// Whether what was told is one beginning after another.
    fn fits(&self) -> bool {
        let mut places = vec![0];
        for Sent { octets, whole, .. } in &self.sent {
            let ends = |place: &usize| {
                let rest = &self.got[*place..];
                let same = rest.iter().zip(octets).take_while(|(told, sent)| told == sent).count();
                // Whole: all of it, or there is no way on.
                let least = if *whole { octets.len() } else { 0 };
                *place + least..*place + same + 1
            };
            places = places.iter().flat_map(ends).collect();
            places.sort_unstable();
            places.dedup();
        }
        places.contains(&self.got.len())
    }
}

/// The frames as which a message, or a part of one, goes out: first byte and payload (SEND-16).
#[must_use]
pub fn fragments(opcode: u8, fin: bool, payload: &[u8], bound: usize) -> Vec<(u8, Vec<u8>)> {
    let mut frames: Vec<(u8, Vec<u8>)> =
        payload.chunks(bound).map(|part| (0, part.to_vec())).collect();
    if frames.is_empty() {
        frames.push((0, Vec::new()));
    }
    frames[0].0 = opcode;
    if let Some(last) = frames.last_mut().filter(|_| fin) {
        last.0 |= 0x80;
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sent: &[(&[u8], bool)], got: &[u8]) -> bool {
        let mut pair = crate::Bench::new();
        let mut told = Told::default();
        for (octets, whole) in sent {
            pair.host("AT+WSOPEN=0,\"ws://h\"\r\n");
            let conn = pair.peers[0].conn.expect("a transport is wanted");
            told.sends(conn, octets);
            if *whole {
                told.ends(conn);
            }
            pair.eof(0).host("AT+WSCLOSE=0\r\n");
        }
        told.told(got);
        told.fits()
    }

    #[test]
    fn beginnings_one_after_another() {
        assert!(told(&[(b"abc", false), (b"abd", false)], b"ababd"));
        assert!(told(&[(b"abc", true), (b"abd", false)], b"abcab"));
        assert!(told(&[], b"") && told(&[(b"abc", false)], b""));
        for wrong in [&b"abdabc"[..], b"abca", b"abcabda", b"bc", b"abcx"] {
            assert!(!told(&[(b"abc", false), (b"abd", true)], wrong), "{wrong:?}");
        }
        assert!(!told(&[], b"a") && !told(&[(b"abc", true)], b"ab"));
    }

    #[test]
    fn a_message_in_fragments() {
        let frames = |fin| fragments(1, fin, b"abcde", 2);
        assert_eq!(frames(true), [(1, b"ab".to_vec()), (0, b"cd".to_vec()), (0x80, b"e".to_vec())]);
        assert_eq!(frames(false)[2].0, 0);
        assert_eq!(fragments(2, true, b"", 2), [(0x82, Vec::new())]);
    }
}
