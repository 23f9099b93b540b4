"""What was done to an assessment, in words: a page of a list, to be turned."""

from collections import defaultdict
from typing import Any

from bot import actions as ids
from bot.actions import HistoryValue
from bot.render import LONGEST_TEXT, Message, Words, cut, label, words
from bot.views import parts
from bot.views.parts import button
from bot.views.results import level_words
from conversation.history import History
from storage.records import Deed


def history(found: History) -> Message:
    lines = [_line(found, deed) for deed in found.deeds]
    said = words(
        "history",
        subject=found.assessment.subject,
        number=found.number + 1,
        pages=found.pages,
        deeds=len(lines),
    )
    blocks = [*parts.sections(said.slot("title")), *map(parts.section, parts.chunks(lines))]
    blocks += parts.actions_if(
        *(_turn(found, page, name) for page, name in _pages(found) if page is not None)
    )
    spoken = [_spoken(found, deed) for deed in found.deeds]
    return Message(cut("\n".join([said.text(), *spoken]), LONGEST_TEXT), blocks)


def _pages(found: History) -> tuple[tuple[int | None, str], ...]:
    return ((found.newer, "newer"), (found.older, "older"))


def _turn(found: History, page: int | None, name: str) -> dict[str, Any]:
    assert page is not None
    value = HistoryValue(a=found.assessment.id, n=page)
    return button(label(name), f"{ids.HISTORY_PAGE}{name}", value)


def _line(found: History, deed: Deed) -> str:
    return _words(found, deed).slot("line")


def _spoken(found: History, deed: Deed) -> str:
    return _words(found, deed).text("line")


def _words(found: History, deed: Deed) -> Words:
    """A deed that has no sentence yet is told by its name: whoever writes down something new must not make
    the list fall silent."""
    values = {"by": deed.by, "at": deed.at, "what": deed.what, **_values(found, deed)}
    return words("history", **values)


def _values(found: History, deed: Deed) -> dict[str, Any]:
    """What was kept of it, with the pack's words for its ids."""
    kept = defaultdict(str, deed.values)
    question, level = kept["question"], kept["level"]
    titles = {item.id: item.title for item in found.pack.items}
    return {
        "title": titles.get(str(question)),
        "level_words": level_words(found.pack, level) if isinstance(level, int) else None,
        "after": [titles.get(key, key) for key in kept["after"] or ()],
        "not_after": [titles.get(key, key) for key in kept["not_after"] or ()],
        "kept": kept,
    }
