"""A result beside its earlier rounds, other teams, and reference data."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from bot.language import counted, decimal
from bot.render import Message, label, words
from bot.views import charts, parts
from bot.views.charts import title_of
from bot.views.parts import Block
from conversation.comparison import Among, Change, Line, Measure, Point, Round, Since, drawable
from conversation.earlier import Comparison
from conversation.reference import Aside, Options
from scoring.benchmark import TEAMS
from scoring.rounding import rounded
from storage.records import Action

#: How many changed questions one message names, how many actions, and how many rows of reference data.
NAMED = 10
NOBODY: Mapping[str, str] = {}


def comparison(found: Comparison) -> Message:
    said = words("comparison", **_values(found))
    drawn = charts.over_rounds(found)
    blocks = [parts.header(said.plain("title")), *parts.sections(said.slot("lead"))]
    blocks += trend(found)
    for slot, wanted in (
        ("changes", found.since),
        ("unseen", said.values["unseen"]),
        ("unlike", found.unlike or found.apart),
        ("among", True),
        ("asides", found.asides),
    ):
        if wanted:
            blocks += parts.sections(said.slot(slot))
    blocks.append(parts.context(said.slot("footer")))
    return Message(said.text(), blocks, drawn.picture if drawn else None)


def trend(found: Comparison) -> list[Block]:
    """Over all rounds: a line for each aspect, and the levels."""
    return [*_chart(found), parts.table(_table(found))] if found.trend else []


def changes(found: Comparison, most: int = NAMED, *, calling: bool = True) -> list[Block]:
    """What changed since the last round, question by question, and which action claims it. `calling`: owners
    are mentioned, as nobody is in a channel."""
    names = {} if calling else found.names
    values = {
        "before": found.since.before.number if found.since else None,
        **_since(found.since, most, names),
    }
    return parts.sections(words("comparison", **values).slot("changes")) if found.since else []


def _values(found: Comparison) -> dict[str, Any]:
    moved = [(line, line.moved) for line in found.trend if line.moved is not None]
    return {
        "subject": found.assessment.subject,
        "number": found.now.number,
        "earlier": len(found.rounds) - 1,
        "before": found.since and found.since.before.number,
        "up": [_move(line) for line, by in moved if by > 0],
        "down": [_move(line) for line, by in moved if by < 0],
        "steady": [title_of(line) for line, by in moved if not by],
        "rows": _table(found) if found.trend else [],
        "apart": found.apart,
        "unlike": found.unlike,
        "placed": [_place(place) for place in found.among if place.benchmark],
        "too_few": [(title_of(place), place.teams) for place in found.among if _waits(place)],
        "enough": TEAMS,
        "asides": [*_asides(found)],
        "more_asides": max(len(found.asides) - NAMED, 0),
        **_since(found.since),
    }


def _since(since: Since | None, most: int = NAMED, names: Mapping[str, str] = NOBODY) -> dict[str, Any]:
    if since is None:
        return {"unseen": ()}
    return {
        "compared": since.compared,
        "uncompared": sum(since.not_compared.values()),
        "reasons": [
            words("comparison", reason=str(reason), number=number).plain("reason")
            for reason, number in since.not_compared.items()
        ],
        "changes": [_change(change, names) for change in since.changes[:most]],
        "more_changes": max(len(since.changes) - most, 0),
        "unseen": [
            _claim(each.action, names) | {"title": each.title, "now": each.now}
            for each in since.unseen[:NAMED]
        ],
        "more_unseen": max(len(since.unseen) - NAMED, 0),
    }


def _change(change: Change, names: Mapping[str, str]) -> dict[str, Any]:
    claims = [
        _claim(action, names) | {"beyond": (action.level or 0) > change.now} for action in change.claims
    ]
    return {
        "title": change.title,
        "before": change.before,
        "now": change.now,
        "agreed": change.agreed,
        "up": change.up,
        "claims": claims,
    }


def _claim(action: Action, names: Mapping[str, str]) -> dict[str, Any]:
    name = names.get(action.owner or "")
    return {
        "objective": action.objective,
        "owner": action.owner,
        "owner_name": name,
        "level": action.level,
    }


def _move(line: Line) -> dict[str, Any]:
    *_, before, now = line.levels
    return {"title": title_of(line), "before": before, "now": now}


def _waits(place: Among) -> bool:
    return place.level is not None and place.benchmark is None


def _place(place: Among) -> dict[str, Any]:
    found = place.benchmark
    assert found is not None
    return {"title": title_of(place), "level": place.level, "found": found}


def _asides(found: Comparison) -> Iterable[dict[str, Any]]:
    """By the data that they are from, each with its rows."""
    titles = {question.id: question.title for question in found.now.findings.questions}
    shown = sorted(found.asides[:NAMED], key=lambda aside: aside.data.id)
    for _, group in groupby(shown, key=lambda aside: aside.data.id):
        asides = list(group)
        yield {"data": asides[0].data, "rows": [_aside(aside, titles[aside.question]) for aside in asides]}


def _aside(aside: Aside, question: str) -> dict[str, Any]:
    scale, values = aside.data.scale, [f"{value:.0f}" for value in aside.row.values]
    told: dict[str, Any] = {"question": question, "label": aside.row.label, "shares": (), "number": None}
    if isinstance(scale, Options):
        return told | {"shares": list(zip(scale.options, values, strict=True))}
    return told | {
        "number": counted(aside.row.values[0]),
        "lowest": counted(scale.lowest),
        "highest": counted(scale.highest),
        "unit": scale.unit,
    }


def _chart(found: Comparison) -> list[Block]:
    """A line for each aspect, if each has a value in every round: Slack draws no gaps, so that what has some
    is drawn as a picture."""
    measure, lines = drawable(found.trend)
    if len(lines) < len(found.now.findings.aspects) or len(lines) > parts.SERIES:
        return []
    drawn = [
        (line.title, [rounded(value, 2) for value in _values_of(line, measure) if value is not None])
        for line in lines
    ]
    top = len(found.pack.levels) - 1
    title = label(f"chart_{measure}", top=top)
    names = [label("round", number=each.number) for each in found.rounds]
    return [parts.line_chart(title, names, drawn, y_label=label(f"axis_{measure}"))]


def _values_of(line: Line, measure: Measure) -> Iterable[float | None]:
    return line.continuous if measure is Measure.CONTINUOUS else line.levels


def _table(found: Comparison) -> list[list[str]]:
    columns = [
        label("column_round", number=each.number, closed_on=each.closed_at.date()) for each in found.rounds
    ]
    rows = [
        [title_of(line), *(_cell(each, point) for each, point in zip(found.rounds, line.points, strict=True))]
        for line in found.trend
    ]
    return [[label("column_aspect"), *columns], *rows]


def _cell(each: Round, point: Point | None) -> str:
    level = point.level if point else None
    said = words(
        "comparison_cell",
        comparable=point is not None,
        hidden=point is not None and point.hidden,
        level=level,
        name=None if level is None else each.levels[level],
        provisional=point is not None and point.provisional,
        average=None if point is None or point.continuous is None else decimal(point.continuous, 1),
    )
    return said.plain("cell")
