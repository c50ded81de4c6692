//! Administering accounts: what the users of a tenant and the operator's staff have in common for whoever creates, edits and ends them.
//!
//! They stand in different files under different names and are shown as different things; how a log-in is checked and kept unique, and
//! that an admin always remains, is the same and stands here.

mod list;
mod login;
mod rules;

pub(crate) use list::{Wanted, select};
pub(crate) use login::{Login, LoginDraft, check_password, edited, edited_username, put, put_or_clear};
pub(crate) use rules::{end_access, keep_an_admin, not_oneself, refuse_stale, refuse_taken, set_active, set_password};

use crate::accounts::people::{self, People};
use crate::auth::links::LinkOwner;
use crate::error::Result;
use crate::store::dialect::folded;
use crate::store::value::Param;
use crate::store::{Row, Transaction, params};
use crate::types::{AccountRef, EmailAddress};

/// Which accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accounts {
    /// Of a tenant's users, in its file.
    Users,
    /// Of the operator's staff, in the registry.
    Staff,
}

impl Accounts {
    fn table(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Staff => "staff",
        }
    }

    /// What finds and sorts them by name.
    fn folded_name(self) -> &'static str {
        match self {
            Self::Users => "folded_name",
            Self::Staff => folded!("name"),
        }
    }

    /// What one of them is called in messages.
    fn noun(self) -> &'static str {
        match self {
            Self::Users => "user",
            Self::Staff => "member of staff",
        }
    }

    /// The same as those who log in.
    fn people(self) -> &'static People {
        match self {
            Self::Users => &people::USERS,
            Self::Staff => &people::STAFF,
        }
    }

    /// The account of this number, as links know it.
    pub(crate) fn owner(self, id: i64) -> LinkOwner {
        self.people().link_owner(id)
    }

    /// The one that is named, or that there is none.
    pub(crate) fn find<I: Param, T>(
        self,
        transaction: &Transaction<'_>,
        columns: &str,
        named: &AccountRef<I>,
        map: impl FnOnce(&Row<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        let table = self.table();
        let found = match named {
            AccountRef::Number(id) => transaction.first(&format!("SELECT {columns} FROM {table} WHERE id = ?1"), params![id], map)?,
            AccountRef::Login(text) => {
                // One index each: addresses hold an @, usernames never do.
                let column = if text.contains('@') { "folded_email" } else { "folded_username" };
                let sql = format!("SELECT {columns} FROM {table} WHERE {column} = ?1");
                transaction.first(&sql, params![EmailAddress::fold(text)], map)?
            }
        };
        found.ok_or_else(|| self.people().unknown())
    }
}
