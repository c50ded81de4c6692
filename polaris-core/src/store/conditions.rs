//! The part of a statement behind WHERE, put together from what a caller asks for.

use super::value::Param;

/// Conditions that must all hold, with their parameters.
#[derive(Default)]
pub(crate) struct Conditions {
    sql: Vec<String>,
    params: Vec<Box<dyn Param + Send>>,
}

impl Conditions {
    /// One with a parameter, which stands in it as `??`, several times if need be.
    pub(crate) fn add(&mut self, sql: &str, param: impl Param + Send + 'static) {
        self.params.push(Box::new(param));
        self.sql.push(sql.replace("??", &format!("?{}", self.params.len())));
    }

    /// One without a parameter.
    pub(crate) fn add_plain(&mut self, sql: impl Into<String>) {
        self.sql.push(sql.into());
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.sql.is_empty()
    }

    /// ` WHERE …`, or nothing.
    pub(crate) fn sql(&self) -> String {
        if self.sql.is_empty() { String::new() } else { format!(" WHERE {}", self.sql.join(" AND ")) }
    }

    /// The parameters of [`Self::sql`] and these behind them.
    pub(crate) fn params<'p>(&'p self, more: &[&'p dyn Param]) -> Vec<&'p dyn Param> {
        self.params.iter().map(|param| &**param as &dyn Param).chain(more.iter().copied()).collect()
    }

    /// The number of the first parameter behind them.
    pub(crate) fn next(&self) -> usize {
        self.params.len() + 1
    }
}
