"""The table of operations and what this package can do are the same, both ways, but for the exceptions that give their reason."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import polaris
from polaris import Actor, Polaris


EXCEPTIONS = tomllib.loads((Path(__file__).parents[2] / "tests/surface.toml").read_text(encoding="utf-8"))["python"]


def reachable(p: Polaris) -> Iterator[str]:
    """The ids of what can be called, from the names it is called by."""
    created = p.platform(Actor.system()).tenants().create(slug="kckps", name="K")
    for start in (p.platform(Actor.system()), p.tenant("kckps", Actor.system())):
        for capability in public(start):
            part = getattr(start, capability)
            if callable(part):
                yield from (f"{capability}_{operation}" for operation in public(part()))
    yield from (f"public_events_{operation}" for operation in public(p.public_api("kckps", created.api_key)))


def public(thing: object) -> list[str]:
    return [name for name in dir(thing) if not name.startswith("_")]


def test_every_operation_can_be_reached_and_nothing_else(memory: Polaris) -> None:
    assert sorted(reachable(memory)) == sorted(operation.id for operation in polaris.operations() if operation.id not in EXCEPTIONS)


def test_the_table_says_what_an_operation_needs() -> None:
    table = {operation.id: operation for operation in polaris.operations()}
    publish = table["events_publish"]
    assert (publish.surface, publish.permission, publish.feature, publish.audit) == ("tenant", "manage_events", "events", "event.publish")
    assert table["tenants_list"].audit is None and table["public_events_get"].surface == "public_api"
    assert {operation.surface for operation in table.values()} == {"platform", "tenant", "public_api"}
    assert all(operation.summary.endswith(".") for operation in table.values())
