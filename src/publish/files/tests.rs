use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;

use tempfile::TempDir;

use super::*;
use crate::model::{EditionSection, is_published_path};

const HTML: &str = "text/html; charset=utf-8";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_800_000_000_000 + seconds * 1_000)
}

fn file(path: &str, text: &str) -> NewFile {
    let media_type = if path.ends_with(".png") { "image/png" } else { HTML };
    NewFile { path: path.into(), media_type: media_type.into(), bytes: text.into(), noindex: false }
}

fn edition(revision: i64) -> Edition {
    let section = EditionSection { id: "a".into(), revision, items: 1, changed: at(revision), left_out: vec![] };
    Edition { store: "s".into(), look: "l".into(), sections: vec![section], ..Edition::default() }
}

fn open(dir: &TempDir) -> Folder {
    Folder::open_within(&dir.path().join("public"), Duration::ZERO).unwrap()
}

fn publish(folder: &mut Folder, revision: i64, drawn: &[(&str, &str)], keep: &[&str]) -> Result<Written, Error> {
    let drawn = drawn.iter().map(|(path, text)| file(path, text)).collect();
    folder.stage(drawn, at(revision))?;
    folder.publish(|path| keep.contains(&path), edition(revision))
}

/// Every file under the folder with its bytes, but for the lock.
fn tree(dir: &TempDir) -> BTreeMap<String, Vec<u8>> {
    let root = dir.path().join("public");
    let mut found = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = entry.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            if entry.is_symlink() {
                found.insert(name, vec![]);
            } else if entry.is_dir() {
                found.insert(format!("{name}/"), vec![]);
                folders.push(entry);
            } else if name != "publish.lock" {
                found.insert(name, fs::read(&entry).unwrap());
            }
        }
    }
    found
}

/// Inode and time of a file: both stay where it is not touched.
fn mark(dir: &TempDir, path: &str) -> (u64, i64, i64) {
    let there = fs::metadata(dir.path().join("public").join(path)).unwrap();
    (there.ino(), there.mtime(), there.mtime_nsec())
}

/// That the folder holds the files its edition names, with those bytes, and no others.
fn assert_whole(dir: &TempDir) {
    let tree = tree(dir);
    let edition = read_edition(&dir.path().join("public")).unwrap();
    let rows = edition.as_ref().map_or(&[][..], |edition| &edition.files);
    for row in rows {
        let bytes = tree.get(&row.path).unwrap_or_else(|| panic!("{} is missing", row.path));
        assert_eq!(<[u8; 32]>::from(Sha256::digest(bytes)), row.sha256, "{}", row.path);
    }
    let files: Vec<&String> = tree.keys().filter(|path| !path.ends_with('/') && *path != EDITION_FILE).collect();
    assert_eq!(files, rows.iter().map(|row| &row.path).collect::<Vec<_>>());
}

#[test]
fn a_text_is_published_with_its_packed_forms_and_a_picture_alone() {
    let dir = TempDir::new().unwrap();
    let written = publish(&mut open(&dir), 1, &[("a/index.html", "hello"), ("p.png", "picture")], &[]).unwrap();
    assert_eq!(written, Written { written: 2, ..Written::default() });
    let paths: Vec<String> = tree(&dir).into_keys().collect();
    assert_eq!(paths, [".edition", "a/", "a/index.html", "a/index.html.br", "a/index.html.gz", "p.png"]);
    assert_whole(&dir);
}

#[test]
fn publishing_twice_touches_nothing() {
    let dir = TempDir::new().unwrap();
    publish(&mut open(&dir), 1, &[("index.html", "hello")], &[]).unwrap();
    let before = ["index.html", "index.html.br", ".edition"].map(|path| mark(&dir, path));
    let mut folder = open(&dir);
    let written = publish(&mut folder, 1, &[("index.html", "hello")], &[]).unwrap();
    assert_eq!(written, Written { unchanged: 1, ..Written::default() });
    assert_eq!(folder.disk.steps(), 0);
    assert_eq!(["index.html", "index.html.br", ".edition"].map(|path| mark(&dir, path)), before);
}

#[test]
fn unchanged_bytes_keep_their_file_and_their_time() {
    let dir = TempDir::new().unwrap();
    publish(&mut open(&dir), 1, &[("a.html", "a"), ("b.html", "b")], &[]).unwrap();
    let before = mark(&dir, "a.html");
    let written = publish(&mut open(&dir), 2, &[("a.html", "a"), ("b.html", "b2")], &[]).unwrap();
    assert_eq!(written, Written { written: 1, unchanged: 1, removed: 0 });
    assert_eq!(mark(&dir, "a.html"), before);
    let edition = open(&dir).edition().cloned().unwrap();
    let changed = |path: &str| edition.files.iter().find(|row| row.path == path).unwrap().changed;
    assert_eq!((changed("a.html.gz"), changed("b.html.gz")), (at(1), at(2)));
    assert_whole(&dir);
}

