//! A tree and the way to read it in, what the document said out. Own elements are heard first, then those of the
//! other format, then the extensions in the order of their table.

use url::Url;

use super::context::{Context, fill};
use super::repairs::Repairs;
use super::shared::Draft;
use super::xml::{NodeId, Ns, Tree};
use super::{Family, FormatReader, Policy, atom, extensions, rss, shared, sitemap};
use crate::model::{Format, MAX_ITEMS, ParsedFeed, ParsedItem, RepairKind, Timestamp};

/// Reads the feed below `root`.
pub(super) fn read(
    tree: &Tree,
    root: NodeId,
    reader: &FormatReader,
    format: Format,
    url: Option<&Url>,
    policy: &Policy,
    repairs: Repairs,
) -> ParsedFeed {
    let head = (reader.head)(tree, root);
    let base = base(url, own_address(tree, head), reader.family);
    let mut cx = Context::new(tree, repairs, base, format, policy.timezone);
    let mut feed = ParsedFeed::new(format);
    rss::channel_attributes(&mut cx, head, &mut feed);
    for id in by_rank(&cx, head, reader.family) {
        feed_element(&mut cx, id, reader.family, &mut feed);
    }
    if reader.family == Family::Rss && head != root {
        // RSS 0.90 and 1.0 put the picture beside the channel.
        let beside: Vec<NodeId> = tree.children(root).filter(|id| tree.name(*id) == "image").collect();
        for id in beside {
            rss::channel_element(&mut cx, id, &mut feed);
        }
    }
    fill(&mut feed.language, tree.language(root).or_else(|| tree.language(head)));
    if tree.name(root) == "rss" {
        note_misplaced(&mut cx, root, head);
    }
    let items = newest(&mut cx, (reader.items)(tree, root), &mut feed);
    feed.items.reserve_exact(items.len());
    for id in items {
        let mut item = read_item(&mut cx, id, reader.family);
        if reader.family == Family::Atom && item.authors.is_empty() {
            item.authors.clone_from(&feed.authors);
        }
        feed.items.push(item);
    }
    shared::note_repeated_ids(&mut cx, &feed.items);
    note_mended(&mut cx);
    feed.repairs = cx.repairs.into_list();
    feed.steps = tree.steps();
    feed
}

/// Notes how many texts were mended in ways that have no line.
fn note_mended(cx: &mut Context<'_>) {
    let times = |count: usize| if count > 1 { format!(" (and {} more)", count - 1) } else { String::new() };
    let (mended, unwrapped) = (cx.mended.get(), cx.unwrapped.get());
    if mended > 0 {
        let detail = format!("a text{} was decoded wrongly before: UTF-8 or windows-1252 as Latin-1", times(mended));
        cx.repairs.note(RepairKind::Mojibake, detail);
    }
    if unwrapped > 0 {
        cx.repairs.note(RepairKind::Structure, format!("a CDATA section{} was escaped itself", times(unwrapped)));
    }
}

/// Notes what stands elsewhere than RSS has it (RSS 2.0: one channel, which holds the items).
fn note_misplaced(cx: &mut Context<'_>, root: NodeId, head: NodeId) {
    let children = |name: &str| cx.tree.children(root).filter(|id| cx.tree.name(*id) == name).count();
    let (channels, items) = (children("channel"), children("item"));
    if head == root {
        cx.repairs.note(RepairKind::Structure, "there is no channel");
    } else if items > 0 {
        cx.repairs.note(RepairKind::Structure, format!("items stand outside of the channel: {items}"));
    }
    if channels > 1 {
        cx.repairs.note(RepairKind::Structure, format!("there are {channels} channels: all items were read"));
    }
}

/// What relative addresses are relative to that no xml:base governs: the address of the document (RFC 3986 5.1.3). RSS
/// has no word on it, and where its document comes from another host than the site that it is about, from a service that
/// counts readers, the site is meant.
fn base(document: Option<&Url>, site: Option<Url>, family: Family) -> Option<Url> {
    let is_elsewhere = |site: &Url| document.is_none_or(|at| family == Family::Rss && at.host() != site.host());
    site.filter(is_elsewhere).or_else(|| document.cloned())
}

