//! What a tenant's admins look after: its settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use polaris_core as core;
use pyo3::prelude::*;

use super::recruitment::Weights;
use crate::errors::run;
use crate::given::{Given, Keywords};
use crate::value::value;

/// The settings of a tenant.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Administration(pub(super) Arc<core::TenantHandle>);

#[pymethods]
impl Administration {
    /// The tenant's settings.
    fn settings(&self, py: Python<'_>) -> PyResult<Settings> {
        run(py, || self.0.administration().settings()).map(|settings| Settings::from((*settings).clone()))
    }

    /// Changes what is given of what is the tenant's own to settle, and keeps the rest; None clears. A text of the portal that is None is
    /// removed. With the version that was read, only if it is still the present one.
    #[pyo3(
        signature = (**given),
        text_signature = "($self, *, version=None, branding=..., portal=..., time_zone=..., allowed_origins=..., recruitment_weights=..., \
            waitlist=..., mail=...)"
    )]
    fn edit_settings(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Settings> {
        let mut given = Given::new(py, given);
        let version = given.version()?;
        let edit = given.draft()?;
        run(py, || self.0.administration().edit_settings(&edit, version)).map(Settings::from)
    }
}

value! {
    /// A tenant's settings.
    Settings from core::Settings [name, time_zone, version] {
        /// The tenant's name, as people know it.
        name: String,
        /// The school district it stands for, if any.
        district: Option<String>,
        /// The zone that people's input and every answer follow, by its IANA name.
        time_zone: String,
        /// Feature flags by name.
        features: BTreeMap<String, bool>,
        /// How the tenant shows itself.
        branding: Branding,
        /// Texts of its portal, by name.
        portal: BTreeMap<String, String>,
        /// Web origins that browsers may call the public API from; empty means any.
        allowed_origins: Vec<String>,
        /// What the parts of a candidate's score count for; None: the usual weights, 30, 20, 25, 15 and 10.
        recruitment_weights: Option<Weights>,
        /// Whether who signs up for a full event comes onto its waitlist, or is refused.
        waitlist: bool,
        /// Under which name the tenant's mails are sent, and where answers go.
        mail: MailSettings,
        /// Rises with every edit.
        version: u32,
    }
}

value! {
    /// How a tenant shows itself.
    Branding from core::Branding [colour, logo_url] {
        /// Its colour, `#rrggbb`.
        colour: Option<String>,
        /// The `https` address of its logo.
        logo_url: Option<String>,
    }
}

value! {
    /// Under which name a tenant's mails are sent, and where answers go.
    MailSettings from core::MailSettings [sender_name] {
        /// The name that mails come from; None: the tenant's own.
        sender_name: Option<String>,
        /// The address that answers go to; None: the operator's sender.
        reply_to: Option<String>,
    }
}
