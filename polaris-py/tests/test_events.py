"""Events and the public API: created, published, shown, listed; times; what a caller can get wrong."""

import datetime as dt
import os
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import polaris
from polaris import Actor, Event, Events, Polaris, TenantHandle

CHICAGO = ZoneInfo("America/Chicago")


def new(events: Events, **more: Any) -> Event:
    return events.create(**({"title": "Career Day", "starts_at": "2027-03-04T09:00", "location": "Main gym"} | more))


def test_an_event_is_created_published_and_shown(events: Events) -> None:
    draft = new(
        events,
        ends_at="2027-03-04T11:30",
        description="Meet\nprofessionals.",
        event_type="Career Fair",
        format="virtual",
        volunteers_needed=12,
        wanted_skills=("Public speaking", "Welding"),
        registration_deadline=dt.date(2027, 3, 1),
        additional_info="Bring a pen.",
    )
    assert (draft.id, draft.slug, draft.status, draft.version) == (1, "career-day-2027-03-04", "draft", 1)
    assert (draft.event_type, draft.format, draft.school) == ("career_fair", "virtual", None)
    assert (draft.volunteers_needed, draft.slots_available, draft.duration_minutes) == (12, 12, 150)
    assert sorted(draft.wanted_skills) == ["Public speaking", "Welding"]
    assert draft.registration_deadline == dt.datetime(2027, 3, 1, 23, 59, 59, tzinfo=CHICAGO)

    event = events.publish(draft.id)
    assert event.status == "published" and event.version == 2
    assert events.get(event.id) == events.get(event.slug) == events.get(str(event.id)) == event


def test_a_list_is_a_sequence_that_knows_where_it_stands(events: Events) -> None:
    for number in range(5):
        new(events, title=f"Day {number}", starts_at=f"2027-03-0{number + 1}T09:00")
    page = events.list(page=2, per_page=2)
    assert [event.title for event in page] == ["Day 2", "Day 3"]
    assert (len(page), page.total, page.page, page.per_page, page.total_pages) == (2, 5, 2, 2, 3)
    assert page.has_next and page.has_prev and not events.list(page=3, per_page=2).has_next
    assert page[0].title == "Day 2" == page[-2].title and page[0:1] == (page[0],)
    assert page[1] in page and page.index(page[1]) == 1 and page.count(page[1]) == 1
    assert [event.title for event in reversed(page)] == ["Day 3", "Day 2"]
    assert page == events.list(page=2, per_page=2) != events.list(page=1, per_page=2)
    assert bool(page) and not events.list(page=9)
    with pytest.raises(IndexError):
        page[2]
    assert [event.title for event in events.list(order="-title", per_page=1)] == ["Day 4"]
    assert events.list(from_date="2027-03-02", to_date=dt.date(2027, 3, 4)).total == 3
    assert events.list(statuses="draft").total == 5 == events.list(statuses={"draft", "published"}).total
    assert events.list(statuses=["completed"]).total == 0 == events.list(event_type="mentoring").total


def test_events_are_found_by_words_school_and_need(events: Events) -> None:
    new(events, title="Łódź career day", description="Straßenfest 🎉")
    new(events, title="Robotics", volunteers_needed=3)

    def titles(**given: Any) -> list[str]:
        assert [event.title for event in events.iterate(**given)] == [event.title for event in events.list(**given)]
        return [event.title for event in events.list(**given)]

    assert titles(q="LODZ strass") == titles(q="🎉") == ["Łódź career day"]
    assert titles(needs_volunteers=True) == ["Robotics"] and titles(needs_volunteers=False) == ["Łódź career day"]
    assert titles(q='"' * 200) == [] and len(titles(q=" ")) == 2 == len(titles(q=None))
    for bad in ({"q": "a\0b"}, {"q": "x" * 201}, {"school": "Hogwarts"}, {"needs_volunteers": 1}, {"q": 7}):
        with pytest.raises(polaris.BadRequest) as refused:
            events.list(**bad)
        assert str(refused.value).startswith(next(iter(bad)))


