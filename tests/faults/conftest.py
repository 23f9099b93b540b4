from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.child import Nursery
from tests.e2e.conftest import stage as stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nursery(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Nursery]:
    """Reading the whole program takes longer than many a life."""
    async with Nursery.open(tmp_path_factory.mktemp("nursery") / "log") as place:
        yield place
