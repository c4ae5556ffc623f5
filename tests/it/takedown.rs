//! `warta takedown` through the binary: what goes is nowhere, what is polled again stays away, what comes back is as it
//! was.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::origin::{Answer, Origin};
use crate::run::Daemon;
use crate::world::World;

/// Of an item: its number, which is its id, its title, and what stands behind its address.
type Told<'a> = (u32, &'a str, &'a str);

/// A document of an outlet with these items, the newest first, an hour between two.
fn rss(outlet: &str, items: &[Told<'_>]) -> String {
    let item = |(n, title, behind): &Told<'_>| {
        format!(
            "<item><title>{title}</title><link>https://kabar.example/{n}{behind}</link><guid isPermaLink=\"false\">\
             {outlet}-{n}</guid><pubDate>Mon, 23 Nov 2026 {:02}:00:00 +0700</pubDate>\
             <description>Isi {title}</description></item>",
            n % 24
        )
    };
    let items: String = items.iter().rev().map(item).collect();
    format!(
        "<rss version=\"2.0\"><channel><title>{outlet}</title><link>https://{outlet}.example/</link>\
         <description>{outlet}</description>{items}</channel></rss>"
    )
}

/// The items from 1 to `n`, "Berita 1" and so on.
fn many(n: u32) -> String {
    let titles: Vec<String> = (1..=n).map(|n| format!("Berita {n}.")).collect();
    let items: Vec<Told<'_>> = (1..=n).zip(&titles).map(|(n, title)| (n, title.as_str(), "")).collect();
    rss("kabar", &items)
}

/// Feed /a stands in "nasional" and "dunia", /b in "nasional" alone; all that they tell is of an own host.
fn world(origin: &Origin) -> World {
    let [a, b] = ["/a", "/b"].map(|path| origin.url(path));
    World::new(&format!(
        "[publish]\nitems = 5\nitems_for = \"0s\"\nfirst_batch = 1000\nsources = true\n[sitemap]\nhosts = [\"kabar.example\"]\n\
         [server]\nlisten = \"127.0.0.1:0\"\n[[section]]\nid = \"nasional\"\n[[section]]\nid = \"dunia\"\n\
         [[feed]]\nurl = \"{a}\"\nsection = [\"nasional\", \"dunia\"]\noutlet = \"Kabar\"\n\
         [[feed]]\nurl = \"{b}\"\nsection = \"nasional\"\noutlet = \"Lain\"\nwas = [\"https://lain.example/lama\"]\n"
    ))
}

fn poll(world: &World, origin: &Origin, path: &str, document: String) -> Value {
    origin.on(path, Answer::ok(document));
    world.json(&["poll", "--json", &origin.url(path)])
}

/// Every published text by its path.
fn texts(world: &World) -> BTreeMap<String, String> {
    let text = |(path, ..): (std::path::PathBuf, u64, std::time::SystemTime)| {
        let name = path.strip_prefix(world.public()).unwrap().to_string_lossy().into_owned();
        let is_text = name != ".edition" && !name.ends_with(".gz") && !name.ends_with(".br");
        is_text.then(|| (name, std::fs::read_to_string(path).unwrap()))
    };
    world.tree().into_iter().filter_map(text).collect()
}

/// Runs a command that has to end with this code and say this on one of its outputs.
#[track_caller]
fn check(world: &World, arguments: &[&str], code: i32, said: &str) {
    let output = world.run(arguments);
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
    assert!(told.contains(said), "{arguments:?} does not say {said:?}: {told}");
}

/// The ids that a document of Atom says are gone.
fn deleted(text: &str) -> Vec<&str> {
    let rest = text.split("<at:deleted-entry ").skip(1);
    rest.map(|rest| rest.split("ref=\"").nth(1).unwrap().split('"').next().unwrap()).collect()
}

/// The items of a section's JSON Feed.
fn items(world: &World, section: &str) -> Vec<Value> {
    let feed: Value = serde_json::from_str(&world.published(&format!("{section}/feed.json"))).unwrap();
    feed["items"].as_array().unwrap().clone()
}

/// How many items of an output are left out because they are taken down.
fn left_out(told: &Value, output: &str) -> u64 {
    let rows = told["left_out"].as_array().unwrap();
    let row = rows.iter().find(|row| row["output"] == output && row["reason"] == "taken_down");
    row.map_or(0, |row| row["items"].as_u64().unwrap())
}

