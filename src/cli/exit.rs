//! How commands end: exit codes that scripts may rely on, and one line for people.

use std::io::{self, Write};
use std::process::ExitCode;

/// The exit codes of all commands (sysexits.h names those from 64 on).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Fine.
    Fine = 0,
    /// The input is no feed, or what was asked for failed.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A file that was named is not there or cannot be read.
    NoInput = 66,
    /// The store is damaged, locked by another program, or unavailable.
    Unavailable = 69,
    /// Something cannot be written: a read-only store or folder, a full disk, a foreign file in the way.
    CannotWrite = 73,
    /// Somebody else is at it; try again.
    TryAgain = 75,
    /// The configuration is wrong.
    Configuration = 78,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A command that did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What the process ends with.
    pub(crate) exit: Exit,
    /// What happened, to what, what to do: one line. Empty when all was said already.
    pub(crate) message: String,
}

impl Failure {
    /// A failure with its line for people.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }

    /// Tells people on stderr and gives the exit code.
    pub(crate) fn tell(&self) -> ExitCode {
        if !self.message.is_empty() {
            let line = self.message.replace(['\n', '\r'], " ");
            // Where stderr is gone nobody is left to be told.
            let _ = writeln!(io::stderr().lock(), "warta: {line}");
        }
        self.exit.into()
    }
}

/// Writes a result to stdout. A reader that has seen enough (`| head`) is no failure.
///
/// # Errors
/// [`Exit::CannotWrite`] when stdout takes no more for another reason, such as a full disk.
pub(crate) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(why) if why.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::CannotWrite, format!("cannot write to standard output: {why}")))
        }
        _ => Ok(()),
    }
}
