-- Outreach, public sign-up, and mail that arrives.

-- == What a tenant settles ==
-- Whether who signs up for a full event comes onto its waitlist.
ALTER TABLE settings ADD COLUMN waitlist INTEGER NOT NULL DEFAULT 1 CHECK (waitlist IN (0, 1));
-- Under which name its mails are sent and where answers go, as JSON: `sender_name`, `reply_to`.
ALTER TABLE settings ADD COLUMN mail TEXT NOT NULL DEFAULT '{}' CHECK (json_type(mail) = 'object');

-- == Sign-up ==
-- Under which address one was known who was merged into another: whoever signs up with it is the other.
ALTER TABLE volunteer_merges ADD COLUMN folded_email TEXT CHECK (folded_email <> '');
CREATE INDEX volunteer_merges_by_email ON volunteer_merges (folded_email) WHERE folded_email IS NOT NULL;
-- Who is next when a place becomes free.
CREATE INDEX participations_waiting ON participations (event_id, waitlisted_at, id) WHERE status = 'waitlisted';

-- Texts of mails that the tenant wrote itself, in place of the usual ones. The row stays without texts when the usual ones come back, so
-- that no version is given twice.
CREATE TABLE mail_templates (
    kind       TEXT PRIMARY KEY CHECK (kind <> ''),
    subject    TEXT,
    text       TEXT,
    -- Without one, it is made from the text.
    html       TEXT,
    version    INTEGER NOT NULL DEFAULT 1,
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    CHECK ((subject IS NULL) = (text IS NULL) AND (text IS NOT NULL OR html IS NULL))
) STRICT;

