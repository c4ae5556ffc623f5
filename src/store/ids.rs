//! Published ids. What warta names itself is stored as a path and gets the store's authority when it is read, so that
//! an authority that is known late (or given by the operator) holds for everything. RFC 4151 has the form of a `tag:`.

use rusqlite::{Connection, OptionalExtension, Result};

/// Stands in for the authority as long as there is neither a tag nor a public `base_url`: ids are provisional then.
pub(super) const PROVISIONAL: &str = "localhost,2026";

/// The operator's tag, else the first public `base_url`'s host and year; none as long as ids are provisional.
pub(super) fn authority(connection: &Connection) -> Result<Option<String>> {
    Ok(match value(connection, "tag")? {
        Some(tag) => Some(tag),
        None => value(connection, "authority")?,
    })
}

/// A single value of the store.
pub(super) fn value(connection: &Connection, key: &str) -> Result<Option<String>> {
    connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()
}

/// Sets a single value of the store, or forgets it.
pub(super) fn set_value(connection: &Connection, key: &str, value: Option<&str>) -> Result<()> {
    match value {
        Some(value) => connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", [key, value])?,
        None => connection.execute("DELETE FROM meta WHERE key = ?1", [key])?,
    };
    Ok(())
}

/// An absolute IRI for what is stored: a path without a colon goes behind the authority.
pub(super) fn iri(stored: &str, authority: Option<&str>) -> String {
    if stored.contains(':') {
        return stored.to_owned();
    }
    format!("tag:{}:{stored}", authority.unwrap_or(PROVISIONAL))
}

/// How an id is stored. One that an origin copied from this very store is the path that it was made of, so that it
/// meets the original in the column that holds each id once.
pub(super) fn stored<'a>(id: &'a str, authority: Option<&str>) -> &'a str {
    id.strip_prefix("tag:")
        .and_then(|rest| rest.strip_prefix(authority.unwrap_or(PROVISIONAL)))
        .and_then(|rest| rest.strip_prefix(':'))
        .filter(|path| !path.is_empty() && !path.contains(':'))
        .unwrap_or(id)
}

/// The story's id for a story number.
pub(super) fn story_iri(story: i64, authority: Option<&str>) -> String {
    iri(&format!("story/{story}"), authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_ids_are_stored_without_their_authority() {
        fn check(id: &str, kept: &str) {
            let authority = Some("berita.example,2026");
            assert_eq!(stored(id, authority), kept);
            assert_eq!(stored(&iri(kept, authority), authority), kept, "and come back");
        }
        check("item/0123", "item/0123");
        check("tag:berita.example,2026:item/0123", "item/0123");
        check("tag:other.example,2026:item/0123", "tag:other.example,2026:item/0123");
        check("https://a.example/1", "https://a.example/1");
        assert_eq!(iri("section/all", None), "tag:localhost,2026:section/all");
    }
}
