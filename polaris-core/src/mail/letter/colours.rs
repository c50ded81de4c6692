//! The tenant's colour in mails, where it can be read (WCAG 2.2, 1.4.3).

/// Where a tenant has none.
const USUAL: &str = "#1d4ed8";

/// How buttons look.
pub(crate) struct Colours {
    pub(crate) back: String,
    /// Black or white, whichever is read better on it: one of them always has a contrast of 4.5 : 1.
    pub(crate) front: &'static str,
    /// Round it: the colour itself where it can be seen on white (3 : 1), else grey.
    pub(crate) edge: String,
}

impl Colours {
    pub(crate) fn of(colour: Option<&str>) -> Self {
        let back = colour.filter(|colour| luminance(colour).is_some()).unwrap_or(USUAL).to_owned();
        let luminance = luminance(&back).unwrap_or_default();
        let (on_white, on_black) = (contrast(1.0, luminance), contrast(luminance, 0.0));
        let edge = if on_white >= 3.0 { back.clone() } else { "#6b7280".to_owned() };
        Self { front: if on_white >= on_black { "#ffffff" } else { "#000000" }, edge, back }
    }
}

fn contrast(lighter: f64, darker: f64) -> f64 {
    (lighter + 0.05) / (darker + 0.05)
}

/// The relative luminance of `#rrggbb`.
fn luminance(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * part(0)? + 0.7152 * part(2)? + 0.0722 * part(4)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn text_on_any_colour_can_be_read() {
        for (red, green) in (0..=255).step_by(15).flat_map(|red| (0..=255).step_by(15).map(move |green| (red, green))) {
            for blue in (0..=255).step_by(15) {
                let colours = Colours::of(Some(&format!("#{red:02x}{green:02x}{blue:02x}")));
                let (back, front) = (luminance(&colours.back).unwrap(), luminance(colours.front).unwrap());
                assert!(contrast(back.max(front), back.min(front)) >= 4.5, "{}", colours.back);
                assert!(contrast(1.0, luminance(&colours.edge).unwrap()) >= 3.0, "{}", colours.edge);
            }
        }
    }

    #[test]
    fn a_colour_that_is_none_is_the_usual_one() {
        for none in [None, Some("red"), Some("#12345"), Some("#gggggg"), Some("#ffffff;x"), Some("")] {
            assert_eq!(Colours::of(none).back, USUAL);
        }
        assert_eq!((Colours::of(Some("#ffff00")).front, Colours::of(Some("#102030")).front), ("#000000", "#ffffff"));
    }
}
