"""An action gets an issue in GitHub or Jira, and what is said of it later, in Slack."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from bot import errands
from conversation import acting, agreeing, ticketing
from conversation.desk import Desk
from conversation.pack import Pack
from storage.records import Action, ActionState, Ticket, TicketState, TrackerKind
from storage.store import Store
from tests.e2e.child import Ahead, Life, Nursery
from tests.e2e.planned import OBJECTIVE, planned
from tests.e2e.workspace import MONDAY, Scene, town
from tests.outside.answering import Fault
from tests.outside.github import TOKEN, FakeGitHub
from tests.outside.jira import TOKEN as JIRA_TOKEN
from tests.outside.jira import USER, FakeJira
from workspace.people import Modal, Someone

#: Longer than a claim lasts, and than what is tried again waits for the first time.
A_WHILE = {"minutes": 3}
#: Until issues are read again.
HALF_AN_HOUR = {"minutes": 31}


def of_github(server: FakeGitHub) -> dict[str, str]:
    return {
        "TIDEMARK_GITHUB_URL": server.url,
        "TIDEMARK_GITHUB_TOKEN": TOKEN,
        "TIDEMARK_GITHUB_REPOSITORY": "acme/mlops",
    }


def of_jira(server: FakeJira) -> dict[str, str]:
    return {
        "TIDEMARK_JIRA_URL": server.url,
        "TIDEMARK_JIRA_USER": USER,
        "TIDEMARK_JIRA_TOKEN": JIRA_TOKEN,
        "TIDEMARK_JIRA_PROJECT": "OPS",
    }


@asynccontextmanager
async def stage_with(store: Store, **more: str) -> AsyncIterator[Scene]:
    """Omar owns an action of the Fraud team."""
    async with town(store) as place, place.bot(**more) as stage:
        planned(stage.bot.desk, stage.server)
        await a_while(stage)
        yield stage


async def a_while(stage: Scene, **time: float) -> None:
    await stage.later(**(time or A_WHILE))
    await stage.beat()


async def chooses(person: Someone, choice: str | None = None, *, link: str | None = None) -> str:
    """In the form of the action's issue; what it says at the end."""
    await person.clicks("Ticket", message=await person.sees(OBJECTIVE))
    form = await person.modal("Ticket")
    await form.fill({"link": link} if link else {"choice": choice})
    assert not (await form.submit()).errors
    said = (await person.modal("Ticket")).shown
    await (await person.modal()).closes()
    return said


async def told(person: Someone, words: str) -> int:
    return sum(words in message.shown for message in await person.dm())


def ticket(stage: Scene) -> Ticket | None:
    with stage.bot.desk.transaction() as tx:
        return tx.tickets.find("V1")


def actions(stage: Scene) -> list[Action]:
    with stage.bot.desk.transaction() as tx:
        found = tx.actions.find("V1")
        assert found
        return tx.actions.of(found.assessment_id)


def owner(stage: Scene) -> str:
    return actions(stage)[0].owner or ""


def state(stage: Scene) -> ActionState:
    with stage.bot.desk.transaction() as tx:
        action = tx.actions.find("V1")
    assert action
    return action.state


async def test_without_a_tracker_nobody_is_offered_one(store: Store) -> None:
    async with stage_with(store) as stage:
        agreed = await stage.person("omar").sees(OBJECTIVE)

    assert "Ticket" not in agreed.shown


async def test_from_a_new_issue_to_a_done_action(store: Store) -> None:
    github = FakeGitHub()
    async with github.running(), stage_with(store, **of_github(github)) as stage:
        omar = stage.person("omar")
        said = await chooses(omar, "New GitHub issue in acme/mlops")
        assert "being created" in said
        await stage.beat()
        await omar.sees("GitHub issue of your action is created: acme/mlops#1")
        (issue,) = github.issues
        assert issue["title"] == OBJECTIVE
        assert "Omar" not in issue["body"]

        github.close(1)
        for _ in range(3):
            await a_while(stage, **HALF_AN_HOUR)
        assert await told(omar, "was closed") == 1
        assert state(stage) is ActionState.ON_TRACK
        await omar.clicks("Mark it done", message=await omar.sees("acme/mlops#1 was closed"))
        form = await omar.modal("It is done")
        await form.fill({"text": "The issue says how."})
        assert not (await form.submit()).errors
        await stage.bot.drawing.finished()

        assert state(stage) is ActionState.DONE
        assert github.refused == []


