"""The pages of Polaris itself in a real browser: signing up, one's own sign-up, accounts' links, errors. On each page and state the rules of
accessibility are checked, on a telephone's width and a desk's; TEST_SCREENSHOTS names a directory for pictures of all of them."""

import hashlib
import os
import re
import sqlite3
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from conftest import Polaris, wait_until
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

AXE = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = {"telephone": 320, "desk": 1200}
SECRET = "plml_" + "A" * 43
CAREER = "/signup/kckps/career-day-2027-03-04"
NARRATION = "Tell a class about your work: what you do all day, how you came to it, and what you would tell your younger self.\n\nCoffee from eight."


@pytest.fixture
def served(polaris: Polaris) -> Polaris:
    polaris.run("tenant", "edit", "kckps", "--colour", "#00843d")
    polaris.publish("Career Day", "2027-03-04T09:00", ends_at="2027-03-04T11:30", volunteers_needed="1", description=NARRATION, registration_deadline="2027-03-01")
    polaris.publish("Science Night", "2027-04-08T18:00", location="Library of Wyandotte High School", volunteers_needed="12")
    polaris.publish("A morning with a very long name: " + "Donaudampfschifffahrtsgesellschaft" * 2, "2027-05-08T08:00")
    polaris.serve(public_url=None)
    return polaris


@pytest.fixture
def no_script(browser: Chrome) -> Iterator[Chrome]:
    """A browser that runs no scripts of pages; what the driver itself runs still works."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    yield browser
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def one(browser: Chrome, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def heading(browser: Chrome) -> str:
    return one(browser, "h1").text


def size(browser: Chrome, width: int, height: int = 800) -> None:
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})


def picture(browser: Chrome, name: str) -> None:
    if directory := os.environ.get("TEST_SCREENSHOTS"):
        tall = browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": tall["width"], "height": tall["height"], "scale": 1}
        shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True, "clip": clip})
        import base64

        Path(directory, f"{name}.png").write_bytes(base64.b64decode(shot["data"]))


def breaks_no_rule(browser: Chrome) -> None:
    """The rules of WCAG 2.1 AA that a program can check, and that what isn't part of a sentence can be hit (WCAG 2.2, 2.5.8)."""
    browser.execute_script(AXE)
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    found = browser.execute_async_script("axe.run(document, arguments[0]).then(arguments[1], (error) => arguments[1]({ error: String(error) }))", options)
    assert "error" not in found, found
    assert [(broken["id"], [(node["html"], node["failureSummary"]) for node in broken["nodes"]]) for broken in found["violations"]] == []
    assert found["passes"]
    small = browser.execute_script(
        """return [...document.querySelectorAll("button, input, textarea, .button, .problems a, .band a, .events li")]
        .filter((target) => !target.closest(".trap") && target.getBoundingClientRect().height < 24).map((target) => target.outerHTML)"""
    )
    assert small == []


