"""Opening, making, and what a program can get wrong about it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import polaris
from polaris import Actor, Polaris


def tenants(p: Polaris) -> list[str]:
    return [tenant.slug for tenant in p.platform(Actor.system()).tenants().list()]


def test_a_directory_made_can_be_opened(data: Path) -> None:
    assert tenants(Polaris.open(data)) == tenants(Polaris.open(str(data))) == ["kckps"]
    assert Polaris.open(data).data == data
    assert repr(Polaris.open(data)) == f"Polaris({str(data)!r})"


def test_opening_again_is_cheap_and_gives_the_same_engine(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Polaris.open(data)
    before = len(os.listdir("/proc/self/fd"))
    monkeypatch.chdir(data.parent)
    (data.parent / "link").symlink_to(data)
    opened = [Polaris.open(place) for place in (data, "data", "./data/../data", "link") for _ in range(50)]
    assert tenants(opened[-1]) == tenants(first)
    assert len(os.listdir("/proc/self/fd")) == before


def test_other_options_are_another_engine(data: Path) -> None:
    assert tenants(Polaris.open(data, durability="normal", readers=1, open_tenants=2, deadline=1.5)) == ["kckps"]
    assert tenants(Polaris.open(data, migrate_on_open=False, deadline=2)) == ["kckps"]


def test_a_directory_made_anew_at_the_same_place_is_not_the_old_one(data: Path) -> None:
    shutil.rmtree(data)
    assert tenants(Polaris.init(data)) == []
    assert tenants(Polaris.open(data)) == []


def test_many_directories_do_not_pile_up(tmp_path: Path) -> None:
    for number in range(40):
        Polaris.init(tmp_path / str(number))
    assert tenants(Polaris.open(tmp_path / "0")) == []


def test_in_memory_leaves_nothing_behind(memory: Polaris, tmp_path: Path) -> None:
    memory.platform(Actor.system()).tenants().create(slug="kckps", name="Kansas City Kansas")
    assert tenants(memory) == ["kckps"]
    assert tenants(Polaris.in_memory()) == []
    assert memory.data is None
    assert repr(memory) == "Polaris.in_memory()"


def test_what_is_no_data_directory_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    for place in ("missing", "empty", "file", "x" * 5000):
        with pytest.raises(polaris.DataDirectoryError) as refused:
            Polaris.open(tmp_path / place)
        assert refused.value.code == "DATA_DIRECTORY"
        # What to do is said to a program, not to somebody at a command line.
        assert ("make one with Polaris.init" in str(refused.value)) == (place in ("missing", "empty")), place
        assert "`" not in str(refused.value)
    with pytest.raises(polaris.DataDirectoryError):
        Polaris.open("")
    with pytest.raises(polaris.Conflict):
        Polaris.init(data)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("durability", "most"),
        ("durability", 1),
        ("readers", 0),
        ("readers", 9),
        ("readers", True),
        ("readers", 1.5),
        ("readers", 2**200),
        ("open_tenants", -1),
        ("open_tenants", "many"),
        ("deadline", 0),
        ("deadline", -1.0),
        ("deadline", float("nan")),
        ("deadline", float("inf")),
        ("deadline", 1e300),
        ("deadline", 10**400),
        ("deadline", "10"),
        ("deadline", True),
        ("migrate_on_open", 1),
        ("cache", "shared"),
    ],
)
def test_bad_options_are_named(data: Path, argument: str, value: Any) -> None:
    options: dict[str, Any] = {argument: value}
    for function in (Polaris.open, Polaris.init):
        with pytest.raises(polaris.BadRequest) as refused:
            function(data, **options)
        assert refused.value.fields[0].field == argument


@pytest.mark.parametrize("path", [5, b"data", None, object()])
def test_a_path_of_a_wrong_type_is_named(path: Any) -> None:
    with pytest.raises(polaris.BadRequest, match="^path: must be a path"):
        Polaris.open(path)


def test_a_path_with_a_nul_is_named(data: Path) -> None:
    restore, verify = Polaris.restore, Polaris.verify_backup
    calls: tuple[tuple[str, Callable[[], object]], ...] = (
        ("path", lambda: Polaris.open("a\0b")),
        ("path", lambda: Polaris.open(Path("a\0b"))),
        ("path", lambda: Polaris.init(f"{data}\0")),
        ("path", lambda: restore("a\0b", data, Actor.system())),
        ("backup", lambda: restore(data, "a\0b", Actor.system())),
        ("backup", lambda: verify("a\0b")),
    )
    for argument, call in calls:
        with pytest.raises(polaris.BadRequest, match=f"^{argument}: holds a NUL character") as refused:
            call()
        assert [field.field for field in refused.value.fields] == [argument] and "\0" not in str(refused.value)


@pytest.mark.parametrize(
    ("context", "field"),
    [
        (polaris.Context(address="localhost:80"), "address"),
        (polaris.Context(request_id="two\nlines"), "request_id"),
        (polaris.Context(request_id="x" * 129), "request_id"),
    ],
)
def test_what_no_log_can_keep_is_refused_by_name(p: Polaris, context: polaris.Context, field: str) -> None:
    for enter in (lambda: p.tenant("kckps", Actor.system(), context), lambda: p.platform(Actor.system(), context)):
        with pytest.raises(polaris.BadRequest) as refused:
            enter()
        assert refused.value.fields[0].field == field


def test_a_neighbour_on_the_same_link_is_a_caller_like_any(p: Polaris) -> None:
    """As frameworks tell of one: the zone behind the address names an interface of this machine."""
    p.tenant("kckps", Actor.system(), polaris.Context("fe80::1%eth0")).events().create(title="Day", starts_at="2027-03-04T09:00", location="Gym")
    assert p.tenant("kckps", Actor.system()).audit().list()[0].address == "fe80::1"


def test_actors_and_contexts_are_checked(p: Polaris) -> None:
    anything: Any
    for anything in (None, "system", 5, {"kind": "system"}, polaris.Context()):
        with pytest.raises(polaris.BadRequest, match="^actor: "):
            p.tenant("kckps", anything)
        with pytest.raises(polaris.BadRequest, match="^actor: "):
            p.platform(anything)
    for anything in ("127.0.0.1", 5, {}, Actor.system()):
        with pytest.raises(polaris.BadRequest, match="^context: "):
            p.tenant("kckps", Actor.system(), anything)
    with pytest.raises(polaris.BadRequest, match="^address: "):
        polaris.Context(address=anything)
    assert p.tenant("kckps", Actor.public(), context=polaris.Context("192.0.2.1", "r-1")).actor == Actor.public()


def test_roles_and_names_of_actors_are_checked() -> None:
    anything: Any
    for anything in ("boss", "", "Admin", 5, None):
        with pytest.raises(polaris.BadRequest, match="^role: "):
            Actor.tenant_user(1, "Pat Lee", anything)
    for anything in ("", " ", "a\nb", "x" * 101, "\ud800", 5, None):
        with pytest.raises(polaris.BadRequest, match="^name: "):
            Actor.staff(anything)
    for anything in ("1", 1.0, True, None):
        with pytest.raises(polaris.BadRequest, match="^id: "):
            Actor.tenant_user(anything, "Pat Lee", "admin")
    assert Actor.staff("Pat Lee").role == "admin"
    assert Actor.staff("Pat Lee", "support") == Actor.staff("Pat Lee", role="support")


def test_unknown_tenants_are_not_found(p: Polaris) -> None:
    for slug in ("nowhere", "", "../kckps", "KCKPS", "a\0b", "x" * 100_000):
        with pytest.raises(polaris.TenantNotFound) as missing:
            p.tenant(slug, Actor.system())
        assert missing.value.code == "TENANT_NOT_FOUND"
        assert isinstance(missing.value, polaris.NotFound)
