"""What people enter into elements: Slack's state values, initial or entered.

One table says for each kind of element which key carries its value, and which its initial value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workspace.state import Entered, Json

# element type -> (key of its value in a state, key of its initial value in the element)
VALUE_KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", "initial_files"),
}
MANY = frozenset(kind for kind in VALUE_KEYS if kind.startswith("multi_")) | {"checkboxes", "file_input"}
BUTTONS = frozenset({"button", "icon_button", "workflow_button"})
TYPED = frozenset(
    {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"}
)


@dataclass(frozen=True)
class Place:
    """An element in its block."""

    block: Json
    element: Json

    @property
    def key(self) -> tuple[str, str]:
        return self.block["block_id"], self.element["action_id"]

    @property
    def kind(self) -> str:
        kind: str = self.element["type"]
        return kind

    @property
    def is_input(self) -> bool:
        return bool(self.block["type"] == "input")

    @property
    def dispatches(self) -> bool:
        """Whether using it sends a block_actions payload at once."""
        return not self.is_input or bool(self.block.get("dispatch_action"))


def places(blocks: Iterable[Json]) -> Iterator[Place]:
    """Everything in these blocks that a person can use, from top to bottom."""
    for block in blocks:
        for element in _elements(block):
            if "action_id" in element:
                yield Place(block, element)
        yield from places(block.get("child_blocks", ()))
        if block["type"] == "carousel":
            yield from places(block.get("elements", ()))


def values_of(blocks: Iterable[Json], entered: Entered) -> Json:
    """`state.values`: what stands in every element that holds a value."""
    values: Json = {}
    for place in places(blocks):
        if place.kind in VALUE_KEYS:
            block_id, action_id = place.key
            values.setdefault(block_id, {})[action_id] = current(place, entered)
    return values


def current(place: Place, entered: Entered) -> Json:
    """What stands in this element: what was entered there, else its initial value."""
    there = entered.get(place.key)
    return there if there and there["type"] == place.kind else entry(place.element, initial(place.element))


def initial(element: Json) -> object:
    empty: object = [] if element["type"] in MANY else None
    return element.get(VALUE_KEYS[element["type"]][1], empty)


def entry(element: Json, value: object) -> Json:
    """The state value of an element that holds this value."""
    state: Json = {"type": element["type"], VALUE_KEYS[element["type"]][0]: value}
    if element["type"] == "timepicker" and element.get("timezone"):
        state["timezone"] = element["timezone"]
    return state


def value(place: Place, entered: Entered) -> object:
    return current(place, entered)[VALUE_KEYS[place.kind][0]]


def kept(blocks: Iterable[Json], entered: Entered) -> Entered:
    """What survives a redrawing: entries whose block_id, action_id and type are still there."""
    kinds = {place.key: place.kind for place in places(blocks)}
    return {key: state for key, state in entered.items() if kinds.get(key) == state["type"]}


def _elements(block: Json) -> Iterator[Json]:
    if isinstance(block.get("accessory"), dict):
        yield block["accessory"]
    if isinstance(block.get("element"), dict):
        yield block["element"]
    for key in ("elements", "actions"):
        if block["type"] in ("actions", "context_actions", "card") and isinstance(block.get(key), list):
            yield from block[key]
