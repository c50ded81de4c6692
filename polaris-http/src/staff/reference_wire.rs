//! The shapes of reference data.

use poem_openapi::Object;
use polaris_core::platform::reference::{Brought, Changes, TenantSync};
use polaris_core::{Error, ImportReport, Imported, ReferenceItem, SyncReport};
use serde::Serialize;

use crate::answer::FieldBody;

/// Reference data to import. What is known already is updated by what is given; what is left out stays.
#[derive(Debug, Object)]
#[oai(rename = "NewReferenceData")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewReferenceDataBody {
    /// Districts with their schools.
    #[oai(default)]
    districts: Vec<NewDistrictBody>,
    /// Skills; a name alone (text) will do for one.
    #[oai(default)]
    skills: Vec<NewSkillBody>,
    /// Career types; a name alone (text) will do for one.
    #[oai(default)]
    career_types: Vec<NewCareerTypeBody>,
}

/// A district.
#[derive(Debug, Object)]
#[oai(rename = "NewDistrict")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewDistrictBody {
    /// Its full name.
    #[oai(validator(min_length = 1, max_length = 150))]
    name: String,
    /// Other names it goes by: all of them, where they are given. One that is the present name of a known district renames it.
    #[oai(validator(max_items = 50))]
    aliases: Option<Vec<String>>,
    /// Its schools.
    #[oai(default)]
    schools: Vec<NewSchoolBody>,
}

/// A school.
#[derive(Debug, Object)]
#[oai(rename = "NewSchool")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewSchoolBody {
    /// Its full name.
    #[oai(validator(min_length = 1, max_length = 255))]
    name: String,
    /// `elementary`, `middle`, `high` or `other`; a new school needs one.
    #[oai(default)]
    level: String,
    /// The city it is in.
    #[oai(validator(max_length = 100))]
    city: Option<String>,
    /// The state, as two letters.
    state: Option<String>,
    /// Its postal code.
    postal_code: Option<String>,
    /// Other names it goes by, as of a district.
    #[oai(validator(max_items = 50))]
    aliases: Option<Vec<String>>,
}

/// A skill.
#[derive(Debug, Object)]
#[oai(rename = "NewSkill")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewSkillBody {
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// Other names it goes by, as of a district.
    #[oai(validator(max_items = 50))]
    aliases: Option<Vec<String>>,
}

/// A career type.
#[derive(Debug, Object)]
#[oai(rename = "NewCareerType")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewCareerTypeBody {
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// Words by which work of this type is recognised: all of them, where they are given.
    #[oai(validator(max_items = 50))]
    keywords: Option<Vec<String>>,
    /// Other names it goes by, as of a district.
    #[oai(validator(max_items = 50))]
    aliases: Option<Vec<String>>,
}

/// Which tenants get the reference data, and how.
#[derive(Debug, Object)]
#[oai(rename = "NewReferenceSync")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewReferenceSyncBody {
    /// The slugs of the tenants; all active ones when left out.
    tenants: Option<Vec<String>>,
    /// Tell what would be done, and do nothing.
    #[oai(default)]
    dry_run: bool,
}

/// One thing of the reference data. What its kind doesn't have is null or empty.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "ReferenceItem")]
pub(crate) struct ReferenceItemBody {
    /// Its number among its kind.
    id: i64,
    /// Its full name.
    name: String,
    /// Other names it goes by.
    aliases: Vec<String>,
    /// A school's district.
    district: Option<String>,
    /// A school's level: `elementary`, `middle`, `high` or `other`.
    level: Option<String>,
    /// A school's city.
    city: Option<String>,
    /// A school's state, as two letters.
    state: Option<String>,
    /// A school's postal code.
    postal_code: Option<String>,
    /// A career type's keywords.
    keywords: Vec<String>,
    /// How many schools a district has.
    schools: Option<u32>,
}

impl From<ReferenceItem> for ReferenceItemBody {
    fn from(item: ReferenceItem) -> Self {
        let ReferenceItem { id, name, aliases, district, level, city, state, postal_code, keywords, schools } = item;
        Self { id, name, aliases, district, level, city, state, postal_code, keywords, schools }
    }
}

/// What an import did, or would do.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "ImportReport")]
pub(crate) struct ImportReportBody {
    /// Whether nothing was done.
    dry_run: bool,
    /// Districts.
    districts: ImportedBody,
    /// Schools.
    schools: ImportedBody,
    /// Skills.
    skills: ImportedBody,
    /// Career types.
    career_types: ImportedBody,
    /// What is wrong with the rejected rows, each with its place; of a dry run alone, since an import with bad rows fails with them.
    problems: Vec<FieldBody>,
}

