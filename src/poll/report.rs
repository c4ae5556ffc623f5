//! What one poll did: the numbers that `warta poll` tells.

use serde::{Deserialize, Serialize};

use crate::model::Outcome;

/// The numbers of one poll, as `poll --json` shows them (without `published` and `duration_ms`, which the command adds).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Feeds by outcome.
    pub feeds: Feeds,
    /// Items by what became of them.
    pub items: Items,
    /// The failed and the gone, by address (secrets masked).
    pub failures: Vec<Failed>,
}

/// Feeds by outcome; `due` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feeds {
    /// Feeds whose turn it was.
    pub due: u32,
    /// A whole document was read.
    pub fresh: u32,
    /// 304.
    pub not_modified: u32,
    /// No feed came.
    pub failed: u32,
    /// Not asked, because of a hold.
    pub held: u32,
    /// Answered 410 now.
    pub gone: u32,
}

/// Items by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Items {
    /// Reports stored.
    pub new: u32,
    /// Reports rewritten with a change that readers see.
    pub changed: u32,
    /// Of the new ones, those that joined an entry that was there.
    pub duplicates: u32,
    /// Of the new ones, those that a rule dropped.
    pub dropped: u32,
}

/// One feed without a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// The configured address, secrets masked.
    pub url: String,
    /// Why, in one line.
    pub error: String,
}

impl Report {
    /// Counts one feed's outcome; `url` is shown as it is given.
    pub fn add(&mut self, url: &str, outcome: &Outcome) {
        self.feeds.due += 1;
        match outcome {
            Outcome::Fresh { new, changed, duplicates, dropped } => {
                self.feeds.fresh += 1;
                self.items.new += new;
                self.items.changed += changed;
                self.items.duplicates += duplicates;
                self.items.dropped += dropped;
            }
            Outcome::NotModified => self.feeds.not_modified += 1,
            Outcome::Failed(failure) => {
                self.feeds.failed += 1;
                self.failures.push(Failed { url: url.to_owned(), error: failure.message.clone() });
            }
            Outcome::Held => self.feeds.held += 1,
            Outcome::Gone => {
                self.feeds.gone += 1;
                let error = "answered 410 Gone: it is not asked again until it is resumed".to_owned();
                self.failures.push(Failed { url: url.to_owned(), error });
            }
        }
    }

    /// Brings the failures into the order of their addresses, so that two runs print the same.
    pub fn sort(&mut self) {
        self.failures.sort_by(|a, b| a.url.cmp(&b.url));
    }
}
