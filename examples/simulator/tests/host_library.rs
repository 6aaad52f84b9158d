//! Host libraries that are not ours, against this module: esp-at-nal, and atat's client below it.

#![allow(clippy::duplicate_mod, reason = "each program brings what they share")]

mod common;

use atat::blocking::{AtatClient as _, Client};
use atat::{
    AtDigester, AtatCmd, AtatIngress as _, AtatResp, Config, Error, Ingress, InternalError,
    ResponseSlot, UrcChannel,
};
use common::{LIMIT, Sim};
use embassy_time as _;
use embedded_io::ErrorKind;
use esp_at_nal::urc::URCMessages;
use esp_at_nal::wifi::{Adapter, JoinError, WifiAdapter as _};
use fugit_timer::{TimerDurationU32, TimerInstantU32};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};
use wsat_sim::Simulator;

/// Bytes of an answer, and messages that may wait.
const ANSWER: usize = 1024;
const WAITING: usize = 16;

type Urc = URCMessages<64>;

/// What the host writes to.
struct Line(TcpStream);

impl embedded_io::ErrorType for Line {
    type Error = ErrorKind;
}

impl embedded_io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        self.0.write(bytes).map_err(|_| ErrorKind::Other)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.0.flush().map_err(|_| ErrorKind::Other)
    }
}

/// Milliseconds since a timer was started.
struct Timer(Option<(Instant, Duration)>);

impl fugit_timer::Timer<1_000> for Timer {
    type Error = ();

    fn now(&mut self) -> TimerInstantU32<1_000> {
        unimplemented!("nobody asks")
    }

    fn start(&mut self, duration: TimerDurationU32<1_000>) -> Result<(), ()> {
        self.0 = Some((Instant::now(), Duration::from_millis(duration.to_millis().into())));
        Ok(())
    }

    fn cancel(&mut self) -> Result<(), ()> {
        self.0.take().map(|_| ()).ok_or(())
    }

    fn wait(&mut self) -> nb::Result<(), ()> {
        let (begin, duration) = self.0.ok_or(nb::Error::Other(()))?;
        if begin.elapsed() < duration { Err(nb::Error::WouldBlock) } else { Ok(()) }
    }
}

type AtClient<'a> = Client<'a, Line, ANSWER>;

/// Lets `work` use atat's client on the AT port at this address.
fn with_client(address: &str, work: impl FnOnce(AtClient<'_>, &UrcChannel<Urc, WAITING, 1>)) {
    let stream = TcpStream::connect(address).unwrap();
    let mut reading = stream.try_clone().unwrap();
    let (slot, urcs) = (ResponseSlot::<ANSWER>::new(), UrcChannel::<Urc, WAITING, 1>::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut memory = [0; ANSWER];
            let digester = AtDigester::<Urc>::new();
            let mut ingress = Ingress::new(digester, &mut memory, &slot, &urcs);
            let mut bytes = [0; 64];
            while let Ok(n @ 1..) = reading.read(&mut bytes) {
                assert_eq!(ingress.try_write(&bytes[..n]), Ok(n));
            }
        });
        // Ends the other thread, also if something is not as expected.
        struct Hangup(TcpStream);
        impl Drop for Hangup {
            fn drop(&mut self) {
                let _ = self.0.shutdown(Shutdown::Both);
            }
        }
        let _hangup = Hangup(stream.try_clone().unwrap());
        let mut memory = [0; 256];
        work(Client::new(Line(stream), &slot, &mut memory, Config::default()), &urcs);
    });
}

type NetworkAdapter<'a> = Adapter<'a, AtClient<'a>, Timer, 1_000, 256, 64, WAITING>;

fn adapter<'a>(client: AtClient<'a>, urcs: &'a UrcChannel<Urc, WAITING, 1>) -> NetworkAdapter<'a> {
    Adapter::new(client, urcs.subscribe().unwrap(), Timer(None))
}

#[track_caller]
fn has_address(adapter: &mut NetworkAdapter<'_>) {
    let address = adapter.get_address().unwrap();
    assert_eq!(address.ipv4, Some(Ipv4Addr::new(192, 168, 1, 2)));
    assert_eq!(address.mac.unwrap().as_str(), "02:00:00:00:00:02");
    assert_eq!((address.ipv6_link_local, address.ipv6_global), (None, None));
}

