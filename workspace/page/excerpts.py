"""A few of a message's words, around those that were searched for."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

BEFORE, LENGTH = 50, 180


def short(text: str) -> str:
    """Its beginning, in one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LENGTH // 2 else flat[: LENGTH // 2].rstrip() + "…"


def around(text: str, words: tuple[str, ...]) -> Markup:
    """One line with these words marked, and what stands before and after."""
    flat = " ".join(text.split())
    first = min((at for at in map(flat.lower().find, words) if at >= 0), default=0)
    begin = max(0, first - BEFORE)
    cut = ("…" if begin else "") + flat[begin : begin + LENGTH] + ("…" if begin + LENGTH < len(flat) else "")
    return _marked(cut, words)


def _marked(text: str, words: tuple[str, ...]) -> Markup:
    if not words:
        return escape(text)
    pieces = re.split("(" + "|".join(map(re.escape, words)) + ")", text, flags=re.IGNORECASE)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )
