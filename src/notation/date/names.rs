//! The words of dates: months, weekdays and zones in the languages that feeds are written in.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono_tz::Tz;

/// Month, 1 to 12, of a lower-case word. Latin names are told by their beginning, because outlets cut them at any
/// letter; a beginning of two months tells none.
pub(super) fn month(word: &str) -> Option<u32> {
    MONTH_OF.get(word).copied().flatten()
}

/// Every name with its beginnings of three letters and more: a document may hold a hundred thousand dates.
static MONTH_OF: LazyLock<HashMap<&'static str, Option<u32>>> = LazyLock::new(|| {
    let names = || (1..).zip(MONTHS).flat_map(|(month, names)| names.split_whitespace().map(move |name| (month, name)));
    let mut known: HashMap<&'static str, Option<u32>> = HashMap::new();
    for (month, name) in names() {
        for (end, _) in name.char_indices().skip(3) {
            let told = known.entry(&name[..end]).or_insert(Some(month));
            *told = told.filter(|its| *its == month);
        }
    }
    known.extend(names().map(|(month, name)| (name, Some(month))));
    known
});

/// English, Indonesian (old spellings and the short forms of outlets too), Malay, Dutch, German, French, Spanish,
/// Portuguese, Italian, Catalan, the Nordic languages, Hungarian, Turkish, Greek, Russian, Ukrainian. Polish, Czech and
/// Croatian are not here: one calls October what the others call November.
const MONTHS: [&str; 12] = [
    "january januari jan januar jänner janvier janv enero ene janeiro gennaio gen gener január ocak ιαν ιανουαρίου \
     ιανουάριος января январь січня січень",
    "february februari pebruari feb peb februar févr février fev febrero fevereiro febbraio febrer február februári \
     şubat φεβ φεβρουαρίου φεβρουάριος февраля февраль лютого лютий",
    "march maret mar mac mrt maart märz mrz mars marzo março març március mart μάώ μαώ μαρ μάρ μαρτίου μάρτιος марта \
     март березня березень",
    "april apr avril avr abril abr aprile április ápr nisan απρ απριλίου απρίλιος апреля апрель квітня квітень",
    "may mei mai mayo maio maggio mag maj maig május máj mayıs μάι μαϊ μαι μαΐου μάιος мая май травня травень",
    "june juni jun juin junio junho giugno giu juny június jún haziran ιούν ιον ιουν ιουνίου ιούνιος июня июнь червня \
     червень",
    "july juli jul julai juillet juil julio julho luglio lug juliol július júl temmuz ιούλ ιολ ιουλ ιουλίου ιούλιος \
     июля июль липня липень",
    "august agustus ags agt agu agst aug ogos augustus augusti août agosto ago agost augusztus ağustos αύγ αυγ \
     αυγούστου αύγουστος августа август серпня серпень",
    "september sept sep septembre septiembre setembro set settembre setembre szeptember szept eylül σεπ σεπτ \
     σεπτεμβρίου σεπτέμβριος сентября сентябрь вересня вересень",
    "october oktober okt oct octobre octubre outubro out ottobre ott október ekim οκτ οκτωβρίου οκτώβριος октября \
     октябрь жовтня жовтень",
    "november nopember nov nop novembre noviembre novembro kasım νοέ νοε νοεμβρίου νοέμβριος ноября ноябрь листопада \
     листопад",
    "december desember disember des dec dez dezember décembre déc diciembre dic dezembro dicembre desembre aralık δεκ \
     δεκεμβρίου δεκέμβριος декабря декабрь грудня грудень",
];

/// True for a short name of a month that is one of a weekday too: French, Spanish and Italian Tuesdays are "mar".
pub(super) fn is_weekday_too(word: &str) -> bool {
    word == "mar"
}

/// Weekday, 0 is Monday, of a lower-case word.
pub(super) fn weekday(word: &str) -> Option<u32> {
    WEEKDAY_OF.get(word).copied()
}

static WEEKDAY_OF: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    (0..).zip(WEEKDAYS).flat_map(|(day, names)| names.split_whitespace().map(move |name| (name, day))).collect()
});

