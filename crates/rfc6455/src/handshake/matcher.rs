//! Which of several candidates a text is, without storing the text.

use super::text::{is_field_byte, is_space, trim};

/// Matches a text that comes byte by byte against a list of candidates, in a few bytes of state.
///
/// The list is one text, with a comma and white space between each two candidates: so one piece of code walks
/// over names of ours and over what a caller offers, and a candidate is known by where it begins.
///
/// The state is the first candidate that begins with the text so far, and the length of the text.
/// When a byte differs from that candidate, only later candidates with the same beginning can still
/// match: the earlier ones were ruled out by an earlier byte. The beginning itself needs no
/// storage, since the candidate has it.
///
/// The list must be the same one at every call for the same text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Matcher {
    /// Where the candidate begins.
    candidate: usize,
    matched: usize,
    lost: bool,
}

impl Matcher {
    pub(super) const fn new() -> Self {
        Self { candidate: 0, matched: 0, lost: false }
    }

    /// Takes the text's next byte.
    pub(super) fn take(&mut self, candidates: &[u8], byte: u8) {
        match self.find(candidates, Some(byte)) {
            Some(candidate) => {
                self.candidate = candidate;
                self.matched = self.matched.wrapping_add(1);
            }
            None => self.lose(),
        }
    }

    /// Takes bytes that are the next ones of the candidate at hand, as long as they may stand in a header; how
    /// many. What `folded` makes of a byte is compared.
    fn run(&mut self, candidates: &[u8], bytes: &[u8], folded: fn(&u8) -> u8) -> usize {
        let next = self.candidate.saturating_add(self.matched);
        let after = if self.lost { None } else { candidates.get(next..) };
        let pairs = after.unwrap_or_default().iter().zip(bytes);
        let alike = pairs.take_while(|(next, byte)| {
            **next == folded(byte) && is_field_byte(**byte) && !is_separator(**byte)
        });
        let taken = alike.count();
        self.matched = self.matched.wrapping_add(taken);
        taken
    }

    /// No candidate can be the text any more.
    pub(super) const fn lose(&mut self) {
        self.lost = true;
    }

    pub(super) const fn is_lost(&self) -> bool {
        self.lost
    }

    /// Where the candidate begins that is the text, now that the text has ended.
    pub(super) fn end(&self, candidates: &[u8]) -> Option<usize> {
        self.find(candidates, None)
    }

    /// The first candidate that begins with the text so far and has this byte next, or nothing.
    fn find(&self, candidates: &[u8], next: Option<u8>) -> Option<usize> {
        if self.lost {
            return None;
        }
        let after = candidates.get(self.candidate.saturating_add(self.matched)..)?;
        // Nearly always the byte is the next one of the candidate at hand; then nothing is walked over.
        if next.is_some_and(|next| after.first() == Some(&next) && !is_separator(next)) {
            return Some(self.candidate);
        }
        let (text, _) = candidates.get(self.candidate..)?.split_at_checked(self.matched)?;
        let mut at = self.candidate;
        while let Some(rest) = candidates.get(at..)
            && let Some(first) = rest.first()
        {
            if is_separator(*first) {
                at = at.saturating_add(1);
                continue;
            }
            let is_it = rest.strip_prefix(text).is_some_and(|after| match next {
                Some(next) => after.first() == Some(&next) && !is_separator(next),
                None => first_word(rest) == text,
            });
            if is_it {
                return Some(at);
            }
            let comma = rest.iter().position(|byte| *byte == b',').unwrap_or(rest.len());
            at = at.saturating_add(comma);
        }
        None
    }
}

/// What a list that begins with a candidate begins with, up to the comma or the white space before that.
pub(super) fn first_word(list: &[u8]) -> &[u8] {
    let comma = list.iter().position(|byte| *byte == b',');
    trim(comma.and_then(|comma| list.get(..comma)).unwrap_or(list))
}

/// How many candidates stand before the one that begins at `at`, in a list with one comma between each two.
pub(super) fn count_before(list: &[u8], at: usize) -> usize {
    list.iter().take(at).filter(|byte| **byte == b',').count()
}

