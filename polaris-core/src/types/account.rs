//! How accounts are named and put in order.
//!
//! ```
//! use polaris_core::types::{AccountOrder, AccountSort, UserId, UserRef};
//!
//! assert_eq!(UserRef::parse("7"), UserRef::from(UserId::new(7)));
//! assert_eq!(UserRef::parse("pat@example.org"), UserRef::Login("pat@example.org".to_owned()));
//! assert_eq!(AccountOrder::parse("-created").unwrap(), AccountOrder { by: AccountSort::Created, descending: true });
//! ```

use std::fmt;

use super::ids::{StaffId, UserId};
use super::words::words;
use crate::error::Problem;

words! {
    /// How somebody who is to set a password comes by the link.
    InviteBy, "way to invite", exact {
        /// A mail is on its way to them: nobody else sees the link.
        Mail = "mail",
        /// The link is shown once to whoever creates the account, who hands it over.
        Link = "link",
    }
}

/// A user of a tenant, named by number or by what they log in with.
pub type UserRef = AccountRef<UserId>;

/// A member of staff, named by number or by what they log in with.
pub type StaffRef = AccountRef<StaffId>;

/// An account, named by its number, or by its e-mail address or username in any case. None of these is ever taken for another:
/// addresses hold an `@`, usernames a letter.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum AccountRef<I> {
    /// Its number.
    Number(I),
    /// Its e-mail address or username.
    Login(String),
}

/// An address is personal: it stays out of logs.
impl<I: fmt::Debug> fmt::Debug for AccountRef<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(id) => f.debug_tuple("Number").field(id).finish(),
            Self::Login(_) => f.write_str("Login(…)"),
        }
    }
}

macro_rules! named_by {
    ($id:ty) => {
        impl AccountRef<$id> {
            /// Reads a number, or anything else as an e-mail address or username. Whether there is such an account shows when it is
            /// looked for.
            #[must_use]
            pub fn parse(text: &str) -> Self {
                let text = text.trim();
                let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
                number.map_or_else(|| Self::Login(text.to_owned()), |number| Self::Number(<$id>::new(number)))
            }
        }

        impl From<$id> for AccountRef<$id> {
            fn from(id: $id) -> Self {
                Self::Number(id)
            }
        }

        impl From<&str> for AccountRef<$id> {
            fn from(text: &str) -> Self {
                Self::parse(text)
            }
        }
    };
}

named_by!(UserId);
named_by!(StaffId);

words! {
    /// What a list of accounts is sorted by.
    AccountSort, "order", exact {
        /// The name: of users the last name first.
        Name = "name",
        /// The e-mail address.
        Email = "email",
        /// The moment the account was made.
        Created = "created",
    }
}

/// What to sort by and which way. By default by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountOrder {
    /// What to sort by.
    pub by: AccountSort,
    /// Whether the last comes first.
    pub descending: bool,
}

impl AccountOrder {
    /// Reads `name`, `email` or `created`, with a `-` before it for descending.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_VALUE` for anything else.
    pub fn parse(input: &str) -> Result<Self, Problem> {
        let (word, descending) = input.strip_prefix('-').map_or((input, false), |word| (word, true));
        let by = AccountSort::parse(word)
            .map_err(|Problem { code, message }| Problem { code, message: format!("{message}; with a `-` before it for descending") })?;
        Ok(Self { by, descending })
    }
}

impl Default for AccountOrder {
    fn default() -> Self {
        Self { by: AccountSort::Name, descending: false }
    }
}

impl fmt::Display for AccountOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.by)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_addresses_and_usernames_are_told_apart() {
        assert_eq!(StaffRef::parse(" 12 "), StaffRef::Number(StaffId::new(12)));
        for login in ["pat", "7th.grade", "pat@example.org", "-7", "", "99999999999999999999"] {
            assert_eq!(UserRef::from(login), UserRef::Login(login.to_owned()));
        }
        assert_eq!(format!("{:?} {:?}", UserRef::parse("pat"), UserRef::parse("7")), "Login(…) Number(UserId(7))");
    }

    #[test]
    fn every_order_reads_back_from_its_own_text() {
        for &by in AccountSort::ALL {
            for descending in [false, true] {
                let order = AccountOrder { by, descending };
                assert_eq!(AccountOrder::parse(&order.to_string()).unwrap(), order);
            }
        }
        assert_eq!(AccountOrder::default().to_string(), "name");
        for bad in ["", "-", "--name", "Name", "id"] {
            assert_eq!(AccountOrder::parse(bad).unwrap_err().code, "UNKNOWN_VALUE");
        }
    }
}
