//! S1, S2, S4, S5: the pages on which people sign up (FR-SELFSERV-404).

use polaris_core::types::MailSecret;
use polaris_core::{EventEdit, NewEvent, NewParticipation, NewVolunteer, Patch, SettingsEdit};
use rusqlite::params;

use super::browser::is_page;
use super::client::Answer;
use super::house::{House, Server, event};

const LIST: &str = "/signup/kckps";
const CAREER: &str = "/signup/kckps/career-day-2026-03-08";
const ANN: &[(&str, &str)] = &[
    ("first_name", "Ann"),
    ("last_name", "Lee"),
    ("email", "ann@example.org"),
    ("phone", "913-555-0100"),
    ("organization", ""),
    ("notes", ""),
    ("website", ""),
];

/// Career Day on a Sunday in March, for this many.
fn career(needed: u32) -> NewEvent {
    NewEvent { volunteers_needed: Some(needed.into()), ends_at: Some("2026-03-08T11:00".into()), ..event("Career Day", "2026-03-08T09:00") }
}

fn house(needed: u32) -> House {
    let house = House::new();
    house.publish("kckps", career(needed));
    house
}

fn with<'a>(fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let changed = |name: &str| fields.iter().find(|(other, _)| *other == name).copied();
    ANN.iter().map(|field| changed(field.0).unwrap_or(*field)).collect()
}

fn count(server: &Server, sql: &str) -> i64 {
    server.database("kckps").query_row(sql, [], |row| row.get(0)).unwrap()
}

fn signed_up(server: &Server) -> i64 {
    count(server, "SELECT count(*) FROM participations")
}

/// The page of the link in the mail of the first on the roster.
fn manage(server: &Server) -> String {
    let secret = MailSecret::generate([7; 32]);
    let sql =
        "INSERT INTO mail_links (hash, purpose, participation_id, created_at) VALUES (?1, 'manage_signup', 1, '2026-01-10T15:30:00.000Z')";
    server.database("kckps").execute(sql, params![secret.hash().as_str()]).unwrap();
    format!("/signup/kckps/manage/{}", secret.reveal())
}

/// `/` is written as an entity in text.
fn text(page: &Answer) -> String {
    page.text().replace("&#x2f;", "/")
}

#[test]
fn the_list_has_open_events_by_start_with_their_times_there_and_links_to_them() {
    let house = house(3);
    house.publish("kckps", event("Science Night", "2026-02-01T18:00"));
    house.draft("kckps", event("A draft", "2026-02-02T18:00"));
    let server = house.serve();
    let page = server.page(LIST, 200);
    let text = text(&page);
    let (night, day) = (text.find("Science Night").unwrap(), text.find("Career Day").unwrap());
    assert!(night < day && !text.contains("A draft"));
    assert!(text.contains("<a href=\"/signup/kckps/career-day-2026-03-08\">Career Day</a>"), "{text}");
    // The clocks change that morning.
    assert!(text.contains("<time datetime=\"2026-03-08T09:00:00-05:00\">Sunday, March 8, 2026, <span class=\"clock\">9:00 AM</span></time> – <time datetime=\"2026-03-08T11:00:00-05:00\"><span class=\"clock\">11:00 AM</span></time> CDT"), "{text}");
    page.shows("2 events are looking").shows("3 places left").shows("<title>Volunteer – Kansas City Kansas</title>");
}

#[test]
fn a_district_without_open_events_says_so() {
    let server = House::new().serve();
    server.page(LIST, 200).shows("No event is looking for volunteers at the moment");
    server.page("/signup/kckps?page=7", 200).shows("No event");
    server.page("/signup/kckps?page=x&utm=mail", 200).shows("No event");
}

#[test]
fn a_long_list_comes_in_pages() {
    let house = House::new();
    for day in 1..=21 {
        house.publish("kckps", event(&format!("Event {day}"), &format!("2026-03-{day:02}T09:00")));
    }
    let server = house.serve();
    server.page(LIST, 200).shows("Page 1 of 2").shows("href=\"?page=2\"").shows_no("Earlier events").shows_no("Event 21");
    server.page("/signup/kckps?page=2", 200).shows("Event 21").shows("Earlier events").shows_no("Later events");
    server.page("/signup/kckps?page=9", 200).shows("no events on this page");
}

