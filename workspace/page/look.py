"""Blocks as HTML for one person. What a block looks like is a macro of blocks.html.j2, one for each type."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from workspace import emoji
from workspace.acts.surfaces import Surface
from workspace.entries import MANY, TYPED, VALUE_KEYS, Place, value
from workspace.page import charts
from workspace.page.words import Words
from workspace.state import Json, Kind, Person
from workspace.team import Team


@dataclass(frozen=True)
class Choice:
    """One thing on offer in a menu."""

    value: str
    words: str
    about: Any = None
    group: str = ""


@cache
def templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("workspace.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["pretty"] = lambda data: json.dumps(data, indent=2, ensure_ascii=False)
    environment.globals["emoji"] = emoji.drawn
    environment.globals["reactions"] = emoji.REACTIONS
    return environment


class Look:
    """One surface as one person sees it."""

    def __init__(self, team: Team, person: Person, surface: Surface, errors: dict[str, str] | None = None):
        self.words = Words(team, person)
        self.errors = errors or {}
        self._team = team
        self._person = person
        self._surface = surface
        self._macros = templates().get_template("blocks.html.j2").module

    def blocks(self) -> Markup:
        return Markup("").join(self.block(block) for block in self._surface.blocks)

    def block(self, block: Json) -> Markup:
        """A type without a macro is shown as what it is."""
        kind = re.sub(r"\W", "", str(block["type"]))
        draw = getattr(self._macros, f"block_{kind}", None) or self._macros.unknown  # type: ignore[attr-defined]
        drawn: Markup = draw(self, block)
        return drawn

    def picture(self, block: Json) -> str:
        """Where the picture of an image block is; nowhere, if it was deleted."""
        file = self._team.files.get((block.get("slack_file") or {}).get("id", ""))
        if file and not file.deleted:
            return f"/page/files/{file.id}?" + urlencode({"as": self._person.name})
        return str(block.get("image_url") or "")

    def element(self, block: Json, element: Json) -> Markup:
        draw = getattr(self._macros, f"element_{_family(element)}", None) or self._macros.unknown  # type: ignore[attr-defined]
        drawn: Markup = draw(self, block) if draw is self._macros.unknown else draw(self, block, element)  # type: ignore[attr-defined]
        return drawn

    def held(self, block: Json, element: Json) -> Any:
        """What stands in an element, as the field of a form holds it: strings."""
        held = value(Place(block, element), self._surface.entered)
        if element["type"] == "multi_external_select":
            return ", ".join(one["text"]["text"] for one in held) if isinstance(held, list) else ""
        if element["type"] in MANY:
            return [_as_field(one) for one in (held if isinstance(held, list) else [])]
        if element["type"] == "rich_text_input" and isinstance(held, dict):
            return self.words.held(held)
        if element["type"] == "external_select" and isinstance(held, dict):
            return held["text"]["text"]
        if element["type"] == "datetimepicker" and isinstance(held, int):
            return datetime.fromtimestamp(held, ZoneInfo(self._person.tz)).strftime("%Y-%m-%dT%H:%M")
        return _as_field(held)

    def offers(self, element: Json) -> list[Choice]:
        kind = element["type"]
        if kind.endswith("users_select"):
            return [
                Choice(each.id, f"{each.real_name} (@{each.name})")
                for each in sorted(self._team.people.values(), key=lambda it: it.is_bot)
                if not each.deleted
            ]
        if kind.endswith(("channels_select", "conversations_select")):
            return list(self._conversations(element))
        return list(_options(element))

    def groups(self, element: Json) -> list[tuple[str, list[Choice]]]:
        return [(group, list(each)) for group, each in groupby(self.offers(element), lambda it: it.group)]

    def confirmation(self, thing: Json) -> str | None:
        """The question to ask before, for the script."""
        confirm = thing.get("confirm")
        if not confirm:
            return None
        texts = {key: confirm[key]["text"] for key in ("title", "text", "confirm", "deny") if key in confirm}
        return json.dumps(texts | {"style": confirm.get("style", "primary")}, ensure_ascii=False)

    def id(self, *parts: str) -> str:
        """An id for the page, whatever characters the app's own ids have."""
        surface = self._surface
        whose = surface.view.id if surface.view else surface.message.ts if surface.message else ""
        return "e" + hashlib.sha1("\0".join((whose, *parts)).encode()).hexdigest()[:12]

    def label_of(self, block: Json, element: Json) -> str:
        """What an element is called for those who do not see what stands beside it."""
        for text in (block.get("label"), element.get("placeholder"), block.get("text")):
            if text:
                return str(text["text"])
        return str(element["type"]).replace("_", " ")

    def dispatches(self, block: Json) -> bool:
        return bool(block["type"] != "input" or block.get("dispatch_action"))

    def sends_on(self, element: Json) -> str:
        """When using an element tells the app: at its change; a typed one at Enter, or at every character."""
        if element["type"] not in TYPED:
            return "change"
        config = element.get("dispatch_action_config") or {}
        return "key" if "on_character_entered" in config.get("trigger_actions_on", ()) else "enter"

    def chart(self, block: Json) -> charts.Chart:
        return charts.drawn(block["chart"])

    def cell(self, cell: Json) -> Markup:
        if cell["type"] == "rich_text":
            return self.words.rich(cell)
        return self.words.plain(cell.get("text") or f"{cell.get('value', ''):g}")

    def may_press(self, element: Json) -> bool:
        return self._person.id in element.get("visible_to_user_ids", [self._person.id])

    def _conversations(self, element: Json) -> Iterator[Choice]:
        wanted = {"public": Kind.CHANNEL, "private": Kind.GROUP, "im": Kind.IM, "mpim": Kind.MPIM}
        only = element.get("filter", {}).get("include", wanted)
        kinds = {wanted[name] for name in only}
        if element["type"].endswith("channels_select"):
            kinds = {Kind.CHANNEL}
        for place in self._team.channels.values():
            mine = place.kind is Kind.CHANNEL or self._person.id in place.members
            if place.kind in kinds and mine and not place.archived:
                yield Choice(place.id, called(self._team, place, self._person))


