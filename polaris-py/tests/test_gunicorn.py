"""Behind gunicorn, with --preload and without: engines opened before the fork work in the workers, handles from before it refuse."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from polaris import Actor, Polaris

pytest.importorskip("gunicorn")

APPLICATION = """
import json, os, polaris

LOADED_IN = os.getpid()
ENGINE = polaris.Polaris.open(os.environ["DATA"])
HANDLE = ENGINE.tenant("kckps", polaris.Actor.system())
HANDLE.events().list()

def application(environ, start_response):
    what = environ["PATH_INFO"]
    try:
        if what == "/handle":
            answer = HANDLE.events().list().total
        else:
            engine = ENGINE if what == "/engine" else polaris.Polaris.open(os.environ["DATA"])
            events = engine.tenant("kckps", polaris.Actor.system()).events()
            event = events.create(title="Career Day", starts_at="2027-03-04T09:00", location="Gym")
            answer = events.get(event.id).slug
        status = "200 OK"
    except polaris.PolarisError as error:
        status, answer = "503 Service Unavailable", str(error)
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps({"answer": answer, "worker": os.getpid(), "loaded_in": LOADED_IN}).encode()]
"""


class Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        try:
            self.sock.connect(str(self.path))
        except OSError:
            self.sock.close()
            raise


class Server:
    def __init__(self, place: Path, data: Path, *options: str) -> None:
        (place / "served.py").write_text(APPLICATION)
        self.socket = place / "s"
        command = [sys.executable, "-m", "gunicorn", "--workers", "3", "--bind", f"unix:{self.socket}", *options, "served:application"]
        self.process = subprocess.Popen(command, cwd=place, env={"DATA": str(data), "PATH": "/usr/bin:/bin"}, stderr=subprocess.PIPE, text=True)

    def get(self, path: str) -> tuple[int, Any]:
        with closing(Connection(self.socket)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def wait(self) -> None:
        for _ in range(200):
            assert self.process.poll() is None, self.process.stderr and self.process.stderr.read()
            try:
                self.get("/handle")
                return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
        raise AssertionError("gunicorn did not start")

    def stop(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=30)
        return said


@pytest.fixture(params=[[], ["--preload"], ["--preload", "--threads", "4"]], ids=["plain", "preload", "preload-threads"])
def server(request: pytest.FixtureRequest, tmp_path: Path, data: Path) -> Iterator[Server]:
    server = Server(tmp_path, data, *request.param)
    try:
        server.wait()
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.communicate()


def test_workers_write_and_read(server: Server, data: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(server.get, ["/engine", "/open"] * 30))
    assert {status for status, _ in answers} == {200}, answers
    assert len({answer["answer"] for _, answer in answers}) == 60

    status, answer = server.get("/handle")
    preloaded = answer["loaded_in"] != answer["worker"]
    assert preloaded == ("--preload" in server.process.args)  # type: ignore[operator]
    if preloaded:
        assert status == 503 and "before the process forked; ask for a new one in this process" in answer["answer"]
    else:
        assert (status, answer["answer"]) == (200, 60)
    said = server.stop()
    assert "Traceback" not in said and "panicked" not in said, said
    # Nothing was lost, and nothing is wrong with the files.
    assert Polaris.open(data).tenant("kckps", Actor.system()).events().list().total == 60
    assert Polaris.open(data).platform(Actor.system()).doctor().check().findings == []
