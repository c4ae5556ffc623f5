//! What the operator's rules say of an item. Pure.
//!
//! In: a cleaned item, what is known of its feed, the rules, and when it arrived. Out: a [`Verdict`]. Nothing is changed
//! here: whoever asks writes the rewritten fields, and cleans what is HTML among them.

mod condition;
mod draft;
mod text;

use std::collections::{BTreeSet, HashMap};

use self::condition::Condition;
use self::draft::Draft;
use crate::model::{Item, Rule, RuleHit, Then, Timestamp, Verdict};
use crate::notation::pattern::Pattern;

/// The rules in file order, ready to be asked.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<Ready>,
    /// Of each section, the listed rules that it names.
    by_section: HashMap<String, BTreeSet<String>>,
}

#[derive(Debug)]
struct Ready {
    rule: Rule,
    when: Condition,
    find: Option<Pattern>,
}

/// What rules know of an item's feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedFacts {
    /// Its address as configured.
    pub url: String,
    /// Its title: configured, else the document's.
    pub title: String,
    /// Its language by feeds.toml, which goes before the item's own.
    pub language: Option<String>,
    /// The language of an item that names none: the document's, the section's, the site's.
    pub default_language: String,
    /// Ids of its sections, "all" not among them.
    pub sections: Vec<String>,
    /// The listed rules that it names.
    pub rules: BTreeSet<String>,
}

impl Rules {
    /// Makes rules ready; `by_section` has the names that each section's `rules` holds.
    ///
    /// # Errors
    /// When a pattern is none: the rule's name and what is wrong. Rules of a checked feeds.toml have none of these.
    pub fn new(rules: &[Rule], by_section: HashMap<String, BTreeSet<String>>) -> Result<Self, String> {
        let ready = |rule: &Rule| {
            let find = rule.then.rewrite.as_ref().map(|rewrite| Pattern::parse(&rewrite.find)).transpose()?;
            Ok(Ready { when: Condition::new(&rule.when)?, find, rule: rule.clone() })
        };
        let named = |rule: &Rule| ready(rule).map_err(|wrong: String| format!("rule {}: a pattern {wrong}", rule.name));
        Ok(Self { rules: rules.iter().map(named).collect::<Result<_, _>>()?, by_section })
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// What the rules say of an item of this feed that arrived at `now`.
#[must_use]
pub fn judge(item: &Item, feed: &FeedFacts, rules: &Rules, now: Timestamp) -> Verdict {
    let mut judging = Judging { feed, draft: Draft::new(item), verdict: Verdict::default(), kept: BTreeSet::new() };
    for ready in &rules.rules {
        let rule = &ready.rule;
        let reach = match !rule.listed || feed.rules.contains(&rule.name) {
            true => Reach::Everywhere,
            false => Reach::Sections(judging.sections_naming(rule, rules)),
        };
        if matches!(&reach, Reach::Sections(sections) if sections.is_empty())
            || !ready.when.holds(&judging.draft, feed, now)
        {
            continue;
        }
        let did = match &reach {
            Reach::Everywhere => judging.everywhere(&rule.then, ready.find.as_ref()),
            Reach::Sections(sections) => judging.in_sections(&rule.then, sections),
        };
        if !did.is_empty() {
            let hit = RuleHit { rule: rule.name.clone(), file: rule.file.clone(), line: rule.line, did };
            judging.verdict.hits.push(hit);
        }
        if matches!(reach, Reach::Everywhere) && (rule.then.keep || rule.then.drop) {
            break;
        }
    }
    judging.finish()
}

/// Where a rule works.
enum Reach {
    Everywhere,
    Sections(Vec<String>),
}

struct Judging<'a> {
    feed: &'a FeedFacts,
    draft: Draft<'a>,
    verdict: Verdict,
    /// Sections for which no later rule is asked.
    kept: BTreeSet<String>,
}

impl Judging<'_> {
    /// Ids of the sections in which the item stands by now.
    fn standing(&self) -> Vec<String> {
        let verdict = &self.verdict;
        let own = self.feed.sections.iter().filter(|id| !verdict.moved && !verdict.left.contains(id));
        let mut all: Vec<String> = own.cloned().collect();
        all.extend(verdict.added.iter().filter(|id| !self.feed.sections.contains(id) || verdict.moved).cloned());
        all
    }

