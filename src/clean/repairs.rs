//! What cleaning mended, gathered: the same mending at many items is one repair with a count.

use crate::model::{Repair, RepairKind};

/// Repairs in the order in which they were first met.
#[derive(Debug, Default)]
pub(super) struct Repairs {
    met: Vec<Met>,
}

/// One kind of mending. The words come from this program, so there are few of them.
#[derive(Debug)]
struct Met {
    kind: RepairKind,
    what: &'static str,
    first: Place,
    times: usize,
}

/// Where something was mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The feed itself.
    Feed,
    /// The item of that index.
    Item(usize),
}

impl Repairs {
    /// Takes note of one mending.
    pub(super) fn note(&mut self, kind: RepairKind, place: Place, what: &'static str) {
        match self.met.iter_mut().find(|met| met.kind == kind && met.what == what) {
            Some(met) => met.times += 1,
            None => self.met.push(Met { kind, what, first: place, times: 1 }),
        }
    }

    /// The repairs as the model tells them.
    pub(super) fn told(self) -> impl Iterator<Item = Repair> {
        self.met.into_iter().map(|met| {
            let place = match met.first {
                Place::Feed => "feed".to_owned(),
                Place::Item(index) => format!("item {}", index + 1),
            };
            let more = if met.times > 1 { format!(" (and {} more)", met.times - 1) } else { String::new() };
            Repair { kind: met.kind, detail: format!("{place}{more}: {}", met.what) }
        })
    }
}
