//! What of an entry each format can hold. Everything that is cut here is told in docs/lossless.md, section by section.

use warta::clean::text;
use warta::model::{
    Attachment, Author, Contributor, Entry, Feed, Item, ItemLink, Origin, Podcast, Source, TextKind, Timestamp,
};

/// The format that an entry was published in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Rss,
    Atom,
    Json,
}

/// An entry as a reader of the format must find it again.
pub(super) fn held_by(told: Told, entry: &Entry) -> Item {
    let item = published(entry);
    let item = match told {
        Told::Json => item,
        Told::Atom => in_atom(in_xml(item), entry),
        Told::Rss => in_rss(in_xml(item)),
    };
    comparable(told, read_loosely(item), entry)
}

/// What every output leaves out of an entry: mail addresses, links of the origin's document, fractions of a second, and
/// whether a date is the origin's own.
fn published(entry: &Entry) -> Item {
    let mut item = entry.item.clone();
    item.origin_id.clone_from(&entry.id);
    item.origin = Some(origin(&entry.source));
    item.has_own_date = true;
    item.author_emails.clear();
    item.authors.retain(|author| author.name.is_some());
    item.contributors.iter_mut().for_each(|helper| helper.email = None);
    item.contributors.retain(|helper| helper.name.is_some() || helper.url.is_some());
    item.links.retain(|link| {
        !matches!(link.rel.as_str(), "alternate" | "self" | "enclosure" | "replies" | "edit" | "edit-media" | "hub")
    });
    item.date_modified = item.date_modified.max(item.date_published);
    item
}

fn origin(source: &Source) -> Origin {
    Origin {
        title: Some(source.title.clone()),
        id: Some(source.id.clone()),
        feed_url: source.feed_url.clone(),
        url: source.url.clone(),
        rights: source.rights.clone(),
        ..Origin::default()
    }
}

/// What neither RSS nor Atom has a place for.
fn in_xml(mut item: Item) -> Item {
    item.external_url = None;
    item.original_url = None;
    item.banner_image = None;
    for author in &mut item.authors {
        author.avatar = None;
    }
    // A contributor is a person with a name; those of whom a part is told stand behind the others.
    item.contributors.retain(|helper| helper.name.is_some());
    item.contributors.sort_by_key(|helper| helper.role.is_some());
    item.links.retain(|link| is_registered(&link.rel));
    for link in item.links.iter_mut().filter(|link| link.rel == "in-reply-to") {
        *link = ItemLink { title: None, hreflang: None, length: None, ..link.clone() };
    }
    item.podcast = item.podcast.map(|podcast| Podcast { episode_type: None, duration_in_seconds: None, ..podcast });
    item.podcast = item.podcast.filter(|podcast| *podcast != Podcast::default());
    item
}

fn is_registered(rel: &str) -> bool {
    rel.contains(':') || ["describedby", "license", "payment", "related", "up", "via", "in-reply-to"].contains(&rel)
}

/// An entry without an author has that of its source (RFC 4287 4.2.1).
fn in_atom(mut item: Item, entry: &Entry) -> Item {
    if item.authors.is_empty() {
        let name = Some(entry.source.title.clone());
        item.authors.push(Author { name, url: entry.source.url.clone(), avatar: None });
    }
    item
}

/// RSS names authors and sources, and no more; it knows no plain text but a title, and that may be markup.
fn in_rss(mut item: Item) -> Item {
    for author in &mut item.authors {
        author.url = None;
    }
    for helper in item.contributors.iter_mut().filter(|helper| helper.role.is_none()) {
        helper.url = None;
    }
    let origin = item.origin.unwrap_or_default();
    item.origin = Some(Origin { title: origin.title, feed_url: origin.feed_url, ..Origin::default() });
    item.title = loose(&item.title);
    item.rights = item.rights.as_deref().map(loose).filter(|rights| !rights.is_empty());
    item
}

/// Names, tags and words of files are plain text that many feeds write as HTML: what looks like markup is read as such.
fn read_loosely(mut item: Item) -> Item {
    read_names(&mut item.authors, &mut item.contributors);
    read_tags(&mut item.tags);
    read_links(&mut item.links);
    for file in &mut item.attachments {
        for words in [&mut file.title, &mut file.credit, &mut file.description] {
            *words = loosely(words);
        }
    }
    if let Some(image) = &mut item.image {
        image.alt = loosely(&image.alt);
        image.credit = loosely(&image.credit);
    }
    item
}

fn read_names(authors: &mut Vec<Author>, contributors: &mut Vec<Contributor>) {
    authors.iter_mut().for_each(|author| author.name = name(&author.name));
    contributors.iter_mut().for_each(|helper| helper.name = name(&helper.name));
    each_once(authors);
    each_once(contributors);
}

fn read_tags(tags: &mut Vec<String>) {
    tags.iter_mut().for_each(|tag| *tag = loose(tag));
    tags.retain(|tag| !tag.is_empty());
    each_once(tags);
}

