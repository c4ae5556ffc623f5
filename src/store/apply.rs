//! Effects to rows, in order, inside one savepoint. Nothing is decided here but where an entry gets its place.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Result, named_params, params};
use url::Url;

use super::codec::{east, millis, opt_millis, to_json};
use super::worker::Fault;
use super::{archives, feeds, groups, ids, known, leases, requests, takedowns, verdicts};
use crate::model::{
    Applied, Effect, Event, FeedState, Grouped, Item, Joins, Key, LeftOut, MAX_REVISIONS, MAX_TRAIL_LINES, NewReport,
    ParsedItem, RequestRecord, Timestamp, TrailLine, TrailSubject, UpdateReport,
};

/// Applies the effects of one decision about `feed`.
pub(super) fn apply(
    connection: &Connection,
    feed: Option<&FeedState>,
    effects: Vec<Effect>,
) -> std::result::Result<Applied, Fault> {
    let mut applying = Applying {
        connection,
        feed,
        sections: None,
        news: Vec::new(),
        touched: BTreeSet::new(),
        entries: BTreeSet::new(),
        renamed: false,
    };
    let mut applied = Applied::default();
    for effect in effects {
        match effect {
            Effect::Feed(state) => applying.feed_row(&state)?,
            Effect::New(report) => {
                let joined = applying.new_report(&report)?;
                applied.new += 1;
                applied.duplicates += u32::from(joined);
                applied.dropped += u32::from(report.verdict.dropped);
            }
            Effect::Update(report) => {
                applying.update(&report)?;
                applied.changed += u32::from(report.revision);
            }
            Effect::Judge(judged) => verdicts::judge(connection, &judged)?,
            Effect::Host(host) => feeds::write_host(connection, &host)?,
            Effect::Request(request) => applying.request(&request)?,
            Effect::Trail(line) => applying.trail(&line)?,
            Effect::Event(event) => applying.event(&event)?,
            Effect::Group(grouped) => applying.group(&grouped)?,
            Effect::ForgetSignatures { before } => groups::forget(connection, before)?,
            Effect::Lease(lease) => leases::write(connection, applying.feed()?, &lease)?,
            Effect::ForgetLease(id) => leases::forget(connection, id)?,
            Effect::TakeDown { report, at } => takedowns::take_report(connection, report, at)?,
            Effect::Restore { report } => takedowns::restore_report(connection, report)?,
            Effect::TakeDownFeed { at, text } => takedowns::take_feed(connection, applying.feed()?, at, &text)?,
            Effect::RestoreFeed { at, text } => takedowns::restore_feed(connection, applying.feed()?, at, &text)?,
        }
    }
    for section in &applying.touched {
        connection.prepare_cached("UPDATE sections SET revision = revision + 1 WHERE id = ?1")?.execute([section])?;
    }
    for (section, entry) in &applying.entries {
        archives::touch(connection, *section, *entry)?;
    }
    if let (true, Some(feed)) = (applying.renamed, feed) {
        archives::touch_feed(connection, feed.id)?;
    }
    Ok(applied)
}

struct Applying<'a> {
    connection: &'a Connection,
    feed: Option<&'a FeedState>,
    /// The feed's sections, once they were asked for.
    sections: Option<Vec<i64>>,
    /// Report and entry of each new report, for siblings and trails.
    news: Vec<(i64, i64)>,
    /// Sections that show something else now.
    touched: BTreeSet<i64>,
    /// Section and entry of what is shown otherwise now.
    entries: BTreeSet<(i64, i64)>,
    /// Whether what stands of the feed beside all its items changed.
    renamed: bool,
}

