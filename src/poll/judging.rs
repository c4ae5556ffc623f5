//! What the operator's rules say of items, and the items as they leave them: judged between cleaning and comparing.

use std::collections::{BTreeSet, HashMap};

use url::Url;

use crate::clean::html::sanitise;
use crate::config::{Config, FeedConfig};
use crate::model::{Effect, Feed, Fields, Item, Known, Timestamp, Verdict};
use crate::rules::{FeedFacts, Rules, judge};

/// The rules of a configuration. Each pattern was read when the file was checked.
pub(super) fn rules(config: &Config) -> Rules {
    let names = |rules: &[String]| rules.iter().cloned().collect::<BTreeSet<_>>();
    let sections: HashMap<_, _> =
        config.sections.iter().map(|section| (section.id.clone(), names(&section.rules))).collect();
    Rules::new(&config.rules, sections).unwrap_or_else(|error| {
        tracing::error!(error, "no rule works");
        Rules::default()
    })
}

/// What rules know of a feed; `document` has title and language as its document tells them.
pub(super) fn facts(config: &Config, feed: &FeedConfig, document: (Option<&str>, Option<&str>)) -> FeedFacts {
    let (title, language) = document;
    let of_section = || feed.sections.iter().find_map(|id| config.section(id)).map(|section| section.language.as_str());
    FeedFacts {
        url: feed.key.clone(),
        title: feed.title.as_deref().or(title).unwrap_or_default().to_owned(),
        language: feed.language.clone(),
        default_language: language.or_else(of_section).unwrap_or(&config.site.language).to_owned(),
        sections: feed.sections.clone(),
        rules: feed.rules.iter().cloned().collect(),
    }
}

/// Judges every item of a document and writes what rules rewrite.
pub(super) fn judge_all(rules: &Rules, config: &Config, asked: &FeedConfig, mut feed: Feed, now: Timestamp) -> Feed {
    if rules.is_empty() {
        return feed;
    }
    let facts = facts(config, asked, (Some(&feed.title), feed.language.as_deref()));
    let verdicts = feed.items.iter_mut().map(|item| {
        let mut verdict = judge(item, &facts, rules, now);
        rewrite(item, &mut verdict);
        verdict
    });
    feed.verdicts = verdicts.collect();
    feed
}

/// Writes into an item what a verdict rewrote, its HTML cleaned; the verdict remembers what stood there.
pub(super) fn rewrite(item: &mut Item, verdict: &mut Verdict) {
    if verdict.rewritten == Fields::default() {
        return;
    }
    verdict.before = verdict.rewritten.of(item);
    put(&mut verdict.rewritten, item);
}

/// The item as it came, of one that rules rewrote.
pub(super) fn as_it_came(item: &Item, verdict: &Verdict) -> Item {
    let mut item = item.clone();
    put(&mut verdict.before.clone(), &mut item);
    item
}

/// Puts fields into an item; what is HTML goes through the sanitiser, which changes nothing in what it made itself.
fn put(fields: &mut Fields, item: &mut Item) {
    fields.put_short_into(item);
    let base: Option<Url> = item.url.clone();
    for (field, place) in
        [(&mut fields.content_html, &mut item.content_html), (&mut fields.summary_html, &mut item.summary_html)]
    {
        if let Some(html) = field {
            let clean = sanitise(html, base.as_ref()).html;
            clean.as_str().clone_into(html);
            *place = Some(clean);
        }
    }
}

/// Items that are stored already are as old as they were when they came: what rules say of their age stays.
pub(super) fn by_arrival(effects: &mut [Effect], known: &Known, feed: &FeedFacts, rules: &Rules) {
    if rules.is_empty() {
        return;
    }
    let arrivals: HashMap<i64, Timestamp> =
        known.by_key.values().flatten().chain(&known.newest).map(|row| (row.report, row.first_seen)).collect();
    for effect in effects {
        let Effect::Update(update) = effect else { continue };
        let Some(first_seen) = arrivals.get(&update.report) else { continue };
        let mut verdict = judge(&as_it_came(&update.item, &update.verdict), feed, rules, *first_seen);
        verdict.before.clone_from(&update.verdict.before);
        verdict.rewritten.clone_from(&update.verdict.rewritten);
        update.verdict = verdict;
    }
}
