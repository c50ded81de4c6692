use polaris_core::platform::reference::Changes;
use polaris_core::types::Slug;
use polaris_core::{FieldError, ImportReport, Imported, ReferenceItem, SyncReport};
use serde::Serialize;
use serde_json::{Value, json};

/// One thing of the reference data.
#[derive(Debug, Serialize)]
pub(crate) struct ReferenceItemView {
    id: i64,
    name: String,
    aliases: Vec<String>,
    district: Option<String>,
    level: Option<String>,
    city: Option<String>,
    state: Option<String>,
    postal_code: Option<String>,
    keywords: Vec<String>,
    schools: Option<u32>,
}

impl From<&ReferenceItem> for ReferenceItemView {
    fn from(item: &ReferenceItem) -> Self {
        let ReferenceItem { id, name, aliases, district, level, city, state, postal_code, keywords, schools } = item.clone();
        Self { id, name, aliases, district, level, city, state, postal_code, keywords, schools }
    }
}

/// What an import did, or would do.
#[derive(Debug, Serialize)]
pub(crate) struct ImportView {
    dry_run: bool,
    districts: Imported,
    schools: Imported,
    skills: Imported,
    career_types: Imported,
    problems: Vec<FieldError>,
}

impl From<&ImportReport> for ImportView {
    fn from(report: &ImportReport) -> Self {
        let ImportReport { dry_run, districts, schools, skills, career_types, problems } = report.clone();
        Self { dry_run, districts, schools, skills, career_types, problems }
    }
}

/// What a sync did, or would do.
#[derive(Debug, Serialize)]
pub(crate) struct SyncView {
    dry_run: bool,
    tenants: Vec<TenantSyncView>,
    skipped: Vec<Slug>,
}

#[derive(Debug, Serialize)]
struct TenantSyncView {
    tenant: Slug,
    changes: Option<Changes>,
    error: Option<Value>,
}

impl From<&SyncReport> for SyncView {
    fn from(report: &SyncReport) -> Self {
        let tenants = report.tenants.iter().map(|done| TenantSyncView {
            tenant: done.tenant.clone(),
            changes: done.outcome.as_ref().ok().copied(),
            error: done.outcome.as_ref().err().map(|failure| json!({ "code": failure.code, "message": failure.message })),
        });
        Self { dry_run: report.dry_run, tenants: tenants.collect(), skipped: report.skipped.clone() }
    }
}
