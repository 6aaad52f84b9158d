//! The same bytes for this crate and for tungstenite: the same messages, the same Pongs, the same verdict
//! with the same close code, or a difference that stands in a table.

mod conversations;

use conversations::{bytes, items};
use proptest::{collection::vec, prelude::*};
use rfc6455::Role;
use wsat_testkit::differential::{Difference, compare};

fn check(stream: &[u8], role: Role, cut: usize) -> Result<(), TestCaseError> {
    compare(role, &stream.chunks(cut).collect::<Vec<_>>()).map(drop).map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 4 } else { 1500 }, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn conversations(items in items(), server: bool, cut in 1..5000_usize) {
        let role = if server { Role::Server } else { Role::Client };
        check(&bytes(role, &items), role, cut)?;
    }

    #[test]
    fn mutated_conversations(
        items in items(),
        server: bool,
        changes in vec((any::<usize>(), any::<u8>(), 0..4_u8), 1..4),
        cut in 1..5000_usize,
    ) {
        let role = if server { Role::Server } else { Role::Client };
        let mut stream = bytes(role, &items);
        for (at, octet, kind) in changes {
            let at = at % stream.len();
            match kind {
                0 => stream[at] = octet,
                1 => stream[at] ^= 1 << (octet % 8),
                2 => stream.insert(at, octet),
                _ if stream.len() > 1 => drop(stream.remove(at)),
                _ => {}
            }
        }
        check(&stream, role, cut)?;
    }

    #[test]
    fn any_bytes(stream in vec(any::<u8>(), 1..200), server: bool, cut in 1..300_usize) {
        check(&stream, if server { Role::Server } else { Role::Client }, cut)?;
    }
}

/// The table of differences is no longer than needed: each of them exists.
#[test]
fn the_differences_are_there() {
    let seen = |stream: &[u8]| compare(Role::Client, &stream.chunks(3).collect::<Vec<_>>());
    assert_eq!(seen(b"\x81\x7e\x00\x05Hello"), Ok(Some(Difference::NotMinimal)));
    assert_eq!(
        seen(b"\x82\x7f\x00\x00\x00\x00\x00\x00\x00\x05Hello"),
        Ok(Some(Difference::NotMinimal))
    );
    assert_eq!(seen(b"\x89\x7e\x00\x05Hello"), Ok(Some(Difference::NotMinimal)));
    assert_eq!(seen(b"\x88\x02\x03\xf6"), Ok(Some(Difference::BadGateway)));
    assert_eq!(seen(b"\x81\x0a\xff"), Ok(Some(Difference::Later)));
    assert_eq!(seen(b"\xc1\x0a"), Ok(Some(Difference::Later)));
    assert_eq!(seen(b"\x88\x03\x00\x00\xff"), Ok(Some(Difference::SeveralFaults)));
    assert_eq!(
        seen(b"\xc1\x7f\x00\x00\x00\x00\xff\xff\xff\xff"),
        Ok(Some(Difference::SeveralFaults))
    );
    assert_eq!(seen(b"\x81\x05Hello\x88\x02\x03\xe8"), Ok(None));
}
