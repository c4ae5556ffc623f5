//! An operator's theme through the binary: what it replaces, and that no mistake in it stops a page or a feed.

use std::fs;

use crate::origin::{Answer, Origin};
use crate::run::Daemon;
use crate::world::World;

/// A site with a theme folder and one feed, which tells `title`.
struct Site {
    world: World,
    origin: Origin,
}

impl Site {
    fn new() -> Self {
        let origin = Origin::start();
        let world = World::new("");
        let head = fs::read_to_string(world.file("feeds.toml")).unwrap();
        let head = head.replacen("[site]\n", "[site]\ntheme = \"tema\"\n", 1);
        let feed = format!(
            "[[section]]\nid = \"nasional\"\n[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n",
            origin.url("/a.xml")
        );
        fs::write(world.file("feeds.toml"), head + &feed).unwrap();
        fs::create_dir(world.file("tema")).unwrap();
        Self { world, origin }
    }

    fn lay(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.world.file("tema").join(name), text).unwrap();
    }

    /// Polls a document with this one title; gives what was said on stderr.
    fn poll(&self, title: &str) -> String {
        let rss = format!(
            "<rss version=\"2.0\"><channel><title>Kabar</title><link>https://kabar.example/</link>\
             <description>x</description><item><title><![CDATA[{title}]]></title>\
             <guid>https://kabar.example/{}</guid></item></channel></rss>",
            title.len()
        );
        self.origin.on("/a.xml", Answer::ok(rss));
        self.said(&["poll", "--force"])
    }

    /// Runs a command that has to succeed; gives what it says on stderr.
    fn said(&self, arguments: &[&str]) -> String {
        let output = self.world.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}");
        said
    }
}

#[test]
fn single_files_are_replaced_and_changes_are_published() {
    let site = Site::new();
    site.lay(
        "section.html",
        "<h1>{{ frame.heading }}</h1>{% include \"kaki.html\" %}{% if lead %}{{ lead.title }}{% endif %}",
    );
    site.lay("kaki.html", "<footer>Redaksi</footer>");
    site.lay("style.css", "h1 { color: teal }\n");
    assert_eq!(site.poll("Satu"), "");
    assert_eq!(site.world.published("nasional/index.html"), "<h1>nasional</h1><footer>Redaksi</footer>Satu");
    assert_eq!(site.world.published("style.css"), "h1 { color: teal }\n");
    assert!(site.world.published("index.html").contains("class=\"masthead"), "the rest is warta's own");
    assert!(site.world.published("favicon.svg").contains("<svg"));
    assert_eq!(site.world.json(&["publish", "--json"])["written"], 0);
    site.lay("kaki.html", "<footer>Kontak</footer>");
    assert_eq!(site.world.json(&["publish", "--json"])["written"], 2, "this section's page and that of all");
    assert!(site.world.published("nasional/index.html").contains("Kontak"));
    fs::remove_file(site.world.file("tema/style.css")).unwrap();
    site.world.json(&["publish", "--json"]);
    assert!(site.world.published("style.css").len() > 1_000);
    let checked = site.said(&["check"]);
    assert_eq!(checked, "");
}

/// A theme file that is wrong, and what is said of it: the page stays, feeds go on, mended it is drawn.
#[track_caller]
fn check(name: &str, text: &[u8], expected: &str) {
    let site = Site::new();
    site.lay("section.html", "baik: {% if lead %}{{ lead.title }}{% endif %}");
    site.poll("Satu");
    assert_eq!(site.world.published("nasional/index.html"), "baik: Satu");
    site.lay(name, text);
    let said = site.poll("Berita kedua");
    assert!(said.contains(expected), "expected {expected}\nsaid {said}");
    assert_eq!(said.matches(expected).count(), 1, "it is told once, however many pages need it: {said}");
    assert_eq!(site.world.published("nasional/index.html"), "baik: Satu", "the last good page stays");
    assert!(site.world.published("nasional/rss.xml").contains("Berita kedua"), "feeds go on");
    assert!(site.said(&["publish"]).contains(expected), "every publish tells it");
    assert!(site.said(&["check"]).contains(&expected.replacen(": ", ": warning: ", 1)), "{}", site.said(&["check"]));
    site.lay("section.html", "baik lagi: {% if lead %}{{ lead.title }}{% endif %}");
    if name != "section.html" {
        fs::remove_file(site.world.file("tema").join(name)).unwrap();
    }
    assert_eq!(site.said(&["publish"]), "");
    assert_eq!(site.world.published("nasional/index.html"), "baik lagi: Berita kedua");
    // Where there never was a good page, warta's own template draws one.
    site.lay(name, text);
    fs::remove_dir_all(site.world.public()).unwrap();
    site.said(&["publish"]);
    let page = site.world.published("nasional/index.html");
    assert!(page.contains("class=\"masthead") && page.contains("Berita kedua"), "{page}");
}