async def test_an_action_is_agreed_together_with_its_issue(store: Store) -> None:
    github = FakeGitHub()
    async with github.running(), stage_with(store, **of_github(github)) as stage:
        lee = stage.person("lee")
        form = await wants_an_action(lee)
        await form.fill({"choice": "New GitHub issue in acme/mlops", "link": "https://evil.example/issues/7"})
        refused = await form.submit()
        assert "copy its address" in str(refused.errors)
        assert len(actions(stage)) == 1

        await form.fill({"link": None})
        assert not (await form.submit()).errors
        assert "GitHub issue: being created" in (await lee.modal()).shown
        await stage.beat()

    (issue,) = github.issues
    assert issue["title"] == "A page that lists all models"
    assert len(actions(stage)) == 2
    assert github.refused == []


async def wants_an_action(person: Someone) -> Modal:
    """All but its issue is filled in."""
    await person.command("/tidemark plan")
    await person.clicks("Add an action", message=await person.sees("Gaps that nobody has taken on yet"))
    form = await person.modal("Plan an action")
    return await form.fill(
        {
            "objective": "A page that lists all models",
            "measure": "The page is there",
            "owner": "omar",
            "due": "2026-12-18",
        }
    )


async def test_what_jira_does_not_take_is_said_and_tried_again(store: Store) -> None:
    jira = FakeJira()
    async with jira.running(), stage_with(store, **of_jira(jira)) as stage:
        omar = stage.person("omar")
        await chooses(omar, "New Jira issue in OPS")
        for _ in range(2):
            await a_while(stage)
        no = await omar.sees(
            "The action is saved. The Jira issue was not created: the project key OPS is unknown"
        )
        assert await told(omar, "was not created:") == 1

        jira.projects.add("OPS")
        await omar.clicks("Try again", message=no)
        await a_while(stage)

        await omar.sees("Jira issue of your action is created: OPS-1")
        assert len(jira.issues) == 1


WRITES = {"TIDEMARK_TRACKERS_WRITE_BACK": "close"}


async def test_what_becomes_of_an_action_is_written_to_its_issue_once(store: Store) -> None:
    github = FakeGitHub()
    async with github.running(), stage_with(store, **of_github(github), **WRITES) as stage:
        omar, desk, github.now = stage.person("omar"), stage.bot.desk, stage.time.now
        await chooses(omar, "New GitHub issue in acme/mlops")
        await stage.beat()
        user = owner(stage)
        agreeing.accept(desk, user, action="V1")
        agreeing.change_date(desk, user, action="V1", due=date(2026, 12, 24))
        acting.finish(desk, user, action="V1", text="Sofia's page shows it.")
        github.faults.append(Fault(None, works=True))  # nobody knows that the first was written
        for _ in range(3):
            await a_while(stage)
        acting.undo(desk, user, action="V1")
        await a_while(stage, **HALF_AN_HOUR)
        acting.drop(desk, user, action="V1", reason="We buy one.")
        await a_while(stage)

        said = [comment["body"].replace("\\", "").partition(". ")[0] for comment in github.comments]
        assert [each.partition("of this issue ")[2] for each in said] == [
            "is due on another day now: 2026-12-24",
            "is done",
            "is not done after all: it goes on",
            "was dropped",
        ]
        text = str(github.comments)
        assert all(word not in text for word in ("Omar", "Sofia", "buy", user))
        assert (github.issues[0]["state"], github.issues[0]["state_reason"]) == ("closed", "not_planned")
        assert await told(omar, "was closed") == 0
        assert github.refused == []


async def test_what_cannot_be_written_blocks_nothing_and_is_said(store: Store) -> None:
    jira = FakeJira()
    jira.projects.add("OPS")
    async with jira.running(), stage_with(store, **of_jira(jira), **WRITES) as stage:
        omar = stage.person("omar")
        await chooses(omar, "New Jira issue in OPS")
        await stage.beat()
        jira.steps = {"11": ("To Do", "new")}
        acting.finish(stage.bot.desk, owner(stage), action="V1", text="Seen.")
        for _ in range(2):
            await a_while(stage)

        assert state(stage) is ActionState.DONE
        await omar.sees(
            "Its issue OPS-1 could not be brought up to date (it is done): its workflow has no step"
        )
        assert await told(omar, "brought up to date") == 1
        assert len(jira.comments) == 1


async def test_nothing_is_written_where_nobody_asked_for_it(store: Store) -> None:
    github = FakeGitHub()
    async with github.running(), stage_with(store, **of_github(github)) as stage:
        await chooses(stage.person("omar"), "New GitHub issue in acme/mlops")
        await stage.beat()
        acting.finish(stage.bot.desk, owner(stage), action="V1", text="Seen.")
        await a_while(stage)

    assert (github.comments, github.issues[0]["state"]) == ([], "open")


