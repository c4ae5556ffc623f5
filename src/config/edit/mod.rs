//! Changes the text of a configuration file and keeps what its writer put around it: comments, order, blank lines.
//!
//! In come a file's text and one change, out goes the new text. It reads and writes no file, and judges nothing: whoever
//! asks for a change has the result loaded and checked before it replaces the file.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, RawString, Table, TableLike, Value, value};

/// Why a text was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It is no TOML.
    #[error("it is no TOML: {0}")]
    Syntax(String),
    /// No `[[feed]]` in it has this address.
    #[error("no [[feed]] in it has the address {0}")]
    NoSuchFeed(String),
    /// `feed` is something else than a list of tables.
    #[error("`feed` is no list of tables")]
    NoList,
}

/// Adds a feed behind the last one.
///
/// # Errors
/// Where the text is no TOML or `feed` no list.
pub fn add_feed(text: &str, url: &str, section: Option<&str>) -> Result<String, EditError> {
    let mut file = File::parse(text)?;
    match file.document.get_mut("feed") {
        Some(Item::ArrayOfTables(feeds)) => feeds.push(feed(Table::new(), url, section)),
        Some(Item::Value(Value::Array(feeds))) => feeds.push(feed(InlineTable::new(), url, section)),
        Some(_) => return Err(EditError::NoList),
        None => {
            let mut feeds = ArrayOfTables::new();
            feeds.push(feed(Table::new(), url, section));
            file.add_at_the_end(feeds);
        }
    }
    Ok(file.into_text())
}

/// Takes the feed out that is written with this address. Comments above it stay; what stands inside it goes.
///
/// # Errors
/// Where the text is no TOML or has no such feed.
pub fn remove_feed(text: &str, url: &str) -> Result<String, EditError> {
    let mut file = File::parse(text)?;
    let missing = || EditError::NoSuchFeed(url.to_owned());
    match file.document.get_mut("feed") {
        Some(Item::ArrayOfTables(feeds)) => {
            let index = feeds.iter().position(|feed| is_at(feed, url)).ok_or_else(missing)?;
            let removed = feeds.get(index).cloned().ok_or_else(missing)?;
            feeds.remove(index);
            if feeds.is_empty() {
                file.document.remove("feed");
            }
            file.keep_comments_of(&removed);
        }
        Some(Item::Value(Value::Array(feeds))) => {
            let is_wanted = |feed: &Value| feed.as_inline_table().is_some_and(|feed| is_at(feed, url));
            let index = feeds.iter().position(is_wanted).ok_or_else(missing)?;
            feeds.remove(index);
        }
        _ => return Err(missing()),
    }
    Ok(file.into_text())
}

/// Gives the feed that is written with the address `old` the address `new`, and puts the old one into its `was`.
///
/// # Errors
/// Where the text is no TOML or has no such feed.
pub fn move_feed(text: &str, old: &str, new: &str) -> Result<String, EditError> {
    let mut file = File::parse(text)?;
    let feed: Option<&mut dyn TableLike> = match file.document.get_mut("feed") {
        Some(Item::ArrayOfTables(feeds)) => {
            feeds.iter_mut().find(|feed| is_at(*feed, old)).map(|feed| feed as &mut dyn TableLike)
        }
        Some(Item::Value(Value::Array(feeds))) => {
            let mut tables = feeds.iter_mut().filter_map(Value::as_inline_table_mut);
            tables.find(|feed| is_at(*feed, old)).map(|feed| feed as &mut dyn TableLike)
        }
        _ => None,
    };
    let feed = feed.ok_or_else(|| EditError::NoSuchFeed(old.to_owned()))?;
    if let Some(url) = feed.get_mut("url").and_then(Item::as_value_mut) {
        let decor = url.decor().clone();
        *url = Value::from(new);
        *url.decor_mut() = decor;
    }
    match feed.get_mut("was").and_then(Item::as_array_mut) {
        Some(was) => {
            was.retain(|address| address.as_str().is_none_or(|address| address != new && address != old));
            was.push(old);
        }
        None => {
            feed.insert("was", value(Array::from_iter([old])));
        }
    }
    Ok(file.into_text())
}

/// Whether a feed is written with this address.
fn is_at(feed: &dyn TableLike, url: &str) -> bool {
    feed.get("url").and_then(Item::as_str).is_some_and(|written| written.trim() == url)
}

/// A feed with these keys, in a table of either kind.
fn feed<T: TableLike>(mut table: T, url: &str, section: Option<&str>) -> T {
    table.insert("url", value(url));
    if let Some(section) = section {
        table.insert("section", value(section));
    }
    table
}

/// A text while it is changed, with what the editor of its tables would not keep: a byte order mark, and the ends of
/// its lines.
struct File {
    document: DocumentMut,
    has_mark: bool,
    has_crlf: bool,
}

const MARK: char = '\u{feff}';

impl File {
    fn parse(text: &str) -> Result<Self, EditError> {
        let bare = text.strip_prefix(MARK).unwrap_or(text);
        let document = bare.parse().map_err(|error: toml_edit::TomlError| EditError::Syntax(error.to_string()))?;
        Ok(Self { document, has_mark: bare.len() < text.len(), has_crlf: text.contains("\r\n") })
    }

    fn into_text(self) -> String {
        let text = self.document.to_string();
        let text = if self.has_crlf { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text };
        if self.has_mark { format!("{MARK}{text}") } else { text }
    }

    /// Puts the first `[[feed]]` behind everything else, comments at the end of the file included.
    fn add_at_the_end(&mut self, mut feeds: ArrayOfTables) {
        let trailing = text_of(Some(self.document.trailing()));
        if let Some(first) = feeds.get_mut(0) {
            first.decor_mut().set_prefix(format!("{trailing}\n"));
        }
        self.document.set_trailing("");
        self.document.insert("feed", Item::ArrayOfTables(feeds));
    }

    /// Puts what stood above a removed table above the one that follows it, or at the end of the file: a comment there
    /// may be about more than the table.
    fn keep_comments_of(&mut self, removed: &Table) {
        let above = text_of(removed.decor().prefix());
        if above.trim().is_empty() {
            return;
        }
        let next = tables(&mut self.document)
            .filter(|table| table.position() > removed.position())
            .min_by_key(|table| table.position());
        match next {
            Some(next) => {
                let own = text_of(next.decor().prefix());
                // Where an empty line stands above already, one is enough.
                let own = if above.ends_with("\n\n") { own.trim_start_matches('\n') } else { &own };
                next.decor_mut().set_prefix(format!("{above}{own}"));
            }
            None => {
                let own = text_of(Some(self.document.trailing()));
                self.document.set_trailing(format!("{above}{own}"));
            }
        }
    }
}

/// The tables with a header of their own at the top of a document.
fn tables(document: &mut DocumentMut) -> impl Iterator<Item = &mut Table> {
    document.iter_mut().flat_map(|(_, item)| -> Vec<&mut Table> {
        match item {
            Item::Table(table) => vec![table],
            Item::ArrayOfTables(tables) => tables.iter_mut().collect(),
            Item::Value(_) | Item::None => Vec::new(),
        }
    })
}

fn text_of(raw: Option<&RawString>) -> String {
    raw.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
