//! A line a case: what a rule says of one item.

use std::time::Duration;

use url::Url;

use super::*;
use crate::model::{Author, CleanHtml, Fields, LeaveOut, Missing, Rewrite, RewriteField, When};

const NOW: &str = "2026-11-24T07:00:00Z";

fn item() -> Item {
    Item {
        title: "Gempa M 5,6 guncang Cianjur - Tempo".to_owned(),
        url: Url::parse("https://www.tempo.example/nasional/gempa?utm=1").ok(),
        summary: Some("Warga berlarian ke luar rumah".to_owned()),
        content_html: Some(CleanHtml::for_test(
            "<p>Baca juga: <a href=\"https://x.example/\">Iklan</a></p><p>BMKG &amp; BNPB</p>",
        )),
        authors: vec![Author { name: Some("Rina Sari (ANT)".to_owned()), ..Author::default() }],
        tags: vec!["Bencana".to_owned()],
        date_published: Timestamp::parse_rfc3339("2026-11-16T07:00:00Z"),
        has_own_date: true,
        ..Item::default()
    }
}

fn feed() -> FeedFacts {
    FeedFacts {
        url: "https://tempo.example/rss".to_owned(),
        title: "Tempo Nasional".to_owned(),
        language: None,
        default_language: "id".to_owned(),
        sections: vec!["nasional".to_owned(), "utama".to_owned()],
        rules: BTreeSet::new(),
    }
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

fn rule(name: &str, when: When, then: Then) -> Rule {
    Rule { name: name.to_owned(), file: "feeds.toml".to_owned(), line: 7, listed: false, when, then }
}

fn on(set: impl FnOnce(&mut When)) -> When {
    let mut when = When::default();
    set(&mut when);
    when
}

fn to(set: impl FnOnce(&mut Then)) -> Then {
    let mut then = Then::default();
    set(&mut then);
    then
}

fn drop() -> Then {
    to(|then| then.drop = true)
}

fn judged_with(rules: &[Rule], by_section: &[(&str, &[&str])], feed: &FeedFacts) -> Verdict {
    let by_section =
        by_section.iter().map(|(id, names)| ((*id).to_owned(), words(names).into_iter().collect())).collect();
    judge(&item(), feed, &Rules::new(rules, by_section).unwrap(), Timestamp::parse_rfc3339(NOW).unwrap())
}

fn judged(rules: &[Rule]) -> Verdict {
    judged_with(rules, &[], &feed())
}

/// Whether a condition holds of the item.
fn check(name: &str, when: When, expected: bool) {
    assert_eq!(judged(&[rule(name, when, drop())]).dropped, expected, "{name}");
}

#[test]
fn conditions_hold_or_not() {
    type Set = fn(&mut When);
    let day = Duration::from_secs(86_400);
    let cases: &[(&str, Set, bool)] = &[
        ("nothing asked", |_| {}, true),
        ("title", |w| w.title = words(&["gempa"]), true),
        ("title, another", |w| w.title = words(&["banjir"]), false),
        ("title, any of a list", |w| w.title = words(&["banjir", "GUNCANG"]), true),
        ("title, anchored", |w| w.title = words(&["^guncang"]), false),
        ("text of the summary", |w| w.text = words(&["warga berlarian"]), true),
        ("text of the content", |w| w.text = words(&["bmkg & bnpb"]), true),
        ("text, not of a link's address", |w| w.text = words(&["x\\.example"]), false),
        ("text through an inline tag", |w| w.text = words(&["baca juga: iklan"]), true),
        ("url", |w| w.url = words(&["/nasional/"]), true),
        ("url, another", |w| w.url = words(&["/iklan/"]), false),
        ("author", |w| w.author = words(&["rina"]), true),
        ("author, another", |w| w.author = words(&["budi"]), false),
        ("tag", |w| w.tag = words(&["^bencana$"]), true),
        ("tag, another", |w| w.tag = words(&["olahraga"]), false),
        ("feed by address", |w| w.feed = words(&["tempo\\.example/rss"]), true),
        ("feed by title", |w| w.feed = words(&["tempo nasional"]), true),
        ("feed, another", |w| w.feed = words(&["antara"]), false),
        ("language by default", |w| w.language = words(&["^id"]), true),
        ("language, another", |w| w.language = words(&["^en"]), false),
        ("missing image", |w| w.missing = vec![Missing::Image], true),
        ("missing title", |w| w.missing = vec![Missing::Title], false),
        ("missing, all of a list", |w| w.missing = vec![Missing::Image, Missing::Author], false),
        ("missing text", |w| w.missing = vec![Missing::Text], false),
        ("missing url", |w| w.missing = vec![Missing::Url], false),
        ("missing tag", |w| w.missing = vec![Missing::Tag], false),
        ("missing date", |w| w.missing = vec![Missing::Date], false),
        ("two keys, both", |w| (w.title, w.tag) = (words(&["gempa"]), words(&["bencana"])), true),
        ("two keys, one", |w| (w.title, w.tag) = (words(&["gempa"]), words(&["bola"])), false),
        ("not", |w| w.not = Some(Box::new(on(|w| w.title = words(&["gempa"])))), false),
        ("not another", |w| w.not = Some(Box::new(on(|w| w.title = words(&["banjir"])))), true),
        ("any", |w| w.any = vec![on(|w| w.title = words(&["banjir"])), on(|w| w.tag = words(&["bencana"]))], true),
        ("any, none", |w| w.any = vec![on(|w| w.title = words(&["banjir"])), on(|w| w.tag = words(&["bola"]))], false),
        (
            "any and a key beside",
            |w| (w.any, w.url) = (vec![on(|w| w.title = words(&["gempa"]))], words(&["/iklan/"])),
            false,
        ),
    ];
    for (name, set, expected) in cases {
        check(name, on(set), *expected);
    }
    check("older than 7 days", on(|w| w.older_than = Some(7 * day)), true);
    check("older than 8 days, to the second", on(|w| w.older_than = Some(8 * day)), true);
    check("not older than 9 days", on(|w| w.older_than = Some(9 * day)), false);
}

/// What rules come to: sections left by move, added, left, and outputs, in words.
fn told(verdict: &Verdict) -> String {
    let mut told = String::new();
    if verdict.dropped {
        told += "dropped ";
    }
    if verdict.moved {
        told += "moved ";
    }
    for (sign, ids) in [("+", &verdict.added), ("-", &verdict.left)] {
        told.extend(ids.iter().map(|id| format!("{sign}{id} ")));
    }
    told.extend(verdict.leave_out.iter().map(|out| format!("!{} ", out.name())));
    told.extend(verdict.rewritten.tags.iter().flatten().map(|tag| format!("#{tag} ")));
    told.trim_end().to_owned()
}

#[test]
fn actions_follow_one_another_in_file_order() {
    let all = When::default;
    let add = |id: &str| rule("add", all(), to(|then| then.add_to = words(&[id])));
    let moves = |id: &str| rule("move", all(), to(|then| then.move_to = words(&[id])));
    let keep = || rule("keep", all(), to(|then| then.keep = true));
    let tag = |name: &str| rule("tag", all(), to(|then| then.tag = words(&[name])));
    let out = |out| rule("out", all(), to(|then| then.leave_out = vec![out]));
    let tagged = |name: &str| on(|when| when.tag = words(&[name]));
    let cases = [
        (vec![], ""),
        (vec![add("a")], "+a"),
        (vec![add("a"), add("b")], "+a +b"),
        (vec![moves("a")], "moved +a"),
        (vec![add("a"), moves("b")], "moved +b"),
        (vec![moves("b"), add("a")], "moved +a +b"),
        (vec![moves("utama")], "moved +utama"),
        (vec![rule("drop", all(), drop()), add("a")], "dropped"),
        (vec![keep(), rule("drop", all(), drop())], ""),
        (vec![add("a"), keep(), add("b")], "+a"),
        (vec![tag("x")], "#Bencana #x"),
        (vec![tag("Bencana")], ""),
        (vec![tag("x"), rule("drop", tagged("^x$"), drop())], "dropped #Bencana #x"),
        (vec![rule("drop", tagged("^x$"), drop()), tag("x")], "#Bencana #x"),
        (vec![out(LeaveOut::All), out(LeaveOut::SitemapNews), out(LeaveOut::All)], "!sitemap-news !all"),
    ];
    for (rules, expected) in cases {
        assert_eq!(told(&judged(&rules)), expected, "{rules:?}");
    }
}

#[test]
fn a_listed_rule_works_where_it_is_named() {
    let listed = |name: &str, then| Rule { listed: true, ..rule(name, When::default(), then) };
    let drops = || listed("drop", drop());
    let adds = || listed("add", to(|then| then.add_to = words(&["a"])));
    let moves = || listed("move", to(|then| then.move_to = words(&["a"])));
    let keeps = || listed("keep", to(|then| then.keep = true));
    type Named<'a> = &'a [(&'a str, &'a [&'a str])];
    let cases: Vec<(Vec<Rule>, Named<'_>, &str)> = vec![
        (vec![drops()], &[], ""),
        (vec![drops()], &[("nasional", &["drop"])], "-nasional"),
        (vec![drops()], &[("nasional", &["drop"]), ("utama", &["drop"])], "-nasional -utama"),
        (vec![drops()], &[("olahraga", &["drop"])], ""),
        (vec![adds()], &[("utama", &["add"])], "+a"),
        (vec![moves()], &[("utama", &["move"])], "+a -utama"),
        (vec![adds(), drops()], &[("utama", &["add"]), ("a", &["drop"])], ""),
        (vec![keeps(), drops()], &[("utama", &["keep", "drop"]), ("nasional", &["drop"])], "-nasional"),
    ];
    for (rules, named, expected) in cases {
        assert_eq!(told(&judged_with(&rules, named, &feed())), expected, "{rules:?} {named:?}");
    }
    let by_feed = FeedFacts { rules: words(&["drop"]).into_iter().collect(), ..feed() };
    assert_eq!(told(&judged_with(&[drops()], &[], &by_feed)), "dropped");
}

#[test]
fn fields_are_rewritten_and_later_rules_see_it() {
    let rewrite = |field, find: &str, with: &str| {
        let rewrite = Some(Rewrite { field, find: find.to_owned(), with: with.to_owned() });
        rule("rewrite", When::default(), Then { rewrite, ..Then::default() })
    };
    let check = |rules: &[Rule], expected: Fields| {
        let verdict = judged(rules);
        assert_eq!(verdict.rewritten, expected, "{rules:?}");
        assert_eq!(verdict.hits.is_empty(), expected == Fields::default(), "{rules:?}");
    };
    let title = |title: &str| Fields { title: Some(title.to_owned()), ..Fields::default() };
    let bare = rewrite(RewriteField::Title, " - tempo$", "");
    check(std::slice::from_ref(&bare), title("Gempa M 5,6 guncang Cianjur"));
    check(&[bare, rewrite(RewriteField::Title, r"^gempa m (\S+)", "Gempa ($1)")], title("Gempa (5,6) guncang Cianjur"));
    check(&[rewrite(RewriteField::Title, "banjir", "x")], Fields::default());
    let url = Url::parse("https://www.tempo.example/nasional/gempa").ok();
    check(&[rewrite(RewriteField::Url, r"\?.*$", "")], Fields { url, ..Fields::default() });
    check(&[rewrite(RewriteField::Url, "^https", "javascript")], Fields::default());
    check(&[rewrite(RewriteField::Url, "^.*$", "no address")], Fields::default());
    let authors = Some(vec![Author { name: Some("Rina Sari".to_owned()), ..Author::default() }]);
    check(&[rewrite(RewriteField::Author, r"\s*\(ANT\)", "")], Fields { authors, ..Fields::default() });
    check(&[rewrite(RewriteField::Author, ".*", "")], Fields { authors: Some(vec![]), ..Fields::default() });
    let html = "<p>Baca juga: <a href=\"https://x.example/\">Iklan</a></p><p>BMKG dan BNPB</p>";
    let content_html = Some(html.to_owned());
    check(&[rewrite(RewriteField::Text, "&", "dan")], Fields { content_html, ..Fields::default() });
    check(&[rewrite(RewriteField::Text, "href|x.example", "")], Fields::default());
    check(&[rewrite(RewriteField::Text, "warga", &"x".repeat(MAX))], Fields::default());
}

/// More than a summary holds.
const MAX: usize = crate::model::MAX_SUMMARY_CHARS;

#[test]
fn each_hit_names_rule_file_and_line() {
    let then = to(|then| (then.add_to, then.tag) = (words(&["a"]), words(&["x"])));
    let verdict = judged(&[rule("sesar", on(|when| when.title = words(&["gempa"])), then)]);
    let hit = RuleHit {
        rule: "sesar".to_owned(),
        file: "feeds.toml".to_owned(),
        line: 7,
        did: "tagged it x, added it to a".to_owned(),
    };
    assert_eq!(verdict.hits, [hit]);
}
