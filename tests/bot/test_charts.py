"""Every chart, of little and of much, in both languages and both themes: nothing leaves its frame, everything
can be told from its ground and from each other, also without colour."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from xml.etree import ElementTree

import pytest

from bot import pictures
from bot.charts import palette
from bot.charts.answers import DRAWN, Answered, answers
from bot.charts.burnup import burn_up
from bot.charts.chart import WIDTH, Chart
from bot.charts.heat import heat
from bot.charts.lettering import fitted, width, wrapped
from bot.charts.marks import Line, Text
from bot.charts.profile import Standing, profile
from bot.charts.roadmap import Step, roadmap
from bot.charts.roles import Role, Roles, roles
from bot.charts.trend import Course, trend
from bot.language import languages, speaking
from scoring import burnup

LEVELS = ("Ad hoc", "Basic", "Managed", "Advanced")
TWO, SIX = ("No", "Yes"), tuple(f"{n} A name of thirty letters, or" for n in range(6))
LONG = "Governance of everything that anybody ever trained, deployed & <forgot>"
HEBREW, ARABIC, CHINESE = "ניטור של מודלים בייצור", "مراقبة النماذج في الإنتاج", "生产环境中的模型监控与告警"
NAMES = ("Monitoring", LONG, HEBREW, ARABIC, CHINESE, "W" * 60)
DAY = date(2026, 12, 1)


def tasks(number: int) -> list[burnup.Task]:
    return [
        burnup.Task(
            DAY + timedelta(days=n),
            DAY + timedelta(days=30 + 3 * n),
            DAY + timedelta(days=2 * n) if n % 3 else None,
        )
        for n in range(number)
    ]


def plan(number: int, today: int) -> Chart:
    found = burnup.burn_up(tasks(number), DAY, DAY + timedelta(days=today))
    assert found is not None
    return burn_up(found)


def charts() -> Iterator[tuple[str, Chart]]:
    for levels in (TWO, LEVELS, SIX):
        top = len(levels) - 1
        standings = [
            Standing(name, top * n / 5, f"{n}, {name}", top, name, float(top)) for n, name in enumerate(NAMES)
        ]
        yield f"profile of {top}", profile(LONG, levels, standings, 1)
        yield f"heat of {top}", heat(NAMES, [(name, [0, top, None, 1, top, 0]) for name in NAMES], levels)
        many = tuple(Role(f"{n} {name}", top * n / 5, n + 1) for n, name in enumerate(NAMES))
        yield f"roles of {top}", roles(levels, [Roles(name, many, 60) for name in NAMES])
        asked = [Answered(NAMES[n % 6], (n, *[1] * top), n % 2, n % 3) for n in range(60)]
        yield f"answers of {top}", answers(LONG, levels, asked)
        courses = [Course(name, (0.0, None, top, *[top / 2] * 5)) for name in NAMES]
        yield f"trend of {top}", trend(LONG, range(1, 9), courses, top=top, places=1)
    yield "profile of nothing", profile("T", LEVELS, [Standing("A", None, "none")])
    yield "heat of one", heat(["Q"], [("A", [None])], LEVELS)
    yield "roles that agree", roles(LEVELS, [Roles("A", (Role("R", 1, 1), Role("S", 1, 3)), 1)])
    yield "answers of one", answers("A", LEVELS, [Answered("Q", (0, 0, 0, 1), 0, 0)])
    yield "answers of a thousand", answers("A", LEVELS, [Answered("Q", (997, 1, 1, 0), 1, 0)])
    yield "trend of two", trend("T", [9, 10], [Course("A", (1, 2))], top=3, places=0)
    yield "plan of one", plan(1, 0)
    yield "plan of many", plan(300, 200)
    yield "plan long past", plan(3, 900)
    yield "roadmap", roadmap([Step(name, 1, n * 3 + 1) for n, name in enumerate(NAMES)])
    yield "roadmap of many", roadmap([Step("T", 1, 1)] * 60)


@pytest.mark.parametrize("language", languages())
def test_no_word_and_no_mark_leaves_the_frame(language: str) -> None:
    with speaking(language):
        for name, chart in charts():
            for mark in chart.marks:
                left, top, right, bottom = mark.box
                assert left >= 0, (name, mark)
                assert top >= 0, (name, mark)
                assert right <= WIDTH, (name, mark)
                assert bottom <= chart.height, (name, mark)


@pytest.mark.parametrize("language", languages())
def test_no_word_stands_on_another(language: str) -> None:
    with speaking(language):
        for name, chart in charts():
            written = [mark for mark in chart.marks if isinstance(mark, Text) and not mark.turn]
            for one, other in combinations(written, 2):
                (a, b, c, d), (e, f, g, h) = one.box, other.box
                apart = c <= e + 1 or g <= a + 1 or d <= f + 3 or h <= b + 3
                assert apart, (name, one.words, other.words)


def test_every_chart_is_drawn_with_its_title_and_its_figures_in_words() -> None:
    for name, chart in charts():
        for svg in (chart.inline, chart.alone(palette.DARK)):
            root = ElementTree.fromstring(svg)
            assert root.get("role") == "img", name
            assert root.get("aria-label") == chart.alt, name
        assert chart.alt.endswith("."), name
        assert chart.title.split()[0] in chart.inline, name
    png = pictures.png(chart.picture)
    assert int.from_bytes(png[16:20], "big") == WIDTH * pictures.ZOOM


@pytest.mark.parametrize(
    ("chart", "figures"),
    [
        (lambda: answers("A", LEVELS, [Answered("Q", (2, 0, 1, 0), 3, 4)]), ["A 2", "C 1", "? 3", "– 4"]),
        (lambda: heat(["Q", "R"], [("A", [2, None])], LEVELS), ["2", "–"]),
        (lambda: trend("T", [1, 2, 3], [Course("A", (1, None, 2))], top=3, places=0), ["1", "–", "2"]),
        (lambda: plan(3, 4), ["3 agreed", "2 done", "3 planned"]),
    ],
)
def test_a_figure_stands_where_it_is_drawn(chart: object, figures: list[str]) -> None:
    drawn = chart()  # type: ignore[operator]
    words = [mark.words for mark in drawn.marks if isinstance(mark, Text)]
    assert [figure for figure in figures if figure not in words] == []


def test_a_round_without_a_level_leaves_a_gap_in_the_line() -> None:
    chart = trend("T", [1, 2, 3, 4], [Course("A", (1, 1, None, 2))], top=3, places=0)

    (line,) = (mark for mark in chart.marks if getattr(mark, "look", "") == "curve")

    assert len(line.points) == 2  # type: ignore[union-attr]


@pytest.mark.parametrize("number", [1, 7, 60, 600, 6000])
def test_a_plan_of_any_size_has_few_lines_to_read_it_by(number: int) -> None:
    grid = [mark for mark in plan(number, 10).marks if isinstance(mark, Line) and mark.look == "grid"]

    assert 2 <= len(grid) <= 6


def test_of_too_many_questions_the_first_are_drawn_and_that_is_said() -> None:
    chart = answers("A", LEVELS, [Answered(f"Q{n}", (1, 0, 0, 0), 0, 0) for n in range(60)])

    words = " ".join(mark.words for mark in chart.marks if isinstance(mark, Text))
    assert f"The first {DRAWN} of 60 questions." in words
    assert f"Q{DRAWN}" not in words


THEMES = {"light": palette.LIGHT, "dark": palette.DARK, "print": palette.PRINT}
#: What is drawn on the ground, and what is written on it.
MARKS, WORDS = ("bar", "target", "soft", "ink"), ("ink", "soft", "bar", "target")


@pytest.mark.parametrize("theme", THEMES)
def test_marks_and_words_stand_out_from_their_ground(theme: str) -> None:
    """WCAG 2.2: 3 to 1 for marks, 4.5 to 1 for words. A shade has the bar's line around it."""
    known = palette.colours(THEMES[theme])

    for name in MARKS:
        assert palette.contrast(known[name], known["paper"]) >= 3, name
    for name in WORDS:
        assert palette.contrast(known[name], known["paper"]) >= 4.5, name
    assert palette.contrast(known["on-bar"], known["bar"]) >= 4.5
    for number in range(palette.SHADES):
        on, shade = known[f"on-shade-{number}"], known[f"shade-{number}"]
        assert palette.contrast(on, shade) >= 4.5, number
    brightness = [palette.contrast(known[f"shade-{n}"], known["paper"]) for n in range(palette.SHADES)]
    assert brightness == sorted(brightness)


