"""The pieces that our messages and modals are made of, within Slack's limits.

What is drawn for every answer is written out here; slack_sdk's models look over all of their attributes each
time (they took half of drawing a card). What forms are filled in with has many options and is drawn seldom:
those are slack_sdk's.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from slack_sdk.models.blocks import InputBlock, InputInteractiveElement, Option, PlainTextObject

from bot.actions import ButtonValue
from bot.render import cut, label, one_line, shown

Block = dict[str, Any]

SECTION, HEADER, BUTTON, OPTION, CONTEXT, QUOTE = 3000, 150, 75, 75, 2000, 1500
CHART_TITLE, CHART_NAME = 50, 20
#: Of a chart: lines (or bars at each place), and places.
SERIES, PLACES = 12, 20
CAPTION, ALT = 2000, 2000
VIEW_BLOCKS = 100


def plain(text: str, limit: int = BUTTON) -> PlainTextObject:
    return PlainTextObject(text=cut(_line(text), limit), emoji=None)


def mrkdwn(text: str) -> Block:
    """Verbatim: a typed @here or #general stays a word."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str, accessory: Block | None = None) -> Block:
    block = {"type": "section", "text": mrkdwn(cut(text, SECTION))}
    return block | {"accessory": accessory} if accessory else block


def sections(text: str) -> list[Block]:
    """As many as this text needs, broken between its lines."""
    return [section(chunk) for chunk in chunks(text.splitlines()) if chunk.strip()]


def chunks(lines: Iterable[str], limit: int = SECTION) -> list[str]:
    """Lines put together as long as they fit into one section."""
    found: list[str] = []
    for line in lines:
        line = cut(line, limit)
        if found and len(found[-1]) + 1 + len(line) <= limit:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


def header(text: str) -> Block:
    return {"type": "header", "text": _plain(text, HEADER)}


def context(text: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(cut(text, CONTEXT))]}


def quote(text: str) -> Block:
    """What somebody wrote, as they wrote it: rich text is not interpreted."""
    said = {"type": "text", "text": cut(shown(text), QUOTE)}
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [said]}]}


def verbatim(text: str) -> Block:
    """Lines of somebody, with nothing of ours beside them."""
    return {"type": "section", "text": {"type": "plain_text", "text": cut(shown(text), SECTION)}}


def table(rows: Sequence[Sequence[str]]) -> Block:
    cells = [[{"type": "raw_text", "text": _line(cell) or "–"} for cell in row] for row in rows]
    return {"type": "table", "rows": cells}


def data_table(caption: str, rows: Sequence[Sequence[str]]) -> Block:
    """A table whose first column names the rows to who hears it; all of it on one page."""
    return {
        "type": "data_table",
        "caption": cut(_line(caption), CAPTION),
        "rows": table(rows)["rows"],
        "row_header_column_index": 0,
        "page_size": max(len(rows) - 1, 1),
    }


def image(file: str, alt: str) -> Block:
    """A picture that was uploaded to Slack."""
    return {"type": "image", "slack_file": {"id": file}, "alt_text": cut(_line(alt), ALT)}


def bar_chart(
    title: str,
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    *,
    x_label: str,
    y_label: str,
) -> Block:
    drawn = line_chart(title, categories, series, y_label=y_label)
    axes = drawn["chart"]["axis_config"] | {"x_label": cut(_line(x_label), CHART_TITLE)}
    return drawn | {"chart": drawn["chart"] | {"type": "bar", "axis_config": axes}}


def line_chart(
    title: str, categories: Sequence[str], lines: Sequence[tuple[str, Sequence[float]]], *, y_label: str
) -> Block:
    """Each line, by its name, has one value for each category. slack_sdk has no model of charts yet."""
    across, names = _chart_names(categories), _chart_names([name for name, _ in lines])
    series = [
        {
            "name": name,
            "data": [{"label": place, "value": value} for place, value in zip(across, values, strict=True)],
        }
        for name, (_, values) in zip(names, lines, strict=True)
    ]
    axes = {"categories": across, "y_label": cut(_line(y_label), CHART_TITLE)}
    chart = {"type": "line", "series": series, "axis_config": axes}
    return {"type": "data_visualization", "title": cut(_line(title), CHART_TITLE), "chart": chart}


