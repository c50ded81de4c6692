//! What doctor looks at in the trash.

use super::check::{About, Registered};
use super::{Finding, Mending, Severity};
use crate::store::directory::DataDirectory;
use crate::store::inspect;
use crate::store::schema::Kind;
use crate::types::Slug;

/// A deleted tenant: its file should lie in the trash under its name, and none in its old place.
pub(super) fn check(directory: &DataDirectory, about: &mut About<'_>, tenant: &Registered, purge_was_begun: impl Fn() -> bool) {
    // Deleted when its file was lost already.
    let Some(name) = &tenant.trashed_as else { return };
    let in_place = directory.tenant(&Slug::stored(tenant.slug.clone())).exists();
    match directory.trashed(name).filter(|path| path.exists()) {
        None if in_place => {
            let (uuid, slug, trashed_as) = (tenant.uuid.clone(), tenant.slug.clone(), name.clone());
            about.mendable("its deletion was cut off or is under way", Mending::FinishDeletion { uuid, slug, trashed_as });
        }
        Some(_) if in_place => about.error(
            "it was deleted, yet a file of its name lies in the data directory as well as in the trash",
            "find out which of the two is right, and move the other out of the data directory",
        ),
        None if purge_was_begun() => {
            let (uuid, slug) = (tenant.uuid.clone(), tenant.slug.clone());
            about.mendable("it was being purged, which was cut off or is under way", Mending::FinishPurge { uuid, slug });
        }
        None => {
            let remedy = format!("put trash/{name} back, or free the slug with `polaris tenant purge {}`", tenant.slug);
            about.note(Severity::Warning, "it was deleted, and its file is no longer in the trash", remedy, None);
        }
        Some(path) => {
            let problem = match inspect::inspect(&path, Kind::Tenant) {
                Ok(found) if !found.damage.is_empty() => format!("its file in the trash is damaged: {}", found.damage.join("; ")),
                Ok(found) => match found.tenant {
                    Some(row) if row.uuid == tenant.uuid && row.slug == tenant.slug => return,
                    _ => "the file in the trash under its name is not its own".to_owned(),
                },
                Err(error) => format!("its file in the trash can't be used: {error}"),
            };
            about.note(Severity::Warning, problem, "if it is still wanted, take it from a backup before purging it", None);
        }
    }
}

/// Files in the trash that are nobody's.
pub(super) fn check_orphans(directory: &DataDirectory, registered: &[Registered], findings: &mut Vec<Finding>) {
    for name in directory.trashed_tenants() {
        if !registered.iter().any(|tenant| tenant.trashed_as.as_ref() == Some(&name)) {
            let mut about = About { subject: format!("trash/{name}"), findings };
            about.note(
                Severity::Warning,
                "no tenant in the trash has this file",
                "move it out of the data directory, or remove it once nobody wants it",
                None,
            );
        }
    }
}
