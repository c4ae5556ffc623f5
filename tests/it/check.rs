//! Wrong configurations and the exact words about them: each `fixtures/config/NAME.toml` with its `NAME.txt`.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its fixtures has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use warta::config::{Environment, load};

/// What is said about a configuration, its path written as `feeds.toml`.
fn said_of(path: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("feeds.toml");
    fs::copy(path, &copy).unwrap();
    let said = match load(&copy, &Environment::default()) {
        Ok(loaded) => format!("accepted: {:?}", loaded.config),
        Err(error) => format!("{error}\n"),
    };
    said.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn each_wrong_configuration_gets_its_exact_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/config");
    let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    cases.sort();
    assert!(cases.len() >= 30, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        let said = said_of(&case);
        let expected = fs::read_to_string(case.with_extension("txt")).unwrap_or_default();
        if said != expected {
            wrong.push(format!("--- {}\nexpected:\n{expected}\nsaid:\n{said}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
