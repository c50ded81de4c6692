//! The shapes of logging in, sessions and passwords.

use poem_openapi::Object;
use polaris_core::types::instant_text;
use polaris_core::{LoggedIn, Navigation, OwnSession, StaffNavigation, Who};
use serde::Serialize;

/// A log-in.
#[derive(Debug, Object)]
#[oai(rename = "NewSession")]
#[allow(dead_code, reason = "documents what is read")]
pub(crate) struct NewSessionBody {
    /// E-mail or username, in any case.
    #[oai(validator(min_length = 1))]
    login: String,
    /// The password.
    #[oai(validator(min_length = 1))]
    password: String,
    /// Whether the session goes into a browser's cookie instead of the answer. Only for pages of this site.
    #[oai(default)]
    cookie: bool,
}

/// A change of one's own password.
#[derive(Debug, Object)]
#[oai(rename = "NewPassword")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewPasswordBody {
    /// The present one.
    #[oai(validator(min_length = 1))]
    current_password: String,
    /// The one to have from now on: 8 characters to 1,024 bytes, not the e-mail, not one that is guessed first.
    #[oai(validator(min_length = 8))]
    new_password: String,
}

/// The use of a one-time link.
#[derive(Debug, Object)]
#[oai(rename = "NewPasswordByLink")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewPasswordByLinkBody {
    /// The link's secret.
    #[oai(validator(min_length = 1))]
    link: String,
    /// The password to have from now on: 8 characters to 1,024 bytes, not the e-mail, not one that is guessed first.
    #[oai(validator(min_length = 8))]
    password: String,
}

/// A password that is forgotten.
#[derive(Debug, Object)]
#[oai(rename = "NewReset")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewResetBody {
    /// E-mail or username, in any case.
    #[oai(validator(min_length = 1))]
    login: String,
}

/// A request that was taken, whatever comes of it.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Accepted")]
pub(crate) struct AcceptedBody {
    /// Always true.
    pub(super) accepted: bool,
}

/// Who somebody is.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Who")]
pub(crate) struct WhoBody {
    /// `tenant_user` or `staff`.
    kind: String,
    /// Their number: of a user in the tenant, of a member of staff on the platform.
    id: Option<i64>,
    /// Their name.
    name: Option<String>,
    /// Their role.
    role: Option<String>,
}

impl From<Who> for WhoBody {
    fn from(who: Who) -> Self {
        Self { kind: who.kind.to_owned(), id: who.id, name: who.name, role: who.role.map(str::to_owned) }
    }
}

/// A session just opened.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "LoggedIn")]
pub(crate) struct LoggedInBody {
    /// The session's number.
    session: i64,
    /// The token, for the Authorization header; shown this once, and not at all where it went into a cookie.
    token: Option<String>,
    /// When the session ends at the latest (UTC); 8 hours without use end it too.
    expires_at: String,
    /// Who logged in.
    who: WhoBody,
}

impl LoggedInBody {
    pub(super) fn of(logged_in: &LoggedIn, with_token: bool) -> Self {
        Self {
            session: logged_in.session.get(),
            token: with_token.then(|| logged_in.token.reveal().to_owned()),
            expires_at: instant_text(logged_in.expires_at),
            who: Who::from(&logged_in.actor).into(),
        }
    }
}

/// One of one's own sessions.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "OwnSession")]
pub(crate) struct OwnSessionBody {
    /// Its number.
    id: i64,
    /// Whether it is the one that asks.
    current: bool,
    /// The address it was opened from.
    address: Option<String>,
    /// When it was opened (UTC).
    created_at: String,
    /// When it was last used (UTC), to within 5 minutes.
    last_used_at: String,
    /// When it ends at the latest (UTC).
    expires_at: String,
}

impl From<&OwnSession> for OwnSessionBody {
    fn from(session: &OwnSession) -> Self {
        Self {
            id: session.id.get(),
            current: session.current,
            address: session.address.clone(),
            created_at: instant_text(session.created_at),
            last_used_at: instant_text(session.last_used_at),
            expires_at: instant_text(session.expires_at),
        }
    }
}

/// What a tenant's pages need to know of whoever looks at them.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Session")]
pub(crate) struct SessionBody {
    /// Who it is.
    who: WhoBody,
    /// The tenant.
    tenant: SessionTenantBody,
    /// What they may do here, by name.
    permissions: Vec<String>,
    /// What the tenant has switched on, by name.
    features: Vec<String>,
    /// The number of their session; null for staff, whose sessions are the platform's.
    session: Option<i64>,
    /// When it ends at the latest (UTC).
    expires_at: Option<String>,
}

/// A tenant, as its pages show it.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "SessionTenant")]
pub(crate) struct SessionTenantBody {
    /// Its slug.
    slug: String,
    /// Its name, as people know it.
    name: String,
    /// Its colour, `#rrggbb`.
    colour: Option<String>,
    /// The address of its logo.
    logo_url: Option<String>,
}

impl From<&Navigation> for SessionBody {
    fn from(navigation: &Navigation) -> Self {
        Self {
            who: navigation.who.clone().into(),
            tenant: SessionTenantBody {
                slug: navigation.tenant.to_string(),
                name: navigation.tenant_name.clone(),
                colour: navigation.branding.colour.clone(),
                logo_url: navigation.branding.logo_url.clone(),
            },
            permissions: navigation.permissions.iter().map(|permission| permission.as_str().to_owned()).collect(),
            features: navigation.features.iter().map(ToString::to_string).collect(),
            session: navigation.session.as_ref().map(|session| session.id.get()),
            expires_at: navigation.session.as_ref().map(|session| instant_text(session.expires_at)),
        }
    }
}

/// What the platform's pages need to know of whoever looks at them.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "StaffSession")]
pub(crate) struct StaffSessionBody {
    /// Who it is.
    who: WhoBody,
    /// What they may do, by name.
    permissions: Vec<String>,
    /// The tenants that this session has entered, by slug.
    entered: Vec<String>,
    /// The number of their session.
    session: Option<i64>,
    /// When it ends at the latest (UTC).
    expires_at: Option<String>,
}

impl From<&StaffNavigation> for StaffSessionBody {
    fn from(navigation: &StaffNavigation) -> Self {
        Self {
            who: navigation.who.clone().into(),
            permissions: navigation.permissions.iter().map(|permission| permission.as_str().to_owned()).collect(),
            entered: navigation.entered.iter().map(ToString::to_string).collect(),
            session: navigation.session.as_ref().map(|session| session.id.get()),
            expires_at: navigation.session.as_ref().map(|session| instant_text(session.expires_at)),
        }
    }
}

/// Sessions that have ended.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "EndedSessions")]
pub(crate) struct EndedBody {
    /// How many.
    pub(super) ended: u32,
}

/// A link that was used.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "UsedLink")]
pub(crate) struct UsedLinkBody {
    /// What it was for: `invitation` or `reset`.
    pub(super) purpose: String,
}
