//! The types of the values in a program.

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Unit,
    U32,
    Bool,
    /// `&'static str`
    Str,
    String,
    Loud,
    Pair,
    Tuple(Vec<Type>),
    Array(Box<Type>, usize),
    Option(Box<Type>),
    Vec(Box<Type>),
    Box(Box<Type>),
    /// `Result<u32, Loud>`
    Outcome,
    Ref(Box<Type>),
    RefMut(Box<Type>),
    /// `impl Fn() -> u32`
    Closure,
}

impl Type {
    pub(crate) fn option(of: Type) -> Type {
        Type::Option(Box::new(of))
    }

    pub(crate) fn vec(of: Type) -> Type {
        Type::Vec(Box::new(of))
    }

    pub(crate) fn boxed(of: Type) -> Type {
        Type::Box(Box::new(of))
    }

    pub(crate) fn is_copy(&self) -> bool {
        match self {
            Type::Unit | Type::U32 | Type::Bool | Type::Str | Type::Ref(_) => true,
            Type::Tuple(types) => types.iter().all(Type::is_copy),
            Type::Array(of, _) | Type::Option(of) => of.is_copy(),
            Type::String
            | Type::Loud
            | Type::Pair
            | Type::Vec(_)
            | Type::Box(_)
            | Type::Outcome
            | Type::RefMut(_)
            | Type::Closure => false,
        }
    }

    /// As it is written; not of a reference or a closure, which never are.
    pub(crate) fn text(&self) -> String {
        match self {
            Type::Unit => "()".into(),
            Type::U32 => "u32".into(),
            Type::Bool => "bool".into(),
            Type::Str => "&'static str".into(),
            Type::String => "String".into(),
            Type::Loud => "Loud".into(),
            Type::Pair => "Pair".into(),
            Type::Tuple(types) => {
                let texts: Vec<_> = types.iter().map(Type::text).collect();
                format!("({})", texts.join(", "))
            }
            Type::Array(of, length) => format!("[{}; {length}]", of.text()),
            Type::Option(of) => format!("Option<{}>", of.text()),
            Type::Vec(of) => format!("Vec<{}>", of.text()),
            Type::Box(of) => format!("Box<{}>", of.text()),
            Type::Outcome => "Result<u32, Loud>".into(),
            Type::Ref(_) | Type::RefMut(_) | Type::Closure => unreachable!("the type of a borrow is inferred"),
        }
    }
}
