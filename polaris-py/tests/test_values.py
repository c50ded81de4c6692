"""What values are: equal, hashable, pickled, shown; and what never shows."""

import copy
import inspect
import pickle
import re
from collections.abc import Sequence
from typing import Any

import pytest

import polaris
from polaris import Actor, Context, Event, Events, Page, Polaris


PASSWORD = "correct horse battery"


def values(p: Polaris) -> list[Any]:
    """One at least of each class of values."""
    staff = p.platform(Actor.staff("Sam Ruiz"))
    imported = staff.reference().import_(
        {"districts": [{"name": "Hickman Mills C-1", "schools": [{"name": "Ruskin High School", "level": "high"}]}], "skills": ["Welding"]}
    )
    events = p.tenant("kckps", Actor.system()).events()
    event = events.create(title="Día «1»", starts_at="2027-03-04T09:00", ends_at="2027-03-04T10:00", location="Gym", volunteers_needed=3)
    events.publish(event.id)
    created = staff.tenants().create(slug="hmsd", name="Hickman Mills", district="Hickman Mills C-1")
    at_a_school = p.tenant("hmsd", Actor.system()).events().create(title="Day", starts_at="2027-03-04T09:00", location="Gym", school="Ruskin High School")
    key = staff.tenants().create(slug="third", name="Third").api_key
    in_third = p.tenant("third", Actor.system()).events()
    in_third.publish(in_third.create(title="Public Day", starts_at="2027-03-04T09:00", location="Gym").id)
    opened = staff.sessions().open(staff="Alex Kim")
    details = staff.tenants().edit(
        "kckps",
        features={"recruitment": True},
        recruitment_weights={"history": 20, "recency": 20, "skills": 20, "proximity": 20, "availability": 20},
    )

    volunteers, rosters = p.tenant("kckps", Actor.system()).volunteers(), p.tenant("kckps", Actor.system()).rosters()
    staff.reference().import_({"career_types": ["Health"]})
    staff.reference().sync(tenants=["kckps"])
    saved = volunteers.create(first_name="Jo", last_name="Hart", email="jo@example.org", career_type="Health", skills=["Chess"])
    volunteers.create(first_name="Joanna", last_name="Hart", organization="Works")
    same_time = events.create(title="Other", starts_at="2027-03-04T09:30", location="Gym")
    rosters.assign(event.id, volunteer_id=2)
    placed = rosters.assign(same_time.id, volunteer_id=2)
    called_off = events.create(title="Called off", starts_at="2027-03-04T09:30", location="Gym")
    cancelled = events.cancel(called_off.id, reason="weather")
    file = "First,Last,Email,\nBo,Roe,bo@example.org,7\nBo,,,\n".encode()
    recruitment = p.tenant("kckps", Actor.system()).recruitment()
    outreach = p.tenant("kckps", Actor.system()).outreach()
    asked = outreach.log(event.id, volunteer_id=1, method="phone", outcome="confirmed")
    note = volunteers.add_note(1, text="Rang twice", noted_on="2027-01-02")

    signups = p.signup("kckps")
    signed_up = signups.submit(event.id, first_name="Jo", last_name="Hart", email="jo@example.org")
    # Only who has the link in a mail is shown theirs.
    reduced: Any = signups.get_event(event.id).__reduce__()
    _, (_, shown) = reduced
    stands = f'{{"event": {shown}, "status": "confirmed", "signed_up_at": null, "waitlist_position": null, "can_cancel": true}}'
    managed = polaris.ManagedSignup._from_pickle(stands)  # type: ignore[attr-defined]

    users = p.tenant("kckps", Actor.system()).users()
    user = users.create(email="pat@example.org", first_name="Pat", last_name="Lee", role="admin", password=PASSWORD).user
    token = p.tenant_door("kckps").sessions().log_in(login="pat@example.org", password=PASSWORD).token
    own = p.tenant("kckps", p.tenant_session(token, "kckps")).sessions()

    (place := p.data) and (place / "polaris_stray.db").write_text("stray")
    assert place is not None
    backups, log = staff.backups(), staff.audit()
    backup = backups.create()
    head = log.head()
    assert head is not None
    staff.tenants().deactivate("hmsd")
    return [
        Actor.system(),
        Actor.public(),
        Actor.staff("Sam Ruiz", "support"),
        Actor.tenant_user(7, "Pat Lee", "viewer"),
        p.staff_session(opened.token),
        Context("192.0.2.1", "r-1"),
        Context(),
        event,
        at_a_school,
        events.list(),
        p.public_api("third", key).list(),
        p.public_api("third", key).quota,
        created.tenant,
        created.copied,
        saved,
        volunteers.get(1),
        volunteers.history(2)[0],
        volunteers.preview_merge(1, merged_id=2),
        volunteers.suggest("jo")[0],
        note,
        volunteers.preview_import(file),
        volunteers.import_(file),
        volunteers.list_imports(),
        placed,
        cancelled,
        cancelled.notices,
        rosters.list(event.id),
        rosters.totals(event.id),
        recruitment.dashboard(),
        recruitment.dashboard().totals,
        recruitment.dashboard().events[0],
        recruitment.candidates(event.id)[0],
        recruitment.candidates(event.id)[0].parts,
        recruitment.left_out(event.id)[0],
        asked,
        outreach.get(asked.outreach.id),
        outreach.preview_mail(same_time.id, volunteer_ids=[1, 99]),
        outreach.send_mail(same_time.id, volunteer_ids=[1, 99]),
        details.recruitment_weights,
        details,
        details.api_keys[0],
        imported,
        staff.reference().import_({"skills": ["", "Cooking"]}, dry_run=True),
        staff.reference().list("skills"),
        staff.reference().sync(),
        staff.doctor().check(),
        details.branding,
        details.mail,
        staff.mails().deliver(),
        p.tenant("kckps", Actor.system()).mails().list()[0],
        p.tenant("kckps", Actor.system()).mail_templates().get("reset"),
        p.tenant("kckps", Actor.system()).mail_templates().get("reset").variables[0],
        p.tenant("kckps", Actor.system()).mail_templates().preview("reset"),
        p.tenant("kckps", Actor.system()).administration().settings(),
        p.tenant("kckps", Actor.system()).sessions().current(),
        p.tenant("kckps", Actor.system()).calendar().get(date="2027-03-04"),
        p.public_calendar("kckps"),
        signups.tenant,
        signups.list_events(),
        signed_up,
        managed,
        p.tenant("kckps", Actor.system()).calendar().feeds().create(user="pat@example.org").feed,
        user,
        own.list()[0],
        own.change_password(current_password=PASSWORD, new_password=PASSWORD + "!"),
        staff.staff().create(name="Kim Roe", email="kim@example.org", role="support", password=PASSWORD).staff,
        staff.own_sessions().current(),
        p.platform(p.staff_session(opened.token)).support().enter(tenant="kckps"),
        staff.tenants().migrate(all=True, dry_run=True),
        backup,
        backups.verify(backup),
        Polaris.verify_backup("nowhere"),
        backups.restore(backup, tenant="hmsd"),
        Polaris.restore(place.parent / "restored" / str(len(list(place.parent.iterdir()))), backup, Actor.system()),
        backups.prune(keep=9),
        log.list()[0],
        head,
        log.verify(),
        log.verify(f"{head.id}:{'0' * 64}"),
        polaris.operations()[0],
    ]


