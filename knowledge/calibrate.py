"""From scores to how sure the best hit is.

A score alone says little: it tells that a question is near an entry, not that no other entry is
as near. So the lead over the next different entry counts too. Of score and lead added in
proportions from 1:0 to 1:3, this one answered most questions with 95 % of the answers right, on
the Dutch and the Estonian set of real questions that Loket was tuned with.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.ports import Hit

LEAD = 2.0
"""How often the lead counts beside the score."""

LARGEST_LEAD = 0.15
"""A lead beyond this makes nothing surer; in a small index every lead is large."""

UNRELATED = 0.85
"""The score of the next different entry where there is none; unrelated ones reach that."""

ENOUGH = 100
"""Wordings in a language from which its middle is known well enough to tell by a bound whether two
questions in different languages are one. Drawn from the sample entries, 100 to 600 in each of two
languages let nearly the same pairs reach the bound; 20 in each let 30 wrong ones, 5 thousands."""


def lead(hits: Sequence[Hit]) -> float:
    """The best hit's lead over the next one of other knowledge, 0 to ``LARGEST_LEAD``.

    Args:
        hits: Best first, at least one. Translations of one entry share their knowledge.
    """
    best = hits[0]
    rivals = (hit.score for hit in hits if hit.knowledge != best.knowledge)
    return min(max(best.score - next(rivals, UNRELATED), 0.0), LARGEST_LEAD)


def confidence(hits: Sequence[Hit]) -> float:
    """How sure it is that the best of these hits, best first, answers; 0 without hits.

    Not a probability: comparable between questions to the same entries and model, from
    about 0.5 (unrelated) to 1.5 (word for word, and nothing else is near).
    """
    return hits[0].score + LEAD * lead(hits) if hits else 0.0
