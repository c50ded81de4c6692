//! U1, P6: the users of a tenant and the operator's staff, administered alike.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::types::{AccountOrder, StaffId, StaffRef, UserId, UserRef};
use polaris_core::{Role, StaffFilter, StaffRole, UserFilter};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::args;
use crate::errors::run_by;
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::secret::LinkSecret;
use crate::time::Instant;
use crate::value::value;

/// A class that administers accounts: of which capability of which handle, and what its accounts are called.
macro_rules! accounts {
    (
        $(#[$about:meta])*
        $class:ident of $handle:ty, $capability:ident: $account:ident, $created:ident, $filter:ident by $role:ident, $reference:ident by $number:ident,
        $argument:ident,
        create $create:literal,
        list $list:literal,
        iterate $iterate:literal,
        edit $edit:literal,
        set_password $set_password:literal
        $(, also { $($more:tt)* })?
    ) => {
        $(#[$about])*
        #[pyclass(frozen, module = "polaris")]
        pub(crate) struct $class(pub(crate) Arc<$handle>);

        impl $class {
            fn listing(&self, given: &mut Given<'_>) -> PyResult<Listing> {
                let filter = $filter { q: given.text("q")?, role: given.word("role", $role::parse)?, active: given.flag("active")? };
                let order = given.word("order", AccountOrder::parse)?.unwrap_or_default();
                Ok(Listing::by::<_, _, $account>(&self.0, move |handle, page| handle.$capability().list(&filter, order, page)))
            }

            /// By number, or by what they log in with.
            fn named(value: &Bound<'_, PyAny>) -> PyResult<$reference> {
                if value.is_instance_of::<PyString>() {
                    return Ok($reference::parse(&args::text(stringify!($argument), value)?));
                }
                Ok($number::new(args::number(stringify!($argument), value)?).into())
            }
        }

        #[pymethods]
        impl $class {
            /// Creates an account. Without a password its owner is invited to set one within 72 hours: a user gets a mail, unless invite is
            /// "link" or there is no public_url; then, and for staff always, the answer has the link, to be handed over.
            #[pyo3(signature = (**given), text_signature = $create)]
            fn create(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<$created> {
                let draft = Given::new(py, given).draft()?;
                run_by(py, &*self.0, || self.0.$capability().create(draft))
            }

            /// Accounts, a page at a time. q is text that names, e-mail or username contain; the order is name, email or created, with a
            /// "-" before it for descending.
            #[pyo3(signature = (**given), text_signature = $list)]
            fn list(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
                Listing::page(py, given, |given| self.listing(given))
            }

            /// As list, one after the other.
            #[pyo3(signature = (**given), text_signature = $iterate)]
            fn iterate(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Items> {
                Listing::items(py, given, |given| self.listing(given))
            }

            /// One account, by number, e-mail address or username.
            fn get(&self, py: Python<'_>, $argument: &Bound<'_, PyAny>) -> PyResult<$account> {
                let account = Self::named($argument)?;
                run_by(py, &*self.0, || self.0.$capability().get(account))
            }

            /// Changes what is given and keeps the rest; username=None takes it away. With the version that was read, only if it is still
            /// the present one. The last active admin stays one.
            #[pyo3(signature = ($argument, **given), text_signature = $edit)]
            fn edit(&self, py: Python<'_>, $argument: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<$account> {
                let (account, mut given) = (Self::named($argument)?, Given::new(py, given));
                let version = given.version()?;
                let edit = given.draft()?;
                run_by(py, &*self.0, || self.0.$capability().edit(account, edit, version))
            }

            /// Deactivates an account: its sessions and links end at once, and it can't log in. Not one's own, and not the last admin's.
            fn deactivate(&self, py: Python<'_>, $argument: &Bound<'_, PyAny>) -> PyResult<$account> {
                let account = Self::named($argument)?;
                run_by(py, &*self.0, || self.0.$capability().deactivate(account))
            }

            /// Reactivates a deactivated account, with the password it had.
            fn reactivate(&self, py: Python<'_>, $argument: &Bound<'_, PyAny>) -> PyResult<$account> {
                let account = Self::named($argument)?;
                run_by(py, &*self.0, || self.0.$capability().reactivate(account))
            }

            /// Makes a link, good for one hour, with which the account's owner sets a new password. Links from before are void.
            fn reset_password(&self, py: Python<'_>, $argument: &Bound<'_, PyAny>) -> PyResult<OneTimeLink> {
                let account = Self::named($argument)?;
                run_by(py, &*self.0, || self.0.$capability().reset_password(account))
            }

            /// Sets the password of an account, which ends its sessions: for the operator, where no link can reach its owner.
            #[pyo3(signature = ($argument, **given), text_signature = $set_password)]
            fn set_password(&self, py: Python<'_>, $argument: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<$account> {
                let (account, mut given) = (Self::named($argument)?, Given::new(py, given));
                let password = given.text("password")?.unwrap_or_default().into();
                given.none_left()?;
                run_by(py, &*self.0, || self.0.$capability().set_password(account, &password))
            }

            $($($more)*)?
        }
    };
}

accounts! {
    /// The users of a tenant.
    Users of core::TenantHandle, users: User, CreatedUser, UserFilter by Role, UserRef by UserId,
    user,
    create "($self, *, email, first_name, last_name, role, username=None, password=None, invite=None)",
    list "($self, *, q=None, role=None, active=None, order='name', page=1, per_page=20)",
    iterate "($self, *, q=None, role=None, active=None, order='name', per_page=100)",
    edit "($self, user, *, version=None, email=..., username=..., first_name=..., last_name=..., role=...)",
    set_password "($self, user, *, password)",
    also {
        /// Sends a user a mail with a link to set a password: an invitation, good for 72 hours, or where they have one a link for a new one,
        /// good for an hour. Links from before stay good. Without a public_url it is Conflict: a mail could hold no link.
        fn invite(&self, py: Python<'_>, user: &Bound<'_, PyAny>) -> PyResult<User> {
            let user = Self::named(user)?;
            run_by(py, &*self.0, || self.0.users().invite(user))
        }
    }
}

accounts! {
    /// The operator's staff.
    Staff of core::Platform, staff: StaffMember, CreatedStaff, StaffFilter by StaffRole, StaffRef by StaffId,
    staff,
    create "($self, *, name, email, role, username=None, password=None)",
    list "($self, *, q=None, role=None, active=None, order='name', page=1, per_page=20)",
    iterate "($self, *, q=None, role=None, active=None, order='name', per_page=100)",
    edit "($self, staff, *, version=None, name=..., email=..., username=..., role=...)",
    set_password "($self, staff, *, password)"
}

/// Whoever logs in: what all of them have, around what they are called.
macro_rules! account {
    ($(#[$about:meta])* $name:ident from $core:path { $($(#[$doc:meta])* $field:ident: $type:ty,)* }) => {
        value! {
            $(#[$about])*
            $name from $core [id, role, active] {
                /// Their number; never used again.
                id: i64,
                $($(#[$doc])* $field: $type,)*
                /// What they may log in with instead of the e-mail address.
                username: Option<String>,
                /// What they may do.
                role: String,
                /// Whether they may log in at all.
                active: bool,
                /// Whether they have a password; who is invited has none until they set it.
                has_password: bool,
                /// When they last logged in, if ever.
                last_log_in_at: Option<Instant>,
                /// Rises with every change; give it back when editing.
                version: u32,
                /// When the account was made.
                created_at: Instant,
                /// When the account was last changed.
                updated_at: Instant,
            }
        }
    };
}

account! {
    /// One user of a tenant. Personal: repr shows no names and no addresses.
    User from core::User {
        /// Their e-mail address, unique in the tenant whatever its case.
        email: String,
        /// Their first name.
        first_name: String,
        /// Their last name.
        last_name: String,
    }
}

account! {
    /// One of the operator's people; the role is `admin` or `support`. Personal: repr shows no name and no address.
    StaffMember from core::StaffMember {
        /// Their name, by which audit logs know them.
        name: String,
        /// Their e-mail address, if they have one.
        email: Option<String>,
    }
}

value! {
    secret
    /// A user just created, with their invitation if no password was given.
    CreatedUser from core::CreatedUser [user, invitation, mailed] {
        /// The user.
        user: User,
        /// The link with which they set a password, where one was asked for, and where mails can hold none: to be handed over.
        invitation: Option<OneTimeLink>,
        /// Whether a mail with such a link is on its way to them.
        mailed: bool,
    }
}

value! {
    secret
    /// A member of staff just created, with their invitation if no password was given.
    CreatedStaff from core::CreatedStaff [staff, invitation] {
        /// The member of staff.
        staff: StaffMember,
        /// The link with which they set a password.
        invitation: Option<OneTimeLink>,
    }
}

value! {
    secret
    /// A link that works once, to be handed to the account's owner alone.
    OneTimeLink from core::OneTimeLink [purpose, secret, expires_at] {
        /// What it is for: `invitation` or `reset`.
        purpose: String,
        /// The secret. Only its hash is stored: this is the one time it can be shown.
        secret: LinkSecret,
        /// Until when it is good.
        expires_at: Instant,
    }
}
