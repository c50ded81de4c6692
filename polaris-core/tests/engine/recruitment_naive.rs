//! C2: whatever has happened, candidates and those left out are what the formulas of the specification say, worked out anew from the bare
//! rows. The engine keeps what it ranks by beside each volunteer; here nothing is kept.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::America::Chicago;
use polaris_core::types::EventId;
use polaris_core::{NewEvent, PageRequest, ScoreParts, TenantHandle};
use rusqlite::Connection;

use super::recruitment::{at, recruiting};
use super::support::{career_day, titled};

const NOW: &str = "2026-10-01T12:00:00Z";
const STAMP: &str = "2026-01-01T00:00:00.000Z";
const CITIES: [Option<&str>; 4] = [None, Some("Kansas City"), Some("KÁNSAS  city"), Some("Topeka")];
const CODES: [Option<&str>; 5] = [None, Some("66102"), Some("66102-0007"), Some("66199"), Some("64108")];
const STATUSES: [&str; 6] = ["invited", "waitlisted", "confirmed", "declined", "attended", "no_show"];

/// The same throws in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    /// True so many times in a hundred.
    fn says(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Stamps of the months before, so few of them that many are the same.
fn stamp(dice: &mut Dice) -> String {
    format!("2026-{:02}-{:02}T{:02}:00:00.000Z", 1 + dice.below(9), 1 + dice.below(28), dice.of(&[1, 4, 14]))
}

fn people(file: &Connection, dice: &mut Dice, skills: &[i64], count: usize) {
    for number in 0..count {
        let email = dice.says(70).then(|| format!("person{number}@example.org"));
        let phone = dice.says(70).then_some("913 555 0100");
        let sql = "INSERT INTO volunteers (first_name, last_name, folded_name, email, folded_email, phone, city, postal_code, active,
                                           do_not_contact, created_at, updated_at)
                   VALUES ('Ann', ?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)";
        let name = dice.below(9);
        let (active, closed) = (dice.says(90), dice.says(10));
        let params =
            (format!("Lee{name}"), format!("lee{name} ann"), email, phone, dice.of(&CITIES), dice.of(&CODES), active, closed, STAMP);
        file.execute(sql, params).unwrap();
        let id = file.last_insert_rowid();
        for skill in skills {
            if dice.says(40) {
                file.execute("INSERT INTO volunteer_skills (volunteer_id, skill_id) VALUES (?1, ?2)", (id, skill)).unwrap();
            }
        }
    }
}

/// Whatever may happen to rosters, outreach and events, by bare statements.
fn happen(file: &Connection, dice: &mut Dice, people: usize, events: &[i64]) {
    let volunteer = i64::try_from(1 + dice.below(people)).unwrap();
    let event = dice.of(events);
    let (status, invited) = (dice.of(&STATUSES), dice.says(60).then(|| stamp(dice)));
    let run = |sql: &str, params: &[&dyn rusqlite::ToSql]| file.execute(sql, params).unwrap();
    match dice.below(12) {
        0..5 => run(
            "INSERT OR IGNORE INTO participations (event_id, volunteer_id, status, invited_at, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
            &[&event, &volunteer, &status, &invited, &STAMP],
        ),
        5 => run("UPDATE participations SET status = ?2, invited_at = ?3 WHERE volunteer_id = ?1", &[&volunteer, &status, &invited]),
        6 => {
            run("UPDATE OR IGNORE participations SET volunteer_id = ?2 WHERE event_id = ?1 AND status = ?3", &[&event, &volunteer, &status])
        }
        7 => run("DELETE FROM participations WHERE volunteer_id = ?1 AND status = ?2", &[&volunteer, &status]),
        8 | 9 => run(
            "INSERT INTO outreach (event_id, volunteer_id, method, outcome, attempted_at, author_kind, created_at, updated_at)
             VALUES (?1, ?2, 'phone', 'pending', ?3, 'system', ?4, ?4)",
            &[&event, &volunteer, &stamp(dice), &STAMP],
        ),
        10 => run("UPDATE outreach SET volunteer_id = ?1, attempted_at = ?2 WHERE event_id = ?3", &[&volunteer, &stamp(dice), &event]),
        _ => run("DELETE FROM outreach WHERE volunteer_id = ?1", &[&volunteer]),
    };
    if dice.says(10) {
        run("UPDATE events SET starts_at = ?2 WHERE id = ?1 AND starts_at < '2026-10-01'", &[&event, &stamp(dice)]);
    }
}

#[derive(Debug, PartialEq)]
struct Seen {
    id: i64,
    parts: ScoreParts,
    attended: u32,
    last_attended_at: Option<String>,
    last_asked_at: Option<String>,
}

