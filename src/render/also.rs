//! Who else tells an entry, as the line that closes it in RSS, where the operator wants one.

use crate::model::{Also, Entry};

use super::phrases::phrases;
use super::text::{escape, one_line};

/// Outlets that are named; the rest is counted.
const MAX_NAMED_OUTLETS: usize = 5;

/// "Juga di: Kabar, Warta Selat, dan 2 media lain", each outlet once with a link to its report, in the words of
/// `language`. None where nobody else tells it.
pub(super) fn line(entry: &Entry, language: &str) -> Option<String> {
    let t = phrases(language);
    let others = others(entry);
    let named: Vec<String> = others.iter().take(MAX_NAMED_OUTLETS).map(|also| outlet(also)).collect();
    let unnamed = others.len() - named.len();
    let more = if unnamed > 0 { format!(", {}", escape(&t.others(unnamed))) } else { String::new() };
    (!named.is_empty()).then(|| format!("<p>{} {}{more}</p>", escape(t.also_at), named.join(", ")))
}

/// Each outlet but the entry's own, by its oldest report.
fn others(entry: &Entry) -> Vec<&Also> {
    let own = one_line(&entry.source.title);
    let mut others: Vec<&Also> = Vec::new();
    for also in &entry.also {
        let outlet = one_line(&also.outlet);
        if outlet != own && others.iter().all(|other| one_line(&other.outlet) != outlet) {
            others.push(also);
        }
    }
    others
}

fn outlet(also: &Also) -> String {
    let name = escape(&one_line(&also.outlet));
    match &also.url {
        Some(url) => format!("<a href=\"{}\">{name}</a>", escape(url.as_str())),
        None => name,
    }
}
