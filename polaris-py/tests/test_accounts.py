"""U1, U2, P6: users and staff administered; logging in, links, passwords, sessions."""

import pickle
from typing import Any

import pytest

import polaris
from polaris import Actor, Context, Polaris, User, Users

PASSWORD = "correct horse battery"
PAT: dict[str, Any] = {"email": "pat@example.org", "first_name": "Pat", "last_name": "Lee", "role": "coordinator"}


@pytest.fixture
def users(p: Polaris) -> Users:
    return p.tenant("kckps", Actor.tenant_user(100, "Kim Roe", "admin")).users()


@pytest.fixture
def pat(users: Users) -> User:
    return users.create(**PAT, username="pat.lee", password=PASSWORD).user


def test_an_invited_user_sets_a_password_logs_in_works_and_logs_out(p: Polaris, users: Users) -> None:
    mailed = users.create(email="ann@example.org", first_name="Ann", last_name="Roe", role="viewer")
    assert mailed.mailed and mailed.invitation is None and users.invite("ann@example.org") == mailed.user
    created = users.create(**PAT, invite="link")
    invitation = created.invitation
    assert not created.mailed
    assert invitation is not None and invitation.purpose == "invitation" and not created.user.has_password
    sessions = p.tenant_door("kckps", Context("192.0.2.1")).sessions()
    assert sessions.use_link(link=invitation.secret, password=PASSWORD) == "invitation"
    with pytest.raises(polaris.InvalidLink):
        sessions.use_link(link=invitation.secret.reveal(), password=PASSWORD)

    logged_in = sessions.log_in(login="PAT@example.org", password=PASSWORD)
    assert (logged_in.actor.name, logged_in.actor.role) == ("Pat Lee", "coordinator")
    caller = p.tenant_session(logged_in.token, "kckps")
    assert caller.actor == logged_in.actor and caller.session == logged_in.session
    handle = p.tenant("kckps", caller, context=Context("192.0.2.1", "r-1"))
    event = handle.events().create(title="Career Day", starts_at="2027-03-04T09:00", location="Main gym")
    assert handle.events().publish(event.id).status == "published"
    seen = handle.sessions().current()
    assert seen.who.id == created.user.id and seen.session is not None and seen.session.address == "192.0.2.1"
    handle.sessions().log_out()
    for token in (logged_in.token, logged_in.token.reveal()):
        with pytest.raises(polaris.Unauthenticated):
            p.tenant_session(token, "kckps")


def test_a_changed_password_ends_the_other_sessions(p: Polaris, pat: User) -> None:
    door = p.tenant_door("kckps").sessions()
    first, second = (door.log_in(login="pat.lee", password=PASSWORD) for _ in range(2))
    own = p.tenant("kckps", p.tenant_session(second.token, "kckps")).sessions()
    assert {session.id for session in own.list()} == {first.session, second.session}
    with pytest.raises(polaris.InvalidCredentials):
        own.change_password(current_password="a guess", new_password="another horse battery")
    with pytest.raises(polaris.ValidationError) as refused:
        own.change_password(current_password=PASSWORD, new_password="short")
    assert refused.value.fields[0].field == "new_password"
    assert own.change_password(current_password=PASSWORD, new_password="another horse battery").sessions_ended == 1
    with pytest.raises(polaris.Unauthenticated):
        p.tenant_session(first.token, "kckps")
    own.end(second.session)
    with pytest.raises(polaris.Unauthenticated):
        p.tenant_session(second.token, "kckps")


def test_after_too_many_failures_it_is_told_when_to_try_again(p: Polaris, pat: User) -> None:
    door = p.tenant_door("kckps").sessions()
    for _ in range(5):
        with pytest.raises(polaris.InvalidCredentials):
            door.log_in(login="pat.lee", password="a guess")
    with pytest.raises(polaris.TooManyAttempts) as refused:
        door.log_in(login="pat.lee", password=PASSWORD)
    assert refused.value.retry_after is not None and 0 < refused.value.retry_after <= 900
    again = pickle.loads(pickle.dumps(refused.value))
    assert (again.code, again.retry_after) == ("TOO_MANY_ATTEMPTS", refused.value.retry_after)


def test_users_are_listed_found_and_edited(users: Users, pat: User) -> None:
    users.create(email="kim@example.org", first_name="Kim", last_name="Roe", role="user", password=PASSWORD)
    assert [user.last_name for user in users.list(order="-name")] == ["Roe", "Lee"]
    assert [user.id for user in users.iterate(per_page=1, q="pat")] == [pat.id]
    assert users.list(role="viewer").total == 1 and users.list(active=False).total == 0
    assert users.get(pat.id) == users.get("pat@EXAMPLE.org") == users.get("pat.lee") == pat
    edited = users.edit("pat.lee", version=pat.version, username=None, role="viewer", first_name=polaris.UNSET)
    assert (edited.username, edited.role, edited.first_name) == (None, "viewer", "Pat")
    with pytest.raises(polaris.Conflict):
        users.edit(pat.id, version=pat.version, role="coordinator")
    with pytest.raises(polaris.ValidationError):
        anything: Any = None
        users.edit(pat.id, email=anything)
    assert users.deactivate(pat.id).active is False and users.reactivate(user=pat.id).active is True
    with pytest.raises(polaris.UserNotFound):
        users.get(99)


