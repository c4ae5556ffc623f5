//! `warta completions SHELL`: completions from the same definition as the arguments.

use clap_complete::Shell;

use super::exit::{Code, Failure};
use super::output;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// bash, elvish, fish, powershell or zsh.
    shell: Shell,
}

pub(crate) fn run(options: &Options, mut command: clap::Command) -> Result<Code, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, "warta", &mut script);
    output::text(&String::from_utf8_lossy(&script))?;
    Ok(Code::Ok)
}
