"""Who many of these tests need."""

from __future__ import annotations

import pytest
from stage.strict import StrictPerson

from tests.town import Town


@pytest.fixture
async def carla(town: Town) -> StrictPerson:
    """A citizen whose client is strict."""
    return await town.encrypting("carla")
