//! What doctor looks at in what candidates are ranked by, which stands beside each volunteer, and how it mends it.

use super::Mending;
use super::check::{About, Registered};
use super::search::LONGEST;
use crate::error::Result;
use crate::platform::Platform;
use crate::store::database::{Database, Options};
use crate::store::schema::Kind;
use crate::store::{Transaction, params};
use crate::types::{Slug, TenantId};

/// Volunteers beside whom something else stands than what the rosters and the outreach say.
const WRONG: &str = "
    SELECT count(*) AS count FROM volunteers v JOIN volunteer_histories h ON h.volunteer_id = v.id
    WHERE (v.attended, v.last_attended_at, v.last_asked_at) IS NOT (h.attended, h.last_attended_at, h.last_asked_at)";

const ANEW: &str = "
    UPDATE volunteers AS v SET (attended, last_attended_at, last_asked_at) = (h.attended, h.last_attended_at, h.last_asked_at)
    FROM volunteer_histories h
    WHERE h.volunteer_id = v.id
      AND (v.attended, v.last_attended_at, v.last_asked_at) IS NOT (h.attended, h.last_attended_at, h.last_asked_at)";

/// Whether what stands beside each volunteer is what the rosters and the outreach say.
pub(super) fn check(about: &mut About<'_>, database: &Database, tenant: &Registered) {
    match database.read(wrong) {
        Ok(0) => {}
        Ok(count) => about.mendable(
            format!("of {count} volunteers the history is not what the rosters and the outreach say: candidates are ranked wrongly"),
            Mending::HistoriesAnew { uuid: tenant.uuid.clone(), slug: tenant.slug.clone() },
        ),
        Err(error) => {
            about.error(format!("the histories of its volunteers can't be checked: {error}"), "see the other findings of this file");
        }
    }
}

fn wrong(file: &Transaction<'_>) -> Result<u32> {
    Ok(file.first(WRONG, params![], |row| row.get("count"))?.unwrap_or_default())
}

/// Writes the histories anew; false when all are right by now.
pub(super) fn anew(platform: &Platform, id: TenantId, slug: &Slug) -> Result<bool> {
    let options = Options { deadline: LONGEST, ..platform.polaris.options() };
    let database = Database::open(platform.engine.location(id, slug)?, Kind::Tenant, options)?;
    database.write(|file| Ok(file.execute(ANEW, params![])? > 0))
}
