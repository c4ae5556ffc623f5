//! Full texts: `content:encoded` of RSS 1.0's content module, and XHTML bodies.

use crate::parse::construct::{Unless, construct};
use crate::parse::context::{Context, fill};
use crate::parse::shared::Draft;
use crate::parse::xml::NodeId;

/// `content:encoded`: fuller than anything that RSS itself has.
pub(super) fn item(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    if cx.tree.name(id) == "encoded" {
        fill(&mut draft.item.content, construct(cx, id, Unless::Html));
    }
}

/// `xhtml:body`.
pub(super) fn xhtml(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    if matches!(cx.tree.name(id), "body" | "div") {
        fill(&mut draft.item.content, construct(cx, id, Unless::Xhtml));
    }
}
