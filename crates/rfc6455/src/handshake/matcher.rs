//! Which of several candidates a text is, without storing the text.

use core::iter::once;

/// Matches a text that comes byte by byte against a list of candidates, in a few bytes of state.
///
/// The state is the first candidate that begins with the text so far, and the length of the text.
/// When a byte differs from that candidate, only later candidates with the same beginning can still
/// match: the earlier ones were ruled out by an earlier byte. The beginning itself needs no
/// storage, since the candidate has it.
///
/// The candidates must be the same ones at every call for the same text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Matcher {
    candidate: usize,
    matched: usize,
    lost: bool,
}

impl Matcher {
    pub(super) const fn new() -> Self {
        Self { candidate: 0, matched: 0, lost: false }
    }

    /// Takes the text's next byte.
    pub(super) fn take<'c>(
        &mut self,
        candidates: impl Iterator<Item = &'c [u8]> + Clone,
        byte: u8,
    ) {
        match self.find(candidates, |after| after.first() == Some(&byte)) {
            Some(candidate) => {
                self.candidate = candidate;
                self.matched = self.matched.wrapping_add(1);
            }
            None => self.lose(),
        }
    }

    /// No candidate can be the text any more.
    pub(super) const fn lose(&mut self) {
        self.lost = true;
    }

    pub(super) const fn is_lost(&self) -> bool {
        self.lost
    }

    /// The index of the candidate that is the text, now that the text has ended.
    pub(super) fn end<'c>(
        &self,
        candidates: impl Iterator<Item = &'c [u8]> + Clone,
    ) -> Option<usize> {
        self.find(candidates, <[u8]>::is_empty)
    }

    /// The first candidate that begins with the text so far and goes on as `accept` wants.
    fn find<'c>(
        &self,
        candidates: impl Iterator<Item = &'c [u8]> + Clone,
        accept: impl Fn(&[u8]) -> bool,
    ) -> Option<usize> {
        if self.lost {
            return None;
        }
        let (text, _) = candidates.clone().nth(self.candidate)?.split_at_checked(self.matched)?;
        candidates
            .enumerate()
            .skip(self.candidate)
            .find(|(_, other)| other.strip_prefix(text).is_some_and(&accept))
            .map(|(index, _)| index)
    }
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
    pub(super) fn take<'c>(
        &mut self,
        candidates: impl Iterator<Item = &'c [u8]> + Clone,
        byte: u8,
    ) {
        if self.text() {
            self.matcher.take(candidates, byte);
        } else {
            self.matcher.lose();
        }
    }

    /// As [`Word::take`], in any case and in a list (RFC 7230 7), whose elements a comma separates;
    /// true if this byte ends one that is `token`, which is in lower case.
    pub(super) fn take_in_list(&mut self, token: &[u8], byte: u8) -> bool {
        if byte == b',' {
            return core::mem::replace(self, Self::new()).is(token);
        }
        self.take(once(token), byte.to_ascii_lowercase());
        false
    }

    /// Whether the word is this one candidate, now that it has ended.
    pub(super) fn is(&self, candidate: &[u8]) -> bool {
        self.end(once(candidate)).is_some()
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

    /// The index of the candidate that is the word, now that it has ended.
    pub(super) fn end<'c>(
        &self,
        candidates: impl Iterator<Item = &'c [u8]> + Clone,
    ) -> Option<usize> {
        self.matcher.end(candidates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index_of(candidates: &[&str], text: &str) -> Option<usize> {
        let candidates = candidates.iter().map(|candidate| candidate.as_bytes());
        let mut matcher = Matcher::new();
        for byte in text.bytes() {
            matcher.take(candidates.clone(), byte);
        }
        matcher.end(candidates)
    }

    #[test]
    fn prefixes_and_forks() {
        let all = ["chatter", "chat", "chart", "cha", "b", "chat"];
        for (index, text) in all.iter().enumerate().take(5) {
            assert_eq!(index_of(&all, text), Some(index), "{text}");
        }
        for text in
            ["", "c", "ch", "chats", "chatte", "chatters", "char", "bb", "a", "Chat", "xchat"]
        {
            assert_eq!(index_of(&all, text), None, "{text}");
        }
        assert_eq!(index_of(&[], "a"), None);
        assert_eq!(index_of(&[], ""), None);
    }
}
