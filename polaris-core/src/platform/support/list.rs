//! Who is in which tenant.

use super::{OPEN, STAYS, Support, SupportStay, found};
use crate::auth::{Actor, StaffRole};
use crate::error::Result;
use crate::operations::SUPPORT_LIST;
use crate::page::{Page, PageRequest};
use crate::platform::sessions;
use crate::store::params;

impl Support<'_> {
    /// The stays that are open, newest first: admins see all, support staff their own.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden).
    pub fn list(&self, page: PageRequest) -> Result<Page<SupportStay>> {
        let now = self.platform.now();
        let used_after = now - sessions::IDLE;
        let (all, own) = match &self.platform.caller.actor {
            Actor::Staff { role: StaffRole::Support, id, .. } => (false, *id),
            _ => (true, None),
        };
        let matching = format!("WHERE {OPEN} AND (?3 OR s.id = ?4)");
        self.platform.read(&SUPPORT_LIST, |registry| {
            let total = registry
                .first(&format!("SELECT count(*) AS total FROM ({STAYS} {matching}) open"), params![now, used_after, all, own], |row| {
                    row.get("total")
                })?
                .unwrap_or_default();
            let stays = registry.all(
                &format!("{STAYS} {matching} ORDER BY g.created_at DESC, g.id DESC LIMIT ?5 OFFSET ?6"),
                params![now, used_after, all, own, page.per_page(), page.offset()],
                |row| Ok(found(row)?.stay),
            )?;
            Ok(page.of(stays, total))
        })
    }
}
