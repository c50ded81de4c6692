"""Public sign-up: what an embedding program's own form gets (S1, S2, S4, S5)."""

import hashlib
import pickle
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import polaris
from polaris import Actor, Context, Polaris, Signups, TenantHandle

HOME = Context("192.0.2.7")


@pytest.fixture
def kckps(p: Polaris) -> TenantHandle:
    return p.tenant("kckps", Actor.system())


@pytest.fixture
def door(p: Polaris) -> Signups:
    return p.signup("kckps", HOME)


@pytest.fixture
def event(kckps: TenantHandle) -> str:
    made = kckps.events().create(title="Career Day", starts_at="2099-03-04T09:00", location="Gym", volunteers_needed=1)
    return kckps.events().publish(made.id).slug


def person(name: str, **more: Any) -> dict[str, Any]:
    return {"first_name": name, "last_name": "Lee", "email": f"{name}@example.org", **more}


def test_people_sign_up_for_a_place_and_then_for_the_waitlist(door: Signups, kckps: TenantHandle, event: str) -> None:
    shown = door.list_events()[0]
    assert (shown.event.slug, shown.state, shown.takes_people) == (event, "open", True)
    assert door.submit(event, **person("Ann", phone="913-555-0100", notes="I bring a drill")).status == "confirmed"
    assert door.submit(event, **person("Bob")).status == "waitlisted"
    assert door.submit(event, **person("Ann")).status == "waitlisted", "as everybody by now: only the mail tells more"
    assert [(entry.first_name, entry.participation.status) for entry in kckps.rosters().list(event)] == [
        ("Ann", "confirmed"),
        ("Bob", "waitlisted"),
    ]
    shown = next(iter(door.iterate_events()))
    assert shown.message == "this event is full; who signs up comes onto its waitlist"
    assert door.get_event(event) == shown == pickle.loads(pickle.dumps(shown))
    assert door.tenant.slug == "kckps" and door.tenant.branding.colour is None


def test_what_is_wrong_is_named_all_at_once(door: Signups, event: str) -> None:
    with pytest.raises(polaris.ValidationError) as refused:
        door.submit(event, first_name=" ", last_name="Lee", email="ann at home", phone="call me")
    assert [field.field for field in refused.value.fields] == ["first_name", "email", "phone"]
    with pytest.raises(polaris.BadRequest):
        door.submit(event, **person("Ann", title="Dr."))


def test_an_event_that_takes_nobody_says_why(door: Signups, kckps: TenantHandle, event: str) -> None:
    kckps.events().cancel(event)
    with pytest.raises(polaris.SignupClosed, match="was cancelled"):
        door.submit(event, **person("Ann"))
    draft = kckps.events().create(title="Draft", starts_at="2099-03-05T09:00", location="Gym")
    with pytest.raises(polaris.EventNotFound):
        door.get_event(draft.id)


def test_attempts_are_counted_by_the_address_that_is_handed_on(data: Path, event: str) -> None:
    p = Polaris.open(data, signups_per_address=3)
    for number, attempt in enumerate(({}, person("Ann"), {"email": "x"})):
        try:
            p.signup("kckps", HOME).submit(event, **attempt)
        except (polaris.ValidationError, polaris.BadRequest):
            assert number != 1
    with pytest.raises(polaris.RateLimitExceeded) as refused:
        p.signup("kckps", HOME).submit(event, **person("Bob"))
    assert refused.value.retry_after is not None and refused.value.retry_after > 500
    p.signup("kckps", Context("192.0.2.8")).submit(event, **person("Bob"))
    for _ in range(5):
        p.signup("kckps").submit(event, **person("Cid"))  # without an address nothing can be counted


def test_a_wrong_link_is_one_plain_error(door: Signups) -> None:
    calls: list[Callable[[str], object]] = [door.get, door.cancel]
    for call in calls:
        for secret in ("", "guess", "plml_" + "A" * 43):
            with pytest.raises(polaris.InvalidLink):
                call(secret)


def test_a_form_with_something_in_its_trap_is_answered_alike_and_leaves_nothing(door: Signups, kckps: TenantHandle, event: str) -> None:
    assert door.submit(event, **person("Bot", website="https://spam.example")).status == "confirmed"
    assert kckps.rosters().list(event).total == 0


def test_a_tenant_that_is_not_there_takes_nobody(p: Polaris) -> None:
    with pytest.raises(polaris.TenantNotFound):
        p.signup("nobody", HOME)


def test_who_got_an_outreach_mail_ends_that_with_its_link(data: Path) -> None:
    p = Polaris.open(data)
    ann = p.tenant("kckps", Actor.system()).volunteers().create(first_name="Ann", last_name="Lee", email="ann@example.org").volunteer.id
    secret = "plml_" + 43 * "A"
    with sqlite3.connect(data / "polaris_kckps.db") as file:
        sql = "INSERT INTO mail_links (hash, purpose, volunteer_id, created_at) VALUES (?, 'unsubscribe', ?, '2026-01-01T00:00:00.000Z')"
        file.execute(sql, (hashlib.sha256(secret.encode()).hexdigest(), ann))
    door = p.signup("kckps", HOME)
    assert door.opted_out(secret) is False
    door.opt_out(secret)
    door.opt_out(secret)
    assert door.opted_out(secret) is True and p.tenant("kckps", Actor.system()).volunteers().get(ann).volunteer.email_opt_out
