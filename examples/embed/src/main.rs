//! A Rust program that embeds the engine: a tenant, its school, an event, and what a website sees of it.
//!
//! ```text
//! polaris-example-embed          in memory: gone at the end
//! polaris-example-embed DATA     in a data directory, made the first time: the next run finds what this one did
//! ```
#![allow(clippy::print_stdout, reason = "it is a program for the terminal")]

use polaris_core::types::EventOrder;
use polaris_core::{
    Actor, Config, Context, Error, EventFilter, NewEvent, NewTenant, PageRequest, Patience, Polaris, PublicStatus, ReferenceImport,
    ReferenceKind, ReferenceSource, Result, Role,
};

fn main() -> Result<()> {
    let polaris = match std::env::args_os().nth(1) {
        None => Polaris::in_memory()?,
        Some(data) => match Polaris::init(Config::at(&data)) {
            Err(Error::Conflict { .. }) => Polaris::open(Config::at(&data))?, // it is one already
            made => made?,
        },
    };
    // The program itself sets up the district, once. What is imported is copied into tenants that are created after it.
    let platform = polaris.platform(Actor::System)?;
    match platform.tenants().get("kckps") {
        Ok(known) => println!("known: {}; schools: {}", known.tenant.name, known.schools),
        Err(Error::TenantNotFound) => {
            let district = ReferenceSource::csv(ReferenceKind::Districts, b"name\nKCKPS")?;
            let schools = ReferenceSource::csv(ReferenceKind::Schools, b"district,name,level\nKCKPS,Wyandotte High School,high")?;
            platform.reference().import(&ReferenceImport::of([district, schools]))?;
            let new = NewTenant { district: Some("KCKPS".into()), ..NewTenant::new("kckps", "Kansas City Kansas Public Schools") };
            let created = platform.tenants().create(new)?;
            println!("created: {}; schools: {}", created.tenant.name, created.copied.schools);
            let key = created.api_key.reveal(); // shown this once: a website keeps it
            println!("events on the website: {}", public_events(&polaris, key)?);
            plan_career_day(&polaris)?;
            println!("events on the website: {}", public_events(&polaris, key)?);
        }
        Err(other) => return Err(other),
    }

    // Somebody who may look and no more. Every operation checks, and what is refused says why.
    let kckps = polaris.tenant("kckps", Actor::tenant_user(8, "Kim Roe", Role::Viewer))?;
    for event in kckps.events().list(&EventFilter::default(), EventOrder::default(), PageRequest::default())?.items {
        println!("{}  {} at {}", event.starts_at.to_rfc3339(), event.title, event.school.map_or(event.location, |school| school.name));
    }
    if let Err(refused) = kckps.events().create(NewEvent::default()) {
        println!("{}: {refused}", refused.code());
    }
    Ok(())
}

/// The embedding program knows its user and says who acts; the audit log keeps it.
fn plan_career_day(polaris: &Polaris) -> Result<()> {
    let kckps = polaris.tenant("kckps", Actor::tenant_user(7, "Pat Lee", Role::Coordinator))?;
    let draft = NewEvent {
        title: "Career Day".into(),
        starts_at: "2027-03-04T09:00".into(), // in the tenant's time zone
        location: "Main gym".into(),
        school: Some("Wyandotte High School".into()),
        ..NewEvent::default()
    };
    // Everything wrong with a draft is told at once, each field by name.
    let without_title = kckps.events().create(NewEvent { title: String::new(), ends_at: Some("noon".into()), ..draft.clone() });
    for field in without_title.err().iter().flat_map(Error::fields) {
        println!("{}: {}", field.field, field.message);
    }
    kckps.events().publish(kckps.events().create(draft)?.id).map(|_| ())
}

fn public_events(polaris: &Polaris, key: &str) -> Result<u32> {
    let website = polaris.public_api("kckps", Some(key), Context::default(), Patience::Wait)?;
    Ok(website.list(&PublicStatus::Published, &EventFilter::default(), PageRequest::default())?.value.total)
}