    /// The sections in which it stands that name this rule and ask on.
    fn sections_naming(&self, rule: &Rule, rules: &Rules) -> Vec<String> {
        let names = |id: &String| rules.by_section.get(id).is_some_and(|names| names.contains(&rule.name));
        self.standing().into_iter().filter(|id| names(id) && !self.kept.contains(id)).collect()
    }

    /// Does what a rule says of the item itself; gives it in words.
    fn everywhere(&mut self, then: &Then, find: Option<&Pattern>) -> String {
        if then.drop {
            self.verdict.dropped = true;
            return "dropped it".to_owned();
        }
        let mut did = Vec::new();
        if let (Some(rewrite), Some(find)) = (&then.rewrite, find)
            && self.draft.rewrite(rewrite.field, find, &rewrite.with)
        {
            did.push(format!("rewrote its {}", rewrite.field.name()));
        }
        if self.draft.tag(&then.tag) {
            did.push(format!("tagged it {}", then.tag.join(", ")));
        }
        if !then.move_to.is_empty() {
            self.verdict.moved = true;
            self.verdict.added.clear();
            self.verdict.left.clear();
            self.add(&then.move_to);
            did.push(format!("moved it to {}", then.move_to.join(", ")));
        }
        if self.add(&then.add_to) {
            did.push(format!("added it to {}", then.add_to.join(", ")));
        }
        let new: Vec<_> = then.leave_out.iter().filter(|out| !self.verdict.leave_out.contains(out)).copied().collect();
        if !new.is_empty() {
            let names: Vec<&str> = new.iter().map(|out| out.name()).collect();
            did.push(format!("left it out of {}", names.join(", ")));
            self.verdict.leave_out.extend(new);
            self.verdict.leave_out.sort_unstable();
        }
        if then.keep {
            did.push("kept it from later rules".to_owned());
        }
        did.join(", ")
    }

    /// Does what a rule says for some sections alone; gives it in words.
    fn in_sections(&mut self, then: &Then, sections: &[String]) -> String {
        let here = sections.join(", ");
        let mut did = Vec::new();
        if then.drop || !then.move_to.is_empty() {
            for id in sections {
                self.leave(id);
            }
            did.push(match then.drop {
                true => format!("dropped it from {here}"),
                false => format!("moved it from {here} to {}", then.move_to.join(", ")),
            });
        }
        self.add(&then.move_to);
        if self.add(&then.add_to) {
            did.push(format!("added it to {}, as it stands in {here}", then.add_to.join(", ")));
        }
        if then.keep {
            did.push(format!("kept it from later rules of {here}"));
            self.kept.extend(sections.iter().cloned());
        }
        did.join(", ")
    }

    /// Puts it into sections; false where it stands in all of them.
    fn add(&mut self, sections: &[String]) -> bool {
        let standing = self.standing();
        let mut is_new = false;
        for id in sections {
            // Its feed may leave a section that a rule names: then the rule alone holds it there.
            if !self.verdict.added.contains(id) {
                self.verdict.added.push(id.clone());
            }
            self.verdict.left.retain(|left| left != id);
            is_new |= !standing.contains(id);
        }
        is_new
    }

    fn leave(&mut self, id: &str) {
        self.verdict.added.retain(|added| added != id);
        let left = &mut self.verdict.left;
        if !self.verdict.moved
            && self.feed.sections.iter().any(|own| own == id)
            && !left.iter().any(|known| known == id)
        {
            left.push(id.to_owned());
        }
    }

    fn finish(self) -> Verdict {
        let Self { draft, mut verdict, .. } = self;
        verdict.added.sort();
        verdict.left.sort();
        verdict.rewritten = draft.fields;
        verdict
    }
}

#[cfg(test)]
mod tests;
