"""A pack's items as scoring sees them, and a list of answers scored without Slack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any

from conversation.pack import Item, Pack
from scoring.agreement import Agreement, agreement
from scoring.explain import because
from scoring.levels import (
    ISO33020,
    Answer,
    AspectResult,
    Gate,
    Need,
    Overall,
    Question,
    QuestionResult,
    QuestionStatus,
    Strictness,
    Tally,
    aspect_result,
    counted,
    overall,
    question_result,
    sheets,
)
from scoring.roadmap import Capability, Requirement
from scoring.robustness import Aspect, Bootstrap, LeaveOneOut, bootstrap, decisive, leave_one_out, removals
from scoring.rounding import percent, written


@dataclass(frozen=True)
class Scorecard:
    """Results by the ids of the pack's items and aspects, in the order of the pack; `agreement`,
    `leave_one_out` and `bootstrap` say how far an aspect's level can be trusted."""

    pack: Pack
    strictness: Strictness
    people: int
    question_results: Mapping[str, QuestionResult]
    aspects: Mapping[str, AspectResult]
    overall: Overall
    because: Mapping[str, tuple[str, ...]]
    agreement: Mapping[str, Agreement]
    leave_one_out: Mapping[str, LeaveOneOut]
    bootstrap: Mapping[str, Bootstrap]


def questions(pack: Pack, aspect: str | None = None) -> tuple[Question, ...]:
    """The pack's items, or those of one aspect, as scoring sees them."""
    return tuple(map(question, pack.items if aspect is None else pack.of_aspect(aspect)))


def question(item: Item) -> Question:
    return Question(item.id, item.primary, item.secondary, item.weight, top=top(item))


def top(scale: Pack | Item) -> int:
    """The highest level."""
    return len(scale.levels) - 1


def gates(pack: Pack, aspect: str) -> tuple[Gate, ...]:
    return tuple(Gate(gate.item, gate.level, gate.otherwise) for gate in pack.gates if gate.aspect == aspect)


def aspects(pack: Pack, items: Iterable[Item], strictness: Strictness = ISO33020) -> dict[str, Aspect]:
    """The aspects of these items as scoring sees them, in the order of the pack. What is not among the items
    is not asked."""
    members: dict[str, list[Question]] = {aspect.id: [] for aspect in pack.aspects}
    for item in items:
        members[item.aspect].append(question(item))
    asked = {each.id: each for own in members.values() for each in own}
    return {
        key: _aspect(tuple(own), gates(pack, key), asked, strictness) for key, own in members.items() if own
    }


def _aspect(
    members: tuple[Question, ...],
    held: tuple[Gate, ...],
    asked: Mapping[str, Question],
    strictness: Strictness,
) -> Aspect:
    named = dict.fromkeys(key for gate in held for key in (gate.item, gate.otherwise) if key)
    elsewhere = (asked[key] for key in named if key in asked and asked[key] not in members)
    return Aspect(members, held, tuple(elsewhere), strictness)


def agreement_on(members: Iterable[Question], results: Mapping[str, QuestionResult]) -> Agreement:
    """Of people on these questions. What does not apply has left the scoring, and this too."""
    found = [results[question.id] for question in members]
    return agreement(
        result.freq
        for result in found
        if result.freq is not None and result.status is not QuestionStatus.NOT_APPLICABLE
    )


def capabilities(pack: Pack) -> tuple[Capability, ...]:
    """The pack's items as the roadmap sees them."""
    return tuple(
        Capability(
            item.id,
            item.effort,
            {
                level: tuple(Requirement(need.item, need.level) for need in needs)
                for level, needs in item.requires.items()
            },
        )
        for item in pack.items
    )


SEED = 2026
"""The same file gives the same scorecard, also where people are drawn again."""


def score(pack: Pack, answers: Sequence[Answer], strictness: Strictness = ISO33020) -> Scorecard:
    asked = questions(pack)
    by_person = sheets(asked, answers)
    said = counted(by_person.values())
    results = {key.id: question_result(key, Tally.of_counts(key, said.get(key.id, {}))) for key in asked}
    members = aspects(pack, pack.items, strictness)
    found = {
        key: aspect_result(aspect.questions, results, aspect.gates, strictness)
        for key, aspect in members.items()
    }
    removed = {key.id: removals(key, said.get(key.id, {})) for key in asked}
    return Scorecard(
        pack=pack,
        strictness=strictness,
        people=len({answer.respondent for answer in answers}),
        question_results=results,
        aspects=found,
        overall=overall(found),
        because={key: because(aspect, members[key].questions, results) for key, aspect in found.items()},
        agreement={key: agreement_on(aspect.questions, results) for key, aspect in members.items()},
        leave_one_out=leave_one_out(members, removed, decisive(removed, by_person.values())),
        bootstrap={key: bootstrap(aspect, by_person.values(), seed=SEED) for key, aspect in members.items()},
    )


def as_json(card: Scorecard) -> dict[str, Any]:
    """What the method's published cases hold, under the names that they use; numbers are JSON numbers."""
    return {
        "pack": {"id": card.pack.id, "version": card.pack.version},
        "strictness": card.strictness.name,
        "question_results": {key: question_facts(result) for key, result in card.question_results.items()},
        "aspects": {key: aspect_facts(aspect) for key, aspect in card.aspects.items()},
        "overall": _plain(card.overall),
        "trust": {key: _trust_facts(card, key) for key in card.aspects},
        "because": {key: " ".join(sentences) for key, sentences in card.because.items()},
    }


