"""docs/public-api.md: its commands and programs are run, and the answers it shows are those of the server."""

import json
import os
import re
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Polaris, Website, wait_until
from selenium.webdriver import Chrome

BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / "docs/public-api.md").read_text(encoding="utf-8"), re.M | re.S)
DISTRICT = {"districts": [{"name": "Kansas City Kansas Public Schools", "schools": [{"name": "Wyandotte High School", "level": "high"}]}]}
# What is another each time.
CHANGING = {"created_at", "updated_at", "generated_at"}


@pytest.fixture
def served(polaris: Polaris, tmp_path: Path) -> Polaris:
    """With the events of the page."""
    (tmp_path / "districts.json").write_text(json.dumps(DISTRICT))
    polaris.run("reference", "import", str(tmp_path / "districts.json"))
    polaris.run("tenant", "edit", "kckps", "--district", "Kansas City Kansas Public Schools")
    polaris.run("reference", "sync", "kckps")
    polaris.publish(
        "Career Day",
        ends_at="2027-03-04T11:30",
        type="career_fair",
        school="Wyandotte High School",
        volunteers_needed="12",
        registration_deadline="2027-03-01",
        description="Tell a class about your work.",
    )
    polaris.publish("Science Night", "2027-04-08T18:00", type="classroom_activity", location="Library")
    polaris.serve()
    return polaris


def steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: "…" if name in CHANGING else steady(part) for name, part in value.items()}
    return [steady(part) for part in value] if isinstance(value, list) else value


def run(served: Polaris, command: list[str], given: str) -> str:
    environment = {"PATH": os.environ["PATH"], "SERVER": served.address, "KEY": served.key, "TMPDIR": str(served.home)}
    done = subprocess.run(command, input=given, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def shown(at: int) -> tuple[str, str]:
    """The block that shows what the one before it answers, if there is one."""
    return BLOCKS[at + 1] if at + 1 < len(BLOCKS) and BLOCKS[at + 1][0] in ("json", "http", "text", "html") else ("", "")


def test_the_page_has_what_is_tried_here() -> None:
    kinds = [kind for kind, _ in BLOCKS]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"sh": 5, "json": 2, "http": 1, "text": 1, "js": 1, "php": 1, "html": 1}


def test_its_commands_answer_what_it_shows(served: Polaris) -> None:
    for at, (kind, block) in enumerate(BLOCKS):
        if kind != "sh":
            continue
        said = run(served, ["bash", "-euo", "pipefail"], block)
        form, expected = shown(at)
        if form == "json":
            assert steady(json.loads(said)) == steady(json.loads(expected)), block
            assert list(steady(json.loads(said))) == list(json.loads(expected)), "in this order"
        elif form == "http":
            lines = [dict(line.split(": ", 1) for line in text.replace("\r", "").strip().splitlines()) for text in (said, expected)]
            assert lines[0].keys() == lines[1].keys()
            for name in ("x-ratelimit-limit", "x-ratelimit-remaining", "cache-control"):
                assert lines[0][name] == lines[1][name]
        elif form == "text":
            assert said == expected
        else:
            answers = [json.loads(line) for line in re.sub(r"\}\{", "}\n{", said).splitlines()]
            assert len(answers) == block.count("curl") and all(answer["success"] and answer["data"] for answer in answers)


def test_its_program_for_a_page_shows_the_events(served: Polaris, website: Website, browser: Chrome) -> None:
    (program,) = [block for kind, block in BLOCKS if kind == "js"]
    browser.get(website.write("<!doctype html><title>A page</title><body></body>"))
    wrapped = f"const [server, key, done] = arguments; (async () => {{ {program} }})().then(done, (error) => done(String(error)));"
    assert browser.execute_async_script(wrapped, served.address, served.key) is None
    items = browser.execute_script("return [...document.querySelectorAll('li')].map((item) => item.textContent)")
    assert items == ["2027-03-04: Career Day, Main gym", "2027-04-08: Science Night, Library"]


def test_its_program_for_a_server_asks_once_a_minute_and_then_only_what_changed(served: Polaris) -> None:
    (at,) = [at for at, (kind, _) in enumerate(BLOCKS) if kind == "php"]
    program, (_, expected) = BLOCKS[at][1], shown(at)
    kept = served.home / "events.json"
    for answered in ([200], [200]):
        assert run(served, ["php"], program) == expected
        # The line of the log may come a moment after the answer.
        wait_until("it has asked", served.answered)
        assert served.answered() == answered, "within a minute it doesn't ask"
    age(kept)
    assert run(served, ["php"], program) == expected
    wait_until("it asks whether anything changed", lambda: served.answered() == [200, 304])
    age(kept)
    served.stop()
    assert run(served, ["php"], program) == expected, "while nobody answers, what was last known"


def age(kept: Path) -> None:
    """A minute passes."""
    text = json.loads(kept.read_text())
    kept.write_text(json.dumps(text | {"at": text["at"] - 61}))


def test_its_program_for_a_server_waits_for_one_that_hangs_only_once_a_minute(served: Polaris) -> None:
    program = next(block for kind, block in BLOCKS if kind == "php")
    expected = run(served, ["php"], program)
    served.stop()
    hanging = socket.create_server(("127.0.0.1", 0))
    served.address = f"http://127.0.0.1:{hanging.getsockname()[1]}"
    age(served.home / "events.json")
    try:
        assert run(served, ["php"], program) == expected
        assert hanging_visits(hanging) == 1
        assert run(served, ["php"], program) == expected, "what is kept, and nobody waits"
        assert hanging_visits(hanging) == 0
    finally:
        hanging.close()


def hanging_visits(hanging: socket.socket) -> int:
    """How many have connected since this was last asked."""
    hanging.setblocking(False)
    visits = 0
    while True:
        try:
            hanging.accept()[0].close()
        except BlockingIOError:
            return visits
        visits += 1


def test_its_program_for_a_server_shows_nothing_any_more_once_its_key_is_revoked(served: Polaris) -> None:
    program = next(block for kind, block in BLOCKS if kind == "php")
    run(served, ["php"], program)
    age(served.home / "events.json")
    served.key = "plrs_revoked"
    for _ in range(2):
        environment = {"PATH": os.environ["PATH"], "SERVER": served.address, "KEY": served.key, "TMPDIR": str(served.home)}
        done = subprocess.run(["php"], input=program, capture_output=True, text=True, env=environment, timeout=60, check=False)
        assert done.returncode != 0 and "the events can't be had: 401" in done.stdout + done.stderr
    wait_until("it has asked twice", lambda: len(served.answered()) >= 2)
    assert served.answered() == [200, 401], "once a minute"
