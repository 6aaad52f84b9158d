//! A client of rfc6455 alone: the opening handshake with a response of six headers, one text each way, the closing
//! handshake.

use core::mem::MaybeUninit;
use rand_core::CryptoRng;
use rfc6455::{
    Connection, Incoming, Instant, Key, Opcode, Outgoing, Policy, Request, Response, Role, Uri,
};

use crate::random::Random;
use crate::{any, gauge, lent, print};

crate::state!(Connection: Connection, Response: Response);

/// With six headers.
const RESPONSE: &[u8] = include_bytes!("response.http");

/// What the server sends after it: a text, and its answer to a Close.
const FROM_SERVER: [u8; 70] = {
    let mut bytes = [b'y'; 70];
    (bytes[0], bytes[1]) = (0x81, 64);
    (bytes[66], bytes[67], bytes[68], bytes[69]) = (0x88, 2, 0x03, 0xe8);
    bytes
};

/// One after the other, so they could share their memory.
struct State {
    response: MaybeUninit<Response>,
    connection: MaybeUninit<Connection>,
}

pub(crate) fn run() {
    let state =
        lent!(State = State { response: MaybeUninit::uninit(), connection: MaybeUninit::uninit() });
    let input = lent!([u8; 70] = FROM_SERVER);
    let out = lent!([u8; 512] = [0; 512]);
    let mut written = 0;
    gauge::measure("session", &mut || {
        let done = session(state, &mut Random::new(), any(input), out);
        written = done.unwrap_or_default();
    });
    print::output(out.get(..written).unwrap_or_default());
}

/// Writes all that the client sends, and behind it the text that it has received. Returns how much that is.
fn session(
    State { response, connection }: &mut State,
    random: &mut dyn CryptoRng,
    input: &mut [u8],
    out: &mut [u8],
) -> Option<usize> {
    let uri = Uri::parse(any(b"ws://server.example.com/chat")).ok()?;
    let mut nonce = [0; 16];
    random.fill_bytes(&mut nonce);
    let key = Key::new(nonce);
    let response = response.write(Response::new(key.accept(), 8192));
    let mut written = Request::new(uri, key).write(0, out);
    response.feed(b"", any(RESPONSE)).1?.ok()?;

    let connection = connection.write(Connection::new(any(Role::Client), Policy::new()));
    let text = Outgoing { opcode: Opcode::Text, fin: true, len: 64, fragment: 1024 };
    connection.send(text).ok()?;
    let now = any(Instant::ZERO);
    let mut from = 0;
    loop {
        // What is to be sent goes out before anything is read.
        written += connection.poll(random, any(&[b'x'; 64]), out.get_mut(written..)?).1;
        let (taken, incoming) = connection.read(now, input.get_mut(from..)?);
        from += taken;
        match incoming {
            Some(Ok(Incoming::Payload { octets, last })) => {
                let room = out.get_mut(written..)?.get_mut(..octets.len())?;
                room.copy_from_slice(octets);
                written += octets.len();
                if last {
                    connection.close(now, None);
                }
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => {
                return (connection.closed().clean && !connection.is_over(now)).then_some(written);
            }
        }
    }
}
