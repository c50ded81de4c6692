//! A person's name and address taken out of a log.

use super::ActorKind;
use crate::error::Result;
use crate::store::{Transaction, params};

/// Takes name, address and salt out of all entries of one person, and tells how many these were. What was done, when and by which number
/// stays, and so does the chain: its hashes cover a salted digest of what is gone, and without the salt nobody can guess it back.
#[cfg_attr(not(test), allow(dead_code, reason = "for the erasure of a person, which is still to come"))]
pub(crate) fn erase(transaction: &Transaction<'_>, kind: ActorKind, id: i64) -> Result<usize> {
    transaction.execute(
        "UPDATE audit_entries SET actor_name = NULL, address = NULL, personal_salt = NULL
         WHERE actor_kind = ?1 AND actor_id = ?2 AND personal_salt IS NOT NULL",
        params![kind.as_str(), id],
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::{Actor, AuditFilter, Caller, Context, NewEvent, NewTenant, PageRequest, Polaris, Role};

    #[test]
    fn erasing_a_persons_fields_keeps_the_chain_and_everybody_elses() {
        let polaris = Polaris::in_memory().unwrap();
        polaris.platform(Actor::System).unwrap().tenants().create(NewTenant::new("kckps", "Kansas City Kansas")).unwrap();
        for (id, name) in [(7, "Pat Lee"), (8, "Ash Hill"), (7, "Pat Lee-Hill")] {
            let context = Context { address: Some("192.0.2.7".into()), request_id: None };
            let caller = Caller::new(Actor::tenant_user(id, name, Role::Admin), context);
            let event = NewEvent {
                title: "Career Day".into(),
                starts_at: "2027-03-04T09:00".into(),
                location: "Gym".into(),
                ..NewEvent::default()
            };
            polaris.tenant("kckps", caller).unwrap().events().create(event).unwrap();
        }
        let kckps = polaris.tenant("kckps", Actor::System).unwrap();
        let file = polaris.engine().unwrap().open_tenant("kckps").unwrap();
        assert_eq!(file.database.write(|log| erase(log, ActorKind::TenantUser, 7)).unwrap(), 2);
        assert_eq!(file.database.write(|log| erase(log, ActorKind::TenantUser, 7)).unwrap(), 0);
        let entries =
            kckps.audit().list(&AuditFilter { action: Some("event.create".into()), ..AuditFilter::default() }, PageRequest::default());
        let told: Vec<_> = entries.unwrap().items.into_iter().map(|entry| (entry.actor_id, entry.actor_name, entry.address)).collect();
        let (gone, kept) = ((Some(7), None, None), (Some(8), Some("Ash Hill".to_owned()), Some("192.0.2.7".to_owned())));
        assert_eq!(told, [gone.clone(), kept, gone]);
        let verified = kckps.audit().verify(None).unwrap();
        assert_eq!((verified.first_break, verified.entries), (None, 4));
    }
}
