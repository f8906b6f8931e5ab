"""Lines of a terminal, pipe or file, awaited without holding up the event loop."""

from __future__ import annotations

import asyncio
import os
from typing import TextIO

_AT_ONCE = 65536


class Lines:
    """Reads a stream line by line.

    The event loop watches the file descriptor, so that a cancelled wait leaves nothing behind. A
    thread that sits in ``readline`` could only be ended by one more line, and would keep the
    process from going. Where the loop can't watch (Windows), such a thread it is.
    """

    def __init__(self, source: TextIO) -> None:
        self._source = source
        self._buffer = b""

    async def next(self) -> str | None:
        """The next line without its end; None when there are no more."""
        try:
            descriptor = self._source.fileno()
        except (OSError, ValueError):  # In memory: never blocks.
            return _line(self._source.readline())
        while b"\n" not in self._buffer:
            try:
                await _readable(descriptor)
            except NotImplementedError:
                return _line(await asyncio.to_thread(self._source.readline))
            chunk = os.read(descriptor, _AT_ONCE)
            if not chunk:
                rest, self._buffer = self._buffer, b""
                return _line(self._decoded(rest))
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return self._decoded(line).removesuffix("\r")

    def _decoded(self, data: bytes) -> str:
        return data.decode(self._source.encoding or "utf-8", errors="replace")


def _line(text: str) -> str | None:
    return text.rstrip("\r\n") if text else None


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(descriptor, ready.set)
    except PermissionError:  # A regular file is always ready, and epoll refuses it.
        return
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)
