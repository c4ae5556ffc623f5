//! RSS 1.0's administration module: which program wrote the feed, and who mends it.

use crate::model::{ParsedFeed, Person};
use crate::parse::context::{Context, fill};
use crate::parse::shared;
use crate::parse::xml::{NodeId, Ns};

pub(super) fn feed(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    let told = cx.tree.attr_in(id, Ns::Rdf, "resource").map(str::to_owned).or_else(|| cx.value(id));
    match cx.tree.name(id) {
        "generatoragent" => fill(&mut feed.generator, told),
        "errorreportsto" => {
            let person = Person { email: told, role: Some("error reports".to_owned()), ..Person::default() };
            shared::person_into(cx, person, &mut feed.contributors);
        }
        _ => {}
    }
}
