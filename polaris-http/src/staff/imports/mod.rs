//! The tenant surface: volunteers imported from files (V2) and exported to them (V4).

mod jobs;
mod wire;

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{
    Operation, VOLUNTEERS_CANCEL_IMPORT, VOLUNTEERS_EXPORT, VOLUNTEERS_GET_IMPORT, VOLUNTEERS_GET_REJECTED_ROWS, VOLUNTEERS_IMPORT,
    VOLUNTEERS_LIST_IMPORTS, VOLUNTEERS_PREVIEW_IMPORT,
};
use polaris_core::{Error, ImportField, ImportMapping, Result, TenantHandle, VolunteerExportFormat};

pub(crate) use self::jobs::Imports;
use self::jobs::{Job, Order};
use self::wire::{ImportBody, ImportLogEntryBody, ImportPreviewBody};
use super::people::whether;
use super::session::tenant;
use super::volunteers::{FILTER, filtered};
use crate::State;
use crate::answer::{Answer, Csv, DoneOrGoingOn, Download, Many, One, Pagination, Tables};
use crate::blocking::Whose;
use crate::body::TableUpload;
use crate::documented::{InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// Rows of a report that are told one by one.
const ROWS_TOLD: usize = 1_000;

/// Volunteers in files.
pub(crate) struct VolunteerFilesApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl VolunteerFilesApi {
    /// Look at a file of volunteers, CSV or a workbook of at most 16 MiB: its columns and what they are likely to hold, its first rows, how many
    /// there are. Nothing is kept of it.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/import/preview", method = "post", operation_id = "volunteers_preview_import")]
    async fn preview(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// Which sheet of a workbook; the first visible one unless named.
        #[oai(name = "sheet", validator(max_length = 100))]
        _sheet: InQuery<String>,
        body: TableUpload,
    ) -> poem::Result<Answer<One<ImportPreviewBody>>> {
        let (tenant, _) = self.enter(request, &VOLUNTEERS_PREVIEW_IMPORT).await?;
        let query = Query::strict(request.uri().query().unwrap_or_default(), &["sheet"]).map_err(Failure::from)?;
        let sheet = query.get("sheet").map(str::to_owned);
        let file = body.read().await?;
        let (preview, slug) =
            self.state.in_tenant(tenant, move |tenant| tenant.volunteers().preview_import(&file, sheet.as_deref())).await?;
        Ok(Answer::new(&One::of(ImportPreviewBody::from(preview), self.state.meta(&slug))))
    }

    /// Import volunteers from CSV or a workbook of at most 16 MiB, in one transaction, or tell what that would do. The answer to at most 5,000
    /// rows is waited for; more go on beside (202), and are asked for at the address in Location. It takes no `Idempotency-Key`: the same file
    /// sent again changes nothing.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/import", method = "post", operation_id = "volunteers_import")]
    async fn import(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// `true`: tell what would be done, and change nothing.
        #[oai(name = "dry_run")]
        _dry_run: InQuery<bool>,
        /// Which sheet of a workbook; the first visible one unless named.
        #[oai(name = "sheet", validator(max_length = 100))]
        _sheet: InQuery<String>,
        /// The column of first names. Where any column is given, those that aren't are not read; where none is, what the preview suggests is.
        #[oai(name = "map_first_name", validator(max_length = 200))]
        _map_first_name: InQuery<String>,
        /// The column of last names.
        #[oai(name = "map_last_name", validator(max_length = 200))]
        _map_last_name: InQuery<String>,
        /// The column of e-mail addresses.
        #[oai(name = "map_email", validator(max_length = 200))]
        _map_email: InQuery<String>,
        /// The column of phone numbers.
        #[oai(name = "map_phone", validator(max_length = 200))]
        _map_phone: InQuery<String>,
        /// The column of organizations.
        #[oai(name = "map_organization", validator(max_length = 200))]
        _map_organization: InQuery<String>,
        /// The column of titles.
        #[oai(name = "map_title", validator(max_length = 200))]
        _map_title: InQuery<String>,
        /// The column of career types.
        #[oai(name = "map_career_type", validator(max_length = 200))]
        _map_career_type: InQuery<String>,
        /// The column of skills.
        #[oai(name = "map_skills", validator(max_length = 200))]
        _map_skills: InQuery<String>,
        /// The column of cities.
        #[oai(name = "map_city", validator(max_length = 200))]
        _map_city: InQuery<String>,
        /// The column of states.
        #[oai(name = "map_state", validator(max_length = 200))]
        _map_state: InQuery<String>,
        /// The column of postal codes.
        #[oai(name = "map_postal_code", validator(max_length = 200))]
        _map_postal_code: InQuery<String>,
        /// The column of notes.
        #[oai(name = "map_notes", validator(max_length = 200))]
        _map_notes: InQuery<String>,
        /// The column that says who wants no mails: yes or no.
        #[oai(name = "map_email_opt_out", validator(max_length = 200))]
        _map_email_opt_out: InQuery<String>,
        /// The column that says who is not to be asked at all: yes or no.
        #[oai(name = "map_do_not_contact", validator(max_length = 200))]
        _map_do_not_contact: InQuery<String>,
        /// The column that says who is active or inactive.
        #[oai(name = "map_status", validator(max_length = 200))]
        _map_status: InQuery<String>,
        body: TableUpload,
    ) -> poem::Result<Answer<One<ImportBody>, DoneOrGoingOn>> {
        let (tenant, _) = self.enter(request, &VOLUNTEERS_IMPORT).await?;
        let (sheet, mapping, dry_run) = asked(request.uri().query().unwrap_or_default()).map_err(Failure::from)?;
        let file = body.read().await?;
        let slug = tenant.slug().to_string();
        let job = self.state.imports.begin(&self.state.blocking, tenant, Order { file, sheet, mapping, dry_run }).map_err(Failure::from)?;
        job.settled().await;
        if let Some(Err(error)) = job.end() {
            return Err(Failure::Core(error.clone()).into());
        }
        let answer = Answer::new(&One::of(ImportBody::from(&*job), self.state.meta(&slug)));
        let answer = answer.header(header::LOCATION, format!("/api/v1/tenants/{slug}/volunteers/imports/{}", job.reference));
        Ok(if job.end().is_some() { answer } else { answer.going_on() })
    }

    /// List the imports that were done, the last one first.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/imports", method = "get", operation_id = "volunteers_list_imports")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Imports on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
    ) -> poem::Result<Answer<Many<ImportLogEntryBody>>> {
        let (tenant, _) = self.enter(request, &VOLUNTEERS_LIST_IMPORTS).await?;
        let query = Query::strict(request.uri().query().unwrap_or_default(), &["page", "per_page"]).map_err(Failure::from)?;
        let page = query.page().map_err(Failure::from)?;
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().list_imports(page)).await?;
        Ok(Answer::new(&Many {
            success: true,
            pagination: Pagination::of(&found),
            data: found.items.into_iter().map(ImportLogEntryBody::from).collect(),
            meta: self.state.meta(&slug),
        }))
    }

    /// Show an import: how far it is, or what it did. At most 1,000 rows are told, rejected ones first. They are known for an hour after its end, as
    /// long as the server runs, and unless the tenant's later imports need the room; after that its counts are, where it was done. One that is not found was not done, and can be sent again.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/imports/:import", method = "get", operation_id = "volunteers_get_import")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The import's reference, or its number in the log.
        #[oai(name = "import")]
        _import: InPath<String>,
    ) -> poem::Result<Answer<One<ImportBody>>> {
        let (tenant, import) = self.enter(request, &VOLUNTEERS_GET_IMPORT).await?;
        if let Some(job) = self.state.imports.find(tenant.id(), &import) {
            return Ok(self.answer(&job, tenant.slug().as_str()));
        }
        let reference = import.clone();
        let (logged, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().get_import(&import)).await?;
        Ok(Answer::new(&One::of(ImportBody::logged(&logged, &reference), self.state.meta(&slug))))
    }

    /// Break off an import that is under way: nothing of it stays. The answer tells how it ended, which may be that it was done by then.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/imports/:import", method = "delete", operation_id = "volunteers_cancel_import")]
    async fn cancel(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The import's reference.
        #[oai(name = "import")]
        _import: InPath<String>,
    ) -> poem::Result<Answer<One<ImportBody>>> {
        let (tenant, import) = self.enter(request, &VOLUNTEERS_CANCEL_IMPORT).await?;
        let job = self.job(&tenant, &import)?;
        job.cancel().await;
        Ok(self.answer(&job, tenant.slug().as_str()))
    }

    /// Download the rejected rows of an import, or of a dry run, as CSV: the columns of the file, and behind them each row's number and what is
    /// wrong. Mended, it can be imported as it is. It has at most 8 MiB: `rejected_in_file` of the report tells how many rows that are. Known as long
    /// as the report's rows are.
    #[oai(
        path = "/api/v1/tenants/:tenant/volunteers/imports/:import/rejected",
        method = "get",
        operation_id = "volunteers_get_rejected_rows"
    )]
    async fn rejected(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The import's reference.
        #[oai(name = "import")]
        _import: InPath<String>,
    ) -> poem::Result<Download<Csv>> {
        let (tenant, import) = self.enter(request, &VOLUNTEERS_GET_REJECTED_ROWS).await?;
        let job = self.job(&tenant, &import)?;
        let rejected = match job.end() {
            Some(Ok(done)) => done.report.rejected_csv().map(<[u8]>::to_vec),
            _ => None,
        };
        let file = rejected.ok_or(Failure::Core(Error::NotFound("rejected row of this import")))?;
        let pieces = futures_util::stream::once(std::future::ready(Ok(file)));
        Ok(Download::new("text/csv; charset=utf-8", &format!("volunteers-{}-rejected.csv", tenant.slug()), pieces))
    }

    /// Export volunteers as CSV or a workbook. That they were exported is in the audit log, with their number.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/export", method = "get", operation_id = "volunteers_export")]
    async fn export(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// `csv` (the default; safe to open in a spreadsheet), `raw_csv` (for programs) or `xlsx`. What was
        /// exported can be imported, and changes nothing; but not `raw_csv`, in which nothing tells a text from a formula or a blank cell.
        #[oai(name = "format", validator(pattern = "^(csv|raw_csv|xlsx)$"))]
        _format: InQuery<String>,
        /// Words that name, organization, e-mail address, title or skills hold, whole or their beginning, whatever their case and accents.
        #[oai(name = "q", validator(max_length = 200))]
        _q: InQuery<String>,
        /// Who has this skill, by name or alias.
        #[oai(name = "skill")]
        _skill: InQuery<String>,
        /// Of this career type, by name or alias.
        #[oai(name = "career_type")]
        _career_type: InQuery<String>,
        /// Of this organization, whatever its case and accents.
        #[oai(name = "organization")]
        _organization: InQuery<String>,
        /// `true` for those who are active, `false` for those who are deactivated.
        #[oai(name = "active", validator(pattern = "^(true|false)$"))]
        _active: InQuery<String>,
        /// `name` (the default; the last name first), `organization` or `created`; with a `-` in front for the other way round.
        #[oai(name = "sort", validator(pattern = "^-?(name|organization|created)$"))]
        _sort: InQuery<String>,
    ) -> poem::Result<Download<Tables>> {
        let (tenant, _) = self.enter(request, &VOLUNTEERS_EXPORT).await?;
        let query =
            Query::strict(request.uri().query().unwrap_or_default(), &[&FILTER[..], &["format"]].concat()).map_err(Failure::from)?;
        let (filter, order) = filtered(&query).map_err(Failure::from)?;
        let format = query.parse("format", VolunteerExportFormat::parse).map_err(Failure::from)?.unwrap_or(VolunteerExportFormat::Csv);
        let (export, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().export(&filter, order, format)).await?;
        let name = export.file_name();
        // Each piece is asked for when the client has taken the one before: a slow one holds up no thread.
        let pieces = futures_util::stream::unfold(Some((self.state.clone(), slug, export)), |under_way| async {
            let (state, slug, mut export) = under_way?;
            let read = state.blocking.run(Whose::Tenant(&slug), move || Ok((export.next_piece()?, export))).await;
            match read {
                Ok((Some(piece), export)) => Some((Ok(piece), Some((state, slug, export)))),
                Ok((None, _)) => None,
                Err(error) => {
                    tracing::warn!(%error, "an export was cut off");
                    Some((Err(std::io::Error::other("the export could not be finished")), None))
                }
            }
        });
        Ok(Download::new(format.media_type(), &name, pieces))
    }
}

