//! `polaris session open`: a token for the HTTP surfaces of staff.

use clap::{Args, Subcommand};
use polaris_core::NewSession;
use polaris_core::types::instant_text;
use serde_json::json;

use crate::app::App;
use crate::failure::Failure;
use crate::offered;
use crate::user;
use polaris_core::StaffRole;

#[derive(Debug, Subcommand)]
pub(crate) enum SessionCommand {
    Open(OpenArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &SessionCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        SessionCommand::Open(args) => open(args, app),
    }
}

/// open a session for a member of staff and print its token, once
///
/// The token goes into the header `Authorization: Bearer …`. It ends after 8 hours without use, and after 30 days in any case.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris session open --tenant kckps --role admin --reason \"career fair\"")]
pub(crate) struct OpenArgs {
    /// the tenant to enter
    #[arg(long, value_name = "SLUG")]
    tenant: Option<String>,
    /// whom it stands for [default: you]
    #[arg(long, value_name = "NAME")]
    staff: Option<String>,
    /// what a new account may do: admin or support [default: support, which only reads]
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(StaffRole))]
    role: Option<String>,
    /// why the tenant is entered, for both audit logs for good: name no person
    #[arg(long)]
    reason: Option<String>,
}

fn open(args: &OpenArgs, app: &mut App<'_>) -> Result<(), Failure> {
    app.printer.can_be_read("the token")?;
    let session = app.platform()?.sessions().open(&NewSession {
        staff: args.staff.clone().unwrap_or_else(user::name),
        role: args.role.clone(),
        tenant: args.tenant.clone(),
        reason: args.reason.clone(),
    })?;
    let answer = json!({
        "staff": session.staff,
        "role": session.role.as_str(),
        "token": session.token.reveal(),
        "tenant": session.tenant,
        "expires_at": instant_text(session.expires_at),
    });
    app.printer.answer(&answer, |page| {
        let entered = session.tenant.as_ref().map(|tenant| format!(" in {tenant}")).unwrap_or_default();
        page.line(format_args!("opened a session for {} ({}){entered}", session.staff, session.role.as_str()));
        page.secret("its token", session.token.reveal());
        page.line(format_args!("send it as `Authorization: Bearer {}…`", &session.token.reveal()[..5]));
        page.line(format_args!("it ends on {}, or after 8 hours without use", session.expires_at.date_naive()));
    })
}
