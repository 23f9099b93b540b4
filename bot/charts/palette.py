"""The colours of charts, in the light and in the dark, and which mark has which.

Blue and orange are told apart by everybody; shades of blue go up with the level, each with a line around it
and its level written in it. So nothing is said by colour alone.
"""

import re
from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "paper": "#ffffff",
    "ink": "#1b2733",
    "soft": "#51606d",
    "line": "#d5dce2",
    "bar": "#1a6199",
    "on-bar": "#ffffff",
    "target": "#b4541a",
}
DARK: Mapping[str, str] = {
    "paper": "#14191e",
    "ink": "#e6ebf0",
    "soft": "#a3b0bc",
    "line": "#3a4650",
    "bar": "#6db6e3",
    "on-bar": "#0d1418",
    "target": "#f0a36b",
}
PRINT: Mapping[str, str] = {**LIGHT, "ink": "#000000", "soft": "#444444", "line": "#bbbbbb"}
#: How many shades there are between the lowest level and the highest, and how much of the bar's colour the
#: lowest has.
SHADES, PALEST = 6, 0.12
#: One of them stands out from any shade.
_INKS = ("#000000", "#ffffff")

_RULES = """
text { fill: var(--ink); font-size: 15px } .title { font-size: 18px; font-weight: bold }
.strong { font-weight: bold } .small { fill: var(--soft); font-size: 13px } .plain { fill: var(--ink) }
.number { font-size: 13px; font-weight: bold }
.paper { fill: var(--paper) } .grid { stroke: var(--line); fill: none } .track { fill: var(--line) }
.bar { fill: var(--bar) } .on-bar { fill: var(--on-bar) }
.dot { fill: var(--bar); stroke: var(--paper); stroke-width: 2 }
.few { fill: var(--paper); stroke: var(--bar); stroke-width: 2.5 }
.before { fill: var(--paper); stroke: var(--ink); stroke-width: 2 }
.target { stroke: var(--target); stroke-width: 4; fill: none }
.range { stroke: var(--bar); stroke-width: 3; fill: none; opacity: 0.5 }
.curve { stroke: var(--bar); stroke-width: 3; fill: none }
.scope { stroke: var(--ink); stroke-width: 2; fill: none }
.due { stroke: var(--target); stroke-width: 2.5; stroke-dasharray: 6 4; fill: none }
.link { stroke: var(--target); stroke-width: 1.5; fill: none }
.area { fill: var(--bar); opacity: 0.14 }
.of-bar { fill: var(--bar) } .of-target { fill: var(--target) }
.today { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 2 3; fill: none }
.empty { fill: none; stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 4 3 }
.aside { fill: var(--paper); stroke: var(--soft); stroke-width: 1.5 }
"""


def colours(theme: Mapping[str, str]) -> dict[str, str]:
    """With the shades of a level from the lowest on, and what is written in each."""
    shades = {f"shade-{n}": mixed(theme["paper"], theme["bar"], _share(n)) for n in range(SHADES)}
    words = {
        f"on-shade-{n}": max(_INKS, key=lambda ink: contrast(ink, shades[f"shade-{n}"]))
        for n in range(SHADES)
    }
    return {**theme, **shades, **words}


def rules(within: str = "") -> str:
    """CSS in which a colour is a variable, for a page that declares them; it holds `within` this."""
    shades = (
        f".shade-{n} {{ fill: var(--shade-{n}); stroke: var(--bar); stroke-width: 1 }}"
        f" .on-shade-{n} {{ fill: var(--on-shade-{n}) }}"
        for n in range(SHADES)
    )
    found = re.findall(r"([^{}]+)\{([^{}]+)\}", _RULES + " ".join(shades))
    return "\n".join(f"{_within(within, which)} {{{what}}}" for which, what in found)


def declared(theme: Mapping[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours(theme).items())


def settled(theme: Mapping[str, str]) -> str:
    """The same CSS in the colours of one theme: for a picture by itself."""
    known = colours(theme)
    return re.sub(r"var\(--([a-z0-9-]+)\)", lambda found: known[found[1]], rules())


def shade(level: float, top: int) -> int:
    """Which shade a level has, on a scale that ends with `top`."""
    return round(level / top * (SHADES - 1))


def mixed(ground: str, ink: str, share: float) -> str:
    both = zip(_channels(ground), _channels(ink), strict=True)
    return "#" + "".join(f"{round(under + (over - under) * share):02x}" for under, over in both)


def contrast(one: str, other: str) -> float:
    """From 1 to 21, by WCAG 2."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _share(number: int) -> float:
    return PALEST + (1 - PALEST) * number / (SHADES - 1)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    )
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _within(place: str, selectors: str) -> str:
    return ", ".join(f"{place} {each.strip()}".strip() for each in selectors.split(","))
