//! A random source in, sentences, names, dates and bodies of HTML out.

use fastrand::Rng;

use super::escaped;

/// Words of Indonesian news.
const INDONESIAN: &str = "warga pemerintah kota kabupaten gubernur menteri harga beras cabai bawang pasar induk rupiah \
    melemah menguat saham bursa investor anggaran daerah sidang putusan hakim jaksa saksi banjir bandang longsor gempa \
    pengungsi posko bantuan logistik jalan rusak jembatan pelabuhan kapal nelayan petani panen gagal kemarau hujan deras \
    angin kencang sekolah siswa guru kurikulum kampus mahasiswa rumah sakit dokter perawat vaksin timnas pelatih gol \
    pertandingan liga stadion penonton tiket konser musik film layar lebar wisata pantai gunung pendaki festival budaya \
    kuliner warung kopi teknologi aplikasi pengguna data pribadi internet desa listrik padam tambang nikel sawit hutan \
    lahan terbakar asap kereta cepat penumpang mudik bandara yang dan di ke dari untuk dengan pada oleh karena setelah \
    sebelum menurut telah akan sudah belum masih tidak juga kata ujar dia mereka kami ini itu hari pekan bulan tahun";
/// Words of English news.
const ENGLISH: &str = "residents council minister budget report market prices rice fuel inflation central bank rates \
    court ruling judge appeal flood landslide earthquake evacuated shelter aid road bridge harbour ferry fishermen \
    farmers harvest drought rain storm school pupils teachers campus hospital nurses vaccine coach goal match league \
    stadium fans concert film festival beach volcano climbers coffee software users privacy data internet power outage \
    mine nickel forest fires haze train passengers airport the and of to in for with from after before because said \
    says will has have had not also they this that week month year city island government official according";
const NAMES: &[&str] = &[
    "Ratna Puspita",
    "Hendra Gunawan",
    "Wayan Sudiarta",
    "Tiara Simanjuntak",
    "Yusuf Lubis",
    "Clara O'Brien",
    "Ferdi Nainggolan",
    "Intan Maharani",
    "José Ramos",
    "Lukas Wamebu",
    "Nadia Aziz",
    "Slamet Riyadi",
];
const SECTIONS: &[&str] = &[
    "Nasional",
    "Ekonomi & Bisnis",
    "Olahraga",
    "Dunia",
    "Teknologi",
    "Hiburan",
    "Daerah",
    "Hukum",
    "Kesehatan",
    "Sains",
];
const CITIES: &[&str] = &["Jakarta", "Surabaya", "Medan", "Makassar", "Denpasar", "Jayapura", "Pontianak", "Kupang"];

/// Who publishes a document.
pub struct Outlet {
    /// The host of its addresses.
    pub host: String,
    /// Its language tag.
    pub language: &'static str,
    words: Vec<&'static str>,
}

impl Outlet {
    /// An outlet; two of three write Indonesian.
    pub fn draw(rng: &mut Rng) -> Self {
        let (language, words) = if rng.u8(..3) < 2 { ("id", INDONESIAN) } else { ("en", ENGLISH) };
        let host = format!("kabar{}.example", rng.u16(1..1_000));
        Self { host, language, words: words.split_whitespace().collect() }
    }

