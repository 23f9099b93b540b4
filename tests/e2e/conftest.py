from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from storage.store import Store
from tests.e2e.child import Nursery
from tests.e2e.company import CLIENT, SECRET
from tests.e2e.workspace import Scene, scene


@pytest.fixture
async def stage(store: Store) -> AsyncIterator[Scene]:
    """Lee, Ana, Omar and Kim in #ml-platform on a Monday at 10:00 in London; on both databases."""
    async with scene(store) as ready:
        yield ready


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nursery(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Nursery]:
    """Reading the whole program takes longer than many a life."""
    async with Nursery.open(tmp_path_factory.mktemp("nursery") / "log") as place:
        yield place


@pytest.fixture
def as_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a company's service: Bolt looks for these in the environment by itself, where they are for us."""
    monkeypatch.setenv("SLACK_CLIENT_ID", CLIENT)
    monkeypatch.setenv("SLACK_CLIENT_SECRET", SECRET)
