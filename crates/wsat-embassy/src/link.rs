//! A link: one connection after the other, each with what it receives and sends.

use crate::shared::{Shared, Stage};
use crate::{ConnectError, Connector, Endpoint, Note, Session};
use core::future::pending;
use embassy_futures::select::select3;
use embedded_io_async::{Read, Write};
use wsat::device::Conn;

/// Bytes that are read or written at a time.
const PIECE: usize = 256;
/// About as many may be sent before the device hears of it: what waits for that does not wait for a pause in what is due.
const UNTOLD: usize = 4 * PIECE;

/// The connections of one link.
pub(crate) async fn run(shared: &Shared<'_, '_>, link: usize, connector: &mut impl Connector) {
    let mut last = None;
    loop {
        let conn = next(shared, link, last).await;
        last = Some(conn);
        shared.in_use[link].set(true);
        let to = shared.with(|state| state.module.device.target(conn).map(|to| Endpoint::of(&to)));
        let mut session = LinkSession { shared, conn };
        match to {
            Some(Some(to)) => {
                if let Err(why) = connector.connect(&to, &mut session).await {
                    session.fail(why);
                }
            }
            Some(None) => session.fail(ConnectError::Name),
            // It is not wanted any more.
            None => {}
        }
        session.end();
        shared.in_use[link].set(false);
        shared.farewell_by[link].set(None);
    }
}

/// The next connection that the link is to have.
async fn next(shared: &Shared<'_, '_>, link: usize, last: Option<Conn>) -> Conn {
    loop {
        match shared.wanted[link].get() {
            Some(conn) if Some(conn) != last => return conn,
            _ => {
                // Of a connection that ended before it was to.
                shared.farewell_by[link].set(None);
                shared.pause().await;
            }
        }
    }
}

/// One connection, as its transport sees it.
struct LinkSession<'s, 'a, 'm> {
    shared: &'s Shared<'a, 'm>,
    conn: Conn,
}

impl LinkSession<'_, '_, '_> {
    fn is_wanted(&self) -> bool {
        self.shared.wanted[self.conn.link()].get() == Some(self.conn)
    }

    /// All that was received has been offered.
    fn end(&self) {
        self.shared.step(|state, now| {
            state.module.device.handle_eof(now, self.conn);
            1
        });
    }

    /// The peer's bytes, to their end.
    async fn receive(&self, mut rx: impl Read) -> ! {
        let mut bytes = [0; PIECE];
        loop {
            let link = self.conn.link();
            let room = self.shared.with(|state| state.module.links[link].window.room());
            // Reading into no room would give 0, as the end does.
            if room == 0 {
                self.shared.pause().await;
                continue;
            }
            let most = room.min(bytes.len());
            let Ok(n @ 1..) = rx.read(&mut bytes[..most]).await else { break };
            self.shared.step(|state, _| {
                let link = &mut state.module.links[link];
                // The link may have another connection by now, and this one just not have heard of it.
                if link.conn == Some(self.conn) { link.window.push(&bytes[..n]) } else { 0 }
            });
            // A socket that always has something does not keep the other lanes waiting.
            self.shared.pass().await;
        }
        self.end();
        pending().await
    }

    /// The bytes for the peer.
    async fn send(&self, mut tx: impl Write) -> ! {
        let mut out = [0; PIECE];
        let mut written = 0;
        loop {
            let n = self.shared.step(|state, _| {
                if written >= UNTOLD {
                    return 0;
                }
                state.module.device.poll_peer(self.conn, state.rng, &mut out)
            });
            if n > 0 {
                if tx.write_all(&out[..n]).await.is_err() {
                    break;
                }
                written += n;
                self.shared.pass().await;
            } else if written > 0 {
                if tx.flush().await.is_err() {
                    break;
                }
                let sent = core::mem::take(&mut written);
                self.shared.step(|state, now| {
                    // It cannot be more than the device has given.
                    _ = state.module.device.handle_sent(now, self.conn, sent);
                    1
                });
            } else {
                self.shared.pause().await;
            }
        }
        // The end shows when what had arrived before it is read.
        pending().await
    }
}

impl Session for LinkSession<'_, '_, '_> {
    async fn serve<R: Read, W: Write>(&mut self, rx: R, tx: W) {
        self.shared.step(|state, now| {
            state.module.device.handle_up(now, self.conn);
            1
        });
        let this = &*self;
        select3(this.receive(rx), this.send(tx), this.closed()).await;
    }

    async fn closed(&self) {
        while self.is_wanted() {
            self.shared.pause().await;
        }
    }

    async fn hurried(&self) {
        let link = self.conn.link();
        loop {
            let is_over = match self.shared.wanted[link].get() {
                Some(conn) => conn != self.conn,
                None => {
                    self.shared.farewell_by[link].get().is_none_or(|by| by <= self.shared.now())
                }
            };
            if is_over || self.shared.stage.get() == Stage::Leaving {
                return;
            }
            self.shared.pause().await;
        }
    }

    fn fail(&mut self, why: ConnectError) {
        if !self.is_wanted() {
            return;
        }
        self.shared.note(Note::NotConnected(self.conn.link(), why));
        self.shared.step(|state, now| {
            let device = &mut state.module.device;
            match why {
                ConnectError::Missing(missing) => device.handle_failed(now, self.conn, missing),
                _ => device.handle_eof(now, self.conn),
            }
            1
        });
    }
}
