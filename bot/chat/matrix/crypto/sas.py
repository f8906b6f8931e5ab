"""What two devices compute to compare a short string: Matrix's ``m.sas.v1``, without its steps.

Every formula is the specification's (client-server API, "Short Authentication String (SAS)
verification"). One choice of each kind is offered: the current ones. The deprecated ones are left
out on purpose.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vodozemac import Curve25519PublicKey, EstablishedSas, Sas

from bot.chat.matrix.crypto.emoji import EMOJI, Emoji

METHOD = "m.sas.v1"
AGREEMENT = "curve25519-hkdf-sha256"
HASH = "sha256"
MAC = "hkdf-hmac-sha256.v2"
STRINGS = ("decimal", "emoji")


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two devices.

    Attributes:
        user_id, device_id: Whose it is, and which.
        keys: Key id (``ed25519:…``) → public key, unpadded base64: of the device, and the user's
            master key under its own name; None while they are not known.
    """

    user_id: str
    device_id: str
    keys: Mapping[str, str] | None = None


def canonical(content: Mapping[str, Any]) -> bytes:
    """The canonical JSON of a content.

    Raises:
        ValueError: It has none: lone surrogates, numbers that are none, or nested too deeply.
    """
    try:
        text = json.dumps(
            content, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
        )
    except (RecursionError, TypeError) as error:
        raise ValueError("there is no canonical JSON of it") from error
    return text.encode()


def commitment(key: str, start: bytes) -> str:
    """What the accepting device promises its key with, before it knows the other's.

    Args:
        key: Its ephemeral public key, unpadded base64.
        start: The canonical JSON of the content of ``m.key.verification.start``.
    """
    digest = hashlib.sha256(key.encode() + start).digest()
    return base64.b64encode(digest).decode().rstrip("=")


def keeps(promise: str, key: str, start: bytes) -> bool:
    """Whether a key is the one that was promised."""
    return hmac.compare_digest(promise.encode(), commitment(key, start).encode())


class Secret:
    """What both devices share once each knows the other's ephemeral key."""

    def __init__(self, sas: Sas, theirs: Curve25519PublicKey) -> None:
        """Uses up ``sas``.

        Raises:
            ValueError: The other's key would make the secret no secret.
        """
        self._shared: EstablishedSas = sas.diffie_hellman(theirs)

    def strings(
        self, starter: tuple[Party, str], accepter: tuple[Party, str], transaction: str
    ) -> tuple[tuple[Emoji, ...], tuple[int, ...]]:
        """Seven emoji, and three numbers of four digits; the same at both devices.

        Args:
            starter: Who sent ``start``, with the ephemeral public key.
            accepter: Who sent ``accept``, with the ephemeral public key.
            transaction: The verification's id.
        """
        names = [f"{who.user_id}|{who.device_id}|{key}" for who, key in (starter, accepter)]
        info = "|".join(["MATRIX_KEY_VERIFICATION_SAS", *names, transaction])
        found = self._shared.bytes(info)
        return tuple(EMOJI[number] for number in found.emoji_indices), tuple(found.decimals)

    def macs(self, sender: Party, receiver: Party, transaction: str) -> dict[str, Any]:
        """The content that proves all keys of ``sender``."""
        keys = dict(sender.keys or {})
        info = _info(sender, receiver, transaction)
        return {
            "mac": {
                name: self._shared.calculate_mac(key, info + name) for name, key in keys.items()
            },
            "keys": self._shared.calculate_mac(_listed(keys), f"{info}KEY_IDS"),
        }

    def proven(
        self, content: Mapping[str, Any], sender: Party, receiver: Party, transaction: str
    ) -> frozenset[str]:
        """The ids of the sender's known keys that the content proves.

        Keys that are not known to be the sender's are left out; that of the device must be there.

        Raises:
            ValueError: A key or the list of keys is another than the sender has.
        """
        macs, listed = content.get("mac"), content.get("keys")
        if not isinstance(macs, Mapping) or not isinstance(listed, str):
            raise ValueError("no MACs in it")
        info = _info(sender, receiver, transaction)
        self._shared.verify_mac(_listed(macs), f"{info}KEY_IDS", listed)
        known = sender.keys or {}
        found = frozenset(name for name in macs if name in known)
        for name in found:
            if not isinstance(macs[name], str):
                raise ValueError("a MAC that is no text")
            self._shared.verify_mac(known[name], info + name, macs[name])
        if f"ed25519:{sender.device_id}" not in found:
            raise ValueError("the key of the device is not in it")
        return found


def _info(sender: Party, receiver: Party, transaction: str) -> str:
    return (
        f"MATRIX_KEY_VERIFICATION_MAC{sender.user_id}{sender.device_id}"
        f"{receiver.user_id}{receiver.device_id}{transaction}"
    )


def _listed(names: Iterable[str]) -> str:
    return ",".join(sorted(names))
