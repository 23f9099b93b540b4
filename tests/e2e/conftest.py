from collections.abc import AsyncIterator

import pytest

from storage.store import Store
from tests.e2e.workspace import Scene, scene


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Scene]:
    """Lee, Ana, Omar and Kim in #ml-platform on a Monday at 10:00 in London; on both databases."""
    async with scene(store) as ready:
        yield ready
