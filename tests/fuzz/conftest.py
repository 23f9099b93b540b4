"""What the tests of the fuzzer share."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.fuzz.machine import loop, start


@pytest.fixture(scope="module")
def one_loop() -> Iterator[None]:
    """For all tests of a module that play, closed after them."""
    yield
    loop().close()
    asyncio.set_event_loop(None)
    loop.cache_clear()
    start.cache_clear()
