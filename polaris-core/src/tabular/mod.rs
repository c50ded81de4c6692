//! Tables as files.

pub(crate) mod csv;
