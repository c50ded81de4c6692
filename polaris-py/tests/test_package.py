"""The package as a whole: what its README says there is, and what is in it beside the code."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

from reachable import public

from polaris import Actor, Polaris

PACKAGE = Path(__file__).parents[1]
README = (PACKAGE / "README.md").read_text()


def capabilities(row: str) -> list[str]:
    """The calls that stand in a row of the table in the README."""
    cells = README.split(f"\n| `p.{row}` | ", 1)[1].split("\n", 1)[0]
    return sorted(re.findall(r"`(\w+)\(\)`", cells))


def test_the_readme_tells_of_every_capability(p: Polaris) -> None:
    key = p.platform(Actor.system()).tenants().create(slug="hmsd", name="Hickman Mills").api_key
    for row, handle in (
        ("platform(actor)", p.platform(Actor.system())),
        ("tenant(slug, actor)", p.tenant("kckps", Actor.system())),
        ("public_api(slug, key)", p.public_api("hmsd", key)),
    ):
        there = [name for name in public(handle) if callable(getattr(handle, name)) and name != "iterate"]
        assert capabilities(row) == there
    calls = [name for name in public(Polaris) if callable(getattr(Polaris, name))]
    assert [name for name in calls if not re.search(rf"\b{name}\(", README)] == []


def test_the_licences_and_addresses_are_in_the_package() -> None:
    metadata = importlib.metadata.metadata("polaris")
    assert metadata["License-Expression"] == "MIT OR Apache-2.0"
    files = importlib.metadata.files("polaris") or []
    held = {file.name: file.read_text() for file in files if file.parent.name == "licenses"}
    root = PACKAGE.parent
    assert held == {name: (root / name).read_text() for name in ("LICENSE-APACHE", "LICENSE-MIT")}
    repository = tomllib.loads((root / "Cargo.toml").read_text())["workspace"]["package"]["repository"]
    assert metadata.get_all("Project-URL") == [f"Repository, {repository}"]
