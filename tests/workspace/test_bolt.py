"""An ordinary Bolt app in a workspace: what its people do, what it is sent, and what they see then."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from workspace.people import People
from workspace.server import Workspace

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str, action: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(label), "action_id": action, **more}


def option(text: str) -> Json:
    return {"text": plain(text), "value": text.lower()}


CARD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Tea* or _coffee_, <@{user}>?"}},
    {
        "type": "actions",
        "block_id": "drinks",
        "elements": [
            button("Tea", "drink", value="tea"),
            button("Order", "order"),
            {"type": "overflow", "action_id": "later", "options": [option("Later"), option("Never")]},
        ],
    },
]
FORM = {
    "type": "modal",
    "callback_id": "order",
    "notify_on_close": True,
    "title": plain("Order"),
    "submit": plain("Send"),
    "close": plain("Cancel"),
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": plain("What"),
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "who",
            "label": plain("For whom"),
            "element": {"type": "users_select", "action_id": "user"},
        },
        {
            "type": "input",
            "block_id": "size",
            "label": plain("Size"),
            "element": {
                "type": "radio_buttons",
                "action_id": "size",
                "options": [option("Small"), option("Large")],
                "initial_option": option("Small"),
            },
        },
        {
            "type": "input",
            "block_id": "extras",
            "optional": True,
            "label": plain("Extras"),
            "element": {
                "type": "checkboxes",
                "action_id": "extras",
                "options": [option("Milk"), option("Sugar")],
            },
        },
    ],
}


def make_app(server: Workspace) -> AsyncApp:
    app = AsyncApp(
        client=AsyncWebClient(server.bot_token, base_url=server.api_url), process_before_response=True
    )

    @app.event("message")
    async def on_message(event: Json, say: Any) -> None:
        if event.get("subtype") is None and event["text"] == "menu":
            await say(text="Tea or coffee?", blocks=[_filled(CARD[0], event["user"]), CARD[1]])
        elif event.get("subtype") == "message_changed" and "bot_id" not in event["message"]:
            await say(f"You changed it to: {event['message']['text']}")
        elif event.get("subtype") is None:
            await say(f"You said: {event['text']}", thread_ts=event.get("thread_ts"))

    @app.event("app_mention")
    async def on_mention(event: Json, say: Any) -> None:
        await say(f"At your service, <@{event['user']}>", thread_ts=event["ts"])

    @app.event("member_joined_channel")
    async def on_joined(event: Json, say: Any, context: Any) -> None:
        if event["user"] == context.bot_user_id:
            await say(f"Thank you, <@{event['inviter']}>")

    @app.event("app_home_opened")
    async def on_home(event: Json, client: Any) -> None:
        seen = "again" if "view" in event else "for the first time"
        await client.views_publish(
            user_id=event["user"],
            view={
                "type": "home",
                "blocks": [
                    {"type": "header", "text": plain(f"Welcome {seen}")},
                    {"type": "actions", "elements": [button("Order", "order")]},
                ],
            },
        )

    @app.action("drink")
    async def on_drink(ack: Any, body: Json, respond: Any) -> None:
        await ack()
        await respond(replace_original=True, text=f"{body['actions'][0]['value']} it is")

    @app.action("later")
    async def on_later(ack: Any, action: Json, respond: Any) -> None:
        await ack()
        await respond(text=f"Only you see this: {action['selected_option']['text']['text']}")

    @app.action("order")
    async def on_order(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("order")
    async def on_submit(ack: Any, body: Json, client: Any) -> None:
        values = body["view"]["state"]["values"]
        what, who = values["what"]["text"]["value"], values["who"]["user"]["selected_user"]
        if what == "beer":
            await ack(response_action="errors", errors={"what": "Not at work."})
            return
        extras = [extra["value"] for extra in values["extras"]["extras"]["selected_options"]]
        size = values["size"]["size"]["selected_option"]["value"]
        await ack()
        await client.chat_postMessage(
            channel=body["user"]["id"], text=f"{size} {what} for <@{who}> with {' and '.join(extras)}"
        )

    @app.view_closed("order")
    async def on_closed(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text="Another time, then")

    @app.command("/helper")
    async def on_command(ack: Any, command: Json) -> None:
        await ack(f"{command['channel_name']}: {command['text']}")

    return app


def _filled(block: Json, user: str) -> Json:
    return {**block, "text": {**block["text"], "text": block["text"]["text"].format(user=user)}}


@pytest.fixture
async def app(server: Workspace, slack: People) -> AsyncIterator[AsyncApp]:
    app = make_app(server)
    async with _running(app, server, slack):
        yield app


class _running:
    def __init__(self, app: AsyncApp, server: Workspace, slack: People) -> None:
        self._handler = AsyncSocketModeHandler(app, server.app_token)
        self._slack = slack

    async def __aenter__(self) -> None:
        await self._handler.connect_async()  # type: ignore[no-untyped-call]
        await self._slack.connected()

    async def __aexit__(self, *failure: object) -> None:
        if failure[0] is None:
            await self._slack.settled()
        await self._handler.close_async()  # type: ignore[no-untyped-call]


async def test_a_message_is_answered(app: AsyncApp, slack: People) -> None:
    ana = slack.person("ana")

    said = await ana.says("R&D <3 #general")
    await ana.sees("You said: R&D <3 #general")
    await ana.rewords(said, "nothing")
    await ana.sees("You changed it to: nothing")

    event = (await slack.envelopes(type="events_api"))[0]["payload"]["event"]
    general = next(each["id"] for each in (await slack.team())["channels"] if each["name"] == "general")
    assert event["text"] == f"R&amp;D &lt;3 <#{general}|>"
    assert event.keys() >= {
        "client_msg_id",
        "blocks",
        "team",
        "user",
        "ts",
        "event_ts",
        "channel",
        "channel_type",
    }
    assert event["channel_type"] == "im"


async def test_a_card_is_answered_through_its_response_url(app: AsyncApp, slack: People) -> None:
    ana = slack.person("ana")
    await ana.says("menu")
    card = await ana.sees("Tea or coffee, @ana?")
    assert card.shown == "Tea or coffee, @ana?\n[Tea] [Order] [⋯ Later / Never]"

    click = await ana.clicks("Tea")
    await ana.sees("tea it is")
    again = await ana.clicks("Tea", message=card, stale=True)

    assert (click.acked, again.acked) == (True, True)
    assert [(message.text, message.blocks == []) for message in await ana.dm()][1:] == [("tea it is", True)]
    with pytest.raises(AssertionError, match=r"no button 'Tea'. There is: none"):
        await ana.clicks("Tea")


async def test_an_ephemeral_answer_is_for_one_person(app: AsyncApp, slack: People) -> None:
    ana, ben = slack.person("ana"), slack.person("ben")
    await ana.says("menu", to="harbour-works")
    await ana.sees("Tea or coffee", channel="harbour-works")

    await ana.picks("Never", channel="harbour-works")

    note = await ana.sees("Only you see this: Never", channel="harbour-works")
    assert note.ephemeral
    assert "Only you" not in "".join(message.shown for message in await ben.reads("harbour-works"))
    with pytest.raises(AssertionError, match="@dev is not in #harbour-works"):
        await slack.person("dev").clicks("Tea", channel="harbour-works")


async def test_a_mention_and_an_invitation(app: AsyncApp, slack: People) -> None:
    ana = slack.person("ana")

    await ana.invites_app("general")
    await ana.sees("Thank you, @ana", channel="general")
    asked = await ana.says("@helper are you there?", to="general")
    answer = await ana.sees("At your service, @ana", channel="general")

    assert answer.thread_ts == asked.ts
    assert await slack.channel("general").members() == ["ana", "ben", "chloe", "dev", "helper"]


async def test_a_form_is_filled_in(app: AsyncApp, slack: People) -> None:
    ana = slack.person("ana")
    await ana.says("menu")
    await ana.sees("Tea or coffee")
    await ana.clicks("Order")
    order = await ana.modal("Order")

    missing = await order.submit()
    await order.fill({"What": "beer", "For whom": "ben", "Extras": ["Milk", "Sugar"]})
    refused = await order.submit()
    shown = order.shown
    with pytest.raises(AssertionError, match="“Size” offers “Small”, “Large”, not 'Huge'"):
        await order.fill({"Size": "Huge"})
    await order.fill({"What": "lemonade", "Size": "Large"})
    done = await order.submit()

    assert missing.errors == dict.fromkeys(("What", "For whom"), "Please complete this required field.")
    assert refused.errors == {"What": "Not at work."}
    assert "What\n  [beer]\n  ! Not at work.\nFor whom\n  [@ben ▾]\nSize\n  (•) Small\n  ( ) Large" in shown
    assert (done.acked, done.errors, done.error) == (True, {}, None)
    await ana.sees("large lemonade for @ben with milk and sugar")
    with pytest.raises(AssertionError, match="That modal has been closed"):
        await order.submit()


async def test_a_form_is_cancelled(app: AsyncApp, slack: People) -> None:
    ana = slack.person("ana")
    await ana.opens_home()
    await ana.clicks("Order", home=True)

    await (await ana.modal("Order")).closes()

    await ana.sees("Another time, then")


async def test_the_home_is_drawn_and_drawn_again(app: AsyncApp, slack: People) -> None:
    ana = slack.person("ana")

    first = await ana.opens_home()
    second = await ana.opens_home()

    assert (first.shown, second.shown) == ("Welcome for the first time\n[Order]", "Welcome again\n[Order]")


async def test_a_command_is_answered_at_once(app: AsyncApp, slack: People) -> None:
    ana = slack.person("ana")

    here = await ana.command("/helper find @ben")
    there = await ana.command("/helper hello", channel="general")

    people = {person["name"]: person["id"] for person in (await slack.team())["people"]}
    assert here.text == f"directmessage: find <@{people['ben']}|ben>"
    assert there.shown == "general: hello"
    with pytest.raises(AssertionError, match=r"/nonsense is not a valid command\. There is: /helper"):
        await ana.command("/nonsense")


async def test_an_event_comes_again_until_it_is_acknowledged(server: Workspace, slack: People) -> None:
    app, seen = AsyncApp(client=_client(server), process_before_response=True), []

    @app.event("message")
    async def stumble(body: Json, req: Any) -> None:
        seen.append((body["event_id"], req.headers["x-slack-retry-num"]))
        if len(seen) < 4:
            raise RuntimeError("not yet")

    @app.error
    async def silent(error: Exception) -> None:
        raise error

    async with _running(app, server, slack):
        await slack.person("ana").says("hello")
        await _grows(seen, 2)
        await slack.clock.move(minutes=1)
        await _grows(seen, 3)
        await slack.clock.move(minutes=4)
        await _grows(seen, 4)
        await slack.settled()
        again = await slack.redeliver()
        await _grows(seen, 5)

    assert {event_id for event_id, _ in seen} == set(again)
    assert [number for _, number in seen] == [["0"], ["1"], ["2"], ["3"], ["0"]]


async def test_an_event_waits_for_a_connection(server: Workspace, slack: People) -> None:
    ana = slack.person("ana")
    await ana.says("hello")

    async with _running(make_app(server), server, slack):
        await ana.sees("You said: hello")


async def test_who_clicks_while_nobody_is_there_is_told(server: Workspace, slack: People) -> None:
    ana = slack.person("ana")
    async with _running(make_app(server), server, slack):
        await ana.says("menu")
        await ana.sees("Tea or coffee")

    click, reply = await ana.clicks("Tea"), await ana.command("/helper")

    assert (click.acked, click.error) == (False, "dispatch_failed")
    assert reply.error == '/helper failed with the error "dispatch_failed"'


async def test_a_fresh_connection_takes_over(app: AsyncApp, slack: People) -> None:
    ana = slack.person("ana")

    await slack.refresh_sockets()
    replies = [(await ana.command(f"/helper {number}")).text for number in range(5)]
    await slack.drop_sockets()
    await slack.connected()

    assert replies == [f"directmessage: {number}" for number in range(5)]
    assert (await ana.command("/helper still there?")).text == "directmessage: still there?"


async def test_a_trigger_is_good_for_three_seconds_and_once(server: Workspace, slack: People) -> None:
    app, triggers = AsyncApp(client=_client(server), process_before_response=True), []

    @app.command("/helper")
    async def keep(ack: Any, command: Json) -> None:
        triggers.append(command["trigger_id"])
        await ack()

    async with _running(app, server, slack):
        await slack.person("ana").command("/helper")
        await slack.person("ana").command("/helper")
    await _client(server).views_open(trigger_id=triggers[0], view=FORM)
    await slack.clock.move(seconds=3.1)

    assert await _refusal(server, triggers[0]) == "exchanged_trigger_id"
    assert await _refusal(server, triggers[1]) == "expired_trigger_id"
    assert (await slack.person("ana").modal("Order")).title == "Order"


async def test_blocks_in_an_answer_are_checked_too(server: Workspace, slack: People) -> None:
    app = AsyncApp(client=_client(server), process_before_response=True)

    @app.command("/helper")
    async def answer(ack: Any, respond: Any) -> None:
        await ack(blocks=[{"type": "nonsense"}])
        await respond(blocks=[{"type": "nonsense"}], text="x")

    async with _running(app, server, slack):
        reply = await slack.person("ana").command("/helper")
        await slack.settled()

    said = "unsupported type: nonsense [json-pointer:/blocks/0/type]"
    assert reply.error == f'/helper failed with the error "invalid_blocks": {said}'
    assert [request["response"]["errors"] for request in await slack.requests(method="response_url")] == [
        [said]
    ]
    assert await slack.person("ana").dm() == []


def _client(server: Workspace) -> AsyncWebClient:
    return AsyncWebClient(server.bot_token, base_url=server.api_url)


async def _refusal(server: Workspace, trigger_id: str) -> str:
    with pytest.raises(SlackApiError) as refusal:
        await _client(server).views_open(trigger_id=trigger_id, view=FORM)
    return str(refusal.value.response["error"])


async def _grows(seen: list[Any], length: int) -> None:
    async with asyncio.timeout(3):
        while len(seen) < length:  # noqa: ASYNC110 - the app under test tells nobody
            await asyncio.sleep(0.005)
