//! Measures how fast documents become feeds: warta's stages beside other readers, on the same bytes, in one run.
//!
//! Each document is given to every contender before the next document comes, so that whatever else the machine does
//! meets all of them alike. The clock is the CPU time of this thread.

mod contenders;
mod corpus;
mod options;
mod table;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use contenders::{ALL, Contender, Prepared};
use corpus::Kind;
use cpu_time::ThreadTime;
use options::Options;

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    let documents = corpus::generate(options.seed, options.files);
    if let Some(folder) = &options.write {
        return written(folder, &documents);
    }
    let documents: Vec<Prepared> = documents.into_iter().map(Prepared::new).collect();
    let chosen: Vec<&Contender> = ALL.iter().filter(|one| options.takes(one.name)).collect();
    // A round that does not count: memory is asked for, tables are made.
    let _ = round(&documents, &chosen, 0);
    let rounds: Vec<Vec<Figures>> = (0..options.rounds).map(|at| round(&documents, &chosen, at)).collect();
    table::print(&documents, &chosen, &rounds);
    ExitCode::SUCCESS
}

/// What one contender did in one round with the documents of one kind.
#[derive(Debug, Clone, Copy, Default)]
struct Figure {
    bytes: usize,
    time: Duration,
}

/// The same for each kind.
type Figures = [Figure; Kind::ALL.len()];

/// Millions of bytes of documents in a second.
fn speed(figures: impl Iterator<Item = Figure>) -> f64 {
    let (bytes, time) = figures.fold((0, Duration::ZERO), |(bytes, time), one| (bytes + one.bytes, time + one.time));
    bytes as f64 / 1e6 / time.as_secs_f64()
}

/// Every document through every contender; `turn` says who is first.
fn round(documents: &[Prepared], chosen: &[&Contender], turn: usize) -> Vec<Figures> {
    let mut all = vec![Figures::default(); chosen.len()];
    for (at, document) in documents.iter().enumerate() {
        for step in 0..chosen.len() {
            let who = (turn + at + step) % chosen.len();
            if !(chosen[who].reads)(document.kind()) {
                continue;
            }
            let start = ThreadTime::now();
            black_box((chosen[who].run)(black_box(document)));
            let figure = &mut all[who][document.kind() as usize];
            figure.time += start.elapsed();
            figure.bytes += document.body().len();
        }
    }
    all
}

/// Writes the corpus for other tools.
fn written(folder: &std::path::Path, documents: &[corpus::Document]) -> ExitCode {
    let outcome = std::fs::create_dir_all(folder).and_then(|()| {
        documents.iter().enumerate().try_for_each(|(at, document)| {
            let kind = format!("{:?}", document.kind).to_lowercase();
            std::fs::write(folder.join(format!("{at:03}-{kind}.xml")), &document.body)
        })
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}
