//! Words that tell what a line is, of Indonesian and English. None names an outlet.

/// Before the name of who wrote it.
pub(super) const WRITERS: &[&str] =
    &["penulis", "oleh", "reporter", "pewarta", "jurnalis", "wartawan", "laporan", "author", "written by", "by"];
/// Before the name of who edited it.
pub(super) const EDITORS: &[&str] = &["editor", "penyunting", "redaktur", "edited by"];
/// Before the moment of the last change.
pub(super) const CHANGED: &[&str] =
    &["terakhir diperbarui", "diperbarui", "diperbaharui", "last updated", "updated", "update"];
/// Before the name of who made a picture.
pub(super) const PHOTOGRAPHERS: &[&str] = &["foto", "photo", "kredit", "credit", "sumber foto", "dok"];

/// How a line begins that is none of the text, beside those that lead elsewhere.
pub(super) const LEADS: &[&str] = &[
    "artikel ini telah tayang",
    "baca berita",
    "copyright",
    "dilarang keras",
    "halaman:",
    "iklan",
    "lanjut ke halaman",
    "lihat:",
    "lihat video",
    "saksikan:",
    "simak:",
    "tonton video",
    "watch:",
];

/// How a promotion begins; one of [`PROMOTED`] makes it one.
pub(super) const PROMOTING: &[&str] = &[
    "aktifkan",
    "baca",
    "berlangganan",
    "cek",
    "dapatkan",
    "download",
    "follow",
    "gabung",
    "get",
    "ikuti",
    "install",
    "jangan lupa",
    "join",
    "kini hadir",
    "klik",
    "konten",
    "kunjungi",
    "mari",
    "nikmati",
    "pantau",
    "simak",
    "subscribe",
    "temukan",
    "unduh",
    "yuk",
    "ayo",
];
/// What is promoted.
pub(super) const PROMOTED: &[&str] = &[
    "aplikasi",
    "app store",
    "breaking news",
    "channel",
    "di sini",
    "facebook",
    "google news",
    "google play",
    "instagram",
    "kanal",
    "newsletter",
    "play store",
    "saluran",
    "telegram",
    "tiktok",
    "twitter",
    "whatsapp",
    "youtube",
    "berita terbaru",
    "berita pilihan",
    "berita terkini",
    "update berita",
];

/// Lines that begin a list of other news or a part of the site.
pub(super) const OTHER_NEWS: &[&str] = &[
    "artikel lainnya",
    "artikel terkait",
    "baca juga",
    "berita foto",
    "berita lain",
    "berita lainnya",
    "berita pilihan",
    "berita populer",
    "berita terbaru",
    "berita terkait",
    "berita terkini",
    "berita terpopuler",
    "berita utama",
    "donasi",
    "editor's picks",
    "editorial",
    "fokus",
    "foto",
    "headline",
    "headlines",
    "indeks",
    "infografis",
    "jangan lewatkan",
    "kolom",
    "kolom pakar",
    "komentar",
    "latest news",
    "latest",
    "most popular",
    "most read",
    "opini",
    "opinion",
    "pilihan editor",
    "pilihan redaksi",
    "podcast",
    "rekomendasi",
    "rekomendasi untuk anda",
    "related",
    "related articles",
    "related news",
    "read also",
    "sorotan",
    "tag",
    "tags",
    "terbaru",
    "terkait",
    "terkini",
    "terpopuler",
    "tonton",
    "topik terkait",
    "trending",
    "trending now",
    "video",
    "video lainnya",
    "video terkait",
    "video pilihan",
];

/// Buttons and labels that stand in the text's place.
pub(super) const FURNITURE: &[&str] = &[
    "a a a",
    "bagikan",
    "bagikan artikel",
    "bagikan artikel ini",
    "copy link",
    "cetak",
    "ekslusif",
    "facebook",
    "home",
    "beranda",
    "link",
    "line",
    "print",
    "salin",
    "salin link",
    "salin tautan",
    "share",
    "share this",
    "telegram",
    "tautan telah disalin",
    "tulis komentar",
    "twitter",
    "whatsapp",
    "x",
    "ukuran font",
    "kecil besar",
    "lapor",
    "kirim",
    "simpan",
];

/// The text in lower case with white space and marks at its ends cut.
pub(super) fn folded(text: &str) -> String {
    let text: String = text.chars().flat_map(char::to_lowercase).collect();
    text.trim_matches(|letter: char| letter.is_whitespace() || ":;.,|-–—»›>".contains(letter)).to_owned()
}

/// Letters and digits alone, in lower case: what two ways to write a name share.
pub(super) fn core(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many letters and digits it has.
pub(super) fn letters(text: &str) -> usize {
    text.chars().filter(|letter| letter.is_alphanumeric()).count()
}

/// What stands behind one of `labels` at the beginning of a line, and whether a colon parts them.
pub(super) fn behind<'a>(line: &'a str, labels: &[&str]) -> Option<(&'a str, bool)> {
    labels.iter().find_map(|label| {
        let head = line.get(..label.len()).filter(|head| head.eq_ignore_ascii_case(label))?;
        let rest = &line[head.len()..];
        let bare = rest.trim_start();
        match bare.strip_prefix([':', '-', '–']) {
            Some(named) => Some((named.trim(), true)),
            None if bare.len() < rest.len() => Some((bare.trim(), false)),
            None => None,
        }
    })
}
