"""Every element in the hands of a person: what the app is sent for it. And modals in their stacks."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from workspace.people import People
from workspace.seed import Seed
from workspace.server import Workspace

Json = dict[str, Any]

SEED = Seed.model_validate(
    {
        "app": {
            "name": "Helper",
            "scopes": ["chat:write", "im:write"],
            "commands": [{"command": "/raw"}],
        },
        "people": [
            {"name": "ana", "id": "UANA"},
            {"name": "ben", "id": "UBEN"},
            {"name": "eva", "id": "UEVA"},
        ],
        "channels": [{"name": "open", "id": "COPEN", "members": ["ana"]}],
        "clock": {"start": "2026-11-23T09:00:00+00:00", "runs": False},
    }
)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def settled(text: str) -> Json:
    return {**plain(text), "emoji": True}


def option(text: str, made: Any = plain) -> Json:
    return {"text": made(text), "value": text.lower()}


TWO = {"options": [option("One"), option("Two")]}
ONE_OF_TWO = option("Two", settled)


class Recorder:
    """An app that acknowledges everything and keeps it."""

    def __init__(self, server: Workspace) -> None:
        self.client = AsyncWebClient(server.bot_token, base_url=server.api_url)
        self.app = AsyncApp(client=self.client, process_before_response=True)
        self.bodies: list[Json] = []
        self.answers: list[Json] = []
        for listen in (self.app.action, self.app.view, self.app.view_closed, self.app.options):
            listen("any")(self._keep)
        self.app.command("/raw")(self._keep)

    async def _keep(self, ack: Any, body: Json) -> None:
        self.bodies.append(body)
        await ack(**(self.answers.pop(0) if self.answers else {}))

    @property
    def last(self) -> Json:
        return self.bodies[-1]


@pytest.fixture
async def server() -> AsyncIterator[Workspace]:
    async with Workspace.start(SEED, ack_seconds=0.3) as server:
        yield server


@pytest.fixture
async def recorder(server: Workspace, slack: People) -> AsyncIterator[Recorder]:
    recorder = Recorder(server)
    handler = AsyncSocketModeHandler(recorder.app, server.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.connected()
    yield recorder
    await handler.close_async()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("element", "picked", "key", "value"),
    [
        ({"type": "static_select", **TWO}, "Two", "selected_option", ONE_OF_TWO),
        ({"type": "multi_static_select", **TWO}, ["Two"], "selected_options", [ONE_OF_TWO]),
        ({"type": "radio_buttons", **TWO}, "Two", "selected_option", ONE_OF_TWO),
        ({"type": "checkboxes", **TWO}, ["Two"], "selected_options", [ONE_OF_TWO]),
        ({"type": "overflow", **TWO}, "Two", "selected_option", ONE_OF_TWO),
        ({"type": "users_select"}, "ben", "selected_user", "UBEN"),
        ({"type": "multi_users_select"}, ["ben", "eva"], "selected_users", ["UBEN", "UEVA"]),
        ({"type": "channels_select"}, "open", "selected_channel", "COPEN"),
        ({"type": "multi_channels_select"}, ["open"], "selected_channels", ["COPEN"]),
        ({"type": "conversations_select"}, "#open", "selected_conversation", "COPEN"),
        ({"type": "multi_conversations_select"}, ["open"], "selected_conversations", ["COPEN"]),
        ({"type": "datepicker"}, "2026-12-10", "selected_date", "2026-12-10"),
        ({"type": "timepicker"}, "09:30", "selected_time", "09:30"),
        ({"type": "datetimepicker"}, "2026-12-10T09:30:00+01:00", "selected_date_time", 1_796_891_400),
    ],
)
async def test_a_pick_is_sent(
    recorder: Recorder, slack: People, element: Json, picked: Any, key: str, value: Any
) -> None:
    blocks = [{"type": "actions", "block_id": "row", "elements": [{**element, "action_id": "any"}]}]
    await recorder.client.chat_postMessage(channel="UANA", text="pick", blocks=blocks)

    click = await slack.person("ana").picks(picked)

    action = recorder.last["actions"][0]
    assert click.acked
    assert (action["type"], action["block_id"], action["action_id"]) == (element["type"], "row", "any")
    assert action[key] == value
    assert "action_ts" in action
    held = {"row": {"any": {"type": element["type"], key: value}}}
    assert recorder.last["state"]["values"] == ({} if element["type"] == "overflow" else held)


async def test_a_click_on_a_message_carries_all_that_slack_sends(recorder: Recorder, slack: People) -> None:
    button = {"type": "button", "action_id": "any", "text": plain("Go"), "value": "1", "style": "primary"}
    blocks = [{"type": "actions", "block_id": "row", "elements": [button]}]
    posted = await recorder.client.chat_postMessage(channel="UANA", text="go", blocks=blocks)

    await slack.person("ana").clicks("Go")

    body = recorder.last
    assert body.keys() == {
        *("type", "user", "api_app_id", "token", "container", "trigger_id", "team", "enterprise"),
        *("is_enterprise_install", "channel", "message", "state", "response_url", "actions"),
    }
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": posted["channel"],
        "is_ephemeral": False,
    }
    assert body["channel"] == {"id": posted["channel"], "name": "directmessage"}
    assert body["actions"][0].keys() == {
        "type",
        "action_id",
        "block_id",
        "text",
        "value",
        "style",
        "action_ts",
    }
    assert body["user"]["username"] == "ana"


async def test_a_menu_is_filled_by_the_app(recorder: Recorder, slack: People) -> None:
    menu = {
        "type": "external_select",
        "action_id": "any",
        "placeholder": plain("Find"),
        "min_query_length": 1,
    }
    blocks = [{"type": "actions", "block_id": "row", "elements": [menu]}]
    await recorder.client.chat_postMessage(channel="UANA", text="pick", blocks=blocks)
    recorder.answers = [{"options": [option("One"), option("Two")]}]

    await slack.person("ana").picks("Two", of="Find")

    asked, told = recorder.bodies
    assert (asked["type"], asked["value"], asked["action_id"]) == ("block_suggestion", "Two", "any")
    assert told["actions"][0]["selected_option"] == option("Two")


async def test_two_buttons_with_one_label_are_told_apart(recorder: Recorder, slack: People) -> None:
    ana = slack.person("ana")
    rows = [
        {
            "type": "section",
            "text": plain(words),
            "accessory": {"type": "button", "action_id": "any", "text": plain("Edit"), "value": words},
        }
        for words in ("First", "Second")
    ]
    await recorder.client.chat_postMessage(channel="UANA", text="list", blocks=rows)

    with pytest.raises(AssertionError, match="There are 2 of these"):
        await ana.clicks("Edit")
    await ana.clicks("Edit", near="Second")

    assert recorder.last["actions"][0]["value"] == "Second"


async def test_modals_are_stacked_three_high(recorder: Recorder, slack: People) -> None:
    ana = slack.person("ana")
    await ana.command("/raw")
    await recorder.client.views_open(trigger_id=recorder.last["trigger_id"], view=modal("One"))

    recorder.answers = [{"response_action": "push", "view": modal("Two")}]
    await (await ana.modal("One")).submit()
    two = await ana.modal("Two")
    await ana.clicks("More")
    await recorder.client.views_push(trigger_id=recorder.last["trigger_id"], view=modal("Three"))
    await ana.modal("Three")
    await ana.clicks("More")
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await recorder.client.views_push(trigger_id=recorder.last["trigger_id"], view=modal("Four"))

    assert recorder.last["view"]["previous_view_id"] == two.id
    assert recorder.last["container"] == {"type": "view", "view_id": recorder.last["view"]["id"]}
    assert "response_url" not in recorder.last
    await (await ana.modal("Three")).submit()
    recorder.answers = [{"response_action": "clear"}]
    await (await ana.modal("Two")).submit()
    with pytest.raises(AssertionError, match="No modal is open"):
        await ana.modal(within=0.01)


async def test_what_was_entered_survives_a_redrawing(recorder: Recorder, slack: People) -> None:
    ana = slack.person("ana")
    await ana.command("/raw")
    opened = await recorder.client.views_open(trigger_id=recorder.last["trigger_id"], view=modal("One"))
    await (await ana.modal("One")).fill({"Name": "Ana", "Size": "Two"})

    with pytest.raises(SlackApiError, match="hash_conflict"):
        await recorder.client.views_update(view_id=opened["view"]["id"], hash="old", view=modal("One"))
    await recorder.client.views_update(
        view_id=opened["view"]["id"], hash=opened["view"]["hash"], view=modal("One, again", size_id="renamed")
    )
    await (await ana.modal("One, again")).submit()

    assert recorder.last["type"] == "view_submission"
    assert recorder.last["view"]["state"]["values"] == {
        "name": {"text": {"type": "plain_text_input", "value": "Ana"}},
        "renamed": {"size": {"type": "static_select", "selected_option": option("One", settled)}},
    }
    assert recorder.last.keys() >= {"trigger_id", "response_urls", "team", "user", "view", "api_app_id"}


async def test_a_menu_of_channels_can_bring_an_address(recorder: Recorder, slack: People) -> None:
    ana = slack.person("ana")
    await ana.command("/raw")
    menu = {"type": "channels_select", "action_id": "where", "response_url_enabled": True}
    field = {"type": "input", "block_id": "place", "label": plain("Where"), "element": menu}
    view = {**modal("Post"), "blocks": [field]}
    await recorder.client.views_open(trigger_id=recorder.last["trigger_id"], view=view)

    post = await ana.modal("Post")
    await post.fill({"Where": "open"})
    await post.submit()

    (address,) = recorder.last["response_urls"]
    assert (address["block_id"], address["action_id"], address["channel_id"]) == ("place", "where", "COPEN")
    async with ClientSession() as session:
        assert await _posted(session, address["response_url"], text="here") == "ok"
    await ana.sees("here", channel="open")


async def test_closing_one_can_close_all(recorder: Recorder, slack: People) -> None:
    ana = slack.person("ana")
    await ana.command("/raw")
    await recorder.client.views_open(trigger_id=recorder.last["trigger_id"], view=modal("One"))
    last = {**modal("Two"), "clear_on_close": True, "notify_on_close": True}
    recorder.answers = [{"response_action": "push", "view": last}]
    await (await ana.modal("One")).submit()

    await (await ana.modal("Two")).closes()

    assert (recorder.last["type"], recorder.last["is_cleared"]) == ("view_closed", True)
    with pytest.raises(AssertionError, match="No modal is open"):
        await ana.modal(within=0.01)


async def test_a_bad_answer_to_a_submission_is_trouble(recorder: Recorder, slack: People) -> None:
    ana = slack.person("ana")
    await ana.command("/raw")
    await recorder.client.views_open(trigger_id=recorder.last["trigger_id"], view=modal("One"))
    one = await ana.modal("One")

    recorder.answers = [
        {"response_action": "errors", "errors": {"nowhere": "?"}},
        {"response_action": "update", "view": {**modal("x" * 25)}},
    ]
    first, second = await one.submit(), await one.submit()

    assert (
        first.error == "We had some trouble connecting. Try again? (errors for no input block: ['nowhere'])"
    )
    assert second.error is not None
    assert "must be less than 25 characters [json-pointer:/view/title/text]" in second.error


async def test_a_response_url_is_good_for_five_uses_in_half_an_hour(
    recorder: Recorder, slack: People
) -> None:
    ana = slack.person("ana")
    await ana.command("/raw one")
    await ana.command("/raw two")
    first, second = (body["response_url"] for body in recorder.bodies)

    async with ClientSession() as session:
        said = [await _posted(session, first, text=f"number {number}") for number in range(6)]
        await slack.clock.move(minutes=31)
        late = await _posted(session, second, text="late")

    assert said == [*["ok"] * 5, '{"ok":false,"error":"used_url"}']
    assert late == '{"ok":false,"error":"expired_url"}'
    assert [message.text for message in await ana.dm()] == [f"number {number}" for number in range(5)]


async def test_time_stands_still_but_no_two_messages_share_a_moment(
    recorder: Recorder, slack: People
) -> None:
    posts = [await recorder.client.chat_postMessage(channel="UANA", text="x") for _ in range(3)]
    await slack.clock.move(days=-1)
    posts.append(await recorder.client.chat_postMessage(channel="UANA", text="x"))

    assert [post["ts"] for post in posts] == [f"1795424400.00000{digit}" for digit in range(4)]


def modal(title: str, size_id: str = "size") -> Json:
    return {
        "type": "modal",
        "callback_id": "any",
        "title": plain(title),
        "submit": plain("Go"),
        "blocks": [
            {
                "type": "input",
                "block_id": "name",
                "optional": True,
                "label": plain("Name"),
                "element": {"type": "plain_text_input", "action_id": "text"},
            },
            {
                "type": "input",
                "block_id": size_id,
                "label": plain("Size"),
                "element": {
                    "type": "static_select",
                    "action_id": "size",
                    "initial_option": option("One"),
                    **TWO,
                },
            },
            {
                "type": "actions",
                "elements": [{"type": "button", "action_id": "any", "text": plain("More")}],
            },
        ],
    }


async def _posted(session: ClientSession, url: str, **body: Any) -> str:
    async with session.post(url, json=body) as response:
        return await response.text()
