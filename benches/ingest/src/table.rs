//! Figures in, tables out, as Markdown: speeds, then how many times faster warta is.

use crate::contenders::{Contender, Prepared};
use crate::corpus::Kind;
use crate::{Figures, speed};

/// Whom warta is measured against, in pairs: ours, theirs.
const PAIRS: &[(&str, &str)] = &[
    ("warta: parse", "feed-rs: parse"),
    ("warta: parse + clean", "feed-rs: parse + sanitise"),
    ("warta: parse", "rss: parse"),
    ("warta: parse", "atom_syndication: parse"),
];

/// Prints both tables.
pub fn print(documents: &[Prepared], chosen: &[&Contender], rounds: &[Vec<Figures>]) {
    let bytes: usize = documents.iter().map(|document| document.body().len()).sum();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "{} documents, {:.1} MB, {} rounds, one thread of a machine with {cores} cores\n",
        documents.len(),
        bytes as f64 / 1e6,
        rounds.len()
    );
    println!("| | MB/s, median | slowest | fastest |\n|---|---:|---:|---:|");
    for (at, one) in chosen.iter().enumerate() {
        let speeds = sorted(rounds.iter().map(|figures| speed(figures[at].into_iter())));
        println!("| {} | {} |", one.name, three(&speeds, 1));
    }
    println!("\n| | times faster, median | least | most |\n|---|---:|---:|---:|");
    let place = |name: &str| chosen.iter().position(|one| one.name == name);
    for (ours, theirs) in PAIRS {
        if let (Some(our), Some(their)) = (place(ours), place(theirs)) {
            // Over the documents that both of them read.
            let common = |kind: &Kind| (chosen[our].reads)(*kind) && (chosen[their].reads)(*kind);
            let of = |figures: &[Figures], who: usize| {
                speed(Kind::ALL.into_iter().filter(common).map(|kind| figures[who][kind as usize]))
            };
            let ratios = sorted(rounds.iter().map(|figures| of(figures, our) / of(figures, their)));
            println!("| {ours} / {theirs} | {} |", three(&ratios, 2));
        }
    }
}

/// Median, least and most.
fn three(sorted: &[f64], digits: usize) -> String {
    let [first, .., last] = sorted else {
        return sorted.first().map_or_else(String::new, |one| format!("{one:.digits$} | | "));
    };
    format!("{:.digits$} | {first:.digits$} | {last:.digits$}", sorted[sorted.len() / 2])
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}
