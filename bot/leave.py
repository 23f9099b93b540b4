"""What a status in Slack says of somebody who is on leave."""

import re
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict


class Leave(BaseModel):
    """The words and the emoji of a status that say that somebody is on leave."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: tuple[str, ...]
    emoji: tuple[str, ...]


def on_leave_until(profile: dict[str, Any]) -> datetime | None:
    """When the status of this profile ends, if it says that they are on leave."""
    ends = int(profile.get("status_expiration") or 0)
    text = str(profile.get("status_text") or "").casefold()
    emoji = str(profile.get("status_emoji") or "").strip(":").partition("::")[0]
    says_so = emoji in _leave().emoji or _any_word().search(text)
    return datetime.fromtimestamp(ends, UTC) if ends and says_so else None


@cache
def _leave() -> Leave:
    return Leave.model_validate(yaml.safe_load(files("bot").joinpath("leave.yaml").read_text("utf-8")))


@cache
def _any_word() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, _leave().words))})\b")
