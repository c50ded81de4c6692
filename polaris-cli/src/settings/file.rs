//! Settings from a TOML file: the one named, which must exist, or `polaris.toml` in the working directory, if it is there.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use polaris_core::{Error, Result};
use toml::de::{DeTable, DeValue};

use super::keys::Form;
use super::{Found, Source, bad, keys};
use crate::plain::plain;

const USUAL: &str = "polaris.toml";
const LARGEST: u64 = 1 << 20;

pub(super) fn read(named: Option<&Path>) -> Result<Vec<Found>> {
    let path = named.unwrap_or(Path::new(USUAL));
    let shown = path.display();
    match contents(path, named.is_some()) {
        Ok(bytes) => parse(path, std::str::from_utf8(&bytes).map_err(|error| refuse(format!("{shown} is not UTF-8 text: {error}")))?),
        Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => Ok(Vec::new()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(refuse(format!("there is no file {shown}"))),
        Err(error) => Err(refuse(format!("{shown} can't be read: {error}"))),
    }
}

/// The bytes of a file of settings. One that is named may be a pipe; the usual one that lies there by chance would be waited for without
/// end.
fn contents(path: &Path, named: bool) -> io::Result<Vec<u8>> {
    let kind = fs::metadata(path)?.file_type();
    let fits = kind.is_file() || named && kind.is_fifo();
    if !fits {
        return Err(io::Error::other("it is not a plain file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST { Err(io::Error::other("it is larger than 1 MiB")) } else { Ok(bytes) }
}

fn refuse(message: String) -> Error {
    Error::bad_request("config", message)
}

fn parse(path: &Path, text: &str) -> Result<Vec<Found>> {
    let line = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(1, |span| line(span.start));
        refuse(format!("{} is not TOML: {} (line {at})", path.display(), error.message()))
    })?;
    let mut found = Vec::new();
    for (name, value) in table.get_ref() {
        let source = Source::File { path: path.to_owned(), line: line(name.span().start) };
        let Some(key) = keys::find(name.get_ref()) else {
            return Err(Error::bad_request(plain(name.get_ref()), format!("is not a setting ({source}); there are {}", keys::names())));
        };
        if key.form == Form::Secret {
            let message = format!("stands in no file of settings ({source}): put it into a file of its own, which {}_file names", key.name);
            return Err(Error::bad_request(key.name, message));
        }
        let text = match (key.form, value.get_ref()) {
            (Form::Text, DeValue::String(text)) => text.to_string(),
            (Form::Path, DeValue::String(path)) => beside(&source, path),
            (Form::Number, DeValue::Integer(number)) if number.radix() == 10 => number.as_str().to_owned(),
            (Form::Switch, DeValue::Boolean(on)) => on.to_string(),
            _ => return Err(bad(key, text.get(value.span()).unwrap_or_default(), &source)),
        };
        found.push(Found { key, text, source });
    }
    Ok(found)
}

/// A path in a file is relative to that file, so that it means the same from everywhere.
fn beside(source: &Source, path: &str) -> String {
    match source {
        Source::File { path: file, .. } if !path.is_empty() => {
            file.parent().unwrap_or(Path::new("")).join(path).to_string_lossy().into_owned()
        }
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn problem(text: &str) -> String {
        let found = parse(Path::new("polaris.toml"), text);
        let found = found.and_then(|found| {
            let mut settings = super::super::Settings::default();
            found.into_iter().try_for_each(|found| settings.set(found))
        });
        found.unwrap_err().to_string()
    }

    #[test]
    fn a_bad_line_is_told_with_its_number_and_what_is_accepted() {
        assert_eq!(problem("\n# two\nreaders = 9"), "readers: must be a whole number from 1 to 8, not `9` (polaris.toml, line 3)");
        assert_eq!(problem("readers = \"2\""), "readers: must be a whole number from 1 to 8, not `\"2\"` (polaris.toml, line 1)");
        assert!(problem("log_requests = 'yes'").starts_with("log_requests: must be true or false, not `'yes'`"));
        assert!(problem("colour = 1").starts_with("colour: is not a setting (polaris.toml, line 1); there are data, listen"));
        assert!(problem("[listen]\nport = 1").starts_with("listen: must be an IP address"));
        assert!(problem("data = 'a'\ndata = 'b'").ends_with("(line 2)"));
        assert!(problem("listen").starts_with("config: polaris.toml is not TOML"));
    }

    #[test]
    fn a_path_in_a_file_is_relative_to_the_file() {
        let found = parse(Path::new("/etc/polaris/polaris.toml"), "data = 'here'").unwrap();
        assert_eq!(found[0].text, "/etc/polaris/here");
        let found = parse(Path::new("/etc/polaris/polaris.toml"), "data = '/srv/there'").unwrap();
        assert_eq!(found[0].text, "/srv/there");
    }
}
