"""Charts that somebody asks for: each with a table beside it that says the same."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.actions import OldButton
from bot.charts.chart import Chart
from bot.pictures import Picture
from bot.render import Message, date_words, label, words
from bot.views import charts, parts
from conversation.contents import Verdict
from conversation.details import Details
from conversation.findings import QuestionFinding
from conversation.plans import Board
from conversation.typed import LETTERS
from scoring.burnup import Day

#: A table in a message is read at a glance, or not at all.
ROWS = 30


def answers(found: Details, aspect: str) -> Message:
    """How many chose which answer to each question of an aspect, as far as this person may see it.

    Raises: OldButton for an aspect that the result does not have.
    """
    verdict = found.verdict
    if aspect not in {each.id for each in verdict.findings.aspects}:
        raise OldButton()
    asked = charts.answered(verdict.findings, aspect)
    said = words(
        "drawn_answers",
        subject=verdict.assessment.subject,
        aspect=verdict.findings.aspect(aspect).title,
        shown=bool(asked),
        more=max(len(asked) - ROWS, 0),
        rows=[[*row] for row in _answers(verdict, asked)],
    )
    blocks = [parts.header(said.plain("title")), *parts.sections(said.slot("lead"))]
    if asked:
        blocks.append(parts.table(_answers(verdict, asked[:ROWS])))
    return Message(said.text(), blocks, _picture(charts.of_answers(verdict.pack, verdict.findings, aspect)))


def progress(found: Board) -> Message:
    """What of the plan is done, and what should be by now."""
    drawn = found.progress
    said = words(
        "drawn_progress",
        subject=found.assessment.subject,
        now=drawn.now if drawn else None,
        rows=_days(drawn.days, drawn.today) if drawn else [],
    )
    blocks = [parts.header(said.plain("title")), *parts.sections(said.slot("lead"))]
    if drawn:
        blocks.append(parts.table(_days(_some(drawn.days), drawn.today)))
    return Message(said.text(), blocks, _picture(charts.of_plan(drawn)))


def pictures(found: Details, page: str) -> list[Picture]:
    """Those that belong to a page of how a result was worked out."""
    pack, findings = found.verdict.pack, found.verdict.findings
    if page == "patterns":
        drawn = [charts.by_role(pack, findings), charts.by_criterion(pack, findings)]
    elif any(aspect.id == page for aspect in findings.aspects):
        drawn = [charts.of_answers(pack, findings, page)]
    else:
        drawn = []
    return [chart.picture for chart in drawn if chart]


def illustrated(view: dict[str, Any], images: Sequence[parts.Block]) -> dict[str, Any]:
    """With the pictures below the menu."""
    first, *rest = view["blocks"]
    return {**view, "blocks": [first, *images, *rest][: parts.VIEW_BLOCKS]}


def _picture(chart: Chart | None) -> Picture | None:
    return chart.picture if chart else None


def _answers(verdict: Verdict, asked: Sequence[QuestionFinding]) -> list[list[str]]:
    names = [f"{LETTERS[level]} {each.name}" for level, each in enumerate(verdict.pack.levels)]
    head = [label("column_question"), *names, label("column_dont_know"), label("column_does_not_apply")]
    rows = [
        [each.title, *map(str, (*(each.distribution or ()), each.dont_know, each.not_applicable))]
        for each in asked
    ]
    return [head, *rows]


def _days(days: Sequence[Day], today: date) -> list[list[str]]:
    head = [label(f"column_{name}") for name in ("day", "agreed", "done", "planned")]
    rows = [
        [
            date_words(day.day),
            *((str(day.agreed), str(day.done)) if day.day <= today else ("–", "–")),
            str(day.due),
        ]
        for day in days
    ]
    return [head, *rows]


def _some(days: Sequence[Day]) -> list[Day]:
    """The first and the last, and as many between them as there is room for."""
    if len(days) <= ROWS:
        return [*days]
    return [days[round(number * (len(days) - 1) / (ROWS - 1))] for number in range(ROWS)]
