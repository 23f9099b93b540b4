"""Whether Slack would accept these blocks in a message, a modal or a home, and if not, what it would say.

What single blocks may look like is in the tables of `kit`; here is what concerns several at once. Where
Slack's own words are not public the sentence is ours; the pointer is still right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workspace.kit.elements import OPTION, OPTION_GROUP, plain
from workspace.kit.shapes import (
    Problem,
    Rule,
    all_of,
    flag,
    just_one_of,
    several,
    shape,
    string,
    typed,
    unique,
)
from workspace.kit.surfaces import IN_HOMES, IN_MESSAGES, IN_MODALS, MARKDOWN
from workspace.state import Json

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
MOST_CHARTS = 2
#: How much a message's blocks may hold: their characters as Slack keeps them, with & < > as entities, and so
#: much for each block. Slack names no number; these are what people measured (slackapi/bolt-js#2509, #2867).
MOST_CHARACTERS, BLOCK_OVERHEAD = 13_200, 100


def check_message(
    blocks: object, root: str = "/blocks", *, without: frozenset[str] = frozenset()
) -> list[Problem]:
    """`without`: types that this Slack does not know yet."""
    known = {kind: rule for kind, rule in IN_MESSAGES.items() if kind not in without}
    found = list(several(typed(known), MOST_IN_MESSAGE, least=0)(blocks, root))
    return found or list(_message_laws(blocks, root))


def check_view(view: object, root: str = "/view") -> list[Problem]:
    found = list(_VIEW(view, root))
    return found or list(_view_laws(view, root))  # type: ignore[arg-type]


def is_too_long(blocks: list[Json]) -> bool:
    """Whether these blocks, each sound, are too much for one message together."""
    held = sum(BLOCK_OVERHEAD + sum(map(_stored, _texts(block))) for block in blocks)
    return held > MOST_CHARACTERS


def check_options(answer: object) -> list[Problem]:
    """What the app suggested for an external menu."""
    return list(_SUGGESTED(answer, ""))


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
    if view["type"] == "modal" and not view.get("submit"):
        inputs = [index for index, block in enumerate(view["blocks"]) if block["type"] == "input"]
        for index in inputs[:1]:
            words = "must define `submit` to use an `input` block in modals"
            yield Problem(words, f"{at}/blocks/{index}/input")


def _ids_are_unique(blocks: list[Json], root: str) -> Iterator[Problem]:
    ids = [block.get("block_id") for block in blocks]
    yield from unique(ids, "block_id", [f"{root}/{index}/block_id" for index in range(len(blocks))])
    for index, block in enumerate(blocks):
        elements = list(_elements([block], root, start=index))
        names = [element.get("action_id") for _, element in elements]
        yield from unique(names, "action_id", [f"{pointer}/action_id" for pointer, _ in elements])
        if "child_blocks" in block:
            yield from _ids_are_unique(block["child_blocks"], f"{root}/{index}/child_blocks")


def _no_more_than(most: int, kind: str, blocks: list[Json], root: str) -> Iterator[Problem]:
    for index in [index for index, block in enumerate(blocks) if block["type"] == kind][most:]:
        yield Problem(f"no more than {most} {kind} blocks allowed", f"{root}/{index}")


def _elements(blocks: list[Json], root: str, start: int = 0) -> Iterator[tuple[str, Json]]:
    for index, block in enumerate(blocks, start=start):
        for key in ("accessory", "element"):
            if isinstance(block.get(key), dict):
                yield f"{root}/{index}/{key}", block[key]
        if block["type"] in ("actions", "context_actions"):
            for number, element in enumerate(block["elements"]):
                yield f"{root}/{index}/elements/{number}", element


def _texts(thing: object) -> Iterator[str]:
    """Everything in a block that is read."""
    if isinstance(thing, dict):
        if isinstance(thing.get("text"), str):
            yield thing["text"]
        for held in thing.values():
            yield from _texts(held)
    elif isinstance(thing, list):
        for held in thing:
            yield from _texts(held)


def _stored(text: str) -> int:
    return len(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))


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
    {"title": plain(24), "blocks": several(typed(IN_MODALS), MOST_IN_VIEW, least=0)},
    {
        **_COMMON,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
_HOME = shape({"blocks": several(typed(IN_HOMES), MOST_IN_VIEW, least=0)}, _COMMON)
_VIEW = all_of(typed({"modal": _MODAL, "home": _HOME}))
