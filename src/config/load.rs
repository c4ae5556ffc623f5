//! Reads feeds.toml, what it includes, the environment and the credentials. The one part of the room with I/O.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::check::{Surroundings, check};
use super::credential;
use super::meant::Config;
use super::problem::{Problem, Problems, Severity, Source, SourceKind};
use super::reader::{At, Reader};
use super::root::{self, Override};
use super::syntax;
use crate::model::{MAX_CONFIG_BYTES, MAX_CONFIG_FILES, MIN_FEED_INTERVAL};
use crate::notation::duration::format_size;

/// Where feeds.toml is looked for when nobody names it.
const PLACES: [&str; 2] = ["./feeds.toml", "/etc/warta/feeds.toml"];

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file that was named is not there or cannot be read (exit 66).
    #[error("{}: {reason}; name a configuration with --config FILE, or write one with `warta init`", path.display())]
    NoInput {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The configuration is wrong (exit 78).
    #[error(transparent)]
    Mistakes(#[from] Problems),
}

/// A configuration without mistakes.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What was meant.
    pub config: Config,
    /// What is legal and most likely not meant.
    pub warnings: Vec<Problem>,
}

/// The variables of the environment that matter here, taken once.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Takes the variables of this process; those that are no UTF-8 are none of ours.
    #[must_use]
    pub fn of_process() -> Self {
        let ours = |name: &str| name.starts_with("WARTA_") || name == "CREDENTIALS_DIRECTORY";
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(text).filter(|(name, _)| ours(name)).collect())
    }

    /// The value of a variable; an empty one counts as absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The variables that override settings: `WARTA_<SECTION>__<KEY>`.
    fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_setting = |name: &str| {
            name.starts_with("WARTA_") && name.contains("__") && !name.starts_with(credential::VARIABLE_PREFIX)
        };
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(move |(name, _)| is_setting(name))
    }
}

impl<Name: Into<String>, Value: Into<String>> FromIterator<(Name, Value)> for Environment {
    fn from_iter<T: IntoIterator<Item = (Name, Value)>>(pairs: T) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl fmt::Debug for Environment {
    /// Names alone: values may be credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// The configuration in use: what the command line names, else `WARTA_CONFIG`, else `./feeds.toml`, else
/// `/etc/warta/feeds.toml`.
///
/// # Errors
/// [`Error::NoInput`] where the named file, or each of the usual places, is missing.
pub fn locate(named: Option<&Path>, environment: &Environment) -> Result<PathBuf, Error> {
    let missing = |path: PathBuf| Error::NoInput { path, reason: "there is no such file".to_owned() };
    if let Some(path) = named.or_else(|| environment.get("WARTA_CONFIG").map(Path::new)) {
        return if path.exists() { Ok(path.to_owned()) } else { Err(missing(path.to_owned())) };
    }
    let found = PLACES.iter().map(Path::new).find(|path| path.exists());
    found.map(Path::to_owned).ok_or_else(|| missing(PathBuf::from(PLACES.join(" and "))))
}

/// Reads the configuration at `path`, with what it includes and what the environment overrides.
///
/// # Errors
/// [`Error::NoInput`] when the file cannot be read, [`Error::Mistakes`] with every mistake at once.
pub fn load(path: &Path, environment: &Environment) -> Result<Loaded, Error> {
    load_with_floor(path, environment, MIN_FEED_INTERVAL)
}

/// A file of the configuration as it would be after a change.
#[derive(Debug, Clone, Copy)]
pub struct Edited<'a> {
    /// The file: the configuration itself, or one that it includes, named as [`Config`] names it.
    pub file: &'a Path,
    /// What would stand in it.
    pub text: &'a str,
}

/// Reads the configuration at `path` as it would be with one file changed; nothing is written.
///
/// # Errors
/// As [`load`].
pub fn load_edited(path: &Path, environment: &Environment, edited: Edited<'_>) -> Result<Loaded, Error> {
    load_from(path, environment, MIN_FEED_INTERVAL, Some(edited))
}

/// Like [`load`], with another shortest interval of a feed: the demo polls its own loopback samples faster than
/// anybody may poll a stranger.
///
/// # Errors
/// As [`load`].
pub fn load_with_floor(path: &Path, environment: &Environment, interval_floor: Duration) -> Result<Loaded, Error> {
    load_from(path, environment, interval_floor, None)
}

fn load_from(
    path: &Path,
    environment: &Environment,
    interval_floor: Duration,
    edited: Option<Edited<'_>>,
) -> Result<Loaded, Error> {
    let read = |path: &Path| match edited.filter(|edited| edited.file == path) {
        Some(edited) => within_bounds(edited.text.as_bytes().to_vec()),
        None => read(path),
    };
    let text = read(path).map_err(|reason| Error::NoInput { path: path.to_owned(), reason })?;
    let mut sources = vec![Source { name: shown(path), text, kind: SourceKind::Main }];
    let mut included = Vec::new();
    let mut troubles = Vec::new();
    for (pattern, span) in syntax::include_patterns(&sources[0].text) {
        match matching_files(path.parent().unwrap_or(Path::new("")), &pattern) {
            Ok(paths) => included.extend(paths.into_iter().map(|path| (path, span.clone()))),
            Err(reason) => troubles.push((span, reason)),
        }
    }
    let mut seen = BTreeSet::new();
    included.retain(|(path, _)| seen.insert(path.clone()));
    for (path, span) in &included {
        match read(path) {
            Ok(text) => sources.push(Source { name: shown(path), text, kind: SourceKind::Included }),
            Err(reason) => troubles.push((span.clone(), format!("`{}` cannot be read: {reason}", shown(path)))),
        }
    }
    let files = sources.len();
    for (name, value) in environment.settings() {
        sources.push(Source { name: name.to_owned(), text: value.to_owned(), kind: SourceKind::Variable });
    }
    let credential = |name: &str| read_credential(name, environment);
    let included = included.into_iter().map(|(path, _)| path).collect();
    let around = Surroundings { path, included, interval_floor, credential: &credential };
    judge(&sources, files, troubles, &around)
}

/// Turns sources, the first `files` of them files and the others variables, into a configuration.
fn judge(
    sources: &[Source],
    files: usize,
    troubles: Vec<(Range<usize>, String)>,
    around: &Surroundings<'_>,
) -> Result<Loaded, Error> {
    let parsed: Vec<_> = sources[..files].iter().map(|source| syntax::parse(&source.text)).collect();
    let overrides: Vec<_> =
        (files..).zip(&sources[files..]).map(|(index, source)| override_of(index, source)).collect();
    let mut reader = Reader::new(sources);
    let root = root::gather(&mut reader, &parsed, &overrides);
    let config = check(&mut reader, root, around);
    reader.report_syntax(&parsed);
    for (span, reason) in troubles {
        let right = "name files that are there and readable, such as \"feeds.d/*.toml\"";
        reader.mistake(At::new(0, span), reason, right);
    }
    let (mistakes, warnings): (Vec<_>, Vec<_>) =
        reader.into_problems().into_iter().partition(|problem| problem.severity == Severity::Mistake);
    if mistakes.is_empty() { Ok(Loaded { config, warnings }) } else { Err(Problems(mistakes).into()) }
}

/// The setting that a variable stands for. A value that is no TOML is taken as a text.
fn override_of(index: usize, source: &Source) -> Override<'_> {
    let name = source.name.trim_start_matches("WARTA_").to_ascii_lowercase();
    let (table, key) = name.split_once("__").unwrap_or((name.as_str(), ""));
    let value =
        DeValue::parse(&source.text).map_or_else(|_| DeValue::String(source.text.as_str().into()), Spanned::into_inner);
    Override { table: table.to_owned(), key: key.to_owned(), value, text: &source.text, source: index }
}

