"""V2, V4: volunteers imported from files and exported to them."""

import os
import pickle
import signal
import threading
from pathlib import Path

import pytest

import polaris
from polaris import TenantHandle, Volunteers

PEOPLE = "First Name;Last Name;E-mail Address\nJosé;O'Brien;jose@example.org\nAnn;;ann@example.org\nJosé;O'Brien;JOSE@example.org\n"


@pytest.fixture
def volunteers(kckps: TenantHandle) -> Volunteers:
    return kckps.volunteers()


def many(rows: int) -> bytes:
    return ("first,last\n" + "".join(f"Ann{nth},Lee\n" for nth in range(rows))).encode()


def test_a_file_is_looked_at_tried_and_imported(volunteers: Volunteers, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="cp1252")
    preview = volunteers.preview_import(path)
    assert (preview.format, preview.sheet, preview.total_rows, preview.header_row) == ("csv", None, 3, 1)
    assert preview.mapping == {"first_name": "First Name", "last_name": "Last Name", "email": "E-mail Address"}
    assert preview.rows[0].cells == ["José", "O'Brien", "jose@example.org"] and "José" not in repr(preview)
    tried = volunteers.import_(path, dry_run=True)
    assert (tried.id, tried.dry_run, volunteers.list().total) == (None, True, 0)
    done = volunteers.import_(path, reference="spring-2027")
    assert (done.id, done.dry_run, done.report) == (1, False, tried.report)
    counts = done.report.counts
    assert (counts.created, counts.rejected, counts.skipped) == (1, 1, 1)
    assert [(row.row, row.outcome, row.same_as) for row in done.report.rows] == [(2, "created", None), (3, "rejected", None), (4, "skipped", 2)]
    problem = done.report.rows[1].problems[0]
    assert (problem.column, problem.field, problem.code, problem.original) == ("Last Name", "last_name", "REQUIRED", None)
    assert done.report.rejected_csv is not None
    mended = done.report.rejected_csv.replace("Ann,,", "Ann,Lee,")
    again = volunteers.import_(mended.encode())
    assert again.report.counts.created == 1 and again.report.rejected_csv is None
    assert [one.id for one in volunteers.list_imports()] == [2, 1]
    assert volunteers.get_import(1) == volunteers.get_import("spring-2027") == list(volunteers.list_imports())[1]
    assert pickle.loads(pickle.dumps(done)) == done
    with pytest.raises(polaris.Conflict):
        volunteers.import_(path, reference="spring-2027")
    with pytest.raises(polaris.NotFound):
        volunteers.get_import("autumn")


def test_a_mapping_says_which_columns_are_read(volunteers: Volunteers) -> None:
    file = "Rufname,Zuname,Email\nAnn,Lee,ann@example.org\n".encode()
    with pytest.raises(polaris.ValidationError) as refused:
        volunteers.import_(file)
    assert [field.field for field in refused.value.fields] == ["mapping.first_name", "mapping.last_name"]
    report = volunteers.import_(file, mapping={"first_name": "Rufname", "last_name": "Zuname"}).report
    assert (report.counts.created, volunteers.get(1).volunteer.email) == (1, None)
    with pytest.raises(polaris.BadRequest):
        volunteers.import_(file, mapping={"shoe_size": "Rufname"})


def test_what_is_no_table_is_refused_naming_the_file(volunteers: Volunteers, tmp_path: Path) -> None:
    for file in (b"first,last\nAnn,\"Lee\n", b"PK\x03\x04", b"", tmp_path / "missing.csv", str(tmp_path)):
        for call in (volunteers.preview_import, volunteers.import_):
            with pytest.raises(polaris.BadRequest) as refused:
                call(file)
            assert refused.value.fields[0].field == "file"


def test_progress_is_told_and_what_it_raises_breaks_the_import_off(volunteers: Volunteers) -> None:
    told: list[tuple[int, int]] = []
    assert volunteers.import_(many(1_000), dry_run=True, progress=lambda done, total: told.append((done, total))).report.counts.created == 1_000
    assert told[0] == (0, 1_000) and told[-1] == (1_000, 1_000) and told == sorted(told)

    class Enough(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Enough

    with pytest.raises(Enough):
        volunteers.import_(many(100_000), progress=stop)
    assert (volunteers.list().total, volunteers.list_imports().total) == (0, 0)


def test_ctrl_c_breaks_an_import_off_and_nothing_of_it_stays(volunteers: Volunteers) -> None:
    file = many(100_000)
    pressed = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    pressed.start()
    with pytest.raises(KeyboardInterrupt):
        volunteers.import_(file)
    pressed.join()
    assert (volunteers.list().total, volunteers.list_imports().total) == (0, 0)


def test_what_is_exported_is_imported_and_changes_nothing(volunteers: Volunteers, tmp_path: Path) -> None:
    volunteers.create(first_name="José", last_name="O'Brien", email="jose@example.org", organization="=1+1", notes="- one\n- two", skills=["Baking"])
    volunteers.create(first_name="Null", last_name="Lee")
    for format in ("csv", "xlsx"):
        export = volunteers.export(format=format)
        assert (export.rows, export.format, export.file_name) == (2, format, f"volunteers-kckps.{format}")
        file = b"".join(export)
        report = volunteers.import_(file).report
        assert (report.counts.unchanged, report.counts.warnings) == (2, 0)
    raw = b"".join(volunteers.export(format="raw_csv", q="jos", active=True, order="-name")).decode()
    assert raw.count("\r\n") == 2 and ",=1+1," in raw
    with pytest.raises(polaris.BadRequest):
        volunteers.export(format="pdf")  # type: ignore[arg-type]


def test_the_text_of_a_file_given_for_its_path_is_not_repeated(kckps: TenantHandle) -> None:
    with pytest.raises(polaris.BadRequest) as refused:
        kckps.volunteers().import_("First,Last,Email\nAnn,Lee,ann@example.org\n")
    assert "ann" not in str(refused.value).lower() and str(refused.value).startswith("file: is a text")
