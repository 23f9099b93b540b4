"""Why an aspect stands where it does, and what the next level lacks: the facts, and the sentences.

The English words live here because a terminal, a file and Slack all say them; who speaks another language has
the facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.levels import AspectResult, AspectStatus, Need, Number, Question, QuestionResult

NAMED = 3
"""So many of the closest questions are named; a longer list is not read."""


@dataclass(frozen=True, slots=True)
class Missing:
    """An unmet condition, how much weight it lacks, and the fewest questions nearest to supplying it."""

    need: Need
    lacking: Number
    closest: tuple[str, ...]


def missing_for_next(
    aspect: AspectResult, questions: Iterable[Question], results: Mapping[str, QuestionResult]
) -> tuple[Missing, ...]:
    """What the next level lacks. Closest are the questions with most support for it, then by id."""
    weights = {question.id: question.weight for question in questions}
    missing = []
    for need in aspect.needs:
        if need.met:
            continue
        below = [key for key in aspect.blockers if (results[key].level or 0) < need.at_least]
        below.sort(key=lambda key: (-_support(results[key], need.at_least), key))
        lacking = need.enough - need.have
        closest: list[str] = []
        while below and sum(weights[key] for key in closest) < lacking:
            closest.append(below.pop(0))
        missing.append(Missing(need, lacking, tuple(closest)))
    return tuple(missing)


def _support(result: QuestionResult, level: int) -> Fraction:
    return Fraction() if result.support is None else result.support[level]


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact that explains a level: which one (a key of SENTENCES), its numbers, and the questions that it
    names."""

    fact: str
    numbers: Mapping[str, float]
    questions: tuple[str, ...] = ()


def because(
    aspect: AspectResult, questions: Iterable[Question], results: Mapping[str, QuestionResult]
) -> tuple[str, ...]:
    """The sentences that explain the level, in their order."""
    return tuple(map(sentence, reasons(aspect, questions, results)))


def reasons(
    aspect: AspectResult, questions: Iterable[Question], results: Mapping[str, QuestionResult]
) -> tuple[Reason, ...]:
    """The facts that explain the level, in their order."""
    if aspect.status is AspectStatus.NOT_APPLICABLE:
        return (Reason("not_applicable", {}),)
    if aspect.level is None:
        return (Reason("no_level", {"scored": aspect.n_scored, "applicable": aspect.n_applicable}),)

    level = "provisional" if aspect.status is AspectStatus.PROVISIONAL else "level"
    found = [Reason(level, {"level": aspect.level})]
    found += [_condition(need, aspect) for need in aspect.needs]
    if aspect.gates:
        found.append(Reason("but_for", {"level": aspect.level_before_gates or 0}, tuple(aspect.gates)))
    closest = dict.fromkeys(
        key for missing in missing_for_next(aspect, questions, results) for key in missing.closest
    )
    if closest:
        found.append(Reason("closest", {}, tuple(closest)))
    return tuple(found)


def sentence(reason: Reason) -> str:
    numbers = {name: _plain(number) for name, number in reason.numbers.items()}
    return SENTENCES[reason.fact].format(
        **numbers, questions=", ".join(reason.questions), first=_first(reason.questions)
    )


_HAVE = "{have} of {of} are at {at} or better"
_HAVE_QUESTIONS = "{have} of {of} questions are at {at} or better"
_HAVE_WEIGHT = "{have} of {of} points of weight are at {at} or better"
_CONDITIONS = {
    "met": " (needs more than {more_than}, i.e. {enough}).",
    "unmet": "; level {last} needs more than {more_than}, i.e. {enough}.",
    "last_met": ", enough: level {last} needs {enough}.",
    "last_unmet": "; level {last} needs {enough}.",
}
#: By fact. The first condition says what is counted: questions, or weight where they weigh differently.
SENTENCES = {
    "not_applicable": "Does not apply: no question here does.",
    "no_level": "No level yet: {scored} of {applicable} questions could be scored, and it takes a third.",
    "level": "Level {level}.",
    "provisional": "Level {level}, provisional.",
    **{name: _HAVE + rest for name, rest in _CONDITIONS.items()},
    **{f"{name}_questions": _HAVE_QUESTIONS + rest for name, rest in _CONDITIONS.items()},
    **{f"{name}_weight": _HAVE_WEIGHT + rest for name, rest in _CONDITIONS.items()},
    "but_for": "It would be level {level}, but for {questions}.",
    "closest": "Closest: {first}.",
}


def _condition(need: Need, aspect: AspectResult) -> Reason:
    """Weights are spoken of only where questions weigh differently."""
    last = aspect.needs[-1]
    fact = f"{'last_' if need is last else ''}{'met' if need.met else 'unmet'}"
    numbers = {
        "have": need.have,
        "of": need.of,
        "at": need.at_least,
        "last": last.at_least,
        "more_than": need.more_than,
        "enough": need.enough,
    }
    counted = "" if need is not aspect.needs[0] else _counted(need, aspect)
    return Reason(f"{fact}{counted}", {name: float(number) for name, number in numbers.items()})


def _counted(need: Need, aspect: AspectResult) -> str:
    return "_questions" if need.of == aspect.n_scored else "_weight"


def _first(names: tuple[str, ...]) -> str:
    """The first few by name, the others by number."""
    named, more = names[:NAMED], len(names) - NAMED
    return f"{', '.join(named)} and {more} more" if more > 0 else ", ".join(named)


def _plain(number: float) -> str:
    return f"{number:.6g}"
