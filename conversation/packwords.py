"""What pydantic says about a pack, in words that help whoever writes it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from conversation import packcheck
from conversation.packfile import Place


class _Missing:
    """Stands where the file says nothing, among things that go by level."""


MISSING = _Missing()

_RANGES = {"impact": "1 to 5", "effort": "1 to 13", "weight": "1 to 10"}
_BY_STEP = {"level", "requires", "evidence", "advice"}
#: How `evidence` is written, which the model notes among the steps of a place.
LIST, LEVELS = "[list]", "[levels]"


def said(
    error: ValidationError, data: Any, model: type[BaseModel], levels: int | None = None
) -> Iterator[tuple[Place, str]]:
    """Each complaint of the model: a place in the file, and a sentence that says what to do. `levels` is how
    many the pack has, where these data do not say it."""
    levels = levels or packcheck.number_of_levels(data)
    for detail in error.errors(include_url=False):
        if _only_unread(detail):
            continue
        marked = tuple(step for step in detail["loc"] if step != "[key]")
        place = tuple(step for step in marked if step not in {LIST, LEVELS})
        if detail["type"] == "extra_forbidden":
            yield place, _whose(data, place) + _unknown(str(place[-1]), _known(place, model))
        else:
            yield place, _whose(data, place) + _sentence(detail, marked, levels)


def _only_unread(error: ErrorDetails) -> bool:
    """Whether a list is called too short because entries that are there cannot be read: of each of them
    something is said besides."""
    given, ctx = error["input"], error.get("ctx", {})
    return error["type"] == "too_short" and len(given) >= ctx["min_length"]


def _sentence(error: ErrorDetails, place: Place, levels: int | None) -> str:
    what, given, ctx = _called(place), error["input"], error.get("ctx", {})
    highest = (levels or packcheck.MOST_LEVELS) - 1
    if isinstance(given, _Missing):
        return f"{what} is missing. This pack has {packcheck.counted(highest + 1)}."
    match error["type"]:
        case "missing":
            return f"{what} is missing. Add it."
        case _ if given is None:
            return f"{what} is empty. Write it, or take the key out."
        case "string_type":
            return f"{what} is not read as text. Put it in quotes."
        case "string_too_short":
            return f"{what} is empty. Write it."
        case "string_too_long":
            size = len(str(given).strip())
            return f"{what} has {size} characters; the limit is {ctx['max_length']}. Shorten it."
        case "string_pattern_mismatch":
            return f'{what} is "{given}". An id has only letters, digits and - _ . in it.'
        case "int_type" | "int_parsing" | "int_parsing_size" | "int_from_float" | "finite_number":
            return f"{what} must be a whole number."
        case "greater_than_equal" | "less_than_equal":
            ranges = _RANGES | dict.fromkeys(_BY_STEP, f"1 to {highest}")
            allowed = next((ranges[str(key)] for key in reversed(place) if key in ranges), "1 or more")
            return f"{what} is {given}; it must be {allowed}."
        case "too_short" if not given:
            return f"{what} is empty. List at least one."
        case "too_short":
            fewest = ctx["min_length"]
            return f"{what} has {len(given)} of what there must be at least {fewest} of. Add some."
        case "too_long":
            return (
                f"{what} has {ctx['actual_length']} entries; the limit is {ctx['max_length']}. Take some out."
            )
        case "need":
            return f"{what} must be written ITEM@level, with a level from 1 to {highest}."
        case "tuple_type":
            return f"{what} must be a list, as in [a, b]."
        case "mapping_type" | "dict_type" | "model_type" | "model_attributes_type":
            return f"{what} must be keys with values, as in `key: value`."
        case _:
            return f"{what} {error['msg']}"


def _called(place: Place) -> str:
    """What stands at a place, as one would say it."""
    match place:
        case ():
            return "the file"
        case (str(section), int(n)) if section != "levels":
            return f"number {n + 1} of `{section}`"
        case (*_, "levels", int(level)) | ("levels", int(level)):
            return f"level {level}"
        case ("levels", int(level), str(key)):
            return f"`{key}` of level {level}"
        case (*_, "effort", int(n)):
            return f"the effort to level {n + 1}"
        case (*_, str(key), "[levels]", level) | (*_, ("requires" | "advice") as key, level):
            return f"level {level} under `{key}`"
        case (*_, "requires", level, _) | (*_, "requires", level, _, _):
            return f"a prerequisite of level {level}"
        case (*_, str(key), "[list]", int()) | (*_, str(key), int()):
            return f"an entry of `{key}`"
        case _:
            return f"`{[step for step in place if step not in {LIST, LEVELS}][-1]}`"


def _whose(data: Any, place: Place) -> str:
    """The item, role or heading that a place belongs to."""
    if len(place) < 2 or place[0] == "levels":
        return ""
    row = data[place[0]][place[1]]
    name = row.get("id") if isinstance(row, Mapping) else None
    return f"{name}: " if isinstance(name, str) and name.strip() else ""


def _unknown(key: str, known: list[str]) -> str:
    nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    hint = f"Did you mean `{nearest[0]}`?" if nearest else f"Known are: {', '.join(known)}."
    return f"the key `{key}` is not known. {hint}"


def _known(place: Place, model: type[BaseModel]) -> list[str]:
    """The keys of the pack, or of the parts in that section."""
    if len(place) == 1:
        return list(model.model_fields)
    kinds = get_args(model.model_fields[str(place[0])].annotation)
    return next(
        list(kind.model_fields) for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)
    )
