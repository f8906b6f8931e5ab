"""The device's public keys at the homeserver, from which others begin to talk to it.

Private halves are on disk before the public ones are uploaded, so that none is given out that a
crash could take. What an upload that failed left over is uploaded again; more is not made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nio import Api, KeysUploadResponse

from bot.chat.matrix.crypto.olm import MEGOLM, OLM, Machine
from bot.chat.matrix.reading import mapping
from bot.chat.matrix.wire import Refused, Wire

CURVE = "signed_curve25519"
"""The kind of one-time and fallback keys."""


class Uploads:
    """Uploads the keys of one device.

    Args:
        olm: The keys.
        wire: The connection.
    """

    def __init__(self, olm: Machine, wire: Wire) -> None:
        self._olm = olm
        self._wire = wire

    async def upload(self, *, fallback: bool) -> None:
        """Uploads what the homeserver lacks: the device, one-time keys, a new fallback key.

        Args:
            fallback: Whether the fallback key was used, or there is none.

        Raises:
            TryLater: Not uploaded, or not known whether; the same call is safe.
            LoggedOut: The access token is no longer good.
            Refused: The homeserver takes none of it; the next call offers others.
        """
        olm, account = self._olm, self._olm.account
        body: dict[str, Any] = {} if account.shared else {"device_keys": self._device_keys()}
        lack = account.max_one_time_keys - (olm.uploaded_key_count or 0)
        lack -= len(account.one_time_keys["curve25519"])
        if lack > 0:
            account.generate_one_time_keys(lack)
        if ones := account.one_time_keys["curve25519"]:
            body["one_time_keys"] = {
                f"{CURVE}:{id}": self._signed({"key": key}) for id, key in ones.items()
            }
        if fallback:
            if not account._account.fallback_key:
                # Only one is kept beside the newest: the one that may be in use now.
                account._account.generate_fallback_key()
            body["fallback_keys"] = {
                f"{CURVE}:{id}": self._signed({"key": key.to_base64(), "fallback": True})
                for id, key in account._account.fallback_key.items()
            }
        olm.save_account()
        try:
            told = await self._wire.ask(Api.keys_upload("", body))
        except Refused:
            # Such as after an old copy of the disk was put back: these names are used already.
            olm.mark_keys_as_published()
            olm.save_account()
            raise
        count = count_in(mapping(told.get("one_time_key_counts"))) or 0
        olm.handle_response(KeysUploadResponse(0, count))

    def _device_keys(self) -> dict[str, Any]:
        device, keys = self._olm.device_id, self._olm.account.identity_keys
        return self._signed(
            {
                "algorithms": [OLM, MEGOLM],
                "device_id": device,
                "user_id": self._olm.user_id,
                "keys": {f"{name}:{device}": key for name, key in keys.items()},
            }
        )

    def _signed(self, thing: dict[str, Any]) -> dict[str, Any]:
        signature = self._olm.sign_json(thing)
        signatures = {self._olm.user_id: {f"ed25519:{self._olm.device_id}": signature}}
        return thing | {"signatures": signatures}


def count_in(counts: Mapping[str, Any]) -> int | None:
    """How many one-time keys the homeserver says it has left; None where it says no number."""
    count = counts.get(CURVE, 0)
    return count if isinstance(count, int) and count >= 0 else None
