"""Why an aspect stands where it does, and what the next level lacks: the numbers, and the sentences.

The words live here because a terminal, a file and Slack all say them.
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


def because(
    aspect: AspectResult, questions: Iterable[Question], results: Mapping[str, QuestionResult]
) -> tuple[str, ...]:
    """The sentences that explain the level, in their order."""
    if aspect.status is AspectStatus.NOT_APPLICABLE:
        return ("Does not apply: no question here does.",)
    if aspect.level is None:
        return (
            f"No level yet: {aspect.n_scored} of {aspect.n_applicable} questions could be scored, "
            "and it takes a third.",
        )

    said = [f"Level {aspect.level}{', provisional' if aspect.status is AspectStatus.PROVISIONAL else ''}."]
    said += [_condition(need, aspect) for need in aspect.needs]
    if aspect.gates:
        said.append(f"It would be level {aspect.level_before_gates}, but for {', '.join(aspect.gates)}.")
    closest = dict.fromkeys(
        key for missing in missing_for_next(aspect, questions, results) for key in missing.closest
    )
    if closest:
        said.append(f"Closest: {_first(tuple(closest))}.")
    return tuple(said)


def _condition(need: Need, aspect: AspectResult) -> str:
    """Weights are spoken of only where questions weigh differently."""
    things = "" if need is not aspect.needs[0] else _things(need, aspect)
    have = f"{_plain(need.have)} of {_plain(need.of)}{things} are at {need.at_least} or better"
    last = aspect.needs[-1]
    if need is last:
        aim = f"level {need.at_least} needs {_plain(need.enough)}"
        return f"{have}, enough: {aim}." if need.met else f"{have}; {aim}."
    aim = f"needs more than {_plain(need.more_than)}, i.e. {_plain(need.enough)}"
    return f"{have} ({aim})." if need.met else f"{have}; level {last.at_least} {aim}."


def _things(need: Need, aspect: AspectResult) -> str:
    return " questions" if need.of == aspect.n_scored else " points of weight"


def _first(names: tuple[str, ...]) -> str:
    """The first few by name, the others by number."""
    named, more = names[:NAMED], len(names) - NAMED
    return f"{', '.join(named)} and {more} more" if more > 0 else ", ".join(named)


def _plain(number: Number) -> str:
    return f"{float(number):.6g}"