def looks_right(browser: Chrome, name: str) -> None:
    """The rules on both widths, by day and by night, without anything that must be scrolled to sideways."""
    for width_name, width in WIDTHS.items():
        for scheme in ("light", "dark"):
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
            size(browser, width)
            wide = browser.execute_script("return document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} wide on {width}"
            breaks_no_rule(browser)
            if scheme == "light" or name.startswith("event-open"):
                picture(browser, f"{name}-{width_name}" + ("-dark" if scheme == "dark" else ""))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    said = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE" and "status of 4" not in entry["message"]]
    assert said == [], "the page's policy lets through all it needs"


def fill_in(browser: Chrome, **fields: str) -> None:
    for name, text in fields.items():
        field = one(browser, f"#{name}")
        field.clear()
        field.send_keys(text)


def submit(browser: Chrome) -> None:
    """Presses the button of the form, and waits for the page that comes."""
    before = one(browser, "html")
    one(browser, "main form button").click()
    wait_until("another page is there", lambda: gone(before))


def gone(element: WebElement) -> bool:
    try:
        element.is_enabled()
    except Exception:
        return True
    return False


def sign_up(browser: Chrome, served: Polaris, **more: str) -> None:
    browser.get(served.address + CAREER)
    fill_in(browser, **({"first_name": "Ann", "last_name": "Lee", "email": "ann@example.org"} | more))
    submit(browser)


def file(served: Polaris) -> sqlite3.Connection:
    return sqlite3.connect(served.data / "polaris_kckps.db", timeout=10)


def rows(served: Polaris, sql: str) -> list[Any]:
    with file(served) as connection:
        return connection.execute(sql).fetchall()


def manage(served: Polaris) -> str:
    """The page of a link such as mails hold."""
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    with file(served) as connection:
        sql = "INSERT INTO mail_links (hash, purpose, participation_id, created_at) SELECT ?, 'manage_signup', min(id), '2026-01-01T00:00:00.000Z' FROM participations"
        connection.execute(sql, (digest,))
    return f"{served.address}/signup/kckps/manage/{SECRET}"


def test_the_list_of_open_events(served: Polaris, browser: Chrome) -> None:
    browser.get(served.address + "/signup/kckps")
    assert heading(browser) == "Volunteer"
    assert [link.text for link in browser.find_elements(By.CSS_SELECTOR, ".events h2 a")][:2] == ["Career Day", "Science Night"]
    looks_right(browser, "list")
    one(browser, ".events a").click()
    assert heading(browser) == "Career Day"


def test_a_district_without_events(polaris: Polaris, browser: Chrome) -> None:
    polaris.serve(public_url=None)
    browser.get(polaris.address + "/signup/kckps")
    looks_right(browser, "list-empty")


def test_signing_up_and_what_comes_next(served: Polaris, browser: Chrome) -> None:
    browser.get(served.address + CAREER)
    assert browser.title == "Career Day – Kansas City Kansas"
    looks_right(browser, "event-open")
    sign_up(browser, served)
    assert heading(browser) == "Thank you for signing up"
    looks_right(browser, "done-confirmed")
    browser.refresh()
    assert len(rows(served, "SELECT 1 FROM participations")) == 1, "loading the page anew sends nothing"
    browser.get(served.address + CAREER)
    assert one(browser, "main form button").text == "Join the waitlist"
    looks_right(browser, "event-waitlist")
    sign_up(browser, served, email="bo@example.org")
    assert heading(browser) == "You’re on the waitlist"
    looks_right(browser, "done-waitlisted")


def test_problems_are_told_at_the_top_and_beside_their_fields(served: Polaris, browser: Chrome) -> None:
    sign_up(browser, served, last_name="", email="ann@", notes="I can bring a drill.")
    assert browser.title.startswith("Problem: ")
    assert one(browser, ".problems h2").text == "2 things aren’t right yet"
    assert one(browser, "#notes").get_attribute("value") == "I can bring a drill."
    assert one(browser, "#first_name").get_attribute("value") == "Ann"
    assert one(browser, "#email").accessible_name == "E-mail address"
    looks_right(browser, "event-problems")
    size(browser, 1200)
    one(browser, ".problems a").click()
    assert browser.switch_to.active_element.get_attribute("id") == "last_name", "the link leads to the field"
    assert rows(served, "SELECT 1 FROM participations") == []


def test_full_and_closed_events(served: Polaris, browser: Chrome) -> None:
    sign_up(browser, served)
    served.stop()
    served.sql("UPDATE settings SET waitlist = 0")
    served.serve(public_url=None)
    browser.get(served.address + CAREER)
    looks_right(browser, "event-full")
    served.run("event", "cancel", "kckps", "1", "--reason", "weather", "--yes")
    browser.get(served.address + CAREER)
    assert one(browser, ".notice").text.startswith("This event was cancelled")
    looks_right(browser, "event-cancelled")
    browser.get(served.address + "/signup/kckps/no-such-event")
    assert heading(browser) == "Not found"
    looks_right(browser, "not-found")


def test_seeing_and_cancelling_ones_own_sign_up(served: Polaris, browser: Chrome) -> None:
    sign_up(browser, served)
    sign_up(browser, served, email="bo@example.org")
    browser.get(manage(served))
    assert one(browser, ".notice").text.startswith("You have a place")
    looks_right(browser, "manage-confirmed")
    size(browser, 1200)
    one(browser, ".button").click()
    assert heading(browser) == "Cancel your sign-up?"
    looks_right(browser, "manage-asks")
    size(browser, 1200)
    one(browser, ".actions a").click()
    assert heading(browser) == "Your sign-up", "kept"
    one(browser, ".button").click()
    submit(browser)
    assert one(browser, ".notice").text.startswith("You have cancelled")
    looks_right(browser, "manage-cancelled")
    assert rows(served, "SELECT status FROM participations ORDER BY id") == [("declined",), ("confirmed",)]
    browser.get(served.address + "/signup/kckps/manage/unknown")
    looks_right(browser, "manage-no-link")


def test_getting_no_more_mails_that_ask_to_come(served: Polaris, browser: Chrome) -> None:
    sign_up(browser, served)
    with file(served) as connection:
        sql = "INSERT INTO mail_links (hash, purpose, volunteer_id, created_at) VALUES (?, 'unsubscribe', 1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
        connection.execute(sql, (hashlib.sha256(SECRET.encode()).hexdigest(),))
    browser.get(f"{served.address}/signup/kckps/unsubscribe/{SECRET}")
    looks_right(browser, "opt-out")
    submit(browser)
    assert heading(browser) == "You get no more such mails"
    looks_right(browser, "opted-out")
    assert rows(served, "SELECT email_opt_out FROM volunteers") == [(1,)]


def test_one_can_sign_up_with_the_keyboard_alone(served: Polaris, browser: Chrome) -> None:
    browser.get(served.address + CAREER)
    press(browser, Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to the content"
    assert browser.switch_to.active_element.rect["y"] >= 0, "it is seen when it is reached"
    press(browser, Keys.ENTER)
    reached = []
    for text in ("Ann", "Lee", "ann@example.org", "913-555-0100", "", "Hello"):
        press(browser, Keys.TAB)
        reached.append(browser.switch_to.active_element.get_attribute("id"))
        outline = browser.switch_to.active_element.value_of_css_property("outline-width")
        assert outline == "3px", "focus is seen"
        if text:
            press(browser, text)
    assert reached == ["first_name", "last_name", "email", "phone", "organization", "notes"], "and never the trap"
    press(browser, Keys.TAB)
    before = one(browser, "html")
    press(browser, Keys.ENTER)
    wait_until("another page is there", lambda: gone(before))
    assert heading(browser) == "Thank you for signing up"
    assert rows(served, "SELECT notes FROM participations") == [("Hello",)]


def press(browser: Chrome, keys: str) -> None:
    ActionChains(browser).send_keys(keys).perform()


def test_everything_works_without_scripts(served: Polaris, no_script: Chrome) -> None:
    sign_up(no_script, served, email="ann@")
    assert no_script.title.startswith("Problem: ")
    fill_in(no_script, email="ann@example.org")
    submit(no_script)
    assert heading(no_script) == "Thank you for signing up"
    no_script.get(manage(served) + "?cancel")
    submit(no_script)
    assert one(no_script, ".notice").text.startswith("You have cancelled")


def test_on_paper_an_event_is_all_there_and_the_form_is_not(served: Polaris, browser: Chrome) -> None:
    browser.get(served.address + CAREER)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    size(browser, 800)
    assert not one(browser, "form").is_displayed() and not one(browser, ".skip").is_displayed()
    assert one(browser, ".facts").is_displayed() and one(browser, ".band .name").is_displayed()
    assert one(browser, "body").value_of_css_property("background-color") in ("rgb(255, 255, 255)", "rgba(255, 255, 255, 1)")
    picture(browser, "event-print")


def test_a_forgotten_password_and_a_link(served: Polaris, browser: Chrome) -> None:
    # No mail could hold a link: nothing is promised.
    browser.get(served.address + "/account/kckps/forgotten")
    assert "An admin of" in one(browser, "main").text
    looks_right(browser, "forgotten-no-links")
    served.stop()
    served.serve(public_url="http://events.example.org")
    browser.get(served.address + "/account/kckps/forgotten")
    looks_right(browser, "forgotten")
    submit(browser)
    assert one(browser, "#login-problem").text == "Enter your e-mail address or username."
    looks_right(browser, "forgotten-problem")
    fill_in(browser, login="nobody@example.org")
    submit(browser)
    assert heading(browser) == "Look into your mail"
    looks_right(browser, "forgotten-sent")

    names = ("--first-name", "Pat", "--last-name", "Lee", "--role", "viewer", "--link")
    created = served.run("user", "create", "kckps", "--email", "pat@example.org", *names)
    link = f"{served.address}/account/kckps/set-password/{created['invitation']['secret']}"
    browser.get(link)
    assert heading(browser) == "Welcome: set your password"
    looks_right(browser, "set-password")
    fill_in(browser, password="short", again="short")
    submit(browser)
    assert one(browser, "#password-problem").text.startswith("The password must have at least 8 characters")
    assert one(browser, "#password").get_attribute("value") == ""
    looks_right(browser, "set-password-problem")
    fill_in(browser, password="correct horse battery", again="correct horse battery")
    submit(browser)
    assert heading(browser) == "Your password is set"
    looks_right(browser, "password-set")
    browser.get(link)
    assert heading(browser) == "This link is no longer good"
    looks_right(browser, "no-link")
    said = (served.home / "requests").read_text()
    assert "set-password/{secret}" in said and not re.search("plol_|plml_|pat@|ann@", said), "secrets and people are in no log"


def test_too_many_sign_ups(served: Polaris, browser: Chrome) -> None:
    for _ in range(30):
        browser.get(served.address + CAREER)
        submit(browser)
    sign_up(browser, served, notes="I can bring a ladder.")
    assert "Too many sign-ups" in one(browser, ".problems").text
    assert [one(browser, f"#{name}").get_attribute("value") for name in ("first_name", "email", "notes")] == ["Ann", "ann@example.org", "I can bring a ladder."]
    looks_right(browser, "too-many")


def test_a_colour_that_can_not_be_read_is_made_readable(served: Polaris, browser: Chrome) -> None:
    for colour in ("#ffff66", "#ffffff", "#000000", "#ff0000"):
        served.run("tenant", "edit", "kckps", "--colour", colour)
        browser.get(served.address + CAREER)
        looks_right(browser, f"event-colour-{colour[1:]}")
