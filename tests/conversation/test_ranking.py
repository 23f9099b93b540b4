"""Ranking the gaps with people: what they rate, move and decide lies over what the data propose."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation import facilitating, plans, ranking, rankwords, reports, results
from conversation.errors import (
    AssessmentIsOpen,
    NeedsInACircle,
    NoSuchAssessment,
    NoSuchGap,
    NotBeforeThat,
    NotFacilitator,
    NotShared,
    NotUnderstoodAsRanking,
    OrderChanged,
)
from conversation.findings import GapFinding
from conversation.prioritising import Decided, Order, lay_over
from conversation.ranking import Listing, RatingClash, RatingForm, Shape, ShapeForm
from conversation.scope import Ranking
from storage.records import Assessment, GapMove, GapNeed, GapRanking, GapRating, Person
from storage.store import Store
from tests.conversation.desk import MONDAY, Bench

KIM = Person(user_id="U-KIM", name="Kim")
LOW, MEDIUM, HIGH = 1, 3, 5
#: As the data have it: FLOUR@1 and HEAT@1 come before HEAT@2 by the pack.
PROPOSED = ["HEAT@1", "FLOUR@1", "HEAT@2", "FLOUR@2", "YEAST@1", "YEAST@2"]


def close(bench: Bench) -> Assessment:
    """Everybody bakes at level 0 and aims at 2; Lee facilitates, Kim helps."""
    opened = bench.opened({"U-ANA": ["BAKER"]}, target=2)
    facilitating.choose(bench.desk, "U-LEE", assessment=opened.id, others=[KIM], was=())
    bench.answers_all("U-ANA", 0)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    return opened


@pytest.fixture
def closed(bench: Bench) -> Assessment:
    return close(bench)


def order(bench: Bench, closed: Assessment) -> Order:
    return ranking.look_at(bench.desk, "U-LEE", assessment=closed.id).order


def steps(found: Order) -> list[str]:
    return [each.step for each in found.ranked]


def rate(
    bench: Bench,
    closed: Assessment,
    step: str,
    by: str = "U-LEE",
    *,
    seen: int | None = None,
    needs: Iterable[str] = (),
    reason: str = "",
    **factors: int,
) -> RatingForm | Listing | RatingClash:
    """A form that showed revision `seen` (or the latest), in which nothing but this changed."""
    bench.clock.passes(minutes=1)
    now = order(bench, closed)
    form = ranking.to_rate(bench.desk, by, assessment=closed.id, step=step)
    stood = {name: value for name, value in _bands(form).items() if name not in factors}
    return ranking.rate(
        bench.desk,
        by,
        assessment=closed.id,
        step=step,
        seen=now.head.revision if seen is None else seen,
        factors=stood | factors,
        needs=needs,
        reason=reason,
    )


def _bands(form: RatingForm) -> dict[str, int]:
    values = form.ranked.gap.factors
    return {
        name: LOW if values[name] < 3 else MEDIUM if values[name] == 3 else HIGH
        for name in form.ranked.factors
    }


def up(bench: Bench, closed: Assessment, step: str, by: str = "U-LEE") -> list[str]:
    found = order(bench, closed).find(step)
    assert found
    return steps(ranking.move_up(bench.desk, by, assessment=closed.id, step=step, place=found.number).order)


def test_what_a_form_starts_with_and_why(bench: Bench, closed: Assessment) -> None:
    form = ranking.onward(bench.desk, "U-LEE", assessment=closed.id)

    assert isinstance(form, RatingForm)
    assert (form.ranked.step, form.at, form.of) == ("HEAT@1", 1, 6)
    assert form.ranked.factors == ("impact", "urgency", "feasibility", "cost", "risk")
    assert (form.grounds.impact, form.grounds.distance, form.grounds.unmet) == (4, 2, 0)
    second = ranking.to_rate(bench.desk, "U-LEE", assessment=closed.id, step="HEAT@2")
    assert second.ranked.proposed.waits_for == ("FLOUR@1", "HEAT@1")
    assert (second.grounds.unmet, second.ranked.gap.factors["feasibility"]) == (1, 2)


def test_a_form_that_is_left_as_it_is_changes_nothing_but_is_done(bench: Bench, closed: Assessment) -> None:
    published = reports.verdict(bench.desk, "U-LEE").findings.gaps

    following = rate(bench, closed, "HEAT@1")

    found = order(bench, closed)
    assert [each.gap for each in found.ranked] == list(published)
    assert (len(found.unrated), found.by_people) == (len(published) - 1, False)
    assert isinstance(following, RatingForm)
    assert (following.ranked.step, following.at) == ("FLOUR@1", 2)
    for step in PROPOSED[1:]:
        last = rate(bench, closed, step)
    assert isinstance(last, Listing)


def test_ratings_move_a_gap_and_say_by_whom_and_why(bench: Bench, closed: Assessment) -> None:
    rate(bench, closed, "YEAST@1", impact=HIGH, urgency=HIGH, reason="The inspector comes.")

    found = order(bench, closed)
    yeast = found.find("YEAST@1")
    assert yeast is not None
    assert (yeast.number, found.by_people) == (1, True)
    assert steps(found) == ["YEAST@1", "HEAT@1", "FLOUR@1", "HEAT@2", "FLOUR@2", "YEAST@2"]
    assert yeast.speaks_for[:2] == ("impact", "urgency")
    assert sum(yeast.gap.contributions.values()) == pytest.approx(yeast.gap.priority)
    [change] = yeast.changes
    assert (change.by, change.factors, change.reason) == (
        "U-LEE",
        (("impact", LOW, HIGH), ("urgency", MEDIUM, HIGH)),
        "The inspector comes.",
    )
    assert reports.verdict(bench.desk, "U-LEE").findings.gaps[0].step == "HEAT@1", "findings stay"
    assert reports.verdict(bench.desk, "U-LEE").gaps[0].step == "YEAST@1"
    assert plans.board(bench.desk, "U-LEE").open_gaps[0].step == "YEAST@1"


def test_back_to_what_was_proposed(bench: Bench, closed: Assessment) -> None:
    rate(bench, closed, "HEAT@1", impact=LOW)
    rate(bench, closed, "HEAT@1", impact=HIGH)

    found = order(bench, closed).find("HEAT@1")

    assert found is not None
    assert found.gap.factors["impact"] == 4, "what was proposed, not the 5 of a High that is chosen"


def test_what_comes_after_what(bench: Bench, closed: Assessment) -> None:
    rate(bench, closed, "HEAT@1", needs=["YEAST@1"])

    found = order(bench, closed)
    assert steps(found)[:2] == ["YEAST@1", "HEAT@1"]
    yeast, heat = found.find("YEAST@1"), found.find("HEAT@1")
    assert yeast is not None
    assert heat is not None
    assert (yeast.ahead_for, yeast.gap.unblocks, heat.gap.waits_for) == ("HEAT@1", 2, ("YEAST@1",))

    rate(bench, closed, "HEAT@1", needs=[])
    assert steps(order(bench, closed)) == PROPOSED


@pytest.mark.parametrize(
    ("step", "offered"),
    [
        ("HEAT@1", ["FLOUR@1", "FLOUR@2", "YEAST@1", "YEAST@2"]),
        ("FLOUR@1", ["HEAT@1", "YEAST@1", "YEAST@2"]),
        ("HEAT@2", ["FLOUR@2", "YEAST@1", "YEAST@2"]),
    ],
)
def test_a_gap_can_come_after_gaps_of_other_questions_unless_the_questions_say_which_comes_first(
    bench: Bench, closed: Assessment, step: str, offered: list[str]
) -> None:
    found = order(bench, closed)

    assert [each.step for each in found.can_come_before(step)] == offered


def test_what_was_chosen_is_offered_as_long_as_it_stands(bench: Bench, closed: Assessment) -> None:
    """Or it would be taken out by whoever saves the form for something else."""
    chosen = GapNeed(step="FLOUR@1", need="HEAT@2", holds=True, **_WHO)

    found = lay_over(order(bench, closed).gaps, Decided(needs=(chosen,)), Ranking.WEIGHTED, top=3)

    assert "HEAT@2" in [each.step for each in found.can_come_before("FLOUR@1")]


def test_a_circle_is_refused_with_its_way_and_nothing_is_saved(bench: Bench, closed: Assessment) -> None:
    rate(bench, closed, "YEAST@1", needs=["HEAT@2"])
    before = order(bench, closed)

    with pytest.raises(NeedsInACircle) as no:
        rate(bench, closed, "FLOUR@1", needs=["YEAST@1"], impact=HIGH)

    assert no.value.values["known"] == ("Flour", "Yeast", "Heat", "Flour")
    assert no.value.values["reached"] == (1, 1, 2, 1)
    assert no.value.values["step"] == "FLOUR@1"
    assert order(bench, closed) == before


def test_a_move_is_marked_and_stays_when_ratings_change(bench: Bench, closed: Assessment) -> None:
    assert up(bench, closed, "YEAST@1") == ["HEAT@1", "FLOUR@1", "HEAT@2", "YEAST@1", "FLOUR@2", "YEAST@2"]
    ranking.explain(bench.desk, "U-KIM", assessment=closed.id, step="YEAST@1", reason=" It spoils. ")

    rate(bench, closed, "YEAST@1", impact=HIGH, urgency=HIGH)

    found = order(bench, closed).find("YEAST@1")
    assert found is not None
    assert found.moved is not None
    assert (found.number, found.moved.by, found.moved.reason) == (4, "U-KIM", "It spoils.")
    back = ranking.put_back(bench.desk, "U-LEE", assessment=closed.id, step="YEAST@1")
    assert steps(back.order)[0] == "YEAST@1"


def test_nothing_is_moved_before_what_it_comes_after(bench: Bench, closed: Assessment) -> None:
    with pytest.raises(NotBeforeThat) as no:
        up(bench, closed, "HEAT@2")
    with pytest.raises(NotBeforeThat):
        ranking.move_down(bench.desk, "U-LEE", assessment=closed.id, step="FLOUR@1", place=2)

    assert no.value.values["known"] == ("Flour", "Heat")
    assert no.value.values["reached"] == (1, 2)
    assert steps(order(bench, closed)) == PROPOSED


def test_a_second_press_moves_nothing_and_an_old_list_is_refused(bench: Bench, closed: Assessment) -> None:
    press: dict[str, Any] = {"assessment": closed.id, "step": "YEAST@1", "place": 5}
    once = ranking.move_up(bench.desk, "U-LEE", **press)
    twice = ranking.move_up(bench.desk, "U-LEE", **press)
    assert steps(twice.order) == steps(once.order)

    with pytest.raises(OrderChanged):
        ranking.move_up(bench.desk, "U-KIM", assessment=closed.id, step="FLOUR@2", place=4)


def test_two_who_rate_apart_go_together(bench: Bench, closed: Assessment) -> None:
    rate(bench, closed, "HEAT@1", "U-KIM", cost=HIGH)

    after = ranking.rate(
        bench.desk,
        "U-LEE",
        assessment=closed.id,
        step="HEAT@1",
        seen=0,
        factors={"impact": HIGH, "urgency": HIGH, "feasibility": MEDIUM, "cost": LOW, "risk": MEDIUM},
        needs=["YEAST@1"],
        reason="",
    )

    assert isinstance(after, RatingForm)
    found = order(bench, closed).find("HEAT@1")
    assert found is not None
    assert (found.opinion.values, found.opinion.needs) == ({"cost": 5, "urgency": 5}, ("YEAST@1",))


@pytest.mark.parametrize(("mine", "counts"), [(True, HIGH), (False, LOW)])
def test_of_what_both_rated_otherwise_the_second_one_chooses_and_a_wish_stays(
    bench: Bench, closed: Assessment, mine: bool, counts: int
) -> None:
    rate(bench, closed, "HEAT@1", "U-KIM", urgency=LOW, cost=HIGH, reason="No date.")

    clash = rate(bench, closed, "HEAT@1", seen=0, urgency=HIGH, cost=HIGH, reason="An audit.")

    assert isinstance(clash, RatingClash)
    assert (clash.by, clash.fields) == (
        "U-KIM",
        (("urgency", HIGH, LOW), ("reason", "An audit.", "No date.")),
    )
    settled = ranking.settle(
        bench.desk, "U-LEE", assessment=closed.id, step="HEAT@1", seen=clash.revision, mine=mine
    )
    assert isinstance(settled, RatingForm)
    found = order(bench, closed).find("HEAT@1")
    assert found is not None
    assert found.opinion.values == {"urgency": counts, "cost": HIGH}
    [wish] = found.opinion.wishes
    assert (wish.by, wish.values, wish.reason) == ("U-LEE", {"urgency": HIGH}, "An audit.")


def test_a_need_that_one_takes_out_while_another_keeps_it_is_no_clash(
    bench: Bench, closed: Assessment
) -> None:
    rate(bench, closed, "HEAT@1", needs=["YEAST@1"])
    rate(bench, closed, "HEAT@1", "U-KIM", needs=[])

    after = rate(bench, closed, "HEAT@1", seen=1, needs=["YEAST@1", "YEAST@2"])

    assert isinstance(after, RatingForm)
    found = order(bench, closed).find("HEAT@1")
    assert found is not None
    assert found.opinion.needs == ("YEAST@2",)


def test_how_much_fits_and_what_does_not(bench: Bench, closed: Assessment) -> None:
    shown = Shape.of(order(bench, closed))
    assert (shown.cut_off, shown.capacity) == (3, 40)
    wanted = Shape(Ranking.WSJF, 2, 3, 4, 2)

    found = ranking.decide(bench.desk, "U-LEE", assessment=closed.id, shown=shown, wanted=wanted)

    assert isinstance(found, Listing)
    assert Shape.of(found.order) == wanted
    assert found.order.load == (3, 2, 2, 2), "the three first steps, then one longer one in each"
    assert [each.step for each in found.order.not_fitting] == ["FLOUR@2", "YEAST@2"]
    small = ranking.asked(bench.desk, "U-LEE", words="capacity 1", channel=None)
    assert {each.step for each in small.order.too_large} == {"HEAT@2", "FLOUR@2", "YEAST@2"}


def test_two_who_decide_about_the_whole(bench: Bench, closed: Assessment) -> None:
    shown = Shape.of(order(bench, closed))
    ranking.cut_off(bench.desk, "U-KIM", assessment=closed.id, number=5)

    apart = ranking.decide(
        bench.desk,
        "U-LEE",
        assessment=closed.id,
        shown=shown,
        wanted=Shape(Ranking.WEIGHTED, 3, 30, None, None),
    )
    both = ranking.decide(
        bench.desk,
        "U-LEE",
        assessment=closed.id,
        shown=shown,
        wanted=Shape(Ranking.WEIGHTED, 2, 40, None, None),
    )

    assert isinstance(apart, Listing)
    assert (apart.order.cut_off, apart.order.capacity) == (5, 30)
    assert isinstance(both, ShapeForm)
    assert (both.differing, both.stands.cut_off, order(bench, closed).cut_off) == (("cut_off",), 5, 5)


def test_a_new_result_keeps_what_was_decided_of_what_is_still_there(bench: Bench, closed: Assessment) -> None:
    rate(bench, closed, "HEAT@1", impact=LOW)
    rate(bench, closed, "YEAST@1", impact=HIGH, needs=["HEAT@1"])
    settle = {"assessment": closed.id, "reason": "We looked.", "question": "HEAT"}

    results.settle(bench.desk, "U-LEE", level=1, key="V1", **settle)
    found = order(bench, closed)

    assert (found.gone, found.find("HEAT@1")) == (("HEAT@1",), None)
    yeast = found.find("YEAST@1")
    assert yeast is not None
    assert (yeast.opinion.values, yeast.gap.waits_for) == ({"impact": 5}, ())
    results.settle(bench.desk, "U-LEE", level=None, key="V2", **settle)
    back = order(bench, closed).find("HEAT@1")
    assert back is not None
    assert back.opinion.values == {"impact": 1}


def test_gaps_that_come_later_are_new_until_somebody_rates_them(bench: Bench, closed: Assessment) -> None:
    settle = {"assessment": closed.id, "reason": "We looked.", "question": "YEAST"}
    results.settle(bench.desk, "U-LEE", level=1, key="V1", **settle)
    rate(bench, closed, "HEAT@1")
    assert order(bench, closed).new == ()

    results.settle(bench.desk, "U-LEE", level=None, key="V2", **settle)

    assert [each.step for each in order(bench, closed).new] == ["YEAST@1"]
    rate(bench, closed, "YEAST@1")
    assert order(bench, closed).new == ()


def test_who_may_rank_and_who_may_look(bench: Bench, closed: Assessment) -> None:
    with pytest.raises(NotShared):
        ranking.asked(bench.desk, "U-ANA", words="", channel=None)
    with pytest.raises(NotFacilitator):
        ranking.asked(bench.desk, "U-ANA", words="first 2", channel=None)
    with pytest.raises(NotFacilitator):
        ranking.onward(bench.desk, "U-ANA", assessment=closed.id)
    with pytest.raises(NoSuchGap):
        ranking.to_rate(bench.desk, "U-LEE", assessment=closed.id, step="HEAT@9")


def test_an_open_assessment_has_nothing_to_rank(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]})

    with pytest.raises(AssessmentIsOpen):
        ranking.onward(bench.desk, "U-LEE", assessment=opened.id)
    with pytest.raises(AssessmentIsOpen):
        ranking.move_up(bench.desk, "U-LEE", assessment=opened.id, step="HEAT@1", place=2)


@pytest.mark.parametrize(
    ("words", "language", "decided", "name"),
    [
        ("", "en", {}, ""),
        ("fraud", "en", {}, "fraud"),
        ("for First Team", "en", {}, "First Team"),
        ("first 5", "en", {"cut_off": 5}, ""),
        ("Work on the first 2 for Fraud team", "en", {"cut_off": 2}, "Fraud team"),
        ("capacity 30, 4 weeks, phases 3", "en", {"capacity": 30, "weeks": 4, "phases": 3}, ""),
        ("primeras 4 para Fraude", "es", {"cut_off": 4}, "Fraude"),
        ("capacidad 20 semanas 2", "es", {"capacity": 20, "weeks": 2}, ""),
    ],
)
def test_what_is_typed(words: str, language: str, decided: dict[str, int], name: str) -> None:
    assert rankwords.read(words, language) == rankwords.Wanted(decided, name)


@pytest.mark.parametrize(
    ("words", "understood"),
    [
        ("first", False),
        ("capacity -3 weeks 0", False),
        ("frist 5", False),
        ("for first", True),
        ("fraud", True),
        ("first 5 for fraud", True),
    ],
)
def test_words_that_decide_nothing_are_a_name_where_something_is_called_so(
    bench: Bench, words: str, understood: bool
) -> None:
    bench.opened({"U-ANA": ["BAKER"]}, subject="The shop")
    no = NoSuchAssessment if understood else NotUnderstoodAsRanking

    with pytest.raises(no) as refused:
        ranking.asked(bench.desk, "U-LEE", words=words, channel=None)

    assert refused.value.values["known"] == ("The shop",)


@pytest.mark.parametrize(
    ("words", "language", "unsure"),
    [
        ("primeras dos", "es", True),
        ("fases -1", "es", True),
        ("Fraude", "es", False),
        ("para fases", "es", False),
    ],
)
def test_in_each_language_what_is_like_a_number_is_told_from_a_name(
    words: str, language: str, unsure: bool
) -> None:
    assert rankwords.read(words, language).unsure is unsure


@pytest.mark.parametrize("subject", ["First line", "Team 5"])
def test_a_name_may_be_like_a_number_of_the_ranking(bench: Bench, subject: str) -> None:
    bench.opened({"U-ANA": ["BAKER"]}, subject=subject)

    with pytest.raises(AssessmentIsOpen) as found:
        ranking.asked(bench.desk, "U-LEE", words=subject[:6], channel=None)

    assert found.value.values["subject"] == subject


@pytest.mark.parametrize("words", ["first 0", "first 3 first 4", "capacity 30 fraud", "weeks 99"])
def test_what_is_typed_and_cannot_be(words: str) -> None:
    with pytest.raises(NotUnderstoodAsRanking):
        rankwords.read(words, "en")


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("rate"), st.sampled_from(PROPOSED), st.sampled_from([LOW, MEDIUM, HIGH])),
            st.tuples(st.just("need"), st.sampled_from(PROPOSED), st.sampled_from(PROPOSED)),
            st.tuples(st.sampled_from(["up", "down"]), st.sampled_from(PROPOSED), st.none()),
            st.tuples(st.just("back"), st.sampled_from(PROPOSED), st.none()),
        ),
        max_size=8,
    )
)
@settings(max_examples=6, deadline=None)
def test_any_history_gives_one_order_with_prerequisites_first(history: list[tuple[str, str, Any]]) -> None:
    """A move that is allowed changes two places and nothing else; one that is not changes nothing, and is
    about something that has to come before something else."""
    bench = Bench(Store.in_memory())
    closed = close(bench)
    for what, step, other in history:
        before = order(bench, closed)
        place = steps(before).index(step) + 1
        moved = steps(before)
        about: dict[str, Any] = {"assessment": closed.id, "step": step}
        try:
            match what:
                case "rate":
                    rate(bench, closed, step, impact=other, needs=_needs(before, step))
                case "need":
                    rate(bench, closed, step, needs=[*_needs(before, step), other])
                case "back":
                    ranking.put_back(bench.desk, "U-LEE", **about)
                case "up" if place > 1:
                    ranking.move_up(bench.desk, "U-LEE", **about, place=place)
                    moved[place - 2 : place] = moved[place - 2 : place][::-1]
                case "down" if place < len(moved):
                    ranking.move_down(bench.desk, "U-LEE", **about, place=place)
                    moved[place - 1 : place + 1] = moved[place - 1 : place + 1][::-1]
        except (NotBeforeThat, NeedsInACircle):
            assert order(bench, closed) == before
        now = order(bench, closed)
        assert order(bench, closed) == now
        if what in {"up", "down"}:
            assert steps(now) == moved
        at = {key: number for number, key in enumerate(steps(now))}
        assert all(at[need] < at[each.step] for each in now.ranked for need in each.gap.waits_for)
        assert all(now_in >= need_in for now_in, need_in in _phases(now))


@cache
def _gaps() -> tuple[GapFinding, ...]:
    bench = Bench(Store.in_memory())
    return order(bench, close(bench)).gaps


_WHO = {"revision": 1, "by": "U-LEE", "at": MONDAY}
_ANY = st.sampled_from(PROPOSED)


@given(
    st.lists(
        st.builds(
            GapRating,
            step=_ANY,
            values=st.dictionaries(st.sampled_from(["impact", "urgency"]), st.sampled_from([1, 3, 5, None])),
            wish=st.booleans(),
            **{k: st.just(v) for k, v in _WHO.items()},
        ),
        max_size=6,
    ),
    st.lists(
        st.builds(
            GapNeed, step=_ANY, need=_ANY, holds=st.booleans(), **{k: st.just(v) for k, v in _WHO.items()}
        ),
        max_size=8,
    ),
    st.lists(
        st.builds(
            GapMove,
            step=_ANY,
            place=st.none() | st.integers(1, 9),
            reason=st.just(""),
            **{k: st.just(v) for k, v in _WHO.items()},
        ),
        max_size=4,
    ),
)
def test_whatever_is_stored_gives_one_order_with_prerequisites_first(
    ratings: list[GapRating], needs: list[GapNeed], moves: list[GapMove]
) -> None:
    """Also what nobody could have saved, as when another result brings other prerequisites."""
    stored = Decided(GapRanking(revision=1), tuple(ratings), tuple(needs), tuple(moves))

    found = lay_over(_gaps(), stored, Ranking.WEIGHTED, top=3)

    assert sorted(steps(found)) == sorted(PROPOSED)
    assert found == lay_over(_gaps()[::-1], stored, Ranking.WEIGHTED, top=3)
    at = {key: number for number, key in enumerate(steps(found))}
    waits = {each.step: each.gap.waits_for for each in found.ranked}
    assert all(at[need] < at[step] for step, others in waits.items() for need in others)
    standing = {(need.step, need.need) for need in stored.standing_needs}
    assert standing == {*found.crossing, *((s, n) for s, n in standing if n in waits[s])}
    alone = lay_over(_gaps(), replace(stored, moves=()), Ranking.WEIGHTED, top=3)
    still = [each.step for each in found.ranked if not each.moved]
    assert still == [step for step in steps(alone) if step in still], "what nobody moved keeps its order"


def _needs(found: Order, step: str) -> tuple[str, ...]:
    ranked = found.find(step)
    assert ranked is not None
    return ranked.opinion.needs


def _phases(found: Order) -> Iterable[tuple[int, int]]:
    phase = {each.step: each.gap.phase for each in found.ranked}
    return [(phase[each.step], phase[need]) for each in found.ranked for need in each.gap.waits_for]
