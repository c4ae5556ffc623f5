//! What the addresses answer that nothing is published under any more: 301 where it moved, 410 where it is gone. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::files::NewFile;
use crate::config::Config;
use crate::model::{Gone, Redirect, SectionState};
use crate::store::FormerIds;

/// Former ids of sections with the present ones, and what of them is kept at the new address.
#[derive(Debug, Default)]
pub(super) struct Moves {
    /// Former id, present id.
    sections: BTreeMap<String, String>,
    /// Former ids whose archives are not those of the section that has their addresses now.
    without_archives: BTreeSet<String>,
    removed: Vec<String>,
}

impl Moves {
    /// What the store remembers, and what feeds.toml says, which wins: it also names ids that the store never saw, or that
    /// stood in it as a section of their own before they became another one's.
    pub(super) fn new(config: &Config, former: FormerIds) -> Self {
        let remembered: BTreeMap<String, String> = former.moved.into_iter().collect();
        let mut moves = Self::default();
        for section in &config.sections {
            for old in &section.was {
                moves.sections.insert(old.clone(), section.id.clone());
                if remembered.get(old) != Some(&section.id) {
                    moves.without_archives.insert(old.clone());
                }
            }
        }
        for (old, new) in remembered {
            moves.sections.entry(old).or_insert(new);
        }
        moves.removed = former.removed.into_iter().filter(|id| !moves.sections.contains_key(id)).collect();
        moves
    }

    /// Ids, present and former, of sections that left feeds.toml.
    pub(super) fn removed_ids(&self) -> Vec<String> {
        self.removed.clone()
    }

    /// The former ids of a section, sorted.
    pub(super) fn former_ids(&self, section: &str) -> Vec<String> {
        let of_it = self.sections.iter().filter(|(_, new)| *new == section);
        of_it.map(|(old, _)| old.clone()).collect()
    }

    /// The former ids of all sections.
    pub(super) fn all_former_ids(&self) -> impl Iterator<Item = String> {
        self.sections.keys().cloned()
    }

    /// What answers 301.
    pub(super) fn redirects(&self) -> Vec<Redirect> {
        let folder = |id: &String| format!("{id}/");
        self.sections.iter().map(|(old, new)| Redirect { from: folder(old), to: folder(new) }).collect()
    }

    /// What answers 410. Of an archive that `keep` took, or that became empty, no list is kept: each number that a section's archives
    /// ever had and that is not published is gone.
    pub(super) fn gone<'a>(&self, states: impl Iterator<Item = &'a SectionState>, archives: bool) -> Vec<Gone> {
        let archive = |id: &str| format!("{id}/archive/");
        let removed = self.removed.iter().map(|id| Gone { path: format!("{id}/"), up_to: None });
        let elsewhere = self.without_archives.iter().map(|id| Gone { path: archive(id), up_to: None });
        let numbered = states.filter(|state| archives && state.archives > 0);
        let numbered =
            numbered.map(|state| Gone { path: archive(&state.id), up_to: u64::try_from(state.archives).ok() });
        removed.chain(elsewhere).chain(numbered).collect()
    }
}

/// A section's feeds under its former ids: where nobody answers 301, whoever subscribed there goes on reading, and finds
/// the present address in what is read. Pages are not among them; theirs leads to the present one.
pub(super) fn feeds_under(former_ids: &[String], id: &str, drawn: &[NewFile]) -> Vec<NewFile> {
    let of_section = |file: &NewFile| Some(file.path.strip_prefix(id)?.strip_prefix('/')?.to_owned());
    let feeds = drawn.iter().filter(|file| !file.path.ends_with(".html"));
    let named: Vec<(&NewFile, String)> = feeds.filter_map(|file| Some((file, of_section(file)?))).collect();
    let under = |old: &String| {
        let old = old.clone();
        named.iter().map(move |(file, name)| NewFile { path: format!("{old}/{name}"), ..(*file).clone() })
    };
    former_ids.iter().flat_map(under).collect()
}
