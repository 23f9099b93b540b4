"""The bot dies before and after every statement, commit, ack and call to Slack of what facilitators and
owners do: a launch, closing and sharing, sending to those who took part, an action from when it is accepted
to its end, one that is agreed on and accepted by forms, a plan that stays up to date. Then they go on.

In the first run it dies at the first moment of each thing that they do, and of each beat in which something
falls due; in the second run at the second, and so on, until nothing has as many. `make test` takes those that
a seed chooses.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conversation import agreeing, drafting, interview, opening, plans, results, sharing
from conversation.desk import Desk
from conversation.pack import Length
from conversation.scope import Scope
from storage.records import ActionState, AssessmentState, Person, PostingState
from tests.e2e.child import Nursery, is_alive
from tests.e2e.test_kill import SUBJECT, nothing_was_lost_or_said_twice
from tests.e2e.workspace import CHANNELS, PEOPLE
from tests.faults.deaths import IN_FULL, SEED, Deaths, out_of_order
from workspace.messages import delete
from workspace.people import Message, Modal, Someone
from workspace.server import Workspace

pytestmark = pytest.mark.asyncio(loop_scope="module")
ASKED = ("ana", "omar")
#: In New York it is early in the morning when Lee launches: they are invited, and reminded, later.
THERE = [{**person, "tz": "America/New_York"} if person["name"] in ASKED else person for person in PEOPLE]
A_MINUTE, AN_HOUR, A_DAY = 60.0, 3600.0, 86_400.0
CLOSES_ON, DUE = date(2026, 12, 2), date(2026, 12, 9)
#: Of what Omar does.
OBJECTIVE, MEASURE = "Every model has a version", "4 of 4 models"


class Round(Deaths):
    async def insists(self, does: Callable[[], Awaitable[bool]]) -> None:
        """Somebody does something, and again until they see that it was taken."""
        async with self.dying():
            taken = await does()
        while not taken:
            taken = await does()

    async def presses(self, who: str, button: str, on: str) -> None:
        person = self.slack.person(who)
        message = await person.sees(on)

        async def press() -> bool:
            return (await person.clicks(button, message=message)).acked

        await self.insists(press)

    async def opens(self, who: str, title: str, how: Callable[[Someone], Awaitable[Any]]) -> Modal:
        person = self.slack.person(who)

        async def open_it() -> bool:
            await how(person)
            return await self.shows(person, title)

        await self.insists(open_it)
        return await person.modal(title)

    async def shows(self, person: Someone, title: str) -> bool:
        """Whether the form comes. What was asked of a bot that died since does not; else they are patient."""
        for _ in range(20):
            try:
                await person.modal(title, within=0.5)
            except AssertionError:
                if not is_alive(self.pid):
                    return False
            else:
                return True
        return False

    async def submits(self, form: Modal) -> None:
        async def submit() -> bool:
            return (await form.submit()).acked

        await self.insists(submit)

    async def there(self, channel: str, words: str) -> int:
        """How many messages of the channel say this."""
        return len(await self.saying(channel, words))

    async def saying(self, channel: str, words: str) -> list[Message]:
        return [each for each in await self.slack.channel(channel).messages() if words in each.shown]

    def loses(self, channel: str, message: Message) -> None:
        """As by an administrator or a rule of the workspace."""
        team = self.server.team
        delete(team, team.channel(channel).messages[message.ts])

    async def told(self, who: str, words: str) -> int:
        return sum(words in each.shown for each in await self.slack.person(who).dm())


# What was before.


def nothing(desk: Desk, server: Workspace) -> None:
    """Lee is going to begin."""


def answered(desk: Desk, server: Workspace) -> None:
    """All sent their answers, and Lee has to close it."""
    people = {each.user_id: each for each in (person_of(server, name) for name in ASKED)}
    pack, lee = desk.pack, person_of(server, "lee")
    wanted = Scope(
        aspects=tuple(aspect.id for aspect in pack.aspects[:2]),
        length=Length.SHORT,
        people=tuple(people),
        target=2,
    )
    channel = server.team.channel("ml-platform").id
    draft = drafting.draft(
        desk, lee, subject=SUBJECT, scope=wanted, channel=channel, closes_on=CLOSES_ON
    ).assessment.id
    roles = {user: (role.id,) for user, role in zip(people, pack.roles, strict=False)}
    opening.launch(desk, lee.user_id, assessment=draft, roles=roles, people=people)
    for user in people:
        with desk.transaction() as tx:
            seat = tx.seats.held_by(user)[0].id
        sitting = interview.start(desk, user, seat=seat).sitting
        while asking := sitting.interview.asking:
            said = {"question": asking.id, "revision": 0, "choice": interview.option(1)}
            sitting = interview.answer(desk, user, seat=seat, **said).sitting
        interview.send(desk, user, seat=seat)
        with desk.transaction() as tx:
            tx.postings.forget_about([seat])  # they read all that


def closed(desk: Desk, server: Workspace) -> str:
    """Lee alone has seen the result."""
    answered(desk, server)
    with desk.transaction() as tx:
        (found,) = tx.assessments.in_states([AssessmentState.OPEN])
    results.close(desk, person_of(server, "lee").user_id, assessment=found.id)
    return found.id


def shared(desk: Desk, server: Workspace) -> str:
    """It is in the channel."""
    found = closed(desk, server)
    sharing.share(desk, person_of(server, "lee").user_id, assessment=found)
    return found


def agreed(desk: Desk, server: Workspace) -> None:
    """And Omar is asked whether he takes an action on."""
    found = shared(desk, server)
    lee, omar = person_of(server, "lee"), person_of(server, "omar")
    gap = plans.board_of(desk, lee.user_id, assessment=found).findings.gaps[0]
    promised: Mapping[str, Any] = {"objective": OBJECTIVE, "measure": MEASURE, "due": DUE}
    agreeing.agree(
        desk,
        lee.user_id,
        assessment=found,
        step=gap.step,
        owner=omar,
        id=desk.new_id(),
        more=agreeing.More(informed=(person_of(server, "kim"),)),
        **promised,
    )


def person_of(server: Workspace, name: str) -> Person:
    found = server.team.person(name)
    return Person(user_id=found.id, name=found.real_name, tz=found.tz, locale="en-GB")


# What happens, and what has to be there at the end.


async def a_launch(now: Round) -> None:
    line = f"/tidemark start {SUBJECT} {' '.join(f'@{name}' for name in ASKED)}"
    form = await now.opens("lee", "Ready to launch?", lambda lee: lee.command(line, channel="ml-platform"))
    await now.submits(form)
    await now.falls_due(6 * AN_HOUR)
    await now.until_all_are_done([])

    with now.store.transaction(now.server.team.id) as tx:
        (found,) = tx.assessments.in_states([AssessmentState.DRAFT, AssessmentState.OPEN])
        assert (found.subject, found.state) == (SUBJECT, AssessmentState.OPEN)
        assert len(tx.seats.of(found.id)) == len(ASKED)
    assert [await now.told(name, f"asks for your view on {SUBJECT}") for name in ASKED] == [1] * len(ASKED)
    assert await now.told("lee", f"{SUBJECT} is launched") == 1
    assert await now.there("ml-platform", f"{len(ASKED)} people are asked") == 1


async def closing_and_sharing(now: Round) -> None:
    await now.presses("lee", "Close and see the result", "has sent their answers")
    await shares(now)


async def the_day_of_closing(now: Round) -> None:
    await now.falls_due(3 * A_DAY)
    await shares(now)


async def shares(now: Round) -> None:
    await now.presses("lee", "Post to the channel", "Only you see this")
    await now.falls_due(A_MINUTE)
    await now.until_all_are_done([])

    with now.store.transaction(now.server.team.id) as tx:
        (found,) = tx.assessments.in_states([AssessmentState.CLOSED])
        assert len(tx.results.all(found.id)) == 1
        replies = [each for each in tx.postings.all_about(found.id) if each.kind == "aspect"]
        posted = [each for each in tx.postings.all_about(found.id) if each.kind == "result"]
    assert len(posted) == 1
    assert [each.contents["thread"] for each in replies] == [posted[0].ts] * len(replies)
    assert len(replies) > 1
    assert {each.state for each in replies} == {PostingState.SENT}
    previews = [await now.told("lee", words) for words in ("Only you see this", "It is posted to")]
    assert sum(previews) == 1


async def sending_to_who_took_part(now: Round) -> None:
    form = await now.opens("lee", "Send to the participants", presses("Send to the participants", "Only you"))
    await now.submits(form)
    await now.falls_due(6 * AN_HOUR)
    await now.until_all_are_done([])

    with now.store.transaction(now.server.team.id) as tx:
        (found,) = tx.assessments.in_states([AssessmentState.CLOSED])
        sent = [each.values for each in tx.deeds.of(found.id) if each.what == "sent_to_participants"]
        each_of_them = [each for each in tx.postings.all_about(found.id) if each.kind == "participant_result"]
    assert sent == [{"people": len(ASKED), "revision": 1}]
    assert [each.state for each in each_of_them] == [PostingState.SENT] * len(ASKED)
    assert [await now.told(name, "Your answers are part of this") for name in ASKED] == [1] * len(ASKED)


async def an_action(now: Round) -> None:
    await now.presses("omar", "Accept", OBJECTIVE)
    await now.falls_due(2 * A_DAY + 6 * AN_HOUR)
    form = await now.opens("omar", "It is done", presses("Done", "Due in 7 days"))
    await form.fill({"Link": "https://example.com/registry"})
    await now.submits(form)
    await now.falls_due(A_DAY)
    await now.until_all_are_done([])

    with now.store.transaction(now.server.team.id) as tx:
        (found,) = tx.assessments.in_states([AssessmentState.CLOSED])
        (action,) = tx.actions.of(found.id)
        assert action.state is ActionState.DONE
    assert len([key for key in now.in_the_ledger(PostingState.SENT) if key.startswith("remind/")]) == 1
    assert await now.told("kim", "It is done now.") == 1


async def an_action_by_forms(now: Round) -> None:
    await now.slack.person("lee").command("/tidemark plan")
    form = await now.opens("lee", "Plan an action", presses("Plan it", "nobody has taken on", near="1. "))
    await form.fill(
        {
            "Objective": OBJECTIVE,
            "How will everybody know that it worked?": MEASURE,
            "Owner": "omar",
            "Due": DUE.isoformat(),
            "Keep informed": ["kim"],
            "First steps, one a line": "Name the models\nNumber them",
        }
    )
    await now.submits(form)
    await now.until_all_are_done([])
    await now.opens("omar", "Action", presses("Open", OBJECTIVE))
    await now.insists(accepts_in_the_form(now))
    await now.falls_due(3 * A_DAY + 6 * AN_HOUR)
    await now.until_all_are_done([])

    with now.store.transaction(now.server.team.id) as tx:
        (found,) = tx.assessments.in_states([AssessmentState.CLOSED])
        (action,) = tx.actions.of(found.id)
        steps = [each.text for each in tx.actions.steps(found.id)]
        changes = [each.what for each in tx.actions.changes_of(action.id)]
        deeds = [each.what for each in tx.deeds.of(found.id) if each.what.endswith("_action")]
    assert (action.owner, action.due) == (person_of(now.server, "omar").user_id, DUE)
    assert steps == ["Name the models", "Number them"]
    assert changes == ["accepted"]
    assert deeds == ["agreed_action", "accepted_action"]
    assert await now.told("omar", "asks you to own an action") == 1
    assert await now.told("omar", "Due in") == 1
    assert await now.told("lee", "has not said yet whether") == 0


async def a_posted_plan(now: Round) -> None:
    """Omar's words that an edit tells come before it dies: else that would be told at its birth."""
    await now.slack.person("lee").command("/tidemark plan")
    await now.presses("lee", "Post the plan", "Nothing is left to plan")
    await now.until_all_are_done([])
    await says(now, "Accept")
    first = await the_plan_after_a_minute(now)
    await now.presses("omar", "At risk", OBJECTIVE)
    edited = await the_plan_after_a_minute(now)
    now.loses("ml-platform", edited)
    await says(now, "On track")
    anew = await the_plan_after_a_minute(now)
    await says(now, "At risk")
    last = await the_plan_after_a_minute(now)

    with now.store.transaction(now.server.team.id) as tx:
        (found,) = tx.assessments.in_states([AssessmentState.CLOSED])
        postings = [each for each in tx.postings.all_about(found.id) if each.kind in {"plan", "plan_edit"}]
    assert edited.ts == first.ts
    assert f"{OBJECTIVE}: Omar Haddad, due 9 Dec 2026, at risk" in edited.shown
    assert f"{OBJECTIVE}: Omar Haddad, due 9 Dec 2026, on track" in anew.shown
    assert last.ts == anew.ts
    assert f"{OBJECTIVE}: Omar Haddad, due 9 Dec 2026, at risk" in last.shown
    assert [each.kind for each in postings] == ["plan", *["plan_edit"] * 4]
    assert {each.state for each in postings} == {PostingState.SENT}
    assert [each.ts for each in postings] == [first.ts] * 3 + [anew.ts] * 2


