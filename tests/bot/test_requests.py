"""Every line that a request or a beat causes has its number, in other tasks and threads too."""

import asyncio

import structlog
from structlog.testing import capture_logs

from bot.gate import Gate
from bot.requests import Numbers, number
from storage.store import Store

log = structlog.get_logger()


def use_case() -> None:
    log.info("used")


async def test_a_number_goes_along_into_tasks_and_threads_and_every_beat_has_its_own(store: Store) -> None:
    act, numbers = Gate(store), Numbers("process-1")
    told: list[str] = []

    async def work() -> None:
        told.append(number())
        await asyncio.create_task(later())
        await act(use_case)

    async def later() -> None:
        log.info("drawn")

    processors = [structlog.contextvars.merge_contextvars]
    with capture_logs(processors) as lines:
        beat = numbers.each("posts", work)
        await beat()
        await beat()
    act.close()

    assert told == ["proces-1", "proces-2"]
    assert [(line["event"], line["request"], line["beat"]) for line in lines] == [
        (event, request, "posts") for request in told for event in ("drawn", "used")
    ]
    assert number() == ""
