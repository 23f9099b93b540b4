"""What may be shown of answers that are not to be traced to anybody.

What is hidden depends only on who was asked and who answered, and on what is shown anyway; never on what was
said beside that, or the hiding would tell. Of that, everything that can be published keeps to one rule: it
comes out the same with another answer of each single person, and with other answers of each role.

A **question** may be shown (whether it has a level, and which) if at least k people answered it, at least
three of them in a primary role, and nobody's voice is half of the whole. Then whatever comes out, each of
them has another answer with which it comes out the same: let all others say the level, and it stands whatever
this one says; let all others not know, and it stays without one. How many said what is never shown.

In an **aspect** the questions that may be shown are, unless most may not: then none is. A single hidden one
takes the next smallest with it (complementary suppression). Where all are shown, so is all that is worked out
from them; otherwise nothing but the aspect's level, and that only if at least k people answered there and no
hidden question is known by it: whatever the level is, each of them could stand in two ways at least. That is
tried out, with the questions that are shown as they stand, and for every way in which a hidden question of
another aspect that a gate names could stand; so one aspect's level tells nothing of another's questions.

Two ways are enough: whoever answered a question can have answered with either, as all others can.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement, product
from math import comb, prod

from scoring.levels import Question, Standing, voice_weight
from scoring.robustness import Aspect

#: One of two who know first hand and don't know would be given away by a question that stays without a level.
FEWEST_FIRST_HAND = 3
#: Of more possibilities than this, only the plain ones are tried.
MOST_TRIED = 4_000

Roles = frozenset[str]
Audience = Mapping[Roles, int]
"""Who answered a question: how many people by the roles that they speak for."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The questions that may be shown, the aspects of which all may be, and those whose level may be."""

    questions: frozenset[str]
    whole: frozenset[str]
    levels: frozenset[str]


def disclose(
    aspects: Mapping[str, Aspect],
    audiences: Mapping[str, Audience],
    stands: Mapping[str, Standing],
    k: int,
) -> Disclosure:
    """What may be shown to readers, of questions that were answered by these people and stand like that.

    `stands` is looked at only for questions that are shown anyway.
    """
    shown = frozenset(key for aspect in aspects.values() for key in _shown(aspect, audiences, k))
    known = {
        question.id: stands[question.id] if question.id in shown else _NO_LEVEL
        for aspect in aspects.values()
        for question in aspect.questions
        if question.id in shown or not _people(audiences, question)
    }
    whole = {key for key, aspect in aspects.items() if all(question.id in known for question in aspect.asked)}
    levels = {
        key
        for key, aspect in aspects.items()
        if key in whole
        or (_at_least(aspect, audiences) >= k and _tells_nothing_else(aspect, audiences, known))
    }
    return Disclosure(shown, frozenset(whole), frozenset(levels))


def is_shown(question: Question, audience: Audience, k: int) -> bool:
    """Whether a question may be shown by itself."""
    people = sum(audience.values())
    primary = sum(n for roles, n in audience.items() if not roles.isdisjoint(question.primary))
    return people >= k and primary >= FEWEST_FIRST_HAND and _loudest(question, audience) < Fraction(1, 2)


def _loudest(question: Question, audience: Audience) -> Fraction:
    """The greatest share of the whole voice that a single person has."""
    size: Counter[str] = Counter()
    for roles, n in audience.items():
        for role in roles:
            size[role] += n
    whole = sum(voice_weight(question, role) for role in size)
    return max(
        sum((Fraction(voice_weight(question, role), size[role]) for role in roles), Fraction()) / whole
        for roles in audience
    )


def _shown(aspect: Aspect, audiences: Mapping[str, Audience], k: int) -> set[str]:
    """The aspect's questions that are shown: none, if most cannot be; never all but one."""
    answered = [question for question in aspect.questions if _people(audiences, question)]
    shown = {question.id for question in answered if is_shown(question, audiences[question.id], k)}
    hidden = len(answered) - len(shown)
    if hidden > len(shown):
        return set()
    if hidden == 1:
        shown.remove(min(shown, key=lambda key: (sum(audiences[key].values()), key)))
    return shown


def _people(audiences: Mapping[str, Audience], question: Question) -> int:
    return sum(audiences.get(question.id, {}).values())


def _at_least(aspect: Aspect, audiences: Mapping[str, Audience]) -> int:
    """So many different people answered the aspect, or more."""
    most: dict[Roles, int] = {}
    for question in aspect.questions:
        for roles, n in audiences.get(question.id, {}).items():
            most[roles] = max(n, most.get(roles, 0))
    return sum(most.values())


_NO_LEVEL = Standing(applies=True)
_AWAY = Standing(applies=False)


