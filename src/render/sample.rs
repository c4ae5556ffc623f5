//! Made-up views for tests: five outlets, two languages, long and right-to-left titles, missing pictures.

use std::sync::Arc;

use std::time::Duration;

use url::Url;

use crate::model::{
    Also, Attachment, Author, CleanHtml, Contributor, Entry, FeedLink, Image, Item, ItemLink, NewsArticle, NewsView,
    Outlet, PagesView, Part, Place, Podcast, Position, Publication, Republish, Robots, SectionSummary, SectionView,
    Shape, Site, SiteView, Source, StoryRef, Timestamp, Transcript, Why,
};

/// The moment at which everything here is published.
pub(super) const NOW: &str = "2026-11-24T14:40:00+07:00";

const OUTLETS: &[(&str, &str, &str)] = &[
    ("Kabar Nusantara", "kabarnusantara.example", "id"),
    ("Harian Pelabuhan", "harianpelabuhan.example", "id"),
    ("Lensa Timur", "lensatimur.example", "id"),
    ("The Strait Courier", "straitcourier.example", "en"),
    ("صحيفة الميناء", "almina.example", "ar"),
];

/// One row: title, outlet, minutes before [`NOW`], others that tell it, summary.
struct Row(&'static str, usize, u64, &'static [usize], &'static str);

const INDONESIAN: &[Row] = &[
    Row(
        "Pelabuhan Tanjung Sari dibuka kembali setelah dua hari ditutup gelombang tinggi",
        0,
        5,
        &[1, 2],
        "Kapal penumpang pertama berangkat pukul 13.20 WIB dengan 412 orang. Otoritas pelabuhan meminta nelayan kecil menunggu hingga Rabu pagi karena angin di selat masih mencapai 20 knot.",
    ),
    Row(
        "Harga cabai turun 18 persen di pasar induk",
        1,
        12,
        &[],
        "Pedagang menyebut panen di tiga kabupaten datang bersamaan.",
    ),
    Row(
        "Wali kota meresmikan jalur sepeda sepanjang 14 kilometer yang menghubungkan stasiun, kampus, pasar lama, dan tepi sungai dalam satu lintasan tanpa putus",
        2,
        25,
        &[0],
        "Jalur dipisahkan dari kendaraan bermotor oleh bak tanaman. Pemerintah kota menjanjikan 300 tempat parkir sepeda sebelum akhir tahun.",
    ),
    Row(
        "Sekolah di pulau terluar kini belajar dengan listrik tenaga surya",
        0,
        48,
        &[1, 2, 3],
        "Sebanyak 62 sekolah menerima panel dan baterai. Guru mengatakan kelas malam untuk orang tua murid segera dimulai.",
    ),
    Row("DPRD membahas aturan sampah plastik", 1, 70, &[], ""),
    Row(
        "Peneliti menemukan jenis katak baru di lereng Gunung Rawa",
        2,
        95,
        &[0],
        "Katak sepanjang 2 sentimeter itu bersuara seperti jangkrik dan hidup di rumpun bambu di atas 1.400 meter.",
    ),
    Row(
        "R&D, unsur <b> & \"tanda kutip\": judul yang menguji ]]> penulisan 😀",
        0,
        130,
        &[],
        "Ringkasan dengan a < b && c > d, supaya tidak ada yang rusak.",
    ),
    Row(
        "Kereta malam ke timur bertambah dua perjalanan",
        1,
        180,
        &[2],
        "Tiket dijual mulai Kamis. Rangkaian baru membawa gerbong khusus sepeda.",
    ),
    Row(
        "Petani garam menunggu kemarau yang terlambat",
        2,
        240,
        &[],
        "Produksi baru sepertiga dari tahun lalu pada bulan yang sama.",
    ),
    Row(
        "Museum maritim membuka arsip surat pelaut abad ke-19",
        0,
        400,
        &[],
        "Surat-surat itu ditulis dalam empat bahasa. Pengunjung boleh membaca salinannya di meja kayu bekas kapal.",
    ),
    Row(
        "Banjir surut, warga mulai membersihkan rumah",
        1,
        700,
        &[0, 2],
        "Air tertinggi mencapai 1,2 meter di dua kelurahan.",
    ),
    Row(
        "Festival layang-layang pindah ke pantai utara",
        2,
        1000,
        &[],
        "Panitia menghindari jalur penerbangan bandara baru.",
    ),
    Row(
        "Perpustakaan keliling tambah rute ke lima desa",
        0,
        1500,
        &[],
        "Dua perahu baca dipakai untuk desa yang belum punya jalan.",
    ),
    Row("Tim bola voli putri lolos ke semifinal", 1, 1900, &[], "Pertandingan lima set berakhir setelah dua jam."),
];

const ENGLISH: &[Row] = &[
    Row(
        "Ferry service resumes across the strait after two-day storm closure",
        3,
        8,
        &[0, 1],
        "The first ferry left with 412 passengers on board. Small boats are asked to wait until Wednesday morning.",
    ),
    Row(
        "Islands' schools switch to solar power",
        3,
        50,
        &[0],
        "Sixty-two schools received panels and batteries, and evening classes for parents are planned next.",
    ),
    Row("ميناء الجزيرة يعيد فتح أبوابه بعد عاصفة استمرت يومين", 4, 90, &[], "غادرت أول عبّارة وعلى متنها 412 راكبا."),
    Row(
        "Researchers describe a bamboo frog no longer than a thumbnail, with a call that generations of villagers had taken for a cricket's",
        3,
        140,
        &[],
        "The frog lives above 1,400 metres.",
    ),
    Row(
        "Supercalifragilisticexpialidocious-antidisestablishmentarianism-hyphenated-beyond-reason",
        3,
        200,
        &[],
        "A word too long for any column must not push the page sideways.",
    ),
    Row("Salt farmers wait for a late dry season", 3, 300, &[], "Output is a third of last year's."),
];

/// The site.
pub(super) fn site() -> Site {
    Site {
        title: "Warta Selat".to_owned(),
        description: "Berita dari media di sekitar selat, dikumpulkan di satu halaman.".to_owned(),
        base_url: url("https://warta.example/"),
        language: "id".to_owned(),
        timezone: chrono_tz::Asia::Jakarta,
        show_also: false,
        theme: Arc::default(),
        hub: Some(url("https://warta.example/hub")),
    }
}

/// A section in Indonesian.
pub(super) fn nasional() -> SectionView {
    section("nasional", "Nasional", "id", Robots::Index, entries("nasional", INDONESIAN))
}

/// A section in English, not to be indexed, with a title right to left.
pub(super) fn world() -> SectionView {
    section("world", "World", "en", Robots::Noindex, entries("world", ENGLISH))
}

/// A section that never had anything.
pub(super) fn empty() -> SectionView {
    SectionView { updated: Timestamp::epoch(), ..section("opini", "Opini", "id", Robots::Noindex, Vec::new()) }
}

/// Everything together.
pub(super) fn all() -> SectionView {
    let mut entries = [nasional().entries, world().entries].concat();
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.item.date_published, entry.id.clone())));
    section("all", "Semua berita", "id", Robots::Noindex, entries)
}

