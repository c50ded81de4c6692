"""P5: reference data imported from files, dicts and uploads, listed, and brought to tenants."""

from pathlib import Path
from typing import Any

import pytest

import polaris
from polaris import Actor, Imported, Polaris, Reference, ReferenceSource

SCHOOLS = b"district,name,level,city\nKCKPS,Wyandotte High School,high,Kansas City\nKCKPS,Harmon High School,high,\n"
EXAMPLES = Path(__file__).parents[2] / "examples" / "reference"


@pytest.fixture
def reference(p: Polaris) -> Reference:
    return p.platform(Actor.staff("Sam Ruiz")).reference()


def counts(imported: Imported) -> tuple[int, ...]:
    return (imported.created, imported.updated, imported.unchanged, imported.removed, imported.rejected)


def test_files_dicts_and_uploads_are_imported_together_and_again_change_nothing(reference: Reference, tmp_path: Path) -> None:
    (tmp_path / "districts.csv").write_text("name;aliases\nKansas City Kansas Public Schools;KCKPS\n", "utf-16")
    (tmp_path / "more.json").write_text('{"skills": ["Nursing", {"name": "Public Speaking", "aliases": ["Talks"]}]}')
    upload = ReferenceSource.csv("schools", SCHOOLS, name="upload")
    sources: list[Any] = [upload, tmp_path / "districts.csv", str(tmp_path / "more.json"), {"career_types": [{"name": "Finance", "keywords": ["bank"]}]}]
    told = reference.import_(*sources, dry_run=True)
    assert told.dry_run and reference.list("schools").total == 0
    report = reference.import_(*sources)
    assert [counts(each)[0] for each in (report.districts, report.schools, report.skills, report.career_types)] == [1, 2, 2, 1]
    assert not report.dry_run and report.schools == told.schools and report.problems == []
    assert counts(reference.import_(*sources).schools) == (0, 0, 2, 0, 0)

    school = reference.list("schools", q="wyandotte", district="kckps")[0]
    assert (school.name, school.district, school.level, school.city) == (
        "Wyandotte High School",
        "Kansas City Kansas Public Schools",
        "high",
        "Kansas City",
    )
    assert [each.name for each in reference.iterate("schools", per_page=1)] == ["Harmon High School", "Wyandotte High School"]
    assert reference.list("districts")[0].aliases == ["KCKPS"] and reference.list("districts")[0].schools == 2
    assert reference.list("career_types")[0].keywords == ["bank"]
    replaced = reference.import_(ReferenceSource.csv("schools", SCHOOLS.decode().replace("Harmon", "Schlagle")), replace=True)
    assert counts(replaced.schools) == (1, 0, 1, 1, 0)


def test_bad_rows_are_named_with_file_line_and_column_and_nothing_is_half_imported(reference: Reference, tmp_path: Path) -> None:
    (tmp_path / "schools.csv").write_bytes(SCHOOLS + b"KCKPS,Bad School,college,\n,Lost School,high,\n")
    path = tmp_path / "schools.csv"
    with pytest.raises(polaris.ValidationError) as refused:
        reference.import_({"districts": [{"name": "KCKPS"}]}, path)
    assert [field.field for field in refused.value.fields] == [f"{path}, line 4, level", f"{path}, line 5, district"]
    assert all(field.message and field.code for field in refused.value.fields)
    assert reference.list("districts").total == 0
    report = reference.import_({"districts": [{"name": "KCKPS"}]}, path, dry_run=True)
    assert counts(report.schools) == (2, 0, 0, 0, 2) and report.problems == refused.value.fields

    wrong: Any = {"districts": [{"name": "K", "schools": [{"name": "", "level": "college"}]}]}
    with pytest.raises(polaris.ValidationError) as refused:
        reference.import_(wrong)
    assert {field.field for field in refused.value.fields} == {"districts[0].schools[0].name", "districts[0].schools[0].level"}


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("sources[0]", []),
        ("sources[0]", 5),
        ("sources[0]", None),
        ("sources[0]", b"name\nWelding\n"),
        ("sources[0]", "nowhere/skills.csv"),
        ("sources[0]", "a\0b"),
        ("sources[0]", EXAMPLES),
        ("colours", {"colours": []}),
        ("skills", {"skills": "Welding"}),
        ("skills[1]", {"skills": ["Welding", 5]}),
        ("skills[0].nick", {"skills": [{"nick": "Welding"}]}),
        ("districts", {"districts": 5}),
        ("districts[0]", {"districts": ["KCKPS"]}),
        ("districts[0].nick", {"districts": [{"nick": "K"}]}),
        ("districts[0].schools[1].level", {"districts": [{"name": "K", "schools": [{"name": "A", "level": "high"}, {"level": 5}]}]}),
    ],
)
def test_sources_that_can_not_be_read_are_named_by_place(reference: Reference, place: str, source: Any) -> None:
    with pytest.raises(polaris.BadRequest) as refused:
        reference.import_(source)
    assert refused.value.fields[0].field == place


