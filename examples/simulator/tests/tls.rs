//! `wss://`: whom a module believes, and what it shows.

mod common;
#[path = "common/tls.rs"]
mod tls;

use common::{ERROR, Host, LIMIT, OK, Sim};
use rcgen::date_time_ymd;
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::channel;
use tls::{Authority, Folder, Identity, Server, refused, start, wss};
use tungstenite::handshake::server::{Request, Response};
use tungstenite::{Message, accept_hdr};

/// Opens link 0, and something goes there and back.
#[track_caller]
fn opens(host: &mut Host<TcpStream>, address: SocketAddr) {
    host.open(0, &wss(address));
    host.data(0, "", b"there and back");
    host.record(0, b"there and back");
    host.command("AT+WSCLOSE=0", OK);
}

const UNKNOWN: &str = "the server's certificate is of an authority that is not trusted";

#[test]
fn opens_with_an_authority_from_a_file() {
    let (authority, folder) = (Authority::new("ours"), Folder::new());
    let identity = authority.sign("127.0.0.1");
    let (_sim, mut host) = start(&["--ca", &folder.file("ca.pem", authority.pem())]);
    opens(&mut host, Server::new(&identity).echo());
    opens(&mut host, Server::new(&identity).old().echo());
}

/// A certificate that its server has signed itself can be believed by name, if it is nobody's authority.
#[test]
fn opens_with_the_servers_own_certificate() {
    let (identity, folder) = (Identity::self_signed("127.0.0.1"), Folder::new());
    let (_sim, mut host) = start(&["--ca", &folder.file("server.pem", identity.certificate())]);
    opens(&mut host, Server::new(&identity).echo());
}

/// `SSL_CERT_FILE` is where rustls-native-certs finds the system's authorities if it is set.
#[test]
fn the_systems_authorities() {
    let (authority, folder) = (Authority::new("the system's"), Folder::new());
    let identity = authority.sign("127.0.0.1");
    let start = |file: &str| {
        let mut command = common::command(&["--serial", "tcp:127.0.0.1:0"]);
        command.env_remove("SSL_CERT_DIR").env("SSL_CERT_FILE", file);
        let sim = Sim::spawn(&mut command);
        let (mut host, _) = sim.client();
        host.begin();
        (sim, host)
    };
    let (_sim, mut host) = start(&folder.file("system.pem", authority.pem()));
    opens(&mut host, Server::new(&identity).echo());
    let (sim, mut host) = start(&folder.file("none.pem", ""));
    host.command("AT+WSOPEN=0,\"wss://127.0.0.1:1/\"", ERROR);
    sim.said("wsat-sim: this system has no authorities for TLS");
    sim.said("wsat-sim: link 0: no server can be verified: ");
    host.command("AT+WSOPEN?", OK);
}

/// The line of ESP-AT's page as it stands there, with the character that a browser has made of `&not`.
#[test]
fn the_pages_own_line() {
    const LINE: &str = "AT+WSOPEN=0,\"wss://demo.piesocket.com/v3/channel_123?api_key=VCXCEuvhGcBDP7XhiJJUDvR1e1D3eiVjgZ9VRiaV¬ify_self\"";
    let (authority, folder) = (Authority::new("ours"), Folder::new());
    let identity = authority.sign("demo.piesocket.com");
    let (asked, was_asked) = channel();
    let address = Server::new(&identity).serve(move |stream| {
        #[allow(clippy::result_large_err, reason = "tungstenite's")]
        let look = |request: &Request, response: Response| {
            let host = request.headers()["host"].to_str().unwrap().to_owned();
            asked.send((host, request.uri().to_string())).unwrap();
            Ok(response)
        };
        let mut socket = accept_hdr(stream, look).unwrap();
        assert_eq!(socket.get_ref().conn.server_name(), Some("demo.piesocket.com"));
        socket.send(Message::text("hello")).unwrap();
        while socket.read().is_ok() {}
    });
    let (_sim, mut host) = start(&[
        "--ca",
        &folder.file("ca.pem", authority.pem()),
        "--resolve",
        &format!("demo.piesocket.com:443:{address}"),
    ]);
    host.command(LINE, &format!("+WS_CONNECTED:0\r\n{OK}"));
    host.record(0, b"hello");
    let (name, path) = was_asked.recv_timeout(LIMIT).unwrap();
    assert_eq!(name, "demo.piesocket.com");
    // RFC 3986 2.1: U+00AC is C2 AC in UTF-8.
    let expected = "/v3/channel_123?api_key=VCXCEuvhGcBDP7XhiJJUDvR1e1D3eiVjgZ9VRiaV%C2%ACify_self";
    assert!(path.ends_with(expected), "{path}");
    host.command("AT+WSCLOSE=0", OK);
}

