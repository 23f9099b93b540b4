"""The order of the gaps: what the data propose, and what people decided laid over it.

Findings stay as they were published. Whatever shows gaps in an order takes it from here, so that a plan, a
result and a report never contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import cached_property

from conversation.findings import Findings, GapFinding
from conversation.pack import Pack
from conversation.scope import Ranking, Scope
from conversation.writeup import CAPACITY
from scoring import placing, priorities, roadmap
from scoring.levels import Number
from scoring.priorities import Choice
from storage.records import Assessment, GapMove, GapNeed, GapRanking, GapRating
from storage.store import Tx

#: What people choose, in the order in which they are asked; a method that does not weigh one does not ask it.
FACTORS = ("impact", "urgency", "feasibility", "cost", "risk", "benefit")
#: So many factors say why a gap is where it is.
NAMED = 3


_UNTOUCHED = GapRanking()


@dataclass(frozen=True)
class Change:
    """What somebody changed about a gap: by factor what stood before and what they chose; a `wish` counts for
    nothing."""

    by: str
    at: datetime
    factors: tuple[tuple[str, Choice, Choice], ...]
    reason: str
    wish: bool


@dataclass(frozen=True)
class Opinion:
    """What people decided of one gap: the factors that they chose, what it comes after by their will, why,
    and all that was said, in order."""

    values: Mapping[str, int]
    needs: tuple[str, ...]
    reason: str
    said: tuple[GapRating, ...]

    @property
    def rated(self) -> bool:
        """Somebody has looked at it, even if they changed nothing."""
        return bool(self.counting)

    @property
    def counting(self) -> tuple[GapRating, ...]:
        return tuple(each for each in self.said if not each.wish)

    @property
    def wishes(self) -> tuple[GapRating, ...]:
        """What somebody would have chosen, had not somebody else decided."""
        return tuple(each for each in self.said if each.wish)


@dataclass(frozen=True)
class Decided:
    """All that people decided about the gaps of an assessment, in the order in which they did."""

    head: GapRanking = _UNTOUCHED
    ratings: tuple[GapRating, ...] = ()
    needs: tuple[GapNeed, ...] = ()
    moves: tuple[GapMove, ...] = ()

    def at(self, revision: int) -> Decided:
        """As it was then, but for what is decided about the whole."""
        return replace(
            self,
            ratings=tuple(each for each in self.ratings if each.revision <= revision),
            needs=tuple(each for each in self.needs if each.revision <= revision),
            moves=tuple(each for each in self.moves if each.revision <= revision),
        )

    def opinion(self, step: str) -> Opinion:
        said = tuple(each for each in self.ratings if each.step == step)
        values: dict[str, int | None] = {}
        reason = ""
        for each in said:
            if not each.wish:
                values |= each.values
                reason = reason if each.reason is None else each.reason
        return Opinion(
            {name: value for name, value in values.items() if value is not None},
            tuple(need.need for need in self.standing_needs if need.step == step),
            reason,
            said,
        )

    @cached_property
    def standing_needs(self) -> tuple[GapNeed, ...]:
        """Those that hold, the oldest first."""
        last: dict[tuple[str, str], GapNeed] = {}
        for need in self.needs:
            last.pop((need.step, need.need), None)
            if need.holds:
                last[need.step, need.need] = need
        return tuple(last.values())

    @cached_property
    def standing_moves(self) -> Mapping[str, GapMove]:
        """By step, where it was put; who was moved last comes last."""
        last: dict[str, GapMove] = {}
        for move in self.moves:
            last.pop(move.step, None)
            if move.place is not None:
                last[move.step] = move
        return last


#: As long as nobody has said anything.
NOTHING = Decided()


@dataclass(frozen=True)
class Ranked:
    """A gap in its place (`number`, from 1). `gap` is as it was ranked, with the factors that people chose
    and all that it comes after; `proposed` as the data have it. `ahead_for` is the step for whose sake it
    comes before its own priority."""

    gap: GapFinding
    proposed: GapFinding
    number: int
    opinion: Opinion
    moved: GapMove | None = None
    ahead_for: str | None = None
    is_new: bool = False

    @property
    def step(self) -> str:
        return self.gap.step

    @property
    def factors(self) -> tuple[str, ...]:
        """Those that people choose, as far as the method weighs them."""
        return tuple(name for name in FACTORS if name in self.gap.factors)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Who changed which factor, when and why, in order."""
        stands, found = dict(self.proposed.factors), []
        for each in self.opinion.said:
            chosen = {key: value for key, value in each.values.items() if key in stands}
            now = {key: self.proposed.factors[key] if v is None else v for key, v in chosen.items()}
            factors = tuple((key, band(stands[key]), band(value)) for key, value in now.items())
            found.append(Change(each.by, each.at, factors, each.reason or "", each.wish))
            if not each.wish:
                stands |= now
        return tuple(change for change in found if change.factors or change.reason)

    @property
    def speaks_for(self) -> tuple[str, ...]:
        """The factors that contribute most, the largest first."""
        held = self.speaks_against
        ranked = sorted(self.gap.contributions.items(), key=lambda share: -share[1])
        return tuple(name for name, share in ranked if share and name not in held)[:NAMED]

    @property
    def speaks_against(self) -> tuple[str, ...]:
        """The factors that hold it back: they contribute less than a medium one would."""
        return tuple(name for name in self.factors if _speaks_low(name, self.gap.factors[name]))