def test_a_password_is_reset_by_link_or_set_by_the_operator(p: Polaris, users: Users, pat: User) -> None:
    link = users.reset_password(pat.id)
    door = p.tenant_door("kckps").sessions()
    assert link.purpose == "reset" and door.use_link(link=link.secret, password="another horse battery") == "reset"
    door.log_in(login="pat.lee", password="another horse battery")
    p.tenant("kckps", Actor.system()).users().set_password(pat.id, password=PASSWORD)
    door.log_in(login="pat.lee", password=PASSWORD)


def test_a_forgotten_password_is_asked_for_anew_and_nothing_tells_who_is_known(p: Polaris, pat: User) -> None:
    door = p.tenant_door("kckps", Context("192.0.2.1")).sessions()
    for login in ("pat.lee", "PAT@example.org", "nobody@example.org"):
        door.request_reset(login=login)
    with pytest.raises(polaris.ValidationError):
        door.request_reset(login=" ")
    actions = [entry.action for entry in p.tenant("kckps", Actor.system()).audit().list()]
    assert actions.count("password.request_reset") == 2


def test_who_a_person_is_shows_in_no_repr_and_links_are_not_pickled(users: Users, pat: User) -> None:
    assert repr(pat) == f"User(id={pat.id}, role='coordinator', active=True)"
    assert pickle.loads(pickle.dumps(pat)) == pat
    created = users.create(email="kim@example.org", first_name="Kim", last_name="Roe", role="viewer", invite="link")
    assert created.invitation is not None
    secret = created.invitation.secret.reveal()
    for thing in (created, created.invitation, created.invitation.secret):
        assert "kim" not in repr(thing).lower() and secret[5:] not in repr(thing) and secret[5:] not in str(thing)
        with pytest.raises(TypeError, match="it holds a secret"):
            pickle.dumps(thing)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("email", 5),
        ("email", b"pat@example.org"),
        ("username", 5),
        ("first_name", ["Pat"]),
        ("last_name", "half \ud800"),
        ("role", 5),
        ("password", 12345678),
        ("password", polaris.Context()),
        ("phone", "555"),
    ],
)
def test_a_user_that_can_not_be_read_is_named(users: Users, argument: str, value: Any) -> None:
    with pytest.raises(polaris.BadRequest) as refused:
        users.create(**(PAT | {argument: value}))
    assert refused.value.fields[0].field == argument
    assert str(value) not in str(refused.value)


def test_all_that_is_wrong_with_a_user_is_told_at_once_and_the_password_is_not(users: Users) -> None:
    anything: Any = None
    with pytest.raises(polaris.ValidationError) as refused:
        users.create(email="notanemail", first_name=anything, last_name="", role=anything, password="Zx9!")
    assert {field.field for field in refused.value.fields} == {"email", "first_name", "last_name", "role", "password"}
    assert "Zx9!" not in str(refused.value)


@pytest.mark.parametrize("value", [1.5, True, None, 2**70, b"pat"])
def test_an_account_that_can_not_be_read_is_named(p: Polaris, users: Users, value: Any) -> None:
    staff = p.platform(Actor.system()).staff()
    for name, calls in (
        ("user", (users.get, users.edit, users.deactivate, users.reactivate, users.reset_password)),
        ("staff", (staff.get, staff.edit, staff.deactivate, staff.reactivate, staff.reset_password)),
    ):
        for call in calls:
            with pytest.raises(polaris.BadRequest, match=f"^{name}: "):
                call(value)


def test_staff_are_administered_and_log_in(p: Polaris) -> None:
    staff = p.platform(Actor.system()).staff()
    created = staff.create(name="Alex Kim", email="alex@example.org", role="admin", password=PASSWORD)
    assert created.invitation is None and "Alex" not in repr(created)
    door = p.staff_door(Context("192.0.2.1"))
    logged_in = door.log_in(login="alex@example.org", password=PASSWORD)
    platform = p.platform(p.staff_session(logged_in.token), Context("192.0.2.1"))
    assert platform.own_sessions().current().who.name == "Alex Kim"
    other = platform.staff().create(name="Sam Ruiz", email="sam@example.org", role="support")
    assert other.invitation is not None
    assert door.use_link(link=other.invitation.secret, password=PASSWORD) == "invitation"
    assert [each.name for each in staff.iterate()] == ["Alex Kim", "Sam Ruiz"] and staff.list(role="support").total == 1
    assert staff.edit(other.staff.id, role="admin", username="sam").username == "sam"
    assert staff.deactivate("sam").active is False and staff.reactivate("sam").active is True
    assert staff.reset_password("sam").purpose == "reset"
    staff.set_password("sam", password="another horse battery")
    door.log_in(login="sam", password="another horse battery")
    own = platform.own_sessions()
    assert own.change_password(current_password=PASSWORD, new_password="another horse battery").sessions_ended == 0
    with pytest.raises(polaris.StaffNotFound):
        staff.get("nobody")


def test_a_tenant_is_created_with_its_first_admin(p: Polaris) -> None:
    tenants = p.platform(Actor.system()).tenants()
    first: Any = {"email": "kim@example.org", "first_name": "Kim", "last_name": "Roe"}
    created = tenants.create(slug="hmsd", name="Hickman Mills", first_admin=first)
    assert created.first_admin is not None and created.first_admin.user.role == "admin"
    assert created.first_admin.mailed and created.first_admin.invitation is None
    with pytest.raises(polaris.BadRequest, match=r"^first_admin\.phone: there is no such field"):
        tenants.create(slug="third", name="Third", first_admin=first | {"phone": "555"})
    with pytest.raises(polaris.ValidationError) as refused:
        tenants.create(slug="third", name="Third", first_admin=first | {"email": "notanemail"})
    assert refused.value.fields[0].field == "first_admin.email"