def test_an_event_is_taken_through_its_life_by_number_or_slug(events: Events, career_day: Event) -> None:
    """E3."""
    slug = career_day.slug
    assert events.confirm(slug).status == "confirmed"
    assert events.return_to_draft(1).status == "draft"
    assert events.publish(slug).status == "published"
    unpublished = events.unpublish("1")
    assert (unpublished.status, unpublished.slug, unpublished.version) == ("confirmed", slug, 5)
    with pytest.raises(polaris.InvalidTransition, match="it begins at 2027-03-04T09:00:00-06:00"):
        events.complete(slug)
    with pytest.raises(polaris.InvalidTransition, match="confirmed already"):
        events.confirm(slug)
    past = events.publish(new(events, starts_at="2024-03-05T09:00").id)
    completed = events.complete(past.slug)
    assert completed.status == "completed" and completed.completed_at is not None and past.completed_at is None


def test_an_edit_changes_what_is_given_and_tells_who_means_to_come(kckps: TenantHandle, events: Events, career_day: Event) -> None:
    """E2."""
    volunteers, rosters = kckps.volunteers(), kckps.rosters()
    for name, more in (("Ann", {"email": "ann@example.org"}), ("Bea", {}), ("Cy", {"email": "cy@example.org", "do_not_contact": True})):
        volunteer = volunteers.create(first_name=name, last_name="Lee", **more).volunteer
        rosters.assign(career_day.id, volunteer_id=volunteer.id, status="confirmed")
    changed = events.edit(
        career_day.slug,
        version=1,
        title="Career Fair",
        ends_at=dt.datetime(2027, 3, 4, 12),
        event_type="career_fair",
        wanted_skills={"Welding"},
        volunteers_needed=20,
        registration_deadline=dt.date(2027, 3, 1),
        description=polaris.UNSET,
    )
    event, notices = changed.event, changed.notices
    assert (event.title, event.slug, event.version, event.location) == ("Career Fair", "career-fair-2027-03-04", 2, "Main gym")
    assert (event.duration_minutes, event.event_type, event.wanted_skills, event.slots_available) == (180, "career_fair", ["Welding"], 17)
    assert event.registration_deadline == dt.datetime(2027, 3, 1, 23, 59, 59, tzinfo=CHICAGO)
    assert (notices.told, notices.without_email, notices.do_not_contact) == (1, 1, 1)
    with pytest.raises(polaris.Conflict, match="version 2 is current, not 1"):
        events.edit(1, version=1, title="Other")
    quiet = events.edit(1, version=2, location="Library", notify=False)
    assert (quiet.event.location, quiet.notices.told) == ("Library", 0)
    cleared = events.edit(1, ends_at=None, event_type=None, wanted_skills=None, volunteers_needed=None, registration_deadline=None).event
    assert (cleared.ends_at, cleared.event_type, cleared.wanted_skills, cleared.slots_available) == (None, None, [], None)
    assert cleared.registration_deadline is None and cleared == events.get(1)
    anything: Any = {"title": None, "starts_at": None, "location": "", "volunteers_needed": -1, "school": "Hogwarts"}
    with pytest.raises(polaris.ValidationError) as refused:
        events.edit(1, **anything)
    assert {field.field for field in refused.value.fields} == set(anything)


def test_a_cancelled_event_says_why_and_whom_it_tells(kckps: TenantHandle, events: Events, career_day: Event) -> None:
    """E4."""
    kckps.volunteers().create(first_name="Ann", last_name="Lee", email="ann@example.org")
    kckps.rosters().assign(career_day.id, volunteer_id=1)
    with pytest.raises(polaris.ValidationError, match="^note: "):
        events.cancel(1, reason="other", note="too short")
    unknown: Any = "fog"
    with pytest.raises(polaris.ValidationError, match="^reason: "):
        events.cancel(1, reason=unknown)
    cancelled = events.cancel(career_day.slug, reason="other", note="The gym has no power")
    assert (cancelled.event.status, cancelled.event.cancel_reason) == ("cancelled", "other")
    assert cancelled.event.cancel_note == "The gym has no power" and cancelled.event.cancelled_at is not None
    assert repr(cancelled.notices) == "Notices(told=1, without_email=0, do_not_contact=0)"
    with pytest.raises(polaris.InvalidTransition, match="cancelled is final"):
        events.cancel(1)
    with pytest.raises(polaris.Conflict, match="can't be edited any more"):
        events.edit(1, title="Other")
    assert events.cancel(new(events).id).event.cancel_reason is None


