//! P5: reference data (FR-TENANT-104): districts, schools, skills and career types with their aliases, kept by the operator.
//!
//! They are imported from CSV or JSON into the registry ([`Reference::import`]), copied into new tenants, and brought to tenants that
//! exist by [`Reference::sync`], which deletes nothing that a tenant uses.
//!
//! ```
//! # use polaris_core::{Actor, NewTenant, Polaris, ReferenceImport, ReferenceKind, ReferenceSource, ReferenceSync};
//! let polaris = Polaris::in_memory()?;
//! let platform = polaris.platform(Actor::System)?;
//! platform.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//!
//! let file = b"name;aliases\nPublic Speaking;Talks | Speaking\nWelding;\n";
//! let import = ReferenceImport::of([ReferenceSource::csv(ReferenceKind::Skills, file)?]);
//! assert_eq!(platform.reference().import(&import)?.skills.created, 2);
//! assert_eq!(platform.reference().import(&import)?.skills.unchanged, 2);
//!
//! let report = platform.reference().sync(&ReferenceSync::default())?;
//! assert_eq!(report.tenants[0].outcome.as_ref().map(|changes| changes.skills.added), Ok(2));
//! # Ok::<(), polaris_core::Error>(())
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `data` | what is sent in, as a program builds it and as JSON says it |
//! | `source` | files, made rows that know their place |
//! | `check` | one row's values, checked |
//! | `held` | what the registry or a tenant holds |
//! | `plan`, `import` | what an import would change, and the change |
//! | `list` | what there is |
//! | `sync`, `tenant_plan` | the same for tenants that exist |
//! | `copy` | the copy that a new tenant gets |

mod check;
mod copy;
mod data;
mod held;
mod import;
mod list;
mod plan;
mod source;
mod sync;
mod tenant_plan;

use std::fmt;

pub(crate) use self::copy::{ReferenceCopy, Wanted};
pub use self::data::{NewCareerType, NewDistrict, NewSchool, NewSkill, ReferenceData};
pub use self::import::{ImportReport, Imported, ReferenceImport};
pub use self::list::{ReferenceFilter, ReferenceItem};
pub use self::source::ReferenceSource;
pub use self::sync::{Brought, Changes, ReferenceSync, SyncFailure, SyncReport, TenantSync};
#[cfg(test)]
pub(crate) use self::tenant_plan::USES;
use super::Platform;

/// The reference data of the installation; see [`Platform::reference`].
pub struct Reference<'a> {
    pub(super) platform: &'a Platform,
}

/// What reference data there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReferenceKind {
    /// School districts.
    Districts,
    /// Schools, each of a district.
    Schools,
    /// Skills.
    Skills,
    /// Career types.
    CareerTypes,
}

impl ReferenceKind {
    /// All kinds, in the order in which they are imported.
    pub const ALL: &'static [Self] = &[Self::Districts, Self::Schools, Self::Skills, Self::CareerTypes];

    /// Its name, on every wire and in names of files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Districts => "districts",
            Self::Schools => "schools",
            Self::Skills => "skills",
            Self::CareerTypes => "career_types",
        }
    }

    /// The kind of this name; `career-types` is understood too.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.replace('-', "_");
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// The kind that a file's name tells: `schools.csv`, `kc-schools.csv`, `schools_2026.csv`.
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        let stem = name.rsplit('/').next().unwrap_or(name).split('.').next().unwrap_or_default();
        let stem = format!("_{}_", stem.to_ascii_lowercase().replace(['-', ' '], "_"));
        let mut told = Self::ALL.iter().copied().filter(|kind| stem.contains(&format!("_{}_", kind.as_str())));
        told.next().filter(|_| told.next().is_none())
    }

    /// One of them, in a sentence.
    fn one(self) -> &'static str {
        match self {
            Self::Districts => "district",
            Self::Schools => "school",
            Self::Skills => "skill",
            Self::CareerTypes => "career type",
        }
    }

    /// The table of the registry and, but for districts, of a tenant.
    fn table(self) -> &'static str {
        self.as_str()
    }

    /// The table of its aliases, and the column there that says whose.
    fn alias_table(self) -> (&'static str, &'static str) {
        match self {
            Self::Districts => ("district_aliases", "district_id"),
            Self::Schools => ("school_aliases", "school_id"),
            Self::Skills => ("skill_aliases", "skill_id"),
            Self::CareerTypes => ("career_type_aliases", "career_type_id"),
        }
    }

    /// What tells two of the same name apart in their table of aliases.
    fn alias_key(self) -> &'static str {
        if self == Self::Schools { "school_id, folded_alias" } else { "folded_alias" }
    }

    /// Its place among all kinds.
    fn at(self) -> usize {
        self as usize
    }
}

impl fmt::Display for ReferenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
