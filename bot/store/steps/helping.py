"""Steps from 8 on: the work at the desk, and the life of an answer."""

from __future__ import annotations

from sqlite_utils import Database

from bot.store.steps.tables import create


def m008_forgetting(db: Database) -> None:
    """What was handled long ago, and whom the bot alerted lately in a thread, is found at once."""
    create(
        db,
        "CREATE INDEX handled_at ON handled (handled_at)",
        "CREATE INDEX outbox_thread ON outbox (thread, queued_at) WHERE style = 'text'",
    )


def m009_desk(db: Database) -> None:
    """What a case's card shows, who has to answer it, who asks it too."""
    create(
        db,
        "ALTER TABLE cases ADD COLUMN why TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE cases ADD COLUMN near TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE cases ADD COLUMN patient INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE cases ADD COLUMN body TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE cases ADD COLUMN officials INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE cases ADD COLUMN handed_at TEXT",
        "ALTER TABLE cases ADD COLUMN claimed_at TEXT",
        "ALTER TABLE cases ADD COLUMN snoozed_until TEXT",
        "ALTER TABLE cases ADD COLUMN answer_by TEXT",
        "ALTER TABLE cases ADD COLUMN reached INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE cases ADD COLUMN reminded_at TEXT",
        "ALTER TABLE cases ADD COLUMN look_at TEXT",
        # What is at the desk already is looked at once something changes it: not all at once.
        "UPDATE cases SET look_at = due_at WHERE status = 'waiting'",
        "CREATE INDEX case_look_at ON cases (look_at) WHERE look_at IS NOT NULL",
        "ALTER TABLE cases ADD COLUMN merged_into INTEGER REFERENCES cases (id)",
        "ALTER TABLE cases ADD COLUMN demand INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE cases ADD COLUMN card TEXT NOT NULL DEFAULT ''",
        "UPDATE cases SET handed_at = opened_at WHERE desk_thread IS NOT NULL",
        """
        CREATE TABLE followers (
            case_id INTEGER NOT NULL REFERENCES cases (id),
            person TEXT NOT NULL REFERENCES persons (key),
            front TEXT NOT NULL,
            room TEXT NOT NULL,
            event TEXT NOT NULL,
            root TEXT NOT NULL,
            lang TEXT NOT NULL,
            asked INTEGER NOT NULL,
            PRIMARY KEY (case_id, person, event)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX follower_event ON followers (front, room, event)",
    )


def m010_versions(db: Database) -> None:
    """Why there is each version of an entry, by whom, and how much it changed."""
    create(
        db,
        "ALTER TABLE entry_versions ADD COLUMN author TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry_versions ADD COLUMN vetter TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry_versions ADD COLUMN change TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry_versions ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry_versions ADD COLUMN author_person TEXT REFERENCES persons (key)",
        "ALTER TABLE entry_versions ADD COLUMN vetter_person TEXT REFERENCES persons (key)",
    )


def m011_time(db: Database) -> None:
    """How long first answers took, and until when an asker was told to expect one."""
    create(
        db,
        # Of what was answered before, nobody knows when: without a time, it counts for nothing.
        """
        CREATE TABLE first_answers (
            case_id INTEGER PRIMARY KEY REFERENCES cases (id),
            topic TEXT NOT NULL,
            opened_at TEXT NOT NULL,
            answered_at TEXT
        ) STRICT
        """,
        "INSERT INTO first_answers SELECT id, topic, opened_at, NULL FROM cases WHERE told <> ''",
        "CREATE INDEX first_answered_at ON first_answers (answered_at)",
        """
        CREATE TABLE promises (
            case_id INTEGER PRIMARY KEY REFERENCES cases (id),
            until TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX promised_until ON promises (until)",
    )


def m012_deeds(db: Database) -> None:
    """What people did for others."""
    create(
        db,
        """
        CREATE TABLE deeds (
            person TEXT NOT NULL REFERENCES persons (key),
            what TEXT NOT NULL,
            case_id INTEGER NOT NULL REFERENCES cases (id),
            thanker TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (person, what, case_id, thanker)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX deed_at ON deeds (at)",
        # Of what was done before, the answers are known; who vetted them is not.
        "INSERT INTO deeds SELECT answered_by, 'answered', id, '',"
        " coalesce(answered_at, cases.opened_at)"
        " FROM cases LEFT JOIN first_answers ON case_id = id"
        " WHERE answered_by IS NOT NULL AND told <> ''",
        "INSERT INTO deeds SELECT person, 'was vetted', case_id, '', at FROM deeds"
        " JOIN cases ON id = case_id WHERE status = 'vetted' AND draft IS NOT NULL",
    )


def m013_aftercare(db: Database) -> None:
    """Who was told that an answer changed after they got it, and in which language."""
    create(
        db,
        "ALTER TABLE given ADD COLUMN lang TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE given ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE given ADD COLUMN news TEXT REFERENCES outbox (key)",
        "CREATE INDEX given_entry ON given (entry_id, given_at)",
        "CREATE INDEX given_withdrawn ON given (entry_id) WHERE withdrawn",
        "CREATE INDEX given_news ON given (given_at) WHERE news IS NOT NULL",
        "CREATE INDEX entry_advice ON entry_versions (published_at) WHERE change = 'advice'",
        "CREATE INDEX entry_withdrawn ON entries (id) WHERE NOT served",
        """
        CREATE TABLE tallies (
            entry_id TEXT NOT NULL REFERENCES entries (id),
            version INTEGER NOT NULL,
            withdrawn INTEGER NOT NULL,
            told INTEGER NOT NULL,
            unreachable INTEGER NOT NULL,
            waiting INTEGER NOT NULL,
            PRIMARY KEY (entry_id, version, withdrawn)
        ) STRICT, WITHOUT ROWID
        """,
    )


def m014_reviews(db: Database) -> None:
    """About which entries people were asked whether they still hold."""
    create(
        db,
        """
        CREATE TABLE reviews (
            key TEXT PRIMARY KEY REFERENCES outbox (key),
            entry_id TEXT NOT NULL REFERENCES entries (id),
            valid_until TEXT NOT NULL,
            asked_at TEXT NOT NULL,
            UNIQUE (entry_id, valid_until)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX review_asked ON reviews (asked_at)",
        "CREATE INDEX entry_last_day ON entry_versions (valid_until) WHERE valid_until IS NOT NULL",
    )


def m015_flags(db: Database) -> None:
    """Of which entries somebody said that they are wrong; what was given is found by where."""
    create(
        db,
        """
        CREATE TABLE flags (
            case_id INTEGER PRIMARY KEY REFERENCES cases (id),
            entry_id TEXT NOT NULL REFERENCES entries (id),
            version INTEGER NOT NULL,
            flagged_at TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX flagged_entry ON flags (entry_id)",
        "CREATE INDEX outbox_in_thread ON outbox (thread) WHERE thread IS NOT NULL",
        "CREATE INDEX given_by_news ON given (news) WHERE news IS NOT NULL",
    )


def m016_translations(db: Database) -> None:
    """Which version of its original each version of a translation was made from."""
    create(
        db,
        "ALTER TABLE entry_versions ADD COLUMN translates INTEGER",
        "UPDATE entry_versions SET translates = ("
        "SELECT version FROM entries WHERE entries.id = entry_versions.translation_of)"
        " WHERE translation_of IS NOT NULL",
    )


def m017_taking_back(db: Database) -> None:
    """Which message a deed is, where taking that back undoes it; of older ones nobody knows.

    And what else was said for a case, when something of it is taken back.
    """
    create(
        db,
        """
        CREATE TABLE deed_messages (
            front TEXT NOT NULL,
            room TEXT NOT NULL,
            event TEXT NOT NULL,
            person TEXT NOT NULL REFERENCES persons (key),
            what TEXT NOT NULL,
            case_id INTEGER NOT NULL REFERENCES cases (id),
            thanker TEXT NOT NULL,
            PRIMARY KEY (front, room, event, person, what, case_id, thanker)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX message_of_deed ON deed_messages (case_id, person, what, thanker)",
        "CREATE INDEX note_of_case ON notes (case_id)",
    )


def m018_withdrawals(db: Database) -> None:
    """When a version of an entry was withdrawn, by whom, and why."""
    create(
        db,
        "ALTER TABLE entry_versions ADD COLUMN withdrawn_at TEXT",
        "ALTER TABLE entry_versions ADD COLUMN withdrawn_by TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry_versions ADD COLUMN withdrawn_reason TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE entry_versions ADD COLUMN withdrawn_person TEXT REFERENCES persons (key)",
    )


def m019_flags_of_entries(db: Database) -> None:
    """A case about an entry is told from a question that waits because of one."""
    create(db, "UPDATE cases SET why = 'why_wrong' WHERE id IN (SELECT case_id FROM flags)")


def m020_moves(db: Database) -> None:
    """Which room took the place of which, and what is for people who came along only."""
    create(
        db,
        """
        CREATE TABLE moves (
            front TEXT NOT NULL,
            room TEXT NOT NULL,
            successor TEXT NOT NULL,
            PRIMARY KEY (front, room)
        ) STRICT, WITHOUT ROWID
        """,
        "ALTER TABLE outbox ADD COLUMN if_there INTEGER NOT NULL DEFAULT 0",
    )


def m021_shown(db: Database) -> None:
    """What people were shown of drafts and entries, when a message came, numbers on cards."""
    create(
        db,
        """
        CREATE TABLE shown (
            key TEXT NOT NULL REFERENCES outbox (key),
            what TEXT NOT NULL,
            state TEXT NOT NULL,
            PRIMARY KEY (what, key)
        ) STRICT, WITHOUT ROWID
        """,
        "ALTER TABLE inbox ADD COLUMN received_at TEXT",
        "ALTER TABLE cases ADD COLUMN numbered INTEGER NOT NULL DEFAULT 0",
    )
