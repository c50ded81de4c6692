"""Whatever is handed to whichever argument: it is taken, or refused by an exception of the tree that names the argument. The calls and
their arguments are those of the signatures, so that a new one is tried without being listed here."""

import datetime as dt
import decimal
import inspect
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import polaris
from polaris import Actor, Context, Polaris

STAFF = Actor.staff("Sam Ruiz")
PASSWORD = "correct horse battery"
PERSON = {"email": "pat@example.org", "first_name": "Pat", "last_name": "Lee", "role": "admin"}


class BadPath:
    def __fspath__(self) -> str:
        raise RuntimeError


class BadIterator:
    def __iter__(self) -> Iterator[str]:
        yield "first"
        raise RuntimeError


class BadMapping(dict[str, object]):
    def items(self) -> Any:
        raise RuntimeError

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError


class BadNumber:
    def __index__(self) -> int:
        raise RuntimeError

    __int__ = __float__ = __index__


class BadText(str):
    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __eq__ = __hash__ = encode = __str__  # type: ignore[assignment]


class BadZone(dt.tzinfo):
    def utcoffset(self, moment: dt.datetime | None) -> dt.timedelta | None:
        raise RuntimeError

    dst = utcoffset

    def tzname(self, moment: dt.datetime | None) -> str | None:
        raise RuntimeError


class BadToAll:
    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError


class Odd:
    """Nothing takes this."""


def recursive() -> tuple[list[Any], dict[str, Any]]:
    items: list[Any] = []
    items.append(items)
    entries: dict[str, Any] = {}
    entries["name"] = entries["districts"] = entries["email"] = entries["colour"] = entries
    return items, entries


def numbers() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


VALUES: list[Any] = [
    *(Odd(), Odd, object, type, len, Ellipsis, NotImplemented, polaris, polaris.UNSET, None),
    *("", " ", "\0", "a\0b", "\ud800", "a\ud800", "ÿ\u202e", "x" * 300, "x" * 1_000_000, "-1", "nan", "../..", "/", "%s%n", "'; --", BadText("x")),
    *(b"", b"\xff", bytearray(b"x"), memoryview(b"x")),
    *(0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 2**10_000, True, False, BadNumber()),
    *(0.0, -0.5, 1e308, float("nan"), float("inf"), -float("inf"), 1j, decimal.Decimal("NaN"), decimal.Decimal(1)),
    *([], [None], ["\ud800"], [[]], [{}], ["x"] * 1_000, (), set(), {"a", "b"}, iter([]), range(3), numbers(), BadIterator(), recursive()[0]),
    *({}, {"x": 1}, {1: 2}, {"\ud800": 1}, {"name": None}, {"events": "yes"}, {"colour": []}, BadMapping(a=1), recursive()[1]),
    *(dt.datetime.min, dt.datetime.max, dt.datetime.max.replace(tzinfo=dt.timezone(-dt.timedelta(hours=23, minutes=59)))),
    *(dt.datetime.min.replace(tzinfo=dt.timezone(dt.timedelta(hours=23))), dt.datetime(2027, 3, 14, 2, 30), dt.date.min, dt.date.max),
    *(dt.datetime(2027, 3, 4, tzinfo=BadZone()), dt.time(9), dt.timedelta(9), BadZone()),
    *(Path("/nowhere"), Path("a\0b"), BadPath(), BadToAll()),
    *(Actor.system(), Context(), Actor.tenant_user(1, "Pat Lee", "viewer")),
]

# What an argument is when another one is tried. The last of a name's own: those of one call.
USUAL: dict[str, Any] = {
    "actor": STAFF,
    "backup": "latest",
    "confirm": "kckps",
    "content": b"name\nWelding\n",
    "current_password": PASSWORD,
    "email": "kim@example.org",
    "event": 1,
    "feed": 1,
    "file": b"First,Last\nKim,Roe\n",
    "first_name": "Kim",
    "id": 1,
    "import_": "none",
    "items": [],
    "keep": 1,
    "key": None,
    "kind": "skills",
    "last_name": "Roe",
    "link": "no link",
    "location": "Gym",
    "login": "pat@example.org",
    "merged_id": 2,
    "name": "Kim Roe",
    "new_password": PASSWORD + "!",
    "note": 1,
    "outreach": 1,
    "password": PASSWORD,
    "path": "nowhere",
    "q": "jo",
    "role": "admin",
    "secret": "no secret",
    "session": 1,
    "slug": "kckps",
    "staff": 1,
    "starts_at": "2027-03-04T09:00",
    "tenant": "kckps",
    "text": "Called",
    "title": "Career Day",
    "token": "no token",
    "total": 0,
    "user": 1,
    "value": 1,
    "volunteer": 1,
    "volunteer_id": 2,
}
OTHERWISE: dict[tuple[str, str], Any] = {
    ("Tenants.create", "slug"): "hmsd",
    ("Actor.staff", "role"): "support",
    ("Sessions.open", "staff"): "Alex Kim",
    ("Staff.create", "role"): "support",
    ("ApiKeys.get", "key"): 1,
    ("MailTemplates.get", "kind"): "reset",
    ("MailTemplates.edit", "kind"): "reset",
    ("MailTemplates.reset", "kind"): "reset",
    ("MailTemplates.preview", "kind"): "reset",
    ("ApiKeys.rotate", "key"): 1,
    ("ApiKeys.revoke", "key"): 1,
}
# What sequences do, and refuse, in Python.
OF_SEQUENCES = {"Page.index", "Page.count"}
# These take as long to refuse as to agree, whatever is wrong: half a second each time. And they only count how often.
SLOW = {"StaffDoor.log_in", "UserSessions.log_in", "OwnSessions.change_password", "UserSessions.change_password"}


