"""A form that could not be opened in time is offered once more: by the same button, where there was one."""

from typing import Any

from bot.render import Message, label, words
from bot.views import parts


def open_again(gesture: dict[str, Any]) -> Message:
    """`gesture` is what Slack told us of what somebody did."""
    action = _button_of(gesture)
    command = f"{gesture['command']} {gesture.get('text') or ''}".strip() if "command" in gesture else None
    said = words("open_again", command=command, button=action is not None)
    blocks = parts.sections(said.slot("body"))
    if action:
        again = {"type": "button", "text": {"type": "plain_text", "text": label("open_again")}}
        blocks.append(parts.actions(again | action))
    return Message(said.text("body"), blocks)


def _button_of(gesture: dict[str, Any]) -> dict[str, str] | None:
    """What the button carried, or the option that was picked. What stands in a form cannot be pressed
    elsewhere."""
    if (gesture.get("view") or {}).get("type") == "modal" or not gesture.get("actions"):
        return None
    action = gesture["actions"][0]
    value = action.get("value") or (action.get("selected_option") or {}).get("value")
    return {"action_id": action["action_id"], "value": value} if value else {"action_id": action["action_id"]}
