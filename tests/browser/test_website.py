"""examples/website in a real browser: what a district's visitors see, hear and press."""

import re
from importlib.resources import files
from typing import Any

import pytest
from conftest import ROOT, Polaris, Website, wait_until
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

AXE = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")


def one(browser: Chrome, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def status(browser: Chrome) -> str:
    return one(browser, ".pe [role=status]").text


def problem(browser: Chrome) -> str:
    return one(browser, ".pe [role=alert]").text


def open_page(browser: Chrome, address: str) -> None:
    """Opens it and waits until it has said how things are."""
    browser.get(address)
    settled(browser)


def settled(browser: Chrome) -> None:
    wait_until("the page has settled", lambda: problem(browser) or status(browser) not in ("", "Loading events…"))


def titles(browser: Chrome) -> list[str]:
    return [heading.text for heading in browser.find_elements(By.CSS_SELECTOR, ".pe li h3")]


def article(browser: Chrome, title: str) -> WebElement:
    return next(found for found in browser.find_elements(By.CSS_SELECTOR, ".pe li article") if found.find_element(By.TAG_NAME, "h3").text == title)


def breaks_no_rule(browser: Chrome) -> None:
    """The rules of WCAG 2.1 AA that a program can check."""
    browser.execute_script(AXE)
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    found = browser.execute_async_script("axe.run(document, arguments[0]).then(arguments[1])", options)
    assert [(broken["id"], [node["html"] for node in broken["nodes"]]) for broken in found["violations"]] == []
    assert found["passes"]


def said_nothing_bad(browser: Chrome) -> None:
    severe = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert severe == []


def test_a_visitor_sees_what_is_coming_up_by_the_districts_clocks(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Career Day", "2027-03-04T09:00", ends_at="2027-03-04T11:30", description="Two classes.\nCoffee from eight.", volunteers_needed="12")
    polaris.publish("Night of Science", "2027-02-01T22:00", ends_at="2027-02-02T01:00")
    polaris.run("event", "create", "kckps", "--title", "A draft", "--starts-at", "2027-01-15T09:00", "--location", "Gym")
    polaris.serve()
    open_page(browser, website.example(polaris))
    assert titles(browser) == ["Night of Science", "Career Day"]
    assert status(browser) == "2 of 2 events are shown."
    lines = article(browser, "Career Day").text.splitlines()
    # The visitor's clock is in Auckland, where it is another day.
    assert lines[1] in ("Thursday, March 4, 2027 at 9:00 AM – 11:30 AM", "Thursday, March 4, 2027, 9:00 AM – 11:30 AM")
    assert lines[2:] == ["Main gym", "Two classes.", "Coffee from eight.", "12 places are left.", "Sign up"]
    assert "February 1, 2027" in article(browser, "Night of Science").text and "February 2, 2027" in article(browser, "Night of Science").text
    assert one(browser, "time").get_attribute("datetime") == "2027-02-01T22:00:00-06:00"
    link = article(browser, "Career Day").find_element(By.TAG_NAME, "a")
    assert link.get_attribute("href") == "https://events.example.org/signup/kckps/career-day-2027-03-04"
    assert link.accessible_name == "Sign up: Career Day"
    breaks_no_rule(browser)
    said_nothing_bad(browser)


def test_open_full_and_closed_events_say_so(polaris: Polaris, website: Website, browser: Chrome) -> None:
    for title, needed in (("Open", "3"), ("One left", "3"), ("Full", "3"), ("No number", "0"), ("Closed", "3")):
        more = {"registration_deadline": "2027-02-01"} if title == "Closed" else {}
        polaris.publish(title, volunteers_needed=needed, **more)
    polaris.sql("UPDATE events SET volunteers_registered = CASE title WHEN 'Full' THEN 3 WHEN 'One left' THEN 2 ELSE 0 END")
    polaris.sql(
        "UPDATE events SET registration_deadline = '2020-01-01T06:00:00.000Z', registration_deadline_local = '2020-01-01T00:00:00' WHERE title = 'Closed'"
    )
    polaris.serve()
    open_page(browser, website.example(polaris))

    def shown(title: str) -> list[str]:
        return article(browser, title).text.splitlines()[3:]

    assert shown("Open") == ["3 places are left.", "Sign up"]
    assert shown("One left") == ["1 place is left.", "Sign up"]
    assert shown("Full") == ["All places are taken.", "Ask for the waiting list"]
    assert shown("No number") == ["Volunteers are welcome.", "Sign up"]
    assert shown("Closed") == ["Sign-up is closed."]
    breaks_no_rule(browser)


def test_without_a_link_sign_up_is_said_to_be_closed_only_where_it_is(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Open", volunteers_needed="3")
    polaris.publish("Closed", volunteers_needed="3", registration_deadline="2027-02-01")
    polaris.sql(
        "UPDATE events SET registration_deadline = '2020-01-01T06:00:00.000Z', registration_deadline_local = '2020-01-01T00:00:00' WHERE title = 'Closed'"
    )
    polaris.serve(public_url=None)
    page = website.example(polaris)
    open_page(browser, page)

    def shown(title: str) -> list[str]:
        return article(browser, title).text.splitlines()[3:]

    assert shown("Open") == ["3 places are left."]
    assert shown("Closed") == ["Sign-up is closed."]
    # An event that has begun since it was kept.
    change_kept(browser, "kept.data[0].start_datetime = '2020-03-04T09:00:00-06:00'")
    open_page(browser, page)
    assert shown("Open") == ["Sign-up is closed."]
    assert browser.find_elements(By.CSS_SELECTOR, ".pe a") == []


def test_whatever_stands_in_an_event_stays_text(polaris: Polaris, website: Website, browser: Chrome) -> None:
    evil = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
    polaris.publish(f"Title {evil}"[:200], description=f"{evil} &amp; &lt;b&gt; \"quoted\" </p></article>", location=evil)
    polaris.serve(public_url="http://127.0.0.1:9")
    open_page(browser, website.example(polaris))
    assert evil in article(browser, f"Title {evil}"[:200]).text
    assert browser.title == "Volunteer at our schools"
    assert browser.find_elements(By.CSS_SELECTOR, ".pe img, .pe script") == []
    breaks_no_rule(browser)


def test_a_link_that_is_no_web_address_is_not_made(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Career Day")
    polaris.serve()
    page = website.example(polaris)
    open_page(browser, page)
    # As if the server were not itself.
    change_kept(browser, """kept.data[0].signup_url = "javascript:document.title='hacked'" """)
    open_page(browser, page)
    assert titles(browser) == ["Career Day"] and browser.find_elements(By.CSS_SELECTOR, ".pe a") == []


def test_it_asks_again_after_a_minute_and_then_only_whether_anything_changed(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Career Day")
    polaris.serve()
    page = website.example(polaris)
    open_page(browser, page)
    assert polaris.answered() == [200]
    open_page(browser, page)
    assert polaris.answered() == [200], "within a minute it doesn't ask"
    a_minute_passes(browser)
    open_page(browser, page)
    assert (titles(browser), polaris.answered()) == (["Career Day"], [200, 304])
    polaris.publish("Science Fair")
    a_minute_passes(browser)
    open_page(browser, page)
    assert (titles(browser), polaris.answered()) == (["Career Day", "Science Fair"], [200, 304, 200])
    said_nothing_bad(browser)


def change_kept(browser: Chrome, change: str) -> None:
    """Changes what the page keeps."""
    browser.execute_script(
        f"""for (const name of Object.keys(localStorage)) {{
              const kept = JSON.parse(localStorage.getItem(name));
              {change};
              localStorage.setItem(name, JSON.stringify(kept));
            }}"""
    )


def a_minute_passes(browser: Chrome) -> None:
    change_kept(browser, "kept.at -= 61000")


def test_only_allowed_sites_may_read_the_events(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Career Day")
    polaris.run("tenant", "edit", "kckps", "--origin", "https://www.kckps.example")
    polaris.serve()
    page = website.example(polaris)
    open_page(browser, page)
    assert titles(browser) == [] and "can't be shown at the moment" in problem(browser)
    breaks_no_rule(browser)
    polaris.run("tenant", "edit", "kckps", "--origin", website.origin)
    one(browser, ".pe-again").click()
    wait_until("the events are there", lambda: titles(browser) == ["Career Day"])
    assert problem(browser) == ""


def test_a_wrong_key_tells_the_visitor_what_to_do_and_the_owner_what_is_wrong(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.serve()
    open_page(browser, website.example(polaris, key="plrs_nonsense"))
    assert problem(browser) == "The events can't be shown at the moment. Please try again later, or call the district's office."
    assert any("INVALID_API_KEY" in entry["message"] for entry in browser.get_log("browser"))


def test_told_to_wait_it_says_for_how_long_or_shows_what_it_last_saw(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Career Day")
    polaris.serve("--api-per-hour", "1")
    page = website.example(polaris)
    open_page(browser, page)
    a_minute_passes(browser)
    open_page(browser, page)
    assert titles(browser) == ["Career Day"] and "This is how it was" in status(browser)
    breaks_no_rule(browser)
    browser.execute_script("localStorage.clear()")
    open_page(browser, page)
    assert titles(browser) == [] and "has to wait. Try again in 3" in problem(browser)
    assert polaris.answered() == [200, 429, 429]


def test_what_is_shown_while_nobody_answers_says_of_which_day_it_is(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Career Day")
    polaris.serve()
    page = website.example(polaris)
    open_page(browser, page)
    polaris.stop()
    a_minute_passes(browser)
    # Just after midnight a minute ago was another day.
    open_page(browser, page)
    assert titles(browser) == ["Career Day"] and re.search(r"This is how it was (on \w+ \d+, \d+ )?at \d+:\d\d [AP]M; newer", status(browser))
    change_kept(browser, "kept.at = new Date(2026, 0, 5, 16, 30).getTime()")
    open_page(browser, page)
    assert "This is how it was on January 5, 2026 at 4:30 PM; newer news can't be had" in status(browser)


def test_a_refusal_that_is_meant_shows_nothing_old(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Career Day")
    polaris.serve()
    page = website.example(polaris)
    for end, begin in (
        (("tenant", "edit", "kckps", "--feature", "events=off"), ("tenant", "edit", "kckps", "--feature", "events=on")),
        (("tenant", "deactivate", "kckps"), ("tenant", "reactivate", "kckps")),
        (("key", "revoke", "kckps", "--yes"), None),
    ):
        open_page(browser, page)
        assert titles(browser) == ["Career Day"]
        polaris.run(*end)
        a_minute_passes(browser)
        open_page(browser, page)
        assert titles(browser) == [] and "can't be shown at the moment" in problem(browser), end
        if begin:
            polaris.run(*begin)
    assert polaris.answered() == [200, 403, 304, 404, 304, 401]


def test_a_server_with_troubles_shows_what_was_last_seen(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Career Day")
    polaris.serve()
    page = website.example(polaris)
    open_page(browser, page)
    a_minute_passes(browser)
    # As a proxy answers whose server is gone: its own words, and no word of who may read them.
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": "window.fetch = async () => new Response('<h1>Bad gateway</h1>', { status: 502 })"})
    open_page(browser, page)
    assert titles(browser) == ["Career Day"] and "This is how it was" in status(browser)


def test_without_the_server_it_can_be_tried_again(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Career Day")
    polaris.serve()
    page = website.example(polaris)
    polaris.stop()
    open_page(browser, page)
    again = one(browser, ".pe-again")
    assert "can't be shown" in problem(browser) and again.is_displayed()
    polaris.serve(listen=polaris.address.removeprefix("http://"))
    again.click()
    wait_until("the events are there", lambda: titles(browser) == ["Career Day"])
    assert not again.is_displayed()


def test_nothing_to_come_is_said(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Long ago", "2020-03-04T09:00")
    polaris.serve()
    open_page(browser, website.example(polaris))
    assert status(browser) == "There are no upcoming events at the moment." and titles(browser) == []
    breaks_no_rule(browser)


def test_it_is_worked_by_keyboard_alone(polaris: Polaris, website: Website, browser: Chrome) -> None:
    for number in range(1, 24):
        polaris.publish(f"Event {number:02}", f"2027-03-{number:02}T09:00")
    polaris.serve()
    open_page(browser, website.example(polaris))
    assert status(browser) == "20 of 23 events are shown."

    def press(key: str) -> WebElement:
        ActionChains(browser).send_keys(key).perform()
        return browser.switch_to.active_element

    for number in range(1, 21):
        assert press(Keys.TAB).accessible_name == f"Sign up: Event {number:02}"
    more = press(Keys.TAB)
    assert more.accessible_name == "Show more events"
    outline = browser.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "where one is can be seen"
    press(Keys.ENTER)
    wait_until("all are there", lambda: status(browser) == "23 of 23 events are shown.")
    assert browser.switch_to.active_element.text == "Event 21", "on to the first of the new ones"
    assert press(Keys.TAB).accessible_name == "Sign up: Event 21"
    assert not one(browser, ".pe-more").is_displayed()
    breaks_no_rule(browser)


@pytest.mark.parametrize("width", [320, 375, 1400])
def test_it_fits_on_small_screens_and_large_ones(polaris: Polaris, website: Website, browser: Chrome, width: int) -> None:
    polaris.publish("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", description="x" * 300, location="A" * 120)
    polaris.serve()
    metrics: dict[str, Any] = {"width": width, "height": 700, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    open_page(browser, website.example(polaris))
    assert titles(browser)
    assert browser.execute_script("return [innerWidth, document.scrollingElement.scrollWidth]") == [width, width], "nothing to scroll sideways"
    # Text twice as large still fits.
    browser.execute_script("document.documentElement.style.fontSize = '200%'")
    assert browser.execute_script("return document.scrollingElement.scrollWidth") <= width
    breaks_no_rule(browser)


def test_nothing_moves_by_itself(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Career Day")
    polaris.serve()
    open_page(browser, website.example(polaris))
    moving = """return [...document.querySelectorAll("*")].filter((element) => {
                  const style = getComputedStyle(element);
                  return style.animationName !== "none" || style.transitionDuration !== "0s" || style.scrollBehavior !== "auto";
                }).length"""
    assert browser.execute_script(moving) == 0


def test_without_scripts_it_says_what_to_do(website: Website, browser: Chrome) -> None:
    page = (ROOT / "examples/website/index.html").read_text(encoding="utf-8")
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(website.write(page))
    assert "allow scripts on this page" in one(browser, ".pe noscript").text


def test_it_loads_nothing_from_elsewhere(polaris: Polaris, website: Website, browser: Chrome) -> None:
    polaris.publish("Career Day")
    polaris.serve()
    open_page(browser, website.example(polaris))
    loaded = browser.execute_script("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert [address for address in loaded if not address.startswith(polaris.address) and not address.endswith("/favicon.ico")] == []
    assert browser.get_cookies() == []
