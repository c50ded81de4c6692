//! `polaris audit head`

use clap::Args;
use polaris_core::Error;
use serde_json::json;

use super::Whose;
use crate::app::App;
use crate::failure::Failure;

/// print where an audit log ends, to be kept safe elsewhere
///
/// Keep it where whoever can write the data directory can't: on paper, in another system. `audit verify --head` holds the log against it.
/// The operator's own log has no other copy.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris audit head --operator")]
pub(crate) struct HeadArgs {
    #[command(flatten)]
    whose: Whose,
}

pub(crate) fn run(args: &HeadArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let log = args.whose.log(app)?;
    let head = log.head()?.ok_or(Error::NotFound("entry in this log yet"))?;
    let program = app.program();
    let answer = json!({ "tenant": log.tenant(), "epoch": head.epoch, "id": head.id, "hash": head.hash });
    app.printer.answer(&answer, |page| {
        let epoch = head.epoch.map(|epoch| format!(", epoch {epoch}")).unwrap_or_default();
        let (whose, target) = log.tenant().map_or(("the operator's log", "--operator"), |slug| (slug, slug));
        page.line(format_args!("{whose}{epoch}, ends with entry {}:\n\n  {}:{}\n", head.id, head.id, head.hash));
        page.next(format_args!("keep this line safe elsewhere; later: {program} audit verify {target} --head ID:HASH"));
    })
}
