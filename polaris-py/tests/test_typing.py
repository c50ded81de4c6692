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
    run("-m", "mypy.stubtest", "polaris", cwd=tmp_path)


def test_the_example_of_the_readme_runs_and_passes_mypy(tmp_path: Path) -> None:
    readme = (HERE.parent / "README.md").read_text()
    example = readme.split("```python\n", 1)[1].split("```", 1)[0]
    assert len(example.strip().splitlines()) <= 10
    (tmp_path / "example.py").write_text(example)
    assert run("example.py", cwd=tmp_path) == "2027-03-04 09:00:00-06:00 Career Day\n"
    run("-m", "mypy", "--strict", "--cache-dir", os.devnull, "example.py", cwd=tmp_path)


def test_importing_is_quick(tmp_path: Path) -> None:
    code = "import time; t = time.perf_counter(); import polaris; print(time.perf_counter() - t)"
    took = min(float(run("-c", code, cwd=tmp_path)) for _ in range(5))
    assert took < 0.03
