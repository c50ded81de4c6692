//! How a tenant shows itself on pages. Its colour may be any: where it stands behind text the text is black or white, whichever can be read,
//! and where it is text it is made darker, or lighter on dark, until it can be (WCAG 2.1, 1.4.3: a contrast of 4.5 to 1).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use polaris_core::Face;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The colour of who has settled none.
const USUAL: Colour = Colour([0x1d, 0x4e, 0xd8]);
const WHITE: Colour = Colour([0xff; 3]);
const BLACK: Colour = Colour([0; 3]);
/// The darkest that text stands on by day, and the lightest by night; the style sheet has the same.
const BY_DAY: Colour = Colour([0xf3, 0xf5, 0xf7]);
const BY_NIGHT: Colour = Colour([0x23, 0x2a, 0x31]);
/// The least contrast of text.
const LEAST: f64 = 4.5;

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
        let colour = face.and_then(|face| face.branding.colour.as_deref()).and_then(Colour::parse).unwrap_or(USUAL);
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
    let (day, night) = (colour.towards(BLACK, BY_DAY), colour.towards(WHITE, BY_NIGHT));
    format!(
        ":root{{--band:{colour};--on-band:{};--accent:{day};--on-accent:{}}}@media (prefers-color-scheme:dark){{:root{{--accent:{night};--on-accent:{}}}}}",
        colour.readable(),
        day.readable(),
        night.readable()
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Colour([u8; 3]);

impl Colour {
    /// Reads `#rrggbb`.
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// The relative luminance (WCAG 2.1).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Black or white, whichever can be read better on this.
    fn readable(self) -> Self {
        if self.contrast(WHITE) >= self.contrast(BLACK) { WHITE } else { BLACK }
    }

    /// This colour, mixed with another just so far that it can be read on a ground.
    fn towards(self, end: Self, ground: Self) -> Self {
        let mixed = (0..=20).map(|step| self.mixed(end, step * 5));
        mixed.into_iter().find(|colour| colour.contrast(ground) >= LEAST).unwrap_or(end)
    }

    fn mixed(self, end: Self, percent: u32) -> Self {
        let mix = |at: usize| {
            let part = (u32::from(self.0[at]) * (100 - percent) + u32::from(end.0[at]) * percent) / 100;
            u8::try_from(part).unwrap_or(u8::MAX)
        };
        Self([mix(0), mix(1), mix(2)])
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 0.001);
        assert!((Colour::parse("#777777").unwrap().contrast(WHITE) - 4.478).abs() < 0.01);
        assert_eq!(Colour::parse("#1d4ed8").unwrap(), USUAL);
        for bad in ["", "#12345", "123456", "#12345g", "#é2345"] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_colour_can_be_read_by_day_and_by_night() {
        let parts = [0, 51, 102, 119, 153, 204, 255];
        for number in 0..parts.len().pow(3) {
            let part = |place: u32| parts[number / parts.len().pow(place) % parts.len()];
            let colour = Colour([part(0), part(1), part(2)]);
            assert!(colour.contrast(colour.readable()) >= LEAST, "{colour}");
            for (end, ground) in [(BLACK, BY_DAY), (WHITE, BY_NIGHT)] {
                let text = colour.towards(end, ground);
                assert!(text.contrast(ground) >= LEAST && text.contrast(text.readable()) >= LEAST, "{colour} {text}");
            }
        }
    }

    #[test]
    fn a_colour_that_can_be_read_stays_as_it_is() {
        assert_eq!(USUAL.towards(BLACK, BY_DAY), USUAL);
        assert_ne!(Colour([0xff, 0xff, 0]).towards(BLACK, BY_DAY), Colour([0xff, 0xff, 0]));
    }
}