def instances(data: Path) -> dict[str, Any]:
    """One of each class that has calls, in a directory of its own."""
    p = Polaris.init(data / "data", durability="normal")
    tenants = p.platform(STAFF).tenants()
    key = tenants.create(slug="kckps", name="Kansas City Kansas", first_admin=PERSON | {"password": PASSWORD}).api_key  # type: ignore[arg-type]
    tenants.edit("kckps", features={"recruitment": True})
    platform, tenant = p.platform(STAFF), p.tenant("kckps", Actor.tenant_user(1, "Pat Lee", "admin"))
    event = tenant.events().create(title="Career Day", starts_at="2027-03-04T09:00", location="Gym")
    for name in ("Ann", "Bea"):
        tenant.volunteers().create(first_name=name, last_name="Lee")
    tenant.volunteers().add_note(1, text="Called")
    tenant.rosters().assign(event.id, volunteer_id=1)
    found = [p, platform, tenant, p.public_api("kckps", key), p.staff_door(), p.signup("kckps"), polaris.Page([event], total=1), key]
    found += [getattr(of, name)() for of in (platform, tenant) for name in dir(of) if callable(getattr(of, name)) and not name.startswith("_")]
    found.append(tenant.calendar().feeds())
    return {type(each).__name__: each for each in found}


def calls(data: Path) -> dict[str, tuple[Callable[..., object], list[inspect.Parameter]]]:
    """Everything in the package that takes arguments."""
    own = instances(data)
    found: dict[str, tuple[Callable[..., object], list[inspect.Parameter]]] = {}
    for name in polaris.__all__:
        of = getattr(polaris, name)
        if not isinstance(of, type) or issubclass(of, Exception):
            continue
        members = [member for member in vars(of) if not member.startswith("_") and callable(getattr(of, member))]
        if isinstance(of.__text_signature__, str):
            found[name] = (of, list(inspect.signature(of).parameters.values()))
        for member in members:
            is_static = isinstance(vars(of)[member], staticmethod)
            if not is_static and name not in own:
                # Values that only others give have no calls with arguments.
                assert list(inspect.signature(getattr(of, member)).parameters) == ["self"], f"{name}.{member} is not tried"
                continue
            call = getattr(of if is_static else own[name], member)
            found[f"{name}.{member}"] = (call, list(inspect.signature(call).parameters.values()))
    return {name: call for name, call in found.items() if call[1] and name not in OF_SEQUENCES}


def usual(name: str, parameter: inspect.Parameter) -> Any:
    return OTHERWISE.get((name, parameter.name), USUAL.get(parameter.name))


def attempt(name: str, call: Callable[..., object], parameters: list[inspect.Parameter], tried: str, value: Any) -> BaseException | None:
    """Makes a call in which one argument is this. Gives what it raised."""
    arguments: list[Any] = []
    keywords: dict[str, Any] = {}
    for parameter in parameters:
        given = value if parameter.name == tried else usual(name, parameter)
        if parameter.kind is parameter.VAR_POSITIONAL:
            arguments.append(given)
        elif parameter.name != tried and parameter.default is not parameter.empty:
            continue
        elif parameter.kind is parameter.KEYWORD_ONLY or parameter.default is not parameter.empty:
            keywords[parameter.name] = given
        else:
            arguments.append(given)
    try:
        made = call(*arguments, **keywords)
        if isinstance(made, polaris.Items):
            next(made, None)
    except BaseException as error:
        return error
    return None


def names_it(error: polaris.PolarisError, argument: str) -> bool:
    return bool(error.fields) and error.fields[0].field.split("[")[0].split(".")[0] == argument


