"""The crash test's network fails as it says: what it calls carried out, the homeserver has done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from stage.crash.proxy import Fault, Proxy
from yarl import URL

SENDS = 300


class Upstream:
    """A homeserver of one path.

    Attributes:
        done: The paths that it carried out.
    """

    def __init__(self) -> None:
        self.done: list[str] = []
        self.url = ""

    async def serve(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._do)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    async def _do(self, request: web.Request) -> web.Response:
        self.done.append(request.raw_path)
        return web.json_response({"event_id": "$" + "x" * 40, "heard": await request.text()})


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    upstream = Upstream()
    runner = await upstream.serve()
    yield upstream
    await runner.cleanup()


async def put(proxy: Proxy, path: str) -> str:
    """What a client makes of it that repeats nothing by itself, as aiohttp would."""
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(proxy.url).port)
    head = f"PUT {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"
    writer.write(head.encode() + b"{}")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    if not answer:
        return "reset"
    told, _, body = answer.partition(b"\r\n\r\n")
    status, *headers = told.decode().lower().split("\r\n")
    length = next(line for line in headers if line.startswith("content-length:"))
    whole = len(body) == int(length.split(":")[1])
    return status.split()[1] if whole else "truncated"


async def test_a_calm_network_passes_everything_on_as_it_is(upstream: Upstream) -> None:
    path = "/_matrix/client/v3/rooms/%21a%3Ab/send/m.room.message/1?x=%2F"
    async with Proxy(upstream.url, 1) as proxy, aiohttp.ClientSession() as session:
        url = URL(proxy.url + path, encoded=True)
        async with session.put(url, data=b'{"a": 1}') as answer:
            assert (await answer.json())["heard"] == '{"a": 1}'
        assert not proxy.faults
    assert upstream.done == [path]


async def test_each_fault_is_what_the_client_sees_and_the_homeserver_did(
    upstream: Upstream,
) -> None:
    seen: dict[str, int] = {}
    async with Proxy(upstream.url, 1) as proxy:
        proxy.calm = False
        for number in range(SENDS):
            told = await put(proxy, f"/send/{number}")
            seen[told] = seen.get(told, 0) + 1
        faults = proxy.faults
    assert faults.keys() == set(Fault)
    assert seen["502"] == faults[Fault.BEFORE] + faults[Fault.AFTER]
    assert seen["truncated"] == faults[Fault.TRUNCATED]
    assert seen["reset"] == faults[Fault.RESET]
    assert len(upstream.done) == SENDS - faults[Fault.BEFORE]


async def test_a_homeserver_that_is_away_is_a_bad_gateway(upstream: Upstream) -> None:
    async with Proxy("http://127.0.0.1:9", 1) as proxy:
        assert await put(proxy, "/send/1") == "502"