fn text(instant: Option<DateTime<Utc>>) -> Option<String> {
    instant.map(|instant| instant.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

fn shown(kckps: &TenantHandle, event: EventId) -> (Vec<Seen>, BTreeSet<i64>) {
    let (mut candidates, mut out) = (Vec::new(), BTreeSet::new());
    for number in 1.. {
        let page = kckps.recruitment().candidates(event, PageRequest::new(number, 37).unwrap()).unwrap();
        candidates.extend(page.items.iter().map(|of| Seen {
            id: of.volunteer.id.get(),
            parts: of.parts,
            attended: of.attended,
            last_attended_at: text(of.last_attended_at),
            last_asked_at: text(of.last_asked_at),
        }));
        if !page.has_next() {
            break;
        }
    }
    for number in 1.. {
        let page = kckps.recruitment().left_out(event, PageRequest::new(number, 37).unwrap()).unwrap();
        out.extend(page.items.iter().map(|of| of.volunteer_id.get()));
        if !page.has_next() {
            assert_eq!(out.len(), usize::try_from(page.total).unwrap());
            break;
        }
    }
    (candidates, out)
}

/// As [`shown`], from the bare rows, person by person; `wanted` are the skills that the event names.
fn naive(file: &Connection, event: i64, wanted: &[i64]) -> (Vec<Seen>, BTreeSet<i64>) {
    let value = |sql: &str, id: i64| -> Option<String> { file.query_row(sql, (id,), |row| row.get(0)).unwrap() };
    let count = |sql: &str, id: i64| -> u32 { file.query_row(sql, (id,), |row| row.get(0)).unwrap() };
    let day = |instant: &str| -> NaiveDate { instant.parse::<DateTime<Utc>>().unwrap().with_timezone(&Chicago).date_naive() };
    let (mut found, mut out) = (Vec::new(), BTreeSet::new());
    let mut ids = file.prepare("SELECT id, folded_name FROM volunteers").unwrap();
    let ids: Vec<(i64, String)> = ids.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    for (id, name) in ids {
        let may =
            count("SELECT active AND NOT do_not_contact AND coalesce(email, phone) IS NOT NULL FROM volunteers WHERE id = ?1", id) == 1;
        let sql = format!("SELECT count(*) FROM participations WHERE volunteer_id = ?1 AND event_id = {event} AND status <> 'declined'");
        if !may || count(&sql, id) > 0 {
            out.insert(id);
            continue;
        }
        let attended = count("SELECT count(*) FROM participations WHERE volunteer_id = ?1 AND status = 'attended'", id);
        let last_attended_at = value(
            "SELECT max(e.starts_at) FROM participations p, events e WHERE e.id = p.event_id AND p.volunteer_id = ?1 AND p.status = 'attended'",
            id,
        );
        let invited = value("SELECT max(invited_at) FROM participations WHERE volunteer_id = ?1", id);
        let asked = value("SELECT max(attempted_at) FROM outreach WHERE volunteer_id = ?1", id);
        let days = last_attended_at.as_deref().map(|last| (day(NOW) - day(last)).num_days());
        let recency = match days {
            None => 0,
            Some(days) if days < 30 => 20,
            Some(days) if days < 90 => 15,
            Some(days) if days < 180 => 10,
            Some(_) => 5,
        };
        let held = wanted.iter().filter(|skill| {
            count(&format!("SELECT count(*) FROM volunteer_skills WHERE volunteer_id = ?1 AND skill_id = {skill}"), id) > 0
        });
        let code = value("SELECT substr(postal_code, 1, 5) FROM volunteers WHERE id = ?1", id);
        let city = value("SELECT city FROM volunteers WHERE id = ?1", id);
        let proximity = match (code.as_deref(), city.as_deref()) {
            (Some("66102"), _) => 15,
            (Some(code), _) if code.starts_with("661") => 10,
            (_, Some("Kansas City" | "KÁNSAS  city")) => 5,
            _ => 0,
        };
        let busy = format!(
            "SELECT count(*) FROM participations p, events e WHERE p.volunteer_id = ?1 AND e.id = p.event_id AND e.id <> {event}
             AND p.status IN ('invited', 'confirmed') AND e.status <> 'cancelled' AND e.starts_at_local = '2026-10-15T09:00:00'"
        );
        let parts = ScoreParts {
            history: u8::try_from((5 * attended).min(30)).unwrap(),
            recency,
            skills: u8::try_from((12 * held.count()).min(25)).unwrap(),
            proximity,
            availability: if count(&busy, id) > 0 { 0 } else { 10 },
        };
        found.push((name, Seen { id, parts, attended, last_attended_at, last_asked_at: invited.max(asked) }));
    }
    found.sort_by_key(|(name, of)| (u8::MAX - of.parts.total(), of.last_asked_at.clone(), name.clone(), of.id));
    (found.into_iter().map(|(_, of)| of).collect(), out)
}

#[test]
fn candidates_of_random_histories_are_what_the_formulas_say() {
    let world = recruiting();
    let kckps = world.kckps();
    at(&world, NOW);
    let wanted = ["Welding", "Public Speaking"];
    let draft = NewEvent {
        wanted_skills: wanted.map(String::from).to_vec(),
        school: Some("Wyandotte High School".into()),
        ends_at: Some("2026-10-15T12:00".into()),
        ..career_day()
    };
    let event = kckps.events().create(draft).unwrap().id;
    let mut events = vec![event.get()];
    for number in 0..12 {
        let starts_at = format!("2026-{:02}-10T09:00", number % 9 + 1);
        events.push(kckps.events().create(titled("Past", &starts_at)).unwrap().id.get());
    }
    events.push(kckps.events().create(titled("At the same time", "2026-10-15T09:00")).unwrap().id.get());
    let file = world.raw("kckps");
    file.execute("UPDATE schools SET postal_code = '66102', city = 'Kansas City' WHERE name = 'Wyandotte High School'", ()).unwrap();
    let number = |name: &str| file.query_row("SELECT id FROM skills WHERE name = ?1", (name,), |row| row.get(0)).unwrap();
    let skills: Vec<i64> = wanted.iter().map(|name| number(name)).collect();
    let mut dice = Dice(42);
    people(&file, &mut dice, &skills, 120);
    for round in 0..12 {
        let at_once = file.unchecked_transaction().unwrap();
        for _ in 0..150 {
            happen(&file, &mut dice, 120, &events);
        }
        at_once.commit().unwrap();
        let (candidates, out) = shown(&kckps, event);
        let (expected, expected_out) = naive(&file, event.get(), &skills);
        assert_eq!(candidates, expected, "round {round}");
        assert_eq!(out, expected_out, "round {round}");
        assert_eq!(candidates.len() + out.len(), 120, "nobody is in neither list, or in both");
    }
}