#: How colours look without one kind of cones (Viénot, Brettel and Mollon 1999; tritan: Brettel 1997, one of
#: its half-planes), in linear light.
BLIND = {
    "nothing": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "deutan": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
    "tritan": ((1.01354, 0.14268, -0.15622), (-0.01181, 0.87561, 0.13619), (0.07707, 0.81208, 0.11085)),
}


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    """CIE L*a*b*, as somebody with this sight sees it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    seen = [max(0.0, sum(w * c for w, c in zip(row, linear, strict=True))) for row in BLIND[sight]]
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(w * c for w, c in zip(row, seen, strict=True)) for row in to_xyz]
    x, y, z = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in (each / white for each, white in zip(xyz, (0.9505, 1, 1.089), strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", BLIND)
@pytest.mark.parametrize("theme", THEMES)
def test_what_lies_beside_each_other_is_told_apart_by_everybody(theme: str, sight: str) -> None:
    """A distance of 20 in L*a*b* is plain to see; it is 2.3 that can just be seen."""
    known = palette.colours(THEMES[theme])

    for one, other in combinations(("bar", "target", "paper"), 2):
        a, b = lab(known[one], sight), lab(known[other], sight)
        assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 >= 20, (one, other)


def test_words_are_cut_and_wrapped_by_their_width() -> None:
    assert width("iiii", "label") < width("WWWW", "label") < width("WWWW", "strong")
    assert fitted("Monitoring", "label", 500) == "Monitoring"
    assert width(fitted(LONG, "label", 90), "label") <= 90
    assert fitted(LONG, "label", 90).endswith("…")
    lines = wrapped(LONG, "small", 120, 3)
    assert len(lines) == 3
    assert all(width(line, "small") <= 120 for line in lines)
    assert " ".join(wrapped(LONG, "small", 5000, 3)) == LONG


def test_a_picture_needs_no_style_of_a_page() -> None:
    (_, chart), *_ = charts()

    assert "var(--" not in chart.alone()
    assert "<style>" not in chart.inline
    assert replace(chart.picture, svg="") != chart.picture
