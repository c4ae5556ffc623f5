//! Which lines of the main text are text. A line is judged by how it begins, by how much of it is links, and by whether
//! it stands in a list of other news.

use super::facts::Known;
use super::visible::line;
use super::words::{EDITORS, FURNITURE, LEADS, OTHER_NEWS, PROMOTED, PROMOTING, WRITERS, behind, folded, letters};
use crate::notation::aside::leads_elsewhere;
use crate::notation::page::{Piece, PieceKind, TextLine};

/// Of ten letters, those in links that make a line one of links.
const LINKED: usize = 8;
/// Words of the shortest line that ends a list of other news.
const PARAGRAPH: usize = 16;
/// Words of the longest label.
const MAX_LABEL: usize = 4;
/// Words of the longest line that names people.
const MAX_CREDIT: usize = 10;
/// Characters of the longest desk code.
const MAX_DESK_CODE: usize = 14;

/// What becomes of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Keep,
    /// So many of its last characters are none of the text.
    Cut(usize),
    Drop,
}

/// Judges the pieces of the main text of one page.
pub(super) fn judge(pieces: &[Piece], known: &Known) -> Vec<Verdict> {
    let mut verdicts = Vec::with_capacity(pieces.len());
    let mut among_others = false;
    for piece in pieces {
        let keep = match &piece.kind {
            PieceKind::Picture(picture) => !among_others && known.picture.as_deref() != Some(picture.address.as_str()),
            PieceKind::Line(line) => {
                let whole = folded(&line.text);
                let long = line.text.split_whitespace().count() >= PARAGRAPH && !is_linked(line);
                among_others = OTHER_NEWS.contains(&whole.as_str()) || among_others && !long;
                !among_others && !known.lines.contains(&whole) && is_text(line, &whole)
            }
        };
        verdicts.push(if keep { Verdict::Keep } else { Verdict::Drop });
    }
    verdicts
}

/// Cuts desk codes: from the last line that is kept, and from any where its marks stand behind a sentence, for a page
/// may go on below its article. A line that is nothing else is dropped.
pub(super) fn end(pieces: &[Piece], verdicts: &mut [Verdict]) {
    let mut is_last = true;
    for (piece, verdict) in pieces.iter().zip(verdicts.iter_mut()).rev() {
        let Some(line) = line(piece).filter(|_| *verdict == Verdict::Keep) else { continue };
        let found = desk_code(&line.text).filter(|code| is_last || code.is_marked && code.ends_sentence);
        let text = found.map_or("", |code| code.text);
        *verdict = match letters(text) {
            0 => Verdict::Keep,
            all if all == letters(&line.text) => Verdict::Drop,
            _ => Verdict::Cut(text.chars().filter(|letter| !letter.is_whitespace()).count()),
        };
        is_last &= *verdict == Verdict::Drop;
    }
}

/// The lines that stay.
pub(super) fn kept<'a>(pieces: &'a [Piece], verdicts: &'a [Verdict]) -> impl Iterator<Item = &'a TextLine> {
    pieces.iter().zip(verdicts).filter(|(_, verdict)| **verdict != Verdict::Drop).filter_map(|(piece, _)| line(piece))
}

fn is_text(line: &TextLine, whole: &str) -> bool {
    let words = line.text.split_whitespace().count();
    let is_credit = || words <= MAX_CREDIT && [EDITORS, WRITERS].iter().any(|labels| is_labelled(&line.text, labels));
    let is_furniture = || words <= MAX_LABEL && FURNITURE.contains(&whole);
    let leads = leads_elsewhere(whole) || LEADS.iter().any(|lead| begins(whole, lead));
    !(is_linked(line) || line.is_title || leads || is_credit() || is_furniture() || is_promotion(whole))
        && letters(whole) > 0
}

/// True where the words of `lead` are the first ones, whole.
fn begins(whole: &str, lead: &str) -> bool {
    let next = whole.strip_prefix(lead).map(|rest| rest.chars().next());
    lead.ends_with(':') && next.is_some()
        || next.is_some_and(|next| next.is_none_or(|letter| !letter.is_alphanumeric()))
}

