"""Cross-signing keys and signatures as the Matrix specification lays them out. Pure.

The master key says who the bot is; it signs the self-signing key, which signs each of the bot's
devices. Clients that ask for it read and trust only devices signed like this.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from unpaddedbase64 import decode_base64

from bot.chat.matrix.crypto.seeds import Seeds

JsonObject = dict[str, Any]


def public_key(seed: bytes) -> str:
    """The public key of a seed, in unpadded base64."""
    return _unpadded(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def canonical(value: Mapping[str, Any]) -> bytes:
    """What is signed: without signatures and ``unsigned``, keys sorted, no spaces, UTF-8."""
    bare = {key: each for key, each in value.items() if key not in ("signatures", "unsigned")}
    return json.dumps(bare, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def signed(value: Mapping[str, Any], user_id: str, key_id: str, seed: bytes) -> JsonObject:
    """The object with one signature more."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    signature = _unpadded(key.sign(canonical(value)))
    all_of = {user: dict(each) for user, each in value.get("signatures", {}).items()}
    all_of.setdefault(user_id, {})[key_id] = signature
    return {**value, "signatures": all_of}


def is_signed(value: Any, user_id: str, key: str) -> bool:
    """Whether an object bears a good signature of this public Ed25519 key."""
    try:
        signature = value["signatures"][user_id][f"ed25519:{key}"]
        signer = Ed25519PublicKey.from_public_bytes(decode_base64(key))
        signer.verify(decode_base64(signature), canonical(value))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError, InvalidSignature):
        return False
    return True


def identity(user_id: str, seeds: Seeds) -> JsonObject:
    """The body that uploads all three keys."""
    master = public_key(seeds.master)

    def key(usage: str, seed: bytes) -> JsonObject:
        public = public_key(seed)
        bare = {"user_id": user_id, "usage": [usage], "keys": {f"ed25519:{public}": public}}
        return signed(bare, user_id, f"ed25519:{master}", seeds.master)

    bare_master = key("master", seeds.master)
    del bare_master["signatures"]
    return {
        "master_key": bare_master,
        "self_signing_key": key("self_signing", seeds.self_signing),
        "user_signing_key": key("user_signing", seeds.user_signing),
    }


def sign_device(device: Mapping[str, Any], user_id: str, seeds: Seeds) -> JsonObject:
    """The bot's device keys, as the homeserver lists them, with the self-signing signature."""
    public = public_key(seeds.self_signing)
    bare = {key: each for key, each in device.items() if key not in ("signatures", "unsigned")}
    return signed(bare, user_id, f"ed25519:{public}", seeds.self_signing)


def _unpadded(content: bytes) -> str:
    return b64encode(content).decode().rstrip("=")
