"""Who gets a room's key, and who is asked for what, at a homeserver of our own making."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from peewee import DatabaseError
from vodozemac import Account

from bot.chat.matrix.crypto.crosssigning import canonical
from bot.chat.matrix.crypto.olm import Machine
from bot.chat.matrix.crypto.rotation import USUAL, Rotation, rotation_in
from bot.chat.matrix.crypto.sharing import Sharing
from bot.chat.matrix.wire import Refused
from bot.errors import StoreUnavailable, TryLater
from tests.unit.test_crypto_olm import ANNA, BOT, ROOM, VERA, machine

FAR = "@fay:far"


class Homeserver:
    """Answers as one does; some homeservers behind it are away.

    Attributes:
        devices: The devices of everybody.
        away: Names of homeservers that do not answer.
        asked: The requests: what was wanted, for whom.
        sent: What was sent to devices: type, and to whom.
        spoilt: Users whose homeserver tells something else of their devices and one-time keys:
            what stands beside what they signed, or what stands in its place.
    """

    def __init__(self) -> None:
        self.devices: list[Machine] = []
        self.away: set[str] = set()
        self.asked: list[tuple[str, list[str]]] = []
        self.sent: list[tuple[str, list[str]]] = []
        self.error: Exception | None = None
        self.meanwhile: Any = None
        self.spoilt: dict[str, Any] = {}

    async def ask(self, request: Any, patience: float = 0) -> dict[str, Any]:
        _, path, *body = request
        what = json.loads(body[0])
        if self.error is not None:
            raise self.error
        if "sendToDevice" in path:
            self.sent.append((path.split("/")[-2], sorted(what["messages"])))
            return {}
        section = "device_keys" if "query" in path else "one_time_keys"
        self.asked.append(("query" if "query" in path else "claim", sorted(what[section])))
        told: dict[str, Any] = {section: {}, "failures": {each: {} for each in self.away}}
        for device in self.devices:
            if device.user_id not in what[section] or server(device.user_id) in self.away:
                continue
            given = self._keys(device) if section == "device_keys" else self._one(device)
            odd = self.spoilt.get(device.user_id, {}).get(section, given)
            given = {**given, **odd} if section == "device_keys" and isinstance(odd, dict) else odd
            told[section].setdefault(device.user_id, {})[device.device_id] = given
        if self.meanwhile is not None:
            self.meanwhile()
        return told

    def _keys(self, device: Machine) -> Any:
        device.account.shared, device.uploaded_key_count = False, None
        return device.share_keys()["device_keys"]

    def _one(self, device: Machine) -> Any:
        account = device.account
        account.mark_keys_as_published()
        account.generate_one_time_keys(1)
        ((name, key),) = account.one_time_keys["curve25519"].items()
        account.mark_keys_as_published()
        thing: dict[str, Any] = {"key": key}
        thing["signatures"] = {
            device.user_id: {f"ed25519:{device.device_id}": device.sign_json(thing)}
        }
        return {f"signed_curve25519:{name}": thing}


def server(user: str) -> str:
    return user.partition(":")[2]


class Scene:
    """The bot, and a homeserver with Anna, Vera and Fay, who is from elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = datetime(2026, 1, 5, 9, tzinfo=UTC)
        self.server = Homeserver()
        self.bot = machine(folder / "bot", BOT, "BOT")
        for number, user in enumerate((ANNA, VERA, FAR)):
            self.server.devices.append(machine(folder / f"{number}", user, "PHONE"))
        self.sharing = Sharing(self.bot, self.server, lambda: self.now)  # type: ignore[arg-type]

    async def say(self, *members: str, rotation: Rotation = USUAL) -> str:
        """Says something to these; gives the session in which it was said."""
        told = await self.sharing.encrypted(
            ROOM, members, "m.room.message", {"body": "x"}, rotation
        )
        return str(told["session_id"])

    def got_keys(self) -> list[str]:
        """Who was sent keys since last asked."""
        got = sorted(user for kind, users in self.server.sent if kind for user in users)
        self.server.sent.clear()
        return got


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    for each in (made.bot, *made.server.devices):
        each.store.database.close()


