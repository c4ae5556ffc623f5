//! `[publish] static` through the binary: the operator's own files beside warta's.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};

use crate::origin::{Answer, Origin};
use crate::sections::Server;
use crate::world::World;

struct Site {
    world: World,
    _origin: Origin,
}

impl Site {
    fn new() -> Self {
        let origin = Origin::start();
        origin.on("/a.xml", Answer::ok("<rss version=\"2.0\"><channel><title>K</title></channel></rss>"));
        let world = World::new(&format!(
            "[publish]\nstatic = \"berkas\"\n[[section]]\nid = \"nasional\"\nwas = [\"lama\"]\n\
             [[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n",
            origin.url("/a.xml")
        ));
        fs::create_dir(world.file("berkas")).unwrap();
        Self { world, _origin: origin }
    }

    fn lay(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let at = self.world.file("berkas").join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, bytes).unwrap();
    }

    /// Publishes; gives what was written and what was said.
    fn publish(&self) -> (u64, String) {
        let output = self.world.run(&["publish", "--json"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (told["written"].as_u64().unwrap(), said)
    }

    fn is_published(&self, path: &str) -> bool {
        self.world.public().join(path).exists()
    }
}

#[test]
fn files_are_copied_packed_served_and_removed() {
    let site = Site::new();
    site.lay("tentang/index.html", "<h1>Tentang kami</h1>".repeat(100));
    site.lay("foto/logo.png", [0x89; 100_000]);
    site.lay(".well-known/security.txt", "Contact: mailto:redaksi@warta.example\n");
    site.lay("nasional/peta.svg", "<svg/>");
    site.lay(".rahasia", "x");
    site.lay("foto/.DS_Store", "x");
    let (_, said) = site.publish();
    assert_eq!(said, "");
    for path in
        ["tentang/index.html", "tentang/index.html.gz", "tentang/index.html.br", "foto/logo.png", "nasional/peta.svg"]
    {
        assert!(site.is_published(path), "{path}");
    }
    for path in ["foto/logo.png.gz", ".rahasia", "foto/.DS_Store"] {
        assert!(!site.is_published(path), "{path}");
    }
    let server = Server::start(&site.world);
    let (head, body) = server.get("tentang/", "Accept-Encoding: gzip\r\n");
    assert!(
        head.contains("content-type: text/html; charset=utf-8") && head.contains("content-encoding: gzip"),
        "{head}"
    );
    assert_eq!(body, fs::read(site.world.public().join("tentang/index.html.gz")).unwrap());
    let etag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    let (head, _) = server.get("tentang/", &format!("Accept-Encoding: gzip\r\nIf-None-Match: {etag}\r\n"));
    assert!(head.starts_with("HTTP/1.1 304"), "{head}");
    let (head, _) = server.get("foto/logo.png", "Range: bytes=10-19\r\n");
    assert!(head.starts_with("HTTP/1.1 206") && head.contains("content-type: image/png"), "{head}");
    assert_eq!(server.told(".well-known/security.txt"), "200");
    assert_eq!(server.told("tentang"), "301 /tentang/");
    drop(server);

    let before = site.world.tree();
    assert_eq!(site.publish(), (0, String::new()));
    assert_eq!(site.world.tree(), before, "what did not change is not touched");
    fs::remove_file(site.world.file("berkas/foto/logo.png")).unwrap();
    fs::remove_file(site.world.file("berkas/nasional/peta.svg")).unwrap();
    assert_eq!(site.publish(), (0, String::new()));
    assert!(!site.is_published("foto") && !site.is_published("nasional/peta.svg"));
    assert!(site.is_published("nasional/rss.xml") && site.is_published("tentang/index.html"));
}

#[test]
fn a_changed_file_is_noticed_by_length_and_time() {
    let site = Site::new();
    site.lay("a.txt", "satu");
    site.publish();
    let inode = || fs::metadata(site.world.public().join("a.txt")).unwrap().ino();
    let first = inode();
    // The same bytes, written again: read, and found to be the same.
    fs::write(site.world.file("berkas/a.txt"), "satu").unwrap();
    assert_eq!((site.publish().0, inode()), (0, first));
    site.lay("a.txt", "duax");
    assert_eq!(site.publish().0, 1);
    assert_eq!((site.world.published("a.txt").as_str(), inode() == first), ("duax", false));
    // A copy that somebody spoiled is laid there again.
    fs::write(site.world.public().join("a.txt"), "rusak").unwrap();
    assert_eq!(site.publish().0, 1);
    assert_eq!(site.world.published("a.txt"), "duax");
}

#[test]
fn nothing_of_wartas_own_is_ever_overridden() {
    let site = Site::new();
    let own =
        ["index.html", "robots.txt", "style.css", "nasional/rss.xml", "nasional/archive/7.xml", "sitemap-news-9.xml"];
    for path in own.into_iter().chain(["lama/foto.png", "story", "all/index.html.gz"]) {
        site.lay(path, "milik sendiri");
    }
    site.lay("kontak.html", "baik");
    let (_, said) = site.publish();
    for path in own {
        let told = format!("berkas/{path}: it is not published: /{path} is warta's own; ");
        assert!(said.contains(&told), "{path}: {said}");
    }
    assert!(
        said.contains("robots_extra") && said.contains("[site] theme") && said.contains("berkas/lama/foto.png"),
        "{said}"
    );
    assert!(site.world.published("robots.txt").starts_with("User-agent"));
    assert!(
        !site.is_published("nasional/archive") && !site.is_published("story") && !site.is_published("lama/foto.png")
    );
    assert_eq!(site.world.published("kontak.html"), "baik");
    let checked = site.world.run(&["check"]);
    assert_eq!(checked.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&checked.stderr).contains("berkas/robots.txt: warning: it is not published"));
    // All that is published now, laid there as one's own.
    fs::remove_dir_all(site.world.file("berkas")).unwrap();
    fs::create_dir(site.world.file("berkas")).unwrap();
    site.publish();
    for (path, ..) in site.world.tree() {
        let path = path.strip_prefix(site.world.public()).unwrap().to_str().unwrap();
        site.lay(path, "milik sendiri");
    }
    let before = site.world.tree();
    let (written, said) = site.publish();
    assert!(said.contains("more are in trouble; "), "{said}");
    assert_eq!((written, site.world.tree()), (0, before));
    // Two of the operator's own of which one is what warta packs the other as.
    let site = Site::new();
    site.lay("a.css", "a {}");
    site.lay("a.css.gz", "x");
    assert!(site.publish().1.contains("berkas/a.css.gz: it is not published: another file's packed form"));
}

