"""A mail server that behaves as its tests say, certificates of its own, and the real `polaris` with people who get mails."""

import asyncio
import datetime as dt
import ipaddress
import json
import os
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

POLARIS = os.environ["TESTED_POLARIS"]


@dataclass
class Taken:
    """A mail that the server has taken, and how it came."""

    to: str
    mail: EmailMessage
    secured: bool
    as_whom: str | None


@dataclass
class Handler:
    """Does as the recipient's name says, until it is mended."""

    taken: list[Taken] = field(default_factory=list)
    slow: float = 0.0
    mended: bool = False

    def is_odd(self, address: str, word: str) -> bool:
        return not self.mended and address.startswith(word)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if self.is_odd(address, "unknown"):
            return f"550 5.1.1 <{address}>: no such person"
        if self.is_odd(address, "later"):
            return f"451 4.7.1 <{address}>: come again"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        [to] = envelope.rcpt_tos
        if self.is_odd(to, "hang"):
            await asyncio.sleep(30)
        if self.is_odd(to, "drop"):
            server.transport.close()  # type: ignore[union-attr]
            return "250 nobody hears this"
        if self.slow:
            await asyncio.sleep(self.slow)
        content = envelope.original_content or b""
        mail = message_from_bytes(content, policy=policy.default)
        whom = session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else None
        secured = server.transport is not None and server.transport.get_extra_info("sslcontext") is not None
        self.taken.append(Taken(to, mail, secured, whom))  # type: ignore[arg-type]
        return "250 taken"

    def to(self, name: str) -> list[Taken]:
        return [taken for taken in self.taken if taken.to.startswith(f"{name}@")]


@dataclass
class Certificates:
    """An authority of these tests, and what it vouches for."""

    authority: Path
    stranger: Path
    server: ssl.SSLContext


def authority(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, certificate(name, key, key, None)


def certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, issuer: x509.Certificate | None
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer:
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(by, hashes.SHA256())


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    place = tmp_path_factory.mktemp("certificates")

    def pem(name: str, made: x509.Certificate) -> Path:
        path = place / name
        path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return path

    ours, ours_certificate = authority("Authority of these tests")
    _, strangers = authority("A stranger")
    key = ec.generate_private_key(ec.SECP256R1())
    chain = pem("server.pem", certificate("localhost", key, ours, ours_certificate))
    secret = place / "server.key"
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, secret)
    return Certificates(pem("authority.pem", ours_certificate), pem("stranger.pem", strangers), context)


@dataclass
class Server:
    handler: Handler
    port: int


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts mail servers, which end with the test."""
    running: list[Controller] = []

    def start(
        *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, log_in: bool = False, slow: float = 0.0
    ) -> Server:
        handler = Handler(slow=slow)

        def checked(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
            right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"polaris", b"right")
            return AuthResult(success=right, auth_data=data, handled=right)

        options: dict[str, Any] = {"tls_context": starttls, "require_starttls": starttls is not None}
        if log_in:
            options |= {"authenticator": checked, "auth_required": True, "auth_require_tls": starttls is not None}
        controller = Controller(handler, hostname="127.0.0.1", port=0, ssl_context=tls, **options)

        def knock() -> None:
            assert controller.server is not None
            socket.create_connection(controller.server.sockets[0].getsockname()[:2], timeout=5).close()

        # Its own way of finding out whether it has begun wants a port that is known, and an authority that everybody trusts.
        controller._trigger_server = knock  # type: ignore[method-assign]
        controller.start()
        running.append(controller)
        assert controller.server is not None
        return Server(handler, controller.server.sockets[0].getsockname()[1])

    yield start
    for controller in running:
        controller.stop(no_assert=True)


class Home:
    """A data directory with the tenant kckps, and the settings of its mail."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.data = place / "data"
        self.settings: dict[str, Any] = {"mail_from": "events@operator.example", "smtp_timeout_ms": 1500}
        self.run("init")
        self.run("tenant", "create", "kckps", "--name", "Kansas City Kansas")

    def through(self, server: Server, **settings: Any) -> None:
        self.settings |= {"mail_transport": "smtp", "smtp_host": "127.0.0.1", "smtp_port": server.port} | settings

    def start(self, *arguments: str, **more: Any) -> "subprocess.Popen[str]":
        lines = [f"data = {json.dumps(str(self.data))}"]
        lines += [f"{name} = {json.dumps(value)}" for name, value in self.settings.items()]
        # Put in place whole: a program that was started a moment before may be reading it.
        whole = self.place / "polaris.toml.new"
        whole.write_text("\n".join(lines) + "\n")
        whole.replace(self.place / "polaris.toml")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("POLARIS_")}
        return subprocess.Popen(
            [POLARIS, *arguments], cwd=self.place, env=kept, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more
        )

    def run(self, *arguments: str, code: int = 0) -> Any:
        program = self.start("--json", *arguments)
        out, err = program.communicate(timeout=120)
        assert program.returncode == code, (arguments, out, err)
        return json.loads(out) if out.strip() else json.loads(err)

    def queue(self, *people: str) -> None:
        """Signs people up for an event and moves it, so that each of them gets a mail."""
        rows = "".join(f"{person},Lee,{person}@example.org\n" for person in people)
        (self.place / "people.csv").write_text("First Name,Last Name,Email\n" + rows)
        self.run("volunteer", "import", "kckps", "people.csv")
        event = self.run("event", "create", "kckps", "--title", "Career Day", "--starts-at", "2037-03-04T09:00", "--location", "Gym")
        number = event.get("event", event)["id"]
        listed: list[Any] = []
        while not listed or self.more:
            page = self.run("volunteer", "list", "kckps", "--per-page", "100", "--page", str(len(listed) // 100 + 1))
            listed += page["items"]
            self.more = page["has_next"]
        for volunteer in listed:
            if volunteer["first_name"] in people:
                self.run("roster", "assign", "kckps", str(number), str(volunteer["id"]), "--status", "confirmed")
        self.run("event", "edit", "kckps", str(number), "--location", "Library")

    more = False

    def deliver(self) -> Any:
        program = self.start("--json", "mail", "deliver")
        out, err = program.communicate(timeout=120)
        done = json.loads(out)
        fails = done["failed"] > 0 or done["postponed"] > 0 and done["sent"] == 0
        assert program.returncode == int(fails), (out, err)
        return done

    def mails(self, state: str | None = None) -> list[Any]:
        narrowed = ["--state", state] if state else []
        found: list[Any] = []
        page = 1
        while True:
            answer = self.run("mail", "list", "kckps", "--per-page", "100", "--page", str(page), *narrowed)
            found += answer["items"]
            if not answer["has_next"]:
                return found
            page += 1

    def one(self, name: str) -> Any:
        [mail] = [mail for mail in self.mails() if mail["recipient"].startswith(f"{name}@")]
        return mail


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


class Serving:
    """`polaris serve`, which ends with the test."""

    def __init__(self, home: Home) -> None:
        self.program = home.start("--json", "serve", "--listen", "127.0.0.1:0", "--log-requests", "false")
        assert self.program.stdout is not None and self.program.stderr is not None
        self.url: str = json.loads(self.program.stdout.readline())["url"]
        self.log: list[str] = []
        threading.Thread(target=self.log.extend, args=[self.program.stderr], daemon=True).start()

    def stop(self) -> int:
        self.program.send_signal(signal.SIGTERM)
        return self.program.wait(timeout=30)


def until(what: str, reached: Callable[[], Any], within: float = 30) -> None:
    ends = time.monotonic() + within
    while not reached():
        assert time.monotonic() < ends, f"waited in vain until {what}"
        time.sleep(0.05)
