//! What the commands for users and for staff accounts have in common.

use chrono::{DateTime, Utc};
use clap::Args;
use polaris_core::types::{AccountOrder, AccountSort, Patch};
use polaris_core::{OneTimeLink, PageRequest};

use crate::app::App;
use crate::commands::tenant::list::Paging;
use crate::offered;
use crate::printer::Page;

/// Which accounts of a list, beside those of a role.
#[derive(Debug, Args)]
pub(crate) struct Listing {
    /// only those whose name, e-mail or username contains these words
    #[arg(long, value_name = "TEXT")]
    pub(super) q: Option<String>,
    /// only those who are active (true) or deactivated (false)
    #[arg(long, value_name = "WHETHER")]
    pub(super) active: Option<bool>,
    /// name, email or created; with - before it descending [default: name]
    #[arg(long, value_name = "ORDER", allow_hyphen_values = true, hide_possible_values = true, value_parser = offered::order!(AccountOrder, AccountSort))]
    sort: Option<AccountOrder>,
    #[command(flatten)]
    paging: Paging,
}

impl Listing {
    pub(super) fn order(&self) -> AccountOrder {
        self.sort.unwrap_or_default()
    }

    pub(super) fn page(&self) -> polaris_core::Result<PageRequest> {
        self.paging.request()
    }
}

/// What a flag says of a field that can't be empty: kept where it wasn't given.
pub(super) fn set(value: Option<&String>) -> Patch<String> {
    value.map_or(Patch::Keep, |value| Patch::Set(value.clone()))
}

/// The same of one that an empty value clears.
pub(super) fn set_or_clear(value: Option<&String>) -> Patch<String> {
    match value {
        Some(value) if value.trim().is_empty() => Patch::Clear,
        value => set(value),
    }
}

/// How an account stands, in a word.
pub(super) fn standing_of(active: bool, has_password: bool) -> &'static str {
    match (active, has_password) {
        (false, _) => "deactivated",
        (true, false) => "no password yet",
        (true, true) => "active",
    }
}

/// When somebody last logged in.
pub(super) fn last_log_in(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// What is said of an invitation that goes by mail.
pub(crate) const ON_ITS_WAY: &str = "a mail is on its way to them, with a link to set a password within 72 hours";

/// What is said of an invitation where mails can hold no links.
pub(crate) const NO_MAIL: &str = "no mail is sent to them, since mails can hold no links while public_url is not set";

/// Where a link is used.
pub(crate) struct Address {
    api: String,
    /// The page that people open, without the secret at its end; where it is known how they reach it.
    page: Option<String>,
}

/// Where a link is used: `realm` is a tenant's or the platform's part of the path. Only tenants have a page for it.
pub(crate) fn address_of_links(app: &App<'_>, realm: &str) -> Address {
    let server = app.settings.public_url.as_deref().unwrap_or_default().trim_end_matches('/');
    let tenant = realm.strip_prefix("tenants/").filter(|_| !server.is_empty());
    Address { api: format!("{server}/api/v1/{realm}/links/use"), page: tenant.map(|slug| format!("{server}/account/{slug}/set-password/")) }
}

/// Shows a link and tells what to do with it.
pub(crate) fn hand_over(page: &mut Page, link: &OneTimeLink, address: &Address) {
    let until = link.expires_at.format("%Y-%m-%d %H:%M UTC");
    page.secret(&format!("the secret of a link for them ({}), good once, until {until}", link.purpose.as_str()), link.secret.reveal());
    page.line(format_args!("hand it over: with it they set their password, by POST {}", address.api));
    page.line("and the body {\"link\": \"the secret\", \"password\": \"their own\"}");
    if let Some(page_for_it) = &address.page {
        page.line(format_args!("or on the page {page_for_it}… with the secret in place of the dots"));
    }
}
