//! How a tenant shows itself on pages. Its colour may be any: where it stands behind text the text is black or white, whichever can be read,
//! and where it is text it is made darker, or lighter on dark, until it can be (WCAG 2.1, 1.4.3: a contrast of 4.5 to 1).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use polaris_core::Face;
use polaris_core::types::Colour;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The darkest that text stands on by day, and the lightest by night; the style sheet has the same.
const BY_DAY: Colour = Colour::new(0xf3, 0xf5, 0xf7);
const BY_NIGHT: Colour = Colour::new(0x23, 0x2a, 0x31);

/// What templates know of a tenant.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Brand {
    /// Nothing on pages that belong to no tenant.
    pub(super) slug: Option<String>,
    pub(super) name: Option<String>,
    pub(super) logo: Option<String>,
    /// The rules that hold its colours.
    pub(super) style: String,
    /// What the page's policy knows the rules by.
    #[serde(skip)]
    pub(super) digest: String,
}

impl Brand {
    pub(super) fn of(face: Option<&Face>) -> Self {
        let colour = face.and_then(|face| face.branding.colour.as_deref()).and_then(Colour::parse).unwrap_or(Colour::USUAL);
        let style = rules(colour);
        let digest = format!("sha256-{}", BASE64.encode(Sha256::digest(&style)));
        Self {
            slug: face.map(|face| face.slug.to_string()),
            name: face.map(|face| face.name.clone()),
            logo: face.and_then(|face| face.branding.logo_url.clone()),
            style,
            digest,
        }
    }
}

fn rules(colour: Colour) -> String {
    let (day, night) = (colour.towards(Colour::BLACK, BY_DAY), colour.towards(Colour::WHITE, BY_NIGHT));
    format!(
        ":root{{--band:{colour};--on-band:{};--accent:{day};--on-accent:{}}}@media (prefers-color-scheme:dark){{:root{{--accent:{night};--on-accent:{}}}}}",
        colour.readable(),
        day.readable(),
        night.readable()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_can_be_read_by_day_and_by_night() {
        let parts = [0, 51, 102, 119, 153, 204, 255];
        for number in 0..parts.len().pow(3) {
            let part = |place: u32| parts[number / parts.len().pow(place) % parts.len()];
            let colour = Colour::new(part(0), part(1), part(2));
            assert!(colour.contrast(colour.readable()) >= Colour::LEAST, "{colour}");
            for (end, ground) in [(Colour::BLACK, BY_DAY), (Colour::WHITE, BY_NIGHT)] {
                let text = colour.towards(end, ground);
                assert!(text.contrast(ground) >= Colour::LEAST && text.contrast(text.readable()) >= Colour::LEAST, "{colour} {text}");
            }
        }
    }

    #[test]
    fn a_colour_that_can_be_read_stays_as_it_is() {
        assert_eq!(Colour::USUAL.towards(Colour::BLACK, BY_DAY), Colour::USUAL);
        assert_ne!(Colour::new(0xff, 0xff, 0).towards(Colour::BLACK, BY_DAY), Colour::new(0xff, 0xff, 0));
    }
}
