"""Fills a PocketBase with the events of the server's benchmark: 1,000, readable by everybody, indexed by status and start as they are
there. Prints the id of the first."""

import json
import sys
import time
import urllib.error
import urllib.request
from typing import Any

ADDRESS = sys.argv[1]
DESCRIPTION = (
    "Meet the pupils of the eighth grade and tell them in ten minutes what you do all day, how you came to it, and what you "
    "wish somebody had told you at their age. Bring something that they can take in their hands. Coffee is served from eight."
)
TEXTS = ["slug", "title", "description", "event_type", "format", "status", "timezone", "location"]
DATES = ["starts_at", "ends_at", "registration_deadline"]
NUMBERS = ["number", "volunteers_needed", "volunteers_registered"]


def ask(path: str, body: Any, token: str = "") -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": token} if token else {})
    request = urllib.request.Request(ADDRESS + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def log_in() -> str:
    for _ in range(200):
        try:
            token: str = ask("/api/collections/_superusers/auth-with-password", {"identity": "load@example.org", "password": "loadloadload"})["token"]
            return token
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise SystemExit("PocketBase does not answer")


def event(number: int) -> dict[str, object]:
    day = f"{2030 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    return {
        "number": number + 1,
        "slug": f"career-day-{number}-{day}",
        "title": f"Career Day {number}",
        "description": DESCRIPTION,
        "event_type": "career_fair",
        "format": "in_person",
        "status": "published",
        "timezone": "America/Chicago",
        "location": "Main gym, entrance from the parking lot",
        "starts_at": f"{day} 15:00:00.000Z",
        "ends_at": f"{day} 17:30:00.000Z",
        "registration_deadline": f"{day} 14:00:00.000Z",
        "volunteers_needed": 12,
        "volunteers_registered": 0,
    }


token = log_in()
fields = [{"name": name, "type": kind} for kind, names in (("text", TEXTS), ("date", DATES), ("number", NUMBERS)) for name in names]
ask(
    "/api/collections",
    {
        "name": "events",
        "type": "base",
        "fields": fields,
        "listRule": "",
        "viewRule": "",
        "indexes": ["CREATE INDEX events_by_status ON events (status, starts_at, number)"],
    },
    token,
)
ids = [ask("/api/collections/events/records", event(number), token)["id"] for number in range(1_000)]
print(ids[0])
