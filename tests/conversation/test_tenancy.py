"""Two Slack workspaces share a database, and neither sees the other."""

from collections.abc import Callable

import pytest

from conversation import acting, drafting, interview, plans, reports, results
from conversation.contents import Nudge
from conversation.errors import Forgotten, NoSuchAssessment, NothingToAnswer, NotYourAction, Refused
from tests.conversation.desk import LEE, Bench, answers, closed_by_clock


def test_the_same_people_elsewhere_find_nothing(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]})
    bench.answers_all("U-ANA", 2)
    seat = bench.seat("U-ANA")
    other = bench.desk.at("T2")

    deeds: list[tuple[type[Refused], Callable[[], object]]] = [
        (Forgotten, lambda: interview.start(other, "U-ANA", seat=seat)),
        (Forgotten, lambda: interview.look(other, "U-ANA", seat=seat)),
        (NoSuchAssessment, lambda: reports.status(other, "U-LEE", channel="C-ML")),
        (NoSuchAssessment, lambda: reports.verdict(other, "U-LEE")),
        (NoSuchAssessment, lambda: results.close(other, "U-LEE", assessment=opened.id)),
        (NoSuchAssessment, lambda: plans.board_of(other, "U-LEE", assessment=opened.id)),
        (NotYourAction, lambda: acting.finish(other, "U-ANA", action="V1", text="Seen.")),
    ]
    for refusal, deed in deeds:
        with pytest.raises(refusal):
            deed()

    assert drafting.waiting_draft(other, LEE.user_id) is None
    bench.clock.passes(days=30)
    assert closed_by_clock(other) == ()
    assert answers(bench.look("U-ANA")) == dict.fromkeys(["FLOUR", "YEAST", "HEAT"], "2")


def test_two_workspaces_keep_their_own_rounds_answers_and_postings(bench: Bench) -> None:
    here, there = bench, Bench(bench.store, team="T2", clock=bench.clock)
    for each in (here, there):
        each.opened({"U-ANA": ["BAKER"]})
    here.types("U-ANA", "hello")
    here.types("U-ANA", "d")

    there_only = there.types("U-ANA", "hello")

    assert answers(here.look("U-ANA")) == {"FLOUR": "3"}
    assert answers(there_only.sitting) == {}
    assert here.look("U-ANA").assessment.round == there.look("U-ANA").assessment.round == 1
    here.clock.passes(days=2)
    nudges = [said for said in there.beat() if isinstance(said, Nudge)]
    assert [line.sitting.seat.id for nudge in nudges for line in nudge.lines] == [there.seat("U-ANA")]


def test_who_sits_nowhere_here_has_nothing_to_answer(bench: Bench) -> None:
    bench.opened({"U-ANA": ["BAKER"]})

    with pytest.raises(NothingToAnswer):
        Bench(bench.store, team="T2").types("U-ANA", "b")
