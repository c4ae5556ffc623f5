//! The command line.

use std::path::PathBuf;

/// Shown where the command line is wrong.
pub const USAGE: &str = "usage: warta-bench-ingest [--seed N] [--files N] [--rounds N] [--only NAME] [--write FOLDER]";

/// What is measured.
#[derive(Debug, Clone)]
pub struct Options {
    /// Tells one corpus from another.
    pub seed: u64,
    /// Documents in it.
    pub files: usize,
    /// Times that everything is done.
    pub rounds: usize,
    /// The one that takes part, as the table names it; empty for all.
    pub only: String,
    /// Where to write the corpus instead of measuring.
    pub write: Option<PathBuf>,
}

impl Options {
    /// True for those who take part.
    pub fn takes(&self, name: &str) -> bool {
        self.only.is_empty() || self.only == name
    }

    /// Reads arguments.
    ///
    /// # Errors
    /// A line that names the wrong one.
    pub fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { seed: 1, files: 200, rounds: 9, only: String::new(), write: None };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{name} wants a value"))?;
            let number = || value.parse::<usize>().map_err(|_| format!("{name}: {value:?} is no number"));
            match name.as_str() {
                "--seed" => options.seed = number()? as u64,
                "--files" => options.files = number()?,
                "--rounds" => options.rounds = number()?.max(1),
                "--only" => options.only = value,
                "--write" => options.write = Some(PathBuf::from(value)),
                _ => return Err(format!("there is no {name}")),
            }
        }
        Ok(options)
    }
}
