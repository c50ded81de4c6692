use polaris_core::types::instant_text;
use polaris_core::{CreatedStaff, CreatedUser, OneTimeLink, StaffMember, User};
use serde::Serialize;

/// A user of a tenant.
#[derive(Serialize)]
pub(crate) struct UserView {
    id: i64,
    email: String,
    username: Option<String>,
    first_name: String,
    last_name: String,
    role: &'static str,
    active: bool,
    has_password: bool,
    last_log_in_at: Option<String>,
    version: u32,
    created_at: String,
    updated_at: String,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.get(),
            email: user.email.to_string(),
            username: user.username.as_ref().map(ToString::to_string),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            role: user.role.as_str(),
            active: user.active,
            has_password: user.has_password,
            last_log_in_at: user.last_log_in_at.map(instant_text),
            version: user.version,
            created_at: instant_text(user.created_at),
            updated_at: instant_text(user.updated_at),
        }
    }
}

/// A user just created, with their invitation.
#[derive(Serialize)]
pub(crate) struct CreatedUserView {
    user: UserView,
    invitation: Option<LinkView>,
    mailed: bool,
}

impl From<&CreatedUser> for CreatedUserView {
    fn from(created: &CreatedUser) -> Self {
        let invitation = created.invitation.as_ref().map(LinkView::from);
        Self { user: (&created.user).into(), invitation, mailed: created.mailed }
    }
}

/// A member of staff.
#[derive(Serialize)]
pub(crate) struct StaffView {
    id: i64,
    name: String,
    email: Option<String>,
    username: Option<String>,
    role: &'static str,
    active: bool,
    has_password: bool,
    last_log_in_at: Option<String>,
    version: u32,
    created_at: String,
    updated_at: String,
}

impl From<&StaffMember> for StaffView {
    fn from(staff: &StaffMember) -> Self {
        Self {
            id: staff.id.get(),
            name: staff.name.clone(),
            email: staff.email.as_ref().map(ToString::to_string),
            username: staff.username.as_ref().map(ToString::to_string),
            role: staff.role.as_str(),
            active: staff.active,
            has_password: staff.has_password,
            last_log_in_at: staff.last_log_in_at.map(instant_text),
            version: staff.version,
            created_at: instant_text(staff.created_at),
            updated_at: instant_text(staff.updated_at),
        }
    }
}

/// A staff account just created, with its invitation.
#[derive(Serialize)]
pub(crate) struct CreatedStaffView {
    staff: StaffView,
    invitation: Option<LinkView>,
}

impl From<&CreatedStaff> for CreatedStaffView {
    fn from(created: &CreatedStaff) -> Self {
        Self { staff: (&created.staff).into(), invitation: created.invitation.as_ref().map(LinkView::from) }
    }
}

/// A one-time link, with its secret.
#[derive(Serialize)]
pub(crate) struct LinkView {
    purpose: &'static str,
    secret: String,
    expires_at: String,
}

impl From<&OneTimeLink> for LinkView {
    fn from(link: &OneTimeLink) -> Self {
        Self { purpose: link.purpose.as_str(), secret: link.secret.reveal().to_owned(), expires_at: instant_text(link.expires_at) }
    }
}
