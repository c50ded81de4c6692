"""A small Flask application on Polaris: people of a tenant log in, see their events, create some and publish them.

    flask --app app prepare            # once: a data directory with a tenant and its first admin
    flask --app app run

Polaris knows who may log in and what they may do; this program has screens and nothing else.
"""

import secrets
from contextlib import suppress
from typing import Any, cast, get_args

import click
from flask import Flask, Response, abort, current_app, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

import polaris
from polaris import Context, Polaris, TenantHandle
from polaris.types import EventStatus

STATUSES: tuple[EventStatus, ...] = get_args(EventStatus)

# What a screen shows for an error of Polaris that no view handles itself.
HTTP_STATUSES: tuple[tuple[type[polaris.PolarisError], int], ...] = (
    (polaris.Forbidden, 403),
    (polaris.FeatureDisabled, 403),
    (polaris.NotFound, 404),
    (polaris.TenantInactive, 404),
    (polaris.Conflict, 409),
    (polaris.ValidationError, 422),
    (polaris.BadRequest, 400),
    (polaris.TooManyAttempts, 429),
    (polaris.RateLimitExceeded, 429),
    (polaris.Unavailable, 503),
)


def engine() -> Polaris:
    """Opened already, this costs next to nothing; after a fork it opens anew."""
    return Polaris.open(current_app.config["POLARIS_DATA"])


def context() -> Context:
    """What the audit log keeps of a request."""
    return Context(address=request.remote_addr, request_id=g.request_id)


def handle(tenant: str) -> TenantHandle:
    """The tenant, for whoever has logged in to it."""
    caller = engine().tenant_session(session.get("token", ""), tenant)
    return engine().tenant(tenant, caller, context())


def create_app(**config: Any) -> Flask:
    app = Flask(__name__)
    app.config.update(POLARIS_DATA="./data", SESSION_COOKIE_SAMESITE="Lax")
    app.config.from_prefixed_env()  # FLASK_SECRET_KEY, FLASK_POLARIS_DATA, FLASK_SESSION_COOKIE_SECURE
    app.config.update(config)

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        if not app.config["SECRET_KEY"]:
            abort(Response("set FLASK_SECRET_KEY to a long random text\n", 500, mimetype="text/plain"))
        expected = session.setdefault("form_key", secrets.token_urlsafe(16))
        reading = request.method in ("GET", "HEAD", "OPTIONS")
        if not reading and not secrets.compare_digest(request.form.get("form_key", "").encode(), expected.encode()):
            abort(400, "This form is too old. Go back, load the page anew and send it again.")

    @app.errorhandler(polaris.Unauthenticated)
    def log_in_first(_: polaris.Unauthenticated) -> AnyResponse:
        tenant = (request.view_args or {})["tenant"]
        if tenant == session.get("tenant"):  # another tenant's page is no reason to forget this one's session
            session.pop("token", None)
        return redirect(url_for("log_in", tenant=tenant))

    @app.errorhandler(polaris.PolarisError)
    def refused(error: polaris.PolarisError) -> tuple[str, int]:
        status = next((status for kind, status in HTTP_STATUSES if isinstance(error, kind)), 500)
        return render_template("error.html", error=error), status

    @app.route("/<tenant>/login", methods=["GET", "POST"])
    def log_in(tenant: str) -> str | AnyResponse | tuple[str, int]:
        door = engine().tenant_door(tenant, context())
        if request.method != "POST":
            return render_template("login.html", tenant=tenant, error=None)
        try:
            logged_in = door.sessions().log_in(login=request.form.get("login", ""), password=request.form.get("password", ""))
        except (polaris.InvalidCredentials, polaris.TooManyAttempts) as error:
            return render_template("login.html", tenant=tenant, error=error), 401
        session.clear()
        session["tenant"] = tenant
        session["token"] = logged_in.token.reveal()
        return redirect(url_for("events", tenant=tenant))

    @app.post("/<tenant>/logout")
    def log_out(tenant: str) -> AnyResponse:
        handle(tenant).sessions().log_out()
        session.clear()
        return redirect(url_for("log_in", tenant=tenant))

    @app.get("/<tenant>/")
    def events(tenant: str) -> str:
        at = handle(tenant)
        # What is no status is Polaris's to refuse.
        status = cast("EventStatus | None", request.args.get("status") or None)
        page = at.events().list(statuses=status, page=request.args.get("page", 1, type=int))
        return render_template("events.html", page=page, who=at.sessions().current(), status=status, statuses=STATUSES)

    @app.route("/<tenant>/events/new", methods=["GET", "POST"])
    def new_event(tenant: str) -> str | AnyResponse | tuple[str, int]:
        at = handle(tenant)
        who = at.sessions().current()
        if request.method != "POST":
            return render_template("event.html", who=who, given={}, wrong={})
        # Fields left blank are left out. Times are local ones, which Polaris takes to be in the tenant's zone.
        given: dict[str, Any] = {name: value for name, value in request.form.items() if value.strip() and name != "form_key"}
        with suppress(KeyError, ValueError):  # what is no number is Polaris's to refuse
            given["volunteers_needed"] = int(given["volunteers_needed"])
        try:
            at.events().create(**given)
        except (polaris.ValidationError, polaris.BadRequest) as error:
            wrong = {field.field: field.message for field in error.fields}
            return render_template("event.html", who=who, given=request.form, wrong=wrong), 422
        return redirect(url_for("events", tenant=tenant))

    @app.route("/<tenant>/signup/<event>", methods=["GET", "POST"])
    def sign_up(tenant: str, event: str) -> str | tuple[str, int]:
        """Anybody's: people put themselves on an event's roster. Polaris counts attempts by the address that the context hands on."""
        door = engine().signup(tenant, context())
        shown = door.get_event(event)
        if request.method != "POST":
            return render_template("signup.html", at=door.tenant, shown=shown, given={}, wrong={}, done=None)
        given: dict[str, Any] = {name: value for name, value in request.form.items() if name != "form_key"}
        try:
            done = door.submit(event, **given)
        except (polaris.ValidationError, polaris.BadRequest) as error:
            wrong = {field.field: field.message for field in error.fields}
            return render_template("signup.html", at=door.tenant, shown=shown, given=request.form, wrong=wrong, done=None), 422
        return render_template("signup.html", at=door.tenant, shown=shown, given={}, wrong={}, done=done)

    @app.post("/<tenant>/events/<int:event>/publish")
    def publish(tenant: str, event: int) -> AnyResponse:
        handle(tenant).events().publish(event)
        return redirect(url_for("events", tenant=tenant))

    @app.cli.command("prepare")
    @click.option("--slug", prompt="Short name of the district", default="kckps")
    @click.option("--email", prompt="E-mail of its first admin")
    @click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
    def prepare(slug: str, email: str, password: str) -> None:
        """Makes a data directory with a tenant and its first admin."""
        try:
            made = Polaris.init(app.config["POLARIS_DATA"])
            made.platform(polaris.Actor.system()).tenants().create(
                slug=slug,
                name=slug.upper(),
                first_admin={"email": email, "first_name": "First", "last_name": "Admin", "password": password},
            )
        except polaris.PolarisError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"ready: log in at /{slug}/login")

    return app
