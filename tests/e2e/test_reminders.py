"""Reminders when Slack has a bad day, and what it says of people right before one goes out."""

import asyncio
from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from bot import presence
from storage.records import PostingState
from storage.store import Store
from tests.e2e import workspace
from tests.e2e.workspace import PEOPLE, Scene, scene
from workspace.limits import Limits
from workspace.people import Someone

#: Seconds within which all is done that waits for nobody.
STUCK = 15
#: Longer than a claim lasts, and than Slack lets us wait.
A_WHILE = 61
#: In which nobody wants to be disturbed, and that Ana has them.
HOURS = {"quiet_from": "09:00", "quiet_until": "15:00"}
QUIET = [{**person, **(HOURS if person["name"] == "ana" else {})} for person in PEOPLE]


async def reminders(person: Someone) -> list[str]:
    return [message.shown for message in await person.dm() if "Reminder" in message.shown]


@pytest.mark.parametrize("how", ["ratelimited", "lost", "unavailable", "internal_error"])
async def test_a_reminder_that_slack_did_not_take_at_once_comes_once(stage: Scene, how: str) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")

    await stage.slack.spoil("chat.postMessage", how)
    await stage.later(days=2)
    for _ in range(3):
        await stage.later(seconds=A_WHILE)

    (reminder,) = await reminders(ana)
    assert "Reminder 1 of at most 3" in reminder


@pytest.mark.parametrize("how", ["ratelimited", "lost", "unavailable", "missing_scope"])
async def test_that_slack_does_not_say_who_somebody_is_holds_nobody_up(stage: Scene, how: str) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")

    await stage.slack.spoil("users.info", how)
    await stage.later(days=2)

    assert len(await reminders(ana)) == 1


