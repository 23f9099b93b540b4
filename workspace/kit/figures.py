"""Tables and charts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workspace.kit.rich_text import RICH_TEXT
from workspace.kit.shapes import Problem, number, positive, several, shape, string, typed, unique
from workspace.state import Json

TABLE_CHARACTERS = 10_000

_RAW_TEXT = shape({"text": string(TABLE_CHARACTERS)})
_RAW_NUMBER = shape({"value": number, "text": string(TABLE_CHARACTERS)})
CELLS = typed({"raw_text": _RAW_TEXT, "raw_number": _RAW_NUMBER, "rich_text": RICH_TEXT})


def is_even(value: Json, at: str) -> Iterator[Problem]:
    """Every row of a data table is as long as its header, and the header is plain."""
    header, *rows = value["rows"]
    for index, cell in enumerate(header):
        if cell["type"] == "rich_text":
            yield Problem("unsupported type: rich_text", f"{at}/rows/0/{index}/type")
    for index, row in enumerate(rows, start=1):
        if len(row) != len(header):
            yield Problem("must have as many cells as the header", f"{at}/rows/{index}")


def is_short(value: Json, at: str) -> Iterator[Problem]:
    if sum(_characters(cell) for row in value["rows"] for cell in row) > TABLE_CHARACTERS:
        yield Problem(f"must be less than {TABLE_CHARACTERS + 1} characters", f"{at}/rows")


def _characters(cell: Any) -> int:
    if isinstance(cell, dict):
        written = len(cell["text"]) if isinstance(cell.get("text"), str) else 0
        return written + sum(_characters(inner) for inner in cell.get("elements", ()))
    return 0


def _covers_its_categories(chart: Json, at: str) -> Iterator[Problem]:
    """Every series has one value for every category, and no two series share a name."""
    categories = chart["axis_config"]["categories"]
    for index, series in enumerate(chart["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            yield Problem("must cover axis_config.categories exactly", f"{at}/series/{index}/data")
    yield from unique(
        [series["name"] for series in chart["series"]],
        "series name",
        [f"{at}/series/{n}/name" for n in range(12)],
    )
    yield from unique(categories, "category", [f"{at}/axis_config/categories/{n}" for n in range(20)])


_POINT = shape({"label": string(20), "value": number})
_AXES = shape(
    {"categories": several(string(20), 20)},
    {"x_label": string(50), "y_label": string(50)},
)
_SERIES_CHART = shape(
    {
        "series": several(shape({"name": string(20), "data": several(_POINT, 20)}), 12),
        "axis_config": _AXES,
    },
    {},
    _covers_its_categories,
)
CHARTS = typed(
    {
        "pie": shape({"segments": several(shape({"label": string(20), "value": positive}), 12)}),
        "bar": _SERIES_CHART,
        "line": _SERIES_CHART,
        "area": _SERIES_CHART,
    }
)
