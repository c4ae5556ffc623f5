//! What every format needs while it reads a tree: values by element, addresses made absolute, dates, and the repairs.

use std::cell::{Cell, RefCell};

use chrono_tz::Tz;
use url::Url;

use super::repairs::{Repairs, quoted};
use super::xml::{NodeId, Ns, Tree};
use crate::model::{Format, MAX_URL_BYTES, RepairKind, Timestamp};
use crate::notation::{charset, date};

/// A tree that is being read.
pub(super) struct Context<'a> {
    pub(super) tree: &'a Tree,
    pub(super) repairs: Repairs,
    /// Where relative addresses start that no xml:base governs.
    pub(super) base: Option<Url>,
    /// What it is read as.
    pub(super) format: Format,
    /// For dates that name no zone.
    pub(super) zone: Tz,
    /// Texts that `charset::mend` changed.
    pub(super) mended: Cell<usize>,
    /// Texts that stood in a CDATA section whose own signs were escaped.
    pub(super) unwrapped: Cell<usize>,
    /// Elements with an xml:base round the last one that was asked for, from the outside in, and what they give:
    /// neighbours share them, and joining 128 of them for each address of a document would be work without a bound.
    bases: RefCell<Vec<(NodeId, Option<Url>)>>,
}

impl<'a> Context<'a> {
    /// A tree of which nothing was read yet.
    pub(super) fn new(tree: &'a Tree, repairs: Repairs, base: Option<Url>, format: Format, zone: Tz) -> Self {
        let (mended, unwrapped) = (Cell::new(0), Cell::new(0));
        Self { tree, repairs, base, format, zone, mended, unwrapped, bases: RefCell::default() }
    }

    /// All characters of an element, mended; `None` where there are none.
    pub(super) fn value(&self, id: NodeId) -> Option<String> {
        let text = self.mended(self.tree.text(id));
        (!text.is_empty()).then_some(text)
    }

    /// A text without the traces of a wrong decoding and without a CDATA section that was escaped.
    pub(super) fn mended(&self, text: String) -> String {
        let inside = text.trim().strip_prefix("<![CDATA[").and_then(|text| text.strip_suffix("]]>"));
        let text = match inside {
            Some(inside) => {
                self.unwrapped.set(self.unwrapped.get() + 1);
                inside.trim().to_owned()
            }
            None => text,
        };
        match charset::mend(&text) {
            Some(mended) => {
                self.mended.set(self.mended.get() + 1);
                mended
            }
            None => text,
        }
    }

    /// The same of its first child of this name in the document's own format.
    pub(super) fn child_value(&self, id: NodeId, name: &str) -> Option<String> {
        let own =
            |child: &NodeId| matches!(self.tree.ns(*child), Ns::Core | Ns::Atom) && self.tree.name(*child) == name;
        self.tree.children(id).find(own).and_then(|child| self.value(child))
    }

    /// A date; an unreadable one is a repair and no date.
    pub(super) fn date(&mut self, id: NodeId) -> Option<Timestamp> {
        let name = self.tree.name(id);
        let Some(text) = self.value(id) else {
            self.repairs.note(RepairKind::Date, format!("{name}: there is no date in it"));
            return None;
        };
        self.date_text(&text, name)
    }

    /// The same for a text that stands in `place`.
    pub(super) fn date_text(&mut self, text: &str, place: &str) -> Option<Timestamp> {
        let read = date::parse(text, self.zone);
        if read.is_none() {
            self.repairs.note(RepairKind::Date, format!("{place}: {} is no date that can be read", quoted(text)));
        }
        read
    }

