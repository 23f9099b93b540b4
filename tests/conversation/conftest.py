import pytest

from conversation import results, sharing
from storage.records import Assessment
from storage.store import Store
from tests.conversation.desk import Bench


@pytest.fixture
def bench(store: Store) -> Bench:
    return Bench(store)


@pytest.fixture
def closed(bench: Bench) -> Assessment:
    """Everybody bakes at level 0, so that every question is a gap. Shared in the channel."""
    opened = bench.opened({"U-ANA": ["BAKER"]})
    bench.answers_all("U-ANA", 0)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=opened.id).owed)
    return opened