/// A section of one entry, for what is told of one.
pub(super) fn section_of(entries: Vec<Entry>) -> SectionView {
    section("satu", "Satu", "id", Robots::Index, entries)
}

/// The whole site.
pub(super) fn site_view() -> SiteView {
    let summary = |section: SectionView| SectionSummary {
        id: section.id,
        title: section.title,
        description: section.description,
        language: section.language,
        robots: section.robots,
        updated: section.updated,
        newest: section.entries.into_iter().take(8).collect(),
    };
    let outlet = |(title, host, language): &(&str, &str, &str)| Outlet {
        title: (*title).to_owned(),
        feed_url: url(&format!("https://{host}/rss.xml")),
        url: Some(url(&format!("https://{host}/"))),
        sections: vec![if *language == "id" { "nasional" } else { "world" }.to_owned()],
        language: Some((*language).to_owned()),
    };
    SiteView {
        updated: all().updated,
        sections: vec![summary(nasional()), summary(world()), summary(empty())],
        newest: all().entries.into_iter().take(10).collect(),
        outlets: Some(OUTLETS.iter().map(outlet).collect()),
        robots_extra: vec!["Disallow: /rahasia/".to_owned()],
    }
}

/// The articles of one outlet as the site's own.
pub(super) fn news_view() -> NewsView {
    let article = |entry: &Entry| NewsArticle {
        id: entry.id.clone(),
        loc: entry.item.url.clone().unwrap_or_else(|| site().base_url),
        title: entry.item.title.clone(),
        date: entry.item.date_published.unwrap_or(entry.arrived),
        publication: Publication { name: "Kabar & Nusantara".to_owned(), language: "id".to_owned() },
        image: entry.item.image.as_ref().map(|image| image.url.clone()),
    };
    let own = |entry: &&Entry| entry.source.title == OUTLETS[0].0;
    NewsView { now: now(), articles: nasional().entries.iter().filter(own).map(article).collect() }
}

