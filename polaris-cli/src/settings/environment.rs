//! Settings from the environment: `POLARIS_LISTEN` for `listen`. Any other `POLARIS_` variable is a mistake worth telling.

use std::path::PathBuf;

use polaris_core::{Error, Result};

use super::{Found, Source, keys};

const PREFIX: &str = "POLARIS_";
/// Names the file; the one variable that is no setting.
const CONFIG: &str = "POLARIS_CONFIG";

/// The settings found, and the file named by `POLARIS_CONFIG`.
pub(super) fn read() -> Result<(Vec<Found>, Option<PathBuf>)> {
    let mut found = Vec::new();
    let mut config = None;
    for (variable, value) in std::env::vars_os() {
        let Some(variable) = variable.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        if variable == CONFIG {
            config = Some(PathBuf::from(value));
            continue;
        }
        let named = &variable[PREFIX.len()..];
        let key = keys::find(&named.to_ascii_lowercase()).filter(|key| key.name.to_ascii_uppercase() == named);
        let Some(key) = key else {
            let known = keys::KEYS.iter().map(|key| format!("{PREFIX}{}", key.name.to_ascii_uppercase())).collect::<Vec<_>>().join(", ");
            return Err(Error::bad_request(variable, format!("is not a setting; unset it, or use one of {CONFIG}, {known}")));
        };
        let source = Source::Environment(variable.to_owned());
        let Some(text) = value.to_str() else {
            return Err(super::bad(key, &value.to_string_lossy(), &source));
        };
        found.push(Found { key, text: text.to_owned(), source });
    }
    Ok((found, config))
}
