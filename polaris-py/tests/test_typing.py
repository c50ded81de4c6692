"""The stubs: what a program writes is checked, and they say what the module is."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def run(*arguments: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_small_program_passes_mypy_strict_and_runs(tmp_path: Path) -> None:
    program = (HERE / "typed_usage.py").read_text()
    (tmp_path / "typed_usage.py").write_text(program)
    run("-m", "mypy", "--strict", "--cache-dir", os.devnull, "typed_usage.py", cwd=tmp_path)
    assert "Career Day" in run("typed_usage.py", cwd=tmp_path)


def test_the_stubs_say_what_the_module_is(tmp_path: Path) -> None:
    # stubtest doesn't know a choice of words from a union; another test holds those against the engine.
    (tmp_path / "allowed").write_text(r"polaris\.types\.\w+")
    run("-m", "mypy.stubtest", "polaris", "--allowlist", "allowed", cwd=tmp_path)


def test_the_example_of_the_readme_runs_and_passes_mypy(tmp_path: Path) -> None:
    readme = (HERE.parent / "README.md").read_text()
    example = readme.split("```python\n", 1)[1].split("```", 1)[0]
    assert len(example.strip().splitlines()) <= 10
    (tmp_path / "example.py").write_text(example)
    assert run("example.py", cwd=tmp_path) == "2027-03-04 09:00:00-06:00 Career Day\n"
    run("-m", "mypy", "--strict", "--cache-dir", os.devnull, "example.py", cwd=tmp_path)


# What a web application has at hand, for the examples after the first.
AT_HAND = """
import types
from polaris import UNSET, Actor, Context, Polaris
user = types.SimpleNamespace(id=7, name="Pat Lee", role="admin")
request = types.SimpleNamespace(remote_addr="192.0.2.1")
slug, request_id, email, password = "kckps", "r-1", "pat@example.org", "correct horse battery"
p = Polaris.open("./data")
context = Context(request.remote_addr, request_id)
users = p.tenant(slug, Actor.system()).users()
users.create(email=email, first_name="Pat", last_name="Lee", role="viewer", password=password)
"""


def test_the_other_examples_of_the_readme_run_after_it(tmp_path: Path) -> None:
    first, *others = (block.split("```", 1)[0] for block in (HERE.parent / "README.md").read_text().split("```python\n")[1:])
    assert len(others) >= 2
    (tmp_path / "first.py").write_text(first)
    (tmp_path / "others.py").write_text(AT_HAND + "\n".join(others))
    run("first.py", cwd=tmp_path)
    run("others.py", cwd=tmp_path)


def test_importing_is_quick(tmp_path: Path) -> None:
    code = "import time; t = time.perf_counter(); import polaris; print(time.perf_counter() - t)"
    took = min(float(run("-c", code, cwd=tmp_path)) for _ in range(5))
    assert took < 0.03
