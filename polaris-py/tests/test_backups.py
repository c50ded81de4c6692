"""P8, P10: backups made, listed, checked, put back, removed; databases migrated."""

from pathlib import Path
from typing import Any

import pytest

import polaris
from polaris import Actor, Backups, Polaris

STAFF = Actor.staff("Sam Ruiz")


@pytest.fixture
def backups(p: Polaris) -> Backups:
    return p.platform(STAFF).backups()


def test_a_tenant_is_backed_up_checked_and_put_back(p: Polaris, backups: Backups) -> None:
    events = p.tenant("kckps", Actor.system()).events()
    before = events.create(title="Before", starts_at="2027-03-04T09:00", location="Gym")
    made = backups.create()
    assert (made.state, made.tenants, made.left_out, made.problem) == ("finished", ["kckps"], {}, None)
    assert made.folder.is_dir() and made.times is not None and made.times[0] <= made.times[1] and made.bytes > 0
    assert list(backups.list()) == [made] == list(backups.iterate()) and backups.get(made.name) == made
    assert p.platform(STAFF).doctor().check().kept.backups[0] > 0
    found = backups.verify(made.name)
    assert found.is_sound and found.problems == [] and [file.tenant for file in found.files] == [None, "kckps"]

    events.create(title="After", starts_at="2027-03-04T09:00", location="Gym")
    tenants = p.platform(STAFF).tenants()
    tenants.deactivate("kckps")
    restored = backups.restore(made, tenant="kckps", activate=True)
    assert (restored.tenant, restored.backup, restored.active, restored.access_kept) == ("kckps", made.name, True, True)
    assert list(p.tenant("kckps", Actor.system()).events().list()) == [before]
    assert backups.prune(keep=1).backups == []


