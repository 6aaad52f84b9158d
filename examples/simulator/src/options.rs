//! What a simulator is started with: the modules' behaviour, TLS, and names with given addresses.

use crate::tls::{Certificates, Verification};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use wsat::device::Config;

/// The options of a [`Simulator`](crate::Simulator). Begin with a [`Config`] and change what is to be
/// different:
///
/// ```
/// use wsat::{Dialect, device::Config};
/// use wsat_sim::{Options, Simulator, Verification};
///
/// let mut options = Options::from(Config::new(Dialect::V4_1));
/// options.verification = Verification::AsModule;
/// options.resolve.push("demo.example:443:127.0.0.1:8443".parse()?);
/// let simulator = Simulator::new(options)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// That of every module.
    pub config: Config,
    /// Which servers a `wss://` link believes.
    pub verification: Verification,
    /// The certificates that every module has.
    pub certificates: Certificates,
    /// Names that are not looked up. The first that fits counts, and before it one with the name
    /// itself.
    pub resolve: Vec<Resolve>,
}

impl From<Config> for Options {
    fn from(config: Config) -> Self {
        Self { config, ..Self::default() }
    }
}

/// `HOST:PORT:ADDRESS[:PORT]`: connections to a host and a port go to this address instead, as with
/// curl's option `--resolve`. `HOST` may be `*`, which is every host; an IPv6 address with a port stands in
/// brackets.
///
/// The port at the end is an extension to curl's: it is that of a local server in place of the real
/// one. What the server hears (the name in TLS, `Host`) stays as it is in the URI.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resolve {
    /// `None`: every host.
    host: Option<String>,
    port: u16,
    to: SocketAddr,
}

impl FromStr for Resolve {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| {
            "expected HOST:PORT:ADDRESS, for example demo.example:443:127.0.0.1, \
             or with another port behind it, demo.example:443:127.0.0.1:8443"
                .to_owned()
        })
    }
}

impl Resolve {
    fn parse(text: &str) -> Option<Self> {
        let (host, rest) = match text.strip_prefix('[') {
            Some(rest) => rest.split_once("]:")?,
            None => text.split_once(':')?,
        };
        let (port, address) = rest.split_once(':')?;
        let port = port.parse().ok().filter(|&port| port != 0)?;
        let bare = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let to = match bare.unwrap_or(address).parse::<IpAddr>() {
            Ok(address) => SocketAddr::new(address, port),
            Err(_) => address.parse().ok()?,
        };
        let host = match host {
            "" => return None,
            "*" => None,
            host => Some(host.to_owned()),
        };
        Some(Self { host, port, to })
    }

    /// The address for this host and port, if one is given.
    pub(crate) fn find(given: &[Self], host: &str, port: u16) -> Option<SocketAddr> {
        let mine = |given: &&Self| {
            given.port == port
                && given.host.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(host))
        };
        let every = |given: &&Self| given.port == port && given.host.is_none();
        given.iter().find(mine).or_else(|| given.iter().find(every)).map(|given| given.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn leads(text: &str, host: &str, port: u16) -> String {
        let given = [text.parse().unwrap()];
        Resolve::find(&given, host, port).map_or_else(String::new, |to| to.to_string())
    }

    #[test]
    fn addresses_with_and_without_a_port() {
        assert_eq!(leads("a.example:443:192.0.2.1", "a.example", 443), "192.0.2.1:443");
        assert_eq!(leads("a.example:443:192.0.2.1:8443", "A.Example", 443), "192.0.2.1:8443");
        assert_eq!(leads("a.example:443:[::1]", "a.example", 443), "[::1]:443");
        assert_eq!(leads("a.example:443:::1", "a.example", 443), "[::1]:443");
        assert_eq!(leads("a.example:443:[::1]:8443", "a.example", 443), "[::1]:8443");
        assert_eq!(leads("[2001:db8::1]:80:127.0.0.1", "2001:db8::1", 80), "127.0.0.1:80");
    }

    #[test]
    fn others_are_looked_up() {
        assert_eq!(leads("a.example:443:192.0.2.1", "b.example", 443), "");
        assert_eq!(leads("a.example:443:192.0.2.1", "a.example", 80), "");
        assert_eq!(leads("*:443:192.0.2.1", "b.example", 443), "192.0.2.1:443");
        assert_eq!(leads("*:443:192.0.2.1", "b.example", 80), "");
    }

    #[test]
    fn the_name_itself_comes_first() {
        let given =
            ["*:443:192.0.2.1", "a.example:443:192.0.2.2"].map(|text| text.parse().unwrap());
        let to = |host| Resolve::find(&given, host, 443).map(|to| to.ip().to_string());
        assert_eq!(to("a.example").as_deref(), Some("192.0.2.2"));
        assert_eq!(to("b.example").as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn what_is_none() {
        for text in ["", "a", "a:443", "a:443:", "a:443:name", "a:0:::1", ":443:::1", "a:b:::1"] {
            assert!(text.parse::<Resolve>().is_err(), "{text}");
        }
    }
}
