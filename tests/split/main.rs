//! Split invariance: with all other facts at the same positions, cutting any input at any place
//! changes nothing in what comes out.

mod random;

use wsat::device::Config;

use wsat_testkit::session::{Cut, Fact, Lanes, play};

/// Of what is done in several ways, every so many are tried: all; few under Miri, which takes far longer.
const STEP: usize = if cfg!(miri) { 1500 } else { 1 };

/// Three links in the middle of things, and what goes wrong on them.
fn script() -> Vec<Fact> {
    let host = |text: &str| Fact::Host(text.as_bytes().to_vec());
    let peer = |link, bytes: &[u8]| Fact::Peer(link, bytes.to_vec());
    vec![
        host("AT\r\nAT+WSCFG=0,3,60,4\r\nAT+WSCFG=1,0,1\r\n"),
        host("AT+WSOPEN=0,\"ws://one/a\\,b\",\"chat\\,mqtt\"\r\nAT\r\n"),
        Fact::Accept(0, b"\x81\x06early!\x89\x01p".to_vec()),
        host("AT+WSOPEN=1,\"ws://two\"\r\n"),
        Fact::Accept(1, Vec::new()),
        host("AT+WSOPEN=2,\"ws://three\"\r\n"),
        Fact::Accept(2, b"\x01\x03abc".to_vec()),
        host("AT+WSSEND=0,9,2\r\nAT\r\nAT\r\n\0more than that\r\nAT\r\n"),
        peer(2, b"\x89\x02hi\x80\x04defg\x81\x00\x8a\x00"),
        Fact::At(3_500),
        Fact::Serial(false),
        peer(0, b"\x82\x0aabcdefghij\x89\x00\x81\x02\xc3\xa4"),
        peer(1, b"\x81\x02ab\x89\x01x"),
        host("ATE0\r\nAT+WSOPEN?\r\nAT+WSSEND=1,3\r\nabc"),
        Fact::Serial(true),
        Fact::Room(1, Some(9)),
        host("AT+WSSEND=1,6,1\r\nuvwxyz\r\n"),
        peer(1, b"\x88\x05\x03\xe8bye\x81\x01a"),
        Fact::Room(1, None),
        Fact::Eof(1),
        peer(2, b"\x01\x02\xe2\x82\x80\x02\x00\x00"),
        Fact::At(5_000),
        peer(0, b"\x82\x05abc"),
        Fact::Eof(0),
        Fact::At(16_000),
        Fact::Accept(0, b"\x81\x01z".to_vec()),
        host("AT+GMR\r\nAT\r\n"),
        Fact::Answer,
        host("AT+WSCLOSE=0\r\nxx"),
        peer(0, b"\x81\x02ok\x88\x00"),
        host("x\r\n\r\nAT+WSSEND=2,1\r\n"),
        host(&format!("{}\r\nAT\r\n", "y".repeat(600))),
        Fact::At(60_000),
    ]
}

// rules: LINE-24
#[test]
fn the_script_goes_through_what_it_is_meant_to() {
    let lanes = play(Config::default(), &script(), Cut::Whole, 64);
    let printed = String::from_utf8_lossy(&lanes.printed).into_owned();
    for part in [
        "+WS_CONNECTED:0\r\n\r\nOK\r\n+WS_DATA:0,4,earl\r\n+WS_DATA:0,2,y!\r\n",
        "\r\nbusy p...\r\n",
        "\r\nSEND OK\r\n",
        "+WS_CLOSED:1\r\n",
        "+WS_DISCONNECTED:2\r\n",
        "+WS_DATA:0,3,abc\r\n+WS_DISCONNECTED:0\r\n",
        "+WS_CONNECTED:0\r\n",
        "version\r\n\r\nOK\r\n",
    ] {
        assert!(printed.contains(part), "{part:?} in {printed}");
    }
}

// rules: LINE-24
#[test]
fn every_input_cut_at_every_place() {
    let script = script();
    let whole = play(Config::default(), &script, Cut::Whole, 64);
    let places = script.iter().map(Fact::len).enumerate();
    let places = places.flat_map(|(index, len)| (1..len).map(move |place| (index, place)));
    for (index, place) in places.step_by(STEP) {
        let cut = play(Config::default(), &script, Cut::Once { index, place }, 64);
        same(&whole, &cut, &format!("fact {index} cut at {place}"));
    }
}

// rules: LINE-24
#[test]
fn every_input_in_pieces_of_every_size() {
    let script = script();
    let whole = play(Config::default(), &script, Cut::Whole, 64);
    for size in (7..300).chain(1..7).step_by(STEP) {
        same(
            &whole,
            &play(Config::default(), &script, Cut::Pieces(size), 64),
            &format!("pieces of {size}"),
        );
    }
}

#[track_caller]
pub(crate) fn same(left: &Lanes, right: &Lanes, what: &str) {
    let show = |bytes: &[u8]| bytes.escape_ascii().to_string();
    assert_eq!(show(&left.printed), show(&right.printed), "AT port, {what}");
    for link in 0..3 {
        assert_eq!(show(&left.peers[link]), show(&right.peers[link]), "link {link}, {what}");
    }
}
