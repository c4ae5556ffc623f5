//! `warta parse` as a program: what it exits with. What it reads is checked in `fixtures`.

use std::io::Write;
use std::process::{Command, Output, Stdio};

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
fn what_is_no_feed_exits_1_with_one_line() {
    for body in ["", "hello", "<html><body>x</body></html>", "{\"a\":1}", "<opml/>"] {
        let output = parse(body.as_bytes());
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), error.lines().count()), (Some(1), 1), "{body}: {error}");
        assert_eq!(output.stdout, b"");
    }
}
