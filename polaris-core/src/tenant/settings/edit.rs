//! P2: editing a tenant's settings. One check and one way to write, for the operator and for the tenant's admins.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{Branding, MailSettings, Settings, read};
use crate::error::{Error, Problem, Problems, Result};
use crate::store::{Transaction, params};
use crate::tenant::recruitment::{NewWeights, Weights, check_weights};
use crate::types::text::{self, NAME_MAX, NOTES_MAX, ORGANIZATION_MAX};
use crate::types::{EmailAddress, Patch, TimeZone, web};

/// Many more than there are features.
const MOST_FLAGS: usize = 50;
/// Texts of a portal.
const MOST_TEXTS: usize = 30;
/// Web origins of a tenant.
const MOST_ORIGINS: usize = 50;

/// What the operator changes of a tenant; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenantEdit {
    /// Its name for people, at most 100 characters.
    pub name: Patch<String>,
    /// The school district it stands for, at most 150 characters.
    pub district: Patch<String>,
    /// Feature flags by name: on, off, or `None` to forget a flag, which then has its default. Others stay.
    #[serde(deserialize_with = "crate::json::map_without_repeats")]
    pub features: BTreeMap<String, Option<bool>>,
    /// How it shows itself; cleared as a whole or field by field.
    pub branding: Patch<BrandingEdit>,
    /// Texts of its portal by name (1 to 50 of `a-z 0-9 _`), each at most 5,000 characters; `None` removes one, others stay. At most 30.
    #[serde(deserialize_with = "crate::json::patched_map_without_repeats")]
    pub portal: Patch<BTreeMap<String, Option<String>>>,
    /// Its IANA time zone, for new events.
    pub time_zone: Patch<String>,
    /// All web origins that browsers may call the public API from, `scheme://host[:port]`; at most 50. Empty or cleared: any.
    pub allowed_origins: Patch<Vec<String>>,
    /// What the parts of a candidate's score count for, together 100. Cleared: 30, 20, 25, 15, 10.
    pub recruitment_weights: Patch<NewWeights>,
    /// Whether who signs up for a full event comes onto its waitlist, or is refused. Cleared: onto it.
    pub waitlist: Patch<bool>,
    /// Under which name its mails are sent, and where answers go; cleared as a whole or field by field.
    pub mail: Patch<MailEdit>,
}

/// What a tenant's admins change of its settings; what is left out stays. As in [`TenantEdit`].
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SettingsEdit {
    /// How it shows itself; cleared as a whole or field by field.
    pub branding: Patch<BrandingEdit>,
    /// Texts of its portal by name; `None` removes one, others stay.
    #[serde(deserialize_with = "crate::json::patched_map_without_repeats")]
    pub portal: Patch<BTreeMap<String, Option<String>>>,
    /// Its IANA time zone, for new events.
    pub time_zone: Patch<String>,
    /// All web origins that browsers may call the public API from.
    pub allowed_origins: Patch<Vec<String>>,
    /// What the parts of a candidate's score count for, together 100. Cleared: 30, 20, 25, 15, 10.
    pub recruitment_weights: Patch<NewWeights>,
    /// Whether who signs up for a full event comes onto its waitlist, or is refused. Cleared: onto it.
    pub waitlist: Patch<bool>,
    /// Under which name its mails are sent, and where answers go; cleared as a whole or field by field.
    pub mail: Patch<MailEdit>,
}

/// What changes of how a tenant shows itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BrandingEdit {
    /// Its colour, `#rrggbb`.
    pub colour: Patch<String>,
    /// The `https` address of its logo, at most 500 characters.
    pub logo_url: Patch<String>,
}

/// What changes of a tenant's mails.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailEdit {
    /// The name that mails come from, one line of at most 100 characters. Cleared: the tenant's own name.
    pub sender_name: Patch<String>,
    /// The e-mail address that answers go to. Cleared: the operator's sender.
    pub reply_to: Patch<String>,
}

