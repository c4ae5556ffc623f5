//! Outlets that are made up: what happened, who tells it, in whose words. Seeded, so that a run can be repeated.

/// What a made report is.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) outlet: String,
    pub(crate) title: String,
    /// A line a paragraph.
    pub(crate) text: String,
    /// Minutes after the first report of the run.
    pub(crate) minute: i64,
    /// The event that it tells; a column's issue is an event of its own.
    pub(crate) event: usize,
    /// The agency's text that it prints; none: words of its own.
    pub(crate) wire: Option<usize>,
}

const OUTLETS: [&str; 12] = [
    "Khatulistiwa",
    "Suara Pagi",
    "Harian Rimba",
    "Pesisir Post",
    "Kabar Lembah",
    "Warta Kota Lama",
    "Tribun Selat",
    "Bahari",
    "Nusa Dua Hari",
    "Obor",
    "Pelita Timur",
    "Galuh",
];
const AGENCY: &str = "Kantor Berita Antara Pulau";

/// Words between the words; most are stop words.
const GLUE: [&str; 40] = [
    "yang",
    "di",
    "dan",
    "untuk",
    "dengan",
    "pada",
    "dari",
    "ini",
    "itu",
    "akan",
    "telah",
    "tidak",
    "dalam",
    "oleh",
    "sebagai",
    "juga",
    "karena",
    "setelah",
    "hingga",
    "masih",
    "warga",
    "kata",
    "pihak",
    "hari",
    "kota",
    "daerah",
    "jumlah",
    "kegiatan",
    "petugas",
    "masyarakat",
    "pemerintah",
    "rencana",
    "waktu",
    "tempat",
    "bagian",
    "hasil",
    "proses",
    "laporan",
    "data",
    "tim",
];
const COLUMNS: [&str; 4] =
    ["Prakiraan cuaca hari ini", "Jadwal siaran televisi malam ini", "Harga emas hari ini", "Ramalan zodiak hari ini"];

/// Throws the same each time (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, table: &'a [T]) -> &'a T {
        &table[self.below(table.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            list.swap(end, self.below(end + 1));
        }
    }
}

/// A word of Indonesian sound: two to four syllables.
fn word(number: usize) -> String {
    const HEADS: [&str; 16] = ["b", "c", "d", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "w", "ng"];
    const TAILS: [&str; 10] = ["a", "i", "u", "e", "o", "ai", "an", "ar", "is", "ung"];
    let mut rest = number.wrapping_mul(2_654_435_761) % 4_000_037;
    let mut text = String::new();
    for _ in 0..3 {
        text += HEADS[rest % 16];
        rest /= 16;
        text += TAILS[rest % 10];
        rest /= 10;
    }
    text
}

/// What happened.
struct Event {
    /// Names, places, numbers: its own.
    own: Vec<String>,
    /// Words of its field, which other events share.
    field: Vec<String>,
    /// Sentences about what went before, which an event of the same series shares.
    background: Vec<String>,
    minute: i64,
}

impl Event {
    fn new(dice: &mut Dice, number: usize, minute: i64, series: Option<&Event>) -> Self {
        let mut own: Vec<String> = (0..14).map(|at| capital(&word(10_000 + number * 31 + at))).collect();
        own.extend((0..3).map(|_| format!("{}", 2 + dice.below(990))));
        own.push(format!("{}-{}", dice.below(6), dice.below(6)));
        let field = match series {
            Some(other) => other.field.clone(),
            None => {
                let field = dice.below(14);
                (0..40).map(|at| word(1_000 + field * 40 + at)).collect()
            }
        };
        let mut event = Self { own, field, background: Vec::new(), minute };
        event.background = match series {
            Some(other) => other.background.clone(),
            None => (0..5).map(|_| event.sentence(dice)).collect(),
        };
        event
    }

    fn word(&self, dice: &mut Dice) -> String {
        match dice.below(100) {
            0..=19 => dice.pick(&self.own).clone(),
            20..=42 => dice.pick(&self.field).clone(),
            43..=55 => word(dice.below(900)),
            _ => (*dice.pick(&GLUE)).to_owned(),
        }
    }

    fn sentence(&self, dice: &mut Dice) -> String {
        let words: Vec<String> = (0..9 + dice.below(12)).map(|_| self.word(dice)).collect();
        format!("{}.", capital(&words.join(" ")))
    }

    fn title(&self, dice: &mut Dice) -> String {
        let mut words: Vec<String> = (0..3).map(|_| dice.pick(&self.own[..8]).clone()).collect();
        words.extend((0..2).map(|_| dice.pick(&self.field[..20]).clone()));
        words.extend((0..1 + dice.below(3)).map(|_| self.word(dice)));
        dice.shuffle(&mut words);
        capital(&words.join(" "))
    }

