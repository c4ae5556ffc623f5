//! The lead picture and who made it.

use super::words::{PHOTOGRAPHERS, behind};
use crate::notation::page::{Piece, PieceKind};

/// Characters of the longest caption.
const MAX_CAPTION: usize = 600;
/// Characters of the longest credit.
const MAX_CREDIT: usize = 120;

/// The address of the lead picture as the page writes it, and its caption.
pub(super) struct Lead<'a> {
    pub(super) address: Option<&'a str>,
    pub(super) caption: Option<&'a str>,
    pub(super) alt: Option<&'a str>,
}

/// Finds the picture that `named` is, else the first one with a caption; `from` is where the headline stands.
pub(super) fn lead<'a>(pieces: &'a [Piece], named: Option<&str>, from: usize) -> Lead<'a> {
    let picture = |index: usize| match &pieces[index].kind {
        PieceKind::Picture(picture) => Some(picture),
        PieceKind::Line(_) => None,
    };
    let file =
        |address: &str| address.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).map(str::to_owned);
    let wanted = named.and_then(file).filter(|name| !name.is_empty());
    let same =
        |index: &usize| picture(*index).is_some_and(|picture| wanted.is_some() && file(&picture.address) == wanted);
    let captioned = |index: &usize| picture(*index).is_some() && caption(pieces, *index).is_some();
    let behind = || from.min(pieces.len())..pieces.len();
    let found = behind().find(same).or_else(|| (0..from.min(pieces.len())).rev().find(same));
    let found = found.or_else(|| behind().find(captioned));
    let Some(index) = found else { return Lead { address: None, caption: None, alt: None } };
    let picture = picture(index);
    Lead {
        address: picture.map(|picture| picture.address.as_str()),
        caption: caption(pieces, index),
        alt: picture.and_then(|picture| picture.alt.as_deref()),
    }
}

/// The line below a picture, where it calls itself its caption or ends as one.
fn caption(pieces: &[Piece], index: usize) -> Option<&str> {
    let below = pieces.get(index + 1..)?.first()?;
    let PieceKind::Line(line) = &below.kind else { return None };
    let fits = line.text.chars().count() <= MAX_CAPTION && line.linked == 0;
    let ends = line.text.ends_with(')') && credit(&line.text).is_some();
    let labelled = super::words::behind(&line.text, PHOTOGRAPHERS).is_some_and(|(_, colon)| colon);
    (fits && (line.is_caption || ends || labelled)).then_some(line.text.as_str())
}

/// The words in the last brackets of a caption, else what follows "Foto:".
pub(super) fn credit(caption: &str) -> Option<String> {
    let caption = caption.trim().trim_end_matches('.');
    let bracketed = caption.strip_suffix(')').and_then(|rest| Some(rest.rsplit_once('(')?.1));
    let inner = bracketed.or_else(|| Some(caption.rsplit_once('(')?.1.split_once(')')?.0));
    let labelled = || behind(caption, PHOTOGRAPHERS).filter(|(_, colon)| *colon).map(|(name, _)| name);
    let later = || {
        let (_, tail) = caption.rsplit_once(['.', '|'])?;
        behind(tail.trim(), PHOTOGRAPHERS).filter(|(_, colon)| *colon).map(|(name, _)| name)
    };
    let named = inner.or_else(later).or_else(labelled)?.trim();
    let named = behind(named, PHOTOGRAPHERS).filter(|(_, colon)| *colon).map_or(named, |(name, _)| name);
    let fits = !named.is_empty() && named.chars().count() <= MAX_CREDIT;
    (fits && named.chars().any(char::is_alphabetic)).then(|| named.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(caption: &str, expected: Option<&str>) {
        assert_eq!(credit(caption).as_deref(), expected, "{caption}");
    }

    #[test]
    fn credits_stand_in_the_last_brackets_or_behind_a_label() {
        check("Warga (kiri) dan petugas di posko. (DOK SATWALPRESS )", Some("DOK SATWALPRESS"));
        check("Banjir di kota (Ist)", Some("Ist"));
        check("Foto: Siti Aminah", Some("Siti Aminah"));
        check("Banjir (Foto: Siti Aminah)", Some("Siti Aminah"));
        check("Banjir surut.", None);
        check("Banjir ()", None);
        check("Jembatan (2020)", None);
    }
}
