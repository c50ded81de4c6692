//! Audit logs (X2, X3): a tenant's, and the operator's own, by the same names.

mod operator;
mod tenant;
mod wire;

use poem_openapi::types::{ParseFromJSON, ToJSON, Type};
use polaris_core::audit::ActorKind;
use polaris_core::error::Problem;
use polaris_core::types::AuditId;
use polaris_core::{AuditFilter, AuditHead, AuditLog, AuditMoment, Error, ExportFormat, Outcome};
use serde::Serialize;

pub(crate) use self::operator::PlatformAuditApi;
pub(crate) use self::tenant::AuditApi;
use self::wire::{EntryBody, HeadBody, VerificationBody};
use crate::State;
use crate::answer::{Answer, Download, Many, Meta, One, Pagination};
use crate::blocking::Whose;
use crate::error::Failure;
use crate::query::Query;

/// Whose log it is.
struct Asked {
    state: State,
    log: AuditLog,
    query: String,
}

const FILTER: [&str; 9] = ["actor_kind", "actor_id", "action", "resource_kind", "resource_id", "from", "to", "outcome", "after"];

impl Asked {
    fn of(state: &State, log: AuditLog, request: &poem::Request) -> Self {
        Self { state: state.clone(), log, query: request.uri().query().unwrap_or_default().to_owned() }
    }

    fn whose(log: &AuditLog) -> Whose<'_> {
        log.tenant().map_or(Whose::Platform, Whose::Tenant)
    }

    async fn list(self) -> poem::Result<Answer<Many<EntryBody>>> {
        let Self { state, log, query } = self;
        let query = Query::strict(&query, &[&FILTER[..], &["page", "per_page"]].concat()).map_err(Failure::from)?;
        let (filter, page) = (filter(&query).map_err(Failure::from)?, query.page().map_err(Failure::from)?);
        let asked = log.clone();
        let found = state.blocking.run(Self::whose(&log), move || asked.list(&filter, page)).await.map_err(Failure::from)?;
        Ok(Answer::new(&Many {
            success: true,
            pagination: Pagination::of(&found),
            data: found.items.into_iter().map(EntryBody::from).collect(),
            meta: Meta::now(log.tenant(), state.now()),
        }))
    }

    async fn export(self) -> poem::Result<Download> {
        let Self { state, log, query } = self;
        let query = Query::strict(&query, &[&FILTER[..], &["format"]].concat()).map_err(Failure::from)?;
        let filter = filter(&query).map_err(Failure::from)?;
        let format = query.parse("format", ExportFormat::parse).map_err(Failure::from)?.unwrap_or(ExportFormat::Csv);
        let asked = log.clone();
        let export = state.blocking.run(Self::whose(&log), move || asked.export(&filter, format)).await.map_err(Failure::from)?;
        let (media_type, name) = (format.media_type(), export.file_name());
        // Each piece is asked for when the client has taken the one before: a slow one holds up no thread.
        let pieces = futures_util::stream::unfold(Some((state, log, export)), |under_way| async {
            let (state, log, mut export) = under_way?;
            let read = state.blocking.run(Self::whose(&log), move || Ok((export.next_piece()?, export))).await;
            match read {
                Ok((Some(piece), export)) => Some((Ok(piece), Some((state, log, export)))),
                Ok((None, _)) => None,
                Err(error) => {
                    tracing::warn!(%error, "an export was cut off");
                    Some((Err(std::io::Error::other("the export could not be finished")), None))
                }
            }
        });
        Ok(Download::new(media_type, &name, pieces))
    }

    async fn verify(self) -> poem::Result<Answer<One<VerificationBody>>> {
        let Self { state, log, query } = self;
        let query = Query::strict(&query, &["head"]).map_err(Failure::from)?;
        let kept = query.parse("head", AuditHead::parse).map_err(Failure::from)?;
        let asked = log.clone();
        let verified = state.blocking.run(Self::whose(&log), move || asked.verify(kept.as_ref())).await.map_err(Failure::from)?;
        Ok(one(&state, &log, VerificationBody::of(&verified, log.tenant())))
    }

    async fn head(self) -> poem::Result<Answer<One<HeadBody>>> {
        let Self { state, log, query } = self;
        Query::strict(&query, &[]).map_err(Failure::from)?;
        let asked = log.clone();
        let head = state.blocking.run(Self::whose(&log), move || asked.head()?.ok_or(Error::NotFound("entry in this log yet"))).await;
        Ok(one(&state, &log, HeadBody::of(&head.map_err(Failure::from)?, log.tenant())))
    }
}

fn one<T: Type + ToJSON + ParseFromJSON + Serialize>(state: &State, log: &AuditLog, data: T) -> Answer<One<T>> {
    Answer::new(&One::of(data, Meta::now(log.tenant(), state.now())))
}

fn filter(query: &Query<'_>) -> polaris_core::Result<AuditFilter> {
    Ok(AuditFilter {
        actor_kind: query.parse("actor_kind", ActorKind::parse)?,
        actor_id: query.parse("actor_id", number)?,
        action: query.get("action").map(str::to_owned),
        resource_kind: query.get("resource_kind").map(str::to_owned),
        resource_id: query.get("resource_id").map(str::to_owned),
        from: query.parse("from", AuditMoment::parse)?,
        to: query.parse("to", AuditMoment::parse)?,
        outcome: query.parse("outcome", Outcome::parse)?,
        after: query.parse("after", number)?.map(AuditId::new),
    })
}

fn number(text: &str) -> Result<i64, Problem> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| Problem::new("BAD_NUMBER", format!("must be a whole number, at most {}", i64::MAX)))
}
