//! How a server answers the opening handshake: rightly, late, and in every wrong way.

/// How a server answers the opening handshake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    Right,
    /// Seconds later.
    Slow,
    /// With the first message behind it in the same write.
    WithData,
    /// When it has the key, before it has the whole request.
    Early,
    Never,
    NotHttp,
    Status,
    NoUpgrade,
    NoConnection,
    WrongAccept,
    Extension,
    Protocol,
    BadHeader,
    TooLong,
    /// It ends the transport in the middle of its answer.
    Incomplete,
}

pub(crate) const ANSWERS: [Answer; 15] = [
    Answer::Right,
    Answer::Slow,
    Answer::WithData,
    Answer::Early,
    Answer::Never,
    Answer::NotHttp,
    Answer::Status,
    Answer::NoUpgrade,
    Answer::NoConnection,
    Answer::WrongAccept,
    Answer::Extension,
    Answer::Protocol,
    Answer::BadHeader,
    Answer::TooLong,
    Answer::Incomplete,
];

impl Answer {
    /// Its bytes, and whether it has the right key: some modules look at nothing else.
    pub(crate) fn response(self, key: &str, offered: bool) -> (Vec<u8>, bool) {
        let accept = tungstenite::handshake::derive_accept_key(key.as_bytes());
        let head = "HTTP/1.1 101 Switching Protocols\r\n";
        let [upgrade, connection] = ["Upgrade: websocket\r\n", "Connection: Upgrade\r\n"];
        let accept = format!("Sec-WebSocket-Accept: {accept}\r\n");
        let extension = "Sec-WebSocket-Extensions: x\r\n";
        let long = format!("X: {}\r\n", "y".repeat(100)).repeat(100);
        let parts: Vec<&str> = match self {
            Answer::Never => return (Vec::new(), true),
            Answer::NotHttp => vec!["SIP/2.0 101 What\r\n", upgrade, connection, &accept],
            Answer::Status => vec!["HTTP/1.1 302 Found\r\n", "Location: ws://elsewhere/\r\n"],
            Answer::NoUpgrade => vec![head, connection, &accept],
            Answer::NoConnection => vec![head, upgrade, &accept],
            Answer::WrongAccept => {
                let wrong = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
                vec![head, upgrade, connection, wrong]
            }
            Answer::Extension => vec![head, upgrade, connection, extension, &accept],
            Answer::Protocol => {
                vec![head, upgrade, connection, &accept, "Sec-WebSocket-Protocol: none\r\n"]
            }
            Answer::BadHeader => vec![head, upgrade, "no colon\r\n", connection, &accept],
            Answer::TooLong => vec![head, upgrade, connection, &long, &accept],
            _ if offered => {
                vec![head, upgrade, connection, "Sec-WebSocket-Protocol: chat\r\n", &accept]
            }
            _ => vec![head, upgrade, connection, &accept],
        };
        let mut response = parts.concat().into_bytes();
        response.extend(b"\r\n");
        if self == Answer::Incomplete {
            response.truncate(response.len() / 2);
            return (response, false);
        }
        let refuses = matches!(
            self,
            Answer::NotHttp | Answer::Status | Answer::WrongAccept | Answer::TooLong
        );
        (response, !refuses)
    }
}