    /// A report in words of its own; of an event in a series half of it may be what went before.
    fn body(&self, dice: &mut Dice) -> Vec<String> {
        let mut lines: Vec<String> = (0..6 + dice.below(5)).map(|_| self.sentence(dice)).collect();
        if dice.chance(40) {
            let at = dice.below(2);
            let kept = self.background[at..at + 3].to_vec();
            lines.extend(kept);
        }
        lines
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What an outlet puts round a text.
fn dressed(dice: &mut Dice, outlet: &str, mut lines: Vec<String>) -> String {
    if dice.chance(60) {
        lines[0] = match dice.below(3) {
            0 => format!("JAKARTA, {}.com - {}", outlet.replace(' ', ""), lines[0]),
            1 => format!("KOTA LAMA ({}) -- {}", outlet.to_uppercase(), lines[0]),
            _ => format!("{}.co.id, Jakarta – {}", outlet.replace(' ', "").to_lowercase(), lines[0]),
        };
    }
    if dice.chance(70) {
        let at = 1 + dice.below(lines.len());
        let other: Vec<String> = (0..7).map(|_| word(dice.below(3_000))).collect();
        lines.insert(at, format!("Baca juga: {}", capital(&other.join(" "))));
    }
    if dice.chance(50) {
        let code = format!("{} (X-{})", lines.pop().unwrap(), dice.below(9));
        lines.push(code);
    }
    if dice.chance(50) {
        lines.push(format!("Editor : {} {}", capital(&word(dice.below(500))), capital(&word(dice.below(500)))));
    }
    lines.join("\n")
}

/// A run of reports in the order of their time.
pub(crate) fn reports(seed: u64, events: usize) -> Vec<Made> {
    let mut dice = Dice(seed);
    let mut made: Vec<Made> = Vec::new();
    let mut wires = 0;
    let mut past: Vec<Event> = Vec::new();
    for number in 0..events {
        let minute = i64::try_from(number * 9 + dice.below(9)).unwrap();
        let series = if past.len() > 3 && dice.chance(25) { past.get(past.len() - 1 - dice.below(3)) } else { None };
        let event = Event::new(&mut dice, number, minute, series);
        tell(&mut dice, &mut made, number, &event, &mut wires);
        past.push(event);
    }
    columns(&mut dice, &mut made, events);
    made.sort_by_key(|report| report.minute);
    made
}

/// The reports of one event: some in own words, some an agency's.
fn tell(dice: &mut Dice, made: &mut Vec<Made>, number: usize, event: &Event, wires: &mut usize) {
    let mut outlets: Vec<&str> = OUTLETS.to_vec();
    dice.shuffle(&mut outlets);
    let own = 1 + dice.below(4);
    for outlet in &outlets[..own] {
        let lines = event.body(dice);
        let late = i64::try_from(dice.below(600)).unwrap();
        made.push(Made {
            outlet: (*outlet).to_owned(),
            title: event.title(dice),
            text: dressed(dice, outlet, lines),
            minute: event.minute + late,
            event: number,
            wire: None,
        });
    }
    if dice.chance(55) {
        let wire = event.body(dice);
        let printing = 1 + dice.below(4);
        let title = event.title(dice);
        let first = event.minute + i64::try_from(dice.below(200)).unwrap();
        let mut printed = |outlet: &str, title: String, text: String, minute: i64| {
            let (outlet, wire) = (outlet.to_owned(), Some(*wires));
            made.push(Made { outlet, title, text, minute, event: number, wire });
        };
        printed(AGENCY, title, dressed(dice, AGENCY, wire.clone()), first);
        for outlet in &outlets[own..own + printing] {
            let mut lines = wire.clone();
            if dice.chance(50) {
                lines[0] = event.sentence(dice);
            }
            if dice.chance(40) {
                lines.pop();
            }
            let title = event.title(dice);
            printed(outlet, title, dressed(dice, outlet, lines), first + i64::try_from(dice.below(300)).unwrap());
        }
        *wires += 1;
    }
}

/// What an outlet tells each day under one title.
fn columns(dice: &mut Dice, made: &mut Vec<Made>, events: usize) {
    let days = made.iter().map(|report| report.minute).max().unwrap_or(0) / 1440 + 1;
    let mut number = events;
    for day in 0..days {
        for (at, title) in COLUMNS.iter().enumerate() {
            for outlet in &OUTLETS[at..at + 2] {
                let line = |dice: &mut Dice| {
                    let value = dice.below(900);
                    format!("{title} di daerah ini menurut data petugas adalah {value} dan besok {}.", value + 3)
                };
                let lines: Vec<String> = (0..5).map(|_| line(dice)).collect();
                made.push(Made {
                    outlet: (*outlet).to_owned(),
                    title: (*title).to_owned(),
                    text: lines.join("\n"),
                    minute: day * 1440 + 360,
                    event: number,
                    wire: None,
                });
                number += 1;
            }
        }
    }
}
