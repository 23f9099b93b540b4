"""Whether an exported result holds together: every problem with its place, as `findings.gaps[3].question`.

Its form is checked by `conversation.exportfile`; here is what its parts have to say of each other: ids that
the pack knows, levels that there are, days in their order.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from conversation import packcheck
from conversation.exportfile import PEOPLE, ExportFile, PackPart
from conversation.pack import Pack
from conversation.scope import Scope

_Problems = Iterator[str]


def pack_text(part: PackPart) -> str:
    """The questions as an assessment keeps them."""
    return json.dumps(part.body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def form_problems(error: ValidationError, place: str = "") -> _Problems:
    """What pydantic found, one sentence for each thing."""
    for each in error.errors(include_url=False):
        yield f"{_place(place, each['loc'])}: {each['msg'][:1].lower()}{each['msg'][1:]}"


def unknown_keys(data: Any, known: Any, place: str = "") -> _Problems:
    """What the file has and we would drop: `known` is the same after it was read."""
    if isinstance(data, Mapping) and isinstance(known, Mapping):
        for key, value in data.items():
            there = _place(place, (key,))
            if key not in known:
                yield f"{there}: this Tidemark knows no such field"
            else:
                yield from unknown_keys(value, known[key], there)
    elif isinstance(data, list) and isinstance(known, list):
        for number, (value, kept) in enumerate(zip(data, known, strict=False)):
            yield from unknown_keys(value, kept, f"{place}[{number}]")


def read_pack(part: PackPart) -> tuple[Pack | None, list[str]]:
    problems = [f"{_place('pack.body', place)}: {said}" for place, said in packcheck.whole(part.body)]
    try:
        pack = Pack.from_snapshot(pack_text(part))
    except ValidationError as error:
        return None, [*problems, *form_problems(error, "pack.body")]
    if hashlib.sha256(pack_text(part).encode()).hexdigest() != part.digest:
        problems.append("pack.digest: is not that of pack.body; one of them was changed")
    said = (part.id, part.title, part.version, part.levels)
    if said != (pack.id, pack.title, pack.version, tuple(level.name for level in pack.levels)):
        problems.append("pack: id, title, version or levels are not those of pack.body")
    return (None if problems else pack), problems


def problems(file: ExportFile, pack: Pack, *, now: datetime) -> _Problems:
    """All that does not hold together in a file whose form is good."""
    yield from _of_scope(file, pack)
    yield from _of_findings(file, pack)
    yield from _of_times(file, now)
    yield from _of_actions(file, pack)
    yield from _of_rounds(file, pack)


def _of_scope(file: ExportFile, pack: Pack) -> _Problems:
    basis = file.findings.basis
    for place, said in (("scope", file.scope), ("findings.basis.scope", basis.scope if basis else {})):
        for key in sorted(PEOPLE & said.keys()):
            yield f"{place}.{key}: names of people are not imported; take it out"
    try:
        scope = Scope.model_validate(file.scope)
    except ValidationError as error:
        yield from form_problems(error, "scope")
        return
    yield from unknown_keys(file.scope, scope.model_dump(mode="json"), "scope")
    known: Mapping[str, Iterable[Any]] = {
        "aspects": pack.aspects,
        "criteria": pack.criteria,
        "stages": pack.stages,
        "kinds": pack.kinds,
        "goals": pack.goals,
        "pains": pack.pains,
        "targets": pack.aspects,
        "weights": pack.aspects,
    }
    for name, things in known.items():
        yield from _unknown(f"scope.{name}", getattr(scope, name), {thing.id for thing in things})


def _of_findings(file: ExportFile, pack: Pack) -> _Problems:
    found, basis = file.findings, file.findings.basis
    if found.published is not None:
        yield "findings.published: a file holds what readers see, and nothing beside it"
    if basis and (basis.pack, basis.version, basis.digest) != (
        file.pack.id,
        file.pack.version,
        file.pack.digest,
    ):
        yield "findings.basis: was worked out with other questions than those of pack"
    known = _names(pack)
    yield from _named_in(found, "findings", known)
    yield from _levels_in(found, "findings", len(pack.levels) - 1)
    for name in ("missing", "limiting"):
        yield from _unknown(f"findings.{name}", getattr(found, name), {each.id for each in found.aspects})
    for number, aspect in enumerate(found.aspects):
        yield from _unknown(f"findings.aspects[{number}].id", [aspect.id], known["aspect"])
    for number, question in enumerate(found.questions):
        place = f"findings.questions[{number}]"
        yield from _unknown(f"{place}.id", [question.id], known["question"])
        if question.distribution is not None and len(question.distribution) != len(pack.levels):
            yield f"{place}.distribution: must have a number for each of the {len(pack.levels)} levels"


def _of_times(file: ExportFile, now: datetime) -> _Problems:
    opened, closed = file.assessment.opened_at, file.assessment.closed_at
    if opened and opened > closed:
        yield "assessment.opened_at: is after assessment.closed_at"
    if closed > now:
        yield "assessment.closed_at: is in the future"
    for number, action in enumerate(file.actions):
        if action.changed_at < action.agreed_at:
            yield f"actions[{number}].changed_at: is before agreed_at"
        if action.changed_at > now:
            yield f"actions[{number}].changed_at: is in the future"


def _of_actions(file: ExportFile, pack: Pack) -> _Problems:
    known, seen = {item.id for item in pack.items}, set[str]()
    ids = {action.id for action in file.actions}
    for number, action in enumerate(file.actions):
        place = f"actions[{number}]"
        yield from _unknown(f"{place}.question", filter(None, [action.question]), known)
        if action.level is not None and not 0 < action.level < len(pack.levels):
            yield f"{place}.level: {action.level} is no level to reach in this pack"
        others = filter(None, [*action.needs, action.became, action.split_from])
        yield from (f'{place}: there is no action "{each}"' for each in others if each not in ids)
        if action.id in seen:
            yield f'{place}.id: "{action.id}" is the id of an action before it'
        seen.add(action.id)


def _of_rounds(file: ExportFile, pack: Pack) -> _Problems:
    numbers = [each.number for each in file.rounds]
    if numbers != sorted(set(numbers)) or numbers[-1:] != [file.assessment.round]:
        yield f"rounds: must be in order, each once, and end with round {file.assessment.round}"
    known = {aspect.id for aspect in pack.aspects} | {""}
    for number, each in enumerate(file.rounds):
        yield from _unknown(f"rounds[{number}].levels", each.levels, known)
    for number, outcome in enumerate(file.outcomes):
        if outcome.round >= file.assessment.round:
            yield f"outcomes[{number}].round: must be before round {file.assessment.round}"


def _names(pack: Pack) -> Mapping[str, frozenset[str]]:
    """By the name of a field, what may stand there."""
    return {
        "question": frozenset(item.id for item in pack.items),
        "aspect": frozenset(aspect.id for aspect in pack.aspects),
        "role": frozenset(role.id for role in pack.roles) | {""},
        "criterion": frozenset(criterion.id for criterion in pack.criteria) | {""},
    }


def _named_in(part: Any, place: str, known: Mapping[str, frozenset[str]]) -> _Problems:
    """Ids that the pack does not know, in fields that are called after what they name."""
    for name, value, there in _fields(part, place):
        if name in known and isinstance(value, str):
            yield from _unknown(there, [value], known[name])
        yield from _named_in(value, there, known)


_LEVELS = frozenset({"level", "target", "evidenced", "accepted", "before_gates", "claimed"})


def _levels_in(part: Any, place: str, top: int) -> _Problems:
    for name, value, there in _fields(part, place):
        if name in _LEVELS and isinstance(value, int) and not 0 <= value <= top:
            yield f"{there}: {value} is no level of this pack; they are 0 to {top}"
        yield from _levels_in(value, there, top)


def _fields(part: Any, place: str) -> Iterator[tuple[str, Any, str]]:
    """The fields of a model, or the entries of a list, with their places."""
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield name, getattr(part, name), f"{place}.{name}"
    elif isinstance(part, tuple):
        for number, value in enumerate(part):
            yield "", value, f"{place}[{number}]"


def _unknown(place: str, names: Iterable[str], known: Iterable[str]) -> _Problems:
    for name in names:
        if name not in known:
            yield f'{place}: the pack knows no "{name}"'


def _place(start: str, steps: Iterable[object]) -> str:
    place = start
    for step in steps:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else f"{step}"
    return place or "the file"
