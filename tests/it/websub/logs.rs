//! What the daemon and its libraries write down of a subscription.

use std::fs::File;
use std::process::{Child, Command, Stdio};

use super::*;

/// A child that is killed when a test fails before its end.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_only_the_hub_may_know_stands_in_no_log() {
    let site = Site::new();
    let log = site.clock.with_extension("log");
    let mut run = site.world.command(&["run"]);
    run.env("WARTA_NOW", format!("@{}", site.clock.display())).env("RUST_LOG", "trace");
    let mut child = Ended(run.stdout(Stdio::null()).stderr(File::create(&log).unwrap()).spawn().unwrap());
    let asked = site.subscribe(0);
    let document = rss(&["Dua"]);
    assert_eq!(site.deliver(&asked, &document, Some("sha256=00")), 202);
    assert_eq!(site.deliver(&asked, &document, Some(&signed(&asked, &document))), 202);
    wait("the pushed item", || (site.titles() == ["Dua", "Satu"]).then_some(()));
    assert!(Command::new("kill").arg(child.0.id().to_string()).status().unwrap().success());
    assert_eq!(child.0.wait().unwrap().code(), Some(0));
    let text = std::fs::read_to_string(&log).unwrap();
    assert!(text.contains("TRACE"), "libraries were heard");
    for secret in [asked["hub.secret"].as_str(), path(&asked).rsplit('/').next().unwrap()] {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "the secret or the callback's token is told");
    }
}
