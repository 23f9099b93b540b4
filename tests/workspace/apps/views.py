"""What the small apps show."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def field(block_id: str, label: str, element: Json) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {**element, "action_id": block_id},
    }


def modal(callback_id: str, title: str, *blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain("Next"),
        "blocks": list(blocks),
        **more,
    }


TICKET = modal(
    "ticket",
    "New ticket",
    field("summary", "Summary", {"type": "plain_text_input", "min_length": 5}),
    field("hours", "Hours", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
)
FIRST = modal("first", "Who", field("who", "Who", {"type": "users_select"}))


def second(who: str) -> Json:
    where = field("where", "Where", {"type": "channels_select"})
    return modal("second", "Where", where, private_metadata=who)


def third(who: str, where: str) -> Json:
    words = {"type": "section", "text": {"type": "mrkdwn", "text": f"Invite <@{who}> to <#{where}>?"}}
    return modal("third", "Sure?", words, private_metadata=f"{who} {where}")


def home(count: int) -> Json:
    words = {"type": "section", "text": plain(f"Pressed {count} times")}
    button = {"type": "button", "action_id": "press", "text": plain("Press"), "value": str(count + 1)}
    return {"type": "home", "blocks": [words, {"type": "actions", "elements": [button]}]}
