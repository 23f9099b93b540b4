"""What to compare with: as little as a bot can do that keeps an answer, acks, makes its card a record and
posts the next card, of the size of ours. It knows no people, roles, rules, templates or ledger.

    python -m benchmarks.bare           AsyncApp with process_before_response, as Bolt's documentation has it
    python -m benchmarks.bare --shared  the same with one HTTP session for all calls
    python -m benchmarks.bare --floor   no Bolt and no slack_sdk: JSON from the socket, the statement, the
                                        ack, two requests

The statement is one `INSERT` by the raw driver: SQLite in the event loop, with the pragmas of ours; psycopg's
own asyncio for PostgreSQL.
"""

import asyncio
import json
import os
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from aiohttp import ClientSession, WSMsgType
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

Json = dict[str, Any]
Insert = Callable[[str, str], Awaitable[None]]
TABLE = "CREATE TABLE IF NOT EXISTS said (member TEXT, question TEXT, value INTEGER)"
RECORD = [
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "3. A question that was answered: *B*. What B says of the team"},
        "accessory": {
            "type": "button",
            "action_id": "change",
            "text": {"type": "plain_text", "text": "Change"},
            "value": '{"s":"S00000","q":"DEV-Q1"}',
        },
    }
]


async def main(how: set[str]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    card = json.loads(os.environ.get("BARE_CARD", '{"text": ""}'))
    async with opened(os.environ["TIDEMARK_DATABASE_URL"]) as insert, ClientSession() as session:
        if "--floor" in how:
            await floor(insert, session, card, stop)
        else:
            await bolt(insert, session if "--shared" in how else None, card, stop)


async def bolt(insert: Insert, session: ClientSession | None, card: Json, stop: asyncio.Event) -> None:
    token, url = os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"]
    client = AsyncWebClient(token=token, base_url=url, session=session)
    app = AsyncApp(client=client, process_before_response=True)

    @app.action(re.compile("^answer:"))
    async def on_answer(ack: AsyncAck, body: Json, action: Json) -> None:
        await insert(body["user"]["id"], action["value"])
        await ack()
        hook = AsyncWebhookClient(body["response_url"], session=session)
        await hook.send(replace_original=True, text="Answered", blocks=RECORD)
        await client.chat_postMessage(channel=body["user"]["id"], **card)

    handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    await handler.connect_async()
    await stop.wait()
    await handler.close_async()


async def floor(insert: Insert, session: ClientSession, card: Json, stop: asyncio.Event) -> None:
    url, drawing = os.environ["SLACK_API_URL"], set[asyncio.Task[None]]()
    bearer = {"Authorization": f"Bearer {os.environ['SLACK_BOT_TOKEN']}"}

    async def draw(body: Json) -> None:
        record = {"replace_original": True, "text": "Answered", "blocks": RECORD}
        async with session.post(body["response_url"], json=record) as answer:
            await answer.read()
        following = {"channel": body["user"]["id"], **card}
        async with session.post(f"{url}chat.postMessage", json=following, headers=bearer) as answer:
            await answer.json()

    async with session.post(f"{url}apps.connections.open") as answer:
        place = (await answer.json())["url"]
    async with session.ws_connect(place, max_msg_size=1 << 24) as socket:
        stopped = asyncio.create_task(stop.wait())
        stopped.add_done_callback(lambda _: asyncio.create_task(socket.close()))
        async for message in socket:
            envelope = json.loads(message.data) if message.type is WSMsgType.TEXT else {}
            if body := envelope.get("payload"):
                await insert(body["user"]["id"], body["actions"][0]["value"])
                await socket.send_str(json.dumps({"envelope_id": envelope["envelope_id"]}))
                task = asyncio.create_task(draw(body))
                drawing.add(task)
                task.add_done_callback(drawing.discard)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Insert]:
    if url.startswith("postgresql"):
        connection = await psycopg.AsyncConnection.connect(url)

        async def insert(member: str, question: str) -> None:
            await connection.execute("INSERT INTO said VALUES (%s, %s, 1)", (member, question))
            await connection.commit()

        # Two that make it at the same moment would both find that it is not there.
        await connection.execute("SELECT pg_advisory_xact_lock(1)")
        await connection.execute(TABLE)
        await connection.commit()
        yield insert
        await connection.close()
        return
    database = sqlite3.connect(url.removeprefix("sqlite:///"))
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(TABLE)

    async def keep(member: str, question: str) -> None:
        database.execute("INSERT INTO said VALUES (?, ?, 1)", (member, question))
        database.commit()

    yield keep
    database.close()


if __name__ == "__main__":
    asyncio.run(main(set(sys.argv[1:])))
