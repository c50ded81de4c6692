//! Mails as files that mail programs open, readable by their owner alone.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use super::Refusal;
use crate::mail::mime::Outgoing;

/// A folder of `.eml` files.
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn ready(&self) -> Result<(), String> {
        if self.path.is_dir() {
            return Ok(());
        }
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.path);
        made.map_err(|error| format!("the folder for mails can't be made: {}", error.kind()))
    }

    /// A mail that comes again, since it isn't known whether it was written, takes its own place: there are no two of it.
    pub(super) fn send(&self, mail: &Outgoing) -> Result<(), Refusal> {
        self.write(mail).map_err(|error| Refusal::Down(format!("the mail can't be written into its folder: {}", error.kind())))
    }

    fn write(&self, mail: &Outgoing) -> io::Result<()> {
        let unfinished = self.path.join(format!(".{}.{}", mail.name, std::process::id()));
        let written = (|| {
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
            file.write_all(&mail.bytes)?;
            file.sync_all()?;
            fs::rename(&unfinished, self.path.join(&mail.name))?;
            File::open(&self.path)?.sync_all()
        })();
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written
    }
}