async def test_everybody_gets_the_key_once(scene: Scene) -> None:
    first = await scene.say(ANNA, VERA, FAR)
    assert scene.got_keys() == sorted([ANNA, VERA, FAR])
    assert await scene.say(ANNA, VERA, FAR) == first
    assert scene.got_keys() == []
    assert [what for what, _ in scene.server.asked] == ["query", "claim"]


async def test_a_server_that_is_away_holds_nobody_up_and_is_asked_again_later(
    scene: Scene,
) -> None:
    scene.server.away = {"far"}
    await scene.say(ANNA, FAR)
    assert scene.got_keys() == [ANNA]
    for _ in range(3):
        await scene.say(ANNA, FAR)
    assert [users for what, users in scene.server.asked if what == "query"] == [[ANNA, FAR]]
    scene.server.away = set()
    scene.now += timedelta(minutes=5)
    await scene.say(ANNA, FAR)
    assert scene.got_keys() == [FAR]


async def test_who_leaves_or_loses_a_device_gets_no_further_key(scene: Scene) -> None:
    first = await scene.say(ANNA, VERA)
    second = await scene.say(ANNA)
    assert second != first
    scene.got_keys()
    await scene.say(ANNA, VERA)
    scene.server.devices = [each for each in scene.server.devices if each.user_id != VERA]
    scene.bot.add_changed_users({VERA})
    scene.got_keys()
    await scene.say(ANNA, VERA)
    assert scene.got_keys() == [ANNA]


async def test_a_key_serves_for_as_many_messages_as_the_room_says(scene: Scene) -> None:
    three = Rotation(messages=3)
    first = [await scene.say(ANNA, rotation=three) for _ in range(4)]
    assert len(set(first[:3])) == 1
    assert first[3] != first[0]
    # The room wants it more often from now on.
    assert await scene.say(ANNA, rotation=Rotation(messages=1)) != first[3]


async def test_a_key_serves_for_as_long_as_the_room_says(scene: Scene) -> None:
    hours = Rotation(age=timedelta(hours=2))
    first = await scene.say(ANNA, rotation=hours)
    session = scene.bot.outbound_group_sessions[ROOM]
    session.creation_time -= timedelta(hours=1)
    assert await scene.say(ANNA, rotation=hours) == first
    session.creation_time -= timedelta(hours=1)
    assert await scene.say(ANNA, rotation=hours) != first


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({}, USUAL),
        ({"rotation_period_msgs": 20}, Rotation(messages=20)),
        ({"rotation_period_msgs": 0}, Rotation(messages=1)),
        ({"rotation_period_msgs": 10**30, "rotation_period_ms": 10**30}, USUAL),
        ({"rotation_period_ms": 86_400_000}, Rotation(age=timedelta(days=1))),
        ({"rotation_period_ms": 1}, Rotation(age=timedelta(hours=1))),
        ({"rotation_period_msgs": -1, "rotation_period_ms": -1}, USUAL),
        ({"rotation_period_msgs": True, "rotation_period_ms": "1"}, USUAL),
        ({"rotation_period_msgs": [3], "rotation_period_ms": 1.5}, USUAL),
    ],
    ids=str,
)
def test_a_room_may_have_its_keys_changed_sooner_than_usual_within_bounds(
    content: dict[str, Any], expected: Rotation
) -> None:
    assert rotation_in(content) == expected


async def test_a_device_that_was_gone_and_is_there_again_gets_keys_again(scene: Scene) -> None:
    """Such as after a log-out and a log-in under the same id; with other keys or the same."""
    everybody = scene.server.devices
    await scene.say(ANNA, VERA)
    fresh = machine(scene.folder / "fresh", VERA, "PHONE")
    for back in ([*everybody], [*(each for each in everybody if each.user_id != VERA), fresh]):
        scene.server.devices = [each for each in everybody if each.user_id != VERA]
        scene.bot.add_changed_users({VERA})
        await scene.say(ANNA, VERA)
        scene.server.devices = back
        scene.bot.add_changed_users({VERA})
        scene.got_keys()
        await scene.say(ANNA, VERA)
        assert scene.got_keys() == [VERA]
    everybody.append(fresh)


