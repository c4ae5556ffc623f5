//! `[[rule]]`: what each one looks for and does, and the `rules` of sections and feeds held against their names.

use std::collections::HashMap;

use super::check::required;
use super::entries::{known_section, once, place};
use super::keys::{self, REWRITE, THEN, WHEN};
use super::meant::Config;
use super::reader::{Given, Mistake, Reader, Table};
use super::values as read;
use crate::model::{
    LeaveOut, MAX_RULE_DEPTH, MAX_RULE_WORDS, MAX_RULES, Missing, Rewrite, RewriteField, Rule, Then, When,
};
use crate::notation::pattern::Pattern;

/// Beyond any age of news: ten years.
const MAX_AGE: std::time::Duration = std::time::Duration::from_secs(3_650 * 24 * 3600);

/// Reads every `[[rule]]`, in file order; what is wrong in one leaves that one out.
pub(super) fn rules<'a>(reader: &mut Reader<'a>, tables: &[Table<'a>], config: &Config) -> Vec<Rule> {
    let mut seen = HashMap::new();
    let mut rules = Vec::new();
    for (n, table) in tables.iter().enumerate() {
        if n == MAX_RULES {
            let message = format!("{} rules are too many", tables.len());
            reader.mistake(table.at, message, format!("keep {MAX_RULES}; a pattern can name several things: a|b"));
        }
        let Some(rule) = rule(reader, table, config) else { continue };
        once(reader, table, "name", "rule", &rule.name, &mut seen);
        rules.push(rule);
    }
    rules
}

fn rule<'a>(reader: &mut Reader<'a>, table: &Table<'a>, config: &Config) -> Option<Rule> {
    const SCOPES: [(&str, bool); 2] = [("all", false), ("listed", true)];
    let name = required(reader, table, "name", read::line);
    let listed = reader.read(table, "scope", read::word(&SCOPES, &[])).unwrap_or(false);
    for key in ["when", "then"] {
        if table.get(key).is_none() {
            let example = if key == "when" { r#"when = { title = "iklan" }"# } else { r#"then = "drop""# };
            reader.mistake(table.at, format!("[[rule]] has no {key}"), format!("add {example}"));
        }
    }
    let when = table.get("when").and_then(|given| inner_condition(reader, "when", &given, 0));
    let then = actions(reader, table, config);
    let place = place(reader, table.at);
    Some(Rule { name: name?, file: place.file, line: place.line, listed, when: when?, then: then? })
}

/// All keys of a condition. One that asks nothing would hold of everything, which is hardly meant.
fn condition<'a>(reader: &mut Reader<'a>, table: &Table<'a>, depth: usize) -> When {
    const MISSING: [(&str, Missing); 7] = [
        ("title", Missing::Title),
        ("text", Missing::Text),
        ("url", Missing::Url),
        ("author", Missing::Author),
        ("tag", Missing::Tag),
        ("image", Missing::Image),
        ("date", Missing::Date),
    ];
    if WHEN.now.iter().all(|key| table.get(key).is_none()) {
        let right = r#"name what must hold, such as { title = "iklan" }"#;
        reader.mistake(table.at, "this condition asks nothing", right);
    }
    let example = r#"["image"]"#;
    When {
        title: patterns(reader, table, "title"),
        text: patterns(reader, table, "text"),
        url: patterns(reader, table, "url"),
        author: patterns(reader, table, "author"),
        tag: patterns(reader, table, "tag"),
        feed: patterns(reader, table, "feed"),
        language: patterns(reader, table, "language"),
        older_than: reader.read(table, "older_than", read::duration(std::time::Duration::from_secs(60)..=MAX_AGE)),
        missing: words(reader, table, "missing", example, read::word(&MISSING, &[])),
        any: inner_conditions(reader, table, depth),
        not: not(reader, table, depth).map(Box::new),
    }
}

