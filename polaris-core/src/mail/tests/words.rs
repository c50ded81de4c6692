//! The words of every kind of mail, held against reviewed files in `tests/mails`; what people wrote can't become anything else.

use std::fmt::Write as _;
use std::path::Path;

use chrono::TimeDelta;

use super::scene::{Scene, URL};
use crate::mail::compose::Composed;
use crate::mail::invites::InviteStep;
use crate::mail::message::Message;
use crate::types::{MailKind, Patch};
use crate::{EventEdit, NewCancellation, SettingsEdit, json};

/// A mail of each kind, as it is sent.
fn every_kind() -> Vec<(&'static str, Message)> {
    let mut mails = Vec::new();
    for kind in [MailKind::Invitation, MailKind::Reset] {
        let scene = Scene::new();
        scene.invite(kind);
        mails.push((kind.as_str(), scene.last()));
    }
    let scene = Scene::new();
    scene.confirm();
    mails.push(("signup_confirmed", scene.last()));
    let moved = EventEdit {
        starts_at: Patch::Set("2027-03-15T13:00".into()),
        ends_at: Patch::Set("2027-03-15T15:30".into()),
        location: Patch::Set("Library".into()),
        ..EventEdit::default()
    };
    scene.kckps.events().edit(scene.event.id, moved, None).unwrap();
    mails.push(("event_changed", scene.last()));
    let weather = NewCancellation { reason: Some("weather".into()), note: None };
    scene.kckps.events().cancel(scene.event.id, weather).unwrap();
    mails.push(("event_cancelled", scene.last()));
    let scene = Scene::new();
    let place = scene.place("waitlisted");
    scene.tell(MailKind::SignupWaitlisted, &place, None);
    mails.push(("signup_waitlisted", scene.last()));
    let place = scene.place("confirmed");
    scene.tell(MailKind::SignupPromoted, &place, Some(InviteStep::Anew));
    mails.push(("signup_promoted", scene.last()));
    let place = scene.place("declined");
    scene.tell(MailKind::SignupCancelled, &place, Some(InviteStep::TakenBack));
    mails.push(("signup_cancelled", scene.last()));
    let place = scene.confirm();
    scene.place("declined");
    scene.tell(MailKind::SignupRemoved, &place, Some(InviteStep::TakenBack));
    mails.push(("signup_removed", scene.last()));
    let mut scene = Scene::new();
    let anna = super::invites::listed_twice(&mut scene);
    super::invites::merged(&scene, anna, scene.ann);
    scene.ann = anna;
    mails.push(("signup_merged", scene.last()));
    let scene = Scene::new();
    scene.ask();
    mails.push(("outreach", scene.last()));
    mails
}

/// Without what is different each time.
fn scrubbed(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = ["plml_", "plol_"].iter().filter_map(|prefix| rest.find(prefix)).min() {
        out.push_str(&rest[..at + 5]);
        out.push_str("[secret]");
        rest = &rest[at + 5 + 43..];
    }
    out.push_str(rest);
    out
}

fn shown(mail: &Message) -> String {
    let mut shown = String::new();
    let _ = writeln!(shown, "From: {}", mail.from_name);
    let _ = writeln!(shown, "Reply-To: {}", mail.reply_to.as_deref().unwrap_or("-"));
    let _ = writeln!(shown, "To: {} <{}>", mail.to_name.as_deref().unwrap_or("-"), mail.to);
    let _ = writeln!(shown, "Subject: {}", mail.subject);
    let _ = writeln!(shown, "List-Unsubscribe: {}", mail.unsubscribe.as_deref().unwrap_or("-"));
    let _ = writeln!(shown, "Invite: {}", mail.invite.as_ref().map_or("-", |invite| invite.method));
    let _ = write!(shown, "\n{}", mail.text);
    scrubbed(&shown)
}

pub(super) fn held_against(name: &str, now: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails").join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, now).unwrap();
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(reviewed == now, "{name} is not as it was reviewed; UPDATE_SNAPSHOTS=1 writes down:\n{now}");
}

#[test]
fn every_kind_of_mail_reads_as_it_was_reviewed() {
    let mails = every_kind();
    for kind in MailKind::ALL {
        let (_, mail) = mails.iter().find(|(name, _)| *name == kind.as_str()).unwrap();
        held_against(&format!("{kind}.txt"), &shown(mail));
        held_against(&format!("{kind}.html"), &scrubbed(&mail.html));
    }
}

