//! `polaris audit …`: a tenant's audit log, or the operator's own.

mod export;
mod head;
mod list;
mod tail;
mod verify;

use clap::{Args, Subcommand};
use polaris_core::audit::ActorKind;
use polaris_core::types::AuditId;
use polaris_core::{AuditEntry, AuditFilter, AuditLog, AuditMoment, Outcome};

use crate::app::App;
use crate::failure::Failure;
use crate::offered;
use crate::plain::plain;

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    List(list::ListArgs),
    Tail(tail::TailArgs),
    Export(export::ExportArgs),
    Verify(verify::VerifyArgs),
    Head(head::HeadArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &AuditCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        AuditCommand::List(args) => list::run(args, app),
        AuditCommand::Tail(args) => tail::run(args, app),
        AuditCommand::Export(args) => export::run(args, app),
        AuditCommand::Verify(args) => verify::run(args, app),
        AuditCommand::Head(args) => head::run(args, app),
    }
}

/// Whose log.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Whose {
    /// the tenant's slug
    tenant: Option<String>,
    /// the operator's own log
    #[arg(long)]
    operator: bool,
}

impl Whose {
    pub(crate) fn log(&self, app: &App<'_>) -> polaris_core::Result<AuditLog> {
        match &self.tenant {
            Some(slug) => Ok(app.tenant(slug)?.audit()),
            None => Ok(app.platform()?.audit()),
        }
    }
}

/// Which entries.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// only those by this kind of actor: system, staff, tenant_user, api_key or public
    #[arg(long, value_name = "KIND", hide_possible_values = true, value_parser = offered::word!(ActorKind))]
    actor_kind: Option<ActorKind>,
    /// only those by the actor with this number
    #[arg(long, value_name = "NUMBER", requires = "actor_kind")]
    actor_id: Option<i64>,
    /// only those of this action, such as event.publish; with a dot at its end (event.) all that begin so
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// only those about this kind of thing, such as event
    #[arg(long, value_name = "KIND")]
    resource_kind: Option<String>,
    /// only those about the one with this id
    #[arg(long, value_name = "ID", requires = "resource_kind")]
    resource_id: Option<String>,
    /// only those of this day (of the tenant's zone) or time (RFC 3339) or later
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    from: Option<AuditMoment>,
    /// only those of this day or time or earlier
    #[arg(long, value_name = "WHEN", value_parser = moment)]
    to: Option<AuditMoment>,
    /// only those that came out so: done, refused or pending
    #[arg(long, value_name = "OUTCOME", hide_possible_values = true, value_parser = offered::word!(Outcome))]
    outcome: Option<Outcome>,
    /// only those with a higher number
    #[arg(long, value_name = "NUMBER")]
    after: Option<i64>,
}

impl Which {
    pub(crate) fn filter(&self) -> AuditFilter {
        AuditFilter {
            actor_kind: self.actor_kind,
            actor_id: self.actor_id,
            action: self.action.clone(),
            resource_kind: self.resource_kind.clone(),
            resource_id: self.resource_id.clone(),
            from: self.from,
            to: self.to,
            outcome: self.outcome,
            after: self.after.map(AuditId::new),
        }
    }
}

fn moment(text: &str) -> Result<AuditMoment, String> {
    AuditMoment::parse(text).map_err(|problem| problem.message)
}

/// What a person sees of an entry: number, when (UTC), who, what, about what, how it came out.
fn cells(entry: &AuditEntry) -> [String; 6] {
    let mut who = entry.actor_kind.to_string();
    if let Some(id) = entry.actor_id {
        who.push_str(&format!(" {id}"));
    }
    if let Some(name) = &entry.actor_name {
        who.push_str(&format!(" {}", plain(name)));
    }
    let about = [&entry.resource_kind, &entry.resource_id].into_iter().flatten().map(|part| plain(part)).collect::<Vec<_>>().join(" ");
    [
        entry.id.to_string(),
        entry.occurred_at.format("%Y-%m-%d %H:%M:%SZ").to_string(),
        who,
        plain(&entry.action),
        about,
        entry.outcome.to_string(),
    ]
}
