//! How well a volunteer suits an event (C2): five parts, all whole numbers, each with its reason. The one place with these numbers.

use std::fmt;

use super::weights::Weights;

/// The points of a candidate, part by part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ScoreParts {
    /// For events attended.
    pub history: u8,
    /// For how long ago the last one was.
    pub recency: u8,
    /// For skills the event wants.
    pub skills: u8,
    /// For living near the event's school.
    pub proximity: u8,
    /// For being free then.
    pub availability: u8,
}

impl ScoreParts {
    /// The score, 0 to 100.
    #[must_use]
    pub fn total(self) -> u8 {
        let Self { history, recency, skills, proximity, availability } = self;
        history.saturating_add(recency).saturating_add(skills).saturating_add(proximity).saturating_add(availability)
    }
}

/// How near somebody lives to an event's school, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nearness {
    Unknown,
    SameCity,
    SamePostalArea,
    SamePostalCode,
}

impl Nearness {
    /// Of two places, by their postal codes and folded cities.
    pub(super) fn of(school: Place<'_>, volunteer: Place<'_>) -> Self {
        match (school.code, volunteer.code) {
            (Some(one), Some(other)) if one == other => return Self::SamePostalCode,
            (Some(one), Some(other)) if one.get(..3) == other.get(..3) => return Self::SamePostalArea,
            _ => {}
        }
        match (school.city, volunteer.city) {
            (Some(one), Some(other)) if one == other => Self::SameCity,
            _ => Self::Unknown,
        }
    }
}

/// Where somebody or something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// The five digits of its postal code.
    code: Option<&'a str>,
    /// Folded, and never blank.
    city: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// What counts of a postal code is its first five digits; with fewer it is unknown.
    pub(super) fn new(postal_code: Option<&'a str>, folded_city: Option<&'a str>) -> Self {
        let code = postal_code.map(str::trim).and_then(|code| code.get(..5));
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
        Self { code, city: folded_city.filter(|city| !city.is_empty()) }
    }
}

/// What a score is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    /// Events attended.
    pub(super) attended: u32,
    /// Days, by the tenant's calendar, since the last one began; none without one.
    pub(super) days_since: Option<i64>,
    /// How many skills they have that the event wants.
    pub(super) skills: u32,
    /// Whether the event names the skills it wants itself.
    pub(super) skills_are_named: bool,
    pub(super) nearness: Nearness,
    /// Whether they are invited to, or confirmed for, another event at the same time.
    pub(super) is_busy: bool,
}

impl Facts {
    /// The points.
    pub(super) fn score(self, weights: Weights) -> ScoreParts {
        let Weights { history, recency, skills, proximity, availability } = Weights::DEFAULT;
        let each_skill = if self.skills_are_named { 12 } else { 8 };
        let nearness = match self.nearness {
            Nearness::SamePostalCode => 15,
            Nearness::SamePostalArea => 10,
            Nearness::SameCity => 5,
            Nearness::Unknown => 0,
        };
        ScoreParts {
            history: weighed(self.attended.saturating_mul(5), history, weights.history),
            recency: weighed(recency_points(self.days_since), recency, weights.recency),
            skills: weighed(self.skills.saturating_mul(each_skill), skills, weights.skills),
            proximity: weighed(nearness, proximity, weights.proximity),
            availability: weighed(if self.is_busy { 0 } else { 10 }, availability, weights.availability),
        }
    }

    /// Each part in words, in the order of the parts. `skills` are the names of those that count.
    pub(super) fn reasons(self, points: ScoreParts, skills: &[&str]) -> Vec<String> {
        let history = match self.attended {
            0 => "attended no event yet".to_owned(),
            1 => "attended 1 event".to_owned(),
            more => format!("attended {more} events"),
        };
        let recency = match self.days_since {
            None => "never attended".to_owned(),
            Some(..=0) => "attended today".to_owned(),
            Some(1) => "last attended yesterday".to_owned(),
            Some(days) => format!("last attended {days} days ago"),
        };
        let wanted = match (self.skills_are_named, skills) {
            (true, []) => "has none of the skills this event wants".to_owned(),
            (false, []) => "has no skill that fits this type of event".to_owned(),
            (true, names) => format!("has what this event wants: {}", names.join(", ")),
            (false, names) => format!("has what fits this type of event: {}", names.join(", ")),
        };
        let nearness = match self.nearness {
            Nearness::SamePostalCode => "same postal code as the school",
            Nearness::SamePostalArea => "same postal area as the school",
            Nearness::SameCity => "same city as the school",
            Nearness::Unknown => "not known to live near the school",
        };
        let availability = if self.is_busy { "asked to or confirmed for another event at that time" } else { "free at that time" };
        let told = |text: &dyn fmt::Display, points: u8| format!("{text} (+{points})");
        vec![
            told(&history, points.history),
            told(&recency, points.recency),
            told(&wanted, points.skills),
            told(&nearness, points.proximity),
            told(&availability, points.availability),
        ]
    }
}

