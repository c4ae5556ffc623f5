//! Feeds and sections that move, get another id, go and come back.

use super::*;

#[tokio::test]
async fn a_moved_feed_takes_its_items_along_in_the_order_of_their_arrival() {
    let fixture = Fixture::new(&[("f", &["a"]), ("g", &["b"])]).await;
    fixture.add("f", vec![new("f1", 1)]).await;
    fixture.add("g", vec![new("g1", 2)]).await;
    fixture.add("f", vec![new("f2", 3)]).await;
    let configured = fixture.configure(&[("f", &["b"]), ("g", &["b"])]).await;
    assert_eq!(configured, Configured { moved_feeds: 1, ..Configured::default() });
    assert_eq!(fixture.shown("b").await, ["f2", "g1", "f1"]);
    assert_eq!(fixture.shown("a").await, [""; 0]);
    assert_eq!(fixture.shown("all").await, ["f2", "g1", "f1"]);
    let revision = fixture.revision("b").await;
    assert_eq!(fixture.configure(&[("f", &["b"]), ("g", &["b"])]).await, Configured::default());
    assert_eq!(fixture.revision("b").await, revision, "asking for the same changes nothing");
    fixture.configure(&[("f", &["out"]), ("g", &["b"])]).await;
    assert_eq!(fixture.shown("all").await, ["g1"], "out is not in all");
}

#[tokio::test]
async fn a_removed_feed_stays_published_and_is_not_due() {
    let fixture = Fixture::new(&[("f", &["a"])]).await;
    fixture.add("f", vec![new("satu", 1)]).await;
    assert_eq!(fixture.store.due(at(0), 9).await.unwrap().len(), 1);
    assert_eq!(fixture.configure(&[]).await.removed_feeds, 1);
    assert_eq!(fixture.shown("a").await, ["satu"]);
    assert!(fixture.store.due(at(0), 9).await.unwrap().is_empty());
    assert_eq!(fixture.store.next_due().await.unwrap(), None);
    assert_eq!(fixture.store.feeds(at(0)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_removed_section_is_remembered_as_removed() {
    let fixture = Fixture::new(&[]).await;
    let mut less = wanted(&[]);
    less.sections.retain(|section| section.id != "b");
    assert_eq!(fixture.store.configure(less).await.unwrap().removed_sections, 1);
    assert_eq!(fixture.store.former_ids().await.unwrap().removed, ["b"]);
    let ids: Vec<String> = fixture.store.sections().await.unwrap().into_iter().map(|state| state.id).collect();
    assert_eq!(ids, ["all", "a", "out"]);
    fixture.configure(&[]).await;
    assert_eq!(fixture.store.former_ids().await.unwrap(), FormerIds::default());
}

/// A configuration with these sections, each with the ids that it had before; the feed stands in the first.
fn renamed(sections: &[(&str, &[&str])]) -> Wanted {
    let section = |(id, was): &(&str, &[&str])| WantedSection {
        id: (*id).to_owned(),
        in_all: true,
        was: was.iter().map(|old| (*old).to_owned()).collect(),
    };
    let mut wanted = wanted(&[("https://a.example/rss", &[sections[0].0])]);
    wanted.sections = sections.iter().map(section).collect();
    wanted
}

#[tokio::test]
async fn a_renamed_section_keeps_everything_through_a_chain_and_back() {
    let fixture = Fixture::new(&[("https://a.example/rss", &["a"])]).await;
    fixture.add("https://a.example/rss", vec![new("one", 1)]).await;
    let check = async |sections: &[(&str, &[&str])], moved: &[(&str, &str)], removed: &[&str]| {
        let told = fixture.store.configure(renamed(sections)).await.unwrap();
        let former = fixture.store.former_ids().await.unwrap();
        let pairs: Vec<(&str, &str)> = former.moved.iter().map(|(old, new)| (old.as_str(), new.as_str())).collect();
        assert_eq!(
            (pairs.as_slice(), former.removed.as_slice()),
            (moved, &removed.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()[..])
        );
        let states = fixture.store.sections().await.unwrap();
        let path = |id: &str| {
            states.iter().find(|state| state.id == id).unwrap().feed_id.rsplit(':').next().unwrap().to_owned()
        };
        let shown = fixture.shown(sections[0].0).await;
        (path(sections[0].0), shown, told.renamed_sections.len())
    };
    let kept = |renamed: usize| ("section/a".to_owned(), vec!["one".to_owned()], renamed);
    assert_eq!(check(&[("c", &["a"])], &[("a", "c")], &["b", "out"]).await, kept(1));
    assert_eq!(check(&[("c", &["a"])], &[("a", "c")], &["b", "out"]).await, kept(0));
    assert_eq!(check(&[("d", &["c"])], &[("a", "d"), ("c", "d")], &["b", "out"]).await, kept(1));
    assert_eq!(check(&[("a", &["d"])], &[("c", "a"), ("d", "a")], &["b", "out"]).await, kept(1));
    // A section that was gone for a while comes back under another id, found by one that it had long before.
    let mut none = renamed(&[("z", &[])]);
    none.feeds.clear();
    fixture.store.configure(none).await.unwrap();
    let moved = &[("a", "e"), ("c", "e"), ("d", "e")];
    assert_eq!(check(&[("e", &["c"]), ("z", &[])], moved, &["b", "out"]).await, kept(1));
    // An id that is free again is a new section's, whose feeds are others.
    let (path, shown, renamed) = check(&[("a", &[]), ("e", &[])], &[("c", "e"), ("d", "e")], &["b", "out", "z"]).await;
    assert_eq!((path.as_str(), shown.as_slice(), renamed), ("section/a/2", &["one".to_owned()][..], 0));
}

#[tokio::test]
async fn a_section_with_a_row_of_its_own_takes_over_addresses_alone() {
    let fixture = Fixture::new(&[("https://a.example/rss", &["a"])]).await;
    let told = fixture.store.configure(renamed(&[("b", &["a"])])).await.unwrap();
    assert_eq!((told.renamed_sections.len(), told.removed_sections), (0, 2));
    let former = fixture.store.former_ids().await.unwrap();
    assert_eq!((former.moved.len(), former.removed.as_slice()), (0, &["a".to_owned(), "out".to_owned()][..]));
}
