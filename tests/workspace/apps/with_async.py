"""The small apps with AsyncApp."""

from typing import Any

from aiohttp import ClientSession
from slack_bolt.async_app import AsyncApp

from tests.workspace.apps.views import FIRST, TICKET, Json, home, second, third


def register(app: AsyncApp) -> None:
    @app.command("/echo")
    async def echo(ack: Any, respond: Any, command: Json) -> None:
        await ack()
        await respond(f"{command['text']}, {command['text']}")

    @app.command("/ticket")
    async def ticket(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=TICKET)

    @app.view("ticket")
    async def filed(ack: Any, body: Json, view: Json, client: Any) -> None:
        values = view["state"]["values"]
        if int(values["hours"]["hours"]["value"]) > 8:
            await ack(response_action="errors", errors={"hours": "More than a day."})
            return
        await ack()
        text = f"Filed: {values['summary']['summary']['value']}"
        await client.chat_postMessage(channel=body["user"]["id"], text=text)

    @app.event("app_home_opened")
    async def opened(event: Json, client: Any) -> None:
        if event["tab"] == "home":
            await client.views_publish(user_id=event["user"], view=home(0))

    @app.action("press")
    async def pressed(ack: Any, body: Json, action: Json, client: Any) -> None:
        await ack()
        view = home(int(action["value"]))
        await client.views_publish(user_id=body["user"]["id"], view=view, hash=body["view"]["hash"])

    @app.event("file_shared")
    async def shared(event: Json, client: Any) -> None:
        file = (await client.files_info(file=event["file_id"]))["file"]
        if file["user"] == event["user_id"] and file["name"].endswith(".txt"):
            headers = {"Authorization": f"Bearer {client.token}"}
            async with ClientSession() as web, web.get(file["url_private"], headers=headers) as answer:
                lines = len((await answer.text()).splitlines())
            await client.files_upload_v2(
                content=f"{lines} lines",
                filename="count.md",
                channel=event["channel_id"],
                initial_comment=f"Counted {lines}",
            )

    @app.event("message")
    async def ignored() -> None: ...

    @app.shortcut("invite")
    async def begin(ack: Any, shortcut: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=FIRST)

    @app.view("first")
    async def then(ack: Any, view: Json) -> None:
        who = view["state"]["values"]["who"]["who"]["selected_user"]
        await ack(response_action="push", view=second(who))

    @app.view("second")
    async def at_last(ack: Any, view: Json) -> None:
        where = view["state"]["values"]["where"]["where"]["selected_channel"]
        await ack(response_action="push", view=third(view["private_metadata"], where))

    @app.view("third")
    async def done(ack: Any, view: Json, client: Any) -> None:
        await ack(response_action="clear")
        who, where = view["private_metadata"].split()
        await client.conversations_invite(channel=where, users=who)
        await client.chat_postMessage(channel=where, text=f"Welcome, <@{who}>")
