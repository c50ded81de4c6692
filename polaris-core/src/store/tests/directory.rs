//! The data directory: its owner and rights, its locks, its templates, and the making of tenants' files in it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use crate::error::{Error, Result, Unavailable};
use crate::store::database::{Database, wal_of};
use crate::store::directory::DataDirectory;
use crate::store::image::Image;
use crate::store::mould::{self, Moulds};
use crate::store::schema::Kind;
use crate::store::template;
use crate::store::{Transaction, params};
use crate::types::Slug;

use super::{Sandbox, count, note, options};

fn directory(root: &Path) -> DataDirectory {
    let (directory, _making) = DataDirectory::create(root).unwrap();
    directory.create_registry(|_| Ok(())).unwrap();
    directory
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

fn names(root: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn make_tenant(directory: &DataDirectory, path: &Path, fill: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<()> {
    mould::bare(directory)?;
    let bytes = Moulds::default().cast(directory, &Image::Bare, fill)?.unwrap();
    template::make_tenant(directory, path, &bytes)
}

fn nothing(_: &Transaction<'_>) -> Result<()> {
    Ok(())
}

#[test]
fn everything_in_a_data_directory_is_its_owners_alone() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("deep/data");
    let directory = directory(&data);
    make_tenant(&directory, &directory.tenant(&slug("kck")), nothing).unwrap();
    drop(directory.lock_for_serving().unwrap());
    drop(directory.lock_for_creating().unwrap());
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for name in names(&data) {
        let path = data.join(&name);
        assert_eq!(mode(&path), if path.is_dir() { 0o700 } else { 0o600 }, "{name}");
    }
    for template in fs::read_dir(data.join("templates")).unwrap() {
        assert_eq!(mode(&template.unwrap().path()), 0o600);
    }
    assert!(directory.open_to_others().is_empty());
    // The log and the shared memory beside an open file take its rights.
    let open = Database::open(crate::store::connection::Location::File(directory.tenant(&slug("kck"))), Kind::Tenant, options()).unwrap();
    open.write(|change| change.execute("UPDATE tenant SET public_rev = 2", params![])).unwrap();
    assert_eq!(mode(&wal_of(&directory.tenant(&slug("kck")))), 0o600);
}

#[test]
fn another_users_directory_or_registry_is_refused() {
    if rustix::process::geteuid().as_raw() != 0 {
        return; // Only root can give files away.
    }
    let root = tempfile::tempdir().unwrap();
    directory(root.path());
    let registry = root.path().join("polaris.db");
    for path in [registry.as_path(), root.path()] {
        std::os::unix::fs::chown(path, Some(65_534), None).unwrap();
        let refused = DataDirectory::open(root.path()).unwrap_err();
        assert_eq!(refused.code(), "DATA_DIRECTORY");
        assert!(refused.to_string().contains("65534"), "{refused}");
        std::os::unix::fs::chown(path, Some(0), None).unwrap();
    }
    DataDirectory::open(root.path()).unwrap();
}

#[test]
fn a_place_that_is_no_data_directory_is_refused_with_what_to_do() {
    let root = tempfile::tempdir().unwrap();
    let refused = |path: &Path| {
        let error = DataDirectory::open(path).unwrap_err();
        assert_eq!(error.code(), "DATA_DIRECTORY");
        error.to_string()
    };
    assert!(refused(&root.path().join("missing")).contains("polaris init"));
    assert!(refused(root.path()).contains("polaris init"), "an empty directory");
    let file = root.path().join("file");
    fs::write(&file, "x").unwrap();
    assert!(refused(&file).contains("not a directory"));
    let linked = root.path().join("linked");
    fs::create_dir(&linked).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", linked.join("polaris.db")).unwrap();
    assert!(refused(&linked).contains("not a plain file"));
    assert_eq!(names(root.path()), ["file", "linked"]);
}

#[test]
fn a_second_init_is_a_conflict_and_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let first = directory(root.path());
    let before = (names(root.path()), fs::metadata(first.registry()).unwrap().modified().unwrap());
    assert!(matches!(DataDirectory::create(root.path()), Err(Error::Conflict(_))));
    assert!(matches!(first.create_registry(nothing), Err(Error::Conflict(_))), "two at once: one of them wins");
    assert_eq!((names(root.path()), fs::metadata(first.registry()).unwrap().modified().unwrap()), before);
}

#[test]
fn a_directory_with_other_things_in_it_is_not_taken() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("thesis.txt"), "x").unwrap();
    fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(DataDirectory::create(root.path()).unwrap_err().code(), "DATA_DIRECTORY");
    assert_eq!(names(root.path()), ["thesis.txt"]);
    assert_eq!(fs::metadata(root.path()).unwrap().mode() & 0o777, 0o755);
}

#[test]
fn an_init_that_was_cut_off_is_taken_up_again() {
    let root = tempfile::tempdir().unwrap();
    DataDirectory::create(root.path()).unwrap();
    fs::write(root.path().join(".unfinished-0123456789abcdef"), "x").unwrap();
    assert!(DataDirectory::open(root.path()).is_err(), "without its registry it is no data directory");
    directory(root.path());
    assert_eq!(names(root.path()), ["create.lock", "polaris.db", "reserve", "templates", "trash"]);
}

