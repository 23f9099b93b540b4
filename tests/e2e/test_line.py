"""More is answered than can be drawn at once: cards wait in line and, where that is long, in the ledger. In
these tests every ack is late, and whoever waits has waited for long where the ledger is meant."""

import asyncio
from collections.abc import Callable
from time import monotonic

import pytest

from bot import acks, cards, posts
from bot.pace import CHANGES, Pace
from conversation.closing import Instead
from conversation.contents import NoLongerAsked, Nudge
from conversation.results import Closed
from storage.records import Assessment, AssessmentState, PostingState
from storage.store import Store
from tests.e2e.test_resilience import once_each, question, shown, the
from tests.e2e.workspace import PEOPLE, Scene, town
from workspace.limits import Limits


def in_line(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(acks, "LATE", -1.0)


def left_to_the_ledger(patch: pytest.MonkeyPatch) -> None:
    in_line(patch)
    patch.setattr(cards, "CLAIMS_LAST", -1.0)
    patch.setattr(cards, "LOOKS", 0.0)


@pytest.mark.parametrize("crowded", [in_line, left_to_the_ledger])
async def test_who_waits_in_line_gets_each_card_once_where_the_last_one_stood(
    stage: Scene, monkeypatch: pytest.MonkeyPatch, crowded: Callable[[pytest.MonkeyPatch], None]
) -> None:
    people = [stage.person(name) for name in ("ana", "omar", "kim")]
    await stage.launch(*(person.name for person in people))
    await asyncio.gather(*(person.clicks("Start") for person in people))
    crowded(monkeypatch)
    for number in range(1, 5):
        cards_now = [await question(person, number) for person in people]
        clicking = zip(people, cards_now, strict=True)
        await asyncio.gather(*(person.clicks("B", message=card) for person, card in clicking))
    for person in people:
        await person.sees("Send")
    await stage.bot.drawing.finished()

    assert await once_each(stage.slack)
    assert the(stage, "card", PostingState.CLAIMED) == the(stage, "card", PostingState.OWED) == []
    for person in people:
        said = await shown(person)
        assert sum("Question" in each and "B ·" not in each for each in said) == 0, said


async def test_where_it_takes_long_the_old_card_says_at_once_that_the_answer_is_kept(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, omar = stage.person("ana"), stage.person("omar")
    await stage.launch("ana", "omar")
    await asyncio.gather(ana.clicks("Start"), omar.clicks("Start"))
    hers, his = await question(ana, 1), await question(omar, 1)
    in_line(monkeypatch)
    monkeypatch.setattr(cards, "LONG", -1.0)
    room = asyncio.Semaphore(0)
    monkeypatch.setattr(stage.bot.drawing._cards, "_room", room)

    await ana.clicks("B", message=hers)
    await omar.clicks("B", message=his)
    monkeypatch.setattr(acks, "LATE", 3600.0)
    told = await omar.sees("This is kept")

    assert told.ts == his.ts
    assert not any("accessory" in each or each["type"] == "actions" for each in told.blocks)
    assert (await question(ana, 1)).ts == hers.ts  # she was the first, and may be next
    room.release()
    await question(omar, 2)
    await stage.bot.drawing.finished()
    assert not any("This is kept" in each for each in await shown(omar))
    assert await once_each(stage.slack)


async def test_what_waits_for_long_is_posted_by_whoever_comes_first_without_asking_slack(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")
    first = await question(ana, 1)
    left_to_the_ledger(monkeypatch)
    monkeypatch.setattr(acks, "GIVING_WAY", 3600.0)  # the line stands
    await ana.clicks("B", message=first)
    for _ in range(1000):
        await asyncio.sleep(0.001)
        if the(stage, "card", PostingState.OWED):
            break
    stage.bot.drawing.give_up()
    await stage.bot.poster.post_due()
    await question(ana, 2)

    assert await once_each(stage.slack)
    assert await stage.slack.requests(method="conversations.history") == []


async def test_where_slack_takes_nothing_for_long_the_ledger_waits_and_not_the_claim(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town(store, seconds=monotonic) as place, place.bot() as stage:
        ana = stage.person("ana")
        await stage.launch("ana")
        monkeypatch.setattr(posts, "CLAIMS_LAST", 0.5)
        stage.bot.poster._pace.hold_off(place.server.team.person("ana").id, 0.7)
        await ana.clicks("Start")
        await stage.bot.drawing.finished()

        (owed,) = the(stage, "card", PostingState.OWED)
        assert (owed.attempts, owed.note) == (0, "no room")
        await stage.later(seconds=2)
        await question(ana, 1)
        assert await once_each(stage.slack)


async def test_many_messages_change_at_slacks_pace_and_nobody_waits_behind_them(store: Store) -> None:
    clock = [0.0]
    names = [f"p{number}" for number in range(30)]
    people = [{"name": name, "title": "Data Scientist", "tz": "Europe/London"} for name in names]
    async with town(store, people=[*PEOPLE, *people], seconds=lambda: clock[0]) as place:
        place.server.team.weather.limits = Limits(lambda: clock[0])
        async with place.bot() as stage:

            async def passes(seconds: float) -> None:
                clock[0] += seconds
                await stage.later(seconds=seconds)

            lee = stage.person("lee")
            await stage.launch("ana", *names)
            while the(stage, "invite", PostingState.OWED):
                await passes(10)
            for name in names:
                await stage.person(name).clicks("Start")
                await passes(1)
            await lee.command("/tidemark status")
            await lee.clicks("Close and see the result")
            await (await lee.modal("Close this assessment?")).submit()

            await passes(1)
            owed = len(the(stage, "closed_edit", PostingState.OWED))
            await stage.person("ana").says("help")
            await stage.person("ana").sees("All commands")
            while the(stage, "closed_edit", PostingState.OWED):
                await passes(10)

            assert owed > 40
            assert len(the(stage, "closed_edit", PostingState.SENT)) == 61
            refused = [each["method"] for each in await stage.slack.requests() if each["status"] == 429]
            assert [method for method in refused if method.startswith("chat.")] == []


async def test_a_status_is_changed_at_slacks_pace_too_and_its_reader_need_not_wait_for_that(
    store: Store,
) -> None:
    clock = [0.0]
    async with town(store, seconds=lambda: clock[0]) as place, place.bot() as stage:
        ana, lee = stage.person("ana"), stage.person("lee")
        await stage.launch("ana")
        await ana.clicks("Start")
        while stage.bot.poster._pace.spend(CHANGES):
            pass

        await stage.later(minutes=1)
        (waits,) = the(stage, "refresh", PostingState.OWED)
        await lee.says("help")
        await lee.sees("All commands")
        clock[0] += 60
        await stage.later(minutes=1)

        assert waits.note == "no room"
        assert the(stage, "refresh", PostingState.OWED) == []
        assert [each.key for each in the(stage, "refresh", PostingState.SENT)] == [waits.key]


def closing_of_what_is_forgotten(stage: Scene) -> tuple[Assessment, Instead]:
    """In place of the one invitation that was sent."""
    (invited,) = the(stage, "invite", PostingState.SENT)
    with stage.store.transaction(stage.bot.desk.team) as tx:
        assessment = tx.assessments.get(tx.seats.held_by(invited.recipient)[0].assessment_id)
    now = {"state": AssessmentState.CLOSED, "closed_at": stage.time.at, "closed_by": ""}
    closed = assessment.model_copy(update=now)
    return closed, Instead(invited, NoLongerAsked(closed))


@pytest.mark.parametrize("how", ["ratelimited", "unavailable", "lost"])
async def test_what_nothing_is_kept_of_is_drawn_as_closed_though_slack_takes_it_later(
    stage: Scene, how: str
) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    closed, instead = closing_of_what_is_forgotten(stage)

    await stage.slack.spoil("chat.update", how)
    stage.bot.poster.draw_later(Closed(closed, (), (instead,)))
    await stage.later(seconds=2)
    await stage.later(minutes=2)

    assert "closed" in (await ana.dm())[-1].shown


async def test_what_cannot_be_drawn_as_closed_ends_no_beat(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    closed, instead = closing_of_what_is_forgotten(stage)
    nothing = Instead(instead.old, Nudge("nudge/1", (), most=3))

    stage.bot.poster.draw_later(Closed(closed, (), (nothing, instead)))
    await stage.later(seconds=2)
    await stage.later(seconds=2)

    assert "closed" in (await ana.dm())[-1].shown


def test_who_reserves_waits_behind_all_who_did_so_before() -> None:
    clock = [0.0]
    pace = Pace(lambda: clock[0])
    while pace.spend("D1"):
        pass

    assert [pace.reserve("D1") for _ in range(3)] == pytest.approx([1, 2, 3])
    clock[0] = 3.0
    assert pace.wait("D1") == pytest.approx(1)
    clock[0] = 4.0
    assert pace.spend("D1")


def test_what_was_booked_and_is_not_sent_is_forgotten() -> None:
    pace = Pace(lambda: 0.0)
    assert pace.book("D1", "card/1")
    pace.unbook("card/1")

    while pace.spend("D1"):
        pass
    assert not pace.spend("D1", "card/1")


def test_what_was_booked_waits_too_where_slack_lets_us_wait() -> None:
    clock = [0.0]
    pace = Pace(lambda: clock[0])
    while pace.spend(CHANGES):
        pass
    waits = [pace.put_off(CHANGES, f"closed_edit/{number}") for number in range(60)]

    clock[0] = waits[0]
    pace.hold_off(CHANGES, 30)

    assert not pace.spend(CHANGES, "closed_edit/0")
    assert pace.put_off(CHANGES, "closed_edit/0") == pytest.approx(waits[-1])
    clock[0] += 31
    assert pace.spend(CHANGES, "closed_edit/1")
