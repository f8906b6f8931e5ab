"""The bot's device and its keys: made, signed, uploaded, topped up; what comes is read.

Rules:

- Keys are in nio's database before the position is saved, so that a crash loses none: a message
  that brought one, the key, and that the message was taken are one transaction. The same batch
  twice does no harm.
- A session with a device that broke is begun anew, beside the hearing (``mending.py``).
- A device whose keys were lost is never used again: a new one takes its place.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nio import Api
from nio.store import SqliteStore

from bot.chat.matrix.crypto import crosssigning, reading
from bot.chat.matrix.crypto import seeds as seeds_file
from bot.chat.matrix.crypto.findings import findings
from bot.chat.matrix.crypto.mending import Mending
from bot.chat.matrix.crypto.olm import MOST_ASKED_FOR, Machine, Opening
from bot.chat.matrix.crypto.rotation import USUAL, Rotation
from bot.chat.matrix.crypto.seeds import RESTORED, SECRET, Seeds
from bot.chat.matrix.crypto.sharing import Sharing
from bot.chat.matrix.crypto.uploads import CURVE, Uploads, count_in
from bot.chat.matrix.reading import listed, mapping
from bot.chat.matrix.wire import NeedsPassword, Refused, Wire
from bot.errors import ConfigError, TryLater
from bot.ports import Clock, Finding

log = logging.getLogger(__name__)

SEEDS = "seeds.json"
STORE = "olm.db"

_UPLOAD = "/_matrix/client/v3/keys/device_signing/upload"
_SIGNATURES = "/_matrix/client/v3/keys/signatures/upload"


class KeysLost(Exception):
    """The homeserver knows this device with keys that are not here."""


class Crypto:
    """One device of the bot; ``open`` before anything else.

    Args:
        wire: The connection, logged in.
        folder: Where seeds and keys are kept; made for the owner only.
        secret: From the environment; seals both.
        user_id: The bot's own.
        device_id: The device of its log-in.
        clock: For what is asked again later.

    Attributes:
        mending: The sessions that broke; there after ``open``.
    """

    mending: Mending

    def __init__(
        self,
        wire: Wire,
        folder: Path,
        secret: str,
        *,
        user_id: str,
        device_id: str,
        clock: Clock,
    ) -> None:
        self.device_id = device_id
        self._wire = wire
        self._folder = folder
        self._secret = secret
        self._user_id = user_id
        self._clock = clock
        self._olm: Machine
        self._store: SqliteStore
        self._sharing: Sharing
        self._uploads: Uploads
        self._seeds: Seeds | None = None
        self._fallback_used = False
        self._key_requests: list[tuple[str, dict[str, Any]]] = []
        self._asked_for: set[str] = set()
        self._unknown: set[str] = set()

    async def open(self, password: str | None) -> None:
        """Loads or makes the device's keys, uploads them, and signs the device.

        Args:
            password: Needed only to replace a cross-signing identity whose seeds are lost.

        Raises:
            KeysLost: This device can't be used any more; log in to a new one.
            ConfigError: The secret does not open what is kept.
            TryLater: The homeserver is away.
        """
        self._seeds = seeds_file.load(self._folder / SEEDS, self._secret)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = await self._own_keys()
        listed = own["device_keys"].get(self.device_id)
        self._begin(listed)
        if listed is None:
            self._olm.account.shared = False
        if not self._olm.account.shared:
            await self._uploads.upload(fallback=True)
            own = await self._own_keys()
        await self._sign(own, password)
        await self._sharing.learn([self._user_id])
        self._trust_own(await self._own_keys())
        (self._folder / RESTORED).unlink(missing_ok=True)

    async def look(self) -> None:
        """Loads the keys beside the bot that works with them; nothing is written or uploaded.

        After it only ``examine`` and ``own_keys`` may be asked.

        Raises:
            KeysLost: The keys of this device are not here, or not yet.
            ConfigError: The secret does not open what is kept.
            TryLater: The homeserver is away.
        """
        self._seeds = seeds_file.load(self._folder / SEEDS, self._secret)
        own = await self._own_keys()
        self._olm = self._machine(own["device_keys"].get(self.device_id), looks=True)

    def close(self) -> None:
        """Ends the database's connection."""
        if hasattr(self, "_store"):
            self._store.database.close()

    def take(self, batch: Mapping[str, Any]) -> None:
        """Takes from an answer of ``/sync`` what is about keys; before its timelines are read."""
        with self._olm.atomic():
            for event in listed(mapping(batch.get("to_device")).get("events")):
                self._take_to_device(mapping(event))
        changed = listed(mapping(batch.get("device_lists")).get("changed"))
        known = self._olm.tracked_users
        changed = [each for each in changed if isinstance(each, str) and each in known]
        self._olm.add_changed_users(set(changed))
        counts = batch.get("device_one_time_keys_count")
        if isinstance(counts, dict) and (count := count_in(counts)) is not None:
            self._olm.uploaded_key_count = count
        unused = batch.get("device_unused_fallback_key_types")
        self._fallback_used = isinstance(unused, list) and CURVE not in unused

    def forget_devices(self) -> None:
        """The homeserver's telling begins anew: anybody's devices may have changed meanwhile."""
        self._olm.tracked_users.clear()

    async def keep_up(self) -> None:
        """Uploads what is running out and asks for what is missing; what fails is tried again.

        Raises:
            LoggedOut: The access token is no longer good.
        """
        try:
            await self._sharing.learn(self._unknown - {self._user_id})
            self._unknown.clear()
            if self._user_id in self._olm.users_for_key_query:
                await self._sharing.learn([self._user_id])
                self._trust_own(await self._own_keys())
            count = self._olm.uploaded_key_count
            enough = self._olm.account.max_one_time_keys // 2
            if self._fallback_used or (count is not None and count < enough):
                await self._uploads.upload(fallback=self._fallback_used)
                self._fallback_used = False
            self._withdraw_answered()
            while self._key_requests:
                user, content = self._key_requests[0]
                body = {"messages": {user: {"*": content}}}
                txn = secrets.token_hex(16)
                await self._wire.ask(Api.to_device("", "m.room_key_request", body, txn))
                self._key_requests.pop(0)
        except (TryLater, Refused):
            log.warning("keys_not_kept_up")

    def decrypted(self, event: dict[str, Any], room: str) -> dict[str, Any] | None:
        """See ``reading.decrypted``; what can't be read is asked for, once for each session."""
        clear = reading.decrypted(self._olm, event, room)
        if clear is None:
            self._ask_for_key(event, room)
        return clear

    async def learn_sender(self, event: Mapping[str, Any]) -> None:
        """Asks for the devices of who sent an event that can't be read; see ``learn_anew``.

        Raises:
            TryLater: The homeserver is away.
            LoggedOut: The access token is no longer good.
        """
        sender, content = event.get("sender"), event.get("content")
        key = content.get("sender_key") if isinstance(content, dict) else None
        if isinstance(sender, str) and not reading.knows(self._olm, sender, key):
            await self._sharing.learn_anew([sender])

    async def encrypted(
        self,
        room: str,
        members: Sequence[str],
        kind: str,
        content: Mapping[str, Any],
        rotation: Rotation = USUAL,
    ) -> dict[str, Any]:
        """See ``Sharing.encrypted``."""
        return await self._sharing.encrypted(room, members, kind, content, rotation)

    def encrypted_rooms(self) -> set[str]:
        """The rooms that ``note_encrypted`` was told of, also before the last start."""
        return set(self._store.load_encrypted_rooms())

    def note_encrypted(self, room: str) -> None:
        """Keeps for ever that a room is encrypted."""
        self._store.save_encrypted_rooms([room])

    async def examine(self) -> list[Finding]:
        """What the homeserver knows of this device, and whether strict clients can read it."""
        own = await self._own_keys()
        known = self.device_id in own["device_keys"]
        return findings(self._olm, known=known, signed=self._is_signed(own))

    def own_keys(self) -> dict[str, str]:
        """Key id → public key: of the device, and of the master key once there is one."""
        keys = {f"ed25519:{self.device_id}": self._olm.account.identity_keys["ed25519"]}
        if self._seeds is not None:
            master = crosssigning.public_key(self._seeds.master)
            keys[f"ed25519:{master}"] = master
        return keys

    def _begin(self, listed: Mapping[str, Any] | None) -> None:
        self._olm = self._machine(listed)
        self._sharing = Sharing(self._olm, self._wire, self._clock)
        self._uploads = Uploads(self._olm, self._wire)
        self.mending = Mending(self._olm, self._sharing, self._clock)

    def _machine(self, listed: Mapping[str, Any] | None, *, looks: bool = False) -> Machine:
        path = self._folder / STORE
        if not path.exists():
            if looks:
                raise KeysLost("the bot has not made its keys yet")
            path.touch(mode=0o600)
        key = seeds_file.pickle_key(self._secret, self._user_id)
        self._store = SqliteStore(self._user_id, self.device_id, str(self._folder), key, STORE)
        # The same file as nio's own, but a crash in the middle of a write can't damage it.
        self._store.database.execute_sql("PRAGMA journal_mode = WAL")
        if looks:
            self._store.database.execute_sql("PRAGMA query_only = ON")
        try:
            account = self._store.load_account()
            if account is None and (looks or listed is not None):
                raise KeysLost("the homeserver knows keys of this device, and none are here")
            if account is not None and (self._folder / RESTORED).exists():
                raise KeysLost("the keys of this device come from a back-up")
            olm = Machine(self._user_id, self.device_id, self._store)
            if account is None:
                self._inherit(olm, key)
        except ValueError:
            text = f"does not open {path}; set the secret it was made with, or restore a backup"
            raise ConfigError(SECRET, text) from None
        if listed is not None:
            known = listed.get("keys", {}).get(f"ed25519:{self.device_id}")
            if known != olm.account.identity_keys["ed25519"]:
                raise KeysLost("the homeserver knows other keys of this device")
        return olm

    def _inherit(self, olm: Machine, key: str) -> None:
        """Takes what is known of rooms over from the bot's earlier devices in the same database."""
        rows = self._store.database.execute_sql(
            "SELECT device_id FROM accounts WHERE user_id = ? AND device_id != ?",
            (self._user_id, self.device_id),
        ).fetchall()
        for (device_id,) in rows:
            before = SqliteStore(self._user_id, device_id, str(self._folder), key, STORE)
            try:
                for session in before.load_inbound_group_sessions():
                    if olm.inbound_group_store.add(session):
                        olm.save_inbound_group_session(session)
                self._store.save_encrypted_rooms(before.load_encrypted_rooms())
            finally:
                before.database.close()

    async def _own_keys(self) -> dict[str, Any]:
        told = await self._wire.ask(Api.keys_query("", [self._user_id]))
        names = ("device_keys", "master_keys", "self_signing_keys")
        return {name: mapping(mapping(told.get(name)).get(self._user_id)) for name in names}

    async def _sign(self, own: Mapping[str, Any], password: str | None) -> None:
        if self._seeds is None:
            if own["master_keys"] and password is None:
                log.error("cross_signing_seeds_lost")
                return
            self._seeds = Seeds.new()
            seeds_file.save(self._folder / SEEDS, self._seeds, self._secret)
        master = crosssigning.public_key(self._seeds.master)
        known = f"ed25519:{master}" in own["master_keys"].get("keys", {})
        if not known and not await self._upload_identity(password):
            return
        device = own["device_keys"].get(self.device_id)
        if device is None or self._is_signed(own):
            return
        signed = crosssigning.sign_device(device, self._user_id, self._seeds)
        body = {self._user_id: {self.device_id: signed}}
        await self._wire.ask(("POST", _SIGNATURES, Api.to_json(body)))
        log.info("device_signed")

    async def _upload_identity(self, password: str | None) -> bool:
        assert self._seeds is not None  # Its caller has seen to that.
        body = crosssigning.identity(self._user_id, self._seeds)
        try:
            await self._wire.ask(("POST", _UPLOAD, Api.to_json(body)))
        except NeedsPassword as needs:
            if password is None:
                log.error("cross_signing_needs_password")
                return False
            who = {"type": "m.id.user", "user": self._user_id}
            auth = {"type": "m.login.password", "identifier": who, "password": password}
            body["auth"] = auth | {"session": needs.session}
            try:
                await self._wire.ask(("POST", _UPLOAD, Api.to_json(body)))
            except Refused:
                log.error("cross_signing_refused")
                return False
        return True

    def _is_signed(self, own: Mapping[str, Any]) -> bool:
        if self._seeds is None:
            return False
        key = crosssigning.public_key(self._seeds.self_signing)
        listed = own["self_signing_keys"].get("keys", {})
        device = own["device_keys"].get(self.device_id)
        return f"ed25519:{key}" in listed and crosssigning.is_signed(device, self._user_id, key)

    def _trust_own(self, own: Mapping[str, Any]) -> None:
        """Only from its own signed devices the bot takes keys for what it can't read."""
        if self._seeds is None:
            return
        key = crosssigning.public_key(self._seeds.self_signing)
        for device in self._olm.device_store.active_user_devices(self._user_id):
            payload = own["device_keys"].get(device.id)
            if payload and crosssigning.is_signed(payload, self._user_id, key):
                self._olm.verify_device(device)

    def _take_to_device(self, event: Mapping[str, Any]) -> None:
        sender, content = event.get("sender"), mapping(event.get("content"))
        if event.get("type") != "m.room.encrypted" or not isinstance(sender, str):
            return
        opening = self._olm.open(sender, content)
        if opening in (Opening.AGAIN, Opening.NOTHING):
            return
        sender_key = str(content["sender_key"])
        broken = opening is Opening.BROKEN
        if broken:
            log.warning("to_device_unreadable")
            self.mending.broke(sender, sender_key)
        # Only keys that came open words; but the bot's own devices are learned of in one place.
        if not broken or sender == self._user_id:
            self._learn_of(sender, sender_key)

    def _learn_of(self, sender: str, sender_key: str) -> None:
        if not reading.knows(self._olm, sender, sender_key):
            self._unknown.add(sender)
            self._olm.add_changed_users({sender})

    def _ask_for_key(self, event: Mapping[str, Any], room: str) -> None:
        content = event.get("content")
        session = content.get("session_id") if isinstance(content, dict) else None
        if not isinstance(session, str) or session in self._asked_for or len(session) > 255:
            return
        if len(self._asked_for) > MOST_ASKED_FOR:
            self._asked_for.clear()
        self._asked_for.add(session)
        self._olm.expect(room, session)
        body = {
            "algorithm": reading.ALGORITHM,
            "room_id": room,
            "session_id": session,
            "sender_key": str(content.get("sender_key", "")),  # type: ignore[union-attr]
        }
        request = {
            "action": "request",
            "body": body,
            "request_id": session,
            "requesting_device_id": self.device_id,
        }
        self._key_requests.append((self._user_id, request))

    def _withdraw_answered(self) -> None:
        """Tells the other devices of what one of them has given."""
        for message in self._olm.outgoing_to_device_messages:
            if message.type == "m.room_key_request":
                self._key_requests.append((message.recipient, message.content))
        self._olm.outgoing_to_device_messages.clear()
