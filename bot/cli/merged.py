"""What an import tells of each entry: what became of it, and what a person has to choose."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from knowledge.change import in_use, proposed
from knowledge.entry import Entry
from knowledge.merging import Clash, Fate, Merge


def told(
    found: Merge, ours: Entry | None, served: Mapping[str, Entry], place: str
) -> Iterator[str]:
    """What becomes of one entry, a line each.

    Args:
        found: Its merge.
        ours: As it is served here; None: it is not.
        served: All that is, by id.
        place: Where the other side stands: a folder or a file.
    """
    words = in_use(served.values(), found.id)
    match found.fate:
        case Fate.SAME:
            return
        case Fate.NEW:
            yield f"{found.id}: new"
        case Fate.TAKEN if found.entry is None:
            yield f"{found.id}: withdrawn, as it is in the {place} no longer"
        case Fate.TAKEN:
            size = f" ({proposed(ours, found.entry, words)})" if ours and found.entry else ""
            what = ", ".join(found.theirs) or "it is served again"
            yield f"{found.id}: changed in the {place}: {what}{size}"
        case Fate.KEPT:
            what = ", ".join(found.ours) or "it is as it is here"
            yield f"{found.id}: kept: {what}"
        case Fate.MERGED:
            theirs, here = ", ".join(found.theirs), ", ".join(found.ours)
            yield f"{found.id}: merged: {theirs} from the {place}, {here} as changed here"
        case Fate.GONE:
            yield (
                f"{found.id}: left out of the {place}, and still served;"
                f" --theirs {found.id} withdraws it, --ours {found.id} keeps it"
            )
        case Fate.CONFLICT:
            fields = ", ".join(clash.field for clash in found.clashes)
            yield f"{found.id}: conflict, nothing of it was taken: {fields}"
            for clash in found.clashes:
                yield from _shown(clash, place)
            yield f"  choose: --theirs {found.id} (the {place}) or --ours {found.id} (as served)"


def summed_up(merges: Sequence[Merge], *, dry_run: bool) -> str:
    """How many entries fared how."""
    count = Counter(each.fate for each in merges)
    always = (Fate.NEW, Fate.TAKEN, Fate.SAME)
    told = [f"{count[fate]} {fate}" for fate in always]
    told += [f"{count[fate]} {fate}" for fate in Fate if fate not in always and count[fate]]
    return f"{', '.join(told)}.{' Nothing was taken over.' if dry_run else ''}"


def _shown(clash: Clash, place: str) -> Iterator[str]:
    for side, value in ((f"in the {place}", clash.theirs), ("here", clash.ours)):
        yield f"  {clash.field}, {side}:"
        lines = list(difflib.ndiff(_lines(clash.base), _lines(value)))
        yield from (f"    {line.rstrip()}" for line in lines if not line.startswith("?"))


def _lines(value: object) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, tuple):
        return [str(each) for each in value]
    return value.isoformat().splitlines() if isinstance(value, date) else str(value).splitlines()