def inside(value: Any) -> list[Any]:
    """A value with all the values that it holds."""
    found = [value]
    if type(value).__module__ == "polaris":
        for name in dir(type(value)):
            if not name.startswith("_") and inspect.isdatadescriptor(getattr(type(value), name)):
                found += inside(getattr(value, name))
    if isinstance(value, (list, tuple, Page)):
        found += [each for item in value for each in inside(item)]
    return found


def test_values_survive_pickling_and_copying(p: Polaris) -> None:
    for value in values(p):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(value, protocol))
            assert type(again) is type(value) and again == value and hash(again) == hash(value) and repr(again) == repr(value)
        assert copy.copy(value) == copy.deepcopy(value) == value


def test_values_are_equal_by_what_they_hold(p: Polaris) -> None:
    all_of_them = values(p)
    for at, one in enumerate(all_of_them):
        assert [other == one for other in all_of_them].index(True) == at
        assert one != 5 and one is not None and not one == "x"
    assert len(set(all_of_them)) == len(all_of_them)


def test_values_can_not_be_changed(career_day: Event) -> None:
    thing: Any = career_day
    with pytest.raises(AttributeError):
        thing.title = "Other"
    with pytest.raises(AttributeError):
        thing.colour = "red"
    career_day.wanted_skills.append("changes a copy")
    assert career_day.wanted_skills == []


def test_a_changed_event_is_another_value(events: Events, career_day: Event) -> None:
    assert events.get(career_day.id) == career_day
    assert events.publish(career_day.id) != career_day
    assert events.get(career_day.id) != career_day


def test_reprs_say_what_matters(career_day: Event, events: Events) -> None:
    shown = "Event(id=1, slug='career-day-2027-03-04', title='Career Day', status='draft', starts_at='2027-03-04T09:00:00-06:00')"
    assert repr(career_day) == shown
    assert repr(events.list()) == f"Page([{shown}], total=1, page=1, per_page=20)"
    assert repr(Context("192.0.2.1", request_id="r-1")) == "Context(request_id='r-1')"


