"""X1, X2, X3: the audit logs of tenants and of the operator."""

import csv
import datetime as dt
import io
import json
import pickle
from typing import Any

import pytest

import polaris
from polaris import Actor, AuditLog, Context, Polaris

ADMIN = Actor.tenant_user(1, "Kim Roe", "admin")


@pytest.fixture
def log(p: Polaris) -> AuditLog:
    events = p.tenant("kckps", ADMIN, Context("192.0.2.1", "r-1")).events()
    for number in range(3):
        events.publish(events.create(title=f"Day {number}", starts_at="2027-03-04T09:00", location="Gym").id)
    return p.tenant("kckps", ADMIN).audit()


def test_what_was_done_is_in_the_log_newest_first(log: AuditLog) -> None:
    page = log.list(action="event.", per_page=2)
    newest = page[0]
    assert page.total == 6 and log.tenant == "kckps"
    assert (newest.action, newest.actor_kind, newest.actor_id, newest.actor_role) == ("event.publish", "tenant_user", 1, "admin")
    assert (newest.actor_name, newest.address, newest.request_id, newest.outcome) == ("Kim Roe", "192.0.2.1", "r-1", "done")
    assert isinstance(newest.details, dict) and newest.occurred_at.utcoffset() is not None
    assert "Kim" not in repr(newest) and "192" not in repr(newest)
    assert pickle.loads(pickle.dumps(newest)) == newest and hash(newest) == hash(page[0])
    assert [entry.id for entry in log.iterate(action="event.", per_page=2)] == sorted((entry.id for entry in log.iterate(action="event.")), reverse=True)
    assert log.list(actor_kind="tenant_user", actor_id=2).total == 0
    assert log.list(resource_kind="event", resource_id="1").total == 2
    assert log.list(after=newest.id - 1).total == 1
    today = dt.date.today()
    day = dt.timedelta(days=1)
    assert log.list(from_=today - day, to=today + day, action="event.publish").total == 3
    assert log.list(to=dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)).total == 0 == log.list(outcome="refused").total


def test_a_log_is_followed_from_the_last_entry_seen(p: Polaris, log: AuditLog) -> None:
    seen = log.follow(action="event.", at_most=4)
    assert [entry.id for entry in seen] == sorted(entry.id for entry in log.iterate(action="event."))[:4]
    seen += log.follow(action="event.", after=seen[-1].id)
    assert len(seen) == 6 and log.follow(after=seen[-1].id) == []
    p.tenant("kckps", ADMIN).events().create(title="Later", starts_at="2027-03-04T09:00", location="Gym")
    assert [entry.action for entry in log.follow(after=seen[-1].id)] == ["event.create"]
    assert p.platform(Actor.system()).audit().follow(at_most=1)[0].id == 1


def test_from_must_not_be_after_to_and_is_called_as_in_the_call(log: AuditLog) -> None:
    with pytest.raises(polaris.BadRequest, match="^from_: must not be after to$") as refused:
        log.list(from_="2026-02-02", to="2026-01-01")
    assert refused.value.fields[0].field == "from_"


def test_entries_are_taken_out_piece_by_piece_and_that_is_noted(log: AuditLog) -> None:
    export = log.export(action="event.publish")
    assert (export.rows, export.format, export.file_name) == (3, "csv", "audit-kckps.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(export).decode())))
    assert [row["action"] for row in rows] == ["event.publish"] * 3
    assert list(export) == []
    lines = b"".join(log.export(format="jsonl", action="event.publish")).splitlines()
    assert [json.loads(line)["action"] for line in lines] == ["event.publish"] * 3
    assert log.list(action="audit.export").total == 2


def test_a_log_is_verified_against_a_head_kept_elsewhere(log: AuditLog) -> None:
    head = log.head()
    assert head is not None and str(head) == f"{head.id}:{head.hash}" and len(head.hash) == 64
    for kept in (None, head, str(head)):
        found = log.verify(kept)
        assert found.first_break is None and found.entries >= head.id
    wrong = log.verify(f"{head.id}:{'0' * 64}")
    assert wrong.first_break is not None and isinstance(wrong.first_break.kind, str)
    anything: Any
    for anything in (5, "x", "1:2", b"x"):
        with pytest.raises(polaris.BadRequest, match="^kept: "):
            log.verify(anything)


def test_the_operators_own_log_and_who_may_read_it(p: Polaris) -> None:
    log = p.platform(Actor.staff("Sam Ruiz")).audit()
    assert log.tenant is None and log.list(action="tenant.create").total == 1
    assert log.verify().first_break is None and log.head() is not None
    with pytest.raises(polaris.Forbidden):
        p.tenant("kckps", Actor.tenant_user(2, "Pat Lee", "viewer")).audit().list()


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("actor_kind", "boss"),
        ("actor_id", "1"),
        ("action", 5),
        ("resource_kind", 5),
        ("from_", "yesterday"),
        ("to", 5),
        ("outcome", "well"),
        ("after", 1.5),
        ("colour", 1),
        ("from", "2026-01-01"),
    ],
)
def test_what_can_not_be_read_is_named(log: AuditLog, argument: str, value: Any) -> None:
    for call in (log.list, log.iterate, log.follow, log.export):
        with pytest.raises(polaris.BadRequest) as refused:
            call(**{argument: value})
        assert refused.value.fields[0].field == argument
    for many in (0, 1_001, "2"):
        with pytest.raises(polaris.BadRequest, match="^at_most: "):
            anyhow: Any = log
            anyhow.follow(at_most=many)
    with pytest.raises(polaris.BadRequest, match="^format: "):
        anything: Any = "xml"
        log.export(format=anything)
