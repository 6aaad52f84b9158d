//! A client of rfc6455 alone: the opening handshake, messages both ways, the closing handshake.

use rand_core::CryptoRng;
use rfc6455::{
    Connection, Incoming, Instant, Key, Opcode, Outgoing, Policy, Request, Response, Role, Uri,
};

use crate::any;
use crate::random::Random;

crate::state!(Connection: Connection, Response: Response);

/// What a firmware keeps between two turns of its loop.
struct State {
    /// Bytes of the request that were written.
    written: usize,
    response: Response,
    connection: Option<Connection>,
    input: [u8; 256],
    output: [u8; 256],
}

pub(crate) fn run() {
    let random: &mut dyn CryptoRng = &mut Random;
    let mut nonce = [0; 16];
    random.fill_bytes(&mut nonce);
    let key = Key::new(nonce);
    let mut state = State {
        written: 0,
        response: Response::new(key.accept(), 8192),
        connection: None,
        input: [0; 256],
        output: [0; 256],
    };
    let Ok(uri) = Uri::parse(any(b"ws://server.example.com/chat")) else { return };
    any((uri.host(), uri.port()));
    let request = Request::new(uri, key);
    loop {
        turn(any(&mut state), &request, random, Instant::from_millis(any(0)));
    }
}

fn turn(state: &mut State, request: &Request<'_>, random: &mut dyn CryptoRng, now: Instant) {
    let State { written, response, connection, input, output } = state;
    let Some(connection) = connection else {
        let n = request.write(*written, any(output));
        *written = written.wrapping_add(n);
        let (taken, outcome) = response.feed(b"", any(input));
        any(taken);
        match outcome {
            Some(Ok(())) => *connection = Some(Connection::new(Role::Client, Policy::new())),
            Some(Err(error)) => _ = any(error),
            None => {}
        }
        return;
    };
    let (taken, incoming) = connection.read(now, any(input));
    any(taken);
    match incoming {
        Some(Ok(Incoming::Payload { octets, last })) => _ = any((octets, last)),
        Some(Err(fault)) => _ = any(fault),
        _ => {}
    }
    if any(false) {
        let text = Outgoing { opcode: Opcode::Text, fin: true, len: 64, fragment: 1024 };
        any(connection.send(text).is_ok());
    }
    any(connection.poll(random, any(&[0; 64]), any(output)));
    if any(false) {
        connection.close(now, None);
    }
    any(connection.is_over(now));
}
