//! Times as a person writes them: `1h30m`, `9s999ms`, `10_999`.

/// Reads a time in milliseconds; a number without a unit is that.
pub(super) fn parse(text: &str) -> Option<u64> {
    let text = text.replace('_', "");
    if let Ok(millis) = text.parse() {
        return Some(millis);
    }
    let mut rest = text.as_str();
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest[..digits].parse().ok()?;
        let unit_len = rest[digits..].find(|c: char| c.is_ascii_digit());
        let end = unit_len.map_or(rest.len(), |len| digits + len);
        let unit = match &rest[digits..end] {
            "h" => 3_600_000,
            "m" => 60_000,
            "s" => 1000,
            "ms" => 1,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = &rest[end..];
    }
    (!text.is_empty()).then_some(total)
}

/// A time for a person.
pub(super) fn visible(millis: u64) -> String {
    let (hours, minutes) = (millis / 3_600_000, millis / 60_000 % 60);
    let (seconds, rest) = (millis / 1000 % 60, millis % 1000);
    let parts = [(hours, "h"), (minutes, "m"), (seconds, "s"), (rest, "ms")];
    let text: String = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number}{unit}"))
        .collect();
    if text.is_empty() { "0ms".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::{parse, visible};

    #[test]
    fn times() {
        for (text, millis) in [
            ("0", 0),
            ("10_999", 10_999),
            ("250ms", 250),
            ("10s", 10_000),
            ("9s999ms", 9_999),
            ("1h30m", 5_400_000),
        ] {
            assert_eq!(parse(text), Some(millis), "{text}");
            assert_eq!(parse(&visible(millis)), Some(millis), "{text}");
        }
        for text in ["", "s", "10x", "10s5", "-1", "1.5s", "99999999999999999999h"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
