//! Rules over what is stored: what those of now say of each report that says something else than what was stored of it.
//!
//! In: stored reports and the rules of a configuration. Out: differences in words, and the effects that make them so.

use std::collections::HashMap;

use super::judging;
use crate::config::Config;
use crate::dedup;
use crate::model::{
    Ask, Effect, FeedState, Item, JudgedReport, Known, MAX_REPORTS_JUDGED_AT_ONCE, Timestamp, TrailLine, TrailSubject,
    Verdict,
};
use crate::notation::address::{Canonical, masked};
use crate::rules::{FeedFacts, Rules, judge};
use crate::store::{self, Store, StoredReport};

/// A stored report of which the rules of now say something else.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Its address, secrets masked; empty where it has none.
    pub url: String,
    /// Its title as it is shown by now.
    pub title: String,
    /// What changes, in words: "dropped", "added to dunia".
    pub changes: Vec<String>,
    /// By which rules, with file and line; empty where none says anything any more.
    pub by: Vec<String>,
}

/// What [`look`] and [`apply`] found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reapplied {
    /// In the order of arrival.
    pub differences: Vec<Difference>,
    /// Reports that were judged.
    pub judged: u64,
}

/// What the rules would change in reports that came at or after `since`. Changes nothing.
///
/// # Errors
/// When the store cannot be read.
pub async fn look(config: &Config, store: &Store, since: Timestamp, now: Timestamp) -> Result<Reapplied, store::Error> {
    walk(config, store, since, now, async |_| Ok(())).await
}

/// Changes them so.
///
/// # Errors
/// When the store cannot be read or written; what was changed before stays, and the same again does the rest.
pub async fn apply(
    config: &Config,
    store: &Store,
    since: Timestamp,
    now: Timestamp,
) -> Result<Reapplied, store::Error> {
    walk(config, store, since, now, async |judged: Vec<JudgedReport>| {
        let keys = judged.iter().flat_map(|judged| judged.keys.clone()).collect();
        let ask = Ask { keys, ..Ask::default() };
        let decide = move |known: &Known| judged.iter().flat_map(|one| effects(one, known, now)).collect();
        store.write(ask, decide).await.map(|_| ())
    })
    .await
}

/// Judges all reports since then, a bounded number at once, and hands on those that are judged otherwise now.
async fn walk(
    config: &Config,
    store: &Store,
    since: Timestamp,
    now: Timestamp,
    change: impl AsyncFn(Vec<JudgedReport>) -> Result<(), store::Error>,
) -> Result<Reapplied, store::Error> {
    let mut found = Reapplied::default();
    let judging = Judging::new(config, store, now).await?;
    let mut after = 0;
    loop {
        let reports = store.judged(since, after, MAX_REPORTS_JUDGED_AT_ONCE).await?;
        let Some(last) = reports.last() else { return Ok(found) };
        after = last.report;
        found.judged += reports.len() as u64;
        let (told, judged): (Vec<_>, Vec<_>) = reports.iter().filter_map(|report| judging.judge(report)).unzip();
        found.differences.extend(told);
        if !judged.is_empty() {
            change(judged).await?;
        }
    }
}

/// What becomes of a report that was judged anew. One that is dropped no longer is shown with others that tell the same
/// article.
fn effects(judged: &JudgedReport, known: &Known, now: Timestamp) -> Vec<Effect> {
    let mut judged = judged.clone();
    if !judged.verdict.dropped {
        judged.joins = dedup::folds_into(judged.report, &judged.item, judged.canonical_url.as_deref(), known);
    }
    let mut effects = lines(&judged, now);
    effects.push(Effect::Judge(Box::new(judged)));
    effects
}

/// The trail of a report that was judged anew.
fn lines(judged: &JudgedReport, at: Timestamp) -> Vec<Effect> {
    let about = TrailSubject::Report(judged.report);
    let mut lines: Vec<Effect> = dedup::rule_lines(&judged.verdict, about, at).collect();
    if lines.is_empty() {
        let text = "no rule says anything of it any more".to_owned();
        lines.push(Effect::Trail(TrailLine { about, at, kind: "rule", text }));
    }
    lines
}

/// What all reports are judged with.
struct Judging {
    rules: Rules,
    canonical: Canonical,
    /// Of each feed's row, what rules know of it.
    feeds: HashMap<i64, FeedFacts>,
}