#[test]
fn a_mistake_of_syntax_stops_no_page() {
    check("section.html", b"satu\ndua\n{% if %}", "tema/section.html:3: syntax error (");
}

#[test]
fn a_name_that_no_template_is_given_stops_no_page() {
    check("section.html", b"\n{{ lead.judul.utama }}", "tema/section.html:2: undefined value");
}

#[test]
fn a_missing_part_stops_no_page() {
    check("section.html", b"{% include 'tiada.html' %}", "tema/section.html:1: template not found (");
    check("section.html", b"\n{% extends 'tiada.html' %}", "tema/section.html:2: template not found (");
}

#[test]
fn a_broken_part_is_told_in_its_own_place() {
    let site = Site::new();
    site.lay("section.html", "{% include 'kaki.html' %}");
    site.lay("kaki.html", "\n\n{{ rusak");
    let said = site.poll("Satu");
    assert!(said.contains("tema/kaki.html:3: syntax error") && !said.contains("tema/section.html"), "{said}");
    // Pages that do not need it are drawn all the same.
    site.lay("index.html", "depan");
    site.said(&["publish"]);
    assert_eq!(site.world.published("index.html"), "depan");
    // Another part, which warta's own templates need and cannot use.
    fs::remove_file(site.world.file("tema/section.html")).unwrap();
    fs::remove_file(site.world.file("tema/kaki.html")).unwrap();
    site.lay("parts.html", "kosong");
    let said = site.said(&["publish"]);
    assert!(said.contains("tema: warta's own frame.html does not go with it: "), "{said}");
}

#[test]
fn a_loop_without_end_stops_no_page() {
    let endless = "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}";
    check("section.html", endless.as_bytes(), "tema/section.html:1: the page takes more steps than a page may");
}

