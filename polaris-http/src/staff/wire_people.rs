//! The shapes of people: a tenant's users, the operator's staff, and links handed over to them.

use poem_openapi::Object;
use polaris_core::{CreatedStaff, CreatedUser, OneTimeLink, StaffMember, User};
use serde::Serialize;

use crate::public_api::utc;

/// A new user.
#[derive(Debug, Object)]
#[oai(rename = "NewUser")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewUserBody {
    /// Their e-mail address, unique in the tenant whatever its case.
    #[oai(validator(min_length = 1, max_length = 254))]
    email: String,
    /// What they may log in with instead: 3 to 50 letters, digits, `.`, `_` and `-`, with a letter among them; unique in the tenant.
    #[oai(validator(max_length = 50))]
    username: Option<String>,
    /// Their first name.
    #[oai(validator(min_length = 1, max_length = 100))]
    first_name: String,
    /// Their last name.
    #[oai(validator(min_length = 1, max_length = 100))]
    last_name: String,
    /// `admin`, `coordinator`, `virtual_admin` or `viewer` (also written `user`).
    role: String,
    /// Their password: at least 8 characters, at most 1,024 bytes. Left out, they are invited to set one.
    password: Option<String>,
    /// How the invitation reaches them: `mail` (the default), or `link`, which the answer holds once, to be handed over. Not beside a password.
    #[oai(validator(pattern = "^(mail|link)$"))]
    invite: Option<String>,
}

/// The first user of a new tenant, who is an admin.
#[derive(Debug, Object)]
#[oai(rename = "NewFirstAdmin")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewFirstAdminBody {
    /// Their e-mail address.
    #[oai(validator(min_length = 1, max_length = 254))]
    email: String,
    /// What they may log in with instead.
    #[oai(validator(max_length = 50))]
    username: Option<String>,
    /// Their first name.
    #[oai(validator(min_length = 1, max_length = 100))]
    first_name: String,
    /// Their last name.
    #[oai(validator(min_length = 1, max_length = 100))]
    last_name: String,
    /// `admin`, which goes without saying.
    #[oai(default)]
    role: String,
    /// Their password: at least 8 characters, at most 1,024 bytes. Left out, they are invited to set one.
    password: Option<String>,
    /// How the invitation reaches them: `mail` (the default), or `link`, which the answer holds once, to be handed over. Not beside a password.
    #[oai(validator(pattern = "^(mail|link)$"))]
    invite: Option<String>,
}

/// What to change of a user: what is left out stays, null clears.
#[derive(Debug, Object)]
#[oai(rename = "UserEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct UserEditBody {
    /// Another e-mail address; links not yet used are void then. Can't be cleared.
    #[oai(validator(max_length = 254))]
    email: Option<String>,
    /// Another username, or none.
    #[oai(validator(max_length = 50))]
    username: Option<String>,
    /// Another first name. Can't be cleared.
    #[oai(validator(max_length = 100))]
    first_name: Option<String>,
    /// Another last name. Can't be cleared.
    #[oai(validator(max_length = 100))]
    last_name: Option<String>,
    /// Another role; it holds at once. Can't be cleared.
    role: Option<String>,
}

/// A user of a tenant.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "User")]
pub(crate) struct UserBody {
    /// Their number.
    id: i64,
    /// Their e-mail address.
    email: String,
    /// What they may log in with instead.
    username: Option<String>,
    /// Their first name.
    first_name: String,
    /// Their last name.
    last_name: String,
    /// `admin`, `coordinator`, `virtual_admin` or `viewer`.
    role: String,
    /// Whether they may log in at all.
    active: bool,
    /// Whether they have a password; an invited user has none until they set it.
    has_password: bool,
    /// When they last logged in (UTC), if ever.
    last_log_in_at: Option<String>,
    /// Rises with every change.
    version: u32,
    /// When the account was made (UTC).
    created_at: String,
    /// When the account was last changed (UTC).
    updated_at: String,
}

impl From<&User> for UserBody {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.get(),
            email: user.email.to_string(),
            username: user.username.as_ref().map(ToString::to_string),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            role: user.role.as_str().to_owned(),
            active: user.active,
            has_password: user.has_password,
            last_log_in_at: user.last_log_in_at.map(utc),
            version: user.version,
            created_at: utc(user.created_at),
            updated_at: utc(user.updated_at),
        }
    }
}

