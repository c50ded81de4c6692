"""Every code of the engine has its place in the tree."""

import re
from pathlib import Path

import pytest

import polaris
from polaris import errors

CORE = Path(__file__).parents[2] / "polaris-core" / "src" / "error.rs"


def test_every_exception_is_public_and_has_its_code() -> None:
    assert set(errors.__all__) <= set(polaris.__all__)
    for name in errors.__all__:
        each = getattr(polaris, name)
        assert issubclass(each, polaris.PolarisError) and each.__doc__
        made = each("message")
        assert made.fields == [] and str(made) == "message" and re.fullmatch("[A-Z_]+", made.code)


@pytest.mark.skipif(not CORE.exists(), reason="installed without the sources of the engine")
def test_every_code_of_the_engine_has_a_class_of_its_own() -> None:
    codes = set(re.findall(r'Self::\w+[^\n]* => "([A-Z_]+)"', CORE.read_text()))
    assert len(codes) >= 18
    assert codes == set(errors._BY_CODE)


def test_codes_of_a_newer_engine_are_not_lost() -> None:
    assert type(errors._of("SURVEY_NOT_FOUND", "m", [])) is polaris.NotFound
    newer = errors._of("NOT_INVENTED_YET", "m", [])
    assert type(newer) is polaris.PolarisError and newer.code == "NOT_INVENTED_YET"
