//! Who is acting.

use std::sync::Arc;

use crate::error::{Error, Problem, Result};
use crate::types::text::{self, NAME_MAX};
use crate::types::{ApiKeyId, SessionId, StaffId, TenantId, UserId};

/// Whoever an operation is done by. Frontends obtain actors from a log-in, a key or the operating system; an embedding program that
/// already knows its user asserts one.
///
/// ```
/// use polaris_core::auth::{Actor, Role};
///
/// let actor = Actor::tenant_user(7, "Pat Lee", Role::Coordinator);
/// assert_eq!(actor.kind(), "tenant_user");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Actor {
    /// Polaris itself: background work and programs without a person. May do everything; audited as `system`.
    System,
    /// One of the operator's people.
    Staff {
        /// Their number in the registry, if they have an account.
        id: Option<StaffId>,
        /// Their name, for the audit log.
        name: Arc<str>,
        /// What they may do.
        role: StaffRole,
    },
    /// A user of the tenant.
    TenantUser {
        /// Their number, in Polaris or in the embedding program.
        id: UserId,
        /// Their name, for the audit log.
        name: Arc<str>,
        /// What they may do.
        role: Role,
    },
    /// A program with the tenant's API key.
    ApiKey {
        /// The tenant the key belongs to; it is good nowhere else.
        tenant: TenantId,
        /// The key's number.
        id: ApiKeyId,
    },
    /// Anybody.
    Public,
}

impl Actor {
    /// A member of staff without an account of their own, such as the operating system's user on the command line.
    #[must_use]
    pub fn staff(name: &str, role: StaffRole) -> Self {
        Self::Staff { id: None, name: name.into(), role }
    }

    /// A user of the tenant, as the embedding program knows them.
    #[must_use]
    pub fn tenant_user(id: i64, name: &str, role: Role) -> Self {
        Self::TenantUser { id: UserId::new(id), name: name.into(), role }
    }

    /// What kind of actor this is, as in the audit log.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Staff { .. } => "staff",
            Self::TenantUser { .. } => "tenant_user",
            Self::ApiKey { .. } => "api_key",
            Self::Public => "public",
        }
    }

    pub(crate) fn number(&self) -> Option<i64> {
        match self {
            Self::Staff { id, .. } => id.map(StaffId::get),
            Self::TenantUser { id, .. } => Some(id.get()),
            Self::ApiKey { id, .. } => Some(id.get()),
            Self::System | Self::Public => None,
        }
    }

    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Staff { name, .. } | Self::TenantUser { name, .. } => Some(name),
            _ => None,
        }
    }

    pub(crate) fn role_name(&self) -> Option<&'static str> {
        match self {
            Self::Staff { role, .. } => Some(role.as_str()),
            Self::TenantUser { role, .. } => Some(role.as_str()),
            _ => None,
        }
    }
}

macro_rules! roles {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All roles.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The role's name, on every wire and in the database.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The role of this name.
            ///
            /// # Errors
            ///
            /// `UNKNOWN_VALUE` naming the roles there are.
            pub fn parse(name: &str) -> Result<Self, Problem> {
                Self::ALL.iter().copied().find(|role| role.as_str() == name).ok_or_else(|| {
                    Problem::new("UNKNOWN_VALUE", concat!("must be one of", $(" ", $text,)*))
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&name).map_err(|problem| serde::de::Error::custom(problem.message))
            }
        }
    };
}

roles! {
    /// What a tenant's user may do.
    Role {
        /// Everything within the tenant.
        Admin = "admin",
        /// Events, volunteers, rosters and outreach.
        Coordinator = "coordinator",
        /// Teachers and attendance.
        VirtualAdmin = "virtual_admin",
        /// See events and totals, no people.
        Viewer = "viewer",
    }
}

impl Role {
    /// The role of this name as people and older programs write it: with white space round it, and `user` for a viewer.
    ///
    /// # Errors
    ///
    /// `REQUIRED` when blank; `UNKNOWN_VALUE` naming the roles there are.
    pub fn read(input: &str) -> Result<Self, Problem> {
        match input.trim() {
            "" => Err(Problem::required()),
            "user" => Ok(Self::Viewer),
            name => Self::parse(name),
        }
    }
}