def test_a_backup_elsewhere_is_found_there(backups: Backups, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir()
    made = backups.create(tenants=["kckps"], into=place)
    assert made.folder.parent == place and len(backups.list()) == 0 and list(backups.list(place=str(place))) == [made]
    assert backups.verify(str(made.folder)).is_sound and backups.get(made.folder) == made
    with made.folder.joinpath(backups.verify(made).files[1].file).open("r+b") as file:
        file.seek(5000)
        file.write(b"spoilt")
    spoilt = backups.verify(made.folder)
    assert not spoilt.is_sound and spoilt.problems[0].code and spoilt.problems[0].message


def test_a_whole_installation_is_put_back_into_a_new_directory(p: Polaris, backups: Backups, tmp_path: Path) -> None:
    event = p.tenant("kckps", Actor.system()).events().create(title="Before", starts_at="2027-03-04T09:00", location="Gym")
    made = backups.create(into=tmp_path)
    assert Polaris.verify_backup(made.folder).is_sound
    for place, given in (("new", made), ("other", made.folder), ("third", str(made.folder))):
        restored = Polaris.restore(tmp_path / place, given, STAFF, polaris.Context(request_id="r-1"))
        assert (restored.backup, restored.data) == (made.name, tmp_path / place)
        assert [(tenant.slug, tenant.code, tenant.message) for tenant in restored.tenants] == [("kckps", None, None)]
    again = Polaris.open(tmp_path / "new")
    assert list(again.tenant("kckps", Actor.system()).events().list()) == [event]
    with pytest.raises(polaris.Conflict):
        Polaris.restore(tmp_path / "new", made, STAFF)
    with pytest.raises(polaris.Forbidden):
        Polaris.restore(tmp_path / "fourth", made, Actor.staff("Kim Roe", "support"))
    assert not (tmp_path / "fourth").exists()

    # The registry of then doesn't know what was backed up later.
    later = backups.create(into=tmp_path)
    tenants, unknown = again.platform(STAFF).tenants(), again.platform(STAFF).backups()
    tenants.deactivate("kckps")
    with pytest.raises(polaris.ValidationError) as refused:
        unknown.restore(later, tenant="kckps")
    assert refused.value.fields[0].code == "UNKNOWN"
    back = unknown.restore(later, tenant="kckps", unknown=True, activate=True)
    assert (back.active, back.shut_out, back.active_admins) == (True, 0, 0)


def test_what_is_missing_of_an_installation_is_told(backups: Backups, tmp_path: Path) -> None:
    made = backups.create(into=tmp_path)
    with made.folder.joinpath(backups.verify(made).files[1].file).open("r+b") as file:
        file.seek(5000)
        file.write(b"spoilt")
    assert not Polaris.verify_backup(str(made.folder)).is_sound
    missing = Polaris.restore(tmp_path / "new", made, STAFF).tenants[0]
    assert missing.slug == "kckps" and missing.code and missing.message
    assert Polaris.verify_backup(tmp_path / "nothing").problems


def test_restoring_can_be_tried_without_changing_anything(p: Polaris, backups: Backups) -> None:
    backups.create()
    backups.check_restore("latest", tenant="kckps")
    with pytest.raises(polaris.NotFound):
        backups.check_restore("latest", tenant="nowhere")
    with pytest.raises(polaris.Conflict):
        backups.restore("latest", tenant="kckps")
    assert p.platform(STAFF).tenants().get("kckps").tenant.state == "active"


def test_what_can_not_be_is_refused(p: Polaris, backups: Backups, memory: Polaris) -> None:
    with pytest.raises(polaris.NotFound):
        backups.verify("20200101T000000Z")
    with pytest.raises(polaris.NotFound):
        backups.restore("20200101T000000Z", tenant="kckps")
    for keep in ({}, {"keep": 0}):
        with pytest.raises(polaris.ValidationError):
            anything: Any = backups
            anything.prune(**keep)
    with pytest.raises(polaris.Conflict):
        memory.platform(STAFF).backups().create()
    with pytest.raises(polaris.Forbidden):
        p.platform(Actor.staff("Kim Roe", "support")).backups().create()


@pytest.mark.parametrize(
    ("call", "arguments", "field"),
    [
        ("create", {"tenants": "kckps"}, "tenants"),
        ("create", {"tenants": [5]}, "tenants[0]"),
        ("create", {"into": 5}, "into"),
        ("create", {"place": "x"}, "place"),
        ("list", {"place": 5}, "place"),
        ("verify", {"backup": 5}, "backup"),
        ("get", {"backup": None}, "backup"),
        ("restore", {"backup": "x", "tenant": 5}, "tenant"),
        ("restore", {"backup": "x", "tenant": "kckps", "activate": 1}, "activate"),
        ("restore", {"backup": "x", "tenant": "kckps", "unknown": "yes"}, "unknown"),
        ("check_restore", {"backup": "x", "tenant": 5}, "tenant"),
        ("prune", {"keep": -1}, "keep"),
        ("prune", {"keep": "1"}, "keep"),
    ],
)
def test_what_can_not_be_read_is_named(backups: Backups, call: str, arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(polaris.BadRequest) as refused:
        getattr(backups, call)(**arguments)
    assert refused.value.fields[0].field == field


def test_tenants_are_migrated_or_it_is_told_which_need_it(p: Polaris) -> None:
    tenants = p.platform(STAFF).tenants()
    for report in (tenants.migrate(all=True, dry_run=True), tenants.migrate(tenants=["kckps"], jobs=2)):
        assert [(each.slug, each.outcome, each.code) for each in report.tenants] == [("kckps", "up_to_date", None)]
        assert report.tenants[0].from_version == report.target == tenants.get("kckps").schema_version
    for arguments in ({"all": 1}, {"tenants": "kckps"}, {"jobs": -1}, {"jobs": "2"}, {"dry": True}):
        with pytest.raises(polaris.BadRequest) as refused:
            anything: Any = tenants
            anything.migrate(**arguments)
        assert refused.value.fields[0].field in arguments
    with pytest.raises(polaris.ValidationError):
        tenants.migrate()