fn is_labelled(text: &str, labels: &[&str]) -> bool {
    behind(text, labels).is_some_and(|(_, colon)| colon)
}

/// Links and next to nothing else.
fn is_linked(line: &TextLine) -> bool {
    line.linked * 10 >= letters(&line.text) * LINKED && line.linked > 0
}

fn is_promotion(whole: &str) -> bool {
    let short = whole.split_whitespace().count() <= 2 * PARAGRAPH;
    short && PROMOTING.iter().any(|word| begins(whole, word)) && PROMOTED.iter().any(|thing| has(whole, thing))
}

/// True where the words of `thing` stand in a line, whole.
fn has(whole: &str, thing: &str) -> bool {
    whole.match_indices(thing).any(|(at, _)| {
        let before = whole[..at].chars().next_back();
        let after = whole[at + thing.len()..].chars().next();
        [before, after].iter().all(|next| next.is_none_or(|letter| !letter.is_alphanumeric()))
    })
}

/// Who wrote a text, in brackets at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct DeskCode<'a> {
    /// With its brackets.
    text: &'a str,
    /// The letters of a desk and a number.
    is_marked: bool,
    /// It stands behind a sentence, or alone.
    ends_sentence: bool,
}

/// "(OL-4)", "(aik/fay)", "(Ant)": behind the last sentence, or with the marks of a desk.
fn desk_code(text: &str) -> Option<DeskCode<'_>> {
    let at = text.rfind('(').filter(|_| text.ends_with(')'))?;
    let code = &text[at + 1..text.len() - 1];
    let short = code.chars().count() <= MAX_DESK_CODE && !code.trim().contains(' ');
    let named = code.chars().any(|letter| letter.is_alphabetic() || letter == '*');
    let before = text[..at].trim_end();
    let ends_sentence = before.is_empty() || before.ends_with(['.', '!', '?', '"', '”', '\'', '’']);
    let is_marked = code.rsplit_once('-').is_some_and(|(desk, number)| {
        desk.rsplit('/').next().is_some_and(|desk| !desk.is_empty() && desk.chars().all(char::is_uppercase))
            && !number.is_empty()
            && number.chars().all(|letter| letter.is_ascii_digit())
    });
    (short && named && (ends_sentence || is_marked)).then_some(DeskCode { text: &text[at..], is_marked, ends_sentence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, linked: usize, expected: bool) {
        let line = TextLine { text: text.to_owned(), linked, ..TextLine::default() };
        assert_eq!(is_text(&line, &folded(text)), expected, "{text}");
    }

    #[test]
    fn lines_that_are_none_of_the_text_are_told() {
        check("Baca juga: Banjir surut di lima desa", 24, false);
        check("Pembaca juga menunggu kabar dari lima desa.", 0, true);
        check("Simak juga video banjir", 0, false);
        check("Ikuti saluran WhatsApp kami untuk berita pilihan setiap hari", 10, false);
        check("Ikuti jejak ayahnya, Siti menjadi perawat di desa itu.", 0, true);
        check("Editor : Siti Aminah", 0, false);
        check("Editor itu menutup pertemuan dengan doa.", 0, true);
        check("Iklan", 0, false);
        check("Iklanlah yang membuat warga datang ke posko.", 0, true);
        check("Bagikan", 0, false);
        check("Jalan desa rusak", 15, false);
        check("Warga menyebut laporan itu keliru.", 7, true);
    }

    #[track_caller]
    fn check_code(text: &str, expected: Option<&str>) {
        assert_eq!(desk_code(text).map(|code| code.text), expected, "{text}");
    }

    #[test]
    fn desk_codes_end_a_text() {
        check_code("Warga pulang. (OL-4)", Some("(OL-4)"));
        check_code("Warga pulang (OL-4)", Some("(OL-4)"));
        check_code("Warga pulang.\" (Ant/OL-4)", Some("(Ant/OL-4)"));
        check_code("Warga pulang. (aik/fay)", Some("(aik/fay)"));
        check_code("Badan penanggulangan bencana (BNPB)", None);
        check_code("Mereka pulang pada hari yang sama. (Mereka tidak kembali lagi.)", None);
        check_code("Sejak tahun itu. (2020)", None);
    }
}
