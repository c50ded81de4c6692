//! What all pages have in common: how a tenant shows itself, the style sheet, errors, forms from elsewhere.

use polaris_core::BrandingEdit;
use polaris_core::{Patch, SettingsEdit, TenantEdit};
use polaris_http::ServerConfig;

use super::house::{House, Server};

const FORGOTTEN: &str = "/account/kckps/forgotten";

fn brand(server: &Server, colour: &str, logo: &str) {
    let branding = BrandingEdit { colour: Patch::Set(colour.into()), logo_url: Patch::Set(logo.into()) };
    let edit = SettingsEdit { branding: Patch::Set(branding), ..SettingsEdit::default() };
    server.tenant("kckps").administration().edit_settings(&edit, None).unwrap();
}

#[test]
fn a_page_shows_the_tenants_name_colour_and_logo() {
    let server = House::new().serve();
    server.page(FORGOTTEN, 200).shows("Kansas City Kansas").shows("--band:#1d4ed8").shows_no("<img");
    brand(&server, "#ffcc00", "https://kckps.org/logo.svg?a=1&b=2");
    let page = server.page(FORGOTTEN, 200);
    page.shows("--band:#ffcc00;--on-band:#000000").shows("<img src=\"https:&#x2f;&#x2f;kckps.org&#x2f;logo.svg?a=1&amp;b=2\" alt=\"\">");
    let accent = page.text().split("--accent:").nth(1).unwrap()[..7].to_owned();
    assert_ne!(accent, "#ffcc00", "yellow on white can't be read");
}

#[test]
fn a_hostile_name_is_text_and_nothing_else() {
    let server = House::new().serve();
    let name = "</title><script>alert(1)</script>\"'<b>";
    let edit = TenantEdit { name: Patch::Set(name.into()), ..TenantEdit::default() };
    server.polaris.platform(polaris_core::Actor::System).unwrap().tenants().edit("kckps", &edit, None).unwrap();
    let page = server.page(FORGOTTEN, 200);
    page.shows("&lt;script&gt;alert(1)").shows_no("<b>").shows_no("alert(1)</");
}

#[test]
fn the_style_sheet_is_kept_for_ever_under_a_name_that_changes_with_it() {
    let server = House::new().serve();
    let page = server.page(FORGOTTEN, 200).text();
    let path = page.split("<link rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#x2f;", "/");
    let sheet = server.get(&path).send_unchecked();
    assert_eq!((sheet.status, sheet.header("content-type")), (200, Some("text/css; charset=utf-8")));
    assert_eq!(sheet.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert!(sheet.text().contains("@media print") && !sheet.text().contains("url("), "it loads nothing");
    for other in ["/assets/pages.css", "/assets/style.css", "/assets/..%2fstyle.css"] {
        assert_eq!(server.get(other).send_unchecked().status, 404, "{other}");
    }
}

#[test]
fn pages_lead_to_where_the_public_reaches_the_server() {
    let config = ServerConfig { public_url: Some("https://example.org/polaris/".into()), ..ServerConfig::default() };
    let server = House::new().serve_with(config);
    let text = server.page(FORGOTTEN, 200).text().replace("&#x2f;", "/");
    assert!(text.contains("action=\"/polaris/account/kckps/forgotten\"") && text.contains("href=\"/polaris/assets/pages-"), "{text}");
    let sent = server.post(FORGOTTEN).header("Origin", "https://example.org").form(&[("login", "pat")]).send_unchecked();
    assert_eq!(sent.sent_on(), "/polaris/account/kckps/forgotten/sent");
}

#[test]
fn a_browser_gets_errors_outside_the_api_as_pages_and_a_program_as_envelopes() {
    let server = House::new().serve();
    for path in
        ["/nothing", "/account/nobody/forgotten", "/account/kckps", "/account/kckps/", "/account/KCKPS/forgotten", "/account/%FF/forgotten"]
    {
        server.page(path, 404).shows("Not found");
        server.get(path).send_unchecked().refused(404, "NOT_FOUND");
    }
    let wrong = server.ask("DELETE", FORGOTTEN).header("Accept", "text/html").send_unchecked();
    super::browser::is_page(&wrong, 405);
    assert_eq!(wrong.header("allow"), Some("GET, HEAD, POST"));
    server.ask("DELETE", FORGOTTEN).send_unchecked().refused(405, "METHOD_NOT_ALLOWED");
    server.get("/api/v1/nothing").header("Accept", "text/html").send_unchecked().refused(404, "NOT_FOUND");
}

#[test]
fn a_deactivated_tenant_has_no_pages() {
    let server = House::new().deactivated("kckps").serve();
    for path in [FORGOTTEN, "/account/kckps/forgotten/sent", "/account/kckps/password-set", "/account/kckps/set-password/plol_x"] {
        server.page(path, 404).shows("Not found");
    }
}

#[test]
fn trouble_is_told_as_a_page_without_its_reasons() {
    let server = House::new().serve();
    std::fs::remove_file(server.data().join("polaris_kckps.db")).unwrap();
    let page = server.page(FORGOTTEN, 503);
    page.shows("Not available right now").shows_no("polaris_kckps").shows_no("sqlite");
    assert_eq!(page.header("retry-after"), Some("5"));
    page.shows(page.header("x-request-id").unwrap());
}

#[test]
fn a_form_is_taken_from_our_own_pages_alone_where_the_browser_says_whose_it_was() {
    let server = House::new().serve();
    let send = |headers: &[(&str, &str)]| {
        let ask = server.post(FORGOTTEN).header("Accept", "text/html").form(&[("login", "pat")]);
        headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value)).send_unchecked()
    };
    let here = format!("http://{}", server.address);
    for good in [
        vec![],
        vec![("Origin", here.as_str())],
        vec![("Sec-Fetch-Site", "same-origin"), ("Origin", here.as_str())],
        vec![("Sec-Fetch-Site", "none")],
    ] {
        send(&good).sent_on();
    }
    for bad in [
        vec![("Origin", "https://evil.example")],
        vec![("Origin", "null")],
        vec![("Sec-Fetch-Site", "cross-site")],
        vec![("Sec-Fetch-Site", "same-site"), ("Origin", here.as_str())],
    ] {
        let refused = send(&bad);
        super::browser::is_page(&refused, 403);
        refused.shows("page of another site");
    }
}

#[test]
fn what_is_no_form_of_ours_is_refused() {
    let server = House::new().serve();
    let send = |kind: &str, body: Vec<u8>| {
        server.post(FORGOTTEN).header("Accept", "text/html").header("Content-Type", kind).body(body).send_unchecked()
    };
    let form = "application/x-www-form-urlencoded";
    for (kind, body, status) in [
        ("application/json", b"{\"login\":\"pat\"}".to_vec(), 415),
        ("multipart/form-data; boundary=x", b"--x--".to_vec(), 415),
        (form, b"login=pat&admin=1".to_vec(), 400),
        (form, b"login=pat&login=kim".to_vec(), 400),
        (form, b"login=%FF%FE".to_vec(), 400),
        (form, vec![b'x'; (1 << 20) + 1], 413),
    ] {
        super::browser::is_page(&send(kind, body), status);
    }
    send(&format!("{form}; charset=utf-8"), b"login=pat".to_vec()).sent_on();
}
