"""The bot to compare with: as little as a Bolt listener can do that keeps an answer and redraws its card.

One INSERT by the raw driver, with the same pragmas and in the event loop, the ack, one `chat.update`. With
`--next-card` also the second message that an interview needs. No roles, no rules, no templates, no ledger.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from typing import Any

from aiohttp import ClientSession
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

ASK = "Which of these describes best how your team makes the data of its models available?"
OPTIONS = [f"{letter}: the behaviour that stands for level {level}" for level, letter in enumerate("ABCD")]


async def main(*, next_card: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    database = opened(os.environ["BARE_DATABASE"])
    async with ClientSession() as session:
        client = AsyncWebClient(
            token=os.environ["SLACK_BOT_TOKEN"],
            base_url=os.environ["SLACK_API_URL"],
            session=session,
            retry_handlers=[],
        )
        app = AsyncApp(client=client, process_before_response=True)

        @app.event("message")
        async def on_message(event: dict[str, Any]) -> None:
            await client.chat_postMessage(channel=event["channel"], text=ASK, blocks=card(1))

        @app.action({"action_id": "answer:1"})
        async def on_answer(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
            database.execute(
                "INSERT INTO said (user, question, value) VALUES (?, ?, ?)",
                (body["user"]["id"], action["value"], 1),
            )
            database.commit()
            await ack()
            channel, ts, following = body["channel"]["id"], body["message"]["ts"], int(action["value"]) + 1
            if next_card:
                blocks = [
                    {"type": "section", "text": {"type": "mrkdwn", "text": f"Answered {action['value']}"}}
                ]
                await client.chat_update(channel=channel, ts=ts, text="Answered", blocks=blocks)
                await client.chat_postMessage(channel=channel, text=ASK, blocks=card(following))
            else:
                await client.chat_update(channel=channel, ts=ts, text=ASK, blocks=card(following))

        handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
        await handler.connect_async()
        await stop.wait()
        await handler.close_async()
    database.close()


def opened(file: str) -> sqlite3.Connection:
    database = sqlite3.connect(file)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS said (user TEXT, question TEXT, value INTEGER)")
    return database


def card(number: int) -> list[dict[str, Any]]:
    buttons = [
        {
            "type": "button",
            "action_id": f"answer:{level}",
            "text": {"type": "plain_text", "text": option[0]},
            "value": str(number),
        }
        for level, option in enumerate(OPTIONS)
    ]
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": "\n".join([f"*{ASK}*", *OPTIONS])}},
        {"type": "actions", "elements": buttons},
    ]


if __name__ == "__main__":
    asyncio.run(main(next_card="--next-card" in sys.argv))
