"""What was entered in a modal: each field by its block, as Slack sends it."""

from collections.abc import Mapping
from typing import Any

Entered = Mapping[str, Any]


def entered(view: Mapping[str, Any], block_id: str, action_id: str | None = None) -> Entered:
    """One field; empty if the form did not have it."""
    values = view.get("state", {}).get("values", {})
    found: Entered = values.get(block_id, {}).get(action_id or block_id) or {}
    return found


def text(field: Entered) -> str:
    return str(field.get("value") or "").strip()


def typed_in(view: Mapping[str, Any], block_id: str) -> str:
    """The text of a form's field."""
    return text(entered(view, block_id))


def choice(field: Entered) -> str | None:
    return (field.get("selected_option") or {}).get("value")


def choices(field: Entered) -> tuple[str, ...]:
    return tuple(option["value"] for option in field.get("selected_options") or ())
