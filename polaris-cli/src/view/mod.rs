//! What programs get with `--json`: the core's values under the core's field names.

mod event;
mod page;
mod tenant;

pub(crate) use event::EventView;
pub(crate) use page::{List, PageView, standing};
pub(crate) use tenant::{CreatedView, DetailsView, TenantView};