impl Judging {
    async fn new(config: &Config, store: &Store, now: Timestamp) -> Result<Self, store::Error> {
        let feeds = store.feeds(now).await?.iter().map(|row| (row.id, facts(config, row))).collect();
        let dedup = &config.dedup;
        let canonical = Canonical { keep: dedup.keep_params.clone(), strip: dedup.strip_params.clone() };
        Ok(Self { rules: judging::rules(config), canonical, feeds })
    }

    /// A report as the rules leave it now, where that is something else.
    fn judge(&self, stored: &StoredReport) -> Option<(Difference, JudgedReport)> {
        let mut item = judging::as_it_came(&stored.item, &stored.verdict);
        let mut verdict = judge(&item, self.feeds.get(&stored.feed)?, &self.rules, stored.first_seen);
        judging::rewrite(&mut item, &mut verdict);
        if verdict.is_same(&stored.verdict) {
            return None;
        }
        let (keys, canonical_url, content_hash) = dedup::compared(&item, &self.canonical);
        let told = Difference {
            url: item.url.as_ref().map(|url| masked(url.as_str())).unwrap_or_default(),
            title: item.title.clone(),
            changes: changes(stored, &item, &verdict),
            by: verdict.hits.iter().map(|hit| format!("\"{}\" ({}:{})", hit.rule, hit.file, hit.line)).collect(),
        };
        let report = stored.report;
        let item_hash = stored.item_hash;
        Some((told, JudgedReport { report, item, keys, canonical_url, content_hash, item_hash, joins: None, verdict }))
    }
}

/// What rules know of a feed by its row; one that left feeds.toml is in no section there.
fn facts(config: &Config, row: &FeedState) -> FeedFacts {
    let document = (row.title.as_deref(), row.language.as_deref());
    match config.feed(&row.url) {
        Some(feed) => judging::facts(config, feed, document),
        None => FeedFacts {
            url: row.url.clone(),
            title: row.title.clone().unwrap_or_default(),
            default_language: row.language.clone().unwrap_or_else(|| config.site.language.clone()),
            ..FeedFacts::default()
        },
    }
}

/// What becomes of a report, in words.
fn changes(stored: &StoredReport, item: &Item, new: &Verdict) -> Vec<String> {
    let old = &stored.verdict;
    let mut changes = Vec::new();
    if old.dropped != new.dropped {
        changes.push(if new.dropped { "dropped" } else { "dropped no longer" }.to_owned());
    }
    if old.moved != new.moved {
        changes.push(if new.moved { "out of its feed's sections" } else { "in its feed's sections again" }.to_owned());
    }
    let mut compare = |before: &[String], after: &[String], gains: &str, loses: &str| {
        let gained = after.iter().filter(|one| !before.contains(one)).map(|one| format!("{gains} {one}"));
        let lost = before.iter().filter(|one| !after.contains(one)).map(|one| format!("{loses} {one}"));
        changes.extend(gained.chain(lost));
    };
    compare(&old.added, &new.added, "added to", "no longer added to");
    compare(&old.left, &new.left, "dropped from", "no longer dropped from");
    let names = |verdict: &Verdict| verdict.leave_out.iter().map(|out| out.name().to_owned()).collect::<Vec<_>>();
    compare(&names(old), &names(new), "left out of", "no longer left out of");
    compare(&stored.item.tags, &item.tags, "tagged", "tagged no longer");
    let authors = |item: &Item| item.authors.iter().filter_map(|author| author.name.clone()).collect::<Vec<_>>();
    compare(&authors(&stored.item), &authors(item), "author", "author no longer");
    if stored.item.title != item.title {
        changes.push(format!("title \"{}\" instead of \"{}\"", item.title, stored.item.title));
    }
    if stored.item.url != item.url {
        let was = stored.item.url.as_ref().map(|url| masked(url.as_str())).unwrap_or_default();
        changes.push(format!("another address than {was}"));
    }
    let text = |item: &Item| {
        (item.summary.clone(), item.content_text.clone(), item.content_html.clone(), item.summary_html.clone())
    };
    if text(&stored.item) != text(item) {
        changes.push("another text".to_owned());
    }
    changes
}