async def says(now: Round, button: str) -> None:
    omar = now.slack.person("omar")
    assert (await omar.clicks(button, message=await omar.sees(OBJECTIVE))).acked


async def the_plan_after_a_minute(now: Round) -> Message:
    await now.falls_due(A_MINUTE)
    await now.until_all_are_done([])
    (plan,) = await now.saying("ml-platform", f"{SUBJECT}: the plan")
    return plan


def presses(button: str, on: str, *, near: str | None = None) -> Callable[[Someone], Awaitable[Any]]:
    async def press(person: Someone) -> None:
        await person.clicks(button, message=await person.sees(on), near=near)

    return press


def accepts_in_the_form(now: Round) -> Callable[[], Awaitable[bool]]:
    async def accept() -> bool:
        return (await now.slack.person("omar").clicks("Accept")).acked

    return accept


@dataclass(frozen=True)
class Flow:
    """Nothing in it has more moments than `most`."""

    plays: Callable[[Round], Awaitable[None]]
    before: Callable[[Desk, Workspace], object]
    most: int


FLOWS = [
    Flow(a_launch, nothing, 230),
    Flow(closing_and_sharing, answered, 260),
    Flow(the_day_of_closing, answered, 230),
    Flow(sending_to_who_took_part, closed, 300),
    Flow(an_action, agreed, 180),
    Flow(an_action_by_forms, shared, 200),
    Flow(a_posted_plan, agreed, 120),
]


def numbers(most: int) -> list[int]:
    """Every other one: before a statement is after the one before it. Something in each flow has so many as
    there are in short."""
    if IN_FULL:
        return list(range(1, most, 2))
    return [1 + (SEED * 7 + most // 4) % 80]


RUNS = [
    pytest.param(flow, number, id=f"{flow.plays.__name__}-{number}")
    for flow in FLOWS
    for number in numbers(flow.most)
]


@pytest.mark.parametrize(("flow", "number"), RUNS)
async def test_nothing_is_lost_or_said_twice_whenever_the_bot_dies_in_a_round(
    database_url: str, tmp_path: Path, nursery: Nursery, flow: Flow, number: int
) -> None:
    async with (
        Round.of(number, database_url, tmp_path, nursery, flow.before, THERE, CHANNELS) as now,
        asyncio.timeout(100),
    ):
        await now.armed_birth()
        await now.until_all_are_done([])
        await flow.plays(now)

        died = now.died()
        sys.stdout.write(f"{flow.plays.__name__}, moment {number}: {len(died)} deaths: {'; '.join(died)}\n")
        assert len(died) == now.kills
        assert died or IN_FULL
        nothing_was_lost_or_said_twice(now)
        assert out_of_order(database_url) == []
