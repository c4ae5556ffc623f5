//! Where and how much an item is discussed: slash, Atom threading (RFC 4685), the Comment API.

use crate::model::{MAX_ATTACHMENTS, WebLink};
use crate::parse::context::{Context, fill, push_within};
use crate::parse::shared::Draft;
use crate::parse::xml::NodeId;

/// `slash:comments`.
pub(super) fn slash(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    if cx.tree.name(id) == "comments" {
        count(cx, id, draft);
    }
}

/// `thr:total` and `thr:in-reply-to`, which is a link to what is answered.
pub(super) fn thread(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    match cx.tree.name(id) {
        "total" => count(cx, id, draft),
        "in-reply-to" => {
            let Some(href) = cx.address_attr(id, "href").or_else(|| cx.address_attr(id, "ref")) else { return };
            let media_type = cx.tree.attr(id, "type").map(str::to_owned);
            let link = WebLink { rel: "in-reply-to".to_owned(), href, media_type, ..WebLink::default() };
            push_within(&mut draft.item.links, link, MAX_ATTACHMENTS, &mut cx.repairs, "links");
        }
        _ => {}
    }
}

/// `wfw:commentRss`; `wfw:comment` is an address to post to and of no use to a reader.
pub(super) fn wfw(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    if cx.tree.name(id) == "commentrss" {
        fill(&mut draft.item.comments_feed_url, cx.address_text(id));
    }
}

fn count(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    fill(&mut draft.item.comments_count, cx.value(id).and_then(|text| text.parse().ok()));
}