impl Applying<'_> {
    fn feed(&self) -> std::result::Result<i64, Fault> {
        self.feed.map(|feed| feed.id).ok_or(Fault::UnknownFeed)
    }

    fn sections(&mut self) -> std::result::Result<Vec<i64>, Fault> {
        let feed = self.feed()?;
        if self.sections.is_none() {
            let sql = "SELECT section FROM feed_sections WHERE feed = ?1";
            let mut statement = self.connection.prepare_cached(sql)?;
            let sections: Result<Vec<i64>> = statement.query_map([feed], |row| row.get(0))?.collect();
            self.sections = Some(sections?);
        }
        Ok(self.sections.clone().unwrap_or_default())
    }

    /// Writes the feed's row. Its name and pages are shown beside its items.
    fn feed_row(&mut self, state: &FeedState) -> std::result::Result<(), Fault> {
        let old = self.feed.ok_or(Fault::UnknownFeed)?;
        feeds::write(self.connection, old.id, state)?;
        let shown = |feed: &FeedState| {
            let FeedState { title, home_page_url, language, document_id, rights, .. } = feed.clone();
            (title, home_page_url, language, document_id, rights)
        };
        if shown(old) != shown(state) && old.items > 0 {
            let sections = self.sections()?;
            self.touched.extend(sections);
            self.renamed = true;
            // Its name stands beside the entries of others too, wherever one of its reports joined.
            let sql = "SELECT DISTINCT p.section FROM reports r JOIN places p ON p.entry = r.entry WHERE r.feed = ?1
                       UNION SELECT p.section FROM reports r JOIN entries e ON e.id = r.entry JOIN places p
                           ON p.entry = e.story WHERE r.feed = ?1 AND e.story <> e.id
                       UNION SELECT p.section FROM reports r JOIN entries e ON e.id = r.entry
                           JOIN entries o ON o.story = e.story AND o.story <> o.id JOIN places p ON p.entry = o.id
                           WHERE r.feed = ?1";
            let mut statement = self.connection.prepare_cached(sql)?;
            for section in statement.query_map([old.id], |row| row.get::<_, i64>(0))? {
                self.touched.insert(section?);
            }
        }
        Ok(())
    }

    /// Stores a report; true when it joined an entry.
    fn new_report(&mut self, report: &NewReport) -> std::result::Result<bool, Fault> {
        let feed = self.feed()?;
        let (entry, joined) = match report.joins {
            Joins::Nothing => (self.open_entry(&report.public_id)?, false),
            Joins::Entry(entry) => (entry.0, true),
            // A sibling that is not there would be the decision's mistake; the report then stands alone.
            Joins::Sibling(n) => match self.news.get(n) {
                Some((_, entry)) => (*entry, true),
                None => (self.open_entry(&report.public_id)?, false),
            },
        };
        let id = self.insert_report(feed, entry, report)?;
        write_content(self.connection, id, &report.item, &report.raw, report.policy_version)?;
        self.write_keys(id, &report.keys, feed)?;
        self.connection.prepare_cached("UPDATE feeds SET items = items + 1 WHERE id = ?1")?.execute([feed])?;
        if !report.verdict.hits.is_empty() {
            let left_out = report.left_out.filter(|_| report.verdict.dropped).map(LeftOut::name);
            verdicts::write(self.connection, id, &report.verdict, left_out)?;
        }
        if let Some(why) = report.kept_out {
            takedowns::keep_out(self.connection, id, why, report)?;
            // How much is left out of them is told.
            let sections = self.sections()?;
            self.touched.extend(sections);
        } else if report.verdict.dropped {
            let sections = self.sections()?;
            self.touched.extend(sections);
        } else if report.left_out.is_none() {
            let sections = match report.verdict.places() {
                true => verdicts::sections_of(self.connection, id)?,
                false => self.sections()?,
            };
            for section in sections {
                let sql = "INSERT INTO places (section, report, entry) VALUES (?1, ?2, ?3)
                           ON CONFLICT (entry, section) DO NOTHING";
                if self.connection.prepare_cached(sql)?.execute([section, id, entry])? > 0 {
                    archives::forget(self.connection, section, entry)?;
                }
            }
            groups::wait(self.connection, id)?;
        }
        self.touch_story(entry)?;
        self.news.push((id, entry));
        Ok(joined)
    }

    /// Opens an entry under `public_id`; where an entry holds that already, under an id that nobody can hold.
    fn open_entry(&self, public_id: &str) -> std::result::Result<i64, Fault> {
        let authority = ids::authority(self.connection)?;
        let wanted = ids::stored(public_id, authority.as_deref());
        // A story is named by the entry that opens it; as long as it is told once, it is the entry itself.
        let sql = "INSERT INTO entries (public_id, story) VALUES (?1, 0) ON CONFLICT (public_id) DO NOTHING";
        if self.connection.prepare_cached(sql)?.execute([wanted])? == 0 {
            let sql = "INSERT INTO entries (public_id, story) VALUES ('item/' || lower(hex(randomblob(16))), 0)";
            self.connection.prepare_cached(sql)?.execute([])?;
        }
        let entry = self.connection.last_insert_rowid();
        self.connection.prepare_cached("UPDATE entries SET story = id WHERE id = ?1")?.execute([entry])?;
        Ok(entry)
    }

    fn insert_report(&self, feed: i64, entry: i64, report: &NewReport) -> Result<i64> {
        let sql = "INSERT INTO reports (feed, entry, first_seen, identity, origin_id, url, canonical_url, title,
                content_hash, item_hash, published, published_east, own_date, modified, modified_east, left_out)
            VALUES (:feed, :entry, :first_seen, :identity, :origin_id, :url, :canonical_url, :title,
                :content_hash, :item_hash, :published, :published_east, :own_date, :modified, :modified_east, :left_out)";
        let item = &report.item;
        let published = item.date_published.unwrap_or(report.first_seen);
        self.connection.prepare_cached(sql)?.execute(named_params! {
            ":feed": feed,
            ":entry": entry,
            ":first_seen": millis(report.first_seen),
            ":identity": report.identity.matcher,
            ":origin_id": item.origin_id,
            ":url": item.url.as_ref().map(Url::as_str),
            ":canonical_url": report.canonical_url,
            ":title": item.title,
            ":content_hash": report.content_hash.cast_signed(),
            ":item_hash": report.item_hash.cast_signed(),
            ":published": millis(published),
            ":published_east": east(Some(published)),
            ":own_date": item.has_own_date,
            ":modified": opt_millis(item.date_modified),
            ":modified_east": east(item.date_modified),
            ":left_out": why_left_out(report).map(LeftOut::name),
        })?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Rewrites a report of the asked feed; arrival, entry, first-seen and date stay.
    fn update(&mut self, report: &UpdateReport) -> std::result::Result<(), Fault> {
        let feed = self.feed()?;
        if report.revision {
            self.keep_revision(report)?;
        }
        let sql = "UPDATE reports SET origin_id = :origin_id, url = :url, canonical_url = :canonical_url,
                title = :title, content_hash = :content_hash, item_hash = :item_hash,
                modified = :modified, modified_east = :modified_east
            WHERE id = :id AND feed = :feed RETURNING entry";
        let item = &report.item;
        let mut statement = self.connection.prepare_cached(sql)?;
        let entry: Option<i64> = statement
            .query_row(
                named_params! {
                    ":id": report.report,
                    ":feed": feed,
                    ":origin_id": item.origin_id,
                    ":url": item.url.as_ref().map(Url::as_str),
                    ":canonical_url": report.canonical_url,
                    ":title": item.title,
                    ":content_hash": report.content_hash.cast_signed(),
                    ":item_hash": report.item_hash.cast_signed(),
                    ":modified": opt_millis(item.date_modified),
                    ":modified_east": east(item.date_modified),
                },
                |row| row.get(0),
            )
            .optional()?;
        let Some(entry) = entry else { return Ok(()) };
        if !report.verdict.hits.is_empty() || verdicts::is_judged(self.connection, report.report)? {
            let before = verdicts::before(self.connection, report.report)?;
            before.map_or(Ok(()), |before| verdicts::change(self.connection, &before, &report.verdict))?;
        }
        write_content(self.connection, report.report, item, &report.raw, report.policy_version)?;
        self.connection.prepare_cached("DELETE FROM report_keys WHERE report = ?1")?.execute([report.report])?;
        self.write_keys(report.report, &report.keys, feed)?;
        self.touch_story(entry)?;
        Ok(())
    }

    fn keep_revision(&self, report: &UpdateReport) -> Result<()> {
        let sql = "INSERT OR IGNORE INTO revisions (report, at, title, content_hash)
                   SELECT id, ?2, title, content_hash FROM reports WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute(params![report.report, millis(report.at)])?;
        let sql = "DELETE FROM revisions WHERE report = ?1 AND at NOT IN
                   (SELECT at FROM revisions WHERE report = ?1 ORDER BY at DESC LIMIT ?2)";
        self.connection.prepare_cached(sql)?.execute([report.report, MAX_REVISIONS])?;
        Ok(())
    }

    fn write_keys(&self, report: i64, keys: &[Key], feed: i64) -> Result<()> {
        let sql = "INSERT OR IGNORE INTO report_keys (match, hash, report) VALUES (?1, ?2, ?3)";
        let mut statement = self.connection.prepare_cached(sql)?;
        for key in keys {
            statement.execute(params![key.matcher, known::key_hash(key, feed), report])?;
        }
        Ok(())
    }

    /// Puts a report where it belongs.
    fn group(&mut self, grouped: &Grouped) -> Result<()> {
        for entry in groups::place(self.connection, grouped)? {
            self.touch_places(entry)?;
        }
        match &grouped.joins {
            Some((_, why)) => add_trail_line(self.connection, grouped.told.report, grouped.told.at, "story", why),
            None => Ok(()),
        }
    }

    /// An entry stands beside all that tell its story, so that they show something else too.
    fn touch_story(&mut self, entry: i64) -> Result<()> {
        groups::beside(self.connection, entry)?.into_iter().try_for_each(|entry| self.touch_places(entry))
    }

    /// Every section where the entry stands shows something else now.
    fn touch_places(&mut self, entry: i64) -> Result<()> {
        let mut statement = self.connection.prepare_cached("SELECT section FROM places WHERE entry = ?1")?;
        for section in statement.query_map([entry], |row| row.get::<_, i64>(0))? {
            let section = section?;
            self.touched.insert(section);
            self.entries.insert((section, entry));
        }
        Ok(())
    }

    fn request(&self, request: &RequestRecord) -> std::result::Result<(), Fault> {
        Ok(requests::insert(self.connection, self.feed()?, request)?)
    }

    fn trail(&self, line: &TrailLine) -> Result<()> {
        let report = match line.about {
            TrailSubject::Report(report) => report,
            TrailSubject::New(n) => match self.news.get(n) {
                Some((report, _)) => *report,
                None => return Ok(()),
            },
        };
        add_trail_line(self.connection, report, line.at, line.kind, &line.text)
    }

    fn event(&self, event: &Event) -> Result<()> {
        let sql = "INSERT INTO events (at, feed, kind, text) VALUES (?1, ?2, ?3, ?4)";
        let feed = self.feed.map(|feed| feed.id);
        self.connection.prepare_cached(sql)?.execute(params![millis(event.at), feed, event.kind, event.text])?;
        Ok(())
    }
}

