"""To which version of its original a translation is bound.

Rules:

- A translation may name the version that it translates; it must be one that there is.
- One that names none is of the newest version there was when it was made: when it came, when it
  said something else, or when it was last held against its source.
- Versions are counted by each Loket. So where a file also tells the number that the original had
  where the file comes from, and there is no such version here, that number means the one beside.
"""

from __future__ import annotations

from dataclasses import replace

from knowledge.entry import Entry


def bound_to(entry: Entry, newest: int, beside: int = 0) -> int:
    """The version of its original that an entry names.

    Args:
        entry: A translation that names one.
        newest: The number of its original's newest version here; 0: there is no such entry.
        beside: The number that the same file or folder gives the original; 0: it has it not.

    Raises:
        ValueError: There is no such version; its text says what to write.
    """
    named, original = entry.translation_of_version or 0, entry.translation_of
    if not newest:
        raise ValueError(f"names version {named} of {original}, and there is no such entry")
    if named <= newest:
        return named
    if named == beside:
        return newest
    raise ValueError(
        f"names version {named} of {original}, and the newest one is {newest};"
        " leave it out if this translates that"
    )


def left_open(entry: Entry) -> Entry:
    """The entry as one that names no version of its original."""
    return replace(entry, translation_of_version=None)
