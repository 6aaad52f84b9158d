//! Every public function of rfc6455.

use ::rfc6455::{
    Answer, AnswerError, CloseCode, Connection, Decoder, Details, EncodedHeader, Encoder, Fault,
    Flags, HandshakeError, Header, HeaderDecoder, HeaderMemory, Instant, Key, Limits, Mask, Opcode,
    Outgoing, Policy, Receiver, Rejection, Request, RequestError, RequestMemory, RequestReader,
    Response, Role, SendError, Uri, UriError, Utf8,
};
use core::hash::{Hash, Hasher};

use rand_core::CryptoRng;

use crate::{Random, any, bytes, keep, show};

pub(crate) fn run() {
    small_values();
    headers();
    frames();
    masks();
    text();
    uris();
    handshakes();
    servers();
    receivers();
    connections();
}

fn small_values() {
    let instant = any(Instant::from_millis(any(0)));
    keep(Instant::as_millis(instant));
    keep(Instant::after(instant, any(0)));
    keep(Instant::since(instant, any(instant)));

    let opcode = any(Opcode::from_bits(any(0)));
    keep(Opcode::bits(opcode));
    keep(Opcode::is_control(opcode));

    // Made by the macro of bitflags: these are the ones that a reader of headers needs.
    keep(Flags::from_bits(any(0)));
    keep(Flags::from_bits_truncate(any(0)));
    keep(Flags::contains(&any(Flags::FIN), any(Flags::RSV1)));
    keep(Flags::bits(&any(Flags::FIN)));

    keep(Opcode::eq(&any(Opcode::Text), &any(Opcode::Ping)));
    Opcode::hash(&any(Opcode::Text), &mut Sum);
    if let Some(code) = any(CloseCode::new(any(0))) {
        keep(CloseCode::get(code));
        keep(CloseCode::with_reason(code, any("reason"), any(&mut [0; 125])));
        show::<CloseCode>(&code);
    }
    let fault = any(Fault::Utf8);
    keep(Fault::close_code(fault));
    show::<Fault>(&fault);
    show::<UriError>(&any(UriError::Scheme));
    show::<RequestError>(&any(RequestError::Protocol));
    show::<HandshakeError>(&any(HandshakeError::NotHttp));
}

fn headers() {
    let mut decoder = HeaderDecoder::new(any(Role::Client));
    if let (_, Some(Ok(header))) = any(HeaderDecoder::decode(any(&mut decoder), bytes())) {
        keep(Header::encoded_len(any(&header)));
        let encoded = any(Header::encode(any(&header)));
        keep(EncodedHeader::as_bytes(any(&encoded)));
    }
}

fn frames() {
    let mut input = [0; 16];
    let mut decoder = Decoder::new(any(Role::Server));
    keep(Decoder::decode(any(&mut decoder), any::<&mut [u8]>(&mut input)));
    keep(Decoder::remaining(any(&decoder)));
    keep(Decoder::is_between_frames(any(&decoder)));

    let mut room = [0; 16];
    let header = Header { flags: any(Flags::FIN), opcode: Opcode::Text, mask: None, len: any(0) };
    let mut encoder = Encoder::new(any(&header));
    keep(Encoder::encode(any(&mut encoder), bytes(), any::<&mut [u8]>(&mut room)));
    keep(Encoder::remaining(any(&encoder)));
    keep(Encoder::is_done(any(&encoder)));
}

fn masks() {
    let mut mask = Mask::new(any([0; 4]));
    let mut room = [0; 16];
    keep(Mask::key(any(mask)));
    Mask::apply(any(&mut mask), any::<&mut [u8]>(&mut room));
    keep(Mask::copy(any(&mut mask), bytes(), any::<&mut [u8]>(&mut room)));
}

fn text() {
    let mut utf8 = Utf8::new();
    keep(Utf8::default());
    keep(Utf8::check(any(&mut utf8), bytes()));
    keep(Utf8::is_complete(any(&utf8)));
}

fn uris() {
    let Ok(uri) = any(Uri::parse(bytes())) else { return };
    keep(Uri::is_secure(any(&uri)));
    keep(Uri::host(any(&uri)));
    keep(Uri::is_ipv6(any(&uri)));
    keep(Uri::port(any(&uri)));
    keep(Uri::has_default_port(any(&uri)));
    keep(Uri::userinfo(any(&uri)));
    keep(Uri::path(any(&uri)));
    keep(Uri::query(any(&uri)));
}

fn handshakes() {
    let key = any(Key::new(any([0; 16])));
    keep(Key::as_bytes(any(&key)));
    keep(Key::accept(any(&key)));
    keep(Key::parse(bytes()));

    let mut room = [0; 16];
    if let Ok(uri) = any(Uri::parse(bytes())) {
        let request = any(Request::new(uri, key));
        let request = any(Request::with_protocol(request, bytes())).unwrap_or(request);
        let request = any(Request::with_authorization(request, bytes())).unwrap_or(request);
        let request = any(Request::with_user_agent(request, bytes())).unwrap_or(request);
        let request = any(Request::with_headers(request, bytes())).unwrap_or(request);
        let request = any(Request::with_host_port_always(request, any(false)));
        keep(Request::encoded_len(any(&request)));
        keep(Request::write(any(&request), any(0), any::<&mut [u8]>(&mut room)));
    }

    let response = Response::new(any([0; 28]), any(0));
    let response = Response::line_limit(response, any(0));
    let mut response = Response::only_accept(response, any(false));
    keep(Response::protocol(any(&response), bytes()));
    keep(Response::feed(any(&mut response), bytes(), bytes()));
    let (mut reason, mut location, mut versions) = ([0; 16], [0; 16], [0; 16]);
    let details = any(Details::new(any::<&mut [u8]>(&mut reason), any::<&mut [u8]>(&mut location)));
    let mut details = any(Details::with_versions(details, any::<&mut [u8]>(&mut versions)));
    keep(Response::feed_with(any(&mut response), bytes(), bytes(), any(&mut details)));
    keep(Response::end(any(&mut response)));
    keep(Details::reason(any(&details)));
    keep(Details::is_reason_cut(any(&details)));
    keep(Details::location(any(&details)));
    keep(Details::is_location_cut(any(&details)));
    keep(Details::versions(any(&details)));
    keep(Details::are_versions_cut(any(&details)));
}

