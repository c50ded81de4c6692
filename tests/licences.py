"""Checks the licence of every crate in the lock file against the list in deny.toml; what cargo-deny does, where it isn't installed."""

import json
import re
import subprocess
import sys
import tomllib


def permitted(expression: str, allowed: set[str]) -> bool:
    """Whether an SPDX expression can be met with allowed licences alone."""
    expression = expression.replace("/", " OR ")
    parts = re.split(r"\s+(OR|AND)\s+|([()])", expression)
    words = [part.strip() for part in parts if part and part.strip()]
    python = " ".join({"OR": "or", "AND": "and"}.get(w, w if w in "()" else repr(w in allowed)) for w in words)
    return bool(eval(python, {"__builtins__": {}}))  # built from True, False, and, or, ( and ) alone


def main() -> int:
    with open("deny.toml", "rb") as file:
        licences = tomllib.load(file)["licenses"]
    allowed = set(licences["allow"])
    exceptions = {exception["crate"]: set(exception["allow"]) for exception in licences.get("exceptions", [])}
    metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version=1", "--locked"]))
    bad = [
        f"{package['name']} {package['version']}: {package.get('license')}"
        for package in metadata["packages"]
        if not permitted(package.get("license") or "none", allowed | exceptions.get(package["name"], set()))
    ]
    foreign = [p["id"] for p in metadata["packages"] if p["source"] and "crates.io-index" not in p["source"]]
    for line in bad + foreign:
        print("not permitted:", line)
    print(f"{len(metadata['packages'])} crates, {len(bad)} with other licences, {len(foreign)} from elsewhere")
    return 1 if bad or foreign else 0


if __name__ == "__main__":
    sys.exit(main())
