"""Inputs that come from others by small changes. What leads somewhere new is kept and changed further, so
that the fuzzer finds its way into what it was never told of."""

from __future__ import annotations

import json
import time
import traceback
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.fuzz.seen import Marks
from tests.fuzz.words import NASTY

#: Ends of ranges, and what is nearly a number.
NUMBERS = (
    *(
        "0",
        "-1",
        "1",
        "2",
        "3",
        "4",
        "5",
        "10",
        "99",
        "100",
        "999",
        "1000",
        "4294967296",
        "9223372036854775807",
    ),
    *(
        "9223372036854775808",
        "-9223372036854775809",
        "1e309",
        "-0.0",
        "0.1",
        "1.5",
        "NaN",
        "Infinity",
        "1" * 5000,
    ),
    *(
        "true",
        "false",
        "null",
        '""',
        "[]",
        "{}",
        "0x10",
        "1_000",
        "٣",
        "²",
        "2026-02-30",
        "9999-12-31",
        "0001-01-01",
    ),
)
#: Values that stand where something else is meant.
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2,
        3,
        99,
        2**63,
        -(2**63) - 1,
        10**400,
        1.5,
        1e308,
        "",
        " ",
        "x",
        "dk",
        "na",
    ),
    *(
        [],
        {},
        [[]],
        {"": ""},
        [None],
        ["x", "x"],
        "2026-12-05",
        "9999-12-31T23:59:59+14:00",
        "x" * 5000,
        "\ud800",
    ),
)
#: In a range of so many changed bytes nothing longer is inserted.
MOST_CHANGES = 6


@dataclass(frozen=True)
class Target:
    """`read` takes an input and raises nothing but what a bad one is refused with; `samples` are good ones
    and bad ones to begin with; `words` are what the format is made of."""

    name: str
    read: Callable[[bytes], None]
    samples: tuple[bytes, ...]
    words: tuple[bytes, ...] = ()
    most_bytes: int = 4000
    #: Seconds that one input may take, of this size.
    patience: float = 2.0


@dataclass(frozen=True)
class Finding:
    target: str
    input: bytes
    error: str

    @property
    def signature(self) -> str:
        lines = [
            line.strip() for line in self.error.splitlines() if 'File "' in line and "/lib/python" not in line
        ]
        last = self.error.strip().splitlines()[-1].split(":")[0]
        return f"{self.target} {last} {lines[-1] if lines else ''}"


@dataclass
class Breeding:
    """`tried` counts the inputs."""

    target: Target
    chance: Random
    marks: Marks
    kept: list[bytes] = field(default_factory=list)
    tried: int = 0
    slowest: float = 0.0

    def __post_init__(self) -> None:
        self.kept += self.target.samples

    def run(self, cases: int, until: float = float("inf")) -> Iterator[Finding]:
        """Until so many were tried in all, or that moment (of `time.monotonic`)."""
        for sample in self.target.samples[self.tried : cases]:
            yield from self._try(sample)
        while self.tried < cases and time.monotonic() < until:
            child = self._child()
            yield from self._try(child)
            if self.marks.new():
                self.kept.append(child)

    def _try(self, given: bytes) -> Iterator[Finding]:
        self.tried += 1
        began = time.process_time()
        try:
            self.target.read(given)
        except Exception:
            yield Finding(self.target.name, given, traceback.format_exc())
        took = time.process_time() - began
        self.slowest = max(self.slowest, took)
        if took > self.target.patience:
            yield Finding(self.target.name, given, f"took {took:.1f} seconds for {len(given)} bytes\nTooSlow")

    def _child(self) -> bytes:
        chance = self.chance
        # What was kept last leads farthest.
        pick = chance.choice(self.kept[-20:]) if chance.random() < 0.4 else chance.choice(self.kept)
        if pick[:1] in (b"{", b"[") and chance.random() < 0.7:
            changed = self._in_tree(pick)
        elif b"\n" in pick and chance.random() < 0.4:
            changed = self._in_lines(pick)
        else:
            changed = pick
            for _ in range(chance.randint(1, MOST_CHANGES)):
                changed = self._in_bytes(changed)
        return changed[: self.target.most_bytes]

    def _in_bytes(self, given: bytes) -> bytes:
        chance, words = self.chance, self.target.words
        at = chance.randint(0, len(given))
        to = min(len(given), at + chance.choice((0, 1, 1, 2, 4, 8, 32)))
        match chance.randrange(8):
            case 0:
                return given[:at] + given[to:]
            case 1:
                return given[:at] + given[at:to] * 2 + given[to:]
            case 2:
                return given[:at] + bytes([chance.randrange(256)]) + given[at + 1 :]
            case 3 | 4 if words:
                return given[:at] + chance.choice(words) + given[to:]
            case 5:
                return given[:at] + chance.choice(NASTY)[:200].encode("utf-8", "replace") + given[to:]
            case 6:
                return given[:at] + chance.choice(NUMBERS).encode() + given[to:]
        other = chance.choice(self.kept)
        start = chance.randint(0, len(other))
        return given[:at] + other[start : start + chance.choice((4, 16, 64))] + given[to:]

    def _in_lines(self, given: bytes) -> bytes:
        chance, lines = self.chance, given.split(b"\n")
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[other])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = b"  " + lines[at]
            case _:
                lines[at] = self._in_bytes(lines[at])
        return b"\n".join(lines)

    def _in_tree(self, given: bytes) -> bytes:
        try:
            tree = json.loads(given)
            for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
                tree = changed_in(tree, self.chance)
            return json.dumps(tree).encode()
        except (ValueError, RecursionError):  # no tree, or one too deep to be copied
            return self._in_bytes(given)


def changed_in(tree: Any, chance: Random, values: Sequence[Any] = VALUES) -> Any:
    """The same with one thing in it otherwise: gone, twice, another, deeper, of another type."""
    places = [*_places(tree)]
    if not places:
        return deepcopy(chance.choice(values))
    holder, key = chance.choice(places)
    match chance.randrange(10):
        case 0 | 1:
            del holder[key]
        case 2 if isinstance(holder, list):
            holder.insert(chance.randint(0, len(holder)), deepcopy(holder[key]))
        case 3:
            other, there = chance.choice(places)
            if there in other if isinstance(other, dict) else there < len(other):
                holder[key] = deepcopy(other[there])
        case 4 if isinstance(holder, dict):
            holder[str(chance.choice(values))[:40]] = holder.pop(key)
        case 5:
            holder[key] = [holder[key]]
        case 6 if isinstance(holder[key], str):
            holder[key] = _other_text(holder[key], chance)
        case 7 if isinstance(holder[key], str):
            holder[key] = chance.choice(NASTY)
        case 8 if chance.random() < 0.2:
            deep: Any = holder[key]
            for _ in range(chance.choice((20, 300))):
                deep = [deep]
            holder[key] = deep
        case _:
            holder[key] = deepcopy(chance.choice(values))
    return tree


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Everything in it, by what holds it."""
    todo = [tree]
    while todo:
        holder = todo.pop()
        keys = (
            [*holder] if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        )
        for key in keys:
            yield holder, key
            todo.append(holder[key])


def _other_text(text: str, chance: Random) -> str:
    at = chance.randint(0, len(text))
    return (
        text[:at]
        + chance.choice(("", "x", "\u0000", "\u202e", "🙂", text, "/", ":", "0", "-"))
        + text[at + 1 :]
    )


def weight_of(read: Callable[[bytes], None], given: bytes) -> int:
    """Bytes that reading it takes at most."""
    tracemalloc.start()
    try:
        read(given)
    except Exception:
        pass
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return most
