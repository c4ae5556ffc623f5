//! Holds `src/` to the house of ARCHITECTURE.md: which room may import which, where each foreign crate lives, and who
//! may vouch for HTML. It reads the sources as text, so that it sees what is compiled and what is not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex::Regex;

/// Floor, room, and the rooms that it may import.
const ROOMS: &[(u8, &str, &[&str])] = &[
    (0, "model", &[]),
    (0, "clock", &["model"]),
    (1, "notation", &["model"]),
    (2, "parse", &["model", "notation"]),
    (2, "clean", &["model", "notation"]),
    (2, "dedup", &["model", "notation"]),
    (2, "rules", &["model", "notation"]),
    (2, "article", &["model", "notation"]),
    (2, "schedule", &["model", "notation"]),
    (2, "render", &["model", "notation"]),
    (2, "config", &["model", "notation"]),
    (3, "ingest", &["model", "notation", "parse", "clean", "article"]),
    (3, "fetch", &["model", "clock", "notation", "config"]),
    (3, "store", &["model", "clock", "notation", "config"]),
    (3, "serve", &["model", "clock", "notation", "config"]),
    (3, "websub", &["model", "notation"]),
    (4, "poll", UP_TO_STORE),
    (4, "group", UP_TO_STORE),
    (4, "publish", UP_TO_STORE),
    (4, "push", UP_TO_STORE),
    (5, "app", UP_TO_FLOWS),
    (6, "daemon", &["model", "clock", "notation", "config", "serve", "app"]),
    (7, "cli", &["model", "clock", "notation", "parse", "render", "config", "ingest", "app", "daemon"]),
    (7, "main", &["cli"]),
];

/// Floors 0 to 3 but `serve`.
const UP_TO_STORE: &[&str] = &[
    "model", "clock", "notation", "parse", "clean", "dedup", "rules", "schedule", "render", "config", "ingest",
    "fetch", "store", "websub",
];

/// Floors 0 to 4 but `serve`.
const UP_TO_FLOWS: &[&str] = &[
    "model", "clock", "notation", "parse", "clean", "dedup", "rules", "schedule", "render", "config", "ingest",
    "fetch", "store", "websub", "poll", "group", "publish", "push",
];

/// Each dependency and where it lives: path beginnings below `src/`. None means wherever it is of use.
const HOMES: &[(&str, &[&str])] = &[
    ("rss", &["render/rss"]),
    ("atom_syndication", &["render/atom"]),
    ("quick_xml", &["parse/xml", "render/xml"]),
    ("memchr", &["notation/", "parse/xml", "clean/html"]),
    ("encoding_rs", &["notation/"]),
    ("chardetng", &["notation/"]),
    ("croner", &["notation/cron"]),
    ("regex", &["notation/pattern"]),
    ("psl", &["notation/domain"]),
    ("reqwest", &["fetch/"]),
    ("rustls", &["fetch/"]),
    ("rustls_platform_verifier", &["fetch/"]),
    ("tokio", RUNTIME),
    ("tokio_util", RUNTIME),
    ("futures_util", RUNTIME),
    ("hyper", &["serve/", "daemon/demo"]),
    ("hyper_util", &["serve/", "daemon/demo"]),
    ("axum", &["serve/", "daemon/demo"]),
    ("tokio_cron_scheduler", &["daemon/heartbeat"]),
    ("rusqlite", &["store/"]),
    ("ammonia", &["clean/html"]),
    ("html5ever", &["clean/html", "notation/page"]),
    ("dom_query", &["notation/page"]),
    ("dom_smoothie", &["notation/page"]),
    ("minijinja", &["render/html"]),
    ("flate2", &["fetch/", "publish/"]),
    ("brotli", &["fetch/", "publish/"]),
    ("ruzstd", &["fetch/"]),
    ("toml", &["config/"]),
    ("toml_edit", &["config/edit"]),
    ("annotate_snippets", &["config/"]),
    ("clap", &["cli/", "main.rs"]),
    ("clap_complete", &["cli/"]),
    ("clap_mangen", &["cli/"]),
    ("icu_normalizer", &["dedup/words"]),
    ("indicatif", &["cli/"]),
    ("comfy_table", &["cli/"]),
    ("sd_notify", &["daemon/"]),
    ("listenfd", &["daemon/"]),
    ("socket2", &["daemon/"]),
    ("tracing_subscriber", &["cli/"]),
    ("tracing_journald", &["cli/"]),
    ("arc_swap", &["serve/", "app", "daemon/"]),
    ("tempfile", &["publish/", "daemon/", "cli/"]),
    ("chrono", &[]),
    ("chrono_tz", &[]),
    ("url", &[]),
    ("serde", &[]),
    ("serde_json", &[]),
    ("sha2", &[]),
    ("hmac", &["websub/"]),
    ("sha1", &["websub/"]),
    ("getrandom", &["push/"]),
    ("xxhash_rust", &[]),
    ("thiserror", &[]),
    ("tracing", &[]),
];

