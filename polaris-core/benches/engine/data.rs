//! What the benchmarks work on: districts with schools and events of a usual size.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use polaris_core::{
    Actor, Config, Context, Durability, LogIn, NewDistrict, NewEvent, NewSchool, NewTenant, NewUser, Polaris, ReferenceData, Role,
};

use crate::measure::{Outcome, scratch};

/// The district of the reference data.
pub(crate) const DISTRICT: &str = "Kansas City Kansas";

/// A new data directory whose reference data hold one district with this many schools.
pub(crate) fn new_engine(data: &Path, schools: usize, durability: Durability) -> Outcome<Polaris> {
    let polaris = Polaris::init(Config { durability, ..Config::at(data) })?;
    let schools = (0..schools)
        .map(|number| NewSchool {
            name: school(number),
            level: ["elementary", "middle", "high"][number % 3].into(),
            city: Some("Kansas City".into()),
            state: Some("KS".into()),
            postal_code: Some(format!("66{:03}", number % 1_000)),
            aliases: None,
        })
        .collect();
    let district = NewDistrict { name: DISTRICT.into(), aliases: Some(vec!["KCKPS".into()]), schools };
    let words = ["Welding", "Nursing", "Robotics", "Journalism", "Carpentry", "Law", "Graphic Design", "Public Speaking"];
    polaris.platform(Actor::System)?.reference().import(
        &ReferenceData {
            districts: vec![district],
            skills: words.map(Into::into).to_vec(),
            career_types: vec!["Health".into(), "Engineering".into()],
        }
        .into(),
    )?;
    Ok(polaris)
}

fn school(number: usize) -> String {
    let names = ["Washington", "Lincoln", "Wyandotte", "Schlagle", "Harmon", "Sumner", "Argentine", "Rosedale"];
    let kinds = ["Elementary School", "Middle School", "High School"];
    format!("{} {} No. {number}", names[number % names.len()], kinds[number % kinds.len()])
}

pub(crate) fn new_tenant(slug: &str) -> NewTenant {
    NewTenant { district: Some(DISTRICT.into()), ..NewTenant::new(slug, &format!("District {slug}")) }
}

/// Who works on events.
pub(crate) fn coordinator() -> Actor {
    Actor::tenant_user(7, "Pat Lee", Role::Coordinator)
}

/// An event of a usual size. Every third is at a school and every fourth asks for skills.
pub(crate) fn new_event(number: usize) -> NewEvent {
    let day = format!("{}-{:02}-{:02}", 2030 + number / 336 % 60, number / 28 % 12 + 1, number % 28 + 1);
    NewEvent {
        title: format!("Career Day {number}"),
        starts_at: format!("{day}T09:00"),
        ends_at: Some(format!("{day}T11:30")),
        location: "Main gym, entrance from the parking lot".into(),
        description: Some(
            "Meet the pupils of the eighth grade and tell them in ten minutes what you do all day, how you came to it, and what you \
             wish somebody had told you at their age. Bring something that they can take in their hands. Coffee is served from eight."
                .into(),
        ),
        event_type: Some("career_fair".into()),
        school: number.is_multiple_of(3).then(|| school(number % 10)),
        volunteers_needed: Some(12),
        wanted_skills: if number.is_multiple_of(4) { vec!["Nursing".into(), "Welding".into()] } else { Vec::new() },
        registration_deadline: Some(format!("{day}T08:00")),
        ..NewEvent::default()
    }
}

/// Creates a tenant with events and gives the path of its file.
pub(crate) fn fill_tenant(polaris: &Polaris, slug: &str, events: usize) -> Outcome<PathBuf> {
    polaris.platform(Actor::System)?.tenants().create(new_tenant(slug))?;
    let tenant = polaris.tenant(slug, coordinator())?;
    for number in 0..events {
        tenant.events().create(new_event(number))?;
    }
    Ok(file_of(polaris.data(), slug))
}

/// What everybody's password is.
const PASSWORD: &str = "correct horse battery";

/// A user who can log in.
pub(crate) fn new_user(polaris: &Polaris, slug: &str, email: &str) -> Outcome<()> {
    polaris.tenant(slug, Actor::System)?.users().create(NewUser {
        email: email.into(),
        first_name: "Pat".into(),
        last_name: "Lee".into(),
        role: "coordinator".into(),
        password: Some(PASSWORD.into()),
        ..NewUser::default()
    })?;
    Ok(())
}

/// Logs in, and gives the token.
pub(crate) fn log_in(polaris: &Polaris, slug: &str, email: &str) -> Outcome<String> {
    let door = polaris.tenant_door(slug, Context::default())?;
    let logged_in = door.sessions().log_in(&LogIn { login: email.into(), password: PASSWORD.into() }).wait()?;
    Ok(logged_in.token.reveal().to_owned())
}

/// The file of a tenant.
pub(crate) fn file_of(data: &Path, slug: &str) -> PathBuf {
    data.join(format!("polaris_{slug}.db"))
}

/// The slug of the tenant of this number.
pub(crate) fn slug(number: usize) -> String {
    format!("district-{number}")
}

/// Events of each of many tenants.
pub(crate) const EVENTS_OF_MANY: usize = 20;

/// A data directory with this many closed tenants, made once and kept for later runs.
pub(crate) fn many_tenants(count: usize) -> Outcome<PathBuf> {
    let mut stamp = DefaultHasher::new();
    // Made anew when the schema changes or what is put in.
    include_str!("../../../migrations/sqlite/registry/0001_operator.sql").hash(&mut stamp);
    include_str!("../../../migrations/sqlite/tenant/0001_tenant.sql").hash(&mut stamp);
    include_str!("../../../migrations/sqlite/registry/0002_people.sql").hash(&mut stamp);
    include_str!("../../../migrations/sqlite/tenant/0002_people.sql").hash(&mut stamp);
    include_str!("../../../migrations/sqlite/registry/0003_reference.sql").hash(&mut stamp);
    include_str!("../../../migrations/sqlite/tenant/0003_reference.sql").hash(&mut stamp);
    include_str!("data.rs").hash(&mut stamp);
    let place = scratch()?.join(format!("tenants-{count}-{:016x}", stamp.finish()));
    if !place.exists() {
        for entry in fs::read_dir(scratch()?)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(&format!("tenants-{count}-")) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        println!("making {count} tenants, once: a moment …\n");
        let unfinished = crate::measure::scratch_directory()?;
        let data = unfinished.path().join("data");
        make_many(&data, count)?;
        fs::rename(&data, &place)?;
    }
    Ok(place)
}

/// Tenants with 50 schools and some events each.
pub(crate) fn make_many(data: &Path, count: usize) -> Outcome<()> {
    let polaris = new_engine(data, 50, Durability::Normal)?;
    for number in 0..count {
        fill_tenant(&polaris, &slug(number), EVENTS_OF_MANY)?;
    }
    Ok(())
}
