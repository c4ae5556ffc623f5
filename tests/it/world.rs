//! A temporary folder with a feeds.toml, and the real binary run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use tempfile::TempDir;

/// A site of its own in a temporary folder. Dropping it removes everything.
pub(crate) struct World {
    folder: TempDir,
    now: String,
}

impl World {
    /// A site with this configuration behind the usual head: a tag, and loopback allowed without pauses.
    pub(crate) fn new(config: &str) -> Self {
        Self::zoned("Asia/Jakarta", config)
    }

    /// The same, by the clocks of this zone.
    pub(crate) fn zoned(zone: &str, config: &str) -> Self {
        Self::headed(zone, Duration::ZERO, config)
    }

    /// The same, with pauses between the requests to a host.
    pub(crate) fn paced(pause: Duration, config: &str) -> Self {
        Self::headed("Asia/Jakarta", pause, config)
    }

    fn headed(zone: &str, pause: Duration, config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let head = format!(
            "[site]\ntitle = \"Warta\"\nbase_url = \"https://warta.example/\"\ntag = \"warta.example,2026\"\n\
                    timezone = \"{zone}\"\n\
                    [fetch]\nallow_networks = [\"127.0.0.0/8\"]\nper_host_delay = \"{}ms\"\n",
            pause.as_millis()
        );
        std::fs::write(folder.path().join("feeds.toml"), format!("{head}{config}")).unwrap();
        Self { folder, now: "2026-11-24T07:00:00Z".to_owned() }
    }

    /// Moves the clock.
    pub(crate) fn at(&mut self, now: &str) {
        self.now = now.to_owned();
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// A command that is not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(Path::new(env!("CARGO_BIN_EXE_warta")));
        command.args(arguments);
        command
    }

    /// Any program, in this folder and at this moment.
    pub(crate) fn program(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env("WARTA_NOW", &self.now).env_remove("RUST_LOG");
        command
    }

    /// Runs a command that has to succeed, and reads the JSON that it prints.
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// A published file.
    pub(crate) fn published(&self, path: &str) -> String {
        std::fs::read_to_string(self.public().join(path)).unwrap()
    }

    /// The published folder.
    pub(crate) fn public(&self) -> PathBuf {
        self.folder.path().join("data/public")
    }

    /// A file of the site's own folder.
    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Path, length and time of change of every published file.
    pub(crate) fn tree(&self) -> Vec<(PathBuf, u64, std::time::SystemTime)> {
        let mut folders = vec![self.public()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let meta = std::fs::metadata(&path).unwrap();
                if meta.is_dir() {
                    folders.push(path);
                } else if path.file_name().unwrap() != "publish.lock" {
                    files.push((path, meta.len(), meta.modified().unwrap()));
                }
            }
        }
        files.sort();
        files
    }
}
