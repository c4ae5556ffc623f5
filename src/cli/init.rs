//! `warta init`: a commented feeds.toml where there is none.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use super::exit::Code;

use crate::config;

/// Writes a short feeds.toml to the place that is named, else to `./feeds.toml`, and gives the exit code. A file that
/// is there is never touched.
///
/// # Errors
/// Only where `out` or `err` cannot be written.
pub(crate) fn run(named: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<Code> {
    let path = named.unwrap_or(Path::new("feeds.toml"));
    let shown = path.display();
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            writeln!(err, "warta: {shown} is there already; remove it, or name another file with --config FILE")?;
            return Ok(Code::CannotCreate);
        }
        Err(error) => {
            writeln!(err, "warta: {shown} cannot be written: {error}; make its folder, or name another place")?;
            return Ok(Code::CannotCreate);
        }
    };
    if let Err(error) = file.write_all(config::INIT.as_bytes()).and_then(|()| file.sync_all()) {
        writeln!(err, "warta: {shown} cannot be written: {error}; make room, then remove it and try again")?;
        return Ok(Code::CannotCreate);
    }
    let option = named.map(|path| format!("--config {} ", path.display())).unwrap_or_default();
    writeln!(out, "wrote {shown}; put your feeds in, then: warta {option}check")?;
    Ok(Code::Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        let (mut out, mut err) = (Vec::new(), Vec::new());
        assert_eq!(run(Some(&path), &mut out, &mut err).unwrap(), Code::Ok);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), config::INIT);
        std::fs::write(&path, "mine").unwrap();
        assert_eq!(run(Some(&path), &mut out, &mut err).unwrap(), Code::CannotCreate);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
        assert_eq!(run(Some(&folder.path().join("no/feeds.toml")), &mut out, &mut err).unwrap(), Code::CannotCreate);
    }
}