#[test]
fn links_do_not_lead_out_of_the_folder() {
    let site = Site::new();
    site.lay("foto/a.png", "gambar");
    fs::write(site.world.file("rahasia.txt"), "rahasia").unwrap();
    let link = |to: &str, at: &str| symlink(to, site.world.file("berkas").join(at)).unwrap();
    link("../rahasia.txt", "luar.txt");
    link("foto/a.png", "dalam.png");
    link("foto", "folder");
    link("tiada", "kosong.txt");
    let (_, said) = site.publish();
    assert!(said.contains("berkas/luar.txt: it leads out of the folder"), "{said}");
    assert!(
        said.contains("berkas/folder: it leads to a folder") && said.contains("berkas/kosong.txt: it leads nowhere")
    );
    assert_eq!(site.world.published("dalam.png"), "gambar");
    assert!(!site.is_published("luar.txt") && !site.is_published("folder"));
}

#[test]
fn a_folder_or_a_file_that_cannot_be_read_leaves_what_was_published() {
    let site = Site::new();
    site.lay("a.txt", "satu");
    site.publish();
    fs::rename(site.world.file("berkas"), site.world.file("lain")).unwrap();
    let (written, said) = site.publish();
    assert!(said.contains("berkas: the folder of [publish] static cannot be used: No such file"), "{said}");
    assert_eq!((written, site.world.published("a.txt").as_str()), (0, "satu"));
    // Without the setting it goes.
    let text = fs::read_to_string(site.world.file("feeds.toml")).unwrap();
    fs::write(site.world.file("feeds.toml"), text.replace("static = \"berkas\"\n", "")).unwrap();
    assert_eq!(site.publish().1, "");
    assert!(!site.is_published("a.txt"));
}

#[test]
fn a_file_and_a_folder_may_change_places() {
    let site = Site::new();
    site.lay("a", "file");
    site.lay("b/c.txt", "folder");
    site.publish();
    fs::remove_file(site.world.file("berkas/a")).unwrap();
    fs::remove_dir_all(site.world.file("berkas/b")).unwrap();
    site.lay("a/x.txt", "folder");
    site.lay("b", "file");
    assert_eq!(site.publish().1, "");
    assert_eq!((site.world.published("a/x.txt").as_str(), site.world.published("b").as_str()), ("folder", "file"));
}

#[test]
fn a_file_gives_way_to_a_section_that_gets_its_name() {
    let site = Site::new();
    site.lay("about", "tentang kami");
    site.lay("lagi", "satu lagi");
    site.world.json(&["publish", "--json"]);
    assert_eq!(site.world.published("about"), "tentang kami");
    let toml = site.world.file("feeds.toml");
    let text = fs::read_to_string(&toml).unwrap();
    let text = text.replace("was = [\"lama\"]", "was = [\"lama\", \"lagi\"]\n[[section]]\nid = \"about\"");
    fs::write(&toml, text).unwrap();
    let output = site.world.run(&["publish"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("about"), "{said}");
    assert!(site.world.published("about/rss.xml").contains("<channel>"));
    assert!(site.world.published("lagi/index.html").contains("nasional"), "a former id leads on");
    assert_eq!(site.world.json(&["publish", "--json"])["written"], 0);
}

#[test]
fn a_great_many_files_are_bounded_and_the_limits_told() {
    let site = Site::new();
    let deep = (0..20).map(|n| n.to_string()).collect::<Vec<_>>().join("/");
    site.lay(&format!("{deep}/a.txt"), "dalam");
    fs::File::create(site.world.file("berkas/besar.bin")).unwrap().set_len(65 * 1024 * 1024).unwrap();
    let (_, said) = site.publish();
    assert!(said.contains("it lies more than 16 folders deep"), "{said}");
    assert!(said.contains("berkas/besar.bin: it is over 67108864 bytes"), "{said}");
}
