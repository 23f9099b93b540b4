"""What goes wrong between Slack and us, and what people notice of it: nothing, or one sentence."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from slack_bolt.response import BoltResponse
from structlog.testing import capture_logs

from bot import posts, presence, render, views
from bot.dispatch import Dispatch
from conversation import conclusion, drafting, interview, launching, ledger, opening, reports, results, scope
from conversation.contents import Card, Contents, Intro
from conversation.desk import Desk
from conversation.findings import Findings
from conversation.pack import Pack
from storage.errors import Unavailable, Uncertain
from storage.records import Assessment, AssessmentState, Person, Posting, PostingState
from storage.store import Store, Tx
from tests.conftest import LONG
from tests.e2e.test_dialogues import answers
from tests.e2e.workspace import PEOPLE, Scene, never_short, town
from tests.faults.deaths import desk_of
from tests.faults.test_every_moment_of_a_round import agreed
from workspace.limits import Limits
from workspace.people import Message, People, Someone

#: Longer than a claim lasts.
A_WHILE = 31
#: Seconds. Nothing takes as long as this.
STUCK = 15


async def posted(slack: People) -> Counter[str]:
    """How often each key of the ledger was posted, or put in an older card's place."""
    posts = Counter(await _keys(slack, "chat.postMessage"))
    return posts + Counter(set(await _keys(slack, "response_url")))


async def _keys(slack: People, method: str) -> list[str]:
    taken = [each["args"] for each in await slack.requests(method=method) if each["response"]["ok"]]
    said = [args["metadata"] for args in taken if args.get("metadata")]
    return [(json.loads(each) if isinstance(each, str) else each)["event_payload"]["key"] for each in said]


async def once_each(slack: People) -> bool:
    return set((await posted(slack)).values()) == {1}


def the(stage: Scene, kind: str, state: PostingState) -> list[Posting]:
    with stage.store.transaction(stage.server.team.id) as tx:
        return [posting for posting in tx.postings.in_state(state) if posting.kind == kind]


def said(stage: Scene, person: Someone) -> list[tuple[str, int | None]]:
    """Every fact of this person's seats."""
    with stage.store.transaction(stage.server.team.id) as tx:
        seats = tx.seats.held_by(stage.server.team.person(person.name).id)
        return [(fact.key, fact.value) for seat in seats for fact in tx.answers.of(seat.id)]


async def shown(person: Someone) -> list[str]:
    return [message.shown for message in await person.dm()]


async def a_while_later(stage: Scene) -> None:
    """What was begun has ended, well or not; claims that were left have run out."""
    await stage.bot.drawing.finished()
    await stage.later(seconds=A_WHILE)


async def question(person: Someone, number: int, of: int = 4) -> Message:
    return await person.sees(f"Question {number} of {of}")


# Between Slack and us.


async def test_every_event_arrives_twice(stage: Scene) -> None:
    ana, lee = stage.person("ana"), stage.person("lee")
    await stage.launch("ana")
    await lee.says("<@tidemark> how far are we?", to="ml-platform")
    await ana.says("start")
    await question(ana, 1)
    await ana.says("We have a page for that")
    await ana.sees("saved that as your comment")
    for number, line in enumerate(["B", "don't know", "C because of Jenkins", "D"], start=2):
        await ana.says(line)
        await ana.sees(f"Question {number} of 4" if number < 5 else "Review your answers")
    await ana.says("send")
    await ana.sees("your answers are in")
    await stage.slack.settled()
    before = said(stage, ana), await shown(ana), await lee.reads("ml-platform"), await posted(stage.slack)

    await stage.slack.redeliver(last=1000)
    await stage.slack.settled()
    await stage.beat()

    after = said(stage, ana), await shown(ana), await lee.reads("ml-platform"), await posted(stage.slack)
    assert after == before
    assert await once_each(stage.slack)


