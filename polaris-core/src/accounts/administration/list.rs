//! Lists of accounts.

use super::Accounts;
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};
use crate::store::dialect::containing;
use crate::store::value::Param;
use crate::store::{Row, Transaction, params};
use crate::types::fold::fold;
use crate::types::{AccountOrder, AccountSort};

/// Which accounts are wanted. Everything left out lets all through.
pub(crate) struct Wanted<'a> {
    pub(crate) q: Option<&'a str>,
    pub(crate) role: Option<&'static str>,
    pub(crate) active: Option<bool>,
}

/// No name has as many words.
const MOST_WORDS: usize = 12;
/// The longest word that can be found in a name or an address, in bytes.
const LONGEST_WORD: usize = 255;

impl Wanted<'_> {
    /// The words that name, address or username must each contain, as patterns; `None` when nothing can contain them.
    fn patterns(&self) -> Result<Option<Vec<String>>> {
        let q = self.q.unwrap_or_default();
        if q.contains(char::is_control) {
            return Err(Error::bad_request("q", "must not contain control characters"));
        }
        if q.len() > MOST_WORDS * LONGEST_WORD {
            return Ok(None);
        }
        let folded = fold(q);
        let words: Vec<_> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        let findable = words.len() <= MOST_WORDS && words.iter().all(|word| word.len() <= LONGEST_WORD);
        Ok(findable.then(|| words.into_iter().map(containing).collect()))
    }
}

/// The page and its total, in one read transaction.
pub(crate) fn select<T>(
    transaction: &Transaction<'_>,
    accounts: Accounts,
    columns: &str,
    wanted: &Wanted<'_>,
    order: AccountOrder,
    page: PageRequest,
    map: impl FnMut(&Row<'_, '_>) -> Result<T>,
) -> Result<Page<T>> {
    let Some(patterns) = wanted.patterns()? else { return Ok(page.of(Vec::new(), 0)) };
    let (table, name) = (accounts.table(), accounts.folded_name());
    let mut params: Vec<&dyn Param> = params![wanted.role, wanted.active].to_vec();
    let mut matching = format!("FROM {table} WHERE (?1 IS NULL OR role = ?1) AND (?2 IS NULL OR active = ?2)");
    for pattern in &patterns {
        params.push(pattern);
        let at = params.len();
        matching.push_str(&format!(
            " AND ({name} LIKE ?{at} ESCAPE '!' OR folded_email LIKE ?{at} ESCAPE '!' OR folded_username LIKE ?{at} ESCAPE '!')"
        ));
    }
    let total = transaction.first(&format!("SELECT count(*) AS total {matching}"), &params, |row| row.get("total"))?.unwrap_or_default();
    let (limit, offset, at) = (page.per_page(), page.offset(), params.len());
    params.push(&limit);
    params.push(&offset);
    let key = match order.by {
        AccountSort::Name => name,
        AccountSort::Email => "folded_email",
        AccountSort::Created => "created_at",
    };
    // Ties are settled by number, so that pages never overlap.
    let way = if order.descending { "DESC" } else { "ASC" };
    let sql = format!("SELECT {columns} {matching} ORDER BY {key} {way}, id {way} LIMIT ?{} OFFSET ?{}", at + 1, at + 2);
    Ok(page.of(transaction.all(&sql, &params, map)?, total))
}
