//! The items of a program besides its body: tasks that it waits for, and methods.

use super::{Generator, Type};

/// A task that the body can wait for.
#[derive(Clone, Debug)]
pub(super) struct Child {
    /// The call up to its arguments.
    pub(super) callee: String,
    pub(super) parameters: Vec<Type>,
    pub(super) output: Type,
    pub(super) kind: &'static str,
}

pub(super) fn signature(name: &str, parameters: &[(String, Type)], output: &Type) -> String {
    let parameters: Vec<_> = parameters.iter().map(|(name, ty)| format!("{name}: {}", ty.text())).collect();
    format!("fn {name}({}) -> {}", parameters.join(", "), output.text())
}

impl Generator {
    pub(super) fn parameters(&mut self) -> Vec<(String, Type)> {
        let count = self.random.below(3);
        let parameter = |this: &mut Self| {
            let mutability = if this.random.percent(30) { "mut " } else { "" };
            (format!("{mutability}{}", this.fresh("p")), this.any_type(1))
        };
        (0..count).map(|_| parameter(self)).collect()
    }

    /// Makes children, each of which can wait for those before it.
    pub(super) fn children(&mut self) {
        for _ in 0..self.random.below(3) {
            let name = self.fresh("child");
            let parameters = self.parameters();
            let output = self.output_type();
            let body = self.function(&parameters, &output, 8);
            self.items.push(format!("#[task] {} {body}", signature(&name, &parameters, &output)));
            let parameters = parameters.into_iter().map(|(_, ty)| ty).collect();
            self.children.push(Child { callee: name, parameters, output, kind: "child" });
        }
        if self.random.percent(20) {
            self.method();
        }
    }

    /// A method that takes `self` by value.
    fn method(&mut self) {
        let (class, name) = (self.fresh("Worker"), self.fresh("run"));
        let output = self.output_type();
        let body = self.function(&[("mut own".into(), Type::Loud), ("n".into(), Type::U32)], &output, 8);
        self.items.push(format!(
            "#[derive(Debug)] struct {class} {{ own: Loud }}\n\
             impl {class} {{ #[task] fn {name}(self, n: u32) -> {} {{ let {class} {{ mut own }} = self; {body} }} }}",
            output.text()
        ));
        let made = self.fresh("worker");
        let callee = format!("{class} {{ own: loud(\"{made}\") }}.{name}");
        self.children.push(Child { callee, parameters: vec![Type::U32], output, kind: "method" });
    }
}