/// Where waiting is allowed.
const RUNTIME: &[&str] = &["fetch/", "store/", "serve/", "poll/", "publish/", "push/", "app", "daemon/", "cli/"];

/// What reaches the world; below floor 3 only these two files may.
const WORLD: &[&str] =
    &["std::fs", "std::env", "std::process", "std::thread", "TcpStream", "TcpListener", "SystemTime", "Instant::now"];
const WORLDLY: &[&str] = &["config/load.rs", "clock.rs"];

/// Who may say that HTML is clean.
const VOUCHERS: &[&str] = &["clean/html", "store/", "model/html.rs"];

/// A source file: its path below `src/`, and its code without comments, literals and tests.
struct Source {
    path: String,
    code: String,
}

impl Source {
    /// The room it stands in: its folder below `src/`, or its name.
    fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// How many modules lie between it and the crate's root.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }

    fn stands_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path.starts_with(place))
    }

    /// The rooms that it names, with the line of the first time.
    fn arrows(&self) -> BTreeMap<String, usize> {
        let path = Regex::new(r"(?:^|[^$\w:])(crate|warta|super(?:\s*::\s*super)*)\s*::\s*(\{|\w+)").unwrap();
        let mut arrows = BTreeMap::new();
        for found in path.captures_iter(&self.code) {
            let (from, to) = (found.get(1).unwrap(), found.get(2).unwrap());
            let supers = from.as_str().matches("super").count();
            if supers > 0 && supers != self.depth() {
                continue;
            }
            let rooms = if to.as_str() == "{" { heads(&self.code[to.end()..]) } else { vec![to.as_str().to_owned()] };
            for room in rooms.into_iter().filter(|room| room != self.room()) {
                arrows.entry(room).or_insert_with(|| line_of(&self.code, from.start()));
            }
        }
        arrows
    }

    /// The line on which it names a foreign crate, unless a module of its own has that name.
    fn names(&self, krate: &str) -> Option<usize> {
        if !self.code.contains(krate) {
            return None;
        }
        let own = format!(r"\bmod\s+{krate}\b|\buse\s+(?:crate|super|self)::[^;]*\b{krate}\b");
        let named = format!(r"(?:^|[^:\w.$]){krate}\s*::|\buse\s+(?:::)?{krate}\s*(?:;|\bas\b)");
        if Regex::new(&own).unwrap().is_match(&self.code) {
            return None;
        }
        Regex::new(&named).unwrap().find(&self.code).map(|found| line_of(&self.code, found.end() - 1))
    }
}

