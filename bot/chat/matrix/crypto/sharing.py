"""Encrypts what the bot says, and gives the room's key to every device of every member.

Rules:

- All devices of all joined members get the key, signed by their owner or not: a volunteer's new
  telephone must not fall silent. Clients call this trusting on first use.
- A key is not used any more once somebody who has it left the room or lost the device, after a
  hundred messages or a week, or sooner where the room says so (``rotation.py``), and after a
  restart of the bot.
- Whoever comes later gets the key from where it stands, not from its beginning.
- One homeserver that is away must neither silence the bot nor hold it up: what it does not tell is
  asked again later.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from nio import Api, KeysClaimResponse, KeysQueryResponse
from nio.crypto import OlmDevice
from vodozemac import Curve25519PublicKey, Ed25519PublicKey

from bot.chat.matrix.crypto.crosssigning import is_signed
from bot.chat.matrix.crypto.olm import Machine
from bot.chat.matrix.crypto.reading import ALGORITHM
from bot.chat.matrix.crypto.rotation import USUAL, Rotation
from bot.chat.matrix.wire import Refused, Wire

log = logging.getLogger(__name__)

_AT_ONCE = 50
"""Devices given a key in one request."""

_WITHOUT_KEYS_FOR = timedelta(hours=1)
"""After which a device that had no one-time key is asked again."""

_PATIENCE = 20.0
"""Seconds for requests in which other homeservers have a part."""

_OTHERS_MS = 3_000
"""How long the homeserver may wait for others in such a request."""

_ENOUGH_FOR = timedelta(minutes=10)
"""In which somebody's devices are not asked for anew without a sign that they have changed."""

_AWAY_FOR = timedelta(minutes=5)
"""After which a homeserver that did not tell is asked again."""