#[test]
fn an_item_leaves_every_output_and_comes_back_as_it_was() {
    let origin = Origin::start();
    let mut world = world(&origin);
    poll(&world, &origin, "/a", many(9));
    world.at("2026-11-24T08:00:00Z");
    poll(&world, &origin, "/a", many(14));
    let before = texts(&world);
    let held = |texts: &BTreeMap<String, String>, title: &str| -> Vec<String> {
        texts.iter().filter(|(_, text)| text.contains(title)).map(|(name, _)| name.clone()).collect()
    };
    assert!(held(&before, "Berita 13.").iter().any(|name| name == "sitemap-news.xml"));
    assert_eq!(held(&before, "Berita 3.").iter().filter(|name| name.contains("archive/1.")).count(), 6);
    let ids: Vec<String> = ["3", "13"]
        .iter()
        .map(|n| {
            let archive = if *n == "3" { "nasional/archive/1.json" } else { "nasional/feed.json" };
            let feed: Value = serde_json::from_str(&before[archive]).unwrap();
            let title = format!("Berita {n}.");
            let item = feed["items"].as_array().unwrap().iter().find(|item| item["title"] == *title).unwrap().clone();
            item["id"].as_str().unwrap().to_owned()
        })
        .collect();
    for n in ["3", "13"] {
        check(&world, &["takedown", &format!("https://kabar.example/{n}")], 0, "is taken down");
    }
    let after = texts(&world);
    for (name, text) in &after {
        for n in ["3", "13"] {
            assert!(!text.contains(&format!("Berita {n}.")), "{name} still tells of {n}");
            assert!(!text.contains(&format!("kabar.example/{n}\"")), "{name} still links to {n}");
            assert!(!text.contains(&format!("kabar.example/{n}<")), "{name} still links to {n}");
        }
        let is_told = ids.iter().filter(|id| text.contains(*id)).count();
        assert_eq!(is_told, deleted(text).len(), "{name} names what is gone in its deleted-entry alone");
    }
    for section in ["nasional", "dunia", "all"] {
        assert_eq!(deleted(&after[&format!("{section}/atom.xml")]), [&ids[1], &ids[0]], "the last first");
        assert_eq!(deleted(&after[&format!("{section}/archive/1.xml")]), [&ids[0]]);
        assert!(after[&format!("{section}/atom.xml")].contains("when=\"2026-11-24T08:00:00Z\""));
        assert_eq!(items(&world, section).len(), 5, "the next one is shown again");
    }
    let told = world.json(&["publish", "--json"]);
    assert_eq!(told["written"], 0, "a takedown publishes before it ends");
    assert_eq!(["nasional", "dunia", "all"].map(|section| left_out(&told, section)), [2, 2, 2]);
    check(&world, &["takedown", "https://kabar.example/13"], 0, "already");
    for n in ["13", "3"] {
        check(&world, &["takedown", "--undo", &format!("https://kabar.example/{n}")], 0, "no longer");
    }
    assert_eq!(texts(&world), before);
}

#[test]
fn the_next_report_leads_under_the_same_id() {
    let origin = Origin::start();
    let world = world(&origin);
    poll(&world, &origin, "/a", rss("kabar", &[(1, "Gempa guncang Cianjur", "?utm_source=a"), (2, "Lain", "")]));
    poll(&world, &origin, "/b", rss("lain", &[(1, "Gempa guncang Cianjur lagi", "?utm_source=b")]));
    let before = texts(&world);
    let of = |section: &str| items(&world, section).into_iter().find(|item| item["title"] != "Lain");
    let first = of("nasional").unwrap();
    assert_eq!(
        (first["url"].as_str().unwrap(), &first["_warta"]["story"]["outlets"]),
        ("https://kabar.example/1?utm_source=a", &2.into())
    );
    check(
        &world,
        &["takedown", "https://kabar.example/1?utm_source=a"],
        0,
        "the same is told by https://kabar.example/1?utm_source=b",
    );
    for section in ["nasional", "all"] {
        let next = of(section).unwrap();
        assert_eq!(next["id"], first["id"]);
        assert_eq!(
            (next["url"].as_str().unwrap(), &next["_warta"]["source"]["title"]),
            ("https://kabar.example/1?utm_source=b", &"Lain".into())
        );
        assert_eq!((&next["_warta"]["story"]["outlets"], &next["_warta"]["story"]["also"]), (&1.into(), &Value::Null));
        assert_eq!(deleted(&world.published(&format!("{section}/atom.xml"))), [""; 0]);
    }
    assert!(of("dunia").is_none(), "no feed of that section tells it any more");
    assert_eq!(deleted(&world.published("dunia/atom.xml")), [first["id"].as_str().unwrap()]);
    assert!(texts(&world).values().all(|text| !text.contains("utm_source=a")));
    check(&world, &["takedown", "https://kabar.example/1?utm_source=b"], 0, "is taken down");
    assert!(of("nasional").is_none() && of("all").is_none());
    check(&world, &["takedown", "--undo", "https://kabar.example/1"], 0, "no longer");
    assert_eq!(texts(&world), before, "the address of the article means both");
    check(&world, &["takedown", "https://kabar.example/1?utm_source=b"], 0, "is taken down");
    assert!(of("nasional").unwrap()["_warta"]["story"]["also"].is_null(), "a copy goes from beside the lead too");
    check(&world, &["takedown", "https://m.kabar.example/1"], 0, "already");
    assert!(of("nasional").is_none(), "the article goes with all its copies");
}

