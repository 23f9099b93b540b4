"""What may be shown gives nobody away: tried out for all that can be said in small assessments."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from random import Random

import pytest

from scoring.disclosure import Disclosure, disclose
from scoring.levels import (
    ISO33020,
    STRICTNESS,
    Gate,
    Question,
    Standing,
    Statement,
    Strictness,
    Tally,
    Value,
    standing,
)
from scoring.robustness import Aspect

MOST_WORLDS = 1000
Roles = frozenset[str]
ROLES = ["a", "b", "c"]


@dataclass(frozen=True)
class Case:
    """`answered` by question: the roles of each of those who answered it."""

    aspects: Mapping[str, Aspect]
    answered: Mapping[str, tuple[Roles, ...]]
    k: int = 3
    _found: dict[object, Disclosure] = field(default_factory=dict, repr=False)
    _levels: dict[object, int | None] = field(default_factory=dict, repr=False)

    @cached_property
    def questions(self) -> dict[str, Question]:
        return {question.id: question for aspect in self.aspects.values() for question in aspect.questions}

    @cached_property
    def ways(self) -> dict[str, dict[Standing, list[tuple[Value, ...]]]]:
        """By question, all that can have been said, by how the question then stands."""
        found: dict[str, dict[Standing, list[tuple[Value, ...]]]] = {}
        for key, question in self.questions.items():
            values: tuple[Value, ...] = (*range(question.top + 1), "dk", "na")
            for said in product(values, repeat=len(self.answered[key])):
                stands = standing(question, self._tally(question, said))
                found.setdefault(key, {}).setdefault(stands, []).append(said)
        return found

    def _tally(self, question: Question, said: tuple[Value, ...]) -> Tally:
        people = zip(self.answered[question.id], said, strict=True)
        counts: Counter[Statement] = Counter(
            frozenset((role, value) for role in roles) for roles, value in people
        )
        return Tally.of_counts(question, counts)

    def worlds(self) -> Iterator[dict[str, Standing]]:
        keys = list(self.questions)
        for stands in product(*(self.ways[key] for key in keys)):
            yield dict(zip(keys, stands, strict=True))

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """By themselves these are shown whatever was said."""
        return tuple(sorted(self._disclosed(dict.fromkeys(self.questions, Standing(applies=True))).questions))

    def may(self, stands: Mapping[str, Standing]) -> Disclosure:
        """Worked out from nothing but what is shown."""
        seen = tuple((key, stands[key]) for key in self.shown)
        if seen not in self._found:
            self._found[seen] = self._disclosed(dict(seen))
        return self._found[seen]

    def _disclosed(self, stands: Mapping[str, Standing]) -> Disclosure:
        audiences = {key: Counter(people) for key, people in self.answered.items() if people}
        return disclose(self.aspects, audiences, stands, self.k)

    def published(self, stands: Mapping[str, Standing]) -> tuple[object, ...]:
        may = self.may(stands)
        levels = tuple((key, self._level(key, stands)) for key in sorted(may.levels))
        return may, tuple(stands[key] for key in self.shown), levels

    def _level(self, key: str, stands: Mapping[str, Standing]) -> int | None:
        asked = key, tuple(stands[question.id] for question in self.aspects[key].asked)
        if asked not in self._levels:
            self._levels[asked] = self.aspects[key].level(stands)
        return self._levels[asked]


def known(case: Case) -> list[tuple[str, object]]:
    """Whose answer, or which role's answers, can be worked out of something that can be published."""
    possible: dict[tuple[object, ...], dict[str, set[Standing]]] = {}
    for stands in case.worlds():
        ways = possible.setdefault(case.published(stands), {})
        for key, way in stands.items():
            ways.setdefault(key, set()).add(way)
    open_ways = {
        (key, frozenset(ways)) for by_question in possible.values() for key, ways in by_question.items()
    }
    return [found for key, ways in sorted(open_ways, key=str) for found in _fixed(case, key, ways)]


def _fixed(case: Case, key: str, ways: frozenset[Standing]) -> Iterator[tuple[str, object]]:
    people = case.answered[key]
    said = [each for way in ways for each in case.ways[key][way]]
    for number in range(len(people)):
        if len({each[number] for each in said}) < 2:
            yield key, number
    for role in sorted({role for roles in people for role in roles}):
        group = [number for number, roles in enumerate(people) if role in roles]
        if len({tuple(sorted(str(each[number]) for number in group)) for each in said}) < 2:
            yield key, role