def _chart_names(names: Sequence[str]) -> list[str]:
    """Short, and each another one."""
    names = [_line(name) for name in names]
    short = [cut(name, CHART_NAME) for name in names]
    if len(set(short)) == len(short):
        return short
    return [cut(f"{number} {name}", CHART_NAME) for number, name in enumerate(names, start=1)]


def actions(*elements: Block | None) -> Block:
    return {"type": "actions", "elements": [element for element in elements if element]}


def actions_if(*elements: Block | None) -> list[Block]:
    """Nothing, if there is nothing to press."""
    return [actions(*elements)] if any(elements) else []


def button(
    text: str,
    action_id: str,
    value: ButtonValue | None = None,
    *,
    spoken: str | None = None,
    primary: bool = False,
    confirm: Block | None = None,
) -> Block:
    """`spoken` tells one of several equal buttons from another for those who hear them."""
    drawn = {
        "type": "button",
        "text": _plain(text),
        "action_id": action_id,
        "value": value.pack() if value else None,
        "accessibility_label": cut(_line(spoken), BUTTON) if spoken else None,
        "style": "primary" if primary else None,
        "confirm": confirm,
    }
    return {name: part for name, part in drawn.items() if part is not None}


def menu(action_id: str, choices: Iterable[tuple[str, ButtonValue]]) -> Block:
    """Three dots; each choice with its words and what it carries."""
    options = [{"text": _plain(text), "value": value.pack()} for text, value in choices]
    return {"type": "overflow", "action_id": action_id, "options": options}


def select(action_id: str, placeholder: str, choices: Iterable[tuple[str, ButtonValue]]) -> Block:
    """A menu that acts as soon as something is chosen in it."""
    drawn = menu(action_id, choices)
    return drawn | {"type": "static_select", "placeholder": _plain(placeholder, 150)}


def option(text: str, value: str, hint: str | None = None) -> Option:
    return Option(text=plain(text), value=value, description=plain(hint) if hint else None)


def confirm(title: str, text: str, *, yes: str, no: str) -> Block:
    return {
        "title": _plain(title, 100),
        "text": {"type": "plain_text", "text": cut(shown(text), 300)},
        "confirm": _plain(yes, 30),
        "deny": _plain(no, 30),
    }


def field(
    block_id: str,
    text: str,
    element: InputInteractiveElement,
    *,
    hint: str | None = None,
    optional: bool = False,
) -> Block:
    return InputBlock(
        block_id=block_id,
        label=plain(text, 2000),
        element=element,
        hint=plain(hint, 2000) if hint else None,
        optional=optional,
    ).to_dict()


def modal(
    callback_id: str,
    title: str,
    blocks: list[Block],
    *,
    submit: str,
    metadata: ButtonValue | None = None,
    tells_when_closed: bool = False,
) -> Block:
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": _plain(title, 24),
        "submit": _plain(submit, 24),
        "close": _plain(label("cancel"), 24),
        "blocks": blocks[:VIEW_BLOCKS],
    }
    if tells_when_closed:
        view["notify_on_close"] = True
    return view | ({"private_metadata": metadata.pack()} if metadata else {})


def notice(title: str, blocks: list[Block]) -> Block:
    """A modal without anything to enter."""
    return {
        "type": "modal",
        "callback_id": "notice",
        "title": _plain(title, 24),
        "close": _plain(label("close_view"), 24),
        "blocks": blocks,
    }


def _plain(text: str, limit: int = BUTTON) -> Block:
    return {"type": "plain_text", "text": cut(_line(text), limit)}


def _line(text: str) -> str:
    """What stands by itself, in one line: nobody writes a second that poses as ours."""
    return one_line(shown(text))
