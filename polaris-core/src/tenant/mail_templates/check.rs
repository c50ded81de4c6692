//! What the texts of a mail must be like: in the language that mails are written in, with names that there are, short enough, and holding
//! what the mail is of no use without.

use super::{MailTemplate, MailTemplateEdit, example};
use crate::error::{Problem, Problems, Result};
use crate::mail::letter::language::{Flaw, flaws, shows};
use crate::mail::letter::variables::{TemplateVariable, variables};
use crate::mail::letter::{self, Texts};
use crate::tenant::settings::Settings;
use crate::types::text::{self, DESCRIPTION_MAX, TITLE_MAX};
use crate::types::{MailKind, Patch, Slug};

/// Characters of the HTML of a mail.
const HTML_MAX: usize = 50_000;
/// How many flaws are told at once.
const MOST_FLAWS: usize = 10;
/// What mail programs take out, or hold against the sender. Begins of tags, in lower case.
const REFUSED_TAGS: [&str; 9] = ["<script", "<iframe", "<object", "<embed", "<form", "<link", "<meta", "<base", "javascript:"];

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
    let mut hold = |field: &str, source: &str, is_set: bool| {
        if is_set {
            hold_against(&mut problems, field, source, &known);
        }
    };
    if let Some(subject) = &subject {
        hold("subject", subject, !edit.subject.is_keep());
    }
    if let Some(text) = &text {
        hold("text", text, !edit.text.is_keep());
    }
    if let Some(Some(html)) = &html {
        hold("html", html, !edit.html.is_keep());
    }
    problems.finish()?;
    let (Some(subject), Some(text), Some(html)) = (subject, text, html) else { return Err(crate::error::Error::Internal) };
    let texts = Texts { subject, text, html };
    try_out(kind, &texts, settings)?;
    Ok(texts)
}

fn hold_against(problems: &mut Problems, field: &str, source: &str, known: &[TemplateVariable]) {
    let names: Vec<_> = known.iter().filter(|variable| field == "html" || !variable.html_only).map(|variable| variable.name).collect();
    let found = flaws(source, &names);
    for Flaw { line, code, what } in found.iter().take(MOST_FLAWS) {
        let there_are = if *code == "UNKNOWN_VARIABLE" { format!("; there are {}", names.join(", ")) } else { String::new() };
        problems.note(field, Problem::new(code, format!("line {line}: {what}{there_are}")));
    }
    if field != "subject" && found.is_empty() {
        for variable in known.iter().filter(|variable| variable.required && !shows(source, variable.name)) {
            let message = format!("must show `{{{{ {} }}}}`: {}", variable.name, variable.meaning);
            problems.note(field, Problem::new("MISSING_VARIABLE", message));
        }
    }
    if field == "html" {
        let lower = source.to_ascii_lowercase();
        for tag in REFUSED_TAGS.iter().filter(|tag| lower.contains(**tag)) {
            problems
                .note(field, Problem::new("REFUSED_HTML", format!("must not hold `{tag}`: mail programs take it out or refuse the mail")));
        }
    }
}

/// Fills them with as much as there can be, and with as little.
fn try_out(kind: MailKind, texts: &Texts, settings: &Settings) -> Result<()> {
    let slug = Slug::stored("example".to_owned());
    for facts in [example::facts(kind, &slug, settings), example::bare(kind, &slug, settings)] {
        let blank = |letter: letter::Letter| (letter.subject.is_empty(), letter.text.trim().is_empty());
        let (subject, text) = letter::write(texts, &facts, settings).map(blank).unwrap_or((false, true));
        let mut problems = Problems::default();
        if subject {
            problems.note("subject", Problem::new("BLANK", "comes out empty where what it names is empty: add words of your own"));
        }
        if text {
            problems
                .note("text", Problem::new("BLANK", "comes out empty, or far too long: add words of your own, and name each thing once"));
        }
        problems.finish()?;
    }
    Ok(())
}