/// A user just created.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "CreatedUser")]
pub(crate) struct CreatedUserBody {
    /// The user.
    user: UserBody,
    /// With which they set their password, where a link was asked for, and where mails can hold none because `public_url` is not set: to be
    /// handed over. Only its hash is kept: it can't be shown again.
    invitation: Option<LinkBody>,
    /// Whether a mail is on its way to them, with a link that nobody else sees.
    mailed: bool,
}

impl From<&CreatedUser> for CreatedUserBody {
    fn from(created: &CreatedUser) -> Self {
        let invitation = created.invitation.as_ref().map(LinkBody::from);
        Self { user: UserBody::from(&created.user), invitation, mailed: created.mailed }
    }
}

/// A new member of staff.
#[derive(Debug, Object)]
#[oai(rename = "NewStaff")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewStaffBody {
    /// Their name, unique: audit logs know them by it.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// Their e-mail address, unique whatever its case.
    #[oai(validator(min_length = 1, max_length = 254))]
    email: String,
    /// What they may log in with instead: 3 to 50 letters, digits, `.`, `_` and `-`, with a letter among them; unique.
    #[oai(validator(max_length = 50))]
    username: Option<String>,
    /// `admin` or `support`.
    role: String,
    /// Their password: at least 8 characters, at most 1,024 bytes. Left out, they are invited with a one-time link.
    password: Option<String>,
}

/// What to change of a member of staff: what is left out stays, null clears.
#[derive(Debug, Object)]
#[oai(rename = "StaffEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct StaffEditBody {
    /// Another name. Can't be cleared.
    #[oai(validator(max_length = 100))]
    name: Option<String>,
    /// Another e-mail address, or a first one; links not yet used are void then. Can't be cleared.
    #[oai(validator(max_length = 254))]
    email: Option<String>,
    /// Another username, or none.
    #[oai(validator(max_length = 50))]
    username: Option<String>,
    /// Another role; it holds at once. Can't be cleared.
    role: Option<String>,
}

/// One of the operator's people.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "StaffMember")]
pub(crate) struct StaffBody {
    /// Their number.
    id: i64,
    /// Their name.
    name: String,
    /// Their e-mail address; accounts made on the command line may have none.
    email: Option<String>,
    /// What they may log in with instead.
    username: Option<String>,
    /// `admin` or `support`.
    role: String,
    /// Whether they may log in at all.
    active: bool,
    /// Whether they have a password.
    has_password: bool,
    /// When they last logged in (UTC), if ever.
    last_log_in_at: Option<String>,
    /// Rises with every change.
    version: u32,
    /// When the account was made (UTC).
    created_at: String,
    /// When the account was last changed (UTC).
    updated_at: String,
}

impl From<&StaffMember> for StaffBody {
    fn from(staff: &StaffMember) -> Self {
        Self {
            id: staff.id.get(),
            name: staff.name.clone(),
            email: staff.email.as_ref().map(ToString::to_string),
            username: staff.username.as_ref().map(ToString::to_string),
            role: staff.role.as_str().to_owned(),
            active: staff.active,
            has_password: staff.has_password,
            last_log_in_at: staff.last_log_in_at.map(utc),
            version: staff.version,
            created_at: utc(staff.created_at),
            updated_at: utc(staff.updated_at),
        }
    }
}

/// A staff account just created.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "CreatedStaff")]
pub(crate) struct CreatedStaffBody {
    /// The account.
    staff: StaffBody,
    /// With which they set their password, where none was given. Only its hash is kept: it can't be shown again.
    invitation: Option<LinkBody>,
}

impl From<&CreatedStaff> for CreatedStaffBody {
    fn from(created: &CreatedStaff) -> Self {
        Self { staff: StaffBody::from(&created.staff), invitation: created.invitation.as_ref().map(LinkBody::from) }
    }
}

/// A one-time link, to be handed over to the account's owner.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "OneTimeLink")]
pub(crate) struct LinkBody {
    /// `invitation` or `reset`.
    purpose: String,
    /// The secret, with which a password can be set once. Only its hash is kept: it can't be shown again, and is null where the request
    /// was a repeated one.
    secret: Option<String>,
    /// Until when it is good (UTC).
    expires_at: String,
}

impl From<&OneTimeLink> for LinkBody {
    fn from(link: &OneTimeLink) -> Self {
        let secret = (!link.secret.is_withheld()).then(|| link.secret.reveal().to_owned());
        Self { purpose: link.purpose.as_str().to_owned(), secret, expires_at: utc(link.expires_at) }
    }
}
