"""Which room took the place of which."""

from __future__ import annotations

from sqlite_utils import Database

from bot.store import rows


def keep(db: Database, front: str, room: str, successor: str) -> None:
    """Another room took the place of one."""
    row = {"front": front, "room": room, "successor": successor}
    conflict = "ON CONFLICT DO UPDATE SET successor = excluded.successor"
    rows.insert(db, "moves", row, conflict)


def latest(db: Database, front: str, room: str) -> str:
    """The last room of those that took its place one after the other; or that room."""
    sql = "SELECT successor FROM moves WHERE front = ? AND room = ?"
    seen = {room}
    while found := db.execute(sql, (front, room)).fetchone():
        if found[0] in seen:
            break
        room = found[0]
        seen.add(room)
    return room