def test_a_copy_is_a_draft_at_another_time(events: Events, career_day: Event) -> None:
    """E7."""
    events.edit(1, ends_at="2027-03-04T11:30", volunteers_needed=5, wanted_skills=["Welding"])
    events.cancel(1)
    for given, expected in (
        (dt.date(2027, 4, 1), "2027-04-01T09:00:00-05:00"),
        ("2027-04-01", "2027-04-01T09:00:00-05:00"),
        (dt.datetime(2027, 4, 1, 14), "2027-04-01T14:00:00-05:00"),
        (dt.datetime(2027, 4, 1, 14, tzinfo=dt.timezone.utc), "2027-04-01T09:00:00-05:00"),
        (dt.datetime(2027, 11, 7, 1, 30, fold=1), "2027-11-07T01:30:00-06:00"),
    ):
        copy = events.duplicate(career_day.slug, starts_at=given)
        assert (copy.starts_at.isoformat(), copy.status, copy.duration_minutes) == (expected, "draft", 150)
        assert (copy.volunteers_needed, copy.wanted_skills, copy.cancelled_at) == (5, ["Welding"], None)
    nothing: Any = {}
    with pytest.raises(polaris.ValidationError, match="^starts_at: is required"):
        events.duplicate(1, **nothing)


def test_the_second_of_two_times_is_that_of_the_events_own_zone(kckps: TenantHandle, events: Events) -> None:
    """Where clocks show a time twice, fold=1 means the later one of the zone that counts, not of the tenant's. Adelaide does so in April."""
    later = dt.datetime(2027, 4, 4, 2, 30, fold=1)
    adelaide = new(events, time_zone="Australia/Adelaide", starts_at=later)
    assert adelaide.starts_at.isoformat() == "2027-04-04T02:30:00+09:30"
    earlier = events.edit(adelaide.id, starts_at=later.replace(fold=0)).event
    assert earlier.starts_at.isoformat() == "2027-04-04T02:30:00+10:30"
    assert events.edit(adelaide.id, starts_at=later).event.starts_at == adelaide.starts_at
    assert events.duplicate(adelaide.id, starts_at=later).starts_at == adelaide.starts_at
    moved = events.edit(adelaide.id, time_zone=None, starts_at=dt.datetime(2027, 11, 7, 1, 30, fold=1)).event
    assert moved.starts_at.isoformat() == "2027-11-07T01:30:00-06:00"
    back = events.edit(adelaide.id, time_zone="Australia/Adelaide", starts_at=later).event
    assert back.starts_at == adelaide.starts_at
    seen = kckps.calendar().get(time_zone="Australia/Adelaide", start=later, end=dt.datetime(2027, 4, 5))
    assert seen.starts_at.isoformat() == "2027-04-04T02:30:00+09:30"
    lost: Any = {"time_zone": "Nowhere/Land"}
    with pytest.raises(polaris.ValidationError, match="time_zone: "):
        new(events, starts_at=later, **lost)


