//! One tenant's data, for one actor.

pub(crate) mod api_keys;
pub(crate) mod calendar;
pub(crate) mod event;
pub(crate) mod events;
pub(crate) mod mail_templates;
pub(crate) mod mails;
pub(crate) mod outreach;
pub(crate) mod public_events;
pub(crate) mod recruitment;
pub(crate) mod roster;
pub(crate) mod rosters;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod signup;
pub(crate) mod volunteer;
pub(crate) mod volunteer_files;
pub(crate) mod volunteers;

use std::sync::Arc;

use polaris_core as core;
use pyo3::prelude::*;

use crate::accounts::Users;
use crate::actor::Actor;
use crate::audit::AuditLog;
use crate::value::Of;

/// A tenant, opened for one actor. Every operation checks anew that the tenant is active, the actor permitted and the feature on. One
/// that was obtained before a fork refuses to work in the child.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct TenantHandle(pub(crate) Arc<core::TenantHandle>);

#[pymethods]
impl TenantHandle {
    /// The tenant's slug.
    #[getter]
    fn slug(&self) -> &str {
        self.0.slug().as_str()
    }

    /// The tenant's id: the same for ever, never used again.
    #[getter]
    fn id(&self) -> String {
        self.0.id().to_string()
    }

    /// Who is acting.
    #[getter]
    fn actor(&self) -> Actor {
        Actor::of(self.0.actor().clone())
    }

    /// Events: create, publish, get, list.
    fn events(&self) -> events::Events {
        events::Events(Arc::clone(&self.0))
    }

    /// Volunteers: add, find, show, edit, deactivate, merge; notes on them.
    fn volunteers(&self) -> volunteers::Volunteers {
        volunteers::Volunteers(Arc::clone(&self.0))
    }

    /// Events' rosters: assign, list, edit, remove.
    fn rosters(&self) -> rosters::Rosters {
        rosters::Rosters(Arc::clone(&self.0))
    }

    /// Recruitment: which events need volunteers, who would suit one, and who is left out.
    fn recruitment(&self) -> recruitment::Recruitment {
        recruitment::Recruitment(Arc::clone(&self.0))
    }

    /// Outreach: who was asked to come to which event, how, and what came of it.
    fn outreach(&self) -> outreach::Outreach {
        outreach::Outreach(Arc::clone(&self.0))
    }

    /// The calendar: what is in it in a range of time, as a file, and the feeds that calendar programs read.
    fn calendar(&self) -> calendar::Calendar {
        calendar::Calendar(Arc::clone(&self.0))
    }

    /// Logging in, and one's own sessions and password.
    fn sessions(&self) -> sessions::UserSessions {
        sessions::UserSessions(Arc::clone(&self.0))
    }

    /// The keys of the public API: create, list, get, rotate, revoke, adopt.
    fn api_keys(&self) -> api_keys::ApiKeys {
        api_keys::ApiKeys(Arc::clone(&self.0))
    }

    /// What the tenant's admins look after: its settings.
    fn administration(&self) -> settings::Administration {
        settings::Administration(Arc::clone(&self.0))
    }

    /// What the tenant's mails say: list, get, edit, reset, preview.
    fn mail_templates(&self) -> mail_templates::MailTemplates {
        mail_templates::MailTemplates(Arc::clone(&self.0))
    }

    /// The tenant's users: create, list, show, edit, deactivate, reset a password.
    fn users(&self) -> Users {
        Users(Arc::clone(&self.0))
    }

    /// The outbox: which mails wait, were sent, failed or are held; try one again.
    fn mails(&self) -> mails::Mails {
        mails::Mails(Arc::clone(&self.0))
    }

    /// The tenant's audit log.
    fn audit(&self) -> AuditLog {
        AuditLog::of_tenant(&self.0)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        crate::value::repr(slf.as_any(), &["slug", "actor"])
    }
}
