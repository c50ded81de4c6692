//! P6: the operator's staff: created, listed, shown, edited, deactivated and reactivated.
//!
//! ```
//! # use polaris_core::{Actor, NewStaff, Polaris, StaffFilter};
//! # let polaris = Polaris::in_memory()?;
//! let platform = polaris.platform(Actor::System)?;
//! let created = platform.staff().create(NewStaff {
//!     name: "Robin Ray".into(),
//!     email: "robin@example.org".into(),
//!     role: "admin".into(),
//!     ..NewStaff::default()
//! })?;
//! assert!(created.invitation.is_some() && !created.staff.has_password);
//! assert_eq!(platform.staff().list(&StaffFilter::default(), Default::default(), Default::default())?.total, 1);
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod active;
mod create;
mod draft;
mod edit;
mod list;
mod password;

use chrono::{DateTime, Utc};

pub use create::CreatedStaff;
pub use draft::{NewStaff, StaffEdit};
pub use list::StaffFilter;

use super::Platform;
use super::sessions::stored_role;
use super::support::{Because, Whose, leave_all};
use crate::accounts::administration::Accounts;
use crate::auth::StaffRole;
use crate::error::Result;
use crate::operations::STAFF_GET;
use crate::store::{Row, Transaction};
use crate::types::{EmailAddress, StaffId, StaffRef, Username};

/// The staff accounts; see [`Platform::staff`].
pub struct Staff<'a> {
    pub(super) platform: &'a Platform,
}

/// One of the operator's people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// Their number; never used again.
    pub id: StaffId,
    /// Their name, under which audit logs know them; unique.
    pub name: String,
    /// Their e-mail address, unique whatever its case. Accounts made by opening a session have none until they are given one.
    pub email: Option<EmailAddress>,
    /// What they may log in with instead, unique whatever its case.
    pub username: Option<Username>,
    /// What they may do.
    pub role: StaffRole,
    /// Whether they may log in at all.
    pub active: bool,
    /// Whether they have a password.
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

impl Staff<'_> {
    /// One member of staff, by number, e-mail address or username.
    ///
    /// # Errors
    ///
    /// [`Error::StaffNotFound`](crate::Error::StaffNotFound); [`Error::Forbidden`](crate::Error::Forbidden).
    pub fn get(&self, staff: impl Into<StaffRef>) -> Result<StaffMember> {
        let named = staff.into();
        self.platform.read(&STAFF_GET, |registry| find(registry, &named))
    }
}

/// Lets someone whose sessions have just ended leave the tenants they had entered, and both logs tell of it. They are out already; what
/// fails here is done by the background work that ends what is overdue.
fn leave_tenants(platform: &Platform, staff: StaffId, because: Because) {
    if let Err(error) = leave_all(platform, Whose::Staff(staff), because) {
        tracing::warn!(%error, "the end of support sessions could not be noted yet");
    }
}

/// The columns of a member of staff, in the order the mapper asks for them.
const COLUMNS: &str = "id, name, email, username, role, active, password_hash IS NOT NULL AS has_password, last_log_in_at, version,
                       created_at, updated_at";

/// The member that is named, or that there is none.
fn find(registry: &Transaction<'_>, named: &StaffRef) -> Result<StaffMember> {
    Accounts::Staff.find(registry, COLUMNS, named, member)
}

/// One row of [`COLUMNS`].
fn member(row: &Row<'_, '_>) -> Result<StaffMember> {
    Ok(StaffMember {
        id: row.get("id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        username: row.get("username")?,
        role: stored_role(&row.get::<String>("role")?)?,
        active: row.get("active")?,
        has_password: row.get("has_password")?,
        last_log_in_at: row.get("last_log_in_at")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
