//! What feeds may try: payloads that want to run in the browser of whoever reads a page, or in a reader's view of an item,
//! in every field of every format. Everything is republished in full, polled and published by the binary.

mod browser;
mod documents;
mod judge;
mod payloads;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::origin::{Answer, Origin};
use crate::world::World;

/// Payloads that share a section: so few that its page shows all their items with picture, excerpt and byline.
const IN_A_SECTION: usize = 10;

/// A site that republishes all that the payloads say.
fn infested_site(origin: &Origin, payloads: &[String]) -> World {
    let mut sections = BTreeSet::new();
    let mut feeds = String::new();
    for (number, payload) in payloads.iter().enumerate() {
        for infested in documents::infested(number, payload) {
            let path = format!("/{}/{number}", infested.format);
            let section = format!("{}-{}", infested.format, number / IN_A_SECTION);
            let answer = Answer::status(200).header("Content-Type", infested.media_type).body(infested.body);
            origin.on(&path, answer);
            let url = origin.url(&path);
            feeds.push_str(&format!("[[feed]]\nurl = \"{url}\"\nsection = \"{section}\"\nrepublish = \"full\"\n"));
            sections.insert(section);
        }
    }
    let sections: String =
        sections.iter().map(|id| format!("[[section]]\nid = \"{id}\"\nitems = 500\nitems_max = 500\n")).collect();
    let world = World::new(&format!(
        "per_host_concurrency = 16\n[publish]\nsources = true\nfirst_batch = 1000\n{sections}{feeds}"
    ));
    let told = world.json(&["poll", "--json"]);
    assert_eq!(
        told["feeds"]["failed"],
        told["feeds"]["due"].as_u64().unwrap() - told["feeds"]["fresh"].as_u64().unwrap()
    );
    assert_eq!(told["feeds"]["failed"], 0, "{told}");
    world
}

/// Path of each published file with this ending below `folder`, in order.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Judges all that is published; the pages by path, and every piece of HTML that a feed hands to its readers.
fn judged(world: &World) -> (Vec<(String, String)>, BTreeSet<String>) {
    let public = world.public();
    let read = |ending: &str| {
        let text = |path: PathBuf| {
            let name = path.strip_prefix(&public).unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        };
        files(&public, ending).into_iter().map(text).collect::<Vec<_>>()
    };
    let mut pieces = BTreeSet::new();
    let pages = read(".html");
    pages.iter().for_each(|(name, text)| judge::assert_harmless(text, name));
    read(".json").iter().for_each(|(name, text)| judge::json_feed(text, name, &mut pieces));
    read("rss.xml").iter().for_each(|(name, text)| judge::rss(text, name, &mut pieces));
    for (name, text) in read("atom.xml")
        .iter()
        .chain(&read(".xml").into_iter().filter(|(name, _)| name.contains("archive/")).collect::<Vec<_>>())
    {
        judge::atom(text, name, &mut pieces);
    }
    (pages, pieces)
}

#[test]
fn no_payload_of_any_field_is_left_in_what_is_published() {
    let payloads = payloads::payloads();
    assert!(payloads.len() >= 200, "{} payloads", payloads.len());
    let origin = Origin::start();
    let world = infested_site(&origin, &payloads);
    let (pages, pieces) = judged(&world);
    let sections = payloads.len().div_ceil(IN_A_SECTION) * 5;
    assert_eq!(pages.len(), sections + 2, "a page for each section, for all, and the front page");
    assert!(pieces.len() > payloads.len(), "{} pieces of HTML", pieces.len());
}
