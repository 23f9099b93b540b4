"""What comes in and is not as Slack says that it is. It is acked and does nothing: whoever typed a command or
sent a form is told, and the log says where it is odd."""

import json
from typing import Any

import structlog
from slack_bolt.response import BoltResponse

from bot import views
from bot.payloads import wrong_with
from conversation.errors import Refused

log = structlog.get_logger()

Json = dict[str, Any]


class NotAsSlackSays(Refused):
    """Slack changed what it sends, or somebody else sent it."""


def misread(payload: Any) -> BoltResponse | None:
    """The answer to what cannot be understood; None where all is as it should be."""
    where = wrong_with(payload)
    return None if where is None else apology(payload, where)


def apology(payload: Any, where: str) -> BoltResponse:
    """An ack, with words where it can carry them."""
    log.warning("payload_not_understood", where=where[:200])
    said = _words(payload)
    if said is None:
        return BoltResponse(status=200)
    return BoltResponse(status=200, body=json.dumps(said), headers={"content-type": ["application/json"]})


def _words(payload: Any) -> Json | None:
    """Where an ack can carry them."""
    if not isinstance(payload, dict) or "event" in payload:
        return None
    message = views.refusal(NotAsSlackSays())
    if "command" in payload:
        return {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}
    if payload.get("type") == "view_submission":
        return {"response_action": "update", "view": views.refused_modal(message)}
    return None
