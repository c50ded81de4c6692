//! The platform surface: migrations (P8) and backups (P10). Backups are made into the server's own place and named by their names:
//! nobody names a path over HTTP.

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use polaris_core::operations::{BACKUPS_CREATE, BACKUPS_GET, BACKUPS_LIST, BACKUPS_RESTORE, BACKUPS_VERIFY, TENANTS_MIGRATE};
use polaris_core::{BackupRef, NewBackup, NewMigration, NewRestore};

use super::maintenance_wire::{
    BackupBody, MigrationReportBody, NewBackupBody, NewMigrationBody, NewRestoreBody, RestoredBody, VerificationBody,
};
use super::session::platform;
use crate::State;
use crate::answer::{Answer, Created, Many, Meta, One};
use crate::blocking::Whose;
use crate::body::{JsonBody, PerhapsJsonBody};
use crate::documented::{InPath, InQuery, WithSession};
use crate::error::Failure;
use crate::query::{Query, path_parts};

/// Migrations and backups.
pub(crate) struct MaintenanceApi {
    pub(crate) state: State,
}

#[OpenApi]
impl MaintenanceApi {
    /// Bring tenants' databases to this version's schema, or see which need it. What fails is told, the others go on.
    #[oai(path = "/api/v1/platform/migrations", method = "post", operation_id = "tenants_migrate")]
    async fn migrate(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        body: JsonBody<NewMigrationBody>,
    ) -> poem::Result<Answer<One<MigrationReportBody>>> {
        let platform = platform(&self.state, request, &TENANTS_MIGRATE).await?;
        let wanted: NewMigration = body.read().await?;
        let done = self.state.blocking.run(Whose::Platform, move || platform.tenants().migrate(&wanted)).await;
        let data = MigrationReportBody::from(&done.map_err(Failure::from)?);
        Ok(Answer::new(&One::of(data, Meta::now(None, self.state.now()))))
    }

    /// List backups, newest first.
    #[oai(path = "/api/v1/platform/backups", method = "get", operation_id = "backups_list")]
    async fn list(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// Which page, from 1.
        #[oai(name = "page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _page: InQuery<u32>,
        /// Backups on a page; more than 100 give 100.
        #[oai(name = "per_page", validator(minimum(value = "1"), maximum(value = "1000000")))]
        _per_page: InQuery<u32>,
    ) -> poem::Result<Answer<Many<BackupBody>>> {
        let platform = platform(&self.state, request, &BACKUPS_LIST).await?;
        let query = Query::strict(request.uri().query().unwrap_or_default(), &["page", "per_page"]).map_err(Failure::from)?;
        let page = query.page().map_err(Failure::from)?;
        let found = self.state.blocking.run(Whose::Platform, move || platform.backups().list(page)).await.map_err(Failure::from)?;
        Ok(Answer::new(&Many::of(&found, Meta::now(None, self.state.now()))))
    }

    /// Back up the registry and tenants while everything runs. Answers when it is done.
    #[oai(path = "/api/v1/platform/backups", method = "post", operation_id = "backups_create")]
    async fn create(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        body: PerhapsJsonBody<NewBackupBody>,
    ) -> poem::Result<Answer<One<BackupBody>, Created>> {
        let platform = platform(&self.state, request, &BACKUPS_CREATE).await?;
        let new: NewBackup = body.read().await?;
        let made = self.state.blocking.run(Whose::Platform, move || platform.backups().create(&new)).await.map_err(Failure::from)?;
        let address = format!("/api/v1/platform/backups/{}", made.name);
        let meta = Meta::now(None, self.state.now());
        Ok(Answer::new(&One::of(BackupBody::from(&made), meta)).header(header::LOCATION, address))
    }

    /// Show one backup: when it was made, which tenants it holds.
    #[oai(path = "/api/v1/platform/backups/:backup", method = "get", operation_id = "backups_get")]
    async fn get(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The backup's name.
        #[oai(name = "backup")]
        _backup: InPath<String>,
    ) -> poem::Result<Answer<One<BackupBody>>> {
        let platform = platform(&self.state, request, &BACKUPS_GET).await?;
        let which = which(request);
        let found = self.state.blocking.run(Whose::Platform, move || platform.backups().get(&which)).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(BackupBody::from(&found), Meta::now(None, self.state.now()))))
    }

    /// Read a backup whole and check it: manifest, check sums, whose each file is, integrity, foreign keys, audit logs.
    #[oai(path = "/api/v1/platform/backups/:backup/verify", method = "post", operation_id = "backups_verify")]
    async fn verify(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The backup's name.
        #[oai(name = "backup")]
        _backup: InPath<String>,
    ) -> poem::Result<Answer<One<VerificationBody>>> {
        let platform = platform(&self.state, request, &BACKUPS_VERIFY).await?;
        let which = which(request);
        let found = self.state.blocking.run(Whose::Platform, move || platform.backups().verify(&which)).await.map_err(Failure::from)?;
        Ok(Answer::new(&One::of(VerificationBody::from(&found), Meta::now(None, self.state.now()))))
    }

    /// Put a tenant back as a backup has it. It must be deactivated, or its file missing or damaged; that file goes to the trash.
    #[oai(path = "/api/v1/platform/backups/:backup/restore", method = "post", operation_id = "backups_restore")]
    async fn restore(
        &self,
        request: &Request,
        #[oai(name = "session")] _session: WithSession,
        /// The backup's name.
        #[oai(name = "backup")]
        _backup: InPath<String>,
        body: JsonBody<NewRestoreBody>,
    ) -> poem::Result<Answer<One<RestoredBody>>> {
        let platform = platform(&self.state, request, &BACKUPS_RESTORE).await?;
        let (which, wanted): (_, NewRestore) = (which(request), body.read().await?);
        let done = self.state.blocking.run(Whose::Platform, move || platform.backups().restore(&which, &wanted)).await;
        let data = RestoredBody::from(&done.map_err(Failure::from)?);
        Ok(Answer::new(&One::of(data, Meta::now(None, self.state.now()))))
    }
}

fn which(request: &Request) -> BackupRef {
    BackupRef::named(&path_parts(request).next().unwrap_or_default())
}