impl From<SettingsEdit> for TenantEdit {
    fn from(edit: SettingsEdit) -> Self {
        let SettingsEdit { branding, portal, time_zone, allowed_origins, recruitment_weights, waitlist, mail } = edit;
        Self { branding, portal, time_zone, allowed_origins, recruitment_weights, waitlist, mail, ..Self::default() }
    }
}

/// An edit whose fields are good in themselves.
pub(crate) struct CheckedEdit {
    name: Option<String>,
    district: Patch<String>,
    features: BTreeMap<String, Option<bool>>,
    colour: Patch<String>,
    logo_url: Patch<String>,
    forget_portal: bool,
    portal: BTreeMap<String, Option<String>>,
    time_zone: Option<TimeZone>,
    allowed_origins: Option<Vec<String>>,
    recruitment_weights: Patch<Weights>,
    waitlist: Patch<bool>,
    sender_name: Patch<String>,
    reply_to: Patch<String>,
}

/// Checks an edit; every broken field is reported.
pub(crate) fn check(edit: &TenantEdit) -> Result<CheckedEdit> {
    let mut problems = Problems::default();
    let name = needed(&mut problems, "name", &edit.name, |name| text::required(text::line(name, NAME_MAX)));
    let district = clearable(&mut problems, "district", &edit.district, |name| text::line(name, ORGANIZATION_MAX));
    check_features(&mut problems, edit.features.keys());
    let (colour, logo_url) = match &edit.branding {
        Patch::Keep => (Patch::Keep, Patch::Keep),
        Patch::Clear => (Patch::Clear, Patch::Clear),
        Patch::Set(branding) => (
            clearable(&mut problems, "branding.colour", &branding.colour, |text| unless_blank(text, web::colour)),
            clearable(&mut problems, "branding.logo_url", &branding.logo_url, |text| unless_blank(text, web::https_url)),
        ),
    };
    let portal = match &edit.portal {
        Patch::Set(texts) => check_portal(&mut problems, texts),
        Patch::Keep | Patch::Clear => BTreeMap::new(),
    };
    let time_zone = needed(&mut problems, "time_zone", &edit.time_zone, |zone| {
        if zone.trim().is_empty() { Err(Problem::required()) } else { TimeZone::parse(zone) }
    });
    let allowed_origins = match &edit.allowed_origins {
        Patch::Keep => None,
        Patch::Clear => Some(Vec::new()),
        Patch::Set(origins) => Some(check_origins(&mut problems, origins)),
    };
    let recruitment_weights = match &edit.recruitment_weights {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(weights) => check_weights(&mut problems, "recruitment_weights", weights).into(),
    };
    let (sender_name, reply_to) = match &edit.mail {
        Patch::Keep => (Patch::Keep, Patch::Keep),
        Patch::Clear => (Patch::Clear, Patch::Clear),
        Patch::Set(mail) => (
            clearable(&mut problems, "mail.sender_name", &mail.sender_name, |name| text::line(name, NAME_MAX)),
            clearable(&mut problems, "mail.reply_to", &mail.reply_to, |text| {
                unless_blank(text, |text| EmailAddress::parse(text).map(|address| address.as_str().to_owned()))
            }),
        ),
    };
    problems.finish()?;
    Ok(CheckedEdit {
        name,
        district,
        features: edit.features.clone(),
        colour,
        logo_url,
        forget_portal: edit.portal == Patch::Clear,
        portal,
        time_zone,
        allowed_origins,
        recruitment_weights,
        waitlist: edit.waitlist,
        sender_name,
        reply_to,
    })
}

/// A field that can be changed but not cleared.
fn needed<T>(problems: &mut Problems, field: &str, patch: &Patch<String>, check: impl FnOnce(&str) -> Result<T, Problem>) -> Option<T> {
    match patch {
        Patch::Keep => None,
        Patch::Clear => problems.take(field, Err(Problem::required())),
        Patch::Set(text) => problems.take(field, check(text)),
    }
}

/// A field that can be cleared; a blank text clears it too.
fn clearable(
    problems: &mut Problems,
    field: &str,
    patch: &Patch<String>,
    check: impl FnOnce(&str) -> Result<Option<String>, Problem>,
) -> Patch<String> {
    match patch {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(text) => problems.take(field, check(text)).flatten().into(),
    }
}

