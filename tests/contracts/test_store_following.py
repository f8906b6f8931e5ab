"""What every store promises of urgency, doubt, edits, redactions, reactions and parking."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.cases import Status
from bot.messages import Kind, Message, Outgoing, Place, Priority, Style
from bot.outcome import Given, Note, Outcome, Reaction
from bot.ports import Store
from tests.contracts.examples import NOW, case, entry, message, outgoing, ref
from tests.fakes import FakeClock

MINUTE = timedelta(minutes=1)


async def queue(store: Store, *said: Outgoing) -> None:
    await store.commit(Outcome("said", outgoing=said))


async def waiting(store: Store) -> list[str]:
    return [each.key for each in await store.unsent(100)]


async def said(store: Store, *keys: str) -> None:
    for key in keys:
        await store.attempt(key)
        await store.sent(key, f"${key}")


# Urgency and order


async def test_what_is_urgent_goes_first_and_else_what_is_older(store: Store) -> None:
    await queue(
        store,
        outgoing("tick", style=Style.REACTION, reply_to="$1", priority=Priority.REACTION),
        outgoing("notice1", thread="$a"),
        outgoing("notice2", thread="$b"),
        outgoing("answer", thread="$c", priority=Priority.WORDS),
    )
    assert await waiting(store) == ["answer", "notice1", "notice2", "tick"]


async def test_in_one_thread_the_older_goes_first_and_the_urgent_one_lifts_it(
    store: Store,
) -> None:
    await queue(
        store,
        outgoing("elsewhere", thread="$other"),
        outgoing("before", thread="$a"),
        outgoing("answer", thread="$a", priority=Priority.WORDS),
        outgoing("after", thread="$a"),
    )
    assert await waiting(store) == ["before", "answer", "after", "elsewhere"]


async def test_behind_what_is_held_back_its_thread_waits(store: Store) -> None:
    await queue(store, outgoing("root"), outgoing("edit", replaces="root", text="Anew."))
    await store.attempt("root")
    await queue(
        store,
        outgoing("changed", replaces="root", text="Again.", thread="$t"),
        outgoing("next", thread="$t"),
    )
    assert await waiting(store) == ["root"]
    await store.sent("root", "$root")
    assert await waiting(store) == ["changed", "next"]


async def test_what_is_left_alone_holds_up_its_thread_and_nobody_else(store: Store) -> None:
    """However many are stuck, all the others are handed out."""
    await queue(
        store,
        *(outgoing(f"stuck{each}", thread="$a") for each in range(5)),
        outgoing("behind", thread="$a", priority=Priority.WORDS),
        outgoing("elsewhere", thread="$b"),
    )
    stuck = [f"stuck{each}" for each in range(5)]
    assert [each.key for each in await store.unsent(2, stuck)] == ["elsewhere"]
    assert [each.key for each in await store.unsent(2, stuck[1:])] == ["stuck0", "elsewhere"]


async def test_what_is_left_alone_by_itself_holds_up_only_what_hangs_on_it(store: Store) -> None:
    await queue(store, outgoing("card"), outgoing("draft", thread="card"), outgoing("next"))
    assert [each.key for each in await store.unsent(9, (), ["card"])] == ["next"]


async def test_what_waits_for_the_desk_is_kept_when_the_bot_is_put_out_there(store: Store) -> None:
    gone = message("$gone", kind=Kind.GONE, text="", place=Place.DESK)
    await queue(store, outgoing("card"))
    await store.receive("matrix", [gone], "s1")
    await store.commit(Outcome("gone", ref("$gone"), gone=True))
    assert await waiting(store) == ["card"]


async def test_a_reaction_or_redaction_left_alone_holds_up_nothing(store: Store) -> None:
    await queue(
        store,
        outgoing("tick", style=Style.REACTION, text="✅", reply_to="$x"),
        outgoing("back", style=Style.REDACTION, text="", reply_to="$y"),
        outgoing("card"),
    )
    assert [each.key for each in await store.unsent(9, ["tick", "back"])] == ["card"]


async def test_what_lost_its_thread_stands_in_line_with_what_is_outside(store: Store) -> None:
    await queue(store, outgoing("root"), outgoing("below", thread="root"), outgoing("outside"))
    await store.undeliverable("root", "no")
    assert [each.key for each in await store.unsent(9, ["below"])] == []


async def test_a_thread_named_by_key_and_by_event_is_one_thread(store: Store) -> None:
    await queue(store, outgoing("card"))
    await said(store, "card")
    await queue(
        store,
        outgoing("first", thread="card"),
        outgoing("second", thread="$card", priority=Priority.WORDS),
    )
    assert await waiting(store) == ["first", "second"]


# Doubt


async def test_what_was_begun_is_told_apart_with_its_time(store: Store, clock: FakeClock) -> None:
    await queue(store, outgoing("one"), outgoing("two"))
    clock.advance(MINUTE)
    await store.attempt("one")
    assert [each.attempted_at for each in await store.unsent(10)] == [NOW + MINUTE, None]
    await store.sent("one", "$one")
    await store.attempt("one")
    assert await waiting(store) == ["two"]


async def test_what_is_begun_is_handed_out_as_it_is_at_that_moment(store: Store) -> None:
    await queue(store, outgoing("answer"), outgoing("other"))
    assert [each.text for each in await store.unsent(10)] == [outgoing("answer").text] * 2
    await queue(store, outgoing("edit", replaces="answer", text="Better."))
    begun = await store.attempt("answer")
    assert begun is not None
    assert (begun.key, begun.text, begun.attempted_at) == ("answer", "Better.", None)


async def test_what_is_begun_again_keeps_the_time_of_the_first(
    store: Store, clock: FakeClock
) -> None:
    await queue(store, outgoing("one"))
    for _ in range(3):
        await store.attempt("one")
        clock.advance(MINUTE)
    assert [each.attempted_at for each in await store.unsent(10)] == [NOW]


async def test_what_is_not_to_be_said_now_is_not_begun(store: Store) -> None:
    """What was taken back, said already, or hangs on something not said yet."""
    await queue(
        store,
        outgoing("copy", original=ref("$asked")),
        outgoing("said"),
        outgoing("root"),
        outgoing("below", thread="root"),
    )
    await said(store, "said")
    await store.commit(Outcome("taken back", taken_back=(ref("$asked"),)))
    for key in ("copy", "said", "below", "unknown"):
        assert await store.attempt(key) is None
    await said(store, "root")
    (below,) = await store.unsent(10)
    assert (below.key, below.attempted_at) == ("below", None)


# Edits


async def test_an_edit_of_what_was_never_begun_changes_it_in_place(store: Store) -> None:
    await queue(store, outgoing("answer"))
    await queue(store, outgoing("edit", replaces="answer", text="Better.", html="<p>Better."))
    (only,) = await store.unsent(10)
    assert (only.key, only.text, only.html) == ("answer", "Better.", "<p>Better.")


async def test_an_edit_of_what_stands_names_its_event(store: Store) -> None:
    await queue(store, outgoing("answer"))
    await said(store, "answer")
    await queue(store, outgoing("edit", replaces="answer", text="Better."))
    (edit,) = await store.unsent(10)
    assert (edit.key, edit.replaces, edit.text) == ("edit", "$answer", "Better.")


async def test_several_edits_become_the_last_one(store: Store) -> None:
    await queue(store, outgoing("answer"))
    await said(store, "answer")
    for number in range(3):
        await queue(store, outgoing(f"edit{number}", replaces="answer", text=f"v{number}"))
    assert [each.text for each in await store.unsent(10)] == ["v2"]


async def test_an_edit_that_was_begun_is_not_displaced(store: Store) -> None:
    await queue(store, outgoing("answer"))
    await said(store, "answer")
    await queue(store, outgoing("edit1", replaces="answer"))
    await store.attempt("edit1")
    await queue(store, outgoing("edit2", replaces="answer"))
    assert await waiting(store) == ["edit1", "edit2"]


async def test_an_edit_of_an_edit_changes_what_was_said_at_first(store: Store) -> None:
    await queue(store, outgoing("answer"))
    await said(store, "answer")
    await queue(store, outgoing("edit1", replaces="answer"))
    await said(store, "edit1")
    await queue(store, outgoing("edit2", replaces="edit1", text="Better."))
    (edit,) = await store.unsent(10)
    assert (edit.key, edit.replaces, edit.text) == ("edit2", "$answer", "Better.")


async def test_an_edit_of_an_edit_that_was_never_said_is_said(store: Store) -> None:
    await queue(store, outgoing("answer"))
    await queue(store, outgoing("edit1", replaces="answer", text="Worse."))
    await queue(store, outgoing("edit2", replaces="edit1", text="Better."))
    (only,) = await store.unsent(10)
    assert (only.key, only.text) == ("answer", "Better.")


async def test_an_edit_whose_key_is_known_is_dropped(store: Store) -> None:
    await queue(store, outgoing("answer"))
    edit = outgoing("edit", replaces="answer", text="Better.")
    await queue(store, edit)
    await queue(store, replace(edit, text="Never."))
    assert [each.text for each in await store.unsent(10)] == ["Better."]


async def test_an_edit_of_what_will_never_be_said_is_not_said(store: Store) -> None:
    await queue(store, outgoing("answer"))
    await store.attempt("answer")
    await queue(store, outgoing("edit", replaces="answer"))
    await store.undeliverable("answer", "the room is gone")
    await queue(store, outgoing("later", replaces="answer"))
    assert await waiting(store) == []


async def test_a_message_edited_before_it_was_handled_has_the_new_words(store: Store) -> None:
    edit = message("$2", kind=Kind.EDIT, text="How do I get a visa?", reply_to="$1", hidden=3)
    await store.receive("matrix", [message("$1"), edit], "s1")
    (first,) = await store.unhandled(NOW, 10)
    assert (first.text, first.kind) == ("How do I get a visa?", Kind.TEXT)
    assert first.hidden == 3


async def test_an_edit_comes_once_the_message_it_edits_is_handled(store: Store) -> None:
    edit = message("$2", kind=Kind.EDIT, text="How do I get a visa?", reply_to="$1")
    await store.receive("matrix", [message("$1"), edit], "s1")
    await store.put_off(ref("$1"), NOW + MINUTE)
    assert await store.unhandled(NOW, 10) == []
    (first,) = await store.unhandled(NOW + MINUTE, 10)
    assert first.ref == ref("$1")
    await store.commit(Outcome("answered", first.ref))
    assert [each.ref for each in await store.unhandled(NOW, 10)] == [ref("$2")]


async def test_what_is_taken_back_before_it_is_handled_goes_with_its_edits(store: Store) -> None:
    edit = message("$2", kind=Kind.EDIT, text="How do I get a visa?", reply_to="$1")
    gone = message("$3", kind=Kind.REDACTION, text="", reply_to="$1")
    await store.receive("matrix", [message("$1"), edit, gone], "s1")
    await store.put_off(ref("$1"), NOW + MINUTE)
    await store.commit(Outcome("taken back", ref("$3"), taken_back=(ref("$1"),)))
    assert await store.unhandled(NOW + MINUTE, 10) == []


async def test_an_edit_by_somebody_else_changes_nothing(store: Store) -> None:
    edit = message("$2", kind=Kind.EDIT, text="Mine!", reply_to="$1", sender="@mallory:x")
    await store.receive("matrix", [message("$1"), edit], "s1")
    assert (await store.unhandled(NOW, 10))[0].text == message().text


def sealed(event: str, **more: Any) -> Message:
    return message(event, kind=Kind.UNREADABLE, text='{"type": "m.room.encrypted"}', **more)


VISA = "How do I get a visa?"


async def test_what_can_not_be_read_takes_the_words_of_its_edit_and_is_one_question(
    store: Store,
) -> None:
    """The key that came later made a second question of it."""
    edit = message("$2", kind=Kind.EDIT, text=VISA, reply_to="$1", thread="$t", addressed=True)
    await store.receive("matrix", [sealed("$1")], "s1")
    await store.wait(ref("$1"), NOW + MINUTE, for_keys=True)
    await store.receive("matrix", [edit], "s2")
    (first,) = await store.unhandled(NOW, 10)
    assert (first.ref, first.kind, first.text) == (ref("$1"), Kind.TEXT, VISA)
    assert (first.thread, first.addressed, first.waits) == ("$t", True, 0)
    # Its handler may have found no key just now.
    assert await store.wait(ref("$1"), NOW + MINUTE, for_keys=True) == 0
    assert [each.ref for each in await store.unhandled(NOW, 10)] == [ref("$1")]
    await store.commit(Outcome("answered", ref("$1")))
    assert [each.ref for each in await store.unhandled(NOW, 10)] == [ref("$2")]


async def test_what_was_parked_unread_is_handled_once_an_edit_says_it(store: Store) -> None:
    await store.receive("matrix", [sealed("$1")], "s1")
    await store.put_off(ref("$1"), NOW + MINUTE)
    await store.commit(Outcome("parked", ref("$1"), parked=True))
    edit = message("$2", kind=Kind.EDIT, text=VISA, reply_to="$1")
    await store.receive("matrix", [edit], "s2")
    (first,) = await store.unhandled(NOW, 10)
    assert (first.text, first.failures) == (VISA, 0)
    assert await store.parked() == []


async def test_of_somebody_elses_edit_what_can_not_be_read_takes_nothing(store: Store) -> None:
    edit = message("$2", kind=Kind.EDIT, text=VISA, reply_to="$1", sender="@mallory:x")
    await store.receive("matrix", [sealed("$1"), edit], "s1")
    assert [each.kind for each in await store.unhandled(NOW, 10)] == [Kind.UNREADABLE, Kind.EDIT]


async def test_an_edit_that_is_read_late_is_kept_clear_and_gives_what_waits_its_words(
    store: Store, asker: str
) -> None:
    await store.receive("matrix", [sealed("$1"), sealed("$2")], "s1")
    await store.wait(ref("$2"), NOW, for_keys=True)
    clear = message("$2", kind=Kind.EDIT, text=VISA, reply_to="$1", hidden=2, sender=asker)
    await store.commit(Outcome("read", ref("$2"), read=clear))
    (first,) = await store.unhandled(NOW, 10)
    assert (first.ref, first.kind, first.text, first.hidden) == (ref("$1"), Kind.TEXT, VISA, 2)
    await store.commit(Outcome("answered", ref("$1")))
    (edit,) = await store.unhandled(NOW, 10)
    assert (edit.ref, edit.kind, edit.text, edit.waits) == (ref("$2"), Kind.EDIT, VISA, 0)
    assert edit.sender == first.sender


async def test_an_edit_that_is_read_late_does_not_displace_a_later_one(
    store: Store, asker: str
) -> None:
    newest = message("$3", kind=Kind.EDIT, text=VISA, reply_to="$1")
    await store.receive("matrix", [message("$1"), sealed("$2"), newest], "s1")
    clear = message("$2", kind=Kind.EDIT, text="Older words", reply_to="$1", sender=asker)
    await store.commit(Outcome("read", ref("$2"), read=clear))
    assert [each.text for each in await store.unhandled(NOW, 10)] == [VISA]


# Taking back


async def test_taking_back_what_was_never_begun_cancels_it_without_a_trace(store: Store) -> None:
    await queue(store, outgoing("copy", original=ref("$asked")))
    await store.commit(Outcome("taken back", taken_back=(ref("$asked"),)))
    assert await waiting(store) == []
    assert await store.copies(ref("$asked")) == []


async def test_taking_back_redacts_every_copy_and_its_edits_at_once(store: Store) -> None:
    await queue(
        store,
        outgoing("card", room="!desk", original=ref("$asked")),
        outgoing("draft", room="!desk", thread="card", original=ref("$asked")),
    )
    await said(store, "card", "draft")
    await queue(store, outgoing("edit", room="!desk", replaces="card"))
    await said(store, "edit")
    await queue(store, outgoing("notice", room="!desk"))
    await store.commit(Outcome("taken back", taken_back=(ref("$asked"),)))
    redactions = await store.unsent(10)
    assert [(each.style, each.reply_to) for each in redactions] == [
        (Style.REDACTION, "$card"),
        (Style.REDACTION, "$edit"),
        (Style.REDACTION, "$draft"),
        (Style.NOTICE, None),
    ]
    assert all(each.room == "!desk" for each in redactions)
    await store.commit(Outcome("again", taken_back=(ref("$asked"),)))
    assert len(await store.unsent(10)) == 4


async def test_taking_back_what_may_stand_waits_until_that_is_known(store: Store) -> None:
    await queue(store, outgoing("copy", original=ref("$asked")))
    await store.attempt("copy")
    await store.commit(Outcome("taken back", taken_back=(ref("$asked"),)))
    assert await waiting(store) == ["copy"]
    await store.sent("copy", "$copy")
    (redaction,) = await store.unsent(10)
    assert (redaction.style, redaction.reply_to) == (Style.REDACTION, "$copy")


async def test_one_thing_said_is_taken_back_by_its_key(store: Store) -> None:
    await queue(store, outgoing("answer"))
    await said(store, "answer")
    back = outgoing("back", style=Style.REDACTION, text="", reply_to="answer")
    await queue(store, back)
    (redaction,) = await store.unsent(10)
    assert redaction.reply_to == "$answer"


async def test_taking_back_erases_the_message_its_note_and_its_reaction(
    store: Store, asker: str
) -> None:
    await store.receive("matrix", [message()], "s1")
    await queue(store, outgoing("loket1"))
    note = Note(ref(), 1, asker, "words")
    reaction = Reaction(ref(), ref("$2"), "👍", "loket1")
    await store.commit(Outcome("case", case=case(asker), note=note, reaction=reaction))
    await store.commit(Outcome("taken back", taken_back=(ref(),)))
    assert await store.unhandled(NOW, 10) == []
    assert await store.note(ref()) is None
    assert await store.reaction(ref()) is None
    await store.receive("matrix", [message()], "s2")
    assert await store.unhandled(NOW, 10) == []


# Copies


async def test_a_copy_leads_to_its_original_and_back(store: Store) -> None:
    await queue(
        store,
        outgoing("card", room="!desk", original=ref("$asked"), thread="$t"),
        outgoing("tick", room="!desk", style=Style.REACTION, reply_to="$9", original=ref("$asked")),
        outgoing("other", room="!desk"),
    )
    await said(store, "card", "other")
    assert await store.original("matrix", "!desk", "$card") == ref("$asked")
    assert await store.original("matrix", "!desk", "$other") is None
    assert await store.original("matrix", "!elsewhere", "$card") is None
    (copy,) = await store.copies(ref("$asked"))
    assert (copy.key, copy.room, copy.thread) == ("card", "!desk", "$t")
    assert copy.attempted_at == NOW


async def test_the_case_of_a_question_is_found_by_where_it_was_asked(
    store: Store, asker: str
) -> None:
    assert await store.case_asked(ref()) is None
    await store.commit(Outcome("case", case=case(asker)))
    found = await store.case_asked(ref())
    assert found is not None
    assert found.id == 1


async def test_what_an_answer_carries_is_known_also_after_an_edit(
    store: Store, asker: str, clock: FakeClock
) -> None:
    await store.publish([entry("one"), entry("two")], "files")
    given = Given(asker, "one", 1, "answer")
    await store.commit(Outcome("answered", given=given, outgoing=(outgoing("answer"),)))
    assert await store.given("answer") == (given, NOW)
    clock.advance(MINUTE)
    await said(store, "answer")
    anew = Given(asker, "two", 1, "edit")
    edit = outgoing("edit", replaces="answer")
    await store.commit(Outcome("answered anew", given=anew, outgoing=(edit,)))
    assert await store.given("answer") == (anew, NOW + MINUTE)
    assert await store.given("unknown") is None


# Reactions


async def test_reactions_shown_by_one_of_the_bots_are_listed_together(store: Store) -> None:
    await queue(store, outgoing("mirror"))
    first = Reaction(ref("$r1"), ref("$target"), "👍", "mirror")
    for each in (
        first,
        replace(first, ref=ref("$r2")),
        replace(first, ref=ref("$r3"), emoji="🙏"),
        replace(first, ref=ref("$r4"), target=ref("$elsewhere")),
    ):
        await store.commit(Outcome("reaction", reaction=each))
    found = await store.mirrored(ref("$target"), "👍")
    assert [each.ref.event for each in found] == ["$r1", "$r2"]
    assert await store.reaction(ref("$r1")) == first
    assert await store.reaction(ref("$unknown")) is None


# Parking and failures


async def test_failures_are_counted_with_the_message(store: Store) -> None:
    await store.receive("matrix", [message()], "s1")
    await store.put_off(ref(), NOW)
    await store.put_off(ref(), NOW)
    assert [each.failures for each in await store.unhandled(NOW, 10)] == [2]


async def test_a_parked_message_is_kept_aside_until_somebody_says_so(store: Store) -> None:
    await store.receive("matrix", [message("$1"), message("$2")], "s1")
    await store.put_off(ref(), NOW + MINUTE)
    await store.commit(Outcome("parked", ref(), parked=True))
    assert [each.ref.event for each in await store.unhandled(NOW + 2 * MINUTE, 10)] == ["$2"]
    (parked,) = await store.parked()
    assert (parked.ref, parked.text) == (ref(), message().text)
    assert await store.unpark() == 1
    assert await store.parked() == []
    assert [each.failures for each in await store.unhandled(NOW, 10)] == [0, 0]


# Rooms lost and moved


async def test_what_came_after_the_bot_was_let_in_again_is_kept(
    store: Store, asker: str, clock: FakeClock
) -> None:
    await queue(store, outgoing("before"))
    gone = message("$gone", kind=Kind.GONE, text="")
    await store.receive("matrix", [message("$old"), gone, message("$new")], "s1")
    clock.advance(MINUTE)
    asked = ref("$asked")
    later = case(asker, asked=asked, status=Status.WAITING, opened_at=clock(), due_at=clock())
    await store.commit(Outcome("asked", case=later, outgoing=(outgoing("after"),)))
    await store.commit(Outcome("gone", ref("$gone"), gone=True))
    assert [each.ref.event for each in await store.unhandled(clock(), 10)] == ["$new"]
    assert await waiting(store) == ["after"]
    assert [each.asked for each in await store.open_cases()] == [asked]


async def test_of_a_lost_room_nothing_is_handled_and_nothing_said(store: Store, asker: str) -> None:
    gone = message("$gone", kind=Kind.GONE, text="")
    elsewhere = message("$2", ref=ref("$2", room="!other"))
    await store.receive("matrix", [message(), elsewhere, gone], "s1")
    waiting_case = case(asker, status=Status.WAITING, due_at=NOW)
    await store.commit(Outcome("case", case=waiting_case))
    await queue(store, outgoing("here"), outgoing("there", room="!other"))
    await store.commit(Outcome("gone", ref("$gone"), gone=True))
    assert [each.ref.room for each in await store.unhandled(NOW, 10)] == ["!other"]
    assert await waiting(store) == ["there"]
    assert await store.cases_due(NOW) == []


async def test_what_waits_for_a_replaced_room_is_said_in_the_new_one(
    store: Store, asker: str
) -> None:
    await store.commit(Outcome("case", case=case(asker)))
    await queue(store, outgoing("card"))
    await said(store, "card")
    await queue(
        store,
        outgoing("answer", thread="$1", reply_to="$1"),
        outgoing("edit", replaces="card"),
    )
    await store.receive("matrix", [message("$tomb", kind=Kind.MOVED, text="!new")], "s1")
    await store.commit(Outcome("moved", ref("$tomb"), moved_to="!new"))
    (answer,) = await store.unsent(10)
    assert (answer.room, answer.thread, answer.reply_to) == ("!new", None, None)
    moved = await store.case(1)
    assert moved is not None
    assert (moved.asked.room, moved.root) == ("!new", "")


# Budgets


async def test_what_the_bot_answered_is_counted_by_person_and_room(
    store: Store, clock: FakeClock, asker: str
) -> None:
    async def asks(
        event: str, room: str = "!welcome", answered: bool = True, **more: object
    ) -> None:
        there = message(event, ref=ref(event, room=room), **more)
        await store.receive("matrix", [there], event)
        reply = outgoing(f"to{event}", room=room)
        await store.commit(Outcome("answered", there.ref, outgoing=(reply,) if answered else ()))

    await asks("$1")
    await asks("$2", room="!other")
    await asks("$3", answered=False)
    await asks("$4", sender="@bob:example.org")
    await asks("$5", place=Place.DESK)
    assert await store.spent(asker, "!welcome", NOW) == (2, 2)
    await store.receive("matrix", [message("$6"), message("$7")], "s")
    await store.commit(Outcome("to people", ref("$6"), case(asker, asked=ref("$6"))))
    assert await store.spent(asker, "!welcome", NOW) == (3, 3)
    await store.commit(Outcome("over", ref("$7"), outgoing=(outgoing("loket7"),), free=True))
    assert await store.spent(asker, "!welcome", NOW) == (3, 3)
    await store.receive("matrix", [message("$8"), message("$9", kind=Kind.REDACTION)], "s")
    for event in ("$8", "$9"):
        to_desk = outgoing(f"loket{event}", room="!desk")
        await store.commit(Outcome("passed on", ref(event), outgoing=(to_desk,)))
    assert await store.spent(asker, "!welcome", NOW) == (4, 4)
    clock.advance(MINUTE)
    assert await store.spent(asker, "!welcome", NOW + MINUTE) == (0, 0)


# Whom the bot alerted lately


async def test_who_was_alerted_in_a_thread_is_known_for_a_while(
    store: Store, clock: FakeClock, asker: str
) -> None:
    other = (await store.enroll("matrix", ["@bob:example.org"]))["@bob:example.org"]
    card = outgoing("card", room="!desk", style=Style.TEXT, mentions=(other,))
    loud = {"room": "!desk", "style": Style.TEXT, "mentions": (asker,)}
    said = outgoing("said", thread="card", **loud)
    elsewhere = outgoing("elsewhere", thread="$other", **loud)
    quiet = outgoing("quiet", thread="$quiet", room="!desk", mentions=())
    await store.commit(Outcome("q", outgoing=(card, said, elsewhere, quiet)))
    began = clock()
    assert await store.alerted("card", asker, began)
    assert not await store.alerted("card", other, began)
    assert not await store.alerted("$quiet", asker, began)
    clock.advance(MINUTE)
    assert not await store.alerted("card", asker, clock())
    await store.sent("card", "$card")
    await store.sent("said", "$said")
    assert await store.alerted("card", asker, began)
    await store.undeliverable("elsewhere", "403")
    assert not await store.alerted("$other", asker, began)


async def test_an_edit_that_was_refused_for_a_while_never_comes_after_a_newer_one(
    store: Store,
) -> None:
    await store.commit(Outcome("card", outgoing=(outgoing("loket1"),)))
    await store.sent("loket1", "$card")
    old = outgoing("loket2", text="claimed", replaces="loket1")
    new = outgoing("loket3", text="answered", replaces="loket1")
    await store.commit(Outcome("claimed", outgoing=(old,)))
    assert await store.attempt("loket2")
    await store.commit(Outcome("answered", outgoing=(new,)))
    assert [each.key for each in await store.unsent(9, (), ["loket2"])] == ["loket3"]
    await store.sent("loket3", "$edit")
    assert await store.unsent(9) == []
    assert await store.attempt("loket2") is None
