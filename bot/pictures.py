"""Charts as pictures, for a Slack that draws none itself: a profile of levels against their targets.

Drawn from an SVG template, on a light ground of its own so that it reads in dark mode too, in two colours
that everybody can tell apart, and with every level in words. The fonts come from a package: without any, no
text would be drawn.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.drawn import drawn

#: Sizes are in units of the SVG; it is drawn in twice as many pixels.
WIDTH, LABELS, RIGHT, ROW, TOP, BOTTOM, ZOOM = 900, 250, 60, 76, 120, 70, 2
_FONT = "Roboto"


@dataclass(frozen=True)
class Bar:
    """One row: its level (or average) now and its target; `said` is the level in words."""

    name: str
    value: float
    said: str
    target: int | None = None


@dataclass(frozen=True)
class Profile:
    """`levels` are the names of the levels from 0 on; `now` and `target` say what the bar and the mark are.
    `alt` says all of it to those who do not see it."""

    title: str
    levels: tuple[str, ...]
    bars: tuple[Bar, ...]
    now: str
    target: str
    alt: str


#: How a figure that takes its ink from the page around it is drawn by itself.
_INK = """<style>
text { fill: #1b2733; font-size: 14px; }
.soft { fill: #5b6875; }
.grid { stroke: #d5dce2; fill: none; }
.bar { fill: #1f6f8b; }
.on-bar { fill: #ffffff; }
.link { stroke: #b4541a; stroke-width: 2; fill: none; }
.left-over { fill: #ffffff; stroke: #1b2733; stroke-width: 2; stroke-dasharray: 5 4; }
.on-left-over { fill: #1b2733; }
</style>"""


def png(profile: Profile) -> bytes:
    """The picture. Takes some tens of milliseconds, and no more of the interpreter than that."""
    return _drawn(svg(profile))


def of_svg(figure: str) -> bytes:
    """A figure of a report as a picture of its own, on a light ground."""
    opening, closing, rest = figure.partition(">")
    return _drawn(f"{opening}{closing}{_INK}{rest}")


def _drawn(figure: str) -> bytes:
    from resvg_py import svg_to_bytes  # only where a picture is wanted

    return bytes(
        svg_to_bytes(
            svg_string=figure,
            zoom=ZOOM,
            background="#ffffff",
            font_files=[*_font_files()],
            font_family=_FONT,
            sans_serif_family=_FONT,
        )
    )


def svg(profile: Profile) -> str:
    top = len(profile.levels) - 1
    track = WIDTH - LABELS - RIGHT
    return drawn(
        "picture.svg",
        profile=profile,
        width=WIDTH,
        height=TOP + ROW * len(profile.bars) + BOTTOM,
        top=TOP,
        row=ROW,
        left=LABELS,
        right=WIDTH - RIGHT,
        ticks=[(_across(track, top, level), level, name) for level, name in enumerate(profile.levels)],
        bars=[
            (
                bar,
                _across(track, top, bar.value),
                bar.target is not None and _across(track, top, bar.target),
            )
            for bar in profile.bars
        ],
    )


def _across(track: int, top: int, value: float) -> float:
    return round(LABELS + track * value / top, 1)


@cache
def _font_files() -> tuple[str, ...]:
    folder = files("font_roboto") / "files"
    return tuple(str(folder / f"Roboto-{weight}.ttf") for weight in ("Regular", "Bold"))
