//! X2: entries listed, newest first, and followed as they come.

use super::entry::{COLUMNS, entry};
use super::log::Verb;
use super::{AuditEntry, AuditFilter, AuditLog};
use crate::error::Result;
use crate::page::{Page, PageRequest};

impl AuditLog {
    /// Entries that pass the filter, newest first, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`](crate::Error::BadRequest) naming the part of the filter that makes no sense;
    /// [`Error::Forbidden`](crate::Error::Forbidden).
    pub fn list(&self, filter: &AuditFilter, page: PageRequest) -> Result<Page<AuditEntry>> {
        self.read(Verb::List, |log, zone| {
            let narrowed = filter.checked(zone)?;
            let conditions = &narrowed.conditions;
            let matching = conditions.sql();
            let total = log
                .first(&format!("SELECT count(*) AS total FROM audit_entries{matching}"), &conditions.params(&[]), |row| row.get("total"))?
                .unwrap_or_default();
            let sql = format!(
                "SELECT {COLUMNS}{matching} ORDER BY {} LIMIT ?{} OFFSET ?{}",
                narrowed.newest_first(),
                conditions.next(),
                conditions.next() + 1
            );
            let entries = log.all(&sql, &conditions.params(&[&page.per_page(), &page.offset()]), entry)?;
            Ok(page.of(entries, total))
        })
    }

    /// The first so many entries that pass the filter, oldest first, for whoever follows a log: give the number of the last one seen as
    /// `after` next time.
    ///
    /// # Errors
    ///
    /// As [`Self::list`].
    pub fn follow(&self, filter: &AuditFilter, at_most: u32) -> Result<Vec<AuditEntry>> {
        self.read(Verb::List, |log, zone| {
            let conditions = filter.checked(zone)?.conditions;
            let sql = format!("SELECT {COLUMNS}{} ORDER BY id LIMIT ?{}", conditions.sql(), conditions.next());
            log.all(&sql, &conditions.params(&[&at_most]), entry)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::audit::log::Verb;
    use crate::audit::{ActorKind, AuditFilter, AuditMoment, Outcome};
    use crate::store::params;
    use crate::types::AuditId;
    use crate::{Actor, NewTenant, Polaris};

    /// How SQLite would run the count and the list of a filter.
    fn plan(filter: &AuditFilter) -> String {
        let polaris = Polaris::in_memory().unwrap();
        polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
        let log = polaris.tenant("kckps", Actor::System).unwrap().audit();
        let steps = log.read(Verb::List, |log, zone| {
            let narrowed = filter.checked(zone)?;
            let conditions = &narrowed.conditions;
            let explain = |sql: &str, more: &[&dyn crate::store::value::Param]| {
                log.all(&format!("EXPLAIN QUERY PLAN {sql}"), &conditions.params(more), |row| row.get::<String>("detail"))
            };
            let mut steps = explain(&format!("SELECT count(*) FROM audit_entries{}", conditions.sql()), &[])?;
            let list =
                format!("SELECT {}{} ORDER BY {} LIMIT ?{}", super::COLUMNS, conditions.sql(), narrowed.newest_first(), conditions.next());
            steps.extend(explain(&list, params![20_u32])?);
            Ok(steps)
        });
        steps.unwrap().join("; ")
    }

    #[test]
    fn every_filter_finds_its_entries_by_an_index() {
        let text = |text: &str| Some(text.to_owned());
        let day = AuditMoment::parse("2026-01-15").ok();
        let none = AuditFilter::default();
        for (filter, index, sorted_by_it) in [
            (AuditFilter { actor_kind: Some(ActorKind::Staff), actor_id: Some(7), ..none.clone() }, "audit_entries_by_actor", true),
            (AuditFilter { actor_kind: Some(ActorKind::Staff), ..none.clone() }, "audit_entries_by_actor", false),
            (AuditFilter { action: text("event.publish"), ..none.clone() }, "audit_entries_by_action", true),
            (AuditFilter { action: text("event."), ..none.clone() }, "audit_entries_by_action", false),
            (AuditFilter { resource_kind: text("event"), resource_id: text("7"), ..none.clone() }, "audit_entries_by_resource", true),
            (AuditFilter { from: day, to: day, ..none.clone() }, "audit_entries_by_time", true),
            (AuditFilter { from: day, outcome: Some(Outcome::Refused), ..none.clone() }, "audit_entries_by_time", true),
            (AuditFilter { after: Some(AuditId::new(7)), ..none.clone() }, "INTEGER PRIMARY KEY", true),
        ] {
            let plan = plan(&filter);
            assert!(plan.matches(index).count() >= if sorted_by_it { 2 } else { 1 }, "{filter:?}: {plan}");
            assert!(!sorted_by_it || !plan.contains("TEMP B-TREE"), "{filter:?}: {plan}");
        }
    }
}
