"""Which room is which, once some were replaced."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.matrix.rooms import Rooms
from bot.messages import Place

names = st.sampled_from(["!a", "!b", "!c", "!d"])


@given(st.lists(st.tuples(names, names), max_size=8))
async def test_rooms_that_replace_each_other_in_circles_lead_nowhere_for_ever(
    moves: list[tuple[str, str]],
) -> None:
    wire: Any = None
    rooms = Rooms(wire, "@loket:x", "!a", ["!b"])
    rooms.desk_id, rooms.communities = "!a", {"!b": "!b"}
    for old, new in moves:
        rooms.moved(old, new)
    assert rooms.latest("!a") in {"!a", "!b", "!c", "!d"}


async def test_of_rooms_replaced_one_after_the_other_the_last_counts() -> None:
    wire: Any = None
    rooms = Rooms(wire, "@loket:x", "!desk", ["!one"])
    rooms.desk_id, rooms.communities = "!desk", {"!one": "#market:x"}
    rooms.moved("!one", "!two")
    rooms.moved("!two", "!three")
    rooms.moved("!desk", "!desk2")
    assert rooms.communities == {"!three": "#market:x"}
    assert [await rooms.place(room) for room in ("!one", "!two", "!desk")] == [
        Place.COMMUNITY,
        Place.COMMUNITY,
        Place.DESK,
    ]
    assert not rooms.configured("!one")
