//! What the driver says, and what it means here: SQLite's extended result codes, one by one.

use rusqlite::ErrorCode;

use super::subject::Subject;
use crate::error::{Error, Unavailable};

/// A failure of the store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StoreError {
    /// Another process or connection held the database until the deadline.
    #[error("busy")]
    Busy,
    /// A statement was stopped by its deadline.
    #[error("interrupted by its deadline")]
    Interrupted,
    /// The disk, or the space the file may take, is full.
    #[error("disk full: {0}")]
    Full(String),
    /// The file or its directory can't be written.
    #[error("read-only: {0}")]
    ReadOnly(String),
    /// The file is missing or can't be opened.
    #[error("can't open: {0}")]
    CantOpen(String),
    /// The process or the system has no descriptor left to open it with.
    #[error("no descriptors left: {0}")]
    NoDescriptors(String),
    /// The file is damaged or not a database.
    #[error("damaged: {0}")]
    Damaged(String),
    /// The file has another schema version than this program.
    #[error("schema version {found}, this program has {known}")]
    OtherSchema { found: u32, known: u32 },
    /// A value stood already where it must be unique; names the columns as SQLite does (`events.slug`).
    #[error("not unique: {0}")]
    Unique(String),
    /// A CHECK, NOT NULL, foreign key or type rule of the schema.
    #[error("constraint: {0}")]
    Constraint(String),
    /// A stored value is not what its column should hold.
    #[error("column {0} holds something unexpected")]
    BadColumn(String),
    /// Anything else: a defect of ours.
    #[error("driver: {0}")]
    Driver(String),
}

impl StoreError {
    /// Whether the connection that said this should be closed rather than used again.
    pub(crate) fn spoils_connection(&self) -> bool {
        matches!(self, Self::CantOpen(_) | Self::Damaged(_) | Self::ReadOnly(_))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        let rusqlite::Error::SqliteFailure(failure, _) = &error else {
            return Self::Driver(text);
        };
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::OperationInterrupted => Self::Interrupted,
            ErrorCode::DiskFull => Self::Full(text),
            ErrorCode::SystemIoFailure if out_of_space(failure.extended_code) => Self::Full(text),
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly(text),
            ErrorCode::CannotOpen => Self::CantOpen(text),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::SystemIoFailure => Self::Damaged(text),
            ErrorCode::ConstraintViolation => match failure.extended_code {
                rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                    Self::Unique(text.rsplit(": ").next().unwrap_or_default().to_owned())
                }
                _ => Self::Constraint(text),
            },
            _ => Self::Driver(text),
        }
    }
}

/// SQLite reports a full disk as FULL where it notices, else as an I/O error of the call that failed: writing, growing the
/// shared-memory file, and syncing are the ones that need space.
fn out_of_space(extended_code: i32) -> bool {
    matches!(
        extended_code,
        rusqlite::ffi::SQLITE_IOERR_WRITE
            | rusqlite::ffi::SQLITE_IOERR_SHMSIZE
            | rusqlite::ffi::SQLITE_IOERR_SHMMAP
            | rusqlite::ffi::SQLITE_IOERR_FSYNC
    )
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let reason = match &error {
            StoreError::Busy => Unavailable::Busy,
            StoreError::Interrupted => Unavailable::TookTooLong,
            StoreError::Full(_) => Unavailable::DiskFull,
            StoreError::ReadOnly(_) => Unavailable::ReadOnly,
            StoreError::NoDescriptors(_) => Unavailable::Overloaded,
            StoreError::CantOpen(_) | StoreError::Damaged(_) => Unavailable::Damaged,
            &StoreError::OtherSchema { found, known } if found > known => return Self::SchemaTooNew { found, known },
            &StoreError::OtherSchema { found, known } => return Self::SchemaOutdated { found, needed: known },
            StoreError::Unique(_) | StoreError::Constraint(_) | StoreError::BadColumn(_) | StoreError::Driver(_) => {
                tracing::error!(%error, database = %Subject::name(), "the store refused what the engine asked of it");
                return Self::Internal;
            }
        };
        tracing::warn!(%error, database = %Subject::name(), "the store is unavailable");
        Self::Unavailable(reason)
    }
}