async def test_a_fingerprint_that_changes_while_the_device_is_there_is_not_believed(
    scene: Scene,
) -> None:
    """A homeserver could put its own device in the place of somebody's."""
    await scene.say(VERA)
    other = machine(scene.folder / "other", VERA, "PHONE")
    scene.server.devices.append(other)
    before = scene.bot.device_store[VERA]["PHONE"].ed25519
    scene.server.devices = [other]
    scene.bot.add_changed_users({VERA})
    await scene.say(VERA)
    assert scene.bot.device_store[VERA]["PHONE"].ed25519 == before


async def test_what_changes_while_the_answer_is_under_way_is_asked_for_again(
    scene: Scene,
) -> None:
    def changes() -> None:
        scene.bot.add_changed_users({ANNA})
        scene.server.meanwhile = None

    scene.server.meanwhile = changes
    await scene.say(ANNA)
    await scene.say(ANNA)
    queries = [users for what, users in scene.server.asked if what == "query"]
    assert queries == [[ANNA], [ANNA]]


@pytest.mark.parametrize("error", [TryLater("away"), Refused(400, "M_UNKNOWN", "no")])
async def test_what_could_not_be_asked_is_asked_again(scene: Scene, error: Exception) -> None:
    await scene.say(ANNA)
    scene.bot.add_changed_users({ANNA})
    scene.server.error = error
    with suppress(TryLater):
        await scene.sharing.learn([ANNA])
    scene.server.error = None
    scene.server.asked.clear()
    await scene.say(ANNA)
    assert scene.server.asked == [("query", [ANNA])]


async def test_of_who_can_not_be_read_the_devices_are_asked_for_once_in_ten_minutes(
    scene: Scene,
) -> None:
    """Each try of each message that couldn't be read asked anew."""

    async def asked() -> int:
        scene.server.asked.clear()
        for _ in range(3):
            await scene.sharing.learn_anew([ANNA])
        return len(scene.server.asked)

    assert await asked() == 1
    scene.now += timedelta(minutes=9)
    assert await asked() == 0
    scene.bot.add_changed_users({ANNA})  # The homeserver says that there is a new one.
    assert await asked() == 1
    scene.now += timedelta(minutes=10)
    assert await asked() == 1


async def test_a_question_for_devices_that_had_no_answer_is_asked_again(scene: Scene) -> None:
    scene.server.error = TryLater("away")
    with pytest.raises(TryLater):
        await scene.sharing.learn_anew([ANNA])
    scene.server.error = None
    await scene.sharing.learn_anew([ANNA])
    assert scene.server.asked == [("query", [ANNA])]


@pytest.mark.parametrize(
    "beside",
    ["x", 5, ["x"], {"device_display_name": {}}, {"device_display_name": "\ud800"}],
    ids=ascii,
)
async def test_what_nobody_signed_beside_a_devices_keys_does_no_harm(
    scene: Scene, beside: Any
) -> None:
    """``unsigned`` of another homeserver raised AttributeError, which ended the bot."""
    scene.server.spoilt[FAR] = {"device_keys": {"unsigned": beside}}
    await scene.say(ANNA, FAR)
    assert scene.got_keys() == [ANNA, FAR]


