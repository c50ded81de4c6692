//! Health checks, for whoever restarts or routes to this server.

use poem_openapi::{Object, OpenApi};
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

fn healthy(state: &State, status: &str) -> Answer<One<Health>> {
    Answer::new(&One { success: true, data: Health { status: status.to_owned() }, meta: Meta::now(None, state.now()) })
}

#[OpenApi]
impl HealthApi {
    /// Whether the process answers at all.
    #[oai(path = "/health/live", method = "get", operation_id = "health_live")]
    async fn live(&self) -> Answer<One<Health>> {
        healthy(&self.state, "live")
    }

    /// Whether the registry can be read and the disk has room; 503 says what is missing.
    #[oai(path = "/health/ready", method = "get", operation_id = "health_ready")]
    async fn ready(&self) -> poem::Result<Answer<One<Health>>> {
        let polaris = self.state.polaris.clone();
        self.state.blocking.run(Whose::Health, move || polaris.ready()).await.map_err(crate::error::Failure::from)?;
        Ok(healthy(&self.state, "ready"))
    }
}
