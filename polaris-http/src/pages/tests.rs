//! Templates are only looked at when they are needed: here all of them are.

use super::*;

#[test]
fn every_template_can_be_read() {
    let names: Vec<_> = TEMPLATES.templates().map(|(name, _)| name.to_owned()).collect();
    assert!(names.len() >= 8, "{names:?}");
}

#[test]
fn addresses_have_what_the_public_address_has_in_front() {
    let at = |url: &str| prefix(&ServerConfig { public_url: Some(url.to_owned()), ..ServerConfig::default() }).to_owned();
    assert_eq!(at("https://events.example.org"), "");
    assert_eq!(at("https://events.example.org/"), "");
    assert_eq!(at("https://example.org/polaris/"), "/polaris");
    assert_eq!(prefix(&ServerConfig::default()), "");
}
