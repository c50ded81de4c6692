//! What every command works with: the settings, the printer, and the engine opened for whoever runs the program.

use polaris_core::{Actor, Platform, Polaris, Result, TenantHandle};

use crate::printer::Printer;
use crate::settings::Settings;
use crate::user;

/// One run of the program.
pub(crate) struct App<'p> {
    pub(crate) settings: Settings,
    pub(crate) printer: &'p mut Printer,
}

impl App<'_> {
    /// The data directory, opened.
    pub(crate) fn open(&self) -> Result<Polaris> {
        Polaris::open(self.settings.engine())
    }

    /// Frees the space set aside, without opening anything.
    pub(crate) fn free_reserve(&self) -> Result<()> {
        Polaris::free_reserve(&self.settings.engine())
    }

    /// The operator's side, for the operating system's user.
    pub(crate) fn platform(&self) -> Result<Platform> {
        self.open()?.platform(actor())
    }

    /// A tenant, for the operating system's user.
    pub(crate) fn tenant(&self, slug: &str) -> Result<TenantHandle> {
        self.open()?.tenant(slug, actor())
    }

    /// `polaris`, with the data directory if it was given as a flag: so that the next command finds it too.
    pub(crate) fn program(&self) -> String {
        program(self.settings.data_flag().as_deref())
    }
}

/// `polaris`, with this `--data`.
pub(crate) fn program(data: Option<&str>) -> String {
    match data {
        Some(data) => format!("polaris --data {}", quoted(data)),
        None => "polaris".to_owned(),
    }
}

/// Whoever can write the data directory is the operator; the audit log gets the name.
pub(crate) fn actor() -> Actor {
    Actor::staff(&user::name(), polaris_core::StaffRole::Admin)
}

/// A word as a shell reads it back.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