/// Its whole Wi-Fi side, with echo on as a module boots.
#[test]
fn esp_at_nal_starts_up() {
    let sim = Sim::start(&["--serial", "tcp:127.0.0.1:0"]);
    with_client(&sim.said("wsat-sim: AT port on "), |client, urcs| {
        let mut adapter = adapter(client, urcs);
        let before = adapter.get_address().unwrap();
        assert_eq!(before.ipv4, Some(Ipv4Addr::UNSPECIFIED));
        let state = adapter.join("espressif", "1234567890").unwrap();
        assert!(state.connected && state.ip_assigned);
        has_address(&mut adapter);
        // The network is stored, and joined again by itself.
        adapter.set_auto_connect(true).unwrap();
        adapter.restart().unwrap();
        let end = Instant::now() + LIMIT;
        while !adapter.get_join_status().ip_assigned {
            assert!(Instant::now() < end, "the network is not joined after a restart");
        }
        // atat does not understand the first answer after such a line, when nobody had asked for it: the
        // line's end, which esp-at-nal leaves there, hides the echo. A real module prints the same.
        let _ = adapter.get_address();
        has_address(&mut adapter);
        // Joined anew: the messages say that the old network was left first.
        let state = adapter.join("another", "0987654321").unwrap();
        assert!(state.connected && state.ip_assigned);
        adapter.set_auto_connect(false).unwrap();
        adapter.restart().unwrap();
        assert_eq!(adapter.get_address().unwrap().ipv4, Some(Ipv4Addr::UNSPECIFIED));
        assert!(!adapter.get_join_status().connected);
    });
}

/// A module in this program, so that there are networks that cannot be joined.
#[test]
fn esp_at_nal_is_refused() {
    let (told, address) = channel();
    let (finished, is_finished) = channel::<()>();
    let module = thread::spawn(move || {
        let mut simulator = Simulator::new(wsat::device::Config::default()).unwrap();
        simulator.add_network("home", "secret");
        told.send(simulator.add_tcp("127.0.0.1:0".parse().unwrap()).unwrap()).unwrap();
        while is_finished.try_recv().is_err() {
            simulator.turn(Some(Duration::from_millis(10))).unwrap();
        }
    });
    with_client(&address.recv_timeout(LIMIT).unwrap(), |client, urcs| {
        let mut adapter = adapter(client, urcs);
        for (name, password) in [("home", "wrong"), ("elsewhere", "secret")] {
            let refused = adapter.join(name, password).unwrap_err();
            assert_eq!(refused, JoinError::ConnectError(Error::Error));
            assert!(!adapter.get_join_status().connected);
        }
        assert!(adapter.join("home", "secret").unwrap().ip_assigned);
        has_address(&mut adapter);
    });
    finished.send(()).unwrap();
    module.join().unwrap();
}

/// A line.
struct Command<'a>(&'a str);

/// What is printed before `OK`.
struct Answer(String);

impl AtatResp for Answer {}

impl AtatCmd for Command<'_> {
    type Response = Answer;
    const MAX_LEN: usize = 256;

    fn write(&self, out: &mut [u8]) -> usize {
        let line = format!("{}\r\n", self.0);
        out[..line.len()].copy_from_slice(line.as_bytes());
        line.len()
    }

    fn parse(&self, answer: Result<&[u8], InternalError>) -> Result<Answer, Error> {
        let text = answer.map_err(|_| Error::Error)?;
        Ok(Answer(String::from_utf8(text.to_vec()).unwrap()))
    }
}

/// What a host asks before it opens its first link.
#[test]
fn atat_asks_for_the_rest() {
    let sim = Sim::start(&["--serial", "tcp:127.0.0.1:0"]);
    with_client(&sim.said("wsat-sim: AT port on "), |mut client, urcs| {
        let mut messages = urcs.subscribe().unwrap();
        let mut asks = |line| client.send(&Command(line)).map(|answer| answer.0);
        // Echo is left on: without it, atat takes the first line of an answer for echo.
        for line in ["AT", "ATE0", "ATE1", "AT+RESTORE", "AT+SYSSTORE=0", "AT+CWMODE=1"] {
            assert_eq!(asks(line).as_deref(), Ok(""), "{line}");
            let end = Instant::now() + LIMIT;
            while line == "AT+RESTORE" && messages.try_next_message_pure() != Some(Urc::Ready) {
                assert!(Instant::now() < end, "the module does not boot");
            }
        }
        let version = asks("AT+GMR").unwrap();
        assert!(version.starts_with("AT version:3.1.0.0("), "{version:?}");
        assert_eq!(asks("AT+UART_CUR?").as_deref(), Ok("+UART_CUR:115200,8,1,0,0"));
        assert_eq!(asks("AT+UART_CUR=115200,8,1,0,3").as_deref(), Ok(""));
        assert_eq!(asks("AT+CWJAP=\"espressif\",\"1234567890\"").as_deref(), Ok(""));
        assert_eq!(asks("AT+CWSTATE?").as_deref(), Ok("+CWSTATE:2,\"espressif\""));
        assert!(asks("AT+CIPSTA?").unwrap().contains("+CIPSTA:ip:\"192.168.1.2\"\r\n"));
        assert_eq!(asks("AT+CIPSNTPCFG=1,0").as_deref(), Ok(""));
        let time = asks("AT+CIPSNTPTIME?").unwrap();
        assert!(time.contains("+CIPSNTPTIME:") && !time.ends_with(" 1970"), "{time}");
        assert_eq!(asks("AT+NONE"), Err(Error::Error));
    });
    assert!(sim.said("wsat-sim: the settings of the serial line ").contains("no baud rate"));
}
