//! `warta parse` on documents in the shapes that outlets publish: each fixture has what is expected of it beside it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Runs `warta parse -` on a document.
pub(crate) fn parse(body: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_warta"))
        .args(["parse", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let body = body.to_vec();
    let writer = std::thread::spawn(move || {
        // A program that has read enough closes the pipe.
        let _ = stdin.write_all(&body);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

#[test]
fn documents_are_read_as_the_fixtures_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds");
    let mut read = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some((stem, _)) = name.split_once(".in.") else { continue };
        let output = parse(&fs::read(&path).unwrap());
        let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
            panic!("{name}: {}", String::from_utf8_lossy(&output.stderr));
        });
        let expected: Value =
            serde_json::from_slice(&fs::read(folder.join(format!("{stem}.out.json"))).unwrap()).unwrap();
        assert_eq!(said, expected, "{name}");
        read += 1;
    }
    assert!(read >= 6);
}

#[test]
fn what_is_no_feed_exits_1_with_one_line() {
    for body in ["", "hello", "<html><body>x</body></html>", "{\"a\":1}", "<opml/>"] {
        let output = parse(body.as_bytes());
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), error.lines().count()), (Some(1), 1), "{body}: {error}");
        assert_eq!(output.stdout, b"");
    }
}