#[test]
fn every_mail_has_what_it_needs_and_loads_nothing_but_the_logo() {
    for (kind, mail) in every_kind() {
        assert!(mail.html.starts_with("<!doctype html>\n<html lang=\"en\">"), "{kind}");
        assert!(!mail.html.contains("<script") && !mail.html.contains("<table") && !mail.html.contains("<style"), "{kind}");
        let loaded: Vec<_> = mail.html.match_indices("src=\"").map(|(at, _)| mail.html[at + 5..].split('"').next().unwrap()).collect();
        assert_eq!(loaded, ["https://kckps.example/logo.png"], "{kind}");
        assert!(mail.text.contains("volunteers@kckps.example") && mail.text.contains("Kansas City Kansas"), "{kind}");
        assert!(mail.text.is_ascii() || mail.text.contains('–'), "{kind}");
        assert!(!mail.text.contains("{{") && !mail.text.contains("\n\n\n") && mail.text.ends_with('\n'), "{kind}");
        // Dark on the tenant's light colour.
        if mail.html.contains("background:#ffcc00") {
            assert!(mail.html.contains("background:#ffcc00;color:#000000"), "{kind}");
        }
        assert_eq!(mail.unsubscribe.is_some(), kind == "outreach");
    }
}

const EVIL: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "{{ tenant }}{% include 'x' %}{#",
    "אבג דהו",
    "語語語🎉",
];

#[test]
fn what_people_wrote_can_become_nothing_else() {
    for evil in EVIL {
        let scene = Scene::with(evil, &format!("A {evil} day"));
        scene.confirm();
        let mail = scene.last();
        assert!(!mail.subject.contains('\n') && mail.subject.contains(evil), "{}", mail.subject);
        // A name with a slash is none to greet by.
        let greeting = if evil.contains('/') { "Hello,\n".to_owned() } else { format!("Hello {evil},\n") };
        assert!(mail.text.starts_with(&greeting) && mail.text.contains(&format!("\nA {evil} day\n")), "{}", mail.text);
        let escaped = evil.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;");
        let greeted = evil.contains('/') || mail.html.contains(&format!("<bdi>{escaped}</bdi>"));
        assert!(greeted && mail.html.contains(&format!(">A {escaped} day<")), "{}", mail.html);
        for tag in ["<script", "<img src=x", "onmouseover='"] {
            assert!(!mail.html.contains(tag), "{}", mail.html);
        }
    }
}

/// Anybody can have a mail sent to anybody, under any name (S5): no link of theirs comes with it.
#[test]
fn a_name_that_a_mail_program_could_make_a_link_of_is_left_out_of_every_mail() {
    for evil in ["evil.example/win", "https://evil.example", "evil.example", "me@evil.example", "www.evil"] {
        let scene = Scene::with(evil, "Career Day");
        let own = json::read::<crate::MailTemplateEdit>(
            br#"{"subject": "For {{ first_name }}", "text": "Dear {{ first_name }},\n\n{{ first_name }} {{ last_name }}: {{ details }}"}"#,
        );
        scene.kckps.mail_templates().edit(MailKind::SignupWaitlisted, &own.unwrap(), None).unwrap();
        scene.confirm();
        let confirmed = scene.last();
        assert!(confirmed.text.starts_with("Hello,\n"), "{}", confirmed.text);
        let place = scene.place("waitlisted");
        scene.tell(MailKind::SignupWaitlisted, &place, None);
        let waitlisted = scene.last();
        assert!(waitlisted.text.starts_with("Dear,\n\n Lee: "), "{}", waitlisted.text);
        for mail in [confirmed, waitlisted] {
            let invite = mail.invite.map_or_else(String::new, |invite| invite.text.replace("\r\n ", ""));
            let everything = [mail.subject, mail.text, mail.html, mail.to_name.unwrap_or_default(), invite].concat();
            assert!(!everything.contains("evil"), "{everything}");
        }
    }
}

