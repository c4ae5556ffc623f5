//! Which element's xml:base or xml:lang is in force where. A tree in, a list out in which one looks up, so that a
//! million values in a document that carries them at every level cost no walk to the top each.

use super::{NodeId, Ns, Tree};

/// The elements that carry an attribute of `xml:`, in document order.
#[derive(Debug, Default)]
pub(super) struct Scopes(Vec<Scope>);

#[derive(Debug, Clone, Copy)]
struct Scope {
    node: NodeId,
    /// One behind the last node that it holds.
    end: u32,
    /// Place in the list of the one around it.
    outer: Option<usize>,
}

impl Scopes {
    /// Finds the elements that carry `xml:NAME`.
    pub(super) fn of(tree: &Tree, name: &str) -> Self {
        let mut scopes: Vec<Scope> = Vec::new();
        let mut innermost: Option<usize> = None;
        for node in tree.elements() {
            if !tree.attributes(node).any(|(ns, local, _)| ns == Ns::Xml && local == name) {
                continue;
            }
            while let Some(scope) = innermost.map(|at| scopes[at]).filter(|scope| scope.end <= node.0) {
                innermost = scope.outer;
            }
            scopes.push(Scope { node, end: tree.end(node), outer: innermost });
            innermost = Some(scopes.len() - 1);
        }
        Self(scopes)
    }

    /// The elements around `id` that carry the attribute, itself included, from the inside out.
    pub(super) fn around(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let last = self.0.partition_point(|scope| scope.node <= id).checked_sub(1);
        let outward = std::iter::successors(last, |at| self.0[*at].outer).map(|at| self.0[at]);
        outward.filter(move |scope| id.0 < scope.end).map(|scope| scope.node)
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use crate::parse::repairs::Repairs;

    #[test]
    fn the_innermost_that_holds_an_element_comes_first() {
        let (tree, _) = read(
            "<a xml:lang='1'><b/><c xml:lang='2'><d/><e xml:lang='3'/><f/></c><g/><h xml:lang=''><i/></h></a>",
            Repairs::default(),
        );
        let said = |name: &str| tree.elements().find(|id| tree.name(*id) == name).and_then(|id| tree.language(id));
        let all: Vec<String> = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
            .into_iter()
            .map(|name| format!("{name}{}", said(name).unwrap_or_default()))
            .collect();
        assert_eq!(all.join(" "), "a1 b1 c2 d2 e3 f2 g1 h i");
    }
}
