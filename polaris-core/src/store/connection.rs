//! How a connection is opened, guarded and given a deadline.
//!
//! A serving connection opens an existing file and nothing else: no file is created, no URI is understood, no symbolic link is
//! followed. Its SQL can't attach another file, run triggers of an untrusted schema or write SQLite's own tables. Waiting for a
//! lock and running a statement both end at the deadline of the thread that asked.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::dialect;
use super::error::StoreError;
use super::schema::Kind;

/// Where a database is.
#[derive(Debug, Clone)]
pub(crate) enum Location {
    File(PathBuf),
    /// Shared by the connections of this process under a name of its own; gone when the last one closes.
    Memory(String),
}

impl Location {
    /// Opens a bare connection: no settings, no checks. `extra` may add CREATE for a file that is being made.
    pub(super) fn connect(&self, extra: OpenFlags) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | extra;
        Ok(match self {
            Self::File(path) => {
                // The bundled SQLite is built to read `file:…` as a URI whatever the flags say; an absolute path never begins so.
                let path = std::path::absolute(path).map_err(|error| StoreError::CantOpen(error.to_string()))?;
                Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NOFOLLOW)?
            }
            Self::Memory(name) => Connection::open_with_flags_and_vfs(name, flags | OpenFlags::SQLITE_OPEN_CREATE, c"memdb")?,
        })
    }
}

/// How long an acknowledged write must last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// An acknowledged write survives a power cut (`synchronous=FULL`).
    #[default]
    Full,
    /// An acknowledged write survives a crash of the program; a power cut may take the last ones (`synchronous=NORMAL`).
    Normal,
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Write(Durability),
    /// Checks, checkpoints and VACUUM: as trusted as a writer, but free to do what SQLite needs an attached file for.
    Maintain,
}

/// Statements kept prepared on each connection.
const STATEMENTS: usize = 128;
/// Kibibytes of page cache per connection: a tenant's working set is small and many tenants are open at once.
const CACHE_KIB: i64 = 512;
/// Writers checkpoint by themselves only when the background hasn't for this many pages (nearly 16 MiB).
const AUTO_CHECKPOINT_PAGES: i64 = 4_000;
/// Bytes that a log keeps when it is begun anew: all it is meant to grow to. A commit that makes the file longer takes half as long
/// again as one that writes where something was.
pub(super) const LOG_KEPT: u64 = 17 << 20;
/// SQLite asks whether to go on after this many steps of its virtual machine.
const STEPS_BETWEEN_LOOKS: i32 = 2_000;

/// Descriptors that one connection takes while it is opened: file, log, shared memory, directory; and as many for a neighbour.
const MOST_DESCRIPTORS: usize = 8;

/// Opens and guards a connection, and checks that the file is of this kind and of a schema this program knows.
///
/// SQLite says no more than that it can't open a file. That descriptors are short is found out beside it; and since some may have become
/// free in between, what can't be opened is tried once more before it counts as lost.
pub(super) fn open(location: &Location, kind: Kind, purpose: Purpose) -> Result<Connection, StoreError> {
    match open_once(location, kind, purpose) {
        Err(StoreError::CantOpen(text)) if is_forbidden(location) => Err(StoreError::ReadOnly(text)),
        Err(StoreError::CantOpen(text)) if descriptors_are_short() => Err(StoreError::NoDescriptors(text)),
        Err(StoreError::CantOpen(_)) => open_once(location, kind, purpose).map_err(|error| match error {
            StoreError::CantOpen(text) if descriptors_are_short() => StoreError::NoDescriptors(text),
            other => other,
        }),
        done => done,
    }
}

/// Whether this user may not read and write the file though it is there.
fn is_forbidden(location: &Location) -> bool {
    use rustix::fs::{Access, access};
    use rustix::io::Errno;
    matches!(location, Location::File(path) if access(path, Access::READ_OK | Access::WRITE_OK) == Err(Errno::ACCESS))
}

/// Whether there are too few descriptors, in this process or the whole system, for all that one connection takes.
fn descriptors_are_short() -> bool {
    use rustix::fs::{Mode, OFlags, open};
    use rustix::io::Errno;
    let one = |_| open("/", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
    matches!((0..MOST_DESCRIPTORS).map(one).collect::<Result<Vec<_>, _>>(), Err(Errno::MFILE | Errno::NFILE))
}

fn open_once(location: &Location, kind: Kind, purpose: Purpose) -> Result<Connection, StoreError> {
    let connection = location.connect(OpenFlags::empty())?;
    guard(&connection, purpose)?;
    let (application, version) = identity(&connection)?;
    if application != kind.application_id() {
        return Err(StoreError::Damaged(format!("not a {kind:?} database of Polaris (application id {application:#x})")));
    }
    if version == 0 {
        return Err(StoreError::Damaged("a database without a schema".to_owned()));
    }
    if purpose != Purpose::Maintain && version != kind.version() {
        return Err(StoreError::OtherSchema { found: version, known: kind.version() });
    }
    configure(&connection, location, purpose)?;
    Ok(connection)
}

/// A connection for one look at the header: it waits for others' locks, and no more.
pub(super) fn glance(location: &Location) -> Result<Connection, StoreError> {
    let connection = location.connect(OpenFlags::empty())?;
    connection.busy_handler(Some(wait_a_little))?;
    Ok(connection)
}

/// `application_id` and `user_version` of the file.
pub(super) fn identity(connection: &Connection) -> Result<(i64, u32), StoreError> {
    let application = connection.pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0))?;
    let version = connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))?;
    Ok((application, u32::try_from(version).unwrap_or(0)))
}

