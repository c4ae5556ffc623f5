//! The same store publishes the same bytes: elsewhere, by other clocks and languages of the machine, from a copy; and
//! nothing is written twice.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::origin::{Answer, Origin};
use crate::world::World;

/// Titles that tempt writers, in several scripts, with dates of several zones.
fn document(seed: usize) -> String {
    let titles =
        ["Harga & <b>beras</b>", "İstanbul ısı", "العربية خبر", "Äpfel – ‘Zitat’ ]]>", "東京 2026", "emoji 😀"];
    let zones = ["+0700", "-0330", "GMT", "+0530"];
    let item = |n: usize| {
        let (title, zone) = (titles[n % titles.len()], zones[n % zones.len()]);
        format!(
            "<item><title><![CDATA[{}]]></title><link>https://kabar{seed}.example/{n}?a=1&amp;b=2</link>\
             <guid isPermaLink=\"false\">{seed}-{n}</guid><category>Zebra</category><category>apel</category>\
             <pubDate>Tue, 24 Nov 2026 0{}:{:02}:00 {zone}</pubDate><description>Isi {n}</description></item>",
            title.replace("]]>", "]]]]><![CDATA[>"),
            n % 7,
            n % 60
        )
    };
    let items: String = (0..70).map(item).collect();
    format!(
        "<rss version=\"2.0\"><channel><title>Kabar {seed}</title><link>https://kabar{seed}.example/</link>\
         <description>x</description>{items}</channel></rss>"
    )
}

fn world(origin: &Origin) -> World {
    let feed = |n: usize, section: &str| {
        origin.on(&format!("/{n}.xml"), Answer::ok(document(n)));
        format!("[[feed]]\nurl = \"{}\"\nsection = {section}\n", origin.url(&format!("/{n}.xml")))
    };
    let feeds = [feed(1, "\"nasional\""), feed(2, "[\"dunia\", \"nasional\"]"), feed(3, "\"dunia\"")].concat();
    let world = World::new(&format!(
        "[publish]\nfirst_batch = 1000\nitems = 7\nitems_max = 20\nsources = true\nshow_also = true\nstatic = \"berkas\"\n\
         [sitemap]\nhosts = [\"kabar1.example\"]\n[[section]]\nid = \"nasional\"\nwas = [\"lama\"]\n\
         [[section]]\nid = \"dunia\"\nlanguage = \"en\"\n[[section]]\nid = \"kosong\"\n{feeds}"
    ));
    fs::create_dir(world.file("berkas")).unwrap();
    fs::write(world.file("berkas/tentang.html"), "<h1>Tentang</h1>".repeat(50)).unwrap();
    world.json(&["poll", "--json"]);
    world
}

/// Every file of a folder with its bytes, the edition file among them.
fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut folders = vec![root.to_owned()];
    let mut files = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap() != "publish.lock" {
                files.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Publishes into another folder, with these settings of the environment.
fn published(world: &World, name: &str, environment: &[(&str, &str)]) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut command = world.command(&["publish"]);
    command.env("WARTA_PUBLISH__DIR", name).envs(environment.iter().copied());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    tree(&world.file(name))
}

#[track_caller]
fn check(found: &BTreeMap<PathBuf, Vec<u8>>, expected: &BTreeMap<PathBuf, Vec<u8>>) {
    let names = |tree: &BTreeMap<PathBuf, Vec<u8>>| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(found), names(expected));
    let differ: Vec<&PathBuf> = expected.keys().filter(|path| found[*path] != expected[*path]).collect();
    assert!(differ.is_empty(), "{differ:?} have other bytes");
}

#[test]
fn the_same_store_publishes_the_same_bytes_anywhere() {
    let origin = Origin::start();
    let world = world(&origin);
    let expected = tree(&world.public());
    assert!(expected.len() > 100, "{}", expected.len());
    check(&published(&world, "kedua", &[]), &expected);
    let elsewhere =
        [("TZ", "America/St_Johns"), ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "ar_EG.UTF-8"), ("LANGUAGE", "ar")];
    check(&published(&world, "ketiga", &elsewhere), &expected);
    check(&published(&world, "keempat", &[("TZ", "Pacific/Kiritimati"), ("LC_ALL", "C")]), &expected);
    let copy = world.file("salinan.db");
    let database = rusqlite::Connection::open(world.file("data/warta.db")).unwrap();
    database.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    drop(database);
    check(&published(&world, "kelima", &[("WARTA_STORAGE__PATH", copy.to_str().unwrap())]), &expected);
}

#[test]
fn publishing_twice_touches_no_file() {
    let origin = Origin::start();
    let world = world(&origin);
    let marks = || {
        let mark = |(path, ..): (PathBuf, u64, std::time::SystemTime)| {
            let there = fs::metadata(&path).unwrap();
            (path, there.ino(), there.mtime(), there.mtime_nsec(), there.ctime(), there.ctime_nsec())
        };
        world.tree().into_iter().map(mark).collect::<Vec<_>>()
    };
    let before = marks();
    for _ in 0..2 {
        let told = world.json(&["publish", "--json"]);
        assert_eq!(told["written"], 0);
        assert_eq!(marks(), before);
    }
}
