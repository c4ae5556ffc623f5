//! `FeedBurner`: the address before the counting redirect.

use crate::parse::context::{Context, fill};
use crate::parse::shared::Draft;
use crate::parse::xml::NodeId;

pub(super) fn item(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    if cx.tree.name(id) == "origlink" {
        fill(&mut draft.item.original_url, cx.address_text(id));
    }
}
