"""Which room is which, once some were replaced."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.matrix.entering import Entering
from bot.chat.matrix.rooms import Rooms
from bot.chat.matrix.wire import Refused
from bot.errors import ConfigError, TryLater
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


class Homeserver:
    """Knows aliases and rooms.

    Attributes:
        aliases: To which room they lead.
        joined: The rooms that the bot is in.
        shut: The rooms that it may not join, or an error.
        errors: Of what path has that in it.
        asked: Told each path.
    """

    def __init__(self) -> None:
        self.aliases = {"#desk:x": "!desk", "#one:x": "!one", "#two:x": "!two"}
        self.joined = {"!desk"}
        self.shut: set[str] = set()
        self.errors: dict[str, Exception] = {}
        self.asked: Callable[[str], object] = lambda path: None

    async def ask(
        self, request: Any, patience: float = 0, *, relayed: bool = False
    ) -> dict[str, Any]:
        path = unquote(request[1].partition("?")[0])
        errors = [error for part, error in self.errors.items() if part in path]
        self.asked(path)
        if errors:
            raise errors[0]
        last = path.rpartition("/")[2]
        if path.endswith("/joined_rooms"):
            return {"joined_rooms": list(self.joined)}
        if "/directory/room/" in path and last in self.aliases:
            return {"room_id": self.aliases[last]}
        if "/join/" in path and self.aliases.get(last, last) not in self.shut:
            self.joined.add(self.aliases.get(last, last))
            return {}
        raise Refused(403, "M_FORBIDDEN", "no")


NAMES = ["#desk:x", "#one:x", "!two"]


def rooms_at(homeserver: Homeserver, names: Sequence[str] = NAMES) -> Rooms:
    wire: Any = homeserver
    return Rooms(wire, "@loket:x", names[0], names[1:])


AWAY = TryLater("no answer")
PATIENCE = TryLater("asks for patience", 3600.0)


@pytest.mark.parametrize(
    ("names", "shut", "errors", "number", "known"),
    [
        (NAMES, "!one", {}, 0, {"!one", "!two"}),
        (NAMES, "!two", {}, 1, {"!one", "!two"}),
        (["#desk:x", "#gone:x", "!two"], "", {}, 0, {"!two"}),
        (["#desk:x", "!one", "#one:x"], "", {}, 1, {"!one"}),
        (NAMES, "", {"/join/#one": AWAY}, 0, {"!one", "!two"}),
        (NAMES, "", {"/join/#one": PATIENCE}, 0, {"!one", "!two"}),
        (NAMES, "", {"/room/#one": AWAY}, 0, {"!two"}),
        (NAMES, "", {"/room/#one": TryLater("asks for patience", 0.0)}, 0, {"!two"}),
    ],
)
async def test_a_community_that_shuts_the_bot_out_silences_no_other_room(
    names: list[str],
    shut: str,
    errors: dict[str, Exception],
    number: int,
    known: set[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The bot ended with status 2, and nobody was answered anywhere."""
    homeserver = Homeserver()
    homeserver.shut, homeserver.errors = {shut}, errors
    rooms = rooms_at(homeserver, names)
    await rooms.resolve(strict=False)
    assert rooms.desk_id == "!desk"
    # Where it is known which room it is, an invitation there will be taken.
    assert set(rooms.communities) == known
    (told,) = [each for each in caplog.records if each.message == "community_left_out"]
    fields = vars(told)
    assert fields["setting"] == f"rooms.community[{number}].room"
    assert not re.search("[!#@]", fields["reason"])


@pytest.mark.parametrize("shut", ["!one", "!two"])
async def test_at_the_very_first_start_every_room_is_needed(shut: str) -> None:
    homeserver = Homeserver()
    homeserver.shut = {shut}
    with pytest.raises(ConfigError, match=f"can't join {'#one:x' if shut == '!one' else '!two'}"):
        await rooms_at(homeserver).resolve()


async def test_without_its_desk_the_bot_never_begins() -> None:
    homeserver = Homeserver()
    homeserver.joined, homeserver.shut = set(), {"!desk"}
    with pytest.raises(ConfigError, match="can't join #desk:x"):
        await rooms_at(homeserver).resolve(strict=False)
    homeserver.errors = {"/join/": AWAY}
    with pytest.raises(TryLater):
        await rooms_at(homeserver).resolve(strict=False)


async def test_a_homeserver_that_is_away_is_waited_for() -> None:
    homeserver = Homeserver()
    homeserver.errors = {"/join/": AWAY, "/joined_rooms": AWAY}
    with pytest.raises(TryLater):
        await rooms_at(homeserver).resolve(strict=False)


async def test_who_asks_for_patience_before_it_tells_a_rooms_id_is_asked_once_more() -> None:
    homeserver = Homeserver()
    homeserver.errors = {"/room/#one": TryLater("asks for patience", 0.0)}
    homeserver.asked = lambda path: homeserver.errors.clear() if "/room/#one" in path else None
    rooms = rooms_at(homeserver)
    await rooms.resolve(strict=False)
    assert set(rooms.communities) == {"!one", "!two"}


@pytest.mark.parametrize("strict", [True, False])
async def test_a_room_that_another_server_shuts_for_now_is_entered_beside_the_rest(
    caplog: pytest.LogCaptureFixture, strict: bool
) -> None:
    """The other server said an hour, and the bot did not start for an hour, again and again."""
    caplog.set_level("INFO")
    homeserver = Homeserver()
    homeserver.errors = {"/join/#one": PATIENCE}
    rooms = rooms_at(homeserver)
    await rooms.resolve(strict=strict)
    assert (rooms.desk_id, set(rooms.communities)) == ("!desk", {"!one", "!two"})
    assert homeserver.joined == {"!desk", "!two"}
    entering = Entering(rooms)
    assert entering.due() == [("!one",)]
    await entering.attempt(("!one",))
    assert entering.due() == []  # Not before the hour is over.
    homeserver.errors = {}
    await Entering(rooms).attempt(("!one",))
    assert homeserver.joined == {"!desk", "!one", "!two"}
    assert Entering(rooms).due() == []
    last = caplog.records[-1]
    assert (last.message, vars(last)["setting"]) == ("community_entered", "rooms.community[0].room")


async def test_a_room_that_turns_out_to_be_closed_is_told_and_not_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    homeserver = Homeserver()
    homeserver.errors, homeserver.shut = {"/join/#one": AWAY}, {"!one"}
    rooms = rooms_at(homeserver)
    await rooms.resolve(strict=False)
    homeserver.errors = {}
    entering = Entering(rooms)
    await entering.attempt(("!one",))
    assert entering.due() == []
    assert [vars(each)["reason"] for each in caplog.records] == [
        "another server does not answer, or asks for patience",
        "the bot may not join (403 M_FORBIDDEN)",
    ]


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
