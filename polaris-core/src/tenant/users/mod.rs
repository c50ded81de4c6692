//! U1: a tenant's users (FR-TENANT-108/109/110): created, listed, shown, edited, deactivated and reactivated.
//!
//! ```
//! # use polaris_core::{Actor, NewTenant, NewUser, Polaris, UserFilter};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::System)?;
//! let created = kckps.users().create(NewUser {
//!     email: "pat@example.org".into(),
//!     first_name: "Pat".into(),
//!     last_name: "Lee".into(),
//!     role: "coordinator".into(),
//!     ..NewUser::default()
//! })?;
//! // With `Config::public_url` Pat gets a mail to set a password. Without it no mail can hold a link: it is handed over.
//! assert!(!created.mailed && created.invitation.is_some());
//! assert_eq!(kckps.users().list(&UserFilter::default(), Default::default(), Default::default())?.total, 1);
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod active;
mod create;
mod draft;
mod edit;
mod invite;
mod list;
mod password;

use chrono::{DateTime, Utc};

pub use create::CreatedUser;
pub(crate) use create::insert;
pub(crate) use draft::{CheckedUser, check};
pub use draft::{NewUser, UserEdit};
pub(crate) use invite::mail_a_link;
pub use list::UserFilter;

use super::handle::TenantHandle;
use crate::accounts::administration::Accounts;
use crate::auth::Role;
use crate::error::Result;
use crate::operations::USERS_GET;
use crate::store::error::StoreError;
use crate::store::{Row, Transaction};
use crate::types::{EmailAddress, UserId, UserRef, Username};

/// One user of a tenant. Personal: only who administers the tenant, and the user, see it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct User {
    /// Their number in this tenant; never used again.
    pub id: UserId,
    /// Their e-mail address, unique in the tenant whatever its case.
    pub email: EmailAddress,
    /// What they may log in with instead, unique in the tenant whatever its case.
    pub username: Option<Username>,
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may log in at all.
    pub active: bool,
    /// Whether they have a password; an invited user has none until they set it.
    pub has_password: bool,
    /// When they last logged in (UTC), if ever.
    pub last_log_in_at: Option<DateTime<Utc>>,
    /// Rises with every change; give it back when editing.
    pub version: u32,
    /// When the account was made (UTC).
    pub created_at: DateTime<Utc>,
    /// When the account was last changed (UTC).
    pub updated_at: DateTime<Utc>,
}

/// The users of a tenant; see [`TenantHandle::users`].
pub struct Users<'a> {
    handle: &'a TenantHandle,
}

impl<'a> Users<'a> {
    pub(crate) fn new(handle: &'a TenantHandle) -> Self {
        Self { handle }
    }

    /// One user, by number, e-mail address or username.
    ///
    /// # Errors
    ///
    /// [`Error::UserNotFound`](crate::Error::UserNotFound), also for another tenant's;
    /// [`Error::Forbidden`](crate::Error::Forbidden).
    pub fn get(&self, user: impl Into<UserRef>) -> Result<User> {
        let named = user.into();
        self.handle.read(&USERS_GET, |reading| find(reading.transaction, &named))
    }
}

/// The columns of a user, in the order the mapper asks for them.
const COLUMNS: &str = "id, email, username, first_name, last_name, role, active, password_hash IS NOT NULL AS has_password,
                       last_log_in_at, version, created_at, updated_at";

/// The user that is named, or that there is none.
pub(crate) fn find(transaction: &Transaction<'_>, named: &UserRef) -> Result<User> {
    Accounts::Users.find(transaction, COLUMNS, named, user)
}

/// One row of [`COLUMNS`].
fn user(row: &Row<'_, '_>) -> Result<User> {
    Ok(User {
        id: row.get("id")?,
        email: row.get("email")?,
        username: row.get("username")?,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
        role: Role::parse(&row.get::<String>("role")?).map_err(|_| StoreError::BadColumn("role".to_owned()))?,
        active: row.get("active")?,
        has_password: row.get("has_password")?,
        last_log_in_at: row.get("last_log_in_at")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