#[test]
fn a_server_that_is_not_verified_is_refused() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let folder = Folder::new();
    let (sim, mut host) = start(&["--ca", &folder.file("ca.pem", ours.pem())]);
    let identity = other.sign("127.0.0.1");
    refused(&sim, &mut host, Server::new(&identity).echo(), UNKNOWN);
    let identity = Identity::self_signed("127.0.0.1");
    refused(&sim, &mut host, Server::new(&identity).echo(), UNKNOWN);
    let identity = ours.sign("other.example");
    let why = "the server's certificate is not for 127.0.0.1, but for other.example";
    refused(&sim, &mut host, Server::new(&identity).echo(), why);

    let identity = ours.sign_with("127.0.0.1", |params| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
    });
    let uri = wss(Server::new(&identity).echo());
    host.command(&format!("AT+WSOPEN=0,\"{uri}\""), ERROR);
    sim.said("wsat-sim: link 0: no TLS with 127.0.0.1: the server's certificate has expired, ");

    let identity =
        ours.sign_with("127.0.0.1", |params| params.not_before = date_time_ymd(4000, 1, 1));
    let uri = wss(Server::new(&identity).echo());
    host.command(&format!("AT+WSOPEN=0,\"{uri}\""), ERROR);
    sim.said(
        "wsat-sim: link 0: no TLS with 127.0.0.1: the server's certificate begins to be valid in ",
    );

    // What `<auth_mode>` 0 would allow on the chip, the default does not.
    opens(&mut host, Server::new(&ours.sign("127.0.0.1")).echo());
}

#[test]
fn an_authority_is_no_server() {
    let folder = Folder::new();
    let identity = Identity::self_signed_authority("127.0.0.1");
    let (sim, mut host) = start(&["--ca", &folder.file("ca.pem", identity.certificate())]);
    let why = "the server shows an authority's own certificate; it needs one that is signed by it";
    refused(&sim, &mut host, Server::new(&identity).echo(), why);
}

#[test]
fn as_on_the_chip_the_mode_decides_who_is_believed() {
    let (zero, seven) = (Authority::new("zero"), Authority::new("seven"));
    let folder = Folder::new();
    let (sim, mut host) = start(&[
        "--dialect",
        "4.1",
        "--tls",
        "as-module",
        "--ca",
        &folder.file("0.pem", zero.pem()),
        "--ca",
        &format!("7={}", folder.file("7.pem", seven.pem())),
    ]);
    // Without AT+WSCFG it is 0: everybody, whatever the certificate says.
    opens(&mut host, Server::new(&Identity::self_signed("other.example")).echo());
    let (by_zero, by_seven) = (zero.sign("127.0.0.1"), seven.sign("127.0.0.1"));
    host.command("AT+WSCFG=0,30,60,4096,2,0,7", OK);
    opens(&mut host, Server::new(&by_seven).echo());
    refused(&sim, &mut host, Server::new(&by_zero).echo(), UNKNOWN);
    host.command("AT+WSCFG=0,30,60,4096,2,0,0", OK);
    opens(&mut host, Server::new(&by_zero).echo());
    refused(&sim, &mut host, Server::new(&by_seven).echo(), UNKNOWN);
}

#[test]
fn certificates_are_shown_by_number() {
    let (authority, folder) = (Authority::new("ours"), Folder::new());
    let (identity, shown) = (authority.sign("127.0.0.1"), authority.sign("module.example"));
    let stranger = Identity::self_signed("module.example");
    let pair = |name: &str, identity: &Identity| {
        let certificate = folder.file(&format!("{name}.pem"), identity.certificate());
        format!("{certificate},{}", folder.file(&format!("{name}.key"), identity.key()))
    };
    let ca = folder.file("ca.pem", authority.pem());
    let known = format!("3={}", pair("known", &shown));
    let unknown = format!("4={}", pair("unknown", &stranger));
    let options = ["--dialect", "4.1", "--ca", &ca, "--cert", &known, "--cert", &unknown];
    for mode in ["verify", "as-module"] {
        let (sim, mut host) = start(&[&options[..], &["--tls", mode]].concat());
        let asking = || Server::new(&identity).asking(&authority);
        for auth_mode in [1, 3] {
            host.command(&format!("AT+WSCFG=0,30,60,4096,{auth_mode},3,0"), OK);
            opens(&mut host, asking().echo());
            opens(&mut host, asking().old().echo());
        }
        host.command("AT+WSCFG=0,30,60,4096,1,4,0", OK);
        host.command(&format!("AT+WSOPEN=0,\"{}\"", wss(asking().echo())), ERROR);
        // In TLS 1.3 the module is through with the handshake when the server refuses.
        let reason = sim.said("wsat-sim: link 0: connection lost: ");
        assert_eq!(reason, "the server refused: unknown CA");
        host.command("AT+WSCFG=0,30,60,4096", OK);
        host.command(&format!("AT+WSOPEN=0,\"{}\"", wss(asking().echo())), ERROR);
        let reason = sim.said("wsat-sim: link 0: connection lost: ");
        assert_eq!(
            reason,
            "the server refused: it wants a certificate, which a link shows with <auth_mode> 1 or 3 and --cert"
        );
    }
}

