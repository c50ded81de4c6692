"""C3: who was asked to which event, how, and what came of it."""

import datetime as dt
from collections.abc import Iterable

import pytest

import polaris
from polaris import Actor, Outreach, Polaris, TenantHandle


@pytest.fixture
def outreach(p: Polaris, kckps: TenantHandle) -> Outreach:
    p.platform(Actor.system()).tenants().edit("kckps", features={"recruitment": True})
    for name in ("Ann", "Bea"):
        kckps.volunteers().create(first_name=name, last_name="Lee", email=f"{name}@example.org")
    kckps.events().create(title="Career Day", starts_at="2099-03-04T09:00", location="Gym", volunteers_needed=1)
    return kckps.outreach()


def test_a_call_is_logged_followed_up_and_removed(outreach: Outreach, kckps: TenantHandle) -> None:
    event = kckps.events().get("career-day-2099-03-04")
    asked_at = dt.datetime(2026, 1, 9, 9, 30, tzinfo=dt.timezone.utc)
    logged = outreach.log(event.slug, volunteer_id=1, method="phone", notes="Works nights", attempted_at=asked_at)
    asked = logged.outreach
    assert (asked.event_id, asked.volunteer_id, asked.method, asked.outcome, asked.notes) == (event.id, 1, "phone", "pending", "Works nights")
    assert (asked.attempted_at, asked.followed_up_at, asked.mail_id, asked.version, logged.placed) == (asked_at, None, None, 1, None)
    followed = outreach.edit(asked.id, version=1, outcome="confirmed", notes=None)
    assert (followed.outreach.outcome, followed.outreach.notes, followed.outreach.version) == ("confirmed", None, 2)
    assert followed.outreach.followed_up_at is not None and followed.placed is not None
    assert kckps.rosters().get(event.id, 1) == followed.placed.participation
    with pytest.raises(polaris.Conflict):
        outreach.edit(asked.id, version=1, outcome="declined")
    entry = outreach.get(asked.id)
    assert (entry.outreach, entry.first_name, entry.event.title) == (followed.outreach, "Ann", "Career Day")
    assert kckps.volunteers().get(1).outreach == [entry]
    assert not any(word in repr([entry, logged]) for word in ("Ann", "Works nights"))
    with pytest.raises(polaris.EventFull):
        outreach.log(event.id, volunteer_id=2, method="text", outcome="confirmed")
    assert outreach.log(event.id, volunteer_id=2, method="text", outcome="confirmed", over_capacity=True).placed is not None
    outreach.remove(asked.id, version=2)
    with pytest.raises(polaris.OutreachNotFound):
        outreach.get(asked.id)


def ids(page: Iterable[polaris.OutreachEntry]) -> list[int]:
    return [entry.outreach.id for entry in page]


def test_it_is_listed_by_event_volunteer_method_and_outcome(outreach: Outreach, kckps: TenantHandle) -> None:
    other = kckps.events().create(title="Other", starts_at="2099-03-05T09:00", location="Gym")
    for event, volunteer, method, outcome in ((1, 1, "phone", "no_response"), (1, 2, "email", "pending"), (other.id, 1, "in_person", "interested")):
        outreach.log(event, volunteer_id=volunteer, method=method, outcome=outcome)  # type: ignore[arg-type]
    assert ids(outreach.list()) == [3, 2, 1]
    assert ids(outreach.list(event="other-2099-03-05")) == [3] and ids(outreach.list(event=1, volunteer=1)) == [1]
    assert ids(outreach.list(volunteer="ann@EXAMPLE.org")) == [3, 1]
    assert ids(outreach.list(methods=["phone", "email"], outcomes="pending")) == [2]
    assert ids(outreach.iterate(per_page=1)) == [3, 2, 1]
    for unknown in ({"event": 99}, {"volunteer": 99}):
        with pytest.raises(polaris.NotFound):
            outreach.list(**unknown)  # type: ignore[arg-type]


def test_what_is_wrong_is_named_and_who_may_not_learns_nothing(p: Polaris, outreach: Outreach) -> None:
    with pytest.raises(polaris.ValidationError) as refused:
        outreach.log(1, volunteer_id=1, method="pigeon", attempted_at="2999-01-01T09:00")  # type: ignore[arg-type]
    assert {field.field for field in refused.value.fields} == {"method", "attempted_at"}
    with pytest.raises(polaris.BadRequest):
        outreach.log(1, volunteer_id=1, method="phone", when="now")  # type: ignore[call-arg]
    viewer = p.tenant("kckps", Actor.tenant_user(8, "Kim Roe", "viewer")).outreach()
    for call in (viewer.list, lambda: viewer.get(1), lambda: viewer.remove(1), lambda: viewer.log(1, volunteer_id=1, method="phone")):
        with pytest.raises(polaris.Forbidden):
            call()


def test_volunteers_are_asked_by_mail_and_who_is_left_out_is_named(outreach: Outreach, kckps: TenantHandle) -> None:
    kckps.volunteers().create(first_name="Cid", last_name="Lee", email="cid@example.org", email_opt_out=True)
    subject, text = "{{ title }}?", "Hello {{ first_name }}, {{ place }}"
    preview = outreach.preview_mail("career-day-2099-03-04", volunteer_ids=[2, 3, 1], subject=subject, text=text)
    assert [(one.volunteer_id, one.first_name, one.email) for one in preview.recipients] == [(2, "Bea", "Bea@example.org"), (1, "Ann", "Ann@example.org")]
    assert (preview.subject, preview.text) == ("Career Day?", "Hello Bea, Gym")
    assert [(out.volunteer_id, out.reasons) for out in preview.left_out] == [(3, ["email_opt_out"])]
    assert not any(word in repr(preview) for word in ("Bea", "example.org"))
    sent = outreach.send_mail(1, volunteer_ids=[2, 3, 1], subject=subject, text=text)
    assert ([one.volunteer_id for one in sent.mailed], sent.left_out) == ([2, 1], preview.left_out)
    assert [entry.outreach.mail_id for entry in outreach.list(event=1, volunteer=1)] == [sent.mailed[1].mail_id]
    assert [out.reasons for out in outreach.send_mail(1, top=3).left_out] == [["email_opt_out"], ["asked_lately"], ["asked_lately"]]
    assert len(outreach.send_mail(1, top=3, again=True).mailed) == 2
    for wrong in ({}, {"top": 0}, {"top": 1, "volunteer_ids": [1]}, {"top": 1, "text": "{{ phone }}"}, {"top": 1, "subject": "{% for a in b %}"}):
        with pytest.raises(polaris.ValidationError):
            outreach.send_mail(1, **wrong)
