use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::*;
use crate::model::{Gone, Redirect};

const NOW: i64 = 1_800_000_000_000;

fn now() -> Timestamp {
    Timestamp::from_unix_millis(NOW)
}

/// An edition file that names files with these bytes; writes none of them.
fn announce(dir: &TempDir, files: &[(&str, &str)]) {
    let files = files.iter().map(|(path, text)| EditionFile {
        path: (*path).to_owned(),
        length: text.len() as u64,
        sha256: Sha256::digest(text).into(),
        media_type: "text/html; charset=utf-8".into(),
        coding: Coding::Identity,
        changed: Timestamp::from_unix_millis(NOW + 5_000),
        noindex: false,
    });
    let edition = Edition {
        files: files.collect(),
        gone: vec![Gone { path: "mati/".into(), up_to: None }],
        ..Edition::default()
    };
    // As publish does it: beside, then renamed.
    let beside = dir.path().join("beside");
    fs::write(&beside, edition.to_text()).unwrap();
    fs::rename(beside, dir.path().join(EDITION_FILE)).unwrap();
}

fn put(dir: &TempDir, path: &str, text: &str) {
    fs::create_dir_all(dir.path().join(path).parent().unwrap()).unwrap();
    fs::write(dir.path().join("beside"), text).unwrap();
    fs::rename(dir.path().join("beside"), dir.path().join(path)).unwrap();
}

