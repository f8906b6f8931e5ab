"""Sessions that broke are begun anew: together, beside the hearing, and not without end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chat.matrix.crypto.mending import Mending
from bot.chat.matrix.crypto.olm import OLM
from bot.chat.matrix.wire import Refused
from bot.errors import TryLater
from tests.sealing import offline
from tests.unit.test_crypto_olm import ANNA, BOT, VERA, machine
from tests.unit.test_crypto_sharing import FAR, Scene

ALL = ("sessions",)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    for each in (made.bot, *made.server.devices):
        each.store.database.close()


@pytest.fixture
async def mending(scene: Scene) -> Mending:
    """Everybody has a session with the bot."""
    await scene.say(ANNA, VERA, FAR)
    scene.got_keys()
    scene.server.asked.clear()
    return Mending(scene.bot, scene.sharing, lambda: scene.now)


def key_of(scene: Scene, user: str) -> str:
    (device,) = [each for each in scene.server.devices if each.user_id == user]
    return str(device.account.identity_keys["curve25519"])


async def tried(mending: Mending) -> bool:
    """Whether something was due; then it was tried."""
    for name in mending.due():
        await mending.attempt(name)
        return True
    return False


async def test_a_broken_session_is_begun_anew_once_an_hour(scene: Scene, mending: Mending) -> None:
    key = key_of(scene, ANNA)
    before = scene.bot.session_store.get(key)
    for _ in range(3):
        mending.broke(ANNA, key)
        await tried(mending)
    assert scene.got_keys() == [ANNA]
    assert scene.bot.session_store.get(key) is not before
    scene.now += timedelta(hours=1)
    mending.broke(ANNA, key)
    await tried(mending)
    assert scene.got_keys() == [ANNA]


async def test_all_that_broke_together_cost_one_query_and_one_claim(
    scene: Scene, mending: Mending
) -> None:
    """One was mended with each answer of sync, and the others waited for the next ones."""
    new = [machine(scene.folder / user[1:4], user, "NEW") for user in (ANNA, VERA)]
    scene.server.devices += new
    for device in scene.server.devices:
        mending.broke(device.user_id, device.account.identity_keys["curve25519"])
    assert await tried(mending)
    assert scene.server.asked == [("query", [ANNA, VERA]), ("claim", [ANNA, FAR, VERA])]
    assert [sorted(users) for _, users in scene.server.sent] == [[ANNA, FAR, VERA]]
    assert mending.due() == []


async def test_a_session_with_nobody_that_is_known_is_not_begun(
    scene: Scene, mending: Mending
) -> None:
    """Anybody can make up keys, or name somebody else's: the device is asked for once."""
    for number in range(3):
        mending.broke(ANNA, f"nobody's {number}")
        mending.broke(ANNA, key_of(scene, VERA))
        assert await tried(mending)
    assert (scene.server.asked, scene.server.sent) == ([("query", [ANNA])], [])
    assert mending.due() == []


async def test_while_the_homeserver_is_away_it_is_tried_with_growing_pauses_and_not_for_ever(
    scene: Scene, mending: Mending
) -> None:
    mending.broke(ANNA, "not known yet")
    mending.broke(VERA, key_of(scene, VERA))
    scene.server.error = TryLater("away", 3600)
    tries = []
    for second in range(0, 3600, 10):
        if await tried(mending):
            tries.append(second)
        scene.now += timedelta(seconds=10)
    assert tries == [0, 30, 90, 210, 450]


async def test_a_claim_that_is_refused_is_not_made_again_within_the_hour(
    scene: Scene, mending: Mending
) -> None:
    scene.server.error = Refused(400, "M_UNKNOWN", "no")
    mending.broke(VERA, key_of(scene, VERA))
    assert await tried(mending)
    mending.broke(VERA, key_of(scene, VERA))
    assert not await tried(mending)
    assert scene.got_keys() == []


async def test_a_homeserver_that_comes_back_is_asked_again(scene: Scene, mending: Mending) -> None:
    """What failed once was not tried for an hour, and then only if it broke again."""
    mending.broke(ANNA, key_of(scene, ANNA))
    scene.server.error = TryLater("away")
    assert await tried(mending)
    assert not await tried(mending)
    scene.server.error = None
    scene.now += timedelta(seconds=30)
    assert await tried(mending)
    assert scene.got_keys() == [ANNA]


async def test_a_device_that_could_not_be_told_is_told_later_of_the_same_session(
    scene: Scene, mending: Mending
) -> None:
    key = key_of(scene, ANNA)
    mending.broke(ANNA, key)

    def away() -> None:
        scene.server.error = TryLater("away")

    scene.server.meanwhile = away
    await tried(mending)
    begun = scene.bot.session_store.get(key)
    assert scene.server.asked == [("claim", [ANNA])]
    scene.server.meanwhile = scene.server.error = None
    scene.now += timedelta(seconds=30)
    await tried(mending)
    assert scene.got_keys() == [ANNA]
    assert scene.bot.session_store.get(key) is begun
    assert scene.server.asked == [("claim", [ANNA])]


async def test_nobody_leaves_no_room_for_another(scene: Scene, mending: Mending) -> None:
    for number in range(1000):
        mending.broke(FAR, f"nobody's {number}")
    mending.broke(ANNA, key_of(scene, ANNA))
    assert await tried(mending)
    assert scene.got_keys() == [ANNA]


async def test_hearing_asks_for_nothing_when_a_session_broke(tmp_path: Path) -> None:
    """It waited for the query, the claim and the answer of somebody else's server."""
    crypto = offline(tmp_path, BOT)
    mine = crypto._olm.account.identity_keys["curve25519"]
    content = {
        "algorithm": OLM,
        "sender_key": "A" * 43,
        "ciphertext": {mine: {"type": 1, "body": "AAAA"}},
    }
    event: dict[str, Any] = {"type": "m.room.encrypted", "sender": FAR, "content": content}
    crypto.take({"to_device": {"events": [event]}})
    await crypto.keep_up()  # There is nobody to ask.
    assert crypto.mending.due() == [ALL]
    crypto.close()
