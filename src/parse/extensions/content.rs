//! Full texts: `content:encoded` of RSS 1.0's content module, and XHTML bodies and links.

use crate::model::MAX_ATTACHMENTS;
use crate::parse::construct::{Unless, construct};
use crate::parse::context::{Context, fill, push_within};
use crate::parse::shared::{self, Draft};
use crate::parse::xml::NodeId;

/// `content:encoded`: fuller than anything that RSS itself has.
pub(super) fn item(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    if cx.tree.name(id) == "encoded" {
        fill(&mut draft.item.content, construct(cx, id, Unless::Html));
    }
}

/// `xhtml:body`, and the `xhtml:link` by which sitemaps name an article in other languages. Such a link is another
/// article's address and never the item's own.
pub(super) fn xhtml(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    match cx.tree.name(id) {
        "body" | "div" => fill(&mut draft.item.content, construct(cx, id, Unless::Xhtml)),
        "link" => {
            if let Some(link) = shared::link(cx, id) {
                push_within(&mut draft.item.links, link, MAX_ATTACHMENTS, &mut cx.repairs, "links");
            }
        }
        _ => {}
    }
}
