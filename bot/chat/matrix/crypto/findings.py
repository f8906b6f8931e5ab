"""What is told of the bot's device to people who look after it."""

from __future__ import annotations

from bot.chat.matrix.crypto.olm import Machine
from bot.ports import Finding


def findings(olm: Machine, *, known: bool, signed: bool) -> list[Finding]:
    """Whether strict clients can read the bot, and how many keys it has.

    Args:
        olm: The device's keys.
        known: Whether the homeserver lists the device.
        signed: Whether the bot's own identity signed it.
    """
    fingerprint = olm.account.identity_keys["ed25519"]
    shown = " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))
    device = Finding("device", known, f"{olm.device_id}, fingerprint {shown}")
    if signed:
        signing = Finding("cross-signing", True, "the device is signed by its owner")
    else:
        text = "the device is not signed; strict clients neither read it nor let it read"
        remedy = "start once with LOKET_MATRIX_PASSWORD set, so that the keys can be replaced"
        signing = Finding("cross-signing", False, text, remedy)
    sessions = sum(1 for _ in olm.inbound_group_store)
    text = f"{sessions} room keys, {len(olm.device_store.items())} people's devices"
    return [device, signing, Finding("keys", True, text)]
