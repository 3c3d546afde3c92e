//! What the generators work on. The program for the nightly compiler has this file, too.

use std::hint::black_box;

/// Of the tree.
pub(crate) const LEVELS: u32 = 20;

/// Of the text, about.
pub(crate) const BYTES: usize = 10_000_000;

/// Consumes a generator, item by item.
pub(crate) fn sum(items: impl Iterator<Item = u64>) -> u64 {
    let mut sum = 0u64;
    for item in items {
        sum = sum.wrapping_add(black_box(item));
    }
    sum
}

/// Consumes a tokenizer.
pub(crate) fn digest<'a>(tokens: impl Iterator<Item = Token<'a>>) -> u64 {
    let mut sum = 0u64;
    for token in tokens {
        sum = sum.wrapping_add(black_box(token).digest());
    }
    sum
}

/// A node of a complete binary tree, which takes no memory: what is measured is the walk.
#[derive(Clone, Copy)]
pub(crate) struct Node {
    pub(crate) value: u64,
    /// How many levels there are below it.
    height: u32,
}

impl Node {
    /// Of a tree with so many levels, at least one: 2 to the power of them, less one, values.
    pub(crate) fn root(levels: u32) -> Node {
        Node { value: 1, height: levels - 1 }
    }

    #[inline]
    pub(crate) fn left(self) -> Option<Node> {
        let height = self.height.checked_sub(1)?;
        Some(Node { value: 2 * self.value, height })
    }

    #[inline]
    pub(crate) fn right(self) -> Option<Node> {
        let height = self.height.checked_sub(1)?;
        Some(Node { value: 2 * self.value + 1, height })
    }
}

/// A word, a number or a sign of a text.
pub(crate) enum Token<'a> {
    Word(&'a str),
    Number(u64),
    Sign(u8),
}

impl Token<'_> {
    pub(crate) fn digest(&self) -> u64 {
        match self {
            Token::Word(word) => word.len() as u64,
            Token::Number(number) => *number,
            Token::Sign(sign) => u64::from(*sign),
        }
    }
}

/// A text of about so many bytes, the same each time.
pub(crate) fn text(bytes: usize) -> String {
    const WORDS: [&str; 8] = ["while", "x", "counter", "return", "buffer_length", "if", "total", "next_item"];
    const SIGNS: [&str; 8] = ["(", ")", "{", "}", ";", "+", "=", "<"];
    let mut text = String::with_capacity(bytes + 32);
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    while text.len() < bytes {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let chosen = (random >> 40) as usize % 8;
        match random >> 60 {
            0..=6 => text.push_str(WORDS[chosen]),
            7..=9 => text.push_str(&(random >> 44).to_string()),
            _ => text.push_str(SIGNS[chosen]),
        }
        text.push(if chosen == 0 { '\n' } else { ' ' });
    }
    text
}

/// The token that begins at a place of a text, if it is not a blank, and where it ends.
#[inline(always)]
pub(crate) fn token(text: &str, start: usize) -> (Option<Token<'_>>, usize) {
    let bytes = text.as_bytes();
    let mut end = start + 1;
    let token = match bytes[start] {
        b' ' | b'\n' => None,
        b'a'..=b'z' | b'_' => {
            while end < bytes.len() && matches!(bytes[end], b'a'..=b'z' | b'_') {
                end += 1;
            }
            Some(Token::Word(&text[start..end]))
        }
        digit @ b'0'..=b'9' => {
            let mut number = u64::from(digit - b'0');
            while end < bytes.len() && bytes[end].is_ascii_digit() {
                number = number * 10 + u64::from(bytes[end] - b'0');
                end += 1;
            }
            Some(Token::Number(number))
        }
        sign => Some(Token::Sign(sign)),
    };
    (token, end)
}
