"""Whether Slack would accept these blocks in a message, a modal or a home, and if not, what it would say.

Most of it is tables of shapes; what concerns several blocks at once stands in laws below them. Where Slack's
own words are not public the sentence is ours; the pointer is still right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from workspace.elements import (
    ALT_TEXT,
    BUTTON,
    CONTEXT_ACTIONS,
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_INPUT,
    IN_SECTION,
    OPTION,
    OPTION_GROUP,
    SLACK_FILE,
    URL,
    plain,
    text,
)
from workspace.shapes import (
    Problem,
    Rule,
    anything,
    flag,
    just_one_of,
    number,
    one_of,
    positive,
    several,
    shape,
    some_of,
    string,
    typed,
    whole,
)
from workspace.state import Json

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
MARKDOWN = 12_000
TABLE_CHARACTERS = 10_000
MOST_CHARTS = 2


def check_message(blocks: object, root: str = "/blocks") -> list[Problem]:
    found = list(several(typed(_IN_MESSAGES), MOST_IN_MESSAGE, least=0)(blocks, root))
    return found or list(_message_laws(blocks, root))


def check_view(view: object, root: str = "/view") -> list[Problem]:
    return list(typed({"modal": _MODAL, "home": _HOME})(view, root))


def check_options(answer: object) -> list[Problem]:
    """What the app suggested for an external menu."""
    return list(_SUGGESTED(answer, ""))


def _block(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *laws: Rule) -> Rule:
    return shape(required, {"block_id": string(255), **(optional or {})}, *laws)


# Rich text

_STYLE = shape(
    {}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "unlink"), flag)
)
_LEAVES: dict[str, Rule] = {
    "text": shape({"text": string(12_000)}, {"style": _STYLE}),
    "link": shape({"url": string(URL)}, {"text": string(12_000, least=0), "unsafe": flag, "style": _STYLE}),
    "emoji": shape(
        {"name": string(255)}, {"unicode": string(255), "skin_tone": whole(1, 6), "style": _STYLE}
    ),
    "user": shape({"user_id": string(255)}, {"style": _STYLE}),
    "usergroup": shape({"usergroup_id": string(255)}, {"style": _STYLE}),
    "channel": shape({"channel_id": string(255)}, {"style": _STYLE}),
    "team": shape({"team_id": string(255)}, {"style": _STYLE}),
    "broadcast": shape({"range": one_of("here", "channel", "everyone")}, {"style": _STYLE}),
    "color": shape({"value": string(255)}, {"style": _STYLE}),
    "date": shape(
        {"timestamp": whole(0, 10**11), "format": string(255)},
        {"url": string(URL), "fallback": string(255), "style": _STYLE},
    ),
}
_PROSE = shape({"elements": several(typed(_LEAVES), 10_000, least=0)}, {"border": whole(0, 1)})
_PREFORMATTED = shape(
    {"elements": several(typed(_LEAVES), 10_000, least=0)}, {"border": whole(0, 1), "language": string(255)}
)
_LIST = shape(
    {
        "style": one_of("bullet", "ordered"),
        "elements": several(typed({"rich_text_section": _PROSE}), 10_000),
    },
    {"indent": whole(0, 8), "offset": whole(0, 10**6), "border": whole(0, 1)},
)
_RICH_PARTS = typed(
    {
        "rich_text_section": _PROSE,
        "rich_text_list": _LIST,
        "rich_text_quote": _PROSE,
        "rich_text_preformatted": _PREFORMATTED,
    }
)
_RICH_TEXT = _block({"elements": several(_RICH_PARTS, 10_000)})

# Tables and charts

_RAW_TEXT = shape({"text": string(TABLE_CHARACTERS)})
_RAW_NUMBER = shape({"value": number, "text": string(TABLE_CHARACTERS)})
_CELLS = typed({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER, "rich_text": _RICH_TEXT})


def _is_even(value: Json, at: str) -> Iterator[Problem]:
    """Every row of a data table is as long as its header, and the header is plain."""
    header, *rows = value["rows"]
    for index, cell in enumerate(header):
        if cell["type"] == "rich_text":
            yield Problem("unsupported type: rich_text", f"{at}/rows/0/{index}/type")
    for index, row in enumerate(rows, start=1):
        if len(row) != len(header):
            yield Problem("must have as many cells as the header", f"{at}/rows/{index}")


def _is_short(value: Json, at: str) -> Iterator[Problem]:
    if sum(_characters(cell) for row in value["rows"] for cell in row) > TABLE_CHARACTERS:
        yield Problem(f"must be less than {TABLE_CHARACTERS + 1} characters", f"{at}/rows")


def _characters(cell: Any) -> int:
    if isinstance(cell, dict):
        written = len(cell["text"]) if isinstance(cell.get("text"), str) else 0
        return written + sum(_characters(inner) for inner in cell.get("elements", ()))
    return 0


def _covers_its_categories(chart: Json, at: str) -> Iterator[Problem]:
    """Every series has one value for every category, and no two series share a name."""
    categories = chart["axis_config"]["categories"]
    for index, series in enumerate(chart["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            yield Problem("must cover axis_config.categories exactly", f"{at}/series/{index}/data")
    yield from _unique(
        [series["name"] for series in chart["series"]],
        "series name",
        [f"{at}/series/{n}/name" for n in range(12)],
    )
    yield from _unique(categories, "category", [f"{at}/axis_config/categories/{n}" for n in range(20)])


_POINT = shape({"label": string(20), "value": number})
_AXES = shape(
    {"categories": several(string(20), 20)},
    {"x_label": string(50), "y_label": string(50)},
)
_SERIES_CHART = shape(
    {
        "series": several(shape({"name": string(20), "data": several(_POINT, 20)}), 12),
        "axis_config": _AXES,
    },
    {},
    _covers_its_categories,
)
_CHARTS = typed(
    {
        "pie": shape({"segments": several(shape({"label": string(20), "value": positive}), 12)}),
        "bar": _SERIES_CHART,
        "line": _SERIES_CHART,
        "area": _SERIES_CHART,
    }
)

# Blocks by where they may stand

_EVERYWHERE: dict[str, Rule] = {
    "section": _block(
        {},
        {
            "text": text(3000),
            "fields": several(text(2000), 10),
            "accessory": typed(IN_SECTION),
            "expand": flag,
        },
        some_of("text", "fields"),
    ),
    "header": _block({"text": plain(150)}),
    "divider": _block({}),
    "image": _block(
        {"alt_text": string(ALT_TEXT)},
        {"image_url": string(URL), "slack_file": SLACK_FILE, "title": plain(2000)},
        just_one_of("image_url", "slack_file"),
    ),
    "actions": _block({"elements": several(typed(IN_ACTIONS), 25)}),
    "context": _block({"elements": several(typed(IN_CONTEXT), 10)}),
    "rich_text": _RICH_TEXT,
    "video": _block(
        {
            "title": plain(199),
            "video_url": string(URL),
            "thumbnail_url": string(URL),
            "alt_text": string(ALT_TEXT),
        },
        {
            "title_url": string(URL),
            "description": plain(199),
            "author_name": string(49),
            "provider_name": string(49),
            "provider_icon_url": string(URL),
        },
    ),
}


def _input(elements: Mapping[str, Rule]) -> Rule:
    return _block(
        {"label": plain(2000), "element": typed(elements)},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    )


_WITHOUT_FILES = {kind: rule for kind, rule in IN_INPUT.items() if kind != "file_input"}
_CARD = _block(
    {},
    {
        "hero_image": typed({"image": IMAGE}),
        "icon": typed({"image": IMAGE}),
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "actions": several(typed({"button": BUTTON}), 25),
    },
    some_of("hero_image", "title", "actions", "body"),
)
_TASK = _block(
    {
        "task_id": string(255),
        "title": string(255),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    {
        "details": typed({"rich_text": _RICH_TEXT}),
        "output": typed({"rich_text": _RICH_TEXT}),
        "sources": anything,
    },
)


def _folds_or_has_a_line(value: Json, at: str) -> Iterator[Problem]:
    if value.get("has_header_divider") and value.get("is_collapsible"):
        yield Problem("has_header_divider excludes is_collapsible", at)


_CONTAINER = _block(
    {"child_blocks": several(typed(_EVERYWHERE), 10)},
    {
        "title": text(150),
        "rich_text_title": typed({"rich_text": _RICH_TEXT}),
        "subtitle": text(150),
        "width": one_of("narrow", "standard", "wide", "full"),
        "icon": typed({"image": IMAGE}),
        "is_collapsible": flag,
        "default_collapsed": flag,
        "has_header_divider": flag,
    },
    some_of("title", "rich_text_title"),
    _folds_or_has_a_line,
)
_IN_MESSAGES: dict[str, Rule] = {
    **_EVERYWHERE,
    "input": _input(_WITHOUT_FILES),
    "markdown": _block({"text": string(MARKDOWN)}),
    "table": _block(
        {"rows": several(several(_CELLS, 20), 100)},
        {"column_settings": several(anything, 20, least=0)},
        _is_short,
    ),
    "data_table": _block(
        {"caption": string(2000), "rows": several(several(_CELLS, 20), 101, least=2)},
        {"page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
        _is_even,
        _is_short,
    ),
    "data_visualization": _block({"title": string(50), "chart": _CHARTS}),
    "context_actions": _block({"elements": several(typed(CONTEXT_ACTIONS), 5)}),
    "task_card": _TASK,
    "plan": _block({"title": string(255)}, {"tasks": several(typed({"task_card": _TASK}), 100, least=0)}),
    "card": _CARD,
    "carousel": _block({"elements": several(typed({"card": _CARD}), 10)}),
    "container": _CONTAINER,
}
_IN_MODALS: dict[str, Rule] = {
    **_EVERYWHERE,
    "input": _input(IN_INPUT),
    "alert": _block({"text": text(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
}
_IN_HOMES: dict[str, Rule] = {**_EVERYWHERE, "input": _input(_WITHOUT_FILES)}

# What concerns several blocks at once


def _message_laws(blocks: Any, root: str) -> Iterator[Problem]:
    yield from _ids_are_unique(blocks, root)
    yield from _no_more_than(1, "table", blocks, root)
    yield from _no_more_than(1, "data_table", blocks, root)
    yield from _no_more_than(MOST_CHARTS, "data_visualization", blocks, root)
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN:
        yield Problem(f"markdown blocks must be less than {MARKDOWN + 1} characters together", root)


def _view_laws(view: Json, at: str) -> Iterator[Problem]:
    yield from _ids_are_unique(view["blocks"], f"{at}/blocks")
    focused = [
        pointer
        for pointer, element in _elements(view["blocks"], f"{at}/blocks")
        if element.get("focus_on_load")
    ]
    for pointer in focused[1:]:
        yield Problem("only one element may have focus_on_load", f"{pointer}/focus_on_load")


def _can_be_submitted(view: Json, at: str) -> Iterator[Problem]:
    if any(block["type"] == "input" for block in view["blocks"]) and not view.get("submit"):
        yield Problem("must define `submit` to use an `input` block in modals", at)


def _ids_are_unique(blocks: list[Json], root: str) -> Iterator[Problem]:
    ids = [block.get("block_id") for block in blocks]
    yield from _unique(ids, "block_id", [f"{root}/{index}/block_id" for index in range(len(blocks))])
    for index, block in enumerate(blocks):
        elements = list(_elements([block], root, start=index))
        names = [element.get("action_id") for _, element in elements]
        yield from _unique(names, "action_id", [f"{pointer}/action_id" for pointer, _ in elements])
        if "child_blocks" in block:
            yield from _ids_are_unique(block["child_blocks"], f"{root}/{index}/child_blocks")


def _no_more_than(most: int, kind: str, blocks: list[Json], root: str) -> Iterator[Problem]:
    for index in [index for index, block in enumerate(blocks) if block["type"] == kind][most:]:
        yield Problem(f"no more than {most} {kind} blocks allowed", f"{root}/{index}")


def _unique(names: list[Any], what: str, pointers: list[str]) -> Iterator[Problem]:
    seen: Counter[Any] = Counter()
    for name, pointer in zip(names, pointers, strict=False):
        seen[name] += 1
        if name is not None and seen[name] > 1:
            yield Problem(f'`{what}` "{name}" already exists', pointer)


def _elements(blocks: list[Json], root: str, start: int = 0) -> Iterator[tuple[str, Json]]:
    for index, block in enumerate(blocks, start=start):
        for key in ("accessory", "element"):
            if isinstance(block.get(key), dict):
                yield f"{root}/{index}/{key}", block[key]
        if block["type"] in ("actions", "context_actions"):
            for number_, element in enumerate(block["elements"]):
                yield f"{root}/{index}/elements/{number_}", element


_SUGGESTED = shape(
    {},
    {"options": several(OPTION, 100, least=0), "option_groups": several(OPTION_GROUP, 100)},
    just_one_of("options", "option_groups"),
)
_COMMON: dict[str, Rule] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_MODAL = shape(
    {"title": plain(24), "blocks": several(typed(_IN_MODALS), MOST_IN_VIEW, least=0)},
    {
        **_COMMON,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
    _view_laws,
    _can_be_submitted,
)
_HOME = shape({"blocks": several(typed(_IN_HOMES), MOST_IN_VIEW, least=0)}, _COMMON, _view_laws)