impl VolunteerFilesApi {
    /// The tenant of the path, once it is known that the caller may do this there, and the import of the path, if it names one.
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, String), Failure> {
        let mut parts = path_parts(request);
        let handle = tenant(&self.state, request, &parts.next().unwrap_or_default(), operation).await?;
        Ok((handle, parts.next().unwrap_or_default()))
    }

    fn job(&self, tenant: &TenantHandle, reference: &str) -> Result<std::sync::Arc<Job>, Failure> {
        self.state
            .imports
            .find(tenant.id(), reference)
            .ok_or(Failure::Core(Error::NotFound("import of volunteers under way or done lately")))
    }

    fn answer(&self, job: &Job, tenant: &str) -> Answer<One<ImportBody>> {
        Answer::new(&One::of(ImportBody::from(job), self.state.meta(tenant)))
    }
}

/// The parameters of an import. A field's is its name with `map_` in front.
const MAPPED: [(ImportField, &str); 15] = [
    (ImportField::FirstName, "map_first_name"),
    (ImportField::LastName, "map_last_name"),
    (ImportField::Email, "map_email"),
    (ImportField::Phone, "map_phone"),
    (ImportField::Organization, "map_organization"),
    (ImportField::Title, "map_title"),
    (ImportField::CareerType, "map_career_type"),
    (ImportField::Skills, "map_skills"),
    (ImportField::City, "map_city"),
    (ImportField::State, "map_state"),
    (ImportField::PostalCode, "map_postal_code"),
    (ImportField::Notes, "map_notes"),
    (ImportField::EmailOptOut, "map_email_opt_out"),
    (ImportField::DoNotContact, "map_do_not_contact"),
    (ImportField::Status, "map_status"),
];

fn asked(query: &str) -> Result<(Option<String>, Option<ImportMapping>, bool)> {
    let known: Vec<&'static str> = ["dry_run", "sheet"].into_iter().chain(MAPPED.iter().map(|(_, name)| *name)).collect();
    let query = Query::strict(query, &known)?;
    let given = |(field, name): &(ImportField, &str)| Some((*field, query.get(name)?.to_owned()));
    // A form sends what was left blank, too.
    let mapping: ImportMapping = MAPPED.iter().filter_map(given).filter(|(_, column)| !column.trim().is_empty()).collect();
    let mapped = MAPPED.iter().any(|(_, name)| query.get(name).is_some());
    Ok((query.get("sheet").map(str::to_owned), mapped.then_some(mapping), query.parse("dry_run", whether)?.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_parameter() {
        assert_eq!(MAPPED.len(), ImportField::ALL.len());
        for (field, name) in MAPPED {
            assert_eq!(name, format!("map_{field}"));
        }
    }
}
