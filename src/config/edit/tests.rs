use super::*;

const FILE: &str = r#"# The site.
include = ["feeds.d/*.toml"] # more

[site]
title   =  "Warta"   # kept as it is

# Everything from home.
[[section]]
id = "nasional"

# --- Antara ---
[[feed]] # the agency
# old and new
url = "https://a.example/rss"   # the big one
section = ["nasional"]

# --- Tempo ---

[[feed]]
section = 'nasional'
url = 'https://b.example/rss'
was = [
  "https://b.example/old", # 2024
]

[log]
format = "text"
# the end
"#;

fn check(changed: Result<String, EditError>, replaced: &[(&str, &str)]) {
    let expected = replaced.iter().fold(FILE.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    });
    assert_eq!(changed.unwrap(), expected);
}

#[test]
fn a_feed_is_added_behind_the_last_one() {
    check(
        add_feed(FILE, "https://c.example/rss", Some("nasional")),
        &[("# 2024\n]\n", "# 2024\n]\n\n[[feed]]\nurl = \"https://c.example/rss\"\nsection = \"nasional\"\n")],
    );
}

#[test]
fn a_first_feed_stands_at_the_end() {
    let text = "# one\n[site]\ntitle = \"a\"\n# two\n";
    let expected = "# one\n[site]\ntitle = \"a\"\n# two\n\n[[feed]]\nurl = \"https://c.example/\"\n";
    assert_eq!(add_feed(text, "https://c.example/", None).unwrap(), expected);
    assert_eq!(add_feed("", "https://c.example/", None).unwrap(), "\n[[feed]]\nurl = \"https://c.example/\"\n");
}

#[test]
fn a_feed_leaves_with_what_is_in_it_and_comments_above_it_stay() {
    check(
        remove_feed(FILE, "https://a.example/rss"),
        &[(
            "[[feed]] # the agency\n# old and new\nurl = \"https://a.example/rss\"   # the big one\nsection = [\"nasional\"]\n",
            "",
        )],
    );
    let rest = "\n[[feed]]\nsection = 'nasional'\nurl = 'https://b.example/rss'\nwas = [\n  \"https://b.example/old\", # 2024\n]\n";
    check(remove_feed(FILE, "https://b.example/rss"), &[(rest, "")]);
    let last = "[[feed]]\nurl = \"a\"\n\n# about b\n[[feed]]\nurl = \"b\"\n# end\n";
    assert_eq!(remove_feed(last, "b").unwrap(), "[[feed]]\nurl = \"a\"\n\n# about b\n# end\n");
    assert_eq!(remove_feed(last, "a").unwrap(), "\n# about b\n[[feed]]\nurl = \"b\"\n# end\n");
}

#[test]
fn a_moved_feed_keeps_its_place_and_remembers_its_old_address() {
    check(
        move_feed(FILE, "https://a.example/rss", "https://new.example/rss"),
        &[
            ("url = \"https://a.example/rss\"   # the big one", "url = \"https://new.example/rss\"   # the big one"),
            ("section = [\"nasional\"]\n", "section = [\"nasional\"]\nwas = [\"https://a.example/rss\"]\n"),
        ],
    );
    let there = move_feed(FILE, "https://b.example/rss", "https://new.example/rss").unwrap();
    let twice = move_feed(&there, "https://new.example/rss", "https://b.example/rss").unwrap();
    let parsed: DocumentMut = twice.parse().unwrap();
    let feed = &parsed["feed"][1];
    assert_eq!(feed["url"].as_str(), Some("https://b.example/rss"));
    let was: Vec<_> = feed["was"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(was, ["https://b.example/old", "https://new.example/rss"], "its own address is none of its old ones");
    assert!(twice.contains("# 2024"), "{twice}");
}

#[test]
fn a_list_in_one_line_is_edited_too() {
    let text = "feed = [{ url = \"a\" }, { url = \"b\" }] # mine\n[site]\ntitle = \"x\"\n";
    let check = |changed: Result<String, EditError>, expected: &str| {
        assert_eq!(changed.unwrap(), format!("feed = {expected} # mine\n[site]\ntitle = \"x\"\n"));
    };
    check(add_feed(text, "c", None), "[{ url = \"a\" }, { url = \"b\" }, { url = \"c\" }]");
    check(remove_feed(text, "b"), "[{ url = \"a\" }]");
    check(move_feed(text, "a", "c"), "[{ url = \"c\" , was = [\"a\"] }, { url = \"b\" }]");
}

#[test]
fn line_ends_and_the_byte_order_mark_stay() {
    let text = "\u{feff}# a\r\n[[feed]]\r\nurl = \"a\"\r\n";
    let expected = "\u{feff}# a\r\n[[feed]]\r\nurl = \"b\"\r\nwas = [\"a\"]\r\n";
    assert_eq!(move_feed(text, "a", "b").unwrap(), expected);
    assert_eq!(move_feed("[[feed]]\nurl = \"a\"", "a", "b").unwrap(), "[[feed]]\nurl = \"b\"\nwas = [\"a\"]\n");
}

#[test]
fn what_cannot_be_done_is_told() {
    assert_eq!(remove_feed(FILE, "x"), Err(EditError::NoSuchFeed("x".to_owned())));
    assert_eq!(move_feed("", "x", "y"), Err(EditError::NoSuchFeed("x".to_owned())));
    assert_eq!(add_feed("feed = 1", "x", None), Err(EditError::NoList));
    assert!(matches!(add_feed("[", "x", None), Err(EditError::Syntax(_))));
}
