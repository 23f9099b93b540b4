"""What Slack says of a message: what somebody said in it, also by voice or by passing it on; and that they
edited or deleted it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: What is said in a huddle is written down nowhere that we may read.
_HUDDLE = re.compile(r"https://[\w.-]*\bslack\.com/huddle/")


@dataclass(frozen=True)
class Line:
    """The words of a message; `clip` if there is also something in it that nobody has put into words, to be
    heard or watched."""

    text: str
    clip: bool


def line(event: Mapping[str, Any]) -> Line:
    """What was typed; what Slack has written down of a clip; of a message that was passed on without a word,
    where it stands."""
    files = event.get("files") or ()
    clips = [file for file in files if str(file.get("mimetype") or "").startswith(("audio/", "video/"))]
    heard = [_transcript(file) for file in clips]
    typed = str(event.get("text") or "")
    said = [words for words in (typed, *heard) if words]
    if not said and not files:
        said = [str(each["from_url"]) for each in event.get("attachments") or () if each.get("from_url")]
    return Line("\n".join(said), clip=not all(heard) or bool(_HUDDLE.search(typed)))


def _transcript(file: Mapping[str, Any]) -> str:
    found: Mapping[str, Any] = file.get("transcription") or {}
    return str((found.get("preview") or {}).get("content") or "") if found.get("status") == "complete" else ""


#: Seconds for which an event of Slack's may be on its way.
SOON = 60


@dataclass(frozen=True)
class Changed:
    """The message at `ts` says `text` now; None if it is deleted. `stamp` names this one edit."""

    user_id: str
    channel: str
    ts: str
    text: str | None
    stamp: str

    @property
    def crosses(self) -> bool:
        """Whether it may have overtaken the message itself: it was changed soon after it was written."""
        try:
            return float(self.stamp) - float(self.ts) < SOON
        except ValueError:
            return False


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
