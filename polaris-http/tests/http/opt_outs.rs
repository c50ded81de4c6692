//! M3 over HTTP: no more outreach, by the link in a mail.

use polaris_core::NewVolunteer;
use polaris_core::types::MailSecret;
use serde_json::json;

use super::house::House;

#[test]
fn the_secret_of_a_mail_ends_outreach_in_one_step_and_a_look_changes_nothing() {
    let server = House::new().serve();
    let kckps = server.tenant("kckps");
    let ann = NewVolunteer { first_name: "Ann".into(), last_name: "Lee".into(), ..NewVolunteer::default() };
    let ann = kckps.volunteers().create(ann).unwrap().volunteer.id;
    let secret = MailSecret::generate([3; 32]);
    let sql = "INSERT INTO mail_links (hash, purpose, volunteer_id, created_at) VALUES (?1, 'unsubscribe', ?2, '2026-01-01T12:00:00.000Z')";
    server.database("kckps").execute(sql, (secret.hash().as_str(), ann.get())).unwrap();
    let path = format!("/api/v1/public/kckps/unsubscribe/{}", secret.reveal());
    assert_eq!(server.get(&path).send().data(200), json!({ "opted_out": false }));
    assert!(!kckps.volunteers().get(ann).unwrap().volunteer.email_opt_out);
    for _ in 0..2 {
        assert_eq!(server.post(&path).send().data(200), json!({ "opted_out": true }));
    }
    assert_eq!(server.get(&path).send().data(200), json!({ "opted_out": true }));
    assert!(kckps.volunteers().get(ann).unwrap().volunteer.email_opt_out);
    for unknown in ["/api/v1/public/kckps/unsubscribe/guess", "/api/v1/public/kckps/unsubscribe/plml_x"] {
        server.post(unknown).send().refused(404, "INVALID_LINK");
        server.get(unknown).send().refused(404, "INVALID_LINK");
    }
    server.post("/api/v1/public/nobody/unsubscribe/guess").send().refused(404, "TENANT_NOT_FOUND");
}