#[test]
fn an_events_page_tells_what_it_is_and_has_a_form_with_a_name_for_every_field() {
    let house = House::new();
    house.publish(
        "kckps",
        NewEvent {
            description: Some("Two classes.\nCoffee from eight.".into()),
            additional_info: Some("Park behind the gym.".into()),
            registration_deadline: Some("2026-03-06".into()),
            wanted_skills: vec!["Welding".into()],
            ..career(3)
        },
    );
    let server = house.serve();
    let page = server.page(CAREER, 200);
    for said in [
        "Two classes.\nCoffee from eight.",
        "Park behind the gym.",
        "3 places are left",
        "Friday, March 6, 2026, 11:59 PM CST",
        "Welding",
        "Main gym",
    ] {
        page.shows(said);
    }
    for field in ["first_name", "last_name", "email", "phone", "organization", "notes"] {
        page.shows(&format!("<label for=\"{field}\">")).shows(&format!("id=\"{field}\" name=\"{field}\""));
    }
    for known in ["given-name", "family-name", "email", "tel", "organization"] {
        page.shows(&format!("autocomplete=\"{known}\""));
    }
    page.shows("<div class=\"trap\" aria-hidden=\"true\">").shows("name=\"website\" type=\"text\" tabindex=\"-1\" autocomplete=\"off\"");
    assert_eq!(server.ask("HEAD", CAREER).send_unchecked().status, 200);
    // By number too, as old links have it.
    server.page("/signup/kckps/1", 200).shows("Career Day");
}

#[test]
fn somebody_signs_up_and_is_sent_on_to_a_page_that_says_what_comes_next() {
    let server = house(3).serve();
    let sent = server.fill_in(CAREER, ANN);
    assert_eq!(sent.sent_on(), "/signup/kckps/done/career-day-2026-03-08?status=confirmed");
    let page = server.page(sent.sent_on(), 200);
    page.shows("Thank you for signing up").shows("A mail is on its way").shows("Career Day").shows_no("Ann").shows_no("ann@example.org");
    page.shows("holds a link to cancel");
    assert_eq!((signed_up(&server), count(&server, "SELECT count(*) FROM outbox WHERE kind = 'signup_confirmed'")), (1, 1));
    // Once more is answered alike and changes nothing: nobody learns who is known.
    assert_eq!(server.fill_in(CAREER, ANN).sent_on(), sent.sent_on());
    assert_eq!(signed_up(&server), 1);
}

/// Where nobody said how the installation is reached, mails hold no links, and no page says that they do.
#[test]
fn without_a_public_address_the_page_says_whom_to_tell_instead_of_promising_a_link() {
    let server = house(1).without_address().serve();
    let page = server.page(server.fill_in(CAREER, ANN).sent_on(), 200);
    page.shows("and has the event for your calendar. Should something come up, answer that mail, or tell Kansas City Kansas.")
        .shows_no("a link");
    let page = server.page(server.fill_in(CAREER, &with(&[("email", "bo@example.org")])).sent_on(), 200);
    page.shows("It says how you stand. Should something come up, answer that mail").shows_no("a link");
    for page in ["/account/kckps/forgotten", "/account/kckps/forgotten/sent"] {
        server
            .page(page, 200)
            .shows("No link can be sent by mail from here")
            .shows("An admin of Kansas City Kansas can give you one")
            .shows_no("<form");
    }
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let server = house(3).serve();
    let notes = "<b>Hello</b> & \"hi\"\r\nsecond </textarea><script>x</script>";
    let page = server.fill_in(
        CAREER,
        &with(&[("first_name", ""), ("last_name", "O'Neil \"Bo\""), ("email", "ann@"), ("phone", "12"), ("notes", notes)]),
    );
    is_page(&page, 422);
    let text = text(&page);
    assert!(text.contains("<title>Problem: Career Day") && text.contains("3 things aren’t right yet"), "{text}");
    for (field, said) in [("first_name", "Enter your first name."), ("email", "The e-mail address "), ("phone", "The phone number ")] {
        assert!(text.contains(&format!("<a href=\"#{field}\">{said}")), "{field}: {text}");
        assert!(text.contains(&format!("<p class=\"problem\" id=\"{field}-problem\">{said}")), "{field}: {text}");
    }
    assert!(text.contains("aria-invalid=\"true\" aria-describedby=\"email-problem email-hint\""), "{text}");
    assert!(
        text.contains("value=\"O&#x27;Neil &quot;Bo&quot;\"") && text.contains("value=\"ann@\"") && text.contains("value=\"12\""),
        "{text}"
    );
    assert!(text.contains("&lt;b&gt;Hello&lt;/b&gt; &amp; &quot;hi&quot;\nsecond &lt;/textarea&gt;"), "{text}");
    assert_eq!(signed_up(&server), 0);
    // Too long is told, too, and comes back whole.
    let long = "é".repeat(101);
    let page = server.fill_in(CAREER, &with(&[("first_name", &long)]));
    is_page(&page, 422);
    page.shows("The first name may have at most 100 characters").shows(&long);
    // Nobody has a link sent to somebody else in the district's name.
    let page = server.fill_in(CAREER, &with(&[("first_name", "evil.example/win")]));
    is_page(&page, 422);
    page.shows(
        "id=\"first_name-problem\">The first name must not hold a link or an address: enter the name without &#x2f;, \\, :, @ and www.",
    );
    page.shows("evil.example&#x2f;win");
    assert_eq!(signed_up(&server), 0);
}

