//! Health checks, for whoever restarts or routes to this server.

use chrono::{DateTime, Utc};
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};
use poem_openapi::{Object, OpenApi};
use polaris_core::MailStatus;
use serde::Serialize;

use crate::State;
use crate::answer::{Answer, Meta, One};
use crate::blocking::Whose;

/// The health checks.
pub(crate) struct HealthApi {
    pub(crate) state: State,
}

/// How the server is.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Health {
    /// `live` or `ready`.
    status: String,
}

/// How a server is that may be given requests.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Readiness {
    /// `ready`.
    status: String,
    /// How delivering mails goes. Nothing about it makes the server unready but a worker that hangs.
    mail: MailHealth,
}

/// How delivering mails goes.
#[derive(Debug, Object, Serialize)]
pub(crate) struct MailHealth {
    /// `ok`; `off` where mail is switched off; `trouble` where nothing can be sent at the moment; `slow` where a mail has waited for an hour.
    status: String,
    /// Mails that wait, of all tenants, as last counted.
    waiting: u64,
    /// For how many seconds the oldest of those has waited.
    oldest_seconds: Option<u64>,
}

/// When a mail has waited for so long that somebody should look.
const SLOW: u64 = 3_600;

impl MailHealth {
    fn of(status: &MailStatus, now: DateTime<Utc>) -> Self {
        let oldest_seconds = status.oldest.map(|oldest| u64::try_from((now - oldest).num_seconds()).unwrap_or_default());
        let word = match status {
            _ if status.off => "off",
            _ if status.trouble.is_some() => "trouble",
            _ if oldest_seconds.is_some_and(|seconds| seconds >= SLOW) => "slow",
            _ => "ok",
        };
        Self { status: word.to_owned(), waiting: status.waiting, oldest_seconds }
    }
}

fn healthy<T: Type + ToJSON + ParseFromJSON + Serialize>(state: &State, data: T) -> Answer<One<T>> {
    Answer::new(&One { success: true, data, meta: Meta::now(None, state.now()) })
}

#[OpenApi]
impl HealthApi {
    /// Whether the process answers at all.
    #[oai(path = "/health/live", method = "get", operation_id = "health_live")]
    async fn live(&self) -> Answer<One<Health>> {
        healthy(&self.state, Health { status: "live".to_owned() })
    }

    /// Whether the registry can be read, the disk has room and mails are delivered; 503 says what is missing. A mail server that is down makes
    /// nothing else worse: it is told, and the server is ready.
    #[oai(path = "/health/ready", method = "get", operation_id = "health_ready")]
    async fn ready(&self) -> poem::Result<Answer<One<Readiness>>> {
        let polaris = self.state.polaris.clone();
        let work = move || polaris.ready().and_then(|()| polaris.mail_status());
        let mail = self.state.blocking.run(Whose::Health, work).await.map_err(crate::error::Failure::from)?;
        let mail = MailHealth::of(&mail, self.state.now());
        Ok(healthy(&self.state, Readiness { status: "ready".to_owned(), mail }))
    }
}
