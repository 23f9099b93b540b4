"""The page of charts: `docs/charts.md` and its pictures, of the case of ABC Inc. with a round before and a
plan after it that are made up. `make pictures` writes them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot import pictures
from bot.charts import palette, trend
from bot.charts.chart import Chart
from bot.charts.trend import Course
from bot.views import charts, figures
from conversation.answersfile import read_answers
from conversation.comparison import Line, Point
from conversation.contents import Verdict
from conversation.pack import Pack
from conversation.reasoning import reason
from conversation.scope import Scope
from scoring.burnup import Task, burn_up
from storage.records import AssessmentState
from tests.bot import scenes

PAGE = Path("docs/charts.md")
THEMES = {"light": palette.LIGHT, "dark": palette.DARK}
#: How charts are titled on the page, by the names of their files, with where they are to be found.
ABOUT = {
    "levels": (
        "Where each aspect is",
        "In the result, natively where Slack draws charts, as a picture elsewhere; in the report. Averages "
        "are drawn where they are shown for every aspect, levels otherwise.",
    ),
    "aspects-by-criterion": (
        "Level by aspect and criterion",
        "In *How this was worked out*, page *Patterns*; in the report.",
    ),
    "roles": (
        "How far roles are apart",
        "In *How this was worked out*, page *Patterns*; in the report. The means of a line are of the same "
        "questions: those that all of its roles answered. Not drawn where answers are not to be traced; the "
        "report then says so in a sentence.",
    ),
    "answers": (
        "How many chose which answer",
        "By *How people answered* below each aspect in the thread of a result; in *How this was worked out*, "
        "on the page of the aspect; in the report. Not drawn where answers are not to be traced.",
    ),
    "trend": (
        "Every aspect over the rounds",
        "By `/tidemark compare`: natively where every aspect has a value in every round, as a picture where "
        "there are gaps; in the report.",
    ),
    "roadmap": ("What to do in which phase", "In the report."),
    "plan": (
        "The plan over time",
        "By *Progress over time* in `/tidemark plan`; in the report. What was dropped is out of the plan "
        "from that day on. After today the dashed line goes on: what should be done by then.",
    ),
}
INTRO = """# Charts

Every chart is laid out once and drawn in two skins: in an exported report with the ink of the page, light
or dark as the reader's screen is; and as a picture for Slack where Slack has no chart of its own that shows
the same. Beside each stands a table with the same numbers, and its description has them in words. Nothing is
said by colour alone: levels are written in their fields, lines end in their names. `make pictures` writes
this page from the case of ABC Inc., with a plan and earlier rounds that are made up.
"""


def chartbook() -> Iterator[Chart]:
    pack = Pack.shipped("mlops", 1)
    scope = Scope(aspects=tuple(aspect.id for aspect in pack.aspects))
    file = read_answers(Path("tests/data/abc-inc.json").read_text("utf-8"), pack)
    found = reason(pack, scope, file).findings
    closed = scenes.everyday().assessment_in(AssessmentState.CLOSED)
    verdict = replace(Verdict(closed, scope, pack, found, 1, private=False), differing=())
    before = {aspect.id: round(max((aspect.continuous or 0) - 0.3, 0), 1) for aspect in found.aspects}
    lines = [
        Line(aspect.id, aspect.title, (Point(0, before[aspect.id]), Point(aspect.level, aspect.continuous)))
        for aspect in found.aspects
    ]
    rounds = [
        Course(aspect.title, (None if number == 1 else 0.4, before[aspect.id], aspect.continuous))
        for number, aspect in enumerate(found.aspects)
    ]
    yield from filter(
        None,
        (
            figures.profile(verdict, lines, 2),
            charts.by_criterion(pack, found),
            charts.by_role(pack, found),
            charts.of_answers(pack, found, "monitoring"),
            trend.trend("Average by aspect, 0 to 3", (1, 2, 3), rounds, top=3, places=1),
            charts.of_steps(found.gaps),
            charts.of_plan(burn_up(_tasks(), date(2026, 12, 10), date(2027, 2, 9))),
        ),
    )


def _tasks() -> list[Task]:
    agreed, later = date(2026, 12, 12), date(2027, 1, 8)
    return [
        Task(agreed, date(2027, 1, 15), done=date(2027, 1, 13)),
        Task(agreed, date(2027, 1, 29)),
        Task(agreed, date(2027, 2, 5), done=date(2027, 2, 1)),
        Task(later, date(2027, 2, 12), dropped=date(2027, 1, 22)),
        Task(later, date(2027, 2, 26)),
        Task(later, date(2027, 3, 12)),
    ]


def page() -> str:
    parts = [INTRO]
    for chart in chartbook():
        title, where = ABOUT[chart.name]
        light, dark = (f"![{chart.alt}]({file_of(chart, theme, 'pictures')})" for theme in THEMES)
        parts.append(f"## {title}\n{where}\n\n| Light | Dark |\n|---|---|\n| {light} | {dark} |\n")
    return "\n".join(parts)


def file_of(chart: Chart, theme: str, folder: str) -> str:
    return f"{folder}/chart-{chart.name}-{theme}.png"


def write(folder: Path) -> list[Path]:
    written = []
    for chart in chartbook():
        for name, theme in THEMES.items():
            file = Path(file_of(chart, name, str(folder)))
            file.write_bytes(pictures.png(replace(chart.picture, svg=chart.alone(theme))))
            written.append(file)
    PAGE.write_text(page(), encoding="utf-8")
    return written
