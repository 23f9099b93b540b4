"""A Slack that takes everything and keeps what it was told: no sockets, no rules, nothing of its own.

What leaves the bot leaves through an HTTP session, so this stands in the place of one. The local workspace
(`workspace/`) refuses what Slack refuses; this one is for who sends thousands of payloads and wants to know
what came back, and to whom.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self
from urllib.parse import urlsplit

from bot.scopes import NEEDED, OPTIONAL

Json = dict[str, Any]

API = "https://slack.attacked/api/"
HOOKS = "https://slack.attacked/hooks/"
UPLOADS = "https://files.attacked/up/"
BOT = "U0BOT"
NOBODY = ""
#: Arguments that the client sends as a text of JSON.
_PACKED = ("blocks", "view", "metadata", "files")


@dataclass(frozen=True)
class Said:
    """A call of the bot's: by its method (`response_url` for an answer to a gesture), what it said, and who
    can read that: a person's id, a channel's, or nobody's."""

    method: str
    args: Json
    reader: str
    #: The view or the message as Slack knows it from now on.
    id: str = ""


@dataclass
class Slack:
    """`people` and `channels` as Slack describes them, by id; `members` by channel or user group."""

    team: str
    people: Mapping[str, Json]
    channels: Mapping[str, Json]
    groups: tuple[Json, ...]
    members: Mapping[str, list[str]]
    said: list[Said] = field(default_factory=list)
    #: To whom, or where, nothing can be posted, and why.
    refuses: dict[str, str] = field(default_factory=dict)
    closed: bool = False

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self._uploaded: dict[str, bytes] = {}
        #: Who has opened which view.
        self.viewers: dict[str, str] = {}

    def hook(self, channel: str, person: str) -> str:
        """An answer to what this person did in this channel."""
        return f"{HOOKS}{channel}/{person}/{next(self._numbers)}"

    def trigger(self, person: str) -> str:
        return f"{next(self._numbers)}.{person}"

    def stamp(self) -> str:
        return f"1795000000.{next(self._numbers):06d}"

    # In the place of aiohttp's session.

    def request(self, method: str, url: str, **sent: Any) -> "_Answer":
        if url.startswith(HOOKS):
            return self._hooked(url, sent["json"] if "json" in sent else json.loads(sent["data"]))
        if url.startswith(UPLOADS):
            self._uploaded[url.removeprefix(UPLOADS)] = bytes(sent["data"])
        if not url.startswith(API):
            return _Answer({"ok": True})
        name, args = urlsplit(url).path.removeprefix("/api/"), _arguments(sent)
        answer = getattr(self, "_" + name.replace(".", "_"), self._other)(name, args)
        return _Answer({"ok": True, **answer}, {"x-oauth-scopes": ",".join([*NEEDED, *OPTIONAL])})

    def get(self, url: str, **sent: Any) -> "_Answer":
        return _Answer({}, content=b"a file")

    def post(self, url: str, **sent: Any) -> "_Answer":
        return self.request("POST", url, **sent)

    # What it answers.

    def _hooked(self, url: str, args: Json) -> "_Answer":
        channel, person = [*url.removeprefix(HOOKS).split("/"), NOBODY, NOBODY][:2]
        seen_by_all = args.get("replace_original") or args.get("response_type") == "in_channel"
        self._hear("response_url", args, channel if seen_by_all else person)
        return _Answer({"ok": True})

    def _hear(self, method: str, args: Json, reader: str, id: str = "") -> None:
        self.said.append(Said(method, args, reader.removeprefix("D-"), id))

    def _other(self, name: str, args: Json) -> Json:
        self._hear(name, args, str(args.get("channel") or args.get("channel_id") or NOBODY))
        return {}

    def _auth_test(self, name: str, args: Json) -> Json:
        return {
            "user_id": BOT,
            "bot_id": "B1",
            "team_id": self.team,
            "team": "Town",
            "user": "tidemark",
            "url": API,
        }

    def _chat_postMessage(self, name: str, args: Json) -> Json:
        channel, ts = str(args["channel"]), self.stamp()
        if why := self.refuses.get(channel):
            return {"ok": False, "error": why}
        if channel.startswith("U"):
            channel = f"D-{channel}"
        self._hear(name, args, channel, ts)
        return {"channel": channel, "ts": ts}

    def _chat_update(self, name: str, args: Json) -> Json:
        self._hear(name, args, str(args["channel"]), str(args["ts"]))
        return {"channel": args["channel"], "ts": args["ts"]}

    def _chat_postEphemeral(self, name: str, args: Json) -> Json:
        self._hear(name, args, str(args["user"]))
        return {"message_ts": self.stamp()}

    def _views_open(self, name: str, args: Json) -> Json:
        person = str(args["trigger_id"]).partition(".")[2]
        return self._view(name, args, person, f"V{next(self._numbers)}")

    _views_push = _views_open

    def _views_update(self, name: str, args: Json) -> Json:
        return self._view(name, args, self.viewers.get(args["view_id"], NOBODY), str(args["view_id"]))

    def _views_publish(self, name: str, args: Json) -> Json:
        return self._view(name, args, str(args["user_id"]), f"H-{args['user_id']}")

    def _view(self, name: str, args: Json, person: str, id: str) -> Json:
        self.viewers[id] = person
        self._hear(name, args, person, id)
        return {"view": {"id": id, "hash": self.stamp()}}

    def _users_info(self, name: str, args: Json) -> Json:
        return {"user": self.people.get(args["user"]) or a_person(args["user"])}

    def _users_list(self, name: str, args: Json) -> Json:
        return {"members": list(self.people.values())}

    def _dnd_info(self, name: str, args: Json) -> Json:
        return {"dnd_enabled": False}

    def _dnd_teamInfo(self, name: str, args: Json) -> Json:
        return {"users": {user: {"dnd_enabled": False} for user in args["users"].split(",")}}

    def _conversations_info(self, name: str, args: Json) -> Json:
        return {"channel": self.channels.get(args["channel"]) or a_channel(args["channel"], inside=False)}

    def _conversations_members(self, name: str, args: Json) -> Json:
        return {"members": self.members.get(args["channel"], [])}

    def _conversations_open(self, name: str, args: Json) -> Json:
        users = args["users"]
        return {"channel": {"id": f"D-{users if isinstance(users, str) else users[0]}"}}

    def _conversations_history(self, name: str, args: Json) -> Json:
        return {"messages": []}

    _conversations_replies = _conversations_history

    def _usergroups_list(self, name: str, args: Json) -> Json:
        return {"usergroups": list(self.groups)}

    def _usergroups_users_list(self, name: str, args: Json) -> Json:
        return {"users": self.members.get(args["usergroup"], [])}

    def _files_info(self, name: str, args: Json) -> Json:
        return {"file": {"id": args["file"], "size": 6, "url_private_download": "https://files.attacked/f"}}

    def _files_getUploadURLExternal(self, name: str, args: Json) -> Json:
        file = f"F{next(self._numbers)}"
        return {"upload_url": f"{UPLOADS}{file}", "file_id": file}

    def _files_completeUploadExternal(self, name: str, args: Json) -> Json:
        files = args.get("files", [])
        contents = [self._uploaded.pop(file["id"]).decode("latin-1") for file in files]
        self._hear(name, {**args, "contents": contents}, str(args.get("channel_id") or NOBODY))
        return {"files": files}


