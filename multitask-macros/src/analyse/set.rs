//! Sets of locals, as bits: the analyses make one for each event.

use crate::names::LocalId;

/// A set of locals.
#[derive(Clone, Default)]
pub(crate) struct LocalSet {
    words: Vec<u64>,
}

impl LocalSet {
    fn bit(local: LocalId) -> (usize, u64) {
        (local.0 / 64, 1 << (local.0 % 64))
    }

    pub(crate) fn contains(&self, local: &LocalId) -> bool {
        let (word, bit) = Self::bit(*local);
        self.words.get(word).is_some_and(|bits| bits & bit != 0)
    }

    pub(crate) fn insert(&mut self, local: LocalId) {
        let (word, bit) = Self::bit(local);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= bit;
    }

    pub(crate) fn remove(&mut self, local: &LocalId) {
        let (word, bit) = Self::bit(*local);
        if let Some(bits) = self.words.get_mut(word) {
            *bits &= !bit;
        }
    }

    /// Adds those of `other`; whether any of them was not there.
    pub(crate) fn union_with(&mut self, other: &LocalSet) -> bool {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        let mut grown = false;
        for (bits, more) in self.words.iter_mut().zip(&other.words) {
            grown |= more & !*bits != 0;
            *bits |= more;
        }
        grown
    }
}

impl Extend<LocalId> for LocalSet {
    fn extend<I: IntoIterator<Item = LocalId>>(&mut self, locals: I) {
        locals.into_iter().for_each(|local| self.insert(local));
    }
}

impl FromIterator<LocalId> for LocalSet {
    fn from_iter<I: IntoIterator<Item = LocalId>>(locals: I) -> Self {
        let mut set = LocalSet::default();
        set.extend(locals);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_many_locals() {
        let mut set: LocalSet = [3, 64, 200].map(LocalId).into_iter().collect();
        assert!([3, 64, 200].iter().all(|&local| set.contains(&LocalId(local))));
        assert!([0, 2, 63, 199, 1000].iter().all(|&local| !set.contains(&LocalId(local))));
        set.remove(&LocalId(64));
        set.remove(&LocalId(1000));
        assert!(!set.contains(&LocalId(64)));
        let more: LocalSet = [64, 65].map(LocalId).into_iter().collect();
        assert!(set.union_with(&more));
        assert!(!set.union_with(&more));
        assert!(set.contains(&LocalId(65)) && set.contains(&LocalId(200)));
    }
}
