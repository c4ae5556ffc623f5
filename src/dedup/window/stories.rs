//! Level d: the story whose words a report shares. A story is the mean of its reports; a word counts the more, the fewer
//! reports of the window hold it.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::model::Timestamp;

/// Terms by which a story is known.
const MAX_STORY_TERMS: usize = 64;
/// The rarest terms of a report, by which stories are looked up.
const MAX_ASKED_TERMS: usize = 12;
/// Stories that one term may name; what names more tells nothing.
const MAX_NAMED: usize = 512;
/// Terms that a report must share with a story.
const MIN_SHARED: usize = 2;

/// Reports without a word in common that are imagined before the first one, so that in an empty window the words of the
/// first event are not taken for everyone's.
const IMAGINED_REPORTS: f64 = 10.0;

/// A story that a report joins.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryHit {
    /// Its number.
    pub story: i64,
    /// How alike it is: the cosine of both vectors.
    pub score: f64,
    /// What was asked of that.
    pub threshold: f64,
    /// Terms that both have.
    pub shared: usize,
    /// The next best story and its score.
    pub rival: Option<(i64, f64)>,
}

/// The stories of the window.
#[derive(Debug, Clone, Default)]
pub(super) struct Stories {
    stories: HashMap<i64, Story>,
    /// Stories by the terms by which they are known.
    named: HashMap<u32, Vec<i64>>,
    /// Reports that hold a term, and reports in all.
    holders: HashMap<u32, u32>,
    reports: u32,
}

#[derive(Debug, Clone)]
struct Story {
    /// Summed weights of its reports' terms. Whole numbers, so that the order of coming and going leaves no trace.
    sums: HashMap<u32, u32>,
    /// The heaviest of them, sorted by term.
    known_by: Vec<(u32, u32)>,
    members: usize,
    /// Terms of all its reports together.
    terms: usize,
    last: Timestamp,
}

/// How much a term weighs in its own text, in hundredths: once 100, twice 169, four times 239.
fn weight(count: u8) -> u32 {
    let hundredths = (1.0 + f64::from(count.max(1)).ln()) * 100.0;
    // At most 655 for 255 times.
    hundredths as u32
}

impl Stories {
    pub(super) fn add(&mut self, number: i64, terms: &[(u32, u8)], at: Timestamp, joinable: bool) {
        self.reports += 1;
        for (term, _) in terms {
            *self.holders.entry(*term).or_default() += 1;
        }
        if !joinable {
            return;
        }
        let new = || Story { sums: HashMap::new(), known_by: Vec::new(), members: 0, terms: 0, last: at };
        let story = self.stories.entry(number).or_insert_with(new);
        story.members += 1;
        story.terms += terms.len();
        story.last = story.last.max(at);
        for (term, count) in terms {
            *story.sums.entry(*term).or_default() += weight(*count);
        }
        self.name(number);
    }

    pub(super) fn remove(&mut self, number: i64, terms: &[(u32, u8)], joinable: bool) {
        self.reports = self.reports.saturating_sub(1);
        for (term, _) in terms {
            let Some(holders) = self.holders.get_mut(term) else { continue };
            *holders -= 1;
            if *holders == 0 {
                self.holders.remove(term);
            }
        }
        let Some(story) = self.stories.get_mut(&number).filter(|_| joinable) else { return };
        story.members = story.members.saturating_sub(1);
        story.terms = story.terms.saturating_sub(terms.len());
        for (term, count) in terms {
            let Some(sum) = story.sums.get_mut(term) else { continue };
            *sum = sum.saturating_sub(weight(*count));
            if *sum == 0 {
                story.sums.remove(term);
            }
        }
        self.name(number);
        if self.stories.get(&number).is_some_and(|story| story.members == 0) {
            self.stories.remove(&number);
        }
    }

