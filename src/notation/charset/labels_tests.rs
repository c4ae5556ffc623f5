//! Every name of every encoding of the WHATWG Encoding Standard (4.2), told by the document, by the header, by both.

use encoding_rs::Encoding;

use super::decode;

/// An encoding, a text that it can write, and all its names.
const ENCODINGS: &[(&Encoding, &str, &str)] = &[
    (encoding_rs::BIG5, "早晨新聞", "big5 big5-hkscs cn-big5 csbig5 x-x-big5"),
    (encoding_rs::EUC_JP, "朝のニュース", "cseucpkdfmtjapanese euc-jp x-euc-jp"),
    (
        encoding_rs::EUC_KR,
        "아침 뉴스",
        "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 \
         windows-949",
    ),
    (encoding_rs::GB18030, "早晨新闻", "gb18030"),
    (encoding_rs::GBK, "早晨新闻", "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk"),
    (encoding_rs::IBM866, "Утренние вести", "866 cp866 csibm866 ibm866"),
    (encoding_rs::ISO_2022_JP, "朝のニュース", "csiso2022jp iso-2022-jp"),
    (encoding_rs::ISO_8859_10, "Ærø þing", "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"),
    (encoding_rs::ISO_8859_13, "Rīta ziņas", "iso-8859-13 iso8859-13 iso885913"),
    (encoding_rs::ISO_8859_14, "Ŵyl y môr", "iso-8859-14 iso8859-14 iso885914"),
    (encoding_rs::ISO_8859_15, "Œuvre 5 €", "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"),
    (encoding_rs::ISO_8859_16, "Știri și țări", "iso-8859-16"),
    (
        encoding_rs::ISO_8859_2,
        "Ranní zprávy ěšč",
        "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    ),
    (
        encoding_rs::ISO_8859_3,
        "Ĉiutagaj novaĵoj",
        "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    ),
    (
        encoding_rs::ISO_8859_4,
        "Šis rīts",
        "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    ),
    (
        encoding_rs::ISO_8859_5,
        "Утренние вести",
        "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    ),
    (
        encoding_rs::ISO_8859_6,
        "خبر الصباح",
        "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e \
         iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    ),
    (
        encoding_rs::ISO_8859_7,
        "Πρωινά νέα",
        "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 \
         iso_8859-7:1987 sun_eu_greek",
    ),
    (
        encoding_rs::ISO_8859_8,
        "חדשות הבוקר",
        "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 \
         iso_8859-8:1988 visual",
    ),
    (encoding_rs::ISO_8859_8_I, "חדשות הבוקר", "csiso88598i iso-8859-8-i logical"),
    (encoding_rs::KOI8_R, "Утренние вести", "cskoi8r koi koi8 koi8-r koi8_r"),
    (encoding_rs::KOI8_U, "Ранкові вісті", "koi8-ru koi8-u"),
    (encoding_rs::MACINTOSH, "Café — œuvre", "csmacintosh mac macintosh x-mac-roman"),
    (encoding_rs::SHIFT_JIS, "朝のニュース", "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"),
    (encoding_rs::WINDOWS_1250, "Ranní „zprávy“ ěšč", "cp1250 windows-1250 x-cp1250"),
    (encoding_rs::WINDOWS_1251, "Утренние вести", "cp1251 windows-1251 x-cp1251"),
    (
        encoding_rs::WINDOWS_1252,
        "Café “tua” – 5 €",
        "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 \
         iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252",
    ),
    (encoding_rs::WINDOWS_1253, "Πρωινά νέα", "cp1253 windows-1253 x-cp1253"),
    (
        encoding_rs::WINDOWS_1254,
        "İstanbul’da şiir",
        "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 \
         windows-1254 x-cp1254",
    ),
    (encoding_rs::WINDOWS_1255, "חדשות הבוקר", "cp1255 windows-1255 x-cp1255"),
    (encoding_rs::WINDOWS_1256, "خبر الصباح", "cp1256 windows-1256 x-cp1256"),
    (encoding_rs::WINDOWS_1257, "Rīta ziņas", "cp1257 windows-1257 x-cp1257"),
    (encoding_rs::WINDOWS_1258, "Đăk Lăk", "cp1258 windows-1258 x-cp1258"),
    (encoding_rs::WINDOWS_874, "ข่าวเช้า", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"),
    (encoding_rs::X_USER_DEFINED, "\u{F7E9}", "x-user-defined"),
    (encoding_rs::X_MAC_CYRILLIC, "Утренние вести", "x-mac-cyrillic x-mac-ukrainian"),
    (encoding_rs::UTF_8, "Kafé 早晨 🌾", "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"),
];

/// Names that stand for nothing that may be read (WHATWG 14.1).
const REPLACED: &str = "csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr replacement";

/// A document that declares `label` and is in `encoding`.
fn document(encoding: &'static Encoding, label: &str, text: &str) -> (String, Vec<u8>) {
    let document = format!("<?xml version='1.0' encoding='{label}'?><t>{text}</t>");
    let (bytes, _, unmappable) = encoding.encode(&document);
    assert!(!unmappable, "{label}");
    let bytes = bytes.into_owned();
    (document, bytes)
}

#[track_caller]
fn check(bytes: &[u8], content_type: Option<&str>, text: &str, encoding: &'static Encoding) {
    let decoded = decode(bytes, content_type);
    assert_eq!(decoded.text, text);
    assert_eq!(decoded.encoding, encoding.name().to_ascii_lowercase(), "{text}");
    assert_eq!(decoded.repair, None, "{text}");
}

#[test]
fn every_name_is_known() {
    for (encoding, text, labels) in ENCODINGS {
        for label in labels.split_whitespace() {
            let (text, bytes) = document(encoding, label, text);
            check(&bytes, None, &text, encoding);
            check(&bytes, Some("application/rss+xml"), &text, encoding);
            let upper = format!("text/xml; charset=\"{}\"", label.to_ascii_uppercase());
            check(&bytes, Some(&upper), &text, encoding);
        }
    }
}

#[test]
fn the_header_counts_more_than_the_document() {
    for (encoding, text, labels) in ENCODINGS {
        let label = labels.split_whitespace().next().unwrap_or("");
        let (text, bytes) = document(encoding, "iso-8859-2", text);
        check(&bytes, Some(&format!("application/xml;charset={label}")), &text, encoding);
    }
}

#[test]
fn a_wrong_name_does_not_cost_the_text() {
    let text = "Утренние вести: погода и дороги города, новости спорта";
    for (encoding, _, labels) in ENCODINGS {
        let label = labels.split_whitespace().next().unwrap_or("");
        let (document, bytes) = document(encoding_rs::UTF_8, label, text);
        let decoded = decode(&bytes, None);
        assert_eq!((decoded.text.into_owned(), decoded.encoding.as_str()), (document, "utf-8"), "{label}");
        let detail = decoded.repair.map(|repair| repair.detail);
        let wrong = format!("the document says {label:?}, read as utf-8");
        assert_eq!(detail, (*encoding != encoding_rs::UTF_8).then_some(wrong));
    }
}

#[test]
fn names_that_stand_for_nothing_are_wrong() {
    for label in REPLACED.split(' ') {
        let (text, bytes) = document(encoding_rs::UTF_8, label, "Kabar pagi");
        let decoded = decode(&bytes, None);
        assert_eq!((&*decoded.text, decoded.encoding.as_str()), (text.as_str(), "utf-8"), "{label}");
        assert!(decoded.repair.is_some(), "{label}");
    }
}
