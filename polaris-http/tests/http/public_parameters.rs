//! What stands behind the question mark.

use polaris_core::NewEvent;

use super::house::{House, Server, event};

fn with_events() -> Server {
    let house = House::new();
    let fair = |title, starts_at| NewEvent { event_type: Some("career_fair".into()), ..event(title, starts_at) };
    house.publish("kckps", fair("Late on the first", "2026-02-01T23:59:59"));
    house.publish("kckps", event("Early on the second", "2026-02-02T00:00"));
    house.publish("kckps", fair("Late on the second", "2026-02-02T23:30"));
    house.publish("kckps", event("Early on the third", "2026-02-03T00:00"));
    house.serve()
}

#[test]
fn days_are_local_and_both_ends_belong_to_the_range() {
    let server = with_events();
    let titles = |rest: &str| server.public("kckps", rest).titles();
    assert_eq!(titles("?from_date=2026-02-02&to_date=2026-02-02"), ["Early on the second", "Late on the second"]);
    assert_eq!(titles("?to_date=2026-02-01"), ["Late on the first"]);
    assert_eq!(titles("?from_date=2026-02-03"), ["Early on the third"]);
    assert!(titles("?from_date=2026-02-04").is_empty());
    assert_eq!(titles("?from_date=2026-02-01&to_date=2026-02-03&event_type=career_fair"), ["Late on the first", "Late on the second"]);
}

#[test]
fn dates_that_are_none_or_the_wrong_way_round_are_refused_by_name() {
    let server = with_events();
    for bad in ["", "today", "2026-02-30", "2026-2-3", "02/03/2026", "2026-02-03T00:00", "%202026-02-03", "2026-02-03%00", "99999-01-01"] {
        server.public("kckps", &format!("?from_date={bad}")).refuses("from_date");
        server.public("kckps", &format!("?to_date={bad}")).refuses("to_date");
    }
    server.public("kckps", "?from_date=2026-02-03&to_date=2026-02-02").refuses("from_date");
}

#[test]
fn a_page_is_a_whole_number_from_one_to_a_million() {
    let server = with_events();
    for name in ["page", "per_page"] {
        for bad in
            ["0", "-1", "abc", "1000001", "%2B5", "+5", "%205", "5%20", "1.0", "1e3", "0x10", "", "99999999999999999999", "%D9%A3", "5%00"]
        {
            for list in ["", "/upcoming"] {
                server.public("kckps", &format!("{list}?{name}={bad}")).refuses(name);
            }
        }
    }
    server.public("kckps", "?page").refuses("page");
    assert_eq!(server.public("kckps", "?page=000002&per_page=3").titles(), ["Early on the third"]);
}

#[test]
fn more_than_a_hundred_on_a_page_give_a_hundred() {
    let server = with_events();
    for (asked, given) in [("1", 1), ("99", 99), ("100", 100), ("101", 100), ("1000000", 100)] {
        for list in ["", "/upcoming"] {
            let body = server.public("kckps", &format!("{list}?per_page={asked}")).ok(200);
            assert_eq!(body["pagination"]["per_page"], given);
        }
    }
}

#[test]
fn a_status_is_published_or_completed() {
    let server = with_events();
    for bad in ["", "draft", "confirmed", "cancelled", "Published", "published,completed", "all", "upcoming"] {
        server.public("kckps", &format!("?status={bad}")).refuses("status");
    }
    server.public("kckps", "?status=completed").ok(200);
}

#[test]
fn an_event_type_is_known_in_any_case() {
    let server = with_events();
    for list in ["", "/upcoming"] {
        for good in ["career_fair", "Career_Fair", "CAREER_FAIR", "career%5Ffair", "career%20fair", "career+fair"] {
            assert_eq!(server.public("kckps", &format!("{list}?event_type={good}")).titles().len(), 2, "{good}");
        }
        assert!(server.public("kckps", &format!("{list}?event_type=mentoring")).titles().is_empty());
        for bad in ["", "party", "career_fair,mentoring", "career_fair%00", "%FF", "career_fair'--"] {
            server.public("kckps", &format!("{list}?event_type={bad}")).refuses("event_type");
        }
    }
}

#[test]
fn a_known_parameter_given_twice_is_refused() {
    let server = with_events();
    for (name, value) in [
        ("page", "1"),
        ("per_page", "5"),
        ("status", "published"),
        ("from_date", "2026-01-01"),
        ("to_date", "2026-03-01"),
        ("event_type", "dia"),
    ] {
        server.public("kckps", &format!("?{name}={value}&{name}={value}")).refuses(name);
    }
    server.public("kckps", "?page=1&p%61ge=1").refuses("page");
    server.public("kckps", "/upcoming?page=1&x=1&page=2").refuses("page");
}

#[test]
fn unknown_parameters_are_ignored() {
    let server = with_events();
    for rest in ["?_=1736520000&_=1736520001", "?", "?&&=&", "?Page=0", "?page[]=0", "?%FF=%FF", "?q=%00", "/1?page=0", "?sort=nothing"] {
        server.public("kckps", rest).ok(200);
    }
    // These belong to the list alone.
    server.public("kckps", "/upcoming?status=nonsense&from_date=nonsense&to_date=nonsense").ok(200);
}