    /// Finds anew by which terms a story is known.
    fn name(&mut self, number: i64) {
        let Some(story) = self.stories.get_mut(&number) else { return };
        let mut heaviest: Vec<(u32, u32)> = story.sums.iter().map(|(term, sum)| (*term, *sum)).collect();
        heaviest.sort_unstable_by_key(|(term, sum)| (Reverse(*sum), *term));
        heaviest.truncate(MAX_STORY_TERMS);
        heaviest.sort_unstable_by_key(|(term, _)| *term);
        let before = std::mem::replace(&mut story.known_by, heaviest);
        let now = &story.known_by;
        let has = |list: &[(u32, u32)], term: u32| list.binary_search_by_key(&term, |(other, _)| *other).is_ok();
        for (term, _) in before.iter().filter(|(term, _)| !has(now, *term)) {
            let Some(named) = self.named.get_mut(term) else { continue };
            named.retain(|other| *other != number);
            if named.is_empty() {
                self.named.remove(term);
            }
        }
        for (term, _) in now.iter().filter(|(term, _)| !has(&before, *term)) {
            self.named.entry(*term).or_default().push(number);
        }
    }

    /// How much a term tells: the fewer reports hold it, the more.
    fn rarity(&self, term: u32) -> f64 {
        let holders = self.holders.get(&term).copied().unwrap_or(0);
        ((f64::from(self.reports) + IMAGINED_REPORTS) / (f64::from(holders) + 0.5)).ln().max(0.0)
    }

    /// The story most alike of those whose last report came at `since` or later, where that is enough.
    pub(super) fn nearest(
        &self,
        terms: &[(u32, u8)],
        since: Timestamp,
        threshold: impl Fn(i64, usize) -> f64,
    ) -> Option<StoryHit> {
        let vector: Vec<(u32, f64)> =
            terms.iter().map(|(term, n)| (*term, f64::from(weight(*n)) * self.rarity(*term))).collect();
        let norm = vector.iter().map(|(_, x)| x * x).sum::<f64>().sqrt();
        let mut hits: Vec<StoryHit> = Vec::new();
        for number in self.candidates(terms) {
            let Some(story) = self.stories.get(&number).filter(|story| story.last >= since) else { continue };
            let (mut dot, mut square, mut shared, mut at) = (0.0, 0.0, 0, 0);
            for (term, sum) in &story.known_by {
                let x = f64::from(*sum) * self.rarity(*term);
                square += x * x;
                at += vector[at..].partition_point(|(other, _)| other < term);
                if let Some((_, y)) = vector.get(at).filter(|(other, _)| other == term) {
                    dot += x * y;
                    shared += 1;
                }
            }
            let size = norm * f64::sqrt(square);
            if shared < MIN_SHARED || size <= 0.0 {
                continue;
            }
            let threshold = threshold(number, terms.len().min(story.terms / story.members.max(1)));
            hits.push(StoryHit { story: number, score: dot / size, threshold, shared, rival: None });
        }
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.story.cmp(&b.story)));
        let rival = hits.get(1).map(|hit| (hit.story, hit.score));
        let best = hits.into_iter().next().filter(|hit| hit.score >= hit.threshold)?;
        Some(StoryHit { rival, ..best })
    }

    /// Stories that are known by one of the rarest terms, each once, the oldest first.
    fn candidates(&self, terms: &[(u32, u8)]) -> Vec<i64> {
        let mut asked: Vec<(u32, u32)> =
            terms.iter().filter_map(|(term, _)| Some((self.holders.get(term).copied()?, *term))).collect();
        asked.sort_unstable_by_key(|(holders, term)| (*holders, Reverse(*term)));
        asked.truncate(MAX_ASKED_TERMS);
        let lists = asked.iter().filter_map(|(_, term)| self.named.get(term)).filter(|list| list.len() <= MAX_NAMED);
        let mut stories: Vec<i64> = lists.flatten().copied().collect();
        stories.sort_unstable();
        stories.dedup();
        stories
    }
}