async def test_where_slack_lets_us_wait_long_for_who_somebody_is_their_reminder_does_not(
    stage: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    limits = stage.server.team.weather.limits = Limits(lambda: 0.0)
    for _ in range(100):
        limits.spend("users.info", 4, "")
    monkeypatch.setattr(presence, "WHILE_OTHERS_WAIT", 0.1)

    async with asyncio.timeout(STUCK):
        await stage.later(days=2)

    assert len(await reminders(ana)) == 1


async def test_without_the_scope_reminders_go_by_working_hours_and_it_is_asked_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest: Mapping[str, Any] = deepcopy(workspace.MANIFEST)
    manifest["oauth_config"]["scopes"]["bot_optional"].remove("dnd:read")
    monkeypatch.setattr(workspace, "MANIFEST", manifest)
    people = [{**person, **HOURS} for person in PEOPLE]
    async with scene(store, people=people) as stage:
        await stage.launch("ana")

        await stage.later(days=2)

        assert len(await reminders(stage.person("ana"))) == 1
        assert len(await stage.slack.requests(method="dnd.info")) == 1

        stage.bot.poster.reopen()  # with another token, as whoever grants the scope gets one
        await stage.later(days=5)

        assert len(await reminders(stage.person("ana"))) == 2
        assert len(await stage.slack.requests(method="dnd.info")) == 2


async def test_an_invitation_waits_for_the_end_of_do_not_disturb_and_the_reminders_with_it(
    store: Store,
) -> None:
    people = [{**person, **HOURS} for person in PEOPLE]
    async with scene(store, people=people) as stage:
        ana = stage.person("ana")
        await stage.launch("ana")
        before = await ana.dm()

        await stage.goes_to(stage.time.at.replace(hour=15, minute=0))

        assert before == []
        assert "asks for your view" in (await ana.dm())[0].shown
        await stage.goes_to(stage.time.at.replace(day=2, month=12, hour=10))
        assert await reminders(ana) == []
        await stage.later(hours=5)
        assert "Reminder 1 of at most 3" in (await reminders(ana))[0]


@pytest.mark.parametrize("how", ["ratelimited", "lost", "unavailable", "internal_error"])
async def test_where_slack_does_not_tell_of_do_not_disturb_just_now_it_is_asked_again(
    store: Store, how: str
) -> None:
    async with scene(store, people=QUIET) as stage:
        ana = stage.person("ana")
        for method in ("dnd.info", "dnd.teamInfo"):
            await stage.slack.spoil(method, how)
        await stage.launch("ana", "omar")
        assert await ana.dm() == []

        await stage.later(seconds=A_WHILE)
        assert await ana.dm() == []
        assert "asks for your view" in (await stage.person("omar").dm())[0].shown

        await stage.goes_to(stage.time.at.replace(hour=15, minute=0, second=0))
        assert "asks for your view" in (await ana.dm())[0].shown


async def test_a_message_waits_ten_minutes_at_most_for_slack_to_tell_of_do_not_disturb(
    store: Store,
) -> None:
    async with scene(store, people=QUIET) as stage:
        await stage.slack.spoil("dnd.info", "ratelimited", times=1000)
        await stage.launch("ana")

        for _ in range(9):
            await stage.later(minutes=1)
        assert await stage.person("ana").dm() == []
        await stage.later(minutes=2)

        assert "asks for your view" in (await stage.person("ana").dm())[0].shown


async def test_while_slack_lets_us_wait_it_is_not_asked(store: Store) -> None:
    async with scene(store, people=QUIET) as stage:
        limits = stage.server.team.weather.limits = Limits(lambda: 0.0)
        for _ in range(50):
            limits.spend("dnd.info", 3, "")
        await stage.launch("ana")
        for _ in range(5):
            await stage.later(seconds=5)
        assert len(await stage.slack.requests(method="dnd.info")) == 1
        assert await stage.person("ana").dm() == []

        stage.server.team.weather.limits = None
        await stage.later(minutes=1)

        assert len(await stage.slack.requests(method="dnd.info")) == 2
        assert await stage.person("ana").dm() == []


async def test_of_many_who_are_written_to_slack_is_asked_together_and_nobody_is_disturbed(
    store: Store,
) -> None:
    """More than Slack tells of one by one within a minute."""
    crowd = [f"dee{number}" for number in range(60)]
    sleeping = crowd[-20:]
    people = [
        *PEOPLE,
        *(
            {
                "name": name,
                "real_name": name.capitalize(),
                "title": "Data Scientist",
                "tz": "Europe/London",
                **(HOURS if name in sleeping else {}),
            }
            for name in crowd
        ),
    ]
    async with scene(store, people=people) as stage:
        check = await stage.set_up(*crowd)
        stage.server.team.weather.limits = Limits(lambda: 0.0)
        assert not (await check.submit()).errors
        await stage.person("lee").sees("is launched")
        await stage.beat()

        written_to = [name for name in crowd if await stage.person(name).dm()]
        assert written_to == [name for name in crowd if name not in sleeping]
        asked = [*await stage.slack.requests(method="dnd.info")]
        asked += await stage.slack.requests(method="dnd.teamInfo")
        assert len(asked) <= 4  # a few are being claimed while the first is asked about


async def test_whom_slack_does_not_tell_of_together_is_asked_about_alone(store: Store) -> None:
    async with scene(store, people=QUIET) as stage:
        await stage.slack.spoil("dnd.teamInfo", "user_not_visible")
        await stage.launch("ana", "omar", "kim")

        assert await stage.person("ana").dm() == []
        assert await stage.person("omar").dm() != []
        assert await stage.person("kim").dm() != []
        assert len(await stage.slack.requests(method="dnd.teamInfo")) == 1
        assert len(await stage.slack.requests(method="dnd.info")) == 3


async def test_an_account_that_is_switched_off_is_not_reminded_and_one_that_comes_back_is(
    store: Store,
) -> None:
    people = [{**person, "is_admin": True} for person in PEOPLE]
    async with scene(store, people=people) as stage:
        lee, ana = stage.person("lee"), stage.person("ana")
        await stage.launch("ana")
        await lee.deactivates("ana")
        await stage.later(days=2)

        with store.transaction(stage.server.team.id) as tx:
            dropped = [each.kind for each in tx.postings.in_state(PostingState.DROPPED)]
            failed = tx.postings.in_state(PostingState.FAILED)
        assert (dropped, failed) == (["nudge"], [])

        await lee.reactivates("ana")
        assert await reminders(ana) == []
        await stage.goes_to(stage.time.at + timedelta(days=5))
        assert len(await reminders(ana)) == 1


async def asked_about(stage: Scene, *names: str) -> list[int]:
    """How often Slack was asked who each of them is."""
    ids = [request["args"]["user"] for request in await stage.slack.requests(method="users.info")]
    return [ids.count(stage.server.team.person(name).id) for name in names]


async def test_a_launch_does_not_ask_slack_again_who_somebody_is(stage: Scene) -> None:
    check = await stage.set_up("ana", "omar")
    before = await asked_about(stage, "ana", "omar")

    assert not (await check.submit()).errors
    await stage.beat()

    assert "asks for your view" in (await stage.person("ana").dm())[0].shown
    assert await asked_about(stage, "ana", "omar") == before


async def test_who_changed_since_they_were_found_is_asked_about_again(stage: Scene) -> None:
    check = await stage.set_up("ana", "omar")
    ana, omar = await asked_about(stage, "ana", "omar")
    await stage.person("ana").sets_status("Vacation", until=stage.time.at + timedelta(days=7))

    assert not (await check.submit()).errors
    await stage.beat()

    assert await stage.person("ana").dm() == []
    assert await asked_about(stage, "ana", "omar") == [ana + 1, omar]


async def test_what_slack_said_of_somebody_long_before_the_launch_is_asked_again(stage: Scene) -> None:
    check = await stage.set_up("ana")
    [before] = await asked_about(stage, "ana")
    await stage.later(minutes=6)

    assert not (await check.submit()).errors
    await stage.beat()

    assert await asked_about(stage, "ana") == [before + 1]


async def test_what_another_process_heard_of_somebody_meanwhile_stays(stage: Scene) -> None:
    ana, team = stage.server.team.person("ana").id, stage.server.team.id
    check = await stage.set_up("ana")
    before = await asked_about(stage, "ana")
    assert not (await check.submit()).errors
    with stage.store.transaction(team) as tx:
        tx.people.remember(tx.people.get(ana).model_copy(update={"gone": True}))

    await stage.beat()

    with stage.store.transaction(team) as tx:
        assert tx.people.get(ana).gone
    assert await asked_about(stage, "ana") == before
