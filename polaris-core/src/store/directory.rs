//! The data directory: which files lie in it, who owns it, and the locks on it.
//!
//! ```text
//! polaris.db               the registry
//! polaris_{slug}.db        one tenant each (with -wal and -shm while open)
//! templates/               ready-made files for new tenants
//! trash/                   deleted tenants (polaris_{slug}.{date}.db), until purged; what was left of cut-off creations; what
//!                          was replaced by a restore (replaced_{slug}.{date}.db)
//! backups/                 a folder for each backup
//! snapshots/               what files were before they were migrated
//! mail/                    mails as files, where no mail server is set
//! reserve                  space that can be freed when the disk is full
//! create.lock              shared by those who create tenants
//! .unfinished-…            a file being made; left over only by a crash
//! ```
//!
//! The one `polaris serve` holds a lock on the directory itself: a file for it could be removed, and another server begin beside it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::gate::beside;
use super::mould;
use super::schema::Kind;
use super::template::{self, HalfMade};
use crate::clock::{SystemRandomness, random};
use crate::error::{Error, Result};
use crate::types::Slug;

/// Bytes set aside so that a full disk can be worked on.
const RESERVE_BYTES: usize = 8 << 20;
/// How long mending waits for creations under way.
const A_MOMENT: Duration = Duration::from_secs(1);

/// An existing data directory, checked.
#[derive(Debug, Clone)]
pub(crate) struct DataDirectory {
    root: PathBuf,
    /// Device and number of the registry's file when the directory was opened.
    registry: Option<(u64, u64)>,
}

fn refuse(message: String) -> Error {
    Error::DataDirectory(message)
}

