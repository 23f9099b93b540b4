"""What a piece of JSON may look like, in small rules that are put together.

A rule gets a value and where it stands, and yields what Slack would find wrong with it. What it says, and in
which order, is as in Slack's own validator, https://github.com/slackhq/hack-json-schema: a wrong size or a
missing field ends the check of that thing; what is in its fields comes before the fields it may not have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workspace.state import Json


@dataclass(frozen=True)
class Problem:
    """`str` is the message of most methods, `detailed` the one of blocks.validate."""

    message: str
    pointer: str
    code: str = "failed_constraint"
    more: Json = field(default_factory=dict)

    @property
    def sums_up(self) -> bool:
        """Whether it only says that others follow."""
        return bool(self.more.get("constraint", {}).get("type") == "all_of")

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"

    @property
    def detailed(self) -> Json:
        return {"code": self.code, "message": self.message, "pointer": self.pointer, **self.more}


Rule = Callable[[Any, str], Iterator[Problem]]


def string(most: int, least: int = 1) -> Rule:
    def rule(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem("must provide a string", at, "invalid_type")
        elif len(value) > most:
            yield Problem(
                f"must be less than {most + 1} characters", at, more=_constraint("max_length", most)
            )
        elif len(value) < least:
            yield Problem(
                f"must be more than {least - 1} characters", at, more=_constraint("min_length", least)
            )

    return rule


def matching(pattern: str, words: str) -> Rule:
    def rule(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield Problem(f"must be {words}", at)

    return rule


def one_of(*values: str) -> Rule:
    def rule(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem("must provide a string", at, "invalid_type")
        elif value not in values:
            more = {"constraint": {"type": "enum", "expected": list(values)}}
            yield Problem("must be a valid enum value", at, more=more)

    return rule


def flag(value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield Problem("must be a boolean", at, "invalid_type")


def whole(least: int, most: int) -> Rule:
    def rule(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem("must provide an integer", at, "invalid_type")
        elif value > most:
            yield Problem(f"must be less than {most}", at, more=_constraint("maximum", most))
        elif value < least:
            yield Problem(f"must be greater than {least}", at, more=_constraint("minimum", least))

    return rule


def number(value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield Problem("must provide a number", at, "invalid_type")


def positive(value: Any, at: str) -> Iterator[Problem]:
    yield from number(value, at)
    if isinstance(value, int | float) and value <= 0:
        yield Problem("must be greater than 0", at)


def anything(value: Any, at: str) -> Iterator[Problem]:
    yield from ()


def several(rule: Rule, most: int, least: int = 1) -> Rule:
    """A list of so many."""

    def listed(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem("must provide an array", at, "invalid_type")
        elif len(value) > most:
            yield Problem(f"no more than {most} items allowed", at, more=_constraint("max_items", most))
        elif len(value) < least:
            yield Problem(f"must provide at least {least} items", at, more=_constraint("min_items", least))
        else:
            for index, item in enumerate(value):
                yield from rule(item, f"{at}/{index}")

    return listed


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *laws: Rule) -> Rule:
    """An object with these keys and no others. Laws look at the whole, once its keys are sound."""
    known = {**required, **(optional or {})}

    def rule(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem("must provide an object", at, "invalid_type")
            return
        found = list(_missing(value, at, required)) or list(_keys(value, at, known))
        yield from found
        if not found:
            for law in laws:
                yield from law(value, at)

    return rule


def block(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *laws: Rule) -> Rule:
    """A block may always have an id."""
    return shape(required, {"block_id": string(255), **(optional or {})}, *laws)


def typed(shapes: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which shape it has."""

    def rule(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem("must provide an object", at, "invalid_type")
        elif "type" not in value:
            yield from _missing(value, at, ["type"])
        elif not isinstance(value["type"], str):
            yield Problem("must provide a string", f"{at}/type", "invalid_type")
        elif value["type"] not in shapes:
            more = {"constraint": {"type": "enum", "expected": list(shapes)}}
            yield Problem(f"unsupported type: {value['type']}", f"{at}/type", more=more)
        else:
            yield from shapes[value["type"]]({key: held for key, held in value.items() if key != "type"}, at)

    return rule


def all_of(*rules: Rule) -> Rule:
    """What has to fit several rules. Each is asked; before what they say comes that there is something."""

    def rule(value: Any, at: str) -> Iterator[Problem]:
        found = [problem for each in rules for problem in each(value, at)]
        if found:
            summary = "failed to match all allowed schemas"
            yield Problem(summary, at, more={"constraint": {"type": "all_of"}})
        yield from found

    return rule


def some_of(*keys: str) -> Rule:
    """A law: at least one of these keys is there."""

    def law(value: Any, at: str) -> Iterator[Problem]:
        if not any(key in value for key in keys):
            yield from _missing(value, at, keys[:1])

    return law


def either(*keys: str) -> Rule:
    """A law: at least one of these keys is there, as Slack says it of a block."""

    def law(value: Any, at: str) -> Iterator[Problem]:
        if not any(key in value for key in keys):
            yield Problem(f"must define either {' or '.join(f'`{key}`' for key in keys)}", f"{at}/type")

    return law


def just_one_of(*keys: str) -> Rule:
    """A law: one of these keys is there, and no other."""

    def law(value: Any, at: str) -> Iterator[Problem]:
        yield from some_of(*keys)(value, at)
        if sum(key in value for key in keys) > 1:
            yield Problem(f"must provide only one of: {', '.join(keys)}", at)

    return law


def unique(names: list[Any], what: str, pointers: list[str]) -> Iterator[Problem]:
    """The second of a kind is one too many."""
    seen: Counter[Any] = Counter()
    for name, pointer in zip(names, pointers, strict=False):
        seen[name] += 1
        if name is not None and seen[name] > 1:
            yield Problem(f'`{what}` "{name}" already exists', pointer)


def _missing(value: Json, at: str, required: Iterable[str]) -> Iterator[Problem]:
    for key in required:
        if key not in value:
            yield Problem(f"missing required field: {key}", at, "missing_field", {"field": key})


def _keys(value: Json, at: str, known: Mapping[str, Rule]) -> Iterator[Problem]:
    for key, rule in known.items():
        if key in value:
            yield from rule(value[key], f"{at}/{key}")
    for key in value:
        if key not in known:
            more = {"constraint": {"type": "additional_properties"}}
            yield Problem(f"invalid additional property: {key}", at, more=more)


def _constraint(kind: str, expected: int) -> Json:
    return {"constraint": {"type": kind, "expected": expected}}
