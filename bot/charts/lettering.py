"""How wide words are, by the metrics of the font that pictures are drawn with; what does not fit is wrapped,
or cut."""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from bot.render import cut

FONT = "Roboto"
#: By class of text: its size, and whether it is bold.
STYLES = {
    "title": (18, True),
    "strong": (15, True),
    "number": (13, True),
    "label": (15, False),
    "small": (13, False),
}
#: A page may be drawn with another font than ours; the widest that is usual (DejaVu Sans) is so much wider,
#: and its bold letters still more.
ROOM, ROOM_IN_BOLD = 1.16, 1.25
#: Of an em, for what our font does not have: Hebrew and Arabic; or Chinese, which is as wide as high.
_OTHER, _WIDE = 0.62, 1.0


def font_file(*, bold: bool) -> str:
    return str(files("font_roboto") / "files" / f"{FONT}-{'Bold' if bold else 'Regular'}.ttf")


@lru_cache(maxsize=5000)
def width(words: str, style: str) -> float:
    size, bold = STYLES[style]
    return sum(_ems(letter, bold=bold) for letter in words) * size * (ROOM_IN_BOLD if bold else ROOM)


def fitted(words: str, style: str, room: float) -> str:
    """As much of it as there is room for."""
    if width(words, style) <= room:
        return words
    low, high = 1, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(cut(words, middle), style) <= room else (low, middle - 1)
    return cut(words, low)


def wrapped(words: str, style: str, room: float, most: int) -> list[str]:
    """In at most so many lines."""
    lines: list[str] = []
    left = words.split()
    while left and len(lines) < most - 1:
        taken = 1
        while taken < len(left) and width(" ".join(left[: taken + 1]), style) <= room:
            taken += 1
        if width(left[0], style) > room:
            break
        lines.append(" ".join(left[:taken]))
        left = left[taken:]
    return [*lines, fitted(" ".join(left), style, room)] if left else lines


def _ems(letter: str, *, bold: bool) -> float:
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0.0
    known = _advances(bold).get(ord(letter))
    if known is not None:
        return known
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > 0xFFFF else _OTHER


@cache
def _advances(bold: bool) -> dict[int, float]:
    """By code point, in ems: what the tables `cmap` and `hmtx` of the font say (OpenType)."""
    with open(font_file(bold=bold), "rb") as file:
        font = file.read()
    count = struct.unpack_from(">H", font, 4)[0]
    entries = (struct.unpack_from(">4s4xI4x", font, 12 + 16 * number) for number in range(count))
    at = {name.decode(): place for name, place in entries}
    units = struct.unpack_from(">H", font, at["head"] + 18)[0]
    last = struct.unpack_from(">H", font, at["hhea"] + 34)[0] - 1
    return {
        code: struct.unpack_from(">H", font, at["hmtx"] + 4 * min(glyph, last))[0] / units
        for code, glyph in _glyphs(font, at["cmap"])
    }


def _glyphs(font: bytes, cmap: int) -> Iterator[tuple[int, int]]:
    """Of the subtable for Unicode in segments (format 4), which every font for the web has."""
    tables = struct.unpack_from(">H", font, cmap + 2)[0]
    starts = (cmap + struct.unpack_from(">I", font, cmap + 8 + 8 * number)[0] for number in range(tables))
    start = next(place for place in starts if struct.unpack_from(">H", font, place)[0] == 4)
    doubled = struct.unpack_from(">H", font, start + 6)[0]
    number = doubled // 2
    ends, firsts, deltas, offsets = (
        struct.unpack_from(f">{number}H", font, start + 14 + skip + doubled * place)
        for place, skip in enumerate((0, 2, 2, 2))
    )
    for segment in range(number):
        for code in range(firsts[segment], min(ends[segment], 0xFFFE) + 1):
            if not offsets[segment]:
                glyph = code + deltas[segment] & 0xFFFF
            else:
                place = start + 16 + 3 * doubled + 2 * segment + offsets[segment]
                glyph = struct.unpack_from(">H", font, place + 2 * (code - firsts[segment]))[0]
                glyph = glyph and glyph + deltas[segment] & 0xFFFF
            if glyph:
                yield code, glyph
