"""Thirty calls that real Slack answers in a known way, with its whole answer.

Slack's documentation shows the answers (docs.slack.dev: `apis/web-api`, `authentication/oauth-scopes` and
`rate-limits` for the first eight and the last, each method's own page and `surfaces/modals` for the others);
where a page leaves a fact of the answer out, it is what users of Slack's own SDKs quoted in their issues.
They are the mistakes of daily life, the very ones that an emulator likes to let through.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.workspace.places import SEED, seed
from tests.workspace.refusals import (
    DAY,
    HELLO,
    LATER,
    MODAL,
    NOW,
    OURS,
    Given,
    Json,
    a_used_trigger,
    an_old_trigger,
    an_open_modal,
    anas_message,
    modals,
    pinned,
    reacted,
)
from workspace.seed import Seed


@dataclass(frozen=True)
class Known:
    """A call and the whole answer: its status, its body, and of its headers those that are named here."""

    mistake: str
    method: str
    args: Json
    answer: Json
    given: Given | None = None
    token: str = "bot"
    scopes: tuple[str, ...] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1

    def __str__(self) -> str:
        return self.mistake

    @property
    def seed(self) -> Seed:
        return seed(scopes=list(self.scopes)) if self.scopes else SEED


def no(error: str, **more: Any) -> Json:
    return {"ok": False, "error": error, **more}


def because(error: str, *messages: str, **more: Any) -> Json:
    return no(error, response_metadata={"messages": [f"[ERROR] {each}" for each in messages]}, **more)


K = Known
EMPTY_TEXT = [
    "failed to match all allowed schemas [json-pointer:/blocks/0/text]",
    "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
]
EMPTY = {"type": "section", "text": {"type": "mrkdwn", "text": ""}}
THIRTY: list[Known] = [
    K("a method that is none", "chat.shout", HELLO, no("unknown_method", req_method="chat.shout")),
    K("no token", "auth.test", {}, no("not_authed"), token=""),
    K("a wrong token", "auth.test", {}, no("invalid_auth"), token="xoxb-0-0-wrong"),
    K("the app's token for a message", "chat.postMessage", HELLO, no("not_allowed_token_type"), token="app"),
    K("the bot's token for a socket", "apps.connections.open", {}, no("not_allowed_token_type")),
    K(
        "a missing scope",
        "users.list",
        {},
        no("missing_scope", needed="users:read", provided="chat:write,commands"),
        scopes=("chat:write", "commands"),
        headers={"X-OAuth-Scopes": "chat:write,commands", "X-Accepted-OAuth-Scopes": "users:read"},
    ),
    K(
        "a missing argument",
        "conversations.info",
        {},
        because("invalid_arguments", "missing required field: channel"),
    ),
    K("files as they were uploaded until 2025", "files.upload", OURS, no("method_deprecated")),
    K("a channel that is none", "chat.postMessage", {**HELLO, "channel": "CNONE"}, no("channel_not_found")),
    K(
        "a channel that the app is not in",
        "chat.postMessage",
        {**HELLO, "channel": "COPEN"},
        no("not_in_channel"),
    ),
    K("an archived channel", "chat.postMessage", {**HELLO, "channel": "CPAST"}, no("is_archived")),
    K("nothing to say", "chat.postMessage", OURS, no("no_text")),
    K(
        "an empty section",
        "chat.postMessage",
        {**HELLO, "blocks": [EMPTY]},
        because("invalid_blocks", *EMPTY_TEXT, errors=EMPTY_TEXT),
    ),
    K("another's message, reworded", "chat.update", HELLO, no("cant_update_message"), anas_message("ts")),
    K("another's message, deleted", "chat.delete", OURS, no("cant_delete_message"), anas_message("ts")),
    K("a message that is gone", "chat.update", {**HELLO, "ts": "1.000001"}, no("message_not_found")),
    K(
        "a whisper to somebody who is elsewhere",
        "chat.postEphemeral",
        {**HELLO, "user": "UBEN"},
        no("user_not_in_channel"),
    ),
    K("a message for yesterday", "chat.scheduleMessage", {**HELLO, "post_at": NOW - DAY}, no("time_in_past")),
    K(
        "a message for next year",
        "chat.scheduleMessage",
        {**LATER, "post_at": NOW + 121 * DAY},
        no("time_too_far"),
    ),
    K("a cursor of one's own", "conversations.history", {**OURS, "cursor": "next"}, no("invalid_cursor")),
    K("a thread that is none", "conversations.replies", {**OURS, "ts": "1.000001"}, no("thread_not_found")),
    K("a person who is none", "users.info", {"user": "UNONE"}, no("user_not_found")),
    K("an address of nobody", "users.lookupByEmail", {"email": "no@x.example"}, no("users_not_found")),
    K("a reaction once more", "reactions.add", {**OURS, "name": "x"}, no("already_reacted"), reacted()),
    K("a pin once more", "pins.add", OURS, no("already_pinned"), pinned()),
    K("a trigger that is used", "views.open", {"view": MODAL}, no("exchanged_trigger_id"), a_used_trigger),
    K(
        "a trigger of four seconds ago",
        "views.open",
        {"view": MODAL},
        no("expired_trigger_id"),
        an_old_trigger,
    ),
    K("a fourth modal", "views.push", {"view": MODAL}, no("push_limit_reached"), modals(3)),
    K("an old hash", "views.update", {"view": MODAL, "hash": "1.old"}, no("hash_conflict"), an_open_modal),
    K("too fast", "users.list", {}, no("ratelimited"), status=429, headers={"Retry-After": "60"}, times=40),
]
