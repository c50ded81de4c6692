//! U1, P6: a tenant's users and staff accounts from the command line; the way back for a lost admin.

use serde_json::{Value, json};

use crate::support::{Home, Server, get};

fn kckps() -> Home {
    let home = Home::with_data();
    home.run(&["tenant", "create", "kckps", "--name", "Kansas City Kansas"]).done();
    home
}

const KIM: [&str; 11] =
    ["user", "create", "kckps", "--email", "Kim@example.org", "--first-name", "Kim", "--last-name", "Hart", "--role", "admin"];

/// The secret in what was said to a person.
fn secret(said: &str) -> &str {
    let line = said.lines().find(|line| line.starts_with("  plol_")).unwrap_or_else(|| panic!("no secret: {said}"));
    line.trim()
}

#[test]
fn a_user_is_invited_by_mail_and_once_more_u1() {
    let home = kckps();
    home.is_reached();
    let said = home.run(&KIM).done();
    let expected = "created user 1: Kim Hart (admin)\na mail is on its way to them, with a link to set a password within 72 hours\n";
    assert_eq!(said, expected);
    let said = home.run(&["user", "invite", "kckps", "kim@example.org"]).done();
    assert_eq!(said, "a mail is on its way to user 1: Kim Hart, with a link that is good for 72 hours\n");
    assert_eq!(home.json(&["user", "invite", "kckps", "1"])["id"], 1);
    assert!(home.run(&["user", "invite", "kckps", "9"]).refused(3).contains("there is no such user"));
    home.run(&[&KIM[..], &["--link", "--password-stdin"]].concat()).refused(2);
}