@dataclass(frozen=True)
class Order:
    """The gaps as they are ranked; `by_people` if anybody rated one otherwise than proposed, moved one, said
    what comes after what, or chose the method: how much fits into a phase is no order. `load` is the effort
    in each phase. `gone` are steps that people decided about and that are gaps no longer; `crossing` is what
    they decided to come after something that comes after it now."""

    ranked: tuple[Ranked, ...]
    method: Ranking
    head: GapRanking = _UNTOUCHED
    load: tuple[int, ...] = ()
    gone: tuple[str, ...] = ()
    crossing: tuple[tuple[str, str], ...] = ()
    by_people: bool = False

    @property
    def gaps(self) -> tuple[GapFinding, ...]:
        return tuple(each.gap for each in self.ranked)

    @property
    def cut_off(self) -> int:
        return self.head.cut_off

    @property
    def capacity(self) -> int:
        return self.head.capacity or CAPACITY

    @property
    def moved(self) -> tuple[Ranked, ...]:
        return tuple(each for each in self.ranked if each.moved)

    @property
    def unrated(self) -> tuple[Ranked, ...]:
        return tuple(each for each in self.ranked if not each.opinion.rated)

    @property
    def new(self) -> tuple[Ranked, ...]:
        """Gaps that came with a later revision of the result, and that nobody has rated yet."""
        return tuple(each for each in self.ranked if each.is_new)

    def find(self, step: str) -> Ranked | None:
        return next((each for each in self.ranked if each.step == step), None)

    def can_come_before(self, step: str) -> tuple[Ranked, ...]:
        """What people may say that this gap comes after: gaps of other questions, but for those of which the
        questions say which comes first. What they said already stays among them, to be taken back."""
        this = self.find(step)
        if this is None:
            return ()
        fixed = {each.step: each.proposed.waits_for for each in self.ranked}
        return tuple(
            each
            for each in self.ranked
            if each.step not in fixed[step]
            and (
                each.step in this.opinion.needs
                or (each.gap.question != this.gap.question and not placing.circle(fixed, step, each.step))
            )
        )

    def in_phase(self, number: int) -> tuple[Ranked, ...]:
        return tuple(each for each in self.ranked if each.gap.phase == number)

    @property
    def too_large(self) -> tuple[Ranked, ...]:
        """What is more than a phase holds; it has one of its own."""
        return tuple(each for each in self.ranked if each.gap.effort > self.capacity)

    @property
    def not_fitting(self) -> tuple[Ranked, ...]:
        """What no phase is left for."""
        last = self.head.phases
        return tuple(each for each in self.ranked if last is not None and each.gap.phase > last)


@dataclass(frozen=True)
class Grounds:
    """What the proposed factors of a gap are made of. `unmet` are the steps of other questions that come
    first; `distance` is levels to the target."""

    impact: int
    serves: tuple[str, ...]
    hurts: tuple[str, ...]
    weight: int
    regulated: bool
    contested: bool
    unproven: bool
    unmet: int
    effort: int
    distance: int


def decided(tx: Tx, assessment: str) -> Decided:
    book = tx.rankings
    return Decided(
        book.get(assessment),
        tuple(book.ratings(assessment)),
        tuple(book.needs(assessment)),
        tuple(book.moves(assessment)),
    )


def order_in(tx: Tx, assessment: Assessment, pack: Pack, found: Findings) -> Order:
    """A step: the gaps that readers see, in the order in which people put them, or in the proposed one."""
    scope = Scope.of(assessment)
    return lay_over(
        found.for_readers.gaps, decided(tx, assessment.id), scope.ranking, top=len(pack.levels) - 1
    )


