//! The tenant's colour in mails, where it can be read.

use crate::types::Colour;

/// How buttons look.
pub(crate) struct Colours {
    pub(crate) back: Colour,
    pub(crate) front: Colour,
    /// Round it: the colour itself where it can be seen on white (3 : 1), else grey.
    pub(crate) edge: Colour,
}

/// What is seen on white.
const GREY: Colour = Colour::new(0x6b, 0x72, 0x80);

impl Colours {
    pub(crate) fn of(colour: Option<&str>) -> Self {
        let back = colour.and_then(Colour::parse).unwrap_or(Colour::USUAL);
        let edge = if back.contrast(Colour::WHITE) >= 3.0 { back } else { GREY };
        Self { back, front: back.readable(), edge }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_any_colour_can_be_read() {
        for (red, green) in (0..=255).step_by(15).flat_map(|red| (0..=255).step_by(15).map(move |green| (red, green))) {
            for blue in (0..=255).step_by(15) {
                let Colours { back, front, edge } = Colours::of(Some(&format!("#{red:02x}{green:02x}{blue:02x}")));
                assert!(back.contrast(front) >= Colour::LEAST, "{back}");
                assert!(edge.contrast(Colour::WHITE) >= 3.0, "{edge}");
            }
        }
    }

    #[test]
    fn a_colour_that_is_none_is_the_usual_one() {
        for none in [None, Some("red"), Some("#12345"), Some("#gggggg"), Some("#ffffff;x"), Some("")] {
            assert_eq!(Colours::of(none).back, Colour::USUAL);
        }
        assert_eq!((Colours::of(Some("#ffff00")).front, Colours::of(Some("#102030")).front), (Colour::BLACK, Colour::WHITE));
    }
}