    /// What relative addresses in an element are relative to (XML Base 4).
    pub(super) fn base_of(&self, id: NodeId) -> Option<Url> {
        if !self.tree.has_base() {
            return self.base.clone();
        }
        let mut known = self.bases.borrow_mut();
        let (mut inside, mut kept) = (Vec::new(), 0);
        for (at, told) in self.tree.bases(id) {
            if let Some(place) = known.iter().rposition(|(known, _)| *known == at) {
                kept = place + 1;
                break;
            }
            inside.push((at, told));
        }
        known.truncate(kept);
        for (at, told) in inside.into_iter().rev() {
            let outer = known.last().map_or(&self.base, |(_, base)| base);
            let next = Some(told).filter(|told| told.len() <= MAX_URL_BYTES);
            let next = next.and_then(|told| Url::options().base_url(outer.as_ref()).parse(told).ok());
            let next = next.filter(|url| url.has_host() && url.as_str().len() <= MAX_URL_BYTES);
            let next = next.or_else(|| outer.clone());
            known.push((at, next));
        }
        known.last().map_or_else(|| self.base.clone(), |(_, base)| base.clone())
    }

    /// An address that stands in an element, made absolute where a base is known; blanks cut, also those inside that
    /// come from line breaks. `None` where it is empty, too long, or runs a script.
    pub(super) fn address(&mut self, id: NodeId, text: &str) -> Option<String> {
        let broken = |c: char| matches!(c, '\n' | '\r' | '\t');
        let text = text.trim();
        let text = if text.contains(broken) { text.replace(broken, "") } else { text.to_owned() };
        if text.is_empty() {
            return None;
        }
        // No parameter is called `amp;b`.
        let text = if text.contains("&amp;") {
            self.repairs.note(RepairKind::Structure, "an address was escaped twice");
            text.replace("&amp;", "&")
        } else {
            text
        };
        let resolved = match self.base_of(id) {
            Some(base) if !is_absolute(&text) => base.join(&text).map_or(text, String::from),
            _ => text,
        };
        checked_address(resolved, &mut self.repairs)
    }

    /// The address that an attribute holds.
    pub(super) fn address_attr(&mut self, id: NodeId, name: &str) -> Option<String> {
        let text = self.tree.attr(id, name)?.to_owned();
        self.address(id, &text)
    }

    /// The address that an element's text is.
    pub(super) fn address_text(&mut self, id: NodeId) -> Option<String> {
        let text = self.value(id)?;
        self.address(id, &text)
    }

    /// A whole number in an attribute; anything else is none.
    pub(super) fn number_attr<N: std::str::FromStr>(&self, id: NodeId, name: &str) -> Option<N> {
        self.tree.attr(id, name)?.parse().ok()
    }
}

/// True where nothing is missing. What begins with `http://` has a host or is beyond help: no base can change it.
pub(super) fn is_absolute(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://") || Url::parse(address).is_ok()
}

/// True for what can be nothing but an address that a base completes.
pub(super) fn is_plainly_relative(text: &str) -> bool {
    text.starts_with(['/', '.', '?', '#'])
}

/// An address that may be followed: none that is too long or runs a script.
pub(super) fn checked_address(address: String, repairs: &mut Repairs) -> Option<String> {
    let scheme = address.split(':').next().unwrap_or("").trim().to_ascii_lowercase();
    if matches!(scheme.as_str(), "javascript" | "vbscript" | "data") || address.len() > MAX_URL_BYTES {
        repairs.note(RepairKind::Url, format!("{} is no address to link to", quoted(&address)));
        return None;
    }
    Some(address)
}

/// Adds `one` while fewer than `limit` are there.
pub(super) fn push_within<T>(list: &mut Vec<T>, one: T, limit: usize, repairs: &mut Repairs, what: &str) {
    if list.len() < limit {
        list.push(one);
    } else {
        repairs.note(RepairKind::Limit, format!("more than {limit} {what}: the rest was left out"));
    }
}

/// Sets a date where one was read: of several the last counts, as other readers have it.
pub(super) fn set(slot: &mut Option<Timestamp>, value: Option<Timestamp>) {
    *slot = value.or(*slot);
}

/// Fills a value that nothing better has filled.
pub(super) fn fill<T>(slot: &mut Option<T>, value: Option<T>) {
    if slot.is_none() {
        *slot = value;
    }
}
