//! Where the data lies: one SQLite file per tenant and one for the operator.
//!
//! This is the only module that names the database driver, and the only one that opens a database file, even to look: a plain
//! read of a file that this process has open drops SQLite's locks on it and can lose acknowledged writes.
//!
//! | file | holds |
//! |---|---|
//! | [`database`] | [`Database`]: one open file, its readers and its writer |
//! | [`connection`] | how a connection is opened, guarded and given a deadline |
//! | [`readers`], [`writer`] | the pool of reading connections; the one writing connection and shared commits |
//! | [`transaction`], [`row`], [`value`] | what capabilities work with: SQL in, typed rows out |
//! | [`conditions`] | what stands behind WHERE, put together from what a caller asks for |
//! | [`dialect`] | what SQLite does its own way, under names of ours |
//! | [`full_text`] | full-text search |
//! | [`schema`] | versions and migrations |
//! | [`snapshot`], [`backup`] | copies of databases that are in use; folders of them |
//! | [`mould`], [`template`], [`image`] | new databases: made in memory, written to disk, kept ready for new tenants |
//! | [`gate`] | the proof that nobody has a file open, before it is moved or replaced |
//! | [`directory`] | the data directory: its files, owner, locks and reserve |
//! | [`open_tenants`], [`caretaker`] | which tenants are open; checkpoints and closing in the background |
//! | [`inspect`] | what `doctor` looks at in one file |
//! | [`subject`] | under which name trouble is logged |
//! | [`error`] | what the driver says, and what it means here |

pub(crate) mod backup;
pub(crate) mod caretaker;
pub(crate) mod conditions;
pub(crate) mod connection;
pub(crate) mod database;
pub(crate) mod dialect;
pub(crate) mod directory;
pub(crate) mod error;
pub(crate) mod full_text;
pub(crate) mod gate;
pub(crate) mod image;
pub(crate) mod inspect;
pub(crate) mod mould;
pub(crate) mod open_tenants;
pub(crate) mod readers;
pub(crate) mod row;
pub(crate) mod schema;
pub(crate) mod snapshot;
mod subject;
pub(crate) mod template;
pub(crate) mod touched;
pub(crate) mod transaction;
pub(crate) mod value;
pub(crate) mod writer;

#[cfg(test)]
mod tests;

pub(crate) use database::Database;
pub(crate) use row::Row;
pub(crate) use transaction::Transaction;
pub(crate) use value::params;

/// The version of the bundled SQLite, and whether it is one whose write-ahead log is safe (3.51.3 or newer: earlier ones can
/// corrupt a file when a checkpoint meets a reset of the log).
pub(crate) fn sqlite_version() -> (&'static str, bool) {
    (rusqlite::version(), rusqlite::version_number() >= 3_051_003)
}
