//! The platform surface: reference data (P5).

use poem::Request;
use poem_openapi::OpenApi;
use polaris_core::error::Problem;
use polaris_core::operations::{REFERENCE_IMPORT, REFERENCE_LIST, REFERENCE_SYNC};
use polaris_core::{Error, ReferenceFilter, ReferenceImport, ReferenceKind, ReferenceSource, ReferenceSync};

use super::reference_wire::{ImportReportBody, NewReferenceDataBody, NewReferenceSyncBody, ReferenceItemBody, SyncReportBody};
use super::session::platform;
use crate::State;
use crate::answer::{Answer, Many, Meta, One, Pagination};
use crate::blocking::Whose;
use crate::body::{PerhapsJsonBody, Upload, Uploaded};
use crate::documented::{InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// Reference data.
pub(crate) struct ReferenceApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl ReferenceApi {
    /// List the reference data of one kind, by name.
    #[oai(path = "/api/v1/platform/reference/:kind", method = "get", operation_id = "reference_list")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// `districts`, `schools`, `skills` or `career_types`.
        #[oai(name = "kind")]
        _kind: InPath<String>,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Items on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
        /// Text that the name, an alias or a school's city contains.
        #[oai(name = "q")]
        _q: InQuery<String>,
        /// Of schools: only those of the district of this name or alias.
        #[oai(name = "district")]
        _district: InQuery<String>,
    ) -> poem::Result<Answer<Many<ReferenceItemBody>>> {
        let platform = platform(&self.state, request, &REFERENCE_LIST).await?;
        let query = Query::strict(request.uri().query().unwrap_or_default(), &["page", "per_page", "q", "district"]);
        let query = query.map_err(Failure::from)?;
        let page = query.page().map_err(Failure::from)?;
        let filter = ReferenceFilter { q: query.get("q").map(str::to_owned), district: query.get("district").map(str::to_owned) };
        let kind = path_parts(request).next().and_then(|kind| ReferenceKind::ALL.iter().find(|known| known.as_str() == kind));
        let kind = *kind.ok_or(Failure::NOT_FOUND)?;
        let list = move || platform.reference().list(kind, &filter, page);
        let found = self.state.blocking.run(Whose::Platform, list).await.map_err(Failure::from)?;
        Ok(Answer::new(&Many {
            success: true,
            pagination: Pagination::of(&found),
            data: found.items.into_iter().map(ReferenceItemBody::from).collect(),
            meta: Meta::now(None, self.state.now()),
        }))
    }

    /// Import reference data from a JSON document with all kinds, or a CSV file of one kind; at most 16 MiB. All or nothing: bad rows are
    /// named with line and column, and nothing is done.
    #[oai(path = "/api/v1/platform/reference/import", method = "post", operation_id = "reference_import")]
    async fn import(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// What a CSV file holds: `districts`, `schools`, `skills` or `career_types`.
        #[oai(name = "kind", validator(pattern = "^(districts|schools|skills|career_types)$"))]
        _kind: InQuery<String>,
        /// `true`: tell what would be done, bad rows too, and do nothing.
        #[oai(name = "dry_run")]
        _dry_run: InQuery<bool>,
        /// `true`: remove what the file doesn't have, of the kinds it has; of schools, in the districts it has schools of.
        #[oai(name = "replace")]
        _replace: InQuery<bool>,
        body: Upload<NewReferenceDataBody>,
    ) -> poem::Result<Answer<One<ImportReportBody>>> {
        let platform = platform(&self.state, request, &REFERENCE_IMPORT).await?;
        let query = Query::strict(request.uri().query().unwrap_or_default(), &["kind", "dry_run", "replace"]).map_err(Failure::from)?;
        let flag = |name| query.parse(name, whether).map(Option::unwrap_or_default).map_err(Failure::from);
        let (dry_run, replace) = (flag("dry_run")?, flag("replace")?);
        let kind = query.parse("kind", kind).map_err(Failure::from)?;
        let uploaded = body.kind()?;
        match (uploaded, kind) {
            (Uploaded::Json, Some(_)) => return Err(bad_kind("goes with text/csv alone: a JSON document names its kinds")),
            (Uploaded::Csv, None) => return Err(bad_kind("is needed for text/csv: it says what the file holds")),
            _ => {}
        }
        let bytes = body.bytes().await?;
        let import = move || {
            let source = match kind {
                Some(kind) => ReferenceSource::csv(kind, &bytes)?,
                None => ReferenceSource::json(&bytes)?,
            };
            platform.reference().import(&ReferenceImport { dry_run, replace, ..ReferenceImport::of([source]) })
        };
        let report = self.state.blocking.run(Whose::Platform, import).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(ImportReportBody::from(report), Meta::now(None, self.state.now()))))
    }

    /// Bring the reference data to tenants: all active ones, or those named. What a tenant uses or made itself stays. What goes wrong with
    /// one tenant is told of that tenant and stops no other.
    #[oai(path = "/api/v1/platform/reference/sync", method = "post", operation_id = "reference_sync")]
    async fn sync(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        body: PerhapsJsonBody<NewReferenceSyncBody>,
    ) -> poem::Result<Answer<One<SyncReportBody>>> {
        let platform = platform(&self.state, request, &REFERENCE_SYNC).await?;
        let sync: ReferenceSync = body.read().await?;
        let report = self.state.blocking.run(Whose::Platform, move || platform.reference().sync(&sync)).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(SyncReportBody::from(report), Meta::now(None, self.state.now()))))
    }
}

fn bad_kind(message: &str) -> poem::Error {
    Failure::Core(Error::bad_request("kind", message)).into()
}

fn kind(text: &str) -> Result<ReferenceKind, Problem> {
    let kind = ReferenceKind::ALL.iter().copied().find(|kind| kind.as_str() == text);
    kind.ok_or_else(|| Problem::new("UNKNOWN_VALUE", "must be districts, schools, skills or career_types"))
}

fn whether(text: &str) -> Result<bool, Problem> {
    text.parse().map_err(|_| Problem::new("UNKNOWN_VALUE", "must be true or false"))
}