async def test_a_look_at_who_has_answered_that_arrives_twice_is_written_down_once(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    lee, brought = stage.person("lee"), list[str]()
    await stage.launch("ana")
    as_it_should_be = Dispatch.__call__

    async def keeps(dispatch: Dispatch, body: dict[str, Any], *, retry: int = 0) -> BoltResponse:
        brought.append(json.dumps(body))
        return await as_it_should_be(dispatch, body, retry=retry)

    with monkeypatch.context() as patched:
        patched.setattr(Dispatch, "__call__", keeps)
        await lee.clicks("People and progress")
        await lee.modal("People and progress")
    (look,) = brought

    assert (await stage.bot.dispatch(json.loads(look))).status == 200
    await stage.bot.drawing.finished()

    await lee.command("/tidemark history")
    assert (await lee.sees("looked at who has finished")).shown.count("looked at who has finished") == 1


@pytest.mark.parametrize("seed", [1, 2])
async def test_events_that_overtake_each_other_are_all_heard_and_each_once(stage: Scene, seed: int) -> None:
    """Two people type all answers without waiting; Slack brings each late, and half of them twice."""
    both = stage.person("ana"), stage.person("omar")
    await stage.launch("ana", "omar")
    for each in both:
        await each.clicks("Start")
        await question(each, 1)
    await stage.slack.weather(seed=seed, reordered=1.0, duplicates=0.5)

    await asyncio.gather(*(each.says(letter) for letter in "BCD" for each in both))
    await stage.slack.settled()

    for each in both:
        await question(each, 4)
        assert sorted(value for _, value in said(stage, each) if value is not None) == [1, 2, 3]
    assert await once_each(stage.slack)


#: An interview by buttons and words, with a step back.
STEPS: list[Callable[[Someone], Awaitable[object]]] = [
    lambda ana: ana.clicks("Start"),
    lambda ana: ana.clicks("B"),
    lambda ana: ana.says("c) because of Jenkins"),
    lambda ana: ana.clicks("Back"),
    lambda ana: ana.clicks("D"),
    lambda ana: ana.says("We have a page for that"),
    lambda ana: ana.clicks("Skip"),
    lambda ana: ana.says("A"),
    lambda ana: ana.clicks("Send my answers"),
]


async def transcript(store: Store, *, restarting: bool) -> list[str]:
    async with town(store) as place, AsyncExitStack() as lives:
        stage = await lives.enter_async_context(place.bot())
        await stage.launch("ana")
        for step in STEPS:
            await step(place.slack.person("ana"))
            await place.slack.settled()
            if restarting:
                await lives.aclose()
                await lives.enter_async_context(place.bot())
        assert await once_each(place.slack)
        return await shown(place.slack.person("ana"))


async def test_a_restart_between_any_two_steps_is_invisible(store: Store) -> None:
    uninterrupted = await transcript(Store.in_memory(), restarting=False)

    restarted = await transcript(store, restarting=True)

    assert "your answers are in" in uninterrupted[-1]
    assert restarted == uninterrupted


async def presses(person: Someone, button: str, message: Message) -> None:
    """Until it works."""
    while not (await person.clicks(button, message=message)).acked:
        pass


async def test_dropped_and_renewed_connections_lose_nothing(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")
    first = await question(ana, 1)

    await stage.slack.refresh_sockets()
    await presses(ana, "B", first)
    await question(ana, 2)
    await stage.slack.drop_sockets()
    await ana.says("C")
    await question(ana, 3)

    await presses(ana, "D", await question(ana, 3))
    await question(ana, 4)
    assert await once_each(stage.slack)


async def test_a_stop_waits_for_what_was_begun(store: Store) -> None:
    async with town(store) as place:
        ana = place.slack.person("ana")
        async with place.bot() as stage:
            await stage.launch("ana")
            await ana.clicks("Start")
            click = await ana.clicks("B", message=await question(ana, 1))

        assert click.acked
        assert [text.splitlines()[0][:13] for text in (await shown(ana))[-1:]] == ["Question 2 of"]
        assert the(stage, "card", PostingState.CLAIMED) == []


# Two of something.


async def test_two_devices_press_different_letters(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")
    first = await question(ana, 1)

    await asyncio.gather(*(ana.clicks(letter, message=first, stale=True) for letter in "BD"))

    assert len([key for key, _ in said(stage, ana) if key.startswith("card/")]) == 1
    await ana.sees("That button is from an older message, so nothing was changed. You are at question 2.")
    await question(ana, 2)


async def test_whoever_presses_twice_keeps_the_next_card_that_took_the_place(store: Store) -> None:
    async with town(store, seconds=monotonic) as place, place.bot() as stage:
        ana = stage.person("ana")
        await stage.launch("ana")
        await ana.clicks("Start")
        for number in range(1, 4):
            card = await question(ana, number)
            await asyncio.gather(*(ana.clicks("B", message=card, stale=True) for _ in range(3)))

        card = await question(ana, 4)
        await stage.slack.settled()
        assert (await question(ana, 4)).ts == card.ts
        await ana.clicks("B", message=card)
        await ana.sees("Review your answers")
        assert await once_each(stage.slack)


async def test_two_bots_share_one_database_and_double_nothing(database_url: str, store: Store) -> None:
    people = [{"name": f"p{n}", "title": "Data Scientist", "tz": "Europe/London"} for n in range(30)]
    everybody = [*PEOPLE, *people]
    names = [str(person["name"]) for person in people]
    channels = [{"name": "ml-platform", "members": [p["name"] for p in everybody], "app": True}]
    second_store = Store.open(database_url)
    async with town(store, people=everybody, channels=channels) as place, place.bot() as one:
        second_town = replace(place, store=second_store, seconds=never_short())
        async with second_town.bot() as two:
            await one.launch(*names)
            await asyncio.gather(one.beat(), two.beat())
            await asyncio.gather(*(place.slack.person(name).clicks("Start") for name in names))
            await asyncio.gather(*(question(place.slack.person(name), 1) for name in names))
            await one.later(minutes=5)
            await two.beat()

            keys = await posted(place.slack)
            assert set(keys.values()) == {1}
            assert len([key for key in keys if key.startswith(("invite/", "card/"))]) == 2 * len(names)
    second_store.close()


async def test_a_claim_that_ran_out_while_waiting_for_slacks_pace_is_left_to_who_has_it(store: Store) -> None:
    async with town(store, seconds=monotonic) as place, place.bot() as slow:
        ana = place.slack.person("ana")
        await slow.launch("ana")
        slow.bot.poster._pace.hold_off(place.server.team.person("ana").id, 0.7)
        await ana.clicks("Start")

        async with place.bot() as quick:
            await quick.goes_to(place.time.at + timedelta(seconds=A_WHILE))
            await question(ana, 1)
            await slow.bot.drawing.finished()

            assert await once_each(place.slack)
            assert the(quick, "card", PostingState.CLAIMED) == []


async def test_an_assessment_that_cannot_be_closed_keeps_no_other_open(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    conclude = conclusion.find

    def find(tx: Tx, pack: Pack, assessment: Assessment) -> Findings:
        if assessment.subject == "Broken team":
            raise KeyError("something of it is wrong")
        return conclude(tx, pack, assessment)

    monkeypatch.setattr(conclusion, "find", find)
    await stage.launch("ana", subject="Broken team")
    await stage.launch("ana", subject="Fraud team")

    with capture_logs() as log:
        await stage.later(days=20)

    await stage.person("lee").sees("Nobody answered")
    assert {line["event"] for line in log if line["log_level"] == "error"} == {"closing_failed"}
    with stage.store.transaction(stage.server.team.id) as tx:
        (still,) = tx.assessments.to_close(stage.time.at)
    assert still.subject == "Broken team"


# Slack says no, or nothing.


async def test_a_lost_reply_is_looked_up_and_not_sent_again(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await stage.slack.spoil("chat.postMessage", "lost")

    await ana.clicks("Start")
    await question(ana, 1)
    await a_while_later(stage)

    (card,) = the(stage, "card", PostingState.SENT)
    assert (card.attempts, card.ts) == (2, (await question(ana, 1)).ts)
    assert await once_each(stage.slack)


@pytest.mark.parametrize("how", ["lost", "ratelimited", "unavailable", "internal_error"])
async def test_an_uncertain_card_waits_until_it_can_be_looked_up(stage: Scene, how: str) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await stage.slack.spoil("chat.postMessage", "lost")
    await stage.slack.spoil("conversations.history", how)
    await ana.clicks("Start")
    await question(ana, 1)

    for _ in range(2):
        await a_while_later(stage)

    assert len(the(stage, "card", PostingState.SENT)) == 1
    assert await once_each(stage.slack)


async def test_what_changes_while_nobody_knows_whether_the_plan_is_there_is_told(stage: Scene) -> None:
    """Its edit falls due before the claim of the lost one runs out and it is looked up."""
    lee, omar = stage.person("lee"), stage.person("omar")
    agreed(desk_of(stage.server.team.id, stage.store), stage.server)
    await stage.later(seconds=50)
    await lee.command("/tidemark plan")
    await stage.slack.spoil("chat.postMessage", "lost")
    await lee.clicks("Post the plan")
    await stage.bot.drawing.finished()

    await omar.clicks("Accept")
    await omar.clicks("At risk", message=await omar.sees("Saved. Due"))
    for _ in range(6):
        await stage.later(seconds=15)

    (plan,) = [each for each in await lee.reads("ml-platform") if "the plan, 0 of 1 done" in each.shown]
    assert "at risk" in plan.shown
    assert {each.attempts for each in the(stage, "plan", PostingState.SENT)} == {2}
    assert the(stage, "plan_edit", PostingState.DROPPED) == []


async def closed_while_it_is_on_its_way(stage: Scene) -> tuple[Message, Message]:
    """Ana's first card, of which Slack has not said that it took it, and what it is after the closing."""
    ana, lee = stage.person("ana"), stage.person("lee")
    await stage.slack.spoil("chat.postMessage", "lost")
    await ana.clicks("Start")
    card = await question(ana, 1)

    await lee.command("/tidemark status")
    await lee.clicks("Close and see the result")
    await (await lee.modal("Close this assessment?")).submit()
    for _ in range(3):
        await a_while_later(stage)

    (now,) = [message for message in await ana.dm() if message.ts == card.ts]
    return card, now


async def test_a_card_that_was_on_its_way_at_the_closing_says_so_once_it_has_arrived(stage: Scene) -> None:
    """It falls due to be drawn again before it is known where the card stands."""
    await stage.launch("ana")
    card, now = await closed_while_it_is_on_its_way(stage)

    assert "Question 1 of 4" in now.shown
    assert "This question stays open" in now.shown
    assert "[Skip]" in card.shown
    assert "[Skip]" not in now.shown
    assert await once_each(stage.slack)


async def test_a_card_on_its_way_at_the_closing_says_so_where_it_is_forgotten_who_sat_where(
    stage: Scene,
) -> None:
    lee = stage.person("lee")
    await stage.launch("ana", "omar", "kim")
    await lee.command("/tidemark status")
    await lee.clicks("Who sees what")
    form = await lee.modal("Who sees what")
    await form.fill(
        {
            "Who sees who answered what?": "Anonymous",
            "Smallest group of which anything is shown": "3 people",
        }
    )
    assert not (await form.submit()).errors
    await (await lee.modal()).closes()
    card, now = await closed_while_it_is_on_its_way(stage)

    assert "[Skip]" in card.shown
    assert "Fraud team closed today" in now.shown
    assert "[Skip]" not in now.shown


@pytest.mark.parametrize("how", ["unavailable", "internal_error", "ratelimited"])
async def test_a_card_that_slack_did_not_take_comes_later(stage: Scene, how: str) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await stage.slack.spoil("chat.postMessage", how)

    await ana.clicks("Start")
    await a_while_later(stage)

    await question(ana, 1)
    assert await once_each(stage.slack)


async def test_a_card_that_took_an_old_place_is_found_there(store: Store) -> None:
    """Slack took the replacement and its reply was lost; the place is hours older than the attempt."""
    async with town(store, seconds=monotonic) as place, place.bot() as stage:
        ana = stage.person("ana")
        await stage.launch("ana")
        await ana.clicks("Start")
        await ana.clicks("B", message=await question(ana, 1))
        second = await question(ana, 2)
        await stage.later(hours=3)
        await stage.slack.spoil("response_url", "lost", times=2)

        await ana.clicks("C", message=second)
        third = await question(ana, 3)
        assert third.ts == second.ts
        await a_while_later(stage)

        assert await once_each(stage.slack)
        assert [m.ts for m in await ana.dm() if "Question 3 of" in m.shown] == [third.ts]
        assert the(stage, "card", PostingState.CLAIMED) == []


def seat_of(stage: Scene, name: str) -> str:
    with stage.store.transaction(stage.server.team.id) as tx:
        return tx.seats.held_by(stage.server.team.person(name).id)[0].id


def answers_and_crashes(stage: Scene, person: Someone, value: int) -> None:
    """The answer is stored, and nothing of it is drawn."""
    user, seat = stage.server.team.person(person.name).id, seat_of(stage, person.name)
    now = interview.look(stage.bot.desk, user, seat=seat).interview
    assert now.asking
    interview.answer(
        stage.bot.desk,
        user,
        seat=seat,
        question=now.asking.id,
        revision=now.revision(now.asking.id),
        choice=interview.option(value),
    )


@pytest.mark.parametrize("next_card_was_posted", [False, True])
async def test_a_card_whose_click_was_never_drawn_becomes_its_record(
    stage: Scene, next_card_was_posted: bool
) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")
    first = await question(ana, 1)

    answers_and_crashes(stage, ana, 1)
    if next_card_was_posted:
        await stage.slack.spoil("chat.postMessage", "lost")
        await a_while_later(stage)
    await a_while_later(stage)

    await question(ana, 2)
    (old,) = [message.shown for message in await ana.dm() if message.ts == first.ts]
    assert "[Change]" in old
    assert "[A]" not in old
    assert await once_each(stage.slack)


@pytest.mark.parametrize("how", ["lost", "ratelimited", "internal_error"])
async def test_a_record_that_cannot_be_drawn_holds_nothing_up(stage: Scene, how: str) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")
    await stage.slack.spoil("chat.update", how)

    answers_and_crashes(stage, ana, 1)
    await a_while_later(stage)

    await ana.clicks("B", message=await question(ana, 2))
    await question(ana, 3)
    await stage.bot.drawing.finished()
    assert the(stage, "card", PostingState.CLAIMED) == []
    assert await once_each(stage.slack)


async def test_a_card_that_is_asked_again_keeps_its_buttons(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")
    first = await question(ana, 1)
    user = stage.server.team.person("ana").id
    await stage.later(minutes=1)

    interview.start(stage.bot.desk, user, seat=seat_of(stage, "ana"))
    await a_while_later(stage)

    cards = [message for message in await ana.dm() if "Question 1 of 4" in message.shown]
    assert [("[A]" in card.shown, card.ts == first.ts) for card in cards] == [(True, True), (True, False)]


async def test_blocks_that_slack_does_not_know_come_in_plain_form(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await stage.slack.spoil("chat.postMessage", "invalid_blocks")

    await ana.clicks("Start")

    await question(ana, 1)
    assert await once_each(stage.slack)


def a_round(stage: Scene, value: int) -> None:
    """Ana answers every question of hers at this level, and Lee closes; nobody looks at Slack meanwhile."""
    desk = stage.bot.desk
    lee, ana = (
        Person(user_id=stage.server.team.person(name).id, name=name, tz="Europe/London")
        for name in ("lee", "ana")
    )
    wanted = scope.Scope(aspects=("development",), people=(ana.user_id,))
    closes = drafting.proposed_closing(desk.now(), lee.tz)
    draft = drafting.draft(desk, lee, subject="Fraud team", scope=wanted, channel=None, closes_on=closes)
    drafted = draft.assessment.id
    opening.launch(
        desk, lee.user_id, assessment=drafted, roles={ana.user_id: ["DS"]}, people={ana.user_id: ana}
    )
    with stage.store.transaction(stage.server.team.id) as tx:
        (seat,) = [seat.id for seat in tx.seats.of(drafted)]
    for item in interview.start(desk, ana.user_id, seat=seat).sitting.interview.items:
        choice = interview.option(value)
        interview.answer(desk, ana.user_id, seat=seat, question=item.id, revision=0, choice=choice)
    results.close(desk, lee.user_id, assessment=drafted)


@pytest.mark.parametrize("unknown", [[], ["data_visualization"], ["data_visualization", "table"]])
async def test_a_comparison_comes_in_plain_form_where_slack_does_not_know_charts_or_tables(
    stage: Scene, unknown: list[str]
) -> None:
    lee = stage.person("lee")
    for value in (1, 2):
        a_round(stage, value)
        stage.time.at += timedelta(days=90)
    await stage.slack.weather(without=unknown)

    await lee.command("/tidemark compare")

    told = await lee.sees("Round 2 beside 1 earlier round")
    drawn = {block["type"] for block in told.blocks} & {"data_visualization", "table"}
    assert drawn == {"data_visualization", "table"} - set(unknown)
    assert "Up since round 1: Development from level 1 to 2" in told.shown
    assert "2, Intermediate" in told.shown


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found", "restricted_action", "is_archived"])
async def test_the_facilitator_hears_once_of_a_channel_that_refuses_and_can_post_again(
    stage: Scene, error: str
) -> None:
    lee = stage.person("lee")
    await stage.slack.spoil("chat.postMessage", error, channel="ml-platform")
    await stage.launch("ana")
    for _ in range(3):
        await stage.later(minutes=1)

    troubles = [text for text in await shown(lee) if "I could not post the introduction" in text]
    assert len(troubles) == 1
    await lee.clicks("Post it again")
    await lee.sees("Fraud team", channel="ml-platform")
    await stage.later(minutes=1)
    assert await once_each(stage.slack)


async def test_what_slack_refuses_for_good_is_not_tried_for_ever(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await stage.slack.spoil("chat.postMessage", "restricted_action")
    await ana.clicks("Start")
    for _ in range(3):
        await a_while_later(stage)

    (card,) = the(stage, "card", PostingState.FAILED)
    assert (card.note, card.attempts) == ("restricted_action", 1)
    await ana.says("start")
    await question(ana, 1)


# Nobody foresaw it.

#: Seconds until what went wrong is tried again, each time.
TRIES = [60, 5 * 60, 15 * 60, 45 * 60]


@pytest.fixture
def log() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged; on a console, the locals of every frame would be drawn."""
    with capture_logs() as lines:
        yield lines


def draws_no(kind: type, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """No message with these contents can be drawn; returns what mends that."""
    as_it_should_be = views.message

    def message(contents: Contents) -> render.Message:
        if isinstance(contents, kind):
            raise ValueError("a mistake of ours")
        return as_it_should_be(contents)

    monkeypatch.setattr(views, "message", message)
    return lambda: monkeypatch.setattr(views, "message", as_it_should_be)


async def test_what_cannot_be_drawn_is_tried_ever_later_and_given_up(
    stage: Scene, monkeypatch: pytest.MonkeyPatch, log: list[MutableMapping[str, Any]]
) -> None:
    lee, outcomes = stage.person("lee"), stage.bot.poster.outcomes
    mend = draws_no(Intro, monkeypatch)
    await stage.launch("ana")
    (intro,) = the(stage, "intro", PostingState.OWED)

    for number, seconds in enumerate(TRIES, start=1):
        (tried,) = the(stage, "intro", PostingState.OWED)
        assert (tried.failures, tried.due_at) == (number, stage.time.at + timedelta(seconds=seconds))
        assert [text for text in await shown(lee) if "stopped trying" in text] == []
        await stage.later(seconds=seconds - 1)
        assert the(stage, "intro", PostingState.OWED) == [tried]
        await stage.later(seconds=1)

    (given_up,) = the(stage, "intro", PostingState.FAILED)
    assert (given_up.key, given_up.note) == (intro.key, "unforeseen")
    assert (outcomes["failed"], outcomes["later"]) == (1, len(TRIES))
    await stage.later(hours=2)
    failed = [line["posting"] for line in log if line["event"] == "post_failed"]
    assert failed == [intro.key] * (1 + len(TRIES))
    (trouble,) = [text for text in await shown(lee) if "I could not post the introduction" in text]
    assert "I have stopped trying" in trouble

    mend()
    await lee.clicks("Post it again")
    await lee.sees("Fraud team", channel="ml-platform")
    assert await once_each(stage.slack)


@pytest.mark.usefixtures("log")
async def test_what_cannot_be_drawn_holds_nobody_else_up(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws_no(Intro, monkeypatch)

    await stage.launch("ana", "omar")

    for name in ("ana", "omar"):
        await stage.person(name).sees("Start")


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("budget", ["plenty", "none"])
async def test_a_card_that_could_not_be_drawn_comes_when_that_is_mended(
    store: Store, monkeypatch: pytest.MonkeyPatch, budget: str
) -> None:
    """Where Slack's budget is short it takes the place of the card before it."""
    seconds = monotonic if budget == "none" else None
    async with town(store, seconds=seconds) as place, place.bot() as stage:
        ana = stage.person("ana")
        await stage.launch("ana")
        await ana.clicks("Start")
        first = await question(ana, 1)
        mend = draws_no(Card, monkeypatch)

        await ana.clicks("B", message=first)
        await stage.bot.drawing.finished()
        (card,) = the(stage, "card", PostingState.OWED)
        assert (card.failures, card.attempts) == (1, 0)
        mend()
        await stage.later(seconds=TRIES[0])

        await ana.clicks("B", message=await question(ana, 2))
        await question(ana, 3)
        assert await once_each(stage.slack)


@pytest.mark.usefixtures("log")
async def test_a_card_that_was_given_up_comes_to_whoever_types_start(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    mend = draws_no(Card, monkeypatch)
    await ana.clicks("Start")
    await stage.bot.drawing.finished()
    for seconds in TRIES:
        await stage.later(seconds=seconds)
    assert [card.note for card in the(stage, "card", PostingState.FAILED)] == ["unforeseen"]

    mend()
    await ana.says("start")

    await question(ana, 1)
    assert await once_each(stage.slack)


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("times", [1, len(TRIES)])
async def test_what_slack_has_when_something_goes_wrong_is_found_and_not_sent_again(
    stage: Scene, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    ana, poster = stage.person("ana"), stage.bot.poster
    await stage.launch("ana")
    goes_wrong = iter(range(times))
    as_it_should_be = poster.settle

    async def settle(posting: Posting, *, channel: str, ts: str) -> None:
        if posting.kind == "card" and next(goes_wrong, None) is not None:
            raise KeyError("a mistake of ours")
        await as_it_should_be(posting, channel=channel, ts=ts)

    monkeypatch.setattr(poster, "settle", settle)
    await ana.clicks("Start")
    first = await question(ana, 1)
    await stage.bot.drawing.finished()
    for seconds in TRIES[:times]:
        (card,) = the(stage, "card", PostingState.CLAIMED)
        assert card.lease_until == stage.time.at + timedelta(seconds=seconds)
        await stage.later(seconds=seconds)

    (card,) = the(stage, "card", PostingState.SENT)
    assert (card.ts, card.failures) == (first.ts, times)
    assert await once_each(stage.slack)


@pytest.mark.usefixtures("log")
async def test_what_slack_perhaps_has_is_given_up_as_uncertain(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    lee, poster = stage.person("lee"), stage.bot.poster
    as_it_should_be = poster.settle

    async def settle(posting: Posting, *, channel: str, ts: str) -> None:
        if posting.kind == "intro":
            raise KeyError("a mistake of ours")
        await as_it_should_be(posting, channel=channel, ts=ts)

    monkeypatch.setattr(poster, "settle", settle)
    await stage.launch("ana")
    for seconds in TRIES:
        await stage.later(seconds=seconds)
    await stage.later(hours=2)

    assert [intro.note for intro in the(stage, "intro", PostingState.UNCERTAIN)] == ["unforeseen"]
    assert poster.outcomes["failed"] == 1
    assert "look in the channel before you post it again" in (await lee.sees("I could not post")).shown
    assert await once_each(stage.slack)


@pytest.mark.usefixtures("log")
async def test_while_the_database_or_slack_is_away_it_is_tried_for_ever(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(desk: Desk, posting: Posting) -> Contents:
        raise Unavailable("the disk is full")

    ana, often = stage.person("ana"), 2 * len(TRIES)
    await stage.launch("ana")
    with monkeypatch.context() as patched:
        patched.setattr(reports, "contents", away)
        interview.start(stage.bot.desk, stage.server.team.person("ana").id, seat=seat_of(stage, "ana"))
        for _ in range(often):
            await a_while_later(stage)
    await stage.slack.spoil("chat.postMessage", "unavailable", times=often)
    for _ in range(often):
        await a_while_later(stage)

    (card,) = the(stage, "card", PostingState.CLAIMED)
    assert card.failures == 0
    await a_while_later(stage)
    await question(ana, 1)
    assert await once_each(stage.slack)


# Many at once.


#: As many as `make soak` lets answer, and half of them otherwise.
MANY = 50 if LONG else 25


async def test_many_people_answer_at_slacks_pace(store: Store) -> None:
    """Ten times as fast as real, on both sides."""

    def fast() -> float:
        return 10 * monotonic()

    people = [{"name": f"p{n}", "title": "Data Scientist", "tz": "Europe/London"} for n in range(MANY)]
    everybody = [*PEOPLE, *people]
    names = [str(person["name"]) for person in people]
    channels = [{"name": "ml-platform", "members": [p["name"] for p in everybody], "app": True}]

    async def answers(person: Someone) -> None:
        await person.clicks("Start")
        for number in range(1, 5):
            await person.clicks("B", message=await question(person, number))
        await person.clicks("Send my answers", message=await person.sees("Review your answers"))
        await person.sees("your answers are in")

    async with town(store, people=everybody, channels=channels, seconds=fast) as place:
        place.server.team.weather.limits = Limits(fast)
        async with place.bot() as stage:
            await stage.launch(*names)
            before = len(await stage.slack.requests())
            await asyncio.gather(*(answers(place.slack.person(name)) for name in names))
            await stage.slack.settled()

            refused = [r for r in (await stage.slack.requests())[before:] if r["status"] == 429]
            assert refused == []
            assert await once_each(stage.slack)
            assert the(stage, "card", PostingState.CLAIMED) == []


@pytest.mark.parametrize("error", ["expired_trigger_id", "exchanged_trigger_id"])
async def test_a_form_that_comes_too_late_is_offered_once_more(stage: Scene, error: str) -> None:
    await stage.launch("ana")
    ana, lee = stage.person("ana"), stage.person("lee")
    await ana.clicks("Start")
    await ana.sees("Question 1 of 4")
    await stage.slack.spoil("views.open", error)
    await ana.clicks("Comment")
    offered = await ana.sees("Slack did not let me open that form")

    await ana.clicks("Open again", message=offered)

    form = await ana.modal("Comment")
    await form.fill({"Your comment": "We script it."})
    assert not (await form.submit()).errors
    await ana.sees("Your comment on question 1 is saved.")
    await stage.slack.spoil("views.open", error)
    await lee.command("/tidemark start")
    await lee.sees("Type /tidemark start again.")


async def test_what_is_nested_too_deeply_is_answered(stage: Scene) -> None:
    event: object = "so deep"
    for _ in range(5000):
        event = [event]

    answer = await stage.bot.dispatch({"type": "event_callback", "event": {"type": "message", "text": event}})

    assert answer.status == 200


async def test_a_line_whose_refusal_cannot_be_kept_is_brought_again(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise Unavailable("no room")

    monkeypatch.setattr(ledger, "refuse", fails)
    said = {"channel": "D1", "channel_type": "im", "ts": "1.0", "text": "I have nothing to answer"}
    line = {"type": "message", "user": stage.server.team.person("ana").id, **said}

    answer = await stage.bot.dispatch({"type": "event_callback", "event": line})

    assert answer.status == 500


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Unavailable("no room"), "My database takes nothing in just now"),
        (Uncertain("no answer in time"), "I cannot say yet whether I kept that"),
        (ZeroDivisionError(), "Something went wrong on my side"),
    ],
    ids=["not kept", "not sure", "a bug"],
)
async def test_a_form_that_cannot_be_filled_says_so(
    stage: Scene, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    lee = stage.person("lee")
    monkeypatch.setattr(launching, "onward", fails)

    await lee.command("/tidemark start Fraud team @ana")
    await stage.bot.drawing.finished()

    assert words in (await lee.modal()).shown


async def test_a_reply_that_cannot_be_found_out_says_so(stage: Scene) -> None:
    lee = stage.person("lee")
    await lee.says("new assessment of Fraud team")
    await lee.sees("Who is asked about Fraud team?")
    await stage.slack.spoil("users.info", "internal_error", times=2)

    await lee.says("@ana @omar")

    await lee.sees("Slack did not tell me something that I needed for this")


async def test_where_slack_lets_us_wait_for_longer_than_for_an_ack_that_is_said_at_once(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.picks("Pass to a colleague")
    form = await (await ana.modal("Pass to a colleague")).fill({"Who should answer instead?": "@omar"})
    limits = stage.server.team.weather.limits = Limits(lambda: 0.0)
    for _ in range(100):
        limits.spend("users.info", 4, "")

    submitted = await form.submit()

    assert submitted.acked
    assert "Slack did not tell me something that I needed for this" in str(submitted.errors)


async def test_a_file_that_cannot_be_sent_says_so(stage: Scene) -> None:
    ana = stage.person("ana")
    await ana.says("my data")
    await ana.sees("What I keep of you")
    await stage.slack.spoil("conversations.open", "internal_error")

    await ana.clicks("Export everything")

    await ana.sees("Slack did not tell me something that I needed for this")


async def test_a_facilitator_who_left_unheard_holds_nothing_up(store: Store) -> None:
    """Slack did not tell of it. They took part themselves, so that all are done when they are not asked any
    more, which only they would hear of."""
    lee, *others = PEOPLE
    async with (
        town(store, people=[{**lee, "title": "Data Engineer"}, *others]) as place,
        place.bot() as stage,
    ):
        await stage.launch("lee", "ana")
        await answers(stage, "ana", *"BBBB")
        stage.server.team.person("lee").deleted = True
        await stage.slack.spoil("chat.postMessage", "user_not_found", times=2)
        with store.transaction(stage.server.team.id) as tx:
            (found,) = tx.assessments.in_states([AssessmentState.OPEN])

        async with asyncio.timeout(STUCK):
            await stage.goes_to(found.closes_at - timedelta(hours=23))

        assert the(stage, "closing_soon", PostingState.FAILED)
        assert the(stage, "finished", PostingState.FAILED)


async def test_where_slack_lets_us_wait_long_for_whether_somebody_left_nothing_else_waits(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.launch("ana")
    limits = stage.server.team.weather.limits = Limits(lambda: 0.0)
    for _ in range(100):
        limits.spend("users.info", 4, "")
    await stage.slack.spoil("chat.postMessage", "user_not_found")
    monkeypatch.setattr(posts, "WHILE_OTHERS_WAIT", 0.1)
    monkeypatch.setattr(presence, "WHILE_OTHERS_WAIT", 0.1)

    async with asyncio.timeout(STUCK):
        await stage.later(days=2)

    assert the(stage, "nudge", PostingState.FAILED)
