//! Colours, and what can be read on them (WCAG 2.2, 1.4.3).
//!
//! ```
//! use polaris_core::types::Colour;
//!
//! let yellow = Colour::parse("#ffcc00").unwrap();
//! assert_eq!(yellow.readable(), Colour::BLACK);
//! assert!(yellow.contrast(Colour::WHITE) < Colour::LEAST);
//! ```

use std::fmt;

/// A colour of a screen (sRGB), written `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// That of a tenant that has settled none.
    pub const USUAL: Self = Self([0x1d, 0x4e, 0xd8]);
    /// White.
    pub const WHITE: Self = Self([0xff; 3]);
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// The least contrast at which text can be read.
    pub const LEAST: f64 = 4.5;

    /// The colour of these parts of red, green and blue.
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// The relative luminance, from 0 for black to 1 for white.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// How far apart two are, from 1 to 21; the same either way.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Black or white, whichever is read better on this: one of them always can be.
    #[must_use]
    pub fn readable(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) { Self::WHITE } else { Self::BLACK }
    }

    /// This colour, mixed with another just so far that it can be read on a ground.
    #[must_use]
    pub fn towards(self, end: Self, ground: Self) -> Self {
        let mut mixed = (0..=20).map(|step| self.mixed(end, step * 5));
        mixed.find(|colour| colour.contrast(ground) >= Self::LEAST).unwrap_or(end)
    }

    fn mixed(self, end: Self, percent: u32) -> Self {
        let mix = |own: u8, other: u8| {
            let part = (u32::from(own) * (100 - percent) + u32::from(other) * percent) / 100;
            u8::try_from(part).unwrap_or(u8::MAX)
        };
        let ([red, green, blue], [to_red, to_green, to_blue]) = (self.0, end.0);
        Self([mix(red, to_red), mix(green, to_green), mix(blue, to_blue)])
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 0.001);
        assert!((Colour::parse("#777777").unwrap().contrast(Colour::WHITE) - 4.478).abs() < 0.01);
        assert_eq!(Colour::parse("#1D4ed8").unwrap(), Colour::USUAL);
        assert_eq!(Colour::USUAL.to_string(), "#1d4ed8");
        for bad in ["", "#12345", "123456", "#12345g", "#é2345", "#+1+1+1", "#ffffff;x"] {
            assert_eq!(Colour::parse(bad), None, "{bad}");
        }
    }
}