fn read_links(links: &mut [ItemLink]) {
    links.iter_mut().for_each(|link| link.title = loosely(&link.title));
}

fn each_once<T: PartialEq + Clone>(list: &mut Vec<T>) {
    let mut kept: Vec<T> = Vec::new();
    for one in list.drain(..) {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    *list = kept;
}

fn loose(words: &str) -> String {
    text::plain(words, TextKind::Unknown)
}

fn loosely(words: &Option<String>) -> Option<String> {
    words.as_deref().map(loose).filter(|words| !words.is_empty())
}

fn name(words: &Option<String>) -> Option<String> {
    let words = loosely(words)?;
    let words = words.trim().trim_matches('"').trim();
    (!words.is_empty()).then(|| words.to_owned())
}

/// An item without what no format tells apart.
pub(super) fn comparable(told: Told, mut item: Item, entry: &Entry) -> Item {
    let whole = |at: Option<Timestamp>| at.map(Timestamp::whole_seconds);
    forget_empty(&mut item);
    item.date_published = whole(item.date_published);
    item.date_modified = whole(item.date_modified).filter(|at| Some(*at) != item.date_published);
    item.created = whole(item.created);
    // An item in the language of its section says nothing of it.
    item.language = item.language.filter(|tag| !tag.eq_ignore_ascii_case("id"));
    // Whether a file was named by Media RSS decides what RSS shows as its enclosure, and is told by nobody.
    item.attachments.iter_mut().for_each(|file| file.from_media = false);
    if let Some(origin) = &mut item.origin {
        origin.updated = None;
    }
    if entry.item.title.is_empty() {
        // Where there is no title, the first words stand for it.
        item.title.clear();
    }
    if told != Told::Json {
        // A picture is a file there, among the others.
        let picture = item.image.as_ref().map(|image| image.url.clone());
        item.attachments.retain(|file| Some(&file.url) != picture.as_ref());
        if entry.item.attachments.iter().any(|file| Some(&file.url) == picture.as_ref()) {
            ungroup(&mut item.attachments);
        }
        item.links.retain(|link| is_registered(&link.rel));
        item.links.sort_by_key(|link| link.rel == "in-reply-to");
    }
    let content = entry.item.content_html.as_ref().map(|html| html.as_str()).or(entry.item.content_text.as_deref());
    if told == Told::Atom && content.is_none_or(str::is_empty) {
        // An entry must hold some text (RFC 4287 4.1.2): its title or its outlet's name stands for it.
        (item.summary, item.content_text) = (None, None);
    }
    if told == Told::Rss {
        item.content_text = None;
        if entry.item.content_text.is_some() {
            item.content_html = None;
        }
        // What begins like an element was escaped once too often more often than it is spoken of.
        let told = entry.item.summary_html.is_some() || !entry.item.summary.as_deref().unwrap_or("<").starts_with('<');
        if !told {
            (item.summary, item.summary_html) = (None, None);
            item.image = item.image.filter(|_| entry.item.image.is_some());
        }
    }
    item
}

/// Markup of which nothing was left is no content.
fn forget_empty(item: &mut Item) {
    item.content_html = item.content_html.take().filter(|html| !html.as_str().is_empty());
}

/// Without the picture, a group may have lost what made it one.
fn ungroup(files: &mut [Attachment]) {
    files.iter_mut().for_each(|file| file.group = None);
}

/// A feed as `warta parse` tells it: all but how it was read.
pub(super) fn told_feed(mut feed: Feed) -> Feed {
    for item in &mut feed.items {
        if item.origin_id.is_empty() {
            let stands_in = item.url.as_ref().or(item.external_url.as_ref());
            item.origin_id = stands_in.map(ToString::to_string).unwrap_or_default();
        }
        *item = read_loosely(item.clone());
    }
    read_names(&mut feed.authors, &mut feed.contributors);
    read_tags(&mut feed.tags);
    read_links(&mut feed.links);
    feed.generator = loosely(&feed.generator);
    whole_feed(feed)
}

/// The same of what was read again.
pub(super) fn whole_feed(mut feed: Feed) -> Feed {
    let whole = |at: Option<Timestamp>| at.map(Timestamp::whole_seconds);
    for item in &mut feed.items {
        if item.origin_id.starts_with("urn:sha256:") {
            item.origin_id.clear();
        }
        forget_empty(item);
        item.date_published = whole(item.date_published);
        item.date_modified = whole(item.date_modified);
        item.created = whole(item.created);
        item.attachments.iter_mut().for_each(|file| file.from_media = false);
        if let Some(origin) = &mut item.origin {
            origin.updated = whole(origin.updated);
        }
    }
    feed.published = whole(feed.published);
    feed.updated = whole(feed.updated);
    feed.deleted.iter_mut().for_each(|one| one.when = whole(one.when));
    Feed {
        format: warta::model::Format::Json11,
        encoding: String::new(),
        raw: Vec::new(),
        repairs: Vec::new(),
        steps: 0,
        ..feed
    }
}
