//! `polaris audit verify`

use clap::Args;
use polaris_core::audit::Break;
use polaris_core::{AuditHead, AuditVerification};
use serde_json::{Value, json};

use super::Whose;
use crate::app::App;
use crate::failure::Failure;
use crate::printer::Page;

/// verify an audit log: follow its chain of hashes and compare its end with the one last noted
///
/// Finds entries that were edited, deleted, moved or put in, an end that was cut off, a log that was written anew and an old file put back.
/// Ends with 0 when all is well, with 5 when something was found.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris audit verify kckps\n\nexample:\n  polaris audit verify --operator")]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    whose: Whose,
    /// an end that `audit head` printed and that was kept safe elsewhere
    #[arg(long, value_name = "ID:HASH", value_parser = |text: &str| AuditHead::parse(text).map_err(|problem| problem.message))]
    head: Option<AuditHead>,
}

pub(crate) fn run(args: &VerifyArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let log = args.whose.log(app)?;
    let verified = {
        let mut progress = app.printer.progress("followed", "entries");
        let mut told =
            |done: u64, all: u64| progress(usize::try_from(done).unwrap_or(usize::MAX), usize::try_from(all).unwrap_or(usize::MAX));
        log.verify_with(args.head.as_ref(), &mut told)?
    };
    let answer = json!({
        "tenant": log.tenant(),
        "intact": verified.first_break.is_none(),
        "entries": verified.entries,
        "first_break": verified.first_break.map(|Break { id, kind }| json!({ "id": id, "kind": kind, "message": said(&Break { id, kind }) })),
        "head": head(verified.head.as_ref()),
        "noted": head(verified.noted.as_ref()),
    });
    app.printer.answer(&answer, |page| show(page, &verified))?;
    if verified.first_break.is_none() { Ok(()) } else { Err(Failure::Findings) }
}

fn head(head: Option<&AuditHead>) -> Value {
    head.map_or(Value::Null, |AuditHead { epoch, id, hash }| json!({ "epoch": epoch, "id": id, "hash": hash }))
}

fn said(Break { id, kind }: &Break) -> String {
    format!("entry {id} {}", kind.explained())
}

fn show(page: &mut Page, verified: &AuditVerification) {
    match &verified.first_break {
        None => page.line(format_args!("followed {} entries: all is well", verified.entries)),
        Some(found) => {
            page.line(format_args!("{} entries are as they were written; then: {}", verified.entries, said(found)));
            page.line("compare with a backup, and find out who can write the file");
        }
    }
}
