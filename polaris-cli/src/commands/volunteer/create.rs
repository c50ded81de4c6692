//! `polaris volunteer create`

use clap::Args;
use polaris_core::{NewVolunteer, VolunteerOutcome};

use super::{Fields, name};
use crate::app::App;
use crate::failure::Failure;
use crate::view::SavedVolunteerView;

/// add a volunteer, or reactivate the deactivated one who has the e-mail
#[derive(Debug, Args)]
#[command(
    after_help = "example:\n  polaris volunteer create kckps --first-name José --last-name García \\\n      --email jose@example.org --skill Welding --skill Chess"
)]
pub(crate) struct CreateArgs {
    /// the tenant's slug
    tenant: String,
    #[command(flatten)]
    fields: Fields,
}

pub(crate) fn run(args: &CreateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let fields = &args.fields;
    let saved = app.tenant(&args.tenant)?.volunteers().create(NewVolunteer {
        first_name: fields.first_name.clone().unwrap_or_default(),
        last_name: fields.last_name.clone().unwrap_or_default(),
        email: fields.email.clone(),
        phone: fields.phone.clone(),
        organization: fields.organization.clone(),
        title: fields.title.clone(),
        career_type: fields.career_type.clone(),
        skills: fields.skills.clone(),
        city: fields.city.clone(),
        state: fields.state.clone(),
        postal_code: fields.postal_code.clone(),
        notes: fields.notes.clone(),
        email_opt_out: fields.email_opt_out,
        do_not_contact: fields.do_not_contact,
    })?;
    let program = app.program();
    app.printer.answer(&SavedVolunteerView::from(&saved), |page| {
        let volunteer = &saved.volunteer;
        let done = if saved.outcome == VolunteerOutcome::Created { "added" } else { "reactivated" };
        page.line(format_args!("{done} volunteer {}: {}", volunteer.id, name(volunteer)));
        page.next(format_args!("{program} roster assign {} EVENT {}", args.tenant, volunteer.id));
    })
}
