//! Opens a database file as warta's: whose it is, which schema it has, and how SQLite shall treat it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::{Error, at};
use crate::model::STORE_BUSY_TIMEOUT;

/// "wart" in ASCII: `PRAGMA application_id` of every store, so that no other program's database is written to.
const APPLICATION_ID: i64 = 0x7761_7274;

/// Every migration in order; the n-th leads to schema n. One that has run is never edited once warta has been released.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_start.sql")];

/// Prepared statements that a connection keeps: a write uses some forty.
const STATEMENTS: usize = 128;

/// Opens for writing; makes file and folder where they are missing, and brings an older schema up.
pub(super) fn open(path: &Path) -> Result<Connection, Error> {
    let failed = at(path);
    let unwritable = |error: std::io::Error| Error::ReadOnly { path: path.to_owned(), cause: error.to_string() };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    // SQLite says only "unable to open database file"; the system says why.
    std::fs::OpenOptions::new().append(true).create(true).open(path).map_err(unwritable)?;
    let mut connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(&failed)?;
    connection.busy_timeout(STORE_BUSY_TIMEOUT).map_err(&failed)?;
    check(&connection, path)?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA wal_autocheckpoint = 4000; -- 16 MB: measured, a larger one makes commits wait longer
             PRAGMA cache_size = -16384;",
        )
        .map_err(&failed)?;
    migrate(&mut connection, path, MIGRATIONS)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Opens for reading a store that is there and has the schema known here.
pub(super) fn open_read_only(path: &Path) -> Result<Connection, Error> {
    let failed = at(path);
    if !path.exists() {
        return Err(Error::Missing { path: path.to_owned() });
    }
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(&failed)?;
    connection.busy_timeout(STORE_BUSY_TIMEOUT).map_err(&failed)?;
    if check(&connection, path)? == 0 {
        return Err(Error::Missing { path: path.to_owned() });
    }
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;").map_err(&failed)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Refuses a database of another program and one of a newer schema; gives the schema, 0 for an empty file.
fn check(connection: &Connection, path: &Path) -> Result<i64, Error> {
    let number = |pragma: &str| -> Result<i64, Error> {
        connection.query_row(&format!("SELECT * FROM pragma_{pragma}"), [], |row| row.get(0)).map_err(at(path))
    };
    let application = number("application_id")?;
    let schema = number("user_version")?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(at(path))?;
    if application != APPLICATION_ID && (application != 0 || tables > 0) {
        return Err(Error::Foreign { path: path.to_owned() });
    }
    let known = MIGRATIONS.len() as i64;
    if schema > known {
        return Err(Error::Newer { path: path.to_owned(), found: schema, known });
    }
    Ok(schema)
}

/// Runs what is missing, each in a transaction of its own. Two processes that open at once take turns.
fn migrate(connection: &mut Connection, path: &Path, migrations: &[&str]) -> Result<(), Error> {
    let failed = at(path);
    for (number, migration) in (1..).zip(migrations) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&failed)?;
        let schema: i64 =
            transaction.query_row("SELECT * FROM pragma_user_version", [], |row| row.get(0)).map_err(&failed)?;
        if schema < number {
            transaction.execute_batch(migration).map_err(&failed)?;
            if number == 1 {
                transaction
                    .execute("INSERT INTO meta (key, value) VALUES ('store_id', lower(hex(randomblob(16))))", [])
                    .map_err(&failed)?;
            }
            transaction
                .execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number};"))
                .map_err(&failed)?;
        }
        transaction.commit().map_err(&failed)?;
    }
    Ok(())
}
