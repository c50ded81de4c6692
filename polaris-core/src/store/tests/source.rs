//! Rules of the house that only the source can break.

use std::fs;
use std::path::{Path, PathBuf};

fn sources() -> Vec<(PathBuf, String)> {
    fn gather(directory: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(directory).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                gather(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    gather(&root, &mut found);
    found.iter_mut().for_each(|(path, _)| *path = path.strip_prefix(&root).unwrap().to_owned());
    assert!(found.len() > 40);
    found
}

fn outside_the_store() -> impl Iterator<Item = (PathBuf, String)> {
    sources().into_iter().filter(|(path, _)| !path.starts_with("store"))
}

#[test]
fn only_the_store_names_the_database_driver() {
    for (path, text) in outside_the_store() {
        assert!(!text.contains("rusqlite"), "{}", path.display());
    }
}

#[test]
fn what_sqlite_does_its_own_way_stands_in_the_store_alone() {
    for (path, text) in outside_the_store() {
        for own in [
            "json_group",
            "json_each",
            "json_extract",
            "json_object",
            "GLOB",
            "rowid",
            "COLLATE",
            "polaris_fold",
            "PRAGMA",
            "sqlite_schema",
        ] {
            assert!(!text.contains(own), "{}: {own}", path.display());
        }
    }
}

#[test]
fn nothing_but_the_store_opens_a_file() {
    // Mails are files, and so are certificates; tests read what was reviewed.
    let may = |path: &Path| path.starts_with("mail/transport") || path.iter().any(|part| part == "tests");
    for (path, text) in outside_the_store().filter(|(path, _)| !may(path)) {
        for opening in [
            "fs::File::open",
            " File::open",
            "(File::open",
            "OpenOptions",
            "fs::read",
            "fs::copy",
            "fs::write",
            "fs::rename",
            "read_to_string",
        ] {
            assert!(!text.contains(opening), "{}: {opening}", path.display());
        }
    }
}

#[test]
fn no_database_file_is_read_but_through_the_driver() {
    // Plain reading is of images, which are never open as databases, and of backups, which nobody writes to.
    for (path, text) in sources().into_iter().filter(|(path, _)| path.starts_with("store") && !path.to_string_lossy().contains("tests")) {
        for reading in ["fs::read(", "fs::copy(", "io::copy(", "read_to_end(", "File::open(", ".read(true)"] {
            let times = text.matches(reading).count();
            let allowed = match (path.to_str().unwrap(), reading) {
                ("store/image.rs", "read_to_end(" | ".read(true)") => 1,
                ("store/backup/file.rs", ".read(true)") => 1,
                // The manifest.
                ("store/backup/folder.rs", ".read(true)") => 1,
                // The folder of a backup, to lock it and to see whether it is locked.
                ("store/backup/folder.rs", "File::open(") => 3,
                // A file that is closed, to sync it.
                ("store/template.rs", "File::open(") => 1,
                // Directories: one to sync it, the root to lock it.
                ("store/directory.rs", "File::open(") => 2,
                _ => 0,
            };
            assert_eq!(times, allowed, "{}: {reading}", path.display());
        }
    }
}

#[test]
fn capability_sql_is_free_of_what_only_sqlite_understands_or_what_corrupts() {
    for (path, text) in outside_the_store() {
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let folded = line.to_uppercase();
            for word in ["REPLACE INTO", "OR REPLACE", "NOCASE", "ROWID", "OR IGNORE", "PRAGMA", "STRFTIME", "DATETIME('"] {
                assert!(!folded.contains(word), "{}: {line}", path.display());
            }
        }
    }
}

#[test]
fn nothing_is_unsafe() {
    for (path, text) in sources() {
        let word = ["un", "safe"].concat();
        assert!(!text.contains(&format!("{word} {{")) && !text.contains(&format!("{word} fn")), "{}", path.display());
    }
}