roles! {
    /// What a member of staff may do.
    StaffRole {
        /// Everything on the platform, and an admin's rights inside tenants.
        Admin = "admin",
        /// See the platform and tenants; change nothing.
        Support = "support",
    }
}

/// The request an operation is part of. Checked when its caller enters the platform or a tenant; a blank text counts as none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// The IP address it came from, if it came over a network. Kept in the audit log alone.
    pub address: Option<String>,
    /// The request's id, to find it in the log again: at most 128 printable ASCII characters.
    pub request_id: Option<String>,
}

/// The most characters of a request's id.
const REQUEST_ID_MAX: usize = 128;

/// Whether an operation may wait for a connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Patience {
    /// Open what must be opened and wait one's turn, until the deadline.
    #[default]
    Wait,
    /// Work only with what is open and free right now; otherwise the answer is [`Unavailable::WouldWait`], and nothing was done.
    ///
    /// [`Unavailable::WouldWait`]: crate::error::Unavailable::WouldWait
    Never,
}

/// An actor and the request it acts in. An [`Actor`] alone turns into one without a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who acts.
    pub actor: Actor,
    /// In which request.
    pub context: Context,
    /// Whether reads may wait.
    pub patience: Patience,
    /// The session the actor is known by, if they logged in: what is theirs alone, such as logging out, needs one.
    pub session: Option<SessionId>,
}

impl From<Actor> for Caller {
    fn from(actor: Actor) -> Self {
        Self { actor, context: Context::default(), patience: Patience::Wait, session: None }
    }
}

impl Caller {
    /// An actor in a request.
    #[must_use]
    pub fn new(actor: Actor, context: Context) -> Self {
        Self { actor, context, patience: Patience::Wait, session: None }
    }

    /// The same caller in a request.
    #[must_use]
    pub fn within(mut self, context: Context) -> Self {
        self.context = context;
        self
    }

    /// The same caller with another patience.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// The same caller as the audit log can keep it: texts trimmed and checked, since embedding programs hand on what they were sent.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] naming `name`, `address` or `request_id`.
    pub(crate) fn checked(mut self) -> Result<Self> {
        if let Actor::Staff { name, .. } | Actor::TenantUser { name, .. } = &mut self.actor
            && !is_plain(name)
        {
            let checked = text::required(text::line(name, NAME_MAX)).map_err(|problem| Error::bad_request("name", problem.message))?;
            if checked != **name {
                *name = checked.into();
            }
        }
        let Context { address, request_id } = self.context;
        self.context = Context {
            address: given(address).map(|address| checked_address(&address)).transpose()?,
            request_id: given(request_id).map(checked_request_id).transpose()?,
        };
        Ok(self)
    }
}

/// Whether a name needs no further look, as most do: this runs whenever a caller enters.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(plain) && !name.starts_with(' ') && !name.ends_with(' ')
}

fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// Without the zone of a link-local one (`fe80::1%eth0`): it names an interface of this machine, not the caller.
fn checked_address(address: &str) -> Result<String> {
    let address = address.trim();
    let bare = match address.split_once('%') {
        Some((bare, zone)) if bare.contains(':') && !zone.is_empty() => bare,
        _ => address,
    };
    let parsed: Result<std::net::IpAddr, _> = bare.parse();
    parsed.map(|address| address.to_string()).map_err(|_| {
        Error::bad_request(
            "address",
            "must be an IP address, such as 192.0.2.7 or 2001:db8::7, without a port; leave it out if there is none",
        )
    })
}

fn checked_request_id(id: String) -> Result<String> {
    if id.len() <= REQUEST_ID_MAX && id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(id);
    }
    Err(Error::bad_request("request_id", format!("must be at most {REQUEST_ID_MAX} printable ASCII characters without spaces")))
}
