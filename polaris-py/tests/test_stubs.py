"""What the stubs say of attributes is what they hold, for every class of values; every public thing says what it is."""

import datetime as dt
import inspect
import re
import types
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import stub_docs
from test_values import inside, values

import polaris
from polaris import Polaris, _polaris
from polaris import types as words


def stubs() -> dict[str, Any]:
    """The stubs' classes, as if they were a module."""
    text = Path(_polaris.__file__).with_name("_polaris.pyi").read_text()
    text = "from __future__ import annotations\n" + text.replace(", type_check_only", "").replace("@type_check_only", "")
    names: dict[str, Any] = {"__package__": "polaris"}
    exec(compile(text, "_polaris.pyi", "exec"), names)
    return names


def fits(value: Any, said: Any) -> bool:
    origin, parts = typing.get_origin(said), typing.get_args(said)
    if said is Any:
        return True
    if origin is typing.Literal:
        return value in parts
    if origin in (typing.Union, types.UnionType):
        return any(fits(value, part) for part in parts)
    if origin is list:
        return type(value) is list and all(fits(item, parts[0]) for item in value)
    if origin is tuple:
        return type(value) is tuple and len(value) == len(parts) and all(map(fits, value, parts))
    if origin is dict:
        return type(value) is dict and all(fits(name, parts[0]) and fits(item, parts[1]) for name, item in value.items())
    if said is dt.datetime:
        return isinstance(value, dt.datetime) and value.utcoffset() is not None
    if said is type(None):
        return value is None
    return bool(isinstance(value, said) if said is Path else type(value).__name__ == said.__name__)


def test_attributes_hold_what_the_stubs_say(p: Polaris) -> None:
    names, seen = stubs(), set()
    users = p.tenant("kckps", polaris.Actor.system()).users()
    created = users.create(email="a@example.org", first_name="A", last_name="B", role="viewer", invite="link")
    made = [*values(p), created]
    for value in (each for one in made for each in inside(one)):
        said = names.get(type(value).__name__)
        if type(value).__module__ != "polaris" or said is None:
            continue
        seen.add(type(value).__name__)
        for name, member in vars(said).items():
            if isinstance(member, property):
                hint = typing.get_type_hints(member.fget, names, {})["return"]
                assert fits(getattr(value, name), hint), f"{type(value).__name__}.{name} is {getattr(value, name)!r}, not {hint}"
    assert seen >= {"CreatedUser", "OneTimeLink"} | {name for name in polaris.__all__ if hasattr(getattr(polaris, name), "_from_pickle")}


def test_the_words_of_the_types_are_those_that_are_taken(p: Polaris) -> None:
    """What is refused says which words there are."""
    kckps, platform = p.tenant("kckps", polaris.Actor.system()), p.platform(polaris.Actor.system())
    events, volunteers, rosters = kckps.events(), kckps.volunteers(), kckps.rosters()
    platform.tenants().edit("kckps", features={"recruitment": True})
    outreach = kckps.outreach()
    volunteers.create(first_name="Jo", last_name="Hart")
    event = events.create(title="Day", starts_at="2027-03-04T09:00", location="Gym").id
    refused: dict[str, Callable[[Any], object]] = {
        "AccountOrder": lambda word: kckps.users().list(order=word),
        "AuditOutcome": lambda word: kckps.audit().list(outcome=word),
        "CalendarView": lambda word: kckps.calendar().get(view=word),
        "CancelReason": lambda word: events.cancel(event, reason=word),
        "Durability": lambda word: Polaris.open("data", durability=word),
        "EventFormat": lambda word: events.create(title="Day", starts_at="2027-03-04T09:00", location="Gym", format=word),
        "EventOrder": lambda word: events.list(order=word),
        "EventStatus": lambda word: events.list(statuses=word),
        "InviteBy": lambda word: kckps.users().create(email="pat@example.org", first_name="Pat", last_name="Lee", role="viewer", invite=word),
        "MailKind": lambda word: kckps.mails().list(kind=word),
        "MailState": lambda word: kckps.mails().list(state=word),
        "MailTransport": lambda word: Polaris.open("data", mail={"transport": word}),
        "SmtpSecurity": lambda word: Polaris.open("data", mail={"transport": "smtp", "security": word}),
        "OutreachMethod": lambda word: outreach.log(event, volunteer_id=1, method=word),
        "OutreachOutcome": lambda word: outreach.log(event, volunteer_id=1, method="phone", outcome=word),
        "NoteOutcome": lambda word: volunteers.add_note(1, text="Rang", outcome=word),
        "ParticipationStatus": lambda word: rosters.list(event, statuses=word),
        "ParticipationType": lambda word: rosters.assign(event, volunteer_id=1, participation_type=word),
        "ReferenceKind": lambda word: platform.reference().list(word),
        "Role": lambda word: polaris.Actor.tenant_user(1, "Pat Lee", word),
        "RosterOrder": lambda word: rosters.list(event, order=word),
        "StaffRole": lambda word: polaris.Actor.staff("Sam Ruiz", word),
        "TenantState": lambda word: platform.tenants().list(state=word),
        "VolunteerFormat": lambda word: volunteers.export(format=word),
        "VolunteerOrder": lambda word: volunteers.list(order=word),
    }
    # What values hold is held against the stubs above; progress is no word; levels of schools are a file's.
    assert set(words.__all__) - set(refused) == {
        "ActorKind",
        "LeftOutReason",
        "LinkPurpose",
        "NotMailedReason",
        "Progress",
        "PublicEventStatus",
        "SchoolLevel",
        "UrgencyLevel",
    }
    for name, call in refused.items():
        with pytest.raises(polaris.PolarisError) as error:
            call("no word of it")
        told = re.split("one of|must be", error.value.fields[0].message)[-1].split(";")[0]
        assert {word.removeprefix("-") for word in typing.get_args(getattr(words, name))} == set(re.findall(r"\w+", told)) - {"or"}, name


def test_everything_public_says_what_it_is() -> None:
    silent = [] if polaris.__doc__ and polaris.operations.__doc__ else ["polaris"]
    for name in polaris.__all__:
        thing = getattr(polaris, name)
        if not inspect.isclass(thing):
            continue
        silent += [name] if not thing.__doc__ else []
        # Attributes of exceptions say it in the source, beneath.
        members = [member for member in vars(thing) if not member.startswith("_") and not issubclass(thing, Exception)]
        silent += [f"{name}.{member}" for member in members if not inspect.getdoc(getattr(thing, member))]
    assert silent == []


def test_editors_show_what_the_module_says() -> None:
    text = stub_docs.STUBS.read_text()
    assert text == stub_docs.documented(text), "run polaris-py/stub_docs.py"
    assert text.count('"""') > 1000


def test_every_call_tells_its_arguments() -> None:
    for name in polaris.__all__:
        thing = getattr(polaris, name)
        calls = [thing] if inspect.isfunction(thing) else [getattr(thing, call) for call in vars(thing)] if inspect.isclass(thing) else []
        for call in calls:
            if inspect.isroutine(call) and not call.__name__.startswith("_"):
                told = inspect.signature(call).parameters.values()
                # What takes arguments by name lists them.
                assert all(each.kind is not each.VAR_KEYWORD for each in told), f"{name}.{call.__name__}"
