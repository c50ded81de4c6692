//! The engine's benchmarks, each beside its reference in the same run: `cargo bench -p polaris-core [-- --quick] [name …]`.
//!
//! What the figures mean and what was measured is in `docs/benchmarks.md`.
#![allow(clippy::print_stdout, reason = "figures are for whoever runs this")]

mod bare;
mod cold;
mod create;
mod data;
mod events;
mod log_ins;
mod many;
mod measure;
mod migrate;
mod recruitment;
mod reference;
mod search;
mod sessions;
mod volunteers;
mod warm;
mod writers;

use measure::{Outcome, Plan};

type Benchmark = fn(&Plan) -> Outcome<()>;

const ALL: [(&str, Benchmark); 13] = [
    ("create_tenant", create::run),
    ("warm_get", warm::run),
    ("cold_get", cold::run),
    ("writers", writers::run),
    ("many_tenants", many::run),
    ("session_check", sessions::run),
    ("log_in", log_ins::run),
    ("migrate", migrate::run),
    ("reference_import", reference::run),
    ("event_list event_search", events::run),
    ("volunteer_search", search::run),
    ("volunteer_import", volunteers::run),
    ("recruitment", recruitment::run),
];

fn main() -> Outcome<()> {
    if let Some(errand) = many::errand().or_else(reference::errand).or_else(volunteers::errand) {
        return errand;
    }
    let Some(plan) = Plan::from_args() else { return Ok(()) };
    plan.introduce(&format!("SQLite {}", rusqlite::version()));
    for (name, benchmark) in ALL {
        if plan.wants(name) {
            benchmark(&plan)?;
        }
    }
    Ok(())
}