def called(team: Team, place: Any, person: Person) -> str:
    """A conversation's name as this person reads it."""
    if place.kind is Kind.IM:
        others = [team.people[member] for member in place.members if member != person.id]
        return others[0].real_name if others else person.real_name
    if place.kind is Kind.MPIM:
        return ", ".join(team.people[member].real_name for member in place.members if member != person.id)
    return f"#{place.name}"


def _options(element: Json) -> Iterator[Choice]:
    for option in element.get("options", ()):
        yield _choice(option)
    for group in element.get("option_groups", ()):
        for option in group["options"]:
            yield _choice(option, group["label"]["text"])


def _choice(option: Json, group: str = "") -> Choice:
    return Choice(option["value"], option["text"], option.get("description"), group)


def _as_field(held: Any) -> str:
    if isinstance(held, dict):
        return str(held.get("value", ""))
    return "" if held is None else str(held)


def _family(element: Json) -> str:
    """Kinds that look alike share a macro."""
    kind = str(element["type"])
    if kind in ("button", "workflow_button", "icon_button"):
        return "button"
    if kind in ("email_text_input", "url_text_input", "number_input"):
        return "line"
    if kind.startswith("multi_") and kind != "multi_external_select":
        return "many"
    if kind in ("static_select", "users_select", "channels_select", "conversations_select"):
        return "menu"
    if kind in ("datepicker", "timepicker", "datetimepicker"):
        return "moment"
    if kind in ("external_select", "multi_external_select"):
        return "external"
    return kind if kind in {*VALUE_KEYS, "overflow", "feedback_buttons", "image"} else "unknown"
