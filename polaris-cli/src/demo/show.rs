//! What the demo prints: its tenants, and three lines that work as they stand.

use std::path::Path;

use serde_json::json;

use super::opened::DemoTenant;
use crate::failure::Failure;
use crate::printer::Printer;

pub(super) fn show(printer: &mut Printer, tenants: &[DemoTenant], place: &Path, made: bool, url: &str) -> Result<(), Failure> {
    let tries = tries(tenants, url);
    let items = tenants.iter().map(|tenant| {
        json!({
            "slug": tenant.slug,
            "name": tenant.name,
            "schools": tenant.schools,
            "events": tenant.events,
            "published": tenant.published,
            "api_key": tenant.api_key,
        })
    });
    let answer = json!({
        "data": place.display().to_string(),
        "url": url,
        "tenants": items.collect::<Vec<_>>(),
        "try": tries.iter().map(|(_, line)| line).collect::<Vec<_>>(),
    });
    printer.answer(&answer, |page| {
        page.line(format_args!("{} the demo in {}", if made { "made" } else { "found" }, place.display()));
        page.table(
            &["tenant", "name", "schools", "events", "published"],
            tenants.iter().map(|tenant| {
                let numbers = [tenant.schools, tenant.events, tenant.published].map(|number| number.to_string());
                [tenant.slug.clone(), tenant.name.clone()].into_iter().chain(numbers).collect()
            }),
        );
        if tenants.iter().all(|tenant| tenant.upcoming == 0) {
            page.line(format_args!("all its events have passed: remove {} and start again for new ones", place.display()));
        }
        page.line("\ntry, in another terminal:\n");
        for (what, line) in &tries {
            page.line(format_args!("# {what}\n{line}\n"));
        }
    })
}

/// What to try, with the line that does it: the first tenant's events, one of the second's, what is coming up at the first.
fn tries(tenants: &[DemoTenant], url: &str) -> Vec<(String, String)> {
    let [one, two, ..] = tenants else { return Vec::new() };
    let curl = |tenant: &DemoTenant, path: &str| {
        format!("curl -H 'X-API-Key: {}' '{url}/api/v1/district/{}/events{path}'", tenant.api_key, tenant.slug)
    };
    vec![
        (format!("three events of {}", one.slug), curl(one, "?per_page=3")),
        (format!("one event of {}", two.slug), curl(two, &format!("/{}", two.event))),
        (format!("what is coming up in {}", one.slug), curl(one, "/upcoming")),
    ]
}
