//! The audit log of a file: one entry for each change, written in the change's own transaction (X1); listed, exported, verified (X2, X3).
//!
//! Entries are chained: each holds the hash of the one before it and a hash over its own fields, so an edit, a deletion or a
//! reordering shows. Names and addresses stand behind a salted digest that the hash covers instead of them: erasing them keeps the
//! chain whole. Where a tenant's log ends is copied to the operator's registry, so that a tail that was cut off shows as well.
//!
//! | file | holds |
//! |---|---|
//! | `chain` | how entries are written, and what their hashes cover |
//! | `heads` | where logs end, copied to the registry |
//! | `entry`, `filter` | entries as they are read, and which are wanted |
//! | `list`, `export`, `verify` | the verbs; [`AuditLog`] for tenants and the operator alike |
//! | `erase` | a person's name and address, taken out of a log |
//!
//! ```
//! # use polaris_core::{Actor, AuditFilter, NewTenant, PageRequest, Polaris, Role};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::tenant_user(1, "Pat Lee", Role::Admin))?;
//! let filter = AuditFilter { action: Some("tenant.".into()), ..AuditFilter::default() };
//! assert_eq!(kckps.audit().list(&filter, PageRequest::default())?.items[0].action, "tenant.create");
//! assert!(kckps.audit().verify(None)?.first_break.is_none());
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod chain;
mod entry;
mod erase;
mod export;
mod filter;
pub(crate) mod heads;
mod list;
mod log;
mod verify;

use serde_json::Value as Json;

pub(crate) use self::chain::{Appended, append};
pub use self::entry::AuditEntry;
pub use self::export::{AuditExport, ExportFormat};
pub use self::filter::{AuditFilter, AuditMoment};
pub use self::heads::AuditHead;
pub use self::log::AuditLog;
pub use self::verify::{AuditVerification, Break, BreakKind};
pub(crate) use self::verify::{first_break, verify_file};
use crate::types::words::words;

/// What an operation says of its change. Details hold numbers, codes and names of things; never personal data.
pub(crate) struct Entry {
    resource: Option<(&'static str, String)>,
    details: Json,
    outcome: Outcome,
}

words! {
    /// How what an entry tells of came out.
    Outcome, "outcome", exact {
        /// It was done.
        Done = "done",
        /// It was tried and refused.
        Refused = "refused",
        /// It was begun; another entry tells the end.
        Pending = "pending",
    }
}

words! {
    /// What kind of actor an entry names.
    ActorKind, "kind of actor", exact {
        /// Polaris itself, or a program without a person.
        System = "system",
        /// One of the operator's people.
        Staff = "staff",
        /// A user of the tenant.
        TenantUser = "tenant_user",
        /// A program with the tenant's API key.
        ApiKey = "api_key",
        /// Anybody.
        Public = "public",
    }
}

impl Entry {
    /// A change of one thing.
    #[allow(clippy::needless_pass_by_value, reason = "ids are small, and callers have them at hand")]
    pub(crate) fn of(kind: &'static str, id: impl std::fmt::Display, details: Json) -> Self {
        Self { resource: Some((kind, id.to_string())), details, outcome: Outcome::Done }
    }

    /// What concerns no stored thing, such as a log-in to an account that doesn't exist.
    pub(crate) fn of_nothing(details: Json) -> Self {
        Self { resource: None, details, outcome: Outcome::Done }
    }

    /// The same with another outcome than that it was done.
    pub(crate) fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// The same with the mark of a change by staff, by which the operator's log finds it.
    pub(crate) fn marked(mut self, mark: &str) -> Self {
        if let Json::Object(details) = &mut self.details {
            details.insert("support".to_owned(), mark.into());
        }
        self
    }
}
