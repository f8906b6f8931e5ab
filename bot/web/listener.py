"""The listener on this machine: ``/livez``, ``/healthz``, ``/metrics``.

Plain HTTP without log-in, so it is for loopback addresses only, and says nothing but numbers
and the names of the bot's own parts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import ClientError, ClientSession, ClientTimeout, web
from prometheus_client.aiohttp import make_aiohttp_handler
from yarl import URL

from bot.errors import ConfigError, StoreUnavailable
from bot.web.health import PATIENCE, Health
from bot.web.meter import PrometheusMeter

ENDS_WITHIN = 1.0
"""Seconds that a request under way may still take when the bot ends."""

ANSWERS_WITHIN = 2.0
"""Seconds that a Loket elsewhere on this machine may take to say that it is one."""

_NAME = "loket"
"""What ``/livez`` answers with, so that Loket knows its own."""


@asynccontextmanager
async def listening(
    host: str,
    port: int,
    meter: PrometheusMeter,
    health: Health,
    refresh: Callable[[], Awaitable[None]],
) -> AsyncIterator[int]:
    """Answers while the context lasts; gives the port, which 0 leaves to the system.

    Args:
        host: A loopback address.
        port: See above.
        meter: What ``/metrics`` shows.
        health: What ``/healthz`` tells.
        refresh: Called before ``/metrics`` is read, for what is not counted as it happens.

    Raises:
        ConfigError: Nothing can listen there.
    """
    show = make_aiohttp_handler(meter.registry)

    async def livez(request: web.Request) -> web.StreamResponse:
        return web.json_response({"name": _NAME, "alive": True})

    async def healthz(request: web.Request) -> web.StreamResponse:
        parts = await health.parts()
        ready = all(parts.values())
        return web.json_response({"ready": ready, **parts}, status=200 if ready else 503)

    async def metrics(request: web.Request) -> web.StreamResponse:
        meter.ready(await health.parts())
        try:
            async with asyncio.timeout(PATIENCE):
                await refresh()
        except (StoreUnavailable, TimeoutError):
            meter.no_figures()
        return await show(request)

    app = web.Application()
    app.router.add_get("/livez", livez)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=ENDS_WITHIN)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            text = f"nothing can listen at {host}:{port} ({error.strerror or error}); "
            raise ConfigError("web.port", text + "choose another, or null for none") from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def answers_at(host: str, port: int) -> bool:
    """Whether it is a Loket that listens there."""
    url = URL.build(scheme="http", host=host, port=port, path="/livez")
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=ANSWERS_WITHIN)) as client,
            client.get(url) as answer,
        ):
            told = await answer.json()
    except (ClientError, OSError, TimeoutError, ValueError):
        return False
    return isinstance(told, dict) and told.get("name") == _NAME
