//! M3: what a tenant's mails say, written by itself: in a small language, with the names there are, and with what the mail needs.

use polaris_core::types::MailKind;
use polaris_core::{Actor, MailTemplateEdit, Patch, Result, Role, SettingsEdit, StaffRole, TenantHandle, json};

use super::support::{World, code};

fn admin(world: &World) -> TenantHandle {
    world.as_role(Role::Admin)
}

fn edit(text: &str) -> MailTemplateEdit {
    json::read(text.as_bytes()).unwrap()
}

fn text(text: &str) -> MailTemplateEdit {
    MailTemplateEdit { text: Patch::Set(text.into()), ..MailTemplateEdit::default() }
}

fn html(html: &str) -> MailTemplateEdit {
    MailTemplateEdit { html: Patch::Set(html.into()), ..MailTemplateEdit::default() }
}

fn subject(subject: &str) -> MailTemplateEdit {
    MailTemplateEdit { subject: Patch::Set(subject.into()), ..MailTemplateEdit::default() }
}

/// Field, code and message of all that is wrong.
fn wrong<T: std::fmt::Debug>(answer: Result<T>) -> Vec<(String, &'static str, String)> {
    let error = answer.unwrap_err();
    assert_eq!(error.code(), "VALIDATION_FAILED", "{error}");
    error.fields().iter().map(|field| (field.field.clone(), field.code, field.message.clone())).collect()
}

fn codes<T: std::fmt::Debug>(answer: Result<T>) -> Vec<(String, &'static str)> {
    wrong(answer).into_iter().map(|(field, code, _)| (field, code)).collect()
}

const KIND: MailKind = MailKind::SignupConfirmed;

#[test]
fn every_kind_has_texts_and_says_what_they_may_name() {
    let world = World::new();
    let all = admin(&world).mail_templates().list().unwrap();
    assert_eq!(all.iter().map(|template| template.kind).collect::<Vec<_>>(), MailKind::ALL);
    for template in &all {
        assert!(!template.own && template.version == 0 && template.updated_at.is_none());
        assert!(template.html.is_some() && !template.subject.contains('\n') && template.text.starts_with(['H', '{']));
        assert_eq!(admin(&world).mail_templates().get(template.kind).unwrap(), *template);
    }
}

