//! Documents of every format, habit and fault, each read through the library and compared with what is expected of it.
//!
//! `NAME.in.EXT` is the document, `NAME.out.json` what `warta parse` tells of it, and `NAME.headers` what a server told
//! beside it (`Content-Type: ...`, `URL: ...`). `WARTA_WRITE_FIXTURES=1` writes what is told now; read it before it is
//! committed.

use std::fs;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use serde_json::Value;
use warta::ingest::{Policy, ingest};
use warta::model::{Document, Format, RepairKind, Timestamp};
use warta::render::document;

/// The moment at which all of them are read: dates past it are not believed.
const NOW: &str = "2026-11-24T12:00:00Z";

/// A document of the folder and what belongs to it.
struct Fixture {
    name: String,
    document: Document,
    expected: PathBuf,
}

/// All fixtures of a folder, by name.
fn fixtures(folder: &str) -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds").join(folder);
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some((name, _)) = file.split_once(".in.") else { continue };
        let headers = fs::read_to_string(folder.join(format!("{name}.headers"))).unwrap_or_default();
        let told = |key: &str| {
            let line = headers.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
            line.map(|value| value.trim().to_owned())
        };
        let document = Document {
            url: told("URL").map(|url| url.parse().unwrap()),
            content_type: told("Content-Type"),
            body: fs::read(&path).unwrap(),
        };
        let expected = folder.join(format!("{name}.out.json"));
        found.push(Fixture { name: name.to_owned(), document, expected });
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// What `warta parse` tells of the document.
fn told(fixture: &Fixture) -> Vec<u8> {
    let policy = Policy { timezone: Tz::Asia__Jakarta, language: None, select: None };
    let now = Timestamp::parse_rfc3339(NOW).unwrap();
    match ingest(&fixture.document, &policy, now) {
        Ok(feed) => document::draw(&feed).unwrap(),
        Err(error) => panic!("{}: {error}", fixture.name),
    }
}

/// Reads all fixtures of a folder as they are expected to be read, and checks what holds for every one of them.
fn check(folder: &str, law: fn(&Value) -> bool) {
    let rewrite = std::env::var_os("WARTA_WRITE_FIXTURES").is_some();
    let mut wrong = Vec::new();
    for fixture in fixtures(folder) {
        let bytes = told(&fixture);
        let said: Value = serde_json::from_slice(&bytes).unwrap();
        if rewrite {
            fs::write(&fixture.expected, &bytes).unwrap();
        }
        let expected = fs::read(&fixture.expected).unwrap_or_default();
        let expected: Value = serde_json::from_slice(&expected).unwrap_or_default();
        if said != expected {
            wrong.push(format!("{folder}/{}: {}", fixture.name, difference(&said, &expected)));
        }
        if !law(&said) {
            wrong.push(format!("{folder}/{}: bozo {} with {}", fixture.name, said["_warta"]["bozo"], repairs(&said)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first line in which the two differ, for people.
fn difference(said: &Value, expected: &Value) -> String {
    let (said, expected) = (format!("{said:#}"), format!("{expected:#}"));
    let lines = said.lines().map(Some).chain(std::iter::repeat(None));
    let pairs = lines.zip(expected.lines().map(Some).chain(std::iter::repeat(None)));
    let first = pairs.take(said.len() + expected.len()).find(|(said, expected)| said != expected);
    format!("{first:?} (said, expected)")
}

fn repairs(said: &Value) -> String {
    said["_warta"].get("repairs").map_or_else(|| "no repairs".to_owned(), Value::to_string)
}

fn is_clean(said: &Value) -> bool {
    said["_warta"]["bozo"] == false && said["_warta"].get("repairs").is_none()
}

#[test]
fn every_format_is_read_without_a_repair() {
    check("formats", is_clean);
}

#[test]
fn what_is_odd_but_well_formed_is_read_without_a_repair() {
    check("habits", is_clean);
}

#[test]
fn what_is_broken_is_read_and_its_repairs_are_named() {
    check("broken", |said| said["_warta"]["repairs"].as_array().is_some_and(|repairs| !repairs.is_empty()));
}

#[test]
fn the_documentation_names_every_format_and_every_repair() {
    let page = include_str!("../../docs/formats.md");
    for format in Format::ALL {
        assert!(page.contains(&format!("`{}`", format.name())), "{}", format.name());
    }
    let (_, repairs) = page.split_once("## Repairs").unwrap();
    for kind in RepairKind::ALL {
        let bozo = if kind.is_ill_formed() { "yes" } else { "" };
        let row = repairs.lines().find(|line| line.starts_with(&format!("| `{}` |", kind.name())));
        let cells: Vec<&str> = row.unwrap_or_default().split('|').map(str::trim).collect();
        assert_eq!(cells.get(2), Some(&bozo), "{}", kind.name());
    }
}

#[test]
fn every_format_and_every_repair_of_reading_has_a_fixture() {
    let said = |folder: &str| -> Vec<Value> {
        fixtures(folder).iter().map(|fixture| serde_json::from_slice(&told(fixture)).unwrap()).collect()
    };
    let all: Vec<Value> = ["formats", "habits", "broken"].into_iter().flat_map(said).collect();
    // A list page has no format of its own before somebody selects; headers belong to fetching.
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Html) {
        assert!(all.iter().any(|said| said["_warta"]["format"] == format.name()), "{}", format.name());
    }
    for kind in RepairKind::ALL.into_iter().filter(|kind| *kind != RepairKind::Header) {
        let named = |said: &Value| {
            let repairs = said["_warta"]["repairs"].as_array();
            repairs.is_some_and(|repairs| repairs.iter().any(|repair| repair["kind"] == kind.name()))
        };
        assert!(all.iter().any(named), "{}", kind.name());
    }
}
