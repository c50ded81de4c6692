//! X2: a log taken out as a file, a piece at a time.

use super::entry::{COLUMNS, entry};
use super::log::Verb;
use super::{AuditEntry, AuditFilter, AuditLog, Entry};
use crate::error::{Error, Result};
use crate::store::params;
use crate::tabular::csv;
use crate::types::words::words;

/// Numbers looked through at a time: each piece is a read transaction of some milliseconds, whatever the filter lets through.
const PIECE: i64 = 2_000;

words! {
    /// What an export is written as.
    ExportFormat, "format", exact {
        /// Comma-separated values (RFC 4180), safe to open in a spreadsheet.
        Csv = "csv",
        /// One JSON object a line.
        Jsonl = "jsonl",
    }
}

impl ExportFormat {
    /// The media type of such a file.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/x-ndjson",
        }
    }
}

/// An export under way: [`Self::next_piece`] until there is no more. Whatever is written to the log meanwhile is not in it.
pub struct AuditExport {
    log: AuditLog,
    filter: AuditFilter,
    format: ExportFormat,
    rows: u64,
    /// The last number that was looked through, and the last there is.
    after: i64,
    last: i64,
    begun: bool,
}

impl AuditLog {
    /// Begins to take out the entries that pass the filter, oldest first. That it was done, with how many rows, is in the log before the
    /// first of them is handed out.
    ///
    /// # Errors
    ///
    /// As [`Self::list`].
    pub fn export(&self, filter: &AuditFilter, format: ExportFormat) -> Result<AuditExport> {
        let (rows, last) = self.note(Verb::Export, |log, zone| {
            let conditions = filter.checked(zone)?.conditions;
            let sql = format!("SELECT count(*) AS total FROM audit_entries{}", conditions.sql());
            let rows: i64 = log.first(&sql, &conditions.params(&[]), |row| row.get("total"))?.unwrap_or_default();
            let last: i64 =
                log.first("SELECT coalesce(max(id), 0) AS last FROM audit_entries", params![], |row| row.get("last"))?.unwrap_or_default();
            let details = serde_json::json!({ "format": format, "rows": rows, "filter": filter.told() });
            Ok(((rows, last), Entry::of("audit_log", self.tenant().unwrap_or("operator"), details)))
        })?;
        let after = filter.after.map_or(0, crate::types::AuditId::get).max(0);
        Ok(AuditExport { log: self.clone(), filter: filter.clone(), format, rows: rows.unsigned_abs(), after, last, begun: false })
    }
}

impl AuditExport {
    /// How many entries it has.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// What it is written as.
    #[must_use]
    pub fn format(&self) -> ExportFormat {
        self.format
    }

    /// A name for the file, such as `audit-kckps.csv`.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("audit-{}.{}", self.log.tenant().unwrap_or("operator"), self.format)
    }

    /// The next piece of the file; `None` at its end.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`], [`Error::TenantInactive`], [`Error::Unavailable`]; what was handed out is then not whole.
    pub fn next_piece(&mut self) -> Result<Option<Vec<u8>>> {
        let mut piece = Vec::new();
        if !std::mem::replace(&mut self.begun, true) && self.format == ExportFormat::Csv {
            csv::line(&mut piece, HEADER.iter().copied());
        }
        while piece.is_empty() && self.after < self.last {
            let to = self.after.saturating_add(PIECE).min(self.last);
            for entry in self.entries(to)? {
                self.write(&entry, &mut piece)?;
            }
            self.after = to;
        }
        Ok((!piece.is_empty()).then_some(piece))
    }

    /// The entries up to a number.
    fn entries(&self, to: i64) -> Result<Vec<AuditEntry>> {
        self.log.read(Verb::Export, |log, zone| {
            let mut conditions = self.filter.checked(zone)?.conditions;
            conditions.add("id > ??", self.after);
            conditions.add("id <= ??", to);
            log.all(&format!("SELECT {COLUMNS}{} ORDER BY id", conditions.sql()), &conditions.params(&[]), entry)
        })
    }

    fn write(&self, entry: &AuditEntry, piece: &mut Vec<u8>) -> Result<()> {
        match self.format {
            ExportFormat::Csv => csv::line(piece, cells(entry).iter().map(String::as_str)),
            ExportFormat::Jsonl => {
                serde_json::to_writer(&mut *piece, entry).map_err(|_| Error::Internal)?;
                piece.push(b'\n');
            }
        }
        Ok(())
    }
}

/// The columns, under the names that JSON has.
const HEADER: [&str; 14] = [
    "id",
    "occurred_at",
    "actor_kind",
    "actor_id",
    "actor_role",
    "actor_name",
    "address",
    "action",
    "resource_kind",
    "resource_id",
    "request_id",
    "outcome",
    "details",
    "hash",
];

fn cells(entry: &AuditEntry) -> [String; 14] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        entry.id.to_string(),
        crate::types::instant_text(entry.occurred_at),
        entry.actor_kind.to_string(),
        entry.actor_id.map(|id| id.to_string()).unwrap_or_default(),
        text(&entry.actor_role),
        text(&entry.actor_name),
        text(&entry.address),
        entry.action.clone(),
        text(&entry.resource_kind),
        text(&entry.resource_id),
        text(&entry.request_id),
        entry.outcome.to_string(),
        entry.details.to_string(),
        entry.hash.clone(),
    ]
}