#[test]
fn a_template_that_calls_itself_or_grows_stops_no_page() {
    check(
        "section.html",
        b"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "tema/section.html:1: invalid operation (",
    );
    let grows = "{% set x = namespace(v='x') %}{% for a in range(60) %}{% set x.v = x.v ~ x.v %}{% endfor %}";
    check("section.html", grows.as_bytes(), "tema/section.html:1: the page takes more steps than a page may");
}

#[test]
fn a_file_that_cannot_be_read_stops_no_page() {
    check("section.html", &[b'x'; 262_145], "tema/section.html: it is over 262144 bytes");
    check("section.html", b"\xff\xfe", "tema/section.html: it is no UTF-8");
    let site = Site::new();
    site.lay("style.css", "h1 { color: teal }");
    site.poll("Satu");
    site.lay("style.css", b"\xff");
    assert!(site.said(&["publish"]).contains("tema/style.css: it is no UTF-8"));
    assert_eq!(site.world.published("style.css"), "h1 { color: teal }");
    assert!(site.world.published("nasional/index.html").contains("Satu"));
}

#[test]
fn a_folder_that_is_not_there_stops_no_page() {
    let site = Site::new();
    site.lay("section.html", "baik: {% if lead %}{{ lead.title }}{% endif %}");
    site.poll("Satu");
    fs::rename(site.world.file("tema"), site.world.file("lain")).unwrap();
    let said = site.poll("Berita kedua");
    assert!(said.contains("tema: it cannot be read: No such file"), "{said}");
    assert_eq!(site.world.published("nasional/index.html"), "baik: Satu");
    assert!(site.said(&["check"]).contains("tema: warning: it cannot be read"));
}

#[test]
fn what_is_taken_down_goes_from_a_page_that_cannot_be_drawn() {
    let mut site = Site::new();
    site.lay("section.html", "{% if lead %}{{ lead.title }}{% else %}kosong{% endif %}");
    site.poll("Satu");
    site.lay("section.html", "{{ salah");
    site.world.at("2026-11-24T07:05:00Z");
    site.said(&["publish"]);
    assert_eq!(site.world.published("nasional/index.html"), "Satu");
    site.said(&["takedown", "https://kabar.example/4", "--yes"]);
    let page = site.world.published("nasional/index.html");
    assert!(!page.contains("Satu") && page.contains("class=\"masthead"), "{page}");
}

#[test]
fn a_copy_that_is_taken_down_goes_from_a_page_that_cannot_be_drawn() {
    let mut site = Site::new();
    site.lay(
        "section.html",
        "{% if lead %}{{ lead.title }}{% for other in lead.also.reports %} {{ other.url }}{% endfor %}{% endif %}",
    );
    site.poll("Satu");
    let toml = site.world.public().join("../../feeds.toml");
    let text = std::fs::read_to_string(&toml).unwrap();
    let origin = Origin::start();
    origin.on("/salinan.xml", Answer::ok(
        "<rss version=\"2.0\"><channel><title>Salinan</title><link>https://salinan.example/</link><description>d</description>\
         <item><title>Satu</title><link>https://kabar.example/4?utm_source=salinan</link><guid>s</guid></item></channel></rss>",
    ));
    let copy = format!("[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n", origin.url("/salinan.xml"));
    std::fs::write(&toml, format!("{text}\n{copy}")).unwrap();
    site.said(&["poll", "--force"]);
    site.lay("section.html", "{{ salah");
    site.world.at("2026-11-24T07:05:00Z");
    site.said(&["publish"]);
    let named = |site: &Site| site.world.published("nasional/index.html").contains("utm_source=salinan");
    assert!(named(&site), "{}", site.world.published("nasional/index.html"));
    site.said(&["takedown", "https://kabar.example/4?utm_source=salinan", "--yes"]);
    assert!(!named(&site), "{}", site.world.published("nasional/index.html"));
}

#[test]
fn nothing_that_is_filled_in_is_ever_markup() {
    let site = Site::new();
    let escaped = "&lt;script&gt;alert(1)&lt;/script&gt;";
    site.lay(
        "section.html",
        "{% include 'polos.txt.html' %}|{% autoescape false %}{% if lead %}{{ lead.title }}{% endif %}{% endautoescape %}",
    );
    site.lay("polos.txt.html", "{% if lead %}{{ lead.title }}{% endif %}");
    assert_eq!(site.poll(escaped), "");
    assert_eq!(site.world.published("nasional/index.html"), format!("{escaped}|{escaped}"));
    site.lay("section.html", "{{ frame.heading|safe }}");
    assert!(site.said(&["publish"]).contains("tema/section.html:1: unknown filter (filter safe is unknown)"));
    assert_eq!(site.world.published("nasional/index.html"), format!("{escaped}|{escaped}"));
}

#[test]
fn a_daemon_publishes_a_changed_theme_by_itself() {
    let site = Site::new();
    site.lay("section.html", "dulu");
    site.poll("Satu");
    let mut command = site.world.command(&["run"]);
    let daemon = Daemon::start(command.env("WARTA_SERVER__LISTEN", "127.0.0.1:0"), "warta runs");
    site.lay("section.html", "kini, dengan isi lain");
    assert!(daemon.says("published"));
    let began = std::time::Instant::now();
    while site.world.published("nasional/index.html") != "kini, dengan isi lain" {
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "the theme of before stands");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    site.lay("section.html", "{{ salah");
    assert!(daemon.says("tema/section.html:1: syntax error"));
    assert_eq!(daemon.end(), Some(0));
}
