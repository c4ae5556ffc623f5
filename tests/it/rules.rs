//! `[[rule]]` through the binary: where an item goes, what is said of it, and what comes back when a rule is mended.

use std::fs;

use serde_json::Value;

use crate::origin::{Answer, Origin};
use crate::run::Daemon;
use crate::world::World;

/// Feed /a in "nasional"; sections "dunia" and "arsip" (not in all) take what rules bring. `rules` stands behind them.
fn world(origin: &Origin, rules: &str) -> World {
    World::new(&format!(
        "[publish]\nfirst_batch = 1000\n[sitemap]\nhosts = [\"kabar.example\"]\n\
         [[section]]\nid = \"nasional\"\n[[section]]\nid = \"dunia\"\n[[section]]\nid = \"arsip\"\nin_all = false\n\
         [[feed]]\nurl = \"{}\"\nsection = \"nasional\"\noutlet = \"Kabar\"\n\
         [[feed]]\nurl = \"{}\"\nsection = \"dunia\"\noutlet = \"Lain\"\n# rules\n{rules}",
        origin.url("/a"),
        origin.url("/b")
    ))
}

/// Puts other rules in the place of those that stand in feeds.toml.
fn mend(world: &World, rules: &str) {
    let path = world.file("feeds.toml");
    let text = fs::read_to_string(&path).unwrap();
    let (head, _) = text.split_once("# rules\n").unwrap();
    fs::write(path, format!("{head}# rules\n{rules}")).unwrap();
}

/// A document with items of these titles; the number of each is its id and part of its address.
fn rss(outlet: &str, titles: &[(u32, &str)]) -> String {
    let item = |(n, title): &(u32, &str)| {
        format!(
            "<item><title>{title}</title><link>https://kabar.example/{n}</link><guid isPermaLink=\"false\">{outlet}-{n}\
             </guid><pubDate>Tue, 24 Nov 2026 {:02}:00:00 +0700</pubDate><description>Isi {title}</description></item>",
            n % 24
        )
    };
    let items: String = titles.iter().rev().map(item).collect();
    format!(
        "<rss version=\"2.0\"><channel><title>{outlet}</title><link>https://{outlet}.example/</link>\
         <description>{outlet}</description>{items}</channel></rss>"
    )
}

fn poll(world: &World, origin: &Origin, path: &str, titles: &[(u32, &str)]) -> Value {
    origin.on(path, Answer::ok(rss(&path[1..], titles)));
    world.json(&["poll", "--json", &origin.url(path)])
}

/// The items of a section's JSON Feed.
fn items(world: &World, section: &str) -> Vec<Value> {
    let feed: Value = serde_json::from_str(&world.published(&format!("{section}/feed.json"))).unwrap();
    feed["items"].as_array().unwrap().clone()
}

/// Titles of a section, sorted.
fn titles(world: &World, section: &str) -> Vec<String> {
    let mut titles: Vec<String> =
        items(world, section).iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}

#[track_caller]
fn check(world: &World, expected: [&[&str]; 4]) {
    for (section, expected) in ["nasional", "dunia", "arsip", "all"].into_iter().zip(expected) {
        assert_eq!(titles(world, section), expected, "{section}");
    }
}

