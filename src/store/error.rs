//! What can go wrong with the store, in words that say what happened, to which file, and what to do.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// A store that cannot be used, or a write that was not done. Nothing of a failed write is stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The file is no database, or its pages contradict each other.
    #[error("{}: the database is damaged ({cause}); put a backup in its place, warta never writes over it", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// In SQLite's words.
        cause: String,
    },
    /// A database of another program stands there.
    #[error("{}: this is another program's database; name another file in [storage] path", path.display())]
    Foreign {
        /// The database.
        path: PathBuf,
    },
    /// A later warta wrote it.
    #[error(
        "{}: written by a newer warta (schema {found}, this one knows {known}); use that version, or its backup",
        path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema that is known here.
        known: i64,
    },
    /// There is none, and it was to be read only.
    #[error("{}: there is no store yet; `warta poll` or `warta run` makes one", path.display())]
    Missing {
        /// The database.
        path: PathBuf,
    },
    /// File or folder cannot be opened or written.
    #[error("{}: cannot be opened or written ({cause}); mend the rights of the file and of its folder", path.display())]
    ReadOnly {
        /// The database.
        path: PathBuf,
        /// In the system's words.
        cause: String,
    },
    /// No room left.
    #[error("{}: the disk is full; make room, what was stored before is safe", path.display())]
    Full {
        /// The database.
        path: PathBuf,
    },
    /// Another program holds a lock for longer than [`crate::model::STORE_BUSY_TIMEOUT`].
    #[error("{}: locked by another program for longer than 5 s; end it or try again", path.display())]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// Reading or writing failed below SQLite, or SQLite refused.
    #[error("{}: {cause}", path.display())]
    Failed {
        /// The database.
        path: PathBuf,
        /// In SQLite's words.
        cause: String,
    },
    /// The decision over a write panicked; only that write was given up.
    #[error("{}: the decision about {about} failed ({cause}); nothing of it was stored", path.display())]
    Decide {
        /// The database.
        path: PathBuf,
        /// The feed.
        about: String,
        /// The panic's words.
        cause: String,
    },
    /// Effects that need a feed's row came for a feed that has none.
    #[error("{}: {url} is not in the store; it gets its row when feeds.toml is loaded", path.display())]
    UnknownFeed {
        /// The database.
        path: PathBuf,
        /// The feed, masked.
        url: String,
    },
    /// The writer has ended.
    #[error("{}: the store was closed", path.display())]
    Closed {
        /// The database.
        path: PathBuf,
    },
}

/// What a caller can do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Damaged, of a newer version, locked, missing or failing: the store cannot be used (exit 69).
    Unavailable,
    /// Rights, room, or a foreign file in the way (exit 73).
    CannotWrite,
    /// One write's own trouble; the store is fine.
    OneWrite,
}

impl Error {
    /// What a caller can do about it.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Damaged { .. }
            | Self::Newer { .. }
            | Self::Missing { .. }
            | Self::Locked { .. }
            | Self::Failed { .. }
            | Self::Closed { .. } => Kind::Unavailable,
            Self::Foreign { .. } | Self::ReadOnly { .. } | Self::Full { .. } => Kind::CannotWrite,
            Self::Decide { .. } | Self::UnknownFeed { .. } => Kind::OneWrite,
        }
    }

    /// True where waiting mends nothing: somebody has to look.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. }
                | Self::Newer { .. }
                | Self::Missing { .. }
                | Self::Foreign { .. }
                | Self::Closed { .. }
        )
    }

    /// What SQLite said about the database at `path`.
    pub(super) fn sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let path = path.to_owned();
        let cause = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { path, cause },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::ReadOnly { path, cause }
            }
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked { path },
            _ => Self::Failed { path, cause },
        }
    }
}

/// A closure that closes over the path, for `map_err`.
pub(super) fn at(path: &Path) -> impl Fn(rusqlite::Error) -> Error + '_ {
    |error| Error::sqlite(path, &error)
}