/// Each name can be used in every text where it is listed, comes out as something, and the usual texts would be taken as a tenant's own.
#[test]
fn every_variable_that_is_listed_works_and_the_usual_texts_pass_their_own_check() {
    let world = World::new();
    let kckps = admin(&world);
    let settings: SettingsEdit = json::read(br#"{"mail": {"reply_to": "help@kckps.org"}}"#).unwrap();
    kckps.administration().edit_settings(&settings, None).unwrap();
    for kind in MailKind::ALL {
        let templates = kckps.mail_templates();
        let usual = templates.get(*kind).unwrap();
        let required: Vec<_> = usual.variables().into_iter().filter(|v| v.required).map(|v| v.name).collect();
        let needed: String = required.iter().map(|name| format!("{{{{ {name} }}}}\n")).collect();
        let linked: String = required
            .iter()
            .map(|name| if name.ends_with("link") { format!("<a href=\"{{{{ {name} }}}}\">x</a>") } else { format!("{{{{ {name} }}}}\n") })
            .collect();
        for variable in usual.variables() {
            let shown = format!("before[{{{{ {} }}}}]after{{% if {} %}}there{{% endif %}}", variable.name, variable.name);
            let whole = MailTemplateEdit {
                subject: if variable.html_only { Patch::Keep } else { Patch::Set(format!("S {{{{ {} }}}}", variable.name)) },
                text: if variable.html_only { Patch::Set(format!("T {needed}")) } else { Patch::Set(format!("{needed}{shown}")) },
                html: Patch::Set(format!("{linked}{shown}")),
            };
            let stored = templates.edit(*kind, &whole, None).unwrap_or_else(|error| panic!("{kind} {}: {error:?}", variable.name));
            assert!(stored.own);
            let seen = templates.preview(*kind).unwrap();
            for text in [Some(&seen.html), (!variable.html_only).then_some(&seen.text)].into_iter().flatten() {
                let between = text.split("before[").nth(1).and_then(|rest| rest.split("]after").next()).unwrap();
                assert!(!between.is_empty() && !between.contains("{{") && text.contains("there"), "{kind} {}: {text}", variable.name);
            }
            if variable.html_only {
                let refused = templates.edit(*kind, &text(&format!("{needed}{{{{ {} }}}}", variable.name)), None);
                assert_eq!(codes(refused), [("text".into(), "UNKNOWN_VARIABLE")]);
            }
        }
        let again = MailTemplateEdit {
            subject: Patch::Set(usual.subject.clone()),
            text: Patch::Set(usual.text.clone()),
            html: usual.html.clone().map_or(Patch::Clear, Patch::Set),
        };
        templates.edit(*kind, &again, None).unwrap_or_else(|error| panic!("{kind}: {error:?}"));
    }
}

#[test]
fn own_texts_take_the_place_of_the_usual_until_they_are_reset() {
    let world = World::new();
    let kckps = admin(&world);
    let templates = kckps.mail_templates();
    let usual = (templates.get(KIND).unwrap(), templates.preview(KIND).unwrap());
    // Looked at before it is stored.
    let draft = templates.preview_edit(KIND, &text("Dear {{ first_name }}, a draft")).unwrap();
    assert_eq!((draft.text.as_str(), &draft.subject), ("Dear Ann, a draft\n", &usual.1.subject));
    assert!(draft.html.contains("Dear Ann, a draft"), "{}", draft.html);
    assert_eq!(codes(templates.preview_edit(KIND, &text("{{ nobody }}"))), [("text".into(), "UNKNOWN_VARIABLE")]);
    assert_eq!((templates.get(KIND).unwrap(), templates.preview(KIND).unwrap()), usual, "nothing is stored");
    let own = edit(r#"{"subject": " See you at {{ title }} ", "text": "Dear {{ first_name }},\r\n\r\ncome to {{ place }}."}"#);
    let stored = templates.edit(KIND, &own, Some(0)).unwrap();
    assert_eq!((stored.own, stored.version, stored.subject.as_str()), (true, 1, "See you at {{ title }}"));
    assert_eq!(
        (stored.text.as_str(), stored.html.as_deref()),
        ("Dear {{ first_name }},\n\ncome to {{ place }}.", None),
        "HTML is made of the text"
    );
    let seen = templates.preview(KIND).unwrap();
    assert_eq!((seen.subject.as_str(), seen.text.as_str()), ("See you at Career Day", "Dear Ann,\n\ncome to Gym, Example High School.\n"));
    assert!(seen.html.contains(">Dear Ann,</p>") && seen.html.contains(">come to Gym, Example High School.</p>"));
    assert!(seen.html.starts_with("<!doctype html>") && seen.html.contains("Kansas City Kansas"), "in the usual frame");
    // An own HTML stays where only the text changes.
    let stored = templates.edit(KIND, &html("<p>Dear {{ first_name }}</p>"), Some(1)).unwrap();
    let stored = templates.edit(KIND, &text("Come!"), Some(stored.version)).unwrap();
    assert_eq!((stored.html.as_deref(), stored.version), (Some("<p>Dear {{ first_name }}</p>"), 3));
    assert_eq!(templates.edit(KIND, &text("Come!"), None).unwrap().version, 3, "what changes nothing is no new version");
    // Another kind, and another tenant, are as they were.
    assert!(!templates.get(MailKind::SignupPromoted).unwrap().own);
    assert!(!world.polaris.tenant("hickman", Actor::System).unwrap().mail_templates().get(KIND).unwrap().own);
    let reset = templates.reset(KIND, Some(3)).unwrap();
    assert_eq!((reset.own, reset.version, &reset.text), (false, 4, &usual.0.text));
    assert_eq!(templates.preview(KIND).unwrap(), usual.1);
    assert_eq!(templates.reset(KIND, None).unwrap().version, 4, "again changes nothing");
    assert_eq!(templates.edit(KIND, &text("Hi"), None).unwrap().version, 5, "no version is given twice");
    assert_eq!(code(templates.edit(KIND, &text("Ho"), Some(1))), "CONFLICT");
    assert_eq!(code(templates.reset(KIND, Some(1))), "CONFLICT");
}

/// Only the subject changed: text and HTML still say the same.
#[test]
fn another_subject_alone_leaves_text_and_html() {
    let world = World::new();
    let kckps = admin(&world);
    let before = kckps.mail_templates().get(KIND).unwrap();
    let after = kckps.mail_templates().edit(KIND, &subject("Hello"), None).unwrap();
    assert_eq!((after.text, after.html), (before.text, before.html));
}

#[test]
fn what_is_wrong_is_told_by_field_and_line_with_what_there_is() {
    let world = World::new();
    let kckps = admin(&world);
    let bad = edit(r#"{"subject": "{{ titel }}", "text": "Dear {{ first_name }},\n{% for a in b %}", "html": "<p>\n{{ secret }}</p>"}"#);
    let found = wrong(kckps.mail_templates().edit(KIND, &bad, None));
    let codes_of: Vec<_> = found.iter().map(|(field, code, _)| (field.as_str(), *code)).collect();
    assert_eq!(codes_of, [("subject", "UNKNOWN_VARIABLE"), ("text", "SYNTAX"), ("html", "UNKNOWN_VARIABLE")]);
    assert!(found[0].2.starts_with("line 1: there is no `titel`; there are first_name, last_name, tenant,"), "{}", found[0].2);
    assert!(found[0].2.contains("manage_link") && !found[0].2.contains("button") && found[2].2.contains("button"));
    assert!(found[1].2.starts_with("line 2: ") && found[2].2.starts_with("line 2: "));
    assert!(!kckps.mail_templates().get(KIND).unwrap().own, "nothing was stored");
    let edits = kckps.mail_templates();
    for (edit, expected) in [
        (
            MailTemplateEdit { subject: Patch::Clear, text: Patch::Clear, html: Patch::Clear },
            vec![("subject", "REQUIRED"), ("text", "REQUIRED")],
        ),
        (subject(" "), vec![("subject", "REQUIRED")]),
        (subject("two\nlines"), vec![("subject", "CONTROL_CHARACTERS")]),
        (subject(&"x".repeat(256)), vec![("subject", "TOO_LONG")]),
        (text(&"x".repeat(20_001)), vec![("text", "TOO_LONG")]),
        (html(&"x".repeat(50_001)), vec![("html", "TOO_LONG")]),
        (text("a\0b"), vec![("text", "CONTROL_CHARACTERS")]),
        (text("{{ manage_link }}"), vec![("text", "BLANK")]),
        (subject("{% if school %}x{% endif %}"), vec![("subject", "BLANK")]),
        // As much as comes out of nothing but blocks.
        (text(&"{{details}}".repeat(1_800)), vec![]),
        (html("<a href=\"JavaScript:alert(1)\">x</a>"), vec![("html", "REFUSED_HTML")]),
    ] {
        let found = match edits.edit(KIND, &edit, None) {
            Ok(_) => Vec::new(),
            refused => codes(refused),
        };
        assert_eq!(found, expected.into_iter().map(|(field, code)| (field.to_owned(), code)).collect::<Vec<_>>(), "{edit:?}");
    }
}

#[test]
fn a_mail_keeps_what_it_is_of_no_use_without() {
    let world = World::new();
    let kckps = admin(&world);
    let edits = kckps.mail_templates();
    for (kind, missing) in
        [(MailKind::Invitation, vec!["link"]), (MailKind::Reset, vec!["link"]), (MailKind::Outreach, vec!["message", "unsubscribe_link"])]
    {
        for (field, edit) in [("text", text("Hello")), ("html", html("<p>Hello</p>"))] {
            let found = wrong(edits.edit(kind, &edit, None));
            assert_eq!(found.len(), missing.len());
            for ((found, code, message), name) in found.iter().zip(&missing) {
                assert!(found == field && *code == "MISSING_VARIABLE" && message.contains(&format!("{{{{ {name} }}}}")), "{message}");
            }
        }
    }
    edits.edit(MailKind::Reset, &text("Click {{ link }}"), None).unwrap();
}

/// No tracking, nothing that runs (M3): told when it is stored, by what it is.
#[test]
fn html_that_would_load_run_or_hide_something_is_refused_by_name() {
    let world = World::new();
    let kckps = admin(&world);
    let edits = kckps.mail_templates();
    for (refused, named) in [
        ("<p>Hi<img src=\"https://t.example/{{ last_name }}.gif\"></p>", "<img> is not allowed in mails"),
        ("{% if school and not reply_to %}<img src=\"https://t.example\">{% endif %}", "<img> is not allowed in mails"),
        ("<p onerror=\"x()\">Hi</p>", "the attribute onerror of <p> is not allowed in mails"),
        ("<a href=\"java&#115;cript:x()\">Hi</a>", "a link may lead to https://"),
        ("<p style=\"background:url(//t.example)\">Hi</p>", "`background` in a style is not allowed in mails"),
        ("<!-- hi --><p>Hi</p>", "comments and doctypes are not allowed in mails"),
        ("<SCRIPT>x()</SCRIPT>", "<script> is not allowed in mails"),
        ("<html><body><p>Hi</p></body></html>", "<body> is not allowed in mails"),
    ] {
        let found = wrong(edits.edit(KIND, &html(refused), None));
        assert!(found.iter().all(|(field, code, _)| field == "html" && *code == "REFUSED_HTML"), "{found:?}");
        assert!(found[0].2.starts_with(named), "{refused}: {found:?}");
    }
    let fair = "<h2>Hi {{ first_name }}</h2>{# a note #}<ul><li>{{ when }}</li></ul>{{ details }}\
                {% if manage_link %}<p><a href=\"{{ manage_link }}\" style=\"{{ button }}\">Cancel</a></p>{% endif %}";
    edits.edit(KIND, &html(fair), None).unwrap();
    let seen = edits.preview(KIND).unwrap().html;
    assert!(seen.contains("<h2>Hi Ann</h2>") && seen.contains("background-color:#1d4ed8"), "{seen}");
}

#[test]
fn what_a_mail_needs_must_be_seen_in_it_whatever_is_empty() {
    let world = World::new();
    let kckps = admin(&world);
    let edits = kckps.mail_templates();
    for (kind, edit, field, named) in [
        (MailKind::Reset, html("<!-- <a href=\"{{ link }}\">x</a> --><p>Hi</p>"), "html", "REFUSED_HTML"),
        (MailKind::Reset, html("{% if not link %}<a href=\"{{ link }}\">x</a>{% endif %}Hi"), "html", "MISSING_VARIABLE"),
        (MailKind::Reset, html("<p>{{ link }}</p>"), "html", "MISSING_VARIABLE"),
        (MailKind::Reset, html("<a href=\"{{ link }}\"></a>"), "html", "MISSING_VARIABLE"),
        (MailKind::Reset, html("{% if reply_to %}<a href=\"{{ link }}\">x</a>{% endif %}Hi"), "html", "MISSING_VARIABLE"),
        (MailKind::Reset, html("<a href=\"{{ link }}\" style=\"display:none\">x</a>Hi"), "html", "REFUSED_HTML"),
        (MailKind::Reset, text("Hi{% if not link %}{{ link }}{% endif %}"), "text", "MISSING_VARIABLE"),
        (MailKind::Reset, text("{{ link }}now"), "text", "MISSING_VARIABLE"),
        (MailKind::Outreach, text("Hi {% if not first_name %}{{ message }}{% endif %} {{ unsubscribe_link }}"), "text", "MISSING_VARIABLE"),
        (MailKind::Reset, html("<a href=\"{{ link }}\">&#x200b;&#x2800;&#x3164;</a>Hi"), "html", "MISSING_VARIABLE"),
    ] {
        let found = wrong(edits.edit(kind, &edit, None));
        assert_eq!((found[0].0.as_str(), found[0].1), (field, named), "{edit:?} {found:?}");
    }
    for hidden in [
        "font-size:0",
        "font-size: 0px",
        "color: transparent",
        "color:#ffffff00",
        "color:#fff0",
        "color:rgba(1, 2, 3, 0)",
        "width:0;height:0",
        "line-height:0",
        "margin-left:-9999px",
        "margin:0 -9999px",
        "letter-spacing:-5em",
        "max-height: .0em",
    ] {
        let found = wrong(edits.edit(MailKind::Reset, &html(&format!("<a href=\"{{{{ link }}}}\" style=\"{hidden}\">x</a>Hi")), None));
        assert_eq!((found[0].0.as_str(), found[0].1), ("html", "REFUSED_HTML"), "{hidden} {found:?}");
    }
    for shown in
        ["font-size:20px", "margin:0", "padding:0 4px", "color:#a00", "color:#101010", "line-height:1.5", "font-family:a-1,sans-serif"]
    {
        edits.edit(MailKind::Reset, &html(&format!("<a href=\"{{{{ link }}}}\" style=\"{shown}\">x</a>Hi")), None).unwrap();
    }
    edits.edit(MailKind::Reset, &html("{% if reply_to %}Hi{% endif %}<a href=\"{{ link }}\">x</a>"), None).unwrap();
}

#[test]
fn the_log_tells_which_texts_were_changed_and_not_what_is_in_them() {
    let world = World::new();
    let kckps = admin(&world);
    kckps.mail_templates().edit(KIND, &text("Call Pat at 555-0100"), None).unwrap();
    kckps.mail_templates().reset(KIND, None).unwrap();
    let raw = world.raw("kckps");
    let mut rows = raw.prepare("SELECT action, resource_kind, resource_id, details FROM audit_entries ORDER BY id DESC LIMIT 2").unwrap();
    let rows: Vec<[String; 4]> = rows
        .query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))
        .unwrap()
        .map(std::result::Result::unwrap)
        .collect();
    assert_eq!(rows[0], ["mail_template.reset", "mail_template", "signup_confirmed", r#"{"version":2,"was_own":true}"#]);
    assert_eq!(rows[1], ["mail_template.edit", "mail_template", "signup_confirmed", r#"{"fields":["text","html"],"version":1}"#]);
}

#[test]
fn coordinators_neither_see_nor_change_them_and_support_staff_only_see() {
    let world = World::new();
    let coordinator = world.kckps();
    assert_eq!(code(coordinator.mail_templates().list()), "FORBIDDEN");
    assert_eq!(code(coordinator.mail_templates().edit(KIND, &text("x"), None)), "FORBIDDEN");
    let support = world.polaris.tenant("kckps", Actor::staff("Robin", StaffRole::Support)).unwrap();
    assert_eq!(code(support.mail_templates().preview(KIND)), "ok");
    assert_eq!(code(support.mail_templates().reset(KIND, None)), "FORBIDDEN");
}
