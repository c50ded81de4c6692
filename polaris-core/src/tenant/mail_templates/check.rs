//! What the texts of a mail must be like: in the language that mails are written in, with names that there are, short enough, and holding
//! what the mail is of no use without.

use super::{MailTemplate, MailTemplateEdit, example};
use crate::error::{Error, Problem, Problems, Result};
use crate::mail::letter::clean::taken_out;
use crate::mail::letter::language::{Flaw, asks_for, flaws, shows};
use crate::mail::letter::variables::{TemplateVariable, variables};
use crate::mail::letter::{self, Texts};
use crate::tenant::settings::Settings;
use crate::types::text::{self, DESCRIPTION_MAX, TITLE_MAX};
use crate::types::{MailKind, Patch, Slug};

/// Characters of the HTML of a mail.
const HTML_MAX: usize = 50_000;
/// How many flaws are told at once.
const MOST_FLAWS: usize = 10;

/// The texts as they will be after an edit.
pub(super) fn check(kind: MailKind, before: &MailTemplate, edit: &MailTemplateEdit, settings: &Settings) -> Result<Texts> {
    let mut problems = Problems::default();
    let subject = match &edit.subject {
        Patch::Keep => Some(before.subject.clone()),
        Patch::Clear => problems.take("subject", Err(Problem::required())),
        Patch::Set(subject) => problems.take("subject", text::required(text::line(subject, TITLE_MAX))),
    };
    let text = match &edit.text {
        Patch::Keep => Some(before.text.clone()),
        Patch::Clear => problems.take("text", Err(Problem::required())),
        Patch::Set(text) => problems.take("text", text::required(text::paragraphs(text, DESCRIPTION_MAX))),
    };
    let html = match &edit.html {
        // The usual HTML would say something else than the new text.
        Patch::Keep if !before.own && !edit.text.is_keep() => Some(None),
        Patch::Keep => Some(before.html.clone()),
        Patch::Clear => Some(None),
        Patch::Set(html) => problems.take("html", text::paragraphs(html, HTML_MAX)),
    };
    let known = variables(kind);
    let mut hold = |field: &str, source: &str, is_set: bool| is_set && hold_against(&mut problems, field, source, &known);
    if let Some(subject) = &subject {
        hold("subject", subject, !edit.subject.is_keep());
    }
    if let Some(text) = &text {
        hold("text", text, !edit.text.is_keep());
    }
    // What was stored by an earlier program is sent cleaned, and in nobody's way.
    let tried = match &html {
        Some(Some(html)) if hold("html", html, !edit.html.is_keep()) => Some(html.as_str()),
        _ => None,
    };
    if let Some(html) = tried {
        try_out_html(kind, html, settings, &mut problems)?;
    }
    problems.finish()?;
    let (Some(subject), Some(text), Some(html)) = (subject, text, html) else { return Err(Error::Internal) };
    let texts = Texts { subject, text, html, own: true };
    let set = [("text", !edit.text.is_keep()), ("html", !edit.html.is_keep())];
    try_out(kind, &texts, settings, |field| set.contains(&(field, true)))?;
    Ok(texts)
}

/// Whether it can be filled and names what it must.
fn hold_against(problems: &mut Problems, field: &str, source: &str, known: &[TemplateVariable]) -> bool {
    let names: Vec<_> = known.iter().filter(|variable| field == "html" || !variable.html_only).map(|variable| variable.name).collect();
    let found = flaws(source, &names);
    for Flaw { line, code, what } in found.iter().take(MOST_FLAWS) {
        let there_are = if *code == "UNKNOWN_VARIABLE" { format!("; there are {}", names.join(", ")) } else { String::new() };
        problems.note(field, Problem::new(code, format!("line {line}: {what}{there_are}")));
    }
    if !found.is_empty() {
        return false;
    }
    let missing: Vec<_> =
        known.iter().filter(|variable| field != "subject" && variable.required && !shows(source, variable.name)).collect();
    for variable in &missing {
        let message = format!("must show `{{{{ {} }}}}`: {}", variable.name, variable.meaning);
        problems.note(field, Problem::new("MISSING_VARIABLE", message));
    }
    missing.is_empty()
}

/// Notes what of HTML would not be sent, in whichever of its conditions it stands.
fn try_out_html(kind: MailKind, html: &str, settings: &Settings, problems: &mut Problems) -> Result<()> {
    let slug = Slug::stored("example".to_owned());
    let mut found = Vec::new();
    for facts in example::variants(kind, &slug, settings, |name| asks_for(html, name)) {
        let Ok(filled) = letter::filled_html(html, &facts, settings) else {
            return Err(Error::invalid("html", Problem::new("TOO_LONG", "comes out far too long: name each thing once")));
        };
        for what in taken_out(&filled) {
            if !found.contains(&what) {
                found.push(what);
            }
        }
    }
    for what in found.into_iter().take(MOST_FLAWS) {
        problems.note("html", Problem::new("REFUSED_HTML", what));
    }
    Ok(())
}

/// Fills them with as much as there can be, with as little, and with what lies between and is asked for.
fn try_out(kind: MailKind, texts: &Texts, settings: &Settings, is_set: impl Fn(&'static str) -> bool) -> Result<()> {
    let slug = Slug::stored("example".to_owned());
    let asked = |name: &str| [Some(&texts.text), texts.html.as_ref()].into_iter().flatten().any(|source| asks_for(source, name));
    let mut all = vec![example::bare(kind, &slug, settings)];
    all.extend(example::variants(kind, &slug, settings, asked));
    for facts in all {
        let letter = letter::write(texts, &facts, settings);
        let blank = |letter: &letter::Letter| (letter.subject.is_empty(), letter.text.trim().is_empty());
        let (subject, text) = letter.as_ref().map(blank).unwrap_or((false, true));
        let mut problems = Problems::default();
        if subject {
            problems.note("subject", Problem::new("BLANK", "comes out empty where what it names is empty: add words of your own"));
        }
        if text {
            problems
                .note("text", Problem::new("BLANK", "comes out empty, or far too long: add words of your own, and name each thing once"));
        }
        problems.finish()?;
        let mut problems = Problems::default();
        let lacking = letter.map(|letter| letter::lacks(kind, texts, &letter, &facts)).unwrap_or_default();
        for (field, name) in lacking.into_iter().filter(|(field, _)| is_set(field)) {
            let how = match (field, name.ends_with("link")) {
                ("html", true) => format!("as a link with words to click on, `<a href=\"{{{{ {name} }}}}\">…</a>`"),
                (_, true) => format!("`{{{{ {name} }}}}` with nothing but white space round it"),
                _ => format!("`{{{{ {name} }}}}`"),
            };
            problems.note(
                field,
                Problem::new("MISSING_VARIABLE", format!("must show {how}, whatever else is empty, and where it can be seen")),
            );
        }
        problems.finish()?;
    }
    Ok(())
}