/// The bytes that a path is answered with from memory; "cold" for one that lies on the disk.
fn served(shelf: &Shelf, path: &str) -> String {
    let current = shelf.current().unwrap();
    match current.find(path) {
        Found::Resource(resource) => match &resource.variant(Coding::Identity).unwrap().bytes {
            Stored::Hot(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
            Stored::Cold(_) => "cold".into(),
        },
        Found::Moved(to) => format!("to {to}"),
        Found::Gone => "gone".into(),
        Found::Nothing => "nothing".into(),
    }
}

#[test]
fn an_edition_is_taken_only_when_all_of_it_is_there() {
    let dir = TempDir::new().unwrap();
    put(&dir, "a.html", "old");
    announce(&dir, &[("a.html", "old")]);
    let shelf = Shelf::new(dir.path().to_owned(), 1_000);
    shelf.look(now());
    assert_eq!(served(&shelf, "a.html"), "old");
    announce(&dir, &[("a.html", "new"), ("b.html", "b")]);
    put(&dir, "a.html", "new");
    shelf.look(now());
    assert_eq!(served(&shelf, "a.html"), "old", "b is not there yet");
    put(&dir, "b.html", "b");
    shelf.look(now());
    assert_eq!((served(&shelf, "a.html"), served(&shelf, "b.html")), ("new".into(), "b".into()));
}

#[test]
fn an_edition_whose_files_never_come_is_taken_without_them_in_the_end() {
    let dir = TempDir::new().unwrap();
    put(&dir, "a.html", "old");
    announce(&dir, &[("a.html", "old")]);
    let shelf = Shelf::new(dir.path().to_owned(), 1_000);
    shelf.look(now());
    put(&dir, "a.html", "new");
    announce(&dir, &[("a.html", "new"), ("lost.html", "lost")]);
    for _ in 0..MAX_VAIN_LOOKS {
        shelf.look(now());
        assert_eq!(served(&shelf, "a.html"), "old");
    }
    shelf.look(now());
    assert_eq!((served(&shelf, "a.html"), served(&shelf, "lost.html")), ("new".into(), "cold".into()));
}

#[test]
fn an_edition_that_did_not_change_is_not_read_again() {
    let dir = TempDir::new().unwrap();
    put(&dir, "a.html", "old");
    announce(&dir, &[("a.html", "old")]);
    let shelf = Shelf::new(dir.path().to_owned(), 1_000);
    shelf.look(now());
    let first = shelf.current().unwrap();
    shelf.look(now());
    assert!(Arc::ptr_eq(&first, &shelf.current().unwrap()));
}

#[test]
fn unchanged_bytes_go_over_from_one_edition_to_the_next() {
    let dir = TempDir::new().unwrap();
    put(&dir, "a.html", "old");
    announce(&dir, &[("a.html", "old")]);
    let shelf = Shelf::new(dir.path().to_owned(), 1_000);
    shelf.look(now());
    fs::remove_file(dir.path().join("a.html")).unwrap();
    put(&dir, "b.html", "b");
    announce(&dir, &[("a.html", "old"), ("b.html", "b")]);
    shelf.look(now());
    assert_eq!((served(&shelf, "a.html"), served(&shelf, "b.html")), ("old".into(), "b".into()));
}

#[test]
fn memory_is_for_what_lies_near_the_root_and_is_small() {
    let dir = TempDir::new().unwrap();
    let files = [("a/b/small", "1"), ("big", "1234567"), ("index.html", "12345"), ("a/feed", "123")];
    for (path, text) in files {
        put(&dir, path, text);
    }
    announce(&dir, &files);
    let shelf = Shelf::new(dir.path().to_owned(), 9);
    shelf.look(now());
    let check = |path: &str, expected: &str| assert_eq!(served(&shelf, path), expected, "{path}");
    check("", "12345");
    check("big", "cold");
    check("a/feed", "123");
    check("a/b/small", "1");
}

#[test]
fn trouble_is_told_until_there_is_an_edition() {
    let dir = TempDir::new().unwrap();
    let shelf = Shelf::new(dir.path().to_owned(), 1_000);
    let check = |expected: &str| {
        shelf.look(now());
        let told = shelf.ready().err().unwrap_or_default();
        assert_eq!(told, expected.replace("DIR", &dir.path().display().to_string()));
    };
    check("nothing is published in DIR yet");
    fs::write(dir.path().join(EDITION_FILE), "warta-edition\t9\n").unwrap();
    check("DIR/.edition cannot be read: it is of another version of warta, or none of warta's files");
    announce(&dir, &[]);
    check("");
}

#[test]
fn a_time_ahead_of_the_clock_is_not_told() {
    let dir = TempDir::new().unwrap();
    put(&dir, "a.html", "old");
    announce(&dir, &[("a.html", "old")]);
    let shelf = Shelf::new(dir.path().to_owned(), 1_000);
    shelf.look(now());
    let current = shelf.current().unwrap();
    let Found::Resource(resource) = current.find("a.html") else { panic!("not there") };
    assert_eq!(resource.validators(resource.variant(Coding::Identity).unwrap()).last_modified, now());
}

#[test]
fn what_moved_or_is_gone_leads_to_the_nearest_that_is_told() {
    let redirects = [("lama/", "baru/"), ("a.html", "b.html")];
    let gone = [("mati/", None), ("lama/archive/", None), ("baru/archive/", Some(12))];
    let edition = Edition {
        redirects: redirects.map(|(from, to)| Redirect { from: from.into(), to: to.into() }).to_vec(),
        gone: gone.map(|(path, up_to)| Gone { path: path.into(), up_to }).to_vec(),
        ..Edition::default()
    };
    let mut served = Served::default();
    served.note_moves(&edition);
    for path in ["lama/index.html", "lama/rss.xml", "baru/archive/11.xml", "mati/foto.png", "mati/hidup/index.html"] {
        let row = EditionFile {
            path: path.to_owned(),
            length: 0,
            sha256: [0; 32],
            media_type: "text/plain".to_owned(),
            coding: Coding::Identity,
            changed: now(),
            noindex: false,
        };
        let rows = vec![(&row, Stored::Hot(Bytes::new()))];
        served.resources.insert(path.to_owned(), Resource::new(rows, None, now()).unwrap());
    }
    let check = |path: &str, expected: &str| {
        let found = match served.find(path) {
            Found::Resource(_) => "there".to_owned(),
            Found::Moved(to) => to,
            Found::Gone => "gone".to_owned(),
            Found::Nothing => "nothing".to_owned(),
        };
        assert_eq!(found, expected, "{path}");
    };
    for (asked, to) in [("lama", "/baru/"), ("lama/", "/baru/"), ("lama/index.html", "/baru/index.html")] {
        check(asked, to);
    }
    check("lama/rss.xml", "/baru/rss.xml");
    check("lama/archive/3.xml", "gone");
    check("a.html", "/b.html");
    check("mati", "gone");
    check("mati/archive/9.json", "gone");
    check("mati/foto.png", "there");
    check("mati/hidup", "/mati/hidup/");
    check("baru/archive/11.xml", "there");
    check("baru/archive/12.json", "gone");
    check("baru/archive/1.xml.gz", "gone");
    for never in [
        "baru/archive/13.xml",
        "baru/archive/0.xml",
        "baru/archive/01.xml",
        "baru/archive/.xml",
        "baru/archive/x",
        "12.xml",
    ] {
        check(never, "nothing");
    }
}
