//! `polaris volunteer edit`

use clap::Args;
use polaris_core::{Error, Patch, VolunteerEdit};

use super::{Fields, Named, pairs};
use crate::app::App;
use crate::commands::people::{set, set_or_clear};
use crate::failure::Failure;
use crate::view::VolunteerView;

/// edit a volunteer; what isn't named stays, an empty value clears it
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer edit kckps 1 --phone 913-555-0100 --title \"\"")]
pub(crate) struct EditArgs {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    fields: Fields,
    /// they have no skills any more
    #[arg(long, conflicts_with = "skills")]
    no_skills: bool,
    /// only if this is still the volunteer's version
    #[arg(long, value_name = "NUMBER")]
    if_version: Option<u32>,
}

pub(crate) fn run(args: &EditArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let fields = &args.fields;
    let flag = |given: Option<bool>| given.map_or(Patch::Keep, Patch::Set);
    let skills = match fields.skills.as_slice() {
        _ if args.no_skills => Patch::Clear,
        [] => Patch::Keep,
        names => Patch::Set(names.to_vec()),
    };
    let edit = VolunteerEdit {
        first_name: set(fields.first_name.as_ref()),
        last_name: set(fields.last_name.as_ref()),
        email: set_or_clear(fields.email.as_ref()),
        phone: set_or_clear(fields.phone.as_ref()),
        organization: set_or_clear(fields.organization.as_ref()),
        title: set_or_clear(fields.title.as_ref()),
        career_type: set_or_clear(fields.career_type.as_ref()),
        skills,
        city: set_or_clear(fields.city.as_ref()),
        state: set_or_clear(fields.state.as_ref()),
        postal_code: set_or_clear(fields.postal_code.as_ref()),
        notes: set_or_clear(fields.notes.as_ref()),
        email_opt_out: flag(fields.email_opt_out),
        do_not_contact: flag(fields.do_not_contact),
    };
    if edit == VolunteerEdit::default() {
        return Err(Error::bad_request("edit", "names nothing to change").into());
    }
    let volunteer = app.tenant(&args.named.tenant)?.volunteers().edit(args.named.volunteer.as_str(), edit, args.if_version)?;
    app.printer.answer(&VolunteerView::from(&volunteer), |page| {
        page.line(format_args!("edited volunteer {}", volunteer.id));
        page.pairs(pairs(&volunteer));
    })
}
