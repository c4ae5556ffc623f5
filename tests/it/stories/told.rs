//! One event through the binary: outlets that tell it stand beside each other as one story, whenever each is polled.

use serde_json::Value;

use crate::origin::{Answer, Origin};
use crate::world::World;

/// A document of one outlet with items of these titles and texts, the newest first.
fn document(outlet: &str, items: &[(&str, &str)]) -> Answer {
    let host = outlet.to_lowercase();
    let items: String = items
        .iter()
        .enumerate()
        .map(|(n, (title, text))| {
            let n = items.len() - n;
            format!(
                "<item><title>{title}</title><link>https://{host}.example/{n}</link><guid>{host}-{n}</guid>\
                 <description>{text}</description></item>"
            )
        })
        .collect();
    Answer::ok(format!(
        "<rss version=\"2.0\"><channel><title>{outlet}</title><link>https://{host}.example/</link>\
         <description>d</description>{items}</channel></rss>"
    ))
}

const SEMERU: [(&str, &str); 3] = [
    (
        "Semeru erupsi, abu setinggi 800 meter",
        "Gunung Semeru di Lumajang erupsi Selasa pagi dengan kolom abu 800 meter.",
    ),
    (
        "Abu Semeru capai 800 meter, warga Lumajang mengungsi",
        "Erupsi Semeru memaksa warga Lumajang mengungsi dari lereng.",
    ),
    (
        "Kolom abu 800 meter, status Semeru tetap siaga",
        "Gunung Semeru erupsi lagi; petugas di Lumajang minta warga menjauh.",
    ),
];
const OTHER: (&str, &str) =
    ("Harga cabai naik di pasar induk", "Pedagang pasar induk menyebut hujan merusak panen cabai.");

fn world(origin: &Origin, settings: &str) -> World {
    let mut config = format!("{settings}\n[[section]]\nid = \"nasional\"\n[[section]]\nid = \"jawa\"\n");
    for (name, section) in [("obor", "nasional"), ("pelita", "nasional"), ("galuh", "jawa")] {
        config += &format!("[[feed]]\nurl = \"{}\"\nsection = \"{section}\"\n", origin.url(&format!("/{name}.xml")));
        origin.on(&format!("/{name}.xml"), document(name, &[]));
    }
    World::new(&config)
}

fn poll(world: &World, origin: &Origin, outlet: &str, items: &[(&str, &str)]) {
    origin.on(&format!("/{outlet}.xml"), document(outlet, items));
    world.json(&["poll", "--force", "--json"]);
}

/// `_warta.story` of the item of a section that has this title.
fn story(world: &World, section: &str, title: &str) -> Value {
    let feed: Value = serde_json::from_str(&world.published(&format!("{section}/feed.json"))).unwrap();
    let item = feed["items"].as_array().unwrap().iter().find(|item| item["title"] == title);
    item.unwrap_or_else(|| panic!("no {title:?} in {feed}"))["_warta"]["story"].clone()
}

fn also(story: &Value) -> Vec<(String, String)> {
    let row = |row: &Value| (row["outlet"].as_str().unwrap().to_owned(), row["why"].as_str().unwrap().to_owned());
    story["also"].as_array().into_iter().flatten().map(row).collect()
}

#[test]
fn outlets_that_tell_one_event_stand_beside_each_other() {
    let origin = Origin::start();
    let world = world(&origin, "");
    poll(&world, &origin, "obor", &[OTHER, SEMERU[0]]);
    let first = story(&world, "nasional", SEMERU[0].0);
    assert_eq!(first["outlets"], 1);
    poll(&world, &origin, "pelita", &[SEMERU[1]]);
    poll(&world, &origin, "galuh", &[SEMERU[2]]);
    let by_story = |outlet: &str| (outlet.to_owned(), "story".to_owned());
    let told = story(&world, "nasional", SEMERU[0].0);
    assert_eq!(told["id"], first["id"], "a story keeps the id of its first report");
    assert_eq!(told["outlets"], 3);
    assert_eq!(also(&told), [by_story("pelita"), by_story("galuh")]);
    let joined = story(&world, "jawa", SEMERU[2].0);
    assert_eq!((&joined["id"], &joined["outlets"]), (&told["id"], &told["outlets"]));
    assert_eq!(also(&joined), [by_story("obor"), by_story("pelita")]);
    assert_eq!(story(&world, "nasional", OTHER.0)["outlets"], 1);
    let feed: Value = serde_json::from_str(&world.published("all/feed.json")).unwrap();
    let items = feed["items"].as_array().unwrap();
    assert_eq!(items.len(), 4, "every report stays reachable");
    assert!(items.iter().all(|item| item["date_modified"].is_null()), "who joins moves no date");
    assert_eq!(world.json(&["publish", "--json"])["written"], 0);
}

