//! Creative Commons licences, in both modules that feeds use: links with the relation "license".

use crate::model::{MAX_ATTACHMENTS, ParsedFeed, WebLink};
use crate::parse::context::{Context, push_within};
use crate::parse::shared::Draft;
use crate::parse::xml::{NodeId, Ns};

pub(super) fn feed(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    license(cx, id, &mut feed.links);
}

pub(super) fn item(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    license(cx, id, &mut draft.item.links);
}

fn license(cx: &mut Context<'_>, id: NodeId, links: &mut Vec<WebLink>) {
    if cx.tree.name(id) != "license" {
        return;
    }
    let told = cx.tree.attr_in(id, Ns::Rdf, "resource").map(str::to_owned).or_else(|| cx.value(id));
    if let Some(href) = told.and_then(|text| cx.address(id, &text)) {
        let link = WebLink { rel: "license".to_owned(), href, ..WebLink::default() };
        push_within(links, link, MAX_ATTACHMENTS, &mut cx.repairs, "links");
    }
}
