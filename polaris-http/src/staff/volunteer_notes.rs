//! The tenant surface: notes on volunteers (V6).

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{Operation, VOLUNTEERS_ADD_NOTE, VOLUNTEERS_EDIT_NOTE, VOLUNTEERS_LIST_NOTES, VOLUNTEERS_REMOVE_NOTE};
use polaris_core::types::{NoteId, VolunteerId};
use polaris_core::{NewNote, NoteEdit, Result, TenantHandle, VolunteerNote};

use super::if_match::{self, etag};
use super::people::number;
use super::session::tenant;
use super::wire_volunteers::{NewNoteBody, NoteEditBody, RemovedBody, VolunteerNoteBody};
use crate::State;
use crate::answer::{Answer, Created, Many, One, Success};
use crate::body::JsonBody;
use crate::documented::{InHeader, InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// The notes on a tenant's volunteers.
pub(crate) struct VolunteerNotesApi {
    pub(crate) state: State,
}

#[OpenApi]
#[allow(clippy::too_many_arguments, reason = "each is a documented parameter")]
impl VolunteerNotesApi {
    /// List the notes on a volunteer, the last day first.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/:volunteer/notes", method = "get", operation_id = "volunteers_list_notes")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Notes on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
    ) -> poem::Result<Answer<Many<VolunteerNoteBody>>> {
        let (tenant, volunteer, _) = self.enter(request, &VOLUNTEERS_LIST_NOTES).await?;
        let query = Query::strict(request.uri().query().unwrap_or_default(), &["page", "per_page"]).map_err(Failure::from)?;
        let page = query.page().map_err(Failure::from)?;
        let (found, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().list_notes(volunteer, page)).await?;
        Ok(Answer::new(&Many::of(&found, self.state.meta(&slug))))
    }

    /// Add a note on a volunteer; its author is whoever is logged in.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/:volunteer/notes", method = "post", operation_id = "volunteers_add_note")]
    async fn add(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
        body: JsonBody<NewNoteBody>,
    ) -> poem::Result<Answer<One<VolunteerNoteBody>, Created>> {
        let (tenant, volunteer, _) = self.enter(request, &VOLUNTEERS_ADD_NOTE).await?;
        let draft: NewNote = body.read().await?;
        let (note, slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().add_note(volunteer, &draft)).await?;
        let address = format!("/api/v1/tenants/{slug}/volunteers/{}/notes/{}", note.volunteer_id, note.id);
        Ok(self.answer(&note, &slug).header(header::LOCATION, address))
    }

    /// Change a note. What is left out stays; null clears. Its author stays.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/:volunteer/notes/:note", method = "patch", operation_id = "volunteers_edit_note")]
    async fn edit(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
        /// The note's number.
        #[oai(name = "note")]
        _note: InPath<i64>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
        body: JsonBody<NoteEditBody>,
    ) -> poem::Result<Answer<One<VolunteerNoteBody>>> {
        let (tenant, volunteer, note) = self.enter(request, &VOLUNTEERS_EDIT_NOTE).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let edit: NoteEdit = body.read().await?;
        let (note, slug) =
            self.state.in_tenant(tenant, move |tenant| tenant.volunteers().edit_note(volunteer, note, &edit, version)).await?;
        Ok(self.answer(&note, &slug))
    }

    /// Remove a note for good.
    #[oai(path = "/api/v1/tenants/:tenant/volunteers/:volunteer/notes/:note", method = "delete", operation_id = "volunteers_remove_note")]
    async fn remove(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The tenant's slug.
        #[oai(name = "tenant")]
        _tenant: InPath<String>,
        /// The volunteer's number.
        #[oai(name = "volunteer")]
        _volunteer: InPath<i64>,
        /// The note's number.
        #[oai(name = "note")]
        _note: InPath<i64>,
        /// The ETag of the version that is meant; another is a conflict.
        #[oai(name = "If-Match")]
        _version: InHeader<String>,
    ) -> poem::Result<Answer<One<RemovedBody>>> {
        let (tenant, volunteer, note) = self.enter(request, &VOLUNTEERS_REMOVE_NOTE).await?;
        let version = if_match::version(request).map_err(Failure::from)?;
        let ((), slug) = self.state.in_tenant(tenant, move |tenant| tenant.volunteers().remove_note(volunteer, note, version)).await?;
        Ok(Answer::new(&One::of(RemovedBody { removed: 1 }, self.state.meta(&slug))))
    }
}

impl VolunteerNotesApi {
    /// The tenant of the path, once it is known that the caller may do this there, and the volunteer and the note of the path.
    async fn enter(&self, request: &Request, operation: &'static Operation) -> Result<(TenantHandle, VolunteerId, NoteId), Failure> {
        let mut parts = path_parts(request);
        let handle = tenant(&self.state, request, &parts.next().unwrap_or_default(), operation).await?;
        Ok((handle, VolunteerId::new(number(parts.next())), NoteId::new(number(parts.next()))))
    }

    fn answer<S: Success>(&self, note: &VolunteerNote, tenant: &str) -> Answer<One<VolunteerNoteBody>, S> {
        let body = One::of(VolunteerNoteBody::from(note), self.state.meta(tenant));
        Answer::new(&body).header(header::ETAG, etag(note.version))
    }
}