#[test]
fn what_is_neither_drawn_nor_kept_is_removed_with_its_folders() {
    let dir = TempDir::new().unwrap();
    publish(&mut open(&dir), 1, &[("a/b/x.html", "x"), ("c/y.html", "y"), ("z.html", "z")], &[]).unwrap();
    fs::write(dir.path().join("public/c/theirs.txt"), "theirs").unwrap();
    let written = publish(&mut open(&dir), 2, &[], &["z.html"]).unwrap();
    assert_eq!(written, Written { written: 0, unchanged: 1, removed: 2 });
    let paths: Vec<String> = tree(&dir).into_keys().collect();
    assert_eq!(paths, [".edition", "c/", "c/theirs.txt", "z.html", "z.html.br", "z.html.gz"]);
}

#[test]
fn a_changed_media_type_is_noted_without_touching_the_bytes() {
    let dir = TempDir::new().unwrap();
    publish(&mut open(&dir), 1, &[("a.html", "a")], &[]).unwrap();
    let before = mark(&dir, "a.html");
    let as_png = NewFile { media_type: "image/png".into(), ..file("a.html", "a") };
    let mut folder = open(&dir);
    folder.stage(vec![as_png], at(9)).unwrap();
    folder.publish(|_| false, edition(1)).unwrap();
    drop(folder);
    assert_eq!(mark(&dir, "a.html"), before);
    assert_eq!(tree(&dir).into_keys().collect::<Vec<_>>(), [".edition", "a.html"]);
    assert_whole(&dir);
}

#[test]
fn a_foreign_file_link_or_folder_in_the_way_is_refused_and_nothing_is_touched() {
    let check = |path: &str, put: fn(&Path)| {
        let dir = TempDir::new().unwrap();
        let there = dir.path().join("public").join(path);
        fs::create_dir_all(there.parent().unwrap()).unwrap();
        put(&there);
        let before = tree(&dir);
        let result = publish(&mut open(&dir), 1, &[("other.html", "new"), ("a/index.html", "new")], &[]);
        assert!(matches!(&result, Err(Error::Foreign { path }) if *path == there), "{path}: {result:?}");
        assert_eq!(tree(&dir), before);
    };
    check("a/index.html", |there| fs::write(there, "theirs").unwrap());
    check("a/index.html.gz", |there| fs::write(there, "theirs").unwrap());
    check("a/index.html", |there| std::os::unix::fs::symlink("/etc/passwd", there).unwrap());
    check("a/index.html", |there| fs::create_dir(there).unwrap());
    check("a", |there| std::os::unix::fs::symlink("/tmp", there).unwrap());
}

#[test]
fn a_path_out_of_the_folder_or_drawn_twice_is_refused() {
    let check = |drawn: &[(&str, &str)]| {
        let dir = TempDir::new().unwrap();
        assert!(matches!(publish(&mut open(&dir), 1, drawn, &[]), Err(Error::Path { .. })), "{drawn:?}");
        assert!(tree(&dir).is_empty());
    };
    check(&[("../a.html", "")]);
    check(&[("/etc/a.html", "")]);
    check(&[(".edition", "")]);
    check(&[("publish.lock", "")]);
    check(&[("a.html", ""), ("a.html", "")]);
    check(&[("a.html", ""), ("a.html.gz", "")]);
}

#[test]
fn two_publishers_exclude_each_other() {
    let dir = TempDir::new().unwrap();
    let folder = open(&dir);
    let second = Folder::open_within(&dir.path().join("public"), Duration::ZERO);
    assert!(matches!(second, Err(Error::Busy { pid: Some(pid), .. }) if pid == std::process::id()), "{second:?}");
    drop(folder);
    open(&dir);
}

#[test]
fn a_damaged_edition_file_is_refused_by_name() {
    let dir = TempDir::new().unwrap();
    publish(&mut open(&dir), 1, &[("a.html", "a")], &[]).unwrap();
    fs::write(dir.path().join("public/.edition"), "warta-edition\t1\nfile\t").unwrap();
    let result = Folder::open_within(&dir.path().join("public"), Duration::ZERO);
    assert!(matches!(result, Err(Error::Unreadable { why: NotAnEdition::CutShort, .. })), "{result:?}");
}

#[test]
fn a_file_that_was_lost_is_drawn_anew() {
    for lost in ["a.html", "a.html.br"] {
        let dir = TempDir::new().unwrap();
        publish(&mut open(&dir), 1, &[("a.html", "a"), ("b.html", "b")], &[]).unwrap();
        fs::remove_file(dir.path().join("public").join(lost)).unwrap();
        let mut folder = open(&dir);
        assert_eq!(folder.edition().unwrap().look, "");
        let written = publish(&mut folder, 1, &[("a.html", "a"), ("b.html", "b")], &[]).unwrap();
        assert_eq!(written, Written { written: 1, unchanged: 1, removed: 0 });
        assert_whole(&dir);
    }
}

const OLD: &[(&str, &str)] = &[("a/x.html", "old x"), ("gone/y.html", "old y"), ("same.html", "same"), ("p.png", "1")];
const NEW: &[(&str, &str)] = &[("a/x.html", "new x"), ("b/c/z.html", "new z"), ("same.html", "same"), ("p.png", "2")];

