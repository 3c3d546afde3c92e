//! What several of the traits here are implemented for.

/// `implement! { Trait, ..: Type<T>, T; .. }`: each trait for each type, whose parameters follow it, whatever they are.
macro_rules! implement {
    ($first:ident, $second:ident: $($types:tt)*) => {
        implement! { $first: $($types)* }
        implement! { $second: $($types)* }
    };
    ($name:ident: $($ty:ty $(, $parameter:ident)*;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($parameter),*> $name for $ty {}
    )* };
}

/// Iterators that borrow what they go through, and have no destructor.
macro_rules! borrowing_iterators {
    ($($name:ident),+) => {
        implement! { $($name),+:
            core::slice::Iter<'_, T>, T;
            core::slice::IterMut<'_, T>, T;
            core::slice::Chunks<'_, T>, T;
            core::slice::ChunksMut<'_, T>, T;
            core::slice::ChunksExact<'_, T>, T;
            core::slice::Windows<'_, T>, T;
            alloc::collections::vec_deque::Iter<'_, T>, T;
            alloc::collections::vec_deque::IterMut<'_, T>, T;
            core::option::Iter<'_, T>, T;
            core::option::IterMut<'_, T>, T;
            alloc::collections::btree_map::Iter<'_, K, V>, K, V;
            alloc::collections::btree_map::IterMut<'_, K, V>, K, V;
            alloc::collections::btree_map::Keys<'_, K, V>, K, V;
            alloc::collections::btree_map::Values<'_, K, V>, K, V;
            alloc::collections::btree_map::ValuesMut<'_, K, V>, K, V;
            alloc::collections::btree_map::Range<'_, K, V>, K, V;
            alloc::collections::btree_set::Iter<'_, T>, T;
            core::str::Chars<'_>;
            core::str::CharIndices<'_>;
            core::str::Bytes<'_>;
            core::str::Lines<'_>;
            core::str::SplitWhitespace<'_>;
            core::str::SplitAsciiWhitespace<'_>;
            core::str::Split<'_, char>;
            core::str::Split<'_, &str>;
            core::str::RSplit<'_, char>;
            core::str::RSplit<'_, &str>;
            core::str::SplitN<'_, char>;
            core::str::SplitN<'_, &str>;
            core::str::SplitTerminator<'_, char>;
            core::str::SplitTerminator<'_, &str>;
        }
    };
}

/// The same of what there is with `std` alone.
#[cfg(feature = "std")]
macro_rules! hash_iterators {
    ($($name:ident),+) => {
        implement! { $($name),+:
            std::collections::hash_map::Iter<'_, K, V>, K, V;
            std::collections::hash_map::IterMut<'_, K, V>, K, V;
            std::collections::hash_map::Keys<'_, K, V>, K, V;
            std::collections::hash_map::Values<'_, K, V>, K, V;
            std::collections::hash_map::ValuesMut<'_, K, V>, K, V;
            std::collections::hash_set::Iter<'_, T>, T;
        }
    };
}
