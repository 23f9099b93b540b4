"""What Slack makes of blocks that it accepted: ids where the app gave none, and the flags it always shows."""

from __future__ import annotations

from typing import Any

from workspace.state import Json
from workspace.team import Team

_INTERACTIVE = frozenset(
    {
        *(
            "button",
            "icon_button",
            "feedback_buttons",
            "workflow_button",
            "overflow",
            "checkboxes",
            "radio_buttons",
        ),
        *("static_select", "external_select", "users_select", "conversations_select", "channels_select"),
        *("multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select"),
        *("multi_channels_select", "datepicker", "timepicker", "datetimepicker", "plain_text_input"),
        *("email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"),
    }
)


def settle(team: Team, blocks: list[Json]) -> list[Json]:
    return [_block(team, block) for block in blocks]


def settle_view(team: Team, body: Json) -> Json:
    settled: Json = {key: _anything(team, value) for key, value in body.items() if key != "blocks"}
    return settled | {"blocks": settle(team, body["blocks"])}


def _block(team: Team, block: Json) -> Json:
    settled: Json = {"type": block["type"], "block_id": block.get("block_id") or team.new_id("", 5)}
    for key, value in block.items():
        if key not in settled:
            settled[key] = _anything(team, value)
    for key in ("child_blocks", "elements"):
        if key == "child_blocks" or block["type"] == "carousel":
            settled |= {key: settle(team, block[key])} if key in block else {}
    return settled


def _anything(team: Team, value: Any) -> Any:
    if isinstance(value, list):
        return [_anything(team, item) for item in value]
    if not isinstance(value, dict):
        return value
    settled = {key: _anything(team, inner) for key, inner in value.items()}
    kind = value.get("type")
    if kind == "plain_text":
        settled.setdefault("emoji", True)
    elif kind == "mrkdwn":
        settled.setdefault("verbatim", False)
    elif kind in _INTERACTIVE:
        settled.setdefault("action_id", team.new_id("", 5))
    return settled
