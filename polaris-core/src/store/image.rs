//! Ready-made files for new tenants, in `templates/`.
//!
//! Running the schema takes several milliseconds, and writing a district's schools several times as long as copying a file that has
//! them. So there is a bare image with the schema alone, and the first tenant of a district leaves one behind that has the district's
//! reference data too. A name says what the file was made of (schema, state of the reference data, whose schools) and ends with a
//! check sum over all that and the bytes:
//!
//! ```text
//! tenant-{schema}.{sum}.db                    the schema
//! tenant-{schema}-{state}-{extent}.{sum}.db   with reference data
//! ```
//!
//! What doesn't fit its name is never used: a file half written when the power was cut (images are not synced), a damaged one, one
//! that was renamed. An image is never open as a database: it is written whole under an unfinished name, renamed, and read whole.
//! Processes that make the same one at once make the same bytes, and the last renames its own over the other's.

use std::fs::{self, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::OFlags;

use super::directory::{DataDirectory, files_in, name_of};
use super::schema::Kind;
use super::template::{self, HalfMade, io_error};
use crate::error::Result;

/// Images with reference data that are kept; the oldest is removed for another.
const MOST: usize = 16;

/// What an image is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Image {
    /// The schema alone.
    Bare,
    /// The schema and reference data: in which state, and how much of them. Both of `a-z 0-9`.
    Filled { state: String, extent: String },
}

impl Image {
    /// Its name but for the check sum.
    fn stem(&self) -> String {
        let schema = Kind::Tenant.fingerprint();
        match self {
            Self::Bare => format!("tenant-{schema}"),
            Self::Filled { state, extent } => format!("tenant-{schema}-{state}-{extent}"),
        }
    }

    /// The image of this name, if it is of this schema.
    fn named(stem: &str) -> Option<Self> {
        let parts: Vec<_> = stem.split('-').collect();
        match parts.as_slice() {
            ["tenant", schema, rest @ ..] if *schema == Kind::Tenant.fingerprint() => match rest {
                [] => Some(Self::Bare),
                [state, extent] => Some(Self::Filled { state: (*state).to_owned(), extent: (*extent).to_owned() }),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether another may still be of use once this one is there.
    fn leaves(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Filled { state, .. }, Self::Filled { state: others, .. }) => state == others && self != other,
            _ => self != other,
        }
    }
}

/// The bytes of this image, if there is a sound one. One that isn't is removed.
pub(super) fn find(directory: &DataDirectory, image: &Image) -> Option<Vec<u8>> {
    let stem = image.stem();
    for path in images(directory) {
        if parts(&path).is_some_and(|(other, _)| other == stem) {
            match read_sound(&path) {
                Ok(bytes) => return Some(bytes),
                // Another process has removed it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    tracing::warn!(%error, path = %path.display(), "a ready-made file is not what its name says and is made anew");
                    let _ = fs::remove_file(&path);
                }
            }
        }
    }
    None
}

/// Keeps an image, and removes those that nobody needs any more.
pub(super) fn keep(directory: &DataDirectory, image: &Image, bytes: &[u8]) -> Result<()> {
    let stem = image.stem();
    let unfinished = HalfMade::at(directory.unfinished());
    template::write(&unfinished, bytes)?;
    let path = directory.templates().join(format!("{stem}.{:08x}.db", check_sum(&stem, bytes)));
    let named = directory.make_templates().and_then(|()| fs::rename(unfinished.path(), &path));
    named.map_err(|error| io_error(&error, &path))?;
    unfinished.finish();
    tidy(directory, image, &path);
    Ok(())
}

/// Removes this image.
pub(super) fn forget(directory: &DataDirectory, image: &Image) {
    let stem = image.stem();
    for path in images(directory).into_iter().filter(|path| parts(path).is_some_and(|(other, _)| other == stem)) {
        let _ = fs::remove_file(path);
    }
}

/// What lies among the images, with its bytes where they are what the name says. The image is `None` for what could never be used:
/// something else, or an image of another schema.
#[allow(clippy::type_complexity, reason = "one row for each file")]
pub(super) fn all(directory: &DataDirectory) -> Vec<(PathBuf, Option<Image>, Option<Vec<u8>>)> {
    let look = |path: PathBuf| {
        let image = parts(&path).and_then(|(stem, _)| Image::named(stem));
        let bytes = image.as_ref().and_then(|_| read_sound(&path).ok());
        (path, image, bytes)
    };
    files_in(&directory.templates()).into_iter().map(look).filter(|(path, ..)| fs::symlink_metadata(path).is_ok()).collect()
}

fn tidy(directory: &DataDirectory, image: &Image, made: &Path) {
    let mut filled = Vec::new();
    for path in images(directory) {
        if path == made {
            continue;
        }
        match parts(&path).and_then(|(stem, _)| Image::named(stem)) {
            Some(Image::Bare) if *image != Image::Bare => {}
            Some(other) if image.leaves(&other) => {
                let age = fs::metadata(&path).and_then(|meta| meta.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
                filled.push((age, path));
            }
            _ => drop(fs::remove_file(&path)),
        }
    }
    filled.sort();
    for (_, path) in filled.iter().take((filled.len() + 1).saturating_sub(MOST)) {
        let _ = fs::remove_file(path);
    }
}

/// What lies there under a name of ours, sound or not.
fn images(directory: &DataDirectory) -> Vec<PathBuf> {
    let mut found = files_in(&directory.templates());
    found.retain(|path| name_of(path).starts_with("tenant-"));
    found
}

/// A file's name taken apart: the stem and the check sum.
fn parts(path: &Path) -> Option<(&str, u32)> {
    let (stem, sum) = path.file_name()?.to_str()?.strip_suffix(".db")?.rsplit_once('.')?;
    Some((stem, u32::from_str_radix(sum, 16).ok()?))
}

fn read_sound(path: &Path) -> io::Result<Vec<u8>> {
    let unfit = || io::Error::new(io::ErrorKind::InvalidData, "its check sum is another");
    let (stem, sum) = parts(path).ok_or_else(unfit)?;
    let bytes = read(path)?;
    if check_sum(stem, &bytes) == sum { Ok(bytes) } else { Err(unfit()) }
}

/// Covers the stem too, so that an image under another's name is noticed.
fn check_sum(stem: &str, bytes: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(stem.as_bytes());
    sum.update(bytes);
    sum.finalize()
}

/// The whole of an image.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = OpenOptions::new().read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path)?;
    let length = file.metadata()?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
