"""Gaps that people ranked, for the tests of what people see."""

from dataclasses import replace

from conversation.plans import Board
from conversation.prioritising import Decided, Order, grounds, lay_over
from conversation.ranking import NEED, Listing, RatingClash, RatingForm, Shape, ShapeForm
from conversation.scope import Ranking
from conversation.writeup import CAPACITY
from storage.records import AssessmentState, GapMove, GapNeed, GapRanking, GapRating
from tests.bot.scenes import NOW, Scene


def decided(scene: Scene) -> Decided:
    """Everything that can be decided: ratings, wishes, what comes after what, moves; and gaps that came and
    went."""
    steps = [gap.step for gap in scene.findings().gaps]
    who = {"revision": 1, "by": "U1", "at": NOW}
    first, last = steps[0], steps[-1]
    high = {"impact": 5, "urgency": 1, "cost": None}
    head = GapRanking(
        revision=4,
        method="rice",
        cut_off=3,
        capacity=8,
        weeks=2,
        phases=1,
        steps=(*steps[: len(steps) // 2], "GONE@1"),
        changed_by="U1",
        changed_at=NOW,
    )
    return Decided(
        head,
        (
            GapRating(step=first, values=high, reason=scene.words, **who),
            GapRating(step=first, values={"impact": 1}, wish=True, reason=scene.words, **who),
            GapRating(step="GONE@1", values={}, **who),
        ),
        tuple(
            GapNeed(step=step, need=need, holds=True, **who) for step, need in ((first, last), (last, first))
        ),
        (GapMove(step=last, place=1, reason=scene.words[:500], **who), GapMove(step=first, place=9, **who)),
    )


def order(scene: Scene) -> Order:
    top = len(scene.pack.levels) - 1
    return lay_over(scene.findings().gaps, decided(scene), Ranking.WEIGHTED, top=top)


def listing(scene: Scene, *, facilitating: bool = True) -> Listing:
    ranked = order(scene)
    closed = scene.assessment_in(AssessmentState.CLOSED)
    return Listing(closed, scene.pack, ranked, facilitating, frozenset({ranked.ranked[0].step}))


def proposed(scene: Scene) -> Listing:
    """As long as nobody has decided anything."""
    top = len(scene.pack.levels) - 1
    return replace(
        listing(scene), order=lay_over(scene.findings().gaps, Decided(), Ranking.WEIGHTED, top=top)
    )


def nothing_to_rank(scene: Scene) -> Listing:
    return replace(listing(scene), order=Order((), Ranking.WEIGHTED))


def rating(scene: Scene, at: int = 0) -> RatingForm:
    ranked = order(scene)
    gap = ranked.ranked[min(at, len(ranked.ranked) - 1)]
    found = grounds(scene.pack, scene.scope, scene.findings(), gap.proposed)
    closed = scene.assessment_in(AssessmentState.CLOSED)
    return RatingForm(closed, scene.pack, ranked, gap, found, 2, len(ranked.ranked))


def clash(scene: Scene) -> RatingClash:
    form = rating(scene)
    fields = (("impact", 5, 1), ("reason", scene.words, ""), (f"{NEED}{form.ranked.step}", True, False))
    return RatingClash(form.assessment, form.pack, form.ranked, fields, "U2", 4)


def shape(scene: Scene) -> ShapeForm:
    return ShapeForm(scene.assessment, Shape(Ranking.WEIGHTED, 3, CAPACITY, None, None))


def shape_clash(scene: Scene) -> ShapeForm:
    wanted = Shape(Ranking.WSJF, 5, 30, 4, 3)
    return replace(shape(scene), wanted=wanted, differing=("method", "cut_off", "weeks"), by="U2")


def ranked_board(scene: Scene) -> Board:
    return replace(scene.board(), decided=decided(scene), ranking=Ranking.RICE)
