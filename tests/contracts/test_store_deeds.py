"""What every store keeps of what people did for others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases import Status
from bot.deeds import Deed, Track, What
from bot.errors import HandleAgain
from bot.outcome import Outcome
from bot.ports import Store
from tests.contracts.examples import NOW, case, ref
from tests.fakes import FakeClock

DAY = timedelta(days=1)


@pytest.fixture
async def vera(store: Store, asker: str) -> str:
    """A responder's key; there are three cases."""
    for id in (1, 2, 3):
        await store.commit(Outcome("new", case=case(asker, id)))
    return (await store.enroll("matrix", ["@vera:example.org"]))["@vera:example.org"]


async def test_in_an_empty_store_nobody_did_anything(store: Store) -> None:
    assert dict(await store.deeds(NOW, NOW + DAY)) == {}
    assert dict(await store.tracks(NOW)) == {}


async def test_each_deed_counts_once_and_at_its_first_time(
    store: Store, vera: str, clock: FakeClock
) -> None:
    done = (Deed(vera, What.ANSWERED, 1), Deed(vera, What.ANSWERED, 2))
    await store.commit(Outcome("answered", deeds=done))
    clock.advance(DAY)
    await store.commit(Outcome("answered again", deeds=done))
    assert dict(await store.deeds(NOW, NOW + DAY, vera)) == {What.ANSWERED: 2}
    assert dict(await store.deeds(NOW + DAY, NOW + 2 * DAY)) == {}


async def test_thanks_count_once_for_each_who_thanked(store: Store, vera: str, asker: str) -> None:
    thanks = (Deed(vera, What.THANKED, 1, asker), Deed(vera, What.THANKED, 1, vera))
    await store.commit(Outcome("thanks", deeds=thanks))
    await store.commit(Outcome("thanks", deeds=thanks[:1]))
    assert dict(await store.deeds(NOW, NOW + DAY)) == {What.THANKED: 2}


async def test_a_case_that_several_answered_is_one_case_answered(
    store: Store, vera: str, asker: str, clock: FakeClock
) -> None:
    assert await store.cases_answered(NOW, NOW + DAY) == 0
    first = (Deed(vera, What.ANSWERED, 1), Deed(vera, What.VETTED, 3))
    await store.commit(Outcome("answered", deeds=first))
    again = (Deed(asker, What.ANSWERED, 1), Deed(asker, What.SENT, 1), Deed(vera, What.SENT, 2))
    await store.commit(Outcome("answered again", deeds=again))
    clock.advance(DAY)
    await store.commit(Outcome("next day", deeds=(Deed(asker, What.ANSWERED, 2),)))
    assert await store.cases_answered(NOW, NOW + DAY) == 2
    assert await store.cases_answered(NOW + DAY, NOW + 2 * DAY) == 1


async def test_what_was_undone_is_forgotten(store: Store, vera: str) -> None:
    done = (Deed(vera, What.ANSWERED, 1), Deed(vera, What.ANSWERED, 2))
    await store.commit(Outcome("answered", deeds=done))
    await store.commit(Outcome("taken back", undone=done[:1]))
    assert dict(await store.deeds(NOW, NOW + DAY)) == {What.ANSWERED: 1}


async def counted(store: Store) -> dict[What, int]:
    return dict(await store.deeds(NOW, NOW + DAY))


async def test_a_deed_is_forgotten_once_every_message_that_it_is_was_taken_back(
    store: Store, vera: str, asker: str
) -> None:
    thanks = Deed(vera, What.THANKED, 1, asker, ref("$tap"))
    other = replace(thanks, case_id=2, ref=ref("$other"))
    again = replace(thanks, ref=ref("$words"))
    await store.commit(Outcome("thanks", deeds=(thanks, other)))
    await store.commit(Outcome("thanks", deeds=(again,)))
    await store.commit(Outcome("taken back", taken_back=(ref("$tap"),)))
    assert await counted(store) == {What.THANKED: 2}
    await store.commit(Outcome("taken back", taken_back=(ref("$words"),)))
    assert await counted(store) == {What.THANKED: 1}
    await store.commit(Outcome("thanks", deeds=(again,)))
    assert await counted(store) == {What.THANKED: 2}


