//! `polaris tenant list`

use clap::Args;
use polaris_core::{Page, PageRequest, Tenant, TenantFilter, TenantState};

use crate::app::App;
use crate::failure::Failure;
use crate::offered::Offered;
use crate::view::{PageView, TenantView, standing};

/// list tenants
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris tenant list --q kansas --state active")]
pub(crate) struct ListArgs {
    /// only those whose slug, name or district contains this
    #[arg(long, value_name = "TEXT")]
    q: Option<String>,
    /// only those in this state: active, inactive or trashed [default: active and inactive]
    #[arg(long, hide_possible_values = true, value_parser = Offered::new(state, || TenantState::ALL.iter().map(|state| state.as_str()).collect()))]
    state: Option<TenantState>,
    /// all of them, however many
    #[arg(long, conflicts_with_all = ["page", "per_page"])]
    all: bool,
    #[command(flatten)]
    paging: Paging,
}

/// Which page of a list.
#[derive(Debug, Args)]
pub(crate) struct Paging {
    /// the page, from 1
    #[arg(long, default_value_t = 1, value_name = "NUMBER", allow_negative_numbers = true)]
    page: i64,
    /// how many on a page, at most 100
    #[arg(long, default_value_t = PageRequest::PER_PAGE.into(), value_name = "NUMBER", allow_negative_numbers = true)]
    per_page: i64,
}

impl Paging {
    pub(crate) fn request(&self) -> polaris_core::Result<PageRequest> {
        PageRequest::new(self.page, self.per_page)
    }
}

fn state(text: &str) -> Result<TenantState, &'static str> {
    TenantState::named(text).ok_or("must be active, inactive or trashed")
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let filter = TenantFilter { q: args.q.clone(), state: args.state };
    let platform = app.platform()?;
    let tenants = if args.all {
        Page::whole(platform.tenants().list_all(&filter)?)
    } else {
        platform.tenants().list(&filter, args.paging.request()?)?
    };
    let program = app.program();
    app.printer.answer(&PageView::<TenantView>::of(&tenants), |page| {
        if tenants.items.is_empty() {
            page.line("no tenants here");
            if tenants.total == 0 && filter == TenantFilter::default() {
                page.next(format_args!("{program} tenant create kckps --name \"Kansas City Kansas\""));
            }
        } else {
            page.table(&["slug", "name", "state", "district", "time zone", "created"], tenants.items.iter().map(row));
        }
        standing(&tenants).into_iter().for_each(|line| page.line(line));
    })
}

fn row(tenant: &Tenant) -> Vec<String> {
    vec![
        tenant.slug.to_string(),
        tenant.name.clone(),
        tenant.state.as_str().to_owned(),
        tenant.district.clone().unwrap_or_default(),
        tenant.time_zone.to_string(),
        tenant.created_at.date_naive().to_string(),
    ]
}
