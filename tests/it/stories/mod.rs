//! Reprints and stories, measured: on headlines that people sorted, and on outlets that are made up.

pub(crate) mod made;
mod told;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use warta::dedup::{Joining, Window, is_column, signature};
use warta::model::{Timestamp, Told};

use self::made::{Dice, Made};

/// What ships.
fn joining() -> Joining {
    Joining { overlap: Some(0.8), similarity: Some(0.30), window: Duration::from_secs(72 * 3600) }
}

/// A table of headlines that people sorted into events, where another than our own is to be judged: event, seconds (or
/// minutes, in ours), outlet and title in columns.
const HEADLINES: &str = "WARTA_TEST_HEADLINES";

fn told(report: i64, outlet: &str, millis: i64, title: &str, text: &str) -> Told {
    Told {
        report,
        outlet: outlet.bytes().fold(7, |hash: u64, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte))),
        at: Timestamp::from_unix_millis(millis),
        signature: signature(title, text),
        alone: is_column(title, &[]),
    }
}

/// Where each report was put: its story, and its group of reprints, by the numbers of their first reports.
struct Found {
    stories: Vec<i64>,
    texts: Vec<i64>,
}

fn place(reports: &[Told]) -> Found {
    let mut window = Window::new(joining());
    let (mut stories, mut texts): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
    for told in reports {
        let placement = window.place(told);
        let mut text = told.report;
        for (other, _) in &placement.reprints {
            let group = texts[usize::try_from(*other).unwrap()];
            // Two groups that this text shows to be one.
            let (kept, lost) = (group.min(text), group.max(text));
            texts.iter_mut().filter(|at| **at == lost).for_each(|at| *at = kept);
            text = kept;
        }
        let story = match (placement.reprints.first(), &placement.story) {
            (Some((other, _)), _) => stories[usize::try_from(*other).unwrap()],
            (None, Some(hit)) => hit.story,
            (None, None) => told.report,
        };
        window.put(told.clone(), story);
        stories.push(story);
        texts.push(text);
    }
    Found { stories, texts }
}

#[derive(Debug)]
struct Score {
    precision: f64,
    recall: f64,
    f1: f64,
}

/// By B-cubed: the mean over reports.
fn b_cubed<G: Eq + std::hash::Hash>(found: &[i64], gold: &[G]) -> Score {
    let mut by_found: HashMap<i64, HashSet<usize>> = HashMap::new();
    let mut by_gold: HashMap<&G, HashSet<usize>> = HashMap::new();
    for (at, (story, event)) in found.iter().zip(gold).enumerate() {
        by_found.entry(*story).or_default().insert(at);
        by_gold.entry(event).or_default().insert(at);
    }
    let (mut precision, mut recall) = (0.0, 0.0);
    for (story, event) in found.iter().zip(gold) {
        let (a, b) = (&by_found[story], &by_gold[event]);
        let both = a.intersection(b).count();
        precision += share(both, a.len());
        recall += share(both, b.len());
    }
    score(precision / share(found.len(), 1), recall / share(found.len(), 1))
}

fn share(part: usize, whole: usize) -> f64 {
    f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(whole).unwrap())
}

fn score(precision: f64, recall: f64) -> Score {
    Score { precision, recall, f1: 2.0 * precision * recall / (precision + recall) }
}

/// Over all pairs of reports.
fn pairwise(reports: usize, same: impl Fn(usize, usize) -> (bool, bool)) -> Score {
    let (mut both, mut found, mut gold) = (0.0, 0.0, 0.0);
    for a in 0..reports {
        for b in a + 1..reports {
            let (is_found, is_gold) = same(a, b);
            both += f64::from(u8::from(is_found && is_gold));
            found += f64::from(u8::from(is_found));
            gold += f64::from(u8::from(is_gold));
        }
    }
    score(both / found, both / gold)
}

fn made_told(made: &[Made]) -> Vec<Told> {
    let start = 1_795_500_000_000;
    let row = |(n, report): (usize, &Made)| {
        told(i64::try_from(n).unwrap(), &report.outlet, start + report.minute * 60_000, &report.title, &report.text)
    };
    made.iter().enumerate().map(row).collect()
}

#[test]
fn bare_headlines_find_their_events() {
    let own = || include_str!("../../fixtures/headlines.tsv").to_owned();
    let text = std::env::var(HEADLINES).map_or_else(|_| own(), |path| std::fs::read_to_string(path).unwrap());
    let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect::<Vec<_>>());
    let mut rows: Vec<(i64, Vec<&str>)> = rows.map(|row| (row[1].parse().unwrap(), row)).collect();
    rows.sort_by_key(|(time, _)| *time);
    let row =
        |(n, (time, row)): (usize, &(i64, Vec<&str>))| told(i64::try_from(n).unwrap(), row[2], time * 1000, row[3], "");
    let reports: Vec<Told> = rows.iter().enumerate().map(row).collect();
    let gold: Vec<&str> = rows.iter().map(|(_, row)| row[0]).collect();
    let score = b_cubed(&place(&reports).stories, &gold);
    assert!(score.precision >= 0.93 && score.f1 >= 0.68, "{score:?}");
}

