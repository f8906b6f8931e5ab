"""JSON from a homeserver is read, whatever others put into it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.matrix.reading import DEPTH, read_object

plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
anything = st.recursive(
    plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


def nested(depth: int, inside: str = "1") -> str:
    return "[" * depth + inside + "]" * depth


@given(st.dictionaries(st.text(), anything), st.integers(20_000, 21_000))
def test_what_stands_beside_something_too_deep_is_read_as_it_is(
    beside: dict[str, Any], depth: int
) -> None:
    beside.pop("deep", None)
    body = json.dumps(beside)[:-1] + ("," if beside else "") + f'"deep": {nested(depth)}' + "}"
    told = read_object(body.encode())
    assert told is not None
    deep = told.pop("deep")
    assert told == beside
    levels = 0
    while deep:
        (deep,) = deep
        levels += 1
    assert levels == DEPTH - 1  # The object itself is one.


def test_brackets_and_quotes_in_texts_are_no_nesting() -> None:
    text = '[{"\\"' * 5_000
    body = json.dumps({"a": text, "deep": json.loads(nested(50))})
    body = body[:-1] + f', "deeper": {nested(5_000, json.dumps(text))}}}'
    told = read_object(body.encode())
    assert told is not None
    assert told["a"] == text


def test_text_that_is_no_utf_8_costs_its_signs_only() -> None:
    assert read_object(b'{"a": "\xff", "b": 1}') == {"a": "�", "b": 1}


@given(st.binary())
def test_what_is_no_object_is_none_and_nothing_raises(body: bytes) -> None:
    assert read_object(body) is None or isinstance(read_object(body), dict)


def test_an_answer_cut_short_amid_the_depth_is_none() -> None:
    assert read_object(b'{"a": ' + b"[" * 5_000) is None
