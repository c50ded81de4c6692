//! P6: lists of staff accounts.

use super::{COLUMNS, Staff, StaffMember, member};
use crate::accounts::administration::{Accounts, Wanted, select};
use crate::auth::StaffRole;
use crate::error::Result;
use crate::operations::STAFF_LIST;
use crate::page::{Page, PageRequest};
use crate::types::AccountOrder;

/// Which staff accounts are wanted. Everything left out lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaffFilter {
    /// Words that name, e-mail address or username contain, whatever their case and accents.
    pub q: Option<String>,
    /// With this role.
    pub role: Option<StaffRole>,
    /// Active, or deactivated.
    pub active: Option<bool>,
}

impl Staff<'_> {
    /// Staff accounts that pass the filter, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`](crate::Error::BadRequest) for a `q` with control characters; [`Error::Forbidden`](crate::Error::Forbidden).
    pub fn list(&self, filter: &StaffFilter, order: AccountOrder, page: PageRequest) -> Result<Page<StaffMember>> {
        let wanted = Wanted { q: filter.q.as_deref(), role: filter.role.map(StaffRole::as_str), active: filter.active };
        self.platform.read(&STAFF_LIST, |registry| select(registry, Accounts::Staff, COLUMNS, &wanted, order, page, member))
    }
}
