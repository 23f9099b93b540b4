"""The geometry of a data_visualization: bars, lines, areas and slices in a box of 640 by 260."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workspace.state import Json

WIDTH, HEIGHT = 640, 260
#: Differences below this are none.
FLAT = 1e-9
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 44
COLOURS = 6


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    colour: int
    about: str


@dataclass(frozen=True)
class Path:
    d: str
    colour: int
    about: str
    dots: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Tick:
    at: float
    words: str


@dataclass(frozen=True)
class Chart:
    """What is drawn, and the same as a table: `head` and `rows`."""

    kind: str
    names: list[str]
    head: list[str]
    rows: list[list[str]]
    bars: list[Bar]
    paths: list[Path]
    across: list[Tick]
    up: list[Tick]
    x_label: str = ""
    y_label: str = ""
    zero: float = 0


def drawn(chart: Json) -> Chart:
    return _pie(chart) if chart["type"] == "pie" else _axes(chart)


def _axes(chart: Json) -> Chart:
    labels, series = chart["axis_config"]["categories"], chart["series"]
    values = [_in_order(each, labels) for each in series]
    low, high = _bounds([number for row in values for number in row])
    up = [Tick(_y(step, low, high), f"{step:g}") for step in _steps(low, high)]
    slot = (WIDTH - LEFT - RIGHT) / len(labels)
    return Chart(
        kind=chart["type"],
        names=[each["name"] for each in series],
        head=[chart["axis_config"].get("x_label", ""), *(each["name"] for each in series)],
        rows=[[label, *(f"{row[at]:g}" for row in values)] for at, label in enumerate(labels)],
        bars=list(_bars(chart, values, labels, slot, low, high)) if chart["type"] == "bar" else [],
        paths=list(_lines(chart, values, slot, low, high)) if chart["type"] != "bar" else [],
        across=[Tick(LEFT + slot * (at + 0.5), _short(label, slot)) for at, label in enumerate(labels)],
        up=up,
        x_label=chart["axis_config"].get("x_label", ""),
        y_label=chart["axis_config"].get("y_label", ""),
        zero=_y(0, low, high),
    )


def _pie(chart: Json) -> Chart:
    segments = chart["segments"]
    whole = sum(segment["value"] for segment in segments)
    rows = [
        [each["label"], f"{each['value']:g}", f"{100 * each['value'] / whole:.0f} %"] for each in segments
    ]
    names = [f"{label} ({share})" for label, _, share in rows]
    return Chart("pie", names, ["", "Value", "Share"], rows, [], list(_slices(segments, whole)), [], [])


def _bars(
    chart: Json, values: list[list[float]], labels: list[str], slot: float, low: float, high: float
) -> Iterator[Bar]:
    wide = min(38.0, slot * 0.76 / len(values))
    for number, row in enumerate(values):
        for at, value in enumerate(row):
            x = LEFT + slot * (at + 0.5) + wide * (number - len(values) / 2)
            ends = sorted((_y(value, low, high), _y(0, low, high)))
            about = f"{chart['series'][number]['name']}, {labels[at]}: {value:g}"
            yield Bar(round(x, 1), ends[0], round(wide - 2, 1), max(1.0, ends[1] - ends[0]), number, about)


def _lines(chart: Json, values: list[list[float]], slot: float, low: float, high: float) -> Iterator[Path]:
    for number, row in enumerate(values):
        dots = [(round(LEFT + slot * (at + 0.5), 1), _y(value, low, high)) for at, value in enumerate(row)]
        d = "M" + " L".join(f"{x} {y}" for x, y in dots)
        if chart["type"] == "area":
            d += f" L{dots[-1][0]} {_y(0, low, high)} L{dots[0][0]} {_y(0, low, high)} Z"
        yield Path(d, number, chart["series"][number]["name"], tuple(dots))


def _slices(segments: Sequence[Json], whole: float) -> Iterator[Path]:
    x, y, radius, turned = WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 10, 0.0
    for number, segment in enumerate(segments):
        share = segment["value"] / whole
        begin, end = _point(x, y, radius, turned), _point(x, y, radius, turned + min(share, 0.9999))
        large = 1 if share > 0.5 else 0
        d = f"M{x} {y} L{begin} A{radius} {radius} 0 {large} 1 {end} Z"
        yield Path(d, number, f"{segment['label']}: {segment['value']:g}")
        turned += share


def _point(x: float, y: float, radius: float, turned: float) -> str:
    angle = 2 * math.pi * turned - math.pi / 2
    return f"{x + radius * math.cos(angle):.1f} {y + radius * math.sin(angle):.1f}"


def _in_order(series: Json, labels: list[str]) -> list[float]:
    known = {point["label"]: float(point["value"]) for point in series["data"]}
    return [known[label] for label in labels]


def _bounds(numbers: list[float]) -> tuple[float, float]:
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    return (low, high) if high - low > FLAT else (low, low + 1)


def _steps(low: float, high: float) -> list[float]:
    """Four or so round numbers."""
    rough = (high - low) / 4
    size = 10 ** math.floor(math.log10(rough))
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= rough)
    return [at * step for at in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _y(value: float, low: float, high: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)


def _short(label: str, slot: float) -> str:
    room = max(3, int(slot / 6.5))
    return label if len(label) <= room else label[: room - 1] + "…"