def test_no_repr_shows_a_name_or_an_address_of_anybody(p: Polaris) -> None:
    """Reprs end up in logs and in pages of errors. The people are those of `values`, and who log in and are created here."""
    staff, users = p.platform(Actor.staff("Sam Ruiz")), p.tenant("kckps", Actor.system()).users()
    shown = [*values(p), staff.sessions().open(staff="Alex Kim"), staff.support().list()]
    shown += [users.create(email="kim@example.org", first_name="Kim", last_name="Roe", role="viewer")]
    shown += [staff.staff().create(name="Robin Roe", email="robin@example.org", role="support")]
    shown += [p.tenant_door("kckps").sessions().log_in(login="pat@example.org", password=PASSWORD + "!")]
    known = Actor.tenant_user(7, "Pat Lee", "admin"), Context("192.0.2.1", "r-1")
    shown += [p.tenant("kckps", *known), p.tenant("kckps", *known).sessions().current()]
    shown += [polaris.Page([Actor.staff("Sam Ruiz"), Context("192.0.2.1")], total=2)]
    people = ["Sam", "Ruiz", "Pat", "Lee", "Alex", "Kim", "Jo", "Hart", "Bo", "Robin", "Roe", "Works", "Rang", "example.org", "192.0.2.1"]
    for value in shown:
        assert [person for person in people if re.search(rf"\b{person}", repr(value))] == [], repr(value)
    # No class is left out that holds a name or an address; that of a ReferenceSource is a file's.
    personal = {"name", "first_name", "last_name", "email", "address", "user_name", "staff_name", "actor_name", "phone", "text", "actor", "who"}
    personal |= {"cells", "original", "rejected_csv"}
    told = {type(each).__name__ for value in shown for each in inside(value)}
    holders = {name for name in polaris.__all__ if personal & set(dir(getattr(polaris, name)))}
    assert holders - told == {"ReferenceSource"}


def test_secrets_show_only_when_asked(p: Polaris) -> None:
    staff = p.platform(Actor.staff("Sam Ruiz"))
    created = staff.tenants().create(slug="hmsd", name="Hickman Mills")
    opened = staff.sessions().open(staff="Alex Kim")
    for holder, secret in ((created, created.api_key), (opened, opened.token)):
        shown = [repr(holder), str(holder), repr(secret), str(secret), f"{secret}", f"{holder}"]
        assert all(secret.reveal() not in text and secret.reveal()[5:15] not in text for text in shown)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            for thing in (holder, secret):
                with pytest.raises(TypeError, match="it holds a secret"):
                    pickle.dumps(thing, protocol)
    assert created.api_key == created.api_key != opened.token
    assert len({created.api_key, created.api_key, opened.token}) == 2
    assert created == created and hash(created) == hash(created)


def test_engines_and_handles_are_not_pickled(p: Polaris) -> None:
    handle = p.tenant("kckps", Actor.system())
    for thing in (p, handle, handle.events(), p.platform(Actor.system()), p.platform(Actor.system()).tenants()):
        with pytest.raises(TypeError):
            pickle.dumps(thing)


def test_a_spoilt_pickle_is_refused() -> None:
    from polaris import _polaris

    spoilt = ((Event, "{}"), (Event, "not JSON"), (int, "{}"), ("Event", "{}"), (Actor, '{"kind": "staff", "role": "boss"}'))
    for of, text in spoilt:
        with pytest.raises(polaris.BadRequest, match="^pickle: "):
            _polaris._unpickle(of, text)


def test_pages_can_be_made_for_tests() -> None:
    page = Page(["a", "b"], total=5, page=2, per_page=2)
    assert list(page) == ["a", "b"] and page.total_pages == 3 and page.has_next
    assert isinstance(page, Sequence)
    assert Page[int] is not None
    anything: Any
    for anything in (0, "x", None.__class__):
        with pytest.raises(polaris.BadRequest, match="^page: "):
            Page([], total=0, page=anything)
    for anything in (-1, 2**40, "many"):
        with pytest.raises(polaris.BadRequest, match="^total: "):
            Page([], total=anything)
    with pytest.raises(TypeError):
        hash(Page([[]], total=1))


def test_errors_survive_pickling(events: Events) -> None:
    anything: Any = ""
    with pytest.raises(polaris.ValidationError) as refused:
        events.create(title=anything, starts_at=anything, location="Gym")
    again = pickle.loads(pickle.dumps(refused.value))
    assert type(again) is polaris.ValidationError
    assert (str(again), again.code, again.fields) == (str(refused.value), "VALIDATION_FAILED", refused.value.fields)
    assert isinstance(again, polaris.PolarisError)
    assert repr(again.fields[0]) == "FieldError(field='title', code='REQUIRED', message='is required')"