    fn word(&self, rng: &mut Rng) -> &'static str {
        self.words[rng.usize(..self.words.len())]
    }

    /// Words without a stop.
    pub fn headline(&self, rng: &mut Rng) -> String {
        let words: Vec<&str> = (0..rng.usize(5..13)).map(|_| self.word(rng)).collect();
        let mut text = capitalised(&words.join(" "));
        if rng.u8(..10) == 0 {
            text.push_str(" & Lainnya");
        }
        text
    }

    /// The last part of an address.
    pub fn slug(&self, rng: &mut Rng) -> String {
        let words: Vec<&str> = (0..rng.usize(4..8)).map(|_| self.word(rng)).collect();
        words.join("-")
    }

    fn sentence(&self, rng: &mut Rng) -> String {
        let mut words: Vec<String> = (0..rng.usize(7..24)).map(|_| self.word(rng).to_owned()).collect();
        let at = rng.usize(..words.len());
        match rng.u8(..20) {
            0..=3 => words.insert(at, format!("\u{201c}{} {}\u{201d}", self.word(rng), self.word(rng))),
            4 | 5 => words.insert(at, format!("Rp{},{} miliar", rng.u16(1..900), rng.u8(..10))),
            6 => words.push(format!("({}/{}/2026)", rng.u8(1..29), rng.u8(1..13))),
            7 => words.insert(at, NAMES[rng.usize(..NAMES.len())].to_owned()),
            _ => {}
        }
        capitalised(&words.join(" ")) + [".", ".", ".", ".", "!", "?"][rng.usize(..6)]
    }

    /// Some sentences of plain text.
    pub fn paragraph(&self, rng: &mut Rng) -> String {
        let sentences: Vec<String> = (0..rng.usize(2..6)).map(|_| self.sentence(rng)).collect();
        sentences.join(" ")
    }

    /// The body of an article as HTML that is also XML, so that it may stand in Atom's `xhtml`.
    pub fn body(&self, rng: &mut Rng, paragraphs: usize) -> String {
        let mut html = self.figure(rng);
        for _ in 0..paragraphs {
            let mut text = escaped(&self.paragraph(rng));
            if rng.u8(..5) == 0 {
                text = format!("<strong>{}</strong> &#8211; {text}", CITIES[rng.usize(..CITIES.len())]);
            }
            if rng.u8(..3) == 0 {
                text.push_str(&self.further_reading(rng));
            }
            html.push_str(&format!("\n<p>{text}</p>"));
            match rng.u8(..24) {
                0 => html.push_str(&self.figure(rng)),
                1 => html.push_str(&format!("\n<h2>{}</h2>", escaped(&self.headline(rng)))),
                2 => html.push_str(&format!("\n<blockquote><p>{}</p></blockquote>", escaped(&self.sentence(rng)))),
                3 => html.push_str(&self.list(rng)),
                _ => {}
            }
        }
        html
    }

    fn figure(&self, rng: &mut Rng) -> String {
        format!(
            "\n<figure class=\"wp-block-image\"><img src=\"{}\" alt=\"{}\" width=\"1024\" height=\"576\" \
             loading=\"lazy\" /><figcaption>{} ({}/Antara)</figcaption></figure>",
            self.picture(rng),
            escaped(&self.headline(rng)),
            escaped(&self.sentence(rng)),
            escaped(&name(rng)),
        )
    }

    fn further_reading(&self, rng: &mut Rng) -> String {
        format!(
            " <a href=\"https://{}/baca/{}/{}?utm_source=rss&amp;utm_medium=feed\" target=\"_blank\">{}</a>",
            self.host,
            rng.u32(1..10_000_000),
            self.slug(rng),
            escaped(&self.headline(rng)),
        )
    }

    fn list(&self, rng: &mut Rng) -> String {
        let items: String = (0..rng.u8(2..6)).map(|_| format!("<li>{}</li>", escaped(&self.sentence(rng)))).collect();
        format!("\n<ul>{items}</ul>")
    }

    /// The address of a picture.
    pub fn picture(&self, rng: &mut Rng) -> String {
        format!("https://cdn.{}/foto/{}/{}.jpg", self.host, rng.u16(2_020..2_027), rng.u32(1..10_000_000))
    }
}

/// A writer of articles.
pub fn name(rng: &mut Rng) -> String {
    NAMES[rng.usize(..NAMES.len())].to_owned()
}

/// One to three sections of an outlet.
pub fn sections(rng: &mut Rng) -> Vec<&'static str> {
    let mut all = SECTIONS.to_vec();
    rng.shuffle(&mut all);
    all.truncate(rng.usize(1..4));
    all
}

/// A moment of 2026 in western Indonesian time.
pub struct Moment {
    day: u32,
    time: (u8, u8, u8),
}

impl Moment {
    /// Some moment.
    pub fn draw(rng: &mut Rng) -> Self {
        Self { day: rng.u32(..365), time: (rng.u8(..24), rng.u8(..60), rng.u8(..60)) }
    }

    /// Month from 0 and day from 1.
    fn date(&self) -> (usize, u32) {
        const DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut left = self.day;
        for (month, days) in DAYS.into_iter().enumerate() {
            if left < days {
                return (month, left + 1);
            }
            left -= days;
        }
        (11, 31)
    }

    /// As RSS writes it (RFC 822).
    pub fn rfc822(&self) -> String {
        // 2026 begins with a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][self.day as usize % 7];
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let ((month, day), (hour, minute, second)) = (self.date(), self.time);
        format!("{weekday}, {day:02} {} 2026 {hour:02}:{minute:02}:{second:02} +0700", months[month])
    }

    /// As Atom writes it (RFC 3339).
    pub fn rfc3339(&self) -> String {
        let ((month, day), (hour, minute, second)) = (self.date(), self.time);
        format!("2026-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+07:00", month + 1)
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
