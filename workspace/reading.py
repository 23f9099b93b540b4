"""Messages and views as a person reads them: names for ids, times in their zone, [buttons] in brackets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from workspace.entries import TYPED, VALUE_KEYS, Place, current
from workspace.state import Entered, Json, Message, Person, View
from workspace.team import Team

_TAG = re.compile(r"<([^<>]+)>")
_MARKS = [
    re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^\n]+?)(?<=\S){mark}(?![\w{mark}])")
    for mark in (r"\*", "_", "~")
]
_CODE = re.compile(r"```\n?(.+?)\n?```|`([^`\n]+)`", re.DOTALL)
_DATE_TOKENS = re.compile(r"\{(\w+)\}")
_MARKDOWN = [
    (re.compile(r"^#{1,6}\s+", re.MULTILINE), ""),
    (re.compile(r"\*\*(.+?)\*\*"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\([^)]+\)"), r"\1"),
]


def words_of(text: Json | str | None) -> str:
    """The words of a text object, for comparing labels."""
    return _unescaped(text["text"] if isinstance(text, dict) else text or "").strip()


class Reader:
    """Somebody who reads. Names and times are what this person sees."""

    def __init__(self, team: Team, person: Person) -> None:
        self._team = team
        self._person = person

    def message(self, message: Message) -> str:
        if message.blocks:
            return self.blocks(message.blocks, message.entered.get(self._person.id, {}))
        return self.mrkdwn(message.text)

    def view(self, view: View) -> str:
        lines = [self.blocks(view.blocks, view.entered, view.errors)]
        ends = [self.plain(view.body[key]) for key in ("close", "submit") if view.body.get(key)]
        return "\n".join([*lines, " ".join(f"[{end}]" for end in ends)] if ends else lines)

    def blocks(self, blocks: Iterable[Json], entered: Entered, errors: dict[str, str] | None = None) -> str:
        lines = []
        for block in blocks:
            lines.append(self.block(block, entered))
            fault = (errors or {}).get(block.get("block_id", ""))
            lines += [f"  ! {fault}"] if fault else []
        return "\n".join(line for line in lines if line)

    def block(self, block: Json, entered: Entered) -> str:
        draw: Callable[[Json, Entered], str] | None = getattr(self, f"_block_{block['type']}", None)
        return draw(block, entered) if draw else self._any_text(block)

    def text(self, text: Any) -> str:
        """A text object, or a string."""
        if not isinstance(text, dict):
            return _unescaped(str(text or ""))
        return self.mrkdwn(text["text"]) if text.get("type") == "mrkdwn" else self.plain(text)

    def plain(self, text: Json) -> str:
        return _unescaped(text["text"]).strip()

    def mrkdwn(self, text: str) -> str:
        """Tags first, then the marks of bold and italics; what stands in code is left as it is."""
        kept: list[str] = []

        def keep(found: re.Match[str]) -> str:
            kept.append(found.group(1) or found.group(2))
            return f"\0{len(kept) - 1}\0"

        text = _TAG.sub(self._tag, _CODE.sub(keep, text))
        for mark in _MARKS:
            text = mark.sub(r"\1", text)
        return _unescaped(re.sub(r"\0(\d+)\0", lambda at: kept[int(at.group(1))], text))

    def names_of(self, place: Place) -> list[str]:
        """What a person may call a field: its label, placeholder, the words beside it; or its action_id."""
        texts = [place.block.get("label"), place.element.get("placeholder")]
        if place.block["type"] == "section":
            texts.append(place.block.get("text"))
        return [self.text(text) for text in texts if text] + [place.element["action_id"]]

    def line(self, text: str, width: int = 60) -> str:
        flat = " ".join(text.split())
        return flat if len(flat) <= width else flat[: width - 1] + "…"

    # One method for each kind of block; a block without one shows whatever text it carries.

    def _block_section(self, block: Json, entered: Entered) -> str:
        texts = [self.text(block["text"])] if block.get("text") else []
        texts += [self.text(each) for each in block.get("fields", ())]
        texts += [self._element(block, block["accessory"], entered)] if block.get("accessory") else []
        return "\n".join(texts)

    def _block_header(self, block: Json, entered: Entered) -> str:
        return self.text(block["text"])

    def _block_divider(self, block: Json, entered: Entered) -> str:
        return "———"

    def _block_image(self, block: Json, entered: Entered) -> str:
        title = f"{self.plain(block['title'])}: " if block.get("title") else ""
        return f"({title}{block['alt_text']})"

    def _block_context(self, block: Json, entered: Entered) -> str:
        return " ".join(
            f"({each['alt_text']})" if each["type"] == "image" else self.text(each)
            for each in block["elements"]
        )

    def _block_actions(self, block: Json, entered: Entered) -> str:
        return " ".join(self._element(block, element, entered) for element in block["elements"])

    _block_context_actions = _block_actions

    def _block_input(self, block: Json, entered: Entered) -> str:
        optional = " (optional)" if block.get("optional") else ""
        lines = [
            self.plain(block["label"]) + optional,
            "  " + self._element(block, block["element"], entered),
        ]
        if block.get("hint"):
            lines.append("  " + self.plain(block["hint"]))
        return "\n".join(lines)

    def _block_rich_text(self, block: Json, entered: Entered) -> str:
        return "\n".join(self._rich(element) for element in block["elements"])

    def _block_markdown(self, block: Json, entered: Entered) -> str:
        text: str = block["text"]
        for pattern, words in _MARKDOWN:
            text = pattern.sub(words, text)
        return text

    def _block_table(self, block: Json, entered: Entered) -> str:
        return "\n".join(" | ".join(self._cell(cell) for cell in row) for row in block["rows"])

    def _block_data_table(self, block: Json, entered: Entered) -> str:
        return "\n".join([self.text(block.get("caption")), self._block_table(block, entered)])

    def _block_data_visualization(self, block: Json, entered: Entered) -> str:
        chart = block["chart"]
        rows = [self.text(block.get("title"))]
        if "segments" in chart:
            rows += [f"{segment['label']} | {segment['value']:g}" for segment in chart["segments"]]
            return "\n".join(rows)
        series = chart["series"]
        rows.append(" | ".join(["", *(each["name"] for each in series)]).strip())
        for label in chart["axis_config"]["categories"]:
            found = [
                next(point["value"] for point in each["data"] if point["label"] == label) for each in series
            ]
            rows.append(" | ".join([label, *(f"{number:g}" for number in found)]))
        return "\n".join(rows)

    def _block_container(self, block: Json, entered: Entered) -> str:
        heads = [self.text(block[key]) for key in ("title", "subtitle") if block.get(key)]
        return "\n".join([*heads, self.blocks(block.get("child_blocks", ()), entered)])

    def _block_carousel(self, block: Json, entered: Entered) -> str:
        return self.blocks(block["elements"], entered)

    def _block_card(self, block: Json, entered: Entered) -> str:
        texts = [self.text(block[key]) for key in ("title", "subtitle", "body") if block.get(key)]
        buttons = [self._element(block, element, entered) for element in block.get("actions", ())]
        return "\n".join([*texts, " ".join(buttons)]).strip()

    def _element(self, block: Json, element: Json, entered: Entered) -> str:
        kind = element["type"]
        if kind == "image":
            return f"({element['alt_text']})"
        if kind == "feedback_buttons":
            return " ".join(
                f"[{self.plain(element[side]['text'])}]" for side in ("positive_button", "negative_button")
            )
        if kind == "overflow":
            return f"[⋯ {' / '.join(self.plain(option['text']) for option in element['options'])}]"
        if kind in VALUE_KEYS:
            return self._field(Place(block, element), entered)
        return f"[{self.plain(element['text'])}]" if "text" in element else f"[{kind}]"

    def _field(self, place: Place, entered: Entered) -> str:
        held = current(place, entered)[VALUE_KEYS[place.kind][0]]
        if place.kind in ("radio_buttons", "checkboxes"):
            return "\n  ".join(self._option(option, place.kind, held) for option in place.element["options"])
        hint = self.plain(place.element["placeholder"]) if place.element.get("placeholder") else ""
        arrow = "" if place.kind in TYPED else " ▾"
        return f"[{self._held(held) or hint}{arrow}]"

    def _option(self, option: Json, kind: str, held: Any) -> str:
        chosen = held if isinstance(held, list) else [held]
        on = any(other and other["value"] == option["value"] for other in chosen)
        box = ("(•)" if on else "( )") if kind == "radio_buttons" else ("[x]" if on else "[ ]")
        about = f" – {self.text(option['description'])}" if option.get("description") else ""
        return f"{box} {self.text(option['text'])}{about}"

    def _held(self, held: Any) -> str:
        """A value as its field shows it."""
        if isinstance(held, list):
            return ", ".join(self._held(one) for one in held)
        if isinstance(held, dict):
            if "text" in held:
                return self.text(held["text"])
            return self._rich(held) if "elements" in held else str(held["name"])
        if held in self._team.people or held in self._team.channels:
            return self._tag_of("@" + held if held in self._team.people else "#" + held)
        return "" if held is None else str(held)

    def _cell(self, cell: Json) -> str:
        if cell["type"] == "rich_text":
            return self._rich(cell)
        shown = cell.get("text", cell.get("value", ""))
        return f"{shown:g}" if isinstance(shown, float) else str(shown)

    def _rich(self, element: Json) -> str:
        kind = element["type"]
        if kind == "rich_text_list":
            numbered = element.get("style") == "ordered"
            lines = [self._rich(item) for item in element["elements"]]
            return "\n".join(
                f"{f'{at}.' if numbered else '•'} {line}" for at, line in enumerate(lines, start=1)
            )
        if "elements" in element:
            joint = "\n" if kind == "rich_text" else ""
            return joint.join(self._rich(item) for item in element["elements"])
        return self._rich_leaf(kind, element)

    def _rich_leaf(self, kind: str, leaf: Json) -> str:
        if kind == "user":
            return self._tag_of("@" + leaf["user_id"])
        if kind == "channel":
            return self._tag_of("#" + leaf["channel_id"])
        if kind == "usergroup":
            return self._tag_of("!subteam^" + leaf["usergroup_id"])
        if kind == "broadcast":
            return "@" + str(leaf["range"])
        if kind == "emoji":
            return f":{leaf['name']}:"
        if kind == "date":
            return self._date(str(leaf["timestamp"]), leaf["format"])
        return str(leaf.get("text") or leaf.get("url") or "")

    def _tag(self, found: re.Match[str]) -> str:
        inside, bar, label = found.group(1).partition("|")
        if inside.startswith("!date^"):
            _, moment, form, *_ = inside.split("^")
            return self._date(moment, form)
        if inside.startswith(("@", "#", "!")):
            return self._tag_of(inside)
        return label if bar else inside.removeprefix("mailto:")

    def _tag_of(self, inside: str) -> str:
        if inside.startswith("@"):
            person = self._team.people.get(inside[1:])
            return f"@{person.name if person else inside[1:]}"
        if inside.startswith("#"):
            place = self._team.channels.get(inside[1:])
            return f"#{place.name if place else inside[1:]}"
        group = self._team.groups.get(inside.removeprefix("!subteam^"))
        return f"@{group.handle if group else inside[1:]}"

    def _date(self, moment: str, form: str) -> str:
        here = datetime.fromtimestamp(int(moment), ZoneInfo(self._person.tz))
        today = datetime.fromtimestamp(self._team.clock.now(), ZoneInfo(self._person.tz)).date()
        return _DATE_TOKENS.sub(
            lambda token: _date_words(here, token.group(1), (here.date() - today).days), form
        )

    def _any_text(self, block: Json) -> str:
        return "\n".join(self.text(block[key]) for key in ("title", "text", "subtitle") if block.get(key))


def _date_words(here: datetime, token: str, days_away: int) -> str:
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}.get(days_away)
    if near and token.endswith("_pretty"):
        return near
    forms = {
        "date_num": "%Y-%m-%d",
        "date_slash": "%m/%d/%Y",
        "date": f"%B {here.day}, %Y",
        "date_short": f"%b {here.day}, %Y",
        "date_long": f"%A, %B {here.day}, %Y",
        "day_divider": f"%A, %B {here.day}",
        "time": "%H:%M",
        "time_secs": "%H:%M:%S",
    }
    return here.strftime(forms.get(token.removesuffix("_pretty"), "{" + token + "}"))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