def test_times_come_back_aware_in_the_zone_of_the_tenant(events: Events) -> None:
    event = new(events)
    assert event.starts_at == dt.datetime(2027, 3, 4, 9, tzinfo=CHICAGO)
    assert event.starts_at.tzinfo is CHICAGO
    assert event.created_at.utcoffset() == event.created_at.astimezone(CHICAGO).utcoffset()
    assert abs(event.created_at - dt.datetime.now(dt.timezone.utc)) < dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2027-07-01 09:00", "2027-07-01T09:00:00-05:00"),
        ("2027-07-01T09:00:00Z", "2027-07-01T04:00:00-05:00"),
        (dt.datetime(2027, 7, 1, 9), "2027-07-01T09:00:00-05:00"),
        (dt.datetime(2027, 7, 1, 9, 0, 0, 999_999), "2027-07-01T09:00:00-05:00"),
        (dt.datetime(2027, 7, 1, 9, tzinfo=CHICAGO), "2027-07-01T09:00:00-05:00"),
        (dt.datetime(2027, 7, 1, 9, tzinfo=dt.timezone.utc), "2027-07-01T04:00:00-05:00"),
        (dt.datetime(2027, 7, 1, 9, tzinfo=ZoneInfo("Asia/Kathmandu")), "2027-06-30T22:15:00-05:00"),
        (dt.datetime(2027, 7, 1, 9, tzinfo=dt.timezone(dt.timedelta(seconds=3601))), "2027-07-01T02:59:59-05:00"),
        # Clocks go back at 02:00 on 2027-11-07: an hour happens twice.
        (dt.datetime(2027, 11, 7, 1, 30), "2027-11-07T01:30:00-05:00"),
        (dt.datetime(2027, 11, 7, 1, 30, fold=1), "2027-11-07T01:30:00-06:00"),
        (dt.datetime(2027, 7, 1, 9, fold=1), "2027-07-01T09:00:00-05:00"),
        (dt.datetime(2027, 11, 7, 1, 30, tzinfo=CHICAGO, fold=0), "2027-11-07T01:30:00-05:00"),
        (dt.datetime(2027, 11, 7, 1, 30, tzinfo=CHICAGO, fold=1), "2027-11-07T01:30:00-06:00"),
    ],
)
def test_times_are_taken_as_text_or_datetime(events: Events, given: str | dt.datetime, expected: str) -> None:
    event = new(events, starts_at=given)
    assert event.starts_at.isoformat() == expected
    assert event.starts_at.tzinfo is CHICAGO
    assert events.get(event.id).starts_at.fold == event.starts_at.fold == int(expected.endswith("07T01:30:00-06:00"))


def test_the_second_time_of_an_hour_that_happens_twice_is_kept_for_every_moment(events: Events) -> None:
    first, second = dt.datetime(2027, 11, 7, 1, 30), dt.datetime(2027, 11, 7, 1, 30, fold=1)
    event = new(events, starts_at=first, ends_at=second, registration_deadline=first)
    assert event.ends_at is not None and event.ends_at - event.starts_at.astimezone(dt.timezone.utc) == dt.timedelta(hours=1)
    with pytest.raises(polaris.ValidationError, match="clocks move"):
        new(events, starts_at=dt.datetime(2027, 3, 14, 2, 30, fold=1))


def test_other_zones_than_chicago(memory: Polaris) -> None:
    for zone in ("America/Phoenix", "US/Central", "Pacific/Auckland", "UTC", "Asia/Kathmandu"):
        slug = zone.lower().replace("/", "-")
        memory.platform(Actor.system()).tenants().create(slug=slug, name=zone, time_zone=zone)
        event = new(memory.tenant(slug, Actor.system()).events(), starts_at="2027-07-01T09:00")
        assert event.starts_at == dt.datetime(2027, 7, 1, 9, tzinfo=ZoneInfo(zone))
        assert event.starts_at.tzinfo == ZoneInfo(zone)


def test_digits_and_instant_are_kept_where_zone_data_differ(events: Events) -> None:
    event = new(events, starts_at="2150-07-01T09:00")
    assert event.starts_at.replace(tzinfo=None) == dt.datetime(2150, 7, 1, 9)
    assert events.get(event.id).starts_at == event.starts_at


class OddZone(dt.tzinfo):
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def utcoffset(self, _: dt.datetime | None) -> dt.timedelta:
        if isinstance(self.answer, BaseException):
            raise self.answer
        answer: dt.timedelta = self.answer
        return answer

    def dst(self, _: dt.datetime | None) -> None:
        return None

    def tzname(self, _: dt.datetime | None) -> str:
        return "Odd"


def endless() -> Iterator[str]:
    while True:
        yield "Welding"


