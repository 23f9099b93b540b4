"""Whoever meets us for the first time, and Homes that keep up with what happens."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.seals import Seal
from storage.store import Store
from tests.e2e.test_resilience import question
from tests.e2e.workspace import PEOPLE, Scene, town
from workspace.people import Modal

GUEST = {"name": "gus", "real_name": "Gus Guest", "title": "Auditor", "is_restricted": True}
UNKNOWN = {"type": "button", "action_id": "of_long_ago", "text": {"type": "plain_text", "text": "Old button"}}


async def test_two_who_open_it_at_once_bring_one_welcome_and_a_guest_brings_none(store: Store) -> None:
    async with town(store, people=[*PEOPLE, GUEST], is_new=True) as place, place.bot() as stage:
        await stage.person("gus").opens_home()
        await settled(stage)
        assert await welcomes(stage, "gus", "ana", "omar") == 0

        for _ in range(2):
            await asyncio.gather(*(stage.person(name).opens_home() for name in ("ana", "omar", "ana")))
            await settled(stage)

        assert await welcomes(stage, "ana", "omar") == 1


async def test_where_assessments_were_made_nobody_is_welcomed(store: Store) -> None:
    async with town(store, is_new=True) as place, place.bot() as stage:
        with store.transaction(place.server.team.id) as tx:
            tx.packs.keep(digest="d", name="p", version=1, body="{}")
            tx.assessments.add(
                id="a1", subject="Fraud", facilitator="U1", channel=None, pack_digest="d", scope={},
                created_at=stage.time.at, closes_at=stage.time.at,
            )  # fmt: skip

        await stage.person("ana").opens_home()
        await settled(stage)

        assert await welcomes(stage, "ana") == 0


async def test_an_open_home_keeps_up_with_what_happens(stage: Scene) -> None:
    ana, lee = stage.person("ana"), stage.person("lee")
    await ana.opens_home()
    await lee.opens_home()

    await stage.launch("ana")
    await settled(stage)
    assert "asks for your view: 4 questions" in home_of(stage, "ana")
    assert "Answers sent: 0 of 1 person" in home_of(stage, "lee")

    await ana.clicks("Start", home=True)
    await settled(stage)
    assert "0 of 4 questions answered and saved" in home_of(stage, "ana")

    for number, letter in enumerate("BCBB", start=1):
        await ana.clicks(letter, message=await ana.sees(f"Question {number} of 4"))
    await ana.clicks("Send my answers", message=await ana.sees("Review your answers"))
    await settled(stage)
    assert "Your answers are sent." in home_of(stage, "ana")
    assert "Next: close it and see the result" in home_of(stage, "lee")

    await lee.clicks("Close and see the result", home=True)
    await settled(stage)
    assert "has not shared the result yet" in home_of(stage, "ana")
    assert "Next: read the result, and post it" in home_of(stage, "lee")

    await lee.clicks("See the result", home=True)
    preview = await lee.sees("Only you see this")

    await lee.clicks("Post to the channel", message=preview)
    await settled(stage)
    assert "has not shared the result yet" not in home_of(stage, "ana")

    await ana.clicks("See the result", home=True)
    await ana.sees("Fraud team: level")


async def test_a_home_that_another_process_drew_meanwhile_is_read_and_drawn_again(store: Store) -> None:
    async with town(store) as place, place.bot() as stage:
        ana = stage.person("ana")
        await ana.opens_home()
        await settled(stage)
        await stage.bot.app.client.views_publish(
            user_id=place.server.team.person("ana").id,
            view={"type": "home", "blocks": [{"type": "divider"}]},
        )

        with capture_logs() as log:
            await ana.opens_home()
            await settled(stage)

        assert "home_was_drawn_by_another" in [fact["event"] for fact in log]
        assert "Where does your work on models stand?" in home_of(stage, "ana")


async def test_an_old_button_brings_the_current_question(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")
    await ana.sees("Question 1 of 4")
    old = await from_an_older_version(stage, "ana")
    await stage.later(minutes=1)

    click = await ana.clicks("Old button", message=await ana.sees("An old message"))

    assert click.acked
    await ana.sees("This message is from an older version. Here is the current one.")
    assert (await ana.sees("Question 1 of 4", fresh=True)).ts > old


async def test_an_old_button_where_nothing_is_open_says_so(stage: Scene) -> None:
    ana = stage.person("ana")
    await from_an_older_version(stage, "ana")

    click = await ana.clicks("Old button", message=await ana.sees("An old message"))

    assert click.acked
    await ana.sees("there is nothing to do in its place now")


async def test_an_invitation_of_an_older_version_turns_into_the_current_one(stage: Scene) -> None:
    """Its place is known to the ledger, so it is drawn anew there."""
    ana = stage.person("ana")
    await stage.launch("ana")
    invitation = await ana.sees("asks for your view")
    await stage.bot.app.client.chat_update(
        channel=invitation.channel,
        ts=invitation.ts,
        text="An old invitation",
        blocks=[{"type": "actions", "elements": [UNKNOWN]}],
    )

    await ana.clicks("Old button", message=(await ana.dm())[-1])

    again = await ana.sees("asks for your view", fresh=True)
    assert (again.ts, again.shown) == (invitation.ts, invitation.shown)


@pytest.mark.parametrize(
    ("sealed", "title", "words"),
    [
        (True, "Please open it again", "nothing of it was saved"),
        (False, "Nothing was changed", "Copy what you wrote here, close the form and open it again."),
    ],
    ids=["with a seal", "of before forms were sealed"],
)
async def test_a_form_of_an_older_version_is_answered(
    stage: Scene, sealed: bool, title: str, words: str
) -> None:
    ana = stage.person("ana")
    await ana.opens_home()
    await ana.clicks("What I can see and post", home=True)
    about = await ana.modal("What I can see and post")
    assert "users:read" in about.shown
    form: dict[str, Any] = {
        "type": "modal",
        "callback_id": "of_long_ago",
        "title": {"type": "plain_text", "text": "An old form"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": [{"type": "actions", "elements": [UNKNOWN]}],
    }
    seal = stage.bot.seals.seal.of(stage.bot.desk.team, stage.server.team.person("ana").id)
    await stage.bot.app.client.views_update(view_id=about.id, view=seal.put(form) if sealed else form)

    done = await (await ana.modal("An old form")).submit()

    assert done.error is None
    assert words in (await ana.modal(title)).shown


async def test_the_key_of_forms_changes_while_people_have_forms_open(stage: Scene) -> None:
    ana, seals = stage.person("ana"), stage.bot.seals
    await stage.launch("ana")
    await ana.clicks("Start")

    async def open_form() -> Modal:
        await ana.clicks("Comment", message=await question(ana, 1))
        return await (await ana.modal("Comment")).fill({"Your comment": "We script it."})

    def change_key(new: str, **lasts: float) -> None:
        with stage.store.transaction("") as tx:
            tx.form_keys.change(new, until=stage.time.at + timedelta(**lasts))

    async def beats() -> None:
        """The first ones, of each kind."""
        until = asyncio.Event()
        beating = asyncio.create_task(stage.bot.beats(every=60, until=until))
        await settled(stage)
        until.set()
        await beating

    form, first = await open_form(), seals.seal
    change_key("second", days=1)
    await beats()
    before = await form.submit()
    form = await open_form()
    seals.seal = first  # as in a process that has not looked yet
    ahead = await form.submit()
    form = await open_form()
    change_key("third")
    await beats()
    at_once = await form.submit()

    assert (before.errors, ahead.errors) == ({}, {})
    assert seals.seal == Seal(b"third")
    (refused,) = at_once.errors.values()
    assert "close the form and open it again" in refused


@pytest.mark.parametrize("why", ["token_revoked", "missing_scope"])
async def test_without_permission_everything_waits_and_goes_on_afterwards(stage: Scene, why: str) -> None:
    """A reminder is not lost to a token that was revoked for an hour."""
    ana = stage.person("ana")
    await stage.launch("ana")
    await stage.slack.spoil("chat.postMessage", why, times=1)
    await stage.later(days=2)
    assert not [message for message in await ana.dm() if "Reminder 1" in message.shown]

    await stage.later(minutes=1)
    assert not [message for message in await ana.dm() if "Reminder 1" in message.shown]

    await stage.later(minutes=5)
    await ana.sees("Reminder 1 of at most 3")


async def test_missing_permissions_are_told_to_who_installed_the_app_once(store: Store) -> None:
    async with town(store, is_new=True) as place:
        async with place.bot() as stage:
            await stage.person("lee").opens_home()
            await settled(stage)
        app = place.server.team.app
        app.scopes = tuple(scope for scope in app.scopes if scope != "groups:read")

        for _ in range(2):
            async with place.bot() as stage:
                await stage.beat()

        told = [m.shown for m in await stage.person("lee").dm() if "I lack a permission" in m.shown]
        assert len(told) == 1
        assert "groups:read" in told[0]


async def test_whoever_takes_us_back_hears_which_permission_is_missing(store: Store) -> None:
    async with town(store, is_new=True) as place, place.bot() as stage:
        await stage.person("lee").opens_home()
        await settled(stage)
        await stage.launch("ana")
        await stage.slack.spoil("chat.postMessage", "token_revoked")
        await stage.later(days=2)
        app = place.server.team.app
        app.scopes = tuple(scope for scope in app.scopes if scope != "groups:read")

        await stage.later(minutes=6)

        await stage.person("ana").sees("Reminder 1 of at most 3")
        told = [m.shown for m in await stage.person("lee").dm() if "I lack a permission" in m.shown]
        assert ["groups:read" in each for each in told] == [True]


async def from_an_older_version(stage: Scene, name: str) -> str:
    said = await stage.bot.app.client.chat_postMessage(
        channel=stage.server.team.person(name).id,
        text="An old message",
        blocks=[
            {"type": "section", "text": {"type": "mrkdwn", "text": "An old message"}, "accessory": UNKNOWN}
        ],
    )
    return str(said["ts"])


async def settled(stage: Scene) -> None:
    for _ in range(2):
        await stage.slack.settled(quiet=0)
        await stage.bot.drawing.finished()


async def welcomes(stage: Scene, *names: str) -> int:
    messages = [message.shown for name in names for message in await stage.person(name).dm()]
    return sum("Tidemark is ready" in shown for shown in messages)


def home_of(stage: Scene, name: str) -> str:
    """As it stands on their screen, without opening it again."""
    return str(stage.server.team.homes[stage.server.team.person(name).id].body)