#[test]
fn what_is_polled_again_stays_away() {
    let origin = Origin::start();
    let world = world(&origin);
    poll(&world, &origin, "/a", rss("kabar", &[(1, "Satu", ""), (2, "Dua", "")]));
    check(&world, &["takedown", "https://kabar.example/1"], 0, "is taken down");
    let is_gone = || texts(&world).values().all(|text| !text.contains("Satu") && !text.contains("kabar.example/1?"));
    let again = |path: &str, document: String| poll(&world, &origin, path, document)["items"].clone();
    assert_eq!(again("/a", rss("kabar", &[(1, "Satu", ""), (2, "Dua", ""), (3, "Tiga", "")]))["new"], 1);
    assert!(is_gone());
    assert_eq!(again("/a", rss("kabar", &[(1, "Satu diralat", "?utm_source=x"), (2, "Dua", "")]))["new"], 0);
    assert!(is_gone(), "changed, with another address");
    // Another id for the same address, while the old one stands there too: an item of its own by its id.
    let renamed = rss("kabar", &[(1, "Satu", ""), (2, "Dua", ""), (1, "Satu lagi", "?utm_source=y")]).replacen(
        "kabar-1<",
        "kabar-baru<",
        1,
    );
    assert_eq!(again("/a", renamed)["new"], 1);
    assert!(is_gone(), "another item of the feed at its address");
    assert_eq!(again("/b", rss("lain", &[(1, "Satu dari yang lain", "")]))["new"], 1);
    assert!(is_gone(), "the very address that was taken down, by another feed");
    let told = world.json(&["status", "--json"]);
    let row = |id: &str| told["outputs"].as_array().unwrap().iter().find(|row| row["output"] == id).unwrap().clone();
    let reasons = row("nasional")["left_out"].clone();
    assert_eq!(reasons, serde_json::json!([{"reason": "taken_down", "items": 3}]));
    check(&world, &["takedown", "--undo", "https://kabar.example/1"], 0, "no longer");
    let shown = items(&world, "nasional");
    let shown: Vec<&str> = shown.iter().map(|item| item["title"].as_str().unwrap()).collect();
    for title in ["Satu", "Satu lagi", "Satu dari yang lain"] {
        assert!(shown.contains(&title), "with everything that was kept out because of it: {shown:?}");
    }
    assert_eq!(world.json(&["takedown", "--list", "--json"]), serde_json::json!([]));
}

#[test]
fn what_is_said_next_at_the_address_of_a_ticker_is_news() {
    let origin = Origin::start();
    let world = World::new(&format!(
        "[[section]]\nid = \"nasional\"\n[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n",
        origin.url("/ticker.xml")
    ));
    let ticker = |n: std::ops::Range<usize>| {
        let item = |n: usize| {
            format!(
                "<item><title>Kabar ke-{n}</title><link>https://obor.example/live</link>\
                 <guid isPermaLink=\"false\">urn:tick:{n}</guid></item>"
            )
        };
        let items: String = n.rev().map(item).collect();
        format!(
            "<rss version=\"2.0\"><channel><title>Obor</title><link>https://obor.example/</link>{items}</channel></rss>"
        )
    };
    poll(&world, &origin, "/ticker.xml", ticker(0..3));
    assert!(world.run(&["takedown", "urn:tick:1"]).status.success());
    poll(&world, &origin, "/ticker.xml", ticker(0..6));
    let titles: Vec<String> =
        items(&world, "nasional").iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect();
    assert_eq!(titles.len(), 5, "{titles:?}");
    assert!(!titles.contains(&"Kabar ke-1".to_owned()));
}

