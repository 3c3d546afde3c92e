//! Makes programs: well-typed by construction, the same for the same seed.
//!
//! A program is text. While it is written the generator keeps track of the locals in scope (`scope`): what is moved,
//! lent, initialised. So nearly every program compiles as an `async` function; one that does not is left out.

mod children;
mod expressions;
mod operations;
mod scope;
mod statements;
mod types;

use crate::{coverage::Coverage, random::Random};
use children::Child;
use scope::{Loan, Place, Scope};
use types::Type;

/// A program: items, of which one is `#[task] fn body`.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it was made of.
    pub seed: u64,
    /// The items, as text.
    pub items: String,
    /// The call of `body`.
    pub call: String,
    /// What it reaches.
    pub coverage: Coverage,
}

/// The program of a seed.
pub fn program(seed: u64) -> Program {
    let mut generator = Generator::new(seed);
    generator.children();
    let parameters = generator.parameters();
    let output = generator.output_type();
    // There must be something to compare.
    let body = loop {
        let before = generator.clone();
        let body = generator.function(&parameters, &output, 40);
        if generator.yields > 0 {
            break body;
        }
        let random = generator.random;
        generator = Generator { random, ..before };
    };
    let signature = children::signature("body", &parameters, &output);
    let arguments: Vec<_> = parameters.iter().map(|(_, ty)| generator.literal(ty)).collect();
    let mut items = generator.items.join("\n");
    items += &format!("\n#[task] {signature} {body}\n");
    Program { seed, items, call: format!("body({})", arguments.join(", ")), coverage: generator.coverage }
}

/// A loop, or a labelled block, around what is generated.
#[derive(Clone)]
struct Target {
    label: Option<String>,
    is_loop: bool,
    /// What `break` takes; none where it takes nothing.
    value: Option<Type>,
    /// What is moved where it is left.
    exits: Vec<Scope>,
    /// It is about to be left, and must not go on: it would do so for ever.
    ends: bool,
}

#[derive(Clone)]
struct Generator {
    random: Random,
    coverage: Coverage,
    scope: Scope,
    targets: Vec<Target>,
    output: Type,
    children: Vec<Child>,
    items: Vec<String>,
    /// How many names have been given.
    names: usize,
    /// How much more may be generated.
    fuel: usize,
    depth: usize,
    /// How many places are around where no yield can be.
    quiet: usize,
    /// How many yields there are so far.
    yields: usize,
    /// What is generated is not reached.
    dead: bool,
    /// The compiler knows the type of what is generated.
    type_is_known: bool,
    /// A `break` without a label may not be written.
    in_condition: bool,
}

const DEEPEST: usize = 5;

impl Generator {
    fn new(seed: u64) -> Self {
        Generator {
            random: Random::new(seed),
            coverage: Coverage::default(),
            scope: Scope::default(),
            targets: Vec::new(),
            output: Type::Unit,
            children: Vec::new(),
            items: Vec::new(),
            names: 0,
            fuel: 0,
            depth: 0,
            quiet: 0,
            yields: 0,
            dead: false,
            type_is_known: false,
            in_condition: false,
        }
    }

    fn reach(&mut self, construct: &str) {
        self.coverage.reach(construct);
    }

    /// A name that nothing has yet.
    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    /// A name for a local: at times one that hides another local.
    fn local_name(&mut self) -> String {
        let visible = self.scope.visible_names();
        if !visible.is_empty() && self.random.percent(20) {
            self.reach("let: shadowing");
            return self.random.pick(&visible).clone();
        }
        self.fresh("x")
    }

    fn output_type(&mut self) -> Type {
        match self.random.below(8) {
            0 | 1 => Type::Outcome,
            2 => Type::option(Type::Loud),
            3 => Type::Loud,
            _ => self.any_type(2),
        }
    }

