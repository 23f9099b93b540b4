"""What was entered in a modal: each field by its block, as Slack sends it."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from bot.actions import OldButton

Entered = Mapping[str, Any]
P = ParamSpec("P")
T = TypeVar("T")


def reads(read: Callable[P, T]) -> Callable[P, T]:
    """What cannot be read from a form is of a form of another version. Raises: OldButton."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
            raise OldButton() from error

    return reading


def entered(view: Mapping[str, Any], block_id: str, action_id: str | None = None) -> Entered:
    """One field; empty if the form did not have it."""
    values = view.get("state", {}).get("values", {})
    found: Entered = values.get(block_id, {}).get(action_id or block_id) or {}
    return found


def somebody(view: Mapping[str, Any], block_id: str) -> str:
    """Who was chosen in a field that has to be filled in. Raises: ValueError."""
    if found := entered(view, block_id).get("selected_user"):
        return str(found)
    raise ValueError(block_id)


def text(field: Entered) -> str:
    return str(field.get("value") or "").strip()


def typed_in(view: Mapping[str, Any], block_id: str) -> str:
    """The text of a form's field."""
    return text(entered(view, block_id))


def choice(field: Entered) -> str | None:
    return (field.get("selected_option") or {}).get("value")


def choices(field: Entered) -> tuple[str, ...]:
    return tuple(option["value"] for option in field.get("selected_options") or ())