async def test_a_tracker_that_is_silent_is_tried_again_by_itself(store: Store) -> None:
    github = FakeGitHub()
    async with github.running(), stage_with(store, **of_github(github)) as stage:
        omar, github.now = stage.person("omar"), stage.time.now
        github.faults.extend([Fault(None, works=True), Fault(429, None, {"Retry-After": "1200"})])
        await chooses(omar, "New GitHub issue in acme/mlops")
        await a_while(stage)  # nobody knows that it was created
        await a_while(stage)  # the look-up is asked to wait
        waits = [len(github.asked), await told(omar, "created")]
        await a_while(stage)
        assert [len(github.asked), await told(omar, "created")] == waits

        await a_while(stage, minutes=20)

        await omar.sees("is created: acme/mlops#1")
        assert len(github.issues) == 1


async def test_what_nobody_foresaw_is_tried_again_each_time_later_and_given_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: ticketing.Draft) -> str:
        raise ValueError("no such shape")

    github = FakeGitHub()
    async with github.running(), stage_with(store, **of_github(github)) as stage:
        omar, github.now = stage.person("omar"), stage.time.now
        monkeypatch.setattr(errands, "issue_body", fails)
        await chooses(omar, "New GitHub issue in acme/mlops")
        await a_while(stage)
        for number, wait in enumerate(ticketing.BACKOFF, start=1):
            found = ticket(stage)
            assert found
            assert (found.failures, found.state) == (number, TicketState.OWED)
            await a_while(stage, minutes=int(wait.total_seconds() // 60))

        await omar.sees("was not created")
        assert github.issues == []


async def test_a_link_that_was_pasted_and_an_issue_that_is_gone(store: Store) -> None:
    github = FakeGitHub()
    async with github.running(), stage_with(store, **of_github(github)) as stage:
        omar = stage.person("omar")
        await omar.clicks("Ticket", message=await omar.sees(OBJECTIVE))
        form = await omar.modal("Ticket")
        await form.fill({"link": "https://evil.example/acme/mlops/issues/7"})
        refused = await form.submit()
        assert "copy its address" in str(refused.errors) or "copy its address" in (await omar.modal()).shown
        await (await omar.modal()).closes(everything=True)
        assert ticket(stage) is None
        assert github.asked == []

        said = await chooses(omar, link=f"{github.url}/acme/mlops/issues/7")
        assert "acme/mlops#7" in said
        for _ in range(3):
            await a_while(stage, **HALF_AN_HOUR)

        assert await told(omar, "is not to be found any more") == 1
        assert state(stage) is ActionState.ON_TRACK
        assert "has no issue" in await chooses(omar, "No issue: take the link off")


async def test_a_reminder_knows_how_the_issue_stands_now(store: Store) -> None:
    github = FakeGitHub()
    async with github.running(), stage_with(store, **of_github(github)) as stage:
        omar = stage.person("omar")
        await chooses(omar, "New GitHub issue in acme/mlops")
        await stage.goes_to(stage.time.at.replace(day=11, month=12, hour=9, minute=20))
        await stage.beat()
        github.close(1, "not_planned")
        await stage.later(minutes=10)

        reminder = await omar.sees("wants a word from you")

    assert "acme/mlops#1 closed (not planned)" in reminder.shown


def planner(store: Store, team: str, ahead: Ahead, pack: Pack) -> Desk:
    """Somebody who plans, beside the bot."""
    ids = (f"id{number}" for number in itertools.count())
    return Desk(team, store, ahead.now, ids.__next__, pack, "the planner")


async def test_an_issue_is_created_once_although_the_bot_is_killed(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    github = FakeGitHub()
    async with github.running(), town(store) as place, Nursery.open(tmp_path / "log") as nursery:
        ahead = Ahead.of(MONDAY, tmp_path)
        desk = planner(store, place.server.team.id, ahead, place.pack)
        more = of_github(github)
        life = Life(
            database_url, place.server.api_url, place.server.bot_token, place.server.app_token, ahead, more
        )
        planned(desk, place.server)
        github.holds_back.clear()
        with desk.transaction() as tx:
            tx.tickets.put(
                "V1",
                tracker=TrackerKind.GITHUB,
                state=TicketState.OWED,
                marker="m1",
                asked_by=place.server.team.person("omar").id,
                at=desk.now(),
            )
        first = await nursery.begin(life)
        await github.created.wait()
        nursery.kill(first)  # the issue is there, and nobody but GitHub knows
        github.holds_back.set()
        ahead.jump(ticketing.LEASE.total_seconds() + 1)
        await nursery.begin(life)

        found = None
        async with asyncio.timeout(20):
            while found is None or found.state is TicketState.OWED:
                await place.slack.settled(quiet=0.2)
                with desk.transaction() as tx:
                    found = tx.tickets.find("V1")

    assert (found.state, found.key, len(github.issues)) == (TicketState.CREATED, "acme/mlops#1", 1)
