"""A button that is pressed again while the first press is under way; and who asks while very many wait."""

import asyncio

import pytest
from slack_bolt.response import BoltResponse

from bot import acks
from bot.presses import Presses, drawn_by

HERE, B, C = ("U1", "1.000001"), ("answer:1", "{}"), ("answer:2", "{}")


async def test_a_second_press_is_the_first_one_until_all_is_drawn() -> None:
    presses, stored, drawn = Presses(), asyncio.Event(), asyncio.Event()
    begun: list[str] = []

    async def answered(name: str) -> BoltResponse:
        begun.append(name)
        await stored.wait()
        drawn_by(asyncio.create_task(_until(drawn)))
        return BoltResponse(status=200, body=name)

    first, second = (
        asyncio.create_task(presses.once(HERE, B, lambda name=name: answered(name))) for name in ("1", "2")
    )
    await asyncio.sleep(0)
    other = asyncio.create_task(presses.once(("U1", "1.000002"), B, lambda: answered("other")))
    await asyncio.sleep(0)
    stored.set()
    assert await first is await second
    assert (await other).body == "other"
    assert (await presses.once(HERE, B, lambda: answered("while it is drawn"))).body == "1"

    drawn.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (await presses.once(HERE, B, lambda: answered("once more"))).body == "once more"
    assert begun == ["1", "other", "once more"]


async def test_the_same_button_after_another_one_is_a_press_of_its_own() -> None:
    presses, stored = Presses(), asyncio.Event()
    begun: list[str] = []

    async def answered(name: str) -> BoltResponse:
        begun.append(name)
        await stored.wait()
        return BoltResponse(status=200, body=name)

    pressed = []
    for what, name in ((B, "B"), (C, "C"), (B, "B again"), (B, "B twice")):
        pressed.append(asyncio.create_task(presses.once(HERE, what, lambda name=name: answered(name))))
        await asyncio.sleep(0)
    stored.set()

    assert [(await each).body for each in pressed] == ["B", "C", "B again", "B again"]
    assert begun == ["B", "C", "B again"]


async def _until(drawn: asyncio.Event) -> None:
    await drawn.wait()


@pytest.mark.parametrize(
    ("late", "in_time", "refused"), [(0, 2, False), (2, 0, False), (0, 9, False), (9, 0, True), (2, 9, False)]
)
async def test_who_could_not_be_answered_in_time_hears_so_at_once(
    late: int, in_time: int, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where many wait, and not only two who may wait for something else."""
    loop, clock = asyncio.get_running_loop(), [0.0]
    monkeypatch.setattr(loop, "time", lambda: clock[0])
    monkeypatch.setattr(acks, "TOO_MANY", 5)
    monkeypatch.setattr(acks, "A_FEW", 2)
    release = asyncio.Event()

    async def waits() -> None:
        with acks.acking():
            await release.wait()

    waiting = [asyncio.create_task(waits()) for _ in range(late)]
    await asyncio.sleep(0)
    clock[0] += acks.TOO_LATE + 1
    waiting += [asyncio.create_task(waits()) for _ in range(in_time)]
    await asyncio.sleep(0)
    try:
        acks.take_on()
        assert not refused
    except acks.Overrun:
        assert refused
    release.set()
    await asyncio.gather(*waiting)
