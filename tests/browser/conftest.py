"""The real server, a website on another origin, and a headless Chromium with an empty profile. Each test ends only what it started."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

ROOT = Path(__file__).parents[2]
POLARIS = os.environ["TESTED_POLARIS"]
PATIENCE = 20.0


def wait_until(what: str, look: Callable[[], Any]) -> Any:
    since = time.monotonic()
    while True:
        if found := look():
            return found
        assert time.monotonic() - since < PATIENCE, f"waited in vain until {what}"
        time.sleep(0.02)


class Polaris:
    """A data directory with the tenant kckps, and its server."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "data"
        self.process: subprocess.Popen[bytes] | None = None
        self.address = ""
        self.run("init")
        self.key: str = self.run("tenant", "create", "kckps", "--name", "Kansas City Kansas")["api_key"]

    def run(self, *args: str) -> Any:
        done = subprocess.run([POLARIS, *args, "--data", str(self.data), "--json"], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    def publish(self, title: str, starts_at: str = "2027-03-04T09:00", **more: str) -> Any:
        options = {"title": title, "starts-at": starts_at, "location": "Main gym"} | {name.replace("_", "-"): text for name, text in more.items()}
        arguments = [part for name, text in options.items() for part in (f"--{name}", text)]
        return self.run("event", "create", "kckps", *arguments, "--publish")

    def sql(self, statement: str) -> None:
        """What no command leads to (yet); while nothing has the file open."""
        assert self.process is None
        connection = sqlite3.connect(self.data / "polaris_kckps.db")
        connection.execute(statement)
        connection.commit()
        connection.close()

    def serve(self, *settings: str, listen: str = "127.0.0.1:0", public_url: str | None = "https://events.example.org") -> None:
        out, err = self.home / "requests", self.home / "err"
        command = [POLARIS, "serve", "--data", str(self.data), "--listen", listen, *settings]
        if public_url is not None:
            command += ["--public-url", public_url]
        with out.open("wb") as requests, err.open("wb") as errors:
            self.process = subprocess.Popen(command, stdout=requests, stderr=errors)

        def said() -> str:
            assert self.process is None or self.process.poll() is None, err.read_text()
            return next((word for word in err.read_text().split() if word.startswith("http://")), "")

        self.address = wait_until("the server serves", said)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(PATIENCE) == 0
            self.process = None

    def answered(self) -> list[int]:
        """The statuses of what browsers asked of the public API, preflights left out."""
        lines = [json.loads(line) for line in (self.home / "requests").read_text().splitlines()]
        return [line["status"] for line in lines if line["route"].startswith("/api/v1/district/") and line["method"] == "GET"]


@pytest.fixture
def polaris(tmp_path: Path) -> Iterator[Polaris]:
    made = Polaris(tmp_path)
    yield made
    made.stop()


class Website:
    """Files on an origin of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir()
        handler = partial(Quiet, directory=str(home))
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"

    def write(self, page: str, name: str = "index.html") -> str:
        (self.home / name).write_text(page, encoding="utf-8")
        return f"{self.origin}/{name}"

    def example(self, polaris: Polaris, key: str | None = None) -> str:
        """The example, set up as its README says."""
        page = (ROOT / "examples/website/index.html").read_text(encoding="utf-8")
        for placeholder, value in (("https://events.example.org", polaris.address), ("plrs_…", key or polaris.key)):
            assert page.count(placeholder) == 1, placeholder
            page = page.replace(placeholder, value)
        return self.write(page)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def website(tmp_path: Path) -> Iterator[Website]:
    made = Website(tmp_path / "website")
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    profile = tmp_path / "profile"
    for argument in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-sync",
        "--no-first-run",
        "--disable-dev-shm-usage",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    # The visitor is far from the district: an early day there is another day here.
    service = Service(shutil.which("chromedriver") or "chromedriver", env=os.environ | {"TZ": "Pacific/Auckland"})
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_window_size(1000, 800)
    yield driver
    driver.quit()


def get(address: str, key: str) -> Any:
    request = urllib.request.Request(address, headers={"X-API-Key": key})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)
