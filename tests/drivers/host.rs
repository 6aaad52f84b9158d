//! The host at the AT port of a driver, and the servers that its links lead to.

use socket2::SockRef;
use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};
use tungstenite::{Message, WebSocket};

/// Far more than anything here takes, and an end to what hangs.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

pub(crate) type Server = WebSocket<TcpStream>;

/// What a module prints.
#[derive(PartialEq, Debug)]
pub(crate) enum Unit {
    Line(String),
    Prompt,
    /// `+WS_DATA`
    Record(usize, Vec<u8>),
}

/// A host.
pub(crate) struct Host {
    port: TcpStream,
    /// What was read and not yet looked at.
    read: Vec<u8>,
}

impl Host {
    pub(crate) fn new(port: TcpStream) -> Self {
        narrow(&port);
        port.set_read_timeout(Some(LIMIT)).unwrap();
        port.set_write_timeout(Some(LIMIT)).unwrap();
        Self { port, read: Vec::new() }
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.port.write_all(bytes.as_ref()).unwrap();
    }

    /// How many bytes wait at the AT port. There have to be some.
    fn unread(&self) -> usize {
        // More than the socket holds.
        self.port.peek(&mut vec![0; 1024 * 1024]).unwrap()
    }

    fn fill(&mut self) {
        let mut bytes = [0; 16 * 1024];
        let n = self.port.read(&mut bytes).expect("the module prints something");
        assert!(n > 0, "the AT port has ended");
        self.read.extend_from_slice(&bytes[..n]);
    }

    fn take(&mut self, count: usize) -> Vec<u8> {
        while self.read.len() < count {
            self.fill();
        }
        self.read.drain(..count).collect()
    }

    /// The next unit; empty lines are passed over.
    pub(crate) fn next(&mut self) -> Unit {
        let mut line = Vec::new();
        loop {
            line.extend(self.take(1));
            if line == b">" {
                return Unit::Prompt;
            }
            if let Some(head) = line.strip_prefix(b"+WS_DATA:")
                && head.iter().filter(|&&byte| byte == b',').count() == 2
            {
                let head = str::from_utf8(head).unwrap();
                let (link, len) = head.trim_end_matches(',').split_once(',').unwrap();
                let data = self.take(len.parse().unwrap());
                assert_eq!(self.take(2), b"\r\n");
                return Unit::Record(link.parse().unwrap(), data);
            }
            if line == b"\r\n" {
                line.clear();
            } else if let Some(text) = line.strip_suffix(b"\r\n") {
                return Unit::Line(String::from_utf8(text.to_vec()).unwrap());
            }
        }
    }

    /// The next units are these lines.
    #[track_caller]
    pub(crate) fn expect(&mut self, lines: &[&str]) {
        for &line in lines {
            assert_eq!(self.next(), Unit::Line(line.to_owned()));
        }
    }

    /// The next records are those of one link and have this data.
    #[track_caller]
    pub(crate) fn expect_data(&mut self, link: usize, data: &[u8]) {
        let mut got = Vec::new();
        while got.len() < data.len() {
            let unit = self.next();
            let Unit::Record(of, octets) = unit else { panic!("{unit:?}") };
            assert_eq!(of, link);
            got.extend(octets);
        }
        assert!(got == data, "other data than was sent");
    }

    /// `AT+WSSEND` with these parameters, up to its prompt, and the data.
    #[track_caller]
    pub(crate) fn begin_send(&mut self, parameters: &str, data: &[u8]) {
        self.send(format!("AT+WSSEND={parameters}\r\n"));
        self.expect(&["OK"]);
        assert_eq!(self.next(), Unit::Prompt);
        self.send(data);
    }

    /// A message in as many parts as it needs.
    #[track_caller]
    pub(crate) fn send_message(&mut self, link: usize, message: &[u8]) {
        let mut parts = message.chunks(8192).peekable();
        let mut opcode = 2;
        while let Some(part) = parts.next() {
            let fin = u8::from(parts.peek().is_none());
            self.begin_send(&format!("{link},{},{opcode},10000,{fin}", part.len()), part);
            self.expect(&["SEND OK"]);
            opcode = 0;
        }
    }

    /// `AT+WSOPEN` to this listener, up to the server's end of the connection.
    pub(crate) fn begin_open(&mut self, link: usize, host: &str, listener: &TcpListener) -> Server {
        let port = listener.local_addr().unwrap().port();
        self.send(format!("AT+WSOPEN={link},\"ws://{host}:{port}/{link}\"\r\n"));
        accept(listener)
    }

    pub(crate) fn open(&mut self, link: usize, host: &str, listener: &TcpListener) -> Server {
        let server = self.begin_open(link, host, listener);
        self.expect(&[&format!("+WS_CONNECTED:{link}"), "OK"]);
        server
    }
}

/// So that it is soon full. With less than two segments of the loopback interface, Linux would tell of room
/// late.
pub(crate) fn narrow(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    socket.set_send_buffer_size(128 * 1024).unwrap();
    socket.set_recv_buffer_size(128 * 1024).unwrap();
}

/// The next client, after its opening handshake.
pub(crate) fn accept(listener: &TcpListener) -> Server {
    listener.set_nonblocking(true).unwrap();
    let end = Instant::now() + LIMIT;
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false).unwrap();
                narrow(&stream);
                stream.set_read_timeout(Some(LIMIT)).unwrap();
                stream.set_write_timeout(Some(LIMIT)).unwrap();
                return tungstenite::accept(stream).unwrap();
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                assert!(Instant::now() < end, "nobody connects");
                thread::sleep(Duration::from_millis(1));
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Sends messages until nothing more is taken, since nobody reads at the AT port, and nothing comes out of it
/// any more; returns how many octets are on their way.
pub(crate) fn flood(server: &mut Server, message: &[u8], host: &Host) -> usize {
    const MOST: usize = 64 * 1024 * 1024;
    // A driver that is only slow is done with a socket's buffer by then.
    const STILL: Duration = Duration::from_secs(1);
    server.get_ref().set_write_timeout(Some(Duration::from_millis(100))).unwrap();
    let mut octets = 0;
    let mut waits = false;
    let (mut unread, mut moved) = (0, Instant::now());
    loop {
        let result = if waits {
            server.flush()
        } else {
            octets += message.len();
            assert!(octets < MOST, "nothing holds the server back");
            server.send(Message::binary(message.to_vec()))
        };
        waits = match result {
            Ok(()) => false,
            // tungstenite keeps the rest of the frame.
            Err(tungstenite::Error::Io(error)) => {
                assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
                true
            }
            Err(error) => panic!("{error}"),
        };
        let now_unread = host.unread();
        if !waits || now_unread != unread {
            (unread, moved) = (now_unread, Instant::now());
        } else if moved.elapsed() > STILL {
            server.get_ref().set_write_timeout(Some(LIMIT)).unwrap();
            return octets;
        }
    }
}
