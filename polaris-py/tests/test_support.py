"""P7, P6: staff enter tenants and leave them; their own sessions."""

from typing import Any

import pytest

import polaris
from polaris import Actor, Caller, Polaris

STAFF = Actor.staff("Sam Ruiz")


@pytest.fixture
def alex(p: Polaris) -> Caller:
    return p.staff_session(p.platform(STAFF).sessions().open(staff="Alex Kim", role="admin").token)


def test_a_caller_is_an_actor_with_a_session(p: Polaris, alex: Caller) -> None:
    assert (alex.actor.name, alex.actor.role, alex.context) == ("Alex Kim", "admin", polaris.Context())
    assert alex.session is not None and f"session={alex.session}" in repr(alex)
    assert p.tenant("kckps", alex).actor == alex.actor


def test_staff_enter_a_tenant_and_leave_it(p: Polaris) -> None:
    token = p.platform(STAFF).sessions().open(staff="Alex Kim", role="admin").token
    alex = p.staff_session(token)
    support = p.platform(alex).support()
    with pytest.raises(polaris.Unauthenticated):
        p.support_session(token, "kckps")
    stay = support.enter(tenant="kckps", reason="asked by phone")
    assert (stay.tenant, stay.staff_name, stay.session, stay.reason) == ("kckps", "Alex Kim", alex.session, "asked by phone")
    assert stay.expires_at > stay.created_at and "Alex" not in repr(stay)
    assert list(support.list()) == [stay] == list(support.iterate())
    assert p.tenant_session(token, "kckps").actor == p.support_session(token, "kckps").actor == alex.actor
    assert p.platform(alex).own_sessions().current().entered == ["kckps"]
    with pytest.raises(polaris.Conflict):
        support.enter(tenant="kckps")
    assert support.leave("kckps") == stay and support.list().total == 0
    with pytest.raises(polaris.NotFound):
        support.leave("kckps")
    with pytest.raises(polaris.Unauthenticated):
        p.tenant_session(token, "kckps")


def test_who_has_no_session_enters_nothing(p: Polaris) -> None:
    with pytest.raises(polaris.Unauthenticated):
        p.platform(STAFF).support().enter(tenant="kckps")


@pytest.mark.parametrize(("argument", "value"), [("tenant", 5), ("reason", 5), ("slug", "kckps")])
def test_an_entry_that_can_not_be_read_is_named(p: Polaris, alex: Caller, argument: str, value: Any) -> None:
    with pytest.raises(polaris.BadRequest) as refused:
        p.platform(alex).support().enter(**({"tenant": "kckps"} | {argument: value}))
    assert refused.value.fields[0].field == argument


def test_staff_see_and_end_their_own_sessions(p: Polaris) -> None:
    sessions = p.platform(STAFF).sessions()
    first, second, third = (p.staff_session(sessions.open(staff="Alex Kim", role="admin").token) for _ in range(3))
    own = p.platform(second).own_sessions()
    listed = own.list()
    assert {session.id for session in listed} == {first.session, second.session, third.session}
    assert [session.id for session in listed if session.current] == [second.session]
    assert listed[0].created_at.utcoffset() is not None
    assert first.session is not None
    own.end(first.session)
    with pytest.raises(polaris.SessionNotFound):
        own.end(first.session)
    assert own.end_others() == 1
    seen = own.current()
    assert (seen.who.kind, seen.who.name, seen.who.role) == ("staff", "Alex Kim", "admin")
    assert seen.session is not None and seen.session.id == second.session
    assert "manage_platform" in seen.permissions and seen.entered == []
    own.log_out()
    assert own.current().session is None
    anything: Any
    for anything in ("1", 1.5, None, True, 2**70):
        with pytest.raises(polaris.BadRequest, match="^session: "):
            own.end(anything)


def test_a_log_in_that_is_wrong_is_refused_alike(p: Polaris) -> None:
    refusals = []
    for door in (p.staff_door(polaris.Context("192.0.2.1")), p.tenant_door("kckps").sessions()):
        with pytest.raises(polaris.InvalidCredentials) as refused:
            door.log_in(login="pat@example.org", password="a guess")
        refusals.append(str(refused.value))
        with pytest.raises(polaris.InvalidLink):
            door.use_link(link="pllk_guess", password="correct horse battery")
        anything: Any = door
        for argument in ({"login": 5}, {"password": b"x"}, {"token": "x"}):
            with pytest.raises(polaris.BadRequest) as unreadable:
                anything.log_in(**argument)
            assert unreadable.value.fields[0].field in argument
    assert refusals[0] == refusals[1] and "pat" not in refusals[0]


def test_what_an_actor_may_do_is_told(p: Polaris) -> None:
    seen = p.tenant("kckps", Actor.tenant_user(7, "Pat Lee", "user")).sessions().current()
    assert (seen.who.id, seen.who.role, seen.tenant, seen.tenant_name) == (7, "viewer", "kckps", "Kansas City Kansas")
    assert "read_events" in seen.permissions and "manage_events" not in seen.permissions
    assert "events" in seen.features and seen.session is None
