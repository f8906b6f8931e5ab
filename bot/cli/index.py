"""``loket index``."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

from bot import app, config
from bot.cli.logs import log_to_stderr
from bot.ports import Store
from knowledge.errors import IndexBusy, IndexUnavailable, KnowledgeError
from knowledge.manifest import check_model

BUSY_FOR, BUSY_PAUSE = 60.0, 0.5
"""Seconds: how long another build is waited for, and between two looks."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what the command takes."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    build = actions.add_parser(
        "build", help="build it beside the live one, then switch; a running bot picks it up"
    )
    build.add_argument(
        "--full", action="store_true", help="embed every text anew, not only what changed"
    )
    actions.add_parser("status", help="what the live index holds, and whether it is sound")
    actions.add_parser("rollback", help="switch to the build before the live one")


async def execute(given: argparse.Namespace) -> int:
    """Builds, tells or goes back."""
    settings = config.load(given.config)
    log_to_stderr("warning")
    if given.action == "build":
        return await _build(settings, full=given.full)
    return await asyncio.to_thread(_status if given.action == "status" else _roll_back, settings)


async def follow(settings: config.Config, store: Store) -> int:
    """Has the index hold what was just published, and tells; gives the exit status.

    As after a publication at the desk: only what changed is embedded, beside the live index. A
    build that is under way elsewhere is waited for, since it may have begun before.
    """
    from knowledge.builds import current_build

    folder = app.index_folder(settings)
    before = current_build(folder)
    if before is None:
        print("There is no index yet: run `loket index build`.")
        return 0
    began = time.perf_counter()
    while True:
        try:
            manifest = await app.build_index(settings, store, app.embedder(settings))
        except IndexBusy as error:
            if time.perf_counter() - began > BUSY_FOR:
                return _not_indexed(error)
            await asyncio.sleep(BUSY_PAUSE)
        except KnowledgeError as error:
            return _not_indexed(error)
        else:
            break
    took = time.perf_counter() - began
    if manifest.name != before:
        print(f"Indexed in {took:.1f} s; a running bot finds it from the next question on.")
    return 0


def _not_indexed(error: KnowledgeError) -> int:
    print(f"Not indexed: {error}. When that is mended, run `loket index build`.")
    return 1


@contextmanager
def progress_bar() -> Iterator[app.Progress]:
    """A bar on standard error with entries per second; nothing when nothing is embedded."""
    from tqdm import tqdm

    bar: tqdm[Never] | None = None

    def show(done: int, total: int) -> None:
        nonlocal bar
        if bar is None and total:
            bar = tqdm(total=total, desc="embedding", unit=" entries")
        if bar is not None:
            bar.update(done - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()


async def _build(settings: config.Config, *, full: bool) -> int:
    from knowledge.builds import current_build

    began = time.perf_counter()
    folder = app.index_folder(settings)
    async with app.open_store(settings) as store:
        await app.take_over_entries(settings, store)
        before = current_build(folder)
        with progress_bar() as progress:
            manifest = await app.build_index(
                settings, store, app.embedder(settings), full=full, progress=progress
            )
    took = time.perf_counter() - began
    state = "nothing had changed" if manifest.name == before else f"live now, {took:.1f} s"
    print(f"{len(manifest.entries)} entries in {manifest.count} wordings: {state}.")
    return 0


def _status(settings: config.Config) -> int:
    from knowledge.builds import status

    found = status(app.index_folder(settings))
    if found.live is None:
        raise IndexUnavailable(found.problem)
    live, before = found.live, found.previous
    print(f"live       {live.name}, built {live.built_at:%Y-%m-%d %H:%M} UTC")
    print(f"model      {live.model}, {live.dimension} columns")
    print(f"entries    {len(live.entries)} in {live.count} wordings")
    print(f"before it  {before.name if before else 'none; no way back'}")
    if found.problem:
        raise IndexUnavailable(found.problem)
    check_model(live, app.embedder(settings).model)
    print("sound      every file agrees with its checksum, the model is the configured one")
    return 0


def _roll_back(settings: config.Config) -> int:
    from knowledge.builds import rollback

    manifest = rollback(app.index_folder(settings), app.embedder(settings).model)
    print(f"{manifest.name} is live: {len(manifest.entries)} entries. A running bot picks it up.")
    return 0
