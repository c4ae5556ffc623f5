//! What a reader sees round the headline: the date line, who wrote and who edited it.

use chrono_tz::Tz;

use super::names::{self, is_name};
use super::words::{self, CHANGED, EDITORS, WRITERS, behind, core};
use crate::model::Timestamp;
use crate::notation::date;
use crate::notation::page::{Piece, PieceKind, TextLine};

/// Lines below the headline that may be its date line or byline.
const BELOW: usize = 20;
/// Lines above it, where a date may stand too.
const ABOVE: usize = 4;
/// Characters of the longest date line or byline.
const MAX_LINE: usize = 100;
/// Digits of the shortest date.
const MIN_DIGITS: usize = 5;

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) published: Option<Timestamp>,
    pub(super) modified: Option<Timestamp>,
    pub(super) writers: Vec<String>,
    pub(super) editors: Vec<String>,
    /// Lines that were read and are no part of the text.
    pub(super) lines: Vec<String>,
}

/// Where the headline stands among the pieces of a page: the heading that says it, else any line that does and is no
/// link, else the first heading of all.
pub(super) fn headline(pieces: &[Piece], title: &str) -> usize {
    let title = core(title);
    let lines = || pieces.iter().enumerate().filter_map(|(index, piece)| Some((index, line(piece)?)));
    let says = |line: &TextLine| core(&line.text) == title;
    lines()
        .find(|(_, line)| line.is_title && says(line))
        .or_else(|| lines().find(|(_, line)| line.linked == 0 && says(line)))
        .or_else(|| lines().find(|(_, line)| line.is_title))
        .map_or(0, |(index, _)| index)
}

/// Reads the lines round the headline at `at`.
pub(super) fn see(pieces: &[Piece], at: usize, zone: Tz) -> Seen {
    let mut seen = Seen::default();
    let below: Vec<&TextLine> = pieces.iter().skip(at + 1).filter_map(line).take(BELOW).collect();
    let above: Vec<&TextLine> = pieces[..at.min(pieces.len())].iter().rev().filter_map(line).take(ABOVE).collect();
    let mut date_at = None;
    for (index, line) in below.iter().chain(&above).enumerate() {
        let Some((when, changed)) = date_line(&line.text, zone) else { continue };
        let slot = if changed { &mut seen.modified } else { &mut seen.published };
        if slot.is_none() {
            *slot = Some(when);
            date_at = date_at.or((index < below.len()).then_some(index));
            seen.lines.push(line.text.clone());
        }
        if seen.published.is_some() && index >= below.len() {
            break;
        }
    }
    seen.writers(&below, date_at);
    seen.editors(pieces);
    seen
}

impl Seen {
    /// A byline that says so, else the line or the part of it that is a name right before the date.
    fn writers(&mut self, below: &[&TextLine], date_at: Option<usize>) {
        for line in below {
            let labelled = parts(&line.text).find_map(|part| {
                let (name, colon) = behind(part, WRITERS)?;
                let names = people(name);
                (!names.is_empty() && (colon || line.text.chars().count() <= MAX_LINE)).then_some(names)
            });
            if let Some(names) = labelled {
                self.writers = names;
                self.lines.push(line.text.clone());
                return;
            }
        }
        let Some(at) = date_at else { return };
        let own = below[at].text.split_once('|').map(|(head, _)| head);
        let before = || below[..at].iter().rev().take(2).map(|line| line.text.as_str());
        for candidate in own.into_iter().chain(before()) {
            let names = people(candidate);
            let is_label = words::FURNITURE.contains(&words::folded(candidate).as_str());
            if !names.is_empty() && !is_label && candidate.chars().count() <= MAX_LINE && candidate.contains(' ') {
                self.writers = names;
                self.lines.push(candidate.to_owned());
                return;
            }
        }
    }

    /// The first line of the page that names its editor.
    fn editors(&mut self, pieces: &[Piece]) {
        for line in pieces.iter().filter_map(line).filter(|line| line.text.chars().count() <= MAX_LINE) {
            let named = parts(&line.text).find_map(|part| {
                let names = people(behind(part, EDITORS)?.0);
                (!names.is_empty()).then_some(names)
            });
            if let Some(names) = named {
                self.editors = names;
                self.lines.push(line.text.clone());
                return;
            }
        }
    }
}

/// The names of a byline, all of them or none.
pub(super) fn people(byline: &str) -> Vec<String> {
    let byline = behind(byline, WRITERS).map_or(byline, |(name, _)| name);
    let names = names::split(byline);
    if names.iter().all(|name| is_name(name)) { names } else { Vec::new() }
}

/// A line and what bars part it into.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(['|', '•', '·']).map(str::trim)
}

/// The moment that a line tells, and whether that is one of a change. A sentence that names a day is none.
pub(super) fn date_line(text: &str, zone: Tz) -> Option<(Timestamp, bool)> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if text.chars().count() > MAX_LINE || digits < MIN_DIGITS || text.ends_with('.') {
        return None;
    }
    let (told, changed) = match behind(text, CHANGED) {
        Some((rest, _)) => (rest, true),
        None => (text, false),
    };
    // The whole, then without a name before a bar, then from the first digit on.
    let behind_bar = told.split_once('|').map(|(_, rest)| rest.trim());
    let digits_on = told.find(|letter: char| letter.is_ascii_digit()).map(|at| &told[at..]);
    let when = [Some(told), behind_bar, digits_on].into_iter().flatten().find_map(|text| date::parse(text, zone))?;
    Some((when, changed))
}

/// The line that a piece is.
pub(super) fn line(piece: &Piece) -> Option<&TextLine> {
    match &piece.kind {
        PieceKind::Line(line) => Some(line),
        PieceKind::Picture(_) => None,
    }
}
