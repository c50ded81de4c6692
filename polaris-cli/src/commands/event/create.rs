//! `polaris event create`

use clap::Args;
use polaris_core::NewEvent;

use super::draft;
use crate::app::App;
use crate::failure::Failure;
use crate::offered;
use crate::view::EventView;
use polaris_core::types::{EventFormat, EventType};

const EXAMPLES: &str = r#"example:
  polaris event create kckps --title "Career Day" --location "Main gym" \
    --starts-at 2027-03-04T09:00 --volunteers-needed 20 --publish

example, from JSON:
  echo '{"title": "Interviews", "starts_at": "2027-03-05T09:00",
    "location": "Library"}' | polaris event create kckps --from -"#;

/// create an event as a draft
///
/// Times are in the tenant's zone unless they carry an offset.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CreateArgs {
    /// the tenant's slug
    tenant: String,
    /// read the event from this file, a JSON object; - reads standard input
    #[arg(long, value_name = "FILE")]
    from: Option<String>,
    /// publish it right away
    #[arg(long)]
    publish: bool,
    #[command(flatten)]
    fields: Option<Fields>,
}

/// The fields of a new event; the engine checks them.
#[derive(Debug, Args)]
#[group(conflicts_with = "from", multiple = true)]
struct Fields {
    /// what it is called; required
    #[arg(long)]
    title: Option<String>,
    /// when it begins; required: YYYY-MM-DDTHH:MM, or RFC 3339 with an offset
    #[arg(long, value_name = "TIME")]
    starts_at: Option<String>,
    /// when it ends, in the same forms
    #[arg(long, value_name = "TIME")]
    ends_at: Option<String>,
    /// the IANA zone of its times [default: the tenant's]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// where it is; required
    #[arg(long, value_name = "PLACE")]
    location: Option<String>,
    /// what it is about
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// what kind of event it is, such as career_fair
    #[arg(long = "type", value_name = "TYPE", hide_possible_values = true, value_parser = offered::text!(EventType))]
    event_type: Option<String>,
    /// in_person or virtual [default: in_person]
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(EventFormat))]
    format: Option<String>,
    /// one of the tenant's schools, by name or alias
    #[arg(long, value_name = "NAME")]
    school: Option<String>,
    /// how many volunteers are wanted; 0 states no number
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    volunteers_needed: Option<i64>,
    /// a skill asked for; may be given again
    #[arg(long = "skill", value_name = "NAME")]
    wanted_skills: Vec<String>,
    /// until when people may sign up; a date alone means the end of that day
    #[arg(long, value_name = "TIME")]
    registration_deadline: Option<String>,
    /// what else people should know
    #[arg(long, value_name = "TEXT")]
    additional_info: Option<String>,
}

impl Fields {
    fn draft(&self) -> NewEvent {
        NewEvent {
            title: self.title.clone().unwrap_or_default(),
            starts_at: self.starts_at.clone().unwrap_or_default(),
            ends_at: self.ends_at.clone(),
            time_zone: self.time_zone.clone(),
            location: self.location.clone().unwrap_or_default(),
            description: self.description.clone(),
            event_type: self.event_type.clone(),
            format: self.format.clone(),
            school: self.school.clone(),
            volunteers_needed: self.volunteers_needed,
            wanted_skills: self.wanted_skills.clone(),
            registration_deadline: self.registration_deadline.clone(),
            additional_info: self.additional_info.clone(),
        }
    }
}

pub(crate) fn run(args: &CreateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.tenant)?;
    let draft = match (&args.from, &args.fields) {
        (Some(file), _) => draft::read(file)?,
        (None, Some(fields)) => fields.draft(),
        (None, None) => NewEvent::default(),
    };
    let mut event = tenant.events().create(draft)?;
    if args.publish {
        event = tenant.events().publish(event.id)?;
    }
    let program = app.program();
    app.printer.answer(&EventView::from(&event), |page| {
        let done = if args.publish { "created and published" } else { "created the draft" };
        page.line(format_args!("{done} {}: {} ({})", event.id, event.title, event.slug));
        page.line(format_args!("it begins on {}, {}", super::local(&event.starts_at), event.starts_at.zone));
        let then = if args.publish { "show" } else { "publish" };
        page.next(format_args!("{program} event {then} {} {}", tenant.slug(), event.id));
    })
}
