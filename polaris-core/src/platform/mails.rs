//! Delivering mails once, for programs that have no [`MailWorker`](crate::MailWorker): a task that runs every minute, the command line.

use super::Platform;
use crate::error::Result;
use crate::mail::rounds::{Delivered, OnDelivery, Rounds};
use crate::operations::MAILS_DELIVER;
use crate::types::Slug;

/// Whose mails are delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewDelivery {
    /// This tenant's alone.
    pub tenant: Option<String>,
}

/// The mails of all tenants; see [`Platform::mails`].
pub struct Mails<'a> {
    pub(super) platform: &'a Platform,
}

impl Mails<'_> {
    /// Delivers all mails that are due, and tells what was done. Others may do so at the same time: each mail is sent by one of them.
    ///
    /// ```
    /// # use polaris_core::{Actor, Config, NewDelivery, Polaris};
    /// # let place = tempfile::tempdir()?;
    /// # let polaris = Polaris::init(Config::at(place.path().join("data")))?;
    /// let delivered = polaris.platform(Actor::System)?.mails().deliver(&NewDelivery::default(), &mut |_| true)?;
    /// assert_eq!((delivered.sent, delivered.waiting), (0, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TenantNotFound`](crate::Error::TenantNotFound); [`Error::BadRequest`](crate::Error::BadRequest) for a transport that can't
    /// be used as it is configured; [`Error::Forbidden`](crate::Error::Forbidden). What goes wrong with mails is no error but told.
    pub fn deliver(&self, delivery: &NewDelivery, on_delivery: OnDelivery<'_>) -> Result<Delivered> {
        self.platform.authorize(&MAILS_DELIVER)?;
        let tenant = delivery.tenant.as_deref().map(Slug::parse).transpose().map_err(|_| crate::Error::TenantNotFound)?;
        Rounds::new(&self.platform.polaris)?.all(tenant.as_ref(), on_delivery)
    }
}
