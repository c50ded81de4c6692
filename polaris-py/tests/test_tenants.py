"""P2, P3, P4: tenants edited, deactivated, deleted, taken back and purged; settings of their own admins."""

from collections.abc import Callable
from typing import Any

import pytest

import polaris
from polaris import UNSET, Actor, Polaris

STAFF = Actor.staff("Sam Ruiz")
ADMIN = Actor.tenant_user(1, "Pat Lee", "admin")


@pytest.fixture
def tenants(p: Polaris) -> polaris.Tenants:
    return p.platform(STAFF).tenants()


def test_an_edit_changes_what_is_given_keeps_the_rest_and_none_clears(tenants: polaris.Tenants) -> None:
    before = tenants.get("kckps")
    edited = tenants.edit(
        "kckps",
        version=before.version,
        district="KCKPS",
        features={"recruitment": True},
        branding={"colour": "#102030", "logo_url": "https://kckps.example/logo.png"},
        portal={"welcome": "Hello", "footer": "Bye"},
        allowed_origins=["https://kckps.example"],
    )
    assert edited.version == tenants.get("kckps").version == before.version + 1
    assert (edited.tenant.name, edited.tenant.district) == ("Kansas City Kansas", "KCKPS")
    assert edited.features["recruitment"] is True and edited.features["events"] is True
    assert edited.branding.colour == "#102030" and edited.portal == {"footer": "Bye", "welcome": "Hello"}

    cleared = tenants.edit(
        "kckps",
        name=UNSET,
        district=None,
        features={"recruitment": None},
        branding={"colour": None, "logo_url": UNSET},
        portal={"footer": None, "welcome": UNSET},
        allowed_origins=None,
    )
    assert (cleared.tenant.name, cleared.tenant.district, cleared.allowed_origins) == ("Kansas City Kansas", None, [])
    assert cleared.features.get("recruitment", False) is False
    assert (cleared.branding.colour, cleared.branding.logo_url) == (None, "https://kckps.example/logo.png")
    assert cleared.portal == {"welcome": "Hello"}
    assert tenants.edit("kckps", branding=None, portal=None).portal == {}


def test_a_stale_version_is_a_conflict(tenants: polaris.Tenants) -> None:
    version = tenants.get("kckps").version
    tenants.edit("kckps", version=version, name="KCK")
    with pytest.raises(polaris.Conflict):
        tenants.edit("kckps", version=version, name="Other")
    assert tenants.get("kckps").tenant.name == "KCK"


@pytest.mark.parametrize(
    ("argument", "value", "field"),
    [
        ("name", 5, "name"),
        ("district", ["KCKPS"], "district"),
        ("features", {"events": "yes"}, "features.events"),
        ("features", {"events": 1}, "features.events"),
        ("features", ["events"], "features"),
        ("branding", {"color": "#102030"}, "branding.color"),
        ("branding", {"colour": 5}, "branding.colour"),
        ("branding", "#102030", "branding"),
        ("portal", {"welcome": 5}, "portal.welcome"),
        ("portal", {5: "welcome"}, "portal"),
        ("allowed_origins", "https://kckps.example", "allowed_origins"),
        ("allowed_origins", ["https://kckps.example", None], "allowed_origins[1]"),
        ("version", "1", "version"),
        ("version", -1, "version"),
        ("version", 2**40, "version"),
        ("slug_", "x", "slug_"),
    ],
)
def test_an_edit_that_can_not_be_read_is_named(p: Polaris, argument: str, value: Any, field: str) -> None:
    edits: list[Callable[..., object]] = [lambda **edit: p.platform(STAFF).tenants().edit("kckps", **edit)]
    if argument not in ("name", "district", "features"):
        edits.append(p.tenant("kckps", ADMIN).administration().edit_settings)
    for edit in edits:
        with pytest.raises(polaris.BadRequest) as refused:
            edit(**{argument: value})
        assert [error.field for error in refused.value.fields] == [field]


def test_all_that_is_wrong_with_an_edit_is_told_at_once(tenants: polaris.Tenants) -> None:
    anything: Any = None
    with pytest.raises(polaris.ValidationError) as refused:
        tenants.edit("kckps", name=anything, time_zone="Central", branding={"colour": "red"}, allowed_origins=["kckps.example"])
    assert {error.field.split(".")[0].split("[")[0] for error in refused.value.fields} == {"name", "time_zone", "branding", "allowed_origins"}


