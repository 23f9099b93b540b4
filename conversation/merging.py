"""Two who change the same draft: what they changed apart goes together, and of what both changed neither
is overwritten in silence. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage.records import DraftChange

#: So many changes are remembered; a form that is older than all of them has seen nothing.
REMEMBERED = 200


@dataclass(frozen=True)
class Merged:
    """`decided` are the fields that are to be changed; `clashing` those that somebody else changed
    otherwise since."""

    decided: Mapping[str, Any]
    clashing: tuple[str, ...]


def merge(
    stored: Mapping[str, Any],
    wanted: Mapping[str, Any],
    changes: Sequence[DraftChange],
    *,
    seen: int | None,
    told: int | None = None,
) -> Merged:
    """`wanted` was entered into a form that showed revision `seen`. A field that stands there as it was then
    was not touched, and stays as it is now. None has seen everything. Where somebody was `told` of what
    clashes until that revision, they want theirs all the same."""
    was = {} if seen is None else _as_it_was(changes, seen)
    news = was if told is None else _as_it_was(changes, told)
    decided, clashing = {}, []
    for field, mine in wanted.items():
        if mine == stored.get(field) or (field in was and mine == was[field]):
            continue
        if field in news:
            clashing.append(field)
        decided[field] = mine
    return Merged(decided, tuple(clashing))


def remembered(
    changes: tuple[DraftChange, ...], stored: Mapping[str, Any], decided: Iterable[str], *, revision: int
) -> tuple[DraftChange, ...]:
    """With what this revision changes."""
    new = (DraftChange(revision=revision, field=field, was=stored.get(field)) for field in decided)
    return (*changes, *new)[-REMEMBERED:]


def _as_it_was(changes: Sequence[DraftChange], seen: int) -> dict[str, Any]:
    """The fields that were changed since, as they stood at that revision."""
    found: dict[str, Any] = {}
    for change in changes:
        if change.revision > seen:
            found.setdefault(change.field, change.was)
    return found