def a_person(id: str, **more: Any) -> Json:
    """A full member in London, as `users.info` shows them."""
    name = id.removeprefix("U0").capitalize()
    profile = {"real_name": name, "title": more.pop("title", "")}
    return {"id": id, "real_name": name, "profile": profile, "tz": "Europe/London", "locale": "en-GB", **more}


def a_channel(id: str, *, inside: bool = True) -> Json:
    return {"id": id, "name": id.removeprefix("C0").casefold(), "is_member": inside, "is_archived": False}


def _arguments(sent: Json) -> Json:
    args = {**(sent.get("params") or {}), **(sent.get("json") or {})}
    if isinstance(sent.get("data"), dict):
        args |= sent["data"]
    elif isinstance(sent.get("data"), bytes):
        args |= json.loads(sent["data"])
    for key in _PACKED:
        if isinstance(args.get(key), str):
            args[key] = json.loads(args[key])
    return args


class _Answer:
    """Of a request, in aiohttp's form."""

    status = 200
    content_type = "application/json"

    def __init__(self, body: Json, headers: Mapping[str, str] | None = None, content: bytes = b"") -> None:
        self._body, self.headers, self._content = body, headers or {}, content

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *failure: object) -> None:
        return None

    async def json(self) -> Json:
        return self._body

    async def text(self) -> str:
        return "ok"

    async def read(self) -> bytes:
        return self._content
