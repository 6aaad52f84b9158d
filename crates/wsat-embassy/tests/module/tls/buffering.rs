//! TLS over a connection that sends when it is flushed and not before, as [`Session::serve`] allows.

use super::{Authority, TlsServer, play_over, server_config};
use crate::network::Network;
use embedded_io_async::{ErrorType, Read, Write};
use wsat_embassy::{ConnectError, Connector, Endpoint, Session, Trust};
use wsat_testkit::frames::server_frame;

struct Buffering(Network);

impl Connector for Buffering {
    async fn connect<S: Session>(
        &mut self,
        to: &Endpoint,
        session: &mut S,
    ) -> Result<(), ConnectError> {
        self.0.connect(to, &mut Over(session)).await
    }
}

/// A session whose bytes go through a [`Tx`].
struct Over<'a, S>(&'a mut S);

impl<S: Session> Session for Over<'_, S> {
    async fn serve<R: Read, W: Write>(&mut self, rx: R, tx: W) {
        self.0.serve(rx, Tx { below: tx, held: Vec::new() }).await;
    }

    async fn closed(&self) {
        self.0.closed().await;
    }

    async fn hurried(&self) {
        self.0.hurried().await;
    }

    fn fail(&mut self, why: ConnectError) {
        self.0.fail(why);
    }
}

struct Tx<W> {
    below: W,
    held: Vec<u8>,
}

impl<W: ErrorType> ErrorType for Tx<W> {
    type Error = W::Error;
}

impl<W: Write> Write for Tx<W> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, W::Error> {
        self.held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    async fn flush(&mut self) -> Result<(), W::Error> {
        let held = std::mem::take(&mut self.held);
        self.below.write_all(&held).await?;
        self.below.flush().await
    }
}

#[test]
fn all_of_it_is_sent() {
    let (certificate, key) = Authority::new().certify("server");
    let config = server_config(&[&certificate], &key, None);
    play_over::<1024, _>(
        Trust::NONE,
        |network| Buffering(network.clone()),
        async |bench| {
            bench.host.send("AT+WSOPEN=0,\"wss://server/\"\r\n").await;
            let mut server = TlsServer::accept(&bench.network, &config).await.unwrap();
            bench.host.expect("+WS_CONNECTED:0\r\n\r\nOK\r\n").await;
            // Shorter than a record, as long as a record may be, and longer.
            for len in [5, 1024 - 128, 2000] {
                bench.host.ask(&format!("AT+WSSEND=0,{len},2"), "\r\nOK\r\n\r\n>").await;
                bench.host.send(vec![b'x'; len]).await;
                let mut got = 0;
                while got < len {
                    got += server.frame().await.unwrap().payload.len();
                }
                bench.host.expect("\r\nSEND OK\r\n").await;
            }
            bench.host.send("AT+WSCLOSE=0\r\n").await;
            assert_eq!(server.frame().await.unwrap().first, 0x88);
            server.write(&server_frame(0x88, &[0x03, 0xE8])).await;
            assert_eq!(server.frame().await, Err("the end".to_owned()));
            bench.host.expect("\r\nOK\r\n").await;
        },
    );
}