def drawn(chance: Random) -> Case:
    top = chance.choice([1, 1, 2, 3])
    people = [
        frozenset(chance.sample([*ROLES, "bystander"], chance.choice([1, 1, 1, 2])))
        for _ in range(chance.randint(3, 5))
    ]
    own = {
        f"x{number}": [_question(chance, f"x{number}{n}", top) for n in range(chance.randint(1, 5))]
        for number in range(chance.choice([1, 2, 2, 3]))
    }
    questions, room = [question for each in own.values() for question in each], MOST_WORLDS
    answered: dict[str, tuple[Roles, ...]] = {}
    for question in questions:
        number = chance.choice([0, 1, 2, 2, 3, len(people), len(people)])
        answered[question.id] = tuple(chance.sample(people, min(number, len(people)))) if room > 1 else ()
        room //= top + 3 if answered[question.id] else 1
    aspects = {key: _aspect(chance, each, questions, top) for key, each in own.items()}
    return Case(aspects, answered, chance.choice([3, 3, 4]))


def _question(chance: Random, key: str, top: int) -> Question:
    primary = tuple(chance.sample(ROLES, chance.choice([1, 1, 2, 3])))
    secondary = tuple(role for role in ROLES if role not in primary and chance.random() < 0.5)
    return Question(key, primary, secondary, chance.choice([1, 1, 1, 1, 2, 5, 10]), top=top)


def _aspect(chance: Random, own: list[Question], questions: list[Question], top: int) -> Aspect:
    gates = []
    for _ in range(chance.choice([0, 0, 1, 1, 2])):
        item = chance.choice(own).id
        otherwise = chance.choice([None, *(question.id for question in questions if question.id != item)])
        gates.append(Gate(item, chance.randint(1, top), otherwise))
    named = {gate.otherwise for gate in gates}
    elsewhere = tuple(question for question in questions if question.id in named and question not in own)
    strictness = chance.choice([ISO33020, ISO33020, *STRICTNESS.values()])
    return Aspect(tuple(own), tuple(gates), elsewhere, strictness)


@pytest.mark.parametrize("seed", range(400 if os.environ.get("SOAK") else 25))
def test_nobody_can_be_worked_out_from_what_may_be_shown(seed: int) -> None:
    """For everything that can come out, over all that can be said: each single person, and each role, can
    have answered every question in two ways at least."""
    assert known(drawn(Random(seed))) == []


A, B, C = frozenset({"a"}), frozenset({"b"}), frozenset({"c"})


def aspect(*questions: Question, gates: tuple[Gate, ...] = (), strictness: Strictness = ISO33020) -> Aspect:
    return Aspect(questions, gates, strictness=strictness)


def of(key: str, weight: int = 1, primary: str = "abc", secondary: str = "") -> Question:
    return Question(key, tuple(primary), tuple(secondary), weight, top=3)


@pytest.mark.parametrize(
    ("about", "answered", "shown"),
    [
        ("three who know first hand", [A] * 3, True),
        ("fewer than the group", [A] * 2, False),
        ("one of them only from the side", [A, A, frozenset({"s"})], False),
        ("one is half of the voice", [A] * 2 + [B], False),
        ("two roles, neither of them one person's", [A] * 2 + [B] * 2, True),
        ("somebody who speaks for both", [A] * 2 + [frozenset({"a", "b"})], False),
    ],
)
def test_a_question_is_shown_if_nobody_decides_it(about: str, answered: list[Roles], shown: bool) -> None:
    case = Case({"x": aspect(of("q", secondary="s"))}, {"q": tuple(answered)})

    assert (case.shown == ("q",)) is shown, about


@pytest.mark.parametrize(("people", "shown"), [(4, False), (5, True)])
def test_a_question_is_shown_from_as_many_people_on_as_were_promised(people: int, shown: bool) -> None:
    case = Case({"x": aspect(of("q"))}, {"q": (A,) * people}, k=5)

    assert (case.shown == ("q",)) is shown


def test_the_question_of_the_fewest_goes_with_a_single_hidden_one() -> None:
    """Of more people it is harder to guess."""
    answered = {"p": (A,) * 5, "q": (A,) * 3, "r": (A,) * 4, "s": (A,)}

    assert Case({"x": aspect(*map(of, answered))}, answered).shown == ("p", "r")


@pytest.mark.parametrize(
    ("about", "shown", "hidden", "expect"),
    [
        ("all are shown", 3, 0, 3),
        ("a single hidden one takes another with it", 3, 1, 2),
        ("two protect each other", 3, 2, 3),
        ("as many", 2, 2, 2),
        ("most are hidden: none is shown", 2, 3, 0),
    ],
)
def test_hidden_questions_protect_each_other(about: str, shown: int, hidden: int, expect: int) -> None:
    questions = [of(f"q{number}") for number in range(shown + hidden)]
    answered = {question.id: (A,) * 3 if n < shown else (A,) for n, question in enumerate(questions)}

    case = Case({"x": aspect(*questions)}, answered)

    assert len(case.shown) == expect, about


EVEN = {"p": (A,), "q": (B,), "r": (C,)}


