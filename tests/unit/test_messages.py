"""Keys: the same answer to the same message is the same key."""

from __future__ import annotations

from itertools import combinations

from bot.messages import MessageRef, key_for

REF = MessageRef("matrix", "!r", "$e")


def test_the_same_reply_has_the_same_key() -> None:
    assert key_for(REF, "answer") == key_for(MessageRef("matrix", "!r", "$e"), "answer")


def test_anything_else_has_another_key() -> None:
    keys = [
        key_for(REF, "answer"),
        key_for(REF, "answer", 1),
        key_for(REF, "handover"),
        key_for(MessageRef("matrix", "!r", "$f"), "answer"),
        key_for(MessageRef("matrix", "!s", "$e"), "answer"),
        key_for(MessageRef("console", "!r", "$e"), "answer"),
    ]
    assert all(one != other for one, other in combinations(keys, 2))


def test_a_key_is_fit_for_a_transaction_id_and_tells_nothing() -> None:
    key = key_for(MessageRef("matrix", "!secret:example.org", "$event"), "answer")
    assert len(key) == 40
    assert key.isalnum()
    assert "secret" not in key
