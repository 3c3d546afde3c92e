//! What a parser is made of: tokens, and a place among them, for bodies that borrow from a struct's own parts.

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub enum Tok {
    /// A number.
    Num(i64),
    /// An operator.
    Op(char),
    /// What comes after the last.
    Eof,
}

/// Tokens, and how far they have been read.
#[derive(Debug)]
pub struct Parser {
    /// All of them.
    pub toks: Vec<Tok>,
    /// How many have been read.
    pub pos: usize,
}

impl Parser {
    /// The next token, which stays the next one.
    #[must_use]
    pub fn peek(&self) -> &Tok {
        self.toks.get(self.pos).unwrap_or(&Tok::Eof)
    }

    /// The same, to be changed; none after the last.
    pub fn at(&mut self) -> Option<&mut Tok> {
        self.toks.get_mut(self.pos)
    }

    /// Reads a token.
    pub fn bump(&mut self) -> Tok {
        let tok = self.peek().clone();
        self.pos += 1;
        tok
    }
}