    fn any_type(&mut self, depth: usize) -> Type {
        if depth == 0 || self.random.percent(60) {
            let simple = [
                (30, Type::U32),
                (8, Type::Bool),
                (8, Type::String),
                (4, Type::Str),
                (2, Type::Unit),
                (35, Type::Loud),
                (10, Type::Pair),
                (8, Type::Outcome),
            ];
            let weights: Vec<_> = simple.iter().enumerate().map(|(index, (weight, _))| (*weight, index)).collect();
            return simple[self.random.weighted(&weights)].1.clone();
        }
        match self.random.below(9) {
            0..3 => {
                let length = 2 + self.random.below(2);
                Type::Tuple((0..length).map(|_| self.any_type(depth - 1)).collect())
            }
            3 => Type::Array(Box::new(self.any_type(depth - 1)), 1 + self.random.below(3)),
            4..6 => Type::option(self.any_type(depth - 1)),
            6 | 7 => Type::vec(self.any_type(depth - 1)),
            _ => Type::boxed(self.any_type(depth - 1)),
        }
    }

    /// The body of a function with these parameters.
    fn function(&mut self, parameters: &[(String, Type)], output: &Type, fuel: usize) -> String {
        self.fuel = fuel;
        self.scope = Scope::default();
        self.output = output.clone();
        for (name, ty) in parameters {
            let (name, mutable) = match name.strip_prefix("mut ") {
                Some(name) => (name, true),
                None => (name.as_str(), false),
            };
            self.scope.declare(name, ty.clone(), mutable);
        }
        self.dead = false;
        let text = self.block(output);
        self.dead = false;
        text
    }

    /// What `f` generates begins with the locals as they are now, and ends in a scope of its own. Returns what has
    /// become of the locals on that way; none where it does not come to its end.
    fn way(&mut self, f: impl FnOnce(&mut Self) -> String) -> (String, Option<Scope>) {
        let (before, height) = (self.scope.clone(), self.scope.height());
        let was_dead = std::mem::replace(&mut self.dead, false);
        let text = f(self);
        self.scope.end(height);
        let after = std::mem::replace(&mut self.scope, before);
        let end = (!self.dead).then_some(after);
        self.dead = was_dead;
        (text, end)
    }

    /// Goes on where these ways come together.
    fn join(&mut self, ways: Vec<Option<Scope>>) {
        let (level, leaving) = (self.scope.level, self.scope.leaving);
        let mut ends = ways.into_iter().flatten();
        match ends.next() {
            None => self.dead = true,
            Some(mut first) => {
                ends.for_each(|end| first.merge(&end));
                self.scope = first;
                (self.scope.level, self.scope.leaving) = (level, leaving);
            }
        }
    }

    fn one_of(&mut self, places: Vec<Place>) -> Option<Place> {
        if places.is_empty() { None } else { Some(self.random.pick(&places).clone()) }
    }

    /// Lends `place` while `f` generates.
    fn while_lent<R>(&mut self, place: &Place, loan: Loan, f: impl FnOnce(&mut Self) -> R) -> R {
        self.scope.lend(place.root, loan);
        let result = f(self);
        self.scope.release(place.root, loan);
        result
    }

    fn without_yields<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        self.quiet += 1;
        let result = f(self);
        self.quiet -= 1;
        result
    }
}

/// An operand of an operator, or a receiver: in parentheses if it would be read otherwise.
fn tight(text: String) -> String {
    let mut depth = 0;
    let open = text.starts_with(['&', '*', '!', '-', '|', '{', '\'']);
    let spaced = text.chars().any(|c| match c {
        '(' | '[' | '{' => {
            depth += 1;
            false
        }
        ')' | ']' | '}' => {
            depth -= 1;
            false
        }
        c => c == ' ' && depth == 0,
    });
    if open || spaced { format!("({text})") } else { text }
}

/// A condition or a scrutinee, in which a struct may not be written.
fn head(text: String) -> String {
    if ["{", "if ", "match ", "loop "].iter().any(|construct| text.starts_with(construct)) {
        return text;
    }
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '{' if depth == 0 => return format!("({text})"),
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
    }
    text
}
