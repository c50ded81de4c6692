//! The shapes of sign-up. None holds a name of a person but the draft, which is never given back.

use poem_openapi::Object;
use polaris_core::{Face, ManagedSignup, PublicEvent, SignedUp, SignupEvent};
use serde::Serialize;

use crate::public_api::{PublicEventBody, utc};

/// A sign-up, as somebody fills it in.
#[derive(Debug, Object)]
#[oai(rename = "NewSignup")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewSignupBody {
    /// Their first name, without what links and addresses are made of: `/`, `\`, `:`, `@`, `www.`.
    #[oai(validator(max_length = 100))]
    first_name: String,
    /// Their last name, likewise.
    #[oai(validator(max_length = 100))]
    last_name: String,
    /// Their e-mail address. How they stand is told there.
    #[oai(validator(max_length = 254))]
    email: String,
    /// Their phone number, as they write it.
    #[oai(validator(max_length = 40))]
    phone: Option<String>,
    /// Where they work or whom they come from.
    #[oai(validator(max_length = 150))]
    organization: Option<String>,
    /// What they want to say with it.
    #[oai(validator(max_length = 5_000))]
    notes: Option<String>,
    /// Left out, or blank. A form may have a field of this name that people don't see: what a program fills in there makes the sign-up one that
    /// is answered like any other, and not made.
    website: Option<String>,
}

/// What became of a sign-up.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "SignedUp")]
pub(crate) struct SignedUpBody {
    /// `confirmed` where there was a place, `waitlisted` where all were taken: the same for everybody.
    status: String,
}

impl From<SignedUp> for SignedUpBody {
    fn from(signed_up: SignedUp) -> Self {
        Self { status: signed_up.status.as_str().to_owned() }
    }
}

/// A district, as people see it who sign up.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "SignupTenant")]
pub(crate) struct SignupTenantBody {
    /// Its name in addresses.
    slug: String,
    /// Its name, as people know it.
    name: String,
    /// The school district it stands for.
    district: Option<String>,
    /// Its colour, `#rrggbb`.
    colour: Option<String>,
    /// The address of its logo.
    logo_url: Option<String>,
}

impl From<&Face> for SignupTenantBody {
    fn from(tenant: &Face) -> Self {
        Self {
            slug: tenant.slug.to_string(),
            name: tenant.name.clone(),
            district: tenant.district.clone(),
            colour: tenant.branding.colour.clone(),
            logo_url: tenant.branding.logo_url.clone(),
        }
    }
}

/// An event, as people see it who may sign up.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "SignupEvent")]
pub(crate) struct SignupEventBody {
    /// Whose it is.
    tenant: SignupTenantBody,
    /// The event itself.
    event: PublicEventBody,
    /// `open`; `waitlist`: full, who signs up comes onto its waitlist; `full`: takes nobody; `deadline_passed`, `begun`, `completed`,
    /// `cancelled`, `withdrawn`: takes nobody any more, or not at present.
    state: String,
    /// The same in words, for people.
    message: String,
}

impl SignupEventBody {
    pub(crate) fn of(seen: &SignupEvent, tenant: &Face, base: Option<&str>) -> Self {
        let (event, district) = (seen.event.clone(), seen.district.clone());
        let public = PublicEvent { event, district, sign_up_open: !seen.state.is_closed() };
        Self {
            tenant: tenant.into(),
            event: PublicEventBody::of(&public, &tenant.slug, base),
            state: seen.state.as_str().to_owned(),
            message: seen.state.sentence().to_owned(),
        }
    }
}

/// A sign-up, as whoever made it sees it.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "ManagedSignup")]
pub(crate) struct ManagedSignupBody {
    /// The event, whatever has become of it.
    event: SignupEventBody,
    /// How they stand: `confirmed`, `waitlisted`, `declined` (cancelled), `invited`, `attended` or `no_show`.
    status: String,
    /// When they signed up (UTC).
    signed_up_at: Option<String>,
    /// Which one they are on the waitlist, from 1.
    waitlist_position: Option<u32>,
    /// Whether they can cancel now.
    can_cancel: bool,
}

impl ManagedSignupBody {
    pub(crate) fn of(signup: &ManagedSignup, tenant: &Face, base: Option<&str>) -> Self {
        Self {
            event: SignupEventBody::of(&signup.event, tenant, base),
            status: signup.status.as_str().to_owned(),
            signed_up_at: signup.signed_up_at.map(utc),
            waitlist_position: signup.waitlist_position,
            can_cancel: signup.can_cancel,
        }
    }
}