/// The pages that may be indexed.
pub(super) fn pages_view() -> PagesView {
    let base = site().base_url;
    let nasional = url("https://warta.example/nasional/");
    PagesView { pages: vec![(base, self::all().updated), (nasional, self::nasional().updated)] }
}

/// [`NOW`].
pub(super) fn now() -> Timestamp {
    Timestamp::parse_rfc3339(NOW).unwrap()
}

/// An address.
pub(super) fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn section(id: &str, title: &str, language: &str, robots: Robots, entries: Vec<Entry>) -> SectionView {
    let link = |(id, title, language): (&str, &str, &str)| FeedLink {
        id: id.to_owned(),
        title: title.to_owned(),
        language: language.to_owned(),
    };
    let sections =
        [("all", "Semua", "id"), ("nasional", "Nasional", "id"), ("world", "World", "en"), ("opini", "Opini", "id")];
    SectionView {
        id: id.to_owned(),
        part: Part::default(),
        deleted: Vec::new(),
        title: title.to_owned(),
        description: format!("{title}: yang terbaru dari lima media & satu selat."),
        language: language.to_owned(),
        robots,
        feed_id: format!("tag:warta.example,2026:{id}"),
        updated: entries.iter().map(|entry| entry.arrived).max().unwrap_or_else(Timestamp::epoch),
        sections: sections.into_iter().map(link).collect(),
        former_ids: Vec::new(),
        entries,
    }
}

fn entries(section: &str, rows: &[Row]) -> Vec<Entry> {
    rows.iter().enumerate().map(|(at, row)| entry(section, at, row)).collect()
}

/// Each third entry is full, each third a bare link; each fourth lacks a picture.
fn entry(section: &str, at: usize, Row(title, outlet, minutes, others, summary): &Row) -> Entry {
    let (_, host, _) = OUTLETS[*outlet];
    let address = url(&format!("https://{host}/{section}/{at}?id={at}&from=rss"));
    let published = now().minus(Duration::from_secs(minutes * 60));
    let id = if at.is_multiple_of(2) { address.to_string() } else { format!("tag:warta.example,2026:{section}/{at}") };
    let others: Vec<Also> = others.iter().map(|&other| also(title, other, at, published)).collect();
    let story = (!others.is_empty()).then(|| StoryRef {
        id: format!("tag:warta.example,2026:story/{section}-{at}"),
        url: None,
        outlets: others.len() as u32 + 1,
    });
    Entry {
        id: id.clone(),
        arrival: 1000 - at as i64,
        arrived: published.plus(Duration::from_secs(120)),
        item: item(id, address, title, summary, published, at),
        source: source(*outlet),
        republish: [Republish::Summary, Republish::Full, Republish::Link][if at == 4 { 2 } else { at % 2 }],
        story,
        also: others,
    }
}

fn item(id: String, address: Url, title: &str, summary: &str, published: Timestamp, at: usize) -> Item {
    let picture = |_| Image {
        url: url(&format!("https://img.example/{}.svg?w=640&h=360", at % 6)),
        width: Some(640),
        height: Some(360),
        alt: at.is_multiple_of(2).then(|| "Ilustrasi".to_owned()),
        credit: at.is_multiple_of(5).then(|| "Sari Dewi/Kabar".to_owned()),
    };
    let html = format!(
        "<p>{}</p><p>Isi berita, <a href=\"https://x.example/?a=1&amp;b=2\">tautan</a> ]]&gt;.</p>",
        super::text::escape(summary)
    );
    Item {
        origin_id: id,
        url: Some(address.clone()),
        title: title.to_owned(),
        summary: (!summary.is_empty()).then(|| summary.to_owned()),
        content_html: Some(CleanHtml::for_test(&html)),
        date_published: Some(published),
        has_own_date: true,
        date_modified: (at % 7 == 3).then(|| published.plus(Duration::from_secs(60))),
        authors: if at.is_multiple_of(3) { vec![author("Rina Marlina & Tim")] } else { Vec::new() },
        tags: vec!["Laut & Pesisir".to_owned(), "Daerah".to_owned()],
        image: (at % 4 != 1).then_some(()).map(picture),
        attachments: match at {
            3 => extras(&address).attachments,
            _ if at % 6 == 1 => vec![attachment(&address, false), attachment(&address, true)],
            _ => Vec::new(),
        },
        rights: (at == 3).then(|| "© 2026 Kabar".to_owned()),
        comments_url: (at == 3).then(|| address.join("komentar").unwrap()),
        ..if at == 3 { extras(&address) } else { Item::default() }
    }
}

