"""Findings written up: levels and why, gaps in their order, what stands out, strengths and threats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from conversation import scorecard
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
    ResamplingFinding,
    RolePattern,
    RoleSplit,
    Settled,
    SwotFinding,
)
from conversation.pack import Item, Pack
from conversation.scope import Scope
from conversation.turnout import by_role, people
from conversation.workings import Workings
from scoring import explain, priorities, ranking, roadmap, statistics, swot
from scoring.gaps import percent_to_target
from scoring.levels import Flag, Number, Question, QuestionResult, QuestionStatus, overall
from scoring.robustness import Bootstrap, Confidence
from storage.records import SeatState

#: Story points of one phase, as in the worked example of docs/method.md.
CAPACITY = 40


class WriteUp(Workings):
    """What a run comes to, in full."""

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
            ranking=places(
                {key: result.level for key, result in self.aspect_results.items()},
                {key: result.continuous for key, result in self.aspect_results.items()},
            ),
            criteria_ranking=places(
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
                regulated=self.scope.regulated and item.criterion in regulated,
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

    def _away(self) -> list[str]:
        """What does not apply: by what people said, or because no such kind is in scope."""
        said = [key for key, r in self.results.items() if r.status is QuestionStatus.NOT_APPLICABLE]
        kinds = self.scope.kinds or None
        return said + [item.id for item in self.pack.items if not item.is_about(kinds)]


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


def places(levels: Mapping[str, int | None], means: Mapping[str, Number | None]) -> tuple[Place, ...]:
    return tuple(
        Place(place=place.place, keys=place.ids, level=place.level)
        for place in ranking.ranking(levels, means)
    )


def _entries(found: Iterable[swot.Entry]) -> tuple[Entry, ...]:
    return tuple(Entry(key=entry.id, rules=entry.rules) for entry in found)


def _exactly(number: float | None) -> Fraction | None:
    return None if number is None else Fraction(number)
