//! `polaris event edit`

use clap::Args;
use polaris_core::{Error, EventEdit, Patch};

use super::{Named, brief, pairs, told};
use crate::app::App;
use crate::commands::people::{set, set_or_clear};
use crate::failure::Failure;
use crate::offered;
use crate::view::ChangedEventView;
use polaris_core::types::{EventFormat, EventType};

/// edit an event; what isn't named stays, an empty value clears it
///
/// Times are in the event's own zone unless they carry an offset. Who is confirmed or waitlisted is told where start, end, location, school
/// or format change.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris event edit kckps 1 --location Library --ends-at \"\"")]
pub(crate) struct EditArgs {
    #[command(flatten)]
    named: Named,
    /// what it is called
    #[arg(long)]
    title: Option<String>,
    /// when it begins: YYYY-MM-DDTHH:MM, or RFC 3339 with an offset; its end stays
    #[arg(long, value_name = "TIME")]
    starts_at: Option<String>,
    /// when it ends, in the same forms
    #[arg(long, value_name = "TIME")]
    ends_at: Option<String>,
    /// the IANA zone of its times, which stay what clocks show; empty: the tenant's
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// where it is
    #[arg(long, value_name = "PLACE")]
    location: Option<String>,
    /// what it is about
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// what kind of event it is, such as career_fair
    #[arg(long = "type", value_name = "TYPE", hide_possible_values = true, value_parser = offered::text!(EventType))]
    event_type: Option<String>,
    /// in_person or virtual
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(EventFormat))]
    format: Option<String>,
    /// one of the tenant's schools, by name or alias
    #[arg(long, value_name = "NAME")]
    school: Option<String>,
    /// how many volunteers are wanted; 0 states no number
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    volunteers_needed: Option<i64>,
    /// a skill asked for, in place of those before; may be given again
    #[arg(long = "skill", value_name = "NAME")]
    wanted_skills: Vec<String>,
    /// no skills are asked for any more
    #[arg(long, conflicts_with = "wanted_skills")]
    no_skills: bool,
    /// until when people may sign up; a date alone means the end of that day
    #[arg(long, value_name = "TIME")]
    registration_deadline: Option<String>,
    /// what else people should know
    #[arg(long, value_name = "TEXT")]
    additional_info: Option<String>,
    /// tell nobody of another time or place
    #[arg(long)]
    no_notify: bool,
    /// only if this is still the event's version
    #[arg(long, value_name = "NUMBER")]
    if_version: Option<u32>,
}

impl EditArgs {
    fn edit(&self) -> EventEdit {
        let wanted_skills = match self.wanted_skills.as_slice() {
            _ if self.no_skills => Patch::Clear,
            [] => Patch::Keep,
            names => Patch::Set(names.to_vec()),
        };
        EventEdit {
            title: set(self.title.as_ref()),
            starts_at: set(self.starts_at.as_ref()),
            ends_at: set_or_clear(self.ends_at.as_ref()),
            time_zone: set_or_clear(self.time_zone.as_ref()),
            location: set(self.location.as_ref()),
            description: set_or_clear(self.description.as_ref()),
            event_type: set_or_clear(self.event_type.as_ref()),
            format: set_or_clear(self.format.as_ref()),
            school: set_or_clear(self.school.as_ref()),
            volunteers_needed: self.volunteers_needed.map_or(Patch::Keep, Patch::Set),
            wanted_skills,
            registration_deadline: set_or_clear(self.registration_deadline.as_ref()),
            additional_info: set_or_clear(self.additional_info.as_ref()),
            notify: !self.no_notify,
        }
    }
}

pub(crate) fn run(args: &EditArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let edit = args.edit();
    if (EventEdit { notify: true, ..edit.clone() }) == EventEdit::default() {
        return Err(Error::bad_request("edit", "names nothing to change").into());
    }
    let changed = app.tenant(&args.named.tenant)?.events().edit(args.named.event.as_str(), edit, args.if_version)?;
    app.printer.answer(&ChangedEventView::from(&changed), |page| {
        page.line(format_args!("edited {}", brief(&changed.event)));
        told(page, changed.notices);
        page.pairs(pairs(&changed.event));
    })
}
