//! Where a session was not as it is written, for a person.

use super::{Cut, time};
use std::fmt;

/// Where a session was not as it is written: the first step that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Title of the session.
    pub title: String,
    /// The line of the file.
    pub line: usize,
    /// Milliseconds of the virtual clock.
    pub at: u64,
    /// How the input was cut.
    pub cut: Cut,
    /// What differs there, at least one.
    pub details: Vec<Detail>,
}

/// One thing that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Detail {
    /// The line of the file.
    pub line: usize,
    /// Where: the AT port, a link, …
    pub place: String,
    /// What was written, with escapes. Empty: nothing.
    pub expected: String,
    /// What came, with escapes. Empty: nothing.
    pub came: String,
}

/// The most characters of a side that are shown before and after the place that differs.
const BEFORE: usize = 40;
const AFTER: usize = 100;

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in \"{}\", at {}{}", self.title, time::visible(self.at), self.cut)?;
        for detail in &self.details {
            write!(f, "\n{detail}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let same = same_chars(&self.expected, &self.came);
        let (expected, _) = around(&self.expected, same);
        let (came, column) = around(&self.came, same);
        writeln!(f, "  line {}, {}", self.line, self.place)?;
        writeln!(f, "  - expected  {expected}")?;
        write!(f, "  + came      {came}")?;
        if !self.expected.is_empty() && !self.came.is_empty() {
            write!(f, "\n              {}^", " ".repeat(column))?;
        }
        Ok(())
    }
}

/// How many characters are the same at the front.
fn same_chars(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count()
}

/// The text around a character of it, and the column of that character in what is left.
fn around(text: &str, at: usize) -> (String, usize) {
    if text.is_empty() {
        return ("(nothing)".to_owned(), 0);
    }
    let skipped = if at > BEFORE + 10 { at - BEFORE } else { 0 };
    let mut shown = String::new();
    if skipped > 0 {
        shown.push('…');
    }
    let mut rest = text.chars().skip(skipped);
    shown.extend(rest.by_ref().take(BEFORE + AFTER));
    if rest.next().is_some() {
        shown.push('…');
    }
    (shown, at - skipped + usize::from(skipped > 0))
}

#[cfg(test)]
mod tests {
    use super::{Cut, Detail, Difference};

    #[test]
    fn what_differs_is_pointed_at() {
        let detail = |expected: &str, came: &str| Detail {
            line: 7,
            place: "the AT port".to_owned(),
            expected: expected.to_owned(),
            came: came.to_owned(),
        };
        let difference = Difference {
            title: "a title".to_owned(),
            line: 6,
            at: 1500,
            cut: Cut::WHOLE,
            details: vec![detail("⏎OK⏎", "⏎ERROR⏎"), detail("", "x")],
        };
        assert_eq!(
            difference.to_string(),
            "in \"a title\", at 1s500ms\n\
             \x20 line 7, the AT port\n\
             \x20 - expected  ⏎OK⏎\n\
             \x20 + came      ⏎ERROR⏎\n\
             \x20              ^\n\
             \x20 line 7, the AT port\n\
             \x20 - expected  (nothing)\n\
             \x20 + came      x"
        );
        let long = format!("{}a{}", "x".repeat(5000), "y".repeat(5000));
        let text = detail(&long, &long.replace('a', "b")).to_string();
        assert!(text.contains("…") && text.contains("xayy") && text.contains("xbyy"), "{text}");
        assert!(text.chars().count() < 700, "{text}");
    }
}
