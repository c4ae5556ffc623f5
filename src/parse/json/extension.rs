//! `_warta`, where warta's own JSON Feeds tell what the format has no field for: read back as hostile as the rest, by
//! anybody's hand it may be.

use serde_json::Value;

use super::{Object, Reader};
use crate::model::{
    Deleted, Enclosure, MAX_ATTACHMENTS, MAX_ITEMS, MAX_PEOPLE_AND_TAGS, MAX_PLACES, MAX_POSITIONS, ParsedFeed,
    ParsedItem, ParsedPicture, ParsedPodcast, ParsedSource, Person, Place, Position, RepairKind, Shape, TextKind,
    WebLink,
};
use crate::parse::context::{fill, push_within};
use crate::parse::rss::DAYS;

impl Reader<'_> {
    /// What is told of the feed.
    pub(super) fn feed_extension(&mut self, object: &Object, feed: &mut ParsedFeed) {
        let Some(told) = self.object(object, "_warta") else { return };
        if let Some(id) = self.string(told, "id") {
            feed.id = Some(id);
        }
        feed.rights = self.plain(told, "rights");
        feed.generator = self.string(told, "generator");
        feed.published = self.date(told, "published");
        feed.updated = self.date(told, "updated");
        feed.ttl_minutes = self.number(told, "ttl_minutes");
        feed.update_period_minutes = self.number(told, "update_period_minutes");
        feed.podcast_guid = self.string(told, "podcast_guid");
        feed.is_complete = told.get("complete") == Some(&Value::Bool(true));
        feed.is_archive = told.get("archive") == Some(&Value::Bool(true));
        let small = |value: &Value| value.as_u64().and_then(|number| u8::try_from(number).ok());
        let hours = self.list(told, "skip_hours").into_iter().take(24);
        feed.skip_hours = hours.filter_map(small).filter(|hour| *hour < 24).collect();
        let days = self.list(told, "skip_days").into_iter().take(DAYS.len());
        let name = |day: u8| DAYS.get(usize::from(day)).map(|name| (*name).to_owned());
        feed.skip_days = days.filter_map(small).filter_map(name).collect();
        feed.tags = self.tags(told);
        feed.contributors = self.contributors(told);
        self.author_emails(told, &mut feed.authors);
        // Hubs stand in both places; there each keeps its rank.
        let mut hubs = std::mem::replace(&mut feed.links, self.links(told));
        hubs.retain(|hub| !feed.links.iter().any(|link| link.rel == hub.rel && link.href == hub.href));
        feed.links.append(&mut hubs);
        for entry in self.objects(told, "deleted") {
            let Some(id) = self.string(entry, "ref") else { continue };
            let deleted = Deleted { id, when: self.date(entry, "when") };
            push_within(&mut feed.deleted, deleted, MAX_ITEMS, self.repairs, "deleted entries");
        }
    }

    /// What is told of an item. Its files and picture were read before.
    pub(super) fn item_extension(&mut self, object: &Object, item: &mut ParsedItem) {
        let Some(told) = self.object(object, "_warta") else { return };
        if let Some(html) = self.string(told, "summary_html") {
            item.summary = Some(self.text(html, TextKind::Html));
        }
        item.source = self.source(told);
        item.links = self.links(told);
        item.contributors = self.contributors(told);
        self.author_emails(told, &mut item.authors);
        item.rights = self.plain(told, "rights");
        item.created = self.date(told, "created");
        item.comments_url = self.address(told, "comments_url");
        item.comments_feed_url = self.address(told, "comments_feed_url");
        item.comments_count = self.number(told, "comments_count");
        item.original_url = self.address(told, "original_url");
        item.thumbnail = self.address(told, "thumbnail");
        item.explicit = told.get("explicit").and_then(Value::as_bool);
        let picture = ParsedPicture {
            width: self.number(told, "image_width"),
            height: self.number(told, "image_height"),
            alt: self.string(told, "image_alt"),
            credit: self.string(told, "image_credit"),
        };
        item.picture = Some(picture).filter(|picture| *picture != ParsedPicture::default());
        for media in self.objects(told, "media") {
            self.media(media, item);
        }
        item.podcast = self.podcast(told);
        for place in self.objects(told, "geo") {
            self.place(place, item);
        }
    }

    /// What is told of one file beyond JSON Feed's attachment; without an address it is about the item.
    fn media(&mut self, told: &Object, item: &mut ParsedItem) {
        let player = self.address(told, "player");
        let Some(url) = self.address(told, "url") else {
            fill(&mut item.player, player);
            return;
        };
        let known = item.enclosures.iter().position(|file| file.url == url);
        let at = known.unwrap_or(item.enclosures.len());
        if known.is_none() {
            let media_type = self.string(told, "type");
            let file = Enclosure { url, media_type, from_media: true, ..Enclosure::default() };
            push_within(&mut item.enclosures, file, MAX_ATTACHMENTS, self.repairs, "attachments");
        }
        let Some(file) = item.enclosures.get_mut(at) else { return };
        file.width = self.number(told, "width");
        file.height = self.number(told, "height");
        file.credit = self.string(told, "credit");
        file.description = self.string(told, "description");
        file.group = self.number(told, "group");
        file.player = player;
    }

    fn podcast(&mut self, told: &Object) -> Option<ParsedPodcast> {
        let told = self.object(told, "podcast")?;
        let mut podcast = ParsedPodcast {
            season: self.number(told, "season"),
            episode: self.number(told, "episode"),
            episode_type: self.string(told, "episode_type"),
            duration_seconds: told.get("duration_in_seconds").and_then(Value::as_f64),
            chapters: self.address(told, "chapters"),
            transcripts: Vec::new(),
        };
        for transcript in self.objects(told, "transcripts") {
            let Some(href) = self.address(transcript, "url") else { continue };
            let link = WebLink {
                rel: "transcript".to_owned(),
                href,
                media_type: self.string(transcript, "type"),
                hreflang: self.string(transcript, "language"),
                ..WebLink::default()
            };
            push_within(&mut podcast.transcripts, link, MAX_ATTACHMENTS, self.repairs, "transcripts");
        }
        Some(podcast)
    }

    fn place(&mut self, told: &Object, item: &mut ParsedItem) {
        let shape = match told.get("shape").and_then(Value::as_str) {
            Some("point") => Some(Shape::Point),
            Some("line") => Some(Shape::Line),
            Some("polygon") => Some(Shape::Polygon),
            Some("box") => Some(Shape::Box),
            _ => None,
        };
        let degrees = |position: &Value, name: &str| position.get(name).and_then(Value::as_f64);
        let listed = self.list(told, "positions").into_iter().take(MAX_POSITIONS + 1);
        let positions: Option<Vec<Position>> =
            listed.map(|at| Position::new(degrees(at, "lat")?, degrees(at, "lon")?)).collect();
        let place = shape.zip(positions).and_then(|(shape, positions)| Place::new(shape, positions));
        match place {
            Some(place) => push_within(&mut item.places, place, MAX_PLACES, self.repairs, "places"),
            None => self.repairs.note(RepairKind::Json, "geo: a place that is none on Earth"),
        }
    }

    fn source(&mut self, told: &Object) -> Option<ParsedSource> {
        let told = self.object(told, "source")?;
        Some(ParsedSource {
            title: self.plain(told, "title"),
            id: self.string(told, "id"),
            feed_url: self.address(told, "feed_url"),
            url: self.address(told, "url"),
            updated: self.date(told, "updated"),
            icon: self.address(told, "icon"),
            rights: self.plain(told, "rights"),
            authors: Vec::new(),
        })
    }

    fn links(&mut self, told: &Object) -> Vec<WebLink> {
        let mut links = Vec::new();
        for link in self.objects(told, "links") {
            let (Some(rel), Some(href)) = (self.string(link, "rel"), self.address(link, "href")) else { continue };
            let link = WebLink {
                rel: rel.to_lowercase(),
                href,
                media_type: self.string(link, "type"),
                title: self.string(link, "title"),
                hreflang: self.string(link, "hreflang"),
                length: link.get("length").and_then(Value::as_u64),
            };
            push_within(&mut links, link, MAX_ATTACHMENTS, self.repairs, "links");
        }
        links
    }

    fn contributors(&mut self, told: &Object) -> Vec<Person> {
        let mut people = Vec::new();
        for person in self.objects(told, "contributors") {
            let person = Person {
                name: self.string(person, "name"),
                email: self.string(person, "email"),
                url: self.address(person, "url"),
                role: self.string(person, "role"),
                avatar: None,
            };
            push_within(&mut people, person, MAX_PEOPLE_AND_TAGS, self.repairs, "people");
        }
        people
    }

    /// Addresses of authors, of whom it is not told which: they stand behind those who have a name.
    fn author_emails(&mut self, told: &Object, authors: &mut Vec<Person>) {
        for email in self.list(told, "author_emails") {
            let Some(email) = email.as_str().map(str::to_owned) else { continue };
            let person = Person { email: Some(email), ..Person::default() };
            push_within(authors, person, 2 * MAX_PEOPLE_AND_TAGS, self.repairs, "people");
        }
    }

    fn object<'o>(&mut self, object: &'o Object, key: &str) -> Option<&'o Object> {
        match object.get(key)? {
            Value::Object(found) => Some(found),
            other => {
                self.wrong(key, other);
                None
            }
        }
    }

    fn objects<'o>(&mut self, object: &'o Object, key: &str) -> Vec<&'o Object> {
        self.list(object, key).into_iter().filter_map(Value::as_object).collect()
    }

    /// A whole number that is not negative.
    fn number(&mut self, object: &Object, key: &str) -> Option<u32> {
        let value = object.get(key)?;
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        if number.is_none() {
            self.wrong(key, value);
        }
        number
    }
}
