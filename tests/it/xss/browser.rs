//! The same in Chromium, without the policy that warta sends beside its pages: nothing may run even so.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use super::payloads::{CANARY, payloads};
use super::{infested_site, judged};
use crate::origin::{Answer, Origin};

/// Frames that one start of the browser opens.
const FRAMES: usize = 100;

/// What the browser found in the frames of a page, and which payloads ran.
struct Run {
    /// Frames that it could look into.
    frames: usize,
    told: Vec<String>,
    ran: BTreeSet<String>,
}

/// Opens these pages, each in a frame of its own, and waits until what they start by themselves has run.
fn open(pages: &[String]) -> Run {
    let origin = Origin::start();
    let html = |text: &str| Answer::status(200).header("Content-Type", "text/html; charset=utf-8").body(text);
    for (at, page) in pages.iter().enumerate() {
        origin.on(&format!("/{at}"), html(page));
    }
    let frames: String = (0..pages.len()).map(|at| format!("<iframe src=\"/{at}\"></iframe>")).collect();
    origin.on("/frames", html(&format!("<!doctype html><title>Frames</title>{frames}<pre id=told></pre>{LOOK}")));
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::var_os("WARTA_TEST_CHROMIUM").unwrap_or_else(|| "chromium".into()))
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=20000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--host-resolver-rules=MAP {CANARY} {}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", origin.address()))
        .args(["--dump-dom", &origin.url("/frames")])
        .output()
        .expect("Chromium starts: install it, or name it by WARTA_TEST_CHROMIUM");
    let page = String::from_utf8_lossy(&output.stdout);
    let told = dom_query::Document::from(page.as_ref()).select("#told").text().to_string();
    let told: Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("the browser told nothing: {page}"));
    let strings =
        |value: &Value| value.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect();
    let requests = origin.requests().into_iter().map(|seen| seen.target);
    let frames = told["frames"].as_u64().unwrap() as usize;
    Run { frames, told: strings(&told["found"]), ran: requests.filter(|target| target.starts_with("/ran/")).collect() }
}

/// Looks into every frame once all have loaded and what they began had time to run, as the browser read them.
const LOOK: &str = r##"<script>
onload = () => setTimeout(() => {
  const found = [];
  let frames = 0;
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument;
    if (!page) continue;
    frames += 1;
    for (const element of page.querySelectorAll("*")) {
      const tell = (what) => found.push(`${what}: ${element.outerHTML.slice(0, 200)}`);
      const name = element.localName;
      if (/^(iframe|frame|object|embed|applet|base|svg|math|style|form)$/.test(name)) tell(name);
      if (name === "script" && element.type !== "application/ld+json") tell(name);
      if (name === "meta" && element.httpEquiv) tell(name);
      for (const { name, value } of element.attributes) {
        if (name.startsWith("on") || name === "style" || name === "srcdoc") tell(name);
        const read = value.replace(/[\u0000-\u0020]/g, "");
        if (/^(href|src|action|data|poster|cite|background)$/.test(name) && /^(javascript|vbscript|data):/i.test(read)) tell(name);
      }
    }
  }
  document.getElementById("told").textContent = JSON.stringify({ frames, found });
}, 3000);
</script>"##;

#[test]
#[ignore = "needs Chromium; .ci/run starts it where there is one"]
fn nothing_runs_in_a_browser() {
    let payloads = payloads();
    let ran: usize = payloads.chunks(FRAMES).map(|some| open_alone(some).ran.len()).sum();
    assert!(
        ran * 4 > payloads.len(),
        "of {} payloads, as they came, only {ran} run: they show nothing",
        payloads.len()
    );

    let origin = Origin::start();
    let world = infested_site(&origin, &payloads);
    let (pages, pieces) = judged(&world);
    let bare = pieces.iter().map(|piece| format!("<!doctype html><meta charset=utf-8><title>Isi</title>{piece}"));
    let pages: Vec<String> = pages.into_iter().map(|(_, page)| page).chain(bare).collect();
    for some in pages.chunks(FRAMES) {
        let Run { frames, told, ran } = open(some);
        assert_eq!(frames, some.len(), "a page went elsewhere");
        assert!(told.is_empty() && ran.is_empty(), "{told:#?} {ran:?}");
    }
}

/// Payloads as they came, each as a page.
fn open_alone(payloads: &[String]) -> Run {
    let page = |payload: &String| format!("<!doctype html><meta charset=utf-8><title>Isi</title><body>{payload}");
    open(&payloads.iter().map(page).collect::<Vec<_>>())
}
