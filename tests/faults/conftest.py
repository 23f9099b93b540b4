import pytest

from bot import logs
from tests.e2e.conftest import stage as stage


@pytest.fixture(autouse=True)
def _logs_as_in_life(_logs_as_they_were: None) -> None:
    """By default structlog tells of each error with all that is known where it happened."""
    logs.set_up(level="info", style="console")