/// The channel's own absolute link: the base where nobody told one.
fn own_address(tree: &Tree, head: NodeId) -> Option<Url> {
    let links =
        tree.children(head).filter(|id| tree.name(*id) == "link" && matches!(tree.ns(*id), Ns::Core | Ns::Atom));
    let mut addresses = links.filter_map(|id| {
        let text = tree.attr(id, "href").map_or_else(|| tree.text(id), str::to_owned);
        Url::parse(&text).ok().filter(Url::has_host)
    });
    addresses.next()
}

/// Children in the order in which they are heard.
fn by_rank(cx: &Context<'_>, id: NodeId, family: Family) -> Vec<NodeId> {
    let is_atom = family == Family::Atom;
    let rank = |id: &NodeId| match cx.tree.ns(*id) {
        Ns::Core => Some(usize::from(is_atom)),
        Ns::Atom => Some(usize::from(!is_atom)),
        ns => extensions::rank(ns).map(|rank| rank + 2),
    };
    let mut ranked: Vec<(usize, NodeId)> =
        cx.tree.children(id).filter_map(|child| rank(&child).map(|rank| (rank, child))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, child)| child).collect()
}

fn feed_element(cx: &mut Context<'_>, id: NodeId, family: Family, feed: &mut ParsedFeed) {
    match cx.tree.ns(id) {
        Ns::Core if family == Family::Sitemap => {
            sitemap::feed_element(cx, id, feed);
            true
        }
        Ns::Core if family == Family::Rss => rss::channel_element(cx, id, feed) || atom::feed_element(cx, id, feed),
        Ns::Core | Ns::Atom => atom::feed_element(cx, id, feed) || rss::channel_element(cx, id, feed),
        _ => {
            extensions::feed_element(cx, id, feed);
            true
        }
    };
}

fn read_item(cx: &mut Context<'_>, id: NodeId, family: Family) -> ParsedItem {
    let mut draft = Draft::default();
    rss::item_attributes(cx, id, &mut draft.item);
    for child in by_rank(cx, id, family) {
        match cx.tree.ns(child) {
            Ns::Core if family == Family::Sitemap => sitemap::item_element(cx, child, &mut draft),
            Ns::Core if family == Family::Rss => {
                let _ = rss::item_element(cx, child, &mut draft) || atom::entry_element(cx, child, &mut draft);
            }
            Ns::Core | Ns::Atom => {
                let _ = atom::entry_element(cx, child, &mut draft) || rss::item_element(cx, child, &mut draft);
            }
            _ => extensions::item_element(cx, child, &mut draft),
        }
    }
    let mut item = draft.finish();
    let texts = [&item.content, &item.summary, &item.title];
    let told = texts.into_iter().flatten().find_map(|text| text.language.clone());
    fill(&mut item.language, told.or_else(|| cx.tree.language(id)));
    item
}

/// At most [`MAX_ITEMS`] of the items, the newest by the dates they tell, in document order.
fn newest(cx: &mut Context<'_>, items: Vec<NodeId>, feed: &mut ParsedFeed) -> Vec<NodeId> {
    if items.len() <= MAX_ITEMS {
        return items;
    }
    feed.items_left_out = items.len() - MAX_ITEMS;
    cx.repairs
        .note(RepairKind::Limit, format!("{} items beyond the newest {MAX_ITEMS} were left out", feed.items_left_out));
    let mut dated: Vec<(Option<Timestamp>, NodeId)> = items.into_iter().map(|id| (told_date(cx, id), id)).collect();
    dated.sort_by(|(one, _), (other, _)| other.cmp(one));
    let mut kept: Vec<NodeId> = dated.into_iter().take(MAX_ITEMS).map(|(_, id)| id).collect();
    kept.sort_unstable();
    kept
}

/// The first date that an item tells, without a repair for what cannot be read.
fn told_date(cx: &Context<'_>, id: NodeId) -> Option<Timestamp> {
    const DATES: [&str; 8] =
        ["pubdate", "published", "updated", "date", "issued", "modified", "lastmod", "publication_date"];
    let news = cx.tree.children(id).filter(|child| cx.tree.ns(*child) == Ns::News);
    let inside = news.flat_map(|news| cx.tree.children(news));
    let told = inside.chain(cx.tree.children(id)).filter(|child| DATES.contains(&cx.tree.name(*child)));
    told.take(DATES.len()).find_map(|child| crate::notation::date::parse(&cx.tree.text(child), cx.zone))
}
