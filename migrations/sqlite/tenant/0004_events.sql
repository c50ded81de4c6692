-- Events, whole: their life, the people on their rosters and what these are told, search, calendars, and the keys of the public API.

-- == The life of an event ==
-- Why it was cancelled, and when it came to its end.
ALTER TABLE events ADD COLUMN cancel_reason TEXT CHECK (cancel_reason IN ('weather', 'presenter_cancelled', 'teacher_cancelled',
    'school_conflict', 'technical_issues', 'low_enrollment', 'scheduling_error', 'other'));
ALTER TABLE events ADD COLUMN cancel_note TEXT;
ALTER TABLE events ADD COLUMN cancelled_at TEXT CHECK (cancelled_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');
ALTER TABLE events ADD COLUMN completed_at TEXT CHECK (completed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');
-- Rises when time or place change, and with the cancellation: the SEQUENCE of its invites.
ALTER TABLE events ADD COLUMN invite_sequence INTEGER NOT NULL DEFAULT 0;

-- == People and rosters ==
CREATE TABLE volunteers (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    first_name     TEXT NOT NULL,
    last_name      TEXT NOT NULL,
    -- Last name, then first name, folded: lists are sorted by it.
    folded_name    TEXT NOT NULL,
    email          TEXT,
    folded_email   TEXT UNIQUE,
    phone          TEXT,
    organization   TEXT,
    title          TEXT,
    career_type_id INTEGER REFERENCES career_types (id),
    city           TEXT,
    state          TEXT,
    postal_code    TEXT,
    active         INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    email_opt_out  INTEGER NOT NULL DEFAULT 0 CHECK (email_opt_out IN (0, 1)),
    do_not_contact INTEGER NOT NULL DEFAULT 0 CHECK (do_not_contact IN (0, 1)),
    version        INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    CHECK ((email IS NULL) = (folded_email IS NULL))
) STRICT;
CREATE INDEX volunteers_by_name ON volunteers (folded_name, id);
CREATE INDEX volunteers_by_career_type ON volunteers (career_type_id);

-- Who is on which event's roster, once each.
CREATE TABLE participations (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id     INTEGER NOT NULL REFERENCES events (id),
    volunteer_id INTEGER NOT NULL REFERENCES volunteers (id),
    status       TEXT NOT NULL CHECK (status IN ('invited', 'waitlisted', 'confirmed', 'declined', 'attended', 'no_show')),
    type         TEXT NOT NULL DEFAULT 'volunteer' CHECK (type IN ('volunteer', 'speaker', 'mentor', 'facilitator', 'organizer')),
    -- Whether a calendar invite was sent: its cancellation is owed then.
    has_invite   INTEGER NOT NULL DEFAULT 0 CHECK (has_invite IN (0, 1)),
    notes        TEXT,
    -- When they signed up themselves, if they did: what becomes of the event is then told to one who asked not to be contacted, too.
    signed_up_at TEXT CHECK (signed_up_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    invited_at TEXT CHECK (invited_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    waitlisted_at TEXT CHECK (waitlisted_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    confirmed_at TEXT CHECK (confirmed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    declined_at TEXT CHECK (declined_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    attended_at TEXT CHECK (attended_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    minutes      INTEGER CHECK (minutes >= 0),
    version      INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    UNIQUE (event_id, volunteer_id)
) STRICT;
CREATE INDEX participations_by_volunteer ON participations (volunteer_id, event_id);

-- == Mail ==
-- Every mail is a row, written with the change that causes it. What it says is made from `kind` and `data` when it is delivered.
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT NOT NULL CHECK (kind <> ''),
    recipient    TEXT NOT NULL,
    volunteer_id INTEGER REFERENCES volunteers (id),
    event_id     INTEGER REFERENCES events (id),
    data         TEXT NOT NULL CHECK (json_type(data) = 'object'),
    state        TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'held')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT NOT NULL CHECK (next_attempt_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    last_error   TEXT,
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    sent_at TEXT CHECK (sent_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z')
) STRICT;
CREATE INDEX outbox_by_turn ON outbox (state, next_attempt_at, id);
CREATE INDEX outbox_by_event ON outbox (event_id);
CREATE INDEX outbox_by_volunteer ON outbox (volunteer_id);

-- == Requests that may be repeated ==
-- What was answered to a change that came with an idempotency key, without any secret it held, kept for a day. `key` and `body` are
-- SHA-256 digests (hex) of the key and of what was asked for.
CREATE TABLE answered_requests (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    operation  TEXT NOT NULL,
    actor      TEXT NOT NULL,
    key        TEXT NOT NULL CHECK (length(key) = 64),
    body       TEXT NOT NULL CHECK (length(body) = 64),
    answer     TEXT NOT NULL CHECK (json_valid(answer)),
    answered_at TEXT NOT NULL CHECK (answered_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    UNIQUE (actor, operation, key)
) STRICT;
CREATE INDEX answered_requests_by_time ON answered_requests (answered_at);

-- == Search ==
-- The title as `fold` makes it: lists are sorted by it. Kept by whoever writes the title.
ALTER TABLE events ADD COLUMN folded_title TEXT NOT NULL DEFAULT '';
UPDATE events SET folded_title = polaris_fold(title);
-- Every order that a list may have.
CREATE INDEX events_by_title ON events (folded_title, starts_at, id);
CREATE INDEX events_by_creation ON events (created_at, id);
CREATE INDEX events_by_life ON events (
    CASE status WHEN 'draft' THEN 0 WHEN 'confirmed' THEN 1 WHEN 'published' THEN 2 WHEN 'completed' THEN 3 ELSE 4 END, starts_at, id);

-- The texts that can be searched. The index folds case and accents, but not letters that Unicode doesn't take apart: those are written out
-- here, and in the same way in what is looked for (`full_text::LETTERS`).
CREATE VIEW event_texts AS
SELECT id,
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(title
        , 'ß', 'ss'), 'ẞ', 'ss'), 'ł', 'l'), 'Ł', 'l'), 'ø', 'o'), 'Ø', 'o'), 'đ', 'd'), 'Đ', 'd'), 'ð', 'd'), 'Ð', 'd')
        , 'ħ', 'h'), 'Ħ', 'h'), 'ı', 'i'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe'), 'þ', 'th'), 'Þ', 'th') AS title,
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(description
        , 'ß', 'ss'), 'ẞ', 'ss'), 'ł', 'l'), 'Ł', 'l'), 'ø', 'o'), 'Ø', 'o'), 'đ', 'd'), 'Đ', 'd'), 'ð', 'd'), 'Ð', 'd')
        , 'ħ', 'h'), 'Ħ', 'h'), 'ı', 'i'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe'), 'þ', 'th'), 'Þ', 'th') AS description,
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(location
        , 'ß', 'ss'), 'ẞ', 'ss'), 'ł', 'l'), 'Ł', 'l'), 'ø', 'o'), 'Ø', 'o'), 'đ', 'd'), 'Đ', 'd'), 'ð', 'd'), 'Ð', 'd')
        , 'ħ', 'h'), 'Ħ', 'h'), 'ı', 'i'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe'), 'þ', 'th'), 'Þ', 'th') AS location
