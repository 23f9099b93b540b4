"""A tagged PDF as a screen reader has it: its tags in their order, each with its text, or what stands for
it."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


@dataclass(frozen=True)
class Tag:
    """`text` is all that is read out of it, inner tags included; `alt` is what stands for a figure. `pages`
    are those on which some of it stands."""

    role: str
    text: str
    alt: str | None
    inner: tuple["Tag", ...]
    pages: frozenset[int]

    def every(self, role: str) -> list["Tag"]:
        """The tags of this role in it, in the order in which they are read."""
        found = [self] if self.role == role else []
        return found + [tag for each in self.inner for tag in each.every(role)]


@dataclass(frozen=True)
class Read:
    root: Tag
    title: str
    language: str
    marked: bool
    shows_title: bool
    standard: str
    bookmarks: tuple[str, ...]
    pages: int


def read(content: bytes) -> Read:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        said = {page.objgen: (number, _said(page)) for number, page in enumerate(pdf.pages, start=1)}
        with pdf.open_metadata() as facts, pdf.open_outline() as outline:
            return Read(
                root=_tag(pdf.Root.StructTreeRoot.K, None, said),
                title=str(facts.get("dc:title", "")),
                language=str(pdf.Root.Lang),
                marked=bool(pdf.Root.MarkInfo.Marked),
                shows_title=bool(pdf.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")),
                standard=f"ua-{facts.get('pdfuaid:part', 0)}",
                bookmarks=tuple(entry.title for entry in outline.root),
                pages=len(pdf.pages),
            )


def _tag(element: Any, page: Any, said: dict[Any, tuple[int, dict[int, str]]]) -> Tag:
    if isinstance(element, pikepdf.Array):
        (element,) = element
    page = element.get("/Pg", page)
    inner, text, pages = list[Tag](), list[str](), set[int]()

    def heard(on: Any, mark: int) -> None:
        number, marks = said[on.objgen]
        text.append(marks[mark])
        pages.add(number)

    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            heard(page, kid)
        elif "/S" in kid:
            inner.append(_tag(kid, page, said))
            text.append(inner[-1].text)
            pages |= inner[-1].pages
        elif "/MCID" in kid:
            heard(kid.get("/Pg", page), int(kid.MCID))
    alt = element.get("/Alt")
    return Tag(
        role=str(element.S).lstrip("/"),
        text="".join(text),
        alt=None if alt is None else str(alt),
        inner=tuple(inner),
        pages=frozenset(pages),
    )


def _said(page: Any) -> dict[int, str]:
    """What the page shows, by the marks that tags refer to."""
    fonts = {name: _letters(font) for name, font in page.resources.get("/Font", {}).items()}
    said: dict[int, str] = {}
    open_marks: list[tuple[int | None, bool]] = []
    letters: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                values = operands[1] if len(operands) > 1 else {}
                values = values if isinstance(values, pikepdf.Dictionary) else {}
                mark = values.get("/MCID")
                instead = values.get("/ActualText")
                outer = open_marks[-1] if open_marks else (None, False)
                key = outer[0] if mark is None else int(mark)
                if key is not None:
                    said.setdefault(key, "")
                    if instead is not None and not outer[1]:
                        said[key] += str(instead)
                open_marks.append((key, outer[1] or instead is not None))
            case "EMC":
                open_marks.pop()
            case "Tf":
                letters = fonts[str(operands[0])]
            case "Tj" | "TJ":
                key, replaced = open_marks[-1]
                if key is not None and not replaced:
                    said[key] += "".join(_shown(operands[0], letters))
    return said


def _shown(shown: Any, letters: dict[int, str]) -> Iterator[str]:
    for part in shown if isinstance(shown, pikepdf.Array) else [shown]:
        if isinstance(part, pikepdf.String):
            codes = bytes(part)
            for at in range(0, len(codes), 2):
                yield letters[int.from_bytes(codes[at : at + 2])]


def _letters(font: Any) -> dict[int, str]:
    """By glyph, what it stands for (the font's ToUnicode)."""
    found: dict[int, str] = {}
    written = font.ToUnicode.read_bytes()
    for section in re.findall(rb"beginbfchar(.*?)endbfchar", written, re.DOTALL):
        for code, letters in _PAIR.findall(section):
            found[int(code, 16)] = _text(letters)
    for section in re.findall(rb"beginbfrange(.*?)endbfrange", written, re.DOTALL):
        for first, last, letters in _RANGE.findall(section):
            start = _text(letters)
            for step, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                found[code] = start[:-1] + chr(ord(start[-1]) + step)
    return found


def _text(letters: bytes) -> str:
    return bytes.fromhex(letters.decode()).decode("utf-16-be")
