//! What people were told and said by mail since a backup was made, taken over from the file that is replaced: who wants no mails gets none,
//! and links in mails that arrived stay good for what is there again.

use crate::error::{Error, Result};
use crate::store::dialect::elements;
use crate::store::{Transaction, params};

/// What a file that is replaced knows of it.
pub(super) struct Said {
    /// The numbers of volunteers who opted out of outreach, and of those who asked not to be contacted.
    opted_out: Vec<i64>,
    do_not_contact: Vec<i64>,
    links: Vec<Link>,
}

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
        Self { opted_out: numbers("email_opt_out"), do_not_contact: numbers("do_not_contact"), links: links.unwrap_or_default() }
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
        Ok(())
    }
}