/// Why a report is in no output that is new; a takedown aside.
pub(super) fn why_left_out(report: &NewReport) -> Option<LeftOut> {
    if report.verdict.dropped { Some(LeftOut::Rule) } else { report.left_out }
}

/// Adds a line to a report's trail, and forgets the oldest where there are too many.
pub(super) fn add_trail_line(
    connection: &Connection,
    report: i64,
    at: Timestamp,
    kind: &str,
    text: &str,
) -> Result<()> {
    let sql = "INSERT INTO trail (report, n, at, kind, text)
               SELECT ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4 FROM trail WHERE report = ?1 RETURNING n";
    let values = params![report, millis(at), kind, text];
    let n: i64 = connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
    if n > MAX_TRAIL_LINES {
        let sql = "DELETE FROM trail WHERE report = ?1 AND n <= ?2";
        connection.prepare_cached(sql)?.execute([report, n - MAX_TRAIL_LINES])?;
    }
    Ok(())
}

/// The cleaned item and what came, beside the narrow row.
fn write_content(connection: &Connection, report: i64, item: &Item, raw: &ParsedItem, policy: u32) -> Result<()> {
    write_body(connection, report, item)?;
    let sql = "INSERT OR REPLACE INTO raws (report, policy_version, item) VALUES (?1, ?2, ?3)";
    connection.prepare_cached(sql)?.execute(params![report, policy, to_json(raw)?])?;
    Ok(())
}

/// The cleaned item.
pub(super) fn write_body(connection: &Connection, report: i64, item: &Item) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO bodies (report, item, content_html, summary_html, content_text)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute(params![
        report,
        to_json(item)?,
        item.content_html.as_ref().map(|html| html.as_str()),
        item.summary_html.as_ref().map(|html| html.as_str()),
        item.content_text
    ])?;
    Ok(())
}
