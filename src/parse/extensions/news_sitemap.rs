//! Google's news extension of sitemaps (schemas/sitemap-news/0.9): what an address is as an article.

use crate::parse::construct::{Unless, construct};
use crate::parse::context::{Context, fill};
use crate::parse::shared::{self, Draft};
use crate::parse::xml::{NodeId, Ns};

/// `news:news` with all that it holds; the old form without that element is read too.
pub(super) fn item(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let below: Vec<NodeId> = cx.tree.descendants(id).filter(|below| cx.tree.ns(*below) == Ns::News).collect();
    said(cx, id, draft);
    for one in below {
        said(cx, one, draft);
    }
}

fn said(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let item = &mut draft.item;
    match cx.tree.name(id) {
        "title" => fill(&mut item.title, construct(cx, id, Unless::Loose)),
        "publication_date" => fill(&mut item.date_published, cx.date(id)),
        "language" => fill(&mut item.language, cx.value(id)),
        "keywords" => {
            let text = cx.value(id).unwrap_or_default();
            shared::tags_between(cx, &text, &mut item.tags);
        }
        _ => {}
    }
}
