"""Before anything is agreed: what is the least work to a level, and what would happen if some questions stood
elsewhere?

Both are worked out from a result as its reader sees it, so they tell nobody more than the result does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from conversation import vocabulary
from conversation.assessments import assessment_for, seen
from conversation.contents import Verdict
from conversation.desk import Desk
from conversation.errors import (
    AlreadyThere,
    AssessmentIsOpen,
    NoSuchAspect,
    NoSuchLevel,
    NothingBehind,
)
from conversation.findings import AspectFinding, QuestionFinding
from conversation.pack import Item, Pack
from conversation.rebuilt import Rebuilt
from conversation.reports import verdict_for
from conversation.vocabulary import ENGLISH, folded
from conversation.writeup import CAPACITY, step_factors, with_titles
from scoring import explain, priorities, roadmap
from scoring.gaps import default_target
from scoring.levels import AspectResult, AspectStatus, Overall, QuestionStatus
from scoring.minimum_path import minimum_path
from scoring.what_if import what_if
from storage.records import Assessment, AssessmentState
from storage.store import Tx

#: More questions at once nobody keeps in mind.
MOST_SUPPOSED = 10
#: Fewer letters of a name could be any.
FEWEST_LETTERS = 2


@dataclass(frozen=True)
class PathStep:
    """One level up for one question. `along`: it counts for another aspect, or for none in scope, and is
    needed for the steps in `needed_for` ("MON-Q4@2"); `gate`: the aspect cannot reach its level without
    it."""

    item: Item
    level: int
    effort: int
    needed_for: tuple[str, ...]
    along: bool
    gate: bool

    @property
    def id(self) -> str:
        return roadmap.step_id(self.item.id, self.level)


@dataclass(frozen=True)
class Unknown:
    """A question that has to be found out first; `status` None if nobody was asked. `needed_for` are steps,
    none if the level itself needs it."""

    question: str
    status: QuestionStatus | None
    needed_for: tuple[str, ...]


@dataclass(frozen=True)
class Work:
    steps: int
    effort: int


@dataclass(frozen=True)
class LeastWork:
    """The way to `level` in an aspect that takes the fewest effort points, its steps in their order.

    Not `reachable` if it has to be found out first how the questions in `find_out` stand, or if nothing but
    the level of the aspect is shown. `exact` False: there may be a way that takes less. `everything` is what
    it takes to raise every question of the aspect; `planned` if that is what the plan lists, which starts
    from what readers see.
    """

    aspect: AspectFinding
    level: int
    reachable: bool
    steps: tuple[PathStep, ...]
    find_out: tuple[Unknown, ...]
    everything: Work
    exact: bool
    hidden: int
    planned: bool

    @property
    def effort(self) -> int:
        """In points."""
        return sum(step.effort for step in self.steps)


@dataclass(frozen=True)
class Standing:
    """An aspect before and after. `reasons` say why it gets no further, if it has something supposed in
    it; `level_only`: it cannot be worked out from what is shown, and stays as it is shown."""

    aspect: AspectFinding
    before: AspectResult
    after: AspectResult
    reasons: tuple[explain.Reason, ...]
    level_only: bool

    @property
    def because(self) -> tuple[str, ...]:
        """In English."""
        return tuple(map(explain.sentence, self.reasons))

    @property
    def changed(self) -> bool:
        return (self.before.level, self.before.status) != (self.after.level, self.after.status)


@dataclass(frozen=True)
class Supposition:
    """What would happen if these questions were at these levels. The whole is None where an aspect is hidden.

    `steps` and `effort` are what it takes to get there, with what has to come first; of that, `along` are the
    steps of questions that nobody chose, and `reached_too` the aspects that these lift further. `unknown` are
    the chosen questions of which nobody knows where they stand, so that they are not in the effort.
    """

    chosen: Mapping[str, int]
    aspects: tuple[Standing, ...]
    before: Overall | None
    after: Overall | None
    steps: int
    effort: int
    along: tuple[str, ...]
    reached_too: tuple[tuple[str, int], ...]
    unknown: tuple[str, ...]
    hidden: int


@dataclass(frozen=True)
class PathAnswer:
    verdict: Verdict
    path: LeastWork


@dataclass(frozen=True)
class WhatIfAnswer:
    """`level` is what is supposed of all that is chosen; `offered` are the questions to choose from, by
    aspect; `channel` is where somebody asked for it, which may be why they see it."""

    verdict: Verdict
    level: int
    offered: Mapping[str, tuple[QuestionFinding, ...]]
    found: Supposition
    channel: str | None = None


def asked(
    desk: Desk, user_id: str, *, words: str, channel: str | None, language: str = ENGLISH
) -> PathAnswer:
    """The least work that somebody asks for in words of this language or in English: an aspect, a level,
    "for" and the name of an assessment, each if they like.

    Raises: NoSuchAssessment, AssessmentIsOpen, NotShared, NoSuchAspect, NoSuchLevel, AlreadyThere,
    NothingBehind.
    """
    found = _for(language).fullmatch(words.strip())
    what, name = (found["what"] or "", found["name"]) if found else (words, "")
    with desk.transaction() as tx:
        verdict = _verdict_named(desk, tx, user_id, name, channel)
    aspect, level = understood(verdict.pack, verdict.findings.aspects, what, language)
    return PathAnswer(verdict, least_work_in(Rebuilt.of(verdict), aspect, level))


def least_work(
    desk: Desk,
    user_id: str,
    *,
    assessment: str,
    aspect: str | None = None,
    level: int | None = None,
    channel: str | None = None,
) -> PathAnswer:
    """The same for an assessment that is known, and seen in this channel if not otherwise; without an aspect
    for the one that is furthest behind, without a level to its target.

    Raises: NoSuchAssessment, AssessmentIsOpen, NotShared, NoSuchAspect, NoSuchLevel, AlreadyThere,
    NothingBehind.
    """
    with desk.transaction() as tx:
        verdict = _verdict_of(desk, tx, user_id, assessment, channel)
    return PathAnswer(verdict, least_work_in(Rebuilt.of(verdict), aspect, level))


def suppose_named(desk: Desk, user_id: str, *, name: str, channel: str | None) -> WhatIfAnswer:
    """Nothing is supposed yet. Raises: NoSuchAssessment, AssessmentIsOpen, NotShared."""
    with desk.transaction() as tx:
        verdict = _verdict_named(desk, tx, user_id, name, channel)
    return replace(_suppose(verdict, (), None), channel=channel)


def suppose(
    desk: Desk,
    user_id: str,
    *,
    assessment: str,
    questions: Iterable[str] = (),
    level: int | None = None,
    channel: str | None = None,
) -> WhatIfAnswer:
    """What would happen if these questions were at this level, by default the next one of the aspect that is
    furthest behind. Questions that are not offered (any more) are left out.

    Raises: NoSuchAssessment, AssessmentIsOpen, NotShared.
    """
    with desk.transaction() as tx:
        verdict = _verdict_of(desk, tx, user_id, assessment, channel)
    return replace(_suppose(verdict, questions, level), channel=channel)


# What somebody means.


@cache
def _for(language: str) -> re.Pattern[str]:
    """The name of an assessment, after the word that says so."""
    word = "|".join(each.for_ for each in vocabulary.understood(language))
    return re.compile(rf"(?:^|(?P<what>.*?)\s)(?:{word})\s+(?P<name>.+)", re.IGNORECASE | re.DOTALL)


@cache
def _fillers(language: str) -> frozenset[str]:
    """Words that may stand between an aspect and a level and mean nothing."""
    return frozenset(word for each in vocabulary.understood(language) for word in each.fillers)


def understood(
    pack: Pack, aspects: Sequence[AspectFinding], words: str, language: str = ENGLISH
) -> tuple[str | None, int | None]:
    """An aspect and a level, either or both, in any order: "monitoring 2", "level 2 in mon", "Basic".

    Raises: NoSuchAspect, NoSuchLevel.
    """
    said = [word for word in words.replace(",", " ").split() if word.casefold() not in _fillers(language)]
    if not said:
        return None, None
    for cut in range(len(said), -1, -1):
        one, other = " ".join(said[:cut]), " ".join(said[cut:])
        for aspect_words, level_words in ((one, other), (other, one)):
            aspect, level = _aspect(pack, aspects, aspect_words), _level(pack, level_words)
            if (aspect or not aspect_words) and (level is not None or not level_words):
                return aspect, level
    for cut in range(len(said) - 1, 0, -1):
        if _aspect(pack, aspects, " ".join(said[:cut])):
            raise NoSuchLevel(said=" ".join(said[cut:]), levels=_level_names(pack), pack=pack)
    if said[-1].isdecimal() and len(said) == 1:
        raise NoSuchLevel(said=said[0], levels=_level_names(pack), pack=pack)
    cuts = (cut for cut in range(1, len(said)) if _level(pack, " ".join(said[cut:])) is not None)
    name = " ".join(said[: next(cuts, len(said))])
    raise NoSuchAspect(said=name, known=tuple(aspect.title for aspect in aspects), pack=pack)


def _aspect(pack: Pack, aspects: Iterable[AspectFinding], words: str) -> str | None:
    """The one that is called so in any language, begins so, or has a word that begins so; None if there is
    not just one."""
    wanted = folded(words)
    names = {
        aspect.id: tuple(
            folded(name)
            for name in (aspect.id, *(each.aspect(aspect.id).title for each in pack.in_all_languages))
        )
        for aspect in aspects
    }
    fits: tuple[Callable[[str], bool], ...] = (
        lambda name: name == wanted,
        lambda name: name.startswith(wanted),
        lambda name: any(word.startswith(wanted) for word in name.split()),
    )
    for fit in fits[: 1 if len(wanted) < FEWEST_LETTERS else 3]:
        found = [key for key, called in names.items() if any(map(fit, called))]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _level(pack: Pack, words: str) -> int | None:
    """By its number, its name in any language, or how that begins."""
    wanted = folded(words)
    if wanted.isdecimal():
        return int(wanted) if int(wanted) < len(pack.levels) else None
    names = [(n, folded(level.name)) for each in pack.in_all_languages for n, level in enumerate(each.levels)]
    found = {n for n, name in names if name == wanted} or {
        n for n, name in names if len(wanted) >= FEWEST_LETTERS and name.startswith(wanted)
    }
    return found.pop() if len(found) == 1 else None


def _level_names(pack: Pack) -> tuple[str, ...]:
    return tuple(level.name for level in pack.levels)


# The least work.


def least_work_in(result: Rebuilt, aspect: str | None = None, level: int | None = None) -> LeastWork:
    """Raises: NoSuchAspect, NoSuchLevel, AlreadyThere, NothingBehind."""
    known = {each.id: each for each in result.findings.aspects}
    if aspect is not None and aspect not in known:
        raise NoSuchAspect(said=aspect, known=tuple(each.title for each in known.values()), pack=result.pack)
    if level is not None and not 0 <= level < len(result.pack.levels):
        raise NoSuchLevel(said=str(level), levels=_level_names(result.pack), pack=result.pack)
    found = known[aspect] if aspect is not None else furthest_behind(result, level)
    goal = _goal(result.pack, found) if level is None else level
    if found.level is not None and found.level >= goal:
        raise AlreadyThere(
            aspect=found.title,
            level=found.level,
            name=result.pack.levels[found.level].name,
            highest=found.level == len(result.pack.levels) - 1,
            pack=result.pack,
        )
    return _least_work(result, found, goal)


def furthest_behind(result: Rebuilt, level: int | None = None) -> AspectFinding:
    """The lowest one that is not at its target, or at this level; else one without a level.

    Raises: NothingBehind.
    """
    scored = [
        each
        for each in result.findings.aspects
        if each.level is not None and each.level < (_goal(result.pack, each) if level is None else level)
    ]
    if scored:
        return min(scored, key=lambda each: (each.level_only, each.level or 0, each.continuous or 0.0))
    unscored = (
        each
        for each in result.findings.aspects
        if each.level is None and each.status is not AspectStatus.NOT_APPLICABLE
    )
    found = next(unscored, None)
    if found is None:
        raise NothingBehind(level=level)
    return found


def _goal(pack: Pack, aspect: AspectFinding) -> int:
    if aspect.target is not None:
        return aspect.target
    return default_target(aspect.level or 0, len(pack.levels) - 1)


def _least_work(result: Rebuilt, aspect: AspectFinding, level: int) -> LeastWork:
    if aspect.id not in result.aspects:
        return LeastWork(aspect, level, False, (), (), Work(0, 0), True, result.hidden, False)
    own = result.aspects[aspect.id]
    goals = {question.id: level for question in own.questions}
    gates = {gate.item: gate.level for gate in own.gates} | {
        gate.otherwise: gate.level for gate in own.gates if gate.otherwise
    }
    everything = result.path(goals)
    found = minimum_path(
        own.questions,
        result.standings,
        level,
        result.capabilities,
        gates=own.gates,
        strictness=own.strictness,
        priorities=_priorities(result, result.path({**gates, **goals})),
        capacity=CAPACITY,
    )
    return LeastWork(
        aspect,
        level,
        found.reachable,
        tuple(_step(result, aspect, found.steps, step, level) for step in found.steps),
        tuple(_unknown(result, each) for each in found.find_out),
        Work(len(everything.steps), sum(step.effort for step in everything.steps)),
        found.exact,
        result.hidden,
        planned=level == aspect.target and result.findings.published is None,
    )


def _priorities(result: Rebuilt, way: roadmap.Path) -> dict[str, Fraction]:
    """As in the plan, by weighted factors; by the same factors where a step is not in it."""
    top = len(result.pack.levels) - 1

    def of(step: roadmap.Step) -> Fraction:
        planned, question = result.findings.gap(step.id), result.findings.question(step.item)
        if planned:
            return Fraction(planned.priority)
        doubt = question is not None and (question.contested or question.claimed_above_evidence)
        factors = step_factors(result.pack, result.scope, step, in_doubt=doubt)
        return priorities.priority(factors, top=top).score

    return {step.id: of(step) for step in way.steps}


def _step(
    result: Rebuilt, aspect: AspectFinding, steps: Iterable[roadmap.Step], step: roadmap.Step, level: int
) -> PathStep:
    item = result.pack.item(step.item)
    waiting = [other for other in steps if step.id in other.depends and other.item != step.item]
    gates = {
        gate.item if gate.item in result.levels and gate.item not in result.away else gate.otherwise
        for gate in result.aspects[aspect.id].gates
        if step.level <= gate.level <= level
    }
    return PathStep(
        item,
        step.level,
        step.effort,
        needed_for=tuple(other.id for other in waiting),
        along=item.aspect != aspect.id,
        gate=step.item in gates,
    )


def _unknown(result: Rebuilt, each: roadmap.FindOut) -> Unknown:
    question = result.findings.question(each.item)
    return Unknown(each.item, question.status if question else None, each.needed_for)


# What if.


def offered(result: Rebuilt) -> dict[str, tuple[QuestionFinding, ...]]:
    """The questions that can be supposed elsewhere, by aspect: those that apply and count for a level that
    is worked out."""
    found = {
        key: tuple(
            question
            for question in result.findings.of_aspect(key)
            if question.status is not QuestionStatus.NOT_APPLICABLE
        )
        for key in result.aspects
    }
    return {key: questions for key, questions in found.items() if questions}


def _suppose(verdict: Verdict, questions: Iterable[str], level: int | None) -> WhatIfAnswer:
    result = Rebuilt.of(verdict)
    choices = offered(result)
    known = {question.id for some in choices.values() for question in some}
    top = len(verdict.pack.levels) - 1
    lowest = [each.level for each in verdict.findings.aspects if each.level is not None]
    goal = default_target(min(lowest, default=0), top) if level is None else min(max(level, 0), top)
    chosen = [key for key in dict.fromkeys(questions) if key in known][:MOST_SUPPOSED]
    return WhatIfAnswer(verdict, goal, choices, suppose_in(result, dict.fromkeys(chosen, goal)))


def suppose_in(result: Rebuilt, chosen: Mapping[str, int]) -> Supposition:
    """`chosen` are levels by question, of those that are offered. Raises ValueError for a level that the
    scale does not have."""
    found = what_if(result.ladders, result.results, chosen, result.strictness)
    way = result.path(chosen)
    raised = {step.item: step.level for step in way.steps}
    together = what_if(result.ladders, result.results, {**_only(result, raised), **chosen}, result.strictness)
    return Supposition(
        chosen,
        tuple(
            _standing(result, aspect, chosen, found.before.aspects, found.after.aspects)
            for aspect in result.findings.aspects
        ),
        result.whole(found.before.aspects),
        result.whole(found.after.aspects),
        len(way.steps),
        sum(step.effort for step in way.steps),
        along=tuple(roadmap.step_id(item, level) for item, level in raised.items() if item not in chosen),
        reached_too=tuple(
            (key, after.level)
            for key, after in together.after.aspects.items()
            if after.level is not None and after.level > (found.after.aspects[key].level or 0)
        ),
        unknown=tuple(key for key in chosen if result.levels[key] is None),
        hidden=result.hidden,
    )


def _only(result: Rebuilt, raised: Mapping[str, int]) -> dict[str, int]:
    """Those of them that count for a level that is worked out."""
    known = {question.id for ladder in result.ladders.values() for question in ladder.questions}
    return {item: level for item, level in raised.items() if item in known}


def _standing(
    result: Rebuilt,
    aspect: AspectFinding,
    chosen: Mapping[str, int],
    before: Mapping[str, AspectResult],
    after: Mapping[str, AspectResult],
) -> Standing:
    if aspect.id not in result.aspects:
        alone = result.level_alone(aspect)
        return Standing(aspect, alone, alone, (), True)
    now, then, questions = before[aspect.id], after[aspect.id], result.aspects[aspect.id].questions
    reasons: tuple[explain.Reason, ...] = ()
    if any(question.id in chosen for question in questions):
        reasons = with_titles(result.pack, explain.reasons(then, questions, result.supposing(chosen)))
    return Standing(aspect, now, then, reasons, False)


# Whose result, and may they?


def _verdict_named(desk: Desk, tx: Tx, user_id: str, name: str, channel: str | None) -> Verdict:
    states = [AssessmentState.CLOSED, AssessmentState.OPEN]
    return _closed(desk, tx, user_id, assessment_for(tx, user_id, name, channel, states))


def _verdict_of(desk: Desk, tx: Tx, user_id: str, assessment: str, channel: str | None) -> Verdict:
    states = [AssessmentState.CLOSED, AssessmentState.OPEN]
    return _closed(desk, tx, user_id, seen(tx, user_id, assessment, channel, states))


def _closed(desk: Desk, tx: Tx, user_id: str, assessment: Assessment) -> Verdict:
    if assessment.state is AssessmentState.OPEN:
        raise AssessmentIsOpen(subject=assessment.subject, closes_at=assessment.closes_at)
    return verdict_for(desk, tx, user_id, assessment)
