//! Whether what a rule looks for holds of an item.

use std::time::Duration;

use super::FeedFacts;
use super::draft::Draft;
use crate::model::{Missing, Timestamp, When};
use crate::notation::pattern::Pattern;

/// A [`When`] with its patterns compiled.
#[derive(Debug)]
pub(super) struct Condition {
    title: Vec<Pattern>,
    text: Vec<Pattern>,
    url: Vec<Pattern>,
    author: Vec<Pattern>,
    tag: Vec<Pattern>,
    feed: Vec<Pattern>,
    language: Vec<Pattern>,
    older_than: Option<Duration>,
    missing: Vec<Missing>,
    any: Vec<Condition>,
    not: Option<Box<Condition>>,
}

impl Condition {
    /// Compiles one. It nests no deeper than the file that was read (`MAX_RULE_DEPTH`).
    pub(super) fn new(when: &When) -> Result<Self, String> {
        let read =
            |patterns: &[String]| patterns.iter().map(|text| Pattern::parse(text)).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            title: read(&when.title)?,
            text: read(&when.text)?,
            url: read(&when.url)?,
            author: read(&when.author)?,
            tag: read(&when.tag)?,
            feed: read(&when.feed)?,
            language: read(&when.language)?,
            older_than: when.older_than,
            missing: when.missing.clone(),
            any: when.any.iter().map(Self::new).collect::<Result<_, _>>()?,
            not: when.not.as_deref().map(|not| Self::new(not).map(Box::new)).transpose()?,
        })
    }

    /// Whether all of it holds. What is cheap is asked first.
    pub(super) fn holds(&self, draft: &Draft<'_>, feed: &FeedFacts, now: Timestamp) -> bool {
        let is_one =
            |patterns: &[Pattern], said: &dyn Fn(&Pattern) -> bool| patterns.is_empty() || patterns.iter().any(said);
        is_one(&self.feed, &|pattern| pattern.is_match(&feed.url) || pattern.is_match(&feed.title))
            && is_one(&self.language, &|pattern| pattern.is_match(language(draft, feed)))
            && is_one(&self.title, &|pattern| pattern.is_match(draft.title()))
            && is_one(&self.url, &|pattern| draft.url().is_some_and(|url| pattern.is_match(url.as_str())))
            && is_one(&self.tag, &|pattern| draft.tags().iter().any(|tag| pattern.is_match(tag)))
            && is_one(&self.author, &|pattern| names(draft).any(|name| pattern.is_match(name)))
            && self.older_than.is_none_or(|age| is_older(draft, age, now))
            && self.missing.iter().all(|part| is_missing(draft, *part))
            && is_one(&self.text, &|pattern| pattern.is_match(draft.text()))
            && (self.any.is_empty() || self.any.iter().any(|one| one.holds(draft, feed, now)))
            && self.not.as_ref().is_none_or(|not| !not.holds(draft, feed, now))
    }
}

fn language<'a>(draft: &'a Draft<'_>, feed: &'a FeedFacts) -> &'a str {
    feed.language.as_deref().or(draft.item.language.as_deref()).unwrap_or(&feed.default_language)
}

fn names<'a>(draft: &'a Draft<'_>) -> impl Iterator<Item = &'a str> {
    draft.authors().iter().filter_map(|author| author.name.as_deref())
}

/// What has no date of its own came when it was seen, and is not old.
fn is_older(draft: &Draft<'_>, age: Duration, now: Timestamp) -> bool {
    draft.item.has_own_date && draft.item.date_published.is_some_and(|at| at <= now.minus(age))
}

fn is_missing(draft: &Draft<'_>, part: Missing) -> bool {
    match part {
        Missing::Title => draft.title().is_empty(),
        Missing::Text => draft.text().trim().is_empty(),
        Missing::Url => draft.url().is_none(),
        Missing::Author => names(draft).next().is_none(),
        Missing::Tag => draft.tags().is_empty(),
        Missing::Image => draft.item.image.is_none(),
        Missing::Date => !draft.item.has_own_date,
    }
}
