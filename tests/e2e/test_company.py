"""Several processes for one workspace: what one of them learns, the others hear with their next beat."""

import asyncio
from collections.abc import Callable
from time import monotonic

import pytest

from bot.pace import BURST, PER_SECOND, TEAM_BURST, TEAM_PER_SECOND, Pace
from conversation.errors import NothingToAnswer
from storage.store import Store
from tests.e2e.test_resilience import once_each, posted
from tests.e2e.workspace import PEOPLE, Scene, town
from workspace.limits import POSTS_PER_MINUTE, Limits

FOR_LONG = 10_000.0


class LimitsOfPosts(Limits):
    """Whoever reads these posts is looked up as fast as one likes."""

    def spend(self, method: str, tier: int, channel: str) -> None:
        if method == "chat.postMessage":
            super().spend(method, tier, channel)


def sent(paces: list[Pace], clock: list[float], channel: Callable[[int], str], seconds: int) -> int:
    """How many messages get through in so many seconds, if all send whenever they may."""
    count = 0
    for tick in range(seconds * 10):
        clock[0] = tick / 10
        for number, pace in enumerate(paces):
            while pace.spend(channel(number + tick * len(paces))):
                count += 1
                if count > FOR_LONG:
                    return count
    return count


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_together_they_keep_to_what_slack_allows_one(processes: int) -> None:
    clock = [0.0]
    paces = [Pace(lambda: clock[0]) for _ in range(processes)]
    for pace in paces:
        pace.share(processes)

    one_channel = sent(paces, clock, lambda _: "C1", 60)
    clock[0] = 0.0
    paces = [Pace(lambda: clock[0]) for _ in range(processes)]
    for pace in paces:
        pace.share(processes)
    whole_team = sent(paces, clock, lambda each: f"D{each}", 60)

    assert one_channel <= BURST + 60 * PER_SECOND
    assert one_channel >= 0.9 * 60 * PER_SECOND
    assert whole_team <= TEAM_BURST + 60 * TEAM_PER_SECOND
    assert whole_team >= 0.9 * (TEAM_BURST + 59 * TEAM_PER_SECOND)


def test_where_slack_let_another_wait_we_wait_as_long() -> None:
    clock = [0.0]
    ours, theirs = Pace(lambda: clock[0]), Pace(lambda: clock[0])
    theirs.hold_off("C1", 30)
    clock[0] = 2.0
    for channel, seconds in theirs.held().items():
        ours.hear(channel, seconds)

    assert ours.wait("C1") == pytest.approx(28)
    assert ours.wait("C2") == 0
    assert ours.held() == {}
    clock[0] = 31.0
    assert theirs.held() == {}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_each_hears_how_many_they_are_and_who_has_chosen_another_language(store: Store) -> None:
    async with town(store) as place, place.bot() as first:
        async with place.bot() as second:
            both_meet = [first, second, first]
            await meet(both_meet)
            both = first.bot.peers.processes, second.bot.peers.processes
            before = await helped(first)
            await first.person("ana").command("/tidemark language español")
            await meet(both_meet)
            after = await helped(first)
        await meet([first])
        alone = first.bot.peers.processes

    assert both == (2, 2)
    assert ["pregunta" in text for text in before + after] == [False, False, True, True]
    assert alone == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_that_post_what_is_owed_to_many_stay_within_what_slack_takes(store: Store) -> None:
    """More than Slack takes in a minute; time goes twenty times as fast, on both sides."""

    def fast() -> float:
        return 20 * monotonic()

    names = [f"p{number}" for number in range(POSTS_PER_MINUTE + 50)]
    people = [*PEOPLE, *({"name": name, "title": "Analyst", "tz": "Europe/London"} for name in names)]
    async with town(store, people=people, seconds=fast) as place, place.bot() as first, place.bot() as second:
        place.server.team.weather.limits = LimitsOfPosts(fast)
        await meet([first, second, first])
        desk = first.bot.desk
        with desk.transaction() as tx:
            for name in names:
                user = place.server.team.person(name).id
                tx.postings.owe(
                    f"no/{name}",
                    kind="no",
                    subject_id=user,
                    recipient=user,
                    due_at=desk.now(),
                    contents={"error": NothingToAnswer().key, "values": {}},
                    now=desk.now(),
                )

        await asyncio.gather(first.beat(), second.beat())

        assert [each for each in await place.slack.requests() if each["status"] == 429] == []
        assert await once_each(place.slack)
        assert len(await posted(place.slack)) == len(names)
        assert min(each.bot.poster.outcomes["sent"] for each in (first, second)) > len(names) / 4


async def meet(scenes: list[Scene]) -> None:
    for scene in scenes:
        await scene.bot.peers.meet()


async def helped(scene: Scene) -> list[str]:
    """By each of two processes, which take turns."""
    return [(await scene.person("ana").command("/tidemark help")).shown for _ in range(2)]
