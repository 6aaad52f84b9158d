//! A client of rfc6455 alone: the opening handshake, messages both ways, the closing handshake.

use rand_core::CryptoRng;
use rfc6455::{
    Connection, Incoming, Instant, Key, Opcode, Outgoing, Policy, Request, Response, Role, Uri,
};

use crate::any;
use crate::random::Random;

crate::state!(Connection: Connection, Response: Response);

pub(crate) fn run() {
    let mut memory = [0; 256];
    let mut out = [0; 256];
    let random: &mut dyn CryptoRng = &mut Random;
    let Ok(uri) = Uri::parse(any(b"ws://server.example.com/chat")) else { return };
    let mut nonce = [0; 16];
    random.fill_bytes(&mut nonce);
    let key = Key::new(nonce);
    let request = Request::new(uri, key);
    any(request.write(any(0), &mut out));
    let mut response = Response::new(key.accept(), 8192);
    let Some(Ok(())) = any(response.feed(b"", any(&memory)).1) else { return };
    let mut connection = Connection::new(Role::Client, Policy::new());
    loop {
        let now = Instant::from_millis(any(0));
        let (_, incoming) = connection.read(now, any(&mut memory));
        if let Some(Ok(Incoming::Payload { octets, last })) = incoming {
            any((octets.len(), last));
        }
        let text = Outgoing { opcode: Opcode::Text, fin: true, len: 64, fragment: 1024 };
        any(connection.send(text).is_ok());
        any(connection.poll(random, any(&[0; 64]), any(&mut out)));
        if any(false) {
            connection.close(now, None);
        }
        if connection.is_over(now) {
            return;
        }
    }
}
