"""How the work grows with the number of answers: from the database to a full result, and the status of it.

    python -m benchmarks growth

measures, prints, and draws docs/growth.svg anew.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log10
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from benchmarks import scoring
from scoring.robustness import MOST_RESAMPLED
from storage.store import Store

EACH = scoring.ANSWERS_EACH
SIZES = (100, 1_000, 10_000, 20_000, 100_000, 200_000, 1_000_000)
TURNS = 5
PLOT = Path("docs/growth.svg")

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 780, 420, 90, 30, 220, 50
_FROM, _TO = 1.0, 10_000.0  # ms


@dataclass(frozen=True)
class Point:
    """CPU times in ms, a peak of Python objects in MB."""

    answers: int
    result: list[float]
    status: list[float]
    memory: float


def measure(sizes: Iterable[int] = SIZES) -> list[Point]:
    return [_point(answers) for answers in sizes]


def printed(points: Iterable[Point]) -> str:
    lines = ["From the database to a full result, by the number of answers (CPU ms: median, min to max)"]
    for point in points:
        lines.append(
            f"  {point.answers:>9,} answers   result {_range(point.result):>28}"
            f"   status {_range(point.status):>22}   {point.memory:5.2f} MB"
        )
    return "\n".join([*lines, ""])


def plot(points: list[Point]) -> str:
    """Both axes logarithmic, so that what grows in proportion is a line as steep as the dashed one."""
    last = points[-1].answers
    proportional = [(answers, median(points[-1].result) * answers / last) for answers in (last / 1000, last)]
    lines = [
        ("full result", "#2f6fab", [(point.answers, median(point.result)) for point in points]),
        ("status", "#b5651d", [(point.answers, median(point.status)) for point in points]),
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
            ' font-family="sans-serif" font-size="13">',
            "<title>CPU time by number of answers</title>",
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
            *_grid(),
            _line(proportional, "#888888", dashes=True),
            _named("in proportion", "#666666", *proportional[-1], below=-14),
            *(_line(line, colour) for _, colour, line in lines),
            *(_dots(line, colour) for _, colour, line in lines),
            *(_named(name, colour, *line[-1]) for name, colour, line in lines),
            *_last_drawn_again(points),
            "</svg>",
            "",
        ]
    )


def _point(answers: int) -> Point:
    with TemporaryDirectory() as folder:
        store = scoring.filled(f"sqlite:///{folder}/some.db", scoring.said(answers // EACH, EACH))
        point = Point(
            answers,
            _turns(scoring.found, store),
            _turns(scoring.status, store),
            scoring.peak(scoring.found, store),
        )
        store.close()
    return point


def _turns(work: Callable[[Store], Any], store: Store) -> list[float]:
    """The first turn, in which things are compiled and read, is not counted."""
    spent = []
    for turn in range(TURNS + 1):
        before = process_time()
        work(store)
        if turn:
            spent.append((process_time() - before) * 1000)
    return spent


def _range(times: list[float]) -> str:
    return f"{median(times):.1f} ({min(times):.1f} to {max(times):.1f})"


def _x(answers: float) -> float:
    first, last = log10(SIZES[0]), log10(SIZES[-1])
    return _LEFT + (log10(answers) - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT)


def _y(ms: float) -> float:
    share = (log10(ms) - log10(_FROM)) / (log10(_TO) - log10(_FROM))
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _last_drawn_again(points: Iterable[Point]) -> Iterable[str]:
    drawn = [point for point in points if point.answers // EACH <= MOST_RESAMPLED]
    if drawn:
        x, y = _x(drawn[-1].answers), _y(median(drawn[-1].result))
        says = f"up to {MOST_RESAMPLED:,} people are drawn again 2,000 times"
        yield f'<text x="{x + 30:.1f}" y="{y - 14:.1f}" text-anchor="end" fill="#444444">{says}</text>'


def _grid() -> Iterable[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    for power in range(5):
        y, ms = _y(10**power), f"{10**power:,} ms"
        yield f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="#dddddd"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#444444">{ms}</text>'
    for power in range(2, 7):
        x = _x(10**power)
        yield f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="#dddddd"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle" fill="#444444">{10**power:,}</text>'
    middle = (_LEFT + right) / 2
    yield f'<text x="{middle:.1f}" y="{_HEIGHT - 8}" text-anchor="middle" fill="#444444">answers</text>'


def _line(points: Iterable[tuple[float, float]], colour: str, *, dashes: bool = False) -> str:
    path = "L".join(f"{_x(answers):.1f} {_y(max(ms, _FROM)):.1f}" for answers, ms in points)
    dashed = ' stroke-dasharray="5 5"' if dashes else ""
    return f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'


def _dots(points: Iterable[tuple[float, float]], colour: str) -> str:
    return "".join(
        f'<circle cx="{_x(answers):.1f}" cy="{_y(ms):.1f}" r="4" fill="{colour}"/>' for answers, ms in points
    )


def _named(name: str, colour: str, answers: float, ms: float, *, below: int = 4) -> str:
    says = f"{name}, {ms:,.0f} ms" if below == 4 else name
    return f'<text x="{_x(answers) + 12:.1f}" y="{_y(ms) + below:.1f}" fill="{colour}">{says}</text>'