fn unless_blank(text: &str, check: impl FnOnce(&str) -> Result<String, Problem>) -> Result<Option<String>, Problem> {
    if text.trim().is_empty() { Ok(None) } else { check(text).map(Some) }
}

/// Unknown flags are kept, so that an older program doesn't lose a newer one's; but they must look like flags.
pub(crate) fn check_features<'f>(problems: &mut Problems, flags: impl ExactSizeIterator<Item = &'f String>) {
    if flags.len() > MOST_FLAGS {
        problems.note("features", too_many(MOST_FLAGS, "flags can be given"));
    }
    for flag in flags.take(MOST_FLAGS) {
        if !is_plain_name(flag) {
            problems.note("features", Problem::new("BAD_FLAG", "flag names are 1 to 50 of a-z, 0-9 and _"));
        }
    }
}

fn check_portal(problems: &mut Problems, texts: &BTreeMap<String, Option<String>>) -> BTreeMap<String, Option<String>> {
    if texts.len() > 2 * MOST_TEXTS {
        problems.note("portal", too_many(2 * MOST_TEXTS, "texts can be changed at once"));
        return BTreeMap::new();
    }
    let mut checked = BTreeMap::new();
    for (name, text) in texts {
        if !is_plain_name(name) {
            problems.note("portal", Problem::new("BAD_NAME", "names of texts are 1 to 50 of a-z, 0-9 and _"));
            continue;
        }
        if let Some(text) = problems.take(&format!("portal.{name}"), text::paragraphs(text.as_deref().unwrap_or_default(), NOTES_MAX)) {
            checked.insert(name.clone(), text);
        }
    }
    checked
}

/// The origins as browsers write them, each once, in the order given.
fn check_origins(problems: &mut Problems, origins: &[String]) -> Vec<String> {
    if origins.len() > MOST_ORIGINS {
        problems.note("allowed_origins", too_many(MOST_ORIGINS, "origins can be listed"));
        return Vec::new();
    }
    let mut checked: Vec<String> = Vec::new();
    for (at, given) in origins.iter().enumerate() {
        if let Some(origin) = problems.take(&format!("allowed_origins[{at}]"), web::origin(given))
            && !checked.contains(&origin)
        {
            checked.push(origin);
        }
    }
    checked
}

fn too_many(most: usize, what: &str) -> Problem {
    Problem::new("TOO_MANY", format!("at most {most} {what}"))
}

