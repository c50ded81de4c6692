//! New databases are made in memory and written to disk whole.
//!
//! So a file in the making never holds half of anything that SQLite would have to recover, nothing waits for its log or its journal,
//! and what stays in memory serves again: the mould that the last tenant was cast from, its schema read and its statements prepared.
//! Casting fills it with what is the tenant's own, takes the bytes, and rolls back.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, MAIN_DB};

use super::connection::{Purpose, guard, identity};
use super::directory::DataDirectory;
use super::error::StoreError;
use super::image::{self, Image};
use super::inspect;
use super::schema::{self, Kind};
use super::transaction::Transaction;
use crate::error::{Error, Result};

/// What reference data are copied into.
const REFERENCE: &[&str] = &["schools", "school_aliases", "skills", "skill_aliases", "career_types", "career_type_aliases"];
/// A mould of more bytes serves once and is not kept.
const MOST_KEPT: usize = 8 << 20;

/// A database in memory.
pub(super) struct Mould {
    connection: Connection,
}

impl Mould {
    /// One with the schema alone.
    pub(super) fn empty(kind: Kind) -> Result<Self, StoreError> {
        let mut connection = open()?;
        schema::migrate(&mut connection, kind)?;
        Ok(Self { connection })
    }

    /// One with what an image holds.
    fn of(image: &[u8]) -> Result<Self, StoreError> {
        // A database read from bytes lies in a block of memory that is written to only by a commit. One with pages of its own, which a
        // transaction can change and put back, is what is needed.
        let mut bytes = Connection::open_in_memory()?;
        bytes.deserialize_read_exact(MAIN_DB, image, image.len(), true)?;
        let mut connection = Connection::open_in_memory()?;
        match Backup::new(&bytes, &mut connection)?.step(-1)? {
            StepResult::Done => {}
            other => return Err(StoreError::Driver(format!("an image was not read whole: {other:?}"))),
        }
        guard(&connection, Purpose::Maintain)?;
        if identity(&connection)? == (Kind::Tenant.application_id(), Kind::Tenant.version()) {
            Ok(Self { connection })
        } else {
            Err(StoreError::Damaged("an image that is no tenant's database of this version".to_owned()))
        }
    }

    /// Adds to it for good.
    pub(super) fn add(&self, fill: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<()> {
        self.connection.execute_batch("BEGIN").map_err(StoreError::from)?;
        fill(&Transaction::new(&self.connection))?;
        self.connection.execute_batch("COMMIT").map_err(StoreError::from)?;
        Ok(())
    }

    /// What it is with this added. A mould whose casting failed is not used again.
    fn cast(&self, fill: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<Vec<u8>> {
        self.connection.execute_batch("BEGIN").map_err(StoreError::from)?;
        fill(&Transaction::new(&self.connection))?;
        let bytes = self.to_serve()?;
        self.connection.execute_batch("ROLLBACK").map_err(StoreError::from)?;
        Ok(bytes)
    }

    /// Its bytes, as an image has them.
    fn bytes(&self) -> Result<Vec<u8>, StoreError> {
        Ok(self.connection.serialize(MAIN_DB)?.to_vec())
    }

    /// Its bytes, in the mode in which databases are served: with a write-ahead log, which is noted in two bytes of the header (SQLite's
    /// file format, 1.3.3). There is no log until the file is opened.
    pub(super) fn to_serve(&self) -> Result<Vec<u8>, StoreError> {
        let mut bytes = self.bytes()?;
        match bytes.get_mut(18..20) {
            Some(versions) => versions.fill(2),
            None => return Err(StoreError::Driver("a database without a header".to_owned())),
        }
        Ok(bytes)
    }
}

fn open() -> Result<Connection, StoreError> {
    let connection = Connection::open_in_memory()?;
    guard(&connection, Purpose::Maintain)?;
    Ok(connection)
}

/// The mould of one engine that served last.
#[derive(Default)]
pub(crate) struct Moulds {
    last: Mutex<Option<(Image, Mould)>>,
}

impl Moulds {
    /// The bytes of a database made of this image and what `own` adds; `None` when there is no such image.
    pub(crate) fn cast(
        &self,
        directory: &DataDirectory,
        image: &Image,
        own: impl FnOnce(&Transaction<'_>) -> Result<()>,
    ) -> Result<Option<Vec<u8>>> {
        // Whoever comes meanwhile reads the image from disk, which is quicker than waiting for several others.
        let kept = self.last.lock().unwrap_or_else(PoisonError::into_inner).take_if(|(other, _)| other == image);
        let mould = match kept {
            Some((_, mould)) => mould,
            None => match read(directory, image) {
                Some(mould) => mould,
                None => return Ok(None),
            },
        };
        self.cast_from(mould, image, own).map(Some)
    }

    /// Makes the image of the schema and what `shared` adds, and a database of that and what `own` adds; gives its bytes.
    pub(crate) fn make_and_cast(
        &self,
        directory: &DataDirectory,
        image: &Image,
        shared: impl FnOnce(&Transaction<'_>) -> Result<()>,
        own: impl FnOnce(&Transaction<'_>) -> Result<()>,
    ) -> Result<Vec<u8>> {
        let mould = bare(directory)?;
        mould.add(shared)?;
        image::keep(directory, image, &mould.bytes()?)?;
        self.cast_from(mould, image, own)
    }

    fn cast_from(&self, mould: Mould, image: &Image, own: impl FnOnce(&Transaction<'_>) -> Result<()>) -> Result<Vec<u8>> {
        let bytes = mould.cast(own)?;
        if bytes.len() <= MOST_KEPT {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            let before = last.replace((image.clone(), mould));
            drop(last);
            drop(before);
        }
        Ok(bytes)
    }
}

/// In which condition a file is that lies among the images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    Sound,
    /// Not one that this version could use.
    Foreign,
    /// Something else than what was made.
    Changed,
}

/// Looks into everything that lies among the images.
pub(crate) fn look_into_images(directory: &DataDirectory) -> Vec<(PathBuf, Condition)> {
    let condition = |image: Option<Image>, bytes: Option<Vec<u8>>| {
        let Some(image) = image else { return Condition::Foreign };
        let with_rows = match image {
            Image::Bare => &[][..],
            Image::Filled { .. } => REFERENCE,
        };
        let as_made = bytes.is_some_and(|bytes| {
            Mould::of(&bytes).and_then(|mould| inspect::holds_only(&mould.connection, Kind::Tenant, with_rows)).unwrap_or(false)
        });
        if as_made { Condition::Sound } else { Condition::Changed }
    };
    image::all(directory).into_iter().map(|(path, image, bytes)| (path, condition(image, bytes))).collect()
}

/// The mould that this image is, if there is one that can be used.
fn read(directory: &DataDirectory, image: &Image) -> Option<Mould> {
    let bytes = image::find(directory, image)?;
    Mould::of(&bytes)
        .inspect_err(|error| {
            tracing::warn!(%error, ?image, "a ready-made file can't be used and is made anew");
            image::forget(directory, image);
        })
        .ok()
}

/// Makes the image of the schema alone if there is none, which removes those of other schemas.
pub(crate) fn refresh(directory: &DataDirectory) -> Result<()> {
    bare(directory).map(|_| ())
}

/// A mould with the schema alone, from its image, which is made first if there is none.
pub(super) fn bare(directory: &DataDirectory) -> Result<Mould, Error> {
    if let Some(mould) = read(directory, &Image::Bare) {
        return Ok(mould);
    }
    let mould = Mould::empty(Kind::Tenant)?;
    image::keep(directory, &Image::Bare, &mould.bytes()?)?;
    Ok(mould)
}