/// Publishes `OLD`, is killed `steps` steps into publishing `NEW`, and again `more` steps into the repair.
/// Whether it was killed at all.
fn killed(dir: &TempDir, before: &[(&str, &str)], steps: u64, more: u64) -> bool {
    if !before.is_empty() {
        publish(&mut open(dir), 1, before, &[]).unwrap();
    }
    let mut folder = open(dir);
    folder.disk.stop_after(steps);
    // One by one, so that the list of what lies beside grows.
    let staged = NEW.iter().try_for_each(|(path, text)| folder.stage(vec![file(path, text)], at(2)));
    let was_killed = staged.and_then(|()| folder.publish(|_| false, edition(2))).is_err();
    drop(folder);
    let mut disk = Disk::new(dir.path().join("public"));
    disk.stop_after(more);
    let _ = recover::recover(&disk);
    was_killed
}

#[test]
fn what_lies_beside_and_was_never_published_is_taken_back() {
    let dir = TempDir::new().unwrap();
    publish(&mut open(&dir), 1, OLD, &[]).unwrap();
    let before = tree(&dir);
    let mut folder = open(&dir);
    folder.stage(vec![file("b/c/z.html", "new z")], at(2)).unwrap();
    folder.stage(vec![file("a/x.html", "new x")], at(2)).unwrap();
    drop(folder);
    assert_eq!(tree(&dir), before, "a publisher that gives up leaves nothing");
    let mut folder = open(&dir);
    folder.stage(vec![file("b/c/z.html", "new z")], at(2)).unwrap();
    folder.stage(vec![file("a/x.html", "new x")], at(2)).unwrap();
    folder.disk.stop_after(0);
    drop(folder);
    assert!(tree(&dir).contains_key("b/c/.z.html.new") && tree(&dir).contains_key(".edition.staged"));
    // The list of a killed publisher, or of a hostile neighbour, reaches nothing else.
    let mut list = fs::read(dir.path().join("public/.edition.staged")).unwrap();
    list.extend(b"../outside\n\xFF\xFE\na/x.ht");
    fs::write(dir.path().join("public/.edition.staged"), list).unwrap();
    fs::write(dir.path().join(".outside.new"), "theirs").unwrap();
    drop(open(&dir));
    assert_eq!(tree(&dir), before);
    assert!(dir.path().join(".outside.new").exists());
}

#[test]
fn a_publisher_killed_at_any_step_leaves_the_old_edition_or_the_new_one() {
    for before in [OLD, &[]] {
        let (mut olds, mut news) = (0, 0);
        for steps in 0.. {
            let dir = TempDir::new().unwrap();
            let was_killed = killed(&dir, before, steps, u64::MAX);
            let folder = open(&dir);
            match folder.edition().map_or(1, |edition| edition.sections[0].revision) {
                1 => olds += 1,
                _ => news += 1,
            }
            drop(folder);
            assert_whole(&dir);
            if !was_killed {
                assert!(steps > 10, "the publisher was killed {steps} times only");
                break;
            }
        }
        assert!(olds > 5 && news > 5, "{olds} ended with the old edition, {news} with the new one");
    }
}

#[test]
fn a_repair_killed_at_any_step_is_repaired_by_the_next_one() {
    for steps in 0..40 {
        for more in [0, 1, 2, 4, 7] {
            let dir = TempDir::new().unwrap();
            killed(&dir, OLD, steps, more);
            let mut folder = open(&dir);
            assert_whole(&dir);
            publish(&mut folder, 3, &[("a/x.html", "third")], &["same.html"]).unwrap();
            assert_whole(&dir);
        }
    }
}

#[test]
fn bytes_that_the_disk_lost_after_renaming_began_are_written_anew() {
    let dir = TempDir::new().unwrap();
    publish(&mut open(&dir), 1, OLD, &[]).unwrap();
    let public = dir.path().join("public");
    let mut next = read_edition(&public).unwrap().unwrap();
    next.files[0].sha256 = [9; 32];
    next.files[1].sha256 = Sha256::digest(b"half").into();
    next.files[1].length = 4;
    let renamed = next.files[1].path.clone();
    fs::write(public.join(".edition.next"), next.to_text()).unwrap();
    fs::write(public.join(&renamed), "half").unwrap();
    let mut folder = open(&dir);
    assert_eq!(folder.edition().unwrap().look, "");
    assert_eq!(publish(&mut folder, 2, OLD, &[]).unwrap(), Written { written: 1, unchanged: 3, removed: 0 });
    assert_whole(&dir);
}

#[test]
fn nothing_that_is_written_beside_can_be_published() {
    let disk = Disk::new(PathBuf::from("/public"));
    let check = |path: &str, beside: &str| {
        let there = disk.beside(path);
        assert_eq!(there, Path::new(beside));
        assert!(!is_published_path(there.strip_prefix("/public").unwrap().to_str().unwrap()));
    };
    check("a/index.html", "/public/a/.index.html.new");
    check("index.html", "/public/.index.html.new");
}
