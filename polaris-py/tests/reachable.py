"""What can be called, by the ids of the table of operations. Run as a program it prints them, for the tests of the other languages."""

import json
from collections.abc import Iterator

from polaris import Actor, Context, Polaris

# Where the name of a call isn't its operation's id: a capability, or one call of it.
RENAMED = {
    "own_sessions": "staff_sessions",
    "staff_door": "staff_sessions",
    "users_set_password": "users_reset_password",
    "staff_set_password": "staff_reset_password",
    "sessions_current": "sessions_get",
    "staff_sessions_current": "staff_sessions_get",
    "reference_import_": "reference_import",
    "volunteers_import_": "volunteers_import",
    "signups_opted_out": "opt_outs_get",
    "signups_opt_out": "opt_outs_create",
    "administration_settings": "settings_get",
    "administration_edit_settings": "settings_edit",
}


# Other ways to call an operation: list item by item, all at once and from an entry on, restore without doing it.
# Feeds are a capability within one.
VARIANTS = {"feeds", "iterate", "list_all", "follow", "check_restore", "iterate_candidates", "iterate_left_out", "iterate_events"}


# What needs nothing to be opened first.
OPEN_TO_ALL = {"public_calendar": "public_calendar_get", "calendar_feed": "calendar_feeds_read"}


def public(thing: object) -> list[str]:
    return [name for name in dir(thing) if not name.startswith("_")]


def reachable(p: Polaris) -> Iterator[str]:
    """The ids of what can be called, from the names it is called by."""
    created = p.platform(Actor.system()).tenants().create(slug="kckps", name="K")
    capabilities: list[tuple[str, object]] = [
        ("public_events", p.public_api("kckps", created.api_key)),
        ("signups", p.signup("kckps")),
        ("staff_door", p.staff_door(Context())),
        ("calendar_feeds", p.tenant("kckps", Actor.system()).calendar().feeds()),
    ]
    for prefix, start in (("platform_", p.platform(Actor.system())), ("", p.tenant("kckps", Actor.system()))):
        for name in public(start):
            part = getattr(start, name)
            if callable(part):
                # Both sides have a log: the operator's is named so.
                capabilities.append((prefix + name if name == "audit" else name, part()))
    yield from (identity for call, identity in OPEN_TO_ALL.items() if callable(getattr(p, call)))
    for name, part in capabilities:
        for operation in public(part):
            if operation not in VARIANTS and callable(getattr(part, operation)):
                identity = f"{RENAMED.get(name, name)}_{operation}"
                yield RENAMED.get(identity, identity)


if __name__ == "__main__":
    print(json.dumps(sorted(set(reachable(Polaris.in_memory())))))
