//! Exit codes, and what leads to them. The names are those of `sysexits.h`; the promise is in the manual.

use std::io::Write;
use std::process::ExitCode;

use crate::app::{self, FilesError, PublishError, StoreError, StoreKind};
use crate::config;
use crate::daemon;

/// What a command ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Code {
    /// Fine.
    Ok = 0,
    /// The input is no feed, or the request failed.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A named file is not there.
    NoInput = 66,
    /// The store is damaged, locked by another program, or unavailable.
    Unavailable = 69,
    /// Something cannot be written.
    CannotCreate = 73,
    /// Somebody else is at work: try again.
    TryAgain = 75,
    /// The configuration is wrong.
    Config = 78,
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(code as u8)
    }
}

/// Why a command did not do its work: a code for scripts and a line for people.
#[derive(Debug)]
pub(crate) struct Failure {
    code: Code,
    message: String,
}

impl Failure {
    /// What happened, to what, and what to do.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// True when somebody else is at work.
    pub(crate) fn is_try_again(&self) -> bool {
        self.code == Code::TryAgain
    }

    /// Tells stderr and gives the code. A closed pipe is no failure: whoever read has read enough.
    pub(crate) fn report(self) -> ExitCode {
        if !self.message.is_empty() {
            let prefix = if self.code == Code::Config { "" } else { "warta: " };
            // Nobody is left to hear it when stderr is gone.
            let _ = writeln!(std::io::stderr(), "{prefix}{}", self.message.trim_end());
        }
        self.code.into()
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::new(Code::Ok, ""),
            _ => Self::new(Code::CannotCreate, format!("cannot write the result: {error}")),
        }
    }
}

impl From<config::Error> for Failure {
    fn from(error: config::Error) -> Self {
        let code = match &error {
            config::Error::NoInput { .. } => Code::NoInput,
            config::Error::Mistakes(_) => Code::Config,
        };
        Self::new(code, error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match error.kind() {
            StoreKind::Unavailable => Code::Unavailable,
            StoreKind::CannotWrite => Code::CannotCreate,
            StoreKind::OneWrite => Code::Failed,
        };
        Self::new(code, error.to_string())
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Store(error) => error.into(),
            PublishError::Files(error) => error.into(),
            other => Self::new(Code::Failed, other.to_string()),
        }
    }
}

impl From<FilesError> for Failure {
    fn from(error: FilesError) -> Self {
        let code = match &error {
            FilesError::Busy { .. } => Code::TryAgain,
            _ => Code::CannotCreate,
        };
        Self::new(code, error.to_string())
    }
}

impl From<app::Error> for Failure {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Store(error) => error.into(),
            app::Error::Publish(error) => error.into(),
            app::Error::Fetch(error) => Self::new(Code::Unavailable, error.to_string()),
        }
    }
}

impl From<daemon::Error> for Failure {
    fn from(error: daemon::Error) -> Self {
        match error {
            daemon::Error::Store(error) => error.into(),
            daemon::Error::App(error) => error.into(),
            other => Self::new(Code::Unavailable, other.to_string()),
        }
    }
}
