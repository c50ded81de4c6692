//! Numbers and identifiers of stored things, each its own type so that one can't be passed for another.
//!
//! Numbers are local to a tenant's database: event 7 of one district has nothing to do with event 7 of the next.
//!
//! ```
//! use polaris_core::types::EventId;
//!
//! let id = EventId::new(7);
//! assert_eq!(id.get(), 7);
//! assert_eq!(id.to_string(), "7");
//! ```

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$about:meta])* $name:ident($inner:ty)) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// Wraps a value; that such a thing is stored is not checked.
            #[must_use]
            pub const fn new(value: $inner) -> Self {
                Self(value)
            }

            /// The bare value, as stored.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// The number of an event in its tenant.
    EventId(i64)
}
id! {
    /// The number of a school in its tenant.
    SchoolId(i64)
}
id! {
    /// The number of a skill in its tenant.
    SkillId(i64)
}
id! {
    /// The number of a career type in its tenant.
    CareerTypeId(i64)
}
id! {
    /// The number of a volunteer in its tenant. That of one who was merged into another leads to the other.
    VolunteerId(i64)
}
id! {
    /// The number of a note on a volunteer in its tenant.
    NoteId(i64)
}
id! {
    /// The number of an import of volunteers in its tenant's log.
    VolunteerImportId(i64)
}
id! {
    /// The number of a place on a roster in its tenant.
    ParticipationId(i64)
}
id! {
    /// The number of an attempt to win somebody for an event, in its tenant.
    OutreachId(i64)
}
id! {
    /// The number of a mail in its tenant's outbox.
    MailId(i64)
}
id! {
    /// The number of an API key in its tenant.
    ApiKeyId(i64)
}
id! {
    /// The number of a calendar feed in its tenant.
    FeedId(i64)
}
id! {
    /// The number of an entry of an audit log.
    AuditId(i64)
}
id! {
    /// The number of a tenant's user in its tenant.
    UserId(i64)
}
id! {
    /// The number of a member of the operator's staff in the registry.
    StaffId(i64)
}
id! {
    /// The number of a session: of a user in their tenant, of a member of staff in the registry.
    SessionId(i64)
}
id! {
    /// What a tenant is known by for ever, in the registry and inside its own file; a slug is only its name.
    TenantId(Uuid)
}
id! {
    /// What a staff member's stay in a tenant is known by, in both audit logs.
    SupportId(Uuid)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ids_are_bare_values_in_json() {
        assert_eq!(serde_json::to_string(&SchoolId::new(12)).unwrap(), "12");
        assert_eq!(serde_json::from_str::<SchoolId>("12").unwrap(), SchoolId::new(12));
        let tenant = TenantId::new(Uuid::nil());
        assert_eq!(serde_json::to_string(&tenant).unwrap(), format!("\"{tenant}\""));
    }

    #[test]
    fn ids_sort_by_number() {
        assert!(EventId::new(9) < EventId::new(10));
    }
}
