"""M3: what a tenant's mails say, from Python."""

import pytest

import polaris
from polaris import Actor, Polaris


def test_texts_are_written_anew_looked_at_and_brought_back(p: Polaris) -> None:
    templates = p.tenant("kckps", Actor.tenant_user(1, "Pat Lee", "admin")).mail_templates()
    assert [template.kind for template in templates.list()][:3] == ["invitation", "reset", "signup_confirmed"]
    usual = templates.get("signup_confirmed")
    assert (usual.own, usual.version, usual.updated_at) == (False, 0, None) and usual in templates.list()
    names = {variable.name: variable for variable in usual.variables}
    assert names["manage_link"].may_be_empty and names["button"].html_only and not names["title"].required
    draft = templates.preview("signup_confirmed", subject="See you: {{ title }}", text="Dear {{ first_name }}!")
    assert (draft.subject, draft.text) == ("See you: Career Day", "Dear Ann!\n") and templates.get("signup_confirmed") == usual
    own = templates.edit("signup_confirmed", version=0, subject="See you: {{ title }}", text="Dear {{ first_name }}!")
    assert (own.own, own.version, own.html) == (True, 1, None) and templates.get("signup_confirmed") == own
    seen = templates.preview("signup_confirmed")
    assert seen == draft
    assert (seen.subject, seen.text) == ("See you: Career Day", "Dear Ann!\n") and seen.html.startswith("<!doctype html>")
    assert templates.edit("signup_confirmed", html="<p>Hi</p>").html == "<p>Hi</p>"
    assert templates.edit("signup_confirmed", html=None).html is None
    with pytest.raises(polaris.Conflict):
        templates.reset("signup_confirmed", version=1)
    assert templates.reset("signup_confirmed").text == usual.text


def test_what_is_wrong_is_told_by_field_and_line(p: Polaris) -> None:
    templates = p.tenant("kckps", Actor.tenant_user(1, "Pat Lee", "admin")).mail_templates()
    with pytest.raises(polaris.ValidationError) as refused:
        templates.edit("reset", subject="{{ nobody }}", text="a\n{% include 'x' %}")
    assert [(field.field, field.code) for field in refused.value.fields] == [("subject", "UNKNOWN_VARIABLE"), ("text", "SYNTAX")]
    assert "line 2" in str(refused.value.fields[1].message)
    with pytest.raises(polaris.BadRequest, match="kind"):
        templates.get("newsletter")
    with pytest.raises(polaris.Forbidden):
        p.tenant("kckps", Actor.tenant_user(1, "Pat Lee", "coordinator")).mail_templates().list()


def test_who_has_no_link_of_a_mail_opts_nobody_out(p: Polaris) -> None:
    for secret in ("", "a guess", "plml_x"):
        with pytest.raises(polaris.InvalidLink):
            p.signup("kckps").opt_out(secret)
        with pytest.raises(polaris.InvalidLink):
            p.signup("kckps").opted_out(secret)
