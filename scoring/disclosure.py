"""What may be shown of answers that are not to be traced to anybody.

What is hidden depends only on who was asked and who answered, and on what is shown anyway; never on what was
said beside that, or the hiding would tell.

A **question** may be shown (whether it has a level, and which) if at least k people answered it, at least
three of them in a primary role, and nobody's voice is half of the whole. Then whatever comes out, each of
them has another answer with which it comes out the same: let all others say the level, and it stands whatever
this one says; let all others not know, and it stays without one. How many said what is never shown.

An **aspect** in which every answered question may be shown is shown with all of them. If most may not be
shown, none is, and only the level is: whatever it is, each question could stand in two ways at least. In
between, the questions that may be shown are, and a single hidden one, which could be worked out from the
others, takes the next smallest with it (complementary suppression). The level follows only if the hidden ones
could still stand in two ways each; that is tried out, for every level that it could be. Of an aspect with
hidden questions nothing but its level is shown.

One thing no rule can hide: where all said the same, and that is shown, one knows what each said.
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
#: Of more possibilities than this an aspect is not tried out, and not shown.
MOST_TRIED = 20_000

Audience = Mapping[frozenset[str], int]
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
    open_ones = {key: _shown(aspect, audiences, k) for key, aspect in aspects.items()}
    shown = frozenset[str]().union(*open_ones.values())
    whole = {
        key
        for key, aspect in aspects.items()
        if all(question.id in shown or not _people(audiences, question) for question in aspect.asked)
    }
    levels = {
        key
        for key, aspect in aspects.items()
        if key in whole
        or (
            _is_safe(aspect, audiences, stands, shown)
            if open_ones[key]
            else _is_safe_alone(aspect, audiences)
        )
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


def _first_hand(audiences: Mapping[str, Audience], question: Question) -> bool:
    return any(not roles.isdisjoint(question.primary) for roles in audiences.get(question.id, ()))


def _is_safe_alone(aspect: Aspect, audiences: Mapping[str, Audience]) -> bool:
    """Whether the level may be shown where no question is: if two questions can have a level, one can always
    take the place of the other. A gate must not hang on a question of another aspect alone."""
    open_ones = [question for question in aspect.questions if _first_hand(audiences, question)]
    own = {question.id for question in open_ones}
    elsewhere = {question.id for question in aspect.elsewhere if _people(audiences, question)}
    return len(open_ones) > 1 and all(
        gate.item in own for gate in aspect.gates if gate.otherwise in elsewhere
    )


def _people(audiences: Mapping[str, Audience], question: Question) -> int:
    return sum(audiences.get(question.id, {}).values())


_NONE = Standing(applies=True)
_AWAY = Standing(applies=False)


def _is_safe(
    aspect: Aspect,
    audiences: Mapping[str, Audience],
    stands: Mapping[str, Standing],
    shown: frozenset[str],
) -> bool:
    """Whether each hidden question could stand in two ways at least, whatever the aspect comes to.

    Questions of the same weight that no gate names, and of which the same can come out, stand for each other:
    what one of them can be, each can be. A question of another aspect that a gate names is looked at there:
    here it must be free to be anything, and whatever it is must leave the others open.
    """
    hidden = [q for q in aspect.asked if q.id not in shown and _people(audiences, q)]
    if not hidden:
        return True
    alike = _alike(aspect, audiences, hidden)
    if _possibilities(alike) > MOST_TRIED:
        return False
    given = {
        question.id: stands[question.id] if question.id in shown else Standing(applies=True)
        for question in aspect.asked
    }
    open_ways: dict[int | None, dict[_Choice, dict[int, set[Standing]]]] = {}
    for choice in _choices(alike):
        world = dict(given)
        for group, standings in zip(alike, choice, strict=True):
            world |= dict(zip(group.keys, standings, strict=True))
        level = aspect.level(world)
        elsewhere = tuple(s for group, s in zip(alike, choice, strict=True) if not group.own)
        ways = open_ways.setdefault(level, {}).setdefault(elsewhere, {})
        for number, (group, standings) in enumerate(zip(alike, choice, strict=True)):
            if group.own:
                ways.setdefault(number, set()).update(standings)
    all_elsewhere = {elsewhere for by_elsewhere in open_ways.values() for elsewhere in by_elsewhere}
    return all(
        set(by_elsewhere) == all_elsewhere
        and all(
            alike[number].is_open(ways) for found in by_elsewhere.values() for number, ways in found.items()
        )
        for by_elsewhere in open_ways.values()
    )


_Choice = tuple[tuple[Standing, ...], ...]


@dataclass(frozen=True, slots=True)
class _Alike:
    """Hidden questions that stand for each other, and the ways in which each of them can stand."""

    keys: tuple[str, ...]
    ways: tuple[Standing, ...]
    own: bool

    def is_open(self, possible: set[Standing]) -> bool:
        """Without anybody in a primary role, whoever says a level or does not know leaves it without one."""
        return len(possible) > 1 or (possible == {_NO_LEVEL} and self.ways == (_NO_LEVEL, _AWAY))


_NO_LEVEL = Standing(applies=True)
_AWAY = Standing(applies=False)


def _alike(aspect: Aspect, audiences: Mapping[str, Audience], hidden: Iterable[Question]) -> list[_Alike]:
    gated = {key for gate in aspect.gates for key in (gate.item, gate.otherwise)}
    own = {question.id for question in aspect.questions}
    groups: dict[tuple[object, ...], _Alike] = {}
    for question in hidden:
        levels = range(question.top + 1) if _first_hand(audiences, question) else ()
        ways = (*(Standing(True, level) for level in levels), _NO_LEVEL, _AWAY)
        alone = question.id if question.id in gated else ""
        kind = (question.weight, ways, question.id in own, alone)
        before = groups[kind].keys if kind in groups else ()
        groups[kind] = _Alike((*before, question.id), ways, question.id in own)
    return list(groups.values())


def _choices(alike: Iterable[_Alike]) -> Iterator[_Choice]:
    return product(*(combinations_with_replacement(group.ways, len(group.keys)) for group in alike))


def _possibilities(alike: Iterable[_Alike]) -> int:
    return prod(comb(len(group.ways) + len(group.keys) - 1, len(group.keys)) for group in alike)