@pytest.mark.parametrize("first", [0, 1])
async def test_a_deed_that_is_no_message_outlasts_those_that_say_it_too(
    store: Store, vera: str, asker: str, first: int
) -> None:
    said = Deed(vera, What.VETTED, 1, ref=ref("$tap"))
    done = (said, replace(said, ref=None))
    for deed in (done[first], done[1 - first]):
        await store.commit(Outcome("vetted", deeds=(deed,)))
    await store.commit(Outcome("taken back", taken_back=(ref("$tap"),)))
    assert await counted(store) == {What.VETTED: 1}


async def test_what_was_undone_and_done_by_another_message_is_undone_by_that_alone(
    store: Store, vera: str, asker: str
) -> None:
    done = Deed(vera, What.VETTED, 1, ref=ref("$tap"))
    await store.commit(Outcome("vetted", deeds=(done,)))
    await store.commit(Outcome("undone", undone=(replace(done, ref=None),)))
    assert await counted(store) == {}
    await store.commit(Outcome("vetted", deeds=(replace(done, ref=ref("$again")),)))
    await store.commit(Outcome("taken back", taken_back=(ref("$tap"),)))
    assert await counted(store) == {What.VETTED: 1}
    await store.commit(Outcome("taken back", taken_back=(ref("$again"),)))
    assert await counted(store) == {}


async def test_deeds_of_one_person_are_told_apart(store: Store, vera: str, asker: str) -> None:
    done = (Deed(vera, What.ANSWERED, 1), Deed(asker, What.VETTED, 1))
    await store.commit(Outcome("vetted", deeds=done))
    assert dict(await store.deeds(NOW, NOW + DAY, vera)) == {What.ANSWERED: 1}
    assert dict(await store.deeds(NOW, NOW + DAY)) == {What.ANSWERED: 1, What.VETTED: 1}


async def test_only_who_answered_first_is_told_how_long_it_took(
    store: Store, vera: str, asker: str, clock: FakeClock
) -> None:
    clock.advance(timedelta(hours=2))
    answered = case(asker, 1, status=Status.ANSWERED, version=1)
    await store.commit(Outcome("answered", case=answered, deeds=(Deed(vera, What.ANSWERED, 1),)))
    clock.advance(timedelta(hours=1))
    later = Outcome(
        "answered",
        case=case(asker, 1, status=Status.ANSWERED, version=2),
        deeds=(Deed(asker, What.ANSWERED, 1),),
    )
    await store.commit(later)
    assert await store.first_answers_of(vera) == [7200]
    assert await store.first_answers_of(asker) == []


async def test_a_track_tells_how_many_of_somebodys_answers_were_vetted(
    store: Store, vera: str, asker: str, clock: FakeClock
) -> None:
    await store.commit(Outcome("answered", deeds=(Deed(vera, What.ANSWERED, 1),)))
    clock.advance(DAY)
    done = [Deed(vera, What.ANSWERED, id) for id in (2, 3)]
    done += [Deed(vera, What.WAS_VETTED, 1), Deed(vera, What.WAS_VETTED, 2)]
    done += [Deed(asker, What.ANSWERED, 3), Deed(asker, What.SENT, 2)]
    await store.commit(Outcome("answered", deeds=tuple(done)))
    assert dict(await store.tracks(NOW)) == {vera: Track(3, 2), asker: Track(1, 0)}
    assert dict(await store.tracks(NOW + DAY)) == {vera: Track(2, 1), asker: Track(1, 0)}


async def test_a_deed_is_not_kept_when_its_case_was_changed_by_somebody_else(
    store: Store, vera: str, asker: str
) -> None:
    stale = Outcome("answered", case=case(asker, 1), deeds=(Deed(vera, What.ANSWERED, 1),))
    with pytest.raises(HandleAgain):
        await store.commit(stale)
    assert dict(await store.deeds(NOW, NOW + DAY)) == {}
