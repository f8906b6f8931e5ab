"""The device's public keys at the homeserver: whole, once, whatever fails on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.chat.matrix.crypto.olm import Machine
from bot.chat.matrix.crypto.uploads import Uploads
from bot.chat.matrix.wire import Refused
from bot.errors import TryLater
from tests.unit.test_crypto_olm import BOT, machine


class Homeserver:
    """Keeps what is uploaded, and does not always say so.

    Attributes:
        ones, fallbacks: Names of keys, in the order in which they came.
        error: Raised instead of an answer, after the keys were taken or not.
    """

    def __init__(self) -> None:
        self.ones: list[str] = []
        self.fallbacks: list[str] = []
        self.error: Exception | None = None
        self.saved: Any = None

    async def ask(self, request: Any, patience: float = 0) -> dict[str, Any]:
        body = json.loads(request[2])
        if self.saved is not None:
            self.saved(body)
        if not isinstance(self.error, Refused):
            self.ones += [each for each in body.get("one_time_keys", {}) if each not in self.ones]
            self.fallbacks += [*body.get("fallback_keys", {})]
        if self.error is not None:
            raise self.error
        return {"one_time_key_counts": {"signed_curve25519": len(self.ones)}}


class Scene:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = Homeserver()
        self.start()

    def start(self) -> None:
        self.olm = machine(self.folder, BOT, "BOT")
        self.uploads = Uploads(self.olm, self.server)  # type: ignore[arg-type]

    def crash(self) -> None:
        self.olm.store.database.close()
        self.start()

    async def fails(self, error: Exception, *, fallback: bool) -> None:
        self.server.error = error
        with pytest.raises(type(error)):
            await self.uploads.upload(fallback=fallback)
        self.server.error = None


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path / "bot")
    yield made
    made.olm.store.database.close()


async def test_the_first_upload_has_everything_and_the_next_nothing_twice(scene: Scene) -> None:
    await scene.uploads.upload(fallback=True)
    assert (len(scene.server.ones), len(scene.server.fallbacks)) == (50, 1)
    assert scene.olm.account.shared
    await scene.uploads.upload(fallback=False)
    assert len(scene.server.ones) == 50


async def test_private_halves_are_on_disk_before_anybody_has_the_public_ones(scene: Scene) -> None:
    def on_disk(body: dict[str, Any]) -> None:
        other = Machine(BOT, "BOT", scene.olm.store)
        names = {name.partition(":")[2] for name in body["one_time_keys"]}
        assert names == set(other.account.one_time_keys["curve25519"])

    scene.server.saved = on_disk
    await scene.uploads.upload(fallback=True)
    assert scene.server.ones


async def test_what_was_taken_without_a_word_is_offered_again_and_not_doubled(
    scene: Scene,
) -> None:
    await scene.fails(TryLater("502, carried out"), fallback=True)
    scene.crash()
    await scene.uploads.upload(fallback=True)
    assert len(scene.server.ones) == 50
    # The same fallback key: one more would push out the one that may be in use.
    assert len(set(scene.server.fallbacks)) == 1


async def test_a_fallback_key_that_was_used_is_followed_by_another(scene: Scene) -> None:
    await scene.uploads.upload(fallback=True)
    await scene.uploads.upload(fallback=True)
    assert len(set(scene.server.fallbacks)) == 2


async def test_names_that_the_homeserver_refuses_are_not_offered_again(scene: Scene) -> None:
    """As after an old copy of the disk: the same names for other keys, refused for ever."""
    offered: list[set[str]] = []
    scene.server.saved = lambda body: offered.append({*body["one_time_keys"]})
    await scene.fails(Refused(400, "M_UNKNOWN", "already exists"), fallback=True)
    scene.crash()
    await scene.uploads.upload(fallback=True)
    assert len(scene.server.ones) == 50
    assert not offered[0] & offered[1]
