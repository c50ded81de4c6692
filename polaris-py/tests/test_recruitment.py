"""C1, C2: which events need volunteers, who would suit one, and who is left out."""

import datetime as dt
from typing import Any

import pytest

import polaris
from polaris import Actor, Polaris, Recruitment, TenantHandle


@pytest.fixture
def recruitment(p: Polaris, kckps: TenantHandle) -> Recruitment:
    p.platform(Actor.system()).tenants().edit("kckps", features={"recruitment": True})
    return kckps.recruitment()


def test_the_dashboard_shows_the_most_urgent_events(recruitment: Recruitment, kckps: TenantHandle) -> None:
    soon = dt.datetime.now() + dt.timedelta(days=2)
    for title, starts_at, needed in (("Far", "2099-03-04T09:00", 4), ("Soon", soon.strftime("%Y-%m-%dT%H:%M"), 3), ("No number", "2099-03-04T09:00", 0)):
        kckps.events().create(title=title, starts_at=starts_at, location="Gym", volunteers_needed=needed)
    shown = recruitment.dashboard()
    assert [of.event.title for of in shown.events] == ["Soon", "Far"]
    totals = shown.totals
    assert (totals.events, totals.critical, totals.warning, totals.on_track, totals.open_places) == (2, 1, 0, 1, 7)
    first = shown.events[0]
    assert (first.level, first.score, first.fill_percent, first.volunteers_needed, first.volunteers_registered) == ("critical", 130, 0, 3, 0)
    assert first.days in (1, 2, 3) and first.event_type is None
    page = recruitment.dashboard(page=2, per_page=1)
    assert ([of.event.title for of in page.events], page.page, page.per_page, page.total_pages, page.totals) == (["Far"], 2, 1, 2, totals)
    with pytest.raises(polaris.BadRequest):
        recruitment.dashboard(page=0)
    with pytest.raises(polaris.BadRequest):
        recruitment.dashboard(order="start")  # type: ignore[call-arg]


def test_candidates_say_why_and_those_left_out_too(recruitment: Recruitment, kckps: TenantHandle) -> None:
    event = kckps.events().create(title="Career Day", starts_at="2099-03-04T09:00", location="Gym", wanted_skills=["Welding"])
    volunteers = kckps.volunteers()
    volunteers.create(first_name="Bea", last_name="Lee", phone="913 555 0100")
    ann = volunteers.create(first_name="Ann", last_name="Zoe", email="ann@example.org", skills=["Welding"]).volunteer
    volunteers.create(first_name="Don", last_name="Lee", do_not_contact=True)
    found = recruitment.candidates(event.slug)
    assert (found.total, [one.volunteer.first_name for one in found]) == (2, ["Ann", "Bea"])
    first = found[0]
    assert (first.volunteer, first.score, first.parts.skills, first.parts.availability, first.attended) == (ann, 22, 12, 10, 0)
    assert first.reasons[2] == "has what this event wants: Welding (+12)"
    assert first.last_attended_at is None and first.last_asked_at is None
    assert list(recruitment.iterate_candidates(event.id, per_page=1)) == list(found)
    (out,) = recruitment.left_out(event.id)
    assert (out.first_name, out.reasons, out.roster_status) == ("Don", ["do_not_contact", "unreachable"], None)
    kckps.rosters().assign(event.id, volunteer_id=ann.id)
    assert [(one.first_name, one.roster_status) for one in recruitment.iterate_left_out(event.id)] == [("Don", None), ("Ann", "invited")]
    printed = repr([found, out, recruitment.left_out(event.id)])
    assert not any(name in printed for name in ("Ann", "Bea", "Don", "example.org", "0100")), printed
    for call in (recruitment.candidates, recruitment.left_out):
        with pytest.raises(polaris.EventNotFound):
            call(99)


def test_weights_are_a_tenants_own_and_add_up_to_100(p: Polaris, recruitment: Recruitment, kckps: TenantHandle) -> None:
    event = kckps.events().create(title="Career Day", starts_at="2099-03-04T09:00", location="Gym")
    kckps.volunteers().create(first_name="Bea", last_name="Lee", phone="913 555 0100")
    own = p.tenant("kckps", Actor.tenant_user(7, "Pat Lee", "admin")).administration()
    assert own.settings().recruitment_weights is None and recruitment.candidates(event.id)[0].score == 10
    edited = own.edit_settings(recruitment_weights={"history": 30, "recency": 20, "skills": 20, "proximity": 5, "availability": 25})
    assert edited.recruitment_weights is not None and edited.recruitment_weights.availability == 25
    assert recruitment.candidates(event.id)[0].score == 25
    with pytest.raises(polaris.ValidationError) as refused:
        own.edit_settings(recruitment_weights={"history": 30, "recency": 20, "skills": 20, "proximity": 5, "availability": 26})
    assert [(field.field, field.code) for field in refused.value.fields] == [("recruitment_weights", "NOT_100")]
    with pytest.raises(polaris.ValidationError) as refused:
        lacking: Any = {"history": 101}
        own.edit_settings(recruitment_weights=lacking)
    assert [field.field.split(".")[1] for field in refused.value.fields] == ["history", "recency", "skills", "proximity", "availability"]
    cleared = p.platform(Actor.system()).tenants().edit("kckps", recruitment_weights=None)
    assert cleared.recruitment_weights is None and recruitment.candidates(event.id)[0].score == 10


def test_it_is_off_unless_switched_on_and_viewers_see_no_people(p: Polaris, kckps: TenantHandle) -> None:
    with pytest.raises(polaris.FeatureDisabled):
        kckps.recruitment().dashboard()
    p.platform(Actor.system()).tenants().edit("kckps", features={"recruitment": True})
    viewer = p.tenant("kckps", Actor.tenant_user(8, "Kim Roe", "viewer")).recruitment()
    assert viewer.dashboard().events == []
    with pytest.raises(polaris.Forbidden):
        viewer.candidates(1)
    with pytest.raises(polaris.Forbidden):
        viewer.left_out(1)
