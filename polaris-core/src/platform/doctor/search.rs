//! What doctor looks at in the texts by which events are found and sorted, and how it mends them.

use std::time::Duration;

use super::Mending;
use super::check::{About, Registered};
use crate::error::Result;
use crate::platform::Platform;
use crate::store::database::{Database, Options};
use crate::store::dialect::folded;
use crate::store::full_text;
use crate::store::schema::Kind;
use crate::store::{Transaction, params};
use crate::types::{Slug, TenantId};

/// Thousands of long texts are indexed in a second or two.
pub(super) const LONGEST: Duration = Duration::from_mins(5);

/// Whether the index says what the events' texts say, and titles are sorted by what they are.
pub(super) fn check(about: &mut About<'_>, database: &Database, tenant: &Registered) {
    let anew = || Mending::IndexAnew { uuid: tenant.uuid.clone(), slug: tenant.slug.clone() };
    match database.write(|file| full_text::ALL.iter().try_fold(true, |all, index| Ok(all && index.is_in_step(file)?))) {
        Ok(true) => {}
        Ok(false) => about.mendable("its index of words does not say what its texts say: searches may miss some", anew()),
        Err(error) => about.error(format!("its index of words can't be checked: {error}"), "see the other findings of this file"),
    }
    match database.read(missorted) {
        Ok(0) => {}
        Ok(count) => about.mendable(format!("{count} events are sorted by a title that is not theirs"), anew()),
        Err(error) => about.error(format!("the order of its titles can't be checked: {error}"), "see the other findings of this file"),
    }
}

fn missorted(file: &Transaction<'_>) -> Result<u32> {
    let sql = concat!("SELECT count(*) AS count FROM events WHERE folded_title <> ", folded!("title"));
    Ok(file.first(sql, params![], |row| row.get("count"))?.unwrap_or_default())
}

/// Makes the index and the folded titles anew; false when both are right by now.
pub(super) fn index_anew(platform: &Platform, id: TenantId, slug: &Slug) -> Result<bool> {
    let options = Options { deadline: LONGEST, ..platform.polaris.options() };
    let database = Database::open(platform.engine.location(id, slug)?, Kind::Tenant, options)?;
    database.write(|file| {
        let sql = concat!("UPDATE events SET folded_title = ", folded!("title"), " WHERE folded_title <> ", folded!("title"));
        let sorted = file.execute(sql, params![])?;
        let mut indexed = false;
        for index in full_text::ALL {
            if !index.is_in_step(file)? {
                index.rebuild(file)?;
                indexed = true;
            }
        }
        Ok(indexed || sorted > 0)
    })
}
