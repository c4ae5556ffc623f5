//! What a takedown concerns: the reports that an address means, and which new item is one of them again.

use super::identity::{MATCHES, URL};
use super::likeness;
use super::sketch::Sketch;
use crate::model::{Effect, KeptOut, Known, Named, Timestamp, ToldReport, TrailLine, TrailSubject};
use crate::notation::address::masked;

/// The reports that a person means, of those that could be: all that are shown at the very address; where none is, all
/// of the article by its canonical address; else all of the entry with that published id. Another outlet that tells the
/// same under an address of its own is not meant.
#[must_use]
pub fn meant<'a>(told: &'a [ToldReport], named: &Named) -> Vec<&'a ToldReport> {
    let by = |is_meant: &dyn Fn(&ToldReport) -> bool| -> Vec<&'a ToldReport> {
        told.iter().filter(|report| is_meant(report)).collect()
    };
    let shown = by(&|report| report.url.as_ref() == Some(&named.url));
    if !shown.is_empty() {
        return shown;
    }
    let canonical = by(&|report| named.canonical.is_some() && report.canonical_url == named.canonical);
    if !canonical.is_empty() {
        return canonical;
    }
    by(&|report| report.id == named.url.as_str())
}

/// Takes the asked reports down that a person has not taken down yet.
#[must_use]
pub fn take_down(known: &Known, named: &Named, now: Timestamp) -> Vec<Effect> {
    let text = format!("by hand, named as {}", masked(named.url.as_str()));
    let rows = known.told.iter().filter(|row| row.taken_down.is_none_or(|down| down.root.is_none()));
    let effects = |row: &ToldReport| {
        [Effect::TakeDown { report: row.report, at: now }, line(row.report, now, "taken_down", text.clone())]
    };
    rows.flat_map(effects).collect()
}

/// Takes the takedowns of the asked reports back.
#[must_use]
pub fn restore(known: &Known, named: &Named, now: Timestamp) -> Vec<Effect> {
    let text = format!("taken down no longer, by hand, named as {}", masked(named.url.as_str()));
    let rows = known.told.iter().filter(|row| row.taken_down.is_some_and(|down| down.root.is_some()));
    let effects = |row: &ToldReport| {
        let report = row.taken_down.and_then(|down| down.root).unwrap_or(row.report);
        [line(row.report, now, "restored", text.clone()), Effect::Restore { report }]
    };
    rows.flat_map(effects).collect()
}

fn line(report: i64, at: Timestamp, kind: &'static str, text: String) -> Effect {
    Effect::Trail(TrailLine { about: TrailSubject::Report(report), at, kind, text })
}

/// Whether an item that its feed never told before is kept out from the start: with all of its feed, or because a person
/// took down what it is: a report of the same article by the same feed, or one at the very same address by any. Where an
/// address is that of a ticker or a list, the title has to be the same too.
pub(super) fn keeps_out(known: &Known, sketch: &Sketch<'_>) -> Option<KeptOut> {
    let feed = known.feed.as_ref();
    let own = feed.map_or(0, |feed| feed.id);
    let same = MATCHES.iter().find(|row| row.name == URL).map(|row| row.same)?;
    let hits = sketch.key(URL).and_then(|key| known.by_key.get(key)).map_or(&[][..], Vec::as_slice);
    let mut down = likeness::of_one_article(sketch, hits).into_iter().filter(|hit| {
        let is_here = hit.feed == own || (hit.url.is_some() && hit.url == sketch.item.url);
        is_here && same(sketch, hit)
    });
    down.find_map(|hit| hit.taken_with)
        .map(KeptOut::Like)
        .or_else(|| feed.and_then(|feed| feed.taken_down).map(|_| KeptOut::WithFeed))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::model::{EntryRef, TakenDown};

    fn report(report: i64, url: &str, canonical: &str) -> ToldReport {
        ToldReport {
            report,
            entry: EntryRef(1),
            id: "tag:warta.example,2026:item/1".to_owned(),
            feed: "https://a.example/feed".to_owned(),
            url: Url::parse(url).ok(),
            canonical_url: Some(canonical.to_owned()),
            title: String::new(),
            taken_down: None,
        }
    }

    #[test]
    fn the_nearest_meaning_of_an_address_counts() {
        let told = [
            report(1, "https://a.example/1?utm_source=x", "a.example/1"),
            report(2, "https://m.a.example/1", "a.example/1"),
            report(3, "https://b.example/salinan", "b.example/salinan"),
        ];
        let check = |url: &str, canonical: Option<&str>, expected: &[i64]| {
            let named = Named { url: Url::parse(url).unwrap(), canonical: canonical.map(str::to_owned) };
            let meant: Vec<i64> = meant(&told, &named).iter().map(|row| row.report).collect();
            assert_eq!(meant, expected, "{url}");
        };
        check("https://m.a.example/1", Some("a.example/1"), &[2]);
        check("https://a.example/1", Some("a.example/1"), &[1, 2]);
        check("https://b.example/salinan", Some("b.example/salinan"), &[3]);
        check("tag:warta.example,2026:item/1", None, &[1, 2, 3]);
        check("https://c.example/1", Some("c.example/1"), &[]);
    }

    #[test]
    fn what_is_down_is_not_taken_down_twice_and_what_is_not_is_not_restored() {
        let now = Timestamp::from_unix_millis(1_780_000_000_000);
        let named = Named { url: Url::parse("https://a.example/1").unwrap(), canonical: None };
        let down = |root| Some(TakenDown { at: now, root });
        let mut told = [1, 2, 3].map(|n| report(n, "https://a.example/1", "a.example/1"));
        told[1].taken_down = down(Some(9));
        told[2].taken_down = down(None);
        let known = Known { told: told.to_vec(), ..Known::default() };
        let taken = take_down(&known, &named, now);
        let reports: Vec<i64> = taken
            .iter()
            .filter_map(|effect| if let Effect::TakeDown { report, .. } = effect { Some(*report) } else { None })
            .collect();
        assert_eq!((reports, taken.len()), (vec![1, 3], 4), "what is down with its feed is taken down by itself too");
        let restored = restore(&known, &named, now);
        assert_eq!(restored.len(), 2);
        assert_eq!(restored[1], Effect::Restore { report: 9 });
    }
}
