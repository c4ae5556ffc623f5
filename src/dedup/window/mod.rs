//! Levels c and d: which reports tell one text in other words' clothing, and which tell one event.
//!
//! A window is a plain value: what it answers depends on the reports of its time alone, in the order in which they were
//! placed, so that one that is rebuilt from what is stored answers the same. Time is the arrival of reports.

mod reprints;
mod stories;

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use self::reprints::Reprints;
use self::stories::Stories;
pub use self::stories::StoryHit;
use crate::model::{Timestamp, Told};

/// How long a text is remembered; a story's `window` may be longer, then that.
const REPRINT_WINDOW: Duration = Duration::from_secs(7 * 24 * 3600);
/// Overlap of two texts from which on they lower the threshold at which their stories join.
const PARTIAL_OVERLAP: f64 = 0.5;
/// That threshold.
const PARTIAL_THRESHOLD: f64 = 0.20;
/// On so many days before, the same outlet has told the same title, and it is a column's and no event's.
const RECURRING_DAYS: usize = 2;

/// How reports are joined.
#[derive(Debug, Clone, PartialEq)]
pub struct Joining {
    /// The share of the shorter text from which on two are one (`text_overlap`); `None`: texts join nothing.
    pub overlap: Option<f64>,
    /// The likeness from which on a long text joins a story (`story_similarity`); `None`: there are no stories.
    pub similarity: Option<f64>,
    /// How long a story waits for its next report.
    pub window: Duration,
}

impl Joining {
    /// How long reports are remembered.
    #[must_use]
    pub fn remembers(&self) -> Duration {
        REPRINT_WINDOW.max(self.window)
    }
}

/// Where a report belongs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Placement {
    /// The reports of other outlets with its text, and how much of it, the oldest first.
    pub reprints: Vec<(i64, f64)>,
    /// The story that it joins; none: it opens one of its own.
    pub story: Option<StoryHit>,
}

/// The reports of the last days.
#[derive(Debug, Clone)]
pub struct Window {
    joining: Joining,
    live: VecDeque<Live>,
    /// The number of the first of `live`, counted from the first that was ever placed.
    first: u32,
    reprints: Reprints,
    stories: Stories,
    /// Days on which an outlet told a title.
    titles: HashMap<(u64, u64), Vec<i64>>,
}

#[derive(Debug, Clone)]
struct Live {
    told: Told,
    story: i64,
}

impl Window {
    /// Without a report.
    #[must_use]
    pub fn new(joining: Joining) -> Self {
        Self {
            joining,
            live: VecDeque::new(),
            first: 0,
            reprints: Reprints::default(),
            stories: Stories::default(),
            titles: HashMap::new(),
        }
    }

    /// Where a new report belongs. It has to be put there by [`Window::put`], or elsewhere.
    pub fn place(&mut self, told: &Told) -> Placement {
        self.forget(told.at);
        let mut placement = Placement::default();
        let mut partial = Vec::new();
        if let Some(least) = self.joining.overlap {
            for (number, overlap) in self.reprints.like(&told.signature.shingles, |number| self.live(number)) {
                let Some(other) = self.live(number).filter(|other| other.told.outlet != told.outlet) else { continue };
                if overlap >= least {
                    placement.reprints.push((other.told.report, overlap));
                } else if overlap >= PARTIAL_OVERLAP {
                    partial.push(other.story);
                }
            }
        }
        placement.reprints.sort_by_key(|(report, _)| *report);
        if let Some(similarity) = self.joining.similarity.filter(|_| !told.alone && !self.is_recurring(told)) {
            let since = told.at.minus(self.joining.window);
            placement.story = self.stories.nearest(&told.signature.terms, since, |story, terms| {
                let threshold = threshold(terms, similarity);
                if partial.contains(&story) { threshold.min(PARTIAL_THRESHOLD) } else { threshold }
            });
        }
        placement
    }

    /// Remembers a report in the story where it was put.
    pub fn put(&mut self, told: Told, story: i64) {
        let number = self.first.wrapping_add(u32::try_from(self.live.len()).unwrap_or(u32::MAX));
        self.reprints.add(number, &told.signature.shingles);
        self.stories.add(story, &told.signature.terms, told.at, !told.alone);
        self.titles.entry((told.outlet, told.signature.title)).or_default().push(day(told.at));
        self.live.push_back(Live { told, story });
    }

    /// When the oldest report arrived that is remembered.
    #[must_use]
    pub fn oldest(&self) -> Option<Timestamp> {
        self.live.front().map(|live| live.told.at)
    }

    /// How many reports are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.live.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    fn live(&self, number: u32) -> Option<&Live> {
        self.live.get(usize::try_from(number.wrapping_sub(self.first)).ok()?)
    }

    /// Reports that arrived too long before `now` leave, with all that was known by them.
    fn forget(&mut self, now: Timestamp) {
        let since = now.minus(self.joining.remembers());
        while self.live.front().is_some_and(|oldest| oldest.told.at < since) {
            let Some(Live { told, story }) = self.live.pop_front() else { return };
            self.reprints.remove(self.first, &told.signature.shingles);
            self.stories.remove(story, &told.signature.terms, !told.alone);
            let title = (told.outlet, told.signature.title);
            if let Some(days) = self.titles.get_mut(&title) {
                days.remove(0);
                if days.is_empty() {
                    self.titles.remove(&title);
                }
            }
            self.first = self.first.wrapping_add(1);
        }
    }

    fn is_recurring(&self, told: &Told) -> bool {
        let today = day(told.at);
        let Some(days) = self.titles.get(&(told.outlet, told.signature.title)) else { return false };
        let mut earlier: Vec<i64> = days.iter().copied().filter(|day| *day < today).collect();
        earlier.dedup();
        earlier.len() >= RECURRING_DAYS
    }
}

fn day(at: Timestamp) -> i64 {
    at.unix_millis().div_euclid(24 * 3600 * 1000)
}

/// Terms of a bare title.
const BARE_TERMS: f64 = 8.0;
/// Of the likeness that is asked of long texts, the share that is asked of a bare title: 0.11 of 0.30.
const BARE_SHARE: f64 = 0.11 / 0.30;
/// Terms from which on a text is long enough for `story_similarity`.
const LONG_TERMS: f64 = 22.0;

/// The likeness that is asked of two texts the shorter of which has so many terms. Short ones share few words with any.
fn threshold(terms: usize, similarity: f64) -> f64 {
    let terms = f64::from(u32::try_from(terms).unwrap_or(u32::MAX));
    let length = ((terms - BARE_TERMS) / (LONG_TERMS - BARE_TERMS)).clamp(0.0, 1.0);
    similarity * (BARE_SHARE + (1.0 - BARE_SHARE) * length)
}
