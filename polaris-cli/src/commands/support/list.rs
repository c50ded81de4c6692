//! `polaris support list`

use clap::Args;
use polaris_core::SupportStay;
use polaris_core::types::instant_text;
use serde::Serialize;

use crate::app::App;
use crate::commands::tenant::list::Paging;
use crate::failure::Failure;
use crate::plain::plain;
use crate::view::{PageView, standing};

/// list who of the staff is in which tenant
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris support list")]
pub(crate) struct ListArgs {
    #[command(flatten)]
    paging: Paging,
}

#[derive(Debug, Serialize)]
struct StayView {
    id: String,
    tenant: String,
    staff: i64,
    staff_name: String,
    session: i64,
    reason: Option<String>,
    created_at: String,
    expires_at: String,
}

impl From<&SupportStay> for StayView {
    fn from(stay: &SupportStay) -> Self {
        Self {
            id: stay.id.to_string(),
            tenant: stay.tenant.to_string(),
            staff: stay.staff.get(),
            staff_name: stay.staff_name.clone(),
            session: stay.session.get(),
            reason: stay.reason.clone(),
            created_at: instant_text(stay.created_at),
            expires_at: instant_text(stay.expires_at),
        }
    }
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let stays = app.platform()?.support().list(args.paging.request()?)?;
    app.printer.answer(&PageView::<StayView>::of(&stays), |page| {
        if stays.items.is_empty() {
            page.line("nobody of the staff is in a tenant");
        } else {
            page.table(&["tenant", "who", "since", "until", "why"], stays.items.iter().map(row));
        }
        standing(&stays).into_iter().for_each(|line| page.line(line));
    })
}

fn row(stay: &SupportStay) -> Vec<String> {
    let moment = |instant: chrono::DateTime<chrono::Utc>| instant.format("%Y-%m-%d %H:%MZ").to_string();
    vec![
        stay.tenant.to_string(),
        plain(&stay.staff_name),
        moment(stay.created_at),
        moment(stay.expires_at),
        stay.reason.as_deref().map(plain).unwrap_or_default(),
    ]
}