FROM events;
-- Which words are in which event. `doctor` holds it against the texts, and can make it anew.
CREATE VIRTUAL TABLE event_search USING fts5 (title, description, location, content = 'event_texts', content_rowid = 'id',
    columnsize = 0, tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO event_search (event_search) VALUES ('rebuild');
-- The index takes an event out by the very texts it was put in with: before they change.
CREATE TRIGGER event_search_follows_insert AFTER INSERT ON events
BEGIN
    INSERT INTO event_search (rowid, title, description, location)
    SELECT id, title, description, location FROM event_texts WHERE id = new.id;
END;
CREATE TRIGGER event_search_follows_delete BEFORE DELETE ON events
BEGIN
    INSERT INTO event_search (event_search, rowid, title, description, location)
    SELECT 'delete', id, title, description, location FROM event_texts WHERE id = old.id;
END;
CREATE TRIGGER event_search_forgets_before_update BEFORE UPDATE OF id, title, description, location ON events
WHEN old.id <> new.id OR old.title <> new.title OR old.description IS NOT new.description OR old.location <> new.location
BEGIN
    INSERT INTO event_search (event_search, rowid, title, description, location)
    SELECT 'delete', id, title, description, location FROM event_texts WHERE id = old.id;
END;
CREATE TRIGGER event_search_learns_after_update AFTER UPDATE OF id, title, description, location ON events
WHEN old.id <> new.id OR old.title <> new.title OR old.description IS NOT new.description OR old.location <> new.location
BEGIN
    INSERT INTO event_search (rowid, title, description, location)
    SELECT id, title, description, location FROM event_texts WHERE id = new.id;
END;

-- == Calendars ==
-- Secret addresses at which calendar programs read a tenant's events, each a user's: it shows what they may see for as long as they may.
-- Stored as the lower-case hex SHA-256 of the secret.
CREATE TABLE calendar_feeds (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    hash       TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       TEXT NOT NULL CHECK (name <> ''),
    created_at TEXT NOT NULL CHECK (created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'),
    -- To the hour.
    last_used_at TEXT CHECK (last_used_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:00:00.000Z')
) STRICT;
CREATE INDEX calendar_feeds_by_user ON calendar_feeds (user_id, id);

-- == Keys of the public API ==
-- What a key is for. One with an end was replaced by another and is good until then.
ALTER TABLE api_keys ADD COLUMN name TEXT NOT NULL DEFAULT 'Website' CHECK (name <> '');
-- When it was last used, to the hour; and what it has used of an hour and a day that begin with the first request in them, written down
-- now and then, so that a restart doesn't give it all of them anew.
ALTER TABLE api_keys ADD COLUMN last_used_at TEXT CHECK (last_used_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:00:00.000Z');
ALTER TABLE api_keys ADD COLUMN hour_began_at TEXT CHECK (hour_began_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');
ALTER TABLE api_keys ADD COLUMN hour_count INTEGER NOT NULL DEFAULT 0 CHECK (hour_count >= 0);
ALTER TABLE api_keys ADD COLUMN day_began_at TEXT CHECK (day_began_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z');
ALTER TABLE api_keys ADD COLUMN day_count INTEGER NOT NULL DEFAULT 0 CHECK (day_count >= 0);
