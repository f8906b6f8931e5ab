"""Which room took the place of which, and to which one a name leads."""

from __future__ import annotations

from sqlite_utils import Database

from bot.store import rows
from bot.store.connection import Connection


class Naming:
    """As the port; a part of ``SqliteStore``."""

    _connection: Connection

    async def name_room(self, front: str, name: str, room: str) -> None:
        if name != room:
            await self._connection.write(lambda db: keep(db, front, name, room))

    async def room_named(self, front: str, name: str) -> str:
        return await self._connection.read(lambda db: latest(db, front, name))


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