@pytest.mark.parametrize(
    ("about", "found", "answered", "expect"),
    [
        ("each may be away", aspect(of("p"), of("q"), of("r")), EVEN, True),
        ("fewer than three people", aspect(of("p"), of("q")), {"p": (A,), "q": (B,)}, False),
        (
            "the same two people on each",
            aspect(of("p"), of("q"), of("r")),
            dict.fromkeys("pqr", (A, A)),
            False,
        ),
        ("one weighs all", aspect(of("p", 10), of("q"), of("r"), of("s", 5)), {**EVEN, "s": ()}, False),
        (
            "what nobody answered weighs so much that none may be missing",
            aspect(of("p"), of("q"), of("r"), of("s", 4)),
            {**EVEN, "s": ()},
            True,
        ),
        (
            "the same, where all must be at the level",
            aspect(of("p"), of("q"), of("r"), of("s", 6), strictness=STRICTNESS["all"]),
            {**EVEN, "s": ()},
            False,
        ),
        (
            "who sees it from the side must have taken out what weighs much",
            aspect(of("p"), of("q"), of("r", 10, primary="x", secondary="c")),
            EVEN,
            False,
        ),
        ("a gate of its own", aspect(of("p"), of("q"), of("r"), gates=(Gate("p", 2),)), EVEN, True),
    ],
)
def test_the_level_of_hidden_questions_is_shown_if_each_could_stand_in_two_ways(
    about: str, found: Aspect, answered: Mapping[str, tuple[Roles, ...]], expect: bool
) -> None:
    case = Case({"x": found}, answered)

    assert ("x" in case.may({}).levels) is expect, about
    assert known(case) == []


def test_of_more_possibilities_than_are_tried_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.disclosure.MOST_TRIED", 0)
    one_weighs_all = aspect(of("p", 10), of("q"), of("r"), of("s", 5))

    assert Case({"x": one_weighs_all}, {**EVEN, "s": ()}).may({}).levels == frozenset()


@pytest.mark.parametrize(
    ("own", "answered_elsewhere", "expect"),
    [
        ("pqr", (A,), True),
        ("pqr", (), True),
        ("pq", (A,), False),
        ("pq", (), False),
    ],
)
def test_a_hidden_question_elsewhere_must_not_matter(
    own: str, answered_elsewhere: tuple[Roles, ...], expect: bool
) -> None:
    """If p does not apply, e holds its gate. Of two questions at the highest level, p could only be away."""
    elsewhere = of("e")
    x = Aspect(tuple(map(of, own)), (Gate("p", 1, otherwise="e"),), (elsewhere,))
    answered = {key: (A, B, C)[:2] if key == "q" else (C,) for key in own}

    case = Case({"x": x, "y": aspect(elsewhere)}, {**answered, "e": answered_elsewhere})

    assert ("x" in case.may({}).levels) is expect
    assert known(case) == []


def test_an_aspect_with_a_gate_on_what_is_hidden_elsewhere_is_not_whole() -> None:
    elsewhere = of("e")
    x = Aspect((of("p"),), (Gate("p", 1, otherwise="e"),), (elsewhere,))

    case = Case({"x": x, "y": aspect(elsewhere)}, {"p": (A,) * 3, "e": (C,)})

    may = case.may(dict.fromkeys("pe", Standing(True, 1)))
    assert (may.questions, may.whole) == ({"p"}, set())
    assert known(case) == []


def test_a_level_that_only_what_is_hidden_elsewhere_keeps_open_is_not_shown() -> None:
    """At level 0, q stands at 0; or it does not apply, and e, in its place, keeps the level down."""
    questions = (of("q", 5), of("u", 10), of("s", 2), of("t", 5))
    x = Aspect(questions, (Gate("u", 2, otherwise="e"), Gate("q", 1, otherwise="e")), (of("e"),))
    answered = {"q": (A,) * 2, "u": (), "s": (A,) * 3, "t": (A,) * 3, "e": (A,)}

    may = Case({"x": x, "y": aspect(of("e"))}, answered).may({"t": Standing(True, 2)})

    assert (may.questions, may.levels) == ({"t"}, set())


@pytest.mark.parametrize(("level", "expect"), [(0, {"y"}), (1, {"x", "y"})])
def test_a_question_elsewhere_that_is_shown_counts_as_it_stands(level: int, expect: set[str]) -> None:
    """If p does not apply, e holds its gate; at 0 it does not, so p would be known by the highest level."""
    x = Aspect((of("p"), of("q")), (Gate("p", 1, otherwise="e"),), (of("e"),))

    case = Case({"x": x, "y": aspect(of("e"))}, {"p": (C,), "q": (A, B), "e": (A,) * 3})

    assert case.may({"e": Standing(True, level)}).levels == expect