/// The first names in a group of imports whose brace has just been opened: `a::b, c::{d, e}, f}` has a, c and f.
fn heads(group: &str) -> Vec<String> {
    let mut heads = vec![String::new()];
    let mut depth = 0_usize;
    let mut in_head = true;
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(String::new());
                in_head = true;
            }
            c if depth == 0 && in_head && (c.is_alphanumeric() || c == '_') => heads.last_mut().unwrap().push(c),
            c if depth == 0 && !c.is_whitespace() => in_head = false,
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// Blanks comments, literals and `#[cfg(test)]` modules; every line stays where it is.
fn code_only(text: &str) -> String {
    // Line comments, block comments, raw strings by their number of `#`, strings, characters (a lifetime has no end).
    let literal = [
        r"//[^\n]*",
        r"/\*.*?\*/",
        r####"b?r###".*?"###"####,
        r####"b?r##".*?"##"####,
        r####"b?r#".*?"#"####,
        r#"b?r".*?""#,
        r#"b?"(?:\\.|[^"\\])*""#,
        r"b?'(?:\\[^\n']+|\\'|[^\\'\n])'",
    ];
    let literal = Regex::new(&format!("(?s){}", literal.join("|"))).unwrap();
    let blank = |text: &str| text.chars().filter(|c| *c == '\n').collect::<String>();
    let mut code = literal.replace_all(text, |found: &regex::Captures<'_>| blank(&found[0])).into_owned();
    let test = Regex::new(r"#\[cfg\(test\)\]\s*(?:pub(?:\(crate\))?\s+)?(?:mod|fn|impl|use)\b[^;{]*([;{])").unwrap();
    while let Some(found) = test.captures(&code) {
        let opened = found.get(1).unwrap();
        let end = if opened.as_str() == ";" { opened.end() } else { closing_brace(&code, opened.end()) };
        let range = found.get(0).unwrap().start()..end;
        code.replace_range(range.clone(), &blank(&code[range.clone()]));
    }
    code
}

/// Behind the brace that closes the one opened just before `from`.
fn closing_brace(code: &str, from: usize) -> usize {
    let mut open = 1_usize;
    for (at, c) in code[from..].char_indices() {
        match c {
            '{' => open += 1,
            '}' if open == 1 => return from + at + 1,
            '}' => open -= 1,
            _ => {}
        }
    }
    code.len()
}

/// All sources but `lib.rs`, which is the map, and files of tests.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && name != "lib.rs" && !is_test(&name) {
                sources.push(Source { path: name, code: code_only(&fs::read_to_string(&path).unwrap()) });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(sources.len() > 20, "src/ has not been found");
    sources
}

/// Files of unit tests: `tests.rs`, `x_tests.rs`, or anything in a folder `tests`.
fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/")
}

fn none(broken: Vec<String>) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn rooms_import_lower_floors_only() {
    let mut broken = Vec::new();
    for source in sources() {
        let Some((floor, room, may)) = ROOMS.iter().find(|(_, room, _)| *room == source.room()) else {
            broken.push(format!(
                "src/{}: `{}` is no room; give it a floor in tests/it/house.rs",
                source.path,
                source.room()
            ));
            continue;
        };
        for (to, line) in source.arrows() {
            let Some((below, ..)) = ROOMS.iter().find(|(_, room, _)| *room == to) else { continue };
            if !may.contains(&to.as_str()) {
                broken.push(format!(
                    "src/{}:{line}: {room} (floor {floor}) imports {to} (floor {below}); it may import {}",
                    source.path,
                    if may.is_empty() { "no room".to_owned() } else { may.join(", ") },
                ));
            }
        }
    }
    none(broken);
}

#[test]
fn foreign_crates_stay_at_home() {
    let mut broken = Vec::new();
    for source in sources() {
        for (krate, homes) in HOMES.iter().filter(|(_, homes)| !homes.is_empty() && !source.stands_in(homes)) {
            if let Some(line) = source.names(krate) {
                broken.push(format!("src/{}:{line}: {krate} lives in {}", source.path, homes.join(", ")));
            }
        }
    }
    none(broken);
}

