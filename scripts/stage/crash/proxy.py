"""The network between the bot and its homeserver, which fails on purpose.

Every request may be refused before the homeserver has it, or carried out with the bot never told
so: a 502 all the same, half of the answer, or a connection that breaks off.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

import aiohttp
from aiohttp import web
from yarl import URL

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "date", "server"}
_LONGEST_DELAY = 0.3


class Fault(StrEnum):
    """What goes wrong with a request."""

    BEFORE = "502, not carried out"
    AFTER = "502, carried out"
    TRUNCATED = "answer truncated"
    RESET = "connection reset, carried out"
    DELAY = "delayed"


_SHARES = {
    "sync": {Fault.BEFORE: 0.02, Fault.AFTER: 0.02, Fault.TRUNCATED: 0.03, Fault.RESET: 0.01},
    "send": {Fault.BEFORE: 0.03, Fault.AFTER: 0.05, Fault.TRUNCATED: 0.04, Fault.RESET: 0.03},
    # At its start the bot gives up, and its supervisor starts it again; a few of those will do.
    "other": {Fault.BEFORE: 0.005, Fault.AFTER: 0.005, Fault.TRUNCATED: 0.005},
}
"""How often a request of each kind fails in which way; a 429 is no fault of the network."""

_DELAYED = 0.1


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Proxy:
    """Listens on a free loopback port; an async context manager.

    Args:
        upstream: The homeserver's address.
        seed: Of what goes wrong.

    Attributes:
        faults: How often each went wrong.
        calm: While it is set, nothing goes wrong that is not wrong upstream.
    """

    def __init__(self, upstream: str, seed: int) -> None:
        self.faults: Counter[Fault] = Counter()
        self.calm = True
        self.url = ""
        self._upstream = upstream
        self._rng = random.Random(f"proxy {seed}")
        self._under_way: set[asyncio.Task[_Answer]] = set()
        self._session: aiohttp.ClientSession
        self._runner: web.AppRunner

    async def __aenter__(self) -> Proxy:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=False,
        )
        app = web.Application(client_max_size=1 << 24)
        app.router.add_route("*", "/{path:.*}", self._handle)
        # A long poll ends with the bot that asked.
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._under_way:
            task.cancel()
        await self._runner.cleanup()
        await self._session.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        fault = self._drawn(request)
        if fault is not None:
            self.faults[fault] += 1
        if fault is Fault.BEFORE:
            return web.Response(status=502, text="bad gateway")
        if fault is Fault.DELAY:
            await asyncio.sleep(self._rng.uniform(0, _LONGEST_DELAY))
        body = await request.read()
        forwarded = asyncio.create_task(self._forward(request, body))
        if request.method == "GET":
            answer = await forwarded
        else:
            # What has left the bot arrives, also when the bot is gone by then.
            self._under_way.add(forwarded)
            forwarded.add_done_callback(self._under_way.discard)
            answer = await asyncio.shield(forwarded)
        return await self._give(request, answer, fault)

    def _drawn(self, request: web.Request) -> Fault | None:
        if self.calm:
            return None
        path = request.path
        kind = "sync" if path.endswith("/sync") else "send" if request.method == "PUT" else "other"
        draw = self._rng.random()
        for fault, share in {**_SHARES[kind], Fault.DELAY: _DELAYED}.items():
            if draw < share:
                return fault
            draw -= share
        return None

    async def _forward(self, request: web.Request, body: bytes) -> _Answer:
        headers = {name: value for name, value in request.headers.items() if not _is_hop(name)}
        url = URL(self._upstream + request.raw_path, encoded=True)
        try:
            async with self._session.request(
                request.method, url, headers=headers, data=body or None
            ) as answer:
                kept = {name: value for name, value in answer.headers.items() if not _is_hop(name)}
                return _Answer(answer.status, kept, await answer.read())
        except aiohttp.ClientError:
            return _Answer(502, {}, b"bad gateway")

    async def _give(
        self, request: web.Request, answer: _Answer, fault: Fault | None
    ) -> web.StreamResponse:
        if fault is Fault.AFTER:
            return web.Response(status=502, text="bad gateway")
        if fault not in (Fault.TRUNCATED, Fault.RESET):
            return web.Response(status=answer.status, headers=answer.headers, body=answer.body)
        response = web.StreamResponse(status=answer.status, headers=answer.headers)
        if fault is Fault.TRUNCATED:
            response.content_length = len(answer.body)
            await response.prepare(request)
            await response.write(answer.body[: len(answer.body) // 2])
        if request.transport is not None:
            request.transport.close()
        return response


def _is_hop(name: str) -> bool:
    return name.lower() in _HOP