def test_files_that_can_not_be_read_say_why(reference: Reference, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name\nWelding\n")
    with pytest.raises(polaris.BadRequest, match="people.csv: doesn't tell by its name what it holds"):
        reference.import_(tmp_path / "people.csv")
    assert counts(reference.import_(ReferenceSource.file(tmp_path / "people.csv", "skills")).skills)[0] == 1
    (tmp_path / "skills.csv").write_text("name,colour\nWelding,red\n")
    with pytest.raises(polaris.BadRequest, match=r"^sources\[0\]: .*skills.csv: colour is not a column of skills"):
        reference.import_(tmp_path / "skills.csv")
    (tmp_path / "x.json").write_text('{"skills": [5]}')
    with pytest.raises(polaris.BadRequest, match=r"^path: .*x.json: skills\[0\] "):
        ReferenceSource.file(tmp_path / "x.json")
    for content in ("", b"", "{}" * 2, b"[]"):
        with pytest.raises(polaris.BadRequest, match="^content: "):
            ReferenceSource.json(content)
    anything: Any = reference
    with pytest.raises(polaris.BadRequest, match="^sources: must be at least one"):
        anything.import_()
    for call in (lambda: anything.list("people"), lambda: ReferenceSource.csv(anything, b"")):
        with pytest.raises(polaris.BadRequest, match="^kind: "):
            call()


def test_tenants_that_exist_get_what_is_new_and_keep_what_they_use(p: Polaris, reference: Reference) -> None:
    reference.import_({"skills": ["Welding", "Nursing"]})
    seen: list[tuple[int, int]] = []
    told = reference.sync(dry_run=True)
    assert told.dry_run and told.tenants[0].changes is not None and told.tenants[0].changes.skills.added == 2
    report = reference.sync(tenants=["kckps"], progress=lambda done, total: seen.append((done, total)))
    changes = report.tenants[0].changes
    assert (report.is_complete, report.tenants[0].tenant, report.tenants[0].code, report.skipped) == (True, "kckps", None, [])
    assert changes is not None and (changes.skills.added, changes.skills.unchanged, changes.district_known) == (2, 0, None)
    assert seen and seen[-1] == (1, 1)
    events = p.tenant("kckps", Actor.system()).events()
    events.create(title="Career Day", starts_at="2027-03-04T09:00", location="Gym", wanted_skills=["Welding"])
    reference.import_({"skills": ["Cooking"]}, replace=True)
    brought = reference.sync().tenants[0].changes
    assert brought is not None and (brought.skills.added, brought.skills.removed, brought.skills.used) == (1, 1, 1)

    p.platform(Actor.system()).tenants().deactivate("kckps")
    assert reference.sync().skipped == ["kckps"]
    failed = reference.sync(tenants=["kckps"])
    assert not failed.is_complete and (failed.tenants[0].code, failed.tenants[0].changes) == ("TENANT_INACTIVE", None)
    with pytest.raises(polaris.ValidationError) as refused:
        reference.sync(tenants=["nowhere"])
    assert refused.value.fields[0].field.startswith("tenants")


def test_who_may_not_change_them_may_look(p: Polaris) -> None:
    support = p.platform(Actor.staff("Kim Roe", "support")).reference()
    assert support.list("skills").total == 0
    for refused in (lambda: support.import_({}), support.sync):
        with pytest.raises(polaris.Forbidden):
            refused()


@pytest.mark.skipif(not EXAMPLES.exists(), reason="installed without the examples")
def test_the_files_that_come_along_are_imported_by_their_paths(reference: Reference) -> None:
    report = reference.import_(*sorted(EXAMPLES.glob("*.csv")))
    assert report.schools.created >= 40 and report.skills.created == 40 and report.career_types.created == 16
