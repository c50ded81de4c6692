"""Keys of the public API, and how often each may enter (FR-API-105, FR-API-106)."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import polaris
from polaris import Actor, ApiKeys, Context, Polaris

EARLIER = "d2705415c1d2465d2b36aac6f7df05cb4a925169ebe2c0c46f4529600fc3a77f"
EARLIER_HASH = "e09e0c44df9d0ba71b6aa4c6b0734eefb90c15f6260e088d729970329d0f5e1c"


@pytest.fixture
def keys(p: Polaris) -> ApiKeys:
    return p.tenant("kckps", Actor.tenant_user(100, "Kim Roe", "admin")).api_keys()


def test_a_key_is_made_used_rotated_and_revoked(p: Polaris, keys: ApiKeys) -> None:
    made = keys.create(name="Mobile app")
    assert made.replaced is None and made.api_key.reveal().startswith(made.key.hint[:-1])
    assert "plrs_" not in repr(made.api_key) and [key.name for key in keys.list()] == ["Website", "Mobile app"]
    p.public_api("kckps", made.api_key)
    used = keys.get(made.key.id).last_used_at
    assert used is not None and (used.minute, used.second) == (0, 0) and used.tzinfo is not None

    rotated = keys.rotate(made.key.id, grace_hours=2)
    assert rotated.replaced is not None and rotated.replaced.expires_at is not None
    assert rotated.replaced.expires_at - rotated.key.created_at == dt.timedelta(hours=2)
    for key in (made.api_key, rotated.api_key):
        p.public_api("kckps", key)
    with pytest.raises(polaris.Conflict):
        keys.rotate(made.key.id)

    assert keys.rotate(rotated.key.id).replaced is None
    with pytest.raises(polaris.InvalidApiKey):
        p.public_api("kckps", rotated.api_key)
    assert keys.revoke(made.key.id).name == "Mobile app"
    with pytest.raises(polaris.ApiKeyNotFound) as missing:
        keys.get(made.key.id)
    assert missing.value.code == "API_KEY_NOT_FOUND" and isinstance(missing.value, polaris.NotFound)


def test_the_operator_takes_over_the_key_of_a_flask_application(p: Polaris, keys: ApiKeys) -> None:
    with pytest.raises(polaris.Forbidden):
        keys.adopt(hash=EARLIER_HASH, name="Website")
    adopted = p.tenant("kckps", Actor.staff("Sam Ruiz")).api_keys().adopt(hash=EARLIER_HASH, name="Website")
    assert adopted.hint == "hash e09e0c44…"
    p.public_api("kckps", EARLIER)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"grace_hours": "soon"}, "grace_hours"), ({"grace_hours": 721}, "grace_hours"), ({"grace": 1}, "grace")],
)
def test_what_is_wrong_with_a_rotation_is_named(keys: ApiKeys, given: dict[str, Any], field: str) -> None:
    with pytest.raises(polaris.PolarisError) as refused:
        keys.rotate(1, **given)
    assert [broken.field for broken in refused.value.fields] == [field]


def test_a_key_is_told_what_it_has_left_and_when_to_come_back(data: Path) -> None:
    p = Polaris.open(data, api_per_minute=3)
    key = p.tenant("kckps", Actor.system()).api_keys().create(name="App").api_key
    left = [p.public_api("kckps", key).quota.remaining for _ in range(3)]
    assert left == [2, 1, 0]
    with pytest.raises(polaris.RateLimitExceeded) as refused:
        p.public_api("kckps", key)
    assert refused.value.retry_after is not None and 1 <= refused.value.retry_after <= 60
    with pytest.raises(polaris.BadRequest):
        Polaris.open(data, api_per_day=0)


def test_wrong_keys_are_counted_by_the_address_that_is_handed_on(p: Polaris) -> None:
    for _ in range(20):
        with pytest.raises(polaris.InvalidApiKey):
            p.public_api("kckps", "guess", Context("192.0.2.7"))
    with pytest.raises(polaris.RateLimitExceeded):
        p.public_api("kckps", "guess", Context("192.0.2.7"))
    with pytest.raises(polaris.InvalidApiKey):
        p.public_api("kckps", "guess", Context("192.0.2.8"))