fn is_plain_name(name: &str) -> bool {
    (1..=50).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Settings after an edit, and what the audit log says of it: which fields, not what is in them.
pub(crate) struct Edited {
    pub(crate) settings: Settings,
    pub(crate) details: Json,
}

/// Writes an edit. One that changes nothing leaves version and revisions as they are.
pub(crate) fn apply(transaction: &Transaction<'_>, edit: &CheckedEdit, version: Option<u32>) -> Result<Edited> {
    let before = read(transaction)?;
    if let Some(version) = version
        && version != before.version
    {
        return Err(Error::Conflict(format!(
            "these settings were changed meanwhile: version {} is current, not {version}; read them again, then edit",
            before.version
        )));
    }
    let mut after = changed(&before, edit)?;
    let fields = differences(&before, &after);
    if !fields.is_empty() {
        after.version = before.version.saturating_add(1);
        write(transaction, &after)?;
        transaction.execute("UPDATE tenant SET settings_rev = settings_rev + 1, public_rev = public_rev + 1", params![])?;
    }
    Ok(Edited { details: json!({ "fields": fields, "version": after.version }), settings: after })
}

fn changed(before: &Settings, edit: &CheckedEdit) -> Result<Settings> {
    let mut after = before.clone();
    if let Some(name) = &edit.name {
        after.name.clone_from(name);
    }
    set(&mut after.district, &edit.district);
    merge(&mut after.features, &edit.features);
    set(&mut after.branding.colour, &edit.colour);
    set(&mut after.branding.logo_url, &edit.logo_url);
    if edit.forget_portal {
        after.portal.clear();
    }
    merge(&mut after.portal, &edit.portal);
    if let Some(zone) = edit.time_zone {
        after.time_zone = zone;
    }
    if let Some(origins) = &edit.allowed_origins {
        after.allowed_origins.clone_from(origins);
    }
    set(&mut after.recruitment_weights, &edit.recruitment_weights);
    match edit.waitlist {
        Patch::Keep => {}
        Patch::Clear => after.waitlist = true,
        Patch::Set(waitlist) => after.waitlist = waitlist,
    }
    set(&mut after.mail.sender_name, &edit.sender_name);
    set(&mut after.mail.reply_to, &edit.reply_to);
    // Only now it is known how many there are with those that stay.
    let mut problems = Problems::default();
    if after.features.len() > MOST_FLAGS.max(before.features.len()) {
        problems.note("features", too_many(MOST_FLAGS, "flags can be stored"));
    }
    if after.portal.len() > MOST_TEXTS {
        problems.note("portal", too_many(MOST_TEXTS, "texts can be stored; remove some with null"));
    }
    problems.finish()?;
    Ok(after)
}

fn set<T: Clone>(field: &mut Option<T>, patch: &Patch<T>) {
    match patch {
        Patch::Keep => {}
        Patch::Clear => *field = None,
        Patch::Set(value) => *field = Some(value.clone()),
    }
}

fn merge<T: Clone>(map: &mut BTreeMap<String, T>, changes: &BTreeMap<String, Option<T>>) {
    for (name, value) in changes {
        match value {
            Some(value) => drop(map.insert(name.clone(), value.clone())),
            None => drop(map.remove(name)),
        }
    }
}

/// The names of the fields that differ.
fn differences(before: &Settings, after: &Settings) -> Vec<String> {
    let Branding { colour, logo_url } = &before.branding;
    let MailSettings { sender_name, reply_to } = &before.mail;
    let whole = [
        ("name", before.name != after.name),
        ("district", before.district != after.district),
        ("time_zone", before.time_zone != after.time_zone),
        ("branding.colour", *colour != after.branding.colour),
        ("branding.logo_url", *logo_url != after.branding.logo_url),
        ("allowed_origins", before.allowed_origins != after.allowed_origins),
        ("recruitment_weights", before.recruitment_weights != after.recruitment_weights),
        ("waitlist", before.waitlist != after.waitlist),
        ("mail.sender_name", *sender_name != after.mail.sender_name),
        ("mail.reply_to", *reply_to != after.mail.reply_to),
    ];
    let mut fields: Vec<_> = whole.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field.to_owned()).collect();
    fields.extend(named("features", &before.features, &after.features));
    fields.extend(named("portal", &before.portal, &after.portal));
    fields
}

fn named<T: PartialEq>(field: &str, before: &BTreeMap<String, T>, after: &BTreeMap<String, T>) -> Vec<String> {
    let mut names: Vec<_> = before.keys().chain(after.keys()).filter(|name| before.get(*name) != after.get(*name)).collect();
    names.sort();
    names.dedup();
    names.into_iter().map(|name| format!("{field}.{name}")).collect()
}

fn write(transaction: &Transaction<'_>, settings: &Settings) -> Result<()> {
    fn text<T: serde::Serialize>(value: &T) -> Result<String> {
        serde_json::to_string(value).map_err(|_| Error::Internal)
    }
    transaction.execute(
        "UPDATE settings SET name = ?1, district = ?2, time_zone = ?3, features = ?4, branding = ?5, portal = ?6, allowed_origins = ?7,
                             recruitment_weights = ?8, waitlist = ?9, mail = ?10, version = ?11",
        params![
            settings.name,
            settings.district,
            settings.time_zone,
            text(&settings.features)?,
            text(&settings.branding)?,
            text(&settings.portal)?,
            text(&settings.allowed_origins)?,
            settings.recruitment_weights.as_ref().map(text).transpose()?,
            settings.waitlist,
            text(&settings.mail)?,
            settings.version,
        ],
    )?;
    Ok(())
}