def _tells_nothing_else(
    aspect: Aspect, audiences: Mapping[str, Audience], known: Mapping[str, Standing]
) -> bool:
    """Whether each of the aspect's hidden questions could stand in two ways at least, whatever it comes to.

    The plain possibilities are tried first: all hidden questions stand alike, but for one. They mostly do,
    and there can be too many to try them all.
    """
    tried = _Tried(aspect, audiences, known)
    tried.plain()
    if all(map(tried.is_open, (None, *range(aspect.top + 1)))):
        return True
    if tried.possibilities > MOST_TRIED:
        return False
    tried.everything()
    return all(map(tried.is_open, tried.levels))


_Choice = tuple[tuple[Standing, ...], ...]


@dataclass(frozen=True, slots=True)
class _Alike:
    """Hidden questions of the same weight that no gate names, and of which the same can come out: they stand
    for each other, and what one of them can be, each can be. `ways` are those in which each can stand."""

    keys: tuple[str, ...]
    ways: tuple[Standing, ...]

    def is_open(self, possible: set[Standing]) -> bool:
        """Without anybody in a primary role, whoever says a level or does not know leaves it without one."""
        has_levels = any(way.level is not None for way in self.ways)
        return len(possible) > 1 or (_NO_LEVEL in possible and not has_levels)


class _Tried:
    """The levels that came out of an aspect (`levels`), and in which ways its hidden questions stood where
    nothing hidden elsewhere made a difference."""

    def __init__(
        self, aspect: Aspect, audiences: Mapping[str, Audience], known: Mapping[str, Standing]
    ) -> None:
        self._aspect, self._known = aspect, {q.id: known[q.id] for q in aspect.asked if q.id in known}
        self.own = _alike(aspect, audiences, [q for q in aspect.questions if q.id not in known])
        others = _alike(aspect, audiences, [q for q in aspect.elsewhere if q.id not in known])
        self._elsewhere = [_world(others, choice) for choice in _all(others)]
        self.possibilities = prod(map(_number, (*self.own, *others)))
        self.levels: set[int | None] = set()
        self._ways: dict[int | None, list[set[Standing]]] = {}

    def plain(self) -> None:
        for wanted in (_AWAY, *(Standing(True, level) for level in range(self._aspect.top + 1))):
            alike = tuple((_nearest(wanted, each.ways),) * len(each.keys) for each in self.own)
            self._see(alike)
            for number, each in enumerate(self.own):
                for way in reversed(each.ways):
                    if self._is_open(wanted.level, number):
                        break
                    self._see((*alike[:number], (way, *alike[number][1:]), *alike[number + 1 :]))

    def everything(self) -> None:
        for choice in _all(self.own):
            self._see(choice)

    def is_open(self, level: int | None) -> bool:
        return level in self._ways and all(self._is_open(level, number) for number in range(len(self.own)))

    def _see(self, choice: _Choice) -> None:
        world = self._known | _world(self.own, choice)
        levels = {self._aspect.level(world | others) for others in self._elsewhere}
        self.levels |= levels
        if len(levels) == 1:
            ways = self._ways.setdefault(levels.pop(), [set() for _ in self.own])
            for possible, standings in zip(ways, choice, strict=True):
                possible.update(standings)

    def _is_open(self, level: int | None, number: int) -> bool:
        return level in self._ways and self.own[number].is_open(self._ways[level][number])


def _alike(aspect: Aspect, audiences: Mapping[str, Audience], hidden: Iterable[Question]) -> list[_Alike]:
    gated = {key for gate in aspect.gates for key in (gate.item, gate.otherwise)}
    groups: dict[tuple[object, ...], _Alike] = {}
    for question in hidden:
        ways = _ways(question, audiences[question.id])
        kind = (question.weight, ways, question.id if question.id in gated else "")
        before = groups[kind].keys if kind in groups else ()
        groups[kind] = _Alike((*before, question.id), ways)
    return list(groups.values())


def _ways(question: Question, audience: Audience) -> tuple[Standing, ...]:
    """How a question can stand: at a level only if somebody knows it first hand, and without a voice nobody
    can take it out."""
    voices = {voice_weight(question, role) for roles in audience for role in roles}
    levels = range(question.top + 1) if 2 in voices else ()
    return (*(Standing(True, level) for level in levels), _NO_LEVEL, *([_AWAY] if any(voices) else []))


def _nearest(wanted: Standing, ways: tuple[Standing, ...]) -> Standing:
    """That way, or away, or without a level."""
    return next(way for way in (wanted, _AWAY, _NO_LEVEL) if way in ways)


def _all(alike: Iterable[_Alike]) -> Iterator[_Choice]:
    return product(*(combinations_with_replacement(each.ways, len(each.keys)) for each in alike))


def _number(alike: _Alike) -> int:
    return comb(len(alike.ways) + len(alike.keys) - 1, len(alike.keys))


def _world(alike: Iterable[_Alike], choice: _Choice) -> dict[str, Standing]:
    return {
        key: way
        for each, standings in zip(alike, choice, strict=True)
        for key, way in zip(each.keys, standings, strict=True)
    }
