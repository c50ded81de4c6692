//! `polaris volunteer …`: a tenant's volunteers (V1, V3, V5, V6).

mod create;
mod edit;
mod export;
mod history;
mod import;
mod list;
mod merge;
mod notes;
mod show;
mod state;
mod suggest;

use clap::{Args, Subcommand};
use polaris_core::types::{VolunteerId, VolunteerRef};
use polaris_core::{TenantHandle, Volunteer};

use crate::app::App;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum VolunteerCommand {
    Create(Box<create::CreateArgs>),
    List(list::ListArgs),
    Suggest(suggest::SuggestArgs),
    Show(show::ShowArgs),
    History(history::HistoryArgs),
    Edit(Box<edit::EditArgs>),
    Deactivate(state::DeactivateArgs),
    Reactivate(state::ReactivateArgs),
    PreviewMerge(merge::PreviewArgs),
    Merge(merge::MergeArgs),
    ListNotes(notes::ListArgs),
    AddNote(notes::AddArgs),
    EditNote(notes::EditArgs),
    RemoveNote(notes::RemoveArgs),
    PreviewImport(import::PreviewArgs),
    Import(import::ImportArgs),
    ListImports(import::ListArgs),
    Export(Box<export::ExportArgs>),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &VolunteerCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        VolunteerCommand::Create(args) => create::run(args, app),
        VolunteerCommand::List(args) => list::run(args, app),
        VolunteerCommand::Suggest(args) => suggest::run(args, app),
        VolunteerCommand::Show(args) => show::run(args, app),
        VolunteerCommand::History(args) => history::run(args, app),
        VolunteerCommand::Edit(args) => edit::run(args, app),
        VolunteerCommand::Deactivate(args) => state::deactivate(args, app),
        VolunteerCommand::Reactivate(args) => state::reactivate(args, app),
        VolunteerCommand::PreviewMerge(args) => merge::preview(args, app),
        VolunteerCommand::Merge(args) => merge::run(args, app),
        VolunteerCommand::ListNotes(args) => notes::list(args, app),
        VolunteerCommand::AddNote(args) => notes::add(args, app),
        VolunteerCommand::EditNote(args) => notes::edit(args, app),
        VolunteerCommand::RemoveNote(args) => notes::remove(args, app),
        VolunteerCommand::PreviewImport(args) => import::preview(args, app),
        VolunteerCommand::Import(args) => import::run(args, app),
        VolunteerCommand::ListImports(args) => import::list(args, app),
        VolunteerCommand::Export(args) => export::run(args, app),
    }
}

/// Which volunteer.
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// the tenant's slug
    tenant: String,
    /// the volunteer's number or e-mail
    volunteer: String,
}

/// What is known of a volunteer; for a new one the names are required.
#[derive(Debug, Args)]
struct Fields {
    /// their first name
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// their last name
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// their e-mail, which no other volunteer of the tenant has
    #[arg(long)]
    email: Option<String>,
    /// their phone number
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// where they work or whom they come from
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,
    /// what they are there
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// one of the tenant's career types, by name or alias
    #[arg(long, value_name = "NAME")]
    career_type: Option<String>,
    /// a skill, by name or alias; may be given again
    #[arg(long = "skill", value_name = "NAME")]
    skills: Vec<String>,
    /// the city they live in
    #[arg(long, value_name = "NAME")]
    city: Option<String>,
    /// its state
    #[arg(long, value_name = "NAME")]
    state: Option<String>,
    /// its postal code
    #[arg(long, value_name = "CODE")]
    postal_code: Option<String>,
    /// what else to know of them
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// whether they want no mails that ask them to take part: true or false
    #[arg(long, value_name = "WHETHER")]
    email_opt_out: Option<bool>,
    /// whether they are not to be asked at all: true or false
    #[arg(long, value_name = "WHETHER")]
    do_not_contact: Option<bool>,
}

fn name(volunteer: &Volunteer) -> String {
    format!("{} {}", volunteer.first_name, volunteer.last_name)
}

fn standing_of(volunteer: &Volunteer) -> &'static str {
    if volunteer.active { "active" } else { "deactivated" }
}

/// The number of one who is named by number or e-mail.
fn number(tenant: &TenantHandle, named: &str) -> polaris_core::Result<VolunteerId> {
    match VolunteerRef::parse(named) {
        VolunteerRef::Number(id) => Ok(id),
        other => Ok(tenant.volunteers().get(other)?.volunteer.id),
    }
}

/// What is known of a volunteer; what isn't is left out.
fn pairs(volunteer: &Volunteer) -> Vec<(&'static str, String)> {
    let flag = |on: bool, text: &str| on.then(|| text.to_owned());
    let place: Vec<_> = [&volunteer.city, &volunteer.state, &volunteer.postal_code].into_iter().flatten().map(String::as_str).collect();
    let pairs = [
        ("id", Some(volunteer.id.to_string())),
        ("name", Some(name(volunteer))),
        ("standing", Some(standing_of(volunteer).to_owned())),
        ("e-mail", volunteer.email.as_ref().map(ToString::to_string)),
        ("phone", volunteer.phone.as_ref().map(ToString::to_string)),
        ("organization", volunteer.organization.clone()),
        ("title", volunteer.title.clone()),
        ("career type", volunteer.career_type.as_ref().map(|career| career.name.clone())),
        ("skills", (!volunteer.skills.is_empty()).then(|| volunteer.skills.join(", "))),
        ("lives in", (!place.is_empty()).then(|| place.join(", "))),
        ("mails", flag(volunteer.email_opt_out, "wants none that ask them to take part")),
        ("contact", flag(volunteer.do_not_contact, "not to be asked at all")),
        ("notes", volunteer.notes.clone()),
        ("version", Some(volunteer.version.to_string())),
    ];
    pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
