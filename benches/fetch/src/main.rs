//! What a poll with nothing new costs, as a ratio to bare requests for the same bytes in the same run.
//!
//!     cargo build --release && (cd benches/fetch && cargo run --release -- ../../target/release/warta)
//!
//! One process is the origin. Its children are, in turns, `warta poll --force` over all feeds and a program that asks for
//! the same addresses with the same client and reads the bodies to their ends, and nothing else. What is compared is the
//! CPU time, of user and system, that each child took, its start included.

mod bare;
mod origin;

use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::resource::{UsageWho, getrusage};

use crate::origin::{Kind, Origin};

const FEEDS: usize = 1_000;
/// A first round that fills warta's store comes before them and is not counted.
const ROUNDS: usize = 9;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("bare"), Some(file)) => bare::ask(Path::new(&file)),
        (Some(warta), None) => compare(Path::new(warta)),
        _ => Err("usage: warta-bench-fetch PATH/TO/warta".into()),
    }
}

fn compare(warta: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let warta = warta.canonicalize()?;
    let origin = Origin::start()?;
    println!("{FEEDS} feeds of {} bytes, {ROUNDS} rounds\n", origin::document(0).len());
    println!(
        "| answer | warta, µs a feed | bare, µs a feed | ratio, median | least | most |\n|---|---:|---:|---:|---:|---:|"
    );
    for (name, kind) in [("304", Kind::Validated), ("200 with nothing new", Kind::Plain)] {
        let urls: Vec<_> = (0..FEEDS).map(|feed| origin.url(kind, feed)).collect();
        let world = tempfile::tempdir()?;
        std::fs::write(world.path().join("feeds.toml"), configuration(&urls))?;
        let list = world.path().join("urls");
        std::fs::write(&list, urls.join("\n"))?;
        let poll = || poll(&warta, world.path());
        poll()?;
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let before = origin.answers(kind);
            let polled = poll()?;
            let asked = origin.answers(kind).since(before);

            if asked != kind.expected(FEEDS as u64) {
                return Err(format!("{name}: warta was answered otherwise: {asked:?}").into());
            }
            let plain = cpu_of(Command::new(std::env::current_exe()?).arg("bare").arg(&list))?.0;
            rounds.push((polled, plain));
        }
        println!("{}", row(name, &rounds));
    }
    Ok(())
}

/// CPU seconds of a forced poll of all feeds; an error when it fails or has news.
fn poll(warta: &Path, world: &Path) -> Result<f64, Box<dyn std::error::Error>> {
    let (cpu, out) = cpu_of(Command::new(warta).args(["poll", "--force", "--json"]).current_dir(world))?;
    let told: serde_json::Value = serde_json::from_slice(&out)?;
    match told["feeds"]["failed"].as_u64() {
        Some(0) => Ok(cpu),
        _ => Err(format!("feeds failed: {told}").into()),
    }
}

/// Runs a child to its end: CPU seconds, and what it printed.
fn cpu_of(command: &mut Command) -> Result<(f64, Vec<u8>), Box<dyn std::error::Error>> {
    let spent = || -> Result<f64, nix::Error> {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
        Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
    };
    let before = spent()?;
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} ended with {}", output.status).into());
    }
    Ok((spent()? - before, output.stdout))
}

fn configuration(urls: &[String]) -> String {
    let head = "[site]\ntag = \"warta.example,2026\"\n[fetch]\nallow_networks = [\"127.0.0.0/8\"]\nper_host_delay = \"0s\"\n\
                per_host_concurrency = 32\n[[section]]\nid = \"nasional\"\n";
    let feeds = urls.iter().map(|url| format!("[[feed]]\nurl = \"{url}\"\nsection = \"nasional\"\n"));
    std::iter::once(head.to_owned()).chain(feeds).collect()
}

fn row(name: &str, rounds: &[(f64, f64)]) -> String {
    let median = |values: &dyn Fn(&(f64, f64)) -> f64| {
        let mut sorted: Vec<_> = rounds.iter().map(values).collect();
        sorted.sort_by(f64::total_cmp);
        (sorted[sorted.len() / 2], sorted[0], sorted[sorted.len() - 1])
    };
    let feed = |seconds: f64| seconds * 1e6 / FEEDS as f64;
    let (ratio, least, most) = median(&|round| round.0 / round.1);
    let (warta, bare) = (feed(median(&|round| round.0).0), feed(median(&|round| round.1).0));
    format!("| {name} | {warta:.0} | {bare:.0} | {ratio:.2} | {least:.2} | {most:.2} |")
}
