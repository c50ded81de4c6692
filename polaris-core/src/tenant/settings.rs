//! What a tenant has settled for itself: name, zone, features, origins.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::operations::Feature;
use crate::store::error::StoreError;
use crate::store::{Row, Transaction, params};
use crate::types::TimeZone;

/// A tenant's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The tenant's name, as people know it.
    pub name: String,
    /// The school district it stands for, if any.
    pub district: Option<String>,
    /// The zone that people's input and every answer follow.
    pub time_zone: TimeZone,
    /// Feature flags by name; unknown ones are kept.
    pub features: BTreeMap<String, bool>,
    /// Web origins that browsers may call the public API from; empty means any.
    pub allowed_origins: Vec<String>,
}

impl Settings {
    /// Whether a feature is on. One that the tenant says nothing of has its default.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.features.get(feature.as_str()).copied().unwrap_or(feature.on_by_default())
    }
}

/// The flags of a new tenant, with the wishes of whoever creates it on top.
pub(crate) fn features_of_a_new_tenant(wishes: &BTreeMap<String, bool>) -> BTreeMap<String, bool> {
    let mut features: BTreeMap<_, _> = Feature::ALL.iter().map(|feature| (feature.as_str().to_owned(), feature.on_by_default())).collect();
    features.extend(wishes.iter().map(|(name, on)| (name.clone(), *on)));
    features
}

pub(crate) fn read(transaction: &Transaction<'_>) -> Result<Settings> {
    let found = transaction.first("SELECT name, district, time_zone, features, allowed_origins FROM settings", params![], |row| {
        Ok(Settings {
            name: row.get("name")?,
            district: row.get("district")?,
            time_zone: row.get("time_zone")?,
            features: json(row, "features")?,
            allowed_origins: json(row, "allowed_origins")?,
        })
    })?;
    Ok(found.ok_or_else(|| StoreError::BadColumn("settings".to_owned()))?)
}

/// A column of JSON text.
pub(crate) fn json<T: serde::de::DeserializeOwned>(row: &Row<'_, '_>, name: &str) -> Result<T> {
    Ok(serde_json::from_str(&row.get::<String>(name)?).map_err(|_| StoreError::BadColumn(name.to_owned()))?)
}