fn inner_conditions<'a>(reader: &mut Reader<'a>, table: &Table<'a>, depth: usize) -> Vec<When> {
    let Some(given) = table.get("any") else { return Vec::new() };
    let Some(list) = given.value.as_array().filter(|list| !list.is_empty()) else {
        let shown = reader.shown(&given);
        let right = r#"write any = [{ title = "a" }, { tag = "b" }]"#;
        reader.mistake(given.at, format!("any = {shown} is no list of conditions"), right);
        return Vec::new();
    };
    let elements: Vec<Given<'a>> = list.iter().map(|element| reader.element(&given, element)).collect();
    elements.iter().filter_map(|element| inner_condition(reader, "any", element, depth)).collect()
}

fn not<'a>(reader: &mut Reader<'a>, table: &Table<'a>, depth: usize) -> Option<When> {
    let given = table.get("not")?;
    inner_condition(reader, "not", &given, depth)
}

fn inner_condition<'a>(reader: &mut Reader<'a>, key: &str, given: &Given<'a>, depth: usize) -> Option<When> {
    let Some(written) = given.value.as_table() else {
        let shown = reader.shown(given);
        reader.mistake(given.at, format!("{key} = {shown} is no condition"), r#"write { title = "a" }"#);
        return None;
    };
    if depth >= MAX_RULE_DEPTH {
        reader.mistake(given.at, "conditions stand too deep inside one another", format!("keep {MAX_RULE_DEPTH} deep"));
        return None;
    }
    let inner = reader.table(&WHEN, given.at, written);
    Some(condition(reader, &inner, depth + 1))
}

/// A regular expression, or a list of which any suffices.
fn patterns<'a>(reader: &mut Reader<'a>, table: &Table<'a>, key: &str) -> Vec<String> {
    match table.get(key) {
        Some(given) if given.value.is_array() => words(reader, table, key, r#"["a", "b"]"#, pattern),
        Some(_) => reader.read(table, key, pattern).into_iter().collect(),
        None => Vec::new(),
    }
}

fn pattern(given: &Given<'_>) -> read::Read<String> {
    let right = r#"write a regular expression in quotes, such as "banjir|gempa" or '^foto:'"#;
    let text = read::string(given, right)?;
    Pattern::parse(text).map(|_| text.to_owned()).map_err(|wrong| Mistake::new(wrong, right))
}

/// A list that names something, and not too much.
fn words<'a, T>(
    reader: &mut Reader<'a>,
    table: &Table<'a>,
    key: &str,
    example: &str,
    each: impl FnMut(&Given<'a>) -> read::Read<T>,
) -> Vec<T> {
    let Some(given) = table.get(key) else { return Vec::new() };
    match given.value.as_array().map_or(1, |list| list.len()) {
        0 => reader.mistake(given.at, format!("{key} = [] names nothing"), format!("write {key} = {example}")),
        1..=MAX_RULE_WORDS => {}
        more => reader.mistake(given.at, format!("{key} has {more} elements"), format!("keep {MAX_RULE_WORDS}")),
    }
    reader.list(table, key, example, each).unwrap_or_default()
}

