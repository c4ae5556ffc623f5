//! The operator's own files: what lies in the folder of `[publish] static` becomes part of the edition, as long as it is
//! in the way of nothing that is warta's own. What cannot be published is told, never an error of publishing.

mod media;
mod own;
mod walk;

use std::collections::BTreeSet;
use std::path::Path;

pub(super) use self::own::Own;
pub(super) use self::walk::{Walked, walk};
use super::files::{Copied, Copy, Folder};
use crate::config::Config;
use crate::model::{Edition, Timestamp, Trouble};

/// A published file of the operator's that lies where a folder of warta's has to be, because a section has its name since,
/// leaves by an edition of its own: else nothing could be published any more.
pub(super) fn make_room(mut folder: Folder, dir: &Path, own: &Own) -> Result<Folder, super::files::Error> {
    let Some(last) = folder.edition().cloned() else { return Ok(folder) };
    if !last.files.iter().any(|file| own.is_folder(&file.path)) {
        return Ok(folder);
    }
    folder.publish(|path| !own.is_folder(path), Edition { files: Vec::new(), ..last })?;
    drop(folder);
    Folder::open(dir)
}

/// Puts the folder's files into the next edition. True where a file has the name that a folder of the last edition had,
/// or the other way round: then one more edition has to follow.
pub(super) fn lay(
    folder: &mut Folder,
    config: &Config,
    own: &Own,
    now: Timestamp,
    troubles: &mut BTreeSet<Trouble>,
) -> Result<bool, super::files::Error> {
    let Some(root) = &config.publish.statics else { return Ok(false) };
    let Walked { files, troubles: found, is_there } = walk(root, &config.publish.dir);
    troubles.extend(found);
    if !is_there {
        folder.keep(|path| !own.is_own(path));
        return Ok(false);
    }
    let mut is_in_the_way = false;
    for file in files {
        let told = |message: String, hint: &str| Trouble {
            file: file.from.display().to_string(),
            line: None,
            message,
            hint: hint.to_owned(),
        };
        if let Some(trouble) = collision(own, &file.from, &file.path) {
            troubles.insert(trouble);
            continue;
        }
        let copy = Copy {
            media_type: media::media_type(&file.path).to_owned(),
            path: file.path.clone(),
            from: file.from.clone(),
        };
        match folder.stage_copy(&copy, now)? {
            Copied::Done => {}
            Copied::InTheWay => is_in_the_way = true,
            Copied::Taken => {
                let message = format!("it is not published: another file's packed form is called {}", file.path);
                troubles.insert(told(message, "leave packing to warta, or give it another name"));
            }
            Copied::Unreadable(error) => {
                troubles.insert(told(format!("it cannot be read: {error}"), "what was published of it last stays"));
            }
        }
    }
    Ok(is_in_the_way)
}

/// What would be told of the folder as it lies there.
pub(super) fn troubles(config: &Config, own: &Own) -> Vec<Trouble> {
    let Some(root) = &config.publish.statics else { return Vec::new() };
    let Walked { files, troubles, .. } = walk(root, &config.publish.dir);
    let collisions = files.iter().filter_map(|file| collision(own, &file.from, &file.path));
    troubles.into_iter().chain(collisions).collect()
}

fn collision(own: &Own, from: &Path, path: &str) -> Option<Trouble> {
    if !own.is_own(path) {
        return None;
    }
    let hint = match path {
        "robots.txt" => "write its lines into robots_extra of [publish]",
        "style.css" | "favicon.svg" => "put it into the folder of [site] theme",
        _ => "give it another name",
    };
    let message = format!("it is not published: /{path} is warta's own");
    Some(Trouble { file: from.display().to_string(), line: None, message, hint: hint.to_owned() })
}