def broken() -> Iterator[str]:
    yield "Welding"
    raise OSError("the list is gone")


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("title", 5),
        ("title", b"Career Day"),
        ("title", "half \ud83d"),
        ("location", ["Main gym"]),
        ("starts_at", 20270304),
        ("starts_at", dt.date(2027, 3, 4)),
        ("starts_at", dt.time(9)),
        ("starts_at", dt.datetime(2027, 3, 4, tzinfo=OddZone("noon"))),
        ("starts_at", dt.datetime(2027, 3, 4, tzinfo=OddZone(dt.timedelta(days=2)))),
        ("starts_at", dt.datetime(2027, 3, 4, tzinfo=OddZone(ZeroDivisionError()))),
        ("ends_at", dt.datetime.max.replace(tzinfo=dt.timezone(dt.timedelta(hours=-5)))),
        ("registration_deadline", 5.5),
        ("format", 1),
        ("volunteers_needed", 1.5),
        ("volunteers_needed", True),
        ("volunteers_needed", "5"),
        ("wanted_skills", "Welding"),
        ("wanted_skills", 5),
        ("wanted_skills", ["Welding", None]),
        ("wanted_skills", endless()),
        ("wanted_skills", broken()),
        ("titel", "Career Day"),
        ("event_typ\ud800", "mentoring"),
    ],
)
def test_what_can_not_be_read_is_named(events: Events, argument: str, value: Any) -> None:
    with pytest.raises(polaris.BadRequest) as refused:
        new(events, **{argument: value})
    assert refused.value.code == "BAD_REQUEST"
    assert refused.value.fields[0].field.startswith(argument[:9])
    assert events.list().total == 0


def test_an_exit_is_not_swallowed(events: Events) -> None:
    with pytest.raises(SystemExit):
        new(events, starts_at=dt.datetime(2027, 3, 4, tzinfo=OddZone(SystemExit(3))))


@pytest.mark.parametrize(
    ("argument", "value", "code"),
    [
        ("title", "", "REQUIRED"),
        ("title", None, "REQUIRED"),
        ("title", "x" * 256, "TOO_LONG"),
        ("title", "a\0b", "CONTROL_CHARACTERS"),
        ("starts_at", "2027-02-30T09:00", "BAD_DATE"),
        ("starts_at", "2027-03-14T02:30", "SKIPPED_TIME"),
        ("starts_at", dt.datetime(1, 1, 1), "OUT_OF_RANGE"),
        ("ends_at", dt.datetime(2027, 3, 4, 8), "BEFORE_START"),
        ("volunteers_needed", -1, "OUT_OF_RANGE"),
        ("volunteers_needed", 10**400, "OUT_OF_RANGE"),
        ("volunteers_needed", -(10**400), "OUT_OF_RANGE"),
        ("wanted_skills", ["x"] * 21, "TOO_MANY"),
        ("event_type", "party", "UNKNOWN_VALUE"),
        ("school", "Hogwarts", "UNKNOWN_SCHOOL"),
    ],
)
def test_what_breaks_a_rule_is_told_by_the_engine(events: Events, argument: str, value: Any, code: str) -> None:
    with pytest.raises(polaris.ValidationError) as refused:
        new(events, **{argument: value})
    assert [(field.field, field.code) for field in refused.value.fields] == [(argument, code)]


def test_nothing_given_is_everything_missing(events: Events) -> None:
    create: Any = events.create
    with pytest.raises(polaris.ValidationError) as refused:
        create()
    assert [field.field for field in refused.value.fields] == ["title", "starts_at", "location"]
    assert str(refused.value) == "title: is required; starts_at: is required; location: is required"


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("statuses", "lost"),
        ("statuses", ["draft", 5]),
        ("statuses", 5),
        ("event_type", "party"),
        ("from_date", "tomorrow"),
        ("from_date", 5),
        ("to_date", dt.datetime(2027, 3, 4)),
        ("order", "size"),
        ("order", None.__class__),
        ("page", 0),
        ("page", "1"),
        ("page", 10**30),
        ("per_page", -(10**30)),
        ("per_page", 1_000_001),
        ("limit", 5),
    ],
)
def test_bad_filters_are_named(events: Events, argument: str, value: Any) -> None:
    arguments: dict[str, Any] = {argument: value}
    with pytest.raises(polaris.BadRequest) as refused:
        events.list(**arguments)
    assert refused.value.fields[0].field.startswith(argument)