/// What needs no look into the file.
pub(super) fn guard(connection: &Connection, purpose: Purpose) -> Result<(), StoreError> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_handler(Some(wait_a_little))?;
    connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(deadline_has_passed))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // Otherwise a statement whose plan looked at a bound value, such as that of LIMIT, is compiled anew at every execution.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    dialect::teach(connection)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, 32 << 20)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000)?;
    connection.set_limit(Limit::SQLITE_LIMIT_COLUMN, 200)?;
    connection.set_limit(Limit::SQLITE_LIMIT_COMPOUND_SELECT, 16)?;
    connection.set_limit(Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 1_000)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000)?;
    connection.set_limit(Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 16)?;
    connection.set_limit(Limit::SQLITE_LIMIT_WORKER_THREADS, 0)?;
    if purpose != Purpose::Maintain {
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        connection.authorizer(Some(no_other_files))?;
    }
    Ok(())
}

fn no_other_files(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Attach { .. } | AuthAction::Detach { .. } => Authorization::Deny,
        AuthAction::Function { function_name: "load_extension" } => Authorization::Deny,
        _ => Authorization::Allow,
    }
}

/// What is set by PRAGMA. The journal mode is part of the file and only checked.
fn configure(connection: &Connection, location: &Location, purpose: Purpose) -> Result<(), StoreError> {
    let synchronous = match purpose {
        Purpose::Write(Durability::Normal) => "NORMAL",
        _ => "FULL",
    };
    // A savepoint keeps the pages it may have to put back, and a batch of writers soon fills more than the 64 KiB after which SQLite
    // would write them to a temporary file.
    connection.execute_batch(&format!(
        "PRAGMA temp_store = MEMORY;
         PRAGMA synchronous = {synchronous};
         PRAGMA cell_size_check = ON;
         PRAGMA cache_size = -{CACHE_KIB};
         PRAGMA wal_autocheckpoint = {AUTO_CHECKPOINT_PAGES};
         PRAGMA journal_size_limit = {LOG_KEPT};
         PRAGMA query_only = {};",
        if purpose == Purpose::Read { "ON" } else { "OFF" },
    ))?;
    if let Location::File(_) = location {
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        if mode != "wal" {
            // Left in another mode by a deletion that was broken off, or by a foreign tool. Without the write-ahead log
            // readers would block writers, so it is put right before anything is served.
            connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))?;
        }
    }
    Ok(())
}

thread_local! {
    /// When the work this thread is doing must be done.
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
    /// Whether the statement this thread is running must be finished, deadline or not.
    static UNSTOPPABLE: Cell<bool> = const { Cell::new(false) };
    /// A cheap source of jitter; its quality does not matter.
    static JITTER: Cell<u32> = Cell::new(jitter_seed());
}

/// Gives the work of this thread a deadline until dropped. An earlier one that is already set stays.
pub(super) struct Deadline {
    before: Option<Instant>,
}

impl Deadline {
    pub(super) fn set(at: Instant) -> Self {
        let before = DEADLINE.get();
        DEADLINE.set(Some(before.map_or(at, |earlier| earlier.min(at))));
        Self { before }
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        DEADLINE.set(self.before);
    }
}

fn deadline_has_passed() -> bool {
    !UNSTOPPABLE.get() && DEADLINE.get().is_some_and(|at| Instant::now() >= at)
}

/// Begins, ends or marks a transaction. The deadline bounds the waiting for a lock, but never stops the statement itself: SQLite
/// reports a COMMIT that its progress handler objects to as failed though it is done, and leaves a BEGIN open.
pub(super) fn control(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    struct Stoppable(bool);
    impl Drop for Stoppable {
        fn drop(&mut self) {
            UNSTOPPABLE.set(self.0);
        }
    }
    let _stoppable_again = Stoppable(UNSTOPPABLE.replace(true));
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Another in each process and thread, so that those who wait don't poll in step.
fn jitter_seed() -> u32 {
    static THREADS: AtomicU32 = AtomicU32::new(0);
    std::process::id().rotate_left(16) ^ THREADS.fetch_add(0x9E37_79B9, Ordering::Relaxed)
}

/// Waits for a lock that another connection holds: 0.1 ms at first, later 1 ms, each with jitter. SQLite's own back-off sleeps up
/// to 100 ms between tries, and a busy neighbour then takes the lock every time.
fn wait_a_little(tries: i32) -> bool {
    let out_of_time = match DEADLINE.get() {
        Some(at) => Instant::now() >= at,
        None => tries > 5_000,
    };
    if out_of_time {
        return false;
    }
    let base = if tries < 50 { 100 } else { 1_000 };
    let noise = JITTER.get().wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    JITTER.set(noise);
    std::thread::sleep(Duration::from_micros(base / 2 + u64::from(noise >> 16) % base));
    true
}
