"""V1, V3, V5, V6, R1 to R4: volunteers, notes on them, merging them; events' rosters."""

import datetime as dt
import pickle
import threading
from typing import Literal

import pytest

import polaris
from polaris import Actor, Polaris, Rosters, TenantHandle, Volunteer, Volunteers


@pytest.fixture
def volunteers(kckps: TenantHandle) -> Volunteers:
    return kckps.volunteers()


@pytest.fixture
def rosters(kckps: TenantHandle) -> Rosters:
    return kckps.rosters()


@pytest.fixture
def jose(volunteers: Volunteers) -> Volunteer:
    return volunteers.create(
        first_name="José", last_name="O'Brien", email="Jose@Example.org", phone="(913) 555-0100", organization="Łódź Works", skills={"Welding"}
    ).volunteer


def test_a_volunteer_is_added_found_edited_and_deactivated(volunteers: Volunteers, jose: Volunteer) -> None:
    assert (jose.id, jose.email, jose.phone, jose.skills, jose.version) == (1, "Jose@Example.org", "(913) 555-0100", ["Welding"], 1)
    assert volunteers.get("jose@example.org").volunteer == volunteers.get(1).volunteer == jose
    for q in ("jose", "o'br", "lodz", "weld"):
        assert [one.id for one in volunteers.list(q=q)] == [one.id for one in volunteers.iterate(q=q, active=True)] == [1], q
    assert list(volunteers.list(skill="welding", organization="lodz works", order="-created")) == [jose]
    assert [one.organization for one in volunteers.suggest("o'b")] == ["Łódź Works"]
    edited = volunteers.edit(1, version=1, email=None, organization="", skills=["Baking"], email_opt_out=True, title=polaris.UNSET)
    assert (edited.email, edited.organization, edited.skills, edited.email_opt_out, edited.version) == (None, None, ["Baking"], True, 2)
    with pytest.raises(polaris.Conflict, match="version 2, not 1"):
        volunteers.edit(1, version=1, city="Olathe")
    assert not volunteers.deactivate(1).active and volunteers.reactivate(1).active
    with pytest.raises(polaris.VolunteerNotFound):
        volunteers.get(2)
    with pytest.raises(polaris.BadRequest) as refused:
        volunteers.list(skill="Alchemy")
    assert refused.value.fields[0].field == "skill"


def test_a_taken_email_tells_the_number_and_a_deactivated_volunteer_comes_back(volunteers: Volunteers, jose: Volunteer) -> None:
    with pytest.raises(polaris.Conflict) as refused:
        volunteers.create(first_name="Joe", last_name="Hart", email="JOSE@example.org")
    assert refused.value.volunteer_id == jose.id and "xample.org" not in str(refused.value)
    assert pickle.loads(pickle.dumps(refused.value)).volunteer_id == jose.id
    volunteers.deactivate(jose.id)
    saved = volunteers.create(first_name="Joe", last_name="Hart", email="jose@example.org")
    assert (saved.outcome, saved.volunteer.id, saved.volunteer.phone) == ("reactivated", jose.id, jose.phone)


def test_every_broken_field_is_told(volunteers: Volunteers) -> None:
    with pytest.raises(polaris.ValidationError) as refused:
        volunteers.create(first_name="", last_name="x" * 101, email="secret", phone="secret", career_type="Alchemy")
    told = [(field.field, field.code) for field in refused.value.fields]
    expected = [("first_name", "REQUIRED"), ("last_name", "TOO_LONG"), ("email", "BAD_EMAIL"), ("phone", "BAD_PHONE"), ("career_type", "UNKNOWN_VALUE")]
    assert told == expected and "secret" not in str(refused.value)


def test_nothing_personal_is_printed(volunteers: Volunteers, rosters: Rosters, jose: Volunteer, career_day: polaris.Event) -> None:
    note = volunteers.add_note(jose.id, text="Very private")
    rosters.assign(career_day.id, volunteer_id=jose.id)
    printed = repr([jose, note, volunteers.get(1), volunteers.list(), volunteers.suggest("jos"), rosters.list(career_day.id)])
    assert not any(secret in printed for secret in ("José", "Brien", "xample", "555", "Łódź", "private"))


def test_notes_are_dated_and_have_author_and_outcome(volunteers: Volunteers, jose: Volunteer) -> None:
    note = volunteers.add_note(jose.id, text="Called", outcome="follow_up", noted_on=dt.date(2027, 1, 2))
    assert (note.noted_on, note.outcome, note.author.name, note.author.id) == (dt.date(2027, 1, 2), "follow_up", "Pat Lee", 7)
    edited = volunteers.edit_note(jose.id, note.id, version=1, outcome=None, noted_on="2027-01-03")
    assert (edited.text, edited.outcome, edited.noted_on, edited.version) == ("Called", None, dt.date(2027, 1, 3), 2)
    assert list(volunteers.list_notes(jose.id)) == [edited] == volunteers.get(jose.id).notes
    volunteers.remove_note(jose.id, note.id, version=2)
    with pytest.raises(polaris.NoteNotFound):
        volunteers.remove_note(jose.id, note.id)