#[test]
fn what_is_taken_down_is_no_longer_named_beside_others() {
    let origin = Origin::start();
    let world = world(&origin, "");
    for (outlet, item) in [("obor", 0), ("pelita", 1), ("galuh", 2)] {
        poll(&world, &origin, outlet, &[SEMERU[item]]);
    }
    assert!(world.run(&["takedown", "https://pelita.example/1"]).status.success());
    let told = story(&world, "jawa", SEMERU[2].0);
    assert_eq!((also(&told).len(), &told["outlets"]), (1, &Value::from(2)));
    let tree =
        |path: &std::path::Path| std::fs::read_to_string(path).is_ok_and(|text| text.contains("pelita.example/1"));
    let named: Vec<_> = world.tree().into_iter().filter(|(path, ..)| tree(path)).map(|(path, ..)| path).collect();
    assert!(named.is_empty(), "{named:?}");
    assert!(world.run(&["takedown", "--undo", "https://pelita.example/1"]).status.success());
    assert_eq!(story(&world, "jawa", SEMERU[2].0)["outlets"], 3);
}

#[test]
fn a_corrected_title_is_corrected_beside_the_others_too() {
    let origin = Origin::start();
    let world = world(&origin, "");
    poll(&world, &origin, "obor", &[SEMERU[0]]);
    poll(&world, &origin, "galuh", &[SEMERU[2]]);
    poll(&world, &origin, "obor", &[("Semeru erupsi, abu setinggi 900 meter", SEMERU[0].1)]);
    let told = story(&world, "jawa", SEMERU[2].0);
    assert_eq!(told["also"][0]["title"], "Semeru erupsi, abu setinggi 900 meter");
}

#[test]
fn a_flood_of_equal_titles_names_so_many_and_no_more() {
    let origin = Origin::start();
    let world = world(&origin, "[publish]\nfirst_batch = 1000\nitems = 300");
    poll(&world, &origin, "obor", &[SEMERU[0]; 200]);
    poll(&world, &origin, "galuh", &[SEMERU[2]]);
    let feed: Value = serde_json::from_str(&world.published("nasional/feed.json")).unwrap();
    let items = feed["items"].as_array().unwrap();
    assert_eq!(items.len(), 200);
    let named = |item: &Value| item["_warta"]["story"]["also"].as_array().map_or(0, Vec::len);
    assert!(items.iter().all(|item| named(item) <= warta::model::MAX_STORY_OTHERS), "named beside each");
    assert!(items.iter().any(|item| named(item) == warta::model::MAX_STORY_OTHERS));
    assert_eq!(world.json(&["publish", "--json"])["written"], 0);
}

#[test]
fn without_stories_each_report_stands_alone() {
    let origin = Origin::start();
    for settings in ["[dedup]\nstory = \"off\"", "[dedup]\nnever_group = [\"Semeru\"]"] {
        let world = world(&origin, settings);
        poll(&world, &origin, "obor", &[SEMERU[0]]);
        poll(&world, &origin, "galuh", &[SEMERU[2]]);
        assert_eq!(story(&world, "jawa", SEMERU[2].0)["outlets"], 1, "{settings}");
    }
}

#[test]
fn a_report_that_comes_when_the_window_is_over_opens_a_story() {
    let origin = Origin::start();
    let mut world = world(&origin, "[dedup]\nwindow = \"24h\"");
    poll(&world, &origin, "obor", &[SEMERU[0]]);
    world.at("2026-11-25T08:00:00Z");
    poll(&world, &origin, "galuh", &[SEMERU[2]]);
    assert_eq!(story(&world, "jawa", SEMERU[2].0)["outlets"], 1);
    world.at("2026-11-26T07:00:00Z");
    poll(&world, &origin, "pelita", &[SEMERU[1]]);
    assert_eq!(story(&world, "jawa", SEMERU[2].0)["outlets"], 2);
}
