"""From answers to findings: levels, how far to trust them, gaps, and which gap first.

Everything is concluded from counts by question, roles and answer; single people's answers are looked at only
to see whether a level hangs on one of them. What readers may see is concluded once more from what may be
shown, by the same steps: what is hidden has no part in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from conversation import evidence as shown_evidence
from conversation import scorecard, statements
from conversation.evidence import Checked
from conversation.findings import (
    AgreementFinding,
    AspectFinding,
    Basis,
    Dissent,
    Entry,
    Findings,
    GapFinding,
    GroupFinding,
    Outlying,
    Patterns,
    Place,
    QuestionFinding,
    Quote,
    ResamplingFinding,
    RoleFinding,
    RolePattern,
    RoleSplit,
    Settled,
    SwotFinding,
)
from conversation.pack import Item, Pack
from conversation.scope import Privacy, Scope
from scoring import anonymity, explain, priorities, ranking, roadmap, statistics, swot
from scoring.disclosure import Disclosure, disclose
from scoring.evidence import evidenced
from scoring.gaps import default_target, percent_to_target
from scoring.levels import (
    STRICTNESS,
    AspectResult,
    AspectStatus,
    Flag,
    Number,
    Overall,
    Question,
    QuestionResult,
    QuestionStatus,
    Sheet,
    Standing,
    Statement,
    Tally,
    aspect_result,
    overall,
    question_result,
)
from scoring.robustness import (
    MOST_RESAMPLED,
    Aspect,
    Bootstrap,
    Confidence,
    LeaveOneOut,
    Removals,
    Resampling,
    bootstrap,
    confidence,
    leave_one_out,
    removals,
)
from storage.records import NOT_ASKED, Assessment, Calibration, Count, SeatCount, SeatState
from storage.store import Tx

#: Story points of one phase, as in the worked example of docs/method.md.
CAPACITY = 40
OTHER_ROLES = ""


@dataclass(frozen=True)
class Sheets:
    """What single people answered: of all, or of those whose answers are decisive somewhere. It is asked for
    only where counts do not tell."""

    number: int
    all: Callable[[], list[Sheet]]
    deciding: Callable[[Mapping[str, Removals]], Iterable[Sheet]]


@dataclass(frozen=True)
class Material:
    """What a result is concluded from. `before` is the first revision of it, if anybody had
    answered; `seed` is that of the resampling."""

    counts: tuple[Count, ...]
    seats: tuple[SeatCount, ...] = ()
    evidence: Mapping[str, Checked] = field(default_factory=dict)
    agreed: Mapping[str, Calibration] = field(default_factory=dict)
    sheets: Sheets | None = None
    quotes: tuple[Quote, ...] = ()
    seed: int = 0
    before: Findings | None = None

    def said(self, pack: Pack) -> Mapping[str, Mapping[Statement, int]]:
        """By question, how many people said what."""
        return statements.counted(pack, self.counts)


def find(tx: Tx, pack: Pack, assessment: Assessment) -> Findings:
    """What the current answers of this assessment come to."""
    return conclude(pack, Scope.of(assessment), material(tx, assessment))


def material(tx: Tx, assessment: Assessment) -> Material:
    """What the store holds of an assessment."""
    counts, seats = tuple(tx.answers.counts(assessment.id)), tuple(tx.seats.counts(assessment.id))
    begun = sum(seat.begun for seat in seats)
    first = tx.results.first(assessment.id)
    before = Findings.model_validate(first.body) if first else None
    return Material(
        counts=counts,
        seats=seats,
        evidence=shown_evidence.checked(tx, assessment.id),
        agreed=tx.calibrations.standing(assessment.id),
        sheets=_stored(tx, assessment.id, counts, begun),
        quotes=tuple(Quote(question=key, text=text) for key, text in tx.answers.quotes(assessment.id)),
        seed=seed_of(assessment.id),
        before=before if before and before.answered else None,
    )


def conclude(pack: Pack, scope: Scope, material: Material) -> Findings:
    """The findings, with those for readers in `published` if these see less."""
    whole = _Conclusion(pack, scope, material)
    if scope.privacy is Privacy.ATTRIBUTED:
        return whole.findings()
    may = disclose(whole.aspects, _audiences(material.counts), whole.stands, scope.group)
    published = _published(pack, scope, material, whole, may)
    if scope.privacy is Privacy.ANONYMOUS:
        return published
    return whole.findings().model_copy(update={"published": published})


def seed_of(assessment: str) -> int:
    """The same result again has the same seed."""
    return int.from_bytes(hashlib.sha256(assessment.encode()).digest()[:4])


def people(seats: Iterable[SeatCount], state: SeatState | None = None) -> int:
    """How many take part, or are in this state if one is named. Who is not asked any more takes part by what
    they have answered."""
    if state is None:
        return sum(seat.begun if seat.state in NOT_ASKED else seat.n for seat in seats)
    return sum(seat.n for seat in seats if seat.state is state)


def by_role(pack: Pack, seats: Iterable[SeatCount]) -> tuple[RoleFinding, ...]:
    """How many of each role have sent their answers; somebody in two roles counts in both."""
    seats = tuple(seats)
    asked = [seat for seat in seats if people([seat])]
    taken = [role for role in pack.roles if any(role.id in seat.roles for seat in asked)]
    return tuple(
        RoleFinding(
            id=role.id,
            title=role.title,
            sent=people((seat for seat in seats if role.id in seat.roles), SeatState.SENT),
            invited=people(seat for seat in seats if role.id in seat.roles),
        )
        for role in taken
    )


class _Conclusion:
    """One run from answers to findings."""

    def __init__(self, pack: Pack, scope: Scope, material: Material) -> None:
        self.pack, self.scope, self.material = pack, scope, material
        self.items = scope.items(pack)
        self.said = material.said(pack)
        self.strictness = STRICTNESS[scope.strictness]

    # What is worked out.

    @cached_property
    def questions(self) -> dict[str, Question]:
        return {item.id: scorecard.question(item) for item in self.items}

    @cached_property
    def tallies(self) -> dict[str, Tally]:
        return {key: Tally.of_counts(asked, self.said[key]) for key, asked in self.questions.items()}

    @cached_property
    def claimed(self) -> dict[str, QuestionResult]:
        """What the answers alone come to."""
        return {key: question_result(asked, self.tallies[key]) for key, asked in self.questions.items()}

    @cached_property
    def results(self) -> dict[str, QuestionResult]:
        """What counts: a level that was agreed on takes the place of the claimed one."""
        return {key: _settled(result, self.material.agreed.get(key)) for key, result in self.claimed.items()}

    @cached_property
    def borne_out(self) -> dict[str, QuestionResult]:
        """The same with what accepted evidence leaves of each level."""
        return {
            key: result
            if result.level is None
            else replace(result, level=evidenced(result.level, self._accepted(key)))
            for key, result in self.results.items()
        }

    @cached_property
    def aspects(self) -> dict[str, Aspect]:
        return scorecard.aspects(self.pack, self.items, self.strictness)

    @cached_property
    def aspect_results(self) -> dict[str, AspectResult]:
        return self._climbed(self.results)

    @cached_property
    def aspects_borne_out(self) -> dict[str, AspectResult]:
        """The ladder once more, with what evidence bears out."""
        return self._climbed(self.borne_out)

    @cached_property
    def overall(self) -> Overall:
        return overall(self.aspect_results)

    @cached_property
    def targets(self) -> dict[str, int | None]:
        return {key: self._target(key, result.level) for key, result in self.aspect_results.items()}

    @cached_property
    def stands(self) -> dict[str, Standing]:
        return {
            key: Standing(result.status is not QuestionStatus.NOT_APPLICABLE, result.level)
            for key, result in self.results.items()
        }

    @cached_property
    def left_out(self) -> Mapping[str, LeaveOneOut]:
        sheets = self.material.sheets
        if sheets is None:
            return {}
        removed = {key: self._removals(key, asked) for key, asked in self.questions.items()}
        return leave_one_out(self.aspects, removed, sheets.deciding(removed))

    @cached_property
    def resampled(self) -> Mapping[str, Bootstrap]:
        """Where a level was agreed on, the answers alone no longer decide, and are not drawn again."""
        sheets = self.material.sheets
        if sheets is None:
            return {}
        if sheets.number > MOST_RESAMPLED:
            return dict.fromkeys(self.aspects, Bootstrap(Resampling.TOO_MANY, sheets.number, {}))
        everybody = sheets.all()
        return {
            key: bootstrap(aspect, everybody, seed=self.material.seed)
            for key, aspect in self.aspects.items()
            if not any(question.id in self.material.agreed for question in aspect.asked)
        }

    # What is told of it.

    def findings(self) -> Findings:
        gaps, find_out = self._gaps()
        whole, patterns = self.overall, self._patterns()
        evidenced_whole = overall(self.aspects_borne_out).level
        return Findings(
            level=whole.level,
            status=whole.status,
            limiting=tuple(key for key in self.aspects if key in whole.limiting),
            missing=tuple(key for key in self.aspects if key in whole.missing),
            aspects=tuple(map(self._aspect, self.aspects)),
            questions=tuple(map(self._question, self.items)),
            gaps=gaps,
            find_out=find_out,
            roles=by_role(self.pack, self.material.seats),
            answered=sum(seat.begun for seat in self.material.seats),
            invited=people(self.material.seats),
            withdrew=people(self.material.seats, SeatState.WITHDREW),
            evidenced=evidenced_whole if self.material.evidence else None,
            to_target=self._to_target(),
            quotes=self.material.quotes,
            patterns=patterns,
            swot=self._swot(gaps),
            ranking=_places(
                {key: result.level for key, result in self.aspect_results.items()},
                {key: result.continuous for key, result in self.aspect_results.items()},
            ),
            criteria_ranking=_places(
                {group.key: group.level for group in patterns.criteria},
                {group.key: _exactly(group.mean) for group in patterns.criteria},
            ),
            basis=self._basis(),
        )

    def _basis(self) -> Basis:
        return Basis(
            pack=self.pack.id,
            version=self.pack.version,
            digest=self.pack.digest,
            strictness=self.scope.strictness,
            privacy=self.scope.privacy,
            group=self.scope.group,
            seed=self.material.seed,
            scope=self.scope.model_dump(mode="json", exclude={"people", "reviewers"}),
        )

    def _aspect(self, key: str) -> AspectFinding:
        result, asked = self.aspect_results[key], self.aspects[key].questions
        out, drawn = self.left_out.get(key), self.resampled.get(key)
        evidence = self.aspects_borne_out[key].level if self.material.evidence else None
        agree = scorecard.agreement_on(asked, self.claimed)
        reasons = with_titles(self.pack, explain.reasons(result, asked, self.results))
        return AspectFinding(
            id=key,
            title=self.pack.aspect(key).title,
            status=result.status,
            level=result.level,
            target=self.targets[key],
            continuous=None if result.continuous is None else float(result.continuous),
            scored=result.n_scored,
            applicable=result.n_applicable,
            bounds=result.bounds,
            because=tuple(map(explain.sentence, reasons)),
            reasons=reasons,
            weight=self.scope.weight(key),
            evidenced=evidence,
            before_gates=result.level_before_gates,
            gates=tuple(self.pack.item(item).title for item in result.gates),
            coverage=None if result.coverage is None else float(result.coverage),
            agreement=AgreementFinding(alpha=agree.alpha, reading=agree.reading),
            fragile=out.fragile if out else None,
            without_one=out.without_one if out else (),
            resampling=_resampling(drawn) if drawn else None,
            confidence=self.trust[key],
        )

    @cached_property
    def trust(self) -> dict[str, Confidence | None]:
        return {key: self._confidence(key) for key in self.aspects}

    def _confidence(self, key: str) -> Confidence | None:
        out, result = self.left_out.get(key), self.aspect_results[key]
        if out is None or result.level is None:
            return None
        scored = [q for q in self.aspects[key].questions if self.results[q.id].level is not None]
        whole = Fraction(sum(question.weight for question in scored))
        disputed = sum(q.weight for q in scored if Flag.CONTESTED in self.results[q.id].flags)
        shown = sum(q.weight for q in scored if self.borne_out[q.id].level == self.results[q.id].level)
        return confidence(result.status, disputed / whole, shown / whole, fragile=out.fragile)

    def _question(self, item: Item) -> QuestionFinding:
        result, checked = self.results[item.id], self.material.evidence.get(item.id, Checked())
        return QuestionFinding(
            id=item.id,
            title=item.title,
            aspect=item.aspect,
            status=result.status,
            level=result.level,
            contested=Flag.CONTESTED in result.flags,
            answers=result.n_valid,
            dont_know=result.n_dk,
            criterion=item.criterion,
            stages=item.stages,
            meaning=item.meaning,
            not_applicable=result.n_na,
            flags=tuple(str(flag) for flag in result.flags),
            distribution=result.freq,
            mean=None if result.mean is None else float(result.mean),
            support=None if result.support is None else tuple(map(float, result.support.values())),
            consensus=result.cns,
            roles=self._split(item, result),
            evidenced=self.borne_out[item.id].level if item.id in self.material.evidence else None,
            accepted=checked.accepted,
            returned=checked.returned,
            settled=self._settled(item.id),
        )

    def _split(self, item: Item, result: QuestionResult) -> tuple[RoleSplit, ...]:
        voices = self.tallies[item.id].roles
        return tuple(
            RoleSplit(role=role, level=level, n=voices[role].valid)
            for role, level in (result.role_levels or {}).items()
        )

    def _settled(self, key: str) -> Settled | None:
        agreed = self.material.agreed.get(key)
        if agreed is None or agreed.level is None:
            return None
        claimed = self.claimed[key].level
        at = agreed.at.isoformat()
        return Settled(claimed=claimed, level=agreed.level, reason=agreed.reason, by=agreed.by, at=at)

    def _gaps(self) -> tuple[tuple[GapFinding, ...], tuple[str, ...]]:
        """Every step to the targets with its priority, in the order in which they can be taken."""
        levels = {key: result.level for key, result in self.results.items()}
        aims = {item.id: goal for item in self.items if (goal := self.targets.get(item.aspect)) is not None}
        path = roadmap.path(scorecard.capabilities(self.pack), levels, aims, self._away())
        ranked = {step.id: self._factors(step) for step in path.steps}
        scores = {step.id: self._scores(step, ranked[step.id]) for step in path.steps}
        tasks = [
            roadmap.Task(step.id, scores[step.id][self.scope.ranking], step.effort, step.depends)
            for step in path.steps
        ]
        plan = roadmap.roadmap(tasks, CAPACITY)
        steps = {step.id: step for step in path.steps}
        gaps = tuple(self._gap(steps, key, ranked[key], scores[key], plan.phase[key]) for key in plan.order)
        return gaps, tuple(self.pack.item(unknown.item).title for unknown in path.find_out)

    def _gap(
        self,
        steps: Mapping[str, roadmap.Step],
        key: str,
        factors: priorities.Factors,
        scores: Mapping[str, Fraction],
        phase: int,
    ) -> GapFinding:
        step, item = steps[key], self.pack.item(steps[key].item)
        ranked = priorities.priority(factors, top=scorecard.top(self.pack))
        return GapFinding(
            question=item.id,
            title=item.title,
            aspect=item.aspect,
            level=step.level,
            anchor=item.levels[step.level],
            priority=float(ranked.score),
            contributions={name: float(share) for name, share in ranked.contributions.items()},
            effort=step.effort,
            phase=phase,
            waits_for=step.depends,
            unblocks=sum(key in other.depends for other in steps.values()),
            quadrant=priorities.quadrant(item.impact, priorities.cost(step.effort)),
            factors={name: getattr(factors, name) for name in ranked.contributions},
            wsjf=float(scores["wsjf"]),
            rice=float(scores["rice"]),
            serves=_named(self.pack, item, self.scope.goals),
            hurts=_named(self.pack, item, self.scope.pains),
        )

    def _factors(self, step: roadmap.Step) -> priorities.Factors:
        result, evidence = self.results[step.item], self.material.evidence
        unproven = step.item in evidence and self.borne_out[step.item].level != result.level
        return step_factors(self.pack, self.scope, step, in_doubt=Flag.CONTESTED in result.flags or unproven)

    def _scores(self, step: roadmap.Step, factors: priorities.Factors) -> dict[str, Fraction]:
        """By each of the ways to put steps in order."""
        item = self.pack.item(step.item)
        asked = {*item.primary, *item.secondary}
        reach = people(seat for seat in self.material.seats if not asked.isdisjoint(seat.roles))
        trust = self.trust[item.aspect] or Confidence.MEDIUM
        rice = priorities.Rice.of(factors, step.effort, reach=max(reach, 1), confidence=trust)
        return {
            "weighted": priorities.priority(factors, top=scorecard.top(self.pack)).score,
            "wsjf": priorities.Wsjf.of(factors, step.effort).score,
            "rice": rice.score,
        }

    def _patterns(self) -> Patterns:
        results, questions = self.results, tuple(self.questions.values())
        far = [
            (key, each)
            for key, aspect in self.aspects.items()
            for each in statistics.outlying_questions(aspect.questions, results)
        ]
        return Patterns(
            roles=tuple(
                RolePattern(role=each.role, difference=float(each.difference), questions=each.n)
                for each in statistics.role_patterns(self.tallies.values())
            ),
            stages=self._groups({item.id: item.stages for item in self.items}, questions),
            criteria=self._groups({item.id: (item.criterion,) for item in self.items}, questions),
            cells=self._groups(
                {item.id: (f"{item.aspect}/{item.criterion}",) for item in self.items}, questions
            ),
            outlying=tuple(
                Outlying(
                    question=each.id,
                    mean=float(each.mean),
                    fences=(float(each.fences[0]), float(each.fences[1])),
                )
                for _, each in far
            ),
            dissent=tuple(
                Dissent(question=key, role=each.role, level=each.level, count=each.count)
                for key, result in self.claimed.items()
                for each in statistics.outlying_answers(result, self.tallies[key])
            ),
        )

    def _groups(
        self, groups: Mapping[str, Iterable[str]], questions: Sequence[Question]
    ) -> tuple[GroupFinding, ...]:
        return tuple(
            GroupFinding(
                key=key,
                level=group.level,
                mean=None if group.mean is None else float(group.mean),
                scored=group.n_scored,
                applicable=group.n_applicable,
            )
            for key, group in statistics.by_group(questions, groups, self.results).items()
        )

    def _swot(self, gaps: Sequence[GapFinding]) -> SwotFinding:
        best: dict[str, float] = {}
        for gap in gaps:
            best[gap.question] = max(best.get(gap.question, 0.0), gap.priority)
        gated = {gate.item for gate in self.pack.gates}
        regulated = {criterion.id for criterion in self.pack.criteria if criterion.regulated}
        items = [
            swot.Item(
                item.id,
                self.results[item.id].level,
                self.targets[item.aspect],
                self.borne_out[item.id].level if item.id in self.material.evidence else None,
                contested=Flag.CONTESTED in self.results[item.id].flags,
                nobody_knows=self.results[item.id].status is QuestionStatus.UNKNOWN,
                regulated=item.criterion in regulated,
                gate=item.id in gated,
                priority=Fraction(best.get(item.id, 0.0)),
            )
            for item in self.items
        ]
        moves = [
            swot.Move(gap.step, gap.quadrant, len(gap.waits_for), gap.unblocks, Fraction(gap.priority))
            for gap in gaps
        ]
        fragile = [key for key, out in self.left_out.items() if out.fragile]
        found = swot.swot(items, moves, fragile)
        return SwotFinding(
            strengths=_entries(found.strengths),
            weaknesses=_entries(found.weaknesses),
            opportunities=_entries(found.opportunities),
            threats=_entries(found.threats),
        )

    def _to_target(self) -> float | None:
        """How far the aspects are on the way to their targets, each with its weight."""
        rows = [
            (result.level, goal, self.scope.weight(key))
            for key, result in self.aspect_results.items()
            if result.level is not None and (goal := self.targets[key]) is not None
        ]
        if not rows:
            return None
        levels, goals, weights = ([row[n] for row in rows] for n in range(3))
        return float(percent_to_target(levels, goals, weights))

    def _target(self, key: str, level: int | None) -> int | None:
        chosen = self.scope.target_of(key)
        if chosen is not None:
            return chosen
        return None if level is None else default_target(level, scorecard.top(self.pack))

    def _away(self) -> list[str]:
        """What does not apply: by what people said, or because no such kind is in scope."""
        said = [key for key, r in self.results.items() if r.status is QuestionStatus.NOT_APPLICABLE]
        kinds = self.scope.kinds or None
        return said + [item.id for item in self.pack.items if not item.is_about(kinds)]

    def _climbed(self, results: Mapping[str, QuestionResult]) -> dict[str, AspectResult]:
        return {
            key: aspect_result(aspect.questions, results, aspect.gates, aspect.strictness)
            for key, aspect in self.aspects.items()
        }

    def _accepted(self, key: str) -> tuple[int, ...]:
        checked = self.material.evidence.get(key)
        return () if checked is None or checked.accepted is None else (checked.accepted,)

    def _removals(self, key: str, asked: Question) -> Removals:
        """Without anybody, what was agreed on stays."""
        if key in self.material.agreed:
            return Removals(self.stands[key], {}, self.said[key])
        return removals(asked, self.said[key])


def _settled(result: QuestionResult, agreed: Calibration | None) -> QuestionResult:
    """The answers stay as they were; the level is the agreed one, and stands for their mean."""
    if agreed is None or agreed.level is None:
        return result
    flags = tuple(flag for flag in result.flags if flag is not Flag.CONTESTED)
    return replace(result, status=QuestionStatus.SCORED, level=agreed.level, mean=None, flags=flags)


def step_factors(pack: Pack, scope: Scope, step: roadmap.Step, *, in_doubt: bool) -> priorities.Factors:
    """What speaks for a step before anybody has said so; `in_doubt` if people disagree about its question, or
    evidence does not bear it out."""
    item = pack.item(step.item)
    others = [need for need in step.depends if not need.startswith(f"{step.item}@")]
    regulated = next(each for each in pack.criteria if each.id == item.criterion).regulated
    return priorities.default_factors(
        priorities.Circumstances(
            impact=item.impact,
            effort=step.effort,
            gap=step.gap,
            matches_goal=bool(_named(pack, item, scope.goals)),
            hurts=bool(_named(pack, item, scope.pains)),
            regulated=scope.regulated and regulated,
            in_doubt=in_doubt,
            unmet=len(others),
            aspect_weight=scope.weight(item.aspect),
        )
    )


def _named(pack: Pack, item: Item, chosen: Sequence[str]) -> tuple[str, ...]:
    """The titles of the chosen goals or pains that name this item."""
    concerns = (*pack.goals, *pack.pains)
    return tuple(each.title for each in concerns if each.id in chosen and item.id in each.items)


def _resampling(drawn: Bootstrap) -> ResamplingFinding:
    shares = {"none" if level is None else str(level): float(share) for level, share in drawn.shares.items()}
    return ResamplingFinding(resampling=drawn.resampling, respondents=drawn.respondents, shares=shares)


def with_titles(pack: Pack, reasons: Iterable[explain.Reason]) -> tuple[explain.Reason, ...]:
    """People know questions by their titles, not by their ids."""
    return tuple(
        replace(reason, questions=tuple(pack.item(item).title for item in reason.questions))
        for reason in reasons
    )


def _places(levels: Mapping[str, int | None], means: Mapping[str, Number | None]) -> tuple[Place, ...]:
    return tuple(
        Place(place=place.place, keys=place.ids, level=place.level)
        for place in ranking.ranking(levels, means)
    )


def _entries(found: Iterable[swot.Entry]) -> tuple[Entry, ...]:
    return tuple(Entry(key=entry.id, rules=entry.rules) for entry in found)


def _exactly(number: float | None) -> Fraction | None:
    return None if number is None else Fraction(number)


# What may be shown to readers.


def _published(pack: Pack, scope: Scope, material: Material, whole: _Conclusion, may: Disclosure) -> Findings:
    shown = _Shown(pack, scope, material, whole, may)
    found = shown.findings()
    return found.model_copy(
        update={
            "roles": _large_enough(found.roles, scope.group),
            "ranking": _by_level({aspect.id: aspect.level for aspect in found.aspects}),
            "criteria_ranking": _by_level({group.key: group.level for group in found.patterns.criteria}),
        }
    )


def _by_level(levels: Mapping[str, int | None]) -> tuple[Place, ...]:
    """No mean is shown, so those at the same level share a place."""
    return _places(levels, dict.fromkeys(levels, 0))


class _Shown(_Conclusion):
    """The same steps from nothing but what may be shown: whether questions have a level, and which, what
    evidence bears out of that, and what was agreed on. Of hidden questions neither evidence nor quotes are
    known: whose they are could be guessed."""

    def __init__(
        self, pack: Pack, scope: Scope, material: Material, whole: _Conclusion, may: Disclosure
    ) -> None:
        evidence = {key: checked for key, checked in material.evidence.items() if key in may.questions}
        quotes = tuple(quote for quote in material.quotes if quote.question in may.questions)
        super().__init__(pack, scope, replace(material, sheets=None, evidence=evidence, quotes=quotes))
        self._whole, self._may = whole, may
        self._audiences = _audiences(material.counts)
        before = material.before.for_readers if material.before else None
        self._before = {aspect.id: aspect for aspect in before.aspects} if before else {}

    @cached_property
    def claimed(self) -> dict[str, QuestionResult]:
        return {key: self._seen(key, result) for key, result in self._whole.claimed.items()}

    def _seen(self, key: str, result: QuestionResult) -> QuestionResult:
        if key not in self._may.questions:
            return QuestionResult(key, QuestionStatus.UNANSWERED, None)
        left = (QuestionStatus.SCORED, QuestionStatus.NOT_APPLICABLE)
        status = result.status if result.status in left else QuestionStatus.INSUFFICIENT
        return QuestionResult(key, status, result.level)

    @cached_property
    def aspect_results(self) -> dict[str, AspectResult]:
        seen = self._climbed(self.results)
        return {
            key: replace(seen[key], continuous=None)
            if key in self._may.whole
            else _level_alone(self._level(key), self.scope.strictness)
            for key in self.aspects
        }

    def _level(self, key: str) -> int | None:
        """Of an aspect with hidden questions one level is shown, once: what came of another revision would
        tell more about the hidden ones."""
        if key in self._before:
            return self._before[key].level
        return self._whole.aspect_results[key].level if key in self._may.levels else None

    @cached_property
    def overall(self) -> Overall:
        """Not known as long as the level of an aspect is hidden."""
        told = [key for key in self.aspects if key in self._may.whole or self._level(key) is not None]
        found = overall(self.aspect_results)
        if len(told) == len(self.aspects):
            return found
        return Overall(None, AspectStatus.INSUFFICIENT, missing=found.missing)

    def _aspect(self, key: str) -> AspectFinding:
        found, whole = super()._aspect(key), key in self._may.whole
        hidden = sum(
            question.id not in self._may.questions and question.id in self._audiences
            for question in self.aspects[key].questions
        )
        changes: dict[str, object] = {"agreement": None, "continuous": None, "hidden_questions": hidden}
        if not whole:
            changes |= {
                "because": (),
                "reasons": (),
                "coverage": None,
                "bounds": None,
                "evidenced": None,
                "hidden": self._level(key) is None,
                "since": 1 if key in self._before else None,
            }
        return found.model_copy(update=changes)

    def _question(self, item: Item) -> QuestionFinding:
        found = super()._question(item)
        if item.id in self._may.questions:
            return found.model_copy(update={"answers": sum(self._audiences[item.id].values())})
        answered = item.id in self._audiences
        return found.model_copy(update={"hidden": answered and found.settled is None})

    def _settled(self, key: str) -> Settled | None:
        found = super()._settled(key)
        return found and found.model_copy(update={"claimed": self.claimed[key].level})

    def _split(self, item: Item, result: QuestionResult) -> tuple[RoleSplit, ...]:
        return ()

    def _patterns(self) -> Patterns:
        found = super()._patterns()
        kept = {
            name: tuple(group.model_copy(update={"mean": None}) for group in getattr(found, name))
            for name in ("stages", "criteria", "cells")
        }
        return Patterns(**kept)

    def _away(self) -> list[str]:
        """What is hidden is not asked for as a prerequisite either."""
        hidden = [key for key in self._audiences if key not in self._may.questions]
        return super()._away() + [key for key in hidden if key not in self.material.agreed]


def _level_alone(level: int | None, strictness: str) -> AspectResult:
    status = AspectStatus.INSUFFICIENT if level is None else AspectStatus.OFFICIAL
    return AspectResult(status, level, strictness=strictness)


def _large_enough(roles: Iterable[RoleFinding], k: int) -> tuple[RoleFinding, ...]:
    """Roles of fewer than k people are told together, with as many more as protect them."""
    roles = tuple(roles)
    small = anonymity.hidden({role.id: role.invited for role in roles}, k)
    others = [role for role in roles if role.id in small]
    if not others:
        return roles
    together = RoleFinding(
        id=OTHER_ROLES,
        title=OTHER_ROLES,
        sent=sum(role.sent for role in others),
        invited=sum(role.invited for role in others),
    )
    return (*(role for role in roles if role.id not in small), together)


def _audiences(counts: Iterable[Count]) -> dict[str, dict[frozenset[str], int]]:
    """Who said something to each question, by their roles."""
    audiences: dict[str, dict[frozenset[str], int]] = {}
    for count in counts:
        if statements.of_count(count):
            audience = audiences.setdefault(count.question, {})
            roles = frozenset(count.roles)
            audience[roles] = audience.get(roles, 0) + count.n
    return audiences


# How it is read from the store.


def _stored(tx: Tx, assessment: str, counts: Sequence[Count], number: int) -> Sheets:
    def deciding(removed: Mapping[str, Removals]) -> Iterator[Sheet]:
        decisive = [
            count
            for count in counts
            if count.question in removed and statements.of_count(count) in removed[count.question].changes
        ]
        return map(statements.of_sheet, tx.answers.sheets_with(assessment, decisive))

    def everybody() -> list[Sheet]:
        return [*map(statements.of_sheet, tx.answers.sheets(assessment))]

    return Sheets(number, everybody, deciding)