/// Texts that an earlier program took are sent all the same: without what tells who opened what, and the usual ones where theirs hide what the
/// mail is of no use without (M3).
#[test]
fn own_html_that_was_stored_once_is_sent_cleaned() {
    let scene = Scene::new();
    let store = |kind: &str, text: &str, html: &str| {
        scene.run("DELETE FROM mail_templates WHERE kind = ?1", kind);
        let sql = format!(
            "INSERT INTO mail_templates (kind, subject, text, html, version, updated_at) VALUES ('{kind}', 'S', '{text}', ?1, 1, '2027-01-01T00:00:00.000Z')"
        );
        scene.run(&sql, html);
    };
    let html = "<p onclick=\"x()\">Dear {{ first_name }}<img src=\"https://t.example/{{ last_name }}.gif\"></p><a href=\"{{ title }}\">x</a></div></div><p>end</p>";
    store("signup_confirmed", "Hi", html);
    scene.run("UPDATE events SET title = ?1", "javascript:alert(1)");
    scene.confirm();
    let mail = scene.last();
    assert!(mail.html.contains("<p>Dear Ann</p><a>x</a><p>end</p></div>\n</div>\n</body>"), "{}", mail.html);
    let user = scene.invite(MailKind::Reset);
    for (text, html, usual) in [
        ("Click {{ link }} now", "<p><a href=\"{{ link }}\">Set</a><img src=\"https://t.example\"></p>", false),
        ("Click {{ link }}", "<!-- <a href=\"{{ link }}\">Set</a> --><p>Hi</p>", true),
        ("Click {{ link }}", "{% if not link %}<a href=\"{{ link }}\">Set</a>{% endif %}<p>Hi</p>", true),
        ("{% if not link %}{{ link }}{% endif %}Hi", "<a href=\"{{ link }}\">Set</a>", true),
        ("{{ link }}abc", "<a href=\"{{ link }}\">Set</a>", true),
        ("{{ link }}", "<a style=\"position:absolute\" href=\"{{ link }}\"> </a>", true),
    ] {
        store("reset", text, html);
        let mail = scene.last();
        assert_eq!(mail.subject == "S", !usual, "{text} {html}, {user}");
        assert!(mail.text.contains("/set-password/plol_") && mail.html.contains("/set-password/plol_") && !mail.html.contains("t.example"));
    }
}

/// No program writes them, but a file may hold them.
#[test]
fn line_breaks_in_a_title_make_no_second_header_and_no_second_property() {
    let scene = Scene::new();
    scene.confirm();
    scene.run("UPDATE events SET title = ?1", "Fair\r\nBcc: all@example.org\nATTENDEE:x");
    let mail = scene.last();
    assert_eq!(mail.subject, "You are signed up: Fair Bcc: all@example.org ATTENDEE:x");
    let invite = mail.invite.unwrap().text;
    assert!(invite.contains("SUMMARY:Fair\\nBcc: all@example.org\\nATTENDEE:x\r\n"), "{invite}");
}