/// "Enter your last name" beside what one has entered is no help.
#[test]
fn what_was_typed_and_is_no_name_or_address_is_told_as_that() {
    let server = house(3).serve();
    let page = server.fill_in(CAREER, &with(&[("first_name", " "), ("last_name", "-"), ("email", "n/a")]));
    is_page(&page, 422);
    let page = text(&page).replace("&quot;", "\"");
    for said in [
        "Enter your first name.",
        "The last name is required: neither \"-\" nor \"n/a\" is a name.",
        "The e-mail address needs an @, as in pat@example.org.",
    ] {
        assert!(page.contains(said), "no {said}: {page}");
    }
}

#[test]
fn hostile_titles_and_texts_are_shown_as_text() {
    let house = House::new();
    let hostile = "<script>alert(1)</script>\"'><img src=x>";
    house.publish(
        "kckps",
        NewEvent {
            description: Some(hostile.into()),
            location: hostile.into(),
            additional_info: Some(hostile.into()),
            ..event(hostile, "2026-03-08T09:00")
        },
    );
    let server = house.serve();
    let slug = text(&server.page(LIST, 200)).split("<a href=\"/signup/kckps/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for path in [LIST.to_owned(), format!("{LIST}/{slug}"), format!("{LIST}/done/{slug}")] {
        server.page(&path, 200).shows("&lt;script&gt;alert(1)").shows_no("<img").shows_no("\"'>");
    }
}

#[test]
fn a_full_event_offers_its_waitlist_or_says_that_it_is_full() {
    let server = house(1).serve();
    server.fill_in(CAREER, ANN).sent_on();
    server
        .page(CAREER, 200)
        .shows("All places are taken. If you sign up now, you come onto the waitlist")
        .shows("Join the waitlist</button>");
    server.page(LIST, 200).shows("Waitlist only");
    let bo = with(&[("email", "bo@example.org"), ("first_name", "Bo")]);
    let sent = server.fill_in(CAREER, &bo);
    assert_eq!(sent.sent_on(), "/signup/kckps/done/career-day-2026-03-08?status=waitlisted");
    server.page(sent.sent_on(), 200).shows("You’re on the waitlist").shows_no("Thank you for signing up");
    let server = house(1).sql("kckps", "UPDATE settings SET waitlist = 0").serve();
    server.fill_in(CAREER, ANN).sent_on();
    server.page(CAREER, 200).shows("Sign-up is not possible any more").shows_no("<form");
    server.page(LIST, 200).shows("Full");
    let late = server.fill_in(CAREER, &bo);
    is_page(&late, 409);
    late.shows("All places are taken").shows_no("<form");
    assert_eq!(signed_up(&server), 1);
}

#[test]
fn a_closed_events_page_says_so_with_410_and_takes_nobody() {
    for (change, said) in [
        ("UPDATE events SET status = 'cancelled'", "This event was cancelled"),
        ("UPDATE events SET status = 'completed'", "has taken place"),
        ("UPDATE events SET starts_at = '2026-01-10T15:29:59.000Z'", "has begun"),
        (
            "UPDATE events SET registration_deadline = '2026-01-10T15:29:59.000Z', registration_deadline_local = '2026-01-10T09:29:59'",
            "deadline has passed",
        ),
    ] {
        let server = house(3).sql("kckps", change).serve();
        server.page(CAREER, 410).shows(said).shows_no("<form").shows("See events that are looking for volunteers");
        let late = server.fill_in(CAREER, ANN);
        is_page(&late, 410);
        late.shows(said);
        assert_eq!(signed_up(&server), 0, "{change}");
        server.page(LIST, 200).shows_no("Career Day");
    }
}

