import pytest

from storage.store import Store
from tests.conversation.desk import Bench


@pytest.fixture
def bench(store: Store) -> Bench:
    return Bench(store)