/// A file's text, at most [`MAX_CONFIG_BYTES`]; an `Err` says why not.
fn read(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    file.take(MAX_CONFIG_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    within_bounds(bytes)
}

/// The bytes of a file as text, unless they are too many or none.
fn within_bounds(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.len() as u64 > MAX_CONFIG_BYTES {
        return Err(format!("it is longer than {}", format_size(MAX_CONFIG_BYTES)));
    }
    String::from_utf8(bytes).map_err(|error| format!("byte {} is no UTF-8", error.utf8_error().valid_up_to()))
}

/// The files that a pattern of `include` names, in the order of their names. `*` and `?` stand in the last part only.
fn matching_files(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, String> {
    let (parent, name) = pattern.rsplit_once('/').map_or(("", pattern), |(parent, name)| (parent, name));
    if parent.contains(['*', '?']) {
        return Err(format!("`{pattern}` has a wildcard in a folder's name"));
    }
    let folder = if pattern.starts_with('/') { PathBuf::from(format!("/{parent}")) } else { folder.join(parent) };
    if !name.contains(['*', '?']) {
        return Ok(vec![folder.join(name)]);
    }
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
    let entries = std::fs::read_dir(listed).map_err(|error| format!("`{}` cannot be read: {error}", shown(listed)))?;
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| format!("`{}` cannot be read: {error}", shown(listed)))?;
        if entry.file_name().to_str().is_some_and(|entry| syntax::matches_pattern(name, entry)) {
            paths.push(folder.join(entry.file_name()));
        }
        if paths.len() > MAX_CONFIG_FILES {
            return Err(format!("`{pattern}` names more than {MAX_CONFIG_FILES} files"));
        }
    }
    paths.sort();
    Ok(paths)
}

/// The text of a credential: `$CREDENTIALS_DIRECTORY/name`, else `WARTA_CREDENTIAL_NAME`; `None` where neither is.
fn read_credential(name: &str, environment: &Environment) -> Result<Option<String>, String> {
    if let Some(folder) = environment.get("CREDENTIALS_DIRECTORY") {
        let path = Path::new(folder).join(name);
        if path.exists() {
            return read(&path).map(Some);
        }
    }
    Ok(environment.get(&credential::variable(name)).map(str::to_owned))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