/// What an import did with the rows of one kind.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Imported")]
pub(crate) struct ImportedBody {
    /// New ones.
    created: u32,
    /// Known ones that were changed.
    updated: u32,
    /// Known ones that said nothing new.
    unchanged: u32,
    /// Removed, because the file replaces what there was.
    removed: u32,
    /// Bad ones.
    rejected: u32,
}

impl From<Imported> for ImportedBody {
    fn from(counts: Imported) -> Self {
        let Imported { created, updated, unchanged, removed, rejected } = counts;
        Self { created, updated, unchanged, removed, rejected }
    }
}

impl From<ImportReport> for ImportReportBody {
    fn from(report: ImportReport) -> Self {
        let ImportReport { dry_run, districts, schools, skills, career_types, problems } = report;
        let problem =
            |problem: polaris_core::FieldError| FieldBody { field: problem.field, code: problem.code.to_owned(), message: problem.message };
        Self {
            dry_run,
            districts: districts.into(),
            schools: schools.into(),
            skills: skills.into(),
            career_types: career_types.into(),
            problems: problems.into_iter().map(problem).collect(),
        }
    }
}

/// What a sync did, or would do.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "SyncReport")]
pub(crate) struct SyncReportBody {
    /// Whether nothing was done.
    dry_run: bool,
    /// Each tenant, in the order of their slugs.
    tenants: Vec<TenantSyncBody>,
    /// Deactivated tenants, which a sync of all leaves as they are.
    skipped: Vec<String>,
}

/// What a sync did with one tenant: what was changed, or why nothing was.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "TenantSync")]
pub(crate) struct TenantSyncBody {
    /// The tenant's slug.
    tenant: String,
    /// What was changed; null when it failed.
    changes: Option<ChangesBody>,
    /// Why nothing was; null when it was done.
    error: Option<SyncFailureBody>,
}

/// Why a tenant was not brought up to date.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "SyncFailure")]
pub(crate) struct SyncFailureBody {
    /// A stable code, as of errors.
    code: String,
    /// What is wrong and how to mend it.
    message: String,
}

/// What was changed in a tenant.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "SyncChanges")]
pub(crate) struct ChangesBody {
    /// Whether the reference data know the tenant's district; null when it has none. The schools of a tenant whose district is not known
    /// are left as they are.
    district_known: Option<bool>,
    /// Schools.
    schools: BroughtBody,
    /// Skills.
    skills: BroughtBody,
    /// Career types.
    career_types: BroughtBody,
}

/// What was done with the things of one kind in a tenant.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "SyncCounts")]
pub(crate) struct BroughtBody {
    /// New ones.
    added: u32,
    /// Those that were otherwise.
    changed: u32,
    /// Those that were up to date.
    unchanged: u32,
    /// Those that are no longer in the reference data and not used.
    removed: u32,
    /// Those that are no longer in the reference data: kept, because the tenant uses them.
    used: u32,
    /// The tenant's own: kept.
    own: u32,
    /// Those that kept their former name, because something of the tenant's own has the new one.
    clashing: u32,
}

impl From<Brought> for BroughtBody {
    fn from(counts: Brought) -> Self {
        let Brought { added, changed, unchanged, removed, used, own, clashing } = counts;
        Self { added, changed, unchanged, removed, used, own, clashing }
    }
}

impl From<Changes> for ChangesBody {
    fn from(changes: Changes) -> Self {
        let Changes { district_known, schools, skills, career_types } = changes;
        Self { district_known, schools: schools.into(), skills: skills.into(), career_types: career_types.into() }
    }
}

impl From<TenantSync> for TenantSyncBody {
    fn from(done: TenantSync) -> Self {
        let tenant = done.tenant.to_string();
        match done.outcome {
            Ok(changes) => Self { tenant, changes: Some(changes.into()), error: None },
            // Its message may name paths.
            Err(failure) if failure.code == "DATA_DIRECTORY" => {
                let error = Some(SyncFailureBody { code: Error::Internal.code().to_owned(), message: Error::Internal.to_string() });
                Self { tenant, changes: None, error }
            }
            Err(failure) => {
                Self { tenant, changes: None, error: Some(SyncFailureBody { code: failure.code.to_owned(), message: failure.message }) }
            }
        }
    }
}

impl From<SyncReport> for SyncReportBody {
    fn from(report: SyncReport) -> Self {
        Self {
            dry_run: report.dry_run,
            tenants: report.tenants.into_iter().map(TenantSyncBody::from).collect(),
            skipped: report.skipped.iter().map(ToString::to_string).collect(),
        }
    }
}