-- == Outreach ==
-- Who was asked to come to which event, how, and what came of it.
CREATE TABLE outreach (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id     INTEGER NOT NULL REFERENCES events (id),
    volunteer_id INTEGER NOT NULL REFERENCES volunteers (id) ON DELETE CASCADE,
    method       TEXT NOT NULL CHECK (method IN ('email', 'phone', 'text', 'in_person')),
    outcome      TEXT NOT NULL CHECK (outcome IN ('pending', 'no_response', 'interested', 'declined', 'confirmed')),
    notes        TEXT,
    attempted_at TEXT NOT NULL CHECK (attempted_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    -- When it was last followed up: by an edit.
    followed_up_at TEXT CHECK (followed_up_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    -- Who logged it, as they were called then.
    author_kind  TEXT NOT NULL CHECK (author_kind IN ('system', 'staff', 'tenant_user')),
    author_id    INTEGER,
    author_name  TEXT,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;
CREATE INDEX outreach_by_event ON outreach (event_id, attempted_at, id);
CREATE INDEX outreach_by_volunteer ON outreach (volunteer_id, attempted_at);
CREATE INDEX outreach_by_time ON outreach (attempted_at, id);

-- == What candidates are ranked by ==
-- How many events they attended, when the last of them began, when they were last invited or asked to any. Always what
-- `volunteer_histories` says: whatever changes it, whoever does, brings it here. A hundred thousand volunteers are ranked by it at once.
ALTER TABLE volunteers ADD COLUMN attended INTEGER NOT NULL DEFAULT 0 CHECK (attended >= 0);
ALTER TABLE volunteers ADD COLUMN last_attended_at TEXT CHECK (last_attended_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');
ALTER TABLE volunteers ADD COLUMN last_asked_at TEXT CHECK (last_asked_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');
CREATE VIEW volunteer_histories AS
SELECT v.id AS volunteer_id,
    (SELECT count(*) FROM participations p WHERE p.volunteer_id = v.id AND p.status = 'attended') AS attended,
    (SELECT max(e.starts_at) FROM participations p JOIN events e ON e.id = p.event_id
     WHERE p.volunteer_id = v.id AND p.status = 'attended') AS last_attended_at,
    (SELECT max(a.at) FROM (
        SELECT max(p.invited_at) AS at FROM participations p WHERE p.volunteer_id = v.id
        UNION ALL SELECT max(o.attempted_at) FROM outreach o WHERE o.volunteer_id = v.id
     ) a) AS last_asked_at
FROM volunteers v;
UPDATE volunteers
SET (attended, last_attended_at, last_asked_at) =
    (SELECT h.attended, h.last_attended_at, h.last_asked_at FROM volunteer_histories h WHERE h.volunteer_id = volunteers.id);

CREATE TRIGGER history_follows_new_participation AFTER INSERT ON participations
BEGIN
    UPDATE volunteers
    SET (attended, last_attended_at, last_asked_at) =
        (SELECT h.attended, h.last_attended_at, h.last_asked_at FROM volunteer_histories h WHERE h.volunteer_id = new.volunteer_id)
    WHERE id = new.volunteer_id;
END;
CREATE TRIGGER history_follows_participation AFTER UPDATE OF volunteer_id, event_id, status, invited_at ON participations
WHEN (old.volunteer_id, old.event_id, old.status, old.invited_at) IS NOT (new.volunteer_id, new.event_id, new.status, new.invited_at)
BEGIN
    UPDATE volunteers
    SET (attended, last_attended_at, last_asked_at) =
        (SELECT h.attended, h.last_attended_at, h.last_asked_at FROM volunteer_histories h WHERE h.volunteer_id = old.volunteer_id)
    WHERE id = old.volunteer_id;
    UPDATE volunteers
    SET (attended, last_attended_at, last_asked_at) =
        (SELECT h.attended, h.last_attended_at, h.last_asked_at FROM volunteer_histories h WHERE h.volunteer_id = new.volunteer_id)
    WHERE id = new.volunteer_id;
END;
CREATE TRIGGER history_follows_old_participation AFTER DELETE ON participations
BEGIN
    UPDATE volunteers
    SET (attended, last_attended_at, last_asked_at) =
        (SELECT h.attended, h.last_attended_at, h.last_asked_at FROM volunteer_histories h WHERE h.volunteer_id = old.volunteer_id)
    WHERE id = old.volunteer_id;
END;
CREATE TRIGGER history_follows_new_outreach AFTER INSERT ON outreach
BEGIN
    UPDATE volunteers
    SET (attended, last_attended_at, last_asked_at) =
        (SELECT h.attended, h.last_attended_at, h.last_asked_at FROM volunteer_histories h WHERE h.volunteer_id = new.volunteer_id)
    WHERE id = new.volunteer_id;
END;
CREATE TRIGGER history_follows_outreach AFTER UPDATE OF volunteer_id, attempted_at ON outreach
WHEN (old.volunteer_id, old.attempted_at) IS NOT (new.volunteer_id, new.attempted_at)
BEGIN
    UPDATE volunteers
    SET (attended, last_attended_at, last_asked_at) =
        (SELECT h.attended, h.last_attended_at, h.last_asked_at FROM volunteer_histories h WHERE h.volunteer_id = old.volunteer_id)
    WHERE id = old.volunteer_id;
    UPDATE volunteers
    SET (attended, last_attended_at, last_asked_at) =
        (SELECT h.attended, h.last_attended_at, h.last_asked_at FROM volunteer_histories h WHERE h.volunteer_id = new.volunteer_id)
    WHERE id = new.volunteer_id;
END;
CREATE TRIGGER history_follows_old_outreach AFTER DELETE ON outreach
BEGIN
    UPDATE volunteers
    SET (attended, last_attended_at, last_asked_at) =
        (SELECT h.attended, h.last_attended_at, h.last_asked_at FROM volunteer_histories h WHERE h.volunteer_id = old.volunteer_id)
    WHERE id = old.volunteer_id;
END;
CREATE TRIGGER history_follows_start AFTER UPDATE OF starts_at ON events
WHEN old.starts_at <> new.starts_at
BEGIN
    UPDATE volunteers
    SET last_attended_at = (SELECT h.last_attended_at FROM volunteer_histories h WHERE h.volunteer_id = volunteers.id)
    WHERE id IN (SELECT p.volunteer_id FROM participations p WHERE p.event_id = new.id AND p.status = 'attended');
END;

-- == Mail ==
-- Whom else a mail concerns than a volunteer and an event.
ALTER TABLE outbox ADD COLUMN participation_id INTEGER REFERENCES participations (id) ON DELETE SET NULL;
ALTER TABLE outbox ADD COLUMN outreach_id INTEGER REFERENCES outreach (id) ON DELETE SET NULL;
ALTER TABLE outbox ADD COLUMN user_id INTEGER REFERENCES users (id) ON DELETE CASCADE;
-- Until when the one who is sending it has it to themselves; another may take it up then.
ALTER TABLE outbox ADD COLUMN taken_until TEXT CHECK (taken_until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');
-- When somebody last had it tried again; it is given up so long after that.
ALTER TABLE outbox ADD COLUMN retried_at TEXT CHECK (retried_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');
-- Whether a mail server hung, or hung up, when it was to take it: all others are sent first.
ALTER TABLE outbox ADD COLUMN stalled INTEGER NOT NULL DEFAULT 0 CHECK (stalled IN (0, 1));
CREATE INDEX outbox_stalled ON outbox (next_attempt_at, id) WHERE state = 'waiting' AND stalled = 1;
CREATE INDEX outbox_by_participation ON outbox (participation_id);
CREATE INDEX outbox_by_outreach ON outbox (outreach_id);
CREATE INDEX outbox_by_user ON outbox (user_id);
-- Mails that anybody can cause at the public door, by the address they go to as addresses are compared: so many are sent there in an hour.
CREATE INDEX outbox_by_door ON outbox (lower(recipient), created_at)
WHERE kind IN ('signup_confirmed', 'signup_waitlisted', 'signup_cancelled');

-- Links in mails that are no log-in: to see and cancel one's own sign-up, to get no more outreach. Each mail has its own; made when the
-- mail is sent, stored as the lower-case hex SHA-256 of the secret.
CREATE TABLE mail_links (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    hash       TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    purpose    TEXT NOT NULL CHECK (purpose IN ('manage_signup', 'unsubscribe')),
    participation_id INTEGER REFERENCES participations (id) ON DELETE CASCADE,
    volunteer_id     INTEGER REFERENCES volunteers (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    -- From when its age counts, once it was found to be wanted for longer than its own says.
    counts_from TEXT CHECK (counts_from GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    CHECK ((purpose = 'manage_signup') = (participation_id IS NOT NULL) AND (purpose = 'unsubscribe') = (volunteer_id IS NOT NULL))
) STRICT;
CREATE INDEX mail_links_by_age ON mail_links (coalesce(counts_from, created_at));
CREATE INDEX mail_links_by_participation ON mail_links (participation_id);
CREATE INDEX mail_links_by_volunteer ON mail_links (volunteer_id);

-- The calendar invite of an event and a person: one for life, also of one who left the roster and came again. Its SEQUENCE is the event's
-- `invite_sequence` and this one's together.
CREATE TABLE invites (
    uid          TEXT PRIMARY KEY,
    event_id     INTEGER NOT NULL REFERENCES events (id),
    volunteer_id INTEGER NOT NULL REFERENCES volunteers (id) ON DELETE CASCADE,
    sequence     INTEGER NOT NULL DEFAULT 0,
    UNIQUE (event_id, volunteer_id)
) STRICT;
CREATE INDEX invites_by_volunteer ON invites (volunteer_id);
