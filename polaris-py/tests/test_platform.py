"""The operator's side: tenants, reference data, sessions, doctor."""

from typing import Any

import pytest

import polaris
from polaris import Actor, Polaris

STAFF = Actor.staff("Sam Ruiz")

REFERENCE: Any = {
    "districts": [
        {
            "name": "Kansas City Kansas Public Schools",
            "aliases": ["KCKPS"],
            "schools": [
                {"name": "Wyandotte High School", "level": "high", "city": "Kansas City", "state": "KS", "postal_code": "66102"},
                {"name": "Harmon High School", "level": "high"},
            ],
        }
    ],
    "skills": ["Public speaking"],
    "career_types": ["Health Science"],
}


def test_a_tenant_is_created_listed_and_shown(memory: Polaris) -> None:
    platform = memory.platform(STAFF)
    platform.reference().import_(REFERENCE)
    created = platform.tenants().create(
        slug="kckps", name="Kansas City Kansas", district="kckps", features={"recruitment": True}, time_zone="America/Denver"
    )
    assert created.tenant.slug == "kckps"
    assert (created.copied.district_known, created.copied.schools, created.copied.skills) == (True, 2, 1)
    assert created.api_key.reveal().startswith("plrs_")

    found = platform.tenants().list(q="kansas", state="active")
    assert [tenant.id for tenant in found] == [created.tenant.id] and found.total == 1
    assert len(platform.tenants().list(q="missouri")) == 0 == platform.tenants().list(state="inactive").total

    details = platform.tenants().get("kckps")
    assert details.tenant == found[0]
    assert details.features["recruitment"] is True
    assert details.tenant.time_zone == "America/Denver"
    assert details.events == {} and details.schools == 2
    assert created.api_key.reveal().startswith(details.api_keys[0].hint.rstrip("…"))
    assert details.tenant.created_at.utcoffset() is not None


def test_all_that_is_wrong_with_a_tenant_is_told_at_once(memory: Polaris) -> None:
    with pytest.raises(polaris.ValidationError) as refused:
        memory.platform(STAFF).tenants().create(slug="-Admin", name="", time_zone="Central")
    assert refused.value.code == "VALIDATION_FAILED"
    told = {(field.field, field.code) for field in refused.value.fields}
    assert told == {("slug", "BAD_CHARACTERS"), ("slug", "LEADING_HYPHEN"), ("name", "REQUIRED"), ("time_zone", "UNKNOWN_TIME_ZONE")}


def test_a_slug_is_taken_once(memory: Polaris) -> None:
    create = memory.platform(STAFF).tenants().create
    create(slug="kckps", name="One")
    with pytest.raises(polaris.Conflict):
        create(slug="kckps", name="Two")


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("slug", 5),
        ("name", b"bytes"),
        ("name", "half \ud800"),
        ("district", ["KCKPS"]),
        ("features.events", {"events": 3}),
        ("features.events", {"events": "yes"}),
        ("features", {5: True}),
        ("features", [("events", True)]),
        ("features", "events"),
        ("time_zone", 6),
        ("zone", "America/Chicago"),
    ],
)
def test_what_can_not_be_read_is_named(memory: Polaris, argument: str, value: Any) -> None:
    arguments: dict[str, Any] = {"slug": "kckps", "name": "Kansas City Kansas", argument.partition(".")[0]: value}
    with pytest.raises(polaris.BadRequest) as refused:
        memory.platform(STAFF).tenants().create(**arguments)
    assert refused.value.fields[0].field == argument
    assert memory.platform(STAFF).tenants().list().total == 0


def test_a_session_stands_for_its_staff_member(p: Polaris) -> None:
    opened = p.platform(STAFF).sessions().open(staff="Alex Kim", role="support", tenant="kckps", reason="asked by phone")
    caller = p.support_session(opened.token, "kckps")
    assert (caller.actor.kind, caller.actor.name, caller.actor.role) == ("staff", "Alex Kim", "support")
    assert p.staff_session(opened.token.reveal()) == caller and caller.session is not None
    assert opened.tenant == "kckps" and opened.expires_at.utcoffset() is not None
    for token in ("", "plss_guess", "\0"):
        with pytest.raises(polaris.Unauthenticated):
            p.staff_session(token)
    with pytest.raises(polaris.Forbidden):
        p.platform(caller).tenants().create(slug="hmsd", name="Hickman Mills")
    with pytest.raises(polaris.ValidationError):
        p.platform(STAFF).sessions().open(staff="")


def test_doctor_finds_nothing_wrong(p: Polaris) -> None:
    report = p.platform(STAFF).doctor().check()
    assert report.tenants == 1 and report.findings == []
    assert report.sqlite_version.startswith("3.") and report.sqlite_options
    assert p.platform(STAFF).doctor().mend() == ([], report)


def test_only_staff_get_to_the_platform(p: Polaris) -> None:
    for actor in (Actor.public(), Actor.tenant_user(1, "Pat Lee", "admin")):
        with pytest.raises(polaris.Forbidden) as refused:
            p.platform(actor)
        assert refused.value.code == "FORBIDDEN" and refused.value.fields == []