#[test]
fn a_section_that_the_feed_left_no_longer_says_that_what_came_back_is_gone() {
    let origin = Origin::start();
    let world = world(&origin);
    poll(&world, &origin, "/a", rss("kabar", &[(1, "Satu", ""), (2, "Dua", "")]));
    check(&world, &["takedown", "https://kabar.example/1"], 0, "is taken down");
    assert_eq!(deleted(&world.published("dunia/atom.xml")).len(), 1);
    let toml = world.file("feeds.toml");
    let text = std::fs::read_to_string(&toml).unwrap();
    std::fs::write(&toml, text.replace("[\"nasional\", \"dunia\"]", "[\"nasional\"]")).unwrap();
    check(&world, &["publish"], 0, "written");
    assert_eq!(deleted(&world.published("dunia/atom.xml")).len(), 1, "it is gone from there for good or not");
    check(&world, &["takedown", "--undo", "https://kabar.example/1"], 0, "no longer");
    assert_eq!(deleted(&world.published("dunia/atom.xml")).len(), 0);
    assert_eq!(items(&world, "nasional").len(), 2);
}

#[test]
fn another_outlets_own_report_stands() {
    let origin = Origin::start();
    let world = world(&origin);
    poll(&world, &origin, "/a", rss("kabar", &[(1, "Gempa guncang Cianjur", "?utm_source=a")]));
    check(&world, &["takedown", "https://kabar.example/1?utm_source=a"], 0, "is taken down");
    poll(&world, &origin, "/b", rss("lain", &[(1, "Gempa guncang Cianjur", "?utm_source=b")]));
    let shown = items(&world, "nasional");
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0]["url"], "https://kabar.example/1?utm_source=b");
    assert!(items(&world, "dunia").is_empty());
}

#[test]
fn a_whole_feed_goes_with_what_it_will_bring() {
    let origin = Origin::start();
    let world = world(&origin);
    poll(&world, &origin, "/b", rss("lain", &[(1, "Berita 1.", "?utm_source=b"), (30, "Milik lain", "")]));
    let b_alone = texts(&world);
    poll(&world, &origin, "/a", many(12));
    let before = texts(&world);
    let feed = origin.url("/a");
    assert!(before["sources.opml"].contains("Kabar"));
    check(&world, &["takedown", &feed], 2, "--yes");
    assert_eq!(texts(&world), before);
    check(&world, &["takedown", "--yes", &feed], 0, "items: 12");
    let without = texts(&world);
    assert!(without.values().all(|text| !text.contains("Berita 12.") && !text.contains("Kabar")), "{without:#?}");
    assert_eq!(items(&world, "nasional").len(), 2, "what others tell stays");
    assert_eq!(
        without["nasional/rss.xml"].matches("<item>").count(),
        b_alone["nasional/rss.xml"].matches("<item>").count()
    );
    assert_eq!(deleted(&without["nasional/atom.xml"]).len(), 11);
    assert_eq!(deleted(&without["dunia/atom.xml"]).len(), 12);
    let again = poll(&world, &origin, "/a", many(14));
    assert_eq!((&again["items"]["new"], left_out(&again["published"], "dunia")), (&2.into(), 14));
    let still: BTreeMap<String, String> = texts(&world);
    assert_eq!(still, without, "what comes is stored and shown nowhere");
    check(&world, &["takedown", "--yes", &feed], 0, "already");
    check(&world, &["takedown", "--undo", "https://kabar.example/5"], 1, "all of its feed");
    check(&world, &["takedown", "https://kabar.example/5"], 0, "is taken down");
    check(&world, &["takedown", "--undo", &feed], 0, "no longer");
    assert!(texts(&world).values().all(|text| !text.contains("Berita 5.")), "that one was taken down by itself");
    check(&world, &["takedown", "--undo", "https://kabar.example/5"], 0, "no longer");
    let after = texts(&world);
    let other = self::world(&origin);
    poll(&other, &origin, "/b", rss("lain", &[(1, "Berita 1.", "?utm_source=b"), (30, "Milik lain", "")]));
    poll(&other, &origin, "/a", many(12));
    poll(&other, &origin, "/a", many(14));
    let feeds = |texts: BTreeMap<String, String>| -> BTreeMap<String, String> {
        texts.into_iter().filter(|(name, _)| name.ends_with("feed.json") || name.ends_with("rss.xml")).collect()
    };
    assert_eq!(feeds(after), feeds(texts(&other)), "as if it had never been taken down");
    check(&world, &["takedown", "https://lain.example/lama", "--yes"], 0, "all of");
    assert!(texts(&world).values().all(|text| !text.contains("Milik lain")), "by its former address");
}

