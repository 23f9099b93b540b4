"""The shapes of Block Kit's elements and composition objects, with Slack's limits."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from workspace.kit.rich_text import RICH_TEXT
from workspace.kit.shapes import (
    Problem,
    Rule,
    all_of,
    anything,
    flag,
    just_one_of,
    matching,
    one_of,
    several,
    shape,
    string,
    typed,
    whole,
)
from workspace.state import Json

URL = 3000
ALT_TEXT = 2000


def text(most: int, *kinds: str, least: int = 1) -> Rule:
    """A text object of these kinds, and of this length; of both when none is named. Slack asks twice for what
    it takes only plain: an empty one has too few characters by either rule."""
    held = {"text": string(sys.maxsize, least)}
    both = {"plain_text": shape(held, {"emoji": flag}), "mrkdwn": shape(held, {"verbatim": flag})}
    short = string(most, least if kinds else 0)
    return all_of(_holding("text", short), typed({kind: both[kind] for kind in kinds or both}))


def _holding(key: str, rule: Rule) -> Rule:
    """An object of which only this key matters."""

    def holds(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem("must provide an object", at, "invalid_type")
        elif key in value:
            yield from rule(value[key], f"{at}/{key}")

    return holds


def plain(most: int) -> Rule:
    return text(most, "plain_text")


def _has_its_initial_options(value: Json, at: str) -> Iterator[Problem]:
    """What is chosen at first must be on offer, exactly as it is offered."""
    offered = [
        *value.get("options", ()),
        *(each for group in value.get("option_groups", ()) for each in group["options"]),
    ]
    if "initial_option" in value and value["initial_option"] not in offered:
        yield Problem("initial_option must be one of the options", f"{at}/initial_option")
    for index, chosen in enumerate(value.get("initial_options", ())):
        if chosen not in offered:
            yield Problem("initial_options must be among the options", f"{at}/initial_options/{index}")


def _in_order(least: str, most: str) -> Rule:
    """A law: what is at least so does not exceed what is at most."""

    def law(value: Json, at: str) -> Iterator[Problem]:
        if least in value and most in value and float(value[least]) > float(value[most]):
            yield Problem(f"must be less than {most}", f"{at}/{least}")

    return law


def _chooses_no_more_than_it_may(value: Json, at: str) -> Iterator[Problem]:
    """What is chosen at first is not more than can be chosen."""
    for key in ("initial_options", "initial_users", "initial_conversations", "initial_channels"):
        if len(value.get(key, ())) > value.get("max_selected_items", 10**9):
            most = value["max_selected_items"]
            yield Problem(f"no more than {most} items allowed", f"{at}/{key}")


CONFIRM = shape(
    {"title": plain(100), "text": text(300)},
    {"confirm": plain(30), "deny": plain(30), "style": one_of("primary", "danger")},
)
OPTION = shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
MARKED_OPTION = shape({"text": text(75), "value": string(150)}, {"description": text(75)})
LINKED_OPTION = shape(
    {"text": plain(75), "value": string(150)}, {"description": plain(75), "url": string(URL)}
)
OPTION_GROUP = shape({"label": plain(75), "options": several(OPTION, 100)})
FILTER = shape(
    {},
    {
        "include": several(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
DISPATCH = shape({"trigger_actions_on": several(one_of("on_enter_pressed", "on_character_entered"), 2)})
SLACK_FILE = shape({}, {"id": string(255), "url": string(URL)}, just_one_of("id", "url"))

_ACTION: dict[str, Rule] = {"action_id": string(255)}
_CONFIRMED: dict[str, Rule] = {**_ACTION, "confirm": CONFIRM}
_CHOICE: dict[str, Rule] = {**_CONFIRMED, "focus_on_load": flag}
_MENU: dict[str, Rule] = {**_CHOICE, "placeholder": plain(150)}
_WRITTEN: dict[str, Rule] = {
    **_ACTION,
    "placeholder": plain(150),
    "focus_on_load": flag,
    "dispatch_action_config": DISPATCH,
}
_OPTIONS: dict[str, Rule] = {"options": several(OPTION, 100), "option_groups": several(OPTION_GROUP, 100)}
_MANY: dict[str, Rule] = {"max_selected_items": whole(1, 10**9)}
_DATE = matching(r"\d{4}-\d{2}-\d{2}", "a date in the format YYYY-MM-DD")
_TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time in the format HH:mm")
_NUMBER = matching(r"-?\d+(\.\d+)?", "a number in a string")
_IDS = several(string(255), 1000, least=0)
_ALL_OPTIONS = (just_one_of("options", "option_groups"), _has_its_initial_options)
_FEEDBACK = shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})

IMAGE = shape(
    {"alt_text": string(ALT_TEXT)},
    {"image_url": string(URL), "slack_file": SLACK_FILE},
    just_one_of("image_url", "slack_file"),
)
BUTTON = shape(
    {"text": plain(75)},
    {
        **_CONFIRMED,
        "url": string(URL, least=0),
        "value": string(2000, least=0),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
        "visible_to_user_ids": _IDS,
        "agent_prompt": string(4000),
        "agent_prompt_display": string(4000),
    },
)
CONTEXT_ACTIONS: dict[str, Rule] = {
    "feedback_buttons": shape({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, _ACTION),
    "icon_button": shape(
        {"icon": string(255), "text": plain(75)},
        {**_CONFIRMED, "value": string(2000), "accessibility_label": string(75), "visible_to_user_ids": _IDS},
    ),
}
MENUS: dict[str, Rule] = {
    "static_select": shape({}, {**_MENU, **_OPTIONS, "initial_option": OPTION}, *_ALL_OPTIONS),
    "external_select": shape({}, {**_MENU, "initial_option": OPTION, "min_query_length": whole(0, 10**6)}),
    "users_select": shape({}, {**_MENU, "initial_user": string(255)}),
    "conversations_select": shape(
        {},
        {
            **_MENU,
            "initial_conversation": string(255),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": FILTER,
        },
    ),
    "channels_select": shape({}, {**_MENU, "initial_channel": string(255), "response_url_enabled": flag}),
    "multi_static_select": shape(
        {},
        {**_MENU, **_OPTIONS, **_MANY, "initial_options": several(OPTION, 100)},
        *_ALL_OPTIONS,
        _chooses_no_more_than_it_may,
    ),
    "multi_external_select": shape(
        {},
        {**_MENU, **_MANY, "initial_options": several(OPTION, 100), "min_query_length": whole(0, 10**6)},
        _chooses_no_more_than_it_may,
    ),
    "multi_users_select": shape({}, {**_MENU, **_MANY, "initial_users": _IDS}, _chooses_no_more_than_it_may),
    "multi_conversations_select": shape(
        {},
        {
            **_MENU,
            **_MANY,
            "initial_conversations": _IDS,
            "default_to_current_conversation": flag,
            "filter": FILTER,
        },
        _chooses_no_more_than_it_may,
    ),
    "multi_channels_select": shape(
        {}, {**_MENU, **_MANY, "initial_channels": _IDS}, _chooses_no_more_than_it_may
    ),
}
CHOICES: dict[str, Rule] = {
    "checkboxes": shape(
        {"options": several(MARKED_OPTION, 10)},
        {**_CHOICE, "initial_options": several(MARKED_OPTION, 10)},
        _has_its_initial_options,
    ),
    "radio_buttons": shape(
        {"options": several(MARKED_OPTION, 10)},
        {**_CHOICE, "initial_option": MARKED_OPTION},
        _has_its_initial_options,
    ),
    "datepicker": shape({}, {**_MENU, "initial_date": _DATE}),
    "timepicker": shape({}, {**_MENU, "initial_time": _TIME, "timezone": string(255)}),
}
MOMENT: dict[str, Rule] = {
    "datetimepicker": shape({}, {**_CHOICE, "initial_date_time": whole(1_000_000_000, 9_999_999_999)}),
}
PRESSED: dict[str, Rule] = {
    "button": BUTTON,
    "overflow": shape({"options": several(LINKED_OPTION, 5)}, _CONFIRMED),
    "workflow_button": shape(
        {"text": plain(75), "workflow": anything},
        {**_ACTION, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
}
WRITTEN: dict[str, Rule] = {
    "plain_text_input": shape(
        {},
        {
            **_WRITTEN,
            "initial_value": string(3000, least=0),
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
        _in_order("min_length", "max_length"),
    ),
    "email_text_input": shape({}, {**_WRITTEN, "initial_value": string(3000, least=0)}),
    "url_text_input": shape({}, {**_WRITTEN, "initial_value": string(3000, least=0)}),
    "number_input": shape(
        {"is_decimal_allowed": flag},
        {**_WRITTEN, "initial_value": _NUMBER, "min_value": _NUMBER, "max_value": _NUMBER},
        _in_order("min_value", "max_value"),
    ),
    "rich_text_input": shape(
        {},
        {
            **_WRITTEN,
            "initial_value": typed({"rich_text": RICH_TEXT}),
            "min_lines": whole(1, 100),
            "max_lines": whole(1, 100),
        },
        _in_order("min_lines", "max_lines"),
    ),
    "file_input": shape({}, {**_ACTION, "filetypes": several(string(255), 100), "max_files": whole(1, 10)}),
}

IN_ACTIONS: dict[str, Rule] = {**PRESSED, **MENUS, **CHOICES, **MOMENT}
IN_SECTION: dict[str, Rule] = {**PRESSED, **MENUS, **CHOICES, "image": IMAGE}
IN_CONTEXT: dict[str, Rule] = {
    "image": IMAGE,
    "plain_text": shape({"text": string(3000)}, {"emoji": flag}),
    "mrkdwn": shape({"text": string(3000)}, {"verbatim": flag}),
}
IN_INPUT: dict[str, Rule] = {**WRITTEN, **MENUS, **CHOICES, **MOMENT}