#[test]
fn one_serves_at_a_time_and_the_right_is_given_back() {
    let root = tempfile::tempdir().unwrap();
    let directory = directory(root.path());
    let first = directory.lock_for_serving().unwrap();
    assert!(matches!(directory.lock_for_serving(), Err(Error::Conflict(_))));
    // Nothing that can be removed holds it.
    for entry in fs::read_dir(root.path()).unwrap().flatten().filter(|entry| entry.file_name().to_string_lossy().ends_with(".lock")) {
        fs::remove_file(entry.path()).unwrap();
    }
    assert!(matches!(directory.lock_for_serving(), Err(Error::Conflict(_))));
    drop(first);
    directory.lock_for_serving().unwrap();
}

#[test]
fn creations_run_side_by_side_and_keep_mending_out() {
    let root = tempfile::tempdir().unwrap();
    let directory = directory(root.path());
    let creations = [directory.lock_for_creating().unwrap(), directory.lock_for_creating().unwrap()];
    assert!(directory.lock_for_mending().unwrap().is_none());
    drop(creations);
    assert!(directory.lock_for_mending().unwrap().is_some());
}

#[test]
fn a_tenants_file_is_made_whole_or_not_at_all() {
    let root = tempfile::tempdir().unwrap();
    let directory = directory(root.path());
    let path = directory.tenant(&slug("kck"));
    let before = names(root.path());
    let failed = make_tenant(&directory, &path, |file| {
        file.execute("INSERT INTO skills (name, folded_name, source) VALUES ('x', 'x', 'own')", params![])?;
        Err(Error::EventNotFound)
    });
    assert!(matches!(failed, Err(Error::EventNotFound)));
    assert_eq!(names(root.path()), before);
    make_tenant(&directory, &path, nothing).unwrap();
    assert_eq!(names(root.path()).len(), before.len() + 1, "no log and no unfinished file beside it");
}

#[test]
fn a_file_that_lies_there_already_is_a_conflict_and_stays() {
    let root = tempfile::tempdir().unwrap();
    let directory = directory(root.path());
    for made in ["file", "directory", "log"] {
        let path = directory.tenant(&slug(made));
        match made {
            "file" => fs::write(&path, "precious").unwrap(),
            "directory" => fs::create_dir(&path).unwrap(),
            // The log of a file that is gone: SQLite would play it into the new one.
            _ => fs::write(wal_of(&path), "precious").unwrap(),
        }
        let before = names(root.path());
        assert!(matches!(make_tenant(&directory, &path, nothing), Err(Error::Conflict(_))), "{made}");
        assert_eq!(names(root.path()), before);
    }
    assert_eq!(fs::read_to_string(directory.tenant(&slug("file"))).unwrap(), "precious");
}

#[test]
fn what_is_filled_in_survives_though_the_last_page_did_not_fit() {
    // A full disk at the moment the log is moved into the file must be an error, not a file without its contents.
    let sandbox = Sandbox::new();
    let half = template::HalfMade::at(sandbox.root.path().join("half.db"));
    let made = template::make_filled(&half, Kind::Tenant, |file| {
        file.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT", params![])?;
        for _ in 0..100 {
            note(file, &"x".repeat(10_000))?;
        }
        Ok(())
    });
    made.unwrap();
    assert!(!wal_of(&sandbox.root.path().join("half.db")).exists());
    let open = Database::open(crate::store::connection::Location::File(sandbox.root.path().join("half.db")), Kind::Tenant, options());
    assert_eq!(open.unwrap().read(count).unwrap(), 100);
}

#[test]
fn a_template_of_other_migrations_is_replaced() {
    let root = tempfile::tempdir().unwrap();
    let directory = directory(root.path());
    let templates = root.path().join("templates");
    let current = names(&templates);
    assert_eq!(current.len(), 1);
    fs::rename(templates.join(&current[0]), templates.join("tenant-0123456789abcdef.db")).unwrap();
    make_tenant(&directory, &directory.tenant(&slug("kck")), nothing).unwrap();
    assert_eq!(names(&templates), current, "made anew under its own name, the old one removed");
}

#[test]
fn the_reserve_is_real_space_and_can_be_freed() {
    let root = tempfile::tempdir().unwrap();
    let directory = directory(root.path());
    let reserve = fs::metadata(directory.reserve()).unwrap();
    assert!(reserve.len() >= 8 << 20 && reserve.blocks() * 512 >= 8 << 20, "no holes in it");
    directory.free_reserve().unwrap();
    directory.free_reserve().unwrap();
    assert!(!directory.has_reserve());
    directory.fill_reserve().unwrap();
    assert!(directory.has_reserve());
}

#[test]
fn a_template_directory_that_is_no_directory_fails_creation_cleanly() {
    let root = tempfile::tempdir().unwrap();
    let directory = directory(root.path());
    fs::remove_dir_all(root.path().join("templates")).unwrap();
    fs::write(root.path().join("templates"), "in the way").unwrap();
    let before = names(root.path());
    let failed = make_tenant(&directory, &directory.tenant(&slug("kck")), nothing);
    assert!(matches!(failed, Err(Error::Internal | Error::Unavailable(Unavailable::ReadOnly))), "{failed:?}");
    assert_eq!(names(root.path()), before);
}
