"""A button that is pressed again while the first press is under way; and who asks while very many wait."""

import asyncio

import pytest
from slack_bolt.response import BoltResponse

from bot import acks
from bot.presses import Presses, drawn_by

KEY = ("U1", "answer:1", "{}", "1.000001")


async def test_a_second_press_is_the_first_one_until_all_is_drawn() -> None:
    presses, stored, drawn = Presses(), asyncio.Event(), asyncio.Event()
    begun: list[str] = []

    async def answered(name: str) -> BoltResponse:
        begun.append(name)
        await stored.wait()
        drawn_by(asyncio.create_task(_until(drawn)))
        return BoltResponse(status=200, body=name)

    first, second = (
        asyncio.create_task(presses.once(KEY, lambda name=name: answered(name))) for name in ("1", "2")
    )
    await asyncio.sleep(0)
    other = asyncio.create_task(presses.once((*KEY[:3], "1.000002"), lambda: answered("other")))
    await asyncio.sleep(0)
    stored.set()
    assert await first is await second
    assert (await other).body == "other"
    assert (await presses.once(KEY, lambda: answered("while it is drawn"))).body == "1"

    drawn.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (await presses.once(KEY, lambda: answered("once more"))).body == "once more"
    assert begun == ["1", "other", "once more"]


async def _until(drawn: asyncio.Event) -> None:
    await drawn.wait()


@pytest.mark.parametrize(("many", "late", "refused"), [(2, -1.0, False), (2, 9.0, False), (9, 9.0, True)])
async def test_who_could_not_be_answered_in_time_hears_so_at_once(
    many: int, late: float, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acks, "TOO_MANY", 5)
    monkeypatch.setattr(acks, "TOO_LATE", 5.0 - late)
    release = asyncio.Event()

    async def waits() -> None:
        with acks.acking():
            await release.wait()

    waiting = [asyncio.create_task(waits()) for _ in range(many)]
    await asyncio.sleep(0)
    try:
        acks.take_on()
        assert not refused
    except acks.Overrun:
        assert refused
    release.set()
    await asyncio.gather(*waiting)