def test_two_records_are_merged_after_a_look(volunteers: Volunteers, jose: Volunteer) -> None:
    other = volunteers.create(first_name="Joseph", last_name="O'Brien", title="Welder").volunteer
    plan = volunteers.preview_merge(jose.id, merged_id=other.id)
    assert [(field.field, field.decision, field.dropped) for field in plan.fields] == [("name", "kept", "Joseph O'Brien"), ("title", "filled", None)]
    done = volunteers.merge(jose.id, merged_id=other.id, version=jose.version, merged_version=other.version)
    assert done.survivor.title == "Welder" and volunteers.get(other.id).volunteer == done.survivor
    with pytest.raises(polaris.Conflict, match="merged into volunteer 1"):
        volunteers.edit(other.id, city="Olathe")
    skilled = volunteers.create(first_name="Joe", last_name="O'Brien", skills=[f"Skill {number:02}" for number in range(50)]).volunteer
    beyond = volunteers.preview_merge(jose.id, merged_id=skilled.id).fields[-1]
    assert (beyond.field, beyond.decision, beyond.dropped) == ("skills", "combined", "Skill 49")


def test_a_roster_is_kept(volunteers: Volunteers, rosters: Rosters, jose: Volunteer, career_day: polaris.Event, kckps: TenantHandle) -> None:
    placed = rosters.assign(career_day.slug, volunteer_id=jose.id, participation_type="speaker", notes="Room 4")
    place = placed.participation
    assert (place.status, place.participation_type, place.invited_at is not None, placed.overlaps) == ("invited", "speaker", True, [])
    assert rosters.get(career_day.id, "jose@example.org") == place
    confirmed = rosters.edit(career_day.id, jose.id, version=1, status="confirmed", notes=None).participation
    assert (confirmed.status, confirmed.notes, confirmed.version) == ("confirmed", None, 2)
    assert kckps.events().get(career_day.id).volunteers_registered == 1
    with pytest.raises(polaris.InvalidTransition, match="from the event's start on"):
        rosters.edit(career_day.id, jose.id, status="attended")
    with pytest.raises(polaris.Conflict, match="already"):
        rosters.assign(career_day.id, volunteer_id=jose.id)
    entry = rosters.list(career_day.id, statuses=["confirmed", "attended"])[0]
    assert (entry.participation, entry.first_name, entry.email) == (confirmed, "José", "Jose@Example.org")
    assert list(rosters.iterate(career_day.id, statuses="declined")) == []
    assert rosters.totals(career_day.id).confirmed == 1
    history = volunteers.history(jose.id)[0]
    assert (history.event.title, history.participation) == ("Career Day", confirmed)
    rosters.remove(career_day.id, jose.id, version=2)
    with pytest.raises(polaris.ParticipationNotFound):
        rosters.get(career_day.id, jose.id)


def test_a_full_event_takes_one_more_only_when_that_is_said(volunteers: Volunteers, rosters: Rosters, kckps: TenantHandle) -> None:
    event = kckps.events().create(title="Small", starts_at="2027-03-04T09:00", location="Gym", volunteers_needed=1).id
    people = [volunteers.create(first_name=name, last_name="Lee").volunteer.id for name in ("Ann", "Bea")]
    rosters.assign(event, volunteer_id=people[0], status="confirmed")
    with pytest.raises(polaris.EventFull):
        rosters.assign(event, volunteer_id=people[1], status="confirmed")
    rosters.assign(event, volunteer_id=people[1], status="confirmed", over_capacity=True)


def test_of_threads_that_confirm_at_once_only_as_many_succeed_as_there_are_places(p: Polaris, volunteers: Volunteers, kckps: TenantHandle) -> None:
    event = kckps.events().create(title="Small", starts_at="2027-03-04T09:00", location="Gym", volunteers_needed=2).id
    people = [volunteers.create(first_name=f"P{at}", last_name="Lee").volunteer.id for at in range(8)]
    told: list[str] = []

    def confirm(volunteer: int) -> None:
        try:
            p.tenant("kckps", Actor.system()).rosters().assign(event, volunteer_id=volunteer, status="confirmed")
            told.append("ok")
        except polaris.EventFull as error:
            told.append(error.code)

    threads = [threading.Thread(target=confirm, args=(volunteer,)) for volunteer in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["EVENT_FULL"] * 6 + ["ok"] * 2


def test_only_admins_and_coordinators_see_volunteers(p: Polaris, jose: Volunteer, career_day: polaris.Event) -> None:
    roles: tuple[Literal["virtual_admin", "viewer"], ...] = ("virtual_admin", "viewer")
    for role in roles:
        tenant = p.tenant("kckps", Actor.tenant_user(9, "V", role))
        for call in (tenant.volunteers().list, lambda: tenant.volunteers().get(1), lambda: tenant.rosters().list(career_day.id)):
            with pytest.raises(polaris.Forbidden):
                call()
