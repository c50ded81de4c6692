//! P2: the operator edits a tenant (FR-TENANT-102). Its own file comes first, then the registry's copies.

use super::read::details;
use super::{TenantDetails, Tenants, registry_copy};
use crate::audit::Entry;
use crate::error::Result;
use crate::operations::TENANTS_EDIT;
use crate::tenant::settings::{self, TenantEdit};

impl Tenants<'_> {
    /// Changes what is given and leaves the rest; a deactivated tenant too. With a version, only if it is still the present one.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`](crate::Error::Validation) listing every broken field, [`Error::TenantNotFound`](crate::Error::TenantNotFound),
    /// [`Error::Conflict`](crate::Error::Conflict) when the version is stale, [`Error::Forbidden`](crate::Error::Forbidden).
    pub fn edit(&self, slug: &str, edit: &TenantEdit, version: Option<u32>) -> Result<TenantDetails> {
        let platform = self.platform;
        platform.authorize(&TENANTS_EDIT)?;
        let edit = settings::check(edit)?;
        let known = self.known(slug)?;
        let file = self.file_of(&known)?;
        let now = platform.now();
        let (mut shown, noted) = file.change(|transaction, _| {
            let edited = settings::apply(transaction, &edit, version)?;
            platform.append(transaction, "tenant.edit", &Entry::of("tenant", known.id, edited.details.clone()), now)?;
            Ok((details(transaction, known.tenant.clone(), &edited.settings, now, file.database.sizes())?, edited.details))
        })?;
        platform.write(&TENANTS_EDIT, |registry| {
            registry_copy::update(registry, &file, now)?;
            Ok(((), Entry::of("tenant", known.id, noted.clone())))
        })?;
        if let Some(copied) = self.row(known.tenant.slug.as_str())? {
            shown.tenant = copied.tenant;
        }
        Ok(shown)
    }
}
