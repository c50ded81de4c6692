//! Asking before something is destroyed.

use std::io::{BufRead as _, IsTerminal as _};

use polaris_core::Error;

use crate::app::App;
use crate::failure::Failure;

/// The slug once more: as typed, or taken as said with `--yes`. Where nobody can be asked, that is needed.
pub(crate) fn slug_again(app: &mut App<'_>, slug: &str, yes: bool, what: &str) -> Result<String, Failure> {
    if yes {
        return Ok(slug.to_owned());
    }
    if !std::io::stdin().is_terminal() {
        let message = format!("is needed where nobody can be asked: this {what}");
        return Err(Error::bad_request("--yes", message).into());
    }
    app.printer.aside(&format!("this {what}\ntype the tenant's slug to go on:"));
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed).map_err(Failure::Output)?;
    Ok(typed.trim().to_owned())
}

/// A plain yes. Where nobody can be asked, `--yes` is needed.
pub(crate) fn agreed(app: &mut App<'_>, yes: bool, what: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        let message = format!("is needed where nobody can be asked: this {what}");
        return Err(Error::bad_request("--yes", message).into());
    }
    app.printer.aside(&format!("this {what}\ntype yes to go on:"));
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed).map_err(Failure::Output)?;
    if typed.trim() == "yes" { Ok(()) } else { Err(Error::Conflict("nothing was changed".to_owned()).into()) }
}