class Sharing:
    """Encrypts for the rooms of one account.

    Args:
        olm: nio's machine.
        wire: The connection.
        clock: When a device is asked again.
    """

    def __init__(self, olm: Machine, wire: Wire, clock: Callable[[], datetime]) -> None:
        self._olm = olm
        self._wire = wire
        self._clock = clock
        self._not_before: dict[tuple[str, str], datetime] = {}
        self._away: dict[str, datetime] = {}
        self._asked: dict[str, datetime] = {}
        self._sharing = asyncio.Lock()

    async def encrypted(
        self,
        room: str,
        members: Sequence[str],
        kind: str,
        content: Mapping[str, Any],
        rotation: Rotation = USUAL,
    ) -> dict[str, Any]:
        """The content of the ``m.room.encrypted`` that says it.

        Args:
            room: The room's id.
            members: User ids of all who are in the room.
            kind: The event's type.
            content: Its content; the relation stays outside the encryption.
            rotation: When the room's key is to be changed.

        Raises:
            TryLater: The homeserver is away; nothing was said.
            LoggedOut: The access token is no longer good.
        """
        async with self._sharing:
            return await self._encrypted(room, members, kind, content, rotation)

    async def _encrypted(
        self,
        room: str,
        members: Sequence[str],
        kind: str,
        content: Mapping[str, Any],
        rotation: Rotation,
    ) -> dict[str, Any]:
        await self.learn(members)
        self._drop_stale(room, members, rotation)
        await self._claim(self._devices(members))
        await self._share(room, members)
        inner = {key: each for key, each in content.items() if key != "m.relates_to"}
        session = self._olm.outbound_group_sessions[room]
        # nio's own would write every sign beyond ASCII in six bytes.
        plain = {"type": kind, "content": inner, "room_id": room}
        outer: dict[str, Any] = {
            "algorithm": ALGORITHM,
            "sender_key": self._olm.account.identity_keys["curve25519"],
            "ciphertext": session.encrypt(json.dumps(plain, ensure_ascii=False)),
            "session_id": session.id,
            "device_id": self._olm.device_id,
        }
        if "m.relates_to" in content:
            outer["m.relates_to"] = content["m.relates_to"]
        return outer

    async def learn(self, users: Iterable[str]) -> dict[str, Any]:
        """Asks for the devices of people that are new or have changed; gives the answer."""
        now, changed = self._clock(), self._olm.users_for_key_query
        users = {user for user in users if self._away.get(_server(user), now) <= now}
        wanted = (users - self._olm.tracked_users) | (users & changed)
        if not wanted:
            return {}
        body = {"device_keys": {user: [] for user in wanted}, "timeout": _OTHERS_MS}
        # Whose devices change while the answer is under way is asked for again.
        changed -= wanted
        try:
            # The specification has the timeout in the body; Synapse reads it in the query.
            path = f"/_matrix/client/v3/keys/query?timeout={_OTHERS_MS}"
            told = await self._wire.ask(("POST", path, Api.to_json(body)), _PATIENCE)
            again = self._take_devices(wanted, told)
        except Refused:
            changed |= wanted
            return {}
        except BaseException:
            # Also where the answer can't be read or kept: nobody's new device is forgotten.
            changed |= wanted
            raise
        changed |= again
        return told

    def _take_devices(self, wanted: set[str], told: Mapping[str, Any]) -> set[str]:
        """Keeps the devices in an answer; gives whom to ask for again."""
        now = self._clock()
        again: set[str] = set(self._olm.users_for_key_query & wanted)
        lists = _mapping(told.get("device_keys"))
        away = dict.fromkeys(_mapping(told.get("failures")), now + _AWAY_FOR)
        self._away.update(away)
        devices = {}
        for user in wanted:
            if user not in lists and _server(user) in away:
                again.add(user)
                continue
            of_user = _mapping(lists.get(user))
            # No signature covers `unsigned`, and nio trips over what anybody may put there.
            devices[user] = {
                id: {key: part for key, part in each.items() if key != "unsigned"}
                for id, each in of_user.items()
                if _is_device(user, id, each)
            }
            self._bring_back(user, devices[user])
        with self._olm.atomic():
            self._olm.handle_response(KeysQueryResponse(devices, {}))
        return again

    async def learn_anew(self, users: Iterable[str]) -> None:
        """Asks for people's devices though nothing says that they have changed.

        Not again within ten minutes: each try of each message that can't be read comes here.

        Raises:
            TryLater: The homeserver is away.
            LoggedOut: The access token is no longer good.
        """
        now, changed = self._clock(), self._olm.users_for_key_query
        self._asked = {each: at for each, at in self._asked.items() if now < at + _ENOUGH_FOR}
        users = {user for user in users if user not in self._asked or user in changed}
        self._asked |= dict.fromkeys(users, now)
        # What fails stays there, and is no answer to wait with.
        self._olm.add_changed_users(users)
        await self.learn(users)

    async def begin_anew(self, devices: Sequence[OlmDevice]) -> list[OlmDevice]:
        """Begins new sessions beside those that there are; gives with whom it went well.

        Raises:
            TryLater: The homeserver is away.
            LoggedOut: The access token is no longer good.
        """
        sessions = self._olm.session_store
        before = [sessions.get(device.curve25519) for device in devices]
        await self._claim(devices, known_too=True)
        pairs = zip(devices, before, strict=True)
        return [device for device, old in pairs if sessions.get(device.curve25519) is not old]

    async def greet(self, devices: Iterable[OlmDevice]) -> None:
        """Has devices know of a new session: their clients go on with it.

        Raises:
            TryLater: The homeserver is away.
            LoggedOut: The access token is no longer good.
            Refused: The homeserver does not pass it on.
        """
        messages = self._sealed(devices, "m.dummy", {})
        if messages:
            await self._give(messages)

    async def _give(self, messages: Mapping[str, Any]) -> None:
        txn = secrets.token_hex(16)
        request = Api.to_device("", "m.room.encrypted", {"messages": messages}, txn)
        await self._wire.ask(request, _PATIENCE)

    def _sealed(
        self, devices: Iterable[OlmDevice], kind: str, content: Mapping[str, Any]
    ) -> dict[str, dict[str, Any]]:
        """The same for each device, in its session: user id → device id → content."""
        messages: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        with self._olm.atomic():
            for device in devices:
                session = self._olm.session_store.get(device.curve25519)
                sealed = self._olm._olm_encrypt(session, device, kind, content)
                messages[device.user_id][device.id] = sealed
        return dict(messages)

    def _bring_back(self, user: str, devices: Mapping[str, Any]) -> None:
        """Forgets that a device was gone which is there again; nio would never see it any more."""
        known = self._olm.device_store[user]
        for id in devices:
            if id in known and known[id].deleted:
                del known[id]

    def _drop_stale(self, room: str, members: Sequence[str], rotation: Rotation) -> None:
        session = self._olm.outbound_group_sessions.get(room)
        if session is None:
            return
        # Not only for the next key: the room may have changed its mind since.
        session.max_messages, session.max_age = rotation.messages, rotation.age
        now_there = {(each.user_id, each.id) for each in self._devices(members)}
        if session.expired or session.users_shared_with - now_there:
            del self._olm.outbound_group_sessions[room]

    async def _claim(self, devices: Iterable[OlmDevice], *, known_too: bool = False) -> None:
        now = self._clock()
        missing = [
            device
            for device in devices
            if (known_too or self._olm.session_store.get(device.curve25519) is None)
            and self._not_before.get((device.user_id, device.id), now) <= now
        ]
        if not missing:
            return
        wanted: defaultdict[str, list[str]] = defaultdict(list)
        for device in missing:
            wanted[device.user_id].append(device.id)
            self._not_before[device.user_id, device.id] = now + _WITHOUT_KEYS_FOR
        kinds = {user: dict.fromkeys(ids, "signed_curve25519") for user, ids in wanted.items()}
        body = {"one_time_keys": kinds, "timeout": _OTHERS_MS}
        try:
            path = f"/_matrix/client/v3/keys/claim?timeout={_OTHERS_MS}"
            told = await self._wire.ask(("POST", path, Api.to_json(body)), _PATIENCE)
        except Refused:
            return
        except BaseException:
            # Nobody refused: the next try is to have the keys.
            for device in missing:
                self._not_before.pop((device.user_id, device.id), None)
            raise
        with self._olm.atomic():
            self.take_claimed(told)

    def take_claimed(self, told: Mapping[str, Any]) -> None:
        """Begins a session with each device whose one-time key came."""
        for user, of_user in _mapping(told.get("one_time_keys")).items():
            for device, keys in _mapping(of_user).items():
                try:
                    self._olm.handle_response(KeysClaimResponse({user: {device: keys}}, {}))
                except (AttributeError, LookupError, TypeError, ValueError, StopIteration):
                    log.warning("one_time_key_unusable")
                except RecursionError:
                    log.warning("one_time_key_too_deep")
                else:
                    self._not_before.pop((user, device), None)

    async def _share(self, room: str, members: Sequence[str]) -> None:
        if room not in self._olm.outbound_group_sessions:
            self._olm.create_outbound_group_session(room)
        session = self._olm.outbound_group_sessions[room]
        key = {
            "algorithm": ALGORITHM,
            "room_id": room,
            "session_id": session.id,
            "session_key": session.session_key,
        }
        without = [
            device
            for device in self._devices(members)
            if (device.user_id, device.id) not in session.users_shared_with
            and self._olm.session_store.get(device.curve25519) is not None
        ]
        for some in _chunks(without, _AT_ONCE):
            await self._give(self._sealed(some, "m.room_key", key))
            session.users_shared_with.update((each.user_id, each.id) for each in some)
        session.mark_as_shared()

    def _devices(self, users: Iterable[str]) -> Iterator[OlmDevice]:
        for user in users:
            for device in self._olm.device_store.active_user_devices(user):
                if (user, device.id) != (self._olm.user_id, self._olm.device_id):
                    yield device


def _is_device(user: str, device: str, payload: Any) -> bool:
    """Whether that is a device's keys, signed by itself; nio raises on what is not."""
    try:
        key = payload["keys"][f"ed25519:{device}"]
        named = (payload["user_id"], payload["device_id"]) == (user, device)
        # What nio reads them with takes fewer spellings than others do.
        Ed25519PublicKey.from_base64(key)
        Curve25519PublicKey.from_base64(payload["keys"][f"curve25519:{device}"])
        signature = payload["signatures"][user][f"ed25519:{device}"]
    except (KeyError, TypeError, ValueError):
        return False
    # `is_signed` looks for a signature named by the key itself.
    by_key = {**payload, "signatures": {user: {f"ed25519:{key}": signature}}}
    return named and is_signed(by_key, user, key)


def _server(user: str) -> str:
    return user.partition(":")[2]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _chunks(items: Sequence[OlmDevice], size: int) -> Iterator[list[OlmDevice]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
