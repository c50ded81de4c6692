//! Writes to a data directory until it is killed, and says on standard output what was acknowledged, a line each.
//!
//! ```text
//! polaris-test-writer DATA tenants PREFIX     creates tenants: "tenant SLUG KEY"
//! polaris-test-writer DATA lives PREFIX       takes tenants through their lives: "step SLUG NUMBER"
//! polaris-test-writer DATA events SLUG        creates and publishes events from four threads: "event NUMBER TITLE"
//! polaris-test-writer DATA staff SLUG         the same as members of staff, whose changes go to both audit logs
//! polaris-test-writer DATA signups PREFIX     signs people up for the event 1 of `kckps`, from four threads: "signup EMAIL STATUS"
//! polaris-test-writer DATA cancels FIRST      cancels sign-ups there by their links, from the one of this number on: "cancelled NUMBER"
//! ```

use std::io::Write;
use std::process::ExitCode;

use polaris_core::types::{EventId, MailSecret};
use polaris_core::{Actor, Config, Context, Error, NewEvent, NewSignup, NewTenant, Patience, Polaris, StaffRole};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, what, name] = arguments.as_slice() else {
        return ExitCode::from(2);
    };
    match write(data, what, name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            acknowledge(&format!("error {} {error}", error.code()));
            ExitCode::FAILURE
        }
    }
}

/// One line at once, so that a kill can't leave half of it looking whole: a line counts only with its end.
fn acknowledge(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(format!("{line}\n").as_bytes());
    let _ = out.flush();
}

fn write(data: &str, what: &str, name: &str) -> Result<(), Error> {
    let polaris = Polaris::open(Config::at(data))?;
    match what {
        "tenants" => (0..).try_for_each(|number| {
            let slug = format!("{name}-{number}");
            let created = polaris.platform(Actor::System)?.tenants().create(NewTenant::new(&slug, "A district"))?;
            acknowledge(&format!("tenant {slug} {}", created.api_key.reveal()));
            Ok(())
        }),
        "signups" => from_four_threads(|writer| signups(&polaris, name, writer)),
        "cancels" => {
            let first: u32 = name.parse().map_err(|_| Error::Internal)?;
            from_four_threads(|writer| cancels(&polaris, first, writer))
        }
        "lives" => (0..).try_for_each(|number| life(&polaris, &format!("{name}-{number}"))),
        _ => std::thread::scope(|threads| {
            let writers: Vec<_> = (0..4)
                .map(|writer| {
                    threads.spawn({
                        let polaris = polaris.clone();
                        move || {
                            events(
                                &polaris,
                                name,
                                writer,
                                if what == "staff" { Actor::staff("Robin", StaffRole::Admin) } else { Actor::System },
                            )
                        }
                    })
                })
                .collect();
            writers.into_iter().try_for_each(|writer| writer.join().unwrap_or(Err(Error::Internal)))
        }),
    }
}

fn from_four_threads(work: impl Fn(u32) -> Result<(), Error> + Sync) -> Result<(), Error> {
    std::thread::scope(|threads| {
        let work = &work;
        let writers: Vec<_> = (0..4).map(|writer| threads.spawn(move || work(writer))).collect();
        writers.into_iter().try_for_each(|writer| writer.join().unwrap_or(Err(Error::Internal)))
    })
}

fn signups(polaris: &Polaris, prefix: &str, writer: u32) -> Result<(), Error> {
    let door = polaris.signup("kckps", Context::default(), Patience::Wait)?;
    (0..).try_for_each(|number: u32| {
        let email = format!("{prefix}-{writer}-{number}@example.org");
        let draft = NewSignup { first_name: "Ann".into(), last_name: "Lee".into(), email: email.clone(), ..NewSignup::default() };
        let signed_up = door.attempt()?.submit(EventId::new(1), &draft, None)?;
        acknowledge(&format!("signup {email} {}", signed_up.status));
        Ok(())
    })
}

/// Until there is no such link any more; then it waits to be killed.
fn cancels(polaris: &Polaris, first: u32, writer: u32) -> Result<(), Error> {
    let door = polaris.signup("kckps", Context::default(), Patience::Wait)?;
    for number in (first + writer..).step_by(4) {
        match door.cancel(secret(number).reveal()) {
            Ok(_) => acknowledge(&format!("cancelled {number}")),
            Err(Error::InvalidLink) => break,
            Err(error) => return Err(error),
        }
    }
    std::thread::sleep(std::time::Duration::from_secs(60));
    Ok(())
}

/// The secret of the link to the sign-up of this number, as the tests store it.
fn secret(number: u32) -> MailSecret {
    let mut bytes = [7; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    MailSecret::generate(bytes)
}

/// From its creation until its slug is free again; a line after each step.
fn life(polaris: &Polaris, slug: &str) -> Result<(), Error> {
    let platform = polaris.platform(Actor::System)?;
    let tenants = platform.tenants();
    let create = || {
        tenants.create(NewTenant::new(slug, "A district"))?;
        let draft = NewEvent {
            title: "Career talk".into(),
            starts_at: "2027-03-04T09:00".into(),
            location: "Library".into(),
            ..NewEvent::default()
        };
        polaris.tenant(slug, Actor::System)?.events().create(draft).map(drop)
    };
    let steps: [&dyn Fn() -> Result<(), Error>; 8] = [
        &create,
        &|| tenants.deactivate(slug, None).map(drop),
        &|| tenants.delete(slug, slug).map(drop),
        &|| tenants.undelete(slug).map(drop),
        &|| tenants.reactivate(slug, None).map(drop),
        &|| tenants.deactivate(slug, None).map(drop),
        &|| tenants.delete(slug, slug).map(drop),
        &|| tenants.purge(slug, slug),
    ];
    steps.iter().enumerate().try_for_each(|(number, step)| {
        step()?;
        acknowledge(&format!("step {slug} {number}"));
        Ok(())
    })
}

fn events(polaris: &Polaris, slug: &str, writer: u32, actor: Actor) -> Result<(), Error> {
    let tenant = polaris.tenant(slug, actor)?;
    (0..).try_for_each(|number: u32| {
        let title = format!("Career talk {writer} {number}");
        let draft =
            NewEvent { title: title.clone(), starts_at: "2027-03-04T09:00".into(), location: "Library".into(), ..NewEvent::default() };
        let event = tenant.events().create(draft)?;
        tenant.events().publish(event.id)?;
        acknowledge(&format!("event {} {title}", event.id));
        Ok(())
    })
}
