//! New databases: made in memory, cast again and again, and never holding what another cast put in.

use rusqlite::{Connection, OpenFlags};

use crate::error::{Error, Result};
use crate::store::connection::Location;
use crate::store::database::{Database, wal_of};
use crate::store::directory::DataDirectory;
use crate::store::image::{self, Image};
use crate::store::mould::{self, Condition, Moulds};
use crate::store::schema::Kind;
use crate::store::{Transaction, params, template};

use super::options;

fn skill(file: &Transaction<'_>, name: &str) -> Result<()> {
    file.execute("INSERT INTO skills (name, folded_name, source) VALUES (?1, ?1, 'own')", params![name]).map(|_| ())
}

fn filled() -> Image {
    Image::Filled { state: "0".into(), extent: "all".into() }
}

struct Bench {
    _root: tempfile::TempDir,
    directory: DataDirectory,
    moulds: Moulds,
}

impl Bench {
    /// A data directory with an image that has the skill `shared`.
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (directory, _making) = DataDirectory::create(root.path()).unwrap();
        let moulds = Moulds::default();
        let bytes = moulds.make_and_cast(&directory, &filled(), |file| skill(file, "shared"), |file| skill(file, "first")).unwrap();
        assert_eq!(skills(&bytes), ["shared 1", "first 2"]);
        Self { _root: root, directory, moulds }
    }

    fn cast(&self, name: &str) -> Vec<u8> {
        self.moulds.cast(&self.directory, &filled(), |file| skill(file, name)).unwrap().unwrap()
    }
}

/// Name and number of each skill, read from a file of these bytes.
fn skills(bytes: &[u8]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("cast.db");
    std::fs::write(&path, bytes).unwrap();
    let file = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    let damage: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(damage, "ok");
    let mode: String = file.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let mut statement = file.prepare("SELECT name || ' ' || id FROM skills ORDER BY id").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(std::result::Result::unwrap).collect()
}

#[test]
fn a_cast_holds_what_is_shared_and_its_own_alone() {
    let bench = Bench::new();
    assert_eq!(skills(&bench.cast("second")), ["shared 1", "second 2"]);
    // Much more than fits into a few pages, and then little again.
    let many =
        bench.moulds.cast(&bench.directory, &filled(), |file| (0..3_000).try_for_each(|number| skill(file, &format!("skill {number}"))));
    assert_eq!(skills(&many.unwrap().unwrap()).len(), 3_001);
    let after = bench.cast("third");
    assert_eq!(skills(&after), ["shared 1", "third 2"]);
    assert_eq!(after.len(), bench.cast("third").len());
    assert_eq!(
        skills(&Moulds::default().cast(&bench.directory, &filled(), |file| skill(file, "x")).unwrap().unwrap()),
        ["shared 1", "x 2"]
    );
}

