"""What becomes of an entry that a folder and this Loket may both have changed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from knowledge.entry import FIELDS, Entry
from knowledge.merging import Clash, Fate, merge
from tests.contracts.examples import entry

CONTENT = [name for name in FIELDS if name not in ("id", "version")]

entries = st.builds(
    Entry,
    id=st.just("e"),
    lang=st.sampled_from(["en", "nl"]),
    topic=st.sampled_from("tu"),
    question=st.sampled_from("qrs"),
    answer=st.sampled_from("abc"),
    alternatives=st.sampled_from([(), ("x",), ("x", "y")]),
    source=st.sampled_from("st"),
    version=st.integers(1, 3),
)
sides = st.none() | entries


def value(side: Entry | None, name: str) -> object:
    return getattr(side, name) if side else None


@given(base=sides, theirs=sides, ours=sides)
def test_every_change_of_either_side_is_published_kept_or_shown(
    base: Entry | None, theirs: Entry | None, ours: Entry | None
) -> None:
    found = merge("e", base, theirs, ours)
    after = found.entry or ours
    shown = {clash.field: clash for clash in found.clashes}
    for name in CONTENT:
        was, there, here = (value(side, name) for side in (base, theirs, ours))
        if base and theirs and there != was and not found.clashes:
            assert value(after, name) == there
        if base and ours and here != was and not found.clashes:
            assert value(after, name) == here
        if base and theirs and ours and len({was, there, here}) == 3:
            assert shown[name] == Clash(name, was, there, here)
        if not base and theirs and ours and there != here:
            assert shown[name] == Clash(name, None, there, here)
    assert bool(found.clashes) == (found.fate is Fate.CONFLICT)
    if found.clashes:
        assert found.entry is None


@given(base=entries, theirs=entries, ours=entries)
def test_what_only_one_side_changed_never_needs_a_choice(
    base: Entry, theirs: Entry, ours: Entry
) -> None:
    found = merge("e", base, theirs, ours)
    for clash in found.clashes:
        paired = clash.field in ("question", "answer")
        assert len({clash.base, clash.theirs, clash.ours}) >= (2 if paired else 3)


@given(base=entries, theirs=entries, ours=entries)
def test_both_sides_come_to_the_same_whichever_is_merged_into_the_other(
    base: Entry, theirs: Entry, ours: Entry
) -> None:
    here, there = merge("e", base, theirs, ours), merge("e", base, ours, theirs)
    assert {each.field for each in here.clashes} == {each.field for each in there.clashes}
    if not here.clashes:
        one, other = here.entry or ours, there.entry or theirs
        assert one.content_hash() == other.content_hash()


@given(base=entries, theirs=entries, ours=entries)
def test_a_merge_that_was_taken_over_changes_nothing_when_it_is_done_again(
    base: Entry, theirs: Entry, ours: Entry
) -> None:
    """Also with the old record, as after a crash, and with the new one."""
    first = merge("e", base, theirs, ours)
    if first.clashes:
        return
    now = first.entry or ours
    for agreed in (base, theirs):
        assert merge("e", agreed, theirs, now).entry is None


def test_different_fields_are_merged_and_told() -> None:
    base = entry()
    theirs = replace(base, answer="Online.")
    ours = replace(base, source="https://example.org/new", version=4)
    found = merge("passport", base, theirs, ours)
    assert found.fate is Fate.MERGED
    assert found.entry == replace(ours, answer="Online.")
    assert (found.theirs, found.ours) == (("answer",), ("source",))


def test_a_question_and_an_answer_that_nobody_saw_together_are_a_conflict() -> None:
    base = entry()
    for theirs, ours in (("question", "answer"), ("answer", "question")):
        found = merge(
            "passport",
            base,
            replace(base, topic="travel", **{theirs: "Another."}),
            replace(base, source="s", **{ours: "Another too."}),
        )
        assert (found.fate, found.entry) == (Fate.CONFLICT, None)
        assert {each.field for each in found.clashes} == {"question", "answer"}
        assert (found.theirs, found.ours) == (("topic",), ("source",))
    both = replace(base, question="Another?", answer="Another.")
    assert merge("passport", base, both, replace(base, source="s")).fate is Fate.MERGED


def test_an_entry_that_one_side_left_out_and_the_other_changed_is_a_conflict() -> None:
    base, changed = entry(), entry(answer="Online.")
    for theirs, ours in ((changed, None), (None, changed)):
        assert merge("passport", base, theirs, ours).fate is Fate.CONFLICT


def test_an_entry_that_one_side_left_out_and_the_other_did_not_change() -> None:
    assert merge("passport", entry(), None, entry(version=9)).fate is Fate.GONE
    assert merge("passport", entry(), entry(version=9), None).fate is Fate.KEPT


def test_an_entry_that_only_one_side_ever_had() -> None:
    assert merge("passport", None, entry(), None).entry == entry()
    assert merge("passport", None, None, entry()).fate is Fate.KEPT
    assert merge("passport", entry(), None, None).fate is Fate.SAME


# Of which version of its original a translation is

DUTCH = entry("nl", lang="nl", translation_of="passport", translation_of_version=2)
OPEN = replace(DUTCH, translation_of_version=None)


def test_a_version_that_the_folder_leaves_open_is_no_change() -> None:
    assert merge("nl", OPEN, OPEN, DUTCH).fate is Fate.SAME
    assert merge("nl", DUTCH, OPEN, DUTCH).fate is Fate.SAME
    assert merge("nl", OPEN, DUTCH, DUTCH).fate is Fate.SAME
    assert merge("nl", DUTCH, OPEN, None).fate is Fate.KEPT
    changed = merge("nl", OPEN, replace(OPEN, answer="Online."), DUTCH)
    assert (changed.fate, changed.theirs) == (Fate.TAKEN, ("answer",))
    assert changed.entry == replace(OPEN, answer="Online.")


def test_a_version_that_is_named_is_merged_like_every_field() -> None:
    newer = replace(DUTCH, translation_of_version=3)
    taken = merge("nl", OPEN, newer, DUTCH)
    assert (taken.fate, taken.theirs, taken.entry) == (
        *(Fate.TAKEN, ("translation_of_version",), newer),
    )
    assert merge("nl", DUTCH, DUTCH, newer).fate is Fate.KEPT
    newest = replace(DUTCH, translation_of_version=4)
    (clash,) = merge("nl", DUTCH, newest, newer).clashes
    assert (clash.field, clash.theirs, clash.ours) == ("translation_of_version", 4, 3)
    both = merge("nl", DUTCH, replace(newer, answer="Online."), replace(DUTCH, source="b"))
    assert both.entry == replace(newer, answer="Online.", source="b")
