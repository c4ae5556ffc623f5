use super::*;

fn check(bytes: &[u8], content_type: Option<&str>, text: &str, encoding: &str, repaired: bool) {
    let decoded = decode(bytes, content_type);
    assert_eq!((&*decoded.text, decoded.encoding.as_str()), (text, encoding));
    assert_eq!(decoded.repair.is_some(), repaired, "{:?}", decoded.repair);
}

#[test]
fn the_first_candidate_that_decodes_is_taken() {
    check("é".as_bytes(), None, "é", "utf-8", false);
    check(b"\xEF\xBB\xBFa", None, "a", "utf-8", false);
    check("\u{feff}д".as_bytes(), Some("text/xml; charset=windows-1251"), "д", "utf-8", true);
    check(b"\xE9", Some("text/xml; charset=\"ISO-8859-1\""), "é", "windows-1252", false);
    check(
        b"<?xml version='1.0' encoding='koi8-r'?>\xC1",
        None,
        "<?xml version='1.0' encoding='koi8-r'?>а",
        "koi8-r",
        false,
    );
    check("é".as_bytes(), Some("text/xml; charset=iso-8859-1"), "é", "utf-8", true);
    check("é".as_bytes(), Some("text/xml; charset=us-ascii"), "é", "utf-8", true);
    check("é".as_bytes(), Some("text/xml; charset=nonsense"), "é", "utf-8", true);
    check(b"<?xml version='1.0' encoding='utf-16'?>a", None, "<?xml version='1.0' encoding='utf-16'?>a", "utf-8", true);
}

#[test]
fn wide_encodings_are_told_by_mark_or_zero_bytes() {
    check(b"\xFE\xFF\0<\0a", None, "<a", "utf-16be", false);
    check(b"<\0a\0", None, "<a", "utf-16le", false);
    check(b"<\0a\0>", None, "<a", "utf-16le", true);
    check(b"\0\0\xFE\xFF\0\0\0<", None, "<", "utf-32be", false);
    check(b"<\0\0\0a\0\0\0", None, "<a", "utf-32le", false);
    check(b"<\0\0\0\xFF\xFF\xFF\xFF", None, "<\u{FFFD}", "utf-32le", true);
}

#[test]
fn one_bad_byte_does_not_cost_the_document() {
    check(b"caf\xC3\xA9 caf\xC3\xA9 \xC3\xA9\xC3\xA9 \x93", None, "café café éé \u{201C}", "utf-8", true);
    check(b"caf\xC3\xA9 caf\xC3", None, "café caf", "utf-8", true);
}

#[test]
fn a_label_of_nonsense_is_told_in_short() {
    let label = "\u{FFFF}".repeat(50);
    let document = format!("\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8{label}\"?><rss/>");
    let wide: Vec<u8> = document.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let detail = decode(&wide, None).repair.unwrap().detail;
    assert!(detail.starts_with("the document says \"utf-8\\u{ffff}") && detail.chars().count() < 120, "{detail}");
}

#[test]
fn text_that_was_encoded_twice_is_mended() {
    assert_eq!(mend("cafÃ©").as_deref(), Some("café"));
    assert_eq!(mend("it\u{92}s").as_deref(), Some("it\u{2019}s"));
    assert_eq!(mend("voilÃ\u{a0} ÐºÐ°Ñ\u{82}").as_deref(), Some("voilà кат"));
    assert_eq!(mend("caf\u{e9}\u{a0}\u{a0}: plein"), None, "no-break spaces behind a letter");
    assert_eq!(mend("viel Spaß« und Ö»"), None, "quotation marks behind a letter");
    assert_eq!(mend("itâ€™s â€œso\u{201d}").as_deref(), None);
    assert_eq!(mend("itâ€™s â€œsoâ€\u{9d} cafÃ© ðŸ˜€").as_deref(), Some("it’s “so” café 😀"));
    assert_eq!(mend("BEYONCÉ’S"), None);
    assert_eq!(mend("CAFÉ–BAR"), None);
    assert_eq!(mend("café"), None);
    assert_eq!(mend("plain"), None);
}

#[test]
fn the_mark_counts_more_than_all_names() {
    check(b"\xEF\xBB\xBF\xC3\xA9", Some("text/xml; charset=koi8-r"), "é", "utf-8", true);
    check(b"\xEF\xBB\xBF\xC3\xA9", Some("text/xml; charset=utf-8"), "é", "utf-8", false);
    check(b"\xFF\xFE<\0a\0", Some("text/xml; charset=iso-8859-1"), "<a", "utf-16le", true);
    check(b"\xFF\xFE<\0a\0", Some("text/xml; charset=utf-16"), "<a", "utf-16le", false);
    check(b"\xFF\xFE<\0a\0", Some("text/xml; charset=utf-16be"), "<a", "utf-16le", false);
    check(b"<\0\0\0a\0\0\0", Some("text/xml; charset=utf-32"), "<a", "utf-32le", false);
    check(b"<\0\0\0a\0\0\0", Some("text/xml; charset=ucs-4"), "<a", "utf-32le", false);
    check(b"<\0\0\0a\0\0\0", Some("text/xml; charset=utf-16"), "<a", "utf-32le", true);
}

#[test]
fn names_that_nobody_lists_are_known_where_they_are_plain() {
    let declared = |label: &str| format!("<?xml version='1.0' encoding='{label}'?>\u{430}");
    for (label, encoding) in
        [("windows_1251", "windows-1251"), ("maccyrillic", "x-mac-cyrillic"), ("cp1251", "windows-1251")]
    {
        let text = declared(label);
        let mut bytes = text.as_bytes().to_vec();
        bytes.truncate(bytes.len() - 2);
        bytes.push(0xE0);
        check(&bytes, None, &text, encoding, false);
    }
}

#[test]
fn a_page_names_its_encoding_in_a_meta() {
    let page = |meta: &str| format!("<!DOCTYPE html><html><head>{meta}</head>").into_bytes();
    for meta in ["<meta charset=koi8-r>", "<META http-equiv=x content='text/html; charset=koi8-r'/>"] {
        let mut bytes = page(meta);
        bytes.push(0xC1);
        let decoded = decode(&bytes, None);
        assert!(decoded.text.ends_with('\u{430}') && decoded.encoding == "koi8-r", "{meta}: {decoded:?}");
    }
}

#[test]
fn a_few_bad_characters_do_not_cost_a_declared_encoding() {
    let text = "<?xml version='1.0' encoding='gb2312'?>早晨新闻早晨新闻早晨新闻";
    let (bytes, ..) = encoding_rs::GBK.encode(text);
    let mut bytes = bytes.into_owned();
    bytes.extend([0xFF, b'<', b'/']);
    let decoded = decode(&bytes, None);
    assert_eq!((decoded.text.into_owned(), decoded.encoding.as_str()), (format!("{text}\u{FFFD}</"), "gbk"));
    assert_eq!(decoded.repair.map(|repair| repair.detail).as_deref(), Some("characters that are no gbk: 1"));
}
