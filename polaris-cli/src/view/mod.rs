//! What programs get with `--json`: the core's values under the core's field names.

mod calendar;
mod event;
mod import;
mod key;
mod mail;
mod mail_template;
mod outreach;
mod page;
mod people;
mod recruitment;
mod reference;
mod roster;
mod tenant;
mod volunteer;

pub(crate) use calendar::{AgendaView, CreatedFeedView, FeedView};
pub(crate) use event::{ChangedEventView, EventView};
pub(crate) use import::{ImportLogEntryView, ImportPreviewView, VolunteerImportView};
pub(crate) use key::{KeyView, MadeKeyView};
pub(crate) use mail::MailView;
pub(crate) use mail_template::{MailPreviewView, MailTemplateView};
pub(crate) use outreach::{LoggedOutreachView, OutreachEntryView, OutreachMailPreviewView, SentOutreachMailView};
pub(crate) use page::{List, PageView, standing};
pub(crate) use people::{CreatedStaffView, CreatedUserView, LinkView, StaffView, UserView};
pub(crate) use recruitment::{CandidateView, DashboardView, LeftOutView};
pub(crate) use reference::{ImportView, ReferenceItemView, SyncView};
pub(crate) use roster::{HistoryEntryView, ParticipationView, PlacedView, RosterEntryView, RosterTotalsView};
pub(crate) use tenant::{CreatedView, DetailsView, TenantView};
pub(crate) use volunteer::{MergeView, NoteView, SavedVolunteerView, SuggestionView, VolunteerDetailsView, VolunteerView};