#[test]
fn made_up_outlets_are_joined_by_text_and_by_event() {
    for seed in 1..=3 {
        let made = made::reports(seed, 300);
        let found = place(&made_told(&made));
        let events: Vec<usize> = made.iter().map(|report| report.event).collect();
        let stories = b_cubed(&found.stories, &events);
        assert!(stories.precision >= 0.95 && stories.recall >= 0.95, "seed {seed}: {stories:?}");
        let is_reprint = |a: &Made, b: &Made| a.wire.is_some() && a.wire == b.wire;
        let texts = pairwise(made.len(), |a, b| (found.texts[a] == found.texts[b], is_reprint(&made[a], &made[b])));
        assert!(texts.precision >= 0.98 && texts.f1 >= 0.95, "seed {seed}: {texts:?}");

        let mut order: Vec<usize> = (0..made.len()).collect();
        Dice(seed).shuffle(&mut order);
        // The same reports at the same moments, told by the outlets in another order.
        let shuffled: Vec<Made> =
            order.iter().zip(&made).map(|(&at, first)| Made { minute: first.minute, ..made[at].clone() }).collect();
        let again = place(&made_told(&shuffled));
        let events: Vec<usize> = order.iter().map(|&at| made[at].event).collect();
        let score = b_cubed(&again.stories, &events);
        assert!((score.f1 - stories.f1).abs() <= 0.02, "seed {seed}: {score:?} and {stories:?}");
        let together = |texts: &[i64], a: usize, b: usize| texts[a] == texts[b];
        for a in 0..order.len() {
            for b in a + 1..order.len() {
                let (before, after) = (together(&found.texts, order[a], order[b]), together(&again.texts, a, b));
                assert_eq!(before, after, "seed {seed}: {} and {}", order[a], order[b]);
            }
        }
    }
}

#[test]
fn a_window_that_is_rebuilt_answers_the_same() {
    let made = made_told(&made::reports(5, 500));
    let mut window = Window::new(joining());
    let mut put: Vec<(Told, i64)> = Vec::new();
    for (n, told) in made.iter().enumerate() {
        let placement = window.place(told);
        if n % 97 == 0 {
            let mut rebuilt = Window::new(joining());
            put.iter().for_each(|(told, story)| rebuilt.put(told.clone(), *story));
            assert_eq!(rebuilt.place(told), placement, "report {n}");
            assert_eq!(rebuilt.len(), window.len());
        }
        let story = placement.story.map_or(told.report, |hit| hit.story);
        window.put(told.clone(), story);
        put.push((told.clone(), story));
    }
}

#[test]
fn what_is_older_than_the_window_leaves_it() {
    let mut window = Window::new(joining());
    let day = 24 * 3600 * 1000;
    let text = "Banjir merendam tiga kecamatan di pesisir utara sejak Senin malam dan memaksa ratusan keluarga mengungsi ke balai desa";
    for n in 0..40 {
        let told = told(n, &format!("Media {n}"), n * day, "Banjir rendam pesisir utara", text);
        let placement = window.place(&told);
        assert_eq!(placement.reprints.len(), usize::try_from(n.min(7)).unwrap(), "seven days are remembered");
        window.put(told, 0);
        assert!(window.len() <= 8);
    }
    let late = told(99, "Lain", 39 * day + 73 * 3600 * 1000, "Banjir rendam pesisir utara", text);
    assert_eq!(window.place(&late).story, None, "a story waits for 72 hours");
    let soon = told(99, "Lain", 39 * day + 73 * 3600 * 1000 + 1, "Banjir rendam pesisir utara", "");
    assert!(!window.is_empty() && window.place(&soon).story.is_none());
}

#[test]
fn a_heading_that_returns_each_day_is_no_story() {
    let mut window = Window::new(joining());
    let day = 24 * 3600 * 1000;
    let stories: Vec<bool> = (0..5)
        .map(|n| {
            let told = told(n, "Obor", n * day, "Kabar Pagi Obor: Kota Rimba Hari Selasa", "");
            let joins = window.place(&told).story.is_some();
            window.put(told, if joins { 0 } else { n });
            joins
        })
        .collect();
    assert_eq!(stories[2..], [false; 3], "twice seen on earlier days");
}
