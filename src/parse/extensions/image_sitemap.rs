//! Google's image extension of sitemaps (schemas/sitemap-image/1.1): the pictures of a page.

use crate::model::{Enclosure, MAX_ATTACHMENTS};
use crate::parse::context::{Context, push_within};
use crate::parse::shared::Draft;
use crate::parse::xml::{NodeId, Ns};

/// `image:image`; one without an address shows nothing.
pub(super) fn item(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    if cx.tree.name(id) != "image" {
        return;
    }
    let children: Vec<NodeId> = cx.tree.children(id).filter(|child| cx.tree.ns(*child) == Ns::Image).collect();
    let child = |name: &str| children.iter().copied().find(|child| cx.tree.name(*child) == name);
    let (address, title, caption) = (child("loc"), child("title"), child("caption"));
    let Some(url) = address.and_then(|address| cx.address_text(address)) else { return };
    let picture = Enclosure {
        url,
        medium: Some("image".to_owned()),
        title: title.and_then(|title| cx.value(title)),
        description: caption.and_then(|caption| cx.value(caption)),
        from_media: true,
        ..Enclosure::default()
    };
    push_within(&mut draft.item.enclosures, picture, MAX_ATTACHMENTS, &mut cx.repairs, "attachments");
}