/// RFC 7230 7: a comma, and white space around it.
pub(super) const fn is_separator(byte: u8) -> bool {
    byte == b',' || is_space(byte)
}

/// Where in a value, or in an element of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Place {
    /// Nothing but white space so far.
    Before,
    Inside,
    /// White space behind the text.
    After,
}

/// Matches one word: a value, or an element of a list, with white space around it (RFC 7230 3.2.3)
/// and none inside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Word {
    place: Place,
    matcher: Matcher,
}

impl Word {
    pub(super) const fn new() -> Self {
        Self { place: Place::Before, matcher: Matcher::new() }
    }

    /// Takes the word's next byte, which is not white space.
    pub(super) fn take(&mut self, candidates: &[u8], byte: u8) {
        if self.text() {
            self.matcher.take(candidates, byte);
        } else {
            self.matcher.lose();
        }
    }

    /// Takes bytes that go on with the candidate at hand; how many.
    pub(super) fn run(&mut self, candidates: &[u8], bytes: &[u8]) -> usize {
        self.run_folded(candidates, bytes, |byte| *byte)
    }

    /// The same, in any case: the candidates are in lower case.
    pub(super) fn run_in_any_case(&mut self, candidates: &[u8], bytes: &[u8]) -> usize {
        self.run_folded(candidates, bytes, u8::to_ascii_lowercase)
    }

    fn run_folded(&mut self, candidates: &[u8], bytes: &[u8], folded: fn(&u8) -> u8) -> usize {
        match self.place {
            Place::Inside => self.matcher.run(candidates, bytes, folded),
            Place::Before | Place::After => 0,
        }
    }

    /// As [`Word::take`], in any case and in a list (RFC 7230 7), whose elements a comma separates;
    /// true if this byte ends one that is `token`, which is in lower case.
    pub(super) fn take_in_list(&mut self, token: &[u8], byte: u8) -> bool {
        if byte == b',' {
            return core::mem::replace(self, Self::new()).is(token);
        }
        self.take(token, byte.to_ascii_lowercase());
        false
    }

    /// Whether the word is this one candidate, now that it has ended.
    pub(super) fn is(&self, candidate: &[u8]) -> bool {
        self.end(candidate).is_some()
    }

    /// A byte that is not white space is to be matched elsewhere; false if white space separates it
    /// from the text before.
    pub(super) const fn text(&mut self) -> bool {
        match self.place {
            Place::Before => self.place = Place::Inside,
            Place::Inside => {}
            Place::After => return false,
        }
        true
    }

    /// Takes white space.
    pub(super) const fn space(&mut self) {
        if let Place::Inside = self.place {
            self.place = Place::After;
        }
    }

    /// No candidate can be the word any more.
    pub(super) const fn is_lost(&self) -> bool {
        self.matcher.is_lost()
    }

    /// Where the candidate begins that is the word, now that it has ended.
    pub(super) fn end(&self, candidates: &[u8]) -> Option<usize> {
        self.matcher.end(candidates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'c>(candidates: &'c str, text: &str) -> Option<&'c str> {
        let list = candidates.as_bytes();
        let mut matcher = Matcher::new();
        for byte in text.bytes() {
            matcher.take(list, byte);
        }
        matcher.end(list).map(|at| &candidates[at..])
    }

    #[test]
    fn prefixes_and_forks() {
        let all = "chatter,chat,chart,\t, cha ,,b, chat";
        for (text, rest) in [
            ("chatter", all),
            ("chat", "chat,chart,\t, cha ,,b, chat"),
            ("chart", "chart,\t, cha ,,b, chat"),
            ("cha", "cha ,,b, chat"),
            ("b", "b, chat"),
        ] {
            assert_eq!(found(all, text), Some(rest), "{text}");
        }
        for text in
            ["", "c", "ch", "chats", "chatte", "chatters", "char", "bb", "a", "Chat", "xchat"]
        {
            assert_eq!(found(all, text), None, "{text}");
        }
        for text in ["", "a", ",", "chat,", "chat,chart"] {
            assert_eq!(found("", text), None, "{text}");
            assert_eq!(found(",", text), None, "{text}");
            assert_eq!(found(all, text), None, "{text}");
        }
    }
}
