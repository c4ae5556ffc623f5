//! `warta publish`: what an edition writes, and what it leaves alone.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::origin::{Answer, Origin};
use crate::world::World;

/// Paths of the files that are not as they were, with their packed forms.
fn changed(before: &[(PathBuf, u64, SystemTime)], after: &[(PathBuf, u64, SystemTime)], root: &Path) -> Vec<String> {
    let is_new = after.iter().filter(|file| !before.contains(file));
    is_new.map(|(path, ..)| path.strip_prefix(root).unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn one_new_item_touches_its_section_all_the_index_and_sitemaps_alone() {
    let origin = Origin::start();
    // A story that spans sections is shown otherwise in all of them when it grows; these items tell no story.
    let sections: String = (0..6)
        .map(|n| {
            let url = origin.url(&format!("/{n}.xml"));
            format!("[[section]]\nid = \"s{n}\"\n[[feed]]\nurl = \"{url}\"\nsection = \"s{n}\"\n")
        })
        .collect();
    let config = format!("[dedup]\nstory = \"off\"\n{sections}");
    for n in 0..6 {
        origin.on(&format!("/{n}.xml"), Answer::ok(feed(n, 3)));
    }
    let mut world = World::new(&config);
    world.json(&["poll", "--json"]);
    let before = world.tree();
    origin.on("/4.xml", Answer::ok(feed(4, 4)));
    world.at("2026-11-24T09:00:00Z");
    let told = world.json(&["poll", "--force", "--json"]);
    assert_eq!(told["items"]["new"], 1);
    let changed = changed(&before, &world.tree(), &world.public());
    let in_folder = |folder: &str| changed.iter().filter(|path| path.starts_with(folder)).count();
    assert!(
        in_folder("s4/") >= 12 && in_folder("all/") >= 12,
        "feeds and page, each with two packed forms: {changed:?}"
    );
    // The list of feeds tells when the newest of them changed.
    for path in &changed {
        let is_expected = path.starts_with("s4/")
            || path.starts_with("all/")
            || (!path.contains('/')
                && ["index.html", "feeds.opml", "sitemap", ".edition"].iter().any(|name| path.starts_with(name)));
        assert!(is_expected, "{path} was written for an item of another section");
    }
    // Nothing more to do, nothing written.
    let tree = world.tree();
    assert_eq!(world.json(&["publish", "--json"])["written"], 0);
    assert_eq!(world.tree(), tree);
}

fn feed(n: usize, items: usize) -> String {
    let items: String = (0..items)
        .map(|item| {
            let link = format!("https://kabar{n}.example/{item}");
            format!(
                "<item><title>Berita {item} dari {n}</title><link>{link}</link><guid>{link}</guid>\
                 <pubDate>Tue, 24 Nov 2026 1{item}:00:00 +0700</pubDate><description>Isi {item}</description></item>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Kabar {n}</title><link>https://kabar{n}.example/</link>\
         <description>Kabar</description>{items}</channel></rss>"
    )
}
