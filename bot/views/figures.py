"""A result in figures: the chart, the drawing of it, and the table beside them."""

from collections.abc import Iterable, Sequence

from bot.charts import profile as profiles
from bot.charts.chart import Chart
from bot.charts.profile import Standing
from bot.render import Words, label, words
from bot.views import parts
from bot.views.parts import Block
from conversation.comparison import Line
from conversation.contents import Verdict
from conversation.findings import AspectFinding
from scoring.agreement import Reading
from scoring.rounding import rounded

#: A column of which nothing is known is left out.
_COLUMNS = ("now", "evidence", "target", "gap", "answers", "agreement", "confidence")
_OPTIONAL = {"evidence": "evidenced", "confidence": "confidence"}


def chart(contents: Verdict) -> list[Block]:
    """Where each aspect is, beside where it should be and where it was; what has no level is not drawn,
    because it is not at level 0. None if nothing has a level."""
    drawn = _drawn(contents)
    if not drawn:
        return []
    top = len(contents.pack.levels) - 1
    lines = [(label("chart_now"), [rounded(_value(contents, aspect), 2) for aspect in drawn])]
    if all(aspect.target is not None for aspect in drawn):
        lines.append((label("chart_target"), [float(aspect.target or 0) for aspect in drawn]))
    before = [_before(contents, aspect, _lines(contents)) for aspect in drawn]
    was = [rounded(value, 2) for value in before if value is not None]
    if contents.since and len(was) == len(drawn):
        lines.insert(0, (label("round", number=contents.since.number), was))
    return [
        parts.bar_chart(
            label(_title(contents), top=top),
            [aspect.title for aspect in drawn],
            lines,
            x_label=label("column_aspect"),
            y_label=label("axis_continuous" if _with_means(contents) else "axis_level"),
        )
    ]


def profile(
    contents: Verdict, lines: Iterable[Line] | None = None, before: int | None = None
) -> Chart | None:
    """The same as a drawing, with all aspects. The round before is that of the message, unless its number and
    its lines are given."""
    if not _drawn(contents):
        return None
    if lines is None:
        lines, before = _lines(contents), contents.since.number if contents.since else None
    levels = [level.name for level in contents.pack.levels]
    rows = [_standing(contents, aspect, [*lines]) for aspect in contents.findings.aspects]
    return profiles.profile(label(_title(contents), top=len(levels) - 1), levels, rows, before)


def _standing(contents: Verdict, aspect: AspectFinding, lines: Sequence[Line]) -> Standing:
    return Standing(
        name=aspect.title,
        value=None if aspect.level is None else _value(contents, aspect),
        said=level_in_table(contents, aspect),
        target=aspect.target,
        target_said=None if aspect.target is None else _cells(contents, aspect).plain("target"),
        before=_before(contents, aspect, lines),
    )


def _lines(contents: Verdict) -> tuple[Line, ...]:
    return contents.since.lines if contents.since else ()


def _before(contents: Verdict, aspect: AspectFinding, lines: Iterable[Line]) -> float | None:
    """By the measure that is drawn; None where it is not known of the round before, which is the one before
    the last of these."""
    line = next((line for line in lines if line.id == aspect.id and len(line.points) > 1), None)
    point = line.points[-2] if line else None
    if point is None:
        return None
    value = point.continuous if _with_means(contents) else point.level
    return None if value is None else float(value)


def rows(contents: Verdict) -> list[list[str]]:
    """The table: what the columns are, then a row for each aspect."""
    columns = [name for name in _COLUMNS if _is_known(contents, name)]
    head = [label(f"column_{name}") for name in ("aspect", *columns)]
    return [head, *(_row(contents, aspect, columns) for aspect in contents.findings.aspects)]


def level_in_table(contents: Verdict, aspect: AspectFinding) -> str:
    """1, Basic (1.2)"""
    return _cells(contents, aspect).plain("now")


def _row(contents: Verdict, aspect: AspectFinding, columns: Sequence[str]) -> list[str]:
    cells = _cells(contents, aspect)
    return [aspect.title, *(cells.plain(slot) for slot in columns)]


def _cells(contents: Verdict, aspect: AspectFinding) -> Words:
    differing = next((each for each in contents.differing if each.aspect == aspect.id), None)
    questions = contents.findings.of_aspect(aspect.id)
    return words(
        "verdict_row",
        status=str(aspect.status),
        level=aspect.level,
        name=_name(contents, aspect.level),
        target=aspect.target,
        target_name=_name(contents, aspect.target),
        gap=aspect.gap,
        scored=aspect.scored,
        applicable=aspect.applicable,
        given=sum(question.answers for question in questions),
        average=aspect.continuous,
        hidden=aspect.hidden,
        hidden_questions=aspect.hidden_questions,
        evidenced=aspect.evidenced,
        evidenced_name=_name(contents, aspect.evidenced),
        unchecked=contents.findings.unchecked(aspect),
        confidence=None if aspect.confidence is None else label(str(aspect.confidence)),
        differ=None if differing is None else differing.by,
        contested=sum(question.contested for question in questions),
        agreement=_agreement(aspect),
    )


def _agreement(aspect: AspectFinding) -> str | None:
    """None where it is not shown, or too few answered the same questions."""
    found = aspect.agreement
    return None if found is None or found.reading is Reading.TOO_LITTLE_OVERLAP else str(found.reading)


def _is_known(contents: Verdict, column: str) -> bool:
    name = _OPTIONAL.get(column)
    if column == "agreement":
        found = contents.findings
        return any(map(_agreement, found.aspects)) or bool(contents.differing or found.contested)
    return name is None or any(getattr(each, name) is not None for each in contents.findings.aspects)


def _name(contents: Verdict, level: int | None) -> str | None:
    return None if level is None else contents.pack.levels[level].name


def _drawn(contents: Verdict) -> list[AspectFinding]:
    return [aspect for aspect in contents.findings.aspects if aspect.level is not None]


def _with_means(contents: Verdict) -> bool:
    """Averages move earlier than levels; they are drawn only where they are shown for every aspect."""
    return all(aspect.continuous is not None for aspect in _drawn(contents))


def _title(contents: Verdict) -> str:
    return "chart_continuous" if _with_means(contents) else "chart_level"


def _value(contents: Verdict, aspect: AspectFinding) -> float:
    value = aspect.continuous if _with_means(contents) else aspect.level
    return float(value or 0)