fn servers() {
    let mut rooms = [[0; 16]; 5];
    let [target, host, origin, protocols, extra] = any(&mut rooms);
    keep(RequestMemory::default());
    let mut memory = RequestMemory::new();
    memory.target = any::<&mut [u8]>(target);
    memory.host = any::<&mut [u8]>(host);
    memory.origin = any::<&mut [u8]>(origin);
    memory.protocols = any::<&mut [u8]>(protocols);
    let mut headers = [any(HeaderMemory::new(bytes(), any::<&mut [u8]>(extra)))];
    memory.headers = any::<&mut [HeaderMemory<'_>]>(&mut headers);
    let reader = any(RequestReader::new(memory, any(0)));
    let mut reader = RequestReader::line_limit(reader, any(0));
    if let (_, Some(Err(rejection))) = any(RequestReader::feed(any(&mut reader), bytes())) {
        keep(Rejection::status(rejection));
        show::<Rejection>(&rejection);
        keep(Answer::reject(rejection));
    }
    keep(RequestReader::target(any(&reader)));
    keep(RequestReader::host(any(&reader)));
    keep(RequestReader::origin(any(&reader)));
    for protocol in RequestReader::protocols(any(&reader)) {
        keep(protocol);
    }
    keep(RequestReader::are_protocols_cut(any(&reader)));
    keep(RequestReader::header(any(&reader), bytes()));

    let mut room = [0; 16];
    let refused = any(Answer::refuse(any(0), bytes()));
    for answer in [any(RequestReader::accept(any(&reader), bytes())), refused] {
        match answer.and_then(|answer| Answer::with_headers(answer, bytes())) {
            Ok(answer) => {
                keep(Answer::status(any(&answer)));
                keep(Answer::encoded_len(any(&answer)));
                keep(Answer::write(any(&answer), any(0), any::<&mut [u8]>(&mut room)));
            }
            Err(error) => show::<AnswerError>(&error),
        }
    }
}

fn receivers() {
    let mut receiver = Receiver::new(any(Role::Client), any(Limits::NONE));
    keep(Receiver::receive(any(&mut receiver), bytes()));
    keep(Receiver::check(any(&mut receiver), bytes()));
    keep(Receiver::consume(any(&mut receiver), any(0)));
    keep(Receiver::remaining(any(&receiver)));
    keep(Receiver::checked(any(&receiver)));
    keep(Receiver::control_payload(any(&receiver)));
}

fn connections() {
    let now = any(Instant::ZERO);
    let mut policy = Policy::new();
    keep(Policy::default());
    policy.close_wait_ms = any(0);
    policy.stray_continuation = any(false);
    policy.limits = any(Limits::default());
    let mut connection = Connection::new(any(Role::Client), policy);

    keep(Connection::receive(any(&mut connection), now, bytes()));
    keep(Connection::check(any(&mut connection), now, bytes()));
    keep(Connection::consume(any(&mut connection), any(0)));
    keep(Connection::remaining(any(&connection)));
    keep(Connection::checked(any(&connection)));

    let request = any(Outgoing { opcode: Opcode::Text, fin: true, len: 0, fragment: 0 });
    keep(Outgoing::check(&request, any(false)));
    keep(Connection::may_send(any(&connection), &request));
    if let Err(error) = any(Connection::send(any(&mut connection), request)) {
        show::<SendError>(&error);
    }
    keep(Connection::is_sending(any(&connection)));
    keep(Connection::is_cut_short(any(&connection)));
    keep(Connection::withdraw(any(&mut connection)));
    Connection::ping(any(&mut connection), any(None));
    keep(Connection::closed(any(&connection)));
    keep(Connection::close_reason(any(&connection)));
    let mut input = [0; 16];
    keep(Connection::read(any(&mut connection), now, any::<&mut [u8]>(&mut input)));
    Connection::close(any(&mut connection), now, any(None));
    let code = any(CloseCode::NORMAL);
    keep(Connection::close_with_reason(any(&mut connection), now, code, any("reason")));
    keep(Connection::is_over(any(&connection), now));
    keep(Connection::data_taken(any(&connection)));
    Connection::close_by(any(&mut connection), now);
    keep(Connection::deadline(any(&connection)));
    keep(Connection::is_closing(any(&connection)));
    keep(Connection::is_close_written(any(&connection)));
    keep(Connection::is_close_received(any(&connection)));
    keep(Connection::fault(any(&connection)));

    let mut random = Random;
    let random: &mut dyn CryptoRng = any(&mut random);
    let mut room = [0; 16];
    keep(Connection::poll(any(&mut connection), random, bytes(), any::<&mut [u8]>(&mut room)));
}

/// Takes what is hashed and looks at it.
struct Sum;

impl Hasher for Sum {
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, bytes: &[u8]) {
        keep(bytes);
    }
}