/// `then = "keep"`, `"drop"`, or a table of what is done.
fn actions<'a>(reader: &mut Reader<'a>, table: &Table<'a>, config: &Config) -> Option<Then> {
    const OUTPUTS: [(&str, LeaveOut); 3] =
        [("sitemap-news", LeaveOut::SitemapNews), ("all", LeaveOut::All), ("index", LeaveOut::Index)];
    let keep = Then { keep: true, ..Then::default() };
    let drop = Then { drop: true, ..Then::default() };
    let given = table.get("then")?;
    if given.value.as_table().is_none() {
        let right = r#"write "keep", "drop", or one of { tag = ["x"] }, { add_to = ["section"] }, { move_to = ["section"] }, { leave_out = ["index"] }, { rewrite = { field = "title", find = "a", with = "b" } }"#;
        return reader.read(table, "then", |given| match read::string(given, right)? {
            "keep" => Ok(keep),
            "drop" => Ok(drop),
            written => Err(match keys::nearest(written, ["keep", "drop"].into_iter()) {
                Some(near) => Mistake::new("is no action", format!("did you mean \"{near}\"?")),
                None => Mistake::new("is no action", right),
            }),
        });
    }
    let inner = reader.inline(table, "then", &THEN)?;
    if THEN.now.iter().all(|key| inner.get(key).is_none()) {
        reader.mistake(inner.at, "this rule does nothing", format!("name one of {}", THEN.now.join(", ")));
    }
    let section = |given: &Given<'a>| known_section(given, config);
    Some(Then {
        keep: false,
        drop: false,
        tag: words(reader, &inner, "tag", r#"["x"]"#, read::line),
        add_to: words(reader, &inner, "add_to", r#"["section"]"#, section),
        move_to: words(reader, &inner, "move_to", r#"["section"]"#, section),
        leave_out: words(reader, &inner, "leave_out", r#"["sitemap-news"]"#, read::word(&OUTPUTS, &["story"])),
        rewrite: rewrite(reader, &inner),
    })
}

fn rewrite<'a>(reader: &mut Reader<'a>, table: &Table<'a>) -> Option<Rewrite> {
    const FIELDS: [(&str, RewriteField); 4] = [
        ("title", RewriteField::Title),
        ("author", RewriteField::Author),
        ("url", RewriteField::Url),
        ("text", RewriteField::Text),
    ];
    let inner = reader.inline(table, "rewrite", &REWRITE)?;
    let field = required(reader, &inner, "field", read::word(&FIELDS, &[]));
    let find = required(reader, &inner, "find", pattern);
    let with = required(reader, &inner, "with", |given| {
        read::string(given, r#"write with = "..", or with = "" to cut what is found"#).map(str::to_owned)
    });
    Some(Rewrite { field: field?, find: find?, with: with? })
}

/// `rules = ["name"]` of a section or a feed: listed rules that stand in the file. In a section, those that say
/// something of the section.
pub(super) fn names<'a>(reader: &mut Reader<'a>, table: &Table<'a>, rules: &[Rule], of_section: bool) {
    let Some(list) = table.get("rules").and_then(|given| given.value.as_array().map(|list| (given, list))) else {
        return;
    };
    for element in list.1.iter() {
        let given = reader.element(&list.0, element);
        let Some(name) = given.value.as_str() else { continue };
        let Some(rule) = rules.iter().find(|rule| rule.name == name) else {
            let all = || rules.iter().map(|rule| rule.name.as_str());
            let right = match keys::nearest(name, all()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => "write a [[rule]] with that name and scope = \"listed\"".to_owned(),
            };
            reader.mistake(given.at, format!("`{name}` in rules names no rule"), right);
            continue;
        };
        let Rule { then, file, line, .. } = rule;
        if !rule.listed {
            let message = format!("the rule `{name}` in {file}:{line} works everywhere already");
            reader.mistake(given.at, message, "leave it out here, or write scope = \"listed\" there");
        } else if of_section && (!then.tag.is_empty() || then.rewrite.is_some() || !then.leave_out.is_empty()) {
            let message = format!("the rule `{name}` in {file}:{line} changes the item itself, in all sections");
            let right = "in a section a rule can drop, keep, add_to or move_to; name this one in feeds";
            reader.mistake(given.at, message, right);
        }
    }
}

/// The names in `rules`, as written.
pub(super) fn named<'a>(reader: &mut Reader<'a>, table: &Table<'a>) -> Vec<String> {
    reader.list(table, "rules", r#"["name"]"#, read::line).unwrap_or_default()
}

/// Warns of a listed rule that nothing names.
pub(super) fn warn_of_unnamed<'a>(reader: &mut Reader<'a>, tables: &[Table<'a>], config: &Config) {
    for rule in config.rules.iter().filter(|rule| rule.listed) {
        let names = |rules: &Vec<String>| rules.contains(&rule.name);
        let is_named = config.sections.iter().any(|section| names(&section.rules))
            || config.feeds.iter().any(|feed| names(&feed.rules));
        let table =
            tables.iter().find(|table| reader.line(table.at) == rule.line && reader.source(table.at).name == rule.file);
        if let (false, Some(table)) = (is_named, table) {
            let message = format!("the listed rule `{}` works nowhere", rule.name);
            reader.warn(table.at, message, "name it in the rules of a section or feed, or write scope = \"all\"");
        }
    }
}