def test_a_deactivated_tenant_refuses_at_once_and_comes_back(p: Polaris, tenants: polaris.Tenants) -> None:
    handle = p.tenant("kckps", ADMIN)
    assert tenants.deactivate("kckps", reason="summer").state == "inactive"
    with pytest.raises(polaris.TenantInactive):
        handle.events().list()
    with pytest.raises(polaris.TenantNotFound):
        p.tenant_door("kckps")
    with pytest.raises(polaris.InvalidTransition):
        tenants.deactivate("kckps")
    assert [tenant.slug for tenant in tenants.list(state="inactive")] == ["kckps"]
    assert tenants.reactivate("kckps").state == "active"
    assert handle.events().list().total == 0


def test_a_deleted_tenant_is_in_the_trash_until_it_is_purged(tenants: polaris.Tenants) -> None:
    anything: Any = tenants
    with pytest.raises(polaris.InvalidTransition):
        tenants.delete("kckps", confirm="kckps")
    tenants.deactivate("kckps")
    for confirm in ({}, {"confirm": None}, {"confirm": "other"}):
        with pytest.raises(polaris.ValidationError) as refused:
            anything.delete("kckps", **confirm)
        assert refused.value.fields[0].field == "confirm"
    assert tenants.delete("kckps", confirm="kckps").state == "trashed"
    assert tenants.list().total == 0 and tenants.list(state="trashed").total == 1
    with pytest.raises(polaris.Conflict):
        tenants.create(slug="kckps", name="Another")
    assert tenants.undelete("kckps").state == "inactive"
    tenants.delete("kckps", confirm="kckps")
    tenants.purge("kckps", confirm="kckps")
    assert tenants.create(slug="kckps", name="Another").tenant.name == "Another"


def test_admins_of_a_tenant_see_and_edit_its_settings_and_others_do_not(p: Polaris) -> None:
    administration = p.tenant("kckps", ADMIN).administration()
    settings = administration.settings()
    assert (settings.name, settings.time_zone, settings.branding.colour) == ("Kansas City Kansas", "America/Chicago", None)
    edited = administration.edit_settings(version=settings.version, time_zone="America/Denver", branding={"colour": "#102030"})
    assert edited == administration.settings() and edited.version > settings.version and hash(edited) != hash(settings)
    with pytest.raises(polaris.Conflict):
        administration.edit_settings(version=settings.version, time_zone="America/Chicago")
    assert (settings.waitlist, settings.mail.sender_name, settings.mail.reply_to) == (True, None, None)
    mailing = administration.edit_settings(waitlist=False, mail={"sender_name": "KCK volunteers", "reply_to": "help@kckps.org"})
    assert (mailing.waitlist, mailing.mail.sender_name, mailing.mail.reply_to) == (False, "KCK volunteers", "help@kckps.org")
    cleared = administration.edit_settings(waitlist=None, mail={"sender_name": None, "reply_to": UNSET})
    assert (cleared.waitlist, cleared.mail.sender_name, cleared.mail.reply_to) == (True, None, "help@kckps.org")
    with pytest.raises(polaris.ValidationError) as broken:
        administration.edit_settings(mail={"sender_name": "a\nb", "reply_to": "nobody"})
    assert [field.field for field in broken.value.fields] == ["mail.sender_name", "mail.reply_to"]
    with pytest.raises(polaris.BadRequest, match="^name: there is no such argument"):
        anything: Any = administration
        anything.edit_settings(name="Mine")
    viewer = p.tenant("kckps", Actor.tenant_user(2, "Kim Roe", "viewer")).administration()
    for refused in (viewer.settings, lambda: viewer.edit_settings(time_zone="America/Denver")):
        with pytest.raises(polaris.Forbidden):
            refused()


def test_unset_is_one_value_that_is_neither_true_nor_none() -> None:
    import copy
    import pickle

    assert repr(UNSET) == "UNSET" and not UNSET and UNSET is not None
    assert pickle.loads(pickle.dumps(UNSET)) is copy.copy(UNSET) is copy.deepcopy(UNSET) is UNSET
