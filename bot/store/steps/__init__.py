"""The tables, as the steps that lead to them.

A step is never changed once it was released; what differs afterwards is a new step at the
end. Only the table ``persons`` holds user ids; every other table points at its random keys.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from bot.store.steps import asking, helping, recalling, serving, talking

STEPS: tuple[Callable[[Database], None], ...] = (
    talking.m001_messages,
    talking.m002_entries,
    talking.m003_cases,
    talking.m004_following,
    talking.m005_figures,
    talking.m006_manners,
    talking.m007_waiting,
    helping.m008_forgetting,
    helping.m009_desk,
    helping.m010_versions,
    helping.m011_time,
    helping.m012_deeds,
    helping.m013_aftercare,
    helping.m014_reviews,
    helping.m015_flags,
    helping.m016_translations,
    helping.m017_taking_back,
    helping.m018_withdrawals,
    helping.m019_flags_of_entries,
    helping.m020_moves,
    helping.m021_shown,
    serving.m022_kindred,
    serving.m023_renewals,
    serving.m024_apart,
    serving.m025_advice,
    recalling.m026_recalled,
    asking.m027_asked_back,
    serving.m028_writers,
)
"""All steps in order; the number of the last one is the database's version."""
