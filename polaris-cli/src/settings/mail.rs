//! The settings of mail, and what the engine makes of them.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use polaris_core::{Error, MailConfig, MailTransport, Result, SmtpConfig, SmtpLogin, SmtpSecurity};

/// How mails are carried, as it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    Folder,
    Smtp,
    None,
}

impl Carrier {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Smtp => "smtp",
            Self::None => "none",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Folder, Self::Smtp, Self::None].into_iter().find(|carrier| carrier.as_str() == name)
    }
}

/// The settings whose names begin with `mail_` and `smtp_`.
#[derive(Clone)]
pub(crate) struct MailSettings {
    pub(crate) transport: Carrier,
    pub(crate) folder: Option<PathBuf>,
    pub(crate) from: Option<String>,
    pub(crate) allow: Vec<String>,
    pub(crate) host: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) security: SmtpSecurity,
    pub(crate) user: Option<String>,
    pub(crate) password_file: Option<PathBuf>,
    pub(crate) password: Option<String>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) timeout_ms: u32,
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailSettings").field("transport", &self.transport).finish_non_exhaustive()
    }
}

impl Default for MailSettings {
    fn default() -> Self {
        let smtp = SmtpConfig::at("");
        Self {
            transport: Carrier::Folder,
            folder: None,
            from: None,
            allow: Vec::new(),
            host: None,
            port: None,
            security: smtp.security,
            user: None,
            password_file: None,
            password: None,
            ca_file: None,
            timeout_ms: u32::try_from(smtp.timeout.as_millis()).unwrap_or(u32::MAX),
        }
    }
}

impl MailSettings {
    /// Reads the password from its file, and checks that all of it goes together.
    pub(super) fn settle(&mut self) -> Result<()> {
        if let Some(file) = &self.password_file {
            if self.password.is_some() {
                return Err(Error::bad_request("smtp_password_file", "is given, and smtp_password too: give one of them"));
            }
            if self.transport == Carrier::Smtp {
                self.password = Some(secret_in("smtp_password_file", file)?);
            }
        }
        if self.transport == Carrier::Smtp && self.user.is_some() != self.password.is_some() {
            let (missing, there) = if self.user.is_some() { ("smtp_password_file", "smtp_user") } else { ("smtp_user", "a password") };
            return Err(Error::bad_request(missing, format!("is needed, since there is {there}")));
        }
        self.engine().check()
    }

    /// What the engine needs of this.
    pub(super) fn engine(&self) -> MailConfig {
        let transport = match self.transport {
            Carrier::None => MailTransport::None,
            Carrier::Folder => MailTransport::Folder(self.folder.clone()),
            Carrier::Smtp => MailTransport::Smtp(SmtpConfig {
                port: self.port,
                security: self.security,
                login: self.user.clone().zip(self.password.clone()).map(|(user, password)| SmtpLogin { user, password }),
                ca_file: self.ca_file.clone(),
                timeout: Duration::from_millis(self.timeout_ms.into()),
                ..SmtpConfig::at(self.host.clone().unwrap_or_default())
            }),
        };
        MailConfig { transport, from: self.from.clone(), allow: self.allow.clone() }
    }
}

/// The password, or token, in the file that a setting names; the end of its line is none of it.
pub(super) fn secret_in(setting: &'static str, file: &Path) -> Result<String> {
    let refuse = |why: String| Error::bad_request(setting, why);
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|file| file.take(4_097).read_to_end(&mut bytes));
    read.map_err(|error| refuse(format!("{} can't be read: {error}", file.display())))?;
    let text = String::from_utf8(bytes).ok().filter(|text| text.len() <= 4_096);
    let secret = text.map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
    secret
        .filter(|secret| !secret.is_empty() && !secret.contains(char::is_control))
        .ok_or_else(|| refuse(format!("{} must hold {} in one line, and nothing else", file.display(), what_of(setting))))
}

fn what_of(setting: &str) -> &'static str {
    if setting == "smtp_password_file" { "a password" } else { "a token" }
}
