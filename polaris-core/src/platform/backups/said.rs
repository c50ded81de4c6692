//! What people were told and said by mail since a backup was made, taken over from the file that is replaced: who wants no mails gets none,
//! links in mails that arrived stay good for what is there again, and what stands in calendars stays the same entry there.

use crate::error::{Error, Result};
use crate::store::dialect::elements;
use crate::store::{Transaction, params};

/// What a file that is replaced knows of it.
pub(super) struct Said {
    /// The numbers of volunteers who opted out of outreach, and of those who asked not to be contacted.
    opted_out: Vec<i64>,
    do_not_contact: Vec<i64>,
    links: Vec<Link>,
    invites: Vec<Invite>,
}

/// What stands in somebody's calendar, or stood there.
struct Invite {
    uid: String,
    sequence: i64,
    event: i64,
    volunteer: i64,
    /// When event and volunteer were added: a number alone might be another's.
    added: (String, String),
    is_out: bool,
}

const INVITES: &str = "
    SELECT i.uid, i.sequence, i.event_id, i.volunteer_id, e.created_at AS event_added, v.created_at AS volunteer_added,
           EXISTS (SELECT 1 FROM participations p
                   WHERE p.event_id = i.event_id AND p.volunteer_id = i.volunteer_id AND p.has_invite = 1) AS is_out
    FROM invites i JOIN events e ON e.id = i.event_id JOIN volunteers v ON v.id = i.volunteer_id";

struct Link {
    hash: String,
    purpose: String,
    participation: Option<i64>,
    volunteer: Option<i64>,
    created_at: String,
}

impl Said {
    /// A file from before there were volunteers, or mails, has none.
    pub(super) fn read(file: &Transaction<'_>) -> Self {
        // One who was merged since is there again, and the same person.
        let numbers = |field: &str| {
            let sql = format!(
                "SELECT v.id FROM volunteers v WHERE v.{field} = 1
                 UNION SELECT m.merged_id FROM volunteer_merges m JOIN volunteers v ON v.id = m.volunteer_id WHERE v.{field} = 1"
            );
            file.all(&sql, params![], |row| row.get("id")).unwrap_or_default()
        };
        let links = file.all("SELECT hash, purpose, participation_id, volunteer_id, created_at FROM mail_links", params![], |row| {
            Ok(Link {
                hash: row.get("hash")?,
                purpose: row.get("purpose")?,
                participation: row.get("participation_id")?,
                volunteer: row.get("volunteer_id")?,
                created_at: row.get("created_at")?,
            })
        });
        let invites = file.all(INVITES, params![], |row| {
            Ok(Invite {
                uid: row.get("uid")?,
                sequence: row.get("sequence")?,
                event: row.get("event_id")?,
                volunteer: row.get("volunteer_id")?,
                added: (row.get("event_added")?, row.get("volunteer_added")?),
                is_out: row.get("is_out")?,
            })
        });
        Self {
            opted_out: numbers("email_opt_out"),
            do_not_contact: numbers("do_not_contact"),
            links: links.unwrap_or_default(),
            invites: invites.unwrap_or_default(),
        }
    }

    pub(super) fn write(&self, file: &Transaction<'_>) -> Result<()> {
        const OPTED_OUT: &str =
            concat!("UPDATE volunteers SET email_opt_out = 1, version = version + 1 WHERE email_opt_out = 0 AND id IN ", elements!("?1"));
        const DO_NOT_CONTACT: &str =
            concat!("UPDATE volunteers SET do_not_contact = 1, version = version + 1 WHERE do_not_contact = 0 AND id IN ", elements!("?1"));
        for (sql, numbers) in [(OPTED_OUT, &self.opted_out), (DO_NOT_CONTACT, &self.do_not_contact)] {
            file.execute(sql, params![serde_json::to_string(numbers).map_err(|_| Error::Internal)?])?;
        }
        for Link { hash, purpose, participation, volunteer, created_at } in &self.links {
            file.execute(
                "INSERT INTO mail_links (hash, purpose, participation_id, volunteer_id, created_at)
                 SELECT ?1, ?2, ?3, ?4, ?5
                 WHERE (?3 IS NULL OR EXISTS (SELECT 1 FROM participations WHERE id = ?3))
                   AND (?4 IS NULL OR EXISTS (SELECT 1 FROM volunteers WHERE id = ?4))
                 ON CONFLICT (hash) DO NOTHING",
                params![hash, purpose, *participation, *volunteer, created_at],
            )?;
        }
        self.invites.iter().try_for_each(|invite| invite.write(file))
    }
}

impl Invite {
    /// Where event and person are there again, their entry is the one that calendars have. Two records may have become one since: where the
    /// entry is that of the other, it stays so.
    fn write(&self, file: &Transaction<'_>) -> Result<()> {
        let Self { uid, sequence, event, volunteer, added: (event_added, volunteer_added), is_out } = self;
        let known = "UPDATE invites SET sequence = max(sequence, ?2) WHERE uid = ?1";
        if file.execute(known, params![uid, *sequence])? == 0 {
            file.execute(
                "INSERT INTO invites (uid, sequence, event_id, volunteer_id)
                 SELECT ?1, ?2, ?3, ?4
                 WHERE EXISTS (SELECT 1 FROM events WHERE id = ?3 AND created_at = ?5)
                   AND EXISTS (SELECT 1 FROM volunteers WHERE id = ?4 AND created_at = ?6)
                 ON CONFLICT (event_id, volunteer_id) DO UPDATE SET uid = excluded.uid, sequence = max(sequence, excluded.sequence)",
                params![uid, *sequence, *event, *volunteer, event_added, volunteer_added],
            )?;
        }
        if *is_out {
            // Its cancellation is owed, however they stand on the roster again.
            let sql = "UPDATE participations SET has_invite = 1, version = version + 1
                       WHERE event_id = ?2 AND volunteer_id = ?3 AND has_invite = 0
                         AND EXISTS (SELECT 1 FROM invites WHERE uid = ?1 AND event_id = ?2 AND volunteer_id = ?3)";
            file.execute(sql, params![uid, *event, *volunteer])?;
        }
        Ok(())
    }
}