#[test]
fn what_nobody_outside_has_heard_of_is_not_there() {
    let house = house(3);
    house.draft("kckps", event("A draft", "2026-02-02T18:00"));
    let server = house.serve();
    for path in [
        "/signup/kckps/a-draft-2026-02-02",
        "/signup/kckps/2",
        "/signup/kckps/nothing",
        "/signup/nobody",
        "/signup/hmsd/career-day-2026-03-08",
        "/signup/KCKPS",
        "/signup/kckps/",
        "/signup",
        "/signup/kckps/done/2",
        "/signup/kckps/a/b/c",
    ] {
        server.page(path, 404).shows("Not found");
    }
    is_page(&server.fill_in("/signup/kckps/a-draft-2026-02-02", ANN), 404);
    for server in [house_of("off").serve(), house_of("inactive").serve()] {
        for path in [LIST, CAREER] {
            server.page(path, 404).shows("Not found");
        }
        is_page(&server.fill_in(CAREER, ANN), 404);
    }
}

fn house_of(what: &str) -> House {
    if what == "off" { house(3).without_events("kckps") } else { house(3).deactivated("kckps") }
}

#[test]
fn a_confirmed_event_is_on_no_list_and_takes_who_has_its_address() {
    let server = house(3).sql("kckps", "UPDATE events SET status = 'confirmed'").serve();
    server.page(LIST, 200).shows_no("Career Day");
    server.page(CAREER, 200).shows("<form");
    server.fill_in(CAREER, ANN).sent_on();
}

#[test]
fn a_program_that_fills_the_trap_is_answered_like_anybody_and_signs_nobody_up() {
    let server = house(3).serve();
    let sent = server.fill_in(CAREER, &with(&[("website", "https://spam.example")]));
    assert_eq!(sent.sent_on(), "/signup/kckps/done/career-day-2026-03-08?status=confirmed");
    assert_eq!((signed_up(&server), count(&server, "SELECT count(*) FROM volunteers")), (0, 0));
}

#[test]
fn thirty_submissions_good_or_bad_may_come_from_one_address_and_then_a_page_says_when_to_come_again() {
    let server = house(0).limiting_signups().serve();
    for number in 0..30 {
        let answer = match number % 3 {
            0 => server.fill_in(CAREER, &with(&[("email", "bad")])),
            1 => server.fill_in(CAREER, &[("no_such_field", "1")]),
            _ => server.fill_in(CAREER, ANN),
        };
        assert_eq!(answer.status, [422, 400, 303][number % 3]);
    }
    let page = server.fill_in(CAREER, &with(&[("notes", "<b>Hello</b>\nsecond")]));
    is_page(&page, 429);
    page.shows("Too many sign-ups came from your connection").shows("send it again in 10 minutes").shows("<title>Problem: Career Day");
    for kept in [" value=\"Ann\"", " value=\"Lee\"", " value=\"ann@example.org\"", " value=\"913-555-0100\"", "&lt;b&gt;Hello"] {
        page.shows(kept);
    }
    page.shows("second</textarea>").shows("action=\"/signup/kckps/career-day-2026-03-08\"");
    assert_eq!(page.header("retry-after"), Some("600"));
    is_page(&server.fill_in(CAREER, &[("no_such_field", "1")]), 429);
    is_page(&server.fill_in("/signup/kckps/nothing", ANN), 404);
    server.page(CAREER, 200);
    server.clock.advance(chrono::TimeDelta::minutes(10));
    server.fill_in(CAREER, ANN).sent_on();
}

#[test]
fn whose_address_had_ten_mails_keeps_what_they_typed_too_and_learns_when_to_come_again() {
    let house = house(0);
    for number in 0..10 {
        house.publish("kckps", event(&format!("Event {number}"), "2026-03-09T09:00"));
    }
    let server = house.serve();
    for number in 0..10 {
        server.fill_in(&format!("/signup/kckps/event-{number}-2026-03-09"), ANN).sent_on();
    }
    let page = server.fill_in(CAREER, ANN);
    is_page(&page, 429);
    page.shows("or with this e-mail address").shows("send it again in 60 minutes").shows(" value=\"ann@example.org\"");
    assert_eq!((page.header("retry-after"), signed_up(&server)), (Some("3600"), 10));
}

