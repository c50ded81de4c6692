//! Mails about one's own place at an event, queued in the transaction of the change that they tell of.

use serde_json::json;

use super::invites::{self, InviteStep};
use super::outbox::{NewMail, Shown};
use crate::error::Result;
use crate::store::params;
use crate::tenant::events::Event;
use crate::tenant::handle::Writing;
use crate::tenant::rosters::Participation;
use crate::types::{MailId, MailKind};

/// Tells somebody how they stand at an event, together with what becomes of the event in their calendar. In one call:
///
/// - confirmed, with an invite: `tell(writing, MailKind::SignupConfirmed, &event, &place, email, Some(InviteStep::Anew))`, or
///   [`InviteStep::Again`] where they had one already and nothing changed; the same with [`MailKind::SignupPromoted`];
/// - cancelled, which takes the invite back: `tell(writing, MailKind::SignupCancelled, &event, &place, email,
///   place.has_invite.then_some(InviteStep::TakenBack))`, with the place as it was before; the same with [`MailKind::SignupRemoved`] where
///   staff took it back;
/// - on the waitlist: `tell(writing, MailKind::SignupWaitlisted, &event, &place, email, None)`.
///
/// It settles the number of the invite, and writes down in `participations.has_invite` whether one is out now: its update or cancellation is
/// owed then, which [`Events::edit`](crate::tenant::events::Events::edit) and [`Events::cancel`](crate::tenant::events::Events::cancel)
/// see to. A place written after this must not put another value there.
pub(crate) fn tell(
    writing: &Writing<'_>,
    kind: MailKind,
    event: &Event,
    place: &Participation,
    email: &str,
    invite: Option<InviteStep>,
) -> Result<MailId> {
    let mut data = json!({ "event": Shown::from(event) });
    if let Some(step) = invite {
        data["invite"] = invites::step(writing.transaction, place.event_id, place.volunteer_id, step)?;
        let sql = "UPDATE participations SET has_invite = ?2 WHERE id = ?1";
        writing.transaction.execute(sql, params![place.id, step != InviteStep::TakenBack])?;
    }
    let (volunteer, event, participation) = (Some(place.volunteer_id), Some(place.event_id), Some(place.id));
    NewMail { volunteer, event, participation, data, ..NewMail::new(kind, email) }.queue(writing)
}
