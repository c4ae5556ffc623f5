//! Made pages: the texts, names and outlets are of nobody.

/// An article.
pub(super) struct Story {
    pub(super) path: &'static str,
    pub(super) title: &'static str,
    pub(super) author: &'static str,
    pub(super) editor: &'static str,
    pub(super) paragraphs: [&'static str; 5],
}

macro_rules! story {
    ($path:literal, $title:literal, $author:literal, $editor:literal, $what:literal, $where:literal) => {
        Story {
            path: $path,
            title: $title,
            author: $author,
            editor: $editor,
            paragraphs: [
                concat!("PARA relawan menyelesaikan ", $what, " di ", $where, " pada Kamis pagi setelah bekerja selama dua pekan bersama warga setempat, yang ikut mengangkut bahan dari jalan besar."),
                concat!("Ketua panitia mengatakan, ", $what, " dikerjakan bertahap karena hujan turun hampir setiap sore, sehingga jalan menuju ", $where, " sukar dilalui kendaraan."),
                concat!("\"Kami bersyukur ", $what, " akhirnya selesai, dan warga ", $where, " dapat memakainya mulai hari ini,\" kata dia di hadapan tamu yang hadir."),
                concat!("Menurut catatan panitia, sedikitnya dua ratus orang dari ", $where, " menyumbang tenaga untuk ", $what, ", sementara biaya datang dari kas bersama."),
                concat!("Pemerintah setempat berjanji merawat ", $what, " dan meminta penduduk ", $where, " melapor bila ada kerusakan, agar segera diperbaiki petugas."),
            ],
        }
    };
}

pub(super) const STORIES: [Story; 6] = [
    story!(
        "jembatan",
        "Jembatan Gantung di Lembah Selesai Dibangun",
        "Rina Sasmita",
        "Bagas Wirya",
        "jembatan gantung",
        "Lembah Sari"
    ),
    story!(
        "sumur",
        "Warga Bukit Kini Punya Sumur Sendiri",
        "Tono Prakoso",
        "Bagas Wirya",
        "sumur bersama",
        "Bukit Wangi"
    ),
    story!(
        "sekolah",
        "Sekolah Darurat Dibuka untuk Anak Nelayan",
        "Rina Sasmita",
        "Dewi Larasati",
        "sekolah darurat",
        "Pantai Teduh"
    ),
    story!(
        "pasar",
        "Pasar Kampung Kembali Ramai Sesudah Banjir",
        "Yusuf Halim",
        "Dewi Larasati",
        "pasar kampung",
        "Kampung Ilir"
    ),
    story!(
        "kebun",
        "Kebun Obat Tumbuh di Lahan Bekas Tambang",
        "Sri Mulyati",
        "Bagas Wirya",
        "kebun obat",
        "Tambang Lama"
    ),
    story!(
        "perpustakaan",
        "Perpustakaan Perahu Menyusuri Sungai",
        "Yusuf Halim",
        "Bagas Wirya",
        "perpustakaan perahu",
        "Sungai Panjang"
    ),
];

/// Lines of the site that only their repetition tells.
pub(super) const REPEATED: [&str; 2] = [
    "Redaksi membuka dompet kemanusiaan bagi korban bencana, dan setiap rupiah yang Anda kirim akan kami laporkan secara terbuka pada halaman ini setiap bulan.",
    "Rekening atas nama Yayasan Kabar Peduli, nomor 000-111-222, cabang Jakarta; bukti kirim dapat disampaikan kepada sekretariat pada jam kerja.",
];

const OTHERS: [&str; 4] = [
    "Harga Cabai Naik di Tiga Kota",
    "Tim Bulu Tangkis Melaju ke Final",
    "Kereta Baru Mulai Diuji",
    "Gempa Kecil Terasa Semalam",
];

fn links(class: &str, heading: &str) -> String {
    let items: String =
        OTHERS.iter().map(|title| format!("<li><a href=\"/lain/{}\">{title}</a></li>", title.len())).collect();
    format!("<div class=\"{class}\"><h3>{heading}</h3><ul>{items}</ul></div>")
}

/// The page of a newspaper of December 2020.
pub(super) fn newsroom(story: &Story) -> String {
    let Story { path, title, author, editor, paragraphs: [one, two, three, four, five] } = story;
    let (headline, focus) = (links("strip", "Headline"), links("strip", "Fokus"));
    let (more, opinion, column) = (links("box", "Berita Lainnya"), links("box", "Opini"), links("box", "Kolom Pakar"));
    let [appeal, account] = REPEATED;
    format!(
        r#"<!DOCTYPE html><html lang="id"><head><title>{title} - Kabar Kita</title>
<link rel="canonical" href="https://kabar.example/humaniora/{path}">
<meta property="og:site_name" content="Kabar Kita"><meta property="og:title" content="{title} - Kabar Kita">
<meta property="og:image" content="https://kabar.example/foto/{path}.jpg"></head><body>
<nav><a href="/">Beranda</a> <a href="/humaniora">Humaniora</a></nav>{headline}{focus}
<div class="detail"><h1>{title}</h1>
<div class="info"><span>{author}</span> | <a href="/humaniora">Humaniora</a></div><div class="info">17/12/2020 11:35</div>
<figure><img src="/foto/{path}.jpg" alt="{title}"><figcaption>Relawan dan warga bekerja bersama. (DOK SATWALPRESS )</figcaption></figure>
<div class="isi"><p>{one}</p><p>{two}</p><p>{three}</p>
<p><strong>Baca juga: <a href="/lain/1">Harga Cabai Naik di Tiga Kota</a></strong></p>
<p>{four}</p><p>{five} (OL-4)</p>
<p>Ikuti saluran <a href="/wa">WhatsApp Channel</a> kami untuk mendapat berita pilihan setiap hari</p>
<p>Editor : {editor}</p>
<p>{appeal}</p><p>{account}</p></div>
{more}{opinion}{column}</div><footer>Hak cipta Kabar Kita</footer></body></html>"#
    )
}

/// Three other shapes of the first story, with author, editor, date and credit.
pub(super) fn others() -> [(String, &'static str, Option<&'static str>, &'static str, &'static str); 3] {
    let Story { title, paragraphs: [one, two, three, four, five], .. } = &STORIES[0];
    let linked = format!(
        r#"<html lang="id-ID"><head><title>{title}</title><script type="application/ld+json">
{{"@context":"https://schema.org","@graph":[{{"@type":"WebPage"}},{{"@type":"NewsArticle","headline":"{title}",
"datePublished":"2025-06-18T21:35:00+07:00","author":[{{"@type":"Person","name":"Rina Sasmita"}}],
"editor":{{"@type":"Person","name":"Bagas Wirya"}},"image":["https://harian.example/a.jpg"]}}]}}</script></head><body>
<div class="read"><h1>{title}</h1><div>Harian.example- 18/06/2025, 21:35 WIB</div>
<div class="photo"><img src="https://harian.example/a.jpg"><div class="photo__caption">Jembatan di lembah.(DOK WARGA)</div></div>
<div class="read__content"><p>{one}</p><p><strong>Baca juga: <a href="/b">Kereta Baru Mulai Diuji</a></strong></p><p>{two}</p>
<p>{three}</p><p>{four}</p><p>{five}</p><p>Dapatkan update berita pilihan dan breaking news setiap hari di kanal Telegram kami.</p></div></div></body></html>"#
    );
    let desk = format!(
        r#"<html lang="id"><head><title>{title}</title><meta name="author" content="Rina Sasmita">
<meta property="og:image" content="https://detak.example/a.jpg"></head><body><article class="detail">
<h1 class="detail__title">{title}</h1><div class="detail__author">Rina Sasmita - <span>detakNews</span></div>
<div class="detail__date">Rabu, 18 Jun 2025 07:30 WIB</div>
<figure><img src="https://detak.example/a.jpg"><figcaption>Jembatan gantung (Foto: Sri Mulyati)</figcaption></figure>
<div class="detail__body"><p>{one}</p><p>{two}</p><p>{three}</p><table><tr><td>Simak juga <a href="/v">Video: Kereta Baru</a></td></tr></table>
<p>{four}</p><p>{five}</p><p>[Gambas:Video 20detak]</p><p><strong>(aik/fay)</strong></p></div></article></body></html>"#
    );
    let agency = format!(
        r#"<html lang="id"><head><title>{title} - KANTOR Berita</title><meta property="og:site_name" content="KANTOR Berita">
<meta property="og:image" content="https://kantor.example/a.jpg"></head><body><div class="wrap"><h1>{title}</h1>
<div><span>Kamis, 17 Desember 2020 11:35 WIB</span></div>
<div class="thumb"><img src="https://kantor.example/a.jpg"><p class="wp-caption-text">Warga di lembah. ANTAR FOTO/Sri (ANTAR FOTO)</p></div>
<div class="post-content"><p>{one}</p><p>{two}</p><p>{three}</p><p>{four}</p><p>{five}</p>
<p class="text-muted">Pewarta: Tono Prakoso<br>Editor: Dewi Larasati<br>Copyright © KANTOR 2020</p></div></div></body></html>"#
    );
    [
        (linked, "Rina Sasmita", Some("Bagas Wirya"), "2025-06-18T21:35:00+07:00", "DOK WARGA"),
        (desk, "Rina Sasmita", None, "2025-06-18T07:30:00+07:00", "Sri Mulyati"),
        (agency, "Tono Prakoso", Some("Dewi Larasati"), "2020-12-17T11:35:00+07:00", "ANTAR FOTO"),
    ]
}
