//! Faults as lines of text.

use super::{Fault, Kind, OnNetwork};
use std::fmt;
use std::str::FromStr;

const KNOWN: &str = "expected serial drop, repeat, flip, delay, cut or ok; network refuse, stall, half-open, \
                     reset, slow, cut or ok; or reboot";

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let kind = match words[..] {
            ["reboot"] => Kind::Reboot,
            ["serial", "ok"] => Kind::SerialOk,
            ["serial", "drop", p] => Kind::Drop(probability("serial drop", p)?),
            ["serial", "repeat", p] => Kind::Repeat(probability("serial repeat", p)?),
            ["serial", "flip", p] => Kind::Flip(probability("serial flip", p)?),
            ["serial", "delay", ms] => Kind::Delay(millis("serial delay", ms)?),
            ["serial", "cut", on] => Kind::Cut(switch("serial cut", on)?),
            ["network", link @ ("0" | "1" | "2"), ref rest @ ..] => {
                Kind::Network(link.parse().ok(), network(rest)?)
            }
            ["network", ref rest @ ..] => Kind::Network(None, network(rest)?),
            _ => return Err(format!("{KNOWN}, not {text}")),
        };
        Ok(Self(kind))
    }
}

fn network(words: &[&str]) -> Result<OnNetwork, String> {
    Ok(match words {
        ["refuse"] => OnNetwork::Refuse,
        ["stall"] => OnNetwork::Stall,
        ["half-open"] => OnNetwork::HalfOpen,
        ["reset"] => OnNetwork::Reset,
        ["slow", ms] => OnNetwork::Slow(millis("network slow", ms)?),
        ["cut", on] => OnNetwork::Cut(switch("network cut", on)?),
        ["ok"] => OnNetwork::Ok,
        _ => return Err(format!("{KNOWN}, not network {}", words.join(" "))),
    })
}

impl fmt::Display for Fault {
    /// The line that means it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let switch = |on| if on { "on" } else { "off" };
        let (link, what) = match self.0 {
            Kind::Reboot => return f.write_str("reboot"),
            Kind::SerialOk => return f.write_str("serial ok"),
            Kind::Drop(probability) => return write!(f, "serial drop {probability}"),
            Kind::Repeat(probability) => return write!(f, "serial repeat {probability}"),
            Kind::Flip(probability) => return write!(f, "serial flip {probability}"),
            Kind::Delay(millis) => return write!(f, "serial delay {millis}"),
            Kind::Cut(on) => return write!(f, "serial cut {}", switch(on)),
            Kind::Network(link, what) => (link, what),
        };
        f.write_str("network ")?;
        if let Some(link) = link {
            write!(f, "{link} ")?;
        }
        match what {
            OnNetwork::Refuse => f.write_str("refuse"),
            OnNetwork::Stall => f.write_str("stall"),
            OnNetwork::HalfOpen => f.write_str("half-open"),
            OnNetwork::Reset => f.write_str("reset"),
            OnNetwork::Slow(millis) => write!(f, "slow {millis}"),
            OnNetwork::Cut(on) => write!(f, "cut {}", switch(on)),
            OnNetwork::Ok => f.write_str("ok"),
        }
    }
}

fn probability(what: &str, text: &str) -> Result<f64, String> {
    let parsed = text.parse().ok().filter(|p| (0.0..=1.0).contains(p));
    parsed.ok_or_else(|| format!("expected a probability from 0 to 1 behind {what}, not {text}"))
}

fn millis(what: &str, text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("expected milliseconds behind {what}, not {text}"))
}

fn switch(what: &str, text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("expected on or off behind {what}, not {text}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Kind, OnNetwork};

    #[test]
    fn lines() {
        for (text, kind) in [
            ("serial drop 0.5", Kind::Drop(0.5)),
            (" serial  flip 1 ", Kind::Flip(1.0)),
            ("serial repeat 0", Kind::Repeat(0.0)),
            ("serial delay 20", Kind::Delay(20)),
            ("serial cut on", Kind::Cut(true)),
            ("serial ok", Kind::SerialOk),
            ("reboot", Kind::Reboot),
            ("network refuse", Kind::Network(None, OnNetwork::Refuse)),
            ("network 2 half-open", Kind::Network(Some(2), OnNetwork::HalfOpen)),
            ("network 0 slow 100", Kind::Network(Some(0), OnNetwork::Slow(100))),
            ("network cut off", Kind::Network(None, OnNetwork::Cut(false))),
        ] {
            assert_eq!(text.parse(), Ok(Fault(kind)), "{text}");
            let words: Vec<_> = text.split_whitespace().collect();
            assert_eq!(Fault(kind).to_string(), words.join(" "));
        }
        for (text, error) in [
            ("", "expected serial drop"),
            ("serial drop", "expected serial drop"),
            ("serial drop x", "expected a probability from 0 to 1 behind serial drop, not x"),
            ("serial drop NaN", "expected a probability"),
            ("serial delay -1", "expected milliseconds behind serial delay, not -1"),
            ("network 3 stall", "expected serial drop"),
            ("network cut", "expected serial drop"),
            ("network cut maybe", "expected on or off behind network cut, not maybe"),
        ] {
            let result = text.parse::<Fault>().unwrap_err();
            assert!(result.starts_with(error), "{text}: {result}");
        }
    }
}
