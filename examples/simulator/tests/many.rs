//! Many modules in one loop, one thread.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use wsat::device::Config;
use wsat_sim::{Cable, Simulator};

const LIMIT: Duration = Duration::from_secs(30);

/// Turns the loop until every module has printed what `expected` gives for its number.
fn turn_until(simulator: &mut Simulator, cables: &[Cable], expected: impl Fn(usize) -> String) {
    let end = Instant::now() + LIMIT;
    let mut printed = vec![Vec::new(); cables.len()];
    while (0..cables.len()).any(|i| printed[i].len() < expected(i).len()) && Instant::now() < end {
        simulator.turn(Some(Duration::from_millis(100))).unwrap();
        for (cable, printed) in cables.iter().zip(&mut printed) {
            printed.extend(cable.receive());
        }
    }
    for (i, printed) in printed.iter().enumerate() {
        assert_eq!(String::from_utf8_lossy(printed), expected(i), "module {i}");
    }
}

#[test]
fn a_thousand_modules() {
    let mut simulator = Simulator::new(Config::default()).unwrap();
    let cables: Vec<_> = (0..1000).map(|_| simulator.add_cable()).collect();
    for cable in &cables {
        cable.send(b"ATE0\r\nAT\r\n");
    }
    turn_until(&mut simulator, &cables, |_| "\r\nready\r\nATE0\r\n\r\nOK\r\n\r\nOK\r\n".to_owned());
}

#[test]
fn their_links_are_their_own() {
    let mut simulator = Simulator::new(Config::default()).unwrap();
    let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = simulator.start_echo_server(local).unwrap();
    let cables: Vec<_> = (0..50).map(|_| simulator.add_cable()).collect();
    for cable in &cables {
        cable.send(format!("ATE0\r\nAT+WSOPEN=1,\"ws://{server}/\"\r\n").as_bytes());
    }
    turn_until(&mut simulator, &cables, |_| {
        "\r\nready\r\nATE0\r\n\r\nOK\r\n+WS_CONNECTED:1\r\n\r\nOK\r\n".to_owned()
    });
    for (i, cable) in cables.iter().enumerate() {
        cable.send(format!("AT+WSSEND=1,10\r\nmodule {i:03}").as_bytes());
    }
    turn_until(&mut simulator, &cables, |i| {
        format!("\r\nOK\r\n\r\n>\r\nSEND OK\r\n+WS_DATA:1,10,module {i:03}\r\n")
    });
}
