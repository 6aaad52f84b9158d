//! Why TLS failed, in the words of a person.

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, InconsistentKeys};

/// The cause as a sentence without its end.
pub(crate) fn cause(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(error) => certificate(error),
        // Whoever answers with something that is no record of TLS does not know it.
        Error::InvalidMessage(_) => "the server does not speak TLS there".into(),
        Error::AlertReceived(AlertDescription::CertificateRequired) => {
            "the server refused: it wants a certificate, which a link shows with <auth_mode> 1 or 3 and --cert"
                .into()
        }
        Error::AlertReceived(alert) => {
            format!("the server refused: {}", words(&format!("{alert:?}")))
        }
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            "the private key is another certificate's".into()
        }
        Error::NoCertificatesPresented => "the server showed no certificate".into(),
        Error::PeerIncompatible(why) => {
            format!("the server's TLS is too old or too different: {}", words(&format!("{why:?}")))
        }
        other => other.to_string(),
    }
}

fn certificate(error: &CertificateError) -> String {
    use CertificateError as E;
    match error {
        E::NotValidForNameContext { expected, presented } => {
            // `DnsName("example.com")`
            let name = |name: &String| {
                let inner = name.split_once('(').map_or(name.as_str(), |(_, inner)| inner);
                inner.trim_end_matches(')').trim_matches('"').to_owned()
            };
            let names: Vec<_> = presented.iter().map(name).collect();
            let names = if names.is_empty() { "no name at all".into() } else { names.join(", ") };
            format!("the server's certificate is not for {}, but for {names}", expected.to_str())
        }
        E::NotValidForName => "the server's certificate is for another name".into(),
        E::ExpiredContext { time, not_after } => {
            format!("the server's certificate has expired, {} ago", between(*not_after, *time))
        }
        E::Expired => "the server's certificate has expired".into(),
        E::NotValidYetContext { time, not_before } => {
            format!(
                "the server's certificate begins to be valid in {}",
                between(*time, *not_before)
            )
        }
        E::NotValidYet => "the server's certificate is not valid yet".into(),
        E::UnknownIssuer => {
            "the server's certificate is of an authority that is not trusted".into()
        }
        E::BadSignature => {
            "the server's certificate was not signed by the authority that it names".into()
        }
        E::BadEncoding => "a certificate is damaged".into(),
        // The usual certificate that somebody made for himself.
        E::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            "the server shows an authority's own certificate; it needs one that is signed by it"
                .into()
        }
        other => format!("the server's certificate is refused: {other}"),
    }
}

/// A time in its greatest unit.
fn between(from: UnixTime, to: UnixTime) -> String {
    let seconds = to.as_secs().saturating_sub(from.as_secs());
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// `UnknownCA` as "unknown CA", `HandshakeFailure` as "handshake failure".
fn words(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut text = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        let is_upper = |at: usize| letters.get(at).is_some_and(char::is_ascii_uppercase);
        let before = at.checked_sub(1);
        if is_upper(at) && before.is_some_and(|before| !is_upper(before)) {
            text.push(' ');
        }
        // An abbreviation keeps its capitals.
        let abbreviated = is_upper(at + 1) || before.is_some_and(is_upper);
        text.push(if abbreviated { letter } else { letter.to_ascii_lowercase() });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn names_become_words() {
        assert_eq!(words("UnknownCA"), "unknown CA");
        assert_eq!(words("HandshakeFailure"), "handshake failure");
        assert_eq!(words("CertificateRequired"), "certificate required");
    }

    #[test]
    fn times_have_one_unit() {
        let at = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        assert_eq!(between(at(10), at(11)), "1 second");
        assert_eq!(between(at(0), at(7300)), "2 hours");
        assert_eq!(between(at(0), at(86_400)), "1 day");
        assert_eq!(between(at(5), at(0)), "0 seconds");
    }
}
