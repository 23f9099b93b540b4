"""A pack file as somebody wrote it: plain data, and the line on which each piece of it stands.

Whoever writes a pack wants all that is wrong with it at once, each with its line. So nothing here stops at
the first problem, unless the text is not YAML at all.
"""

from __future__ import annotations

import io
import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

#: Bytes. The longest pack of ours has a quarter of it; PyYAML reads a hundred thousand a second.
LARGEST = 500_000
_TOO_LARGE = f"This file is larger than {LARGEST // 1_000} kB; no pack is. Look whether it is the right one."
#: Brackets within brackets. PyYAML takes a time for each that grows with all around it.
DEEPEST = 100
_TOO_DEEP = "This file is nested too deeply to be a pack."
#: Letters of a number. A longer one is text: some of YAML's (60:60:60 …) take minutes to work out.
LONGEST_NUMBER = 40

Place = tuple[Hashable, ...]
"""Where something stands in a pack: ("items", 3, "levels", 0)."""


@dataclass(frozen=True)
class Problem:
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class PackError(Exception):
    """A pack that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.line))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass
class Page:
    """The data of a file, the line of each place in it, and what was noticed while reading."""

    file: str
    data: Any = None
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    parts: dict[tuple[str, ...], Page] = field(default_factory=dict)
    """By place, what stands in a file of its own."""

    def problem(self, place: Place, message: str) -> Problem:
        steps = _steps(place)
        for start, page in self.parts.items():
            if steps[: len(start)] == start:
                return page.problem(place[len(start) :], message)
        return Problem(self.file, self.line(place), message)

    def line(self, place: Place) -> int:
        """The line of a place; of what should hold it, when it is missing itself."""
        steps = _steps(place)
        known = (self.lines[steps[:n]] for n in range(len(steps), -1, -1) if steps[:n] in self.lines)
        return next(known, 1)


def read(path: Path, *, ours: bool = False) -> Page:
    """`ours` is a file that ships with this program. libyaml reads it in a tenth of the time; of a file that
    somebody nested deeply enough it would crash the process, where PyYAML's own parser says so."""
    page, text = Page(str(path)), _text(path)
    if _is_nested_deeply(text):
        raise PackError([Problem(page.file, 1, _TOO_DEEP)])
    loader = (_FAST if ours else yaml.SafeLoader)(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise PackError(
                [Problem(page.file, 1, "This file is empty. Start with `id`, `version` and `title`.")]
            )
        page.data = _Reader(page, loader).value(node, ())
    except yaml.MarkedYAMLError as error:
        raise PackError([Problem(page.file, _line_of(error), _sentence_of(error))]) from None
    except RecursionError:
        raise PackError([Problem(page.file, 1, _TOO_DEEP)]) from None
    finally:
        loader.dispose()
    return page


#: Not every build of PyYAML has it.
_FAST: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Reader:
    """Turns nodes into data. PyYAML's own constructor forgets the lines and the first of two equal keys."""

    def __init__(self, page: Page, loader: yaml.SafeLoader) -> None:
        self._page, self._loader = page, loader
        self._read: dict[int, Any] = {}

    def value(self, node: yaml.Node, place: Place) -> Any:
        """The data of a node. An alias is the node that it stands for, met again: it could hold itself."""
        if id(node) in self._read:
            again = self._page.problem(place, "Aliases (*name) are not read in a pack. Write the text out.")
            self._page.problems.append(again)
            return self._read[id(node)]
        self._read[id(node)] = None
        self._page.lines.setdefault(_steps(place), node.start_mark.line + 1)
        self._read[id(node)] = data = self._data(node, place)
        return data

    def _data(self, node: yaml.Node, place: Place) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(entry, (*place, n)) for n, entry in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[Hashable, Any]:
        found: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = self._scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
            if key is None:
                self._complain(key_node, "A key must be a word or a number.")
                continue
            if key in found:
                first = self._page.line((*place, key))
                self._complain(
                    key_node, f"The key `{key}` stands here twice, first on line {first}. Keep one."
                )
                continue
            self._page.lines[_steps((*place, key))] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, (*place, key))
        return found

    def _scalar(self, node: yaml.Node) -> Any:
        """Numbers, yes and no, and nothing are what YAML takes them for; all else is text, dates too."""
        kinds = {"int", "float", "bool", "null"}
        if node.tag.rpartition(":")[2] not in kinds or len(node.value) > LONGEST_NUMBER:
            return node.value
        try:
            return self._loader.construct_object(node)
        except (ValueError, LookupError):
            return node.value

    def _complain(self, node: yaml.Node, message: str) -> None:
        self._page.problems.append(Problem(self._page.file, node.start_mark.line + 1, message))


def _is_nested_deeply(text: str) -> bool:
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > DEEPEST:
            return True
    return False


def _text(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            content = opened.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise PackError([Problem(str(path), 1, _TOO_LARGE)])
        text = io.StringIO(content.decode(), newline=None).read()
    except UnicodeDecodeError:
        raise PackError([Problem(str(path), 1, "This is not UTF-8 text. Save the file as UTF-8.")]) from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise PackError([Problem(str(path), 1, f"This file cannot be read: {why}.")]) from None
    if odd := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise PackError([Problem(str(path), line, "There is an unprintable character here. Delete it.")])
    return text


def _steps(place: Place) -> tuple[str, ...]:
    return tuple(str(step) for step in place)


def _line_of(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _sentence_of(error: yaml.MarkedYAMLError) -> str:
    said = ", ".join(part for part in (error.context, error.problem) if part)
    return f"This is not valid YAML: {said}. Look at the indentation, colons and quotes here."