def test_events_that_are_not_there(events: Events, career_day: Event) -> None:
    reference: Any
    for reference in (99, 0, -1, 10**400, "nothing-2027-01-01", "", "9" * 50, "a\0b", "'; --"):
        with pytest.raises(polaris.EventNotFound):
            events.get(reference)
    for reference in (None, 1.0, True, b"1", career_day):
        with pytest.raises(polaris.BadRequest, match="^event: "):
            events.get(reference)
    for call in (
        events.confirm,
        events.return_to_draft,
        events.publish,
        events.unpublish,
        events.complete,
        events.cancel,
        lambda event: events.edit(event, title="Other"),
        lambda event: events.duplicate(event, starts_at="2027-03-05"),
    ):
        for reference in (1.0, None, career_day):
            with pytest.raises(polaris.BadRequest, match="^event: "):
                call(reference)
        for reference in (99, "nothing-2027-01-01"):
            with pytest.raises(polaris.EventNotFound):
                call(reference)
    assert events.get(career_day.id) == career_day


def test_a_second_publishing_is_refused(events: Events, career_day: Event) -> None:
    events.publish(career_day.id)
    with pytest.raises(polaris.InvalidTransition) as refused:
        events.publish(career_day.id)
    assert refused.value.code == "INVALID_TRANSITION" and "published" in str(refused.value)
    assert isinstance(refused.value, polaris.Conflict)


def test_roles_decide(p: Polaris, career_day: Event) -> None:
    viewer = p.tenant("kckps", Actor.tenant_user(2, "Kim Oh", "viewer")).events()
    assert viewer.get(career_day.id) == career_day
    for refused in (lambda: viewer.publish(career_day.id), lambda: viewer.cancel(1), lambda: viewer.edit(1, title="Other"), lambda: new(viewer), lambda: p.tenant("kckps", Actor.public()).events().list()):
        with pytest.raises(polaris.Forbidden):
            refused()


def test_a_feature_switched_off(memory: Polaris) -> None:
    memory.platform(Actor.system()).tenants().create(slug="kckps", name="K", features={"events": False})
    with pytest.raises(polaris.FeatureDisabled):
        memory.tenant("kckps", Actor.system()).events().list()


def test_a_website_sees_what_is_published(memory: Polaris) -> None:
    created = memory.platform(Actor.system()).tenants().create(slug="kckps", name="K", district="KCKPS")
    events = memory.tenant("kckps", Actor.system()).events()
    draft, published = new(events), events.publish(new(events, title="Mentoring", event_type="mentoring").id)
    for key in (created.api_key, created.api_key.reveal()):
        api = memory.public_api("kckps", key)
        (seen,) = api.list()
        assert seen == api.get(published.id) == api.get(published.slug) == api.upcoming(event_type="mentoring")[0]
        assert (seen.event, seen.district, seen.sign_up_open) == (published, "KCKPS", True)
        with pytest.raises(polaris.EventNotFound):
            api.get(draft.id)
        assert len(api.list(status="completed", from_date="2027-01-01")) == 0
        lost: Any = "draft"
        with pytest.raises(polaris.BadRequest, match="^status: "):
            api.list(status=lost)


def test_keys_are_checked(memory: Polaris) -> None:
    platform = memory.platform(Actor.system())
    one, two = (platform.tenants().create(slug=slug, name=slug).api_key for slug in ("one", "two"))
    nothing: Any
    for nothing in (None, ""):
        with pytest.raises(polaris.MissingApiKey):
            memory.public_api("one", nothing)
    for wrong in (two, "guess", one.reveal()[:-1], one.reveal() + " "):
        with pytest.raises(polaris.InvalidApiKey) as refused:
            memory.public_api("one", wrong)
        assert isinstance(refused.value, polaris.Unauthenticated)
    with pytest.raises(polaris.TenantNotFound):
        memory.public_api("three", one)
    with pytest.raises(polaris.BadRequest, match="^key: "):
        nothing = 5
        memory.public_api("one", nothing)


def test_handles_tell_what_they_are(kckps: TenantHandle) -> None:
    assert kckps.slug == "kckps" and len(kckps.id) == 36
    assert kckps.actor.name == "Pat Lee"
    assert repr(kckps) == "TenantHandle(slug='kckps', actor=Actor(kind='tenant_user', id=7, role='coordinator'))"


def test_the_environment_of_the_process_changes_nothing(events: Events, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "TZ", "Asia/Tokyo")
    assert new(events).starts_at.isoformat() == "2027-03-04T09:00:00-06:00"
