//! The words of dates: months, weekdays and zones in the languages that feeds are written in.

/// Month, 1 to 12, of a lower-case word. Latin names are told by their beginning, because outlets cut them at any
/// letter; a name that begins like two months is not listed.
pub(super) fn month(word: &str) -> Option<u32> {
    let whole = MONTHS.iter().position(|names| names.split(' ').any(|name| name == word));
    let begun = || {
        let long = word.chars().count() >= 3;
        let starts = |names: &str| names.split(' ').any(|name| long && name.starts_with(word));
        let mut found = MONTHS.iter().enumerate().filter(|(_, names)| starts(names)).map(|(index, _)| index);
        found.next().filter(|_| found.next().is_none())
    };
    whole.or_else(begun).and_then(|index| u32::try_from(index + 1).ok())
}

/// English, Indonesian (old spellings and the short forms of outlets too), Malay, Dutch, German, French, Spanish,
/// Portuguese, Italian, Hungarian, Greek.
const MONTHS: [&str; 12] = [
    "january januari jan januar jänner janvier janv enero ene janeiro gennaio gen január ιαν ιανουαρίου ιανουάριος",
    "february februari pebruari feb peb februar févr février fev febrero fevereiro febbraio február februári φεβ \
     φεβρουαρίου φεβρουάριος",
    "march maret mar mac mrt maart märz mrz mars marzo março március μάώ μαώ μαρ μάρ μαρτίου μάρτιος",
    "april apr avril avr abril abr aprile április ápr απρ απριλίου απρίλιος",
    "may mei mai mayo maio maggio mag május máj μάι μαϊ μαι μαΐου μάιος",
    "june juni jun juin junio junho giugno giu június jún ιούν ιον ιουν ιουνίου ιούνιος",
    "july juli jul julai juillet juil julio julho luglio lug július júl ιούλ ιολ ιουλ ιουλίου ιούλιος",
    "august agustus ags agt agu agst aug ogos augustus août agosto ago augusztus αύγ αυγ αυγούστου αύγουστος",
    "september sept sep septembre septiembre setembro set settembre szeptember szept σεπ σεπτ σεπτεμβρίου σεπτέμβριος",
    "october oktober okt oct octobre octubre outubro out ottobre ott október οκτ οκτωβρίου οκτώβριος",
    "november nopember nov nop novembre noviembre novembro νοέ νοε νοεμβρίου νοέμβριος",
    "december desember disember des dec dez dezember décembre déc diciembre dic dezembro dicembre δεκ δεκεμβρίου \
     δεκέμβριος",
];

/// Weekday, 0 is Monday, of a lower-case word.
pub(super) fn weekday(word: &str) -> Option<u32> {
    let index = WEEKDAYS.iter().position(|names| names.split(' ').any(|name| name == word));
    index.and_then(|index| u32::try_from(index).ok())
}

const WEEKDAYS: [&str; 7] = [
    "monday mon senin sen montag lundi lun lunes maandag δευ",
    "tuesday tue tues selasa sel dienstag mardi martes dinsdag τρι",
    "wednesday wed rabu rab mittwoch mercredi mercoledì woensdag τετ",
    "thursday thu thur thurs kamis kam donnerstag jeudi jueves donderdag πεμ",
    "friday fri jumat jum freitag vendredi viernes vrijdag παρ",
    "saturday sat sabtu sab samstag samedi zaterdag σαβ",
    "sunday sun minggu min ahad sonntag dimanche domingo domenica zondag κυρ",
];

/// Minutes east of UTC of a lower-case zone name (RFC 822 5, the zones of Indonesia, and those often met).
pub(super) fn zone(word: &str) -> Option<i32> {
    ZONES.iter().find(|(_, names)| names.split(' ').any(|name| name == word)).map(|(minutes, _)| *minutes)
}

const ZONES: [(i32, &str); 30] = [
    (0, "z ut utc gmt wet"),
    (7 * 60, "wib ict"),
    (8 * 60, "wita myt sgt hkt awst pht"),
    (9 * 60, "wit jst kst"),
    (-5 * 60, "est cdt et"),
    (-4 * 60, "edt ast at"),
    (-6 * 60, "cst mdt ct"),
    (-7 * 60, "mst pdt mt"),
    (-8 * 60, "pst akdt pt"),
    (-9 * 60, "akst"),
    (-10 * 60, "hst"),
    (-3 * 60, "art brt adt"),
    (-(3 * 60 + 30), "nst"),
    (-(2 * 60 + 30), "ndt"),
    (60, "bst cet mez met wat west"),
    (120, "cest eet mesz mest sast cat"),
    (180, "msk eest eat trt"),
    (3 * 60 + 30, "irst"),
    (4 * 60, "gst"),
    (4 * 60 + 30, "aft"),
    (5 * 60, "pkt"),
    (5 * 60 + 30, "ist"),
    (5 * 60 + 45, "npt"),
    (6 * 60 + 30, "mmt"),
    (9 * 60 + 30, "acst"),
    (10 * 60, "aest"),
    (10 * 60 + 30, "acdt"),
    (11 * 60, "aedt"),
    (12 * 60, "nzst"),
    (13 * 60, "nzdt"),
];
