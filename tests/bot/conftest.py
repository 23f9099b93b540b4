from collections.abc import AsyncIterator

import pytest

from workspace.server import Workspace


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    async with Workspace.start() as server:
        yield server
