//! What the parts of a candidate's score count for, in each tenant.

use crate::error::{Problem, Problems};

/// What a tenant makes each part of a candidate's score count for. Together they are 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Weights {
    /// Events attended.
    pub history: u8,
    /// How long ago the last one was.
    pub recency: u8,
    /// Skills the event wants.
    pub skills: u8,
    /// How near the event's school they live.
    pub proximity: u8,
    /// Whether they are free then.
    pub availability: u8,
}

impl Weights {
    /// What the parts count for where a tenant says nothing else.
    pub const DEFAULT: Self = Self { history: 30, recency: 20, skills: 25, proximity: 15, availability: 10 };
}

impl Default for Weights {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Weights that a tenant is to have: all five, each 0 to 100, together 100.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewWeights {
    /// Events attended; required.
    pub history: Option<i64>,
    /// How long ago the last one was; required.
    pub recency: Option<i64>,
    /// Skills the event wants; required.
    pub skills: Option<i64>,
    /// How near the event's school they live; required.
    pub proximity: Option<i64>,
    /// Whether they are free then; required.
    pub availability: Option<i64>,
}

impl From<Weights> for NewWeights {
    fn from(weights: Weights) -> Self {
        let Weights { history, recency, skills, proximity, availability } = weights;
        let given = |weight: u8| Some(i64::from(weight));
        Self {
            history: given(history),
            recency: given(recency),
            skills: given(skills),
            proximity: given(proximity),
            availability: given(availability),
        }
    }
}

/// Checks weights; every broken one is noted, as part of the field.
pub(crate) fn check(problems: &mut Problems, field: &str, draft: &NewWeights) -> Option<Weights> {
    let mut one = |part: &str, weight: Option<i64>| {
        let checked = match weight {
            None => Err(Problem::required()),
            Some(weight) => u8::try_from(weight)
                .ok()
                .filter(|weight| *weight <= 100)
                .ok_or_else(|| Problem::new("OUT_OF_RANGE", "must be a whole number from 0 to 100")),
        };
        problems.take(&format!("{field}.{part}"), checked)
    };
    let (history, recency, skills) = (one("history", draft.history), one("recency", draft.recency), one("skills", draft.skills));
    let (proximity, availability) = (one("proximity", draft.proximity), one("availability", draft.availability));
    let (history, recency, skills, proximity, availability) = (history?, recency?, skills?, proximity?, availability?);
    let total: u32 = [history, recency, skills, proximity, availability].into_iter().map(u32::from).sum();
    if total != 100 {
        problems.note(field, Problem::new("NOT_100", format!("must add up to 100; these add up to {total}")));
        return None;
    }
    Some(Weights { history, recency, skills, proximity, availability })
}
