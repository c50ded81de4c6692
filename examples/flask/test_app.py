"""What somebody with a browser sees of the example."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from app import create_app
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import polaris
from polaris import Actor, Polaris

PASSWORD = "correct horse battery"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    p = Polaris.init(tmp_path / "data")
    for slug in ("kckps", "hmsd"):
        p.platform(Actor.system()).tenants().create(slug=slug, name=slug.upper())
        users = p.tenant(slug, Actor.system()).users()
        users.create(email="pat@example.org", first_name="Pat", last_name="Lee", role="coordinator", password=PASSWORD)
        users.create(email="kim@example.org", first_name="Kim", last_name="Roe", role="viewer", password=PASSWORD)
    return tmp_path / "data"


@pytest.fixture
def app(data: Path) -> Flask:
    return create_app(POLARIS_DATA=str(data), SECRET_KEY="of the tests", TESTING=True)


@pytest.fixture
def browser(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as browser:
        yield browser


def send(browser: FlaskClient, path: str, **form: str) -> TestResponse:
    """Sends a form as a browser does that has loaded a page."""
    with browser.session_transaction() as session:
        key = session.setdefault("form_key", "key")
    return browser.post(path, data=form | {"form_key": key}, follow_redirects=True)


def log_in(browser: FlaskClient, login: str = "pat@example.org", tenant: str = "kckps") -> TestResponse:
    return send(browser, f"/{tenant}/login", login=login, password=PASSWORD)


def test_who_has_not_logged_in_is_asked_to(browser: FlaskClient) -> None:
    for path in ("/kckps/", "/kckps/events/new"):
        answer = browser.get(path, follow_redirects=True)
        assert answer.request.path == "/kckps/login" and "E-mail or username" in answer.text
    assert browser.get("/nowhere/login").status_code == 404


def test_a_wrong_password_and_an_unknown_account_look_alike(browser: FlaskClient) -> None:
    answers = [send(browser, "/kckps/login", login=login, password="a guess") for login in ("pat@example.org", "nobody@example.org")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].text == answers[1].text and "this log-in is not right" in answers[0].text


def test_a_coordinator_creates_an_event_and_publishes_it(browser: FlaskClient, data: Path) -> None:
    assert "Pat Lee, coordinator at KCKPS" in log_in(browser).text
    listed = send(
        browser, "/kckps/events/new", title="Career <Day>", starts_at="2027-03-04T09:00", ends_at="", location="Main gym", volunteers_needed="5"
    )
    assert listed.status_code == 200 and "Career &lt;Day&gt;" in listed.text and "Thu 04 Mar 2027, 09:00 CST" in listed.text
    assert "0 of 5" in listed.text and "Publish" in listed.text
    published = send(browser, "/kckps/events/1/publish")
    assert "<button>Publish</button>" not in published.text
    assert "Career" in browser.get("/kckps/?status=published").text and "No events." in browser.get("/kckps/?status=draft").text

    entries = Polaris.open(data).tenant("kckps", Actor.system()).audit().list(action="event.")
    assert [(entry.action, entry.actor_name, entry.address) for entry in entries] == [
        ("event.publish", "Pat Lee", "127.0.0.1"),
        ("event.create", "Pat Lee", "127.0.0.1"),
    ]


def wrong_fields(answer: TestResponse) -> set[str]:
    return set(re.findall(r'name="(\w+)" type="[\w-]+" value="[^"]*">\s*<span class="wrong"', answer.text))


def test_what_is_wrong_with_a_form_stands_beside_its_fields_and_nothing_is_lost(browser: FlaskClient) -> None:
    log_in(browser)
    answer = send(
        browser, "/kckps/events/new", title="Career Day", starts_at="2027-03-04T09:00", ends_at="2027-03-04T08:00", volunteers_needed="-1"
    )
    assert answer.status_code == 422 and answer.text.count('role="alert"') >= 1
    assert 'value="Career Day"' in answer.text
    answer = send(browser, "/kckps/events/new", title="Career Day", starts_at="2027-03-04T09:00", ends_at="2027-03-04T08:00")
    assert wrong_fields(answer) == {"ends_at", "location"}
    for number in ("many", "²", "2.5", "1e3", "9" * 5000):
        answer = send(
            browser, "/kckps/events/new", title="Career Day", starts_at="2027-03-04T09:00", location="Gym", volunteers_needed=number
        )
        assert (answer.status_code, wrong_fields(answer)) == (422, {"volunteers_needed"}), number


def test_a_viewer_sees_events_and_changes_none(browser: FlaskClient) -> None:
    assert "New event" not in log_in(browser, "kim@example.org").text
    assert send(browser, "/kckps/events/new", title="X", starts_at="2027-03-04T09:00", location="Gym").status_code == 403
    assert send(browser, "/kckps/events/1/publish").status_code == 403


def test_pages(browser: FlaskClient, data: Path) -> None:
    events = Polaris.open(data).tenant("kckps", Actor.system()).events()
    for number in range(25):
        events.create(title=f"Day {number:02}", starts_at=f"2027-03-{number + 1:02}T09:00", location="Gym")
    first = log_in(browser).text
    assert "Day 00" in first and "Day 20" not in first and "later" in first and "25 in all" in first
    assert "Day 20" in browser.get("/kckps/?page=2").text
    assert browser.get("/kckps/?page=0").status_code == 400 and browser.get("/kckps/?status=lost").status_code == 400


def test_a_session_is_good_in_one_tenant_and_until_the_log_out(browser: FlaskClient) -> None:
    log_in(browser)
    assert browser.get("/hmsd/", follow_redirects=True).request.path == "/hmsd/login"
    assert "Pat Lee" in browser.get("/kckps/").text
    with browser.session_transaction() as session:
        token = session["token"]
    assert send(browser, "/kckps/logout").request.path == "/kckps/login"
    with browser.session_transaction() as session:
        session["token"] = token
    assert browser.get("/kckps/", follow_redirects=True).request.path == "/kckps/login"


def test_a_deactivated_tenant_is_as_if_it_were_not_there(browser: FlaskClient, data: Path) -> None:
    log_in(browser)
    Polaris.open(data).platform(Actor.system()).tenants().deactivate("kckps")
    assert browser.get("/kckps/", follow_redirects=True).status_code == 404


def test_a_form_from_elsewhere_is_refused(browser: FlaskClient, data: Path) -> None:
    log_in(browser)
    Polaris.open(data).tenant("kckps", Actor.system()).events().create(title="X", starts_at="2027-03-04T09:00", location="Gym")
    for form in ({}, {"form_key": "guess"}, {"form_key": "é"}):
        assert browser.post("/kckps/events/1/publish", data=form).status_code == 400
    assert Polaris.open(data).tenant("kckps", Actor.system()).events().get(1).status == "draft"


def test_asking_for_the_head_of_a_page_does_nothing(browser: FlaskClient, data: Path) -> None:
    form = {"login": "pat@example.org", "password": PASSWORD}
    assert browser.head("/kckps/login", data=form).status_code == 200
    assert browser.get("/kckps/", follow_redirects=True).request.path == "/kckps/login"
    log_in(browser)
    assert browser.head("/kckps/events/new", data={"title": "X", "starts_at": "2027-03-04T09:00", "location": "Gym"}).status_code == 200
    assert Polaris.open(data).tenant("kckps", Actor.system()).events().list().total == 0
    assert browser.put("/kckps/events/new").status_code == 400


def test_prepare_makes_a_tenant_with_an_admin_who_can_log_in(tmp_path: Path) -> None:
    app = create_app(POLARIS_DATA=str(tmp_path / "new"), SECRET_KEY="of the tests")
    run = app.test_cli_runner().invoke
    arguments = ["prepare", "--slug", "kckps", "--email", "kim@example.org", "--password", PASSWORD]
    made = run(args=arguments)
    assert made.exit_code == 0 and "/kckps/login" in made.output, made.output
    again = run(args=arguments)
    assert again.exit_code != 0 and "Error: " in again.output
    assert "admin at KCKPS" in log_in(app.test_client(), "kim@example.org").text


def test_without_a_secret_key_it_says_so(data: Path) -> None:
    answer = create_app(POLARIS_DATA=str(data), SECRET_KEY=None).test_client().get("/kckps/login")
    assert answer.status_code == 500 and "FLASK_SECRET_KEY" in answer.text
    assert isinstance(polaris.__version__, str)


def test_anybody_signs_up_with_the_form_of_this_program(browser: FlaskClient, data: Path) -> None:
    kckps = Polaris.open(data).tenant("kckps", Actor.system())
    event = kckps.events().create(title="Career Day", starts_at="2099-03-04T09:00", location="Gym", volunteers_needed=1)
    path = f"/kckps/signup/{kckps.events().publish(event.id).slug}"
    assert "Sign up" in browser.get(path).text
    wrong = send(browser, path, first_name="Ann", last_name="", email="ann at home")
    assert wrong.status_code == 422 and wrong.text.count('role="alert"') == 2 and 'value="Ann"' in wrong.text
    assert "You are signed up." in send(browser, path, first_name="Ann", last_name="Lee", email="ann@example.org").text
    assert "waitlist" in send(browser, path, first_name="Bob", last_name="Lee", email="bob@example.org").text
    assert kckps.rosters().totals(event.id).confirmed == 1
    kckps.events().cancel(event.id)
    assert "this event was cancelled" in browser.get(path).text
