//! What was mended, collected within bounds. Repairs beyond the bound are dropped: the first ones tell the trouble.

use crate::model::{MAX_REPAIRS, Repair, RepairKind};

/// Repairs named of one kind: a thousand bare `&` are one trouble.
const MAX_PER_KIND: usize = 8;
/// Characters of one detail.
const MAX_DETAIL_CHARS: usize = 200;
/// Characters of a name or value that a detail quotes.
const MAX_QUOTED_CHARS: usize = 60;

/// The repairs of one document so far.
#[derive(Debug, Default)]
pub(super) struct Repairs {
    list: Vec<Repair>,
    /// How many of each kind, by its place in the enum: asked for each bare `&` of a document that has a million.
    counts: [usize; 16],
}

impl Repairs {
    /// True where another repair of this kind would still be named: callers with a costly detail ask first.
    pub(super) fn wants(&self, kind: RepairKind) -> bool {
        self.list.len() < MAX_REPAIRS && self.counts[kind as usize] < MAX_PER_KIND
    }

    /// Notes one; a detail that is there already is not noted again.
    pub(super) fn note(&mut self, kind: RepairKind, detail: impl Into<String>) {
        if !self.wants(kind) {
            return;
        }
        let mut detail = detail.into();
        if let Some((cut, _)) = detail.char_indices().nth(MAX_DETAIL_CHARS) {
            detail.truncate(cut);
        }
        let repair = Repair { kind, detail };
        if !self.list.contains(&repair) {
            self.counts[kind as usize] += 1;
            self.list.push(repair);
        }
    }

    /// Takes one that another room made.
    pub(super) fn add(&mut self, repair: Option<Repair>) {
        if let Some(repair) = repair {
            self.note(repair.kind, repair.detail);
        }
    }

    /// Gives them up, in the order of finding.
    pub(super) fn into_list(self) -> Vec<Repair> {
        self.list
    }
}

/// A name or value of the document, cut and escaped for a detail.
pub(super) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(MAX_QUOTED_CHARS).collect();
    format!("{short:?}")
}
