//! `warta article`: made pages in the shapes of Indonesian outlets in, their facts out.

mod pages;

use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::{Value, json};

use crate::world::World;
use pages::Story;

/// Runs the command on pages, saved as files.
fn run(world: &World, pages: &[String]) -> Output {
    let names: Vec<String> = (0..pages.len()).map(|n| format!("page-{n}.html")).collect();
    for (name, page) in names.iter().zip(pages) {
        std::fs::write(world.file(name), page).unwrap();
    }
    let arguments: Vec<&str> = std::iter::once("article").chain(names.iter().map(String::as_str)).collect();
    world.run(&arguments)
}

fn read(pages: &[String]) -> Value {
    let output = run(&World::new(""), pages);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The paragraphs of an item's text.
fn paragraphs(item: &Value) -> Vec<String> {
    let html = item["content_html"].as_str().unwrap();
    let tags = regex::Regex::new("<[^>]+>").unwrap();
    let text = tags.replace_all(html, "\n").replace("&quot;", "\"").replace("&nbsp;", " ");
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[track_caller]
fn check_facts(item: &Value, story: &Story) {
    assert_eq!(item["title"], story.title);
    assert_eq!(item["url"], format!("https://kabar.example/humaniora/{}", story.path));
    assert_eq!(item["authors"], json!([{ "name": story.author }]));
    assert_eq!(item["_warta"]["contributors"], json!([{ "name": story.editor, "role": "editor" }]));
    assert_eq!(item["date_published"], "2020-12-17T11:35:00+07:00");
    assert_eq!(item["image"], format!("https://kabar.example/foto/{}.jpg", story.path));
    assert_eq!(item["_warta"]["image_credit"], "DOK SATWALPRESS");
    assert_eq!(item["language"], "id");
}

#[test]
fn six_pages_of_one_site_give_their_facts_and_only_their_paragraphs() {
    let pages: Vec<String> = pages::STORIES.iter().map(pages::newsroom).collect();
    let items = read(&pages);
    let items = items.as_array().unwrap();
    assert_eq!(items.len(), pages.len());
    for (item, story) in items.iter().zip(&pages::STORIES) {
        check_facts(item, story);
        assert_eq!(paragraphs(item), story.paragraphs);
    }
}

#[test]
fn a_page_alone_gives_all_but_what_only_repetition_tells() {
    for story in &pages::STORIES {
        let item = read(&[pages::newsroom(story)]);
        check_facts(&item, story);
        let mut found = paragraphs(&item);
        // Nothing on this page tells that these are not the article's.
        found.retain(|line| !pages::REPEATED.contains(&line.as_str()));
        assert_eq!(found, story.paragraphs);
    }
}

#[test]
fn other_shapes_give_their_facts_too() {
    for (page, author, editor, date, credit) in pages::others() {
        let item = read(&[page]);
        let story = &pages::STORIES[0];
        assert_eq!(item["title"], story.title);
        assert_eq!(item["authors"], json!([{ "name": author }]));
        let editors: Value = editor.map_or(Value::Null, |name| json!([{ "name": name, "role": "editor" }]));
        assert_eq!(item["_warta"]["contributors"], editors);
        assert_eq!(item["date_published"], date);
        assert_eq!(item["_warta"]["image_credit"], credit);
        assert_eq!(paragraphs(&item), story.paragraphs);
    }
}

#[test]
fn what_is_no_article_exits_1_with_one_line() {
    let world = World::new("");
    let list =
        format!("<title>Depan</title><h1>Depan</h1><ul>{}</ul>", "<li><a href=/a>Banjir surut di desa</a>".repeat(99));
    let deep = format!("<title>Dalam</title>{}", "<div>".repeat(10_000));
    let large = format!("<title>Besar</title><p>{}", "kata ".repeat(500_000));
    for page in [String::new(), "halo".to_owned(), list, deep, large] {
        let output = run(&world, &[page]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), error.lines().count()), (Some(1), 1), "{error}");
        assert_eq!(output.stdout, b"");
    }
}

#[test]
fn one_bad_page_among_good_ones_is_told_and_the_others_printed() {
    let good = pages::newsroom(&pages::STORIES[0]);
    let output = run(&World::new(""), &["halo".to_owned(), good]);
    assert_eq!(output.status.code(), Some(1));
    let items: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(items[0]["title"], pages::STORIES[0].title);
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("warta: page-0.html: no article: "));
}

#[test]
fn standard_input_has_the_address_that_is_named() {
    let world = World::zoned("Asia/Makassar", "");
    let page = pages::newsroom(&pages::STORIES[0]).replace("rel=\"canonical\"", "rel=\"other\"");
    let mut command = world.command(&["article", "-", "--url", "https://kabar.example/lain"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
    let item: Value = serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(item["url"], "https://kabar.example/lain");
    // The site's zone is that of dates that name none.
    assert_eq!(item["date_published"], "2020-12-17T11:35:00+08:00");
}

#[test]
fn what_cannot_be_asked_for_is_a_usage_error() {
    let world = World::new("");
    for arguments in [
        &["article", "https://kabar.example/a"][..],
        &["article", "-", "-"],
        &["article", "a", "b", "--url", "https://kabar.example/a"],
    ] {
        assert_eq!(world.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(world.run(&["article", "missing.html"]).status.code(), Some(66));
}
