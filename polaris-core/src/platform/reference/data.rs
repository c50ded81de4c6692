//! Reference data as programs build them, and as the JSON document says them.

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

/// Reference data to import. What is known already is updated by what is given; what is left out or blank stays.
///
/// As JSON:
///
/// ```
/// let data: polaris_core::ReferenceData = polaris_core::json::read(
///     br#"{
///         "districts": [{"name": "Center School District 58", "aliases": ["Center"], "schools": [
///             {"name": "Center High School", "level": "high", "city": "Kansas City", "state": "MO"}
///         ]}],
///         "skills": ["Welding", {"name": "Public Speaking", "aliases": ["Talks"]}],
///         "career_types": [{"name": "Health Science", "keywords": ["nurse", "hospital"]}]
///     }"#,
/// )?;
/// assert_eq!(data.skills.len(), 2);
/// # Ok::<(), polaris_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReferenceData {
    /// Districts with their schools.
    pub districts: Vec<NewDistrict>,
    /// Skills.
    pub skills: Vec<NewSkill>,
    /// Career types.
    pub career_types: Vec<NewCareerType>,
}

/// A district.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewDistrict {
    /// Its full name, at most 150 characters.
    pub name: String,
    /// Other names it goes by: all of them, where they are given. One that is the present name of a known district renames it.
    pub aliases: Option<Vec<String>>,
    /// Its schools.
    pub schools: Vec<NewSchool>,
}

/// A school.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewSchool {
    /// Its full name, at most 255 characters.
    pub name: String,
    /// `elementary`, `middle`, `high` or `other`; a new school needs one.
    pub level: String,
    /// The city it is in.
    pub city: Option<String>,
    /// The state, as two letters.
    pub state: Option<String>,
    /// Its postal code.
    pub postal_code: Option<String>,
    /// Other names it goes by, as of a district.
    pub aliases: Option<Vec<String>>,
}

/// A skill. In JSON its name alone will do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewSkill {
    /// Its name, at most 100 characters.
    pub name: String,
    /// Other names it goes by, as of a district.
    pub aliases: Option<Vec<String>>,
}

/// A career type. In JSON its name alone will do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewCareerType {
    /// Its name, at most 100 characters.
    pub name: String,
    /// Words by which work of this type is recognised: all of them, where they are given.
    pub keywords: Option<Vec<String>>,
    /// Other names it goes by, as of a district.
    pub aliases: Option<Vec<String>>,
}

impl From<&str> for NewSkill {
    fn from(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

impl From<String> for NewSkill {
    fn from(name: String) -> Self {
        Self { name, ..Self::default() }
    }
}

impl From<&str> for NewCareerType {
    fn from(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

impl From<String> for NewCareerType {
    fn from(name: String) -> Self {
        Self { name, ..Self::default() }
    }
}

/// Reads a name alone, or an object of these fields. (An untagged enum would forget which field was wrong.)
macro_rules! name_or_object {
    ($type:ident, $names:literal { $($field:ident: $kind:ty),* $(,)? }) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(Default, serde::Deserialize)]
                #[serde(default, deny_unknown_fields)]
                struct Fields { $($field: $kind),* }

                struct NameOrObject;

                impl<'de> Visitor<'de> for NameOrObject {
                    type Value = $type;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($names)
                    }

                    fn visit_str<E: de::Error>(self, name: &str) -> Result<$type, E> {
                        Ok(name.into())
                    }

                    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<$type, A::Error> {
                        let Fields { $($field),* } = Fields::deserialize(MapAccessDeserializer::new(entries))?;
                        Ok($type { $($field),* })
                    }
                }
                deserializer.deserialize_any(NameOrObject)
            }
        }
    };
}

name_or_object!(NewSkill, "the skill's name, or an object" { name: String, aliases: Option<Vec<String>> });
name_or_object!(NewCareerType, "the career type's name, or an object" {
    name: String,
    keywords: Option<Vec<String>>,
    aliases: Option<Vec<String>>,
});
