//! How mails are sent, as a dict says.

use std::path::PathBuf;
use std::time::Duration;

use polaris_core as core;
use polaris_core::{MailConfig, MailTransport, SmtpConfig, SmtpLogin, SmtpSecurity};
use pyo3::prelude::*;

use crate::draft;
use crate::errors::{bad, exception};
use crate::given::Given;

/// The dict.
#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Wanted {
    transport: Option<String>,
    folder: Option<String>,
    from: Option<String>,
    allow: Option<Vec<String>>,
    host: Option<String>,
    port: Option<i64>,
    security: Option<String>,
    user: Option<String>,
    password: Option<String>,
    ca_file: Option<String>,
    timeout: Option<f64>,
}

/// `mail`, if it is given.
pub(crate) fn config(options: &mut Given<'_>) -> PyResult<MailConfig> {
    let Some(given) = options.take("mail")? else { return Ok(MailConfig::default()) };
    let py = given.py();
    let wanted: Wanted = draft::read_one("mail", &given)?;
    let transport = match wanted.transport.as_deref().unwrap_or("folder") {
        "none" => MailTransport::None,
        "folder" => MailTransport::Folder(wanted.folder.map(PathBuf::from)),
        "smtp" => {
            let usual = SmtpConfig::at(wanted.host.unwrap_or_default());
            let port = wanted.port.map(|port| u16::try_from(port).ok().filter(|port| *port > 0));
            let security = wanted.security.as_deref().unwrap_or("none");
            let known = [SmtpSecurity::None, SmtpSecurity::StartTls, SmtpSecurity::Tls];
            let login = match (wanted.user, wanted.password) {
                (Some(user), Some(password)) => Some(SmtpLogin { user, password }),
                (None, None) => None,
                _ => return Err(bad(py, "mail", "needs user and password, or neither")),
            };
            let timeout = wanted.timeout.map_or(Some(usual.timeout), |seconds| {
                Duration::try_from_secs_f64(seconds).ok().filter(|timeout| (1..=60).contains(&timeout.as_secs()))
            });
            MailTransport::Smtp(SmtpConfig {
                port: port.map(|port| port.ok_or_else(|| bad(py, "mail", "port must be a whole number from 1 to 65535"))).transpose()?,
                security: known
                    .into_iter()
                    .find(|known| known.as_str() == security)
                    .ok_or_else(|| bad(py, "mail", "security must be one of none, starttls, tls"))?,
                login,
                ca_file: wanted.ca_file.map(PathBuf::from),
                timeout: timeout.ok_or_else(|| bad(py, "mail", "timeout must be 1 to 60 seconds"))?,
                ..usual
            })
        }
        _ => return Err(bad(py, "mail", "transport must be one of folder, smtp, none")),
    };
    let config = MailConfig { transport, from: wanted.from, allow: wanted.allow.unwrap_or_default() };
    // The core names the settings of the command line; here they are parts of one argument.
    config.check().map_err(|error| match error {
        core::Error::BadRequest { field, message } => bad(py, "mail", format!("{} {message}", plain(&field))),
        other => exception(py, &other),
    })?;
    Ok(config)
}

/// A setting's name in the dict.
fn plain(setting: &str) -> &str {
    setting.strip_prefix("mail_").or_else(|| setting.strip_prefix("smtp_")).unwrap_or(setting)
}
