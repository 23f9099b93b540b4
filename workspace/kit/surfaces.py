"""Which blocks may stand where: in messages, in modals, in homes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workspace.kit.elements import (
    ALT_TEXT,
    BUTTON,
    CONTEXT_ACTIONS,
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_INPUT,
    IN_SECTION,
    SLACK_FILE,
    URL,
    plain,
    text,
)
from workspace.kit.figures import CELLS, CHARTS, is_even, is_short
from workspace.kit.rich_text import RICH_TEXT
from workspace.kit.shapes import (
    Problem,
    Rule,
    anything,
    block,
    either,
    flag,
    just_one_of,
    one_of,
    several,
    shape,
    some_of,
    string,
    typed,
    whole,
)
from workspace.state import Json

MARKDOWN = 12_000

_EVERYWHERE: dict[str, Rule] = {
    "section": block(
        {},
        {
            "text": text(3000),
            "fields": several(text(2000), 10),
            "accessory": typed(IN_SECTION),
            "expand": flag,
        },
        either("text", "fields"),
    ),
    "header": block({"text": plain(150)}),
    "divider": block({}),
    "image": block(
        {"alt_text": string(ALT_TEXT)},
        {"image_url": string(URL), "slack_file": SLACK_FILE, "title": plain(2000)},
        just_one_of("image_url", "slack_file"),
    ),
    "actions": block({"elements": several(typed(IN_ACTIONS), 25)}),
    "context": block({"elements": several(typed(IN_CONTEXT), 10)}),
    "rich_text": RICH_TEXT,
    "video": block(
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
    return block(
        {"label": plain(2000), "element": typed(elements)},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    )


_WITHOUT_FILES = {kind: rule for kind, rule in IN_INPUT.items() if kind != "file_input"}
_CARD = block(
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
_TASK = block(
    {
        "task_id": string(255),
        "title": string(255),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    {
        "details": typed({"rich_text": RICH_TEXT}),
        "output": typed({"rich_text": RICH_TEXT}),
        "sources": anything,
    },
)


def _folds_or_has_a_line(value: Json, at: str) -> Iterator[Problem]:
    if value.get("has_header_divider") and value.get("is_collapsible"):
        yield Problem("has_header_divider excludes is_collapsible", at)


_COLUMN = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})
_CONTAINER = block(
    {"child_blocks": several(typed(_EVERYWHERE), 10)},
    {
        "title": text(150),
        "rich_text_title": typed({"rich_text": RICH_TEXT}),
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
IN_MESSAGES: dict[str, Rule] = {
    **_EVERYWHERE,
    "input": _input(_WITHOUT_FILES),
    "markdown": block({"text": string(MARKDOWN)}),
    "table": block(
        {"rows": several(several(CELLS, 20), 100)},
        {"column_settings": several(_COLUMN, 20, least=0)},
        is_short,
    ),
    "data_table": block(
        {"caption": string(2000), "rows": several(several(CELLS, 20), 101, least=2)},
        {"page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
        is_even,
        is_short,
    ),
    "data_visualization": block({"title": string(50), "chart": CHARTS}),
    "context_actions": block({"elements": several(typed(CONTEXT_ACTIONS), 5)}),
    "task_card": _TASK,
    "plan": block({"title": string(255)}, {"tasks": several(typed({"task_card": _TASK}), 100, least=0)}),
    "card": _CARD,
    "carousel": block({"elements": several(typed({"card": _CARD}), 10)}),
    "container": _CONTAINER,
}
IN_MODALS: dict[str, Rule] = {
    **_EVERYWHERE,
    "input": _input(IN_INPUT),
    "alert": block({"text": text(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
}
IN_HOMES: dict[str, Rule] = {**_EVERYWHERE, "input": _input(_WITHOUT_FILES)}
