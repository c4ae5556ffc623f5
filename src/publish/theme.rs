//! The operator's theme folder from the disk into memory: templates, `style.css` and `favicon.svg`, within bounds. What
//! cannot be read is told in its place, never an error of publishing.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::config::Config;
use crate::model::{MAX_THEME_FILE_BYTES, MAX_THEME_FILES, Theme};

/// Reads the folder of `[site] theme`; warta's own theme where there is none.
pub(super) fn read(config: &Config) -> Theme {
    let Some(folder) = &config.site.theme else { return Theme::default() };
    let mut theme = Theme { folder: folder.display().to_string(), ..Theme::default() };
    match names(folder) {
        Ok(names) if names.len() > MAX_THEME_FILES => {
            theme.trouble = Some(format!("it holds more than {MAX_THEME_FILES} templates"));
        }
        Ok(names) => {
            theme.files = names.into_iter().map(|name| (name.clone(), text(&folder.join(name)))).collect();
        }
        Err(error) => theme.trouble = Some(format!("it cannot be read: {error}")),
    }
    theme
}

/// Whether a theme has a use for a file of this name. What begins with a dot is an editor's.
fn is_used(name: &str) -> bool {
    let is_template = name.len() > ".html".len() && name.ends_with(".html");
    !name.starts_with('.') && (is_template || name == "style.css" || name == "favicon.svg")
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        names.extend(name.to_str().filter(|name| is_used(name)).map(str::to_owned));
        if names.len() > MAX_THEME_FILES {
            break;
        }
    }
    Ok(names)
}

fn text(path: &Path) -> Result<String, String> {
    let read = || -> io::Result<Vec<u8>> {
        // A pipe is never opened: it would wait for its writer.
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_THEME_FILE_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > MAX_THEME_FILE_BYTES {
        return Err(format!("is over {MAX_THEME_FILE_BYTES} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "is no UTF-8".to_owned())
}
