//! Changes a file of the configuration: locked against other commands, checked as a whole, replaced at once.
//!
//! In comes a change of a text; out goes a file that is as before or changed and right, never half of either. Rights,
//! owner and a link that leads to the file stay.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::{Path, PathBuf};

use super::exit::{Code, Failure};
use super::{Global, house, output};
use crate::app::Lock;
use crate::config::edit::EditError;
use crate::config::{self, Config, Edited, Environment, FeedConfig};
use crate::model::MAX_CONFIG_BYTES;

/// How often a file is opened anew that another command replaced between its opening and its locking.
const MAX_REOPENED: u32 = 8;

/// The configuration and how it was read, so that it can be read again with a change.
pub(crate) struct Editor {
    /// As it is now.
    pub(crate) config: Config,
    path: PathBuf,
    environment: Environment,
}

impl Editor {
    /// Reads the configuration that the command line names. One with mistakes is not edited.
    pub(crate) fn open(global: &Global) -> Result<Self, Failure> {
        let environment = Environment::of_process();
        let path = config::locate(global.config.as_deref(), &environment)?;
        let config = config::load(&path, &environment)?.config;
        global.log(config.log.format, "warn");
        Ok(Self { config, path, environment })
    }

    /// The feed that is configured under an address.
    pub(crate) fn feed(&self, url: &str) -> Result<&FeedConfig, Failure> {
        house::feed(&self.config, url)
    }

    /// The file that `--file` names: the configuration itself or one that it includes.
    pub(crate) fn file(&self, named: Option<&Path>) -> Result<PathBuf, Failure> {
        let Some(named) = named else { return Ok(self.path.clone()) };
        let real = std::fs::canonicalize(named).map_err(|error| {
            let message =
                format!("{} cannot be read: {error}; make it first, and let `include` name it", named.display());
            Failure::new(Code::NoInput, message)
        })?;
        let mut files = std::iter::once(&self.path).chain(&self.config.included);
        files.find(|file| std::fs::canonicalize(file).is_ok_and(|file| file == real)).cloned().ok_or_else(|| {
            let message =
                format!("{} is no file of {}; name one that its `include` names", named.display(), self.path.display());
            Failure::new(Code::Usage, message)
        })
    }

    /// The file in which a feed is written.
    pub(crate) fn file_of(&self, feed: &FeedConfig) -> PathBuf {
        PathBuf::from(&feed.place.file)
    }

    /// Changes one file of the configuration. The result is loaded and checked before it takes the file's place.
    pub(crate) fn change(
        &mut self,
        file: &Path,
        edit: impl FnOnce(&str) -> Result<String, EditError>,
    ) -> Result<(), Failure> {
        let mut locked = Locked::open(file)?;
        let text =
            edit(&locked.text).map_err(|error| Failure::new(Code::Failed, format!("{}: {error}", file.display())))?;
        if text == locked.text {
            return Ok(());
        }
        let edited = Edited { file, text: &text };
        self.config = config::load_edited(&self.path, &self.environment, edited)?.config;
        locked.replace(&text)
    }

    /// Tells whoever changed the file what follows of it.
    pub(crate) fn tell(&self, global: &Global, file: &Path) {
        if global.verbosity() < 0 {
            return;
        }
        let file = file.display();
        if Lock::is_held(&self.config.storage.path) {
            output::remark(&format!(
                "{file} is changed; the running warta follows at its next reload: `systemctl reload warta`, or SIGHUP"
            ));
        } else {
            output::remark(&format!("{file} is changed; the next `warta run` or `warta poll` follows it"));
        }
    }
}

/// A file that no other command changes at the same time.
struct Locked {
    /// As it was named.
    named: PathBuf,
    /// Where it lies, links followed.
    real: PathBuf,
    file: File,
    text: String,
}

impl Locked {
    /// Opens, locks and reads it.
    fn open(named: &Path) -> Result<Self, Failure> {
        let shown = named.display();
        let unreadable = |error: std::io::Error| {
            let code = if error.kind() == ErrorKind::NotFound { Code::NoInput } else { Code::CannotCreate };
            Failure::new(code, format!("{shown} cannot be read: {error}"))
        };
        let busy = || Failure::new(Code::TryAgain, format!("{shown} is being changed by another command; try again"));
        let real = std::fs::canonicalize(named).map_err(unreadable)?;
        for _ in 0..MAX_REOPENED {
            let file = File::open(&real).map_err(unreadable)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(busy()),
                Err(TryLockError::Error(error)) => return Err(unreadable(error)),
            }
            // The lock lies on the file, not on its name: another command may have put a new one there meanwhile.
            let there = std::fs::metadata(&real).map_err(unreadable)?;
            if there.ino() == file.metadata().map_err(unreadable)?.ino() {
                let text = read(&file).map_err(unreadable)?;
                return Ok(Self { named: named.to_owned(), real, file, text });
            }
        }
        Err(busy())
    }

    /// Puts a new file in its place, whole and on the disk, unless somebody without a lock has changed it meanwhile.
    fn replace(&mut self, text: &str) -> Result<(), Failure> {
        let shown = self.named.display().to_string();
        let unwritable = |error: std::io::Error| {
            Failure::new(Code::CannotCreate, format!("{shown} cannot be written: {error}; nothing is changed"))
        };
        let folder = self.real.parent().unwrap_or(Path::new("/"));
        let mut beside =
            tempfile::Builder::new().prefix(".feeds-").suffix(".tmp").tempfile_in(folder).map_err(unwritable)?;
        let old = self.file.metadata().map_err(unwritable)?;
        let new = beside.as_file().metadata().map_err(unwritable)?;
        if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
            fchown(beside.as_file(), Some(old.uid()), Some(old.gid())).map_err(|_| {
                let owner = house::user_name(old.uid()).unwrap_or_else(|| format!("'#{}'", old.uid()));
                let message =
                    format!("{shown} belongs to {owner}: run this as its owner, with `sudo -u {owner} warta ..`");
                Failure::new(Code::CannotCreate, message)
            })?;
        }
        beside.as_file().set_permissions(old.permissions()).map_err(unwritable)?;
        beside.write_all(text.as_bytes()).map_err(unwritable)?;
        beside.as_file().sync_all().map_err(unwritable)?;
        let now = File::open(&self.real).and_then(|file| read(&file)).map_err(unwritable)?;
        if now != self.text {
            let message = format!("{shown} was changed by somebody else just now; nothing is changed, try again");
            return Err(Failure::new(Code::TryAgain, message));
        }
        beside.persist(&self.real).map_err(|error| unwritable(error.error))?;
        // The name is on the disk with its folder.
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)
    }
}

/// A file's text, within the bounds of a configuration.
fn read(file: &File) -> std::io::Result<String> {
    let mut text = String::new();
    file.take(MAX_CONFIG_BYTES + 1).read_to_string(&mut text)?;
    Ok(text)
}