/// What few items have, all of it.
fn extras(address: &Url) -> Item {
    let at = |path: &str| address.join(path).unwrap();
    let position = |lat, lon| Position::new(lat, lon).unwrap();
    let helper = |name: &str, role: Option<&str>| Contributor {
        name: Some(name.to_owned()),
        email: Some("redaksi@kabarnusantara.example".to_owned()),
        url: Some(at("/penulis/bayu")),
        role: role.map(str::to_owned),
    };
    let link = |rel: &str, path: &str| ItemLink {
        rel: rel.to_owned(),
        href: at(path),
        media_type: Some("text/html".to_owned()),
        title: Some("Listrik & pulau".to_owned()),
        hreflang: Some("id".to_owned()),
        length: None,
    };
    let file = |name: &str, group| Attachment {
        width: Some(640),
        height: Some(360),
        credit: Some("Sari & Tim".to_owned()),
        description: Some("Panel < 2 kW".to_owned()),
        player: Some(at("putar?id=1&x=2")),
        group,
        ..attachment(&at(name), true)
    };
    Item {
        created: Some(now()),
        contributors: vec![helper("Bayu Aji", Some("photographer")), helper("Lia & Tim", None)],
        author_emails: vec!["rina@kabarnusantara.example".to_owned()],
        links: vec![link("related", "/latar"), link("license", "/lisensi"), link("in-reply-to", "/jawab")],
        comments_feed_url: Some(at("komentar.xml?a=1&b=2")),
        comments_count: Some(12),
        thumbnail: Some(at("kecil.png")),
        player: Some(at("putar")),
        explicit: Some(false),
        podcast: Some(Podcast {
            season: Some(2),
            episode: Some(14),
            episode_type: Some("full".to_owned()),
            duration_in_seconds: None,
            chapters: Some(at("bab.json")),
            transcripts: vec![Transcript {
                url: at("teks.vtt?a=1&b=2"),
                media_type: Some("text/vtt".to_owned()),
                language: Some("id".to_owned()),
            }],
        }),
        geo: vec![
            Place::new(Shape::Point, vec![position(-6.2, 106.816)]).unwrap(),
            Place::new(Shape::Box, vec![position(-7.0, 106.0), position(-6.0, 107.0)]).unwrap(),
        ],
        attachments: vec![file("a/", Some(1)), file("b/", Some(1)), file("c/", None)],
        summary_html: Some(CleanHtml::for_test("<p>Sebanyak 62 sekolah menerima <b>panel</b> dan baterai.</p>")),
        ..Item::default()
    }
}

fn source(outlet: usize) -> Source {
    let (title, host, language) = OUTLETS[outlet];
    Source {
        title: title.to_owned(),
        id: format!("https://{host}/rss.xml"),
        feed_url: Some(url(&format!("https://{host}/rss.xml?a=1&b=2"))),
        url: Some(url(&format!("https://{host}/"))),
        rights: Some(format!("© {title}")),
        language: Some(language.to_owned()),
    }
}

fn also(title: &str, outlet: usize, at: usize, published: Timestamp) -> Also {
    let (name, host, _) = OUTLETS[outlet];
    Also {
        title: format!("{title} ({name})"),
        url: Some(url(&format!("https://{host}/lain/{at}?a=1&b=2"))),
        outlet: name.to_owned(),
        date_published: Some(published),
        why: Why::Url,
    }
}

fn author(name: &str) -> Author {
    Author { name: Some(name.to_owned()), url: Some(url("https://kabarnusantara.example/penulis/rina")), avatar: None }
}

fn attachment(address: &Url, from_media: bool) -> Attachment {
    let name = if from_media { "klip.mp4" } else { "suara.mp3" };
    Attachment {
        url: address.join(name).unwrap(),
        mime_type: if from_media { "video/mp4" } else { "audio/mpeg" }.to_owned(),
        title: Some("Rekaman & klip".to_owned()),
        size_in_bytes: (!from_media).then_some(1_234_567),
        duration_in_seconds: Some(61.5),
        width: None,
        height: None,
        credit: None,
        description: None,
        player: None,
        group: None,
        from_media,
    }
}