def lay_over(
    gaps: Sequence[GapFinding], decided: Decided, usual: Ranking, *, top: int, method: Ranking | None = None
) -> Order:
    """By `method`, else by the one that people chose, else by the usual one. `top` is the highest level. A
    result from before there were factors to choose keeps its order."""
    head = decided.head
    chosen = method or (Ranking(head.method) if head.method else usual)
    opinions = {gap.step: decided.opinion(gap.step) for gap in gaps}
    if not can_be_ranked(gaps):
        kept = (Ranked(gap, gap, at, opinions[gap.step]) for at, gap in enumerate(gaps, start=1))
        return Order(tuple(kept), chosen, head)
    proposed = {gap.step: gap for gap in gaps}
    depends, crossing = _depends(proposed, decided.standing_needs)
    rated = {step: _rated(gap, opinions[step].values, top) for step, gap in proposed.items()}
    tasks = {
        step: roadmap.Task(step, _score(gap, chosen), gap.effort, depends[step])
        for step, gap in rated.items()
    }
    capacity = head.capacity or CAPACITY
    plan = roadmap.roadmap(tasks.values(), capacity)
    moves = decided.standing_moves
    wanted = [(step, move.place) for step, move in moves.items() if move.place is not None]
    order = placing.placed(plan.order, depends, wanted)
    phase, load = roadmap.phases([tasks[step] for step in order], capacity)
    ranked = tuple(
        Ranked(
            gap=rated[step].model_copy(
                update={
                    "phase": phase[step],
                    "waits_for": depends[step],
                    "unblocks": sum(step in others for others in depends.values()),
                }
            ),
            proposed=proposed[step],
            number=number,
            opinion=opinions[step],
            moved=moves.get(step),
            ahead_for=_ahead_for(step, order, tasks, plan.effective),
            is_new=bool(head.steps) and step not in head.steps and not opinions[step].rated,
        )
        for number, step in enumerate(order, start=1)
    )
    touched = {*(each.step for each in decided.ratings), *moves, *(n.step for n in decided.standing_needs)}
    gone = tuple(sorted(touched - proposed.keys()))
    changed = any(each.values for each in opinions.values()) or moves or decided.standing_needs
    return Order(ranked, chosen, head, load, gone, crossing, by_people=bool(changed or head.method))


def can_be_ranked(gaps: Iterable[GapFinding]) -> bool:
    """Whether the result knows what its priorities are made of."""
    return all(gap.factors and gap.wsjf is not None and gap.rice is not None for gap in gaps)


def band(value: int) -> Choice:
    """Low, medium or high, as people choose."""
    if value < Choice.MEDIUM:
        return Choice.LOW
    return Choice.MEDIUM if value == Choice.MEDIUM else Choice.HIGH


def grounds(pack: Pack, scope: Scope, found: Findings, gap: GapFinding) -> Grounds:
    """Why the data propose what they propose for this gap."""
    item, question = pack.item(gap.question), found.question(gap.question)
    regulated = next(each for each in pack.criteria if each.id == item.criterion).regulated
    others = [need for need in gap.waits_for if not need.startswith(f"{gap.question}@")]
    return Grounds(
        impact=item.impact,
        serves=gap.serves,
        hurts=gap.hurts,
        weight=scope.weight(gap.aspect),
        regulated=scope.regulated and regulated,
        contested=question is not None and question.contested,
        unproven=question is not None and question.claimed_above_evidence,
        unmet=len(others),
        effort=gap.effort,
        distance=gap.factors.get("gap", 0),
    )


def _rated(gap: GapFinding, values: Mapping[str, int], top: int) -> GapFinding:
    """With the factors that people chose in place of the proposed ones."""
    if not values:
        return gap
    factors = {**gap.factors, **values}
    chosen = priorities.Factors(**factors)
    ranked = priorities.priority(chosen, top=top)
    # Reach and confidence, which nobody chooses, are in what RICE came to before.
    impact = priorities.RICE_IMPACT[chosen.impact] / priorities.RICE_IMPACT[gap.factors["impact"]]
    return gap.model_copy(
        update={
            "factors": factors,
            "priority": float(ranked.score),
            "contributions": {name: float(share) for name, share in ranked.contributions.items()},
            "wsjf": float(priorities.Wsjf.of(chosen, gap.effort).score),
            "rice": (gap.rice or 0.0) * float(impact),
            "quadrant": priorities.quadrant(chosen.impact, chosen.cost),
        }
    )


def _score(gap: GapFinding, method: Ranking) -> Fraction:
    scores = {Ranking.WEIGHTED: gap.priority, Ranking.WSJF: gap.wsjf, Ranking.RICE: gap.rice}
    return Fraction(scores[method] or 0.0)


def _depends(
    gaps: Mapping[str, GapFinding], needs: Iterable[GapNeed]
) -> tuple[dict[str, tuple[str, ...]], tuple[tuple[str, str], ...]]:
    """What each gap comes after: by the pack, and by what people decided as far as it does not cross the pack
    or what was decided before it (levels that change bring other prerequisites)."""
    depends = {step: tuple(need for need in gap.waits_for if need in gaps) for step, gap in gaps.items()}
    crossing = []
    for each in needs:
        if each.step not in gaps or each.need not in gaps or each.need in depends[each.step]:
            continue
        if placing.circle(depends, each.step, each.need):
            crossing.append((each.step, each.need))
        else:
            depends[each.step] = (*depends[each.step], each.need)
    return depends, tuple(crossing)


def _ahead_for(
    step: str,
    order: Sequence[str],
    tasks: Mapping[str, roadmap.Task],
    effective: Mapping[str, Number],
) -> str | None:
    """What waits for this step, directly or not, and is so urgent that it lends it its priority."""
    if effective[step] <= tasks[step].priority:
        return None
    behind = {step}
    for other in order[order.index(step) + 1 :]:
        if behind.intersection(tasks[other].depends):
            behind.add(other)
            if tasks[other].priority == effective[step]:
                return other
    return None


def _speaks_low(factor: str, value: int) -> bool:
    return value > Choice.MEDIUM if factor == "cost" else value < Choice.MEDIUM
