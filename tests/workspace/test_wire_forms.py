"""A call means the same however slack_sdk puts it on the wire, and the guide is true."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import SEED, Json
from workspace.people import Modal, People, Place, Someone
from workspace.seed import Seed
from workspace.server import Workspace

CALLS: list[tuple[str, Json]] = [
    ("auth.test", {}),
    ("team.info", {}),
    ("users.info", {"user": "UANA", "include_locale": True}),
    ("users.list", {"limit": 2}),
    ("users.lookupByEmail", {"email": "ana@harbour.example"}),
    ("users.conversations", {"user": "UANA", "types": "public_channel,im", "exclude_archived": True}),
    ("users.getPresence", {"user": "UBEN"}),
    ("usergroups.list", {"include_users": True, "include_count": True}),
    ("usergroups.users.list", {"usergroup": "SCREW"}),
    ("dnd.info", {"user": "UBEN"}),
    ("dnd.teamInfo", {"users": "UANA,UBEN"}),
    ("conversations.info", {"channel": "COURS", "include_num_members": True}),
    ("conversations.members", {"channel": "CGENERAL", "limit": 1}),
    ("conversations.history", {"channel": "COURS", "inclusive": True, "oldest": "0"}),
    ("conversations.open", {"users": "UANA", "return_im": True}),
    ("chat.scheduledMessages.list", {"channel": "COURS", "limit": 5}),
    ("bookmarks.list", {"channel_id": "COURS"}),
    ("pins.list", {"channel": "COURS"}),
    ("files.list", {"count": 5}),
    ("blocks.validate", {"blocks": [{"type": "divider"}]}),
]


@pytest.mark.parametrize(("method", "args"), CALLS, ids=[method for method, _ in CALLS])
async def test_a_call_means_the_same_in_every_form(method: str, args: Json) -> None:
    flat = {key: json.dumps(value) if isinstance(value, list) else value for key, value in args.items()}
    async with Workspace.start(SEED) as server:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)
        blocking = WebClient(server.bot_token, base_url=server.api_url)
        await client.conversations_open(users="UANA")

        answers: list[Any] = [
            await client.api_call(method, http_verb="GET", params=flat),
            await client.api_call(method, params=flat),
            await client.api_call(method, data=flat),
            await client.api_call(method, json=args),
            await asyncio.to_thread(blocking.api_call, method, params=flat),
            await asyncio.to_thread(blocking.api_call, method, json=args),
        ]

    said = [answer.data for answer in answers]
    assert said[0]["ok"]
    assert said == [said[0]] * 6


def test_the_seed_in_the_guide_is_one() -> None:
    guide = Path("docs/workspace.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.+?)```", guide, re.DOTALL)

    seed = Seed.model_validate(yaml.safe_load(example))

    assert seed.app.http
    assert seed.weather.seed == 7
    assert [person.name for person in seed.people] == ["ana", "ben", "old", "guest"]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("a person", Someone),
        ("a person in a channel", Someone),
        ("an admin", Someone),
        ("a modal", Modal),
        ("its delivery", People),
        ("its weather", People),
    ],
)
def test_the_guide_names_what_there_is(row: str, kind: type) -> None:
    guide = Path("docs/workspace.md").read_text(encoding="utf-8")
    cells = re.search(rf"^\| {row} \| (.+) \|$", guide, re.MULTILINE)
    assert cells

    named = set(re.findall(r"`(\w+)", cells.group(1))) - {"Upload", "shown", "errors"}

    assert {name for name in named if not hasattr(kind, name)} == set()
    assert len(named) >= 2


def test_the_guide_leaves_nothing_out() -> None:
    guide = Path("docs/workspace.md").read_text(encoding="utf-8")
    there = {
        name
        for kind in (Someone, People, Modal, Place)
        for name in vars(kind)
        if not name.startswith("_") and callable(getattr(kind, name))
    }

    assert {name for name in there if not re.search(rf"\b{name}\b", guide)} <= {"ask", "close", "person"}