#[test]
fn a_casting_that_fails_or_panics_leaves_nothing_for_the_next() {
    let bench = Bench::new();
    let failed = bench.moulds.cast(&bench.directory, &filled(), |file| skill(file, "lost").and(Err(Error::EventNotFound)));
    assert!(matches!(failed, Err(Error::EventNotFound)));
    assert_eq!(skills(&bench.cast("second")), ["shared 1", "second 2"]);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        bench.moulds.cast(&bench.directory, &filled(), |file| {
            skill(file, "lost")?;
            std::panic::resume_unwind(Box::new("stop"))
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(skills(&bench.cast("third")), ["shared 1", "third 2"]);
}

#[test]
fn an_image_whose_making_fails_is_not_kept() {
    let bench = Bench::new();
    let image = Image::Filled { state: "0".into(), extent: "7".into() };
    let failed = bench.moulds.make_and_cast(&bench.directory, &image, |_| Err(Error::EventNotFound), |_| Ok(()));
    assert!(matches!(failed, Err(Error::EventNotFound)));
    assert!(bench.moulds.cast(&bench.directory, &image, |_| Ok(())).unwrap().is_none());
    assert!(bench.directory.unfinished_files().is_empty());
}

#[test]
fn bytes_with_a_right_check_sum_that_are_no_tenants_database_are_done_away_with() {
    let bench = Bench::new();
    let image = Image::Filled { state: "0".into(), extent: "7".into() };
    let mut of_another_version = bench.cast("x");
    of_another_version[18..20].fill(1);
    of_another_version[63] += 1;
    for bytes in [&b"not a database"[..], &[7; 50_000], b"", &of_another_version] {
        for image in [&image, &Image::Bare] {
            image::forget(&bench.directory, image);
            image::keep(&bench.directory, image, bytes).unwrap();
        }
        let moulds = Moulds::default();
        assert!(moulds.cast(&bench.directory, &image, |file| skill(file, "x")).unwrap().is_none());
        let made = moulds.make_and_cast(&bench.directory, &image, |file| skill(file, "shared"), |file| skill(file, "x")).unwrap();
        assert_eq!(skills(&made), ["shared 1", "x 2"]);
        assert_eq!(skills(&Moulds::default().cast(&bench.directory, &image, |_| Ok(())).unwrap().unwrap()), ["shared 1"]);
    }
}

#[test]
fn what_was_planted_in_an_image_is_found_though_its_check_sum_is_right() {
    let bench = Bench::new();
    let condition = |image: &Image| {
        let bare = |path: &std::path::Path| path.to_string_lossy().rsplit('/').next().unwrap().split('-').count() == 2;
        let found = mould::look_into_images(&bench.directory);
        found.iter().find(|(path, _)| bare(path) == (*image == Image::Bare)).unwrap().1
    };
    assert_eq!((condition(&Image::Bare), condition(&filled())), (Condition::Sound, Condition::Sound));
    let key = "INSERT INTO api_keys (hash, hint, created_at) VALUES (printf('%064d', 1), 'x', '2026-01-15T15:00:00.250Z')";
    for planted in [key, "DROP TRIGGER audit_entries_are_never_deleted", "CREATE TABLE mine (x TEXT) STRICT"] {
        for image in [Image::Bare, filled()] {
            let moulds = Moulds::default();
            moulds.make_and_cast(&bench.directory, &image, |file| file.execute(planted, params![]).map(|_| ()), |_| Ok(())).unwrap();
            assert_eq!(condition(&image), Condition::Changed, "{planted}");
            image::forget(&bench.directory, &image);
            let shared = |file: &Transaction<'_>| if image == Image::Bare { Ok(()) } else { skill(file, "shared") };
            moulds.make_and_cast(&bench.directory, &image, shared, |_| Ok(())).unwrap();
            assert_eq!(condition(&image), Condition::Sound);
        }
    }
}

#[test]
fn a_file_that_was_cast_has_no_log_and_is_served() {
    let bench = Bench::new();
    let path = bench.directory.root().join("polaris_x.db");
    template::make_tenant(&bench.directory, &path, &bench.cast("second")).unwrap();
    assert!(!wal_of(&path).exists());
    let database = Database::open(Location::File(path), Kind::Tenant, options()).unwrap();
    database.write(|change| skill(change, "later")).unwrap();
    let names = database.read(|now| now.all("SELECT name FROM skills ORDER BY id", params![], |row| row.get::<String>("name"))).unwrap();
    assert_eq!(names, ["shared", "second", "later"]);
}

#[test]
fn the_bare_image_is_made_once() {
    let bench = Bench::new();
    let inode = || {
        use std::os::unix::fs::MetadataExt;
        let templates: Vec<_> = std::fs::read_dir(bench.directory.templates()).unwrap().flatten().collect();
        templates.iter().find(|entry| entry.file_name().to_string_lossy().split('-').count() == 2).unwrap().metadata().unwrap().ino()
    };
    let before = inode();
    mould::bare(&bench.directory).unwrap();
    assert_eq!(inode(), before);
}
