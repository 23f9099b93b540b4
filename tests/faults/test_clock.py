"""The clock of the bot's machine is set back and forward: nothing comes twice, and nothing is lost."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.records import PostingState
from storage.store import Store
from tests.e2e.test_resilience import A_WHILE, once_each, question, the
from tests.e2e.workspace import Scene, town

#: A week before clocks are put forward in London.
BEFORE_SUMMER = datetime(2027, 3, 23, 10, 0, tzinfo=UTC)


async def test_reminders_come_once_whichever_way_the_clock_is_set(store: Store) -> None:
    """Hours back and forward each half day, into summer time; then a year forward, and back."""
    async with town(store, start=BEFORE_SUMMER) as place, place.bot() as stage:
        ana = stage.person("ana")
        await stage.launch("ana")
        await ana.clicks("Start")
        for _ in range(22):
            await stage.later(hours=12)
            for hours in (-3, 3):
                stage.time.at += timedelta(hours=hours)
                await stage.beat()
        for days in (365, -365):
            stage.time.at += timedelta(days=days)
            await stage.beat()

        asked = [
            each["args"].get("text", "") for each in await place.slack.requests(method="chat.postMessage")
        ]
        said = "\n".join(asked)
        assert [said.count(f"Reminder {number} of at most 3") for number in (1, 2, 3, 4)] == [1, 1, 1, 0]
        assert await once_each(place.slack)
        assert the(stage, "nudge", PostingState.OWED) == the(stage, "nudge", PostingState.CLAIMED) == []


@pytest.mark.parametrize("hours", [-5, 5, 24 * 365])
async def test_a_lost_reply_is_found_though_the_clock_is_wrong(stage: Scene, hours: float) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    stage.time.at += timedelta(hours=hours)
    await stage.slack.spoil("chat.postMessage", "lost")
    await ana.clicks("Start")
    await question(ana, 1)
    await stage.bot.drawing.finished()

    stage.time.at += timedelta(seconds=A_WHILE)
    await stage.beat()

    (card,) = the(stage, "card", PostingState.SENT)
    assert (card.attempts, card.ts) == (2, (await question(ana, 1)).ts)
    assert await once_each(stage.slack)


async def test_a_clock_that_is_set_right_again_finds_what_was_claimed_by_the_wrong_one(stage: Scene) -> None:
    """A card was claimed a year ahead, and its process died; with the right time it is there at once."""
    ana = stage.person("ana")
    await stage.launch("ana")
    stage.time.at += timedelta(days=365)
    await stage.slack.spoil("chat.postMessage", "internal_error")
    await ana.clicks("Start")
    await stage.bot.drawing.finished()
    stage.time.at -= timedelta(days=365)

    await stage.beat()

    await question(ana, 1)
    assert await once_each(stage.slack)
