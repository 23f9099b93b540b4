"""What Slack says of a message that somebody edited or deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Changed:
    """The message at `ts` says `text` now; None if it is deleted. `stamp` names this one edit."""

    user_id: str
    channel: str
    ts: str
    text: str | None
    stamp: str


def changed_message(event: Mapping[str, Any]) -> Changed | None:
    """None for messages of apps, and where only what Slack shows beside the words has changed."""
    before: Mapping[str, Any] = event.get("previous_message") or {}
    deleted = event.get("subtype") == "message_deleted"
    now: Mapping[str, Any] = before if deleted else event.get("message") or {}
    user, text = now.get("user"), None if deleted else str(now.get("text") or "")
    if not user or now.get("bot_id") or (text is not None and text == before.get("text")):
        return None
    if now.get("subtype") == "tombstone":
        text = None  # deleted, but there is a thread below it
    ts = str(now.get("ts") or event.get("deleted_ts"))
    return Changed(str(user), str(event["channel"]), ts, text, str(event.get("event_ts") or event.get("ts")))
