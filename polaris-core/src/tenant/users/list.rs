//! U1: lists of users.

use super::{COLUMNS, User, Users, user};
use crate::accounts::administration::{Accounts, Wanted, select};
use crate::auth::Role;
use crate::error::Result;
use crate::operations::USERS_LIST;
use crate::page::{Page, PageRequest};
use crate::types::AccountOrder;

/// Which users are wanted. Everything left out lets all through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Words that name, e-mail address or username contain, whatever their case and accents.
    pub q: Option<String>,
    /// With this role.
    pub role: Option<Role>,
    /// Active, or deactivated.
    pub active: Option<bool>,
}

impl Users<'_> {
    /// Users that pass the filter, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`](crate::Error::BadRequest) for a `q` with control characters; [`Error::Forbidden`](crate::Error::Forbidden).
    pub fn list(&self, filter: &UserFilter, order: AccountOrder, page: PageRequest) -> Result<Page<User>> {
        let wanted = Wanted { q: filter.q.as_deref(), role: filter.role.map(Role::as_str), active: filter.active };
        self.handle.read(&USERS_LIST, |reading| select(reading.transaction, Accounts::Users, COLUMNS, &wanted, order, page, user))
    }
}