@pytest.mark.parametrize("curve", ["", "AAAA", "A" * 10_000, "é", None, 5, []], ids=ascii)
async def test_a_device_with_a_key_that_is_none_is_passed_over(scene: Scene, curve: Any) -> None:
    fay = scene.server.devices[2]
    keys: dict[str, Any] = {
        "user_id": FAR,
        "device_id": "PHONE",
        "keys": {"ed25519:PHONE": fay.account.identity_keys["ed25519"], "curve25519:PHONE": curve},
    }
    keys["signatures"] = {FAR: {"ed25519:PHONE": fay.sign_json(keys)}}
    scene.server.spoilt[FAR] = {"device_keys": keys}
    await scene.say(ANNA, FAR)
    assert scene.got_keys() == [ANNA]
    assert not list(scene.bot.device_store.active_user_devices(FAR))


@pytest.mark.parametrize("signature", [None, 5, ["x"], "é", "A" * 86], ids=ascii)
@pytest.mark.parametrize("fingerprint", [None, 5, ["x"], "é", "A" * 43], ids=ascii)
async def test_a_device_with_a_fingerprint_or_a_signature_that_is_none_is_passed_over(
    scene: Scene, fingerprint: Any, signature: Any
) -> None:
    """Two times ``null`` raised AttributeError, which ended the bot."""
    curve = scene.server.devices[2].account.identity_keys["curve25519"]
    scene.server.spoilt[FAR] = {
        "device_keys": {
            "keys": {"ed25519:PHONE": fingerprint, "curve25519:PHONE": curve},
            "signatures": {FAR: {"ed25519:PHONE": signature}},
        }
    }
    await scene.say(ANNA, FAR)
    assert scene.got_keys() == [ANNA]


async def test_a_fingerprint_in_another_spelling_is_passed_over(scene: Scene) -> None:
    """In the alphabet for addresses it was a good one here, but nio raised KeyException."""
    account = Account()
    while not {"+", "/"} & set(account.ed25519_key.to_base64()):
        account = Account()
    spelt = account.ed25519_key.to_base64().replace("+", "-").replace("/", "_")
    curve = account.curve25519_key.to_base64()
    keys: dict[str, Any] = {"algorithms": [], "user_id": FAR, "device_id": "PHONE"}
    keys["keys"] = {"ed25519:PHONE": spelt, "curve25519:PHONE": curve}
    signature = account.sign(canonical(keys)).to_base64()
    keys["signatures"] = {FAR: {"ed25519:PHONE": signature}}
    scene.server.spoilt[FAR] = {"device_keys": keys}
    await scene.say(ANNA, FAR)
    assert scene.got_keys() == [ANNA]


@pytest.mark.parametrize(
    "given",
    [
        [],
        "x",
        {},
        {"AB": 5},
        {"signed_curve25519:x": None},
        {"signed_curve25519:x": "y"},
        {"signed_curve25519:x": {"key": 5, "signatures": 5}},
        {"signed_curve25519:x": {"key": 5, "signatures": {FAR: {"ed25519:PHONE": 5}}}},
    ],
    ids=str,
)
async def test_a_malformed_one_time_key_costs_nobody_elses_device_its_key(
    scene: Scene, given: Any
) -> None:
    """``[]``, ``"x"`` and ``{"AB": 5}`` raised AttributeError, which ended the bot."""
    scene.server.spoilt[FAR] = {"one_time_keys": given}
    await scene.say(FAR, ANNA)
    assert scene.got_keys() == [ANNA]


async def test_an_answer_that_can_not_be_kept_leaves_nobodys_new_device_forgotten(
    scene: Scene,
) -> None:
    """Vera's new telephone stayed without keys: her change counted as learned."""
    await scene.say(VERA)
    new = machine(scene.folder / "new", VERA, "NEWPHONE")
    scene.server.devices.append(new)
    scene.bot.add_changed_users({VERA})
    keep = scene.bot.store.save_device_keys

    def full(_: Any) -> None:
        raise DatabaseError("the disk is full")

    scene.bot.store.save_device_keys = full
    with pytest.raises(StoreUnavailable):
        await scene.say(VERA)
    scene.bot.store.save_device_keys = keep
    scene.got_keys()
    scene.server.asked.clear()
    await scene.say(VERA)
    assert ("query", [VERA]) in scene.server.asked
    assert scene.got_keys() == [VERA]