#[test]
fn a_tenant_that_settled_nothing_has_its_own_name_and_the_usual_colour() {
    let scene = Scene::new();
    let nothing = json::read::<SettingsEdit>(br#"{"branding": null, "mail": null}"#).unwrap();
    scene.kckps.administration().edit_settings(&nothing, None).unwrap();
    scene.confirm();
    let mail = scene.last();
    assert_eq!((mail.from_name.as_str(), mail.reply_to), ("Kansas City Kansas", None));
    assert!(
        !mail.text.contains("Questions?") && !mail.html.contains("<img") && mail.html.contains("background-color:#1d4ed8;color:#ffffff")
    );
    assert!(mail.invite.unwrap().text.contains("ORGANIZER;CN=Kansas City Kansas:mailto:polaris@operator.example\r\n"));
}

/// The page says then that it is too late: who is asked answers, and who has cancelled learns nothing new there.
#[test]
fn once_the_deadline_is_past_no_mail_sends_anybody_to_sign_up() {
    let scene = Scene::new();
    let place = scene.confirm();
    let offers = || {
        scene.ask();
        let asked = scene.last();
        scene.place("declined");
        scene.tell(MailKind::SignupCancelled, &place, Some(InviteStep::TakenBack));
        [asked, scene.last()].map(|mail| mail.text.contains("/signup/kckps/career-day") || mail.html.contains("/signup/kckps/career-day"))
    };
    scene.place("declined");
    assert_eq!(offers(), [true, true]);
    let edit = crate::EventEdit { registration_deadline: Patch::Set("2027-01-20".into()), ..crate::EventEdit::default() };
    scene.kckps.events().edit(scene.event.id, edit, None).unwrap();
    assert_eq!(offers(), [true, true]);
    scene.pass(chrono::TimeDelta::days(6));
    assert_eq!(offers(), [false, false]);
}

#[test]
fn without_a_public_address_mails_say_whom_to_write_to_and_what_needs_a_link_waits() {
    let mut scene = Scene::new();
    scene.url = None;
    scene.confirm();
    for (reply_to, expected) in
        [(true, "Can you no longer come? Answer this mail,"), (false, "Can you no longer come? Please tell Kansas City")]
    {
        if !reply_to {
            let edit = json::read::<SettingsEdit>(br#"{"mail": {"reply_to": null}}"#).unwrap();
            scene.kckps.administration().edit_settings(&edit, None).unwrap();
        }
        let mail = scene.last();
        assert!(!mail.text.contains("http") && !mail.html.contains("href=\"http"), "{}", mail.text);
        assert!(mail.text.contains(expected) && mail.html.contains(&expected.replace("tell ", "tell <bdi>")), "{}", mail.text);
    }
    scene.place("declined");
    scene.ask();
    let waits = |scene: &Scene| {
        let refused = scene.compose(scene.outbox().last().unwrap(), false).err().unwrap();
        assert!(refused.to_string().contains("public_url"), "{refused}");
    };
    waits(&scene);
    scene.invite(MailKind::Invitation);
    waits(&scene);
    assert_eq!((scene.count("mail_links"), scene.count("one_time_links")), (0, 0));
    scene.url = Some("https://events.example.org/");
    assert!(scene.last().text.contains("https://events.example.org/account/kckps/set-password/plol_"));
}

#[test]
fn each_attempt_has_links_of_its_own_and_earlier_ones_stay_good() {
    let scene = Scene::new();
    let user = scene.invite(MailKind::Invitation);
    let link = |mail: Message| {
        let text = mail.text;
        let at = text.find(&format!("{URL}/account/kckps/set-password/")).unwrap();
        text[at..].split_whitespace().next().unwrap().rsplit('/').next().unwrap().to_owned()
    };
    let (first, second) = (link(scene.last()), link(scene.last()));
    assert!(first != second && scene.count("one_time_links WHERE used_at IS NULL") == 2);
    let door = scene.kckps.sessions();
    let used = |secret: &str, password: &str| {
        let link = crate::UsedLink { link: secret.to_owned().into(), password: password.to_owned().into() };
        door.use_link(&link).map(|_| ())
    };
    used(&first, "correct horse battery").unwrap();
    assert_eq!(used(&second, "another horse battery").unwrap_err().code(), "INVALID_LINK", "one of them was used, {user}");
    assert_eq!(scene.why_not(), Some("the account has a password already"));
    // Sign-ups and outreach.
    scene.confirm();
    let manage = |mail: &Message| mail.text.split(&format!("{URL}/signup/kckps/manage/")).nth(1).unwrap()[..48].to_owned();
    let (one, two) = (manage(&scene.last()), manage(&scene.last()));
    assert!(one != two && one.starts_with("plml_"));
    assert_eq!(scene.count("mail_links WHERE purpose = 'manage_signup' AND participation_id IS NOT NULL"), 2);
}

#[test]
fn what_is_only_looked_at_makes_no_link_and_writes_nothing() {
    let scene = Scene::new();
    scene.confirm();
    scene.run("DELETE FROM invites WHERE uid <> ?1", "");
    scene.ask();
    scene.run("UPDATE participations SET status = ?1", "invited");
    scene.invite(MailKind::Invitation);
    scene.run("UPDATE participations SET status = ?1", "confirmed");
    for queued in scene.outbox().iter().filter(|queued| queued.kind != MailKind::Outreach) {
        let Composed::Mail(mail) = scene.compose(queued, true).unwrap() else { panic!("{}", queued.kind) };
        assert!(mail.text.contains("/…"), "{}", mail.text);
    }
    assert_eq!((scene.count("mail_links"), scene.count("one_time_links"), scene.count("invites")), (0, 0, 0));
}

#[test]
fn links_are_stored_by_their_hash_alone_and_end_with_what_they_are_about() {
    let scene = Scene::new();
    scene.ask();
    let mail = scene.last();
    let address = mail.unsubscribe.unwrap();
    assert!(address.starts_with("https://events.example.org/signup/kckps/unsubscribe/plml_") && mail.text.contains(&address));
    let secret = address.rsplit('/').next().unwrap().to_owned();
    let hash = crate::types::MailSecret::parse(&secret).unwrap().hash();
    assert_eq!(scene.count(&format!("mail_links WHERE purpose = 'unsubscribe' AND hash = '{}'", hash.as_str())), 1);
    scene.pass(TimeDelta::days(1));
}
