//! Archives as rows: what is made once, what comes back, what `keep` takes.

use super::*;

#[tokio::test]
async fn a_story_that_comes_back_to_a_section_is_archived_there_anew() {
    let fixture = Fixture::new(&[("f", &["a"]), ("g", &["a"])]).await;
    let limits = SectionLimits { items: 1, items_max: 1, ..LIMITS };
    fixture.add("f", vec![new("satu", 1), new("dua", 2)]).await;
    fixture.store.settle_archives("a", limits, None).await.unwrap();
    fixture.configure(&[("f", &["b"]), ("g", &["a"])]).await;
    let entry = fixture.store.section("b", LIMITS).await.unwrap()[1].entry;
    fixture.add("g", vec![joining("satu lagi", 3, Joins::Entry(entry))]).await;
    fixture.store.settle_archives("a", limits, None).await.unwrap();
    let mut held = Vec::new();
    for archive in fixture.store.archives("a").await.unwrap() {
        held.push(fixture.store.archive("a", archive.n).await.unwrap().len());
    }
    assert_eq!((fixture.shown("a").await, held), (vec!["satu lagi".to_owned()], vec![0, 0, 1]));
}

#[tokio::test]
async fn what_a_feed_shows_is_not_taken_with_an_old_archive() {
    let fixture = Fixture::new(&[("f", &["a"]), ("g", &["a"])]).await;
    let limits = SectionLimits { items: 1, items_max: 1, ..LIMITS };
    fixture.add("f", vec![new("satu", 1), new("dua", 2)]).await;
    fixture.store.settle_archives("a", limits, None).await.unwrap();
    let entry = fixture.store.section("a", LIMITS).await.unwrap()[1].entry;
    fixture.add("g", vec![joining("satu lagi", 30, Joins::Entry(entry))]).await;
    fixture.configure(&[("f", &["b"]), ("g", &["a"])]).await;
    assert_eq!(fixture.shown("a").await, ["satu lagi"]);
    fixture.store.settle_archives("a", limits, Some(at(20))).await.unwrap();
    assert_eq!(fixture.shown("a").await, ["satu lagi"]);
}

#[tokio::test]
async fn what_a_feed_brings_from_another_section_is_kept_no_longer_there() {
    let fixture = Fixture::new(&[("f", &["b"]), ("g", &["a"])]).await;
    let limits = SectionLimits { items: 1, items_max: 1, ..LIMITS };
    fixture.add("f", vec![new("lama", 1)]).await;
    fixture.add("g", vec![new("satu", 100), new("dua", 101), new("tiga", 102)]).await;
    fixture.store.settle_archives("a", limits, None).await.unwrap();
    fixture.configure(&[("f", &["a"]), ("g", &["a"])]).await;
    fixture.store.settle_archives("a", limits, None).await.unwrap();
    fixture.add("g", vec![new("empat", 103)]).await;
    while fixture.store.settle_archives("a", limits, Some(at(20))).await.unwrap() {}
    assert_eq!(fixture.shown("a").await.len(), 4, "the old one has left");
    let archives = fixture.store.archives("a").await.unwrap();
    let numbers: Vec<i64> = archives.iter().map(|archive| archive.n).collect();
    assert_eq!(numbers, [1, 2, 3, 5], "document 4 held it");
    let revision = |n: usize| archives[n].revision;
    assert!(revision(3) > revision(2), "the one behind it links elsewhere and is drawn anew");
}
