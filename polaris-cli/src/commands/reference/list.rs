//! `polaris reference list`

use clap::Args;
use polaris_core::{ReferenceFilter, ReferenceItem, ReferenceKind};

use super::{kind, kinds};
use crate::app::App;
use crate::commands::tenant::list::Paging;
use crate::failure::Failure;
use crate::offered::Offered;
use crate::view::{PageView, ReferenceItemView, standing};

/// list the reference data of one kind
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris reference list schools --q high")]
pub(crate) struct ListArgs {
    /// districts, schools, skills or career-types
    #[arg(hide_possible_values = true, value_parser = Offered::new(kind, kinds))]
    kind: ReferenceKind,
    /// only those whose name, alias or city contains this
    #[arg(long, value_name = "TEXT")]
    q: Option<String>,
    /// of schools: only those of this district, by name or alias
    #[arg(long, value_name = "NAME")]
    district: Option<String>,
    #[command(flatten)]
    paging: Paging,
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let filter = ReferenceFilter { q: args.q.clone(), district: args.district.clone() };
    let found = app.platform()?.reference().list(args.kind, &filter, args.paging.request()?)?;
    let program = app.program();
    app.printer.answer(&PageView::<ReferenceItemView>::of(&found), |page| {
        if found.items.is_empty() {
            page.line(format_args!("no {} here", args.kind.as_str().replace('_', " ")));
            if found.total == 0 && filter == ReferenceFilter::default() {
                page.next(format_args!("{program} reference import {}.csv", args.kind));
            }
        } else {
            page.table(header(args.kind), found.items.iter().map(|item| row(args.kind, item)));
        }
        standing(&found).into_iter().for_each(|line| page.line(line));
    })
}

fn header(kind: ReferenceKind) -> &'static [&'static str] {
    match kind {
        ReferenceKind::Districts => &["name", "schools", "also known as"],
        ReferenceKind::Schools => &["name", "level", "district", "city", "state", "postal code", "also known as"],
        ReferenceKind::Skills => &["name", "also known as"],
        ReferenceKind::CareerTypes => &["name", "keywords", "also known as"],
    }
}

fn row(kind: ReferenceKind, item: &ReferenceItem) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut row = vec![item.name.clone()];
    match kind {
        ReferenceKind::Districts => row.push(item.schools.unwrap_or_default().to_string()),
        ReferenceKind::Schools => row.extend([&item.level, &item.district, &item.city, &item.state, &item.postal_code].map(text)),
        ReferenceKind::Skills => {}
        ReferenceKind::CareerTypes => row.push(item.keywords.join(", ")),
    }
    row.push(item.aliases.join(", "));
    row
}