#[test]
fn a_form_from_another_site_signs_nobody_up() {
    let server = house(3).serve();
    let sent = server.post(CAREER).header("Accept", "text/html").header("Origin", "https://evil.example").form(ANN).send_unchecked();
    is_page(&sent, 403);
    assert_eq!(signed_up(&server), 0);
}

#[test]
fn somebody_sees_their_sign_up_with_the_link_of_the_mail_and_cancels_after_being_asked() {
    let server = house(1).serve();
    server.fill_in(CAREER, ANN).sent_on();
    server.fill_in(CAREER, &with(&[("email", "bo@example.org")])).sent_on();
    let link = manage(&server);
    let page = server.page(&link, 200);
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    page.shows("You have a place")
        .shows("href=\"?cancel\"")
        .shows("name=\"robots\" content=\"noindex\"")
        .shows_no("plml_")
        .shows_no("<form");
    let asks = server.page(&format!("{link}?cancel"), 200);
    asks.shows("Cancel your sign-up?").shows("Yes, cancel my sign-up").shows("No, keep it");
    assert_eq!(count(&server, "SELECT count(*) FROM participations WHERE status = 'declined'"), 0, "looking cancels nothing");
    let sent = server.post(&format!("{link}?cancel")).header("Accept", "text/html").form(&[("cancel", "yes")]).send_unchecked();
    assert_eq!(sent.sent_on(), link);
    server.page(&link, 200).shows("You have cancelled").shows("Sign up again").shows_no("href=\"?cancel\"");
    let statuses: String =
        server.database("kckps").query_row("SELECT group_concat(status) FROM participations ORDER BY id", [], |row| row.get(0)).unwrap();
    assert_eq!(statuses, "declined,confirmed", "the first of the waitlist has the place");
    // Once more does nothing more.
    assert_eq!(server.post(&link).form(&[]).send_unchecked().sent_on(), link);
}

#[test]
fn how_somebody_stands_is_told_in_words() {
    let house = house(0);
    let ann = NewVolunteer {
        first_name: "Ann".into(),
        last_name: "Lee".into(),
        email: Some("ann@example.org".into()),
        ..NewVolunteer::default()
    };
    let ann = house.tenant("kckps").volunteers().create(ann).unwrap().volunteer.id;
    let place = NewParticipation { volunteer_id: Some(ann.get()), ..NewParticipation::default() };
    let one = polaris_core::types::EventId::new(1);
    house.tenant("kckps").rosters().assign(one, &place).unwrap();
    let server = house.serve();
    let link = manage(&server);
    for (status, said) in [
        ("invited", "You are invited"),
        ("waitlisted", "You are on the waitlist, at number 1"),
        ("declined", "You have cancelled"),
        ("attended", "You were there"),
        ("no_show", "This event is over"),
    ] {
        let sql = format!(
            "UPDATE participations SET status = '{status}', waitlisted_at = CASE '{status}' WHEN 'waitlisted' THEN '2026-01-10T15:30:00.000Z' END"
        );
        server.database("kckps").execute(&sql, []).unwrap();
        server.page(&link, 200).shows(said);
    }
    // Who has cancelled may sign up again until the deadline.
    let raw = server.database("kckps");
    raw.execute("UPDATE participations SET status = 'declined'", []).unwrap();
    server.page(&link, 200).shows("Sign up again");
    raw.execute(
        "UPDATE events SET registration_deadline = '2026-01-10T15:29:59.000Z', registration_deadline_local = '2026-01-10T09:29:59'",
        [],
    )
    .unwrap();
    server.page(&link, 200).shows("You have cancelled").shows_no("Sign up again");
    raw.execute("UPDATE participations SET status = 'confirmed', waitlisted_at = NULL", []).unwrap();
    server.tenant("kckps").events().cancel(one, polaris_core::NewCancellation::default()).unwrap();
    server.page(&link, 200).shows("This event was cancelled. You need do nothing.").shows_no("href=\"?cancel\"");
    let late = server.post(&link).header("Accept", "text/html").form(&[("cancel", "yes")]).send_unchecked();
    is_page(&late, 409);
    late.shows("This could not be cancelled");
}

