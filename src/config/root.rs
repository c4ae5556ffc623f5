//! Sorts what the files and the environment hold into tables: which stand once, which are lists, which are misplaced.
//!
//! In come parsed sources; out come tables whose keys are all known. It reads no value.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeString, DeValue};

use super::keys::{self, FEED, Kind, ROOT, RULE, SECTION, TABLES};
use super::problem::SourceKind;
use super::reader::{At, Given, Reader, Table};
use super::syntax::Parsed;
use super::values;

/// A setting that the environment overrides: `WARTA_<SECTION>__<KEY>`.
pub(super) struct Override<'a> {
    /// The table's name, lower case.
    pub(super) table: String,
    /// The key, lower case.
    pub(super) key: String,
    /// The value: what the variable holds as TOML, else its text.
    pub(super) value: DeValue<'a>,
    /// The variable's text.
    pub(super) text: &'a str,
    /// Index of its source.
    pub(super) source: usize,
}

/// All tables.
pub(super) struct Root<'a> {
    single: BTreeMap<&'static str, Table<'a>>,
    /// `[[section]]`, in order.
    pub(super) sections: Vec<Table<'a>>,
    /// `[[feed]]`, in order.
    pub(super) feeds: Vec<Table<'a>>,
    /// `[[rule]]`, in order.
    pub(super) rules: Vec<Table<'a>>,
}

impl<'a> Root<'a> {
    /// Takes a table that stands once; empty where it is not written.
    pub(super) fn take(&mut self, name: &'static str) -> Table<'a> {
        self.single.remove(name).unwrap_or_else(|| Table::empty(&ROOT, At::new(0, 0..0)))
    }
}

/// Sorts everything, noting what is unknown or in the wrong place.
pub(super) fn gather<'a>(reader: &mut Reader<'a>, files: &'a [Parsed<'a>], overrides: &'a [Override<'a>]) -> Root<'a> {
    let start = At::new(0, 0..0);
    let empty = |(name, kind): (&'static str, &'static Kind)| (name, Table::empty(kind, start));
    let single = TABLES.into_iter().map(empty).collect();
    let mut root = Root { single, sections: Vec::new(), feeds: Vec::new(), rules: Vec::new() };
    for (source, file) in files.iter().enumerate() {
        for (key, value) in &file.table {
            top_level(reader, &mut root, source, key, value);
        }
    }
    for setting in overrides {
        override_one(reader, &mut root, setting);
    }
    root
}

/// Takes what stands under one name at the top of a file.
fn top_level<'a>(
    reader: &mut Reader<'a>,
    root: &mut Root<'a>,
    source: usize,
    key: &'a Spanned<DeString<'a>>,
    value: &'a Spanned<DeValue<'a>>,
) {
    let name = key.get_ref().as_ref();
    let key_at = At::new(source, key.span());
    let at = At::new(source, value.span());
    let main = reader.source(at).kind == SourceKind::Main;
    let many = matches!(name, "section" | "feed" | "rule");
    if ROOT.later.contains(&name) {
        reader.mistake(key_at, format!("`{name}` is not supported yet"), "leave it out");
    } else if !ROOT.now.contains(&name) {
        reader.mistake(key_at, format!("unknown name `{name}`"), hint_for_unknown(name, value.get_ref()));
    } else if !main && !many {
        let right = "an included file holds [[section]], [[feed]] and [[rule]] only";
        reader.mistake(key_at, format!("`{name}` stands in an included file"), right);
    } else if name == "include" {
        let given = Given { value: value.get_ref(), at, verbatim: None };
        reader.list_of(name, &given, r#"["feeds.d/*.toml"]"#, values::text);
    } else if many {
        list_of_tables(reader, root, name, key_at, at, value.get_ref());
    } else if let Some((name, kind)) = TABLES.into_iter().find(|(known, _)| *known == name) {
        match value.get_ref().as_table() {
            Some(written) => {
                let table = reader.table(kind, at, written);
                root.single.insert(name, table);
            }
            None => {
                let what = if value.get_ref().is_array() { "a list" } else { "no table" };
                reader.mistake(key_at, format!("`{name}` is {what}"), format!("write {} on a line, once", kind.name));
            }
        }
    }
}

/// Takes `[[section]]`, `[[feed]]` or `[[rule]]`.
fn list_of_tables<'a>(
    reader: &mut Reader<'a>,
    root: &mut Root<'a>,
    name: &str,
    key_at: At,
    at: At,
    value: &'a DeValue<'a>,
) {
    let (kind, list): (&'static Kind, _) = match name {
        "feed" => (&FEED, &mut root.feeds),
        "rule" => (&RULE, &mut root.rules),
        _ => (&SECTION, &mut root.sections),
    };
    let right = format!("write {} on a line of its own, once for each", kind.name);
    let Some(array) = value.as_array() else {
        let written = if value.is_table() { "is one table" } else { "is no list of tables" };
        return reader.mistake(key_at, format!("`{name}` {written}"), right);
    };
    for element in array.iter() {
        let at = At::new(at.source, element.span());
        match element.get_ref().as_table() {
            Some(written) => list.push(reader.table(kind, at, written)),
            None => reader.mistake(at, format!("`{name}` holds something that is no table"), right.clone()),
        }
    }
}

/// What would be right instead of an unknown name at the top of a file.
fn hint_for_unknown(name: &str, value: &DeValue<'_>) -> String {
    if let Some(near) = keys::nearest(name, ROOT.now.iter().copied()) {
        return match near {
            "section" | "feed" | "rule" => format!("did you mean `[[{near}]]`?"),
            "include" => "did you mean `include`?".to_owned(),
            _ => format!("did you mean `[{near}]`?"),
        };
    }
    if value.is_table() || value.as_array().is_some_and(|array| array.iter().any(|one| one.get_ref().is_table())) {
        return format!(
            "the tables are [{}], [[section]], [[feed]] and [[rule]]",
            TABLES.map(|(name, _)| name).join("], [")
        );
    }
    match keys::homes_of(name) {
        Some(homes) => format!("`{name}` stands in {homes}"),
        None => "only `include` stands before the first table".to_owned(),
    }
}

/// Puts the value of a variable over the file's.
fn override_one<'a>(reader: &mut Reader<'a>, root: &mut Root<'a>, setting: &'a Override<'a>) {
    let at = At::new(setting.source, 0..setting.text.len());
    let Some(table) = root.single.get_mut(setting.table.as_str()) else {
        let name = &setting.table;
        let near = keys::nearest(name, TABLES.iter().map(|(name, _)| *name));
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("a variable can name {}", TABLES.map(|(name, _)| name).join(", ")),
        };
        return reader.mistake(at, format!("no table `{name}` that a variable could override"), hint);
    };
    let given = Given { value: &setting.value, at, verbatim: Some(setting.text) };
    reader.enter(table, &setting.key, at, given);
}
