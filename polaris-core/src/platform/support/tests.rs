#![allow(clippy::unwrap_used)]

use super::{Because, NewSupport, Whose, leave_all};
use crate::types::SessionId;
use crate::{Actor, Caller, NewSession, NewTenant, Polaris};

struct House {
    polaris: Polaris,
    callers: Vec<(String, Caller)>,
}

/// Two members of staff, the first with two sessions; all have entered both tenants.
fn house() -> House {
    let polaris = Polaris::in_memory().unwrap();
    let platform = polaris.platform(Actor::System).unwrap();
    for slug in ["kckps", "hickman"] {
        platform.tenants().create(NewTenant::new(slug, slug)).unwrap();
    }
    let mut callers = Vec::new();
    for name in ["Ash", "Ash", "Sam"] {
        let session = platform.sessions().open(&NewSession { staff: name.into(), ..NewSession::default() }).unwrap();
        let token = session.token.reveal().to_owned();
        let caller = polaris.staff_session(&token).unwrap();
        for slug in ["kckps", "hickman"] {
            let entered = polaris.platform(caller.clone()).unwrap();
            entered.support().enter(&NewSupport { tenant: slug.into(), reason: None }).unwrap();
        }
        callers.push((token, caller));
    }
    House { polaris, callers }
}

impl House {
    fn inside(&self) -> Vec<(usize, &'static str)> {
        let mut inside = Vec::new();
        for (at, (token, _)) in self.callers.iter().enumerate() {
            inside.extend(
                ["kckps", "hickman"].into_iter().filter(|slug| self.polaris.support_session(token, slug).is_ok()).map(|slug| (at, slug)),
            );
        }
        inside
    }

    fn session(&self, at: usize) -> SessionId {
        self.callers[at].1.session.unwrap()
    }

    /// How many ends of stays stand in the log of a tenant.
    fn ends_noted(&self, slug: &str) -> i64 {
        let file = self.polaris.engine().unwrap().open_tenant(slug).unwrap();
        let sql = "SELECT count(*) AS count FROM audit_entries WHERE action = 'support.leave'";
        file.database.read(|transaction| transaction.first(sql, &[], |row| row.get("count"))).unwrap().unwrap()
    }
}

#[test]
fn logging_out_ends_all_stays_of_that_session_and_notes_each_in_its_tenant() {
    let house = house();
    let platform = house.polaris.platform(house.callers[0].1.clone()).unwrap();
    assert_eq!(leave_all(&platform, Whose::Session(house.session(0)), Because::SessionEnded).unwrap(), 2);
    assert_eq!(house.inside(), [(1, "kckps"), (1, "hickman"), (2, "kckps"), (2, "hickman")]);
    assert_eq!((house.ends_noted("kckps"), house.ends_noted("hickman")), (1, 1));
    assert_eq!(leave_all(&platform, Whose::Session(house.session(0)), Because::SessionEnded).unwrap(), 0, "again is nothing");
}

#[test]
fn a_deactivated_account_or_tenant_ends_all_its_stays() {
    let house = house();
    let platform = house.polaris.platform(Actor::System).unwrap();
    let Actor::Staff { id: Some(ash), .. } = house.callers[0].1.actor else { panic!() };
    assert_eq!(leave_all(&platform, Whose::Staff(ash), Because::AccountDeactivated).unwrap(), 4);
    assert_eq!(house.inside(), [(2, "kckps"), (2, "hickman")]);
    let kckps = house.polaris.tenant("kckps", Actor::System).unwrap().id();
    assert_eq!(leave_all(&platform, Whose::Tenant(kckps), Because::TenantDeactivated).unwrap(), 1);
    assert_eq!(house.inside(), [(2, "hickman")]);
    assert_eq!((house.ends_noted("kckps"), house.ends_noted("hickman")), (3, 2));
}
