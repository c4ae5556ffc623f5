//! What breaks writers, by kind. `{n}` is the number of the item, so that no two are the same.

/// Titles as plain text.
pub(super) const TITLES: &[&str] = &[
    "Banjir surut di Pasar Baru, {n} warga pulang",
    "Rugi < 5 %, untung > 3 % & lain-lain {n}",
    "Kata ]]> di tengah judul {n}",
    "\"Kutipan\" 'tunggal' dan “lengkung” – {n}",
    "الأخبار العاجلة من جاكرتا {n}",
    "Harga 12 ₪ עברית בתוך كلمة {n}",
    "🇮🇩 Merdeka! 👩🏽‍🚀 👨‍👩‍👧‍👦 {n}",
    "Baris\n satu\tdan   dua {n}",
    "Pakailah <em>, bukan <i>, kata panduan {n}",
    "AT&T, R&D; tanya&jawab, 1<2 dan 3>2 {n}",
    "日本語の見出し・第{n}号",
    "\u{202e}terbalik\u{202c} dan lurus {n}",
    "C:\\berkas\\{n} 100% {{ nilai }} {% if %} ${x}",
    "Tulisan\u{8}dengan\u{1f}kendali {n}",
    "Awas <script> & <iframe src=x> di judul {n}",
    "--> komentar <!-- {n} -- >",
    "Cafe\u{301} e\u{301}le\u{301}gant {n}",
    "Tanpa spasi: donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft-{n}",
    "\u{feff}BOM di depan, NBSP\u{a0}di\u{a0}tengah, tak terlihat\u{200b} {n}",
    "",
];

/// Ids as an origin gives them; empty: none. The last ones are IRIs (RFC 3987) that the W3C's validator, which knows URIs
/// only, has something to say about.
pub(super) const IDS: &[&str] = &[
    "https://kabar.example/berita/{n}",
    "urn:uuid:1225c695-cfb8-4ebb-aaaa-{n:012}",
    "tag:kabar.example,2026:{n}",
    "{n}",
    "nomor {n} dengan <tanda> & \"kutip\"",
    "https://kabar.example/b?a={n}&b=2&amp;c=3#x",
    "http://kabar.example/?p={n}",
    "https://kabar.example/berita/dua kata {n}",
    "مقال-{n}",
    "",
    "mailto:redaksi+{n}@kabar.example",
    "HTTPS://KABAR.EXAMPLE/Besar/{n}",
    "https://kabar.example/berita/é/新聞/{n}",
];
/// How many of them.
pub(super) const QUIBBLES: usize = 3;

/// Addresses of articles.
pub(super) const LINKS: &[&str] = &[
    "https://kabar.example/berita/{n}",
    "https://kabar.example/b?id={n}&kanal=nasional&x=%26#isi",
    "https://kabar.example/berita/dua kata/{n}",
    "https://kabar.example/é/新聞/{n}",
    "https://münchen.example/{n}",
    "//cdn.kabar.example/{n}",
    "/relatif/{n}?a=b",
    "https://lain.example:8443/porta/{n}",
    "https://kabar.example/a/./b/../{n}/~user/%20x/",
    "https://kabar.example/berita/{n}?utm_source=rss&utm_medium=feed&fbclid=abc",
    "https://kabar.example/(kurung)/{n}/'tanda'/<x>/\"y\"",
    "HTTP://Kabar.Example/BESAR/{n}",
];

/// Contents, as HTML.
pub(super) const CONTENTS: &[&str] = &[
    "<p>Isi {n} dengan <a href=\"/terkait/{n}?a=1&amp;b=2\">tautan</a> dan <img src=\"/foto/{n}.jpg\" alt=\"a & b\"></p>",
    "Tanpa markup, {n} < 5 && x > y",
    "<p>CDATA ]]> di tengah <![CDATA[ {n} ]]></p>",
    "<ul><li>satu<li>dua<ol><li>tiga {n}</ul><p>tidak ditutup <b>tebal <i>miring</b> kacau</i>",
    "<table><caption>{n}</caption><tr><th scope=row>A<td colspan=2>B<tr><td><table><tr><td>dalam</table></table>",
    "<script>alert({n})</script><p onclick=\"x()\" style=\"position:fixed\">Aman {n}</p><iframe src=\"https://x.example/\"></iframe>",
    "<p dir=rtl lang=ar>مرحبا {n} <bdi>abc</bdi></p><p>שלום</p>",
    "<p>Emoji 👨‍👩‍👧‍👦 {n}, kendali \u{b}\u{1f}, NBSP\u{a0}, tanda &hellip; &rsquo; &#8217; &#150; &nbsp; &bogus; &</p>",
    "<video controls poster=\"/p.jpg\" src=\"/v/{n}.mp4\"></video><audio controls><source src=\"/a/{n}.mp3\" type=\"audio/mpeg\"></audio>",
    "<figure><img srcset=\"/k/{n}.jpg 320w, /b/{n}.jpg 1280w\" src=\"/k/{n}.jpg\" width=320 height=180><figcaption>Foto {n}</figcaption></figure>",
    "<pre>\n  fn main() { println!(\"&lt;{n}&gt;\"); }\n</pre><blockquote cite=\"//x.example/\"><p>Kutipan</p></blockquote>",
    "<p>javascript: <a href=\"javascript:alert({n})\">x</a> <a href=\"data:text/html,{n}\">y</a> <a href=\"  JaVa&#9;Script:z\">z</a></p>",
    "<h1>Judul {n}</h1><h2>Anak</h2><hr><br><p></p><p> </p><div><div><div>dalam</div></div></div>",
    "<svg><script>1</script><a xlink:href=\"javascript:1\"><text>{n}</text></a></svg><math><mi>x</mi></math><p>{n}</p>",
    "<p>{n} 日本語<ruby>漢<rt>かん</ruby></p><p lang=\"x-tidak\">?</p>",
    "",
];

/// Languages as feeds tell them; `None`: nothing told.
pub(super) const LANGUAGES: &[Option<&str>] =
    &[Some("id"), Some("id-ID"), Some("en"), None, Some("ar"), Some("zh-CN"), Some("in"), Some("bahasa indonesia")];

/// Files: address, type and length as written.
pub(super) const FILES: &[(&str, &str, &str)] = &[
    ("https://cdn.kabar.example/a/{n}.mp3?x=1&y=2", "audio/mpeg", "1234"),
    ("https://cdn.kabar.example/v/{n}.mp4", "video/mp4", "0"),
    ("/foto/{n}.jpg", "image/jpeg", ""),
    ("https://cdn.kabar.example/d/{n}.pdf", "application/pdf", "-1"),
    ("https://cdn.kabar.example/x/{n}.webp", "x", "abc"),
];

/// People as feeds write them.
pub(super) const PEOPLE: &[&str] = &[
    "Siti Rahma",
    "redaksi@kabar.example (Redaksi & Kawan)",
    "Andi <andi@kabar.example>",
    "محمد علي",
    "O'Brien \"Bob\" & <Co>",
    "",
];

/// Dates, minutes before the moment of the test and the offset that is written, in minutes; `None`: none told.
pub(super) const DATES: &[Option<(i64, i32)>] = &[
    Some((7, 420)),
    Some((95, 0)),
    Some((600, -480)),
    None,
    Some((2_000, 540)),
    Some((2_870, 420)),
    Some((2_890, 420)),
    Some((40_000, 330)),
    Some((-4_000, 420)),
    Some((-3, 420)),
    Some((14_000_000, 0)),
    Some((300, 330)),
];