/// Points of the last event attended, by the days since it began.
fn recency_points(days: Option<i64>) -> u32 {
    match days {
        None => 0,
        Some(..=29) => 20,
        Some(30..=89) => 15,
        Some(90..=179) => 10,
        Some(180..) => 5,
    }
}

/// At most the part's default weight, brought to the tenant's and rounded down.
fn weighed(points: u32, default: u8, weight: u8) -> u8 {
    let part = points.min(u32::from(default)) * u32::from(weight) / u32::from(default);
    u8::try_from(part).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const NOBODY: Facts =
        Facts { attended: 0, days_since: None, skills: 0, skills_are_named: true, nearness: Nearness::Unknown, is_busy: true };

    fn total(facts: Facts) -> u8 {
        facts.score(Weights::DEFAULT).total()
    }

    #[test]
    fn history_gives_five_for_each_event_and_at_most_thirty() {
        for (attended, points) in [(0, 0), (1, 5), (3, 15), (5, 25), (6, 30), (7, 30), (u32::MAX, 30)] {
            assert_eq!(total(Facts { attended, ..NOBODY }), points, "{attended}");
        }
    }

    #[test]
    fn recency_changes_at_30_90_and_180_days() {
        for (days, points) in [(0, 20), (29, 20), (30, 15), (89, 15), (90, 10), (179, 10), (180, 5), (9_999, 5)] {
            assert_eq!(total(Facts { days_since: Some(days), ..NOBODY }), points, "{days}");
        }
        assert_eq!(total(NOBODY), 0, "never attended");
    }

    #[test]
    fn a_wanted_skill_gives_twelve_one_that_fits_the_type_eight_and_all_at_most_25() {
        for (skills, named, fitting) in [(0, 0, 0), (1, 12, 8), (2, 24, 16), (3, 25, 24), (4, 25, 25)] {
            assert_eq!(total(Facts { skills, ..NOBODY }), named);
            assert_eq!(total(Facts { skills, skills_are_named: false, ..NOBODY }), fitting);
        }
    }

    #[test]
    fn nearness_goes_by_five_digits_then_three_then_the_city() {
        let school = Place::new(Some("66102"), Some("kansas city"));
        for (code, city, points) in [
            (Some("66102"), None, 15),
            (Some(" 66102-1234"), Some("elsewhere"), 15),
            (Some("66112"), Some("kansas city"), 10),
            (Some("64108"), Some("kansas city"), 5),
            (Some("64108"), Some("topeka"), 0),
            (Some("6610"), None, 0),
            (Some("6610a"), None, 0),
            (Some("é6102"), None, 0),
            (None, Some("kansas city"), 5),
            (None, Some(""), 0),
            (None, None, 0),
        ] {
            let nearness = Nearness::of(school, Place::new(code, city));
            assert_eq!(total(Facts { nearness, ..NOBODY }), points, "{code:?} {city:?}");
        }
        let nowhere = Place::new(None, None);
        assert_eq!(Nearness::of(nowhere, nowhere), Nearness::Unknown);
    }

    #[test]
    fn who_is_free_gets_ten_and_everything_together_is_a_hundred() {
        assert_eq!(total(Facts { is_busy: false, ..NOBODY }), 10);
        let best = Facts {
            attended: 6,
            days_since: Some(0),
            skills: 3,
            skills_are_named: true,
            nearness: Nearness::SamePostalCode,
            is_busy: false,
        };
        assert_eq!(total(best), 100);
    }

    #[test]
    fn other_weights_scale_each_part_and_round_down() {
        let weights = Weights { history: 50, recency: 10, skills: 20, proximity: 20, availability: 0 };
        // 15 × 50 ÷ 30 = 25; 15 × 10 ÷ 20 = 7.5; 24 × 20 ÷ 25 = 19.2; 10 × 20 ÷ 15 = 13.3; 10 × 0 ÷ 10.
        let facts = Facts {
            attended: 3,
            days_since: Some(30),
            skills: 2,
            skills_are_named: true,
            nearness: Nearness::SamePostalArea,
            is_busy: false,
        };
        let parts = facts.score(weights);
        assert_eq!(parts, ScoreParts { history: 25, recency: 7, skills: 19, proximity: 13, availability: 0 });
        assert_eq!(parts.total(), 64);
    }

    #[test]
    fn each_part_says_why() {
        let facts =
            Facts { attended: 3, days_since: Some(12), skills: 2, skills_are_named: true, nearness: Nearness::SameCity, is_busy: false };
        assert_eq!(
            facts.reasons(facts.score(Weights::DEFAULT), &["Robotics", "Welding"]),
            [
                "attended 3 events (+15)",
                "last attended 12 days ago (+20)",
                "has what this event wants: Robotics, Welding (+24)",
                "same city as the school (+5)",
                "free at that time (+10)",
            ]
        );
    }
}