/// Standard output of a command that succeeds.
fn said(world: &World, arguments: &[&str]) -> String {
    let output = world.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The trail lines of a report by its title, of this kind.
fn trail(world: &World, title: &str) -> Vec<String> {
    let database = rusqlite::Connection::open(world.file("data/warta.db")).unwrap();
    let sql = "SELECT t.text FROM trail t JOIN reports r ON r.id = t.report
               WHERE r.title = ?1 AND t.kind = 'rule' ORDER BY t.n";
    let mut statement = database.prepare(sql).unwrap();
    statement.query_map([title], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

const ALL: &[(u32, &str)] = &[(1, "Gempa"), (2, "Iklan sabun"), (3, "Banjir"), (4, "Cuaca - Kabar")];

#[test]
fn items_are_added_moved_rewritten_and_dropped_when_they_come() {
    let origin = Origin::start();
    let world = world(
        &origin,
        r#"
[[rule]]
name = "iklan"
when = { title = "^iklan" }
then = "drop"
[[rule]]
name = "gempa"
when = { title = "gempa" }
then = { add_to = ["dunia"], tag = ["bencana"] }
[[rule]]
name = "banjir"
when = { title = "banjir" }
then = { move_to = ["arsip"] }
[[rule]]
name = "ekor"
when = { feed = "/a$" }
then = { rewrite = { field = "title", find = " - kabar$", with = "" } }
"#,
    );
    let told = poll(&world, &origin, "/a", ALL);
    assert_eq!((&told["items"]["new"], &told["items"]["dropped"]), (&4.into(), &1.into()), "{told}");
    check(&world, [&["Cuaca", "Gempa"], &["Gempa"], &["Banjir"], &["Cuaca", "Gempa"]]);
    let gempa = items(&world, "dunia").remove(0);
    assert_eq!(gempa["tags"], serde_json::json!(["bencana"]), "{gempa}");
    let line = fs::read_to_string(world.file("feeds.toml")).unwrap().lines().position(|line| line == "[[rule]]");
    let place = format!("./feeds.toml:{}", line.unwrap() + 1);
    assert_eq!(trail(&world, "Iklan sabun"), [format!("rule \"iklan\" ({place}) dropped it")]);
    for (path, ..) in world.tree() {
        let text = fs::read(&path).unwrap();
        assert!(!String::from_utf8_lossy(&text).contains("Iklan sabun"), "{}", path.display());
    }
    let status = world.json(&["status", "--json"]);
    assert_eq!(status["feeds"][0]["items"], 4, "what is dropped is stored");
    let rows = status["outputs"].as_array().unwrap().iter().find(|row| row["output"] == "nasional").unwrap();
    assert_eq!(rows["left_out"], serde_json::json!([{"reason": "rule", "items": 1}]), "{rows}");
    let before = world.tree();
    let again = poll(&world, &origin, "/a", ALL);
    assert_eq!((&again["items"]["new"], &again["items"]["changed"]), (&0.into(), &0.into()), "{again}");
    assert_eq!(world.tree(), before, "the same document changes nothing");
}

#[test]
fn a_mended_rule_brings_back_what_it_dropped_under_its_id() {
    let origin = Origin::start();
    let mut world = world(&origin, "[[rule]]\nname = \"x\"\nwhen = { title = \"gempa\" }\nthen = \"drop\"\n");
    poll(&world, &origin, "/a", ALL);
    world.at("2026-11-24T07:10:00Z");
    // Another outlet tells the same article; what is dropped is nothing to fold into.
    let told = poll(&world, &origin, "/b", &[(3, "Banjir"), (9, "Lain")]);
    assert_eq!(told["items"]["duplicates"], 1, "{told}");
    let dropped = ["Banjir", "Cuaca - Kabar", "Iklan sabun"];
    check(&world, [&dropped, &["Banjir", "Lain"], &[], &["Banjir", "Cuaca - Kabar", "Iklan sabun", "Lain"]]);

    mend(&world, "[[rule]]\nname = \"x\"\nwhen = { title = \"banjir\" }\nthen = \"drop\"\n");
    let tree = world.tree();
    let test = said(&world, &["rules", "test"]);
    assert_eq!(world.tree(), tree, "a test changes nothing");
    assert_eq!(
        test,
        "https://kabar.example/1 (Gempa)\n  dropped no longer\n  by no rule any more\n\
         https://kabar.example/3 (Banjir)\n  dropped\n  by \"x\" (./feeds.toml:32)\n\
         https://kabar.example/3 (Banjir)\n  dropped\n  by \"x\" (./feeds.toml:32)\n"
            .replace(":32", &format!(":{}", line_of_first_rule(&world)))
    );
    assert_eq!(said(&world, &["rules", "apply"]), test);
    let shown = ["Cuaca - Kabar", "Gempa", "Iklan sabun"];
    check(&world, [&shown, &["Lain"], &[], &["Cuaca - Kabar", "Gempa", "Iklan sabun", "Lain"]]);
    let gempa = items(&world, "nasional").into_iter().find(|item| item["title"] == "Gempa").unwrap();
    assert_eq!(said(&world, &["rules", "test"]), "", "what was applied changes nothing more");

    mend(&world, "[[rule]]\nname = \"x\"\nwhen = { title = \"gempa\" }\nthen = \"drop\"\n");
    said(&world, &["rules", "apply"]);
    check(&world, [&dropped, &["Banjir", "Lain"], &[], &["Banjir", "Cuaca - Kabar", "Iklan sabun", "Lain"]]);
    mend(&world, "");
    said(&world, &["rules", "apply"]);
    let back = items(&world, "nasional").into_iter().find(|item| item["title"] == "Gempa").unwrap();
    assert_eq!(back, gempa, "the same item under the same id");
}

fn line_of_first_rule(world: &World) -> usize {
    let text = fs::read_to_string(world.file("feeds.toml")).unwrap();
    text.lines().position(|line| line == "[[rule]]").unwrap() + 1
}

#[test]
fn applied_rules_move_and_rewrite_what_is_stored_and_take_it_back() {
    let origin = Origin::start();
    let world = world(&origin, "");
    poll(&world, &origin, "/a", ALL);
    let all = ["Banjir", "Cuaca - Kabar", "Gempa", "Iklan sabun"];
    check(&world, [&all, &[], &[], &all]);
    let before = texts(&world);
    mend(
        &world,
        "[[rule]]\nname = \"a\"\nwhen = { title = \"banjir\" }\nthen = { move_to = [\"arsip\"] }\n\
         [[rule]]\nname = \"b\"\nwhen = { title = \"gempa\" }\nthen = { add_to = [\"dunia\"], leave_out = [\"all\"] }\n\
         [[rule]]\nname = \"c\"\nwhen = { title = \"cuaca\" }\n\
         then = { rewrite = { field = \"text\", find = \"isi\", with = \"<b>\" }, tag = [\"x\"] }\n",
    );
    let test = said(&world, &["rules", "test", "--since", "1d"]);
    assert_eq!(said(&world, &["rules", "apply", "--since", "1d"]), test);
    check(
        &world,
        [&["Cuaca - Kabar", "Gempa", "Iklan sabun"], &["Gempa"], &["Banjir"], &["Cuaca - Kabar", "Iklan sabun"]],
    );
    let item = items(&world, "nasional").into_iter().find(|item| item["title"] == "Cuaca - Kabar").unwrap();
    assert_eq!(item["tags"], serde_json::json!(["x"]), "{item}");
    assert!(item.to_string().contains("<b> Cuaca") || item.to_string().contains("&lt;b&gt; Cuaca"), "{item}");
    mend(&world, "");
    said(&world, &["rules", "apply"]);
    assert_eq!(texts(&world), before, "without the rules everything is as it was");
}

/// Every published text but the list of files, by its path.
fn texts(world: &World) -> Vec<(String, String)> {
    let text = |(path, ..): (std::path::PathBuf, u64, std::time::SystemTime)| {
        let name = path.strip_prefix(world.public()).unwrap().to_string_lossy().into_owned();
        let is_text = name != ".edition" && !name.ends_with(".gz") && !name.ends_with(".br");
        is_text.then(|| (name, fs::read_to_string(path).unwrap()))
    };
    world.tree().into_iter().filter_map(text).collect()
}

#[test]
fn outputs_leave_out_what_rules_say() {
    let origin = Origin::start();
    let world = world(
        &origin,
        "[[rule]]\nname = \"peta\"\nwhen = { title = \"gempa\" }\nthen = { leave_out = [\"sitemap-news\"] }\n\
         [[rule]]\nname = \"muka\"\nwhen = { title = \"banjir\" }\nthen = { leave_out = [\"index\"] }\n",
    );
    poll(&world, &origin, "/a", ALL);
    let (map, index) = (world.published("sitemap-news.xml"), world.published("index.html"));
    assert!(!map.contains("kabar.example/1<") && map.contains("kabar.example/3<"), "{map}");
    assert!(index.contains("Gempa") && !index.contains("Banjir"), "{index}");
    assert!(titles(&world, "nasional").len() == 4);
    let told = world.json(&["publish", "--json"]);
    let rows = told["left_out"].as_array().unwrap();
    assert!(
        rows.iter().any(|row| row["output"] == "sitemap-news" && row["reason"] == "rule" && row["items"] == 1),
        "{told}"
    );
}

#[test]
fn a_listed_rule_of_a_section_drops_for_that_section_alone() {
    let origin = Origin::start();
    let world = world(
        &origin,
        "[[rule]]\nname = \"iklan\"\nscope = \"listed\"\nwhen = { title = \"iklan\" }\nthen = \"drop\"\n",
    );
    let path = world.file("feeds.toml");
    let text = fs::read_to_string(&path).unwrap();
    let text = text.replace("id = \"nasional\"\n", "id = \"nasional\"\nrules = [\"iklan\"]\n");
    fs::write(&path, text.replace("section = \"nasional\"", "section = [\"nasional\", \"arsip\"]")).unwrap();
    poll(&world, &origin, "/a", ALL);
    let rest = ["Banjir", "Cuaca - Kabar", "Gempa"];
    let all = ["Banjir", "Cuaca - Kabar", "Gempa", "Iklan sabun"];
    check(&world, [&rest, &[], &all, &rest]);
}

#[test]
fn what_comes_back_is_told_with_who_told_it_meanwhile() {
    let origin = Origin::start();
    let mut world = world(&origin, "[[rule]]\nname = \"x\"\nwhen = { feed = \"/a$\" }\nthen = \"drop\"\n");
    poll(&world, &origin, "/a", &[(1, "Gempa")]);
    world.at("2026-11-24T07:10:00Z");
    let told = poll(&world, &origin, "/b", &[(1, "Gempa")]);
    assert_eq!((&told["items"]["new"], &told["items"]["duplicates"]), (&1.into(), &0.into()), "{told}");
    let before = items(&world, "dunia").remove(0);
    assert!(!before.to_string().contains("Kabar"), "{before}");
    mend(&world, "");
    said(&world, &["rules", "apply"]);
    check(&world, [&["Gempa"], &["Gempa"], &[], &["Gempa"]]);
    let after = items(&world, "all").remove(0);
    assert_eq!(after["id"], before["id"], "the published id stays, whoever leads");
    assert_eq!(after["_warta"]["story"]["outlets"], 2, "{after}");
}

#[test]
fn what_rules_brought_into_a_section_goes_into_all_with_it() {
    let origin = Origin::start();
    let world =
        world(&origin, "[[rule]]\nname = \"x\"\nwhen = { title = \"gempa\" }\nthen = { move_to = [\"arsip\"] }\n");
    poll(&world, &origin, "/a", &[(1, "Gempa"), (3, "Banjir")]);
    check(&world, [&["Banjir"], &[], &["Gempa"], &["Banjir"]]);
    let path = world.file("feeds.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("in_all = false\n", "")).unwrap();
    said(&world, &["publish"]);
    check(&world, [&["Banjir"], &[], &["Gempa"], &["Banjir", "Gempa"]]);
    fs::write(&path, text).unwrap();
    said(&world, &["publish"]);
    check(&world, [&["Banjir"], &[], &["Gempa"], &["Banjir"]]);
}

#[test]
fn a_takedown_and_a_drop_each_undo_their_own() {
    let origin = Origin::start();
    let world = world(&origin, "");
    poll(&world, &origin, "/a", &[(1, "Gempa"), (3, "Banjir")]);
    let before = texts(&world);
    said(&world, &["takedown", "https://kabar.example/1"]);
    mend(&world, "[[rule]]\nname = \"x\"\nwhen = { title = \"gempa\" }\nthen = \"drop\"\n");
    said(&world, &["rules", "apply"]);
    said(&world, &["takedown", "--undo", "https://kabar.example/1"]);
    check(&world, [&["Banjir"], &[], &[], &["Banjir"]]);
    said(&world, &["takedown", "https://kabar.example/1"]);
    mend(&world, "");
    said(&world, &["rules", "apply"]);
    check(&world, [&["Banjir"], &[], &[], &["Banjir"]]);
    said(&world, &["takedown", "--undo", "https://kabar.example/1"]);
    assert_eq!(texts(&world), before, "both are undone");
}

#[test]
fn a_running_daemon_publishes_what_was_applied_beside_it() {
    let origin = Origin::start();
    let world = world(&origin, "");
    let toml = world.file("feeds.toml");
    let text = fs::read_to_string(&toml).unwrap();
    fs::write(&toml, text.replace("# rules\n", "[server]\nlisten = \"127.0.0.1:0\"\n# rules\n")).unwrap();
    origin.on("/a", Answer::ok(rss("a", &[(1, "Gempa"), (3, "Banjir")])));
    origin.on("/b", Answer::ok(rss("b", &[(9, "Lain")])));
    world.json(&["poll", "--json"]);
    let before = texts(&world);
    let daemon = Daemon::start(&mut world.command(&["run"]), "warta runs");
    for rules in ["[[rule]]\nname = \"x\"\nwhen = { title = \"gempa\" }\nthen = \"drop\"\n", ""] {
        mend(&world, rules);
        let output = world.run(&["rules", "apply"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && told.contains("the running warta publishes it"), "{told}");
        assert!(daemon.says("published"));
        let is_shown = texts(&world).iter().any(|(_, text)| text.contains("Gempa"));
        assert_eq!(is_shown, rules.is_empty());
    }
    assert_eq!(texts(&world), before);
    // A section that it does not know yet is nothing to put items into.
    mend(
        &world,
        "[[section]]\nid = \"baru\"\n[[rule]]\nname = \"x\"\nwhen = { title = \"gempa\" }\nthen = { add_to = [\"baru\"] }\n",
    );
    let output = world.run(&["rules", "apply"]);
    assert_eq!(output.status.code(), Some(75));
    assert!(String::from_utf8_lossy(&output.stderr).contains("section `baru`"));
    assert_eq!(daemon.end(), Some(0));
}