#[test]
fn a_user_is_created_with_a_link_that_is_shown_once_and_told_how_to_use() {
    let home = kckps();
    let said = home.run(&[&KIM[..], &["--link"]].concat()).done();
    assert!(said.starts_with("created user 1: Kim Hart (admin)\n"), "{said}");
    assert!(said.contains("can't be shown again") && said.contains("POST /api/v1/tenants/kckps/links/use"), "{said}");
    let secret = secret(&said).to_owned();
    let shown = home.run(&["user", "show", "kckps", "kim@EXAMPLE.org"]).done();
    assert!(shown.contains("no password yet") && !shown.contains(&secret), "{shown}");
    let user = home.json(&["user", "show", "kckps", "1"]);
    assert_eq!((&user["email"], &user["role"], &user["has_password"]), (&json!("Kim@example.org"), &json!("admin"), &json!(false)));
    let again = home.run_with("POLARIS_PUBLIC_URL", "https://events.example.org", &["user", "reset-password", "kckps", "1"]).done();
    assert!(again.contains("invitation") && again.contains("POST https://events.example.org/api/v1/tenants/kckps/links/use"), "{again}");
    assert!(again.contains("or on the page https://events.example.org/account/kckps/set-password/…"), "{again}");
    let link = home.json(&["user", "reset-password", "kckps", "1"]);
    assert_eq!(link["purpose"], "invitation");
    assert!(link["secret"].as_str().unwrap().starts_with("plol_") && link["secret"] != secret.as_str());
    assert!(link["expires_at"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn users_are_listed_filtered_and_edited() {
    let home = kckps();
    assert!(home.run(&["user", "list", "kckps"]).done().contains("next: polaris user create kckps --help"));
    home.add_people();
    let said = home.run(&["user", "list", "kckps"]).done();
    assert!(said.contains("pat@example.org") && said.contains("no password yet") && said.contains("never"), "{said}");
    let ids = |args: &[&str]| {
        let list = home.json(&[&["user", "list", "kckps"], args].concat());
        list["items"].as_array().unwrap().iter().map(|user| user["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&["--sort", "-email"]), [1, 2]);
    assert_eq!(ids(&["--role", "admin"]), [2]);
    assert_eq!(ids(&["--q", "hart PAT", "--active", "true"]), [1]);
    assert_eq!(ids(&["--active", "false"]), [0_i64; 0]);
    let said = home.run(&["user", "edit", "kckps", "1", "--username", "Pat.Hart", "--role", "viewer", "--if-version", "1"]).done();
    assert!(said.starts_with("edited user 1\n") && said.contains("Pat.Hart") && said.contains("viewer"), "{said}");
    assert!(home.run(&["user", "edit", "kckps", "1", "--role", "admin", "--if-version", "1"]).refused(4).contains("changed meanwhile"));
    assert_eq!(home.json(&["user", "edit", "kckps", "pat.hart", "--username", ""])["username"], Value::Null);
    assert!(home.run(&["user", "edit", "kckps", "1"]).refused(2).contains("names nothing to change"));
    let (code, error) = home.json_error(&["user", "edit", "kckps", "1", "--email", "pat@", "--role", "king", "--first-name", ""]);
    let fields: Vec<_> = error["fields"].as_array().unwrap().iter().map(|field| field["field"].as_str().unwrap().to_owned()).collect();
    assert_eq!((code, fields), (2, vec!["email".to_owned(), "first_name".to_owned(), "role".to_owned()]));
}

#[test]
fn who_is_not_there_taken_or_the_last_is_told() {
    let home = kckps();
    home.add_people();
    for args in [
        &["user", "show", "kckps", "9"][..],
        &["user", "deactivate", "kckps", "nobody@example.org"],
        &["user", "reset-password", "kckps", "9"],
    ] {
        let said = home.run(args).refused(3);
        assert!(said.contains("there is no such user\nnext: polaris user list kckps"), "{said}");
    }
    assert!(home.run(&["staff", "show", "9"]).refused(3).contains("next: polaris staff list"));
    assert!(home.run(&["user", "list", "nowhere"]).refused(3).contains("no such tenant"));
    home.run(&KIM).refused(4);
    assert!(home.run(&["user", "deactivate", "kckps", "2"]).refused(4).contains("the last active admin"));
    assert!(home.run(&["user", "edit", "kckps", "2", "--role", "viewer"]).refused(4).contains("the last active admin"));
    assert!(home.run(&["staff", "deactivate", "2"]).refused(4).contains("the last active admin"));
    home.run(&["user", "list", "kckps", "--role", "king"]).refused(2);
    home.run(&["user", "list", "kckps", "--sort", "age"]).refused(2);
}

#[test]
fn a_password_comes_through_standard_input_and_never_as_an_argument() {
    let home = kckps();
    let typing = |args: &[&str], typed: &[u8]| home.run_typing(&[args, &["--password-stdin"]].concat(), typed);
    let said = typing(&KIM, b"correct horse\n").done();
    assert_eq!(said, "created user 1: Kim Hart (admin)\n");
    assert_eq!(home.json(&["user", "show", "kckps", "1"])["has_password"], true);
    for (typed, why) in [
        (&b"short\n"[..], "password: must have at least 8 characters"),
        (b"", "password: must have at least 8 characters"),
        (b"two\nlines\n", "password: must be a single line"),
        (b"\xff\xfe\xfd correct", "password: is not UTF-8 text"),
        (b"kim@example.org", "password: must be something else"),
    ] {
        let said = typing(&["user", "reset-password", "kckps", "1"], typed).refused(2);
        assert!(said.contains(why), "{said}");
    }
    let said = typing(&["user", "reset-password", "kckps", "1"], &[b'x'; 2_000]).refused(2);
    assert!(said.contains("at most 1024 bytes"), "{said}");
    let said = typing(&["user", "reset-password", "kckps", "kim@example.org"], b"another long one\r\n").done();
    assert_eq!(said, "set the password of user 1: Kim Hart; their sessions have ended\n");
    let said = home.run(&["user", "reset-password", "kckps", "1", "--password-prompt"]).refused(2);
    assert!(said.contains("needs a terminal"), "{said}");
    home.run(&["user", "reset-password", "kckps", "1", "--password", "correct horse"]).refused(2);
}

#[test]
fn what_a_link_or_a_password_gives_is_good_for_logging_in() {
    let home = kckps();
    let link = home.json(&[&KIM[..], &["--link"]].concat())["invitation"]["secret"].as_str().unwrap().to_owned();
    let server = Server::start(&home, &["serve", "--listen", "127.0.0.1:0"]);
    let address = server.address();
    let post = |path: &str, body: Value| post(&address, path, &body);
    let used = post("/api/v1/tenants/kckps/links/use", json!({ "link": link, "password": "a long one" }));
    assert!(matches!(used, 200 | 204), "{used}");
    let log_in = |password: &str| post("/api/v1/tenants/kckps/session", json!({ "login": "kim@example.org", "password": password }));
    assert!(matches!(log_in("a long one"), 200 | 201));
    // While the server runs: the account is deactivated, then brought back with another password.
    home.run(&[
        "user",
        "create",
        "kckps",
        "--email",
        "a@b.org",
        "--first-name",
        "A",
        "--last-name",
        "B",
        "--role",
        "admin",
        "--password-stdin",
    ])
    .refused(2);
    home.run_typing(&["user", "reset-password", "kckps", "1", "--password-stdin"], b"another long one\n").done();
    assert_eq!(log_in("a long one"), 401);
    assert!(matches!(log_in("another long one"), 200 | 201));
    assert_eq!(get(&address, "/health/ready", "").0, 200);
}

/// A POST of JSON: the status.
fn post(address: &str, path: &str, body: &Value) -> u16 {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    let body = body.to_string();
    let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nConnection: close\r\n");
    write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

// The only admin is deactivated, demoted and has no password: whoever has the data directory brings them back.
#[test]
fn a_lost_admin_is_brought_back_at_the_machine() {
    let home = kckps();
    home.add_people();
    home.run(&["user", "edit", "kckps", "1", "--role", "admin"]).done();
    home.run(&["user", "edit", "kckps", "2", "--role", "viewer"]).done();
    let said = home.run(&["user", "deactivate", "kckps", "2"]).done();
    assert!(said.starts_with("deactivated user 2: kim Hart\nnext: polaris user reactivate kckps 2"), "{said}");
    assert!(home.run(&["user", "reset-password", "kckps", "2"]).refused(4).contains("reactivate them first"));
    let said = home.run(&["user", "reactivate", "kckps", "2"]).done();
    assert!(said.contains("next: polaris user reset-password kckps 2"), "{said}");
    home.run(&["user", "edit", "kckps", "2", "--role", "admin"]).done();
    secret(&home.run(&["user", "reset-password", "kckps", "2"]).done());
    let user = home.json(&["user", "show", "kckps", "2"]);
    assert_eq!((&user["active"], &user["role"]), (&json!(true), &json!("admin")));
}

#[test]
fn staff_accounts_are_kept_at_the_machine() {
    let home = Home::with_data();
    assert!(home.run(&["staff", "list"]).done().contains("next: polaris staff create --help"));
    home.run(&["session", "open", "--staff", "Ash", "--role", "admin"]).done();
    assert!(home.run(&["staff", "reset-password", "1"]).refused(4).contains("give it an e-mail first"));
    let said = home.run(&["staff", "edit", "1", "--email", "ash@example.org"]).done();
    assert!(said.starts_with("edited staff account 1\n") && said.contains("ash@example.org"), "{said}");
    let said = home.run(&["staff", "reset-password", "ash@example.org"]).done();
    assert!(said.contains("POST /api/v1/platform/links/use"), "{said}");
    secret(&said);
    let create = ["staff", "create", "--name", "Sam Roe", "--email", "sam@example.org", "--role", "support", "--username", "sam"];
    let said = home.run_typing(&[&create[..], &["--password-stdin"]].concat(), b"correct horse\n").done();
    assert_eq!(said, "created staff account 2: Sam Roe (support)\n");
    let listed = home.run(&["staff", "list", "--role", "support"]).done();
    assert!(listed.contains("Sam Roe") && listed.contains("active") && !listed.contains("Ash"), "{listed}");
    assert_eq!(home.json(&["staff", "show", "SAM"])["has_password"], true);
    let said = home.run(&["staff", "deactivate", "sam"]).done();
    assert!(said.contains("next: polaris staff reactivate 2"), "{said}");
    assert_eq!(home.json(&["staff", "reactivate", "2"])["active"], true);
    let said = home.run_typing(&["staff", "reset-password", "2", "--password-stdin"], b"a longer one\n").done();
    assert!(said.starts_with("set the password of staff account 2: Sam Roe"), "{said}");
    assert_eq!(home.json(&["staff", "edit", "2", "--username", "", "--name", "Sam A. Roe"])["username"], Value::Null);
    home.run(&create).refused(4);
}

#[test]
fn a_tenant_is_created_with_its_first_admin() {
    let home = Home::with_data();
    let create = ["tenant", "create", "north", "--name", "North", "--admin-email", "kim@example.org"];
    home.run(&create).refused(2);
    let admin = ["--admin-first-name", "Kim", "--admin-last-name", "Hart", "--admin-username", "kim", "--admin-link"];
    let said = home.run(&[&create[..], &admin].concat()).done();
    assert!(said.contains("created user 1: Kim Hart (admin)") && said.contains("POST /api/v1/tenants/north/links/use"), "{said}");
    secret(&said);
    assert_eq!(home.json(&["user", "show", "north", "kim"])["role"], "admin");
    // Without a link a mail would be of no use to them.
    let by_mail = |slug: &str| {
        let admin = ["--admin-email", "kim@example.org", "--admin-first-name", "K", "--admin-last-name", "H"];
        home.run(&[&["tenant", "create", slug, "--name", slug], &admin[..]].concat()).done()
    };
    let said = by_mail("west");
    assert!(said.contains("no mail is sent to them, since mails can hold no links while public_url is not set"), "{said}");
    secret(&said);
    let user = ["user", "create", "west", "--email", "lee@example.org", "--first-name", "L", "--last-name", "H", "--role", "viewer"];
    let said = home.run(&user).done();
    assert!(said.contains("no mail is sent to them"), "{said}");
    secret(&said);
    let error = home.json_error(&["user", "invite", "west", "lee@example.org"]).1;
    assert!(error["code"] == "CONFLICT" && error["message"].as_str().unwrap().contains("set public_url"), "{error}");
    home.is_reached();
    assert!(by_mail("east").contains("a mail is on its way to them"));
    let bad =
        ["tenant", "create", "south", "--name", "South", "--admin-email", "kim@", "--admin-first-name", "K", "--admin-last-name", "H"];
    let (code, error) = home.json_error(&bad);
    assert_eq!((code, &error["fields"][0]["field"]), (2, &json!("first_admin.email")));
    home.run(&["tenant", "create", "south", "--name", "South", "--admin-first-name", "K"]).refused(2);
    assert_eq!(home.json(&["tenant", "create", "south", "--name", "South"])["first_admin"], Value::Null);
}
