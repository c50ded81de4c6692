//! A Rust program that embeds the engine: a tenant, an event, and what a website sees of it.
#![allow(clippy::print_stdout, reason = "it is a program for the terminal")]

use polaris_core::{Actor, Context, EventFilter, NewEvent, NewTenant, PageRequest, Patience, Polaris, PublicStatus, Role};

fn main() -> Result<(), polaris_core::Error> {
    // `Polaris::open(Config::at("./data"))` for data that lasts.
    let polaris = Polaris::in_memory()?;
    let created = polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas Public Schools"))?;

    // The embedding program knows its user, and says who acts.
    let coordinator = Actor::tenant_user(7, "Pat Lee", Role::Coordinator);
    let kckps = polaris.tenant("kckps", coordinator)?;
    let draft = kckps.events().create(NewEvent {
        title: "Career Day".into(),
        starts_at: "2027-03-04T09:00".into(),
        ends_at: Some("2027-03-04T12:00".into()),
        location: "Main gym".into(),
        volunteers_needed: Some(20),
        ..NewEvent::default()
    })?;

    // What a website sees, with the tenant's key: nothing of a draft.
    let website = || polaris.public_api("kckps", Some(created.api_key.reveal()), Context::default(), Patience::Wait);
    let see = || website()?.list(&PublicStatus::Published, &EventFilter::default(), PageRequest::default());
    println!("before publishing: {} events", see()?.value.total);
    kckps.events().publish(draft.id)?;
    for public in see()?.value.items {
        println!(
            "{}  {} ({} places left)",
            public.event.starts_at.to_rfc3339(),
            public.event.title,
            public.event.slots_available().unwrap_or(0)
        );
    }

    // Everything wrong with a form is reported at once, each field by name.
    let error = kckps.events().create(NewEvent::default()).expect_err("an empty form is refused");
    for field in error.fields() {
        println!("{} {}: {}", error.code(), field.field, field.message);
    }
    Ok(())
}
