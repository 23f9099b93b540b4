"""What people put in comes in as it can be read, wherever they put it in: typed lines, fields of forms, words
after a command, names in events."""

from typing import Any

from conversation.legible import legible

#: The parts of what Slack brings in which people's words stand. What is drawn by us comes back beside them.
_THEIRS = ("event", "state", "text")


def make_legible(body: dict[str, Any]) -> None:
    """In place, because it is passed on in parts. Whether its shape is right is seen afterwards."""
    for name in _THEIRS:
        if name in body:
            body[name] = _read(body[name])
    actions = body.get("actions")
    for action in actions if isinstance(actions, list) else ():
        if isinstance(action, dict) and action.get("type") != "button":  # what it carries is ours
            _read(action)
    view = body.get("view")
    if isinstance(view, dict) and "state" in view:
        view["state"] = _read(view["state"])


def _read(said: Any) -> Any:
    if isinstance(said, str):
        return legible(said)
    if isinstance(said, dict):
        for name, part in said.items():
            said[name] = _read(part)
    elif isinstance(said, list):
        said[:] = map(_read, said)
    return said
