use proptest::prelude::*;

use super::*;

fn sample() -> Edition {
    let changed = Timestamp::from_unix_millis_at(1_795_500_000_123, 7 * 3600);
    Edition {
        store: "s1".into(),
        look: "abc".into(),
        base_url: "https://warta.example/".into(),
        hub_url: "https://warta.example/hub".into(),
        sections: vec![EditionSection {
            id: "nasional".into(),
            revision: 42,
            items: 50,
            changed,
            left_out: vec![("first_batch".into(), 3), ("no_date".into(), 1)],
        }],
        files: vec![EditionFile {
            path: "nasional/rss.xml.gz".into(),
            length: 17,
            sha256: [0xa7; 32],
            media_type: "application/rss+xml; charset=utf-8".into(),
            coding: Coding::Gzip,
            changed,
            noindex: true,
        }],
        redirects: vec![Redirect { from: "lama/".into(), to: "nasional/".into() }],
        gone: vec![
            Gone { path: "mati/".into(), up_to: None },
            Gone { path: "nasional/archive/".into(), up_to: Some(7) },
        ],
    }
}

#[test]
fn an_edition_reads_back_as_it_was_written() {
    assert_eq!(Edition::parse(&sample().to_text()), Ok(sample()));
    assert_eq!(Edition::parse(&Edition::default().to_text()), Ok(Edition::default()));
}

#[test]
fn a_time_keeps_its_offset_and_its_milliseconds() {
    let read = Edition::parse(&sample().to_text()).unwrap().files[0].changed;
    assert_eq!((read.unix_millis(), read.offset_seconds()), (1_795_500_000_123, 25_200));
}

#[test]
fn every_cut_is_noticed() {
    let text = sample().to_text();
    for end in 0..text.len() {
        assert!(Edition::parse(&text[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn what_is_no_edition_is_refused() {
    let text = sample().to_text();
    let check = |text: &str, expected| assert_eq!(Edition::parse(text), Err(expected), "{text}");
    check("", NotAnEdition::Version);
    check(&text.replace("edition\t1", "edition\t2"), NotAnEdition::Version);
    check(&text.replace("\t17\t", "\tmany\t"), NotAnEdition::Line(7));
    check(&text.replace("a7a7", "a7g7"), NotAnEdition::Line(7));
    check(&text.replace("nasional/rss", "../rss"), NotAnEdition::Line(7));
    check(&text.replace("gone\t", "lost\t"), NotAnEdition::Line(9));
    check(&text.replace("end\t9", "end\t8"), NotAnEdition::CutShort);
    check(&format!("{text}end\t9\n"), NotAnEdition::CutShort);
    check(&format!("{HEAD}\n{}", "x".repeat(MAX_EDITION_BYTES)), NotAnEdition::TooLong);
}

#[test]
fn only_paths_inside_the_folder_are_published() {
    let check = |path: &str, expected| assert_eq!(is_published_path(path), expected, "{path:?}");
    check("index.html", true);
    check("nasional/archive/1.xml", true);
    check("a b/é.html", true);
    check(".well-known/security.txt", true);
    check(".well-known/a/.b", false);
    check(".well-known/", false);
    check(".well-known", false);
    check("a/.well-known/b", false);
    for bad in ["", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", ".edition", "a/.b", "publish.lock", "a\\b"] {
        check(bad, false);
    }
    check("a\0", false);
    check("a\nb", false);
    check(&"a".repeat(201), false);
    check(&"a/".repeat(600), false);
}

proptest! {
    #[test]
    fn any_words_survive_being_written(
        words in proptest::collection::vec(any::<String>(), 6), count in any::<u64>(), at in 0_i64..4_000_000_000_000,
    ) {
        let mut edition = sample();
        edition.store = words[0].clone();
        edition.sections[0].id = words[1].clone();
        edition.sections[0].left_out = vec![(words[2].clone(), count)];
        edition.sections[0].changed = Timestamp::from_unix_millis(at);
        edition.files[0].media_type = words[3].clone();
        edition.redirects[0].from = words[4].clone();
        edition.gone[0].path = words[5].clone();
        prop_assert_eq!(Edition::parse(&edition.to_text()), Ok(edition));
    }

    #[test]
    fn no_text_makes_reading_panic(text in any::<String>()) {
        let _ = Edition::parse(&format!("{HEAD}\n{text}\nend\t1\n"));
    }
}