def test_every_argument_takes_or_refuses_whatever_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tried = 0
    wrong: list[str] = []
    names = list(calls(tmp_path / "names"))
    for at, name in enumerate(names):
        place = tmp_path / str(at)
        call, parameters = calls(place)[name]
        for parameter in parameters:
            for value in VALUES:
                if name in SLOW and type(value) not in (Odd, float, list):
                    continue
                error = attempt(name, call, parameters, parameter.name, value)
                tried += 1
                # What a function that is called back raises is its own.
                if parameter.name == "progress" and callable(value):
                    continue
                what = f"{name}({parameter.name}={type(value).__name__} {ascii_of(value)})"
                if error is not None and (not isinstance(error, polaris.PolarisError) or isinstance(error, polaris.InternalError)):
                    wrong.append(f"{what}: {type(error).__name__}: {error}")
                if type(value) is Odd and not (isinstance(error, polaris.BadRequest) and names_it(error, parameter.name)):
                    wrong.append(f"{what}: should be refused by name, not {error!r}")
    assert wrong == [], "\n".join(wrong)
    assert len(names) > 80 and tried > 10_000


def ascii_of(value: Any) -> str:
    try:
        return ascii(value)[:40]
    except BaseException:
        return "…"


def test_arguments_by_unknown_names_are_named(tmp_path: Path) -> None:
    anything: Any
    for name, (call, parameters) in calls(tmp_path).items():
        if not any(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters):
            continue
        given = [parameter for parameter in parameters if parameter.kind is parameter.POSITIONAL_OR_KEYWORD and parameter.default is parameter.empty]
        arguments = [usual(name, parameter) for parameter in given]
        for unknown in ("colour", "", "a b", "ÿ", "x" * 10_000, "\0"):
            anything = {unknown: 1}
            with pytest.raises(polaris.BadRequest) as refused:
                call(*arguments, **anything)
            assert refused.value.fields[0].field == unknown, name


def random_value(chance: random.Random, depth: int = 0) -> Any:
    if depth > 3 or chance.random() < 0.5:
        return chance.choice(VALUES)
    inner = [random_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    words = ["name", "districts", "schools", "level", "skills", "aliases", "email", "colour", "logo_url", "events", "", "\ud800"]
    return inner if chance.random() < 0.4 else {chance.choice(words): each for each in inner}


NESTED: list[tuple[str, str]] = [
    ("Tenants.create", "features"),
    ("Tenants.create", "first_admin"),
    ("Tenants.edit", "features"),
    ("Tenants.edit", "branding"),
    ("Tenants.edit", "portal"),
    ("Tenants.edit", "allowed_origins"),
    ("Tenants.edit", "recruitment_weights"),
    ("Tenants.edit", "mail"),
    ("Reference.import_", "sources"),
    ("Events.create", "wanted_skills"),
    ("Events.edit", "wanted_skills"),
    ("Volunteers.create", "skills"),
    ("Volunteers.edit", "skills"),
    ("Volunteers.import_", "mapping"),
]


@pytest.mark.parametrize(("name", "argument"), NESTED)
def test_whatever_is_nested_in_an_argument_is_refused_by_its_place(name: str, argument: str, tmp_path: Path) -> None:
    chance = random.Random(f"{name} {argument}")
    call, parameters = calls(tmp_path)[name]
    for _ in range(500):
        value = random_value(chance)
        error = attempt(name, call, parameters, argument, value)
        assert error is None or (isinstance(error, polaris.PolarisError) and error.code != "INTERNAL"), f"{name}({argument}={ascii_of(value)}): {error!r}"


def test_the_nested_arguments_are_those_that_take_mappings() -> None:
    """In the stubs, so that a new one is not forgotten."""
    from test_stubs import stubs

    def takes_mappings(said: str) -> bool:
        return any(word in said for word in ("Mapping", "_ReferenceData", "_FirstAdmin", "_Branding", "_Weights", "_Mail"))

    names = stubs()
    found = set()
    for of, kind in names.items():
        for call, function in vars(kind).items() if isinstance(kind, type) else ():
            if inspect.isfunction(function):
                found |= {(f"{of}.{call}", argument) for argument, said in function.__annotations__.items() if takes_mappings(str(said))}
    of_the_tenant = {("Administration.edit_settings", name) for name in ("branding", "portal", "recruitment_weights", "mail")}
    assert {each for each in found if each[1] != "return"} <= set(NESTED) | of_the_tenant


def test_an_interrupt_in_what_is_given_goes_on_as_it_is(p: Polaris) -> None:
    class Interrupted(Mapping[str, bool]):
        def __getitem__(self, name: str) -> bool:
            raise KeyboardInterrupt

        def __iter__(self) -> Iterator[str]:
            raise KeyboardInterrupt

        def __len__(self) -> int:
            return 1

        def __fspath__(self) -> str:
            raise KeyboardInterrupt

        def __index__(self) -> int:
            raise KeyboardInterrupt

    anything: Any = Interrupted()
    tenants = p.platform(STAFF).tenants()
    for call in (
        lambda: tenants.create(slug="hmsd", name="H", features=anything),
        lambda: p.tenant("kckps", STAFF).events().get(anything),
        lambda: Polaris.open(anything),
        lambda: p.platform(STAFF).reference().import_(anything),
    ):
        with pytest.raises(KeyboardInterrupt):
            call()
