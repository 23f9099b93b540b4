"""The small apps with App."""

from typing import Any
from urllib.request import Request, urlopen

from slack_bolt import App

from tests.workspace.apps.views import FIRST, TICKET, Json, home, second, third


def register(app: App) -> None:
    @app.command("/echo")
    def echo(ack: Any, respond: Any, command: Json) -> None:
        ack()
        respond(f"{command['text']}, {command['text']}")

    @app.command("/ticket")
    def ticket(ack: Any, body: Json, client: Any) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=TICKET)

    @app.view("ticket")
    def filed(ack: Any, body: Json, view: Json, client: Any) -> None:
        values = view["state"]["values"]
        if int(values["hours"]["hours"]["value"]) > 8:
            ack(response_action="errors", errors={"hours": "More than a day."})
            return
        ack()
        text = f"Filed: {values['summary']['summary']['value']}"
        client.chat_postMessage(channel=body["user"]["id"], text=text)

    @app.event("app_home_opened")
    def opened(event: Json, client: Any) -> None:
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view=home(0))

    @app.action("press")
    def pressed(ack: Any, body: Json, action: Json, client: Any) -> None:
        ack()
        view = home(int(action["value"]))
        client.views_publish(user_id=body["user"]["id"], view=view, hash=body["view"]["hash"])

    @app.event("file_shared")
    def shared(event: Json, client: Any) -> None:
        file = client.files_info(file=event["file_id"])["file"]
        if file["user"] == event["user_id"] and file["name"].endswith(".txt"):
            asked = Request(file["url_private"], headers={"Authorization": f"Bearer {client.token}"})
            with urlopen(asked) as answer:
                lines = len(answer.read().decode().splitlines())
            client.files_upload_v2(
                content=f"{lines} lines",
                filename="count.md",
                channel=event["channel_id"],
                initial_comment=f"Counted {lines}",
            )

    @app.event("message")
    def ignored() -> None: ...

    @app.shortcut("invite")
    def begin(ack: Any, shortcut: Json, client: Any) -> None:
        ack()
        client.views_open(trigger_id=shortcut["trigger_id"], view=FIRST)

    @app.view("first")
    def then(ack: Any, view: Json) -> None:
        who = view["state"]["values"]["who"]["who"]["selected_user"]
        ack(response_action="push", view=second(who))

    @app.view("second")
    def at_last(ack: Any, view: Json) -> None:
        where = view["state"]["values"]["where"]["where"]["selected_channel"]
        ack(response_action="push", view=third(view["private_metadata"], where))

    @app.view("third")
    def done(ack: Any, view: Json, client: Any) -> None:
        ack(response_action="clear")
        who, where = view["private_metadata"].split()
        client.conversations_invite(channel=where, users=who)
        client.chat_postMessage(channel=where, text=f"Welcome, <@{who}>")