def _trust_facts(card: Scorecard, key: str) -> dict[str, Any]:
    agree, alone, again = card.agreement[key], card.leave_one_out[key], card.bootstrap[key]
    return {
        "alpha": agree.alpha,
        "agreement": agree.reading.value,
        "without_one": list(alone.without_one),
        "one_answer_away": alone.fragile,
        "resampling": again.resampling.value,
        "respondents": again.respondents,
        "shares": {
            "none" if level is None else str(level): float(share) for level, share in again.shares.items()
        },
    }


def question_facts(result: QuestionResult) -> dict[str, Any]:
    """Without a valid answer there is nothing to describe."""
    described = ("support", "role_levels", "freq", "cns") if not result.n_valid else ()
    return {name: value for name, value in _plain(result).items() if name not in described}


def aspect_facts(aspect: AspectResult) -> dict[str, Any]:
    """Without a level there is nothing to explain, at the highest nothing to gain."""
    absent = {"strictness"}
    if aspect.level is None:
        absent |= {"level_before_gates", "achievement", "gates", "continuous"}
    if aspect.bounds is None:
        absent |= {"bounds"}
    if not aspect.needs:
        absent |= {"needs", "blockers"}
    return {name: value for name, value in _plain(aspect).items() if name not in absent}


def as_text(card: Scorecard) -> str:
    """The scorecard for a terminal: the aspects, why, and every question."""
    titles = {aspect.id: aspect.title for aspect in card.pack.aspects}
    people = "1 person" if card.people == 1 else f"{card.people} people"
    rows = [
        (
            titles[key],
            _level(card, aspect.level),
            f"{aspect.n_scored}/{aspect.n_applicable}",
            _words(aspect.status),
        )
        for key, aspect in card.aspects.items()
    ]
    whole = ("Overall", _level(card, card.overall.level), "", _words(card.overall.status))
    parts = [
        f"{card.pack.title}: {people}",
        _table(("Aspect", "Level", "Scored", "Status"), (*rows, whole)),
        *_whole(card, titles),
        "\n".join(f"{titles[key]}: {' '.join(said)}" for key, said in card.because.items()),
        _table(
            ("How far to trust it", "Agreement (alpha)", "One answer away", "Other people of the same roles"),
            [(titles[key], *_trust_row(card, key)) for key in card.aspects],
        ),
        _table(
            (
                "Question",
                "Title",
                "Level",
                *(f"{level} or better" for level in range(1, top(card.pack))),
                str(top(card.pack)),
                "Agreement",
                "n",
                "DK",
                "NA",
                "",
            ),
            [_question_row(card, result) for result in card.question_results.values()],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _plain(value: Any) -> Any:
    """Fractions as numbers, words as texts, records by their fields."""
    match value:
        case Fraction():
            return int(value) if value.denominator == 1 else float(value)
        case StrEnum():
            return value.value
        case bool() | float() | str() | None:
            return value
        case int():
            return int(value)
        case Mapping():
            return {str(key): _plain(part) for key, part in value.items()}
        case tuple():
            return [_plain(part) for part in value]
        case Need():
            return {name: _plain(getattr(value, name)) for name in ("at_least", "have", "more_than", "of")}
        case _:
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}


def _level(card: Scorecard, level: int | None) -> str:
    return "no level" if level is None else f"{level} {card.pack.levels[level].name}"


def _words(name: str) -> str:
    return name.replace("_", " ").replace("dont", "don't")


def _whole(card: Scorecard, titles: Mapping[str, str]) -> list[str]:
    said = []
    if card.overall.level is not None:
        said.append(f"Held back by {', '.join(titles[key] for key in card.overall.limiting)}.")
    if card.overall.missing:
        said.append(f"Without a level: {', '.join(titles[key] for key in card.overall.missing)}.")
    return [" ".join(said)] if said else []


def _trust_row(card: Scorecard, key: str) -> tuple[str, ...]:
    agree, alone, again = card.agreement[key], card.leave_one_out[key], card.bootstrap[key]
    shares = (
        f"{_level(card, level)} in {percent(share)}%"
        for level, share in sorted(again.shares.items(), key=lambda entry: -entry[1])
        if share
    )
    return (
        _words(agree.reading)
        if agree.alpha is None
        else f"{written(agree.alpha, 2)} {_words(agree.reading)}",
        "yes" if alone.fragile else "no",
        ", ".join(shares) or f"{_words(again.resampling)} ({again.respondents})",
    )


def _question_row(card: Scorecard, result: QuestionResult) -> tuple[str, ...]:
    support = ["-"] * top(card.pack)
    if result.support is not None:
        support = [f"{percent(share)}%" for share in result.support.values()]
    notes = [] if result.level is not None else [_words(result.status)]
    return (
        result.id,
        card.pack.item(result.id).title,
        "-" if result.level is None else str(result.level),
        *support,
        "-" if result.cns is None else written(result.cns, 2),
        str(result.n_valid),
        str(result.n_dk),
        str(result.n_na),
        ", ".join((*notes, *map(_words, result.flags))),
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join((lines[0], "-" * max(map(len, lines)), *lines[1:]))
