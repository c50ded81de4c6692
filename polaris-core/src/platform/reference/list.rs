//! What reference data there are.

use super::{Reference, ReferenceKind};
use crate::error::{Error, Result};
use crate::operations::REFERENCE_LIST;
use crate::page::{Page, PageRequest};
use crate::store::dialect::{containing, json_list};
use crate::store::{Row, params};
use crate::types::fold::fold;

/// Which reference data are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReferenceFilter {
    /// Text that the name, an alias or (of schools) the city contains, whatever its case and accents.
    pub q: Option<String>,
    /// Of schools: only those of the district of this name or alias.
    pub district: Option<String>,
}

/// One thing of the reference data. What its kind doesn't have is `None` or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceItem {
    /// Its number among its kind, never used again.
    pub id: i64,
    /// Its full name.
    pub name: String,
    /// Other names it goes by, sorted.
    pub aliases: Vec<String>,
    /// A school's district.
    pub district: Option<String>,
    /// A school's level: `elementary`, `middle`, `high` or `other`.
    pub level: Option<String>,
    /// A school's city.
    pub city: Option<String>,
    /// A school's state, as two letters.
    pub state: Option<String>,
    /// A school's postal code.
    pub postal_code: Option<String>,
    /// A career type's keywords.
    pub keywords: Vec<String>,
    /// How many schools a district has.
    pub schools: Option<u32>,
}

/// What a list of a kind is made of. ?1 is a pattern of the text wanted, ?2 the folded name of a district.
struct Listed {
    columns: &'static str,
    from: &'static str,
}

const DISTRICTS: Listed = Listed {
    columns: concat!(
        "t.id, t.name, NULL AS district, NULL AS level, NULL AS city, NULL AS state, NULL AS postal_code, '[]' AS keywords,
         (SELECT count(*) FROM schools WHERE district_id = t.id) AS schools, ",
        json_list!("alias" of "SELECT alias FROM district_aliases WHERE district_id = t.id ORDER BY folded_alias"),
        " AS aliases"
    ),
    from: "districts t
        WHERE (?1 IS NULL OR t.folded_name LIKE ?1 ESCAPE '!'
           OR t.id IN (SELECT district_id FROM district_aliases WHERE folded_alias LIKE ?1 ESCAPE '!')) AND ?2 IS NULL",
};

const SCHOOLS: Listed = Listed {
    columns: concat!(
        "t.id, t.name, d.name AS district, t.level, t.city, t.state, t.postal_code, '[]' AS keywords, NULL AS schools, ",
        json_list!("alias" of "SELECT alias FROM school_aliases WHERE school_id = t.id ORDER BY folded_alias"),
        " AS aliases"
    ),
    from: concat!(
        "schools t JOIN districts d ON d.id = t.district_id
        WHERE (?1 IS NULL OR t.folded_name LIKE ?1 ESCAPE '!' OR ",
        crate::store::dialect::folded!("t.city"),
        " LIKE ?1 ESCAPE '!' OR t.id IN (SELECT school_id FROM school_aliases WHERE folded_alias LIKE ?1 ESCAPE '!'))
          AND (?2 IS NULL OR d.folded_name = ?2 OR d.id IN (SELECT district_id FROM district_aliases WHERE folded_alias = ?2))"
    ),
};

const SKILLS: Listed = Listed {
    columns: concat!(
        "t.id, t.name, NULL AS district, NULL AS level, NULL AS city, NULL AS state, NULL AS postal_code, '[]' AS keywords,
         NULL AS schools, ",
        json_list!("alias" of "SELECT alias FROM skill_aliases WHERE skill_id = t.id ORDER BY folded_alias"),
        " AS aliases"
    ),
    from: "skills t
        WHERE (?1 IS NULL OR t.folded_name LIKE ?1 ESCAPE '!'
           OR t.id IN (SELECT skill_id FROM skill_aliases WHERE folded_alias LIKE ?1 ESCAPE '!')) AND ?2 IS NULL",
};

const CAREER_TYPES: Listed = Listed {
    columns: concat!(
        "t.id, t.name, NULL AS district, NULL AS level, NULL AS city, NULL AS state, NULL AS postal_code, t.keywords,
         NULL AS schools, ",
        json_list!("alias" of "SELECT alias FROM career_type_aliases WHERE career_type_id = t.id ORDER BY folded_alias"),
        " AS aliases"
    ),
    from: "career_types t
        WHERE (?1 IS NULL OR t.folded_name LIKE ?1 ESCAPE '!'
           OR t.id IN (SELECT career_type_id FROM career_type_aliases WHERE folded_alias LIKE ?1 ESCAPE '!')) AND ?2 IS NULL",
};

/// SQLite refuses longer patterns; no name is nearly as long.
const LONGEST_PATTERN: usize = 900;

impl Reference<'_> {
    /// The reference data of one kind that pass the filter, by name, a page at a time.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`]; [`Error::BadRequest`] for a `q` with control characters, and for a `district` with other things than schools.
    pub fn list(&self, kind: ReferenceKind, filter: &ReferenceFilter, page: PageRequest) -> Result<Page<ReferenceItem>> {
        if filter.q.as_deref().is_some_and(|q| q.contains(char::is_control)) {
            // A NUL would end the pattern early and find everything.
            return Err(Error::bad_request("q", "must not contain control characters"));
        }
        if filter.district.is_some() && kind != ReferenceKind::Schools {
            return Err(Error::bad_request("district", "goes with schools alone"));
        }
        let text = filter.q.as_deref().map(fold).filter(|text| !text.is_empty()).map(|text| containing(&text));
        let district = filter.district.as_deref().map(fold).filter(|district| !district.is_empty());
        let Listed { columns, from } = match kind {
            ReferenceKind::Districts => DISTRICTS,
            ReferenceKind::Schools => SCHOOLS,
            ReferenceKind::Skills => SKILLS,
            ReferenceKind::CareerTypes => CAREER_TYPES,
        };
        self.platform.read(&REFERENCE_LIST, |registry| {
            if text.as_ref().is_some_and(|pattern| pattern.len() > LONGEST_PATTERN) {
                return Ok(page.of(Vec::new(), 0));
            }
            let total = format!("SELECT count(*) AS total FROM {from}");
            let total = registry.first(&total, params![text, district], |row| row.get("total"))?.unwrap_or_default();
            let sql = format!("SELECT {columns} FROM {from} ORDER BY t.folded_name, t.id LIMIT ?3 OFFSET ?4");
            let items = registry.all(&sql, params![text, district, page.per_page(), page.offset()], item)?;
            Ok(page.of(items, total))
        })
    }
}

fn item(row: &Row<'_, '_>) -> Result<ReferenceItem> {
    let names = |text: String| serde_json::from_str::<Vec<String>>(&text).map_err(|_| Error::Internal);
    Ok(ReferenceItem {
        id: row.get("id")?,
        name: row.get("name")?,
        aliases: names(row.get("aliases")?)?,
        district: row.get("district")?,
        level: row.get("level")?,
        city: row.get("city")?,
        state: row.get("state")?,
        postal_code: row.get("postal_code")?,
        keywords: names(row.get("keywords")?)?,
        schools: row.get("schools")?,
    })
}
