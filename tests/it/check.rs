//! Wrong configurations and the exact words about them: each `fixtures/config/NAME.toml` with its `NAME.txt`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `warta check` says about a configuration on stderr. It has to end with 78 and to say nothing on stdout.
fn said_of(path: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(path, folder.path().join("feeds.toml")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_warta"));
    command.current_dir(folder.path()).env_clear().args(["--config", "feeds.toml", "check"]);
    let output = command.output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(78), 0), "{}", path.display());
    String::from_utf8(output.stderr).unwrap()
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
