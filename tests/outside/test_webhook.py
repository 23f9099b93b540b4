"""What a webhook is told, in which order, and how often."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from aiohttp import ClientSession

from bot import webhook
from bot.gate import Gate
from bot.webhook import Hook
from conversation import acting, agreeing, results, sharing, webhooks
from conversation.actions import Promise
from conversation.desk import Desk
from storage.records import ActionState, Assessment, Person
from storage.store import Store
from tests.conversation.desk import Bench
from tests.outside.answering import Fault
from tests.outside.receiver import SECRET, Receiver

ZOE = Person(user_id="U-ZOE", name="Zoe")
DONE, AT_RISK = ActionState.DONE, ActionState.AT_RISK


@dataclass
class Line:
    """A bench whose deeds are heard, and who hears them."""

    bench: Bench
    receiver: Receiver
    hook: Hook

    @property
    def desk(self) -> Desk:
        return self.bench.desk

    def closed(self) -> Assessment:
        opened = self.bench.opened({"U-ANA": ["BAKER"]})
        self.bench.answers_all("U-ANA", 0)
        results.close(self.desk, "U-LEE", assessment=opened.id)
        return opened

    def agree(self, assessment: Assessment, step: str = "HEAT@1", *, id: str = "V1") -> Promise:
        return agreeing.agree(
            self.desk,
            "U-LEE",
            assessment=assessment.id,
            step=step,
            objective="Every oven has a thermometer.",
            measure="3 of 3",
            owner=ZOE,
            due=date(2026, 12, 10),
            id=id,
        )

    def mark(self, state: ActionState, *, action: str = "V1") -> None:
        if state is ActionState.DONE:
            acting.finish(self.desk, "U-ZOE", action=action, text="Seen.")
        else:
            acting.mark(self.desk, "U-ZOE", action=action, state=state)

    async def later(self, time: timedelta = timedelta()) -> list[str]:
        """What was told until then, in short."""
        self.bench.clock.at += time
        await self.hook.run()
        return [
            " ".join([event["type"], (event["data"]["action"] or {}).get("id", "")]).strip()
            for event in self.receiver.events.values()
        ]


@pytest.fixture
async def line(store: Store) -> AsyncIterator[Line]:
    bench, receiver, act = Bench(store), Receiver(), Gate(store, threads=1)
    bench.desk = replace(bench.desk, heard=webhooks.owe)
    async with receiver.running(), ClientSession() as session:
        there = webhook.Receiver(session, url=f"{receiver.url}/events", secret=SECRET)
        yield Line(bench, receiver, Hook(bench.desk, act, there))
    act.close()


async def test_what_happens_from_the_launch_to_a_done_action(line: Line) -> None:
    found = line.closed()
    sharing.share(line.desk, "U-LEE", assessment=found.id)
    line.agree(found)
    line.mark(AT_RISK)
    line.mark(DONE)

    told = await line.later()

    assert [each for each in told if "V1" not in each] == [
        "assessment.launched",
        "assessment.closed",
        "result.published",
    ]
    assert [each for each in told if "V1" in each] == [
        "action.agreed V1",
        "action.changed V1",
        "action.done V1",
    ]
    actions = (event["data"]["action"] for event in line.receiver.events.values())
    assert [action["state"] for action in actions if action] == ["on_track", "at_risk", "done"]


async def test_of_a_plan_nothing_is_told_before_its_result_is_shared(line: Line) -> None:
    found = line.closed()
    line.agree(found)
    before = await line.later()

    sharing.share(line.desk, "U-LEE", assessment=found.id)
    after = await line.later()

    assert before == ["assessment.launched", "assessment.closed"]
    assert after == [*before, "result.published"]
    data = [*line.receiver.events.values()][-1]["data"]
    assert [action["id"] for action in data["actions"]] == ["V1"]
    assert {aspect["level"] for aspect in data["result"]["aspects"]} == {0}


async def test_nobody_who_answered_is_named(line: Line) -> None:
    found = line.closed()
    sharing.share(line.desk, "U-LEE", assessment=found.id)

    await line.later()

    assert "U-ANA" not in str(line.receiver.events)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(500),
        Fault(404),
        Fault(None),
        Fault(302, None, {"Location": "/elsewhere"}),
        Fault(None, works=True),
    ],
    ids=["500", "404", "lost", "redirect", "answer lost"],
)
async def test_what_did_not_arrive_comes_again_and_what_came_after_waits(line: Line, fault: Fault) -> None:
    found = line.closed()
    sharing.share(line.desk, "U-LEE", assessment=found.id)
    await line.later()
    line.agree(found)
    line.agree(found, "YEAST@1", id="V2")
    line.mark(DONE)
    line.receiver.faults.append(replace(fault, about='"V1"'))

    at_once = (await line.later())[3:]
    in_the_end = (await line.later(webhooks.BACKOFF[0]))[3:]

    assert set(at_once) - {"action.agreed V1"} == {"action.agreed V2"}
    assert sorted(in_the_end) == ["action.agreed V1", "action.agreed V2", "action.done V1"]
    assert in_the_end.index("action.agreed V1") < in_the_end.index("action.done V1")
    assert not [asked for asked in line.receiver.asked if "elsewhere" in asked]


async def test_who_wants_to_be_left_alone_is(line: Line) -> None:
    line.closed()
    line.receiver.faults.append(Fault(429, None, {"Retry-After": "600"}))

    told = [await line.later(time) for time in (timedelta(), timedelta(minutes=9), timedelta(minutes=1))]

    assert told == [[], [], ["assessment.launched", "assessment.closed"]]


async def test_what_nobody_takes_for_days_is_given_up(line: Line) -> None:
    line.closed()
    await line.later()
    found = line.closed()
    line.receiver.faults.extend([Fault(500)] * (len(webhooks.BACKOFF) + 1))

    for wait in (timedelta(), *webhooks.BACKOFF):
        await line.later(wait)

    (*_, last) = line.receiver.events.values()
    assert (last["type"], last["data"]["assessment"]["id"]) == ("assessment.closed", found.id)
    assert len(line.receiver.events) == 3


async def test_what_nobody_foresaw_comes_again_and_is_given_up_too(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> tuple[int, None]:
        raise ValueError("no such shape")

    line.closed()
    with monkeypatch.context() as patched:
        patched.setattr(webhook.Receiver, "post", fails)
        for wait in (timedelta(), *webhooks.BACKOFF):
            assert await line.later(wait) == []

    assert await line.later(webhooks.BACKOFF[0]) == ["assessment.closed"]


async def test_each_attempt_is_signed_at_its_own_time(line: Line) -> None:
    line.closed()
    line.receiver.faults.append(Fault(None, works=True))
    await line.later()
    await line.later(timedelta(minutes=1))

    assert line.receiver.stamps[1] - line.receiver.stamps[0] == 60