#[test]
fn a_link_that_is_unknown_or_foreign_gets_a_plain_page_that_says_what_to_do() {
    let server = house(1).serve();
    server.fill_in(CAREER, ANN).sent_on();
    let link = manage(&server);
    let plain = server.page("/signup/kckps/manage/x", 404).shows("This link is no longer good").text();
    assert_eq!(server.page(&format!("{}A", &link[..link.len() - 1]), 404).text(), plain);
    server.page(&link.replace("kckps", "hmsd"), 404).shows("This link is no longer good");
    is_page(&server.post("/signup/kckps/manage/x").header("Accept", "text/html").form(&[]).send_unchecked(), 404);
    for _ in 0..20 {
        server.get("/signup/kckps/manage/guess").header("Accept", "text/html").send_unchecked();
    }
    let guessed = server.get("/signup/kckps/manage/guess").header("Accept", "text/html").send_unchecked();
    is_page(&guessed, 429);
    server.page(&link, 200).shows("You have a place");
}

#[test]
fn an_old_address_leads_to_a_page_that_is_there() {
    let server = house(3).serve();
    let old = server.get("/district/kckps/event/1/signup").send_unchecked();
    server.page(old.header("location").unwrap(), 200).shows("Career Day");
}

#[test]
fn an_edit_shows_at_once_and_a_tenants_own_words_stay_escaped() {
    let server = house(3).serve();
    let edit = EventEdit { title: Patch::Set("Career & <Day>".into()), ..EventEdit::default() };
    server.tenant("kckps").events().edit(polaris_core::types::EventId::new(1), edit, None).unwrap();
    server.page(CAREER, 200).shows("<h1>Career &amp; &lt;Day&gt;</h1>");
    let zone = SettingsEdit { time_zone: Patch::Set("America/Denver".into()), ..SettingsEdit::default() };
    server.tenant("kckps").administration().edit_settings(&zone, None).unwrap();
    server.page(CAREER, 200).shows("9:00 AM").shows("CDT");
}

/// The page of the link in a mail that asks Ann to come, and her number.
fn asked_to_come(server: &Server) -> (String, polaris_core::types::VolunteerId) {
    let ann = NewVolunteer {
        first_name: "Ann".into(),
        last_name: "Lee".into(),
        email: Some("ann@example.org".into()),
        ..NewVolunteer::default()
    };
    let ann = server.tenant("kckps").volunteers().create(ann).unwrap().volunteer.id;
    let secret = MailSecret::generate([3; 32]);
    let sql = "INSERT INTO mail_links (hash, purpose, volunteer_id, created_at) VALUES (?1, 'unsubscribe', ?2, '2026-01-10T15:30:00.000Z')";
    server.database("kckps").execute(sql, params![secret.hash().as_str(), ann.get()]).unwrap();
    (format!("/signup/kckps/unsubscribe/{}", secret.reveal()), ann)
}

#[test]
fn whoever_is_asked_to_come_ends_that_on_a_page_with_a_button_m3() {
    let server = House::new().serve();
    let (link, ann) = asked_to_come(&server);
    let opted_out = || server.tenant("kckps").volunteers().get(ann).unwrap().volunteer.email_opt_out;
    let page = server.page(&link, 200);
    page.shows("No more mails like this?").shows("Send me no more of them</button>").shows_no("ann@").shows_no("plml_");
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert!(!opted_out(), "looking ends nothing");
    let sent = server.post(&link).header("Accept", "text/html").form(&[]).send_unchecked();
    assert_eq!(sent.sent_on(), link);
    assert!(opted_out());
    server.page(&link, 200).shows("You get no more such mails").shows_no("<form");
    assert_eq!(server.post(&link).form(&[]).send_unchecked().sent_on(), link, "again changes nothing");
    server.page("/signup/kckps/unsubscribe/guess", 404).shows("This link is no longer good");
    server.page(&link.replace("kckps", "hmsd"), 404).shows("This link is no longer good");
}

#[test]
fn a_mail_program_ends_it_with_one_click_whatever_is_switched_off_rfc_8058() {
    let server = House::new().without_events("kckps").serve();
    let (link, ann) = asked_to_come(&server);
    let clicked = server.post(&link).form(&[("List-Unsubscribe", "One-Click")]).send_unchecked();
    is_page(&clicked, 200);
    assert!(server.tenant("kckps").volunteers().get(ann).unwrap().volunteer.email_opt_out);
}

#[test]
fn the_one_click_may_come_as_either_type_of_form_rfc_8058_3_2() {
    let server = House::new().serve();
    let (link, ann) = asked_to_come(&server);
    let body = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    let clicked = server.post(&link).header("Content-Type", "multipart/form-data; boundary=b").body(body).send_unchecked();
    is_page(&clicked, 200);
    assert!(server.tenant("kckps").volunteers().get(ann).unwrap().volunteer.email_opt_out);
}
