//! Health checks, for whoever restarts or routes to this server.

use poem_openapi::{Object, OpenApi};
use serde::Serialize;

use crate::State;
use crate::answer::{Answer, Meta, One};

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

fn healthy(status: &str) -> Answer<One<Health>> {
    Answer::new(&One { success: true, data: Health { status: status.to_owned() }, meta: Meta::now(None, chrono::Utc::now()) })
}

#[OpenApi]
impl HealthApi {
    /// Whether the process answers at all.
    #[oai(path = "/health/live", method = "get", operation_id = "health_live")]
    async fn live(&self) -> Answer<One<Health>> {
        healthy("live")
    }

    /// Whether the registry can be read and the disk has room; 503 says what is missing.
    #[oai(path = "/health/ready", method = "get", operation_id = "health_ready")]
    async fn ready(&self) -> poem::Result<Answer<One<Health>>> {
        let polaris = self.state.polaris.clone();
        // A place of its own: that the others are all taken doesn't make the server unready.
        let looked = tokio::task::spawn_blocking(move || polaris.ready()).await.unwrap_or(Err(polaris_core::Error::Internal));
        looked.map_err(crate::error::Failure::from)?;
        Ok(healthy("ready"))
    }
}