const WEEKDAYS: [&str; 7] = [
    "monday mon senin sen isnin montag lundi lun lunes segunda lunedì maandag mandag måndag hétfő pazartesi δευ пн \
     понедельник",
    "tuesday tue tues selasa sel dienstag mardi martes terça martedì dinsdag tirsdag tisdag kedd salı τρι вт вторник \
    ",
    "wednesday wed rabu rab mittwoch mercredi miércoles quarta mercoledì woensdag onsdag szerda çarşamba τετ ср среда \
    ",
    "thursday thu thur thurs kamis kam khamis donnerstag jeudi jueves quinta giovedì donderdag torsdag csütörtök \
     perşembe πεμ чт четверг",
    "friday fri jumat jum jumaat freitag vendredi viernes sexta venerdì vrijdag fredag péntek cuma παρ пт пятница \
    ",
    "saturday sat sabtu sab samstag sonnabend samedi sábado sabato zaterdag lørdag lördag szombat cumartesi σαβ сб \
     суббота",
    "sunday sun minggu min ahad sonntag dimanche domingo domenica zondag søndag söndag vasárnap pazar κυρ вс \
     воскресенье",
];

/// A word behind the hours of a time.
pub(super) fn is_hour(word: &str) -> bool {
    matches!(word, "h" | "uhr" | "uur" | "時" | "时" | "點" | "点" | "시")
}

/// What a zone's name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Minutes east of UTC.
    East(i32),
    /// Where summer has another offset and the name does not tell which: the day does.
    Of(Tz),
}

/// The zone of a lower-case name (RFC 822 5, the zones of Indonesia, and those often met).
pub(super) fn zone(word: &str) -> Option<Zone> {
    let region = REGIONS.iter().find(|(name, _)| *name == word).map(|(_, region)| Zone::Of(*region));
    let fixed = || ZONES.iter().find(|(_, names)| names.split(' ').any(|name| name == word));
    region.or_else(|| fixed().map(|(minutes, _)| Zone::East(*minutes)))
}

/// True for what can be the name of a zone and has no other meaning behind a time.
pub(super) fn may_be_zone(word: &str) -> bool {
    let is_name = (2..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name && month(word).is_none() && weekday(word).is_none() && !is_hour(word) && !matches!(word, "hs" | "hrs")
}

const REGIONS: [(&str, Tz); 7] = [
    ("et", Tz::America__New_York),
    ("ct", Tz::America__Chicago),
    ("mt", Tz::America__Denver),
    ("pt", Tz::America__Los_Angeles),
    ("at", Tz::America__Halifax),
    ("aet", Tz::Australia__Sydney),
    ("nzt", Tz::Pacific__Auckland),
];

const ZONES: [(i32, &str); 30] = [
    (0, "z ut utc gmt wet"),
    (7 * 60, "wib ict krat"),
    (8 * 60, "wita myt sgt hkt awst pht irkt"),
    (9 * 60, "wit jst kst yakt"),
    (-5 * 60, "est cdt cot pet"),
    (-4 * 60, "edt ast clt vet bot"),
    (-6 * 60, "cst mdt"),
    (-7 * 60, "mst pdt"),
    (-8 * 60, "pst akdt"),
    (-9 * 60, "akst"),
    (-10 * 60, "hst"),
    (-3 * 60, "art brt adt uyt clst"),
    (-(3 * 60 + 30), "nst"),
    (-(2 * 60 + 30), "ndt"),
    (60, "bst cet mez met wat west"),
    (120, "cest eet mesz mest sast cat"),
    (180, "msk eest eat trt idt"),
    (3 * 60 + 30, "irst"),
    (4 * 60, "gst samt azt get mut"),
    (4 * 60 + 30, "aft"),
    (5 * 60, "pkt uzt yekt"),
    (5 * 60 + 30, "ist"),
    (5 * 60 + 45, "npt"),
    (6 * 60 + 30, "mmt"),
    (9 * 60 + 30, "acst"),
    (10 * 60, "aest chst pgt vlat"),
    (10 * 60 + 30, "acdt"),
    (11 * 60, "aedt"),
    (12 * 60, "nzst"),
    (13 * 60, "nzdt"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_one_of_two() {
        for table in [MONTHS.as_slice(), WEEKDAYS.as_slice()] {
            let names: Vec<&str> = table.iter().flat_map(|names| names.split_whitespace()).collect();
            let ambiguous: Vec<&&str> = names
                .iter()
                .filter(|name| {
                    table.iter().filter(|names| names.split_whitespace().any(|its| its == **name)).count() > 1
                })
                .collect();
            assert!(ambiguous.is_empty(), "{ambiguous:?}");
        }
    }

    #[test]
    fn beginnings_tell_a_month_where_they_begin_no_other() {
        assert_eq!(
            [month("dece"), month("agus"), month("μαρ"), month("ma"), month("xyz")],
            [Some(12), Some(8), Some(3), None, None]
        );
        assert_eq!([month("juni"), month("jul"), month("mar"), month("may")], [Some(6), Some(7), Some(3), Some(5)]);
    }
}