#[test]
fn every_dependency_has_a_home() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let told: BTreeSet<String> = HOMES.iter().map(|(krate, _)| (*krate).to_owned()).collect();
    let used: BTreeSet<String> =
        manifest["dependencies"].as_table().unwrap().keys().map(|name| name.replace('-', "_")).collect();
    assert_eq!(told, used, "HOMES of tests/it/house.rs and [dependencies] of Cargo.toml name different crates");
}

#[test]
fn pure_rooms_do_not_reach_the_world() {
    let mut broken = Vec::new();
    for source in sources() {
        let floor = ROOMS.iter().find(|(_, room, _)| *room == source.room()).map_or(0, |(floor, ..)| *floor);
        if floor > 2 || source.stands_in(WORLDLY) {
            continue;
        }
        for thing in WORLD {
            if let Some(at) = source.code.find(thing) {
                broken.push(format!(
                    "src/{}:{}: {} is pure and names {thing}",
                    source.path,
                    line_of(&source.code, at),
                    source.room()
                ));
            }
        }
    }
    none(broken);
}

#[test]
fn only_the_sanitiser_and_the_store_vouch_for_html() {
    let vouch = Regex::new(r"\bvouch\s*\(").unwrap();
    let broken = sources()
        .iter()
        .filter(|source| !source.stands_in(VOUCHERS))
        .filter_map(|source| vouch.find(&source.code).map(|found| (source, found.start())))
        .map(|(source, at)| format!("src/{}:{}: vouches for HTML", source.path, line_of(&source.code, at)))
        .collect();
    none(broken);
}

/// The rooms that a file of this path and text names.
fn check_arrows(path: &str, text: &str, expected: &[&str]) {
    let arrows = Source { path: path.to_owned(), code: code_only(text) }.arrows();
    assert_eq!(arrows.keys().map(String::as_str).collect::<Vec<_>>(), expected, "{text}");
}

#[test]
fn arrows_are_seen_in_all_their_shapes() {
    check_arrows("poll/mod.rs", "use crate::model::Item;", &["model"]);
    check_arrows(
        "poll/mod.rs",
        "use crate::{model::{self, Item}, store::Store,\n fetch};",
        &["fetch", "model", "store"],
    );
    check_arrows("poll/mod.rs", "fn f() { crate::serve::run(super::render::x()) }", &["render", "serve"]);
    check_arrows("poll/refresh.rs", "use super::report; use super::super::serve;", &["serve"]);
    check_arrows("poll/refresh.rs", "use crate::poll::report;", &[]);
    check_arrows("main.rs", "fn main() { warta::cli::main() }", &["cli"]);
    check_arrows("poll/mod.rs", "// crate::serve\n/* crate::serve */ let a = \"crate::serve\";", &[]);
    check_arrows("poll/mod.rs", "let a = r#\"\"crate::serve\"#; let b = '\"'; use crate::fetch;", &["fetch"]);
    check_arrows(
        "poll/mod.rs",
        "#[cfg(test)]\nmod tests { use crate::serve; fn f() { {} } }\nuse crate::fetch;",
        &["fetch"],
    );
}

/// Whether a file of this text names the crate.
fn check_names(text: &str, krate: &str, expected: bool) {
    let source = Source { path: "poll/mod.rs".to_owned(), code: code_only(text) };
    assert_eq!(source.names(krate).is_some(), expected, "{text}");
}

#[test]
fn foreign_crates_are_told_from_modules_of_that_name() {
    check_names("use rss::Channel;", "rss", true);
    check_names("fn f() -> rss::Channel { ::rss::Channel::default() }", "rss", true);
    check_names("use axum as web;", "axum", true);
    check_names("mod rss;\nfn f() { rss::draw() }", "rss", false);
    check_names("use super::{atom, rss};\nfn f() { rss::draw() }", "rss", false);
    check_names("use crate::render::rss;\nfn f() { rss::draw() }", "rss", false);
    check_names("fn f() { render::rss::draw() }", "rss", false);
    check_names("fn f() { hyper_util::rt() }", "hyper", false);
}