#[test]
fn what_is_taken_down_is_listed_and_what_is_unknown_is_told() {
    let origin = Origin::start();
    let world = world(&origin);
    assert_eq!(world.json(&["takedown", "--list", "--json"]), serde_json::json!([]));
    check(&world, &["takedown", "https://kabar.example/1"], 1, "nothing stored stands at");
    assert!(!world.public().exists(), "a question makes no store and publishes nothing");
    poll(&world, &origin, "/a", rss("kabar", &[(1, "Satu", ""), (2, "Dua", "")]));
    check(&world, &["takedown", "https://kabar.example/9"], 1, "nothing stored stands at");
    check(&world, &["takedown", "https://kabar.example/"], 1, "nothing stored stands at");
    check(&world, &["takedown", "kabar"], 2, "no address");
    check(&world, &["takedown"], 2, "URL");
    check(&world, &["takedown", "--undo", "https://kabar.example/1"], 1, "not taken down");
    check(&world, &["takedown", "--undo", &origin.url("/a")], 1, "not taken down");
    let id = items(&world, "dunia")[0]["id"].as_str().unwrap().to_owned();
    check(&world, &["takedown", &id], 0, "is taken down");
    check(&world, &["takedown", "--yes", &origin.url("/b")], 0, "is taken down");
    let listed = world.json(&["takedown", "--list", "--json"]);
    let expected = serde_json::json!([
        {"kind": "item", "url": "https://kabar.example/2", "id": id, "title": "Dua", "feed": origin.url("/a"),
         "taken_down": "2026-11-24T07:00:00Z"},
        {"kind": "feed", "url": origin.url("/b"), "id": null, "title": null, "feed": origin.url("/b"),
         "taken_down": "2026-11-24T07:00:00Z"},
    ]);
    assert_eq!(listed, expected);
    check(&world, &["takedown", "--list"], 0, "https://kabar.example/2");
    check(&world, &["takedown", "--undo", &id], 0, "no longer");
    check(&world, &["takedown", "--undo", &origin.url("/b")], 0, "no longer");
    check(&world, &["takedown", "--list"], 0, "nothing is taken down");
}

#[test]
fn a_running_daemon_publishes_a_takedown_and_its_end() {
    let origin = Origin::start();
    let world = world(&origin);
    origin.on("/a", Answer::ok(rss("kabar", &[(1, "Satu", ""), (2, "Dua", "")])));
    origin.on("/b", Answer::ok(rss("lain", &[(3, "Tiga", "")])));
    world.json(&["poll", "--json"]);
    let before = texts(&world);
    let daemon = Daemon::start(&mut world.command(&["run"]), "warta runs");
    check(&world, &["takedown", "https://kabar.example/1"], 0, "the running warta publishes it");
    assert!(daemon.says("published"));
    assert!(texts(&world).values().all(|text| !text.contains("Satu")));
    check(&world, &["takedown", "--undo", "https://kabar.example/1"], 0, "the running warta publishes it");
    assert!(daemon.says("published"));
    assert_eq!(texts(&world), before);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_feed_is_meant_by_its_new_address_before_any_poll_under_it() {
    let origin = Origin::start();
    let world = world(&origin);
    poll(&world, &origin, "/a", rss("kabar", &[(1, "Satu", "")]));
    let toml = world.public().join("../../feeds.toml");
    let text = std::fs::read_to_string(&toml).unwrap();
    let (old, new) = (origin.url("/a"), origin.url("/baru"));
    let moved = text.replace(&format!("url = \"{old}\"\n"), &format!("url = \"{new}\"\nwas = [\"{old}\"]\n"));
    std::fs::write(&toml, moved).unwrap();
    check(&world, &["takedown", "--yes", &new], 0, "items: 1");
    assert!(texts(&world).values().all(|text| !text.contains("Satu")));
    check(&world, &["takedown", "--undo", &old], 0, "no longer");
    assert!(texts(&world)["nasional/rss.xml"].contains("Satu"));
}