#[test]
fn what_is_not_found_is_said() {
    let (authority, folder) = (Authority::new("ours"), Folder::new());
    let shown = authority.sign("module.example");
    let certificate = folder.file("module.pem", shown.certificate());
    let empty = folder.file("empty.pem", "");
    let whole = format!("{certificate},{}", folder.file("module.key", shown.key()));
    let (sim, mut host) = start(&[
        "--dialect",
        "4.1",
        "--ca",
        &empty,
        "--cert",
        &format!("1={whole}"),
        "--cert",
        &format!("2={certificate}"),
        "--cert",
        &format!("3={certificate},{empty}"),
        "--cert",
        &format!("4={empty}"),
    ]);
    let cases = [
        ("1,0,0", "NO CERT FOUND", "certificate 0: --cert 0="),
        ("1,4,0", "NO CERT FOUND", "certificate 4: --cert 4="),
        ("1,2,0", "NO PRVT_KEY FOUND", "private key of certificate 2: --cert 2="),
        ("3,3,0", "NO PRVT_KEY FOUND", "private key of certificate 3: --cert 3="),
        ("2,0,0", "NO CA FOUND", "authority 0: --ca 0="),
        ("3,1,9", "NO CA FOUND", "authority 9: --ca 9="),
    ];
    for (settings, answer, said) in cases {
        host.command(&format!("AT+WSCFG=0,30,60,4096,{settings}"), OK);
        host.command("AT+WSOPEN=0,\"wss://127.0.0.1:1/\"", &format!("{answer}\r\n{ERROR}"));
        sim.said(&format!("wsat-sim: link 0: there is no {said}"));
        host.command("AT+WSOPEN?", OK);
    }
}

#[test]
fn files_that_cannot_be_used() {
    let folder = Folder::new();
    let (one, other) = (Identity::self_signed("one"), Identity::self_signed("other"));
    let certificate = folder.file("one.pem", one.certificate());
    let pair = format!("{certificate},{}", folder.file("other.key", other.key()));
    let damaged = folder.file("damaged.pem", "-----BEGIN CERTIFICATE-----\n????\n");
    let twice = format!("0={certificate}");
    let cases: [(&[&str], &str); 4] = [
        (&["--ca", "/nonexistent/ca.pem"], "cannot read /nonexistent/ca.pem: entity not found"),
        (&["--ca", &damaged], &format!("cannot read {damaged}: ")),
        (
            &["--cert", &pair],
            &format!("cannot use {certificate}: the private key is another certificate's"),
        ),
        (&["--ca", &certificate, "--ca", &twice], "authority 0 is given twice"),
    ];
    for (options, said) in cases {
        let mut sim = Sim::start(options);
        assert_eq!(sim.status().code(), Some(1));
        sim.said(&format!("wsat-sim: {said}"));
    }
    let mut sim = Sim::start(&["--resolve", "demo.example:443"]);
    assert_eq!(sim.status().code(), Some(2));
}

/// Whoever forgets the `s` of `wss://` is told so.
#[test]
fn a_server_of_tls_is_recognised() {
    let (authority, _folder) = (Authority::new("ours"), Folder::new());
    let identity = authority.sign("127.0.0.1");
    let (sim, mut host) = start(&[]);
    let address = Server::new(&identity).echo();
    host.command(&format!("AT+WSOPEN=0,\"ws://{address}/\""), ERROR);
    sim.said("wsat-sim: link 0: the server speaks TLS there: its URI begins with wss://");
}
