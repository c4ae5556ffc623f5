//! `warta moved`: permanent redirects of feeds, seen by polls; and feeds.toml brought up to them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use url::Url;

use super::editor::Editor;
use super::exit::{Code, Failure};
use super::{Global, house, output};
use crate::app::{self, Move};
use crate::config::{Config, FeedConfig, edit};
use crate::notation::address::masked;

/// Arguments of `moved`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Write what is listed into feeds.toml.
    #[arg(long, conflicts_with_all = ["old", "new"])]
    apply: bool,
    /// A feed that moved without saying so, by its address in feeds.toml.
    #[arg(value_name = "OLD", requires = "new")]
    old: Option<String>,
    /// Its new address.
    #[arg(value_name = "NEW")]
    new: Option<String>,
}

pub(crate) fn run(global: &Global, options: &Options) -> Result<Code, Failure> {
    let mut editor = Editor::open(global)?;
    if let (Some(old), Some(new)) = (&options.old, &options.new) {
        return by_hand(global, &mut editor, old, new);
    }
    let now = house::clock()?.now();
    let moves = house::block_on(async { Ok(app::moves(&editor.config, now).await?) })?;
    if options.apply { apply(global, &mut editor, &moves) } else { list(&moves) }
}

/// One line a move.
fn list(moves: &[Move]) -> Result<Code, Failure> {
    if moves.is_empty() {
        output::remark("no feed has moved");
        return Ok(Code::Ok);
    }
    let lines: Vec<String> = moves.iter().map(|one| format!("{}\n", in_words(one))).collect();
    output::text(&lines.concat())?;
    Ok(Code::Ok)
}

/// "OLD -> NEW (..)"
fn in_words(one: &Move) -> String {
    let seen = match (one.adopted, one.since) {
        (true, _) => "asked there already".to_owned(),
        (false, Some(since)) => format!("seen {} times in a row since {since}", one.sightings),
        (false, None) => "seen".to_owned(),
    };
    format!("{} -> {} ({seen})", masked(&one.from), masked(one.to.as_str()))
}

/// Writes all moves, each file once. What cannot be written is told, and makes the command fail.
fn apply(global: &Global, editor: &mut Editor, moves: &[Move]) -> Result<Code, Failure> {
    let mut code = Code::Ok;
    let mut by_file: BTreeMap<PathBuf, Vec<&Move>> = BTreeMap::new();
    for one in moves {
        let Some(feed) = editor.config.feed(&one.from) else { continue };
        match objection(&editor.config, feed, &one.to, moves) {
            None => by_file.entry(editor.file_of(feed)).or_default().push(one),
            Some(objection) => {
                output::remark(&format!("{} is left as it is: {objection}", masked(&one.from)));
                code = Code::Failed;
            }
        }
    }
    if moves.is_empty() {
        output::remark("no feed has moved");
    }
    for (file, moves) in by_file {
        editor.change(&file, |text| {
            moves.iter().try_fold(text.to_owned(), |text, one| edit::move_feed(&text, &one.from, one.to.as_str()))
        })?;
        let lines: Vec<String> =
            moves.iter().map(|one| format!("{} -> {}\n", masked(&one.from), masked(one.to.as_str()))).collect();
        output::text(&lines.concat())?;
        editor.tell(global, &file);
    }
    Ok(code)
}

/// Why a redirect that a server sends is not written into feeds.toml unasked.
fn objection(config: &Config, feed: &FeedConfig, to: &Url, moves: &[Move]) -> Option<String> {
    let shown = masked(to.as_str());
    if let Some(other) = config.feed(to.as_str()).filter(|other| other.key != feed.key) {
        let place = &other.place;
        return Some(format!("{shown} stands in {}:{} already; remove one of the two", place.file, place.line));
    }
    if moves.iter().any(|one| one.to == *to && one.from != feed.key) {
        return Some(format!("another feed has moved to {shown} too; remove one of the two"));
    }
    let has_secrets = feed.auth.is_some() || !feed.headers.is_empty();
    (has_secrets && to.origin() != feed.url.origin()).then(|| {
        format!(
            "its credentials or headers would go to {shown}; if that is meant, run `warta moved` with both addresses"
        )
    })
}

/// Moves one feed because the operator says so.
fn by_hand(global: &Global, editor: &mut Editor, old: &str, new: &str) -> Result<Code, Failure> {
    let new = new.trim();
    let url = Url::parse(new)
        .map_err(|error| Failure::new(Code::Usage, format!("{} is no address: {error}", masked(new))))?;
    let known = |address: &str| editor.config.feed(address.trim());
    if known(old).is_none() && known(new).is_some_and(|feed| feed.was.iter().any(|was| was == old.trim())) {
        output::remark(&format!("{} stands in feeds.toml with that old address already", masked(new)));
        return Ok(Code::Ok);
    }
    let feed = editor.feed(old)?;
    if let Some(other) = known(url.as_str()) {
        let message = format!("{} stands in {}:{} already", masked(new), other.place.file, other.place.line);
        return Err(Failure::new(Code::Failed, message));
    }
    let (key, file) = (feed.key.clone(), editor.file_of(feed));
    editor.change(&file, |text| edit::move_feed(text, &key, new))?;
    output::text(&format!("{} -> {}", masked(&key), masked(new)))?;
    editor.tell(global, &file);
    Ok(Code::Ok)
}
