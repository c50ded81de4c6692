"""The table of operations and what this package can do are the same, both ways, but for the exceptions that are written down."""

import tomllib
from pathlib import Path

import pytest
from reachable import reachable

import polaris
from polaris import Polaris

EXCEPTIONS = Path(__file__).parents[2] / "tests" / "surface.toml"


@pytest.mark.skipif(not EXCEPTIONS.exists(), reason="installed without the sources of the engine")
def test_every_operation_can_be_reached_and_nothing_else(memory: Polaris) -> None:
    left_out = tomllib.loads(EXCEPTIONS.read_text()).get("python", {})
    assert set(reachable(memory)) == {operation.id for operation in polaris.operations()} - set(left_out)


def test_the_table_says_what_an_operation_needs() -> None:
    table = {operation.id: operation for operation in polaris.operations()}
    publish = table["events_publish"]
    assert (publish.surface, publish.permission, publish.feature, publish.audit) == ("tenant", "manage_events", "events", "event.publish")
    assert table["tenants_list"].audit is None and table["public_events_get"].surface == "public_api"
    assert {operation.surface for operation in table.values()} == {"platform", "tenant", "public_api"}
    assert all(operation.summary.endswith(".") for operation in table.values())
