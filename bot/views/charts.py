"""The charts of what somebody may see of a result, its rounds and its plan, laid out from what was found; for
a message as for a report. None where there is nothing to draw, or nothing that may be shown."""

from bot.charts import answers, burnup, heat, roadmap, roles, trend
from bot.charts.answers import Answered
from bot.charts.chart import Chart
from bot.charts.roles import Role, Roles
from bot.charts.trend import Course
from bot.render import label
from conversation.apart import Apart, apart
from conversation.comparison import WHOLE, Among, Line, Measure
from conversation.earlier import Comparison
from conversation.findings import Findings, GapFinding, QuestionFinding
from conversation.pack import Pack
from scoring.burnup import BurnUp


def by_criterion(pack: Pack, findings: Findings) -> Chart | None:
    columns, rows = cells(pack, findings)
    return heat.heat(columns, rows, _levels(pack)) if columns else None


def cells(pack: Pack, findings: Findings) -> tuple[list[str], list[tuple[str, list[int | None]]]]:
    """The criteria of which something is known, and of each aspect its level by them."""
    known = {cell.key: cell.level for cell in findings.patterns.cells}
    criteria = [each for each in pack.criteria if any(key.endswith(f"/{each.id}") for key in known)]
    rows = [
        (aspect.title, [known.get(f"{aspect.id}/{criterion.id}") for criterion in criteria])
        for aspect in findings.aspects
    ]
    return [criterion.title for criterion in criteria], rows


def by_role(pack: Pack, findings: Findings) -> Chart | None:
    rows = [_roles(pack, findings, each) for each in apart(findings)]
    return roles.roles(_levels(pack), rows) if rows else None


def of_answers(pack: Pack, findings: Findings, aspect: str) -> Chart | None:
    asked = [_answered(question) for question in answered(findings, aspect)]
    return answers.answers(findings.aspect(aspect).title, _levels(pack), asked) if asked else None


def answered(findings: Findings, aspect: str) -> list[QuestionFinding]:
    """The questions of which is shown how many chose which answer."""
    asked = findings.of_aspect(aspect)
    return [each for each in asked if each.distribution is not None and not each.hidden and _said(each)]


def over_rounds(found: Comparison) -> Chart | None:
    """None of a single round. Averages where every level has one."""
    if len(found.rounds) < 2 or not found.trend:
        return None
    which, top = measure(found), len(found.pack.levels) - 1
    courses = [Course(title_of(line), values(line, which)) for line in _drawn(found, which)]
    numbers = [each.number for each in found.rounds]
    places = 1 if which is Measure.CONTINUOUS else 0
    return trend.trend(label(f"chart_{which}", top=top), numbers, courses, top=top, places=places)


def measure(found: Comparison) -> Measure:
    points = [point for line in found.trend if line.id != WHOLE for point in line.points if point]
    known = [point for point in points if point.level is not None]
    means = bool(known) and all(point.continuous is not None for point in known)
    return Measure.CONTINUOUS if means else Measure.LEVEL


def values(line: Line, which: Measure) -> tuple[float | None, ...]:
    return tuple(
        None
        if point is None or point.level is None
        else point.continuous
        if which is Measure.CONTINUOUS
        else point.level
        for point in line.points
    )


def title_of(named: Line | Among) -> str:
    return label("whole") if named.id == WHOLE else named.title


def of_steps(gaps: tuple[GapFinding, ...], *, last: int | None = None) -> Chart | None:
    """Beyond the `last` phase, if there is one, a step does not fit."""
    steps = [
        roadmap.Step(
            gap.title, gap.level, gap.phase, gap.step, gap.waits_for, last is None or gap.phase <= last
        )
        for gap in gaps
    ]
    return roadmap.roadmap(steps) if steps else None


def of_plan(found: BurnUp | None) -> Chart | None:
    return burnup.burn_up(found) if found else None


def _drawn(found: Comparison, which: Measure) -> list[Line]:
    """The whole has levels only."""
    return [line for line in found.trend if which is Measure.LEVEL or line.id != WHOLE]


def _roles(pack: Pack, findings: Findings, each: Apart) -> Roles:
    named = tuple(Role(pack.role(role.role).title, role.mean, role.people) for role in each.roles)
    return Roles(findings.aspect(each.aspect).title, named, each.questions)


def _answered(question: QuestionFinding) -> Answered:
    return Answered(
        question.title, tuple(question.distribution or ()), question.dont_know, question.not_applicable
    )


def _said(question: QuestionFinding) -> int:
    return sum(question.distribution or ()) + question.dont_know + question.not_applicable


def _levels(pack: Pack) -> list[str]:
    return [level.name for level in pack.levels]
