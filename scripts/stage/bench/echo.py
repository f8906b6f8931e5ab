"""The least that a bot on Matrix can do: says back what is said. A process of its own."""

from __future__ import annotations

import asyncio
import os
import sys

from nio import AsyncClient, MatrixRoom, RoomMessageText

_WHOLE = {"room": {"timeline": {"limit": 1_000}}}


async def run(homeserver: str, user_id: str, token: str) -> None:
    """Says everything back until cancelled; prints a line once it listens."""
    client = AsyncClient(homeserver, user_id)
    client.access_token, client.user_id = token, user_id

    async def echo(room: MatrixRoom, event: RoomMessageText) -> None:
        if event.sender != user_id:
            content = {"msgtype": "m.notice", "body": event.body}
            await client.room_send(room.room_id, "m.room.message", content)

    try:
        await client.sync(timeout=0)
        client.add_event_callback(echo, RoomMessageText)
        print("listening", flush=True)
        # nio does not fetch what is left out of an answer: with the usual ten events of a room
        # in one answer, it would lose questions of a burst.
        await client.sync_forever(timeout=30_000, sync_filter=_WHOLE)
    finally:
        await client.close()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], os.environ["ECHO_TOKEN"]))