impl DataDirectory {
    /// Opens an existing data directory; refuses one that isn't, and one that belongs to somebody else.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let shown = path.display();
        let root = path.canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                refuse(format!("there is no data directory at {shown}: make one with `polaris init --data {shown}`"))
            }
            _ => refuse(format!("the data directory {shown} can't be reached: {error}")),
        })?;
        let meta = fs::metadata(&root).map_err(|error| refuse(format!("the data directory {shown} can't be read: {error}")))?;
        if !meta.is_dir() {
            return Err(refuse(format!("{shown} is not a directory")));
        }
        check_owner(&meta, &shown.to_string())?;
        let mut directory = Self { root, registry: None };
        match fs::symlink_metadata(directory.registry()) {
            Ok(meta) if meta.is_file() => {
                check_owner(&meta, &format!("{shown}/polaris.db"))?;
                directory.registry = Some((meta.dev(), meta.ino()));
            }
            Ok(_) => return Err(refuse(format!("{shown}/polaris.db is not a plain file"))),
            Err(_) => {
                return Err(refuse(format!(
                    "{shown} is not a Polaris data directory (it has no polaris.db): make one with `polaris init`"
                )));
            }
        }
        for inside in [directory.templates(), directory.trash(), directory.backups(), directory.snapshots()] {
            if fs::symlink_metadata(&inside).is_ok_and(|meta| !meta.is_dir()) {
                return Err(refuse(format!("{} is not a plain directory: put one in its place", inside.display())));
            }
        }
        Ok(directory)
    }

    /// Makes a data directory; the registry is written last, so that a crash leaves no directory that looks finished. The lock that is
    /// returned keeps others from making it at the same time.
    pub(crate) fn create(path: &Path) -> Result<(Self, File)> {
        let shown = path.display();
        if path.join("polaris.db").exists() {
            return Err(Error::Conflict(format!("{shown} is already a Polaris data directory; nothing was changed")));
        }
        match fs::read_dir(path) {
            Ok(mut entries) => {
                // A first attempt that was cut off may be taken up again.
                if entries.any(|entry| entry.is_ok_and(|entry| !is_ours(&entry.file_name().to_string_lossy()))) {
                    return Err(refuse(format!("{shown} is not empty and not a Polaris data directory: choose an empty or new directory")));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_directory(path).map_err(|error| refuse(format!("the data directory {shown} can't be made: {error}")))?;
            }
            Err(error) => return Err(refuse(format!("{shown} can't be used as a data directory: {error}"))),
        }
        let meta = fs::metadata(path).map_err(|error| refuse(format!("{shown}: {error}")))?;
        check_owner(&meta, &shown.to_string())?;
        let root = path.canonicalize().map_err(|error| refuse(format!("{shown}: {error}")))?;
        let directory = Self { root, registry: None };
        let fail = |error: io::Error| refuse(format!("the data directory {shown} can't be written: {error}"));
        fs::set_permissions(&directory.root, fs::Permissions::from_mode(0o700)).map_err(fail)?;
        let making = directory.open_lock("create.lock")?;
        making.lock().map_err(fail)?;
        if directory.registry().exists() {
            return Err(Error::Conflict(format!("{shown} is already a Polaris data directory; nothing was changed")));
        }
        for inside in [directory.templates(), directory.trash()] {
            make_directory(&inside).map_err(fail)?;
        }
        directory.remove_unfinished();
        directory.fill_reserve().map_err(fail)?;
        mould::bare(&directory)?;
        Ok((directory, making))
    }

    /// Gives a registry that lies ready its name: from here on this is a data directory.
    pub(crate) fn place_registry(&self, ready: HalfMade) -> Result<()> {
        template::give_name(ready, &self.registry(), "this is already a Polaris data directory")?;
        sync_directory(&self.root).map_err(|error| template::io_error(&error, &self.root))
    }

    /// Gives the registry its name: from here on this is a data directory. `fill` writes into the empty registry first.
    pub(crate) fn create_registry(&self, fill: impl FnOnce(&super::Transaction<'_>) -> Result<()>) -> Result<()> {
        let unfinished = HalfMade::at(self.unfinished());
        template::make_filled(&unfinished, Kind::Registry, fill)?;
        template::give_name(unfinished, &self.registry(), "this is already a Polaris data directory")?;
        sync_directory(&self.root).map_err(|error| template::io_error(&error, &self.root))
    }

    /// The directory that a database file lies in, for what is made beside it. Nothing is checked.
    pub(super) fn around(file: &Path) -> Self {
        Self { root: file.parent().unwrap_or(Path::new(".")).to_owned(), registry: None }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn registry(&self) -> PathBuf {
        self.root.join("polaris.db")
    }

    /// Whether nobody can write here, whatever the permissions: the disk went read-only, or is mounted so.
    pub(crate) fn disk_is_read_only(&self) -> bool {
        rustix::fs::access(&self.root, rustix::fs::Access::WRITE_OK) == Err(rustix::io::Errno::ROFS)
    }

    /// Whether the registry that was found on opening still lies here. What is written into one that was moved or replaced is lost to
    /// whoever opens this place next.
    pub(crate) fn is_in_place(&self) -> bool {
        let now = fs::symlink_metadata(self.registry()).ok().map(|meta| (meta.dev(), meta.ino()));
        self.registry.is_none() || self.registry == now
    }

    /// The file of a tenant. A [`Slug`] holds nothing but `a-z 0-9 -`, so it can't lead elsewhere.
    pub(crate) fn tenant(&self, slug: &Slug) -> PathBuf {
        self.root.join(format!("polaris_{slug}.db"))
    }

    pub(super) fn templates(&self) -> PathBuf {
        self.root.join("templates")
    }

    fn trash(&self) -> PathBuf {
        self.root.join("trash")
    }

    pub(crate) fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    pub(crate) fn snapshots(&self) -> PathBuf {
        self.root.join("snapshots")
    }

    pub(crate) fn mail(&self) -> PathBuf {
        self.root.join("mail")
    }

    pub(crate) fn reserve(&self) -> PathBuf {
        self.root.join("reserve")
    }

    /// The directory of templates, should it be gone.
    pub(super) fn make_templates(&self) -> io::Result<()> {
        make_directory(&self.templates())
    }

    /// A new name for a file in the making.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.root.join(format!(".unfinished-{:016x}", u64::from_le_bytes(random(&SystemRandomness))))
    }

    /// Files that a crash left half made. Only `doctor` and `init` remove them: another process may be making one right now.
    pub(crate) fn unfinished_files(&self) -> Vec<PathBuf> {
        files_in(&self.root).into_iter().filter(|path| name_of(path).starts_with(".unfinished-")).collect()
    }

    fn remove_unfinished(&self) {
        for path in self.unfinished_files() {
            let _ = fs::remove_file(path);
        }
    }

    /// The tenant files that lie here, by slug.
    pub(crate) fn tenant_files(&self) -> Vec<(String, PathBuf)> {
        let mut found: Vec<_> = files_in(&self.root)
            .into_iter()
            .filter_map(|path| Some((name_of(&path).strip_prefix("polaris_")?.strip_suffix(".db")?.to_owned(), path)))
            .collect();
        found.sort();
        found
    }

    /// Everything in the directory whose permissions let others in, and the directory itself.
    pub(crate) fn open_to_others(&self) -> Vec<PathBuf> {
        let mut paths = files_in(&self.root);
        paths.extend(files_in(&self.templates()));
        paths.extend(files_in(&self.trash()));
        paths.extend(files_in(&self.snapshots()));
        paths.extend(files_in(&self.mail()));
        paths.extend([self.root.clone(), self.templates(), self.trash(), self.snapshots(), self.backups(), self.mail()]);
        for backup in folders_in(&self.backups()) {
            paths.extend(files_in(&backup));
            paths.push(backup);
        }
        // A symbolic link has no rights of its own, and what it points at is not ours to change.
        paths.retain(|path| fs::symlink_metadata(path).is_ok_and(|meta| !meta.is_symlink() && meta.permissions().mode() & 0o077 != 0));
        paths
    }

    /// Takes the rights of group and others away.
    pub(crate) fn close_to_others(&self, path: &Path) -> io::Result<()> {
        let meta = fs::symlink_metadata(path)?;
        if meta.is_symlink() {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        }
        let mode = meta.permissions().mode();
        fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700))
    }

    /// Gives the owner of a file the right to read and write it.
    pub(crate) fn open_to_owner(&self, path: &Path) -> io::Result<()> {
        let meta = fs::symlink_metadata(path)?;
        if !meta.is_file() {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        }
        fs::set_permissions(path, fs::Permissions::from_mode(meta.permissions().mode() & 0o777 | 0o600))
    }

    /// Whether the reserve has its full size.
    pub(crate) fn has_reserve(&self) -> bool {
        fs::metadata(self.reserve()).is_ok_and(|meta| meta.len() >= RESERVE_BYTES as u64)
    }

    /// Writes the reserve: real bytes, since a file with holes reserves nothing.
    pub(crate) fn fill_reserve(&self) -> io::Result<()> {
        if self.has_reserve() {
            return Ok(());
        }
        let path = self.reserve();
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        let written = file.write_all(&vec![0xA5; RESERVE_BYTES]).and_then(|()| file.sync_all());
        if written.is_err() {
            let _ = fs::remove_file(&path);
        }
        written
    }

    /// Frees the reserve, so that a full disk can be worked on.
    pub(crate) fn free_reserve(&self) -> io::Result<()> {
        match fs::remove_file(self.reserve()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Bytes free for this user on the file system.
    pub(crate) fn free_bytes(&self) -> Option<u64> {
        let stat = rustix::fs::statvfs(&self.root).ok()?;
        Some(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    /// Held while a tenant is created. The kernel lets go of it when the process dies, so that `doctor` can tell a creation that is
    /// under way from one that was cut off.
    pub(crate) fn lock_for_creating(&self) -> Result<File> {
        let file = self.open_lock("create.lock")?;
        file.lock_shared().map_err(|error| refuse(format!("the data directory can't be locked: {error}")))?;
        Ok(file)
    }

    /// Held while what cut-off creations left is removed; `None` when one is still under way after a moment. (A creation takes some
    /// milliseconds, and a program that is being started holds its parent's locks until it runs.)
    pub(crate) fn lock_for_mending(&self) -> Result<Option<File>> {
        let file = self.open_lock("create.lock")?;
        let until = Instant::now() + A_MOMENT;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(file)),
                Err(_) if Instant::now() < until => std::thread::sleep(Duration::from_millis(5)),
                Err(_) => return Ok(None),
            }
        }
    }

    fn open_lock(&self, name: &str) -> Result<File> {
        let path = self.root.join(name);
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(|error| template::io_error(&error, &path))
    }

    /// Removes the file of a tenant whose creation failed; nobody has opened it.
    pub(crate) fn remove_new_tenant(&self, slug: &Slug) -> io::Result<()> {
        let path = self.tenant(slug);
        for suffix in ["-wal", "-shm", ""] {
            match fs::remove_file(beside(&path, suffix)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Moves the file of a tenant whose creation was cut off, if there is one, to the trash. Nobody has opened it.
    pub(crate) fn trash_unfinished_tenant(&self, slug: &Slug, now: chrono::DateTime<chrono::Utc>) -> io::Result<()> {
        let path = self.tenant(slug);
        if path.exists() {
            self.make_trash()?;
            fs::rename(&path, self.trash().join(format!("unfinished_{slug}.{}.db", trash_date(now))))?;
        }
        self.remove_new_tenant(slug)?;
        sync_directory(&self.root)
    }

    /// The directory of deleted tenants, should it be gone.
    pub(crate) fn make_trash(&self) -> io::Result<()> {
        make_directory(&self.trash())
    }

    /// Under which name a tenant's file lies in the trash that is deleted now.
    pub(crate) fn trash_name(slug: &Slug, now: chrono::DateTime<chrono::Utc>) -> String {
        format!("polaris_{slug}.{}.db", trash_date(now))
    }

    /// A file in the trash; `None` for a name that leads elsewhere.
    pub(crate) fn trashed(&self, name: &str) -> Option<PathBuf> {
        (Path::new(name).file_name() == Some(name.as_ref())).then(|| self.trash().join(name))
    }

    /// The deleted tenants' files in the trash, by name.
    pub(crate) fn trashed_tenants(&self) -> Vec<String> {
        let mut found: Vec<_> = files_in(&self.trash()).iter().map(|path| name_of(path)).collect();
        found.retain(|name| name.starts_with("polaris_") && name.ends_with(".db"));
        found.sort();
        found
    }

    /// All that lies in the trash of the tenant of this slug: its file, and what restores have replaced.
    pub(crate) fn trash_of(&self, slug: &Slug) -> Vec<String> {
        let of_it = |name: &str| ["polaris", "replaced", "unfinished"].iter().any(|kind| name.starts_with(&format!("{kind}_{slug}.")));
        let mut found: Vec<_> = files_in(&self.trash()).iter().map(|path| name_of(path)).collect();
        found.retain(|name| of_it(name) && name.ends_with(".db"));
        found
    }

    /// Removes a file from the trash for good, durably. It may be gone already.
    pub(crate) fn remove_trashed(&self, name: &str) -> io::Result<()> {
        let Some(path) = self.trashed(name) else { return Err(io::Error::from(io::ErrorKind::InvalidInput)) };
        for suffix in ["-wal", "-shm", "-journal", ""] {
            match fs::remove_file(beside(&path, suffix)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        match sync_directory(&self.trash()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Where a tenant's file is set aside that is replaced now.
    pub(crate) fn trash_aside(&self, slug: &Slug, now: chrono::DateTime<chrono::Utc>) -> io::Result<PathBuf> {
        make_directory(&self.trash())?;
        let date = trash_date(now);
        let names = (1_u32..)
            .map(|count| if count == 1 { format!("replaced_{slug}.{date}.db") } else { format!("replaced_{slug}.{date}-{count}.db") });
        let free = names.map(|name| self.trash().join(name)).find(|path| fs::symlink_metadata(path).is_err());
        free.ok_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists))
    }

    /// Removes what a tenant's file was before migrations.
    pub(crate) fn remove_snapshots(&self, slug: &Slug) -> io::Result<()> {
        let of_tenant = format!("polaris_{slug}.v");
        files_in(&self.snapshots()).into_iter().filter(|path| name_of(path).starts_with(&of_tenant)).try_for_each(fs::remove_file)
    }

    /// The files that restores have replaced.
    pub(crate) fn replaced(&self) -> Vec<PathBuf> {
        let mut found = files_in(&self.trash());
        found.retain(|path| name_of(path).starts_with("replaced_") && name_of(path).ends_with(".db"));
        found
    }

    /// Takes the right to be the one server on this directory; held until the returned file is dropped.
    pub(crate) fn lock_for_serving(&self) -> Result<File> {
        let file = File::open(&self.root).map_err(|error| template::io_error(&error, &self.root))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => Err(Error::Conflict(
                "another `polaris serve` is running on this data directory: stop it first, or choose another directory".to_owned(),
            )),
            Err(fs::TryLockError::Error(error)) => Err(refuse(format!("the data directory can't be locked: {error}"))),
        }
    }
}

/// Bytes in a database's write-ahead log; `None` where it has none.
pub(crate) fn log_bytes(database: &Path) -> Option<u64> {
    fs::metadata(super::gate::beside(database, "-wal")).ok().map(|log| log.len())
}

/// The rights of a plain file that its owner may not both read and write.
pub(crate) fn closed_to_its_owner(path: &Path) -> Option<u32> {
    let meta = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mode = meta.permissions().mode() & 0o777;
    (mode & 0o600 != 0o600).then_some(mode)
}

fn is_ours(name: &str) -> bool {
    matches!(name, "templates" | "trash" | "backups" | "snapshots" | "reserve" | "serve.lock" | "create.lock" | "lost+found")
        || name.starts_with(".unfinished-")
}

fn check_owner(meta: &fs::Metadata, shown: &str) -> Result<()> {
    let me = rustix::process::geteuid().as_raw();
    if meta.uid() == me {
        return Ok(());
    }
    Err(refuse(format!(
        "{shown} belongs to user {} and this is user {me}: run as its owner, so that no file gets another owner and locks out the rest",
        meta.uid()
    )))
}

fn trash_date(now: chrono::DateTime<chrono::Utc>) -> String {
    now.format("%Y%m%dT%H%M%S%3fZ").to_string()
}

pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// A new file that only its owner can read; an error if the name is taken.
pub(super) fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Makes the names in a directory durable.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

pub(super) fn files_in(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir())).map(|entry| entry.path()).collect()
}

/// The folders in a directory; symbolic links are none.
pub(super) fn folders_in(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path()).collect()
}

pub(super) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
