//! Which skills fit a type of event that names none itself.

use crate::types::EventType;

/// Of `keywords.txt`: read anew each time, since it is small and asked once for a whole list.
const FILE: &str = include_str!("keywords.txt");

/// The keywords of a type, folded. Events without a type have none.
pub(super) fn keywords(event_type: Option<EventType>) -> Vec<&'static str> {
    let Some(event_type) = event_type else { return Vec::new() };
    let mut lines = FILE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':'));
    let found = lines.find(|(name, _)| *name == event_type.as_str());
    found.map(|(_, words)| words.split(',').map(str::trim).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::fold::fold;

    #[test]
    fn every_type_of_event_has_keywords_as_names_are_folded() {
        let types: Vec<_> = FILE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(':').next()).collect();
        assert_eq!(types, EventType::ALL.iter().map(|event_type| event_type.as_str()).collect::<Vec<_>>());
        for event_type in EventType::ALL {
            let words = keywords(Some(*event_type));
            assert!(words.len() >= 2 && words.iter().all(|word| word.len() >= 3 && fold(word) == *word), "{event_type}: {words:?}");
        }
        assert_eq!((EventType::ALL.len(), keywords(None).len()), (34, 0));
        assert_eq!(keywords(Some(EventType::Mentoring)), ["mentoring", "coaching", "guidance"]);
    }
}
