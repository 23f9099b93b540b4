"""Ranking the gaps with people: they rate what is proposed, say what comes after what, move single gaps, and
decide how many are worked on first and how much fits into a phase.

Everything that is decided makes a revision. A form knows the one that it showed; what somebody else decided
since goes together with it, and of what both decided neither is overwritten in silence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conversation import prioritising, rankwords, reports
from conversation.assessments import assessment_for, changeable, facilitated, facilitates, held, visible
from conversation.desk import Desk
from conversation.errors import (
    AssessmentIsOpen,
    CannotBeRanked,
    NeedsInACircle,
    NoSuchAssessment,
    NoSuchGap,
    NotBeforeThat,
    NotUnderstoodAsRanking,
    OrderChanged,
)
from conversation.findings import Findings, GapFinding
from conversation.merging import Merged, merge
from conversation.pack import Pack
from conversation.prioritising import Decided, Grounds, Opinion, Order, Ranked
from conversation.scope import Ranking, Scope
from conversation.vocabulary import ENGLISH
from scoring import placing
from storage.records import Assessment, AssessmentState, DraftChange, GapMove, GapNeed, GapRating
from storage.store import Tx

NEED = "need:"
_STATES = [AssessmentState.CLOSED, AssessmentState.OPEN]


@dataclass(frozen=True)
class Listing:
    """The ranked gaps, with what was decided about them; `taken` are the steps that have an action, `channel`
    is where somebody asked for them, which may be why they see them."""

    assessment: Assessment
    pack: Pack
    order: Order
    facilitating: bool
    taken: frozenset[str] = frozenset()
    channel: str | None = None


@dataclass(frozen=True)
class RatingForm:
    """One gap to be rated. `opinion` is what stands; `at` of `of` is how far they are."""

    assessment: Assessment
    pack: Pack
    order: Order
    ranked: Ranked
    grounds: Grounds
    at: int
    of: int


@dataclass(frozen=True)
class RatingClash:
    """Somebody else decided otherwise about this gap: by field what this person wanted, and what stands. What
    they changed apart from that is saved, and what they wanted is kept as a wish."""

    assessment: Assessment
    pack: Pack
    ranked: Ranked
    fields: tuple[tuple[str, Any, Any], ...]
    by: str
    revision: int


@dataclass(frozen=True)
class Shape:
    """What is decided about the order as a whole: `cut_off` gaps are worked on first; effort points in a
    phase, the weeks that it lasts, and how many there are (None: as many as it takes)."""

    method: Ranking
    cut_off: int
    capacity: int
    weeks: int | None
    phases: int | None

    @classmethod
    def of(cls, order: Order) -> "Shape":
        head = order.head
        return cls(order.method, order.cut_off, order.capacity, head.weeks, head.phases)

    @property
    def fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("method", "cut_off", "capacity", "weeks", "phases")}


@dataclass(frozen=True)
class ShapeForm:
    """`stands` is what is decided; `wanted` is what this person entered, where somebody else (`by`) decided
    otherwise in the meantime about the fields in `differing`."""

    assessment: Assessment
    stands: Shape
    wanted: Shape | None = None
    differing: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True)
class _Here:
    """An assessment whose gaps are ranked, with all that is needed to do so."""

    assessment: Assessment
    pack: Pack
    findings: Findings
    decided: Decided

    @property
    def scope(self) -> Scope:
        return Scope.of(self.assessment)

    @property
    def order(self) -> Order:
        return prioritising.lay_over(
            self.findings.gaps, self.decided, self.scope.ranking, top=len(self.pack.levels) - 1
        )


# Looking.


def look_at(desk: Desk, user_id: str, *, assessment: str, channel: str | None = None) -> Listing:
    """The ranked gaps, for whoever may see the plan. Raises: NoSuchAssessment, AssessmentIsOpen,
    NotShared."""
    with desk.transaction() as tx:
        seen = {found.id: found for found in visible(tx, user_id, {channel}, _STATES)}
        if assessment not in seen:
            raise NoSuchAssessment(name="")
        return replace(_listing(desk, tx, user_id, seen[assessment]), channel=channel)


def onward(desk: Desk, user_id: str, *, assessment: str) -> RatingForm | Listing:
    """The first gap that nobody has rated yet; the list, if there is none.

    Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen, CannotBeRanked.
    """
    with desk.transaction() as tx:
        return _onward(
            desk, tx, user_id, _rankable(_here(desk, tx, changeable(facilitated(tx, user_id, assessment))))
        )


def to_rate(desk: Desk, user_id: str, *, assessment: str, step: str) -> RatingForm:
    """This gap. Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen, CannotBeRanked, NoSuchGap."""
    with desk.transaction() as tx:
        here = _rankable(_here(desk, tx, changeable(facilitated(tx, user_id, assessment))))
        return _form(here, here.order, _known(here.order, step))


def to_explain(desk: Desk, user_id: str, *, assessment: str, step: str) -> tuple[Listing, Ranked]:
    """A gap that was moved, to say why. Raises: NoSuchAssessment, NotFacilitator, NoSuchGap."""
    with desk.transaction() as tx:
        listing = _listing(desk, tx, user_id, facilitated(tx, user_id, assessment))
        ranked = _known(listing.order, step)
        if ranked.moved is None:
            raise NoSuchGap()
        return listing, ranked


def shape_of(desk: Desk, user_id: str, *, assessment: str) -> ShapeForm:
    """For the form. Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen."""
    with desk.transaction() as tx:
        here = _here(desk, tx, changeable(facilitated(tx, user_id, assessment)))
        return ShapeForm(here.assessment, Shape.of(here.order))


# Rating.


def rate(
    desk: Desk,
    user_id: str,
    *,
    assessment: str,
    step: str,
    seen: int,
    factors: Mapping[str, int],
    needs: Iterable[str],
    reason: str,
) -> RatingForm | Listing | RatingClash:
    """What a facilitator says of a gap in a form that showed revision `seen`: its factors (low 1, medium 3,
    high 5), what it comes after beside what the pack says, and why. Then the next one.

    Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen, CannotBeRanked, NoSuchGap, NeedsInACircle.
    """
    with desk.transaction() as tx:
        here = _rankable(_held(desk, tx, user_id, assessment))
        ranked, was = _known(here.order, step), here.decided.at(seen).opinion(step)
        wanted: dict[str, Any] = {name: factors[name] for name in ranked.factors if name in factors}
        wanted |= {f"{NEED}{need}": need in set(needs) for need in {*was.needs, *needs}}
        wanted["reason"] = reason.strip()
        return _save(desk, tx, user_id, here, ranked, wanted, was)


def settle(
    desk: Desk, user_id: str, *, assessment: str, step: str, seen: int, mine: bool
) -> RatingForm | Listing | RatingClash:
    """After a clash: what this person wanted (their last wish) counts after all, or stays a wish.

    Raises: as `rate`.
    """
    with desk.transaction() as tx:
        here = _rankable(_held(desk, tx, user_id, assessment))
        ranked, was = _known(here.order, step), here.decided.at(seen).opinion(step)
        theirs = [wish for wish in ranked.opinion.wishes if wish.by == user_id]
        if not (mine and theirs):
            return _onward(desk, tx, user_id, here)
        wish = theirs[-1]
        wanted: dict[str, Any] = {
            key: bool(v) if key.startswith(NEED) else v for key, v in wish.values.items()
        }
        if wish.reason is not None:
            wanted["reason"] = wish.reason
        return _save(desk, tx, user_id, here, ranked, wanted, was)


def _save(
    desk: Desk,
    tx: Tx,
    user_id: str,
    here: _Here,
    ranked: Ranked,
    wanted: Mapping[str, Any],
    was: Opinion,
) -> RatingForm | Listing | RatingClash:
    stored = _fields(ranked, ranked.opinion)
    merged = _merged(stored, wanted, _fields(ranked, was))
    saved = {name: value for name, value in merged.decided.items() if name not in merged.clashing}
    _must_not_circle(here, ranked, saved)
    if saved or not ranked.opinion.rated:
        _write(desk, tx, user_id, here, ranked, saved, stored)
    if not merged.clashing:
        return _onward(desk, tx, user_id, _again(tx, here))
    _wish(desk, tx, user_id, here, ranked, {name: wanted[name] for name in merged.clashing})
    now = _again(tx, here)
    fields = tuple((name, wanted[name], stored.get(name, False)) for name in merged.clashing)
    last = [each for each in ranked.opinion.counting if each.by != user_id] or ranked.opinion.counting
    by = last[-1].by if last else here.decided.head.changed_by
    return RatingClash(here.assessment, here.pack, ranked, fields, by, now.decided.head.revision)


def _merged(stored: Mapping[str, Any], wanted: Mapping[str, Any], was: Mapping[str, Any]) -> Merged:
    """A need that nobody decided about is one that does not hold."""
    keys = {*stored, *wanted, *was}
    before, now = ({key: fields.get(key, False) for key in keys} for fields in (was, stored))
    changes = [DraftChange(revision=1, field=key, was=before[key]) for key in keys if before[key] != now[key]]
    return merge(now, wanted, changes, seen=0)


def _fields(ranked: Ranked, opinion: Opinion) -> dict[str, Any]:
    """What stands in the form of this gap."""
    proposed = ranked.proposed.factors
    chosen = {name: prioritising.band(opinion.values.get(name, proposed[name])) for name in ranked.factors}
    return {
        **{name: int(value) for name, value in chosen.items()},
        **{f"{NEED}{need}": True for need in opinion.needs},
        "reason": opinion.reason,
    }


def _must_not_circle(here: _Here, ranked: Ranked, saved: Mapping[str, Any]) -> None:
    dropped = {name.removeprefix(NEED) for name, holds in saved.items() if holds is False}
    depends = {each.step: each.gap.waits_for for each in here.order.ranked}
    depends[ranked.step] = tuple(need for need in depends[ranked.step] if need not in dropped)
    for name in sorted(saved):
        need = name.removeprefix(NEED)
        if not name.startswith(NEED) or not saved[name] or need not in depends:
            continue
        if path := placing.circle(depends, ranked.step, need):
            gaps = [each.gap for step in path if (each := here.order.find(step))]
            raise NeedsInACircle(pack=here.pack, step=ranked.step, **_named(gaps))
        depends[ranked.step] = (*depends[ranked.step], need)


def _named(gaps: Sequence[GapFinding]) -> dict[str, Any]:
    """In a refusal: two levels of a question are two gaps."""
    return {"known": tuple(gap.title for gap in gaps), "reached": tuple(gap.level for gap in gaps)}


def _write(
    desk: Desk,
    tx: Tx,
    user_id: str,
    here: _Here,
    ranked: Ranked,
    saved: Mapping[str, Any],
    stored: Mapping[str, Any],
) -> None:
    """One revision, with all that was changed about this gap."""
    revision = _next(desk, tx, user_id, here)
    proposed, who = ranked.proposed.factors, {"step": ranked.step, "by": user_id, "at": desk.now()}
    values = {
        name: None if prioritising.band(proposed[name]) == value else value
        for name, value in saved.items()
        if name in proposed
    }
    rating = GapRating(revision=revision, values=values, reason=saved.get("reason"), **who)
    tx.rankings.rate(here.assessment.id, rating)
    needs = {name.removeprefix(NEED): holds for name, holds in saved.items() if name.startswith(NEED)}
    for need, holds in sorted(needs.items()):
        tx.rankings.need(here.assessment.id, GapNeed(revision=revision, need=need, holds=holds, **who))
    desk.write_down(
        tx,
        here.assessment.id,
        user_id,
        "rated_gap",
        question=ranked.gap.question,
        step_to=ranked.gap.level,
        factors={name: [stored[name], saved[name]] for name in values},
        after=sorted(need.rpartition("@")[0] for need, holds in needs.items() if holds),
        not_after=sorted(need.rpartition("@")[0] for need, holds in needs.items() if not holds),
        reason=saved.get("reason") or "",
    )


def _wish(desk: Desk, tx: Tx, user_id: str, here: _Here, ranked: Ranked, wanted: Mapping[str, Any]) -> None:
    """Kept at once, so that closing the next form loses nothing. The same again is the same wish."""
    values = {name: int(value) for name, value in wanted.items() if name != "reason"}
    mine = [each for each in ranked.opinion.wishes if each.by == user_id]
    if mine and (mine[-1].values, mine[-1].reason) == (values, wanted.get("reason")):
        return
    tx.rankings.rate(
        here.assessment.id,
        GapRating(
            revision=tx.rankings.get(here.assessment.id).revision,
            step=ranked.step,
            values=values,
            wish=True,
            reason=wanted.get("reason"),
            by=user_id,
            at=desk.now(),
        ),
    )


# Moving.


def move_up(desk: Desk, user_id: str, *, assessment: str, step: str, place: int) -> Listing:
    """From this place, where the list showed it, to the one before.

    Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen, NoSuchGap, NotBeforeThat, OrderChanged.
    """
    return _move(desk, user_id, assessment, step, place, place - 1)


def move_down(desk: Desk, user_id: str, *, assessment: str, step: str, place: int) -> Listing:
    """To the one behind. Raises: as `move_up`."""
    return _move(desk, user_id, assessment, step, place, place + 1)


def put_back(desk: Desk, user_id: str, *, assessment: str, step: str) -> Listing:
    """To where the ranking has it. Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen, NoSuchGap."""
    with desk.transaction() as tx:
        here = _held(desk, tx, user_id, assessment)
        ranked = _known(here.order, step)
        if ranked.moved:
            revision = _next(desk, tx, user_id, here)
            back = GapMove(revision=revision, step=step, place=None, by=user_id, at=desk.now())
            tx.rankings.move(here.assessment.id, back)
            _note_move(desk, tx, user_id, here, ranked, "put_back_gap")
        return _listing(desk, tx, user_id, here.assessment)


def explain(desk: Desk, user_id: str, *, assessment: str, step: str, reason: str) -> Listing:
    """Why a gap was moved. Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen, NoSuchGap."""
    with desk.transaction() as tx:
        here = _held(desk, tx, user_id, assessment)
        ranked, why = _known(here.order, step), reason.strip()
        if ranked.moved is None:
            raise NoSuchGap()
        if ranked.moved.reason != why:
            told = {
                "revision": _next(desk, tx, user_id, here),
                "reason": why,
                "by": user_id,
                "at": desk.now(),
            }
            tx.rankings.move(here.assessment.id, ranked.moved.model_copy(update=told))
            _note_move(desk, tx, user_id, here, ranked, "explained_move", reason=why)
        return _listing(desk, tx, user_id, here.assessment)


def _move(desk: Desk, user_id: str, assessment: str, step: str, place: int, to: int) -> Listing:
    with desk.transaction() as tx:
        here = _rankable(_held(desk, tx, user_id, assessment))
        order = here.order
        ranked = _known(order, step)
        if ranked.number == to:  # pressed twice
            return _listing(desk, tx, user_id, here.assessment)
        if ranked.number != place or not 1 <= to <= len(order.ranked):
            raise OrderChanged(subject=here.assessment.subject)
        other = order.ranked[to - 1]
        first, then = (other, ranked) if to < place else (ranked, other)
        if first.step in then.gap.waits_for:
            raise NotBeforeThat(pack=here.pack, **_named([first.gap, then.gap]))
        revision = _next(desk, tx, user_id, here)
        for move in _kept_in_place(order, ranked, other, revision):
            tx.rankings.move(here.assessment.id, move)
        moved = GapMove(revision=revision, step=step, place=to, by=user_id, at=desk.now())
        tx.rankings.move(here.assessment.id, moved)
        _note_move(desk, tx, user_id, here, ranked, "moved_gap", before=place, to=to)
        return _listing(desk, tx, user_id, here.assessment)


def _kept_in_place(order: Order, ranked: Ranked, other: Ranked, revision: int) -> Iterable[GapMove]:
    """Whatever else was moved stays where everybody sees it now, by whom and why as before; the one that
    changes places with this one takes its place."""
    for each in order.moved:
        place = ranked.number if each.step == other.step else each.number
        if each.moved and each.step != ranked.step and each.moved.place != place:
            yield each.moved.model_copy(update={"place": place, "revision": revision})


def _note_move(
    desk: Desk, tx: Tx, user_id: str, here: _Here, ranked: Ranked, what: str, **values: Any
) -> None:
    about = {"question": ranked.gap.question, "step_to": ranked.gap.level}
    desk.write_down(tx, here.assessment.id, user_id, what, **about, **values)


# The whole.


def decide(desk: Desk, user_id: str, *, assessment: str, shown: Shape, wanted: Shape) -> Listing | ShapeForm:
    """What a facilitator entered into a form that showed `shown`. What somebody else decided otherwise since
    is not overwritten: they see both, and decide.

    Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen.
    """
    with desk.transaction() as tx:
        here = _held(desk, tx, user_id, assessment)
        stands = Shape.of(here.order)
        merged = _merged(stands.fields, wanted.fields, shown.fields)
        if merged.clashing:
            by = here.decided.head.changed_by
            return ShapeForm(here.assessment, stands, wanted, merged.clashing, by)
        _shape(desk, tx, user_id, here, merged.decided)
        return _listing(desk, tx, user_id, here.assessment)


def cut_off(desk: Desk, user_id: str, *, assessment: str, number: int) -> Listing:
    """Work on so many first. Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen."""
    with desk.transaction() as tx:
        here = _held(desk, tx, user_id, assessment)
        if here.order.cut_off != number:
            _shape(desk, tx, user_id, here, {"cut_off": number})
        return _listing(desk, tx, user_id, here.assessment)


def asked(desk: Desk, user_id: str, *, words: str, channel: str | None, language: str = ENGLISH) -> Listing:
    """The list, of the assessment that is meant; with what these words decide about the whole, as "first 5"
    or "capacity 30 weeks 4 for Fraud team".

    Raises: NoSuchAssessment, AssessmentIsOpen, NotShared, NotUnderstoodAsRanking; where something is decided
    also NotFacilitator.
    """
    wanted = rankwords.read(words, language)
    with desk.transaction() as tx:
        found = _meant(tx, user_id, wanted, channel)
        if wanted.decided:
            here = _held(desk, tx, user_id, found.id)
            stands = Shape.of(here.order).fields
            changed = {key: value for key, value in wanted.decided.items() if stands[key] != value}
            _shape(desk, tx, user_id, here, changed)
        return replace(_listing(desk, tx, user_id, found), channel=channel)


def _meant(tx: Tx, user_id: str, wanted: rankwords.Wanted, channel: str | None) -> Assessment:
    """What looks like a number is one only where no assessment is called so. Raises: NoSuchAssessment,
    NotUnderstoodAsRanking."""
    try:
        return assessment_for(tx, user_id, wanted.name, channel, _STATES)
    except NoSuchAssessment as error:
        if not wanted.unsure or not error.values["known"]:
            raise
        raise NotUnderstoodAsRanking(bounds=rankwords.BOUNDS, known=error.values["known"]) from None


def _shape(desk: Desk, tx: Tx, user_id: str, here: _Here, changed: Mapping[str, Any]) -> None:
    if changed:
        told = {key: str(value) if key == "method" else value for key, value in changed.items()}
        _next(desk, tx, user_id, here, **told)
        desk.write_down(tx, here.assessment.id, user_id, "shaped_order", **told)


# What they share.


def _here(desk: Desk, tx: Tx, assessment: Assessment) -> _Here:
    if assessment.state is AssessmentState.OPEN:
        raise AssessmentIsOpen(subject=assessment.subject, closes_at=assessment.closes_at)
    verdict = reports.verdict_on(desk, tx, assessment, private=True)
    return _Here(
        assessment, verdict.pack, verdict.findings.for_readers, prioritising.decided(tx, assessment.id)
    )


def _held(desk: Desk, tx: Tx, user_id: str, assessment: str) -> _Here:
    """Until the transaction ends, so that two who decide come one after the other."""
    found = changeable(facilitated(tx, user_id, assessment))
    if found.state is AssessmentState.OPEN:
        raise AssessmentIsOpen(subject=found.subject, closes_at=found.closes_at)
    return _here(desk, tx, held(desk, tx, user_id, assessment, [AssessmentState.CLOSED]))


def _again(tx: Tx, here: _Here) -> _Here:
    return _Here(here.assessment, here.pack, here.findings, prioritising.decided(tx, here.assessment.id))


def _rankable(here: _Here) -> _Here:
    if not here.findings.gaps or not prioritising.can_be_ranked(here.findings.gaps):
        raise CannotBeRanked(subject=here.assessment.subject, number=len(here.findings.gaps))
    return here


def _known(order: Order, step: str) -> Ranked:
    found = order.find(step)
    if found is None:
        raise NoSuchGap()
    return found


def _next(desk: Desk, tx: Tx, user_id: str, here: _Here, **decided: Any) -> int:
    """The next revision. The first one remembers which gaps there were."""
    head = here.decided.head
    steps = head.steps or tuple(gap.step for gap in here.findings.gaps)
    told = tx.rankings.change(here.assessment.id, by=user_id, at=desk.now(), steps=steps, **decided)
    return told.revision


def _onward(desk: Desk, tx: Tx, user_id: str, here: _Here) -> RatingForm | Listing:
    order = here.order
    if not order.unrated:
        return _listing(desk, tx, user_id, here.assessment)
    return _form(here, order, order.unrated[0])


def _form(here: _Here, order: Order, ranked: Ranked) -> RatingForm:
    found = prioritising.grounds(here.pack, here.scope, here.findings, ranked.proposed)
    done = len(order.ranked) - len(order.unrated)
    at = done if ranked.opinion.rated else done + 1
    return RatingForm(here.assessment, here.pack, order, ranked, found, at, len(order.ranked))


def _listing(desk: Desk, tx: Tx, user_id: str, assessment: Assessment) -> Listing:
    if assessment.state is AssessmentState.OPEN:
        raise AssessmentIsOpen(subject=assessment.subject, closes_at=assessment.closes_at)
    verdict = reports.verdict_for(desk, tx, user_id, assessment)
    actions = tx.actions.of(assessment.id)
    return Listing(
        assessment,
        verdict.pack,
        prioritising.order_in(tx, assessment, verdict.pack, verdict.findings),
        facilitates(assessment, user_id),
        frozenset(f"{action.question}@{action.level}" for action in actions),
    )
