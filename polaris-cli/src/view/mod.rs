//! What programs get with `--json`: the core's values under the core's field names.

mod event;
mod page;
mod people;
mod tenant;

pub(crate) use event::EventView;
pub(crate) use page::{List, PageView, standing};
pub(crate) use people::{CreatedStaffView, CreatedUserView, LinkView, StaffView, UserView};
pub(crate) use tenant::{CreatedView, DetailsView, TenantView};
